//! The source: the text of one policy file, made into a typed policy whose names are unresolved.
//!
//! Not meaning: whether a name is known is for `compile`. This is the only speller of TOML keys,
//! and it knows where everything stands.
//!
//! ```text
//! text → tree      TOML, with the place of every key and value
//!      → schema    validated against the JSON schema that editors use too
//!      → load      typed: every name has passed its grammar
//! ```

mod dialect;
mod duplicates;
mod fields;
mod keys;
mod load;
mod load_statements;
mod pattern;
pub(crate) mod policy;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;

pub use schema::POLICY_SCHEMA;

pub(crate) use pattern::ActionPattern;

use crate::diagnostic::{At, Diagnostic, FileId, Span, reading};
use policy::Policy;

/// Reads the text of one policy.
///
/// # Errors
/// Everything that is wrong with its form; a stage with an error is the last one.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Result<Policy, Vec<Diagnostic>> {
    let text = text(bytes, file).map_err(|diagnostic| vec![*diagnostic])?;
    let tree = tree::parse(text, file)?;
    schema::validate(&tree, file)?;
    load::policy(&tree).map_err(|errors| {
        // INVARIANT: what the schema lets pass, the loader can read; a test holds them together.
        let internal = |error: load::ShapeError| {
            let broken = format!("the schema lets pass what cannot be read: {}", error.what);
            reading::internal_error(At::new(file, error.span), &broken)
        };
        errors.into_iter().map(internal).collect()
    })
}

fn text(bytes: &[u8], file: FileId) -> Result<&str, Box<Diagnostic>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_blank(text) => {
            Err(Box::new(reading::empty_file(At::new(file, Span::default()))))
        }
        Ok(text) => Ok(text),
        Err(error) => {
            // The report shows the lossy text, where every byte up to the first bad one is itself.
            let start = error.valid_up_to();
            let span = Span { start, end: start + char::REPLACEMENT_CHARACTER.len_utf8() };
            Err(Box::new(reading::not_utf8(At::new(file, span))))
        }
    }
}

/// Whether a text holds nothing but white space and comments.
fn is_blank(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}
