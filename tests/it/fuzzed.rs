//! What fuzzing found, again: every file of `fuzz/corpus`, and every bad file, obeys the laws.
//!
//! Not fuzzing, which `fuzz/README.md` shows.

use std::path::{Path, PathBuf};

#[path = "../../fuzz/src/bundles/mod.rs"]
pub(crate) mod bundles;
#[path = "../../fuzz/src/laws.rs"]
mod laws;

/// Calls a fuzz target with every file of its corpus, and with every bad file of its kind.
fn replay(target: &str, extensions: &[&str], each: impl Fn(&[u8])) {
    let files_in = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let corpus = files_in(&Path::new("fuzz/corpus").join(target));
    assert!(corpus.len() > 20, "only {} files", corpus.len());
    let mut bad = files_in(Path::new("tests/bad"));
    let is_of_kind = |found: &std::ffi::OsStr| extensions.iter().any(|known| found == *known);
    bad.retain(|file| file.extension().is_some_and(is_of_kind));
    for file in corpus.into_iter().chain(bad) {
        let bytes = std::fs::read(&file).unwrap();
        let replayed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| each(&bytes)));
        assert!(replayed.is_ok(), "{}", file.display());
    }
}

#[test]
fn policies_and_locks_that_were_found_obey_the_laws() {
    replay("policies", &["toml", "lock"], laws::policy);
}

#[test]
fn suites_and_directories_that_were_found_obey_the_laws() {
    replay("suites", &["yaml"], laws::suite_and_directory);
}

#[test]
fn edits_of_golden_bundles_that_were_found_obey_the_laws() {
    replay("bundles", &[], bundles::edited);
}
