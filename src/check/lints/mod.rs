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

use crate::compile::SourceContext;
use crate::diagnostic::{At, Diagnostic, FileId, Group, Levels, Span, rules};
use crate::model::{ActionId, Effect, GrantId, Id, RoleId};
use crate::parallel;
use crate::source::policy::{Grant, Policy};
use crate::table::{Bits, Table};

/// What a lint looks at: a policy without errors, as written and as compiled.
#[derive(Debug)]
pub(super) struct Context<'a> {
    policy: &'a Policy,
    table: &'a Table,
    file: FileId,
    text: &'a str,
    /// Where each grant stands.
    grant_places: BTreeMap<GrantId, At>,
    /// Where each role is declared.
    role_places: BTreeMap<RoleId, At>,
    /// Where each action is declared, or named first.
    action_places: BTreeMap<ActionId, At>,
    /// The roles that the policy names somewhere else than at their declaration.
    named_roles: Bits<RoleId>,
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
    let wanted: Vec<Lint> = wanted.flat_map(|(_, lints)| lints).copied().collect();
    if context.text.len() < parallel::LARGE {
        return wanted.into_iter().flat_map(|lint| lint(context)).collect();
    }
    parallel::map(&wanted, |lint| lint(context)).into_iter().flatten().collect()
}

impl<'a> Context<'a> {
    pub(super) fn new(policy: &'a Policy, table: &'a Table, source: SourceContext<'a>) -> Self {
        let at = |span| At::new(source.file, span);
        let grants = table.notes().grant_order.iter().copied().zip(&policy.grants);
        let roles = table.notes().role_order.iter().copied().zip(&policy.roles);
        Self {
            policy,
            table,
            file: source.file,
            text: &source.source.text,
            grant_places: grants.map(|(id, grant)| (id, at(grant.about.span))).collect(),
            role_places: roles.map(|(id, (name, _))| (id, at(name.span))).collect(),
            action_places: action_places(policy, table, at),
            named_roles: unused::named_roles(policy, table),
        }
    }

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
}

fn action_places(
    policy: &Policy,
    table: &Table,
    at: impl Fn(Span) -> At,
) -> BTreeMap<ActionId, At> {
    let mut places = BTreeMap::new();
    let mut place = |name: &str, span: Span| {
        if let Some(id) = table.find_action(name) {
            places.entry(id).or_insert(at(span));
        }
    };
    if let Some(actions) = &policy.actions {
        for (name, _) in actions {
            place(name.value.as_str(), name.span);
        }
        return places;
    }
    let direct = policy.direct.iter().flat_map(|direct| &direct.actions);
    for pattern in policy.grants.iter().flat_map(|grant| &grant.actions).chain(direct) {
        for name in pattern.value.literals().unwrap_or_default() {
            place(&name, pattern.span);
        }
    }
    places
}

/// All ids of a list of this length.
fn ids<I: Id>(count: usize) -> impl Iterator<Item = I> {
    (0..count).filter_map(I::new)
}
