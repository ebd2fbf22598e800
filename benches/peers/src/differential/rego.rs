//! A policy in Rego: rules and data made of it, and requests put to them.
//!
//! Not a decision of its own: three values become two rules for each condition, one for "known to
//! hold" and one for "known not to". Roles, kinds and scopes are data, and the rules that read them
//! are the same for every policy.
//!
//! Values are read with `=` and never with `:=`. Both leave a rule undefined where the value is;
//! but the virtual machine of regorus 0.14.1 goes on after a `:=`, and a `not` that follows then
//! holds. Its interpreter does not.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine, Rc};
use serde_json::{Map, Value, json};

use super::asked::{Asked, Given};
use crate::oracle_policy::{Grant, Policy, Test};

const ENTRY_POINT: &str = "data.policy.allow";

/// No request to a small policy takes so many; the virtual machine has a limit, and this is no test
/// of that.
const INSTRUCTIONS_MAX: usize = 10_000_000;

/// What is the same for every policy: which roles count, and how a decision comes about.
const RULES: &str = r#"package policy

import rego.v1

default allow := false

allow if {
	permit
	not forbid
	not undeclared_kind
}

default permit := false

default forbid := false

undeclared_kind if {
	input.kind
	not input.kind in data.kinds
}

kind_known(role) if {
	data.roles[role]
	not data.roles[role].kinds
}

kind_known(role) if input.kind in data.roles[role].kinds

kind_possible(role) if {
	data.roles[role]
	not data.roles[role].kinds
}

kind_possible(role) if {
	data.roles[role]
	not input.kind
}

kind_possible(role) if input.kind in data.roles[role].kinds

right_scope(held) if data.roles[held.role].scope == held.scope.kind

right_scope(held) if {
	not data.roles[held.role].scope
	data.outermost[held.scope.kind]
}

placed(held) if {
	not held.scope
	not data.roles[held.role].scope
}

placed(held) if right_scope(held)

in_scope(held) if not held.scope

in_scope(held) if held.scope.text in input.scopes

may_be_in_scope(held) if in_scope(held)

may_be_in_scope(held) if not placed(held)

may_be_in_scope(held) if not input.scopes

juniors(role) := graph.reachable(data.juniors, {role})

known contains role if {
	some held in input.roles
	kind_known(held.role)
	placed(held)
	in_scope(held)
	some role in juniors(held.role)
}

known contains role if some role in held_by_kind

known_anywhere contains role if {
	some held in input.roles
	kind_known(held.role)
	placed(held)
	some role in juniors(held.role)
}

known_anywhere contains role if some role in held_by_kind

possible contains role if {
	some held in input.roles
	kind_possible(held.role)
	may_be_in_scope(held)
	some role in juniors(held.role)
}

possible contains role if some role in may_be_held_by_kind

possible_anywhere contains role if {
	some held in input.roles
	kind_possible(held.role)
	some role in juniors(held.role)
}

possible_anywhere contains role if some role in may_be_held_by_kind

held_by_kind contains role if {
	some held in data.holds[input.kind]
	some role in juniors(held)
}

may_be_held_by_kind contains role if some role in held_by_kind

may_be_held_by_kind contains role if {
	not input.kind
	some kind in data.kinds
	some held in data.holds[kind]
	some role in juniors(held)
}
"#;

/// A policy that the virtual machine for Rego has loaded.
pub(super) struct Rego {
    text: String,
    machine: RegoVM,
}

