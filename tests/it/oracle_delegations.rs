//! Who may give or take which role, for the naive oracle (language.md §2, Delegations).
//! Not whether the role may be held: constraints say that.

use crate::oracle::Oracle;
use crate::oracle_conditions::{Facts, Truth, conditions_hold};
use crate::oracle_entries::{Entry, entries};
use crate::oracle_policy::Role;
use crate::oracle_request::{Request, scope_kind};
use serde_json::Value;

/// A change of one assignment.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    /// `assign` or `revoke`.
    pub(crate) change: &'static str,
    /// `ROLE[@KIND:ID]`.
    pub(crate) assignment: String,
    pub(crate) assignee_kind: Option<String>,
    pub(crate) assignee_roles: Vec<String>,
    /// The assigner as `principal` and the assignee as `resource`, whose scopes are those of the
    /// assignment, if it is in one, and all that it lies in.
    pub(crate) request: Value,
}

/// What the oracle says to a proposal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) basis: &'static str,
    /// The lines of the delegations that allow it, or that come equally near.
    pub(crate) lines: Vec<usize>,
}

/// What may be amiss with a proposal and one delegation, nearest first.
const NEARNESS: [&str; 7] = [
    "delegated",
    "condition-unknown",
    "condition-false",
    "assignee-roles",
    "assignee-kind",
    "out-of-scope",
    "assigner-role",
];

/// The delegations of a policy.
#[derive(Debug)]
pub(crate) struct Delegations<'o> {
    oracle: &'o Oracle,
    entries: Vec<Entry>,
    fixed: Vec<String>,
}

impl<'o> Delegations<'o> {
    /// Of the policy that the text is and the oracle knows.
    pub(crate) fn new(oracle: &'o Oracle, text: &str) -> Self {
        let fixed = entries(text, "constraints", "fixed");
        let fixed = fixed.iter().flat_map(|entry| entry.roles("roles", oracle.policy()));
        let fixed = fixed.map(str::to_owned).collect();
        Self { oracle, entries: entries(text, "delegations", ""), fixed }
    }

    /// Whether no delegation can give or take the role.
    pub(crate) fn is_fixed(&self, role: &str) -> bool {
        self.fixed.iter().any(|fixed| fixed == role)
    }

    /// Judges a proposal; the error says what of it is malformed.
    pub(crate) fn judge(&self, proposal: &Proposal) -> Result<Answer, String> {
        let mut asked = proposal.request.clone();
        if !proposal.assignment.contains('@') {
            // What is unscoped lies in no scope, whatever the caller says.
            asked["resource"]["scopes"] = Value::Array(Vec::new());
        }
        let request = Request::parse(&asked)?;
        self.oracle.refuse_tested(&request)?;
        let alone = |basis| Ok(Answer { basis, lines: Vec::new() });
        let (name, scope) = match proposal.assignment.split_once('@') {
            Some((name, scope)) => (name, Some(scope)),
            None => (proposal.assignment.as_str(), None),
        };
        let Some(role) = self.oracle.policy().role(name) else {
            return alone("unknown-role");
        };
        if self.is_fixed(name) {
            return alone("fixed");
        }
        if let Some(basis) = self.misplaced(role, scope) {
            return alone(basis);
        }
        let naming = self.entries.iter().filter(|entry| {
            let names_role = entry.is_for_all("assign") || entry.strings("assign").contains(&name);
            names_role && (!entry.has("may") || entry.strings("may").contains(&proposal.change))
        });
        let judged: Vec<(&str, usize)> =
            naming.map(|entry| (self.miss(entry, role, proposal, &request), entry.line)).collect();
        let is_found = |basis: &&&str| judged.iter().any(|(found, _)| found == *basis);
        let Some(basis) = NEARNESS.iter().find(is_found) else {
            return alone("not-delegated");
        };
        let lines = judged.iter().filter(|(found, _)| found == basis).map(|(_, line)| *line);
        Ok(Answer { basis, lines: lines.collect() })
    }

    /// Why the role cannot be assigned in the scope, if it cannot.
    fn misplaced(&self, role: &Role, scope: Option<&str>) -> Option<&'static str> {
        let Some(scope) = scope else {
            return role.scope.as_ref().map(|_| "scope-missing");
        };
        let kind = scope_kind(scope).expect("a well-formed scope");
        let Some(declared) = self.oracle.policy().scope(kind) else {
            return Some("unknown-scope");
        };
        let is_right = match &role.scope {
            Some(demanded) => demanded == kind,
            None => declared.within.is_none(),
        };
        (!is_right).then_some("scope-kind")
    }

    /// The first that is not known to be right: the assigner, the assignee, the conditions.
    fn miss(
        &self,
        entry: &Entry,
        role: &Role,
        proposal: &Proposal,
        request: &Request,
    ) -> &'static str {
        let by = entry.strings("by");
        let counts: Vec<bool> =
            by.iter().filter_map(|role| self.oracle.counts(request, role)).collect();
        if counts.is_empty() {
            return "assigner-role";
        }
        if !counts.contains(&true) {
            return "out-of-scope";
        }
        let kinds = entry.has("kinds").then(|| entry.strings("kinds"));
        let kinds = kinds.map(|kinds| kinds.into_iter().map(str::to_owned).collect());
        let is_of = |kinds: Option<&Vec<String>>| {
            self.oracle.kind(kinds, proposal.assignee_kind.as_deref()).0 == Truth::Yes
        };
        if !is_of(role.kinds.as_ref()) || !is_of(kinds.as_ref()) {
            return "assignee-kind";
        }
        let current: Vec<&str> = proposal
            .assignee_roles
            .iter()
            .map(|text| text.split_once('@').map_or(text.as_str(), |(role, _)| role))
            .collect();
        let has_all = entry.strings("holding").iter().all(|role| current.contains(role));
        let has_none = !entry.strings("not-holding").iter().any(|role| current.contains(role));
        if !has_all || !has_none {
            return "assignee-roles";
        }
        let policy = self.oracle.policy();
        let facts = Facts::of_request(policy, request);
        match conditions_hold(policy, &entry.conditions(), &facts) {
            Truth::Yes => "delegated",
            Truth::No => "condition-false",
            Truth::Unknown => "condition-unknown",
        }
    }
}
