//! `policyc docs`: the page of a policy, by itself or inside a page that is there.
//!
//! Not its words, which are the library's.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use policyc::{Table, View, grid, page};

use super::exit::{Exit, Failure};
use super::{Outcome, arguments, input, matrix, output, unified};

/// Write the page of a policy in Markdown: its table, roles, constraints, and what is uncertain.
#[derive(Debug, Args)]
pub(super) struct Docs {
    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    path: PathBuf,

    /// The policy that is meant, where there are several.
    #[arg(long, value_name = "ID")]
    policy: Option<String>,

    /// Where to write the page: in a file that is there, only what stands between
    /// `<!-- policyc docs ID begin -->` and `<!-- policyc docs ID end -->` is replaced.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; exit 1 where the file is not as it would be written.
    #[arg(long, requires = "output")]
    check: bool,
}

pub(super) fn run(command: &Docs) -> Outcome {
    let bundle = input::bundle(&command.path)?;
    let table = arguments::table(&bundle, command.policy.as_deref())?;
    let page = rendered(table)?;
    let is_stream = |file: &Path| file.as_os_str() == output::STANDARD_OUTPUT;
    if command.check && command.output.as_deref().is_some_and(is_stream) {
        let message = "`--check` compares a file, and standard output is none";
        return Err(Failure::Usage(message.to_owned()));
    }
    let Some(file) = command.output.as_deref().filter(|file| !is_stream(file)) else {
        output::print(&page)?;
        return Ok(Exit::Yes);
    };
    let name = input::slashes(file);
    let before = before(file)?;
    let after = match &before {
        None => {
            let [begin, end] = ["begin", "end"].map(|side| marker(table.policy(), side));
            format!("{begin}\n{page}{end}\n")
        }
        Some(before) => spliced(before, table.policy(), &page)
            .map_err(|why| Failure::Usage(format!("`{name}`: {why}")))?,
    };
    if before.as_ref() == Some(&after) {
        output::print(&format!("{name}: as it was\n"))?;
        return Ok(Exit::Yes);
    }
    if command.check {
        output::print(&unified::unified(&name, before.as_deref().unwrap_or_default(), &after))?;
        output::print(&format!(
            "{name}: not what `policyc docs` writes; the same command without `--check` renews it\n"
        ))?;
        return Ok(Exit::No);
    }
    output::write_atomically(file, after.as_bytes())?;
    output::print(&format!("{name}: written\n"))?;
    Ok(Exit::Yes)
}

fn before(file: &Path) -> Result<Option<String>, Failure> {
    let Some(source) = input::file_if_there(file)? else { return Ok(None) };
    // What of the bytes is wrong helps nobody.
    let text = String::from_utf8(source.bytes).ok();
    let text =
        text.with_context(|| format!("cannot read `{}`: it is not UTF-8", file.display()))?;
    Ok(Some(text))
}

fn rendered(table: &Table) -> Result<String, Failure> {
    let rows = grid(table, View::Rows)?;
    // A policy without published lines shows its actions.
    let (grid, view) = if rows.lines.is_empty() {
        (grid(table, View::Actions)?, View::Actions)
    } else {
        (rows, View::Rows)
    };
    Ok(page(table, &matrix::markdown(&grid, view))?)
}

/// The page between its markers.
fn spliced(before: &str, policy: &str, page: &str) -> Result<String, String> {
    let (begin, end) = (marker(policy, "begin"), marker(policy, "end"));
    let places = |marker: &str| before.match_indices(marker).map(|(at, _)| at).collect::<Vec<_>>();
    match (places(&begin).as_slice(), places(&end).as_slice()) {
        ([], []) if before.contains("<!-- policyc docs ") => {
            Err(format!("it has markers of other policies, and none of `{policy}`"))
        }
        // What somebody else wrote there is not overwritten.
        ([], []) => Err(format!("it has no `{begin}` and `{end}` to write between")),
        ([from], [to]) if from < to => {
            let head = before.get(..from + begin.len()).unwrap_or_default();
            let inside = before.get(from + begin.len()..*to).unwrap_or_default();
            if inside.contains("<!-- policyc docs ") {
                return Err(format!("other markers stand between those of `{policy}`"));
            }
            let tail = before.get(*to..).unwrap_or_default();
            Ok(format!("{head}\n{page}{tail}"))
        }
        ([_], [_]) => Err(format!("`{end}` stands before `{begin}`")),
        ([_], []) => Err(format!("`{begin}` has no `{end}`")),
        ([], [_]) => Err(format!("`{end}` has no `{begin}`")),
        _ => Err(format!("the markers of `{policy}` are there more than once")),
    }
}

fn marker(policy: &str, side: &str) -> String {
    format!("<!-- policyc docs {policy} {side} -->")
}
