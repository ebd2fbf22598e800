//! The naive oracle: decides requests from a policy's text as language.md §3 reads.
//! Not an engine: it shares no code with `src/` and has no ids, bit sets, closures or indexes.

use crate::oracle_conditions::{Facts, Truth, conditions_hold};
use crate::oracle_policy::{Grant, Policy, Role, Test};
use crate::oracle_request::{Held, Request, scope_kind};
use serde_json::Value;

/// A valid policy, ready to be asked.
#[derive(Debug)]
pub(crate) struct Oracle {
    policy: Policy,
}

/// What the oracle says to a well-formed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// `allow` or `deny`.
    pub(crate) decision: &'static str,
    /// The word of language.md §3.7.
    pub(crate) basis: &'static str,
    /// Assigned names that the policy does not declare: without scopes, in the order of the
    /// request, each once. Empty where the policy itself is unknown.
    pub(crate) unknown_roles: Vec<String>,
}

/// The misses, nearest first.
const MISSES: [&str; 8] = [
    "condition-unknown",
    "condition-false",
    "out-of-scope",
    "scope-missing",
    "scope-kind",
    "kind-missing",
    "kind-excluded",
    "unknown-scope",
];

/// Whether one thing about an assignment is right, and the miss if that is not known.
pub(crate) type Standing = (Truth, &'static str);

const RIGHT: Standing = (Truth::Yes, "");

/// A declared role that the principal has, by assignment or by its kind.
struct Assignment<'a> {
    role: &'a Role,
    /// The role and its juniors: a junior counts exactly where its senior's assignment does.
    reached: Vec<&'a str>,
    scope: Option<&'a str>,
    kind: Standing,
}

impl Oracle {
    /// Reads a policy that is known to be valid; panics on others.
    pub(crate) fn new(policy_toml: &str) -> Oracle {
        Oracle { policy: Policy::parse(policy_toml) }
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Decides a request; the error says what is malformed.
    pub(crate) fn decide(&self, request: &Value) -> Result<Answer, String> {
        let request = Request::parse(request)?;
        if request.policy.is_some_and(|id| id != self.policy.id) {
            return Ok(deny("unknown-policy", Vec::new()));
        }
        self.refuse_tested(&request)?;
        let unknown_roles = self.unknown_roles(&request);
        if !self.policy.actions.iter().any(|action| action == request.action) {
            return Ok(deny("unknown-action", unknown_roles));
        }
        let facts = Facts::of_request(&self.policy, &request);
        let assignments = self.assignments(&request);
        let on_action = || self.policy.grants.iter().filter(|grant| grant.names(request.action));

        // A forbid applies unless something about it is known not to.
        let forbids = |grant: &Grant| {
            let conditions = conditions_hold(&self.policy, grant, &facts);
            let counts = |assignment: &Assignment| {
                let scope = self.scope(grant, assignment, &request);
                assignment.kind.0.and(scope.0) != Truth::No
            };
            let mut reached = assignments.iter().filter(|held| grant.reaches(&held.reached));
            conditions != Truth::No && (grant.reaches_everyone() || reached.any(counts))
        };
        if on_action().filter(|grant| grant.forbids).any(forbids) {
            return Ok(deny("forbidden", unknown_roles));
        }
        if self.kind_is_undeclared(request.kind) {
            return Ok(deny("unknown-kind", unknown_roles));
        }

        // A permit applies if everything about it is known to be right; else it has one miss.
        let mut misses = Vec::new();
        for grant in on_action().filter(|grant| !grant.forbids) {
            let conditions = match conditions_hold(&self.policy, grant, &facts) {
                Truth::Yes => RIGHT,
                Truth::No => (Truth::No, "condition-false"),
                Truth::Unknown => (Truth::Unknown, "condition-unknown"),
            };
            for assignment in assignments.iter().filter(|held| grant.reaches(&held.reached)) {
                let scope = self.scope(grant, assignment, &request);
                match first_miss([assignment.kind, scope, conditions]) {
                    None => return Ok(allow("granted", unknown_roles)),
                    Some(miss) => misses.push(miss),
                }
            }
        }
        for standings in self.direct(&request) {
            match first_miss(standings) {
                None => return Ok(allow("granted-directly", unknown_roles)),
                Some(miss) => misses.push(miss),
            }
        }
        let nearest = MISSES.into_iter().find(|miss| misses.contains(miss));
        let basis = nearest.unwrap_or_else(|| self.without_miss(&request));
        Ok(deny(basis, unknown_roles))
    }

    /// What a condition tests is not for the caller to say.
    pub(crate) fn refuse_tested(&self, request: &Request) -> Result<(), String> {
        for (name, _) in &request.asserted {
            let condition = self.policy.condition(name);
            if condition.is_some_and(|condition| !matches!(condition.test, Test::Asserted)) {
                return Err(format!("condition `{name}` has a test"));
            }
        }
        Ok(())
    }

    fn unknown_roles(&self, request: &Request) -> Vec<String> {
        let mut unknown: Vec<String> = Vec::new();
        for held in &request.roles {
            if self.policy.role(held.name).is_none() && !unknown.iter().any(|n| n == held.name) {
                unknown.push(held.name.to_owned());
            }
        }
        unknown
    }

    /// The declared roles that the request assigns, and those that its kind holds unassigned. While
    /// the kind is missing, it may be any of them: the roles of all are held and unknown.
    fn assignments<'a>(&'a self, request: &Request<'a>) -> Vec<Assignment<'a>> {
        let assignment = |role: &'a Role, scope, kind| Assignment {
            role,
            reached: self.policy.reached(role),
            scope,
            kind,
        };
        let assigned = request.roles.iter().filter_map(|held| {
            let role = self.policy.role(held.name)?;
            let kind = self.kind(role.kinds.as_ref(), request.kind);
            Some(assignment(role, held.scope, kind))
        });
        let kinds = self.policy.kinds.iter();
        let kinds = kinds.filter(|kind| request.kind.is_none_or(|name| name == kind.name));
        let by_kind = kinds.flat_map(|kind| &kind.holds).map(|name| {
            let role = self.policy.role(name).expect("roles are declared");
            let kind = match request.kind {
                Some(_) => RIGHT,
                None => (Truth::Unknown, "kind-missing"),
            };
            assignment(role, None, kind)
        });
        assigned.chain(by_kind).collect()
    }

