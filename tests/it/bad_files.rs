//! The bad files: each has the mistakes that its name says, and a reviewed report.
//!
//! Not the rendering of the command line: the snapshots show the report's data, plainly. A policy
//! is `.toml`; a suite is `.test.yaml`, a directory `.yaml` and a lock `.lock`, each of
//! `tests/data/press`. Beside a policy or a directory that is a change stands the one before it,
//! `.before.toml` or `.before.yaml`.

use std::collections::BTreeMap;

use policyc::{
    At, Bundle, Covers, Diagnostic, Group, Level, Levels, LockFile, Report, Source,
    audit_directory, build, check, check_against, check_lock, check_with, find_rule, run_suites,
};

const PRESS: &str = include_str!("../data/press/policy.toml");

/// The press, its policy checked, and its texts without what was found in them, so that a failure
/// shows both sides.
fn press_with_texts() -> (Bundle, Report) {
    let mut texts = report("press.toml", PRESS);
    texts.diagnostics.clear();
    (press(), texts)
}

/// The report on the press, held to a lock.
fn held_to_lock(lock: Option<&Source>) -> Report {
    let file = LockFile {
        name: "policy.lock",
        source: lock,
        covers: Covers::Everything,
        renew: "policyc lock",
    };
    let (bundle, texts) = press_with_texts();
    check_lock(&bundle, texts, &file).expect("few situations")
}

/// Exactly the codes in the file's name, in the order of the report.
fn codes_in(name: &str) -> Vec<&str> {
    let is_code = |part: &&str| part.len() == 5 && part.starts_with('P');
    name.split('.').next().unwrap_or_default().split('-').filter(is_code).collect()
}

fn codes_of(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|diagnostic| diagnostic.rule.code).collect()
}

fn report(name: &str, bytes: impl Into<Vec<u8>>) -> Report {
    check(vec![Source::new(name, bytes)]).report
}

/// The report on a policy, with those pedantic rules turned on that its name says.
fn report_with_pedantic(name: &str, bytes: Vec<u8>) -> Report {
    let codes = codes_in(name);
    let is_pedantic = |code: &&str| find_rule(code).is_some_and(|r| r.group == Group::Pedantic);
    if !codes.iter().any(is_pedantic) {
        return report(name, bytes);
    }
    let mut levels = Levels::default();
    for code in codes.into_iter().filter(is_pedantic) {
        levels.set(code, Level::Advise).expect("a lint");
    }
    check_with(vec![Source::new(name, bytes)], &levels).report
}

fn is_policy(name: &str) -> bool {
    extension(name) == "toml"
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn press() -> Bundle {
    build(vec![Source::new("press.toml", PRESS)]).expect("a good policy")
}

/// The report on a bad file, by what the file is.
pub(crate) fn report_of(name: &str, bytes: Vec<u8>) -> Report {
    if is_policy(name) {
        let before = name.replace(".toml", ".before.toml");
        return match std::fs::read(format!("{BAD}/{before}")) {
            Ok(before) => {
                let before = build(vec![Source::new("before.toml", before)]).expect("good");
                let source = Source::new(name, bytes);
                check_against(vec![source], &Levels::default(), &before).report
            }
            Err(_) => report_with_pedantic(name, bytes),
        };
    }
    let source = Source::new(name, bytes);
    if extension(name) == "lock" {
        return held_to_lock(Some(&source));
    }
    if name.ends_with(".test.yaml") {
        let (bundle, texts) = press_with_texts();
        return run_suites(&bundle, texts, &[source], None).report;
    }
    let before = name.replace(".yaml", ".before.yaml");
    let before = std::fs::read(format!("{BAD}/{before}")).ok();
    let before = before.map(|bytes| Source::new("before.yaml", bytes));
    audit_directory(&press(), None, &source, before.as_ref()).expect("one policy").report
}

fn render_all(report: &Report) -> String {
    let each = report.diagnostics.iter().map(|diagnostic| render(report, diagnostic));
    each.collect::<Vec<_>>().join("\n\n")
}

/// One diagnostic as a person reviews it.
fn render(report: &Report, diagnostic: &Diagnostic) -> String {
    let rule = diagnostic.rule;
    let mut lines = vec![
        format!("{} {} {}", rule.code, rule.name, diagnostic.severity.as_str()),
        format!("  {}", diagnostic.message),
        format!("  at {}", place(report, diagnostic.at)),
    ];
    lines.extend(diagnostic.note.iter().map(|note| format!("  note: {note}")));
    for label in &diagnostic.labels {
        lines.push(format!("  label: {}, at {}", label.text, place(report, label.at)));
    }
    lines.extend(diagnostic.help.iter().map(|help| format!("  help: {help}")));
    lines.join("\n")
}

/// Line and column from and to, and the text in between.
fn place(report: &Report, at: At) -> String {
    let (start, end) = report.places(at);
    let text = &report.file(at.file).expect("a file of the report").text;
    let underlined = &text[at.span.start..at.span.end];
    let (start, end) = ((start.line, start.column), (end.line, end.column));
    format!("{}:{}-{}:{} {underlined:?}", start.0, start.1, end.0, end.1)
}

/// What every message owes its reader.
fn assert_reads_well(name: &str, diagnostic: &Diagnostic) {
    let message = &diagnostic.message;
    let labels = diagnostic.labels.iter().map(|label| &label.text);
    for text in [message].into_iter().chain(&diagnostic.help).chain(labels) {
        assert!(!text.starts_with(char::is_uppercase), "{name}: `{text}` begins in capitals");
        assert!(!text.ends_with('.'), "{name}: `{text}` ends in a full stop");
        assert!(!text.contains("invalid"), "{name}: `{text}` does not say what is valid");
        assert!(text.matches('`').count() % 2 == 0, "{name}: `{text}` has an odd backtick");
    }
}

const BAD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad");

/// Every bad file: its name and bytes, sorted.
pub(crate) fn bad_files() -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(BAD).expect("the folder of bad files");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.expect("an entry"))
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect();
    files.retain(|(name, _)| !name.contains(".before."));
    files.sort();
    files
}

