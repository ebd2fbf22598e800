//! Reports as SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.
//!
//! Not more of it than code scanning reads: the rules, and each result with its places and fixes.

use std::collections::BTreeMap;

use policyc::{At, Diagnostic, FileId, Fix, Group, Report, Severity, rules};
use serde_json::{Value, json};

use super::extend;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole report as one run.
pub(super) fn sarif(report: &Report) -> Value {
    let results: Vec<Value> =
        report.diagnostics.iter().map(|found| result(report, found)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "policyc",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules().map(rule).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "artifacts": report.files.iter().map(|file| json!({
                "location": { "uri": uri(&file.name) },
                "sourceLanguage": if file.name.ends_with("toml") { "toml" } else { "yaml" },
            })).collect::<Vec<_>>(),
            "results": results,
        }],
    })
}

fn rule(rule: &policyc::Rule) -> Value {
    // The first paragraph below the title says what the rule is about.
    let about = rule.page.split("\n\n").nth(1).unwrap_or_default();
    let first = about.lines().next().unwrap_or_default();
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": first },
        "fullDescription": { "text": about.replace('\n', " ") },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": {
            "level": level(rule.severity),
            "enabled": rule.group != Group::Pedantic,
        },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

fn result(report: &Report, found: &Diagnostic) -> Value {
    let index = rules().position(|rule| rule.code == found.rule.code);
    let text = match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    };
    let mut result = json!({
        "ruleId": found.rule.code,
        "ruleIndex": index,
        "level": level(found.severity),
        "message": { "text": text },
        "locations": [location(report, found.at, found.note.as_deref())],
    });
    if !found.labels.is_empty() {
        let related = found.labels.iter();
        let related = related.map(|label| location(report, label.at, Some(&label.text)));
        extend(&mut result, json!({ "relatedLocations": related.collect::<Vec<_>>() }));
    }
    if !found.fixes.is_empty() {
        let fixes = found.fixes.iter().map(|one| fix(report, one));
        extend(&mut result, json!({ "fixes": fixes.collect::<Vec<_>>() }));
    }
    result
}

/// What mends a result: a change of each file that the fix changes.
fn fix(report: &Report, fix: &Fix) -> Value {
    let mut edits_by_file: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        edits_by_file.entry(edit.at.file).or_default().push(json!({
            "deletedRegion": region(report, edit.at),
            "insertedContent": { "text": edit.replacement },
        }));
    }
    let change = |(file, edits): (FileId, Vec<Value>)| {
        let file = artifact(report, file);
        json!({ "artifactLocation": file, "replacements": edits })
    };
    json!({
        "description": { "text": fix.message },
        "artifactChanges": edits_by_file.into_iter().map(change).collect::<Vec<_>>(),
    })
}

fn location(report: &Report, at: At, text: Option<&str>) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(report, at.file),
            "region": region(report, at),
        },
    });
    if let Some(text) = text {
        extend(&mut location, json!({ "message": { "text": text } }));
    }
    location
}

/// A file, as the run lists it.
fn artifact(report: &Report, file: FileId) -> Value {
    let name = report.file(file).map_or("", |file| &file.name);
    json!({ "uri": uri(name) })
}

/// Columns are counted in characters, as `columnKind` says.
fn region(report: &Report, at: At) -> Value {
    let (start, end) = report.places(at);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI reference: what has a meaning there is written in hexadecimal.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        let letter = char::from(byte);
        if letter.is_ascii_alphanumeric() || "-._~/".contains(letter) {
            uri.push(letter);
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