    /// Whether the principal's role, or a senior of it, is known to count for the resource; none
    /// where the principal has no such role.
    pub(crate) fn counts(&self, request: &Request, role: &str) -> Option<bool> {
        let assignments = self.assignments(request);
        let reaching = assignments.iter().filter(|held| held.reached.contains(&role));
        let is_known = |held: &Assignment| {
            let demanded = held.role.scope.as_deref();
            let scope = self.lies_in(demanded, held.scope, false, request);
            first_miss([held.kind, scope]).is_none()
        };
        reaching.map(is_known).reduce(|one, other| one || other)
    }

    /// Whether a forbid that names a role applies through a role that the request assigns.
    pub(crate) fn forbids_by_role(&self, request: &Request) -> bool {
        let facts = Facts::of_request(&self.policy, request);
        let assigned = request.roles.len();
        let assignments = self.assignments(request);
        // Those by kind come after those that are assigned, of which unknown ones are left out.
        let unknown = request.roles.iter().filter(|held| self.policy.role(held.name).is_none());
        let assigned = assigned - unknown.count();
        let mut forbids = self.policy.grants.iter().filter(|grant| {
            grant.forbids && grant.names(request.action) && !grant.reaches_everyone()
        });
        forbids.any(|grant| {
            let counts = |held: &Assignment| {
                let scope = self.scope(grant, held, request);
                grant.reaches(&held.reached) && held.kind.0.and(scope.0) != Truth::No
            };
            conditions_hold(&self.policy, grant, &facts) != Truth::No
                && assignments.iter().take(assigned).any(counts)
        })
    }

