//! What must hold of any bytes: they are read, checked, rendered, laid out and mended without a
//! panic, and what comes of that keeps its promises.
//!
//! Not the fuzzer: it calls this with bytes of its own, and `tests/it` with those that it found.

#[path = "../../src/cli/exit.rs"]
#[expect(dead_code, reason = "the renderers need its types and not its exit codes")]
mod exit;
#[path = "../../src/cli/output.rs"]
#[expect(dead_code, reason = "the renderers need what makes a text harmless, and write nothing")]
mod output;
#[path = "../../src/cli/report/mod.rs"]
#[expect(dead_code, unused_imports, reason = "what reports have in common with answers is theirs")]
mod report;

use std::sync::LazyLock;

use clap::ValueEnum as _;
use policyc::{
    Bundle, Covers, Level, Levels, LockFile, PEDANTIC, Proofs, Report, Source, View, apply_fixes,
    audit_directory, build, check_lock, check_with, format_policy, grid, read_config, read_lock,
    run_suites,
};

use exit::Failure;
use report::{Rendering, ReportFormat};

/// Not text, not TOML, a key twice, a number too large, not YAML.
const UNREADABLE: [&str; 5] = ["P0001", "P0003", "P0004", "P0005", "P0007"];

/// Fixes show what could not be seen before, and no small file has more rounds of them than this.
const ROUNDS_MAX: usize = 50;

const PRESS: &str = include_str!("../../tests/data/press/policy.toml");
const STAFF: &str = include_str!("../../tests/data/press/staff.yaml");

static PRESS_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| {
    build(vec![Source::new("press.toml", PRESS)]).unwrap_or_else(|report| panic!("{report:?}"))
});

/// Every lint, also those that are off.
static LEVELS: LazyLock<Levels> = LazyLock::new(|| {
    let mut levels = Levels::default();
    levels.set(PEDANTIC, Level::Advise).expect("the name of a group");
    levels
});

/// Takes bytes for a policy, for a configuration, and for a lock.
pub(crate) fn policy(bytes: &[u8]) {
    let source = Source::new("any.toml", bytes);
    lock(&source);
    if let Err(report) = read_config(&source) {
        render(&report);
    }
    let checked = check_with(vec![source.clone()], &LEVELS);
    render(&checked.report);
    assert_eq!(checked.bundle.is_none(), checked.report.has_errors(), "a bundle or an error");
    if let Some(bundle) = checked.bundle.filter(|_| is_one_of_many(bytes)) {
        decoded(&bundle);
    }
    layout(&source, &checked.report);
    mended(source, checked.report, |source| check_with(vec![source], &LEVELS).report);
}

/// What is read of a lock is written, and read again.
fn lock(source: &Source) {
    match read_lock(source) {
        Ok(lock) => {
            let written = Source::new("again.lock", lock.to_string());
            assert_eq!(read_lock(&written), Ok(lock), "a lock that was written");
        }
        Err(report) => render(&report),
    }
    let file = LockFile {
        name: "any.lock",
        source: Some(source),
        covers: Covers::Everything,
        renew: "policyc lock",
    };
    let report = check_lock(&PRESS_BUNDLE, Report::default(), &file).expect("few situations");
    render(&report);
}

/// Takes bytes for a suite, and for a directory.
pub(crate) fn suite_and_directory(bytes: &[u8]) {
    let run = |source| run_suites(&PRESS_BUNDLE, Report::default(), &[source], None).report;
    let suite = Source::new("any.test.yaml", bytes);
    let report = run(suite.clone());
    render(&report);
    mended(suite, report, run);

    let before = Source::new("staff.yaml", STAFF);
    let audit = |source| {
        let audited = audit_directory(&PRESS_BUNDLE, None, &source, Some(&before));
        audited.map(|audited| audited.report).unwrap_or_default()
    };
    let directory = Source::new("any.yaml", bytes);
    let report = audit(directory.clone());
    render(&report);
    mended(directory, report, audit);
}

/// A table can be shown, and is the same after its bytes.
fn decoded(bundle: &Bundle) {
    let decoded = Bundle::decode(&bundle.encode()).expect("what was encoded");
    assert_eq!(bundle.digest(), decoded.digest(), "decoded");
    for table in bundle.tables() {
        let views = [View::Actions, View::Rows, View::Kinds, View::Combinations, View::Delegations];
        for view in views {
            let _ = grid(table, view);
        }
    }
}

