//! `policyc schema`: the JSON schemas of the files that people write, for editors.
//!
//! Not other copies: they are the files that everything is validated against.

use clap::{Args, ValueEnum};
use policyc::{CONFIG_SCHEMA, DIRECTORY_SCHEMA, POLICY_SCHEMA, SUITE_SCHEMA};

use super::exit::Exit;
use super::{Outcome, output};

/// Print the JSON schema of policies, suites, directories or configurations.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Of which files.
    #[arg(value_enum, default_value_t = FileKind::Policy)]
    file: FileKind,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FileKind {
    Policy,
    Suite,
    Directory,
    Config,
}

pub(super) fn run(command: &Schema) -> Outcome {
    output::print(match command.file {
        FileKind::Policy => POLICY_SCHEMA,
        FileKind::Suite => SUITE_SCHEMA,
        FileKind::Directory => DIRECTORY_SCHEMA,
        FileKind::Config => CONFIG_SCHEMA,
    })?;
    Ok(Exit::Yes)
}