    /// Whether the one role that is assigned, or the action given directly, counts: in the right
    /// scope, or anywhere.
    pub(crate) fn standing(&self, request: &Request, anywhere: bool) -> Truth {
        if let Some(held) = request.roles.first() {
            let Some(role) = self.policy.role(held.name) else { return Truth::No };
            let kind = self.kind(role.kinds.as_ref(), request.kind);
            let scope = self.lies_in(role.scope.as_deref(), held.scope, anywhere, request);
            return kind.0.and(scope.0);
        }
        let direct = self.direct(request);
        direct.first().map_or(Truth::No, |[kind, scope]| kind.0.and(scope.0))
    }

    fn kind_is_undeclared(&self, kind: Option<&str>) -> bool {
        let declared = |name: &str| self.policy.declares_kind(name);
        !self.policy.kinds.is_empty() && kind.is_some_and(|name| !declared(name))
    }

    /// Whether a principal of the kind may have what is confined to `kinds`.
    pub(crate) fn kind(&self, kinds: Option<&Vec<String>>, kind: Option<&str>) -> Standing {
        if self.kind_is_undeclared(kind) {
            return (Truth::Unknown, "unknown-kind");
        }
        match (kinds, kind) {
            (None, _) => RIGHT,
            (Some(_), None) => (Truth::Unknown, "kind-missing"),
            (Some(kinds), Some(kind)) if kinds.iter().any(|name| name == kind) => RIGHT,
            (Some(_), Some(_)) => (Truth::No, "kind-excluded"),
        }
    }

    fn scope(&self, grant: &Grant, assignment: &Assignment, request: &Request) -> Standing {
        let demanded = assignment.role.scope.as_deref();
        self.lies_in(demanded, assignment.scope, grant.anywhere, request)
    }

    /// Whether the resource lies in the scope of an assignment whose role demands a scope kind, or
    /// none: then it is unscoped or in a scope of an outermost kind.
    fn lies_in(
        &self,
        demanded: Option<&str>,
        scope: Option<&str>,
        anywhere: bool,
        request: &Request,
    ) -> Standing {
        let Some(scope) = scope else {
            let missing = (Truth::Unknown, "scope-missing");
            return if demanded.is_some() { missing } else { RIGHT };
        };
        let kind = scope_kind(scope).expect("the request is well-formed");
        let Some(declared) = self.policy.scope(kind) else {
            return (Truth::Unknown, "unknown-scope");
        };
        let right_kind = match demanded {
            Some(demanded) => demanded == kind,
            None => declared.within.is_none(),
        };
        match &request.scopes {
            _ if !right_kind => (Truth::Unknown, "scope-kind"),
            _ if anywhere => RIGHT,
            None => (Truth::Unknown, "out-of-scope"),
            Some(scopes) if scopes.contains(&scope) => RIGHT,
            Some(_) => (Truth::No, "out-of-scope"),
        }
    }

    /// The action given directly, as often as it is, where `[direct]` names it.
    fn direct(&self, request: &Request) -> Vec<[Standing; 2]> {
        let Some(direct) = &self.policy.direct else {
            return Vec::new();
        };
        let counts = |held: &&Held| {
            held.name == request.action && direct.actions.iter().any(|name| name == held.name)
        };
        let standings = |held: &Held| {
            let kind = self.kind(direct.kinds.as_ref(), request.kind);
            [kind, self.lies_in(None, held.scope, false, request)]
        };
        request.direct_actions.iter().filter(counts).map(standings).collect()
    }

    /// The basis where nothing came near: no permit reaches the principal.
    fn without_miss(&self, request: &Request) -> &'static str {
        let known = |held: &Held| self.policy.role(held.name).is_some();
        if !request.roles.is_empty() && !request.roles.iter().any(known) {
            "unknown-role"
        } else if request.direct_actions.iter().any(|held| held.name == request.action) {
            "not-direct"
        } else {
            "not-granted"
        }
    }
}

/// The first that is not known to be right.
fn first_miss<const N: usize>(standings: [Standing; N]) -> Option<&'static str> {
    standings.into_iter().find(|(truth, _)| *truth != Truth::Yes).map(|(_, miss)| miss)
}

fn allow(basis: &'static str, unknown_roles: Vec<String>) -> Answer {
    Answer { decision: "allow", basis, unknown_roles }
}

fn deny(basis: &'static str, unknown_roles: Vec<String>) -> Answer {
    Answer { decision: "deny", basis, unknown_roles }
}
