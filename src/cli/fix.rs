//! `policyc check --fix`: what can be mended beyond doubt, mended, until nothing more is.
//!
//! Not what the fixes are, which findings say, and not the check of what is left.

use std::path::{Path, PathBuf};

use policyc::{
    Bundle, Checked, Config, Levels, Report, Source, apply_fixes, check_with, read_config,
    run_suites,
};

use super::exit::{Exit, Failure};
use super::input::{self, Input};
use super::weight::outcome;
use super::{Outcome, output, report, unified};

/// A stage with an error is the last one, so mending one mistake may show the next; no file has so
/// many in a row.
const ROUNDS_MAX: usize = 100;

/// Policies and suites with their fixes, which are not written yet.
pub(super) struct Fixed {
    pub input: Input,
    /// How many mistakes were mended.
    pub count: usize,
    /// What was found before anything was mended.
    found: Report,
    changes: Vec<Change>,
    /// Without its fixes, nothing could have been answered.
    is_config_mended: bool,
}

pub(super) struct Change {
    name: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

/// Mends what can be mended, in memory.
pub(super) fn fix(input: Input, levels: &Levels) -> Fixed {
    let before: Vec<Source> = input.policies.iter().chain(&input.suites).cloned().collect();
    let found = report(&input, levels);
    let mut fixed = Fixed {
        input,
        count: 0,
        found: found.clone(),
        changes: Vec::new(),
        is_config_mended: false,
    };
    let mut left = found;
    for _ in 0..ROUNDS_MAX {
        let count = round(&mut fixed.input, &left);
        if count == 0 {
            break;
        }
        fixed.count += count;
        left = report(&fixed.input, levels);
    }
    let after = fixed.input.policies.iter().chain(&fixed.input.suites);
    let pairs = before.into_iter().zip(after).filter(|(before, after)| before.bytes != after.bytes);
    let change = |(before, after): (Source, &Source)| Change {
        name: before.name,
        before: before.bytes,
        after: after.bytes.clone(),
    };
    fixed.changes = pairs.map(change).collect();
    fixed
}

/// Mends what can be seen at once, and says how many mistakes that were.
fn round(input: &mut Input, report: &Report) -> usize {
    let mut count = 0;
    for fixed in apply_fixes(report) {
        let Some(name) = report.file(fixed.file).map(|file| &file.name) else { continue };
        let mut all = input.policies.iter_mut().chain(&mut input.suites);
        if let Some(source) = all.find(|source| source.name == *name) {
            source.bytes = fixed.text.into_bytes();
            count += fixed.count;
        }
    }
    count
}

fn report(input: &Input, levels: &Levels) -> Report {
    let Checked { bundle, report, .. } = check_with(input.policies.clone(), levels);
    let run = |bundle: Bundle| run_suites(&bundle, report.clone(), &input.suites, None).report;
    bundle.map(run).unwrap_or(report)
}

/// A configuration with its fixes, which are not written yet, and how many mistakes that were; none
/// where it is right, or is not with them.
pub(super) fn fix_config(file: &mut Source) -> Option<(Change, usize)> {
    let (mut mended, mut count) = (file.clone(), 0);
    for _ in 0..ROUNDS_MAX {
        let Err(found) = read_config(&mended) else { break };
        let fixed = apply_fixes(&found).pop()?;
        mended.bytes = fixed.text.into_bytes();
        count += fixed.count;
    }
    if count == 0 || read_config(&mended).is_err() {
        return None;
    }
    let before = std::mem::replace(&mut file.bytes, mended.bytes.clone());
    Some((Change { name: mended.name, before, after: mended.bytes }, count))
}

impl Fixed {
    /// The same, and a configuration that is mended too.
    pub(super) fn with(mut self, config: Option<(Change, usize)>) -> Self {
        if let Some((change, count)) = config {
            self.changes.insert(0, change);
            self.count += count;
            self.is_config_mended = true;
        }
        self
    }

    /// Writes the files that changed.
    pub(super) fn write(&self) -> Result<(), Failure> {
        for change in &self.changes {
            output::rewrite(Path::new(&change.name), &change.after)?;
        }
        Ok(())
    }

    /// Prints what would change, as a diff; the answer is about the files as they are.
    pub(super) fn show(&self, config: &Config) -> Outcome {
        let diff = |change: &Change| {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            unified::unified(&change.name, &text(&change.before), &text(&change.after))
        };
        output::print(&self.changes.iter().map(diff).collect::<String>())?;
        output::complain(&self.counted("would be mended"));
        if self.is_config_mended {
            return Ok(Exit::Unanswered);
        }
        Ok(outcome(&self.found, config.fail_level))
    }

    /// "2 mistakes mended in 1 file"; that there were none is said too.
    pub(super) fn summary(&self) -> String {
        self.counted("mended")
    }

    fn counted(&self, verb: &str) -> String {
        if self.count == 0 {
            return "nothing to mend beyond doubt\n".to_owned();
        }
        let mistakes = report::plural(self.count, "mistake", "mistakes");
        let files = report::plural(self.changes.len(), "file", "files");
        format!("{mistakes} {verb} in {files}\n")
    }
}

/// That there is something to mend; nothing where there is not.
pub(super) fn hint(found: &Report) -> String {
    match found.diagnostics.iter().filter(|one| !one.fixes.is_empty()).count() {
        0 => String::new(),
        count => format!("`--fix` mends {}\n", report::plural(count, "finding", "findings")),
    }
}

/// Standard input has no file to be mended.
pub(super) fn refuse_standard_input(paths: &[PathBuf]) -> Result<(), Failure> {
    if paths.iter().any(|path| input::is_standard_input(path)) {
        let message = "standard input has no file to mend; `--fix --diff` shows the fixes";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(())
}
