//! Configurations: `policyc.toml` made into levels.
//!
//! Not finding it, which takes a file system.

use crate::diagnostic::{At, FileId, Levels, Report, Severity, schema};
use crate::source::{self, Source};

/// How what is found weighs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The level of each lint.
    pub levels: Levels,
    /// The least severity that makes a check fail.
    pub fail_level: Severity,
}

impl Default for Config {
    fn default() -> Self {
        Self { levels: Levels::default(), fail_level: Severity::Error }
    }
}

/// Reads a configuration (`schema/config.v1.schema.json`).
///
/// # Errors
/// The report, where it has not the shape of one or names lints that there are not.
pub fn read_config(source: &Source) -> Result<Config, Report> {
    let file = FileId::default();
    let mut report = Report::default();
    report.files.push(source.file());
    let read = match source::read_config(&source.bytes, file) {
        Ok(read) => read,
        Err(found) => {
            report.diagnostics = found;
            report.sort();
            return Err(report);
        }
    };
    let mut config = Config::default();
    config.fail_level = read.fail_level.unwrap_or(config.fail_level);
    for (name, level) in read.lints {
        if let Err(unknown) = config.levels.set(name.value.as_str(), level.value) {
            report.diagnostics.push(schema::unknown_lint(At::new(file, name.span), &unknown));
        }
    }
    report.sort();
    if report.diagnostics.is_empty() { Ok(config) } else { Err(report) }
}
