//! Which constraints the roles of one principal break, for the naive oracle (language.md §2).
//! Not what a directory or a change breaks: numbers of holders, fixed roles, kinds that change.

use crate::oracle::Oracle;
use crate::oracle_entries::{Entry, entries};
use crate::oracle_invariants::{Situation, kinds, may_hold};
use crate::oracle_model::{dimensions, valuations};
use crate::oracle_policy::{Policy, Role};
use crate::oracle_request::scope_kind;

pub(crate) const WORDS: [&str; 4] =
    ["separation", "no-subsumed-roles", "roles-per-principal", "requires"];

/// A principal's assignments (`ROLE[@KIND:ID]`), and which scope is known to lie in which.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holder {
    pub(crate) kind: Option<String>,
    pub(crate) roles: Vec<String>,
    /// Inner, then outer.
    pub(crate) tree: Vec<(String, String)>,
}

/// One way in which a constraint is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) word: &'static str,
    pub(crate) is_error: bool,
    /// The assignments, or the number of roles and its bound.
    pub(crate) what: Vec<String>,
}

/// The constraints of a policy that one principal's roles can break.
#[derive(Debug)]
pub(crate) struct Constraints<'o> {
    policy: &'o Policy,
    entries: Vec<Entry>,
    /// The first has all the access of the second.
    subsumed: Vec<(&'o str, &'o str)>,
}

/// An assignment of a declared role.
#[derive(Debug, Clone, Copy)]
struct Held<'h> {
    text: &'h str,
    role: &'h str,
    scope: Option<&'h str>,
}

impl<'o> Constraints<'o> {
    /// Of the policy that the text is and the oracle knows.
    pub(crate) fn new(oracle: &'o Oracle, text: &str) -> Self {
        let all = WORDS.into_iter().flat_map(|word| entries(text, "constraints", word));
        let entries: Vec<Entry> = all.collect();
        let compares = entries.iter().any(|entry| entry.word == "no-subsumed-roles");
        let subsumed = if compares { subsumed(oracle) } else { Vec::new() };
        Self { policy: oracle.policy(), entries, subsumed }
    }

    /// Everything that the holder breaks, sorted.
    pub(crate) fn broken(&self, holder: &Holder) -> Vec<Broken> {
        let mut all: Vec<Broken> = Vec::new();
        for entry in &self.entries {
            let broken = match entry.word {
                "separation" => self.separation(entry, holder),
                "no-subsumed-roles" => self.no_subsumed_roles(entry, holder),
                "roles-per-principal" => self.roles_per_principal(entry, holder),
                _ => self.requires(entry, holder),
            };
            let broken = broken.into_iter().map(|what| {
                let (line, word, is_error) = (entry.line, entry.word, entry.is_error());
                Broken { line, word, is_error, what }
            });
            all.extend(broken);
        }
        all.sort();
        all
    }

    /// Unknown roles are passed over.
    fn held<'h>(&self, holder: &'h Holder) -> Vec<Held<'h>> {
        let held = holder.roles.iter().map(|text| match text.split_once('@') {
            Some((role, scope)) => Held { text, role, scope: Some(scope) },
            None => Held { text, role: text, scope: None },
        });
        held.filter(|held| self.policy.role(held.role).is_some()).collect()
    }

    /// Every two assignments of different roles.
    fn pairs<'h>(&self, holder: &'h Holder) -> Vec<(Held<'h>, Held<'h>)> {
        let held = self.held(holder);
        let mut pairs = Vec::new();
        for (at, one) in held.iter().enumerate() {
            pairs.extend(held[at + 1..].iter().map(|other| (*one, *other)));
        }
        pairs.retain(|(one, other)| one.role != other.role);
        pairs
    }

    fn separation(&self, entry: &Entry, holder: &Holder) -> Vec<Vec<String>> {
        let roles = entry.roles("roles", self.policy);
        let against = if entry.has("against") { "against" } else { "roles" };
        let against = entry.roles(against, self.policy);
        let is_kept_apart = |(one, other): &(Held, Held)| {
            let named = (roles.contains(&one.role) && against.contains(&other.role))
                || (roles.contains(&other.role) && against.contains(&one.role));
            named && (!entry.flag("same-scope") || self.in_one_scope(holder, *one, *other))
        };
        let pairs = self.pairs(holder).into_iter().filter(is_kept_apart);
        let sorted = |(one, other): (Held, Held)| {
            let mut pair = vec![one.text.to_owned(), other.text.to_owned()];
            pair.sort();
            pair
        };
        pairs.map(sorted).collect()
    }

    fn no_subsumed_roles(&self, entry: &Entry, holder: &Holder) -> Vec<Vec<String>> {
        let roles = entry.roles("roles", self.policy);
        let pairs = self.pairs(holder).into_iter().flat_map(|(a, b)| [(a, b), (b, a)]);
        let is_subsumed = |(wide, narrow): &(Held, Held)| {
            let are_named = roles.contains(&wide.role) && roles.contains(&narrow.role);
            are_named && self.subsumed.contains(&(wide.role, narrow.role))
        };
        let texts = |(wide, narrow): (Held, Held)| vec![wide.text.into(), narrow.text.into()];
        pairs.filter(is_subsumed).map(texts).collect()
    }

    /// A kind that is not known may be any.
    fn roles_per_principal(&self, entry: &Entry, holder: &Holder) -> Vec<Vec<String>> {
        let kind = holder.kind.as_deref().filter(|kind| self.policy.declares_kind(kind));
        if kind.is_some() && !entry.speaks_of(kind) {
            return Vec::new();
        }
        let mut roles: Vec<&str> = self.held(holder).iter().map(|held| held.role).collect();
        roles.sort_unstable();
        roles.dedup();
        let count = roles.len();
        let too_many = entry.number("max").filter(|max| count > *max);
        let too_few = entry.number("min").filter(|min| count < *min);
        let bounds = too_many.into_iter().chain(too_few);
        bounds.map(|bound| vec![count.to_string(), bound.to_string()]).collect()
    }

    fn requires(&self, entry: &Entry, holder: &Holder) -> Vec<Vec<String>> {
        let roles = entry.roles("roles", self.policy);
        let held = self.held(holder);
        let lacks = |needing: &&Held| {
            let is_held = |needed: &&str| {
                let in_place = |other: &Held| {
                    !entry.flag("same-scope") || self.in_one_scope(holder, **needing, *other)
                };
                held.iter().any(|other| other.role == *needed && in_place(other))
            };
            let all = entry.strings("all-of").iter().all(is_held);
            let any = !entry.has("any-of") || entry.strings("any-of").iter().any(is_held);
            !(all && any)
        };
        let needing = held.iter().filter(|held| roles.contains(&held.role));
        needing.filter(lacks).map(|held| vec![held.text.to_owned()]).collect()
    }

    fn in_one_scope(&self, holder: &Holder, one: Held, other: Held) -> bool {
        may_meet(self.policy, &holder.tree, one.scope, other.scope)
    }
}

