//! The lines of constraints and delegations: the least that each says.
//!
//! Not who breaks them. `diff::obligations` takes entries apart by role; here what is left is put
//! together again by what it says.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::condition_words;
use crate::diff::obligations::{Bound, Duties, Leave, Leaves, Terms};
use crate::model::{Change, ConditionId, Id, KindId, RoleId};
use crate::table::Table;
use crate::table::rules::Level;

/// The lines of all constraints.
pub(super) fn constraints(table: &Table) -> Vec<String> {
    let levels = [(Level::Error, "constraint"), (Level::Advice, "advice")];
    let of_level = |(level, word): (Level, &str)| {
        let says = says(table, &Duties::of(table, level, &Some));
        says.into_iter().map(|says| format!("{word} {says}")).collect::<Vec<_>>()
    };
    levels.into_iter().flat_map(of_level).collect()
}

fn says(table: &Table, duties: &Duties<RoleId>) -> Vec<String> {
    let mut says: Vec<String> = Vec::new();
    let mut apart: BTreeMap<(RoleId, bool), BTreeSet<RoleId>> = BTreeMap::new();
    for ((one, other), same_scope) in &duties.apart {
        apart.entry((*one, *same_scope)).or_default().insert(*other);
        apart.entry((*other, *same_scope)).or_default().insert(*one);
    }
    for ((role, same_scope), others) in apart {
        let (name, tail) = (table.role_name(role), scope(same_scope));
        let others = listed(table, &others, Some(role));
        says.push(format!("separation {name} apart from {others}{tail}"));
    }
    let mut subsumed: BTreeMap<RoleId, BTreeSet<RoleId>> = BTreeMap::new();
    for (senior, junior) in &duties.subsumed {
        subsumed.entry(*senior).or_default().insert(*junior);
    }
    for (senior, juniors) in &subsumed {
        let (name, juniors) = (table.role_name(*senior), listed(table, juniors, Some(*senior)));
        says.push(format!("no-subsumed-roles {name} beside {juniors}"));
    }
    for ((role, per, bound), number) in &duties.holders {
        let per = per.as_ref().map_or_else(String::new, |per| format!(" per {per}"));
        let (name, word) = (table.role_name(*role), word(*bound));
        says.push(format!("cardinality {name} {word} {number}{per}"));
    }
    for ((kind, bound), number) in &duties.held {
        let whose = match kind {
            Some(kind) => format!(" of kind {kind}"),
            None if table.rules().kinds.is_empty() => String::new(),
            None => " of no known kind".to_owned(),
        };
        says.push(format!("roles-per-principal {} {number}{whose}", word(*bound)));
    }
    says.extend(duties.fixed.iter().map(|role| format!("fixed {}", table.role_name(*role))));
    says.extend(duties.is_kind_fixed.then(|| "immutable-kind".to_owned()));
    for need in &duties.needs {
        // What a stronger need says too is not said again.
        if duties.needs.iter().any(|other| other != need && need.follows_from(other)) {
            continue;
        }
        let word = if need.one_of.len() > 1 { "one of " } else { "" };
        let (name, needed) = (table.role_name(need.role), listed(table, &need.one_of, None));
        says.push(format!("requires {name} beside {word}{needed}{}", scope(need.same_scope)));
    }
    says
}

const fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::Least => "at least",
        Bound::Most => "at most",
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

/// What a delegation asks for, its conditions in words: two that mean the same are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    holding: BTreeSet<RoleId>,
    not_holding: BTreeSet<RoleId>,
    when: BTreeSet<String>,
    unless: BTreeSet<String>,
}

impl Asked {
    fn of(table: &Table, terms: &Terms<RoleId>) -> Self {
        let words =
            |ids: &[ConditionId]| ids.iter().map(|id| condition_words(table, *id)).collect();
        Self {
            holding: terms.holding.clone(),
            not_holding: terms.not_holding.clone(),
            when: words(&terms.when),
            unless: words(&terms.unless),
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

/// Who may make which change under which terms, and of which roles.
type Given = (RoleId, Change, Asked, BTreeSet<RoleId>);

/// The lines of all delegations.
pub(super) fn delegations(table: &Table) -> Vec<String> {
    let mut known: BTreeMap<Terms<RoleId>, Asked> = BTreeMap::new();
    let mut leaves: BTreeMap<Leave<RoleId>, BTreeSet<Asked>> = BTreeMap::new();
    for (leave, all) in Leaves::of(table, &Some).by_leave {
        let mut asked = BTreeSet::new();
        for terms in all {
            // Many leaves come from one entry, and ask for the same.
            asked.insert(
                known.entry(terms).or_insert_with_key(|terms| Asked::of(table, terms)).clone(),
            );
        }
        leaves.insert(leave, asked);
    }
    // Roles that are given alike together, and then kinds.
    let mut roles: BTreeMap<(RoleId, Change, Asked, Option<KindId>), BTreeSet<RoleId>> =
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
    let line = |((by, change, terms, roles), kinds): (&(_, Change, Asked, _), &BTreeSet<_>)| {
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
