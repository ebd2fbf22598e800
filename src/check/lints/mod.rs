//! Lints: what is probably not as meant, though it can be compiled.
//!
//! Not errors, and not what `compile` warns of as it reads. Lints run last, and only on a policy
//! without an error, so that one mistake is not reported twice. Each has a reason why someone would
//! want it, on its page; what many good policies do is `pedantic`, and off. What a lint has to know
//! of the whole table is `analyze`'s, exactly; what it says is `diagnostic`'s.

mod access;
mod conditions;
mod creation;
mod grants;
mod names;
mod pedantic;
mod published;
mod text;
mod unused;

use std::collections::BTreeMap;

use crate::diagnostic::{At, Diagnostic, FileId, Group, Levels, Span, rules};
use crate::model::{ActionId, Effect, GrantId, Id, RoleId};
use crate::source::policy::{Grant, Policy};
use crate::table::Table;

/// What a lint looks at: a policy without errors, as written and as compiled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub policy: &'a Policy,
    pub table: &'a Table,
    pub file: FileId,
    pub text: &'a str,
}

type Lint = fn(&Context<'_>) -> Vec<Diagnostic>;

/// Those of `Group::Default`.
const LINTS: [Lint; 15] = [
    unused::roles,      // declared, and named nowhere
    unused::conditions, // the same
    unused::attributes, // tested by no condition
    unused::scopes,     // nothing is held in one
    unused::kinds,      // holds nothing, and may not
    names::similar,     // actions that differ in plural or by a typing error
    names::confusable,  // names and titles that look alike
    text::hidden,       // characters that a reviewer does not see
    text::mixed,        // words with a letter of another script
    access::without,    // roles and actions that no permit reaches
    access::same,       // roles that may do the same
    grants::idle,       // grants that change nothing
    conditions::check,  // always true, always false, or never as wanted together
    creation::own,      // "one's own" asked of what is only being made
    published::check,   // ticks and evidence that other rows have
];

/// Those of `Group::Pedantic`.
const PEDANTIC: [Lint; 5] = [
    pedantic::undocumented,    // roles and actions that nothing is said of
    pedantic::one_apart_roles, // roles that differ in one action
    pedantic::uninherited,     // a role contained in another by chance
    pedantic::patterns,        // permits that grow with the vocabulary
    pedantic::readers,         // roles that read by their names and write
];

/// Runs the lints of every group that has a rule turned on. Single rules are not told apart here.
pub(super) fn check(context: &Context<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let groups: [(Group, &[Lint]); 2] = [(Group::Default, &LINTS), (Group::Pedantic, &PEDANTIC)];
    let is_wanted = |group: Group| rules().any(|rule| rule.group == group && levels.is_on(rule));
    let wanted = groups.into_iter().filter(|(group, _)| is_wanted(*group));
    wanted.flat_map(|(_, lints)| lints).flat_map(|lint| lint(context)).collect()
}

impl<'a> Context<'a> {
    const fn at(&self, span: Span) -> At {
        At::new(self.file, span)
    }

    /// Whether anything is permitted at all. Where nothing is, `no-permit` says so once, and what
    /// is unused is so for its sake.
    fn permits_something(&self) -> bool {
        let rules = self.table.rules();
        let mut effects = rules.grants.iter().map(|grant| grant.effect);
        rules.direct.is_some() || effects.any(|effect| effect == Effect::Permit)
    }

    /// The grants of the file, each with its id.
    fn grants(&self) -> impl Iterator<Item = (GrantId, &'a Grant)> {
        self.table.notes().grant_order.iter().copied().zip(&self.policy.grants)
    }

    /// Where each grant stands.
    fn grant_places(&self) -> BTreeMap<GrantId, At> {
        self.grants().map(|(id, grant)| (id, self.at(grant.about.span))).collect()
    }

    /// Where each role is declared.
    fn role_places(&self) -> BTreeMap<RoleId, At> {
        let order = self.table.notes().role_order.iter().copied();
        order.zip(&self.policy.roles).map(|(id, (name, _))| (id, self.at(name.span))).collect()
    }

    /// Where each action is declared, or named first.
    fn action_places(&self) -> BTreeMap<ActionId, At> {
        let mut places = BTreeMap::new();
        let mut place = |name: &str, span: Span| {
            if let Some(id) = self.table.find_action(name) {
                places.entry(id).or_insert(self.at(span));
            }
        };
        if let Some(actions) = &self.policy.actions {
            for (name, _) in actions {
                place(name.value.as_str(), name.span);
            }
            return places;
        }
        let direct = self.policy.direct.iter().flat_map(|direct| &direct.actions);
        for pattern in self.policy.grants.iter().flat_map(|grant| &grant.actions).chain(direct) {
            for name in pattern.value.literals().unwrap_or_default() {
                place(&name, pattern.span);
            }
        }
        places
    }
}

/// All ids of a list of this length.
fn ids<I: Id>(count: usize) -> impl Iterator<Item = I> {
    (0..count).filter_map(I::new)
}
