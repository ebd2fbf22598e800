//! Why bytes are not a bundle.
//!
//! Not the command line's diagnostics, which are made of these.

use std::fmt;

use super::FORMAT_VERSION;
use super::bytes::Broken;

/// Why bytes are not a bundle that this crate can answer from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleError {
    kind: BundleErrorKind,
}

/// What kind of bundle error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleErrorKind {
    /// The bytes do not begin as a bundle does.
    NotABundle,
    /// A bundle of another format version.
    OtherFormat {
        /// The version that the file states.
        format: u32,
    },
    /// A bundle whose bytes are damaged or contradict each other.
    Broken {
        /// What is wrong, in words that end a sentence "the bundle …".
        what: &'static str,
    },
}

impl BundleError {
    pub(super) const fn new(kind: BundleErrorKind) -> Self {
        Self { kind }
    }

    pub(super) const fn broken(what: Broken) -> Self {
        Self { kind: BundleErrorKind::Broken { what } }
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn kind(&self) -> BundleErrorKind {
        self.kind
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            BundleErrorKind::NotABundle => write!(f, "this is not a policyc bundle"),
            BundleErrorKind::OtherFormat { format } => write!(
                f,
                "the bundle has format {format}, and this policyc reads format {FORMAT_VERSION}: \
                 compile the policies again with this version, or use the version that wrote it"
            ),
            BundleErrorKind::Broken { what } => write!(f, "the bundle {what}"),
        }
    }
}

impl std::error::Error for BundleError {}
