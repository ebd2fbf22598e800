//! "One's own", asked of an action that only makes the thing.
//!
//! Not conditions of a tenant or an account: where something will lie is known before it is there.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, grants};
use crate::model::{AttributeId, ConditionId, Effect, Namespace};
use crate::table::Table;
use crate::table::rules::Test;

use super::{Context, ids};

/// Verbs that make what the action's type says. A longer verb (`addNote`) mostly makes something in
/// what is there already, which has an owner.
const VERBS: [&str; 3] = ["add", "create", "new"];

/// What an attribute is called that says whose something is.
const OWNERS: [&str; 6] = ["author", "created-by", "creator", "own", "owned-by", "owner"];

pub(super) fn own(context: &Context<'_>) -> Vec<Diagnostic> {
    let own = own_conditions(context.table);
    let mut found = Vec::new();
    for (id, grant) in context.grants().filter(|(_, grant)| grant.effect == Effect::Permit) {
        let is_own =
            |name: &str| context.table.find_condition(name).is_some_and(|id| own.contains(&id));
        let Some(condition) = grant.when.iter().find(|name| is_own(name.value.as_str())) else {
            continue;
        };
        let actions = context.table.grant(id).map_or(&[][..], |grant| &grant.actions);
        let names = actions.iter().map(|action| context.table.action_name(*action));
        let making = names.filter(|name| is_making(name)).find_map(|name| {
            let pattern = grant.actions.iter().find(|pattern| pattern.value.matches(name))?;
            Some((name, context.at(pattern.span)))
        });
        if let Some((action, action_at)) = making {
            let at = context.at(condition.span);
            found.push(grants::own_on_create(at, condition.value.as_str(), action, action_at));
        }
    }
    found
}

fn is_making(action: &str) -> bool {
    action.rsplit_once('.').is_some_and(|(_, verb)| VERBS.contains(&verb))
}

/// Conditions that hold for one's own only: a test for the owner, or all of several with one such.
fn own_conditions(table: &Table) -> BTreeSet<ConditionId> {
    let conditions = || ids::<ConditionId>(table.rules().conditions.len());
    let mut own: BTreeSet<ConditionId> = BTreeSet::new();
    // Conditions end somewhere, so as many rounds as there are conditions are enough.
    for _ in conditions() {
        let before = own.len();
        for id in conditions() {
            let is_own = table.condition(id).is_some_and(|condition| match &condition.test {
                Test::Matches { attribute, other } => {
                    is_owner_test(table, *attribute, *other)
                        || is_owner_test(table, *other, *attribute)
                }
                Test::All { conditions } => conditions.iter().any(|part| own.contains(part)),
                Test::Asserted
                | Test::OneOf { .. }
                | Test::AtLeast { .. }
                | Test::AtMost { .. }
                | Test::Any { .. }
                | Test::Not { .. } => false,
            });
            if is_own {
                own.insert(id);
            }
        }
        if own.len() == before {
            break;
        }
    }
    own
}

/// Whether something of the resource is compared with who asks.
fn is_owner_test(table: &Table, resource: AttributeId, principal: AttributeId) -> bool {
    let found = table.attribute(resource).zip(table.attribute(principal));
    found.is_some_and(|(resource, principal)| {
        let spelt = resource.name.replace('_', "-").to_ascii_lowercase();
        let is_owner = |owner: &str| {
            spelt.strip_prefix(owner).is_some_and(|rest| matches!(rest, "" | "-id" | "id"))
        };
        resource.namespace == Namespace::Resource
            && principal.namespace == Namespace::Principal
            && (resource.name == "id" || principal.name == "id" || OWNERS.into_iter().any(is_owner))
    })
}
