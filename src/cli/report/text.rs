//! Reports for people: every finding with its lines, as rustc shows them, or one line each.
//!
//! Not the findings, and not their wording.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use policyc::{At, Diagnostic, Report, Severity, Span};

use super::super::output::{harmless, one_line};

/// Every finding with its source lines, separated by empty lines.
pub(in super::super) fn text(report: &Report) -> String {
    text_within(report, width())
}

/// The same, for a terminal of so many columns.
pub(in super::super) fn text_within(report: &Report, columns: usize) -> String {
    let renderer = Renderer::styled().term_width(columns);
    let mut out = String::new();
    for diagnostic in &report.diagnostics {
        let text = renderer.render(&groups(report, diagnostic));
        out.extend(text.split_inclusive('\n').filter(|line| !is_empty_origin(line)));
        out.push_str("\n\n");
    }
    out
}

/// Whether a line is what the renderer writes above lines of which it knows no file; the place of
/// those that are cut stands above it already.
fn is_empty_origin(line: &str) -> bool {
    line.contains(":::") && anstream::adapter::strip_str(line).to_string().trim() == ":::"
}

/// A finding about a file that has no lines.
pub(in super::super) fn without_lines(diagnostic: &Diagnostic, path: &str) -> String {
    let title = level(diagnostic.severity).primary_title(harmless(&diagnostic.message));
    let origin = Origin::path(harmless(path));
    let mut group = title.id(diagnostic.rule.code).element(origin);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// How many columns lines may have: as many as the terminal, or as its user says.
fn width() -> usize {
    const COLUMNS: usize = 140;
    let said = std::env::var("COLUMNS").ok().and_then(|said| said.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(seen).filter(|columns| *columns > 0).unwrap_or(COLUMNS)
}

/// One line a finding, as search tools and editors read it.
pub(in super::super) fn concise(report: &Report) -> String {
    let mut out = String::new();
    for found in &report.diagnostics {
        let start = report.places(found.at).0;
        let file = report.file(found.at.file).map_or("", |file| &file.name);
        let (severity, code) = (found.severity.as_str(), found.rule.code);
        let help = found.help.as_deref().map_or_else(String::new, |help| format!(" ({help})"));
        let text = one_line(&format!("{}{help}", found.message));
        out.push_str(&format!(
            "{}:{}:{}: {severity}[{code}] {text}\n",
            one_line(file),
            start.line,
            start.column
        ));
    }
    out
}

fn groups<'a>(report: &'a Report, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(harmless(&diagnostic.message));
    let mut group = Group::with_title(title.id(diagnostic.rule.code));
    for marks in clusters(report, diagnostic) {
        let (origin, snippet) = snippet(report, &marks);
        group = group.elements(origin).element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    vec![group]
}

/// A place to underline, with what stands there.
struct Mark<'a> {
    kind: AnnotationKind,
    at: At,
    text: Option<&'a str>,
}

/// Places that are further apart are shown apart.
const NEAR_LINES: usize = 20;

/// The same in bytes, and how much of a long place is underlined: no screen shows as much.
const NEAR_BYTES: usize = 4096;

/// How much of a long line is shown before and behind what it is shown for.
const AROUND_BYTES: usize = 1024;

/// The places of a finding, those near each other together, the finding's own place first.
///
/// A renderer that is given a whole file for every finding in it takes time by the square of the
/// file; it gets the lines that are spoken of, and no others.
fn clusters<'a>(report: &Report, diagnostic: &'a Diagnostic) -> Vec<Vec<Mark<'a>>> {
    let line = |at: At| report.places(at).0.line;
    let text = diagnostic.note.as_deref();
    let primary = Mark { kind: AnnotationKind::Primary, at: diagnostic.at, text };
    let mut clusters = vec![vec![primary]];
    for label in &diagnostic.labels {
        let text = Some(label.text.as_str());
        let mark = Mark { kind: AnnotationKind::Context, at: label.at, text };
        let near = clusters.iter_mut().find(|cluster| {
            cluster.iter().any(|other| {
                other.at.file == mark.at.file
                    && other.at.span.start.abs_diff(mark.at.span.start) <= NEAR_BYTES
                    && line(other.at).abs_diff(line(mark.at)) <= NEAR_LINES
            })
        });
        match near {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters
}

/// The lines of some places, and where that is if the renderer cannot tell it from them: what is
/// far from every place on a long line is left out.
fn snippet<'a>(
    report: &'a Report,
    marks: &[Mark<'a>],
) -> (Option<Origin<'a>>, Snippet<'a, Annotation<'a>>) {
    let Some((first, file)) =
        marks.first().and_then(|mark| Some((mark, report.file(mark.at.file)?)))
    else {
        return (None, Snippet::source(""));
    };
    let end = |span: Span| span.end.min(span.start.saturating_add(NEAR_BYTES)).max(span.start);
    let whole = Span {
        start: marks.iter().map(|mark| mark.at.span.start).min().unwrap_or(0),
        end: marks.iter().map(|mark| end(mark.at.span)).max().unwrap_or(0),
    };
    let (line, start, text) = file.lines(whole);
    let after = whole.end.saturating_sub(start).saturating_add(AROUND_BYTES);
    let text = text.get(..text.floor_char_boundary(after)).unwrap_or(text);
    let before = whole.start.saturating_sub(start).saturating_sub(AROUND_BYTES);
    let cut = text.floor_char_boundary(before);
    let (start, text) = (start + cut, text.get(cut..).unwrap_or(text));
    let annotations = marks.iter().map(|mark| {
        let place = |offset: usize| text.floor_char_boundary(offset.saturating_sub(start));
        let span = place(mark.at.span.start)..place(end(mark.at.span));
        mark.kind.span(span).label(mark.text.map(harmless))
    });
    let snippet = Snippet::source(drawable(text)).line_start(line).annotations(annotations);
    let path = harmless(&file.name);
    if cut == 0 {
        return (None, snippet.path(path));
    }
    let place = report.places(first.at).0;
    (Some(Origin::path(path).line(place.line).char_column(place.column)), snippet)
}

/// The renderer makes most of what commands a terminal harmless, and this is the rest; another
/// letter of as many bytes leaves every place where it is.
fn drawable(text: &str) -> String {
    let drawn = |letter: char| match letter {
        '\u{80}'..='\u{9f}' | '\u{61c}' => '·',
        '\u{200e}' | '\u{200f}' => char::REPLACEMENT_CHARACTER,
        _ => letter,
    };
    text.chars().map(drawn).collect()
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE.with_name("advice"),
    }
}
