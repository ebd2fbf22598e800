//! Reports for machines, in the shape of `schema/report.v1.schema.json`.
//!
//! Not SARIF, which has a shape of its own.

use policyc::{At, Diagnostic, Edit, Fix, JSON_FORMAT_VERSION, Proofs, Report, Severity};
use serde_json::{Value, json};

/// The report for machines, with what was proved.
pub(in super::super) fn json_with_proofs(report: &Report, proofs: Proofs) -> Value {
    let mut json = json(report);
    let proofs = json!({ "invariants": proofs.invariants, "cells": proofs.cells });
    summarize(&mut json, proofs);
    json
}

/// Puts more into the summary.
pub(in super::super) fn summarize(json: &mut Value, more: Value) {
    if let Some(summary) = json.get_mut("summary") {
        extend(summary, more);
    }
}

/// The report for machines.
pub(in super::super) fn json(report: &Report) -> Value {
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
    if !diagnostic.fixes.is_empty() {
        let fixes = diagnostic.fixes.iter().map(|fix| fix_json(report, fix));
        extend(&mut json, json!({ "fixes": fixes.collect::<Vec<_>>() }));
    }
    json
}

fn fix_json(report: &Report, fix: &Fix) -> Value {
    let edit = |edit: &Edit| {
        let mut json = place_json(report, edit.at);
        extend(&mut json, json!({ "replacement": edit.replacement }));
        json
    };
    json!({ "message": fix.message, "edits": fix.edits.iter().map(edit).collect::<Vec<_>>() })
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
pub(in super::super) fn extend(json: &mut Value, more: Value) {
    if let (Value::Object(json), Value::Object(more)) = (json, more) {
        json.extend(more);
    }
}
