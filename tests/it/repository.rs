//! Git in command-line cases: always the same author, time and settings.
//!
//! Not the cases, which `cli` runs.

use std::path::Path;
use std::process::{Command, Stdio};

/// Silent where it succeeds, and what it says is not ours to hold.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"]);
    command.args(arguments).current_dir(folder);
    let nowhere = folder.join("no-configuration");
    command.env("GIT_CONFIG_GLOBAL", &nowhere).env("GIT_CONFIG_SYSTEM", &nowhere);
    for (role, date) in [("AUTHOR", "GIT_AUTHOR_DATE"), ("COMMITTER", "GIT_COMMITTER_DATE")] {
        command.env(format!("GIT_{role}_NAME"), "tests");
        command.env(format!("GIT_{role}_EMAIL"), "tests@example.org");
        command.env(date, "2020-01-01T00:00:00Z");
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::new()
}
