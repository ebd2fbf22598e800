//! The typed configuration: how `check` weighs what it finds, with its loader.
//!
//! Not its meaning: whether a lint is known is for those who apply it.

use crate::diagnostic::{Level, Severity};

use super::fields::{Errors, Fields, ShapeError, whole, word};
use super::keys;
use super::policy::{LintOrGroup, Spanned};
use super::tree::Node;

/// A whole configuration file.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The least severity that makes `check` fail.
    pub fail_level: Option<Severity>,
    /// The level of each lint that is named, in the order of the file.
    pub lints: Vec<(Spanned<LintOrGroup>, Spanned<Level>)>,
}

/// Reads a whole configuration.
///
/// # Errors
/// Every place where it does not have its shape.
pub(super) fn config(tree: &Node<'_>) -> Result<Config, Vec<ShapeError>> {
    whole(tree, read_config)
}

fn read_config(tree: &Node<'_>, errors: &mut Errors) -> Option<Config> {
    let mut fields = Fields::open(tree, tree.span, keys::CONFIG, errors)?;
    fields.schema();
    fields.about();
    let severities = [Severity::Error, Severity::Warning, Severity::Advice];
    let severities = severities.map(|severity| (severity.as_str(), severity));
    let levels = Level::ALL.map(|level| (level.as_str(), level));
    Some(Config {
        fail_level: fields.word("fail-level", &severities),
        lints: fields.map("lints", |node| word(node, &levels)).unwrap_or_default(),
    })
}
