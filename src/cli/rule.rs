//! `policyc rule`: the page of a diagnostic.
//!
//! Not the pages themselves, which stand with the diagnostics.

use clap::Args;
use policyc::{Group, JSON_FORMAT_VERSION, find_rule, rules};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::output::{self, Format};
use super::{Outcome, arguments};

/// Explain a diagnostic, or list them all.
#[derive(Debug, Args)]
pub(super) struct Rule {
    /// The code (`P0201`) or name (`unknown-role`); without it, the list.
    #[arg(value_name = "CODE|NAME")]
    rule: Option<String>,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Rule) -> Outcome {
    let chosen: Vec<&policyc::Rule> = match &command.rule {
        None => rules().collect(),
        Some(wanted) => vec![find_rule(wanted).ok_or_else(|| unknown(wanted))?],
    };
    match (command.format, &command.rule) {
        (Format::Json, _) => {
            let pages: Vec<Value> = chosen.into_iter().map(page_json).collect();
            output::print_json(&json!({ "format_version": JSON_FORMAT_VERSION, "rules": pages }))?;
        }
        (Format::Text, Some(_)) => {
            for rule in chosen {
                let severity = rule.severity.as_str();
                let about = format!("\n{severity}{}, since {}\n", off(rule), rule.since);
                output::print(&rule.page.replacen('\n', &about, 1))?;
            }
        }
        (Format::Text, None) => {
            let line = |rule: &policyc::Rule| {
                let severity = rule.severity.as_str();
                format!("{}  {severity:<8} {}{}\n", rule.code, rule.name, off(rule))
            };
            output::print(&chosen.into_iter().map(line).collect::<String>())?;
        }
    }
    Ok(Exit::Yes)
}

/// What is said of a rule that is off where nobody turns it on.
fn off(rule: &policyc::Rule) -> &'static str {
    if rule.group == Group::Pedantic { " (pedantic: off by default)" } else { "" }
}

fn unknown(wanted: &str) -> Failure {
    let known: Vec<&str> = rules().flat_map(|rule| [rule.code, rule.name]).collect();
    let help = match arguments::did_you_mean(wanted, &known) {
        none if none.is_empty() => "; `policyc rule` lists them".to_owned(),
        help => help,
    };
    Failure::Usage(format!("no rule is called `{wanted}`{help}"))
}

fn page_json(rule: &policyc::Rule) -> Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.as_str(),
        "group": rule.group.as_str(),
        "since": rule.since,
        "page": rule.page,
    })
}
