//! `policyc version`: the four version numbers, each under its own name.
//!
//! Not `--version`, which prints the crate's alone.

use std::path::{Path, PathBuf};

use clap::Args;
use policyc::{FORMAT_VERSION, JSON_FORMAT_VERSION};
use serde_json::{Map, json};

use super::exit::Exit;
use super::output::{self, Format};
use super::{Outcome, input};

/// Print the versions of crate, schema, bundle format and policies.
#[derive(Debug, Args)]
pub(super) struct Version {
    /// Policies or a bundle whose versions to print; without it, `policies` if that is there.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The number that policy files state as `schema`.
const SCHEMA_VERSION: u32 = 1;

pub(super) fn run(command: &Version) -> Outcome {
    let bundle = match &command.path {
        Some(path) => Some(input::bundle(path)?),
        // Whoever asks for no policies in particular gets the other versions all the same.
        None if Path::new(input::DEFAULT_PATH).is_dir() => {
            input::bundle(Path::new(input::DEFAULT_PATH)).ok()
        }
        None => None,
    };
    let tables = bundle.iter().flat_map(|bundle| bundle.tables());
    let policies: Vec<(&str, &str)> =
        tables.map(|table| (table.policy(), table.version())).collect();
    let crate_version = env!("CARGO_PKG_VERSION");
    match command.format {
        Format::Text => {
            let mut text = format!(
                "crate   {crate_version}\nschema  {SCHEMA_VERSION}\nformat  {FORMAT_VERSION}\n"
            );
            let width = policies.iter().map(|(policy, _)| policy.len()).max().unwrap_or(0);
            for (policy, version) in policies {
                text.push_str(&format!("policy  {policy:<width$} {version}\n"));
            }
            output::print(&text)?;
        }
        Format::Json => {
            let policies: Map<_, _> = policies
                .into_iter()
                .map(|(policy, version)| (policy.to_owned(), version.into()))
                .collect();
            output::print_json(&json!({
                "format_version": JSON_FORMAT_VERSION,
                "crate": crate_version,
                "schema": SCHEMA_VERSION,
                "format": FORMAT_VERSION,
                "policies": policies,
            }))?;
        }
    }
    Ok(Exit::Yes)
}