impl Rego {
    pub(super) fn new(policy: &Policy) -> Rego {
        let text = rules(policy);
        let mut engine = Engine::new();
        if let Err(error) = engine.add_policy("policy.rego".to_owned(), text.clone()) {
            panic!("{error}\n{text}");
        }
        let entry_point: Rc<str> = ENTRY_POINT.into();
        let compiled = engine.compile_with_entrypoint(&entry_point).expect("it compiles");
        let program = Compiler::compile_from_policy(&compiled, &[ENTRY_POINT]);
        let mut machine = RegoVM::new();
        machine.load_program(program.expect("it compiles"));
        machine.set_max_instructions(INSTRUCTIONS_MAX);
        machine.set_data(data(policy).into()).expect("rules and data are apart");
        Rego { text, machine }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn allows(&mut self, asked: &Asked) -> bool {
        self.machine.set_input(input(asked).into());
        match self.machine.execute() {
            Ok(value) => *value.as_bool().expect("it has a default"),
            Err(error) => panic!("{error}\n{}\n{}", self.text, input(asked)),
        }
    }
}

fn data(policy: &Policy) -> Value {
    let mut roles = Map::new();
    for role in &policy.roles {
        let mut entry = Map::new();
        if let Some(kinds) = &role.kinds {
            entry.insert("kinds".to_owned(), kinds.as_slice().into());
        }
        if let Some(scope) = &role.scope {
            entry.insert("scope".to_owned(), scope.as_str().into());
        }
        roles.insert(role.name.clone(), entry.into());
    }
    let pairs = |pairs: Vec<(&String, Value)>| -> Value {
        pairs.into_iter().map(|(name, value)| (name.clone(), value)).collect::<Map<_, _>>().into()
    };
    let juniors = policy.roles.iter().map(|role| (&role.name, role.inherits.as_slice().into()));
    let holds = policy.kinds.iter().map(|kind| (&kind.name, kind.holds.as_slice().into()));
    let outermost = policy.scopes.iter().map(|scope| (&scope.kind, scope.within.is_none().into()));
    json!({
        "roles": roles,
        "kinds": policy.kinds.iter().map(|kind| &kind.name).collect::<Vec<_>>(),
        "juniors": pairs(juniors.collect()),
        "holds": pairs(holds.collect()),
        "outermost": pairs(outermost.collect()),
    })
}

fn input(asked: &Asked) -> Value {
    let given = |key: &str, given: &[Given]| -> Value {
        let one = |one: &Given| match one.scope {
            None => json!({ key: one.name }),
            // A kind that is not declared is null, which no role asks for.
            Some(scope) => {
                json!({ key: one.name, "scope": { "kind": scope.kind, "text": scope.text } })
            }
        };
        given.iter().map(one).collect()
    };
    let attributes = asked.attributes.iter().map(|(name, value)| ((*name).to_owned(), *value));
    let attributes: Map<String, Value> =
        attributes.map(|(name, value)| (name, value.clone())).collect();
    let asserted = asked.asserted.iter().map(|(name, truth)| ((*name).to_owned(), (*truth).into()));
    let mut input = json!({
        "action": asked.action,
        "roles": given("role", &asked.roles),
        "direct": given("action", &asked.direct),
        "attributes": attributes,
        "assert": asserted.collect::<Map<String, Value>>(),
    });
    if let Some(kind) = asked.kind {
        input["kind"] = kind.into();
        input["attributes"]["principal.kind"] = kind.into();
    }
    if let Some(scopes) = &asked.scopes {
        input["scopes"] = scopes.as_slice().into();
    }
    input
}

/// The rules of every policy, then those of this one.
fn rules(policy: &Policy) -> String {
    let mut text = RULES.to_owned();
    for (number, attribute) in policy.attributes.iter().enumerate() {
        let place = json!(attribute.name);
        let known = match &attribute.values {
            Some(values) => format!("\tvalue in {}\n", set(values)),
            None => String::new(),
        };
        text += &format!(
            "\nattribute_{number} := value if {{\n\tvalue = input.attributes[{place}]\n{known}}}\n"
        );
    }
    for (number, condition) in policy.conditions.iter().enumerate() {
        for body in condition_bodies(policy, &condition.name, &condition.test, true) {
            text += &rule(&format!("true_{number}"), &body);
        }
        for body in condition_bodies(policy, &condition.name, &condition.test, false) {
            text += &rule(&format!("false_{number}"), &body);
        }
    }
    for grant in &policy.grants {
        let name = if grant.forbids { "forbid" } else { "permit" };
        text += &rule(name, &grant_body(policy, grant));
    }
    if let Some(direct) = &policy.direct {
        let mut body = vec![format!("input.action in {}", set(&direct.actions))];
        if let Some(kinds) = &direct.kinds {
            body.push(format!("input.kind in {}", set(kinds)));
        }
        body.push("some given in input.direct".to_owned());
        body.push("given.action == input.action".to_owned());
        let unscoped = [body.as_slice(), &["not given.scope".to_owned()]].concat();
        body.push("data.outermost[given.scope.kind]".to_owned());
        body.push("given.scope.text in input.scopes".to_owned());
        text += &rule("permit", &unscoped);
        text += &rule("permit", &body);
    }
    text
}

/// A rule that holds where all lines of its body do.
fn rule(name: &str, body: &[String]) -> String {
    format!("\n{name} if {{\n\t{}\n}}\n", body.join("\n\t"))
}

fn set<T: Into<Value> + Clone>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().cloned().map(|item| item.into().to_string()).collect();
    if items.is_empty() { "set()".to_owned() } else { format!("{{{}}}", items.join(", ")) }
}

