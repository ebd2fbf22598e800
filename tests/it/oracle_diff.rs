//! What a diff claims of one request, read naively: whether a change speaks of it.
//! Not what the change should be: two oracles are asked, and what they say is compared.

use crate::oracle::Oracle;
use crate::oracle_conditions::{Facts, Truth, holds};
use crate::oracle_policy::Test;
use crate::oracle_request::Request;
use policyc::{
    AccessChange, Clause, ConditionIs, HeldIs, How, KindIs, PolicyDiff, Side, Stands, ValueIs, Who,
    Within,
};
use serde_json::Value;

/// Two policies, and what is claimed to have changed.
pub(crate) struct Claims<'c> {
    pub(crate) old: &'c Oracle,
    pub(crate) new: &'c Oracle,
    pub(crate) diff: &'c PolicyDiff,
}

impl Claims<'_> {
    /// What is claimed of a request by one principal with one role at most: of what it may do
    /// itself, and of its forbids.
    pub(crate) fn of(&self, request: &Value) -> Vec<How> {
        let roles = request["principal"]["roles"].as_array().into_iter().flatten();
        let mut roles = roles.map(|role| role.as_str().expect("a role"));
        let role = roles.next().map(|role| role.split('@').next().expect("a name"));
        let is_direct = request["principal"].get("direct_actions").is_some()
            && [self.old, self.new].into_iter().any(|oracle| {
                let direct = oracle.policy().direct.as_ref();
                direct.is_some_and(|direct| direct.actions.iter().any(|a| request["action"] == **a))
            });
        let concerns = |change: &&AccessChange| {
            change.action == request["action"]
                && match &change.who {
                    Who::Everyone { but_for } => {
                        !is_direct && !role.is_some_and(|r| but_for.iter().any(|b| b == r))
                    }
                    Who::Role { name, .. } => role == Some(name),
                    Who::Directly => is_direct,
                    other => panic!("{other:?}"),
                }
                && self.holds(change, request)
        };
        self.diff.access.iter().filter(concerns).map(|change| change.how).collect()
    }

    fn holds(&self, change: &AccessChange, request: &Value) -> bool {
        let is_of_new = matches!(change.how, How::Gains | How::Withholds);
        let oracle = if is_of_new { self.new } else { self.old };
        let given = for_side(oracle, request);
        let parsed = Request::parse(&given).expect("a request");
        let is_within = match change.guard.within {
            Within::Counts => oracle.standing(&parsed, false) == Truth::Yes,
            Within::Anywhere => oracle.standing(&parsed, true) == Truth::Yes,
            Within::MayCount => oracle.standing(&parsed, false) != Truth::No,
            Within::Whatever => true,
            other => panic!("{other:?}"),
        };
        let all = |clauses: &Vec<Clause>| clauses.iter().all(|clause| self.clause(clause, request));
        is_within && change.guard.any_of.iter().any(all)
    }

    fn clause(&self, clause: &Clause, request: &Value) -> bool {
        match clause {
            Clause::Kind(kinds) => kinds.contains(&self.kind(request)),
            Clause::Held(held) => held.contains(&self.held(request)),
            Clause::Condition(condition) => self.condition(condition, request),
            Clause::Attribute(name, values) => {
                let request = Request::parse(request).expect("a request");
                let value = request.attribute(name);
                values.iter().any(|one| is_value(one, value))
            }
            other => panic!("{other:?}"),
        }
    }

    fn kind(&self, request: &Value) -> KindIs {
        match request["principal"]["kind"].as_str() {
            None => KindIs::Missing,
            Some(kind) => {
                let mut sides = [self.old, self.new].into_iter();
                let is_declared = sides.any(|oracle| oracle.policy().declares_kind(kind));
                if is_declared { KindIs::Named(kind.to_owned()) } else { KindIs::Undeclared }
            }
        }
    }

    fn held(&self, request: &Value) -> HeldIs {
        let parsed = Request::parse(request).expect("a request");
        let held = parsed.roles.first().or(parsed.direct_actions.first()).expect("something held");
        let Some(scope) = held.scope else { return HeldIs::Unscoped };
        let kind = scope.split(':').next().expect("a kind").to_owned();
        let mut sides = [self.old, self.new].into_iter();
        if !sides.any(|oracle| oracle.policy().scope(&kind).is_some()) {
            return HeldIs::Undeclared;
        }
        match &parsed.scopes {
            None => HeldIs::Unsaid(kind),
            Some(scopes) if scopes.contains(&scope) => HeldIs::Inside(kind),
            Some(_) => HeldIs::Elsewhere(kind),
        }
    }

    /// Without a side, the condition is in one of the policies alone, or the same in both.
    fn condition(&self, condition: &ConditionIs, request: &Value) -> bool {
        let has = |oracle: &&Oracle| oracle.policy().condition(&condition.name).is_some();
        let oracle = match condition.side {
            Some(Side::Before) => self.old,
            Some(Side::After) => self.new,
            None => [self.new, self.old].into_iter().find(has).expect("a policy has it"),
        };
        let given = for_side(oracle, request);
        let parsed = Request::parse(&given).expect("a request");
        let facts = Facts::of_request(oracle.policy(), &parsed);
        let truth = holds(oracle.policy(), &condition.name, &facts);
        match condition.stands {
            Stands::Holds => truth == Truth::Yes,
            Stands::Fails => truth == Truth::No,
            Stands::NotKnownToHold => truth != Truth::Yes,
            Stands::NotKnownToFail => truth != Truth::No,
            Stands::Unknown => truth == Truth::Unknown,
            other => panic!("{other:?}"),
        }
    }
}

fn is_value(is: &ValueIs, value: Option<&Value>) -> bool {
    match (is, value) {
        (ValueIs::Missing, value) => value.is_none(),
        (ValueIs::Value(text), Some(Value::String(value))) => text == value,
        (ValueIs::Value(text), Some(value)) => {
            let value = value.to_string();
            *text == value
        }
        (ValueIs::Other, Some(Value::String(value))) => value.starts_with("fresh-"),
        (ValueIs::Range(from, to), Some(value)) => value.as_i64().is_some_and(|number| {
            from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
        }),
        _ => false,
    }
}

/// The request without assertions of what the policy tests itself.
pub(crate) fn for_side(oracle: &Oracle, request: &Value) -> Value {
    let mut request = request.clone();
    if let Some(asserted) = request.get_mut("assert").and_then(Value::as_object_mut) {
        asserted.retain(|name, _| {
            let condition = oracle.policy().condition(name);
            condition.is_none_or(|condition| matches!(condition.test, Test::Asserted))
        });
    }
    request
}
