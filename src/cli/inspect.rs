//! `policyc inspect`: what is in a bundle.
//!
//! Not a matrix: `policyc matrix` shows the tables as people read them; `--dump` shows the cells as
//! they are stored.

use std::path::PathBuf;

use clap::Args;
use policyc::{Bundle, FORMAT_VERSION, JSON_FORMAT_VERSION, SectionOutline, Table};
use serde_json::{Value, json};

use super::exit::Exit;
use super::output::{self, Format};
use super::{Outcome, input};

/// Show what is in a bundle: format, digest, policies.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The bundle; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Show what decides too, row by row (text only).
    #[arg(long, conflicts_with = "format")]
    dump: bool,
}

pub(super) fn run(command: &Inspect) -> Outcome {
    let file = input::file(&command.file)?;
    let bundle = input::decode(&file)?;
    let bytes = &file.bytes;
    // INVARIANT: the bundle was just decoded from these bytes.
    let sections = Bundle::outline(bytes).unwrap_or_default();
    match command.format {
        Format::Text => {
            let mut text = format!(
                "format  {FORMAT_VERSION}\ndigest  {}\nsize    {} bytes\n",
                bundle.digest(),
                bytes.len()
            );
            let shared: usize = sections
                .iter()
                .filter(|section| section.table.is_none())
                .map(|section| section.length)
                .sum();
            text.push_str(&format!("shared  {shared} bytes of versions\n"));
            for (at, table) in bundle.tables().iter().enumerate() {
                text.push_str(&format!("\n{} {}\n", table.policy(), table.version()));
                text.extend(table.title().map(|title| format!("  {title}\n")));
                text.push_str(&format!("  digest {}\n", table.digest()));
                let counts = counts(table).map(|(what, count)| format!("{count} {what}"));
                text.push_str(&format!("  {}\n", counts.join(", ")));
                let own = sections.iter().filter(|section| section.table == Some(at));
                let own = own.map(|section| format!("{} {}", section.kind, section.length));
                let own: Vec<String> = own.collect();
                text.push_str(&format!("  bytes: {}\n", own.join(", ")));
                if command.dump {
                    let dump = table.dump().to_string();
                    text.extend(dump.lines().map(|line| format!("  {line}\n")));
                }
            }
            output::print(&text)?;
        }
        Format::Json => output::print_json(&json!({
            "format_version": JSON_FORMAT_VERSION,
            "format": FORMAT_VERSION,
            "digest": bundle.digest().to_string(),
            "bytes": bytes.len(),
            "sections": sections
                .iter()
                .map(|section| section_json(&bundle, section))
                .collect::<Vec<_>>(),
            "policies": bundle.tables().iter().map(table_json).collect::<Vec<_>>(),
        }))?,
    }
    Ok(Exit::Yes)
}

fn section_json(bundle: &Bundle, section: &SectionOutline) -> Value {
    let table = section.table.and_then(|at| bundle.tables().get(at));
    json!({
        "kind": section.kind,
        "policy": table.map(Table::policy),
        "position": section.position,
        "bytes": section.length,
    })
}

fn counts(table: &Table) -> [(&'static str, usize); 4] {
    [
        ("roles", table.roles().count()),
        ("actions", table.actions().count()),
        ("kinds", table.kinds().count()),
        ("grants", table.grant_count()),
    ]
}

fn table_json(table: &Table) -> Value {
    let mut json = json!({
        "policy": table.policy(),
        "version": table.version(),
        "title": table.title(),
        "digest": table.digest().to_string(),
    });
    if let Value::Object(json) = &mut json {
        json.extend(counts(table).map(|(what, count)| (what.to_owned(), count.into())));
    }
    json
}
