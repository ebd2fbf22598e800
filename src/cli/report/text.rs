//! Reports for people: every finding with its lines, as rustc shows them, or one line each.
//!
//! Not the findings, and not their wording.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use policyc::{At, Diagnostic, Report, Severity, Span};

use crate::cli::output::{harmless, one_line};

/// Every finding with its source lines, separated by empty lines.
pub(in crate::cli) fn text(report: &Report) -> String {
    let renderer = Renderer::styled().term_width(width());
    let mut out = String::new();
    for diagnostic in &report.diagnostics {
        out.push_str(&renderer.render(&groups(report, diagnostic)));
        out.push_str("\n\n");
    }
    out
}

/// A finding about a file that has no lines.
pub(in crate::cli) fn without_lines(diagnostic: &Diagnostic, path: &str) -> String {
    let title = level(diagnostic.severity).primary_title(harmless(&diagnostic.message));
    let origin = annotate_snippets::Origin::path(harmless(path));
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
pub(in crate::cli) fn concise(report: &Report) -> String {
    let mut out = String::new();
    for found in &report.diagnostics {
        let start = report.places(found.at).0;
        let file = report.file(found.at.file).map_or("", |file| &file.name);
        let (severity, code) = (found.severity.as_str(), found.rule.code);
        let help = found.help.as_deref().map_or_else(String::new, |help| format!(" ({help})"));
        let text = one_line(&format!("{}{help}", found.message));
        out.push_str(&format!(
            "{file}:{}:{}: {severity}[{code}] {text}\n",
            start.line, start.column
        ));
    }
    out
}

fn groups<'a>(report: &'a Report, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(harmless(&diagnostic.message));
    let mut group = Group::with_title(title.id(diagnostic.rule.code));
    for marks in clusters(report, diagnostic) {
        group = group.element(snippet(report, &marks));
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

/// The places of a finding, those near each other together, the finding's own place first.
///
/// A renderer that is given a whole file for every finding in it takes time by the square of the
/// file; it gets the lines that are spoken of, and no others.
fn clusters<'a>(report: &Report, diagnostic: &'a Diagnostic) -> Vec<Vec<Mark<'a>>> {
    const NEAR_LINES: usize = 20;
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

fn snippet<'a>(report: &'a Report, marks: &[Mark<'a>]) -> Snippet<'a, Annotation<'a>> {
    let file = marks.first().and_then(|mark| report.file(mark.at.file));
    let Some(file) = file else { return Snippet::source("") };
    let whole = Span {
        start: marks.iter().map(|mark| mark.at.span.start).min().unwrap_or(0),
        end: marks.iter().map(|mark| mark.at.span.end).max().unwrap_or(0),
    };
    let (line, start, text) = file.lines(whole);
    let annotations = marks.iter().map(|mark| {
        let span = mark.at.span;
        let span = span.start.saturating_sub(start)..span.end.saturating_sub(start);
        mark.kind.span(span).label(mark.text.map(harmless))
    });
    // The renderer makes other control characters harmless, and not these; another one of as many
    // bytes leaves every place where it is.
    let text = text.replace(|letter| ('\u{80}'..='\u{9f}').contains(&letter), "·");
    Snippet::source(text).line_start(line).path(harmless(&file.name)).annotations(annotations)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE.with_name("advice"),
    }
}
