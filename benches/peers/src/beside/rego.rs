//! Rego in regorus: its virtual machine with two forms of the data, and its interpreter.
//!
//! No cache between requests: input differs, and what a rule says is worked out anew.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine as Interpreter, Rc, Value};
use serde_json::{Map, json};

use super::engine::Engine;
use super::sizes::{Asked, Cells};

const ENTRY_POINT: &str = "data.peers.allow";

const BY_ACTION: &str = "package peers

import rego.v1

default allow := false

allow if {
	some role in input.roles
	data.cells[input.action][role]
}
";

const BY_ROLE: &str = "package peers

import rego.v1

default allow := false

allow if {
	some role in input.roles
	data.cells[role][input.action]
}
";

/// For each action an object of its roles.
fn by_action(cells: &Cells) -> Vec<u8> {
    let mut actions = Map::new();
    for (action, roles) in cells.actions.iter().zip(&cells.allowed) {
        let roles: Map<_, _> = roles.iter().map(|role| (role.clone(), true.into())).collect();
        actions.insert(action.clone(), roles.into());
    }
    json!({ "cells": actions }).to_string().into_bytes()
}

/// For each role an object of its actions.
fn by_role(cells: &Cells) -> Vec<u8> {
    let mut by_role = Map::new();
    for role in &cells.roles {
        let of_role = cells.actions.iter().zip(&cells.allowed);
        let actions = of_role.filter(|(_, roles)| roles.contains(role));
        let actions: Map<_, _> = actions.map(|(action, _)| (action.clone(), true.into())).collect();
        by_role.insert(role.clone(), actions.into());
    }
    json!({ "cells": by_role }).to_string().into_bytes()
}

/// The request as input, built as a value: no JSON is parsed.
fn input(asked: &Asked) -> Value {
    let roles: Vec<Value> = asked.roles.iter().map(|role| role.as_str().into()).collect();
    let members = [("action", asked.action.as_str().into()), ("roles", roles.into())];
    let members = members.map(|(name, value): (&str, Value)| (Value::from(name), value));
    Value::from(std::collections::BTreeMap::from(members))
}

fn data(stored: &[u8]) -> Value {
    Value::from_json_str(std::str::from_utf8(stored).expect("text")).expect("JSON")
}

fn machine(rules: &str, stored: &[u8]) -> RegoVM {
    let mut engine = Interpreter::new();
    engine.add_policy("policy.rego".to_owned(), rules.to_owned()).expect("Rego");
    let entry_point: Rc<str> = ENTRY_POINT.into();
    let compiled = engine.compile_with_entrypoint(&entry_point).expect("it compiles");
    let program = Compiler::compile_from_policy(&compiled, &[ENTRY_POINT]).expect("it compiles");
    let mut machine = RegoVM::new();
    machine.load_program(program);
    machine.set_data(data(stored)).expect("rules and data are apart");
    machine
}

fn run(machine: &mut RegoVM, input: Value) -> bool {
    machine.set_input(input);
    *machine.execute().expect("an answer").as_bool().expect("it has a default")
}

/// The virtual machine, data by role or by action.
pub(super) struct Machine<const BY_ROLE_FIRST: bool>(RegoVM);

impl<const BY_ROLE_FIRST: bool> Engine for Machine<BY_ROLE_FIRST> {
    type Ready = Value;

    fn stored(cells: &Cells) -> Vec<u8> {
        if BY_ROLE_FIRST { by_role(cells) } else { by_action(cells) }
    }

    fn load(stored: &[u8]) -> Self {
        Self(machine(if BY_ROLE_FIRST { BY_ROLE } else { BY_ACTION }, stored))
    }

    fn ready(&self, asked: &'static Asked) -> Value {
        input(asked)
    }

    fn decide_ready(&mut self, ready: &Value) -> bool {
        run(&mut self.0, ready.clone())
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        run(&mut self.0, input(asked))
    }
}

/// The interpreter, data by action.
pub(super) struct Interpreted(Interpreter);

impl Interpreted {
    fn run(&mut self, input: Value) -> bool {
        self.0.set_input(input);
        let value = self.0.eval_rule(ENTRY_POINT.to_owned()).expect("an answer");
        *value.as_bool().expect("it has a default")
    }
}

impl Engine for Interpreted {
    type Ready = Value;

    fn stored(cells: &Cells) -> Vec<u8> {
        by_action(cells)
    }

    fn load(stored: &[u8]) -> Self {
        let mut engine = Interpreter::new();
        engine.add_policy("policy.rego".to_owned(), BY_ACTION.to_owned()).expect("Rego");
        engine.add_data(data(stored)).expect("data");
        // The first evaluation prepares the engine; that is a part of loading.
        engine.set_input(Value::new_object());
        engine.eval_rule(ENTRY_POINT.to_owned()).expect("an answer");
        Self(engine)
    }

    fn ready(&self, asked: &'static Asked) -> Value {
        input(asked)
    }

    fn decide_ready(&mut self, ready: &Value) -> bool {
        self.run(ready.clone())
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        self.run(input(asked))
    }
}
