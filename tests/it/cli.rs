//! The command line as scripts and people meet it: every case of `tests/cli` through the binary.
//!
//! Not the library, and no shell: a case file is data, and this is all that reads it.
//!
//! A case is a description up to the first empty line, then files and commands in order:
//!
//! ```text
//! === newsroom.toml           a file; its lines go on to the next `=== ` or `$ `
//! === requests escaped        the same with `\r`, `\\`, `\xNN`; a last `\` drops the newline
//! === large.toml counted      every line is a count and, after a space, an escaped text: so many
//! === policies copy           the policies of this repository
//! === loop.toml link PATH     a symbolic link
//! === nothing folder          an empty folder
//! === pipe fifo               a named pipe that nobody writes to
//! $ policyc check < FILE      the binary, in the folder of those files; `<` is standard input
//! $ COLUMNS=40 policyc check  with a variable in its environment, which is empty otherwise
//! $ policyc matrix |          with a standard output that nobody reads
//! $ git commit -m one         git, at a time and by an author that are always the same
//! $ list                      every file that is there now
//! $ mode FILE                 its permissions
//! $ chmod MODE FILE           changes them
//! $ same FILE FILE            whether the bytes are the same
//! $ patch FILE OFFSET BYTE    changes a byte; a negative offset counts from the end
//! ```
//!
//! The snapshot beside it holds standard output, standard error and status of every command.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::repository;

const CASES: &str = "tests/cli";

/// What a case's name starts with; each is a test, so that they run side by side.
macro_rules! topics {
    ($($topic:ident)*) => {
        const TOPICS: &[&str] = &[$(stringify!($topic)),*];

        $(#[test]
        fn $topic() {
            run_topic(stringify!($topic));
        })*
    };
}

topics! {
    audit check compile decide diff docs fmt general init inspect lock matrix may requests rule
    suggest test version what who
}

#[test]
fn every_case_has_a_topic_and_every_snapshot_a_case() {
    for entry in fs::read_dir(CASES).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let topic = name.split('-').next().unwrap();
        assert!(TOPICS.contains(&topic), "no test runs `{name}`");
        let case = path.with_extension("case");
        assert!(case.is_file(), "{} belongs to no case", path.display());
    }
}

#[test]
fn every_basis_is_reached() {
    let printed = fs::read_to_string("tests/cli/decide-bases.snap").unwrap();
    for basis in policyc::Basis::ALL {
        let line = |decision: &str| format!("\n{decision}: {}\n", basis.as_str());
        assert!(
            printed.contains(&line("allow")) || printed.contains(&line("deny")),
            "no case is decided as {}",
            basis.as_str()
        );
    }
}

/// `policyc rule --all --format markdown > docs/rules.md` writes it anew.
#[test]
fn the_book_of_rules_is_as_it_is_printed() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyc"));
    let output = command.args(["rule", "--all", "--format", "markdown"]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    let (printed, book) = (output.stdout, fs::read("docs/rules.md").unwrap());
    assert!(printed == book, "docs/rules.md is not what `policyc rule` prints");
}

#[test]
fn the_schemas_are_printed_as_they_stand_in_the_repository() {
    let each = [("policy", &[][..]), ("suite", &["suite"]), ("directory", &["directory"])];
    for (name, arguments) in each {
        let mut command = Command::new(env!("CARGO_BIN_EXE_policyc"));
        let output = command.arg("schema").args(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        assert_eq!(output.stdout, fs::read(format!("schema/{name}.v1.schema.json")).unwrap());
    }
}

fn run_topic(topic: &str) {
    let mut is_found = false;
    insta::glob!("../cli", &format!("{topic}-*.case"), |path| {
        is_found = true;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../cli");
        settings.set_prepend_module_to_snapshot(false);
        settings.remove_snapshot_suffix();
        settings.set_omit_expression(true);
        settings.remove_input_file();
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        settings.bind(|| insta::assert_snapshot!(name, run_case(&text)));
    });
    assert!(is_found, "no case for {topic}");
}

/// What every command of a case prints, one after the other.
fn run_case(text: &str) -> String {
    let (_, steps) = text.split_once("\n\n").expect("a description and an empty line");
    let folder = tempfile::tempdir().unwrap();
    let mut printed = Vec::new();
    let mut lines = steps.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(header) = line.strip_prefix("=== ") {
            let mut content = Vec::new();
            while let Some(line) =
                lines.next_if(|line| !line.starts_with("=== ") && !line.starts_with("$ "))
            {
                content.push(line);
            }
            create(folder.path(), &words(header), &content);
        } else if let Some(command) = line.strip_prefix("$ ") {
            printed.push(format!("{line}\n{}", step(folder.path(), &words(command))));
        } else {
            assert!(line.is_empty(), "neither a file nor a command: {line}");
        }
    }
    printed.join("\n")
}

/// Words apart at spaces, but inside quotes; nothing else is special.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    assert_eq!(quote, None, "an open quote: {line}");
    words.extend(word);
    words
}

