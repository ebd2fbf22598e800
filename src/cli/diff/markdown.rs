//! A diff as Markdown, for a comment under a change request: a list where little changed, a table
//! where much did, folded where it is long.
//!
//! Not what changed, which the library says.

use policyc::{Diff, PolicyDiff, State, StatementChange};

use super::lines::{Line, Subject, both_places, lines, listed, told_statements};
use super::text::{
    bump_words, is_quiet, name_words, rename_words, renamed_words, verdict_words, versions,
};
use crate::cli::output::one_line;

/// More lines than these are a table.
const LISTED_MAX: usize = 8;
/// A longer table is folded.
const OPEN_MAX: usize = 25;
/// More names than these in one cell are counted.
const NAMES_MAX: usize = 12;

/// The whole diff.
pub(super) fn markdown(diff: &Diff) -> String {
    let (same, other): (Vec<_>, Vec<_>) =
        diff.policies.iter().partition(|policy| policy.is_empty() && is_quiet(policy));
    let mut parts: Vec<String> = other.into_iter().map(policy_page).collect();
    let names =
        |ids: &[String]| -> Vec<String> { ids.iter().map(|id| format!("`{id}`")).collect() };
    if !diff.added.is_empty() {
        parts.push(format!("New: {}\n", listed(&names(&diff.added), "and")));
    }
    if !diff.removed.is_empty() {
        parts.push(format!("Gone: {}\n", listed(&names(&diff.removed), "and")));
    }
    let same: Vec<String> = same.iter().map(|policy| format!("`{}`", policy.policy)).collect();
    if !same.is_empty() {
        parts.push(format!("Same access: {}\n", listed(&same, "and")));
    }
    parts.join("\n")
}

fn policy_page(policy: &PolicyDiff) -> String {
    let mut out = format!(
        "### `{}` {}: {}\n\n",
        policy.policy,
        versions(policy),
        verdict_words(policy.verdict)
    );
    let bump = bump_words(policy);
    if let Some(bump) = bump.strip_prefix(", ") {
        let sign = if policy.is_bump_enough() { "" } else { "⚠ " };
        let mut letters = bump.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        let first = first.unwrap_or_default();
        out.push_str(&format!("{sign}{first}{}.\n\n", letters.as_str()));
    }
    let lines = lines(policy);
    if lines.len() <= LISTED_MAX {
        out.extend(lines.iter().map(item));
    } else {
        out.push_str(&folded(lines.len(), "changes of access", &table(&lines)));
    }
    let names = policy.names.iter().map(|change| format!("- {}\n", name_words(change)));
    let renames = policy.renames.iter().map(|rename| {
        let words = rename_words(rename);
        format!("- {}\n", words.trim_start_matches("? "))
    });
    let (statements, alike) = told_statements(policy);
    let statements = statements.into_iter().map(statement);
    let alike = renamed_words(alike).map(|words| format!("- {words}\n"));
    let rest: Vec<String> = names.chain(renames).chain(statements).chain(alike).collect();
    if !rest.is_empty() {
        if !lines.is_empty() {
            out.push('\n');
        }
        out.push_str(&folded(rest.len(), "other changes", &rest.concat()));
    }
    out
}

/// As it is, or behind a line that opens it where it is long.
fn folded(count: usize, what: &str, content: &str) -> String {
    if count <= OPEN_MAX {
        return content.to_owned();
    }
    format!("<details><summary>{count} {what}</summary>\n\n{content}\n</details>\n")
}

fn sign(line: &Line) -> &'static str {
    if line.is_gain() { "➕" } else { "➖" }
}

fn item(line: &Line) -> String {
    let (verb, tail) = line.verb();
    format!(
        "- {} {} {verb} {}{tail}{} ({})\n",
        sign(line),
        who(line),
        actions(line),
        escaped(&line.when),
        escaped(&both_places(&line.before, &line.after))
    )
}

fn table(lines: &[Line]) -> String {
    let mut out = String::from("| | who | | what | when | where |\n|---|---|---|---|---|---|\n");
    for line in lines {
        let (verb, tail) = line.verb();
        out.push_str(&format!(
            "| {} | {} | {verb} | {}{tail} | {} | {} |\n",
            sign(line),
            who(line),
            actions(line),
            escaped(line.when.trim_start()),
            escaped(&both_places(&line.before, &line.after))
        ));
    }
    out
}

fn who(line: &Line) -> String {
    let name = |subject: &Subject| match subject {
        Subject::Title(title) => escaped(title),
        Subject::Role(name) => format!("`{name}`"),
        Subject::Words(words) => words.clone(),
    };
    shortened(line.who.iter().map(name).collect())
}

fn actions(line: &Line) -> String {
    shortened(line.actions.iter().map(|action| format!("`{action}`")).collect())
}

/// All names, or the first and how many more there are.
fn shortened(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMES_MAX);
    if more > 1 {
        names.truncate(NAMES_MAX);
        names.push(format!("{more} more"));
    }
    listed(&names, "and")
}

fn statement(change: &StatementChange) -> String {
    let word = match change.state {
        State::Added => "new",
        State::Removed => "gone",
        _ => "changed",
    };
    let title = change.title.as_deref().map(|title| escaped(&one_line(title)));
    let title = title.map_or_else(String::new, |title| format!(" “{title}”"));
    let said = change.said.as_deref().map(|said| format!(" (was: {})", escaped(said)));
    let said = said.unwrap_or_default();
    format!("- {word}: {}{title}: {}{said}\n", change.what, escaped(&change.says))
}

/// Text that is no markup, no mention and no end of a cell; names between backticks stay so.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        for letter in part.chars() {
            match letter {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                '@' => out.push_str("&#64;"),
                '|' => out.push_str("\\|"),
                '\\' | '*' | '_' | '[' | ']' | '#' | '~' if at % 2 == 0 => {
                    out.push('\\');
                    out.push(letter);
                }
                _ => out.push(letter),
            }
        }
    }
    out
}
