//! Arguments that describe principals, resources and circumstances, as several commands take them.
//!
//! Not what is asked about them.

use clap::Args;
use policyc::{Bundle, MalformedName, RequestError, Table, Value, ValueType, nearest_name};

use super::exit::Failure;
use super::output::one_line;

/// The policy that is meant: the one named, else the only one there is.
pub(super) fn table<'b>(bundle: &'b Bundle, policy: Option<&str>) -> Result<&'b Table, Failure> {
    match (policy, bundle.tables()) {
        (Some(policy), _) => bundle.table(policy).ok_or_else(|| {
            let note = did_you_mean(policy, &policies(bundle));
            Failure::Usage(format!("unknown policy `{policy}`{note}"))
        }),
        (None, [only]) => Ok(only),
        (None, _) => Err(usage(&RequestError::PolicyMissing, bundle)),
    }
}

fn policies(bundle: &Bundle) -> Vec<&str> {
    bundle.tables().iter().map(Table::policy).collect()
}

pub(super) fn usage(error: &RequestError, bundle: &Bundle) -> Failure {
    match error {
        RequestError::PolicyMissing => Failure::Usage(format!(
            "there are several policies; name one with `--policy`: {}",
            policies(bundle).join(", ")
        )),
        error => Failure::Usage(error.to_string()),
    }
}

pub(super) fn parse_all<'a, T>(
    texts: &'a [String],
    parse: impl Fn(&'a str) -> Result<T, MalformedName>,
) -> Result<Vec<T>, Failure> {
    let parsed = texts.iter().map(|text| parse(text));
    parsed.collect::<Result<_, _>>().map_err(|error| Failure::Usage(error.to_string()))
}

pub(super) fn assertion(text: &str) -> Result<(&str, bool), Failure> {
    match text.split_once('=') {
        Some((condition, "true")) => Ok((condition, true)),
        Some((condition, "false")) => Ok((condition, false)),
        _ => Err(Failure::Usage(format!("`--assert {text}` is not written CONDITION=true|false"))),
    }
}

/// What a request says of its resource and its circumstances, in the flags of every command.
#[derive(Debug, Args)]
pub(super) struct Facts {
    /// A scope that the resource lies in; repeat for all, inner and outer.
    #[arg(long = "scope", value_name = "KIND:ID")]
    pub scopes: Vec<String>,

    /// An attribute by its full name: `principal.tenant=root`; repeat for several.
    #[arg(long = "attr", value_name = "NAME=VALUE")]
    pub attributes: Vec<String>,

    /// Assert a condition that has no test; repeat for several.
    #[arg(long = "assert", value_name = "CONDITION=true|false")]
    pub assertions: Vec<String>,
}

/// Attributes by namespace, as a query takes them.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub principal: Vec<(&'a str, Value<'a>)>,
    pub resource: Vec<(&'a str, Value<'a>)>,
    pub action: Vec<(&'a str, Value<'a>)>,
    pub context: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Given<'a> {
    /// A value is read as its attribute is declared: `7` is a text where a text is declared.
    pub(super) fn parse(table: Option<&Table>, texts: &'a [String]) -> Result<Self, Failure> {
        let mut given = Self::default();
        for text in texts {
            let usage = |message: &str| Failure::Usage(format!("`--attr {text}` {message}"));
            let (name, value) =
                text.split_once('=').ok_or_else(|| usage("is not written NAME=VALUE"))?;
            let (namespace, local) = name
                .split_once('.')
                .ok_or_else(|| usage("names no attribute; one is written `principal.tenant`"))?;
            let attributes = match namespace {
                "principal" => &mut given.principal,
                "resource" => &mut given.resource,
                "action" => &mut given.action,
                "context" => &mut given.context,
                _ => {
                    let namespaces =
                        "is in no namespace: `principal`, `resource`, `action`, `context`";
                    return Err(usage(namespaces));
                }
            };
            let value = match table.and_then(|table| table.attribute_type(name)) {
                Some(ValueType::Integer) => Value::Integer(
                    value
                        .parse()
                        .map_err(|_| usage("is no integer, as the attribute is declared"))?,
                ),
                Some(ValueType::Boolean) => Value::Boolean(value.parse().map_err(|_| {
                    usage("is neither `true` nor `false`, as the attribute is declared")
                })?),
                _ => Value::String(value),
            };
            attributes.push((local, value));
        }
        Ok(given)
    }
}

/// What names a policy does not know, and which were perhaps meant.
pub(super) struct Notes<'t> {
    table: &'t Table,
    notes: Vec<String>,
}

impl<'t> Notes<'t> {
    pub(super) const fn new(table: &'t Table) -> Self {
        Self { table, notes: Vec::new() }
    }

    fn check(&mut self, what: &str, name: &str, known: &[&str]) {
        let note = unknown(what, name, known);
        if !known.contains(&name) && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Actions, each perhaps given directly in a scope.
    pub(super) fn actions<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        let known: Vec<&str> = self.table.actions().collect();
        for text in given {
            self.scoped("action", text, &known);
        }
    }

    /// Roles, each perhaps in a scope.
    pub(super) fn roles<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        let known: Vec<&str> = self.table.roles().collect();
        for text in given {
            self.scoped("role", text, &known);
        }
    }

    fn scoped(&mut self, what: &str, text: &str, known: &[&str]) {
        let (name, scope) =
            text.split_once('@').map_or((text, None), |(name, scope)| (name, Some(scope)));
        self.check(what, name, known);
        if let Some(scope) = scope {
            self.scope(scope);
        }
    }

    pub(super) fn kinds<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        let known: Vec<&str> = self.table.kinds().collect();
        for kind in given.into_iter().filter(|_| !known.is_empty()) {
            self.check("kind", kind, &known);
        }
    }

    pub(super) fn scopes<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        given.into_iter().for_each(|scope| self.scope(scope));
    }

    fn scope(&mut self, scope: &str) {
        let known: Vec<&str> = self.table.scope_kinds().collect();
        if let Some((kind, _)) = scope.split_once(':') {
            self.check("scope kind", kind, &known);
        }
    }

    pub(super) fn attributes<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        let known: Vec<String> = self.table.attributes().collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        for (name, _) in given.into_iter().filter_map(|text| text.split_once('=')) {
            self.check("attribute", name, &known);
        }
    }

    pub(super) fn conditions<'a>(&mut self, given: impl IntoIterator<Item = &'a String>) {
        let known: Vec<&str> = self.table.conditions().collect();
        for (name, _) in given.into_iter().filter_map(|text| text.split_once('=')) {
            self.check("condition", name, &known);
        }
    }

    /// An error where a name is not known: what is asked about would not be what is meant.
    pub(super) fn refuse(&self) -> Result<(), Failure> {
        let names: Vec<&str> =
            self.notes.iter().map(|note| note.trim_start_matches("note: ").trim_end()).collect();
        if names.is_empty() { Ok(()) } else { Err(Failure::Usage(names.join("\nerror: "))) }
    }

    /// A line for each; empty where all names are known.
    pub(super) fn text(&self) -> String {
        self.notes.concat()
    }
}

/// The note on a policy that is not there.
pub(super) fn unknown_policy(bundle: &Bundle, policy: &str) -> String {
    unknown("policy", policy, &policies(bundle))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let name = one_line(name);
    format!("note: unknown {what} `{name}`{}\n", did_you_mean(&name, known))
}

/// "; did you mean …?", or nothing.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    nearest_name(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
