//! Reports as `JUnit` XML: a suite a file, a test a finding, one that passes where there is none.
//!
//! Not the cases of suites, which `policyc test` writes.

use std::collections::BTreeMap;

use policyc::{Diagnostic, Report, Severity, SourceFile};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::super::Failure;
use super::super::output::harmless;

/// The whole report.
pub(super) fn junit(report: &Report) -> Result<String, Failure> {
    let mut junit = quick_junit::Report::new("policyc");
    // By where the file is in memory: two may have one name.
    let mut found_by_file: BTreeMap<usize, Vec<&Diagnostic>> = BTreeMap::new();
    for found in &report.diagnostics {
        if let Some(file) = report.file(found.at.file) {
            found_by_file.entry(address(file)).or_default().push(found);
        }
    }
    for file in &report.files {
        let mut suite = TestSuite::new(legal(&file.name));
        for found in found_by_file.remove(&address(file)).unwrap_or_default() {
            let line = report.places(found.at).0.line;
            // Only errors fail a test; the others are shown where someone looks.
            let mut status = if found.severity == Severity::Error {
                TestCaseStatus::non_success(NonSuccessKind::Failure)
            } else {
                TestCaseStatus::skipped()
            };
            status.set_message(legal(&found.message));
            status.set_type(found.rule.name);
            let help = found.help.as_deref().map_or_else(String::new, |help| format!("\n{help}"));
            let text = format!("{}:{line}: {}{help}", file.name, found.message);
            status.set_description(legal(&text));
            let name = format!("{} {} at line {line}", found.rule.code, found.rule.name);
            let mut case = TestCase::new(name, status);
            case.set_classname(legal(&file.name));
            suite.add_test_case(case);
        }
        if suite.test_cases.is_empty() {
            let mut case = TestCase::new("no findings", TestCaseStatus::success());
            case.set_classname(legal(&file.name));
            suite.add_test_case(case);
        }
        junit.add_test_suite(suite);
    }
    xml(&junit)
}

fn address(file: &SourceFile) -> usize {
    std::ptr::from_ref(file).addr()
}

/// What XML can hold, and what commands no terminal: the writer leaves out some control characters,
/// but not these.
pub(in super::super) fn legal(text: &str) -> String {
    harmless(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The XML of a report, which ends in a line feed.
pub(in super::super) fn xml(junit: &quick_junit::Report) -> Result<String, Failure> {
    let xml = junit.to_string().map_err(|error| Failure::Broken(error.into()))?;
    Ok(if xml.ends_with('\n') { xml } else { format!("{xml}\n") })
}
