//! Completions and manual pages: there for every shell and command, and the same each time.
//!
//! Not their text, which is made of the help.

use std::process::Command;

fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyc"));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = printed(&["--help"]);
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let lines = list.lines().take_while(|line| !line.is_empty());
    // A line that goes on is indented further.
    let lines = lines.filter(|line| !line.starts_with("   "));
    let commands = lines.filter_map(|line| Some(line.split_whitespace().next()?.to_owned()));
    let commands: Vec<String> = commands.collect();
    assert!(commands.len() > 10, "{commands:?}");
    commands
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        assert_eq!(script, printed(&["completions", shell]), "{shell}");
        for command in commands() {
            assert!(script.contains(&command), "{shell} does not know `{command}`");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let page = printed(&["man"]);
    assert_eq!(page, printed(&["man"]));
    assert!(page.contains(".TH policyc 1"), "{page}");
    assert!(page.contains("Exit codes"), "{page}");
    for command in commands() {
        assert!(page.contains(&format!("policyc\\-{command}")), "{command}");
        let page = printed(&["man", &command]);
        assert!(page.contains(&format!(".TH policyc-{command} 1")), "{page}");
    }
}