/// A layout is made once, and nothing that is found depends on it.
fn layout(source: &Source, report: &Report) {
    let Ok(text) = format_policy(source) else { return };
    let laid_out = Source::new("any.toml", text.as_str());
    assert_eq!(format_policy(&laid_out).as_ref(), Ok(&text), "laid out twice");
    let after = check_with(vec![laid_out], &LEVELS).report;
    assert_eq!(findings(report), findings(&after), "found after layout:\n{text}");
}

/// Fixes come to an end, never make a file that cannot be read, and never an error of none.
fn mended(mut source: Source, mut report: Report, check: impl Fn(Source) -> Report) {
    let mut rounds = 0;
    while let Some(fixed) = apply_fixes(&report).pop() {
        rounds += 1;
        assert!(rounds < ROUNDS_MAX, "mended for ever:\n{}", fixed.text);
        source.bytes = fixed.text.into_bytes();
        let after = check(source.clone());
        let text = String::from_utf8_lossy(&source.bytes);
        assert!(!after.has_errors() || report.has_errors(), "made an error:\n{text}");
        let is_reading = |code: &str| UNREADABLE.contains(&code);
        let unreadable = after.diagnostics.iter().find(|found| is_reading(found.rule.code));
        assert_eq!(unreadable, None, "made unreadable:\n{text}");
        assert_ne!(findings(&report), findings(&after), "nothing is mended:\n{text}");
        report = after;
    }
}

/// What was found, without its places.
fn findings(report: &Report) -> Vec<(&'static str, &str)> {
    let found = report.diagnostics.iter();
    let mut found: Vec<_> = found.map(|one| (one.rule.code, one.message.as_str())).collect();
    found.sort_unstable();
    found
}

/// Every form of a report, on a wide terminal and a narrow one.
fn render(report: &Report) {
    for found in &report.diagnostics {
        assert_ne!(found.rule.name, "internal-error", "{}", found.message);
        let labels = found.labels.iter().map(|label| label.at);
        for at in labels.chain([found.at]) {
            let text = &report.file(at.file).expect("a file of the report").text;
            assert!(text.get(at.span.start..at.span.end).is_some(), "{at:?} of {found:?}");
        }
    }
    for columns in [40, 140] {
        harmless(&report::text::text_within(report, columns));
    }
    let json = || report::json_with_proofs(report, Proofs::default());
    let rendering = Rendering { report, summary: report::summary(report), json: &json };
    for format in ReportFormat::value_variants() {
        // What code scanning reads has the pages of all rules in it.
        let is_long = || report.files.iter().all(|file| !is_one_of_many(file.text.as_bytes()));
        if *format == ReportFormat::Text || *format == ReportFormat::Sarif && is_long() {
            continue;
        }
        let text = rendering.render(*format).unwrap_or_else(|_| panic!("{format:?}"));
        plain(&text);
        if matches!(format, ReportFormat::Json | ReportFormat::Sarif) {
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        }
        if *format == ReportFormat::Concise {
            let count = report.diagnostics.len() + report::summary(report).lines().count();
            assert_eq!(text.lines().count(), count, "a line a finding:\n{text}");
        }
    }
}

/// Chooses some inputs for what takes longer than everything else together.
fn is_one_of_many(bytes: &[u8]) -> bool {
    bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % 16 == 0
}

/// Nothing commands a terminal but colour.
fn harmless(text: &str) {
    let mut parts = text.split('\u{1b}');
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (codes, rest) = part.split_once('m').expect("the end of a colour");
        let codes = codes.strip_prefix('[').expect("the start of a colour");
        assert!(COLOURS.contains(&codes), "a colour that is not ours: {codes:?}");
        bare.push_str(rest);
    }
    plain(&bare);
}

/// What the renderer uses: nothing, bold, and a colour for each weight, for lines and for help.
const COLOURS: [&str; 7] = ["0", "1", "33", "91", "92", "94", "96"];

/// Nothing commands a terminal, or changes the direction of what follows.
fn plain(text: &str) {
    let commands = |letter: &char| {
        letter.is_control() && *letter != '\n'
            || matches!(letter, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}')
    };
    assert_eq!(text.chars().find(commands), None, "in:\n{text}");
}
