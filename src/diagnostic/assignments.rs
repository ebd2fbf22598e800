//! Stage 08: diagnostics of assignments and directories.
//!
//! Not the judging, which is `evaluate`'s, nor the naming of who and what, which is `audit`'s.

use super::registry::declare_rules;
use super::suggest::list;
use super::{At, Diagnostic, Rule};

declare_rules! {
    KIND_EXCLUDED: Error "P0801" "kind-excluded";
    KIND_MISSING: Error "P0802" "kind-missing";
    SCOPE_MISSING: Error "P0803" "scope-missing";
    SCOPE_KIND: Error "P0804" "wrong-scope-kind";
    DIRECT: Error "P0805" "direct-action-not-allowed";
    DUPLICATE: Error "P0806" "duplicate-principal";
    UNPLACED: Error "P0807" "unplaced-scope";
    MISPLACED: Error "P0808" "misplaced-scope";
    VALUE: Error "P0809" "wrong-attribute-value";
    SEPARATION: Error "P0811" "broken-separation";
    SUBSUMED: Error "P0812" "broken-no-subsumed-roles";
    CARDINALITY: Error "P0813" "broken-cardinality";
    ROLES_PER_PRINCIPAL: Error "P0814" "broken-roles-per-principal";
    FIXED: Error "P0815" "broken-fixed";
    IMMUTABLE_KIND: Error "P0816" "broken-immutable-kind";
    REQUIRES: Error "P0817" "broken-requires";
}

/// `what` is a role or a direct action, `kinds` those that may hold it.
pub(crate) fn kind_excluded(at: At, what: &str, kind: &str, kinds: &[&str]) -> Diagnostic {
    Diagnostic::new(
        &KIND_EXCLUDED,
        at,
        format!("a principal of kind `{kind}` cannot hold `{what}`"),
    )
    .with_help(format!("it is held by {}", list(kinds)))
}

pub(crate) fn kind_missing(at: At, what: &str, kinds: &[&str]) -> Diagnostic {
    let message = format!("`{what}` is held by some kinds, and the principal's is not given");
    Diagnostic::new(&KIND_MISSING, at, message).with_help(format!("give it: {}", list(kinds)))
}

pub(crate) fn scope_missing(at: At, what: &str, kind: &str) -> Diagnostic {
    Diagnostic::new(&SCOPE_MISSING, at, format!("`{what}` is held in a scope, and none is given"))
        .with_help(format!("say in which: `{what}@{kind}:…`"))
}

/// `kinds` are the scope kinds that would be right, and whether it must be held in one of them.
pub(crate) fn wrong_scope_kind(
    at: At,
    what: &str,
    scope: &str,
    (kinds, is_demanded): (&[&str], bool),
) -> Diagnostic {
    let help = match (kinds, is_demanded) {
        ([], _) => "it is held without a scope".to_owned(),
        (kinds, true) => format!("it is held in a scope of kind {}", list(kinds)),
        (kinds, false) => format!("it is held without a scope, or in one of kind {}", list(kinds)),
    };
    Diagnostic::new(&SCOPE_KIND, at, format!("`{what}` cannot be held in `{scope}`"))
        .with_help(help)
}

pub(crate) fn direct_action_not_allowed(at: At, action: &str) -> Diagnostic {
    Diagnostic::new(&DIRECT, at, format!("`{action}` cannot be given directly"))
        .with_help("the policy's `[direct]` names the actions that can; give a role instead")
}

pub(crate) fn duplicate_principal(at: At, id: &str, first: At) -> Diagnostic {
    Diagnostic::new(&DUPLICATE, at, format!("principal `{id}` is listed twice"))
        .with_label(first, "first listed here")
        .with_help("put all that it holds into one entry, or give one of the two another id")
}

/// `outer` is the kind that such scopes lie in.
pub(crate) fn unplaced_scope(at: At, scope: &str, outer: &str) -> Diagnostic {
    let message = format!("where `{scope}` lies is not said");
    Diagnostic::new(&UNPLACED, at, message)
        .with_help(format!("say it under `scopes`: `{scope}: {{ within: {outer}:… }}`"))
}

/// `outer` is the kind that such scopes lie in; none for an outermost kind.
pub(crate) fn misplaced_scope(
    at: At,
    scope: &str,
    within: &str,
    outer: Option<&str>,
) -> Diagnostic {
    let help = outer.map_or_else(
        || "scopes of its kind lie in no other; remove `within`".to_owned(),
        |outer| format!("scopes of its kind lie in one of kind `{outer}`"),
    );
    Diagnostic::new(&MISPLACED, at, format!("`{scope}` cannot lie in `{within}`")).with_help(help)
}

/// `expected` says what the attribute takes: "a boolean", "one of `root`, `child`".
pub(crate) fn wrong_attribute_value(at: At, name: &str, expected: &str) -> Diagnostic {
    let message = format!("the value is none of attribute `{name}`; expected {expected}");
    Diagnostic::new(&VALUE, at, message)
}

/// A broken constraint; `constraint` is its word in the policy, `stated` where and why it stands.
pub(crate) fn broken(at: At, constraint: &str, message: String, stated: &str) -> Diagnostic {
    let rule = match constraint {
        "separation" => &SEPARATION,
        "no-subsumed-roles" => &SUBSUMED,
        "cardinality" => &CARDINALITY,
        "roles-per-principal" => &ROLES_PER_PRINCIPAL,
        "fixed" => &FIXED,
        "immutable-kind" => &IMMUTABLE_KIND,
        _ => &REQUIRES,
    };
    Diagnostic::new(rule, at, message).with_help(stated)
}
