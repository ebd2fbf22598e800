//! Loads a bundle from a path: the only input and output below `cli`.
//!
//! Not the decoder, which works on bytes from anywhere.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Bundle, BundleError};

impl Bundle {
    /// Reads and decodes the bundle at a path.
    ///
    /// # Errors
    /// Where the file cannot be read, or is not a bundle this crate can answer from.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let at = |cause| LoadError { path: path.to_owned(), cause };
        let bytes = std::fs::read(path).map_err(|error| at(Cause::Read(error)))?;
        Self::decode_owned(bytes).map_err(|error| at(Cause::Decode(error)))
    }
}

/// A bundle that could not be loaded from a path.
#[derive(Debug)]
pub struct LoadError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Read(std::io::Error),
    Decode(BundleError),
}

impl LoadError {
    /// What is wrong with the bytes; none where they could not be read at all.
    #[must_use]
    pub const fn bundle_error(&self) -> Option<&BundleError> {
        match &self.cause {
            Cause::Read(_) => None,
            Cause::Decode(error) => Some(error),
        }
    }
}

/// Says which file; why is the error's source, as reporters of whole chains expect.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot load the bundle `{}`", self.path.display())
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Read(error) => Some(error),
            Cause::Decode(error) => Some(error),
        }
    }
}
