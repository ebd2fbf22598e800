//! A diff as text: a headline a policy, a sentence a change, and where both sides say it.
//!
//! Not what changed, which the library says.

use policyc::{
    Bump, ChangeSource, Diff, NameChange, PolicyDiff, Rename, State, StatementChange, Verdict,
};

use super::lines::{Line, Subject, both_places, lines, listed, told_statements};
use crate::cli::output::one_line;
use crate::cli::report;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const BOLD: &str = "\u{1b}[1m";
const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// The whole diff, in colour.
pub(super) fn text(diff: &Diff) -> String {
    let mut parts: Vec<String> = Vec::new();
    let (same, other): (Vec<_>, Vec<_>) =
        diff.policies.iter().partition(|policy| policy.is_empty() && is_quiet(policy));
    parts.extend(other.into_iter().map(policy_text));
    let mut rest = String::new();
    for id in &diff.added {
        rest.push_str(&format!("{GREEN}+ policy `{id}`{PLAIN}\n"));
    }
    for id in &diff.removed {
        rest.push_str(&format!("{RED}- policy `{id}`{PLAIN}\n"));
    }
    match same.as_slice() {
        [] => {}
        [one] => rest.push_str(&format!("{} {}: same\n", one.policy, one.new_version)),
        many => {
            let count = report::plural(many.len(), "policy", "policies");
            rest.push_str(&format!("{count}: same\n"));
        }
    }
    parts.extend(Some(rest).filter(|rest| !rest.is_empty()));
    parts.join("\n")
}

/// Whether there is nothing to say of its version.
pub(super) fn is_quiet(policy: &PolicyDiff) -> bool {
    policy.old_version == policy.new_version
}

fn policy_text(policy: &PolicyDiff) -> String {
    let verdict = policy.verdict;
    let colour = match verdict {
        Verdict::Same => PLAIN,
        Verdict::Wider => GREEN,
        Verdict::Narrower => RED,
        Verdict::Both => YELLOW,
    };
    let mut out = format!(
        "{BOLD}{} {}{PLAIN}: {colour}{}{PLAIN}{}\n",
        policy.policy,
        versions(policy),
        verdict_words(verdict),
        bump_words(policy)
    );
    out.extend(policy.names.iter().map(name_text));
    out.extend(policy.renames.iter().map(|rename| format!("  {}\n", rename_words(rename))));
    out.extend(lines(policy).iter().map(line_text));
    let (statements, renamed) = told_statements(policy);
    out.extend(statements.into_iter().map(statement_text));
    out.extend(renamed_words(renamed).map(|words| format!("  {YELLOW}~{PLAIN} {words}\n")));
    out
}

/// "1.0.0 → 1.1.0".
pub(super) fn versions(policy: &PolicyDiff) -> String {
    if policy.old_version == policy.new_version {
        policy.new_version.clone()
    } else {
        format!("{} → {}", policy.old_version, policy.new_version)
    }
}

pub(super) const fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same access",
        Verdict::Wider => "wider",
        Verdict::Narrower => "narrower",
        Verdict::Both => "wider and narrower",
    }
}

/// What the change needs of the version, and whether it has it.
pub(super) fn bump_words(policy: &PolicyDiff) -> String {
    let needs = policy.needs.as_str();
    match (policy.verdict, policy.makes) {
        (Verdict::Same, None) => ", but the version goes back".to_owned(),
        (Verdict::Same, _) => String::new(),
        (_, None) => format!(", needs {needs}, the version goes back"),
        (_, Some(Bump::Nothing)) => format!(", needs {needs}, the version stays"),
        (_, Some(makes)) if policy.is_bump_enough() => {
            format!(", makes {} as needed", makes.as_str())
        }
        (_, Some(makes)) => format!(", needs {needs}, makes {}", makes.as_str()),
    }
}

fn mark(line: &Line) -> String {
    if line.is_gain() { format!("{GREEN}+{PLAIN}") } else { format!("{RED}-{PLAIN}") }
}

fn line_text(line: &Line) -> String {
    let who: Vec<String> = line.who.iter().map(subject_text).collect();
    let actions: Vec<String> = line.actions.iter().map(|action| format!("`{action}`")).collect();
    let (verb, tail) = line.verb();
    format!(
        "  {} {} {verb} {}{tail}{}\n      {FAINT}{}{PLAIN}\n",
        mark(line),
        listed(&who, "and"),
        listed(&actions, "and"),
        line.when,
        both_places(&line.before, &line.after)
    )
}

fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Title(title) => title.clone(),
        Subject::Role(name) => format!("`{name}`"),
        Subject::Words(words) => words.clone(),
    }
}

fn state_mark(state: State) -> String {
    match state {
        State::Added => format!("{GREEN}+{PLAIN}"),
        State::Removed => format!("{RED}-{PLAIN}"),
        _ => format!("{YELLOW}~{PLAIN}"),
    }
}

fn name_text(change: &NameChange) -> String {
    format!(
        "  {} {}{}\n",
        state_mark(change.state),
        name_words(change),
        between(change.before.as_ref(), change.after.as_ref())
    )
}

/// What became of a name.
pub(super) fn name_words(change: &NameChange) -> String {
    let (what, name) = (change.what, &change.name);
    let said = match (change.state, what) {
        (State::Added, _) => "is new",
        (State::Removed, _) => "is gone",
        (_, "role") => "is held by others, or in other scopes",
        (_, "kind") => "holds other roles",
        (_, "scope") => "lies elsewhere",
        (_, "attribute") => "has another type, or other values",
        _ => "tests something else",
    };
    format!("{what} `{name}` {said}")
}

/// A rename that may be meant.
pub(super) fn rename_words(rename: &Rename) -> String {
    let (what, from, to) = (rename.what, &rename.from, &rename.to);
    let loses = if what == "role" { "whoever holds" } else { "whoever asks for" };
    format!("? {what} `{to}` may be `{from}` under another name; {loses} `{from}` is denied now")
}

/// Statements that changed by nothing but a rename that may be meant.
pub(super) fn renamed_words(count: usize) -> Option<String> {
    let statements = report::plural(count, "statement differs", "statements differ");
    (count > 0).then(|| format!("{statements} in nothing but such a name"))
}

/// The places of both sides, for the end of a line.
fn between(before: Option<&ChangeSource>, after: Option<&ChangeSource>) -> String {
    let place = |source: &ChangeSource| format!("{}:{}", one_line(&source.file), source.line);
    match (before.map(place), after.map(place)) {
        (None, None) => String::new(),
        (Some(one), None) | (None, Some(one)) => format!("  {FAINT}{one}{PLAIN}"),
        (Some(before), Some(after)) => format!("  {FAINT}{before} → {after}{PLAIN}"),
    }
}

fn statement_text(change: &StatementChange) -> String {
    let title = change.title.as_deref().map(one_line);
    let title = title.map_or_else(String::new, |title| format!(" “{title}”"));
    let places = between(change.before.as_ref(), change.after.as_ref());
    let mut out = format!("  {} {}{title}{places}\n", state_mark(change.state), change.what);
    if let Some(said) = &change.said {
        out.push_str(&format!("      was: {said}\n      now: {}\n", change.says));
    } else {
        out.push_str(&format!("      {}\n", change.says));
    }
    out
}
