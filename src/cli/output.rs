//! Writing to the standard streams, and files atomically.
//!
//! Not formatting. Colours are taken out where the stream or the user does not want them.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::Value;

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

/// Writes JSON to standard output, made to be read by people too.
pub(super) fn print_json(json: &Value) -> Result<(), super::Failure> {
    let text = serde_json::to_string_pretty(json)?;
    Ok(print(&format!("{text}\n"))?)
}

/// Writes to standard error; if even that fails there is nowhere left to say so.
pub(super) fn complain(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Writes a file whole or not at all: beside its place first, and then moved there.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let write = || -> anyhow::Result<()> {
        let mut builder = tempfile::Builder::new();
        // A temporary file is private by default, and would stay so: a service that runs as
        // another user could not read it. These are the permissions of any new file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.prefix(".policyc-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}
