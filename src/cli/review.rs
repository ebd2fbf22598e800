//! What `who`, `what` and `suggest` have in common: circumstances, conditions and entries.
//!
//! Not their questions, and not their answers.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use policyc::{
    Access, Assignment, Effect, Objection, Principal, Query, Request, Resource, Scope, Stands,
    Table, Term, Way,
};
use serde_json::{Map, Value, json};

use super::arguments::{Facts, Given, Notes, assertion, did_you_mean, parse_all};
use super::exit::Failure;
use super::output::one_line;
use super::{csv, input};

/// The policy, and what is given; what is left out may be anything.
#[derive(Debug, Args)]
pub(super) struct Circumstances {
    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    pub path: PathBuf,

    /// The policy to ask; may be left out where there is only one.
    #[arg(long, value_name = "ID")]
    pub policy: Option<String>,

    /// The principal's kind.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,

    /// The principal's id.
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// The resource's type.
    #[arg(long, value_name = "TYPE")]
    resource_type: Option<String>,

    /// The resource's id.
    #[arg(long, value_name = "ID")]
    resource_id: Option<String>,

    #[command(flatten)]
    facts: Facts,

    /// How to answer.
    #[arg(long, value_enum, default_value_t = ReviewFormat::Text)]
    pub format: ReviewFormat,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReviewFormat {
    Text,
    Json,
    Csv,
}

impl Circumstances {
    /// Asks with a request in which these are so.
    pub(super) fn ask<T>(
        &self,
        table: &Table,
        (action, assignments): (&str, &[Assignment<'_>]),
        answer: impl FnOnce(&Request<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let scopes = parse_all(&self.facts.scopes, Scope::parse)?;
        let given = Given::parse(Some(table), &self.facts.attributes)?;
        let assertions = self.facts.assertions.iter().map(|text| assertion(text));
        let assertions = assertions.collect::<Result<Vec<_>, Failure>>()?;
        self.check(table)?;
        let query = Query {
            principal: Principal {
                id: self.id.as_deref(),
                kind: self.kind.as_deref(),
                assignments,
                direct_actions: &[],
                attributes: &given.principal,
            },
            action,
            action_attributes: &given.action,
            resource: Resource {
                resource_type: self.resource_type.as_deref(),
                id: self.resource_id.as_deref(),
                scopes: &scopes,
                attributes: &given.resource,
            },
            context: &given.context,
            assertions: &assertions,
        };
        let request = Request::new(table, query);
        answer(&request.map_err(|error| Failure::Usage(error.to_string()))?)
    }

    /// Names that the policy does not know, and values that an attribute never has.
    fn check(&self, table: &Table) -> Result<(), Failure> {
        let mut notes = Notes::new(table);
        notes.kinds(&self.kind);
        notes.scopes(&self.facts.scopes);
        notes.attributes(&self.facts.attributes);
        notes.conditions(&self.facts.assertions);
        notes.refuse()?;
        if self.kind.is_some() && table.kinds().next().is_none() {
            return Err(Failure::Usage("the policy declares no kinds".to_owned()));
        }
        for text in &self.facts.attributes {
            let Some((name, value)) = text.split_once('=') else { continue };
            let values = table.attribute_values(name);
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            if !values.is_empty() && !values.contains(&value) {
                let near = did_you_mean(value, &values);
                return Err(Failure::Usage(format!(
                    "`--attr {text}` is none of its values, which are {}{near}",
                    values.join(", ")
                )));
            }
        }
        Ok(())
    }
}

/// `always`, or the conditions, each alternative on a line of its own.
pub(super) fn access_text(access: &Access, indent: &str) -> String {
    match access {
        Access::Conditional(alternatives) => {
            let alternatives: Vec<String> =
                alternatives.iter().map(|terms| all_of(terms)).collect();
            format!("when {}", alternatives.join(&format!("\n{indent}or when ")))
        }
        Access::Never => "never".to_owned(),
        _ => "always".to_owned(),
    }
}

fn all_of(terms: &[Term]) -> String {
    terms.iter().map(term_text).collect::<Vec<_>>().join(" and ")
}

fn term_text(term: &Term) -> String {
    match term {
        Term::Kind(kinds) => format!("the kind is {}", kinds.join(" or ")),
        Term::Scope { kind, ids, is_inside } => {
            let scopes: Vec<String> =
                ids.iter().map(|id| one_line(&format!("{kind}:{id}"))).collect();
            let not = if *is_inside { "" } else { "not " };
            format!("the resource is {not}in {}", scopes.join(" or "))
        }
        Term::Condition(condition) => {
            let stands = match condition.stands {
                Stands::Holds => "holds",
                Stands::Fails => "does not hold",
                Stands::NotKnownToHold => "is not known to hold",
                Stands::NotKnownToFail => "is not known to fail",
                _ => "is not known",
            };
            let test = condition.test.as_deref().map(one_line);
            let test = test.map_or_else(String::new, |test| format!(" ({test})"));
            format!("{} {stands}{test}", condition.name)
        }
        _ => "something else is so".to_owned(),
    }
}

/// An entry on a line: what it is, where it stands, and how it reaches who asks.
pub(super) fn way_text(way: &Way) -> String {
    let what = if way.is_grant { way.effect.as_str() } else { "[direct]" };
    let label = way.label.as_deref().map(one_line);
    let label = label.map_or_else(String::new, |label| format!(" “{label}”"));
    let mut text = format!("{what}{label} at {}:{}", way.file, way.line);
    if !way.roles.is_empty() {
        text.push_str(&format!(" through {}", way.roles.join(" → ")));
        text.extend(way.scope.as_deref().map(|scope| format!(" in {}", one_line(scope))));
        text.extend(way.through_kind.as_ref().map(|kind| format!(", which every {kind} holds")));
    } else if way.is_grant {
        text.push_str(" for everyone");
    }
    for (word, names) in [("when", &way.when), ("unless", &way.unless)] {
        if !names.is_empty() {
            text.push_str(&format!(", {word} {}", names.join(" and ")));
        }
    }
    text
}

/// A constraint that objects.
pub(super) fn objection_text(objection: &Objection<'_>) -> String {
    let title = objection.title.map(one_line);
    let title = title.map_or_else(String::new, |title| format!(" “{title}”"));
    let weight = if objection.is_error { "against" } else { "against the advice of" };
    let Objection { constraint, file, line, .. } = objection;
    format!("{weight} {constraint}{title} at {file}:{line}")
}

/// The keys of an access: `access`, and `any_of` where there are conditions.
pub(super) fn put_access(json: &mut Value, access: &Access) {
    let Some(json) = json.as_object_mut() else { return };
    json.insert("access".to_owned(), access.as_str().into());
    if let Access::Conditional(alternatives) = access {
        let any_of = alternatives.iter().map(|terms| terms.iter().map(term_json).collect());
        json.insert("any_of".to_owned(), any_of.collect::<Vec<Value>>().into());
    }
}

fn term_json(term: &Term) -> Value {
    match term {
        Term::Kind(kinds) => json!({ "kinds": kinds }),
        Term::Scope { kind, ids, is_inside } => {
            json!({ "scope": kind, "ids": ids, "is_inside": is_inside })
        }
        Term::Condition(condition) => {
            let mut json = json!({
                "condition": condition.name,
                "stands": condition.stands.as_str(),
            });
            put_some(&mut json, "title", condition.title.as_deref());
            put_some(&mut json, "test", condition.test.as_deref());
            json
        }
        _ => Value::Null,
    }
}

/// A key whose value is not there is left out.
pub(super) fn put_some(json: &mut Value, key: &str, text: Option<&str>) {
    if let (Some(json), Some(text)) = (json.as_object_mut(), text) {
        json.insert(key.to_owned(), text.into());
    }
}

/// Keys whose value is not there are left out.
pub(super) fn way_json(way: &Way) -> Value {
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            json.insert(key.to_owned(), value);
        }
    };
    put("stated_in", if way.is_grant { "grant" } else { "direct" }.into());
    put("effect", way.effect.as_str().into());
    put("file", way.file.as_str().into());
    put("line", way.line.into());
    put("label", way.label.clone().into());
    put("roles", way.roles.clone().into());
    put("through_kind", way.through_kind.clone().into());
    put("scope", way.scope.clone().into());
    put("when", way.when.clone().into());
    put("unless", way.unless.clone().into());
    Value::Object(json)
}

pub(super) fn objection_json(objection: &Objection<'_>) -> Value {
    let mut json = json!({
        "constraint": objection.constraint,
        "is_error": objection.is_error,
        "file": objection.file,
        "line": objection.line,
    });
    put_some(&mut json, "title", objection.title);
    json
}

/// The last columns of a record: `access`, `conditions`, `effect`, `through`, `file`, `line`.
pub(super) const CSV_COLUMNS: [&str; 6] =
    ["access", "conditions", "effect", "through", "file", "line"];

/// A record for each entry; one without an entry where there is none.
pub(super) fn csv_records(first: &[&str], access: &Access, ways: &[Way]) -> String {
    let conditions = match access {
        Access::Conditional(alternatives) => {
            alternatives.iter().map(|terms| all_of(terms)).collect::<Vec<_>>().join(" or when ")
        }
        _ => String::new(),
    };
    let record = |way: Option<&Way>| {
        let effect = way.map_or("", |way| way.effect.as_str());
        let through = way.map_or_else(String::new, |way| way.roles.join(" > "));
        let file = way.map_or_else(String::new, |way| csv::path(&way.file));
        let line = way.map_or_else(String::new, |way| way.line.to_string());
        let last = [access.as_str(), &conditions, effect, &through, &file, &line];
        csv::record(first.iter().copied().chain(last))
    };
    // A permit says more than a forbid that stands against it.
    let (permits, forbids): (Vec<&Way>, Vec<&Way>) =
        ways.iter().partition(|way| way.effect == Effect::Permit);
    let records: String = permits.into_iter().chain(forbids).map(|way| record(Some(way))).collect();
    if records.is_empty() { record(None) } else { records }
}
