//! The lines of constraints and delegations: the least that each says.
//!
//! Not who breaks them. Entries are taken apart by role, and what is left is put together again by
//! what it says, so that it does not matter how many entries say it, or through which junior.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::condition_words;
use crate::model::{Change, ConditionId, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::rules::{Delegation, Level, Says};

use super::lines::scope_name;

/// A bound on a number: at least, or at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Least,
    Most,
}

/// What constraints of one level say, role by role.
#[derive(Debug, Default)]
struct Duties {
    /// Who may not be beside whom, and whether only in one scope.
    apart: BTreeMap<(RoleId, RoleId), bool>,
    /// Who has all the access of whom.
    subsumed: BTreeMap<RoleId, BTreeSet<RoleId>>,
    /// Holders of a role, by the scope kind that they are counted in.
    holders: BTreeMap<(RoleId, String, Bound), u32>,
    /// Roles of a principal, by kind.
    held: BTreeMap<(String, Bound), u32>,
    /// A role, what it needs one of, and whether in one scope.
    needs: BTreeSet<(RoleId, BTreeSet<RoleId>, bool)>,
    fixed: BTreeSet<RoleId>,
    is_kind_fixed: bool,
}

/// The lines of all constraints.
pub(super) fn constraints(table: &Table) -> Vec<String> {
    let levels = [(Level::Error, "constraint"), (Level::Advice, "advice")];
    let of_level = |(level, word): (Level, &str)| {
        let says = Duties::of(table, level).says(table);
        says.into_iter().map(|says| format!("{word} {says}")).collect::<Vec<_>>()
    };
    levels.into_iter().flat_map(of_level).collect()
}

impl Duties {
    fn of(table: &Table, level: Level) -> Self {
        let mut duties = Self::default();
        let entries = table.rules().constraints.iter().filter(|entry| entry.level == level);
        for constraint in entries {
            match &constraint.says {
                Says::Separation { roles, against, same_scope } => {
                    for one in roles {
                        for other in against.iter().filter(|other| *other != one) {
                            for pair in [(*one, *other), (*other, *one)] {
                                *duties.apart.entry(pair).or_insert(true) &= *same_scope;
                            }
                        }
                    }
                }
                Says::NoSubsumedRoles { subsumed, .. } => {
                    for (senior, junior) in subsumed {
                        duties.subsumed.entry(*senior).or_default().insert(*junior);
                    }
                }
                Says::Cardinality { roles, min, max, per } => {
                    let per = per.map_or("", |per| scope_name(table, per));
                    for role in roles {
                        let key = |bound| (*role, per.to_owned(), bound);
                        bound(&mut duties.holders, key, (*min, *max));
                    }
                }
                Says::RolesPerPrincipal { min, max, kinds } => {
                    for kind in kinds_of(table, kinds.as_deref()) {
                        bound(&mut duties.held, |bound| (kind.clone(), bound), (*min, *max));
                    }
                }
                Says::Fixed { roles } => duties.fixed.extend(roles),
                Says::ImmutableKind => duties.is_kind_fixed = true,
                Says::Requires { roles, all_of, any_of, same_scope } => {
                    let all = all_of.iter().map(|role| BTreeSet::from([*role]));
                    let any = (!any_of.is_empty()).then(|| any_of.iter().copied().collect());
                    for needed in all.chain(any) {
                        let needs = roles.iter().map(|role| (*role, needed.clone(), *same_scope));
                        duties.needs.extend(needs);
                    }
                }
            }
        }
        duties
    }

