//! The command that asks for a witness's request again.
//!
//! Not the answer: `decide` gives it.

use crate::analyze::invariants::Witness;
use crate::table::Table;

use super::Source;

/// A whole command line, quoted for a POSIX shell.
pub(super) fn command(table: &Table, file: &str, witness: &Witness) -> String {
    let mut words = vec!["policyc".to_owned(), "decide".to_owned(), path(file)];
    words.push("--unproved".to_owned());
    let mut give = |flag: &str, value: &str| {
        // What begins with a dash would be read as a flag of its own.
        if value.starts_with('-') {
            words.push(quoted(&format!("{flag}={value}")));
        } else {
            words.extend([flag.to_owned(), quoted(value)]);
        }
    };
    give("--policy", table.policy());
    for id in &witness.roles {
        let scope = table.role(*id).and_then(|role| table.scope(role.scope?));
        let scope = scope.map_or_else(String::new, |kind| format!("@{}:1", kind.name));
        give("--role", &format!("{}{scope}", table.role_name(*id)));
    }
    let action = table.action_name(witness.action);
    if witness.is_direct {
        give("--direct", action);
    }
    if let Some(kind) = witness.kind.and_then(|kind| table.kind(kind)) {
        give("--kind", &kind.name);
    }
    give("--action", action);
    for kind in &table.rules().scopes {
        give("--scope", &format!("{}:1", kind.name));
    }
    for given in &witness.given {
        give(given.flag, &given.value);
    }
    words.join(" ")
}

fn path(file: &str) -> String {
    match file {
        Source::STANDARD_INPUT => "-".to_owned(),
        file if file.starts_with('-') => quoted(&format!("./{file}")),
        file => quoted(file),
    }
}

/// One word for a POSIX shell: what means nothing to it stands as it is.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
