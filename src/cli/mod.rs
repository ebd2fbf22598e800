//! The command line: arguments, files, printing, exit codes; thin, one file a command.
//!
//! Not checking, deciding or compiling: those are the library's, and below here nothing prints.

mod arguments;
mod audit;
mod check;
mod compile;
mod completions;
mod csv;
mod decide;
mod diff;
mod docs;
mod exit;
mod explanation;
mod fix;
mod fmt;
mod init;
mod input;
mod inspect;
mod lock;
mod man;
mod matrix;
mod may;
mod output;
mod report;
mod review;
mod revision;
mod rule;
mod schema;
mod suggest;
mod test;
mod unified;
mod version;
mod weight;
mod what;
mod who;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use exit::{Exit, Failure};

/// Role tables as data: check, compile and ask versioned TOML policies.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP)]
struct Arguments {
    /// Whether output has colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes, the same everywhere:
  0  yes: no errors, passed, allowed, same
  1  no: errors, failed, denied, changed
  2  wrong usage, or nothing to check
  3  could not answer";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    /// As the terminal and `NO_COLOR` say.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Compile(compile::Compile),
    Lock(lock::Lock),
    Docs(docs::Docs),
    Fmt(fmt::Fmt),
    Test(test::Test),
    Decide(Box<decide::Decide>),
    Audit(audit::Audit),
    May(Box<may::May>),
    Matrix(matrix::Matrix),
    Diff(diff::DiffCommand),
    Who(Box<who::Who>),
    What(Box<what::What>),
    Suggest(Box<suggest::Suggest>),
    Inspect(inspect::Inspect),
    Schema(schema::Schema),
    Rule(rule::Rule),
    Init(init::Init),
    Completions(completions::Completions),
    Man(man::Man),
    Version(version::Version),
}

/// Runs the command that the arguments name; the whole program.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let choice = match arguments.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
    let outcome = match arguments.command {
        Command::Check(command) => check::run(&command),
        Command::Compile(command) => compile::run(&command),
        Command::Lock(command) => lock::run(&command),
        Command::Docs(command) => docs::run(&command),
        Command::Fmt(command) => fmt::run(&command),
        Command::Test(command) => test::run(&command),
        Command::Decide(command) => decide::run(&command),
        Command::Audit(command) => audit::run(&command),
        Command::May(command) => may::run(&command),
        Command::Matrix(command) => matrix::run(&command),
        Command::Diff(command) => diff::run(&command),
        Command::Who(command) => who::run(&command),
        Command::What(command) => what::run(&command),
        Command::Suggest(command) => suggest::run(&command),
        Command::Inspect(command) => inspect::run(&command),
        Command::Schema(command) => schema::run(&command),
        Command::Rule(command) => rule::run(&command),
        Command::Init(command) => init::run(&command),
        Command::Completions(command) => completions::run(&command),
        Command::Man(command) => man::run(&command),
        Command::Version(command) => version::run(&command),
    };
    exit::finish(outcome)
}

/// What a command came to.
type Outcome = Result<Exit, Failure>;
