//! What the obligations of two tables come to: who may hold and give more roles, or fewer.
//!
//! Not decisions, which read neither. Only constraints of level `error` weigh; of roles that one
//! policy alone has, what the access says is enough.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::condition::conditions as conditions_hold;
use crate::model::{Change, Query, Truth};
use crate::table::Table;
use crate::table::rules::Level;

use super::names::{JointRole, Names};
use super::obligations::{Bound, Duties, Leaves, Need, Terms, kind_names};
use super::space::{Case, KindCase, Space};
use super::verdict::Verdict;

/// What the constraints of two tables come to.
pub(super) fn constraints(names: &Names<'_>, (old, new): (&Table, &Table)) -> Verdict {
    let before = Duties::of(old, Level::Error, &|id| both(names, names.of_old(id)));
    let after = Duties::of(new, Level::Error, &|id| both(names, names.of_new(id)));
    let bounds = |duties: &Duties<JointRole>| {
        let of_role = duties.holders.iter().map(|((role, per, bound), number)| {
            ((Some(*role), per.clone(), *bound), strength(*bound, *number))
        });
        let of_kind = duties.held.iter().map(|((kind, bound), number)| {
            ((None, kind.clone(), *bound), strength(*bound, *number))
        });
        of_role.chain(of_kind).collect()
    };
    // Two roles apart in one scope are less so than everywhere.
    let apart = |duties: &Duties<JointRole>| {
        duties.apart.iter().map(|(pair, same_scope)| (*pair, !same_scope)).collect()
    };
    // Who of two has all the access of the other makes no difference to who may hold them.
    let subsumed = |duties: &Duties<JointRole>| {
        let pairs = duties.subsumed.iter();
        pairs.map(|(one, other)| ((*one.min(other), *one.max(other)), ())).collect()
    };
    let fixed = |duties: &Duties<JointRole>| duties.fixed.iter().map(|role| (*role, ())).collect();
    let same_kind =
        |duties: &Duties<JointRole>| duties.is_kind_fixed.then_some(((), ())).into_iter().collect();
    weighed(&bounds(&before), &bounds(&after))
        .and(weighed(&apart(&before), &apart(&after)))
        .and(weighed(&subsumed(&before), &subsumed(&after)))
        .and(weighed(&fixed(&before), &fixed(&after)))
        .and(weighed(&same_kind(&before), &same_kind(&after)))
        .and(needs(&before.needs, &after.needs))
}

/// A role that both tables have.
fn both(names: &Names<'_>, role: Option<JointRole>) -> Option<JointRole> {
    role.filter(|role| {
        names.role(*role).is_some_and(|named| named.old.is_some() && named.new.is_some())
    })
}

/// The larger, the less is left.
fn strength(bound: Bound, number: u32) -> i64 {
    match bound {
        Bound::Least => i64::from(number),
        Bound::Most => -i64::from(number),
    }
}

/// What was asked for before and after, each with its strength; what is not there is weakest.
fn weighed<K: Ord, S: Ord>(before: &BTreeMap<K, S>, after: &BTreeMap<K, S>) -> Verdict {
    let keys = before.keys().chain(after.keys());
    keys.fold(Verdict::Same, |verdict, key| {
        verdict.and(match before.get(key).cmp(&after.get(key)) {
            std::cmp::Ordering::Less => Verdict::Narrower,
            std::cmp::Ordering::Equal => Verdict::Same,
            std::cmp::Ordering::Greater => Verdict::Wider,
        })
    })
}

fn needs(before: &BTreeSet<Need<JointRole>>, after: &BTreeSet<Need<JointRole>>) -> Verdict {
    let follows = |need: &Need<JointRole>, from: &BTreeSet<Need<JointRole>>| {
        from.iter().any(|other| need.follows_from(other))
    };
    let narrower = !after.iter().all(|need| follows(need, before));
    let wider = !before.iter().all(|need| follows(need, after));
    of_both(wider, narrower)
}

const fn of_both(wider: bool, narrower: bool) -> Verdict {
    match (wider, narrower) {
        (false, false) => Verdict::Same,
        (true, false) => Verdict::Wider,
        (false, true) => Verdict::Narrower,
        (true, true) => Verdict::Both,
    }
}

/// Who may make which change of a role, to a principal of which kind; none is one that is not
/// known.
type Leave = (JointRole, Change, JointRole, Option<String>);

/// The delegations of one table, taken apart kind by kind.
struct Given<'t> {
    table: &'t Table,
    leaves: BTreeMap<Leave, BTreeSet<Terms<JointRole>>>,
}

/// What the delegations of two tables come to.
pub(super) fn delegations(names: &Names<'_>, (old, new): (&Table, &Table)) -> Verdict {
    let kinds = KindCase::all(names);
    let before = Given::of(old, Leaves::of(old, &|id| both(names, names.of_old(id))));
    let after = Given::of(new, Leaves::of(new, &|id| both(names, names.of_new(id))));
    of_both(!before.has_all(&after, &kinds), !after.has_all(&before, &kinds))
}

impl<'t> Given<'t> {
    fn of(table: &'t Table, all: Leaves<JointRole>) -> Self {
        let mut leaves: BTreeMap<Leave, BTreeSet<Terms<JointRole>>> = BTreeMap::new();
        for ((by, change, kind, role), terms) in all.by_leave {
            let kind = kind.map(|kind| vec![kind]);
            for kind in kind_names(table, kind.as_deref()) {
                leaves.entry((by, change, role, kind)).or_default().extend(terms.iter().cloned());
            }
        }
        Self { table, leaves }
    }

    /// Whether whatever the other gives leave to, this does too.
    fn has_all(&self, other: &Given<'_>, kinds: &[KindCase<'_>]) -> bool {
        // Many leaves come from one entry, and ask for the same.
        let mut known: BTreeMap<(Vec<&Terms<JointRole>>, &Terms<JointRole>), bool> =
            BTreeMap::new();
        other.leaves.iter().all(|(leave, asked)| {
            let own = self.leaves.get(leave).into_iter().flatten();
            let own: Vec<&Terms<JointRole>> = own.collect();
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
        own: &[&Terms<JointRole>],
        (table, wanted): (&Table, &Terms<JointRole>),
        kinds: &[KindCase<'_>],
    ) -> bool {
        let mild = own.iter().filter(|terms| {
            terms.holding.is_subset(&wanted.holding)
                && terms.not_holding.is_subset(&wanted.not_holding)
        });
        let mild: Vec<&&Terms<JointRole>> = mild.collect();
        let conditions = |terms: &Terms<JointRole>| [terms.when.as_slice(), &terms.unless].concat();
        let all = mild.iter().flat_map(|terms| conditions(terms)).collect::<Vec<_>>();
        let wanted_all = conditions(wanted);
        let Ok(space) = Space::new(&[(self.table, &all), (table, &wanted_all)]) else {
            return false;
        };
        let holds = |table: &Table, query: &Query<'_>, terms: &Terms<JointRole>| {
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
