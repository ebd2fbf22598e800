//! `policyc fmt`: policies and configurations in the one layout.
//!
//! Not the layout itself, and nothing that changes what a policy says.

use std::path::{Path, PathBuf};

use clap::Args;
use policyc::{Source, format_policy};

use super::exit::{Exit, Failure};
use super::{Outcome, input, output, report, unified};

/// Lay out policies and their configuration; comments, order and meaning stay.
#[derive(Debug, Args)]
pub(super) struct Fmt {
    /// Policy files or folders; `-` is standard input, laid out to standard output.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    paths: Vec<PathBuf>,

    /// Write nothing; exit 1 where something would change.
    #[arg(long)]
    check: bool,

    /// Write nothing; show what would change.
    #[arg(long)]
    diff: bool,
}

/// One file, and what it becomes.
struct File {
    source: Source,
    text: String,
}

impl File {
    fn is_changed(&self) -> bool {
        self.source.bytes != self.text.as_bytes()
    }
}

pub(super) fn run(command: &Fmt) -> Outcome {
    if let Some(other) = command.paths.iter().find(|path| is_yaml(path)) {
        let message = format!("`{}` is YAML, and `fmt` lays out TOML", other.display());
        return Err(Failure::Usage(message));
    }
    let is_stdin = command.paths.iter().any(|path| input::is_standard_input(path));
    if is_stdin && command.paths.len() > 1 {
        return Err(Failure::Usage("`-` stands alone".to_owned()));
    }
    let mut files = Vec::new();
    let mut reports = String::new();
    for source in input::policies_and_configurations(&command.paths)? {
        match format_policy(&source) {
            Ok(text) => files.push(File { source, text }),
            Err(found) => reports.push_str(&report::text(&found)),
        }
    }
    let changed: Vec<&File> = files.iter().filter(|file| file.is_changed()).collect();
    let is_dry = command.check || command.diff;
    // Where the text goes to standard output, nothing else may; a diff is to be piped too.
    let is_text_out = command.diff || (is_stdin && !is_dry);
    let say = |text: &str| {
        if is_text_out {
            output::complain(text);
            return Ok(());
        }
        output::print(text)
    };
    say(&reports)?;
    if command.diff {
        let diff = |file: &&File| {
            let before = String::from_utf8_lossy(&file.source.bytes);
            unified::unified(&file.source.name, &before, &file.text)
        };
        output::print(&changed.iter().map(diff).collect::<String>())?;
    }
    for file in &changed {
        if !is_dry && !is_stdin {
            output::rewrite(Path::new(&file.source.name), file.text.as_bytes())?;
        }
        if is_dry || !is_stdin {
            let verb = if is_dry { "would be laid out anew" } else { "laid out anew" };
            say(&format!("{}: {verb}\n", output::one_line(&file.source.name)))?;
        }
    }
    if is_stdin && !is_dry {
        for file in &files {
            output::print_bytes(file.text.as_bytes())?;
        }
    } else if reports.is_empty() && changed.is_empty() {
        let is_configuration = |file: &File| input::is_configuration(Path::new(&file.source.name));
        let count = if files.iter().any(is_configuration) {
            report::plural(files.len(), "file", "files")
        } else {
            report::plural(files.len(), "policy file", "policy files")
        };
        say(&format!("{count}: laid out already\n"))?;
    }
    let is_clean = reports.is_empty() && (changed.is_empty() || !command.check);
    Ok(if is_clean { Exit::Yes } else { Exit::No })
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
