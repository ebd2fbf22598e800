//! Applying fixes: the texts of a report as they leave them.
//!
//! Not finding them, and no files: whoever has the files writes them, and checks again.

use std::collections::BTreeSet;

use crate::diagnostic::{Edit, FileId, Fix, Report, SourceFile};
use crate::source;

/// A file of a report as its fixes leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixedFile {
    /// Which file.
    pub file: FileId,
    /// Its text afterwards.
    pub text: String,
    /// How many findings were mended.
    pub count: usize,
}

/// Applies the fixes of a report, as many as do not touch each other; only files that change are
/// given. Everything else in a file stays as it is, byte for byte.
///
/// Checking the texts again shows what is left, and what only now can be seen: a stage with an
/// error is the last one.
#[must_use]
pub fn apply_fixes(report: &Report) -> Vec<FixedFile> {
    let files = report.files.iter().enumerate();
    files.filter_map(|(at, file)| fixed(report, FileId(at), file)).collect()
}

fn fixed(report: &Report, id: FileId, file: &SourceFile) -> Option<FixedFile> {
    let fixes = report.diagnostics.iter().filter_map(|found| found.fixes.first());
    let fixes: Vec<&Fix> =
        fixes.filter(|fix| fix.edits.iter().all(|edit| edit.at.file == id)).collect();
    let all = apply(&file.text, &fixes).filter(|(text, _)| is_readable(file, text));
    // Two names may become one, and a key that is written twice is no file any more. Where that
    // is so each fix is tried by itself.
    let (text, count) = all.unwrap_or_else(|| {
        let mut taken: Vec<&Fix> = Vec::new();
        for fix in fixes {
            taken.push(fix);
            if !apply(&file.text, &taken).is_some_and(|(text, _)| is_readable(file, &text)) {
                taken.pop();
            }
        }
        apply(&file.text, &taken).unwrap_or_default()
    });
    (count > 0).then_some(FixedFile { file: id, text, count })
}

/// The text with the fixes, and how many could be made; none where an edit is of another text.
fn apply(text: &str, fixes: &[&Fix]) -> Option<(String, usize)> {
    let mut edits: BTreeSet<&Edit> = BTreeSet::new();
    let mut count = 0;
    for fix in fixes {
        // Two findings may ask for one edit.
        let new: Vec<&Edit> = fix.edits.iter().filter(|edit| !edits.contains(edit)).collect();
        // No two of those before overlap, so that only the neighbours can be in the way.
        let is_apart = |edit: &&Edit| {
            let before = edits.range::<&Edit, _>(..edit).next_back();
            let mut near = before.into_iter().chain(edits.range::<&Edit, _>(edit..).next());
            near.all(|other| are_apart(edit, other))
        };
        if new.iter().all(is_apart) {
            edits.extend(new);
            count += 1;
        }
    }
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        out.push_str(text.get(done..edit.at.span.start)?);
        out.push_str(&edit.replacement);
        done = edit.at.span.end;
    }
    out.push_str(text.get(done..)?);
    Some((out, count))
}

fn are_apart(one: &Edit, other: &Edit) -> bool {
    let (one, other) = (one.at.span, other.at.span);
    one.end < other.start || other.end < one.start
}

fn is_readable(file: &SourceFile, text: &str) -> bool {
    source::is_readable(&file.name, text)
}
