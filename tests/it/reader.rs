//! The reader in another language reads what the format page says, as this crate does.
//!
//! Not a test of Python: where there is none, nothing is run, and the run says so.

use std::process::Command;

use policyc::{Assignment, Bundle, Principal, Query, Request, Source, build, decide};

use crate::agreement::POLICIES;

fn read(bundle: &std::path::Path, words: &[&str]) -> std::io::Result<std::process::Output> {
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/read_bundle.py");
    Command::new("python3").arg(reader).arg(bundle).args(words).output()
}

#[test]
fn a_reader_written_from_the_format_page_agrees() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("there is no python3 here: the reader is not run");
        return;
    }
    let sources = POLICIES.map(|(name, text)| Source::new(format!("{name}.toml"), text));
    let bundle: Bundle = build(sources.to_vec()).expect("good policies");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("five.bundle");
    std::fs::write(&path, bundle.encode()).expect("a file");
    let mut seen = [0_u32; 3];
    for table in bundle.tables() {
        // One cell of each line and of each column is enough to notice a shift.
        let roles: Vec<&str> = table.roles().collect();
        for (at, action) in table.actions().enumerate().step_by(2) {
            let role = roles[at % roles.len()];
            let output = read(&path, &[table.policy(), role, action]).expect("python3");
            let word = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            let assignments = [Assignment { role, scope: None }];
            let principal = Principal { assignments: &assignments, ..Principal::default() };
            let query = Query { principal, action, ..Query::default() };
            let basis = decide(&Request::new(table, query).expect("a request")).basis().as_str();
            let known: &[&str] = match word.as_str() {
                "permit" => {
                    seen[0] += 1;
                    // The role counts, or would in its scope or for its kind.
                    &["granted", "scope-missing", "out-of-scope", "kind-missing"]
                }
                "none" => {
                    seen[1] += 1;
                    &["not-granted"]
                }
                "guarded" => {
                    seen[2] += 1;
                    continue;
                }
                other => panic!("{other}: {}", String::from_utf8_lossy(&output.stderr)),
            };
            assert!(known.contains(&basis), "{role} {action}: {word}, and {basis}");
        }
    }
    assert!(seen.iter().all(|count| *count > 2), "{seen:?} are too few to mean anything");
    let output = read(&path, &["managed-accounts", "no-such", "services.view"]).expect("python3");
    assert!(!output.status.success());
    let mut bytes = std::fs::read(&path).expect("a file");
    let middle = bytes.len() / 8;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).expect("a file");
    let output = read(&path, &["managed-accounts", "finance", "services.view"]).expect("python3");
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not have its digest"));
}
