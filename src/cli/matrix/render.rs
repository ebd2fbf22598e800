//! A matrix as text, Markdown and CSV.
//!
//! Not JSON, which is data and no rendering.

use policyc::{Grid, GridCell, View};
use unicode_width::UnicodeWidthStr;

use crate::cli::csv::record;
use crate::cli::output::one_line;

/// The glyph of every word; distinct for whatever can stand in one view.
const GLYPHS: [(&str, &str); 9] = [
    ("permit", "✓"),
    ("conditional", "◇"),
    ("partial", "◐"),
    ("forbid", "✗"),
    ("", "·"),
    ("yes", "✓"),
    ("no", "·"),
    ("different-scopes", "◇"),
    ("same", "-"),
];

const GUESS: char = '?';

/// A grid with stacked headings and a legend.
pub(super) fn text(grid: &Grid, view: View) -> String {
    if grid.lines.is_empty() {
        return empty(view).to_owned();
    }
    let labels: Vec<String> = grid.lines.iter().map(|line| one_line(&line.label)).collect();
    let label_width = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let headings: Vec<Vec<&str>> = grid.roles.iter().map(|role| heading(role)).collect();
    let widths: Vec<usize> = headings
        .iter()
        .map(|heading| heading.iter().map(|word| width(word)).max().unwrap_or(0).max(2))
        .collect();
    let height = headings.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for row in 0..height {
        let mut line = " ".repeat(label_width);
        for (heading, width) in headings.iter().zip(&widths) {
            // Short headings stand at the bottom, next to their column.
            let word = (row + heading.len()).checked_sub(height).and_then(|at| heading.get(at));
            line.push_str(&format!("  {:<width$}", word.copied().unwrap_or_default()));
        }
        out.push_str(&format!("{}\n", line.trim_end()));
    }
    for (line, label) in grid.lines.iter().zip(&labels) {
        let gap = label_width.saturating_sub(width(label));
        let mut text = format!("{label}{:gap$}", "");
        for (cell, width) in line.cells.iter().zip(&widths) {
            text.push_str(&format!("  {:<width$}", glyph(*cell)));
        }
        out.push_str(&format!("{}\n", text.trim_end()));
    }
    out.push_str(&format!("\n{}\n", legend(view)));
    out
}

/// A Markdown table and a legend.
pub(in crate::cli) fn markdown(grid: &Grid, view: View) -> String {
    if grid.lines.is_empty() {
        return empty(view).to_owned();
    }
    let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|");
    let mut out = String::from("| |");
    grid.roles.iter().for_each(|role| out.push_str(&format!(" {} |", escape(role))));
    out.push_str("\n|---|");
    grid.roles.iter().for_each(|_| out.push_str(":---:|"));
    out.push('\n');
    for line in &grid.lines {
        out.push_str(&format!("| {} |", escape(&one_line(&line.label))));
        line.cells.iter().for_each(|cell| out.push_str(&format!(" {} |", glyph(*cell))));
        out.push('\n');
    }
    out.push_str(&format!("\n{}\n", legend(view)));
    out
}

/// The header is an empty cell and the roles; the first column is the line's label.
pub(super) fn csv(grid: &Grid) -> String {
    let roles = grid.roles.iter().map(String::as_str);
    let mut out = record(std::iter::once("").chain(roles));
    for line in &grid.lines {
        let cells = line.cells.iter().map(|cell| cell.word);
        out.push_str(&record(std::iter::once(line.label.as_str()).chain(cells)));
    }
    out
}

fn glyph(cell: GridCell) -> String {
    let mut glyph = glyph_of(cell.word).to_owned();
    if cell.is_guess {
        glyph.push(GUESS);
    }
    glyph
}

fn glyph_of(word: &str) -> &str {
    GLYPHS.iter().find(|(other, _)| *other == word).map_or(word, |(_, glyph)| glyph)
}

fn legend(view: View) -> String {
    let meanings: &[(&str, &str)] = match view {
        View::Kinds => &[("yes", "may hold the role"), ("no", "may not hold the role")],
        View::Combinations => &[
            ("yes", "one principal may hold both"),
            ("different-scopes", "both, in different scopes"),
            ("no", "not both"),
            ("same", "the same role"),
        ],
        View::Delegations => &[
            ("yes", "may give the role"),
            ("conditional", "may give it under conditions"),
            ("", "may not"),
        ],
        View::Rows => &[
            ("permit", "allowed"),
            ("conditional", "allowed under conditions"),
            ("partial", "some of the line"),
            ("forbid", "forbidden"),
            ("", "not allowed"),
        ],
        _ => &[
            ("permit", "allowed"),
            ("conditional", "allowed under conditions"),
            ("forbid", "forbidden"),
            ("", "not allowed"),
        ],
    };
    let entry = |(word, meaning): &(&str, &str)| format!("{} {meaning}", glyph_of(word));
    let mut entries: Vec<String> = meanings.iter().map(entry).collect();
    if matches!(view, View::Actions | View::Rows) {
        entries.push(format!("{GUESS} a guess"));
    }
    entries.join("   ")
}

const fn empty(view: View) -> &'static str {
    match view {
        View::Rows => "(no published lines)\n",
        View::Kinds => "(no kinds)\n",
        View::Combinations | View::Delegations => "(no roles)\n",
        _ => "(no actions)\n",
    }
}

/// The words of a role's name, to be stacked.
fn heading(role: &str) -> Vec<&str> {
    role.split_inclusive(['-', '/', ':']).collect()
}

/// Columns on a terminal; a letter of some scripts takes two.
fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}
