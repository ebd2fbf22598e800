//! The invariants of a policy, proved; what does not hold is reported with its witness.
//!
//! Not the proofs, which are `analyze`'s.

use crate::analyze::SITUATIONS_MAX;
use crate::analyze::invariants::{Broken, Witness, prove};
use crate::compile::{Compiled, InvariantPlaces};
use crate::diagnostic::{Diagnostic, invariants};
use crate::table::Table;
use crate::table::notes::{HeldRoles, Invariant};

use super::{Proofs, replay};

/// Proves every invariant that is asked for. The file is named as findings name it.
pub(super) fn check(
    compiled: &Compiled,
    file: &str,
    is_asked: &dyn Fn(&Invariant) -> bool,
) -> (Proofs, Vec<Diagnostic>) {
    let table = &compiled.table;
    let mut proofs = Proofs::default();
    let mut found = Vec::new();
    let invariants = table.notes().invariants.iter().zip(&compiled.invariants);
    for (invariant, places) in invariants.filter(|(invariant, _)| is_asked(invariant)) {
        let Ok(proved) = prove(table, invariant) else {
            found.push(invariants::too_many_situations(places.entry, SITUATIONS_MAX));
            continue;
        };
        proofs.cells += proved.cell_count;
        proofs.invariants += usize::from(proved.broken.is_empty());
        let broken = proved.broken.iter();
        found.extend(broken.map(|broken| match broken {
            Broken::Witness(witness) => broken_invariant(table, file, (invariant, places), witness),
            Broken::NeedlessExcept(action) => {
                let at = places.except.unwrap_or(places.entry);
                invariants::needless_except(at, table.action_name(*action))
            }
            Broken::NoAction => invariants::about_no_action(
                places.except.or(places.actions).unwrap_or(places.entry),
                places.except.is_some(),
            ),
            Broken::NoAsker => about_nobody(invariant, places),
        }));
    }
    (proofs, found)
}

fn broken_invariant(
    table: &Table,
    file: &str,
    (invariant, places): (&Invariant, &InvariantPlaces),
    witness: &Witness,
) -> Diagnostic {
    let title = invariant.note.title.as_deref();
    let who = who(table, witness);
    let action = table.action_name(witness.action);
    let command = replay::command(table, file, witness);
    let broken = (who.as_str(), action, witness.is_allowed);
    let found = invariants::broken_invariant(places.entry, title, broken, &command);
    match witness.covered {
        Some(of) => found.with_note(format!("`{}` may", table.role_name(of))),
        None => found,
    }
}

/// No kind may hold the roles, or none of those that the invariant names.
fn about_nobody(invariant: &Invariant, places: &InvariantPlaces) -> Diagnostic {
    let by_kind = places.kinds.map(|at| invariants::about_no_kind(at, places.roles));
    let is_together = invariant.held == HeldRoles::Together;
    let at = places.roles.unwrap_or(places.entry);
    by_kind.unwrap_or_else(|| invariants::about_nobody(at, is_together))
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
