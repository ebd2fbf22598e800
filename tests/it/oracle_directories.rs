//! What takes everyone, or a change, to judge, for the naive oracle (language.md §2): numbers of
//! holders, fixed roles, kinds that change. Not what one principal's roles break by themselves.

use crate::oracle::Oracle;
use crate::oracle_constraints::{Broken, may_meet};
use crate::oracle_entries::{Entry, entries};
use crate::oracle_policy::Policy;
use crate::oracle_request::scope_kind;

/// The constraints that everyone together breaks, and those that a change does.
const OF_ALL: [&str; 2] = ["cardinality", "fixed"];
const OF_CHANGES: [&str; 2] = ["fixed", "immutable-kind"];

/// Everyone, and where the scopes are known to lie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    pub(crate) members: Vec<Member>,
    /// A scope, and one that it lies in.
    pub(crate) scopes: Vec<(String, Option<String>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) is_active: bool,
    pub(crate) kind: Option<String>,
    /// `ROLE[@KIND:ID]`; unknown roles are passed over.
    pub(crate) roles: Vec<String>,
}

/// The constraints of a policy that a directory or a change of one can break.
#[derive(Debug)]
pub(crate) struct Directories<'o> {
    policy: &'o Policy,
    text: String,
}

/// A role held by someone, and where.
#[derive(Debug, Clone, Copy)]
struct Held<'d> {
    member: &'d Member,
    text: &'d str,
    role: &'d str,
    scope: Option<&'d str>,
}

impl Directory {
    /// Every assignment, in the order given.
    fn held(&self) -> Vec<Held<'_>> {
        let of = |member| move |text| held(member, text);
        self.members.iter().flat_map(|member| member.roles.iter().map(of(member))).collect()
    }

    fn tree(&self) -> Vec<(String, String)> {
        let pairs = self.scopes.iter().cloned();
        pairs.filter_map(|(inner, outer)| Some((inner, outer?))).collect()
    }

    /// The scopes of a kind that the directory names: listed, or named by an assignment.
    fn named(&self, kind: &str) -> Vec<String> {
        let listed = self.scopes.iter().flat_map(|(inner, outer)| [Some(inner), outer.as_ref()]);
        let listed = listed.flatten().map(String::as_str);
        let held = self.held();
        let all = listed.chain(held.iter().filter_map(|held| held.scope));
        let of_kind = all.filter(|scope| scope_kind(scope) == Ok(kind));
        let mut named: Vec<String> = of_kind.map(str::to_owned).collect();
        named.sort();
        named.dedup();
        named
    }
}

fn held<'d>(member: &'d Member, text: &'d String) -> Held<'d> {
    match text.split_once('@') {
        Some((role, scope)) => Held { member, text, role, scope: Some(scope) },
        None => Held { member, text, role: text, scope: None },
    }
}

impl<'o> Directories<'o> {
    /// Of the policy that the text is and the oracle knows.
    pub(crate) fn new(oracle: &'o Oracle, text: &str) -> Self {
        Self { policy: oracle.policy(), text: text.to_owned() }
    }

    /// Everything that the directory breaks, sorted.
    pub(crate) fn broken_by_all(&self, directory: &Directory) -> Vec<Broken> {
        self.broken(&OF_ALL, |entry| match entry.word {
            "cardinality" => self.cardinality(entry, directory),
            _ => self.held_twice(entry, directory),
        })
    }

    /// Everything that the change breaks, sorted.
    pub(crate) fn broken_by_change(&self, before: &Directory, after: &Directory) -> Vec<Broken> {
        self.broken(&OF_CHANGES, |entry| match entry.word {
            "fixed" => self.given_or_taken(entry, before, after),
            _ => kinds_changed(before, after),
        })
    }

