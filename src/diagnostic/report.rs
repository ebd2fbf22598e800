//! The report: all findings of one run, with the texts that they point into.
//!
//! Not a rendering: renderers read this.

use super::{At, Diagnostic, FileId, Severity};

/// The findings of one run over some source files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// The files that were read, sorted by name.
    pub files: Vec<SourceFile>,
    /// The findings, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// A source file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceFile {
    /// The name to show, with forward slashes.
    pub name: String,
    /// Its text; where it was not UTF-8, what could be read of it.
    pub text: String,
}

/// A place in lines and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Report {
    /// Whether anything in it is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity() == severity).count()
    }

    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0)
    }

    /// Where a span begins and ends; 1:1 where the file is not in the report.
    #[must_use]
    pub fn places(&self, at: At) -> (Place, Place) {
        let text = self.file(at.file).map_or("", |file| &file.text);
        (place(text, at.span.start), place(text, at.span.end))
    }

    pub(crate) fn sort(&mut self) {
        self.diagnostics.sort_by(|before, after| {
            let key = |diagnostic: &Diagnostic| (diagnostic.at, diagnostic.rule.code);
            key(before).cmp(&key(after)).then_with(|| before.message.cmp(&after.message))
        });
        self.diagnostics.dedup();
    }
}

/// The place of a byte; one beyond the text, or inside a character, is the last before it.
fn place(text: &str, offset: usize) -> Place {
    let offset = text.floor_char_boundary(offset);
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    Place { line, column }
}
