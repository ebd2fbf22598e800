//! A policy as Cedar's text: a policy for each grant, and for each action given directly.
//!
//! Not a decision of its own: three values become two expressions for each condition, "known to
//! hold" and "known not to", with `has` before everything that may be missing.

use serde_json::Value;

use crate::oracle_policy::{Direct, Grant, Policy, Role, Test};

/// Stands for every scope kind that the policy does not declare.
pub(super) const UNDECLARED_SCOPE: &str = "?";

pub(super) const KIND: &str = "principal.kind";

/// Whether a role counts wherever it is held unscoped, whoever holds it.
pub(super) fn is_plain(role: &Role) -> bool {
    role.kinds.is_none() && role.scope.is_none()
}

/// A string as Cedar writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            ' '..='~' => quoted.push(char),
            other => quoted.extend(other.escape_unicode()),
        }
    }
    quoted + "\""
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn any_of(terms: Vec<String>) -> String {
    if terms.is_empty() { "false".to_owned() } else { format!("({})", terms.join(" || ")) }
}

fn all_of(terms: Vec<String>) -> String {
    if terms.is_empty() { "true".to_owned() } else { format!("({})", terms.join(" && ")) }
}

/// Where in a request an attribute is: `principal["principal.team"]`.
fn place(attribute: &str) -> (&'static str, String) {
    let entity = match attribute.split_once('.') {
        Some(("principal", _)) => "principal",
        Some(("resource", _)) => "resource",
        _ => "context",
    };
    (entity, format!("{entity}[{}]", quoted(attribute)))
}

/// Whether something is to be known, or only not known not to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Degree {
    Known,
    Possible,
}

/// The policies that say what the policy does.
pub(super) fn policies(policy: &Policy) -> String {
    Translator { policy }.policies()
}

struct Translator<'p> {
    policy: &'p Policy,
}

