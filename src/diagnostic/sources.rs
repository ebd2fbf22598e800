//! Stage 06: diagnostics of versions, sources and what is compiled together.
//!
//! Not of a single policy's meaning.

use super::registry::declare_rules;
use super::{At, Diagnostic, Rule, Span};

declare_rules! {
    UNCITED: Error "P0601" "uncited-rule";
    BEYOND: Error "P0602" "cite-beyond-rules";
    WITHOUT_RULES: Error "P0603" "cite-without-rules";
    DUPLICATE_POLICY: Error "P0604" "duplicate-policy";
    WITHOUT_TICKS: Advice "P0605" "row-without-ticks";
    WITHOUT_EVIDENCE: Advice "P0606" "missing-evidence";
    INSUFFICIENT_VERSION: Error "P0607" "insufficient-version";
    UNUSED_ALLOW: Warning "P0620" "unused-allow";
}

/// `rules` are the first of them, `count` is how many there are.
pub(crate) fn uncited_rules(at: At, rules: &[u32], count: usize) -> Diagnostic {
    let mut numbers: Vec<String> = rules.iter().map(u32::to_string).collect();
    if count > rules.len() {
        numbers.push(format!("and {} more", count - rules.len()));
    }
    let message = match numbers.as_slice() {
        [one] => format!("rule {one} of the document is cited nowhere"),
        many => format!(
            "rules {} of the document are cited nowhere",
            many.join(", ").replace(", and ", " and ")
        ),
    };
    Diagnostic::new(&UNCITED, at, message)
        .with_help("cite it with `cites = […]` where it is stated, or in a `[[statements]]` entry")
}

pub(crate) fn cite_beyond_rules(at: At, cited: u32, rules: u32, rules_at: At) -> Diagnostic {
    Diagnostic::new(&BEYOND, at, format!("rule {cited} is cited, and the document has {rules}"))
        .with_label(rules_at, "so many rules")
}

pub(crate) fn cite_without_rules(at: At) -> Diagnostic {
    let message = "a rule is cited, and nothing says how many the document has".to_owned();
    Diagnostic::new(&WITHOUT_RULES, at, message).with_help("state it: `rules = …` in `[source]`")
}

pub(crate) fn duplicate_policy(at: At, policy: &str, first: At) -> Diagnostic {
    Diagnostic::new(&DUPLICATE_POLICY, at, format!("policy `{policy}` is stated twice"))
        .with_label(first, "first stated here")
        .with_help("give one of the two another id")
}

pub(crate) fn row_without_ticks(at: At, row: &str, ticked: At) -> Diagnostic {
    Diagnostic::new(&WITHOUT_TICKS, at, format!("row `{row}` does not say how many ticks it has"))
        .with_label(ticked, "other rows do")
        .with_help("count the ticks of the published line, and state them with `ticks = …`")
}

pub(crate) fn missing_evidence(at: At) -> Diagnostic {
    let message = "nothing says how this grant is known from the document".to_owned();
    Diagnostic::new(&WITHOUT_EVIDENCE, at, message).with_help(EVIDENCE_HELP)
}

pub(crate) fn missing_evidence_of_all(at: At) -> Diagnostic {
    let message = "no grant says how it is known from the document".to_owned();
    Diagnostic::new(&WITHOUT_EVIDENCE, at, message).with_help(EVIDENCE_HELP)
}

const EVIDENCE_HELP: &str = "add `evidence`: `published`, `prose`, `counted` or `inferred`";

/// `reason` is where the reason stands.
pub(crate) fn unused_allow(at: At, lint: &str, reason: Span) -> Diagnostic {
    Diagnostic::new(&UNUSED_ALLOW, at, format!("nothing here is found by `{lint}`"))
        .with_help("remove it, so that it hides nothing later")
        .with_removal_of_pair(reason)
}

/// `bump` is the version before, what was made of it and what is needed; `next` would be enough.
pub(crate) fn insufficient_version(
    at: At,
    (before, makes, needs): (&str, &str, &str),
    change: Option<String>,
    next: Option<String>,
) -> Diagnostic {
    let made = match makes {
        "none" => "the version stays".to_owned(),
        makes => format!("only a {makes} one is made"),
    };
    let message = format!("a {needs} step from version `{before}` is needed, and {made}");
    let found = Diagnostic::new(&INSUFFICIENT_VERSION, at, message)
        .with_help_if(next.map(|next| format!("make it `{next}` or later")));
    match change {
        Some(change) => found.with_note(change),
        None => found,
    }
}

pub(crate) fn version_goes_back(at: At, before: &str) -> Diagnostic {
    let message = format!("the version before was `{before}`, which is higher");
    Diagnostic::new(&INSUFFICIENT_VERSION, at, message).with_help("versions only go up")
}

/// Nothing is taken to be the same that could not be looked at.
pub(crate) fn uncompared_version(at: At, why: &str) -> Diagnostic {
    let message = format!("what the version must say cannot be told: {why}");
    Diagnostic::new(&INSUFFICIENT_VERSION, at, message)
}
