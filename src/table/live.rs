//! A bundle that is replaced while it is asked: the holder for hot reload.
//!
//! Not a watcher of files: when to reload is the service's business (a signal, a timer, a message).

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{Bundle, Digest, LoadError};

/// The bundle that a service answers from now.
///
/// Readers never wait, neither for each other nor for a reload, and whoever has got a bundle keeps
/// it whole for as long as needed. `Send + Sync`; share it behind an `Arc` or in a `static`.
#[derive(Debug)]
pub struct LiveBundle {
    current: ArcSwap<Bundle>,
}

/// What a reload changed: the digests say whether any decision may be another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reloaded {
    /// The digest of the bundle before.
    pub before: Digest,
    /// The digest of the bundle now.
    pub after: Digest,
}

impl LiveBundle {
    /// Holds a bundle.
    #[must_use]
    pub fn new(bundle: Bundle) -> Self {
        Self { current: ArcSwap::from_pointee(bundle) }
    }

    /// The bundle of now. Take it once for each request, and answer the whole request from it.
    #[must_use]
    pub fn current(&self) -> Arc<Bundle> {
        self.current.load_full()
    }

    /// Answers from another bundle from now on.
    pub fn replace(&self, bundle: Bundle) -> Reloaded {
        let after = bundle.digest();
        let before = self.current.swap(Arc::new(bundle)).digest();
        Reloaded { before, after }
    }

    /// Loads the bundle at a path and answers from it from now on.
    ///
    /// # Errors
    /// Where it cannot be loaded; the bundle of before stays.
    pub fn reload(&self, path: impl AsRef<Path>) -> Result<Reloaded, LoadError> {
        Ok(self.replace(Bundle::load(path)?))
    }
}
