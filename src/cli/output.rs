//! Writing to the standard streams, and files atomically.
//!
//! Not formatting. Colours are taken out where the stream or the user does not want them.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::Value;

use super::Failure;
use super::report::ReportFormat;

/// How the user writes standard output where a file is asked for.
pub(super) const STANDARD_OUTPUT: &str = "-";

/// The two formats that every answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// Writes an answer or a report to standard output.
pub(super) fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes JSON to standard output.
pub(super) fn print_json(json: &Value) -> Result<(), super::Failure> {
    Ok(print(&json_text(json)?)?)
}

/// JSON made to be read by people too.
pub(super) fn json_text(json: &Value) -> Result<String, super::Failure> {
    Ok(format!("{}\n", escaped(&serde_json::to_string_pretty(json)?)))
}

/// JSON with escapes for what could command a terminal; it stands only in texts.
pub(super) fn escaped(json: &str) -> String {
    let commands = |letter: char| letter != '\n' && letter.is_control() || turns_direction(letter);
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, found)) = rest.find(commands).and_then(|at| rest.split_at_checked(at)) {
        let mut letters = found.chars();
        let escape = letters.next().map(|letter| format!("\\u{:04x}", u32::from(letter)));
        out.push_str(before);
        out.push_str(&escape.unwrap_or_default());
        rest = letters.as_str();
    }
    out.push_str(rest);
    out
}

/// Writes bytes to standard output as they are.
pub(super) fn print_bytes(bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// User text on one line, so that it can neither break a table nor command a terminal.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|letter: char| letter.is_control() || turns_direction(letter), " ")
}

/// User text that cannot command a terminal: what would is shown as a sign for it.
pub(super) fn harmless(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter,
        '\u{7f}' => '␡',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or_default(),
        _ if letter.is_control() || turns_direction(letter) => char::REPLACEMENT_CHARACTER,
        _ => letter,
    };
    text.chars().map(shown).collect()
}

/// Whether a letter makes what follows read in another direction than it is written.
const fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}')
}

/// Writes to standard error; if even that fails there is nowhere left to say so.
pub(super) fn complain(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Reads `FORMAT=FILE` as often as it is given.
pub(super) fn parse_outputs(texts: &[String]) -> Result<Vec<(ReportFormat, PathBuf)>, Failure> {
    let parse = |text: &String| {
        let usage = |why: &str| Failure::Usage(format!("`--output {text}` {why}"));
        let (format, path) =
            text.split_once('=').ok_or_else(|| usage("is not written FORMAT=FILE"))?;
        let format = ReportFormat::parse(format).map_err(|_| {
            usage("names no form: `text`, `concise`, `json`, `sarif`, `github`, `junit`")
        })?;
        if path.is_empty() {
            return Err(usage("names no file"));
        }
        Ok((format, PathBuf::from(path)))
    };
    texts.iter().map(parse).collect()
}

/// Writes a file whole or not at all: beside its place first, and then moved there.
///
/// A link stays a link, and what it points to is replaced. What is there and no regular file, a
/// device or a pipe, is written to: moving a file to its place would destroy it.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(anyhow::anyhow!("it is a folder")),
        Ok(there) if !there.is_file() => Ok(std::fs::write(path, bytes)?),
        Ok(_) => replace(&std::fs::canonicalize(path)?, bytes, None),
        Err(_) => replace(path, bytes, None),
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}

/// Writes another content to a file that is there, whole or not at all; it keeps its permissions,
/// and a link stays a link.
pub(super) fn rewrite(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let path = std::fs::canonicalize(path)?;
        let there = std::fs::metadata(&path)?.permissions();
        // A file that nobody may write is not replaced behind its owner's back.
        anyhow::ensure!(!there.readonly(), "it is read-only");
        replace(&path, bytes, Some(there))
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}

fn replace(path: &Path, bytes: &[u8], permissions: Option<Permissions>) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Opened here, with the permissions of any new file. A temporary file is private by default,
    // and would stay so: a service that runs as another user could not read it.
    let open = |path: &Path| File::options().write(true).create_new(true).open(path);
    let mut builder = tempfile::Builder::new();
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut file = builder.prefix(".policyc-").make_in(folder, open)?;
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
