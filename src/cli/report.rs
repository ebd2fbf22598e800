//! Rendering of reports: for people as rustc does, for machines as JSON.
//!
//! Not the findings, and not their wording.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use policyc::{At, Diagnostic, FileId, JSON_FORMAT_VERSION, Label, Report, Severity, Span};
use serde_json::{Value, json};

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
    let title = level(diagnostic.severity()).primary_title(diagnostic.message.as_str());
    let mut group = title.id(diagnostic.rule.code).element(annotate_snippets::Origin::path(path));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// One line that counts: "5 policies: no findings".
pub(super) fn summary(report: &Report) -> String {
    let files = plural(report.files.len(), "policy file", "policy files");
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
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    format!("{files}: {found}\n")
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

fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn diagnostic_json(report: &Report, diagnostic: &Diagnostic) -> Value {
    let mut json = json!({
        "code": diagnostic.rule.code,
        "name": diagnostic.rule.name,
        "severity": diagnostic.severity().as_str(),
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
    let title = level(diagnostic.severity()).primary_title(diagnostic.message.as_str());
    let primary = (diagnostic.at, diagnostic.note.as_deref());
    let labels = |file: FileId| labels_in(diagnostic, file);
    let here = diagnostic.at.file;
    let mut group =
        title.id(diagnostic.rule.code).element(snippet(report, here, Some(primary), &labels(here)));
    let mut others: Vec<FileId> = diagnostic.labels.iter().map(|label| label.at.file).collect();
    others.retain(|file| *file != here);
    others.sort();
    others.dedup();
    for file in others {
        group = group.element(snippet(report, file, None, &labels(file)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
}

fn labels_in(diagnostic: &Diagnostic, file: FileId) -> Vec<&Label> {
    diagnostic.labels.iter().filter(|label| label.at.file == file).collect()
}

/// The lines of a file that are spoken of, and no others: a renderer that is given a whole file
/// for every finding in it takes time by the square of its size.
fn snippet<'a>(
    report: &'a Report,
    file: FileId,
    primary: Option<(At, Option<&'a str>)>,
    labels: &[&'a Label],
) -> Snippet<'a, Annotation<'a>> {
    let Some(file) = report.file(file) else { return Snippet::source("") };
    let spans = labels.iter().map(|label| label.at.span);
    let spans: Vec<Span> = spans.chain(primary.map(|(at, _)| at.span)).collect();
    let whole = Span {
        start: spans.iter().map(|span| span.start).min().unwrap_or(0),
        end: spans.iter().map(|span| span.end).max().unwrap_or(0),
    };
    let (line, start, text) = file.lines(whole);
    let place = |span: Span| span.start.saturating_sub(start)..span.end.saturating_sub(start);
    let primary = primary
        .map(|(at, note)| AnnotationKind::Primary.span(place(at.span)).label(note))
        .into_iter();
    let labels = labels
        .iter()
        .map(|label| AnnotationKind::Context.span(place(label.at.span)).label(label.text.as_str()));
    Snippet::source(text)
        .line_start(line)
        .path(file.name.as_str())
        .annotations(primary.chain(labels))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        _ => Level::NOTE.with_name("advice"),
    }
}
