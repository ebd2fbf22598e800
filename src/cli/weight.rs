//! How much findings weigh: the configuration and the options that go before it.
//!
//! Not what is found.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use policyc::{Config, Level, Report, Severity, Source, read_config};

use super::exit::{Exit, Failure};
use super::{input, output, report};

/// The file that says how much findings weigh, in the folder of the policies or above it.
pub(super) const CONFIG_NAME: &str = "policyc.toml";

/// Options about the weight of findings.
#[derive(Debug, Clone, Args)]
pub(super) struct Weight {
    /// Do not report a lint (by name or code, or `pedantic`); repeat for several.
    #[arg(long, value_name = "LINT")]
    allow: Vec<String>,

    /// Report a lint as a warning; repeat for several.
    #[arg(long, value_name = "LINT")]
    warn: Vec<String>,

    /// Report a lint as an error; repeat for several.
    #[arg(long, value_name = "LINT")]
    deny: Vec<String>,

    /// The least severity that makes the command fail.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_level: Option<FailLevel>,

    /// The configuration, instead of the `policyc.toml` nearest above the first path.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FailLevel {
    Error,
    Warning,
    Advice,
}

impl FailLevel {
    pub(super) const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Advice => Severity::Advice,
        }
    }
}

impl Weight {
    /// The configuration that holds for these paths, with the options put on top of it: what is
    /// allowed first, then what is warned of, then what is denied.
    pub(super) fn config(&self, paths: &[PathBuf]) -> Result<Config, Failure> {
        self.config_of(self.file(paths)?.as_ref())
    }

    /// The configuration's file, where there is one.
    pub(super) fn file(&self, paths: &[PathBuf]) -> Result<Option<Source>, Failure> {
        let path = self.config.clone().or_else(|| nearest(paths));
        path.map(|path| input::file(&path)).transpose()
    }

    /// What a file and the options say together.
    pub(super) fn config_of(&self, file: Option<&Source>) -> Result<Config, Failure> {
        let read = file.map(read_config).transpose().map_err(|found| {
            output::complain(&report::text(&found));
            Failure::Reported
        })?;
        let mut config = read.unwrap_or_default();
        let levels =
            [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Deny)];
        for (names, level) in levels {
            for name in names {
                let set = config.levels.set(name, level);
                set.map_err(|unknown| {
                    let near = unknown.nearest().map(|near| format!("; did you mean `{near}`?"));
                    Failure::Usage(format!("{unknown}{}", near.unwrap_or_default()))
                })?;
            }
        }
        if let Some(level) = self.fail_level {
            config.fail_level = level.severity();
        }
        Ok(config)
    }
}

/// What a report comes to, where findings of this weight and heavier ones fail.
pub(super) fn outcome(report: &Report, fail_level: Severity) -> Exit {
    // The heavier comes first.
    let fails = |severity: Severity| severity <= fail_level;
    let failed = report.diagnostics.iter().any(|found| fails(found.severity));
    if failed { Exit::No } else { Exit::Yes }
}

/// The configuration nearest above the first path.
fn nearest(paths: &[PathBuf]) -> Option<PathBuf> {
    let first = paths.first().filter(|path| path.as_os_str() != "-");
    let first = first.map_or(Path::new("."), PathBuf::as_path);
    let start = std::path::absolute(first).ok()?;
    // One that cannot be read is an error, and not as if there were none.
    let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
    let found = start.ancestors().map(|folder| folder.join(CONFIG_NAME)).find(is_there)?;
    // As it was named, where it lies below the folder one stands in.
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| found.strip_prefix(here).map(Path::to_owned).ok());
    Some(relative.unwrap_or(found))
}
