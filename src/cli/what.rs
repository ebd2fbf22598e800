//! `policyc what`: what some roles may do together.
//!
//! Not one request: `policyc decide` answers those.

use clap::Args;
use policyc::{
    Access, ActionCan, Assignment, JSON_FORMAT_VERSION, Misfit, Table, WhatCan, misfit, what,
};
use serde_json::{Value, json};

use super::arguments::{Notes, parse_all, table};
use super::exit::{Exit, Failure};
use super::output;
use super::review::{
    CSV_COLUMNS, Circumstances, ReviewFormat, access_text, csv_records, objection_json,
    objection_text, put_access, way_json, way_text,
};
use super::who::with_ways;
use super::{Outcome, csv, input};

/// Show what some roles may do together: every action, where, under which conditions.
#[derive(Debug, Args)]
pub(super) struct What {
    #[command(flatten)]
    circumstances: Circumstances,

    /// A role that is held; repeat for several.
    #[arg(long = "role", value_name = "ROLE[@KIND:ID]", required = true)]
    roles: Vec<String>,
}

pub(super) fn run(command: &What) -> Outcome {
    let What { circumstances, roles } = command;
    let bundle = input::bundle(&circumstances.path)?;
    let table = table(&bundle, circumstances.policy.as_deref())?;
    // Held twice is held.
    let mut assignments: Vec<Assignment<'_>> = Vec::new();
    for assignment in parse_all(roles, Assignment::parse)? {
        if !assignments.contains(&assignment) {
            assignments.push(assignment);
        }
    }
    let mut notes = Notes::new(table);
    notes.roles(roles);
    notes.refuse()?;
    assignments.iter().try_for_each(|assignment| check(table, assignment))?;
    let can = circumstances.ask(table, ("", &assignments), |request| {
        let can = what(request)?;
        match circumstances.format {
            ReviewFormat::Text => output::print(&text(&can))?,
            ReviewFormat::Json => output::print_json(&json(table, &can))?,
            ReviewFormat::Csv => output::print(&csv_text(&can))?,
        }
        Ok(!can.actions.is_empty())
    })?;
    Ok(if can { Exit::Yes } else { Exit::No })
}

/// An error where a role is never held so.
fn check(table: &Table, assignment: &Assignment<'_>) -> Result<(), Failure> {
    let is_wrong = assignment.scope.is_some()
        && misfit(table, table.kinds().next(), assignment) == Some(Misfit::ScopeKind);
    if !is_wrong {
        return Ok(());
    }
    let message = format!("`--role {assignment}`: the role is not held in scopes of that kind");
    Err(Failure::Usage(message))
}

fn text(can: &WhatCan<'_>) -> String {
    let roles: Vec<String> =
        can.assignments.iter().map(|role| output::one_line(&role.to_string())).collect();
    let kinds = match can.kinds.as_slice() {
        [] => String::new(),
        kinds => format!(" ({})", kinds.join(" or ")),
    };
    let mut text = format!("{}{kinds}\n", roles.join(" and "));
    // Always comes first, then each condition by itself.
    let mut groups: Vec<(&Access, Vec<&ActionCan>)> = Vec::new();
    for action in can.actions.iter().chain(&can.forbidden) {
        match groups.iter_mut().find(|(access, _)| **access == action.access) {
            Some((_, actions)) => actions.push(action),
            None => groups.push((&action.access, vec![action])),
        }
    }
    groups.sort_by_key(|(access, _)| match access {
        Access::Always => 0,
        Access::Never => 2,
        _ => 1,
    });
    for (access, actions) in groups {
        text.push_str(&format!("{}:\n", access_text(access, "")));
        for action in actions {
            text.push_str(&format!("  {}\n", action.action));
            for way in &action.ways {
                text.push_str(&format!("    {}\n", way_text(way)));
            }
        }
    }
    if can.actions.is_empty() {
        text.push_str("nothing is allowed\n");
    }
    for objection in &can.objections {
        text.push_str(&format!("note: {}\n", objection_text(objection)));
    }
    text
}

fn json(table: &Table, can: &WhatCan<'_>) -> Value {
    let action = |action: &ActionCan| {
        let mut json = json!({ "action": action.action });
        put_access(&mut json, &action.access);
        with_ways(json, action.ways.iter().map(way_json).collect())
    };
    json!({
        "format_version": JSON_FORMAT_VERSION,
        "policy": table.policy(),
        "version": table.version(),
        "roles": can.assignments.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "kinds": can.kinds,
        "actions": can.actions.iter().map(action).collect::<Vec<_>>(),
        "forbidden": can.forbidden.iter().map(action).collect::<Vec<_>>(),
        "objections": can.objections.iter().map(objection_json).collect::<Vec<_>>(),
    })
}

/// A record for each entry of each action.
fn csv_text(can: &WhatCan<'_>) -> String {
    let mut out = csv::record(["action"].into_iter().chain(CSV_COLUMNS));
    for action in can.actions.iter().chain(&can.forbidden) {
        out.push_str(&csv_records(&[action.action.as_str()], &action.access, &action.ways));
    }
    out
}
