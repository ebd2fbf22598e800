//! Fixes: changes of a text that mend a finding beyond doubt, as edits of its bytes.
//!
//! Not applying them, which is `check::fix`'s. A constructor knows what is to be written and not
//! how the place is written now; so it proposes, and the report, which has the texts, makes edits
//! of that, or nothing where the place is written in a way that leaves a doubt.

use super::removal::{self, Writing};
use super::{At, Span};

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// What it does: "write `read-only`".
    pub message: String,
    /// The changes, none of which overlap.
    pub edits: Vec<Edit>,
}

/// A change of one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Edit {
    /// What is taken out; nothing where the span is empty.
    pub at: At,
    /// What is put there.
    pub replacement: String,
}

/// What a constructor proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proposal {
    /// A name is misspelt, and only one other can be meant.
    Rename { from: String, to: String },
    /// The item of a list says nothing; the item at the place, or the one of this name in the list.
    Remove { item: Option<String> },
    /// An entry of a list of tables says nothing; the place is its header.
    RemoveEntry { what: &'static str },
    /// A key says nothing; the place is the key, and its value stands here.
    RemovePair { value: Span },
    /// A line says what another says in the same words; the place is its key.
    RemoveLine,
    /// A name needs quotes for its dot.
    Quote { name: String },
    /// A list of one item has no brackets.
    Bracket,
}

impl Proposal {
    /// The fix for a place in a text; none where how it is written leaves a doubt.
    pub(super) fn fix(&self, at: At, writing: &Writing<'_>) -> Option<Fix> {
        let text = writing.text;
        let written = text.get(at.span.start..at.span.end)?;
        let edit = |span: Span, replacement: &str| Edit {
            at: At::new(at.file, span),
            replacement: replacement.to_owned(),
        };
        let (message, edits) = match self {
            Self::Rename { from, to } => {
                let (span, part) = renamed(at.span, written, from, to)?;
                (format!("write `{to}`"), vec![edit(span, part)])
            }
            Self::Remove { item: None } => (
                format!("remove `{}`", unquoted(written)),
                vec![edit(removal::item(at.span, text)?, "")],
            ),
            Self::Remove { item: Some(item) } => {
                let found = only_place(written, &format!("\"{item}\""))
                    .or_else(|| only_place(written, &format!("'{item}'")))?;
                let span = inside(at.span, found);
                (format!("remove `{item}`"), vec![edit(removal::item(span, text)?, "")])
            }
            Self::RemoveEntry { what } => {
                (format!("remove {what}"), vec![edit(removal::entry(at.span, writing)?, "")])
            }
            Self::RemovePair { value } => {
                let span = removal::pair(at.span, *value, writing)?;
                (format!("remove `{}`", unquoted(written)), vec![edit(span, "")])
            }
            Self::RemoveLine => {
                ("remove the line".to_owned(), vec![edit(removal::line(at.span, writing)?, "")])
            }
            Self::Quote { name } => {
                (written == name).then_some(())?;
                ("put the name in quotes".to_owned(), vec![edit(at.span, &format!("\"{name}\""))])
            }
            Self::Bracket => {
                written.starts_with(['"', '\'']).then_some(())?;
                let (start, end) = (at.span.start, at.span.end);
                let empty = |place| Span { start: place, end: place };
                let edits = vec![edit(empty(start), "["), edit(empty(end), "]")];
                ("put it in brackets".to_owned(), edits)
            }
        };
        Some(Fix { message, edits })
    }
}

/// Where a name or a part of it stands in what is written, and what to write there.
fn renamed<'n>(at: Span, written: &str, from: &str, to: &'n str) -> Option<(Span, &'n str)> {
    // `articles.{edti,publish}` is read as two names, and only a part of one is written.
    let parts = match (from.rsplit_once('.'), to.rsplit_once('.')) {
        (Some((kind, from)), Some((same, to))) if kind == same => Some((from, to)),
        (Some((from, verb)), Some((to, same))) if verb == same => Some((from, to)),
        _ => None,
    };
    let mut parts = [Some((from, to)), parts].into_iter().flatten();
    let (found, to) = parts.find_map(|(from, to)| Some((only_place(written, from)?, to)))?;
    is_plain(written, to).then(|| (inside(at, found), to))
}

/// Whether a name can stand in what is written without an escape or other quotes.
fn is_plain(written: &str, name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if written.starts_with(['"', '\'']) {
        return !name.contains(['"', '\'', '\\']) && !name.contains(char::is_control);
    }
    let words = ["true", "false", "null"];
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(is_letter)
        && !words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Where a name stands by itself in a text; none where it stands twice, or only in other names.
fn only_place(text: &str, name: &str) -> Option<Span> {
    let is_letter = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    let mut places = text.match_indices(name).filter(|(start, found)| {
        let (before, rest) = text.split_at_checked(*start).unwrap_or((text, ""));
        let after = rest.get(found.len()..).unwrap_or_default();
        !before.ends_with(is_letter) && !after.starts_with(is_letter)
    });
    let (start, found) = places.next()?;
    let is_only = places.next().is_none() && !name.is_empty();
    is_only.then(|| Span { start, end: start + found.len() })
}

fn inside(at: Span, part: Span) -> Span {
    Span { start: at.start + part.start, end: at.start + part.end }
}

fn unquoted(written: &str) -> &str {
    written.trim_matches(['"', '\''])
}
