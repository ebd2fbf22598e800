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
                let given = given(table, witness);
                invariants::broken_invariant(*at, title, (&who, action, witness.is_allowed), &given)
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

/// The rest of the situation, in the words of the command line.
fn given(table: &Table, witness: &Witness) -> String {
    let kind = witness.kind.iter().map(|kind| format!("--kind {kind}"));
    let scopes = table.rules().scopes.iter().map(|kind| format!("--scope {}:1", kind.name));
    kind.chain(scopes).chain(witness.given.iter().cloned()).collect::<Vec<_>>().join(" ")
}
