//! `policyc compile`: policies to a bundle.
//!
//! Not another check: it is the same, and with an error there is no bundle.

use std::path::PathBuf;

use clap::Args;
use policyc::{Checked, check_with};
use serde_json::json;

use super::exit::{Exit, Failure};
use super::output::Format;
use super::weight::Weight;
use super::{Outcome, input, output, report};

/// Compile policies to the bundle that services load.
#[derive(Debug, Args)]
pub(super) struct Compile {
    /// Policy files or folders; `-` is standard input.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Where to write the bundle; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// Leave out what only explains (titles, reasons, lines): a smaller file, the same decisions.
    #[arg(long)]
    without_explanations: bool,

    #[command(flatten)]
    weight: Weight,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Compile) -> Outcome {
    let config = command.weight.config(&command.paths)?;
    let sources = input::sources(&command.paths)?;
    let output = std::fs::canonicalize(&command.output).ok();
    let is_output = |name: &str| output.is_some() && std::fs::canonicalize(name).ok() == output;
    if sources.iter().any(|source| is_output(&source.name)) {
        let file = command.output.display();
        return Err(Failure::Usage(format!("`{file}` is one of the policies, and stays as it is")));
    }
    let Checked { bundle, report, proofs, .. } = check_with(sources, &config.levels);
    // Where the bundle goes to standard output, nothing else may.
    let to_stdout = command.output.as_os_str() == output::STANDARD_OUTPUT;
    let say = |text: String| {
        if to_stdout {
            output::complain(&text);
            return Ok(());
        }
        output::print(&text)
    };
    let Some(bundle) = bundle else {
        match command.format {
            Format::Text => {
                output::complain(&format!("{}{}", report::text(&report), report::summary(&report)));
            }
            Format::Json => say(output::json_text(&report::json_with_proofs(&report, proofs))?)?,
        }
        return Ok(Exit::No);
    };
    let bundle = if command.without_explanations { bundle.without_explanations() } else { bundle };
    let bytes = bundle.encode();
    if to_stdout {
        output::print_bytes(&bytes)?;
    } else {
        output::write_atomically(&command.output, &bytes)?;
    }
    let file = if to_stdout { "<stdout>".into() } else { command.output.to_string_lossy() };
    match command.format {
        Format::Text => {
            output::complain(&report::text(&report));
            let policies = match bundle.tables().len() {
                1 => "1 policy".to_owned(),
                count => format!("{count} policies"),
            };
            let (size, digest) = (bytes.len(), bundle.digest());
            say(format!("{file}: {policies}, {size} bytes, digest {digest}\n"))?;
        }
        Format::Json => {
            let mut json = report::json_with_proofs(&report, proofs);
            let written = json!({
                "file": file,
                "policies": bundle.tables().len(),
                "bytes": bytes.len(),
                "digest": bundle.digest().to_string(),
            });
            report::extend(&mut json, json!({ "bundle": written }));
            say(output::json_text(&json)?)?;
        }
    }
    Ok(Exit::Yes)
}
