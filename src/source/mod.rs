//! The source: the text of one file, made into typed data whose names are unresolved.
//!
//! Not meaning: whether a name is known is for those who read it. This is the only speller of keys,
//! and it knows where everything stands. Policies are TOML, suites and directories YAML; from the
//! tree on, all three go one way.
//!
//! ```text
//! text → tree, yaml  TOML or YAML, with the place of every key and value
//!      → schema      validated against the JSON schema that editors use too
//!      → load        typed: every name has passed its grammar
//! ```

pub(crate) mod config;
mod dialect;
pub(crate) mod directory;
mod dotted;
mod duplicates;
mod fields;
mod json;
mod keys;
mod load;
mod load_directory;
mod load_statements;
mod load_suite;
mod pattern;
mod pieces;
pub(crate) mod policy;
mod same;
mod schema;
pub(crate) mod suite;
mod syntax;
#[cfg(test)]
mod tests;
mod translate;
mod tree;
mod yaml;

pub use schema::{CONFIG_SCHEMA, DIRECTORY_SCHEMA, POLICY_SCHEMA, SUITE_SCHEMA};

pub(crate) use pattern::ActionPattern;
pub(crate) use same::is_same_document;

use std::str::Utf8Error;

use crate::diagnostic::{At, Diagnostic, FileId, SourceFile, Span, reading};
use config::Config;
use directory::Directory;
use fields::ShapeError;
use policy::Policy;
use suite::Suite;
use tree::{Node, NodeValue};

/// One file, read from anywhere: a policy, a suite, a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name to show in findings, with forward slashes.
    pub name: String,
    /// The name to carry in the bundle: relative to the path compiled, with forward slashes.
    pub bundle_name: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

impl Source {
    /// The name of what was read from standard input; commands that findings show write it `-`.
    pub const STANDARD_INPUT: &'static str = "<stdin>";

    /// A source of one name, for findings and bundle alike.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let name = name.into();
        Self { bundle_name: name.clone(), name, bytes: bytes.into() }
    }

    /// Its text, as reports show it.
    pub(crate) fn file(&self) -> SourceFile {
        self.clone().into_file(FileId::default()).0
    }

    /// Its text, as reports show it, and what is found where it is no UTF-8.
    pub(crate) fn into_file(self, file: FileId) -> (SourceFile, Option<Diagnostic>) {
        // Mostly it is UTF-8, which is found out faster than where it is none.
        let (text, found) = match String::from_utf8(self.bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let found = not_utf8(error.utf8_error(), file);
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(found))
            }
        };
        (SourceFile::new(self.name, self.bundle_name, text), found)
    }
}

/// The text of one policy that has been parsed: TOML, and perhaps no policy.
#[derive(Debug)]
pub(crate) struct PolicyTree<'t> {
    tree: Node<'t>,
    file: FileId,
}

/// Parses the text of one policy.
///
/// # Errors
/// Why it is not TOML, or nothing at all.
pub(crate) fn parse_policy(text: &str, file: FileId) -> Result<PolicyTree<'_>, Vec<Diagnostic>> {
    if is_blank(text) {
        return Err(vec![reading::empty_file(At::new(file, Span::default()))]);
    }
    Ok(PolicyTree { tree: tree::parse(text, file)?, file })
}

impl PolicyTree<'_> {
    /// Validates it against the JSON schema.
    ///
    /// # Errors
    /// Everything that is wrong with its form.
    pub(crate) fn validate(&self) -> Result<(), Vec<Diagnostic>> {
        schema::validate(&self.tree, self.file, &schema::POLICY)
    }

    /// Its typed form, which means something where [`Self::validate`] finds nothing.
    ///
    /// # Errors
    /// Where it cannot be read: an internal error in what has been validated.
    pub(crate) fn load(&self) -> Result<Policy, Vec<Diagnostic>> {
        load::policy(&self.tree).map_err(|errors| internal(errors, self.file))
    }
}

/// The text of a file that is TOML, whatever else it may be.
///
/// # Errors
/// Why it is not.
pub(crate) fn toml_text(bytes: &[u8], file: FileId) -> Result<&str, Vec<Diagnostic>> {
    let text = text(bytes, file)?;
    tree::parse(text, file)?;
    Ok(text)
}

/// Whether a text can be read at all, as the file's name says: YAML, or else TOML.
pub(crate) fn is_readable(name: &str, text: &str) -> bool {
    let is_yaml = [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending));
    let file = FileId::default();
    if is_yaml { yaml::parse(text, file).is_ok() } else { tree::parse(text, file).is_ok() }
}

/// Reads the text of one suite.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_suite(bytes: &[u8], file: FileId) -> Result<Suite, Vec<Diagnostic>> {
    let tree = yaml(bytes, file, "suite", "`schema: 1` and `policy: …`")?;
    schema::validate(&tree, file, &schema::SUITE)?;
    load_suite::suite(&tree).map_err(|errors| internal(errors, file))
}

/// Reads the text of one directory.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_directory(bytes: &[u8], file: FileId) -> Result<Directory, Vec<Diagnostic>> {
    let tree = yaml(bytes, file, "directory", "`schema: 1` and has `principals: …`")?;
    schema::validate(&tree, file, &schema::DIRECTORY)?;
    load_directory::directory(&tree).map_err(|errors| internal(errors, file))
}

/// Reads the text of one configuration.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_config(bytes: &[u8], file: FileId) -> Result<Config, Vec<Diagnostic>> {
    let tree = tree::parse(text(bytes, file)?, file)?;
    schema::validate(&tree, file, &schema::CONFIG)?;
    config::config(&tree).map_err(|errors| internal(errors, file))
}

/// A YAML file as a tree; `what` it is and how it `begins` are for the advice on an empty one.
fn yaml(
    bytes: &[u8],
    file: FileId,
    what: &str,
    begins: &str,
) -> Result<Node<'static>, Vec<Diagnostic>> {
    let tree = yaml::parse(text(bytes, file)?, file)?;
    if matches!(tree.value, NodeValue::Nothing) {
        let at = At::new(file, Span::default());
        return Err(vec![reading::empty_yaml(at, what, begins)]);
    }
    Ok(tree)
}

/// INVARIANT: what the schema lets pass, the loader can read; a test holds them together.
fn internal(errors: Vec<ShapeError>, file: FileId) -> Vec<Diagnostic> {
    let internal = |error: ShapeError| {
        let broken = format!("the schema lets pass what cannot be read: {}", error.what);
        reading::internal_error(At::new(file, error.span), &broken)
    };
    errors.into_iter().map(internal).collect()
}

fn text(bytes: &[u8], file: FileId) -> Result<&str, Vec<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| vec![not_utf8(error, file)])
}

fn not_utf8(error: Utf8Error, file: FileId) -> Diagnostic {
    // The report shows the lossy text, where every byte up to the first bad one is itself.
    let start = error.valid_up_to();
    let span = Span { start, end: start + char::REPLACEMENT_CHARACTER.len_utf8() };
    reading::not_utf8(At::new(file, span))
}

/// Whether a text holds nothing but white space and comments.
fn is_blank(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}
