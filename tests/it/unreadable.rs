//! Files that whoever runs policyc may not read: no answer, and the reason.
//!
//! Not in `tests/cli`, as nothing is kept from whoever is root: then the program runs as another.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

/// The user that nobody is, and owns nothing.
const NOBODY: u32 = 65534;

const COMMANDS: [&[&str]; 7] = [
    &["check", "closed.toml"],
    &["check", "folder"],
    &["fmt", "closed.toml"],
    &["compile", "closed.toml", "-o", "a.bundle"],
    &["test", "open.toml", "closed.test.yaml"],
    &["audit", "open.toml", "--directory", "closed.toml"],
    &["check", "open.toml", "--config", "closed.toml"],
];

const POLICY: &str = "schema = 1\npolicy = \"a\"\nversion = \"1.0.0\"\n[roles.a]\n\
                      [[grants]]\nactions = [\"a.b\"]\nroles = [\"a\"]\n";

fn run(folder: &Path, program: &Path, arguments: &[&str], user: Option<u32>) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear();
    if let Some(user) = user {
        command.uid(user);
    }
    command.output().expect("a program that can be run")
}

#[test]
fn a_file_that_may_not_be_read_gives_no_answer() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let set = |path: &str, mode| {
        fs::set_permissions(folder.join(path), Permissions::from_mode(mode)).unwrap();
    };
    set("", 0o755);
    fs::write(folder.join("open.toml"), POLICY).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for closed in ["closed.toml", "closed.test.yaml", "folder/closed.toml"] {
        fs::write(folder.join(closed), POLICY).unwrap();
        set(closed, 0o000);
    }
    // Beside the files, since the folder of the build may be closed to others.
    let program = folder.join("policyc");
    fs::copy(env!("CARGO_BIN_EXE_policyc"), &program).unwrap();
    let is_root = fs::File::open(folder.join("closed.toml")).is_ok();
    let user = is_root.then_some(NOBODY);
    for arguments in COMMANDS {
        let output = run(folder, &program, arguments, user);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {complaint}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(complaint.starts_with("error: cannot read `"), "{arguments:?}: {complaint}");
        assert!(complaint.ends_with(": Permission denied (os error 13)\n"), "{complaint}");
    }
    set("folder", 0o000);
    let output = run(folder, &program, &["check", "folder"], user);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{complaint}");
    assert!(complaint.contains("Permission denied"), "{complaint}");
    set("folder", 0o755);
}
