//! `policyc decide`: one decision, or a batch of requests.
//!
//! Not the decision itself, and not the JSON form of requests: both are the library's.

use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use policyc::{
    Assignment, Bundle, DirectAction, Principal, Query, Request, RequestError, Resource, Scope,
    answer, answer_json, explain, remedies,
};
use serde_json::json;

use super::arguments::{self, Facts, Given, Notes, assertion, parse_all, usage};
use super::exit::{Exit, Failure};
use super::output::{self, Format};
use super::{Outcome, explanation, input};

/// Decide one request, or a batch of them.
#[derive(Debug, Args)]
pub(super) struct Decide {
    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    path: PathBuf,

    /// The policy to ask; may be left out where there is only one.
    #[arg(long, value_name = "ID")]
    policy: Option<String>,

    /// A role that the principal holds; repeat for several.
    #[arg(long = "role", value_name = "ROLE[@KIND:ID]")]
    roles: Vec<String>,

    /// An action that the principal was given directly; repeat for several.
    #[arg(long = "direct", value_name = "ACTION[@KIND:ID]")]
    direct_actions: Vec<String>,

    /// The principal's kind.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// The principal's id.
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// The action asked for.
    #[arg(long, value_name = "ACTION", required_unless_present = "requests")]
    action: Option<String>,

    /// The resource, split at the first `:`.
    #[arg(long, value_name = "TYPE:ID", conflicts_with_all = ["resource_type", "resource_id"])]
    resource: Option<String>,

    /// The resource's type by itself: where it has a `:`, or there is no id.
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,

    /// The resource's id by itself.
    #[arg(long, value_name = "ID")]
    resource_id: Option<String>,

    #[command(flatten)]
    facts: Facts,

    /// Answer though ticks differ or an invariant does not hold: what `check` found, replayed.
    #[arg(long)]
    unproved: bool,

    /// Say which grants decided, or what came nearest and what would allow it.
    #[arg(long)]
    explain: bool,

    /// Answer a file of requests, one JSON object a line; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "policy", "roles", "direct_actions", "kind", "id", "action", "resource", "resource_type",
        "resource_id", "scopes", "attributes", "assertions",
    ])]
    requests: Option<PathBuf>,

    /// How to answer; a batch always answers in JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(command: &Decide) -> Outcome {
    if command.requests.as_deref() == Some(Path::new("-")) && command.path == Path::new("-") {
        return Err(Failure::Usage(
            "policies and requests cannot both be standard input".to_owned(),
        ));
    }
    let bundle = if command.unproved {
        input::unproved_bundle(&command.path)?
    } else {
        input::bundle(&command.path)?
    };
    match &command.requests {
        Some(requests) => batch(&bundle, requests, command.explain),
        None => one(&bundle, command),
    }
}

/// Longest request; the largest that a service sends has a few thousand roles and attributes.
const REQUEST_MIB_MAX: u64 = 16;

/// Answers line by line, so that a pipe gets each answer as soon as it is there.
fn batch(bundle: &Bundle, requests: &Path, with_explanation: bool) -> Outcome {
    let cannot = || format!("cannot read `{}`", requests.display());
    let mut lines: Box<dyn BufRead> = if requests == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(std::fs::File::open(requests).with_context(cannot)?))
    };
    let mut out = std::io::stdout().lock();
    let (mut line_count, mut all_answered) = (0_usize, true);
    let mut line = Vec::new();
    while next_line(&mut lines, &mut line).with_context(cannot)? {
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // Some editors mark a file as UTF-8 by its first bytes; they are no part of a request.
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        line_count += 1;
        let text = std::str::from_utf8(line).map_err(|_| "not a request: not UTF-8".to_owned());
        let answer = text.and_then(|line| {
            answer(bundle, line, with_explanation).map_err(|error| error.to_string())
        });
        let answer = answer.unwrap_or_else(|error| {
            all_answered = false;
            json!({ "error": error })
        });
        writeln!(out, "{}", output::escaped(&answer.to_string()))?;
    }
    out.flush()?;
    if line_count == 0 {
        return Err(Failure::Usage(format!("no requests in `{}`", requests.display())));
    }
    Ok(if all_answered { Exit::Yes } else { Exit::Unanswered })
}