    fn says(&self, table: &Table) -> Vec<String> {
        let mut says: Vec<String> = Vec::new();
        let mut apart: BTreeMap<(RoleId, bool), BTreeSet<RoleId>> = BTreeMap::new();
        for ((one, other), same_scope) in &self.apart {
            apart.entry((*one, *same_scope)).or_default().insert(*other);
        }
        for ((role, same_scope), others) in apart {
            let (name, tail) = (table.role_name(role), scope(same_scope));
            let others = listed(table, &others, Some(role));
            says.push(format!("separation {name} apart from {others}{tail}"));
        }
        for (senior, juniors) in &self.subsumed {
            let (senior, juniors) =
                (table.role_name(*senior), listed(table, juniors, Some(*senior)));
            says.push(format!("no-subsumed-roles {senior} beside {juniors}"));
        }
        for ((role, per, of), number) in &self.holders {
            let per = if per.is_empty() { String::new() } else { format!(" per {per}") };
            says.push(format!(
                "cardinality {} {} {number}{per}",
                table.role_name(*role),
                of.word()
            ));
        }
        for ((kind, of), number) in &self.held {
            says.push(format!("roles-per-principal {} {number}{kind}", of.word()));
        }
        says.extend(self.fixed.iter().map(|role| format!("fixed {}", table.role_name(*role))));
        says.extend(self.is_kind_fixed.then(|| "immutable-kind".to_owned()));
        for need in &self.needs {
            // What a stronger need says too is not said again.
            let is_said = self.needs.iter().any(|other| {
                other != need
                    && other.0 == need.0
                    && other.1.is_subset(&need.1)
                    && (other.2 || !need.2)
            });
            let (role, needed, same_scope) = need;
            let word = if needed.len() > 1 { "one of " } else { "" };
            let (name, needed) = (table.role_name(*role), listed(table, needed, None));
            let tail = scope(*same_scope);
            says.extend((!is_said).then(|| format!("requires {name} beside {word}{needed}{tail}")));
        }
        says
    }
}

impl Bound {
    const fn word(self) -> &'static str {
        match self {
            Self::Least => "at least",
            Self::Most => "at most",
        }
    }
}

/// Keeps the narrowest bounds.
fn bound<K: Ord>(
    known: &mut BTreeMap<K, u32>,
    key: impl Fn(Bound) -> K,
    (min, max): (Option<u32>, Option<u32>),
) {
    if let Some(min) = min.filter(|min| *min > 0) {
        let known = known.entry(key(Bound::Least)).or_insert(min);
        *known = min.max(*known);
    }
    if let Some(max) = max {
        let known = known.entry(key(Bound::Most)).or_insert(max);
        *known = max.min(*known);
    }
}

const fn scope(same_scope: bool) -> &'static str {
    if same_scope { " in one scope" } else { "" }
}

/// Names of roles; those that are left out where that is shorter.
fn listed(table: &Table, roles: &BTreeSet<RoleId>, but_for: Option<RoleId>) -> String {
    let names = |ids: Vec<RoleId>| {
        let mut names: Vec<&str> = ids.iter().map(|id| table.role_name(*id)).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
    let rest: Vec<RoleId> = all.filter(|id| !roles.contains(id) && Some(*id) != but_for).collect();
    let every = if but_for.is_some() { "every other role" } else { "every role" };
    if roles.len() > 1 && rest.is_empty() {
        return every.to_owned();
    }
    if rest.len() < roles.len() / 2 {
        return format!("{every} but {}", names(rest));
    }
    names(roles.iter().copied().collect())
}

/// The kinds that are meant, as the tail of a line; without any, all and whoever's is not known.
fn kinds_of(table: &Table, ids: Option<&[KindId]>) -> Vec<String> {
    let all = table.rules().kinds.iter().map(|kind| kind.name.as_str());
    let name = |id: &KindId| table.kind(*id).map_or("", |kind| &kind.name);
    let tail = |name: &str| format!(" of kind {name}");
    match ids {
        Some(ids) => ids.iter().map(name).map(tail).collect(),
        None if table.rules().kinds.is_empty() => vec![String::new()],
        None => all.map(tail).chain([" of no known kind".to_owned()]).collect(),
    }
}

/// What a delegation asks for: roles held and not held, conditions that hold and do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Terms {
    holding: BTreeSet<RoleId>,
    not_holding: BTreeSet<RoleId>,
    when: BTreeSet<String>,
    unless: BTreeSet<String>,
}

