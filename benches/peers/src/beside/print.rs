//! The figures as tables: text for a terminal, Markdown for the README.
//!
//! Not a measurement. A row is printed for every configuration; ratios are to the fastest peer.

use super::Measured;
use super::engine::Kind;
use super::process::{Figures, median};
use super::sizes::{Cells, Size};

/// How tables are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Markdown,
}

const COLUMNS: [&str; 9] = [
    "engine",
    "configuration",
    "from strings",
    "input ready",
    "load",
    "memory",
    "peak",
    "stored",
    "disagreements",
];

/// One configuration, its rounds put together.
struct Row {
    kind: Kind,
    figures: Figures,
    stored: f64,
    differ: usize,
}

/// Prints one table; false where a peer's answers are not policyc's.
pub(super) fn print(form: Form, size: Size, cells: &Cells, all: &[Measured]) -> bool {
    let ours = &all.iter().find(|one| one.kind == Kind::Ours).expect("it is measured").rounds[0];
    let rows: Vec<Row> = all.iter().map(|one| row(one, &ours.answers)).collect();
    let allowed = ours.answers.bytes().filter(|answer| *answer == b'1').count();
    let title = match size {
        Size::Small => "`policies/child-tenants.toml`",
        Size::Large => "A generated table",
    };
    println!(
        "{title}: {} roles, {} actions, {} cells; {} requests, {allowed} of them allowed\n",
        cells.roles.len(),
        cells.actions.len(),
        cells.count(),
        ours.answers.len()
    );
    let lines: Vec<[String; 9]> = rows.iter().map(line).collect();
    match form {
        Form::Text => print_text(&lines),
        Form::Markdown => print_markdown(&lines),
    }
    println!();
    print_ratio("from strings", &rows, |figures| figures.from_strings);
    print_ratio("with the input ready", &rows, |figures| figures.ready);
    print_ratio("to load", &rows, |figures| figures.load);
    println!();
    rows.iter().all(|row| row.differ == 0)
}

fn row(measured: &Measured, ours: &str) -> Row {
    let all = |of: fn(&Figures) -> f64| median(measured.rounds.iter().map(of).collect());
    // Slow engines answer fewer requests, and not the same number in every round.
    let rounds = measured.rounds.iter().map(|figures| figures.answers.as_str());
    let answers = rounds.max_by_key(|answers| answers.len()).expect("a round");
    let differ = answers.bytes().zip(ours.bytes()).filter(|(one, other)| one != other).count();
    let figures = Figures {
        from_strings: all(|figures| figures.from_strings),
        ready: all(|figures| figures.ready),
        load: all(|figures| figures.load),
        resident: all(|figures| figures.resident),
        peak: all(|figures| figures.peak),
        answers: answers.to_owned(),
    };
    Row { kind: measured.kind, figures, stored: measured.stored as f64, differ }
}

fn line(row: &Row) -> [String; 9] {
    let Row { kind, figures, stored, differ } = row;
    let (engine, configuration) = kind.label();
    let from_strings = match kind {
        // It knows its users beforehand: there is nothing to make of the roles of a request.
        Kind::CasbinGroups => "–".to_owned(),
        _ => time(figures.from_strings),
    };
    [
        engine.to_owned(),
        configuration.to_owned(),
        from_strings,
        time(figures.ready),
        time(figures.load),
        bytes(figures.resident),
        bytes(figures.peak),
        bytes(*stored),
        format!("{differ} of {}", figures.answers.len()),
    ]
}

/// A time with three digits that mean something.
fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, 1_000.0, &["ns", "µs", "ms", "s"])
}

fn bytes(bytes: f64) -> String {
    scaled(bytes, 1_000.0, &["B", "kB", "MB", "GB"])
}

fn scaled(number: f64, step: f64, units: &[&str]) -> String {
    let (mut number, mut at) = (number, 0);
    while number >= step && at + 1 < units.len() {
        number /= step;
        at += 1;
    }
    let digits = if number >= 100.0 || at == 0 { 0 } else { 1 };
    format!("{number:.digits$} {}", units[at])
}

fn print_text(lines: &[[String; 9]]) {
    let width = |at: usize| {
        let cells = lines.iter().map(|line| line[at].chars().count());
        cells.chain([COLUMNS[at].len()]).max().unwrap_or(0)
    };
    let print = |cells: Vec<&str>| {
        let mut text = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let padding = " ".repeat(width(at) - cell.chars().count());
            // Words to the left, numbers to the right.
            text +=
                &if at < 2 { format!("{cell}{padding}  ") } else { format!("{padding}{cell}  ") };
        }
        println!("{}", text.trim_end());
    };
    print(COLUMNS.to_vec());
    for line in lines {
        print(line.iter().map(String::as_str).collect());
    }
}

fn print_markdown(lines: &[[String; 9]]) {
    println!("| {} |", COLUMNS.join(" | "));
    println!("|---|---|{}", "---:|".repeat(COLUMNS.len() - 2));
    for line in lines {
        println!("| {} |", line.join(" | "));
    }
}

/// What the fastest configuration of any peer takes, as a multiple of what policyc takes.
fn print_ratio(what: &str, rows: &[Row], of: fn(&Figures) -> f64) {
    let peers = rows.iter().filter(|row| !matches!(row.kind, Kind::Ours | Kind::CasbinGroups));
    let fastest = peers.min_by(|one, other| of(&one.figures).total_cmp(&of(&other.figures)));
    let ours = rows.iter().find(|row| row.kind == Kind::Ours);
    if let (Some(ours), Some(fastest)) = (ours, fastest) {
        let (engine, configuration) = fastest.kind.label();
        let (fast, slow) = (of(&ours.figures), of(&fastest.figures));
        println!(
            "{what}: policyc {}, the fastest peer {} ({engine}, {configuration}): {:.1} times",
            time(fast),
            time(slow),
            slow / fast
        );
    }
}

/// How each was configured, and what the columns mean.
pub(super) fn print_footnotes() {
    println!("{}", include_str!("../../footnotes.md").trim_end());
}
