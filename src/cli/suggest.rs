//! `policyc suggest`: which roles suffice for some actions, with the least besides.
//!
//! Not who may give them: `policyc may` answers that.

use clap::Args;
use policyc::{JSON_FORMAT_VERSION, Suggestion, Suggestions, Table, suggest};
use serde_json::{Value, json};

use super::arguments::table;
use super::exit::Exit;
use super::output;
use super::review::{Circumstances, ReviewFormat, objection_json, objection_text};
use super::who::known_action;
use super::{Outcome, csv, input};

/// Show which roles suffice for some actions, those with the fewest other powers first.
#[derive(Debug, Args)]
pub(super) struct Suggest {
    #[command(flatten)]
    circumstances: Circumstances,

    /// The actions that are needed, with commas between them; repeat for several.
    #[arg(long, value_name = "ACTIONS", required = true, value_delimiter = ',')]
    actions: Vec<String>,
}

pub(super) fn run(command: &Suggest) -> Outcome {
    let Suggest { circumstances, actions } = command;
    let bundle = input::bundle(&circumstances.path)?;
    let table = table(&bundle, circumstances.policy.as_deref())?;
    actions.iter().try_for_each(|action| known_action(table, action))?;
    let names: Vec<&str> = actions.iter().map(String::as_str).collect();
    let suffices = circumstances.ask(table, ("", &[]), |request| {
        let suggestions = suggest(request, &names)?;
        match circumstances.format {
            ReviewFormat::Text => output::print(&text(&suggestions))?,
            ReviewFormat::Json => output::print_json(&json(table, &suggestions))?,
            ReviewFormat::Csv => output::print(&csv_text(&suggestions))?,
        }
        Ok(!suggestions.list.is_empty())
    })?;
    Ok(if suffices { Exit::Yes } else { Exit::No })
}

fn text(suggestions: &Suggestions<'_>) -> String {
    let mut text = String::new();
    for uncovered in &suggestions.uncovered {
        let direct = if uncovered.is_direct { "; it may be given directly" } else { "" };
        text.push_str(&format!("no role is ever allowed {}{direct}\n", uncovered.action));
    }
    if suggestions.list.is_empty() && suggestions.uncovered.is_empty() {
        text.push_str("no roles that one principal may hold suffice\n");
    }
    suggestions.list.iter().for_each(|suggestion| text.push_str(&suggestion_text(suggestion)));
    match suggestions.more_count {
        Some(0) => {}
        Some(count) => text.push_str(&format!("and {count} more\n")),
        None => text.push_str("and more, none of them better\n"),
    }
    text
}

fn suggestion_text(suggestion: &Suggestion<'_>) -> String {
    let roles: Vec<String> =
        suggestion.assignments.iter().map(|role| output::one_line(&role.to_string())).collect();
    let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(" and ") };
    let kinds = match suggestion.kinds.as_slice() {
        [] => String::new(),
        kinds => format!(" ({})", kinds.join(" or ")),
    };
    let others = match suggestion.others.len() {
        0 => "no other action".to_owned(),
        1 => "1 other action".to_owned(),
        count => format!("{count} other actions"),
    };
    let mut text = format!("{roles}{kinds}: {others}\n");
    for (word, is_always) in [("always", true), ("under conditions", false)] {
        let actions = suggestion.actions.iter().filter(|(_, always)| *always == is_always);
        let actions: Vec<&str> = actions.map(|(action, _)| *action).collect();
        if !actions.is_empty() {
            text.push_str(&format!("  {word}: {}\n", actions.join(", ")));
        }
    }
    if !suggestion.others.is_empty() {
        text.push_str(&format!("  besides: {}\n", suggestion.others.join(", ")));
    }
    for objection in &suggestion.objections {
        text.push_str(&format!("  {}\n", objection_text(objection)));
    }
    text
}

fn json(table: &Table, suggestions: &Suggestions<'_>) -> Value {
    let action = |(action, is_always): &(&str, bool)| {
        let access = if *is_always { "always" } else { "conditional" };
        json!({ "action": action, "access": access })
    };
    let suggestion = |suggestion: &Suggestion<'_>| {
        let roles = suggestion.assignments.iter().map(ToString::to_string);
        json!({
            "roles": roles.collect::<Vec<_>>(),
            "kinds": suggestion.kinds,
            "actions": suggestion.actions.iter().map(action).collect::<Vec<_>>(),
            "others": suggestion.others,
            "objections": suggestion.objections.iter().map(objection_json).collect::<Vec<_>>(),
        })
    };
    let uncovered = suggestions.uncovered.iter();
    let uncovered = uncovered
        .map(|uncovered| json!({ "action": uncovered.action, "is_direct": uncovered.is_direct }));
    json!({
        "format_version": JSON_FORMAT_VERSION,
        "policy": table.policy(),
        "version": table.version(),
        "uncovered": uncovered.collect::<Vec<_>>(),
        "suggestions": suggestions.list.iter().map(suggestion).collect::<Vec<_>>(),
        "more_count": suggestions.more_count,
    })
}

/// A record for each suggestion; lists inside a field are apart at spaces.
fn csv_text(suggestions: &Suggestions<'_>) -> String {
    let columns = ["roles", "kinds", "other_count", "always", "conditional", "others"];
    let mut out = csv::record(columns);
    for suggestion in &suggestions.list {
        let roles: Vec<String> = suggestion.assignments.iter().map(ToString::to_string).collect();
        let actions = |wanted: bool| {
            let actions = suggestion.actions.iter().filter(|(_, is_always)| *is_always == wanted);
            actions.map(|(action, _)| *action).collect::<Vec<_>>().join(" ")
        };
        let fields = [
            roles.join(" "),
            suggestion.kinds.join(" "),
            suggestion.others.len().to_string(),
            actions(true),
            actions(false),
            suggestion.others.join(" "),
        ];
        out.push_str(&csv::record(fields.iter().map(String::as_str)));
    }
    out
}
