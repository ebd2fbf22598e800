//! What constraints and delegations come to for who may hold and give roles, compared.
//!
//! Not decisions, which read neither. Statements are taken apart into the least that each says (a
//! pair of roles, a bound, one role given by another), so that it does not matter how many entries
//! say it. Only constraints of level `error` weigh; of roles that one policy alone has, what the
//! access says is enough.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::condition::conditions as conditions_hold;
use crate::model::{Change, ConditionId, Id, KindId, Query, RoleId, Truth};
use crate::table::Table;
use crate::table::rules::{Delegation, Level, Says};

use super::names::{JointRole, Names};
use super::space::{Case, KindCase, Space};
use super::verdict::Verdict;

/// One thing that may not be, or may be only so far.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Duty {
    /// Two roles apart; how strongly: in one scope, or everywhere.
    Apart(JointRole, JointRole),
    Subsumed(JointRole, JointRole),
    /// So many holders; per which scope kind.
    Least(JointRole, Option<String>),
    Most(JointRole, Option<String>),
    /// So many roles, by kind; none is a principal whose kind is not known.
    LeastRoles(Option<String>),
    MostRoles(Option<String>),
    Fixed(JointRole),
    SameKind,
}

/// A role that asks for one of others, and whether in the same scope.
type Need = (JointRole, BTreeSet<JointRole>, bool);

/// How strong each duty is: the larger the number, the less is left.
#[derive(Debug, Default)]
struct Duties {
    strengths: BTreeMap<Duty, i64>,
    needs: BTreeSet<Need>,
}

/// What the constraints of two tables come to.
pub(super) fn constraints(names: &Names<'_>, (old, new): (&Table, &Table)) -> Verdict {
    let before = Duties::of(old, &|id| both(names, names.of_old(id)));
    let after = Duties::of(new, &|id| both(names, names.of_new(id)));
    let mut verdict = Verdict::Same;
    for duty in before.strengths.keys().chain(after.strengths.keys()) {
        let strength = |duties: &Duties| duties.strengths.get(duty).copied().unwrap_or(i64::MIN);
        verdict = verdict.and(match strength(&before).cmp(&strength(&after)) {
            std::cmp::Ordering::Less => Verdict::Narrower,
            std::cmp::Ordering::Equal => Verdict::Same,
            std::cmp::Ordering::Greater => Verdict::Wider,
        });
    }
    let follows = |need: &Need, from: &BTreeSet<Need>| {
        from.iter()
            .any(|other| other.0 == need.0 && other.1.is_subset(&need.1) && (other.2 || !need.2))
    };
    if !after.needs.iter().all(|need| follows(need, &before.needs)) {
        verdict = verdict.and(Verdict::Narrower);
    }
    if !before.needs.iter().all(|need| follows(need, &after.needs)) {
        verdict = verdict.and(Verdict::Wider);
    }
    verdict
}

/// A role that both tables have.
fn both(names: &Names<'_>, role: Option<JointRole>) -> Option<JointRole> {
    role.filter(|role| {
        names.role(*role).is_some_and(|named| named.old.is_some() && named.new.is_some())
    })
}

impl Duties {
    fn of(table: &Table, joint: &dyn Fn(RoleId) -> Option<JointRole>) -> Self {
        let mut duties = Self::default();
        let roles =
            |ids: &[RoleId]| -> Vec<JointRole> { ids.iter().filter_map(|id| joint(*id)).collect() };
        let weighs = table.rules().constraints.iter().filter(|entry| entry.level == Level::Error);
        for constraint in weighs {
            match &constraint.says {
                Says::Separation { roles: some, against, same_scope } => {
                    duties.add_pairs(
                        &roles(some),
                        &roles(against),
                        if *same_scope { 1 } else { 2 },
                    );
                }
                Says::NoSubsumedRoles { subsumed, .. } => {
                    for (senior, junior) in subsumed {
                        if let (Some(one), Some(other)) = (joint(*senior), joint(*junior)) {
                            duties.add(Duty::Subsumed(one.min(other), one.max(other)), 1);
                        }
                    }
                }
                Says::Cardinality { roles: ids, min, max, per } => {
                    let per = per.and_then(|id| table.scope(id)).map(|kind| kind.name.clone());
                    for role in roles(ids) {
                        duties.add_bounds(
                            (Duty::Least(role, per.clone()), *min),
                            (Duty::Most(role, per.clone()), *max),
                        );
                    }
                }
                Says::RolesPerPrincipal { min, max, kinds } => {
                    for kind in kinds_of(table, kinds.as_deref()) {
                        duties.add_bounds(
                            (Duty::LeastRoles(kind.clone()), *min),
                            (Duty::MostRoles(kind), *max),
                        );
                    }
                }
                Says::Fixed { roles: ids } => {
                    for role in roles(ids) {
                        duties.add(Duty::Fixed(role), 1);
                    }
                }
                Says::ImmutableKind => duties.add(Duty::SameKind, 1),
                Says::Requires { roles: ids, all_of, any_of, same_scope } => {
                    let any: BTreeSet<JointRole> = roles(any_of).into_iter().collect();
                    let all = roles(all_of).into_iter().map(|role| BTreeSet::from([role]));
                    let any = (!any_of.is_empty()).then_some(any);
                    for needed in all.chain(any) {
                        let needs = roles(ids).into_iter();
                        let needs = needs.map(|role| (role, needed.clone(), *same_scope));
                        duties.needs.extend(needs);
                    }
                }
            }
        }
        duties
    }

    fn add(&mut self, duty: Duty, strength: i64) {
        let known = self.strengths.entry(duty).or_insert(strength);
        *known = (*known).max(strength);
    }

