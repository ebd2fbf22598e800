//! Reports as people and machines read them; one file a form.
//!
//! Not the findings, and not their wording.

mod github;
mod json;
mod junit;
mod sarif;
pub(super) mod text;

use clap::ValueEnum;
use policyc::{Proofs, Report, Severity};
use serde_json::Value;

use super::Failure;
use super::output::json_text;

pub(super) use json::{extend, json, json_with_proofs, summarize};
pub(super) use junit::{legal, xml};
pub(super) use text::{text, without_lines};

/// The forms that a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// Every finding with its lines.
    Text,
    /// One line a finding.
    Concise,
    /// The shape of `schema/report.v1.schema.json`.
    Json,
    /// SARIF 2.1.0, as code scanning reads it.
    Sarif,
    /// Annotations, as GitHub's workflows read them.
    Github,
    /// `JUnit` XML, as continuous integration reads it.
    Junit,
}

impl ReportFormat {
    /// The name of a form, as options give it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Self::from_str(text, false)
    }
}

/// A report, and what comes with it: a line or two for people, the whole of it for machines.
pub(super) struct Rendering<'r> {
    pub report: &'r Report,
    pub summary: String,
    /// Made only where it is asked for: it is many times as large as what it says.
    pub json: &'r dyn Fn() -> Value,
}

impl Rendering<'_> {
    /// The report in one form.
    pub(super) fn render(&self, format: ReportFormat) -> Result<String, Failure> {
        Ok(match format {
            ReportFormat::Text => format!("{}{}", text(self.report), self.summary),
            ReportFormat::Concise => format!("{}{}", text::concise(self.report), self.summary),
            ReportFormat::Json => json_text(&(self.json)())?,
            ReportFormat::Sarif => json_text(&sarif::sarif(self.report))?,
            ReportFormat::Github => github::github(self.report),
            ReportFormat::Junit => junit::junit(self.report)?,
        })
    }
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

/// A count with its word, in the singular or the plural.
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