fn create(folder: &Path, header: &[String], content: &[&str]) {
    let path = folder.join(&header[0]);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let lines = content.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let text: String = content[..lines].iter().map(|line| format!("{line}\n")).collect();
    match header.iter().skip(1).map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => fs::write(path, text).unwrap(),
        ["escaped"] => fs::write(path, unescaped(&text)).unwrap(),
        ["counted"] => {
            fs::write(path, text.lines().flat_map(counted).collect::<Vec<u8>>()).unwrap();
        }
        ["folder"] => fs::create_dir(path).unwrap(),
        ["fifo"] => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        ["link", target] => std::os::unix::fs::symlink(target, path).unwrap(),
        ["copy"] => {
            fs::create_dir(&path).unwrap();
            for entry in fs::read_dir(&header[0]).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), path.join(entry.file_name())).unwrap();
            }
        }
        other => panic!("no such kind of file: {other:?}"),
    }
}

fn counted(line: &str) -> Vec<u8> {
    let (count, text) = line.split_once(' ').unwrap();
    unescaped(text).repeat(count.parse().unwrap())
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let taken = match after.as_bytes() {
            [b'r', ..] => {
                bytes.push(b'\r');
                1
            }
            [b'\\', ..] => {
                bytes.push(b'\\');
                1
            }
            [b'\n', ..] => 1,
            [b'x', ..] => {
                bytes.push(u8::from_str_radix(&after[1..3], 16).unwrap());
                3
            }
            _ => panic!("no such escape: \\{after}"),
        };
        rest = &after[taken..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

fn step(folder: &Path, command: &[String]) -> String {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["policyc", arguments @ ..] => policyc(folder, None, arguments),
        [variable, "policyc", arguments @ ..] if variable.contains('=') => {
            policyc(folder, variable.split_once('='), arguments)
        }
        ["git", arguments @ ..] => repository::git(folder, arguments),
        ["list"] => {
            let mut files = Vec::new();
            list(folder, folder, &mut files);
            files.sort();
            files.iter().map(|file| format!("{file}\n")).collect()
        }
        ["mode", file] => mode(folder, file),
        ["chmod", mode, file] => {
            let mode = fs::Permissions::from_mode(u32::from_str_radix(mode, 8).unwrap());
            fs::set_permissions(folder.join(file), mode).unwrap();
            String::new()
        }
        ["same", one, other] => {
            let same = fs::read(folder.join(one)).unwrap() == fs::read(folder.join(other)).unwrap();
            format!("{}\n", if same { "yes" } else { "no" })
        }
        ["patch", file, offset, byte] => {
            let mut bytes = fs::read(folder.join(file)).unwrap();
            let offset: isize = offset.parse().unwrap();
            let start = if offset < 0 { bytes.len() } else { 0 };
            bytes[start.checked_add_signed(offset).unwrap()] = byte.parse().unwrap();
            fs::write(folder.join(file), bytes).unwrap();
            String::new()
        }
        other => panic!("no such command: {other:?}"),
    }
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.symlink_metadata().unwrap().is_dir() {
            list(root, &path, files);
        } else if path.is_symlink() {
            files.push(format!("{name} -> {}", fs::read_link(&path).unwrap().display()));
        } else {
            files.push(name);
        }
    }
}

/// Beside a new file of our own, as the mask of whoever runs the tests is not ours to set.
fn mode(folder: &Path, file: &str) -> String {
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode();
    let usual = folder.join("usual");
    File::create(&usual).unwrap();
    let (mode, usual_mode) = (mode(folder.join(file)), mode(usual.clone()));
    fs::remove_file(usual).unwrap();
    if mode == usual_mode { "as any new file\n".to_owned() } else { format!("{mode:o}\n") }
}

fn policyc(folder: &Path, variable: Option<(&str, &str)>, arguments: &[&str]) -> String {
    let (arguments, is_read) = match arguments {
        [before @ .., "|"] => (before, false),
        all => (all, true),
    };
    let (arguments, input) = match arguments {
        [before @ .., "<", file] => (before, File::open(folder.join(file)).unwrap().into()),
        all => (all, Stdio::null()),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyc"));
    command.args(arguments).current_dir(folder).env_clear().stdin(input);
    command.envs(variable);
    let output = if is_read {
        command.output().unwrap()
    } else {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        child.wait_with_output().unwrap()
    };
    let status = match output.status.code() {
        Some(code) => code.to_string(),
        None => output.status.to_string(),
    };
    let stdout = section("stdout", &output.stdout);
    format!("{stdout}{}[status {status}]\n", section("stderr", &output.stderr))
}

/// A stream under its name, nothing if it is empty; what cannot be seen is made visible.
fn section(name: &str, bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return format!("[{name}]\n({} bytes that are no text)\n", bytes.len());
    };
    let text: String = text
        .chars()
        .map(|letter| match letter {
            '\u{1b}' => '␛',
            '\r' => '␍',
            '\0' => '␀',
            letter => letter,
        })
        .collect();
    let end = if text.ends_with('\n') { "" } else { "(no newline at the end)\n" };
    let gap = if end.is_empty() { "" } else { "\n" };
    format!("[{name}]\n{text}{gap}{end}")
}
