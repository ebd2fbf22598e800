//! Stage 02: diagnostics of names: unknown, circular, too alike.
//!
//! Not of their form, which is stage 01.

use super::registry::declare_rules;
use super::suggest::{LISTED_MAX, Suggestions, list};
use super::{At, Diagnostic, Rule};

declare_rules! {
    UNKNOWN_ROLE: Error "P0201" "unknown-role";
    UNKNOWN_ACTION: Error "P0202" "unknown-action";
    UNKNOWN_KIND: Error "P0203" "unknown-kind";
    UNKNOWN_SCOPE: Error "P0204" "unknown-scope";
    UNKNOWN_CONDITION: Error "P0205" "unknown-condition";
    UNKNOWN_ATTRIBUTE: Error "P0206" "unknown-attribute";
    CASE: Error "P0207" "names-differ-in-case";
    ROLE_CYCLE: Error "P0208" "inheritance-cycle";
    CONDITION_CYCLE: Error "P0209" "condition-cycle";
    SCOPE_CYCLE: Error "P0210" "scope-cycle";
    UNMATCHED: Warning "P0211" "unmatched-pattern";
    BUILT_IN: Error "P0212" "built-in-attribute";
    TOO_LONG: Error "P0213" "name-too-long";
    UNKNOWN_POLICY: Error "P0214" "unknown-policy";
    UNUSED_ROLE: Warning "P0215" "unused-role";
    UNUSED_CONDITION: Warning "P0216" "unused-condition";
    UNUSED_ATTRIBUTE: Warning "P0217" "unused-attribute";
    UNUSED_SCOPE: Warning "P0218" "unused-scope";
    UNUSED_KIND: Warning "P0219" "unused-kind";
    SIMILAR_ACTIONS: Warning "P0220" "similar-actions";
    HIDDEN: Warning "P0221" "hidden-character";
    MIXED_SCRIPT: Warning "P0222" "mixed-script";
    CONFUSABLE: Warning "P0223" "confusable-names";
    UNDOCUMENTED_ROLE: Advice "P0224" "undocumented-role" pedantic;
    UNDOCUMENTED_ACTION: Advice "P0225" "undocumented-action" pedantic;
}

pub(crate) fn unknown_role(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    unknown(&UNKNOWN_ROLE, at, "role", name, &Suggestions { what: "roles", known })
}

pub(crate) fn unknown_action(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    let known = Suggestions { what: "actions", known };
    let diagnostic = unknown(&UNKNOWN_ACTION, at, "action", name, &known);
    if diagnostic.help.is_some() {
        return diagnostic;
    }
    diagnostic.with_help("an action is what a grant or `[direct]` names, or what `[actions]` lists")
}

pub(crate) fn unknown_kind(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    unknown(&UNKNOWN_KIND, at, "kind", name, &Suggestions { what: "kinds", known })
}

pub(crate) fn unknown_scope(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    unknown(&UNKNOWN_SCOPE, at, "scope kind", name, &Suggestions { what: "scope kinds", known })
}

pub(crate) fn unknown_condition(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    unknown(&UNKNOWN_CONDITION, at, "condition", name, &Suggestions { what: "conditions", known })
}

pub(crate) fn unknown_attribute(at: At, name: &str, mut known: Vec<&str>) -> Diagnostic {
    // The namespaces are few and long: what is near is decided by what stands behind them.
    let own = |name: &'_ str| name.split_once('.').map_or(name, |(_, own)| own).to_owned();
    let is_near = |other: &&str| super::nearest(&own(name), [own(other).as_str()]).is_some();
    if known.iter().any(is_near) {
        known.retain(is_near);
        let near = super::nearest(name, known.iter().copied()).or(known.first().copied());
        let near = near.map(|near| format!("did you mean `{near}`?"));
        // What the principal has is not what the resource has: another namespace is no misspelling.
        let space = |name: &'_ str| name.split_once('.').map(|(space, _)| space.to_owned());
        let only = match known.as_slice() {
            [only] if space(only) == space(name) => Some(*only),
            _ => None,
        };
        return Diagnostic::new(&UNKNOWN_ATTRIBUTE, at, format!("unknown attribute `{name}`"))
            .with_help_if(near)
            .with_rename_if(name, only);
    }
    let help = (known.len() <= LISTED_MAX).then(|| format!("the attributes are {}", list(&known)));
    Diagnostic::new(&UNKNOWN_ATTRIBUTE, at, format!("unknown attribute `{name}`"))
        .with_help_if(help)
}

/// `known` are the policies that were read.
pub(crate) fn unknown_policy(at: At, name: &str, known: Vec<&str>) -> Diagnostic {
    let known = Suggestions { what: "policies", known };
    unknown(&UNKNOWN_POLICY, at, "policy", name, &known)
}

fn unknown(
    rule: &'static Rule,
    at: At,
    what: &str,
    name: &str,
    known: &Suggestions<'_>,
) -> Diagnostic {
    Diagnostic::new(rule, at, format!("unknown {what} `{name}`"))
        .with_help_if(known.help(name))
        .with_rename_if(name, known.only(name))
}

/// `what` is what both are, in the plural: `roles`.
pub(crate) fn names_differ_in_case(
    at: At,
    name: &str,
    first: At,
    other: &str,
    what: &str,
) -> Diagnostic {
    Diagnostic::new(&CASE, at, format!("{what} `{other}` and `{name}` differ only in case"))
        .with_label(first, format!("`{other}` is here"))
        .with_help("write both alike, or give one another name")
}

/// `way` leads from the first role through its juniors back to it.
pub(crate) fn inheritance_cycle(at: At, way: &[&str]) -> Diagnostic {
    cycle(&ROLE_CYCLE, at, "role", "inherits from itself", way)
}

