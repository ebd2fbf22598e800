//! The two sides of a diff: what they name, and what stands there.
//!
//! Not reading git, which `revision` does.

use std::path::{Path, PathBuf};

use policyc::Bundle;

use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::revision::{Found, Repository, Revision};

/// What a path is compared with where nothing else is named.
const HEAD: &str = "HEAD";

/// One side, as it is named.
#[derive(Debug)]
enum Side {
    Path(PathBuf),
    Revision(Revision),
}

impl Side {
    fn parse(text: &str) -> Result<Self, Failure> {
        let revision = Revision::parse(text)?;
        Ok(revision.map_or_else(|| Self::Path(PathBuf::from(text)), Self::Revision))
    }

    fn head() -> Self {
        Self::Revision(Revision { rev: HEAD.to_owned(), path: None })
    }
}

/// The bundles of both sides.
pub(super) fn bundles(old: &str, new: Option<&str>) -> Result<(Bundle, Bundle), Failure> {
    let (old, new) = match (Side::parse(old)?, new.map(Side::parse).transpose()?) {
        (old, Some(new)) => (old, new),
        (Side::Path(path), None) => (Side::head(), Side::Path(path)),
        (revision, None) => (revision, Side::head()),
    };
    if let (Side::Path(one), Side::Path(other)) = (&old, &new)
        && input::is_standard_input(one)
        && input::is_standard_input(other)
    {
        return Err(Failure::Usage("only one of the sides can be standard input".to_owned()));
    }
    Ok((bundle(&old, &new)?, bundle(&new, &old)?))
}

/// The policies of a revision, to compare others with.
pub(in crate::cli) fn old_bundle(text: &str, path: &Path) -> Result<Bundle, Failure> {
    let old = Side::parse(text)?;
    bundle(&old, &Side::Path(path.to_owned()))
}

/// A path of the other side that can stand for one of this side.
fn bundle(side: &Side, other: &Side) -> Result<Bundle, Failure> {
    match side {
        Side::Path(path) => input::unproved_bundle(path),
        Side::Revision(revision) => at_revision(revision, other),
    }
}

fn at_revision(revision: &Revision, other: &Side) -> Result<Bundle, Failure> {
    let (repository, path) = match (&revision.path, other) {
        (Some(path), _) => (Repository::around(Path::new(".")), path.clone()),
        (None, Side::Revision(Revision { path: Some(path), .. })) => {
            (Repository::around(Path::new(".")), path.clone())
        }
        (None, Side::Revision(_)) => default_path(Path::new(input::DEFAULT_PATH))?,
        (None, Side::Path(path)) if input::is_standard_input(path) => {
            let message = format!("name the path: `git:{}:PATH`", revision.rev);
            return Err(Failure::Usage(format!("standard input has no path in git; {message}")));
        }
        (None, Side::Path(path)) => default_path(path)?,
    };
    match repository.read(&revision.rev, &path, input::is_policy)? {
        Found::File(source) => input::bundle_of(source),
        Found::Folder(sources) if sources.is_empty() => Err(Failure::Usage(format!(
            "no policy (`*.toml`) under `{path}` in revision `{}`",
            revision.rev
        ))),
        Found::Folder(sources) => input::compiled(sources),
    }
}

/// The repository that a path of the file system lies in, and its name there.
fn default_path(path: &Path) -> Result<(Repository, String), Failure> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let repository = Repository::around(if folder.exists() { folder } else { Path::new(".") });
    let inside = repository.path_of(path)?;
    Ok((repository, inside))
}
