//! casbin, with a line for each action, a line for each cell, and its RBAC model.
//!
//! No cache of decisions: requests are measured, not repetitions of them. casbin tries its lines
//! one after the other, so every model compares the action first and fewer lines are better.

use std::fmt::Write;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use casbin::function_map::OperatorFunction;
use casbin::rhai::{Dynamic, ImmutableString};
use casbin::{CoreApi, DefaultModel, Enforcer, StringAdapter};

use super::engine::Engine;
use super::sizes::{Asked, Cells};

/// A line holds an action and all its roles, each between semicolons.
const ROWS: &str = "[request_definition]
r = act, one, two, three
[policy_definition]
p = act, roles
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && any_in(p.roles, r.one, r.two, r.three)
";

const CELLS: &str = "[request_definition]
r = act, one, two, three
[policy_definition]
p = act, role
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && (r.one == p.role || r.two == p.role || r.three == p.role)
";

/// The model of casbin's documentation; who holds which roles is loaded with the policy.
const GROUPS: &str = "[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && g(r.sub, p.sub)
";

/// So many of the requests are users that the RBAC model knows.
pub(super) const USERS: usize = 64;

type Arguments = Vec<ImmutableString>;

/// Nothing here waits for anything: a future is ready when it is asked.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a string adapter does not wait"),
    }
}

fn enforcer(model: &str, stored: &[u8]) -> Enforcer {
    let stored = std::str::from_utf8(stored).expect("text");
    let model = now(DefaultModel::from_str(model)).expect("a model");
    now(Enforcer::new(model, StringAdapter::new(stored))).expect("an enforcer")
}

/// The action and three roles, the absent ones written so that no line has them.
fn arguments(asked: &Asked, fence: &str) -> Arguments {
    let role = |at: usize| match asked.roles.get(at) {
        Some(role) => format!("{fence}{role}{fence}").into(),
        None => "!".into(),
    };
    vec![asked.action.as_str().into(), role(0), role(1), role(2)]
}

pub(super) struct Rows(Enforcer);

/// Whether one of three strings is a part of the first: the matcher's language has no such test.
fn any_in(roles: Dynamic, one: Dynamic, two: Dynamic, three: Dynamic) -> Dynamic {
    let text = |value: Dynamic| value.into_immutable_string().unwrap_or_default();
    let roles = text(roles);
    [one, two, three].into_iter().any(|role| roles.contains(text(role).as_str())).into()
}

impl Engine for Rows {
    type Ready = Arguments;

    fn stored(cells: &Cells) -> Vec<u8> {
        let mut text = String::new();
        for (action, roles) in cells.actions.iter().zip(&cells.allowed) {
            let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
            writeln!(text, "p, {action}, ;{};", roles.join(";")).expect("a string");
        }
        text.into_bytes()
    }

    fn load(stored: &[u8]) -> Self {
        let mut enforcer = enforcer(ROWS, stored);
        enforcer.add_function("any_in", OperatorFunction::Arg4(any_in));
        Self(enforcer)
    }

    fn ready(&self, asked: &'static Asked) -> Arguments {
        arguments(asked, ";")
    }

    fn decide_ready(&mut self, ready: &Arguments) -> bool {
        self.0.enforce(ready.clone()).expect("an answer")
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        self.0.enforce(arguments(asked, ";")).expect("an answer")
    }
}

pub(super) struct SingleCells(Enforcer);

impl Engine for SingleCells {
    type Ready = Arguments;

    fn stored(cells: &Cells) -> Vec<u8> {
        let mut text = String::new();
        for (action, roles) in cells.actions.iter().zip(&cells.allowed) {
            for role in roles {
                writeln!(text, "p, {action}, {role}").expect("a string");
            }
        }
        text.into_bytes()
    }

    fn load(stored: &[u8]) -> Self {
        Self(enforcer(CELLS, stored))
    }

    fn ready(&self, asked: &'static Asked) -> Arguments {
        arguments(asked, "")
    }

    fn decide_ready(&mut self, ready: &Arguments) -> bool {
        self.0.enforce(ready.clone()).expect("an answer")
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        self.0.enforce(arguments(asked, "")).expect("an answer")
    }
}

/// Users are named by their roles, so that a request says which of them it is.
pub(super) struct Groups(Enforcer);

fn user(asked: &Asked) -> String {
    format!("user-{}", asked.roles.join("+"))
}

impl Engine for Groups {
    type Ready = Arguments;

    fn stored(cells: &Cells) -> Vec<u8> {
        let mut text = String::new();
        for (action, roles) in cells.actions.iter().zip(&cells.allowed) {
            for role in roles {
                writeln!(text, "p, {role}, {action}").expect("a string");
            }
        }
        for asked in cells.requests().iter().take(USERS) {
            for role in &asked.roles {
                writeln!(text, "g, {}, {role}", user(asked)).expect("a string");
            }
        }
        text.into_bytes()
    }

    fn load(stored: &[u8]) -> Self {
        Self(enforcer(GROUPS, stored))
    }

    fn ready(&self, asked: &'static Asked) -> Arguments {
        vec![user(asked).into(), asked.action.as_str().into()]
    }

    fn decide_ready(&mut self, ready: &Arguments) -> bool {
        self.0.enforce(ready.clone()).expect("an answer")
    }

    fn decide(&mut self, asked: &'static Asked) -> bool {
        let arguments = self.ready(asked);
        self.0.enforce(arguments).expect("an answer")
    }
}
