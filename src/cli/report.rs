//! Rendering of reports: for people as rustc does, for machines as JSON.
//!
//! Not the findings, and not their wording.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use policyc::{At, Diagnostic, JSON_FORMAT_VERSION, Proofs, Report, Severity, Span};
use serde_json::{Value, json};

use super::output::harmless;

/// Every finding with its source lines, separated by empty lines.
pub(super) fn text(report: &Report) -> String {
    let renderer = Renderer::styled();
    let mut out = String::new();
    for diagnostic in &report.diagnostics {
        out.push_str(&renderer.render(&groups(report, diagnostic)));
        out.push_str("\n\n");
    }
    out
}

/// A finding about a file that has no lines.
pub(super) fn without_lines(diagnostic: &Diagnostic, path: &str) -> String {
    let title = level(diagnostic.severity).primary_title(harmless(&diagnostic.message));
    let origin = annotate_snippets::Origin::path(harmless(path));
    let mut group = title.id(diagnostic.rule.code).element(origin);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// What was found, by weight: "1 error, 2 warnings", or "no findings".
pub(super) fn found(report: &Report) -> String {
    let counts = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Advice, "piece of advice", "pieces of advice"),
    ];
    let counts = counts.map(|(severity, one, many)| (report.count(severity), one, many));
    let found: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| plural(count, one, many))
        .collect();
    if found.is_empty() { "no findings".to_owned() } else { found.join(", ") }
}

/// One line that counts: "5 policy files: no findings".
pub(super) fn summary(report: &Report) -> String {
    format!("{}: {}\n", plural(report.files.len(), "policy file", "policy files"), found(report))
}

/// One line about what was proved: "72 invariants hold, 1,234 cells examined"; empty where there
/// was nothing to prove.
pub(super) fn proofs(proofs: Proofs) -> String {
    if proofs == Proofs::default() {
        return String::new();
    }
    let hold = if proofs.invariants == 1 { "holds" } else { "hold" };
    let invariants = plural(proofs.invariants, "invariant", "invariants");
    let cells = if proofs.cells == 1 { "cell" } else { "cells" };
    format!("{invariants} {hold}, {} {cells} examined\n", with_commas(proofs.cells))
}

/// Digits in groups of three.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The report for machines, with what was proved.
pub(super) fn json_with_proofs(report: &Report, proofs: Proofs) -> Value {
    let mut json = json(report);
    if let Some(summary) = json.get_mut("summary") {
        let proofs = json!({ "invariants": proofs.invariants, "cells": proofs.cells });
        extend(summary, proofs);
    }
    json
}

/// The report for machines.
pub(super) fn json(report: &Report) -> Value {
    let diagnostics: Vec<Value> =
        report.diagnostics.iter().map(|diagnostic| diagnostic_json(report, diagnostic)).collect();
    json!({
        "format_version": JSON_FORMAT_VERSION,
        "diagnostics": diagnostics,
        "summary": {
            "files": report.files.len(),
            "errors": report.count(Severity::Error),
            "warnings": report.count(Severity::Warning),
            "advice": report.count(Severity::Advice),
        },
    })
}

/// A count with its word, in the singular or the plural.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn diagnostic_json(report: &Report, diagnostic: &Diagnostic) -> Value {
    let mut json = json!({
        "code": diagnostic.rule.code,
        "name": diagnostic.rule.name,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
    });
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut json = json!({ "message": label.text });
            extend(&mut json, place_json(report, label.at));
            json
        })
        .collect();
    extend(&mut json, place_json(report, diagnostic.at));
    extend(
        &mut json,
        json!({ "note": diagnostic.note, "help": diagnostic.help, "labels": labels }),
    );
    json
}

fn place_json(report: &Report, at: At) -> Value {
    let (start, end) = report.places(at);
    json!({
        "file": report.file(at.file).map_or("", |file| &file.name),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}

/// Puts an object's entries into another.
pub(super) fn extend(json: &mut Value, more: Value) {
    if let (Value::Object(json), Value::Object(more)) = (json, more) {
        json.extend(more);
    }
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
