//! Stage 09: diagnostics of locks, where sources are held to one.
//!
//! Not of the bundles of that stage, which are `bundles`'s.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule};

declare_rules! {
    MISSING: Error "P0911" "missing-lock";
    OTHER_VERSION: Error "P0912" "other-lock-version";
    UNREADABLE: Error "P0913" "unreadable-lock";
    EDITED: Error "P0914" "edited-lock";
    UNLOCKED: Error "P0915" "unlocked-policy";
    GONE: Error "P0916" "locked-policy-gone";
    DIFFERS: Error "P0917" "lock-differs";
}

/// How many names a message lists.
const NAMED_MAX: usize = 3;

/// One side of a change, at its place.
#[derive(Debug)]
pub(crate) struct Changed {
    pub at: At,
    pub text: String,
}

pub(crate) fn lock_missing(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&MISSING, at, format!("there is no lock `{name}` to hold the policies to"))
}

pub(crate) fn other_lock_version(at: At, version: &str, known: u32) -> Diagnostic {
    let message = format!("the lock has version `{version}`, and this policyc reads {known}");
    Diagnostic::new(&OTHER_VERSION, at, message)
}

pub(crate) fn lock_without_version(at: At, known: u32) -> Diagnostic {
    let message = format!("the lock does not begin with its version, `lock {known}`");
    Diagnostic::new(&UNREADABLE, at, message)
}

pub(crate) fn lock_not_utf8(at: At) -> Diagnostic {
    Diagnostic::new(&UNREADABLE, at, "the lock is not UTF-8".to_owned())
        .with_note("this byte cannot stand here")
}

pub(crate) fn lock_half_merged(at: At) -> Diagnostic {
    Diagnostic::new(&UNREADABLE, at, "the lock cannot be read".to_owned())
        .with_note("a merge left this")
}

pub(crate) fn unreadable_line(at: At) -> Diagnostic {
    Diagnostic::new(&UNREADABLE, at, "the lock cannot be read".to_owned())
        .with_note("a lock has no such line")
}

pub(crate) fn locked_twice(at: At, policy: &str, first: At) -> Diagnostic {
    Diagnostic::new(&UNREADABLE, at, format!("policy `{policy}` is locked twice"))
        .with_label(first, "first locked here")
}

pub(crate) fn edited_lock(at: At, policy: &str) -> Diagnostic {
    let message = format!("the locked lines of `{policy}` are not those of its digest");
    Diagnostic::new(&EDITED, at, message).with_note("edited by hand, or merged")
}

pub(crate) fn unlocked_policy(at: At, policy: &str, name: &str) -> Diagnostic {
    Diagnostic::new(&UNLOCKED, at, format!("policy `{policy}` is not in the lock `{name}`"))
}

pub(crate) fn locked_policy_gone(at: At, policy: &str) -> Diagnostic {
    Diagnostic::new(&GONE, at, format!("policy `{policy}` is locked, and not there"))
}

pub(crate) fn other_locked_version(at: At, policy: &str, versions: (&str, &str)) -> Diagnostic {
    let (locked, now) = versions;
    let message = format!("`{policy}` has version {now}, and is locked as {locked}");
    Diagnostic::new(&DIFFERS, at, message).with_note("the access is as locked")
}

/// `names` are those of all changes; `shown` are the first, and there are `more`.
pub(crate) fn lock_differs(
    policy: &str,
    names: &[String],
    shown: Vec<Changed>,
    more: usize,
) -> Diagnostic {
    let mut listed: Vec<String> =
        names.iter().take(NAMED_MAX).map(|name| format!("`{name}`")).collect();
    if names.len() > NAMED_MAX {
        listed.push(format!("and {} more", names.len() - NAMED_MAX));
    }
    let listed = listed.join(", ").replace(", and ", " and ");
    let message = format!("`{policy}` is not as locked: {listed}");
    let mut shown = shown.into_iter();
    let Some(first) = shown.next() else {
        return Diagnostic::new(&DIFFERS, At::default(), message);
    };
    let mut diagnostic = Diagnostic::new(&DIFFERS, first.at, message).with_note(first.text);
    for side in shown {
        diagnostic = diagnostic.with_label(side.at, side.text);
    }
    if more > 0 {
        let last = diagnostic.labels.pop();
        if let Some(last) = last {
            let lines = if more == 1 { "line differs" } else { "lines differ" };
            let text = format!("{} ({more} more {lines})", last.text);
            diagnostic = diagnostic.with_label(last.at, text);
        }
    }
    diagnostic
}

/// With what to do about it: the command that writes the lock.
pub(crate) fn with_renewal(found: Diagnostic, command: &str) -> Diagnostic {
    let help = match found.rule.code {
        "P0911" => format!("write it with `{command}`, and commit it with the policies"),
        "P0912" | "P0913" | "P0914" => {
            format!("write it anew with `{command}`, and review what changes in it")
        }
        _ => format!("if this is meant, accept it with `{command}`, and review the lock's diff"),
    };
    found.with_help(help)
}