/// `way` leads from the first condition through its parts back to it.
pub(crate) fn condition_cycle(at: At, way: &[&str]) -> Diagnostic {
    cycle(&CONDITION_CYCLE, at, "condition", "is defined by itself", way)
}

/// `way` leads from the first scope kind outwards back to it.
pub(crate) fn scope_cycle(at: At, way: &[&str]) -> Diagnostic {
    cycle(&SCOPE_CYCLE, at, "scope kind", "lies in itself", way)
}

fn cycle(rule: &'static Rule, at: At, what: &str, does: &str, way: &[&str]) -> Diagnostic {
    let first = way.first().copied().unwrap_or_default();
    let diagnostic = Diagnostic::new(rule, at, format!("{what} `{first}` {does}"));
    if way.len() <= 2 {
        return diagnostic.with_help("remove the name from its own list");
    }
    diagnostic
        .with_note(format!("the circle: {}", list(way).replace(", ", " → ")))
        .with_help("remove one of the links")
}

pub(crate) fn unmatched_pattern(at: At, pattern: &str) -> Diagnostic {
    Diagnostic::new(&UNMATCHED, at, format!("pattern `{pattern}` matches no action"))
}

pub(crate) fn built_in_attribute(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&BUILT_IN, at, format!("attribute `{name}` is built in"))
        .with_help("remove the declaration; conditions can name it as it is")
}

/// A built-in attribute among those that are given by name; `key` is the key that gives it.
pub(crate) fn built_in_attribute_given(at: At, name: &str, key: &str) -> Diagnostic {
    Diagnostic::new(&BUILT_IN, at, format!("attribute `{name}` is built in"))
        .with_help(format!("take it out of `attributes`, and write it as `{key}` beside them"))
}

pub(crate) fn name_too_long(at: At, name: &str, bytes_max: usize) -> Diagnostic {
    let head: String = name.chars().take(40).collect();
    Diagnostic::new(&TOO_LONG, at, format!("action `{head}…` is longer than {bytes_max} bytes"))
}

pub(crate) fn unused_role(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_ROLE, at, format!("role `{name}` is declared and never named"))
        .with_help("grant it something, or remove it")
}

pub(crate) fn unused_condition(at: At, name: &str) -> Diagnostic {
    let message = format!("condition `{name}` is declared and never named");
    Diagnostic::new(&UNUSED_CONDITION, at, message)
        .with_help("name it in `when` or `unless`, or remove it")
}

pub(crate) fn unused_attribute(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_ATTRIBUTE, at, format!("no condition tests attribute `{name}`"))
        .with_help("test it in a condition, or remove it")
}

pub(crate) fn unused_scope(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_SCOPE, at, format!("no role can be held in a scope of kind `{name}`"))
        .with_help(format!("give a role `scope = \"{name}\"`, or remove the kind"))
}

pub(crate) fn unused_kind(at: At, name: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED_KIND, at, format!("no role can be held by kind `{name}`"))
        .with_help("name it in the `kinds` of a role, or remove it")
}

/// Both are whole actions, or both are types.
pub(crate) fn similar_actions(
    at: At,
    what: &str,
    name: &str,
    (first, other): (At, &str),
) -> Diagnostic {
    let message = format!("{what} `{other}` and `{name}` differ in spelling only");
    Diagnostic::new(&SIMILAR_ACTIONS, at, message)
        .with_label(first, format!("`{other}` is here"))
        .with_help("if they are one, write both alike")
}

pub(crate) fn invisible_character(at: At, code: &str) -> Diagnostic {
    Diagnostic::new(&HIDDEN, at, format!("a character that cannot be seen, {code}"))
        .with_help("remove it")
}

pub(crate) fn bidirectional_character(at: At, code: &str, escape: &str) -> Diagnostic {
    let message = format!("a character that turns the direction of what follows, {code}");
    Diagnostic::new(&HIDDEN, at, message)
        .with_help(format!("remove it; in a text that needs it, write `{escape}`"))
}

/// `scripts` are those of its letters, two at least.
pub(crate) fn mixed_script(at: At, word: &str, scripts: &[&str]) -> Diagnostic {
    let scripts = scripts.join(" and ");
    Diagnostic::new(&MIXED_SCRIPT, at, format!("`{word}` mixes {scripts} letters that look alike"))
        .with_help("write the word in the letters of one script")
}

/// `what` is what both are, in the plural: `roles`.
pub(crate) fn confusable_names(
    at: At,
    what: &str,
    name: &str,
    (first, other): (At, &str),
) -> Diagnostic {
    let message = format!("{what} `{other}` and `{name}` look alike");
    Diagnostic::new(&CONFUSABLE, at, message)
        .with_label(first, format!("`{other}` is here"))
        .with_help("if they are one, write both alike; else give one another name")
}

pub(crate) fn undocumented_role(at: At, name: &str) -> Diagnostic {
    let message = format!("nothing says what role `{name}` is for");
    Diagnostic::new(&UNDOCUMENTED_ROLE, at, message)
        .with_help("add a `title`, a `description` or a `because`")
}

pub(crate) fn undocumented_action(at: At, name: &str) -> Diagnostic {
    let message = format!("nothing says what action `{name}` is");
    Diagnostic::new(&UNDOCUMENTED_ACTION, at, message).with_help("add a `title` or a `description`")
}

pub(crate) fn undocumented_actions(at: At) -> Diagnostic {
    let message = "nothing says what the actions are".to_owned();
    Diagnostic::new(&UNDOCUMENTED_ACTION, at, message)
        .with_help("list them in `[actions]`, each with a title")
}
