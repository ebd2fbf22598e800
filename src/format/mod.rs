//! The one layout of a policy's text: what `policyc fmt` makes of a file, text to text.
//!
//! Not meaning, and not style: keys, items and tables keep their order and their form, and what
//! the text says is the same before and after. It is compared, and never merely believed.
//!
//! ```text
//! text → read    lines of headers, keys and comments, values as trees
//!      → write   the same lines, laid out
//! ```
//!
//! The layout: nothing indented but the items of a list; one space around `=`, and between a line
//! and its comment (comments that stand in one column stay in one); one empty line before a table
//! header and the comments on it (none is put between tables that have nothing in them), at most
//! one elsewhere; lists on one line where they fit, else an item a line; texts in `"`, unless that
//! takes an escape; lines that end in a line feed.

mod read;
mod write;

use crate::diagnostic::reading::internal_error;
use crate::diagnostic::{At, Diagnostic, FileId, Report, Span};
use crate::source::{self, Source};

/// Lays out the text of a policy.
///
/// Keys, items, tables and comments keep their order, and values their meaning. Line ends become
/// line feeds, but inside a text of several lines, where they are part of what it says; a byte
/// order mark is dropped. Laying out twice changes nothing more.
///
/// # Errors
/// The report, where the file is not TOML; what else may be wrong with a policy is not looked at.
pub fn format_policy(source: &Source) -> Result<String, Report> {
    formatted(&source.bytes).map_err(|diagnostics| {
        let mut report = Report::default();
        report.files.push(source.file());
        report.diagnostics = diagnostics;
        report.sort();
        report
    })
}

fn formatted(bytes: &[u8]) -> Result<String, Vec<Diagnostic>> {
    let file = FileId::default();
    let text = source::toml_text(bytes, file)?;
    let broken = |what: &str| vec![internal_error(At::new(file, Span::default()), what)];
    let lines = read::lines(text).ok_or_else(|| broken("the text cannot be laid out"))?;
    let written = write::text(&lines);
    // INVARIANT: what a file says survives its layout, and so does every comment. A layout that
    // broke this could change who may do what, so it is looked at each time.
    if !source::is_same_document(text, &written) {
        return Err(broken("the layout would change what the file says"));
    }
    if read::comments(text) != read::comments(&written) {
        return Err(broken("the layout would lose a comment"));
    }
    Ok(written)
}
