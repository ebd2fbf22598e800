//! Fixes: each bad file as its fixes leave it, reviewed; and what must be true of every fix.
//!
//! Not the files on disk, which `tests/cli/check-fix*.case` shows.

use policyc::{Report, Severity, Source, apply_fixes, build, check};
use similar::TextDiff;

use crate::bad_files::{bad_files, report_of};
use crate::format::comments;
use crate::oracle::Oracle;
use crate::random::{self, Rng};
use crate::{engine, finite};

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
        for left in &after {
            if let Some(same) = before.iter().position(|one| one == left) {
                before.remove(same);
            }
        }
        assert!(!before.is_empty(), "{name}: nothing is mended by\n{diff}");
        // Only an entry that goes takes its comments with it.
        if name.contains(".toml") && !lines.iter().any(|line| line.starts_with("-[[grants]]")) {
            assert_eq!(comments(&old), comments(&text), "{name}: comments");
        }
    }
    assert!(count > 30, "only {count} files have a fix");
    insta::assert_snapshot!(diffs.trim_end());
}

/// The text that is left when nothing more is mended.
fn mended(name: &str, bytes: Vec<u8>) -> Option<String> {
    let mut text = fixed(&report_of(name, bytes))?;
    for _ in 0..10 {
        let Some(next) = fixed(&report_of(name, text.clone().into_bytes())) else {
            return Some(text);
        };
        text = next;
    }
    panic!("{name}: there is always something to mend\n{text}");
}

#[test]
fn what_mends_a_lint_changes_no_decision() {
    let mut count = 0;
    for (name, bytes) in bad_files() {
        let Some(text) = mended(&name, bytes.clone()) else { continue };
        let old = String::from_utf8(bytes).expect("what is no text has no fixes");
        let Ok(before) = build(vec![Source::new(name.as_str(), old.as_str())]) else { continue };
        let after = build(vec![Source::new(name.as_str(), text)]).expect("still a good policy");
        count += 1;
        finite::for_each_request(&Oracle::new(&old), 2, &mut |request| {
            let [before, after] = [&before, &after].map(|bundle| engine::decide(bundle, request));
            assert_eq!(before, after, "{name}: {request}");
        });
    }
    assert!(count >= 6, "only {count} files have a lint that is mended");
}

#[test]
fn redundant_grants_of_random_policies_are_mended_without_a_change() {
    let mut count = 0;
    for seed in 0..1_000 {
        let mut rng = Rng::new(seed);
        let old = random::policy(&mut rng, 1 + usize::try_from(seed % 3).expect("small"));
        let Some(before) = check(vec![Source::new("p.toml", old.as_str())]).bundle else {
            continue;
        };
        let Some(text) = mended("p.toml", old.clone().into_bytes()) else { continue };
        let after = build(vec![Source::new("p.toml", text.as_str())]).expect("a good policy");
        count += 1;
        assert_eq!(comments(&text), comments(&old), "{text}");
        let oracle = Oracle::new(&old);
        for _ in 0..60 {
            let request = random::request(&mut rng, &oracle);
            let [before, after] = [&before, &after].map(|bundle| engine::decide(bundle, &request));
            assert_eq!(before, after, "{request}\n{old}\n{text}");
        }
    }
    assert!(count > 50, "only {count} policies had something to mend");
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
