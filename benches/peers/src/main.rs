//! policyc beside its peers: the same requests, timed, and answered alike.
//!
//! Not a part of the product and not one of its tests: `README.md` says what is measured and how.

#[cfg(feature = "measure")]
mod beside;
mod differential;

// What the product's tests read policies with, from the specification and not from its code; each
// file has parts that only those tests use.
#[expect(dead_code, reason = "the product's tests use the rest")]
#[path = "../../../tests/it/finite.rs"]
mod finite;
#[expect(dead_code, reason = "the product's tests use the rest")]
#[path = "../../../tests/it/oracle.rs"]
mod oracle;
#[expect(dead_code, reason = "the product's tests use the rest")]
#[path = "../../../tests/it/oracle_cells.rs"]
mod oracle_cells;
#[path = "../../../tests/it/oracle_conditions.rs"]
mod oracle_conditions;
#[path = "../../../tests/it/oracle_draft_conditions.rs"]
mod oracle_draft_conditions;
#[path = "../../../tests/it/oracle_draft_grants.rs"]
mod oracle_draft_grants;
#[path = "../../../tests/it/oracle_drafts.rs"]
mod oracle_drafts;
#[path = "../../../tests/it/oracle_model.rs"]
mod oracle_model;
#[path = "../../../tests/it/oracle_names.rs"]
mod oracle_names;
#[path = "../../../tests/it/oracle_policy.rs"]
mod oracle_policy;
#[path = "../../../tests/it/oracle_request.rs"]
mod oracle_request;
#[path = "../../../tests/it/random.rs"]
mod random;

use std::process::ExitCode;

const USAGE: &str = "\
usage: policyc-peers [--markdown]                                 the measurements
       policyc-peers differential [--decisions N] [--seed S]      the same answers from all";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["differential", flags @ ..] => match differential::Plan::parse(flags) {
            Some(plan) => differential::run(plan),
            None => usage(),
        },
        #[cfg(feature = "measure")]
        ["--measure", engine, size, stored] => beside::measure(engine, size, stored),
        #[cfg(feature = "measure")]
        [] => beside::run(beside::Form::Text),
        #[cfg(feature = "measure")]
        ["--markdown"] => beside::run(beside::Form::Markdown),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
