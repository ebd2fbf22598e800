//! A handful of requests to any table, asked in every way that there is to ask.
//!
//! Not what the right answer is: only that there is one, and the same one each time.

use policyc::{
    Assignee, Assignment, Basis, Change, Circumstances, Directory, Grid, Holder, Member,
    PreparedPrincipal, Principal, Proposal, Query, Request, Resource, Scope, Table, Value,
    ValueType, allowed_actions, broken_by_all, broken_by_change, broken_constraints, decide,
    decide_each, explain, may_change, misfit,
};

/// Explanations of so many actions a request, as they take much longer than decisions.
const EXPLAINED_MAX: usize = 6;
const KINDS_MAX: usize = 3;

/// What requests can say of a table, so that everything that it tests is given.
struct Facts<'t> {
    scopes: Vec<Scope<'t>>,
    /// Namespace, name, value.
    attributes: Vec<(String, String, Value<'static>)>,
    assertions: Vec<(&'t str, bool)>,
}

impl<'t> Facts<'t> {
    fn none() -> Self {
        Self { scopes: Vec::new(), attributes: Vec::new(), assertions: Vec::new() }
    }

    fn of(table: &'t Table) -> Self {
        let is_asserted = |name: &&str| {
            let assertions = &[(*name, true)];
            Request::new(table, Query { assertions, ..Query::default() }).is_ok()
        };
        let attributes = table.attributes().filter_map(|full| {
            let value = match table.attribute_type(&full)? {
                ValueType::Boolean => Value::Boolean(true),
                ValueType::Integer => Value::Integer(3),
                _ => Value::String("open"),
            };
            let (namespace, name) = full.split_once('.')?;
            let is_built_in = ["principal.id", "principal.kind", "resource.id", "resource.type"]
                .contains(&full.as_str());
            (!is_built_in).then(|| (namespace.to_owned(), name.to_owned(), value))
        });
        Self {
            scopes: table.scope_kinds().map(|kind| Scope { kind, id: "1" }).collect(),
            attributes: attributes.collect(),
            assertions: table.conditions().filter(is_asserted).map(|name| (name, true)).collect(),
        }
    }

    fn attributes(&self, wanted: &str) -> Vec<(&str, Value<'static>)> {
        let all = self.attributes.iter().filter(|(namespace, ..)| namespace == wanted);
        all.map(|(_, name, value)| (name.as_str(), *value)).collect()
    }
}

/// The bases of all that is asked, in an order that depends on the cells alone.
pub(super) fn answers(table: &Table) -> Vec<Basis> {
    let mut actions: Vec<&str> = table.actions().collect();
    actions.sort_unstable();
    actions.push("no.such");
    let mut roles: Vec<&str> = table.roles().collect();
    roles.sort_unstable();
    let mut kinds: Vec<&str> = table.kinds().collect();
    kinds.sort_unstable();
    let known = kinds.into_iter().take(KINDS_MAX).map(Some);
    let kinds: Vec<Option<&str>> = [None, Some("undeclared")].into_iter().chain(known).collect();
    let facts = [Facts::none(), Facts::of(table)];
    let mut bases = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let one = roles.get(at).copied().into_iter().chain(["no-such"]).collect();
        let held = [roles.clone(), one];
        for (held, facts) in held.iter().flat_map(|held| facts.iter().map(move |it| (held, it))) {
            let unscoped = held.iter().map(|role| Assignment { role, scope: None });
            let inside = facts.scopes.last().copied();
            let scoped = held.iter().map(|role| Assignment { role, scope: inside });
            for assignments in [unscoped.collect(), scoped.collect::<Vec<_>>()] {
                let principal = Principal {
                    id: Some("open"),
                    kind: *kind,
                    assignments: &assignments,
                    attributes: &facts.attributes("principal"),
                    ..Principal::default()
                };
                ask(table, principal, facts, &actions, &mut bases);
                assigned(table, principal, facts);
            }
        }
    }
    bases
}

