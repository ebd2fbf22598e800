//! Roles that can give access which they do not have, as advice.
//!
//! Not the search, which is `analyze`'s.

use crate::analyze::{Escalation, Step, escalations};
use crate::compile::Compiled;
use crate::diagnostic::{At, Diagnostic, constraints};

/// One finding for each such role.
pub(super) fn check(compiled: &Compiled, whole: At) -> Vec<Diagnostic> {
    let found = escalations(&compiled.table);
    found.iter().filter_map(|escalation| finding(compiled, escalation, whole)).collect()
}

fn finding(compiled: &Compiled, escalation: &Escalation, whole: At) -> Option<Diagnostic> {
    let table = &compiled.table;
    let (first, later) = escalation.steps.split_first()?;
    let last = later.last().unwrap_or(first);
    let roles = [escalation.giver, first.given, last.given].map(|role| table.role_name(role));
    let place = |step: &Step| {
        let places = compiled.delegations.get(step.delegation)?;
        let is_by =
            |name: &str| table.find_role(name).is_some_and(|by| table.inherits(step.giver, by));
        let by = places.by.iter().find(|(name, _)| is_by(name));
        Some(by.map_or(places.entry, |(_, at)| *at))
    };
    let at = place(first).unwrap_or(whole);
    let action = table.action_name(escalation.action);
    let found = constraints::escalation(at, roles, action);
    let further = later.iter().filter_map(|step| {
        let names = (table.role_name(step.giver), table.role_name(step.given));
        Some((place(step)?, format!("`{}` gives `{}`", names.0, names.1)))
    });
    Some(further.fold(found, Diagnostic::with_label_of))
}
