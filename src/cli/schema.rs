//! `policyc schema`: the JSON schema of policy files, for editors.
//!
//! Not another copy: it is the file that `check` validates against.

use clap::Args;
use policyc::POLICY_SCHEMA;

use super::exit::Exit;
use super::{Outcome, output};

/// Print the JSON schema of policy files.
#[derive(Debug, Args)]
pub(super) struct Schema {}

pub(super) fn run(_: &Schema) -> Outcome {
    output::print(POLICY_SCHEMA)?;
    Ok(Exit::Yes)
}