/// Whether there is a scope in which both hold, as far as is known. An unscoped assignment is in
/// every scope, one in an outer scope in all inside it.
pub(crate) fn may_meet(
    policy: &Policy,
    tree: &[(String, String)],
    one: Option<&str>,
    other: Option<&str>,
) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return true;
    };
    // If one lies in the other, then what is around either is around the inner one: of each kind
    // one scope, and of every two kinds one inside the other.
    let with_around = |scope| [&[scope][..], &around(tree, scope)].concat();
    let (of_one, of_other) = (with_around(one), with_around(other));
    let kinds = |scopes: &[&str]| -> Vec<String> {
        let kinds = scopes.iter().map(|scope| scope_kind(scope).expect("a well-formed scope"));
        kinds.filter(|kind| policy.scope(kind).is_some()).map(str::to_owned).collect()
    };
    let is_possible = |(a, b): (&String, &String)| {
        if a == b {
            let is_of_kind = |scope: &&&str| scope_kind(scope) == Ok(a);
            return of_one.iter().filter(is_of_kind).any(|scope| of_other.contains(scope));
        }
        let lies_in = |inner, outer: &String| kinds_around(policy, inner).contains(&outer.as_str());
        lies_in(a, b) || lies_in(b, a)
    };
    let (kinds_of_one, kinds_of_other) = (kinds(&of_one), kinds(&of_other));
    let mut pairs = kinds_of_one.iter().flat_map(|a| kinds_of_other.iter().map(move |b| (a, b)));
    pairs.all(is_possible)
}

/// All scopes that are known to lie around one.
pub(crate) fn around<'t>(tree: &'t [(String, String)], scope: &str) -> Vec<&'t str> {
    let mut found: Vec<&str> = Vec::new();
    let mut todo = vec![scope];
    while let Some(inner) = todo.pop() {
        for (_, outer) in tree.iter().filter(|(listed, _)| listed == inner) {
            if !found.contains(&outer.as_str()) {
                found.push(outer);
                todo.push(outer);
            }
        }
    }
    found
}

/// The scope kinds that a scope kind lies in.
fn kinds_around<'p>(policy: &'p Policy, kind: &str) -> Vec<&'p str> {
    let mut kinds = Vec::new();
    let mut inner = policy.scope(kind);
    while let Some(outer) = inner.and_then(|scope| scope.within.as_deref()) {
        kinds.push(outer);
        inner = policy.scope(outer);
    }
    kinds
}

/// Every two roles of which the first has all the access of the second.
fn subsumed(oracle: &Oracle) -> Vec<(&str, &str)> {
    let roles = &oracle.policy().roles;
    let pairs = roles.iter().flat_map(|wide| roles.iter().map(move |narrow| (wide, narrow)));
    let pairs = pairs.filter(|(wide, narrow)| {
        wide.name != narrow.name
            && is_as_wide(oracle.policy(), wide, narrow)
            && has_all_access(oracle, wide, narrow)
    });
    pairs.map(|(wide, narrow)| (wide.name.as_str(), narrow.name.as_str())).collect()
}

fn is_as_wide(policy: &Policy, wide: &Role, narrow: &Role) -> bool {
    let Some(wide) = wide.scope.as_deref() else { return true };
    let is_outermost = kinds_around(policy, wide).is_empty();
    let is_inside = |narrow: &str| narrow == wide || kinds_around(policy, narrow).contains(&wide);
    is_outermost || narrow.scope.as_deref().is_some_and(is_inside)
}

fn has_all_access(oracle: &Oracle, wide: &Role, narrow: &Role) -> bool {
    let policy = oracle.policy();
    let mut kinds = kinds(policy);
    kinds.retain(|kind| may_hold(wide, *kind) && may_hold(narrow, *kind));
    policy.actions.iter().all(|action| {
        let valuations = valuations(&dimensions(policy, action));
        kinds.iter().all(|kind| {
            valuations.iter().all(|valuation| {
                let mut situation = Situation::new(oracle, action, *kind, valuation);
                !situation.is_allowed(&[&narrow.name], false)
                    || situation.is_allowed(&[&wide.name], false)
            })
        })
    })
}