/// Asks for every action in every way.
fn ask(
    table: &Table,
    principal: Principal<'_>,
    facts: &Facts<'_>,
    actions: &[&str],
    bases: &mut Vec<Basis>,
) {
    let direct_actions: Vec<_> = actions
        .iter()
        .take(1)
        .map(|action| policyc::DirectAction { action, scope: facts.scopes.first().copied() })
        .collect();
    let principal = Principal { direct_actions: &direct_actions, ..principal };
    let circumstances = Circumstances {
        resource_type: None,
        resource_id: Some("open"),
        resource_attributes: &facts.attributes("resource"),
        action_attributes: &facts.attributes("action"),
        context: &facts.attributes("context"),
        assertions: &facts.assertions,
    };
    let query = Query {
        principal,
        action: "",
        action_attributes: circumstances.action_attributes,
        resource: Resource {
            resource_type: None,
            id: circumstances.resource_id,
            scopes: &facts.scopes,
            attributes: circumstances.resource_attributes,
        },
        context: circumstances.context,
        assertions: &facts.assertions,
    };
    let request = Request::new(table, query).expect("nothing is said twice");
    let prepared = PreparedPrincipal::new(table, principal, &facts.scopes).expect("the same");
    let asked = prepared.with(circumstances).expect("the same");
    let mut allowed = Vec::new();
    let step = actions.len().div_ceil(EXPLAINED_MAX);
    for (at, action) in actions.iter().copied().enumerate() {
        let request = request.with_action(action);
        let decision = decide(&request);
        bases.push(decision.basis());
        if decision.is_allowed() {
            allowed.push(action);
        }
        assert_eq!(asked.decide(action), decision, "{action} of the prepared {query:?}");
        let each = decide_each(&request, [principal]).next().expect("one answer");
        assert_eq!(each.as_ref(), Ok(&decision), "{action} of each {query:?}");
        if at % step == 0 {
            let explanation = explain(&request);
            assert_eq!(explanation.decision, decision, "{action} of {query:?}, explained");
            let is_settled = decision.is_allowed() || decision.basis() == Basis::Forbidden;
            let is_said = !is_settled || !explanation.reasons.is_empty();
            assert!(is_said, "{action} of {query:?}: {decision:?} for no reason");
        }
    }
    assert_eq!(allowed_actions(&request), allowed, "all that is allowed to {query:?}");
    assert!(asked.allowed_actions().names().eq(allowed), "the same, prepared: {query:?}");
}

/// What is asked of assignments ends, whatever the section of assignments says.
fn assigned(table: &Table, principal: Principal<'_>, facts: &Facts<'_>) {
    let Principal { kind, assignments, .. } = principal;
    let outer = facts.scopes.iter().copied().skip(1);
    let scopes: Vec<_> = facts.scopes.iter().copied().zip(outer).collect();
    let _ = broken_constraints(table, &Holder { kind, assignments, scopes: &scopes });
    let members = [Member { id: "open", is_active: true, kind, assignments }];
    let around: Vec<_> = scopes.iter().map(|(inner, outer)| (*inner, Some(*outer))).collect();
    let before = Directory { members: &[], scopes: &[] };
    let after = Directory { members: &members, scopes: &around };
    let _ = broken_by_all(table, &after);
    let _ = broken_by_change(table, &before, &after);
    let _ = broken_by_change(table, &after, &before);
    for assignment in assignments.iter().copied() {
        let _ = misfit(table, kind, &assignment);
        let _ = may_change(
            table,
            &Proposal {
                change: Change::Assign,
                assignment,
                assigner: principal,
                assignee: Assignee { id: Some("closed"), kind, assignments: &[], attributes: &[] },
                scopes: &facts.scopes,
                context: &facts.attributes("context"),
                assertions: &facts.assertions,
            },
        );
    }
}

/// The words of a grid, by line and role, in an order that depends on no policy's text.
pub(super) fn sorted_cells(grid: &Grid) -> Vec<(String, Vec<(String, &'static str)>)> {
    let line = |line: &policyc::GridLine| {
        let words = line.cells.iter().map(|cell| cell.word);
        let mut cells: Vec<_> = grid.roles.iter().cloned().zip(words).collect();
        cells.sort_unstable();
        (line.label.clone(), cells)
    };
    let mut lines: Vec<_> = grid.lines.iter().map(line).collect();
    lines.sort_unstable();
    lines
}
