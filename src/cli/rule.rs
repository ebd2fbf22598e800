//! `policyc rule`: the page of a diagnostic.
//!
//! Not the pages themselves, which stand with the diagnostics.

use clap::{Args, ValueEnum};
use policyc::{Group, JSON_FORMAT_VERSION, find_rule, rules};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::{Outcome, arguments, output};

/// Explain a diagnostic, or list them all.
#[derive(Debug, Args)]
pub(super) struct Rule {
    /// The code (`P0201`) or name (`unknown-role`); without it, the list.
    #[arg(value_name = "CODE|NAME")]
    name: Option<String>,

    /// Explain every diagnostic.
    #[arg(long, conflicts_with = "name")]
    all: bool,

    /// How to print it.
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    format: RuleFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RuleFormat {
    Text,
    Json,
    /// Pages as they stand; without a rule, a table of all.
    Markdown,
}

pub(super) fn run(command: &Rule) -> Outcome {
    let chosen: Vec<&policyc::Rule> = match &command.name {
        None => rules().collect(),
        Some(wanted) => vec![find_rule(wanted).ok_or_else(|| unknown(wanted))?],
    };
    let is_list = command.name.is_none() && !command.all;
    match command.format {
        RuleFormat::Json => {
            let pages: Vec<Value> = chosen.into_iter().map(page_json).collect();
            output::print_json(&json!({ "format_version": JSON_FORMAT_VERSION, "rules": pages }))?;
        }
        RuleFormat::Markdown if is_list => output::print(&table(&chosen))?,
        RuleFormat::Text if is_list => {
            output::print(&chosen.into_iter().map(line).collect::<String>())?;
        }
        RuleFormat::Markdown | RuleFormat::Text => {
            let pages: Vec<String> = chosen.into_iter().map(page).collect();
            let table = if command.all && command.format == RuleFormat::Markdown {
                let all: Vec<&policyc::Rule> = rules().collect();
                format!("# What policyc finds\n\n{}\n", table(&all))
            } else {
                String::new()
            };
            output::print(&format!("{table}{}", pages.join("\n")))?;
        }
    }
    Ok(Exit::Yes)
}

fn line(rule: &policyc::Rule) -> String {
    let pedantic = if rule.group == Group::Pedantic { "  (pedantic)" } else { "" };
    format!("{}  {:<8} {}{pedantic}\n", rule.code, rule.severity.as_str(), rule.name)
}

fn table(chosen: &[&policyc::Rule]) -> String {
    let mut table = "| code | name | severity | group |\n|---|---|---|---|\n".to_owned();
    for rule in chosen {
        let (severity, group) = (rule.severity.as_str(), rule.group.as_str());
        table.push_str(&format!("| {} | `{}` | {severity} | {group} |\n", rule.code, rule.name));
    }
    table
}

/// A page, with what the registry knows below its title.
fn page(rule: &policyc::Rule) -> String {
    let about = format!("\n{}, since {}\n", rule.severity.as_str(), rule.since);
    rule.page.replacen('\n', &about, 1)
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
