//! Every invariant that does not hold comes with a command that shows it; here each is run.
//!
//! Not the search for the request, and not the wording around it.

use std::path::Path;
use std::process::{Command, Output};

use policyc::{Diagnostic, Source, check};

use crate::faults::faults;

#[test]
fn each_command_in_a_bad_file_shows_what_its_message_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder of bad files") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
        if name.contains("P0502") {
            let text = std::fs::read(&path).expect("a file");
            count += replay_all(name, text, &folder);
        }
    }
    assert!(count >= 8, "only {count} commands");
}

#[test]
fn each_command_for_a_planted_fault_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    for fault in faults() {
        // A name that a shell would take apart.
        let name = "it's faulty.toml";
        std::fs::write(folder.path().join(name), &fault.policy).expect("a file");
        count += replay_all(name, fault.policy.into_bytes(), folder.path());
    }
    assert!(count >= 8, "only {count} commands");
}

/// Runs the command of every broken invariant of a policy, and says how many there were.
fn replay_all(name: &str, text: Vec<u8>, folder: &Path) -> usize {
    let report = check(vec![Source::new(name, text)]).report;
    let broken = report.diagnostics.iter().filter(|found| found.rule.name == "broken-invariant");
    broken.map(|found| replay(name, found, folder)).count()
}

/// What a command gives that it might leave out.
const GIVEN: [&str; 5] = ["--id", "--resource-type", "--resource-id", "--attr", "--assert"];

fn replay(name: &str, found: &Diagnostic, folder: &Path) {
    let help = found.help.as_deref().expect("a command");
    let command = help.strip_prefix("replay it with `").and_then(|help| help.strip_suffix('`'));
    let command = command.unwrap_or_else(|| panic!("{name}: no command in `{help}`"));
    let output = shell(command, folder);
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let is_denied = found.message.contains("may not always `");
    let (word, status) = if is_denied { ("deny: ", 1) } else { ("allow: ", 0) };
    let seen = format!("{name}: {}\n{command}\n{stdout}{stderr}", found.message);
    assert!(stdout.starts_with(word) && output.status.code() == Some(status), "{seen}");
    assert!(stderr.is_empty(), "a name that the policy does not know: {seen}");
    if is_denied {
        return;
    }
    // The smallest request that is allowed needs all that it gives.
    for words in with_one_less(command, folder) {
        let mut decide = Command::new(env!("CARGO_BIN_EXE_policyc"));
        let output = decide.args(&words[1..]).current_dir(folder).output().expect("the binary");
        assert_eq!(output.status.code(), Some(1), "{seen}allowed with less too: {words:?}");
    }
}

fn shell(command: &str, folder: &Path) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_policyc"));
    let folder_of_binary = binary.parent().expect("the folder of the binary");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", folder_of_binary);
    shell.output().expect("a shell")
}

/// The command's words, without one thing that it gives, for each such thing.
fn with_one_less(command: &str, folder: &Path) -> Vec<Vec<String>> {
    let output = shell(&format!("printf '%s\\n' {command}"), folder);
    let words = String::from_utf8(output.stdout).expect("UTF-8");
    let words: Vec<String> = words.lines().map(str::to_owned).collect();
    let without = |at: usize| {
        let flag = words[at].as_str();
        let name = flag.split('=').next().unwrap_or_default();
        let length = if flag == name { 2 } else { 1 };
        let rest = || [&words[..at], &words[at + length..]].concat();
        GIVEN.contains(&name).then(rest)
    };
    (0..words.len()).filter_map(without).collect()
}