/// Reads another line, if there is one; a line that never ends is an error.
fn next_line(from: impl BufRead, line: &mut Vec<u8>) -> anyhow::Result<bool> {
    line.clear();
    let max = REQUEST_MIB_MAX * input::MIB;
    let length = from.take(max + 1).read_until(b'\n', line)?;
    let is_long = u64::try_from(length).is_ok_and(|length| length > max);
    anyhow::ensure!(!is_long, "a line in it is larger than {REQUEST_MIB_MAX} MiB");
    Ok(length > 0)
}

fn one(bundle: &Bundle, command: &Decide) -> Outcome {
    let table = match (&command.policy, bundle.tables()) {
        (Some(policy), _) => bundle.table(policy),
        (None, [only]) => Some(only),
        (None, _) => return Err(usage(&RequestError::PolicyMissing, bundle)),
    };
    let roles = parse_all(&command.roles, Assignment::parse)?;
    let direct_actions = parse_all(&command.direct_actions, DirectAction::parse)?;
    let scopes = parse_all(&command.facts.scopes, Scope::parse)?;
    let (resource_type, resource_id) = match &command.resource {
        None => (command.resource_type.as_deref(), command.resource_id.as_deref()),
        Some(resource) => {
            let split =
                resource.split_once(':').filter(|(of, id)| !of.is_empty() && !id.is_empty());
            let (of, id) = split.ok_or_else(|| {
                Failure::Usage(format!("`--resource {resource}` is not written TYPE:ID"))
            })?;
            (Some(of), Some(id))
        }
    };
    let given = Given::parse(table, &command.facts.attributes)?;
    let assertions = command.facts.assertions.iter().map(|text| assertion(text));
    let assertions = assertions.collect::<Result<Vec<_>, Failure>>()?;
    let query = Query {
        principal: Principal {
            id: command.id.as_deref(),
            kind: command.kind.as_deref(),
            assignments: &roles,
            direct_actions: &direct_actions,
            attributes: &given.principal,
        },
        action: command.action.as_deref().unwrap_or_default(),
        action_attributes: &given.action,
        resource: Resource {
            resource_type,
            id: resource_id,
            scopes: &scopes,
            attributes: &given.resource,
        },
        context: &given.context,
        assertions: &assertions,
    };
    let request = Request::for_policy(bundle, command.policy.as_deref(), query);
    let request = request.map_err(|error| usage(&error, bundle))?;
    let explanation = explain(&request);
    match command.format {
        Format::Json => output::print_json(&answer_json(&request, command.explain))?,
        Format::Text => {
            let mut text = explanation::text(&explanation, command.explain);
            if command.explain {
                text.push_str(&explanation::remedies_text(&remedies(&request)));
            }
            output::print(&text)?;
            output::complain(&suggestions(bundle, command));
        }
    }
    Ok(if explanation.decision.is_allowed() { Exit::Yes } else { Exit::No })
}

/// What names were not known, and which were perhaps meant; empty where all were.
fn suggestions(bundle: &Bundle, command: &Decide) -> String {
    let table = match &command.policy {
        Some(policy) => match bundle.table(policy) {
            Some(table) => table,
            None => return arguments::unknown_policy(bundle, policy),
        },
        None => match bundle.tables().first() {
            Some(table) => table,
            None => return String::new(),
        },
    };
    let mut notes = Notes::new(table);
    notes.actions(&command.action);
    notes.actions(&command.direct_actions);
    notes.roles(&command.roles);
    notes.kinds(&command.kind);
    notes.scopes(&command.facts.scopes);
    notes.attributes(&command.facts.attributes);
    notes.conditions(&command.facts.assertions);
    notes.text()
}
