//! Fixes: each bad file as its fixes leave it, reviewed; and what must be true of every fix.
//!
//! Not the files on disk, which `tests/cli/check-fix*.case` shows.

use policyc::{Report, Severity, Source, apply_fixes, check};
use similar::TextDiff;

use crate::bad_files::{bad_files, report_of};
use crate::format::comments;
use crate::random::Rng;

/// The only file of a report that changes, as it then is.
fn fixed(report: &Report) -> Option<String> {
    let mut files = apply_fixes(report);
    assert!(files.len() <= 1, "fixes in files that are right");
    files.pop().map(|fixed| fixed.text)
}

/// What was found; only errors where there were some, since lints come when they are gone.
fn found(report: &Report, only_errors: bool) -> Vec<(&'static str, String)> {
    let found = report.diagnostics.iter();
    let found = found.filter(|one| !only_errors || one.severity == Severity::Error);
    found.map(|one| (one.rule.code, one.message.clone())).collect()
}

#[test]
fn each_bad_file_as_its_fixes_leave_it() {
    let mut diffs = String::new();
    let mut count = 0;
    for (name, bytes) in bad_files() {
        let before = report_of(&name, bytes.clone());
        let Some(text) = fixed(&before) else { continue };
        count += 1;
        let old = String::from_utf8(bytes).expect("what is no text has no fixes");
        let diff = TextDiff::from_lines(&old, &text).unified_diff().context_radius(0).to_string();
        let lines = diff.lines().filter(|line| !line.starts_with("@@"));
        let lines: Vec<&str> = lines.collect();
        diffs += &format!("--- {name}\n{}\n\n", lines.join("\n"));

        let after = report_of(&name, text.clone().into_bytes());
        let unreadable = ["P0003", "P0004", "P0005", "P0007"];
        let only_errors = before.has_errors();
        let (mut before, after) = (found(&before, only_errors), found(&after, only_errors));
        assert!(after.len() <= before.len(), "{name}: {after:?}");
        assert!(after.iter().all(|(code, _)| !unreadable.contains(code)), "{name}: {after:?}");
        before.retain(|one| !after.contains(one));
        assert!(!before.is_empty(), "{name}: nothing is mended by\n{diff}");
        if name.contains(".toml") {
            assert_eq!(comments(&old), comments(&text), "{name}: comments");
        }
    }
    assert!(count > 30, "only {count} files have a fix");
    insta::assert_snapshot!(diffs.trim_end());
}

/// Two letters of a name in a list changed over, one name in a file: where that is mended at all,
/// the file is again what it was, byte for byte.
#[test]
fn a_misspelt_name_that_is_mended_is_the_name_that_it_was() {
    let mut rng = Rng::new(22);
    let (mut mended, mut all) = (0, 0);
    for entry in std::fs::read_dir("policies").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let starts =
            ["\nroles = [\"", "\nassign = [\"", "\nby = [\"", "\nwhen = [\"", "\nkinds = [\""];
        let names: Vec<usize> = starts
            .iter()
            .flat_map(|start| text.match_indices(start).map(|(at, found)| at + found.len()))
            .collect();
        for _ in 0..60 {
            let start = *rng.pick(&names);
            let length = text[start..].find('"').unwrap();
            let at = start + rng.below(length.max(2) - 1);
            let mut bytes = text.clone().into_bytes();
            bytes.swap(at, at + 1);
            let report = check(vec![Source::new("policy.toml", bytes.clone())]).report;
            if bytes == text.as_bytes() || !report.has_errors() {
                continue;
            }
            all += 1;
            if let Some(fixed) = fixed(&report) {
                let misspelt = &String::from_utf8(bytes).unwrap()[start..start + length];
                assert_eq!(fixed, text, "{}: {misspelt}", path.display());
                mended += 1;
            }
        }
    }
    assert!(mended > 100 && mended * 2 > all, "{mended} of {all} are mended");
}

#[test]
fn fixes_that_touch_each_other_are_not_made_at_once() {
    let text = "schema = 1\npolicy = \"p\"\nversion = \"1.0.0\"\n\n[roles.a]\n\n[[grants]]\n\
                actions = [\"x.y\"]\nroles = [\"a\", \"a\", \"a\", \"a\"] # all\n";
    let once = fixed(&check(vec![Source::new("p.toml", text)]).report).expect("a fix");
    assert!(once.contains("# all"));
    let mut left = once;
    while let Some(next) = fixed(&check(vec![Source::new("p.toml", left.as_str())]).report) {
        left = next;
    }
    assert_eq!(left, text.replace(", \"a\"", ""));
}
