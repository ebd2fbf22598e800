//! The lints that are off: a matter of house style, or true of many good policies.
//!
//! Not computed where nobody turns one on.

use crate::analyze::{contained, one_apart};
use crate::diagnostic::{At, Diagnostic, grants, names};
use crate::model::{Effect, RoleId};
use crate::source::policy::{About, Grant};

use super::{Context, ids};

/// Words in a role's name that promise that it only reads.
const READERS: [&str; 10] = [
    "audit", "auditor", "observer", "read", "reader", "readers", "readonly", "view", "viewer",
    "viewers",
];

/// Words beside them that promise more.
const WRITERS: [&str; 10] = [
    "admin",
    "administrator",
    "contributor",
    "edit",
    "editor",
    "manage",
    "manager",
    "owner",
    "write",
    "writer",
];

/// Verbs that change something, also at the beginning of a longer verb.
const WRITING: [&str; 22] = [
    "add", "approve", "assign", "attach", "create", "delete", "deploy", "detach", "disable",
    "edit", "enable", "insert", "manage", "modify", "patch", "publish", "put", "remove", "rename",
    "set", "update", "write",
];

/// Roles and actions that nothing is said of; where there is no `[actions]`, that is one finding.
pub(super) fn undocumented(context: &Context<'_>) -> Vec<Diagnostic> {
    let policy = context.policy;
    let is_silent = |about: &About| {
        about.title.is_none() && about.description.is_none() && about.because.is_none()
    };
    let roles = policy.roles.iter().filter(|(_, role)| is_silent(&role.about));
    let roles =
        roles.map(|(name, _)| names::undocumented_role(context.at(name.span), name.value.as_str()));
    let mut found: Vec<Diagnostic> = roles.collect();
    match &policy.actions {
        Some(actions) => {
            let actions = actions.iter().filter(|(_, about)| is_silent(about));
            found.extend(actions.map(|(name, _)| {
                names::undocumented_action(context.at(name.span), name.value.as_str())
            }));
        }
        None => {
            let first = policy.grants.iter().flat_map(|grant| &grant.actions).next();
            let first = first.map(|pattern| context.at(pattern.span));
            found.extend(first.map(names::undocumented_actions));
        }
    }
    found
}

/// Roles whose access differs in one action.
pub(super) fn one_apart_roles(context: &Context<'_>) -> Vec<Diagnostic> {
    let (table, places) = (context.table, &context.role_places);
    let place = |id: &RoleId| places.get(id).copied().unwrap_or_default();
    let finding = |(one, other, action)| {
        // Reported at the later one of the file.
        let (first, last) = if place(&one) < place(&other) { (one, other) } else { (other, one) };
        let names = (table.role_name(last), table.role_name(first));
        grants::one_action_apart(place(&last), names, table.action_name(action), place(&first))
    };
    one_apart(table).into_iter().map(finding).collect()
}

/// Roles that have all of another's access and do not inherit it.
pub(super) fn uninherited(context: &Context<'_>) -> Vec<Diagnostic> {
    let (table, places) = (context.table, &context.role_places);
    let place = |id: &RoleId| places.get(id).copied().unwrap_or_default();
    let finding = |(senior, junior)| {
        let names = (table.role_name(senior), table.role_name(junior));
        grants::uninherited_role(place(&senior), names, place(&junior))
    };
    let all = all_powerful(context);
    // It has by its pattern, and not by chance, what others have and will be given.
    let is_chance = |(senior, _): &(RoleId, RoleId)| {
        !all.iter().any(|role| role == senior || table.inherits(*senior, *role))
    };
    contained(table).into_iter().filter(is_chance).map(finding).collect()
}

/// Roles that are permitted everything, whatever is added later.
fn all_powerful(context: &Context<'_>) -> Vec<RoleId> {
    let is_all = |grant: &Grant| {
        let is_everything = |pattern: &str| pattern == "*" || pattern == "**.*";
        grant.effect == Effect::Permit
            && grant.when.is_empty()
            && grant.unless.is_empty()
            && grant.except.is_empty()
            && grant.actions.iter().any(|pattern| is_everything(pattern.value.as_str()))
    };
    let roles = context.policy.grants.iter().filter(|grant| is_all(grant));
    let roles = roles.flat_map(|grant| &grant.roles).filter_map(|role| role.value.name());
    roles.filter_map(|role| context.table.find_role(role)).collect()
}

/// Patterns of permits that an action added later would join.
pub(super) fn patterns(context: &Context<'_>) -> Vec<Diagnostic> {
    let permits = context.policy.grants.iter().filter(|grant| grant.effect == Effect::Permit);
    let direct = context.policy.direct.iter().flat_map(|direct| &direct.actions);
    let patterns = permits.flat_map(|grant| &grant.actions).chain(direct);
    let open = patterns.filter(|pattern| pattern.value.literals().is_none());
    open.map(|pattern| grants::open_pattern(context.at(pattern.span), pattern.value.as_str()))
        .collect()
}

/// Roles that read by their names, and may do what writes by its name.
pub(super) fn readers(context: &Context<'_>) -> Vec<Diagnostic> {
    let (table, places) = (context.table, &context.role_places);
    let mut found = Vec::new();
    for id in ids::<RoleId>(table.rules().roles.len()) {
        let name = table.role_name(id);
        let Some(face) = table.by_role(id).filter(|_| is_reader(name)) else { continue };
        let conditional = face.conditional.iter().filter_map(|id| table.grant(*id));
        let conditional = conditional.flat_map(|grant| grant.actions.iter().copied());
        let mut actions = face.plain.iter().chain(conditional);
        if let Some(action) = actions.find(|action| is_writing(table.action_name(*action))) {
            let at: At = places.get(&id).copied().unwrap_or_default();
            found.push(grants::writing_reader(at, name, table.action_name(action)));
        }
    }
    found
}

fn is_reader(role: &str) -> bool {
    let words = words(role);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(&READERS) && !has(&WRITERS)
}

/// Words of a name, also of one that is written with capitals inside: `LogReader`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && was_small) {
            words.push(String::new());
        }
        was_small = letter.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words
}

fn is_writing(action: &str) -> bool {
    let verb = action.rsplit_once('.').map_or(action, |(_, verb)| verb);
    words(verb).first().is_some_and(|word| WRITING.contains(&word.as_str()))
}
