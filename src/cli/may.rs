//! `policyc may`: whether someone may give or take a role.
//!
//! Not whether the role may be held: `policyc audit` answers that, and both are to be asked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use policyc::{
    Assignee, Assignment, Change, DelegationBasis, JSON_FORMAT_VERSION, Permission, Principal,
    Proposal, Scope, may_change,
};
use serde_json::json;

use super::arguments::{Given, Notes, assertion, parse_all, table};
use super::exit::{Exit, Failure};
use super::output::{self, Format, one_line};
use super::{Outcome, input};

/// Ask whether someone may assign or revoke a role.
#[derive(Debug, Args)]
pub(super) struct May {
    /// Whether the role is given or taken.
    #[arg(value_enum)]
    change: ChangeName,

    /// The role, and the scope in which it is given or taken.
    #[arg(value_name = "ROLE[@KIND:ID]")]
    role: String,

    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    path: PathBuf,

    /// The policy to ask; may be left out where there is only one.
    #[arg(long, value_name = "ID")]
    policy: Option<String>,

    /// A role that the assigner holds; repeat for several.
    #[arg(long = "as", value_name = "ROLE[@KIND:ID]")]
    as_roles: Vec<String>,

    /// The assigner's kind.
    #[arg(long, value_name = "KIND")]
    as_kind: Option<String>,

    /// The assigner's id.
    #[arg(long, value_name = "ID")]
    as_id: Option<String>,

    /// The assignee's kind.
    #[arg(long, value_name = "KIND")]
    to_kind: Option<String>,

    /// A role that the assignee holds before the change; repeat for several.
    #[arg(long = "to-role", value_name = "ROLE[@KIND:ID]")]
    to_roles: Vec<String>,

    /// The assignee's id.
    #[arg(long, value_name = "ID")]
    to_id: Option<String>,

    /// A scope that the role's own scope lies in; repeat for all.
    #[arg(long = "scope", value_name = "KIND:ID")]
    scopes: Vec<String>,

    /// An attribute of the assigner (`principal.…`), the assignee (`resource.…`) or the
    /// circumstances (`context.…`); repeat for several.
    #[arg(long = "attr", value_name = "NAME=VALUE")]
    attributes: Vec<String>,

    /// Assert a condition that has no test; repeat for several.
    #[arg(long = "assert", value_name = "CONDITION=true|false")]
    assertions: Vec<String>,

    /// How to answer.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChangeName {
    /// The role is given.
    Assign,
    /// The role is taken away.
    Revoke,
}

pub(super) fn run(command: &May) -> Outcome {
    let bundle = input::bundle(&command.path)?;
    let table = table(&bundle, command.policy.as_deref())?;
    let malformed = |error: policyc::MalformedName| Failure::Usage(error.to_string());
    let assignment = Assignment::parse(&command.role).map_err(malformed)?;
    let held = parse_all(&command.as_roles, Assignment::parse)?;
    let current = parse_all(&command.to_roles, Assignment::parse)?;
    let scopes = parse_all(&command.scopes, Scope::parse)?;
    if assignment.scope.is_none() && !scopes.is_empty() {
        let message = "`--scope` says what the role's own scope lies in, and the role has none";
        return Err(Failure::Usage(message.to_owned()));
    }
    let given = Given::parse(Some(table), &command.attributes)?;
    if !given.action.is_empty() {
        let message = "a change of roles has no `action` attributes";
        return Err(Failure::Usage(message.to_owned()));
    }
    let assertions = command.assertions.iter().map(|text| assertion(text));
    let assertions = assertions.collect::<Result<Vec<_>, Failure>>()?;
    let proposal = Proposal {
        change: match command.change {
            ChangeName::Assign => Change::Assign,
            ChangeName::Revoke => Change::Revoke,
        },
        assignment,
        assigner: Principal {
            id: command.as_id.as_deref(),
            kind: command.as_kind.as_deref(),
            assignments: &held,
            direct_actions: &[],
            attributes: &given.principal,
        },
        assignee: Assignee {
            id: command.to_id.as_deref(),
            kind: command.to_kind.as_deref(),
            assignments: &current,
            attributes: &given.resource,
        },
        scopes: &scopes,
        context: &given.context,
        assertions: &assertions,
    };
    let permission = may_change(table, &proposal);
    let permission = permission.map_err(|error| Failure::Usage(error.to_string()))?;
    match command.format {
        Format::Text => {
            output::print(&text(&permission))?;
            let mut notes = Notes::new(table);
            notes.roles([&command.role].into_iter().chain(&command.as_roles));
            notes.roles(&command.to_roles);
            notes.kinds(command.as_kind.iter().chain(&command.to_kind));
            notes.scopes(&command.scopes);
            notes.attributes(&command.attributes);
            notes.conditions(&command.assertions);
            output::complain(&notes.text());
        }
        Format::Json => output::print_json(&answer(&permission))?,
    }
    Ok(if permission.is_allowed() { Exit::Yes } else { Exit::No })
}

fn word(permission: &Permission<'_>) -> &'static str {
    if permission.is_allowed() { "allow" } else { "deny" }
}

fn text(permission: &Permission<'_>) -> String {
    let basis = permission.basis;
    let mut text = format!("{}: {}\n  {}\n", word(permission), basis.as_str(), sentence(basis));
    if let Some(entry) = permission.entry {
        let title = entry.title.map_or_else(String::new, |title| format!(" “{}”", one_line(title)));
        text.push_str(&format!("  delegation{title} at {}:{}\n", entry.file, entry.line));
        let because = entry.because.map(|because| format!("    because {}\n", one_line(because)));
        text.extend(because);
    }
    text
}

const fn sentence(basis: DelegationBasis) -> &'static str {
    match basis {
        DelegationBasis::Delegated => "a delegation lets the assigner do this",
        DelegationBasis::UnknownRole => "the policy has no such role",
        DelegationBasis::Fixed => "the role is fixed: it is never given or taken",
        DelegationBasis::ScopeMissing => "the role is held in a scope, and none is given",
        DelegationBasis::ScopeKind => "the role is not held in scopes of that kind",
        DelegationBasis::UnknownScope => "the scope is of a kind that the policy does not declare",
        DelegationBasis::ConditionUnknown => {
            "a delegation comes near, but whether its conditions hold is not known"
        }
        DelegationBasis::ConditionFalse => {
            "a delegation comes near, but a condition of it does not hold"
        }
        DelegationBasis::AssigneeRoles => {
            "a delegation comes near, but not with the roles that the assignee holds"
        }
        DelegationBasis::AssigneeKind => {
            "a delegation comes near, but not for an assignee of that kind, or of none given"
        }
        DelegationBasis::OutOfScope => {
            "the assigner holds the right role, but it is not known to count here: in this scope, \
             and for the assigner's kind"
        }
        DelegationBasis::AssignerRole => "the assigner holds no role that may do this",
        _ => "nobody may do this",
    }
}

fn answer(permission: &Permission<'_>) -> serde_json::Value {
    let entry = permission.entry.map(|entry| {
        json!({
            "file": entry.file,
            "line": entry.line,
            "title": entry.title,
            "because": entry.because,
        })
    });
    json!({
        "format_version": JSON_FORMAT_VERSION,
        "decision": word(permission),
        "basis": permission.basis.as_str(),
        "entry": entry,
    })
}