impl Terms {
    fn of(table: &Table, entry: &Delegation) -> Self {
        let words =
            |ids: &[ConditionId]| ids.iter().map(|id| condition_words(table, *id)).collect();
        Self {
            holding: entry.holding.iter().copied().collect(),
            not_holding: entry.not_holding.iter().copied().collect(),
            when: words(&entry.when),
            unless: words(&entry.unless),
        }
    }

    /// Whether these ask for nothing that the others do not ask for.
    fn are_as_mild(&self, other: &Self) -> bool {
        self.holding.is_subset(&other.holding)
            && self.not_holding.is_subset(&other.not_holding)
            && self.when.is_subset(&other.when)
            && self.unless.is_subset(&other.unless)
    }

    fn says(&self, table: &Table) -> String {
        let names = |word: &str, roles: &BTreeSet<RoleId>| {
            let names: Vec<&str> = roles.iter().map(|role| table.role_name(*role)).collect();
            if names.is_empty() { String::new() } else { format!(" {word} {}", names.join(", ")) }
        };
        let words = |word: &str, words: &BTreeSet<String>, by: &str| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if words.is_empty() { String::new() } else { format!(" {word} {}", words.join(by)) }
        };
        format!(
            "{}{}{}{}",
            names("holding", &self.holding),
            names("not holding", &self.not_holding),
            words("when", &self.when, " and "),
            words("unless", &self.unless, " or "),
        )
    }
}

/// Who may make which change of a role, to principals of which kind.
type Leave = (RoleId, Change, Option<KindId>, RoleId);

/// Who may make which change under which terms, and of which roles.
type Given = (RoleId, Change, Terms, BTreeSet<RoleId>);

/// The lines of all delegations.
pub(super) fn delegations(table: &Table) -> Vec<String> {
    let mut leaves: BTreeMap<Leave, BTreeSet<Terms>> = BTreeMap::new();
    for entry in &table.rules().delegations {
        let terms = Terms::of(table, entry);
        let kinds: Vec<Option<KindId>> = match &entry.kinds {
            Some(kinds) => kinds.iter().copied().map(Some).collect(),
            None => vec![None],
        };
        // Whoever inherits a role may give what it may.
        let all = (0..table.rules().roles.len()).filter_map(RoleId::new);
        let givers = all.filter(|id| entry.by.iter().any(|by| table.inherits(*id, *by)));
        for by in givers {
            for change in &entry.may {
                for kind in &kinds {
                    for role in &entry.assign {
                        let leave = (by, *change, *kind, *role);
                        leaves.entry(leave).or_default().insert(terms.clone());
                    }
                }
            }
        }
    }
    // Roles that are given alike together, and then kinds.
    let mut roles: BTreeMap<(RoleId, Change, Terms, Option<KindId>), BTreeSet<RoleId>> =
        BTreeMap::new();
    for ((by, change, kind, role), terms) in &leaves {
        let any_kind = leaves.get(&(*by, *change, None, *role)).filter(|_| kind.is_some());
        for one in terms {
            let mut others =
                terms.iter().filter(|other| *other != one).chain(any_kind.into_iter().flatten());
            if !others.any(|other| other.are_as_mild(one)) {
                roles.entry((*by, *change, one.clone(), *kind)).or_default().insert(*role);
            }
        }
    }
    let mut kinds: BTreeMap<Given, BTreeSet<Option<KindId>>> = BTreeMap::new();
    for ((by, change, terms, kind), roles) in roles {
        kinds.entry((by, change, terms, roles)).or_default().insert(kind);
    }
    let line = |((by, change, terms, roles), kinds): (&(_, Change, Terms, _), &BTreeSet<_>)| {
        let (by, roles) = (table.role_name(*by), listed(table, roles, None));
        let (change, terms) = (change.as_str(), terms.says(table));
        let of_any = kinds.contains(&None);
        let names: Vec<&str> = kinds
            .iter()
            .flatten()
            .map(|id: &KindId| table.kind(*id).map_or("", |kind| &kind.name))
            .collect();
        let whose = if of_any { String::new() } else { format!(" of kind {}", names.join(", ")) };
        format!("delegation {by} may {change} {roles}{whose}{terms}")
    };
    kinds.iter().map(line).collect()
}