/// One snapshot a code, so that the messages of a rule are reviewed side by side.
#[test]
fn each_bad_file_has_the_mistakes_that_its_name_says() {
    let mut snapshots: BTreeMap<String, String> = BTreeMap::new();
    let mut others = String::new();
    for (name, bytes) in bad_files() {
        let report = report_of(&name, bytes);
        for diagnostic in &report.diagnostics {
            assert_reads_well(&name, diagnostic);
        }
        let rendered = render_all(&report);
        if codes_of(&report) != codes_in(&name) {
            others += &format!("--- {name}\n{rendered}\n\n");
        }
        let (group, _) = name.split_once('-').expect("a code");
        let kind = match extension(&name) {
            "toml" => String::new(),
            extension => format!("-{extension}"),
        };
        let snapshot = snapshots.entry(format!("{group}{kind}")).or_default();
        *snapshot += &format!("--- {name}\n{rendered}\n\n");
    }
    assert!(others.is_empty(), "other mistakes than the name says:\n{others}");
    for (group, snapshot) in snapshots {
        insta::assert_snapshot!(group, snapshot);
    }
}

#[test]
fn where_there_is_no_lock_there_is_one_finding() {
    insta::assert_snapshot!(render_all(&held_to_lock(None)));
}

#[test]
fn each_code_has_two_bad_files() {
    let names: Vec<String> = bad_files().into_iter().map(|(name, _)| name).collect();
    for rule in policyc::rules() {
        let count = names.iter().filter(|name| name.starts_with(rule.code)).count();
        // An internal error has no policy, a duplicate policy takes two files, a bundle is no text,
        // a missing lock is no file, and a policy that is too large is made where its page is
        // tested.
        let codes = ["P0000", "P0319", "P0604", "P0911"];
        let is_elsewhere = codes.contains(&rule.code) || rule.code.starts_with("P090");
        assert!(count >= 2 || is_elsewhere, "{}: {count} bad files", rule.code);
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_change_no_place() {
    for (name, bytes) in bad_files() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let places = |text: String| {
            let report = report_of(&name, text.into_bytes());
            let each = report.diagnostics.iter();
            each.map(|one| (one.rule.code, report.places(one.at).0)).collect::<Vec<_>>()
        };
        let expected = places(text.clone());
        assert_eq!(places(text.replace('\n', "\r\n")), expected, "{name}");
        // The mark is a character of the first line; a missing key is reported before it.
        let marked = places(format!("\u{feff}{text}"));
        let lines = |all: Vec<(&'static str, policyc::Place)>| {
            all.into_iter().map(|(code, place)| (code, place.line)).collect::<Vec<_>>()
        };
        assert_eq!(lines(marked), lines(expected), "{name}");
    }
}

#[test]
fn a_policy_that_three_files_state_is_reported_at_the_second_and_third() {
    let text = std::fs::read("policies/child-tenants.toml").expect("a policy");
    let names = ["c.toml", "a.toml", "b.toml"];
    let report = check(names.map(|name| Source::new(name, text.clone())).to_vec()).report;
    insta::assert_snapshot!(render_all(&report));
}

/// A mistake in one of the five policies: the file, what stands there, what is written instead.
const HAND_MADE: [(&str, &str, &str, &str); 9] = [
    ("a typo in a role", "managed-accounts", "\"read-only\"]", "\"read-onyl\"]"),
    ("a tick too many", "enterprise-users", "ticks = 2", "ticks = 3"),
    (
        "a cycle",
        "cloud-users",
        "[roles.user-administrator]",
        "[roles.user-administrator]\ninherits = [\"user-administrator\"]",
    ),
    (
        "a wrong type",
        "account-contacts",
        "roles = [\"account-owner\"]",
        "roles = \"account-owner\"",
    ),
    (
        "a duplicate key",
        "child-tenants",
        "version = \"1.0.0\"",
        "version = \"1.0.0\"\nversion = \"1.0.1\"",
    ),
    (
        "an unclosed string",
        "cloud-users",
        "equals = \"control-panel-user\"",
        "equals = \"control-panel-user",
    ),
    ("an unknown key", "managed-accounts", "because =", "becuase ="),
    ("an unquoted dotted role", "account-contacts", "[roles.billing-only]", "[roles.billing.only]"),
    ("a file with nothing in it", "child-tenants", "", ""),
];

#[test]
fn each_hand_made_mistake_in_the_five_policies_has_one_diagnostic() {
    let mut rendered = Vec::new();
    for (what, policy, good, bad) in HAND_MADE {
        let text = std::fs::read_to_string(format!("policies/{policy}.toml")).expect("a policy");
        assert!(text.contains(good), "{what}: {policy} has no `{good}`");
        let text = if good.is_empty() { String::new() } else { text.replacen(good, bad, 1) };
        rendered.push(one(what, policy, text));
    }
    let text = std::fs::read_to_string("policies/cloud-users.toml").expect("a policy");
    let (before, after) = text.split_once("Control Panel User").expect("a title");
    let bytes = [before.as_bytes(), b"Utilis\xe9", after.as_bytes()].concat();
    rendered.push(one("a file that is not UTF-8", "cloud-users", bytes));
    insta::assert_snapshot!(rendered.join("\n\n"));
}

fn one(what: &str, policy: &str, bytes: impl Into<Vec<u8>>) -> String {
    let report = report(&format!("{policy}.toml"), bytes);
    let rendered = render_all(&report);
    assert_eq!(report.diagnostics.len(), 1, "{what}: {rendered}");
    format!("--- {what}, in {policy}\n{rendered}")
}

#[test]
fn a_file_of_any_depth_and_size_is_refused_in_order() {
    const MANY: usize = 100_000;
    let head = "schema = 1\npolicy = \"deep\"\nversion = \"1.0.0\"\n";
    let texts = [
        format!("{head}grants = {}", "[".repeat(MANY)),
        format!("{head}grants = {}{}", "[".repeat(MANY), "]".repeat(MANY)),
        format!("{head}grants = {}", "{a=".repeat(MANY)),
        format!("{head}[{}a]\n", "a.".repeat(MANY)),
        format!("{head}{}a = 1\n", "a.".repeat(MANY)),
        "[".repeat(10 * MANY),
        "\"".repeat(10 * MANY),
        "{".repeat(10 * MANY),
    ];
    for text in texts {
        let beginning: String = text.chars().take(80).collect();
        let report = report("deep.toml", text);
        assert_eq!(codes_of(&report), ["P0003"], "{beginning}");
    }
}

#[test]
fn a_suite_or_directory_of_any_depth_and_size_is_refused_in_order() {
    const MANY: usize = 1_000_000;
    let texts = ["[", "{a: ", "- ", "? ", "\"", "- [", "&a [", "!"].map(|part| part.repeat(MANY));
    for text in texts {
        let beginning: String = text.chars().take(20).collect();
        for name in ["deep.test.yaml", "deep.yaml"] {
            let report = report_of(name, text.clone().into_bytes());
            assert_eq!(codes_of(&report), ["P0007"], "{name}: {beginning}");
        }
    }
}