    fn broken(
        &self,
        words: &[&'static str],
        judge: impl Fn(&Entry) -> Vec<Vec<String>>,
    ) -> Vec<Broken> {
        let all = words.iter().flat_map(|word| entries(&self.text, "constraints", word));
        let mut broken = Vec::new();
        for entry in all {
            let (line, word, is_error) = (entry.line, entry.word, entry.is_error());
            let what = judge(&entry).into_iter();
            broken.extend(what.map(|what| Broken { line, word, is_error, what }));
        }
        broken.sort();
        broken
    }

    fn cardinality(&self, entry: &Entry, directory: &Directory) -> Vec<Vec<String>> {
        let mut broken = Vec::new();
        for role in entry.roles("roles", self.policy) {
            for scope in self.places(entry, directory) {
                let holders = self.holders(directory, role, scope.as_deref());
                let count = holders.len();
                let too_many = entry.number("max").filter(|max| count > *max);
                let too_few = entry.number("min").filter(|min| count < *min);
                let bounds = too_many.map(|max| format!("at most {max}"));
                let bounds = bounds.into_iter().chain(too_few.map(|min| format!("at least {min}")));
                for bound in bounds {
                    let place = scope.clone().filter(|scope| !scope.ends_with(UNNAMED));
                    let place = place.unwrap_or_default();
                    let holders = holders.iter().map(|member| member.id.clone());
                    broken
                        .push([role.to_owned(), place, bound].into_iter().chain(holders).collect());
                }
            }
        }
        broken
    }

    /// Where the entry counts: in the whole directory (none), or each scope of its kind.
    fn places(&self, entry: &Entry, directory: &Directory) -> Vec<Option<String>> {
        let Some(kind) = entry.string("per") else { return vec![None] };
        let named = directory.named(kind);
        let is_outermost = self.policy.scope(kind).is_some_and(|scope| scope.within.is_none());
        if named.is_empty() && is_outermost {
            return vec![Some(format!("{kind}:{UNNAMED}"))];
        }
        named.into_iter().map(Some).collect()
    }

    /// The active members who hold a role in a scope, each once, in the order given.
    fn holders<'d>(
        &self,
        directory: &'d Directory,
        role: &str,
        scope: Option<&str>,
    ) -> Vec<&'d Member> {
        let tree = directory.tree();
        let counts = |member: &&Member| {
            let mut held = member.roles.iter().map(|text| held(member, text));
            let is_held =
                |held: Held| held.role == role && may_meet(self.policy, &tree, held.scope, scope);
            member.is_active && held.any(is_held)
        };
        directory.members.iter().filter(counts).collect()
    }

    /// Each role held by a second principal, in a scope where another has it.
    fn held_twice(&self, entry: &Entry, directory: &Directory) -> Vec<Vec<String>> {
        let (tree, all) = (directory.tree(), directory.held());
        let mut broken = Vec::new();
        for role in entry.roles("roles", self.policy) {
            for (at, later) in all.iter().enumerate().filter(|(_, held)| held.role == role) {
                let first = all[..at].iter().find(|earlier| {
                    earlier.role == role
                        && earlier.member.id != later.member.id
                        && may_meet(self.policy, &tree, earlier.scope, later.scope)
                });
                broken.extend(first.map(|first| {
                    let ids = [&first.member.id, &later.member.id].map(String::clone);
                    [later.text.to_owned()].into_iter().chain(ids).collect()
                }));
            }
        }
        broken
    }

    /// Each holding of a fixed role that is only before, or only after.
    fn given_or_taken(
        &self,
        entry: &Entry,
        before: &Directory,
        after: &Directory,
    ) -> Vec<Vec<String>> {
        let roles = entry.roles("roles", self.policy);
        let all = |directory: &Directory| {
            let held = directory.held().into_iter().filter(|held| roles.contains(&held.role));
            let mut all: Vec<Vec<String>> =
                held.map(|held| vec![held.text.to_owned(), held.member.id.clone()]).collect();
            all.sort();
            all.dedup();
            all
        };
        let only = |word: &str, here: &[Vec<String>], there: &[Vec<String>]| {
            let only = here.iter().filter(|held| !there.contains(held));
            let worded = only.map(|held| [&[word.to_owned()][..], held].concat());
            worded.collect::<Vec<_>>()
        };
        let (old, new) = (all(before), all(after));
        [only("revoke", &old, &new), only("assign", &new, &old)].concat()
    }
}

/// The id of a scope that must be there and is not named.
const UNNAMED: &str = "(unnamed)";

fn kinds_changed(before: &Directory, after: &Directory) -> Vec<Vec<String>> {
    let mut changed = Vec::new();
    for new in &after.members {
        let old = before.members.iter().find(|old| old.id == new.id);
        if let Some(old) = old.filter(|old| old.kind != new.kind) {
            let kind = |member: &Member| member.kind.clone().unwrap_or_default();
            changed.push(vec![new.id.clone(), kind(old), kind(new)]);
        }
    }
    changed
}
