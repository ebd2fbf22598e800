//! The report: all findings of one run, with the texts that they point into.
//!
//! Not a rendering: renderers read this.

use super::removal::Writing;
use super::{At, Diagnostic, FileId, Severity, Span};

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
    /// The name that a bundle carries for it, by which explanations know it.
    pub(crate) bundle_name: String,
    /// Where the lines after the first begin.
    line_starts: Vec<usize>,
    /// How many characters stand before every block of bytes after the first. A file may be one
    /// line with a finding in every word, and counting from its start takes the square of it.
    counts: Vec<usize>,
}

/// What some editors mark a file in UTF-8 by.
const MARK: char = '\u{feff}';

/// Bytes in which characters are counted anew for every place.
const BLOCK: usize = 1024;

impl SourceFile {
    pub(crate) fn new(name: String, bundle_name: String, text: String) -> Self {
        let blocks = text.as_bytes().chunks_exact(BLOCK);
        let counts = blocks.scan(0, |count, block| {
            *count += characters(block);
            Some(*count)
        });
        let (line_starts, counts) = (line_starts(text.as_bytes()), counts.collect());
        Self { name, text, bundle_name, line_starts, counts }
    }

    /// The line that holds a byte, counted from 1.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) + 1
    }

    /// The text of a line, counted from 1, without white space around it.
    pub(crate) fn line(&self, line: usize) -> Span {
        let start = self.start_of(line.saturating_sub(1));
        let rest = self.text.get(start..).unwrap_or_default();
        let text = rest.lines().next().unwrap_or_default();
        let indent = text.len() - text.trim_start().len();
        Span { start: start + indent, end: start + text.trim_end().len().max(indent) }
    }

    /// The whole lines that hold these bytes: the number of the first, counted from 1, where it
    /// begins, and their text.
    #[must_use]
    pub fn lines(&self, span: Span) -> (usize, usize, &str) {
        let line = self.line_starts.partition_point(|start| *start <= span.start);
        let start = self.start_of(line);
        let last = self.line_starts.partition_point(|start| *start <= span.end.max(span.start));
        let end = self.line_starts.get(last).copied().unwrap_or(self.text.len());
        (line + 1, start, self.text.get(start..end).unwrap_or_default())
    }

    /// The place of a byte; one beyond the text, or inside a character, is the last before it.
    fn place(&self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let before = self.count_to(self.start_of(line));
        Place { line: line + 1, column: self.count_to(offset).saturating_sub(before) + 1 }
    }

    /// How many characters stand before a byte.
    fn count_to(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let before = block.checked_sub(1).and_then(|before| self.counts.get(before));
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        before.copied().unwrap_or(0) + characters(rest)
    }

    /// Where a line begins, counted from 0; the first one behind a byte order mark, which editors
    /// neither show nor count.
    fn start_of(&self, line: usize) -> usize {
        let before = line.checked_sub(1);
        let start = before.and_then(|before| self.line_starts.get(before)).copied();
        let mark = if self.text.starts_with(MARK) { MARK.len_utf8() } else { 0 };
        start.unwrap_or(mark)
    }
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
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// The file with this id.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0)
    }

    /// Where a span begins and ends; 1:1 where the file is not in the report.
    #[must_use]
    pub fn places(&self, at: At) -> (Place, Place) {
        let none = Place { line: 1, column: 1 };
        let place = |offset| self.file(at.file).map_or(none, |file| file.place(offset));
        (place(at.span.start), place(at.span.end))
    }

    /// Sorts the findings of a report that has all its texts, and settles what would mend them.
    pub(crate) fn sort(&mut self) {
        let files: Vec<Writing<'_>> =
            self.files.iter().map(|file| Writing::new(&file.text)).collect();
        for diagnostic in &mut self.diagnostics {
            diagnostic.settle(&files);
        }
        self.diagnostics.sort_by(|before, after| {
            let key = |diagnostic: &Diagnostic| (diagnostic.at, diagnostic.rule.code);
            key(before).cmp(&key(after)).then_with(|| before.message.cmp(&after.message))
        });
        self.diagnostics.dedup();
    }
}

/// Where the lines after the first begin.
fn line_starts(bytes: &[u8]) -> Vec<usize> {
    // Eight bytes at a time: a large policy has hundreds of thousands of lines.
    let of_word = |word: &[u8; 8], start: usize| {
        const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
        let found = u64::from_le_bytes(*word) ^ u64::from_ne_bytes([b'\n'; 8]);
        // The high bit of each byte that is zero, and no other bit.
        let mut breaks = !((found & LOW).wrapping_add(LOW) | found | LOW);
        std::iter::from_fn(move || {
            let at = usize::try_from(breaks.trailing_zeros() / 8).ok().filter(|_| breaks != 0)?;
            breaks &= breaks.wrapping_sub(1);
            Some(start + at + 1)
        })
    };
    let (words, rest) = bytes.as_chunks();
    let mut starts = Vec::new();
    let mut start = 0;
    for word in words {
        starts.extend(of_word(word, start));
        start += word.len();
    }
    let rest = rest.iter().zip(start + 1..).filter(|(byte, _)| **byte == b'\n');
    starts.extend(rest.map(|(_, next)| next));
    starts
}

/// How many characters begin in some bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    // Every other byte of a character begins with the bits 10. What fits in a byte is counted in
    // one, as processors add up many of them at once.
    let begins = |byte: &u8| u8::from(*byte & 0b1100_0000 != 0b1000_0000);
    let count = |chunk: &[u8]| chunk.iter().map(begins).fold(0_u8, u8::wrapping_add);
    bytes.chunks(128).map(|chunk| usize::from(count(chunk))).sum()
}
