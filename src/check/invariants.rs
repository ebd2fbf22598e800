//! The invariants of a policy, proved; what does not hold is reported with its witness.
//!
//! Not the proofs, which are `analyze`'s.

use crate::analyze::SITUATIONS_MAX;
use crate::analyze::invariants::{Broken, Witness, prove};
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, invariants};
use crate::table::Table;

/// Proves every invariant.
pub(super) fn check(compiled: &Compiled) -> Vec<Diagnostic> {
    let table = &compiled.table;
    let mut found = Vec::new();
    for (invariant, (at, except)) in table.notes().invariants.iter().zip(&compiled.invariants) {
        let title = invariant.note.title.as_deref();
        let Ok(broken) = prove(table, invariant) else {
            found.push(invariants::too_many_situations(*at, SITUATIONS_MAX));
            continue;
        };
        found.extend(broken.iter().map(|broken| match broken {
            Broken::Witness(witness) => {
                let who = who(table, witness);
                let action = table.action_name(witness.action);
                let command = command(table, witness);
                invariants::broken_invariant(
                    *at,
                    title,
                    (&who, action, witness.is_allowed),
                    &command,
                )
            }
            Broken::NeedlessExcept(action) => {
                invariants::needless_except(except.unwrap_or(*at), table.action_name(*action))
            }
        }));
    }
    found
}

fn who(table: &Table, witness: &Witness) -> String {
    let roles: Vec<String> =
        witness.roles.iter().map(|role| format!("`{}`", table.role_name(*role))).collect();
    match roles.as_slice() {
        [] if witness.is_direct => "whoever is given it directly".to_owned(),
        [] => "a principal without any role".to_owned(),
        roles => roles.join(" with "),
    }
}

/// The command that answers what the invariant says is not so.
fn command(table: &Table, witness: &Witness) -> String {
    let mut words = vec![format!("policyc decide --policy {}", table.policy())];
    words.extend(witness.kind.iter().map(|kind| format!("--kind {kind}")));
    for role in &witness.roles {
        let scope = table.role(*role).and_then(|role| table.scope(role.scope?));
        let scope = scope.map_or_else(String::new, |kind| format!("@{}:1", kind.name));
        words.push(format!("--role {}{scope}", table.role_name(*role)));
    }
    let action = table.action_name(witness.action);
    if witness.is_direct {
        words.push(format!("--direct {action}"));
    }
    words.push(format!("--action {action}"));
    words.extend(table.rules().scopes.iter().map(|kind| format!("--scope {}:1", kind.name)));
    words.extend(witness.given.iter().cloned());
    words.join(" ")
}