impl Translator<'_> {
    fn policies(&self) -> String {
        let mut policies: Vec<String> = Vec::new();
        if !self.policy.kinds.is_empty() {
            let kinds = list(self.policy.kinds.iter().map(|kind| quoted(&kind.name)));
            policies.push(format!(
                "forbid(principal, action, resource) when {{ principal has \"{KIND}\" && \
                 !{kinds}.contains(principal[\"{KIND}\"]) }};"
            ));
        }
        for grant in &self.policy.grants {
            policies.push(self.grant(grant));
        }
        if let Some(direct) = &self.policy.direct {
            policies.extend(direct.actions.iter().map(|action| self.direct(direct, action)));
        }
        policies.join("\n")
    }

    fn grant(&self, grant: &Grant) -> String {
        let (effect, degree) = match grant.forbids {
            true => ("forbid", Degree::Possible),
            false => ("permit", Degree::Known),
        };
        let actions =
            list(grant.actions.iter().map(|action| format!("Action::{}", quoted(action))));
        let holders = match grant.reaches_everyone() {
            true => "true".to_owned(),
            false => any_of(self.holders(grant, degree)),
        };
        let conditions = self.conditions(grant, degree);
        format!(
            "{effect}(principal, action in {actions}, resource) when {{ {holders} }} when {{ \
             {conditions} }};"
        )
    }

    /// Who holds a role of the grant, or a senior of one, so that it counts to the degree.
    fn holders(&self, grant: &Grant, degree: Degree) -> Vec<String> {
        let named = list(grant.roles.iter().map(|role| format!("Role::{}", quoted(role))));
        let mut ways = vec![format!("principal in {named}")];
        let reaching = self.policy.roles.iter();
        for role in reaching.filter(|role| grant.reaches(&self.policy.reached(role))) {
            let kind = self.kind(role.kinds.as_ref(), degree);
            let places = any_of(self.places(role, grant.anywhere, degree));
            ways.push(all_of(vec![places, kind]));
        }
        // While the kind is missing, the roles of every kind are held, and not known to be.
        let holds = self.policy.kinds.iter().flat_map(|kind| &kind.holds);
        let mut held = holds.filter_map(|name| self.policy.role(name));
        if degree == Degree::Possible && held.any(|r| grant.reaches(&self.policy.reached(r))) {
            ways.push(format!("!(principal has \"{KIND}\")"));
        }
        ways
    }

    /// Where the role itself is held so that it counts there to the degree.
    fn places(&self, role: &Role, anywhere: bool, degree: Degree) -> Vec<String> {
        let mut places = Vec::new();
        if degree == Degree::Possible || (role.scope.is_none() && !is_plain(role)) {
            places.push(format!("principal in Held::{}", quoted(&role.name)));
        }
        let name = &role.name;
        let demanded = role.scope.as_deref();
        places.extend(self.in_scopes("assigned", name, demanded, anywhere, degree));
        places
    }

    /// Whether something is held in a scope of one kind or another that counts to the degree.
    fn in_scopes(
        &self,
        record: &str,
        name: &str,
        demanded: Option<&str>,
        anywhere: bool,
        degree: Degree,
    ) -> Vec<String> {
        let held = format!("principal.{record}[{}]", quoted(name));
        let has = format!("principal.{record} has {}", quoted(name));
        let mut ways = Vec::new();
        let kinds = self.policy.scopes.iter().map(|scope| scope.kind.as_str());
        for kind in kinds.chain([UNDECLARED_SCOPE]) {
            let is_right = match (demanded, self.policy.scope(kind)) {
                (_, None) => false,
                (Some(demanded), _) => demanded == kind,
                (None, Some(declared)) => declared.within.is_none(),
            };
            let held_there = format!("{has} && {held} has {}", quoted(kind));
            let inside = format!("resource.scopes.containsAny({held}[{}])", quoted(kind));
            match (is_right, degree) {
                (false, Degree::Known) => {}
                (false, Degree::Possible) => ways.push(format!("({held_there})")),
                (true, _) if anywhere => ways.push(format!("({held_there})")),
                (true, Degree::Known) => {
                    ways.push(format!("({held_there} && resource has scopes && {inside})"));
                }
                (true, Degree::Possible) => {
                    ways.push(format!("({held_there} && (!(resource has scopes) || {inside}))"));
                }
            }
        }
        ways
    }

    /// Whether the principal's kind is among those that may hold something, to the degree.
    fn kind(&self, kinds: Option<&Vec<String>>, degree: Degree) -> String {
        let Some(kinds) = kinds else {
            return "true".to_owned();
        };
        let kinds = list(kinds.iter().map(|kind| quoted(kind)));
        let among = format!("{kinds}.contains(principal[\"{KIND}\"])");
        match degree {
            Degree::Known => format!("(principal has \"{KIND}\" && {among})"),
            Degree::Possible => format!("(!(principal has \"{KIND}\") || {among})"),
        }
    }

    fn direct(&self, direct: &Direct, action: &str) -> String {
        let quoted_action = quoted(action);
        let mut ways = vec![format!("principal.direct.contains({quoted_action})")];
        ways.extend(self.in_scopes("direct_in", action, None, false, Degree::Known));
        let kind = self.kind(direct.kinds.as_ref(), Degree::Known);
        format!(
            "permit(principal, action == Action::{quoted_action}, resource) \
             when {{ {kind} && {} }};",
            any_of(ways)
        )
    }

    fn conditions(&self, grant: &Grant, degree: Degree) -> String {
        let term = |name: &String, truth: bool| match degree {
            Degree::Known => self.holds(name, truth),
            Degree::Possible => format!("!{}", self.holds(name, !truth)),
        };
        let when = grant.when.iter().map(|name| term(name, true));
        all_of(when.chain(grant.unless.iter().map(|name| term(name, false))).collect())
    }

    /// Whether a condition is known to hold, or with `truth` false known not to hold.
    fn holds(&self, name: &str, truth: bool) -> String {
        let not = if truth { "" } else { "!" };
        let each = |names: &[String]| names.iter().map(|name| self.holds(name, truth)).collect();
        let test = |attribute: &str, test: &str| {
            let (_, value) = place(attribute);
            format!("({} && {not}({value} {test}))", self.known(attribute))
        };
        match &self.policy.condition(name).expect("conditions are declared").test {
            Test::In(attribute, literals) => {
                let (_, value) = place(attribute);
                let literals = list(literals.iter().map(literal));
                format!("({} && {not}({literals}.contains({value})))", self.known(attribute))
            }
            Test::AtLeast(attribute, bound) => test(attribute, &format!(">= {bound}")),
            Test::AtMost(attribute, bound) => test(attribute, &format!("<= {bound}")),
            Test::Matches(attribute, other) => {
                let equal = test(attribute, &format!("== {}", place(other).1));
                format!("({} && {equal})", self.known(other))
            }
            Test::All(names) if truth => all_of(each(names)),
            Test::All(names) => any_of(each(names)),
            Test::Any(names) if truth => any_of(each(names)),
            Test::Any(names) => all_of(each(names)),
            Test::Not(name) => self.holds(name, !truth),
            Test::Asserted => {
                let key = quoted(&format!("assert:{name}"));
                format!("(context has {key} && {not}context[{key}])")
            }
        }
    }

    /// Whether an attribute is there, with one of its values where they are declared.
    fn known(&self, attribute: &str) -> String {
        let (entity, value) = place(attribute);
        let is_there = format!("{entity} has {}", quoted(attribute));
        match &self.policy.attribute(attribute).values {
            None => is_there,
            Some(values) => {
                format!("{is_there} && {}.contains({value})", list(values.iter().map(literal)))
            }
        }
    }
}
