//! `policyc who`: who may do an action.
//!
//! Not which principals: `policyc audit` reads directories.

use clap::Args;
use policyc::{Access, JSON_FORMAT_VERSION, Table, Way, WhoCan, who};
use serde_json::{Value, json};

use super::arguments::{did_you_mean, table};
use super::exit::{Exit, Failure};
use super::output::{self, one_line};
use super::review::{
    CSV_COLUMNS, Circumstances, ReviewFormat, access_text, csv_records, put_access, put_some,
    way_json, way_text,
};
use super::{Outcome, csv, input};

/// Show who may do an action: which roles, through what, under which conditions.
#[derive(Debug, Args)]
pub(super) struct Who {
    /// The action.
    #[arg(value_name = "ACTION")]
    action: String,

    #[command(flatten)]
    circumstances: Circumstances,
}

pub(super) fn run(command: &Who) -> Outcome {
    let Who { action, circumstances } = command;
    let bundle = input::bundle(&circumstances.path)?;
    let table = table(&bundle, circumstances.policy.as_deref())?;
    known_action(table, action)?;
    let can = circumstances.ask(table, (action, &[]), |request| Ok(who(request)?))?;
    match circumstances.format {
        ReviewFormat::Text => output::print(&text(action, &can))?,
        ReviewFormat::Json => output::print_json(&json(table, action, &can))?,
        ReviewFormat::Csv => output::print(&csv_text(&can))?,
    }
    Ok(if can.is_nobody() { Exit::No } else { Exit::Yes })
}

/// An error where the policy has no such action.
pub(super) fn known_action(table: &Table, action: &str) -> Result<(), Failure> {
    let known: Vec<&str> = table.actions().collect();
    if known.contains(&action) {
        return Ok(());
    }
    let name = one_line(action);
    let is_pattern = name.contains(['*', '{']);
    let help = if is_pattern {
        "; patterns stand for actions in policies, and here each is named".to_owned()
    } else {
        did_you_mean(&name, &known)
    };
    Err(Failure::Usage(format!("unknown action `{name}`{help}")))
}

fn text(action: &str, can: &WhoCan) -> String {
    if can.is_nobody() {
        return format!("nobody may do {action}\n");
    }
    let mut text = String::new();
    for role in &can.roles {
        let scope = role.scope.as_ref().map(|kind| format!("in its {kind}"));
        let kinds = (!role.kinds.is_empty()).then(|| role.kinds.join(" or "));
        let about: Vec<String> = scope.into_iter().chain(kinds).collect();
        let about =
            if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        text.push_str(&entry(&format!("{}{about}", role.role), &role.access, &role.ways));
    }
    for kind in &can.kinds {
        text.push_str(&entry(&format!("every {}", kind.kind), &kind.access, &kind.ways));
    }
    if let Some(direct) = &can.direct {
        let kinds = if direct.kinds.is_empty() {
            String::new()
        } else {
            format!(" ({})", direct.kinds.join(" or "))
        };
        text.push_str(&entry(&format!("whoever is given it{kinds}"), &direct.access, &[]));
        text.push_str(&format!("  [direct] at {}:{}\n", direct.file, direct.line));
    }
    text
}

fn entry(who: &str, access: &Access, ways: &[Way]) -> String {
    let mut text = format!("{who}: {}\n", access_text(access, "  "));
    for way in ways {
        text.push_str(&format!("  {}\n", way_text(way)));
    }
    text
}

fn json(table: &Table, action: &str, can: &WhoCan) -> Value {
    let ways = |ways: &[Way]| ways.iter().map(way_json).collect::<Vec<_>>();
    let with = |mut json: Value, access: &Access| {
        put_access(&mut json, access);
        json
    };
    let roles = can.roles.iter().map(|role| {
        let mut json = json!({ "role": role.role, "kinds": role.kinds });
        put_some(&mut json, "scope", role.scope.as_deref());
        with_ways(with(json, &role.access), ways(&role.ways))
    });
    let kinds = can
        .kinds
        .iter()
        .map(|kind| with_ways(with(json!({ "kind": kind.kind }), &kind.access), ways(&kind.ways)));
    let mut json = json!({
        "format_version": JSON_FORMAT_VERSION,
        "policy": table.policy(),
        "version": table.version(),
        "action": action,
        "roles": roles.collect::<Vec<_>>(),
        "kinds": kinds.collect::<Vec<_>>(),
    });
    if let (Some(direct), Some(json)) = (&can.direct, json.as_object_mut()) {
        let direct_json =
            json!({ "kinds": direct.kinds, "file": direct.file, "line": direct.line });
        json.insert("direct".to_owned(), with(direct_json, &direct.access));
    }
    json
}

/// What goes last: through what, and what stands against it.
pub(super) fn with_ways(mut json: Value, ways: Vec<Value>) -> Value {
    if let Some(json) = json.as_object_mut() {
        json.insert("ways".to_owned(), ways.into());
    }
    json
}

/// A record for each entry through which someone may do it.
fn csv_text(can: &WhoCan) -> String {
    let mut out = csv::record(["role", "scope", "kinds"].into_iter().chain(CSV_COLUMNS));
    for role in &can.roles {
        let scope = role.scope.as_deref().unwrap_or_default();
        let first = [role.role.as_str(), scope, &role.kinds.join(" ")];
        out.push_str(&csv_records(&first, &role.access, &role.ways));
    }
    for kind in &can.kinds {
        out.push_str(&csv_records(&["", "", &kind.kind], &kind.access, &kind.ways));
    }
    if let Some(direct) = &can.direct {
        let kinds = direct.kinds.join(" ");
        out.push_str(&csv_records(&["[direct]", "", &kinds], &direct.access, &[]));
    }
    out
}