fn grant_body(policy: &Policy, grant: &Grant) -> Vec<String> {
    let mut body = vec![format!("input.action in {}", set(&grant.actions))];
    if !grant.reaches_everyone() {
        let degree = if grant.forbids { "possible" } else { "known" };
        let place = if grant.anywhere { "_anywhere" } else { "" };
        body.push(format!("some role in {}", set(&grant.roles)));
        body.push(format!("role in {degree}{place}"));
    }
    // A permit wants its conditions known to hold, a forbid only not known to fail.
    let term = |name: &String, truth: bool| match grant.forbids {
        false => condition_rule(policy, name, truth),
        true => format!("not {}", condition_rule(policy, name, !truth)),
    };
    body.extend(grant.when.iter().map(|name| term(name, true)));
    body.extend(grant.unless.iter().map(|name| term(name, false)));
    body
}

fn condition_rule(policy: &Policy, name: &str, truth: bool) -> String {
    let number = policy.conditions.iter().position(|condition| condition.name == name);
    format!("{truth}_{}", number.expect("conditions are declared"))
}

fn attribute_rule(policy: &Policy, name: &str) -> String {
    let number = policy.attributes.iter().position(|attribute| attribute.name == name);
    format!("attribute_{}", number.expect("attributes are declared"))
}

/// When a condition is known to hold, or with `truth` false known not to: any of the bodies.
fn condition_bodies(policy: &Policy, name: &str, test: &Test, truth: bool) -> Vec<Vec<String>> {
    let read = |attribute: &String| format!("value = {}", attribute_rule(policy, attribute));
    let compare = |attribute: &String, operator: &str, bound: i64| {
        vec![vec![read(attribute), format!("value {operator} {bound}")]]
    };
    let each = |names: &[String]| -> Vec<String> {
        names.iter().map(|name| condition_rule(policy, name, truth)).collect()
    };
    match test {
        Test::In(attribute, literals) => {
            let not = if truth { "" } else { "not " };
            vec![vec![read(attribute), format!("{not}value in {}", set(literals))]]
        }
        Test::AtLeast(attribute, bound) if truth => compare(attribute, ">=", *bound),
        Test::AtLeast(attribute, bound) => compare(attribute, "<", *bound),
        Test::AtMost(attribute, bound) if truth => compare(attribute, "<=", *bound),
        Test::AtMost(attribute, bound) => compare(attribute, ">", *bound),
        Test::Matches(attribute, other) => {
            let other = format!("other = {}", attribute_rule(policy, other));
            let compared = format!("value {} other", if truth { "==" } else { "!=" });
            vec![vec![read(attribute), other, compared]]
        }
        Test::All(names) if truth => vec![each(names)],
        Test::Any(names) if !truth => vec![each(names)],
        Test::All(names) | Test::Any(names) => {
            names.iter().map(|name| vec![condition_rule(policy, name, truth)]).collect()
        }
        Test::Not(name) => vec![vec![condition_rule(policy, name, !truth)]],
        Test::Asserted => vec![vec![format!("input.assert[{}] == {truth}", json!(name))]],
    }
}
