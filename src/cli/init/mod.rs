//! `policyc init`: a first policy with its suite, and the schemas that editors read.
//!
//! Not the language, of which a starter shows the little that most policies need.

use std::fs::File;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use policyc::{Checked, POLICY_SCHEMA, SUITE_SCHEMA, Source, check, run_suites};

use super::exit::{Exit, Failure};
use super::{Outcome, input, output};

const POLICY: &str = include_str!("starter.toml");
const SUITE: &str = include_str!("starter.test.yaml");

/// Where schemas are, in the folder of the policies or in one above it.
const SCHEMA_FOLDER: &str = "schema";

const SCHEMAS: [(&str, &str); 2] =
    [("policy.v1.schema.json", POLICY_SCHEMA), ("suite.v1.schema.json", SUITE_SCHEMA)];

/// Write a first policy with its suite.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write them to.
    ///
    /// The schemas that editors read are used where a folder `schema` has them, in this folder or
    /// in one above it; else they are written to `schema` in this folder.
    #[arg(value_name = "FOLDER", default_value = input::DEFAULT_PATH)]
    folder: PathBuf,

    /// The policy's id, and the name of its file.
    #[arg(long, value_name = "ID", default_value = "example")]
    policy: String,
}

/// A file to write.
struct New {
    path: PathBuf,
    text: String,
}

pub(super) fn run(command: &Init) -> Outcome {
    let folder: PathBuf =
        command.folder.components().filter(|part| *part != Component::CurDir).collect();
    let (id, schemas) = (command.policy.as_str(), schemas(&folder));
    let filled = |text: &str| {
        let schemas = schemas.as_deref().unwrap_or(SCHEMA_FOLDER);
        text.replacen("SCHEMA", schemas, 1).replacen("POLICY", id, 1)
    };
    let mut files = vec![
        New { path: folder.join(format!("{id}.toml")), text: filled(POLICY) },
        New { path: folder.join(format!("{id}.test.yaml")), text: filled(SUITE) },
    ];
    refuse_findings(&files)?;
    if schemas.is_none() {
        let schema = |(name, text): (&str, &str)| New {
            path: folder.join(SCHEMA_FOLDER).join(name),
            text: text.to_owned(),
        };
        // One of the two may be there; it is used as it is.
        files.extend(SCHEMAS.map(schema).into_iter().filter(|file| !file.is_there()));
    }
    if let Some(file) = files.iter().find(|file| file.is_there()) {
        let path = file.path.display();
        return Err(Failure::Usage(format!("`{path}` is there already, and stays as it is")));
    }
    let mut said = String::new();
    for file in &files {
        file.write()?;
        said.push_str(&format!("wrote {}\n", file.path.display()));
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    said.push_str(&format!("next: policyc check {}\n", folder.display()));
    output::print(&output::harmless(&said))?;
    Ok(Exit::Yes)
}

impl New {
    fn is_there(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    fn write(&self) -> anyhow::Result<()> {
        let write = || {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            File::create_new(&self.path)?.write_all(self.text.as_bytes())
        };
        write().with_context(|| format!("cannot write `{}`", self.path.display()))
    }
}

/// Where the schemas are, as seen from a folder; none where neither it nor one above it has both.
fn schemas(folder: &Path) -> Option<String> {
    let mut way = String::new();
    for above in folder.ancestors() {
        let schemas = above.join(SCHEMA_FOLDER);
        if SCHEMAS.iter().all(|(name, _)| schemas.join(name).is_file()) {
            return Some(format!("{way}{SCHEMA_FOLDER}"));
        }
        // What is above `..` is no part of the path.
        if above.components().next_back() == Some(Component::ParentDir) {
            return None;
        }
        way.push_str("../");
    }
    None
}

/// A starter has no findings, so any is about the id, which alone is not ours.
fn refuse_findings(files: &[New]) -> Result<(), Failure> {
    let mut sources =
        files.iter().map(|file| Source::new(file.path.to_string_lossy(), file.text.as_bytes()));
    let Checked { bundle, report, .. } = check(sources.by_ref().take(1).collect());
    let report = match &bundle {
        Some(bundle) => run_suites(bundle, report, &sources.collect::<Vec<_>>(), None).report,
        None => report,
    };
    let Some(found) = report.diagnostics.first() else { return Ok(()) };
    let help = found.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    Err(Failure::Usage(format!("{}{help}", found.message)))
}
