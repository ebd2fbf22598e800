//! Reports as annotations of GitHub's workflows: a command a line.
//!
//! Not a summary: the workflow shows each annotation at its line.

use policyc::{Report, Severity};

use super::super::output::one_line;

/// One `::error file=…::…` a finding.
pub(super) fn github(report: &Report) -> String {
    let mut out = String::new();
    for found in &report.diagnostics {
        let (start, end) = report.places(found.at);
        let file = report.file(found.at.file).map_or("", |file| &file.name);
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            _ => "notice",
        };
        let message = match &found.help {
            Some(help) => format!("{}\n{help}", found.message),
            None => found.message.clone(),
        };
        out.push_str(&format!(
            "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}\n",
            property(file),
            start.line,
            start.column,
            end.line,
            end.column,
            property(&format!("{} {}", found.rule.code, found.rule.name)),
            data(&message),
        ));
    }
    out
}

/// The text of a command: what would end it is written otherwise, what commands a terminal not.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    one_line(&text)
}

/// The value of a property: also what would end the value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