    fn add_bounds(&mut self, min: (Duty, Option<u32>), max: (Duty, Option<u32>)) {
        if let (duty, Some(min)) = min
            && min > 0
        {
            self.add(duty, i64::from(min));
        }
        if let (duty, Some(max)) = max {
            self.add(duty, -i64::from(max));
        }
    }

    fn add_pairs(&mut self, some: &[JointRole], against: &[JointRole], strength: i64) {
        for one in some {
            for other in against.iter().filter(|other| *other != one) {
                self.add(Duty::Apart(*one.min(other), *one.max(other)), strength);
            }
        }
    }
}

/// The kinds that are meant; without any, all, and a principal whose kind is not known.
fn kinds_of(table: &Table, ids: Option<&[KindId]>) -> Vec<Option<String>> {
    let name = |id: &KindId| table.kind(*id).map(|kind| kind.name.clone());
    match ids {
        Some(ids) => ids.iter().map(name).collect(),
        None => {
            let all = table.rules().kinds.iter().map(|kind| Some(kind.name.clone()));
            all.chain([None]).collect()
        }
    }
}

/// One role given or taken by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Leave {
    by: JointRole,
    role: JointRole,
    change: Change,
    kind: Option<String>,
}

/// What a leave asks for: roles held and not held, conditions that hold and do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Terms {
    holding: BTreeSet<JointRole>,
    not_holding: BTreeSet<JointRole>,
    when: Vec<ConditionId>,
    unless: Vec<ConditionId>,
}

type Leaves = BTreeMap<Leave, BTreeSet<Terms>>;

/// The delegations of one table, taken apart.
struct Given<'t> {
    table: &'t Table,
    leaves: Leaves,
}

/// What the delegations of two tables come to.
pub(super) fn delegations(names: &Names<'_>, (old, new): (&Table, &Table)) -> Verdict {
    let kinds = KindCase::all(names);
    let before = Given::of(old, &|id| both(names, names.of_old(id)));
    let after = Given::of(new, &|id| both(names, names.of_new(id)));
    match (before.has_all(&after, &kinds), after.has_all(&before, &kinds)) {
        (true, true) => Verdict::Same,
        (false, true) => Verdict::Wider,
        (true, false) => Verdict::Narrower,
        (false, false) => Verdict::Both,
    }
}

impl<'t> Given<'t> {
    fn of(table: &'t Table, joint: &dyn Fn(RoleId) -> Option<JointRole>) -> Self {
        let roles = |ids: &[RoleId]| -> BTreeSet<JointRole> {
            ids.iter().filter_map(|id| joint(*id)).collect()
        };
        let mut leaves = Leaves::new();
        for entry in &table.rules().delegations {
            let terms = Terms {
                holding: roles(&entry.holding),
                not_holding: roles(&entry.not_holding),
                when: entry.when.clone(),
                unless: entry.unless.clone(),
            };
            // Asked for a role that the other policy does not have: nothing to compare.
            if terms.holding.len() < entry.holding.len() {
                continue;
            }
            for by in givers(table, entry).iter().filter_map(|id| joint(*id)) {
                for role in roles(&entry.assign) {
                    for change in &entry.may {
                        for kind in kinds_of(table, entry.kinds.as_deref()) {
                            let leave = Leave { by, role, change: *change, kind };
                            leaves.entry(leave).or_default().insert(terms.clone());
                        }
                    }
                }
            }
        }
        Self { table, leaves }
    }

    /// Whether whatever the other gives leave to, this does too.
    fn has_all(&self, other: &Given<'_>, kinds: &[KindCase<'_>]) -> bool {
        // Many leaves come from one entry, and ask for the same.
        let mut known: BTreeMap<(Vec<&Terms>, &Terms), bool> = BTreeMap::new();
        other.leaves.iter().all(|(leave, asked)| {
            let own = self.leaves.get(leave).into_iter().flatten();
            let own: Vec<&Terms> = own.collect();
            asked.iter().all(|wanted| {
                let covers = || self.covers(&own, (other.table, wanted), kinds);
                *known.entry((own.clone(), wanted)).or_insert_with(covers)
            })
        })
    }

    /// Whether wherever the wanted terms are met, one of these is: in every situation in which the
    /// wanted conditions are known to hold.
    fn covers(
        &self,
        own: &[&Terms],
        (table, wanted): (&Table, &Terms),
        kinds: &[KindCase<'_>],
    ) -> bool {
        let mild = own.iter().filter(|terms| {
            terms.holding.is_subset(&wanted.holding)
                && terms.not_holding.is_subset(&wanted.not_holding)
        });
        let mild: Vec<&&Terms> = mild.collect();
        let conditions = |terms: &Terms| [terms.when.as_slice(), &terms.unless].concat();
        let all = mild.iter().flat_map(|terms| conditions(terms)).collect::<Vec<_>>();
        let wanted_all = conditions(wanted);
        let Ok(space) = Space::new(&[(self.table, &all), (table, &wanted_all)]) else {
            return false;
        };
        let holds = |table: &Table, query: &Query<'_>, terms: &Terms| {
            conditions_hold(table, query, &terms.when, &terms.unless) == Truth::True
        };
        kinds.iter().all(|kind| {
            (0..space.count()).all(|number| {
                let valuation = space.valuation(number);
                Case::of_nobody(*kind, &valuation).ask(|query| {
                    !holds(table, &query, wanted)
                        || mild.iter().any(|terms| holds(self.table, &query, terms))
                })
            })
        })
    }
}

/// Who may give: the roles of `by`, and their seniors.
fn givers(table: &Table, entry: &Delegation) -> Vec<RoleId> {
    let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
    all.filter(|id| entry.by.iter().any(|by| table.inherits(*id, *by))).collect()
}
