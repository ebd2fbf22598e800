//! Finding and reading what a command works on: policy files, folders, standard input, bundles.
//!
//! Not parsing: bytes go to the library as they are.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use policyc::{Bundle, Report, Source, build, build_unproved, bundle_diagnostic};

use super::exit::Failure;
use super::{output, report};

/// The folder that commands look at where no path is given.
pub(super) const DEFAULT_PATH: &str = "policies";

const STANDARD_INPUT: &str = "-";
const BUNDLE_MAGIC: &[u8] = b"policyc\0";
const POLICY_EXTENSION: &str = "toml";

/// Reads every policy under the paths.
///
/// A folder means every `.toml` file in it, at any depth, but hidden ones. A path that cannot be
/// read is a broken environment; no policy anywhere is wrong usage.
pub(super) fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT || !is_folder(path)? {
            sources.push(file(path)?);
        } else {
            for file in files_in(path)? {
                let inside = file.strip_prefix(path).unwrap_or(&file);
                sources.push(read(&file, &slashes(inside))?);
            }
        }
    }
    // A file named twice, by itself and by its folder, is one file.
    sources.sort_by(|before, after| before.name.cmp(&after.name));
    sources.dedup_by(|after, before| after.name == before.name);
    if sources.is_empty() {
        let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let message = format!("no policy (`*.{POLICY_EXTENSION}`) under {}", paths.join(", "));
        return Err(Failure::Usage(message));
    }
    if let Some(bundle) = sources.iter().find(|source| source.bytes.starts_with(BUNDLE_MAGIC)) {
        let message = format!("`{}` is a bundle, and policies are wanted", bundle.name);
        return Err(Failure::Usage(message));
    }
    Ok(sources)
}

/// The bundle at a path: a bundle as it is, or policies compiled in memory.
///
/// Errors in policies are printed to standard error; then there is no answer.
pub(super) fn bundle(path: &Path) -> Result<Bundle, Failure> {
    bundle_by(path, build)
}

/// The same, but what policies say of themselves need not be true.
pub(super) fn unproved_bundle(path: &Path) -> Result<Bundle, Failure> {
    bundle_by(path, build_unproved)
}

fn bundle_by(
    path: &Path,
    build: impl Fn(Vec<Source>) -> Result<Bundle, Report>,
) -> Result<Bundle, Failure> {
    let is_stdin = path.as_os_str() == STANDARD_INPUT;
    let sources = if is_stdin || !is_folder(path)? {
        let source = file(path)?;
        let is_toml = path.extension().is_some_and(|extension| extension == POLICY_EXTENSION);
        if source.bytes.starts_with(BUNDLE_MAGIC) || !(is_toml || is_stdin) {
            return decode(&source);
        }
        vec![source]
    } else {
        sources(&[path.to_owned()])?
    };
    build(sources).map_err(|report| {
        output::complain(&report::text(&report));
        Failure::Reported
    })
}

/// Decodes a bundle; the error is shown with its code.
pub(super) fn decode(file: &Source) -> Result<Bundle, Failure> {
    Bundle::decode(&file.bytes).map_err(|error| {
        let diagnostic = bundle_diagnostic(&error);
        output::complain(&report::without_lines(&diagnostic, &file.name));
        Failure::Reported
    })
}

/// Reads one file, or standard input.
pub(super) fn file(path: &Path) -> Result<Source, Failure> {
    if path.as_os_str() == STANDARD_INPUT {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(Source::new(Source::STANDARD_INPUT, bytes));
    }
    let name = path.file_name().map_or(path, Path::new);
    read(path, &slashes(name))
}

/// Whether there is a folder at the path; nothing there, or nothing that is a file, is an error.
fn is_folder(path: &Path) -> Result<bool, Failure> {
    let cannot = || {
        let is_default = path.as_os_str() == DEFAULT_PATH;
        let help =
            if is_default { " (read where no path is given; name a file or a folder)" } else { "" };
        format!("cannot read `{}`{help}", path.display())
    };
    let metadata = std::fs::metadata(path).with_context(cannot)?;
    if !metadata.is_dir() && !metadata.is_file() {
        // Reading a pipe or a device might never end.
        return Err(anyhow::anyhow!("{}: it is neither a file nor a folder", cannot()).into());
    }
    Ok(metadata.is_dir())
}

/// The policy files in a folder, at any depth, sorted. Links to folders are not followed, so that
/// no loop of them can be walked for ever.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let cannot = || format!("cannot read `{}`", folder.display());
        for entry in std::fs::read_dir(&folder).with_context(cannot)? {
            let entry = entry.with_context(cannot)?;
            let path = entry.path();
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if is_hidden {
                continue;
            }
            if entry.file_type().with_context(cannot)?.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == POLICY_EXTENSION) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path, bundle_name: &str) -> Result<Source, Failure> {
    if is_folder(path)? {
        let message = format!("cannot read `{}`: it is a folder", path.display());
        return Err(anyhow::anyhow!(message).into());
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Source { name: slashes(path), bundle_name: bundle_name.to_owned(), bytes })
}

/// The path with forward slashes, so that reports and bundles are the same everywhere.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace('\\', "/") }
}
