//! `policyc test`: whether policies answer as their suites expect.
//!
//! Not the running, which is the library's.

mod measures;

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};
use policyc::{
    Bundle, CaseResult, Checked, Diagnostic, Report, Source, Tested, check, coverage, mutate,
    run_suites,
};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::{Outcome, input, output, report};

use measures::Measures;

/// Run the suites (`*.test.yaml`) of policies.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Folders with policies and suites, or single suites beside their policies.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Run only cases whose name, or whose suite's, has this text in it.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Show which cells, of roles, actions and conditions, no case and no invariant touches.
    #[arg(long, conflicts_with = "filter")]
    coverage: bool,

    /// Of every policy's cells, so many percent must be touched.
    #[arg(
        long,
        value_name = "PERCENT",
        requires = "coverage",
        value_parser = value_parser!(u8).range(0..=100)
    )]
    min_coverage: Option<u8>,

    /// Change one thing of a policy at a time, and show what no case and no invariant notices.
    #[arg(long, conflicts_with = "filter")]
    mutate: bool,

    /// How to report.
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    format: TestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    Text,
    Json,
    /// `JUnit` XML, as continuous integration reads it.
    Junit,
}

pub(super) fn run(command: &Test) -> Outcome {
    if command.format == TestFormat::Junit && (command.coverage || command.mutate) {
        let message = "`--format junit` has no place for `--coverage` and `--mutate`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let input = input::policies_and_suites(&command.paths)?;
    if input.suites.is_empty() {
        let paths = input::listed(&command.paths);
        return Err(Failure::Usage(format!("no suite (`*.test.yaml`) under {paths}")));
    }
    let suite_count = input.suites.len();
    let Checked { bundle, report: checked, .. } = check(input.policies);
    let Some(bundle) = bundle else {
        output::complain(&report::text(&checked));
        return Err(Failure::Reported);
    };
    // What is found in policies is for `check` to say; a suite only points into their texts.
    let mut texts = Report::default();
    texts.files = checked.files;
    let tested = run_suites(&bundle, texts, &input.suites, command.filter.as_deref());
    if tested.cases.is_empty() && !tested.report.has_errors() {
        let filter = command.filter.as_deref().unwrap_or_default();
        return Err(Failure::Usage(format!("no case has `{filter}` in its name")));
    }
    let measures = measured(command, &bundle, &tested, &input.suites);
    match command.format {
        TestFormat::Text => {
            output::print(&text(command, &tested, suite_count, measures.as_ref()))?;
        }
        TestFormat::Json => {
            let mut json = json(&tested, suite_count);
            if let Some(measures) = &measures {
                report::extend(&mut json, measures.json());
            }
            output::print_json(&json)?;
        }
        TestFormat::Junit => output::print(&junit(&tested)?)?,
    }
    let only_empty = tested.cases.is_empty()
        && tested.report.diagnostics.iter().all(|found| found.rule.name == "suite-without-cases");
    if only_empty {
        return Err(Failure::Usage("there are no cases to run".to_owned()));
    }
    let is_enough = measures.is_some_and(|measures| measures.are_enough(command.min_coverage));
    Ok(if is_enough { Exit::Yes } else { Exit::No })
}

/// Looks at what is asked for besides the cases; at nothing where a case fails or a suite has a
/// mistake, as then there is no telling what it would notice.
fn measured(
    command: &Test,
    bundle: &Bundle,
    tested: &Tested,
    suites: &[Source],
) -> Option<Measures> {
    (!tested.report.has_errors()).then(|| Measures {
        coverage: command.coverage.then(|| coverage(bundle, suites)),
        mutation: command.mutate.then(|| mutate(bundle, &tested.report, suites)),
    })
}

/// How many suites, cases and failures: "5 suites, 430 cases: all passed".
pub(super) fn summary(tested: &Tested, suite_count: usize) -> String {
    let plural = report::plural;
    let failed = tested.cases.iter().filter(|case| case.failure.is_some()).count();
    let outcome = match (tested.cases.len(), failed) {
        (0, _) => "none run".to_owned(),
        (_, 0) => "all passed".to_owned(),
        (count, _) => format!("{} passed, {failed} failed", count - failed),
    };
    let unrun = match tested.unrun {
        0 => String::new(),
        count => format!("; {} not run for mistakes in it", plural(count, "suite", "suites")),
    };
    format!(
        "{}, {}: {outcome}{unrun}\n",
        plural(suite_count, "suite", "suites"),
        plural(tested.cases.len(), "case", "cases"),
    )
}

/// Whether a finding is the failure of a case, which is a result of its own.
fn is_result(found: &Diagnostic) -> bool {
    matches!(found.rule.name, "failed-case" | "impossible-request")
}

fn text(
    command: &Test,
    tested: &Tested,
    suite_count: usize,
    measures: Option<&Measures>,
) -> String {
    let more = match measures {
        Some(measures) => measures.text(),
        None if command.coverage || command.mutate => {
            "neither cells nor mutants are looked at while cases fail\n".to_owned()
        }
        None => String::new(),
    };
    format!("{}{}{more}", report::text(&tested.report), summary(tested, suite_count))
}

fn json(tested: &Tested, suite_count: usize) -> Value {
    let mut json = report::json(&tested.report);
    count(&mut json, tested, suite_count);
    let cases: Vec<Value> = tested.cases.iter().map(case_json).collect();
    report::extend(&mut json, json!({ "cases": cases }));
    json
}

/// Puts the counts of suites and cases into a report's summary.
pub(super) fn count(json: &mut Value, tested: &Tested, suite_count: usize) {
    let failed = tested.cases.iter().filter(|case| case.failure.is_some()).count();
    if let Some(summary) = json.get_mut("summary") {
        let more = json!({
            "suites": suite_count,
            "suites_not_run": tested.unrun,
            "cases": tested.cases.len(),
            "passed": tested.cases.len() - failed,
            "failed": failed,
        });
        report::extend(summary, more);
    }
}

fn case_json(case: &CaseResult) -> Value {
    json!({
        "suite": case.suite,
        "name": case.name,
        "line": case.line,
        "passed": case.failure.is_none(),
        "failure": case.failure,
    })
}

/// One `testsuite` a file; a suite that was not run is an error of its own.
fn junit(tested: &Tested) -> Result<String, Failure> {
    let mut junit = quick_junit::Report::new("policyc");
    let mut suites: Vec<TestSuite> = Vec::new();
    let mut add = |suite: &str, case: TestCase| {
        let at = suites.iter().position(|known| known.name.as_str() == suite);
        match at.and_then(|at| suites.get_mut(at)) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut new = TestSuite::new(suite);
                new.add_test_case(case);
                suites.push(new);
            }
        }
    };
    for case in &tested.cases {
        let status = match &case.failure {
            None => TestCaseStatus::success(),
            Some(failure) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(report::legal(failure));
                status.set_type("failed-case");
                let description = format!("{}:{}\n{failure}", case.suite, case.line);
                status.set_description(report::legal(&description));
                status
            }
        };
        let mut junit = TestCase::new(report::legal(&case.name), status);
        junit.set_classname(report::legal(&case.suite));
        add(&report::legal(&case.suite), junit);
    }
    for found in tested.report.diagnostics.iter().filter(|found| !is_result(found)) {
        let file = tested.report.file(found.at.file).map_or("", |file| file.name.as_str());
        let file = report::legal(file);
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(report::legal(&found.message));
        status.set_type(found.rule.name);
        let line = tested.report.places(found.at).0.line;
        status.set_description(report::legal(&format!("{file}:{line}\n{}", found.message)));
        let mut case = TestCase::new(format!("{} at line {line}", found.rule.name), status);
        case.set_classname(file.clone());
        add(&file, case);
    }
    junit.add_test_suites(suites);
    report::xml(&junit)
}
