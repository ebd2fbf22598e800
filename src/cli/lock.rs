//! `policyc lock`: the access of policies as text beside them; and where that lies.
//!
//! Not the comparison, which is `policyc check --locked`.

use std::path::{Path, PathBuf};

use clap::Args;
use policyc::{
    Bundle, Checked, Covers, Lock as Locked, LockFile, Report, check_lock, check_with, lock,
    read_lock,
};
use serde_json::json;

use super::exit::{Exit, Failure};
use super::output::Format;
use super::weight::Weight;
use super::{Outcome, input, output, report};

/// The lock's file, in the folder of the policies.
const LOCK_NAME: &str = "policy.lock";

/// Write what the policies allow as text, to be committed and reviewed with them.
#[derive(Debug, Args)]
pub(super) struct Lock {
    /// A folder of policies, or files of one; other policies that are locked there stay.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Where to write the lock, instead of `policy.lock` in the folder; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    weight: Weight,

    /// How to report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Lock) -> Outcome {
    let place = Place::of(&command.paths, command.output.as_deref())?;
    let config = command.weight.config(&command.paths)?;
    let sources = input::sources(&command.paths)?;
    let Checked { bundle, report, proofs, .. } = check_with(sources, &config.levels);
    let Some(bundle) = bundle else {
        match command.format {
            Format::Text => {
                output::print(&format!("{}{}", report::text(&report), report::summary(&report)))?;
            }
            Format::Json => output::print_json(&report::json_with_proofs(&report, proofs))?,
        }
        return Ok(Exit::No);
    };
    let mut locked = lock(&bundle)?;
    if place.file.as_os_str() == output::STANDARD_OUTPUT {
        output::print(&locked.to_string())?;
        return Ok(Exit::Yes);
    }
    let before = place.read()?;
    if let Some(before) = before.as_ref().filter(|_| place.covers == Covers::Some) {
        keep(&mut locked, before, &place)?;
    }
    let text = locked.to_string();
    let is_new = before.is_none_or(|before| before.bytes != text.as_bytes());
    if is_new {
        output::write_atomically(&place.file, text.as_bytes())?;
    }
    let (file, lines) = (place.name(), locked.line_count());
    let policies = locked.policies().count();
    match command.format {
        Format::Text => {
            let policies = report::plural(policies, "policy", "policies");
            let lines = report::plural(lines, "line", "lines");
            let what = if is_new { "written" } else { "as it was" };
            output::print(&format!("{file}: {policies}, {lines}, {what}\n"))?;
        }
        Format::Json => {
            let mut json = report::json_with_proofs(&report, proofs);
            let written =
                json!({ "file": file, "policies": policies, "lines": lines, "written": is_new });
            report::extend(&mut json, json!({ "lock": written }));
            output::print_json(&json)?;
        }
    }
    Ok(Exit::Yes)
}

/// Keeps the policies of a folder that were not given.
fn keep(locked: &mut Locked, before: &policyc::Source, place: &Place) -> Result<(), Failure> {
    let before = read_lock(before).map_err(|found| {
        output::complain(&report::text(&found));
        let file = place.name();
        let help = "so its other policies cannot be kept; lock their whole folder";
        Failure::Usage(format!("`{file}` cannot be read, {help}"))
    })?;
    locked.keep(before);
    Ok(())
}

/// Where a lock lies, and what it is of.
struct Place {
    file: PathBuf,
    covers: Covers,
}

impl Place {
    /// Beside the policies under the paths, unless a file is named.
    fn of(paths: &[PathBuf], file: Option<&Path>) -> Result<Self, Failure> {
        if paths.iter().any(|path| input::is_standard_input(path)) {
            return Err(Failure::Usage("there is no lock beside standard input".to_owned()));
        }
        let is_folder = |path: &PathBuf| path.is_dir();
        let covers = if paths.iter().all(is_folder) { Covers::Everything } else { Covers::Some };
        if let Some(file) = file {
            return Ok(Self { file: file.to_owned(), covers });
        }
        let folder = |path: &PathBuf| {
            if is_folder(path) {
                path.clone()
            } else {
                path.parent().map(Path::to_owned).unwrap_or_default()
            }
        };
        let mut folders: Vec<PathBuf> = paths.iter().map(folder).collect();
        folders.dedup();
        match folders.as_slice() {
            [folder] => Ok(Self { file: folder.join(LOCK_NAME), covers }),
            _ => {
                let message = "the policies lie in several folders; name the file of their lock";
                Err(Failure::Usage(message.to_owned()))
            }
        }
    }

    fn name(&self) -> String {
        input::slashes(&self.file)
    }

    /// The lock that is there, if one is.
    fn read(&self) -> Result<Option<policyc::Source>, Failure> {
        input::file_if_there(&self.file)
    }
}

/// Holds compiled policies to the lock beside them, or in a file.
pub(super) fn held_to(
    (bundle, report): (&Bundle, Report),
    paths: &[PathBuf],
    file: Option<&Path>,
) -> Result<Report, Failure> {
    let place = Place::of(paths, file)?;
    let source = place.read()?;
    let mut renew = "policyc lock".to_owned();
    if paths != [PathBuf::from(input::DEFAULT_PATH)] {
        for path in paths {
            renew = format!("{renew} {}", input::slashes(path));
        }
    }
    if let Some(file) = file {
        renew = format!("{renew} --output {}", input::slashes(file));
    }
    let name = place.name();
    let file =
        LockFile { name: &name, source: source.as_ref(), covers: place.covers, renew: &renew };
    Ok(check_lock(bundle, report, &file)?)
}

/// What became of the lock, in a line.
pub(super) fn summary(report: &Report, bundle: Option<&Bundle>) -> &'static str {
    // Of the stage of locks.
    let is_of_lock = |found: &policyc::Diagnostic| found.rule.code.starts_with("P091");
    match bundle {
        None => "the lock is not compared\n",
        Some(_) if report.diagnostics.iter().any(is_of_lock) => "not as locked\n",
        Some(_) => "as locked\n",
    }
}
