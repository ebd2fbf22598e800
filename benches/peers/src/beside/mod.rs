//! What each engine takes: time for a decision, time to load, memory, size.
//!
//! Not a judge of engines: they do more than tables of roles. Each measurement is a process of its
//! own, so that memory is its own; the processes of a round follow each other, and the figures are
//! medians over the rounds.

mod casbin;
mod cedar;
mod engine;
mod ours;
mod print;
mod process;
mod rego;
mod sizes;

use std::process::ExitCode;

use engine::Kind;
use process::Figures;
use sizes::Size;

pub(crate) use print::Form;

/// Each engine is measured so often; the median counts.
const ROUNDS: usize = 3;

/// One engine at one size: what each round found.
#[derive(Debug)]
struct Measured {
    kind: Kind,
    /// Bytes of what it loads.
    stored: u64,
    rounds: Vec<Figures>,
}

/// Measures all engines at both sizes and prints the tables; it fails where answers differ.
pub(crate) fn run(form: Form) -> ExitCode {
    let folder = std::env::temp_dir().join(format!("policyc-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for what the engines load");
    let mut agree = true;
    for size in Size::ALL {
        let cells = size.cells();
        let mut all: Vec<Measured> = Vec::new();
        for kind in Kind::ALL {
            let stored = kind.stored(&cells);
            std::fs::write(folder.join(kind.word()), &stored).expect("a file");
            let stored = stored.len() as u64;
            all.push(Measured { kind, stored, rounds: Vec::new() });
        }
        for _ in 0..ROUNDS {
            for measured in &mut all {
                let stored = folder.join(measured.kind.word());
                measured.rounds.push(process::measured(measured.kind, size, &stored));
            }
        }
        agree &= print::print(form, size, &cells, &all);
    }
    std::fs::remove_dir_all(&folder).expect("the folder was made above");
    if form == Form::Text {
        print::print_footnotes();
    }
    if agree { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures one engine in this process and prints the figures for the one that asked.
pub(crate) fn measure(kind: &str, size: &str, stored: &str) -> ExitCode {
    let (Some(kind), Some(size)) = (Kind::find(kind), Size::find(size)) else {
        return ExitCode::from(2);
    };
    let figures = process::measure(kind, size, stored);
    println!("{}", figures.line());
    ExitCode::SUCCESS
}
