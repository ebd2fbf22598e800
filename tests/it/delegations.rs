//! Who may give or take which role: a row a case.
//!
//! Not the delegations view, which snapshots lock.

use policyc::{
    Assignee, Assignment, Change, Principal, Proposal, RequestError, Scope, Source, build,
    may_change,
};

const CLINIC: &str = include_str!("../data/delegations.toml");

/// What a proposal says; what is left out is not given.
struct Case {
    change: Change,
    role: &'static str,
    by: &'static [&'static str],
    by_kind: Option<&'static str>,
    by_id: Option<&'static str>,
    to: &'static [&'static str],
    to_kind: Option<&'static str>,
    to_id: Option<&'static str>,
    scopes: &'static [&'static str],
    asserted: &'static [(&'static str, bool)],
    expected: &'static str,
    title: Option<&'static str>,
}

/// A manager gives a person the role of a guest, and both are known.
const BASE: Case = Case {
    change: Change::Assign,
    role: "guest",
    by: &["manager"],
    by_kind: Some("robot"),
    by_id: Some("m"),
    to: &[],
    to_kind: Some("person"),
    to_id: Some("p"),
    scopes: &[],
    asserted: &[],
    expected: "delegated",
    title: Some(MANAGERS),
};

const MANAGERS: &str = "Managers give every role";
const LEADS: &str = "Leads give wards to persons";
const PROMOTE: &str = "Leads make nurses of trainees";
const VISITORS: &str = "Every visitor brings a guest";
const LEAD: &[&str] = &["ward-lead@ward:1"];
const ON_DUTY: &[(&str, bool)] = &[("on-duty", true)];

const CASES: &[Case] = &[
    BASE,
    Case { change: Change::Revoke, ..BASE },
    // A senior of who may, may.
    Case { by: &["deputy"], ..BASE },
    Case { role: "gust", expected: "unknown-role", title: None, ..BASE },
    Case { role: "owner", expected: "fixed", title: None, ..BASE },
    Case { by: &["owner"], expected: "assigner-role", ..BASE },
    Case { by: &[], expected: "assigner-role", ..BASE },
    // Not to oneself; and who is not known may be oneself.
    Case { to_id: Some("m"), expected: "condition-false", ..BASE },
    Case { by_id: None, expected: "condition-unknown", ..BASE },
    // Scopes of the new assignment.
    Case { role: "nurse", expected: "scope-missing", title: None, ..BASE },
    Case { role: "nurse@clinic:c", expected: "scope-kind", title: None, ..BASE },
    Case { role: "nurse@wing:1", expected: "unknown-scope", title: None, ..BASE },
    Case { role: "guest@ward:1", expected: "scope-kind", title: None, ..BASE },
    Case { role: "guest@clinic:c", ..BASE },
    Case { role: "nurse@ward:1", ..BASE },
    // Where the assigner's own role holds.
    Case { role: "nurse@ward:1", by: LEAD, asserted: ON_DUTY, title: Some(LEADS), ..BASE },
    Case {
        role: "nurse@ward:1",
        by: LEAD,
        expected: "condition-unknown",
        title: Some(LEADS),
        ..BASE
    },
    Case {
        role: "nurse@ward:2",
        by: LEAD,
        asserted: ON_DUTY,
        expected: "out-of-scope",
        title: Some(LEADS),
        ..BASE
    },
    Case { role: "guest", by: &["manager@clinic:c"], expected: "out-of-scope", ..BASE },
    Case { role: "nurse@ward:1", by: &["manager@clinic:c"], expected: "out-of-scope", ..BASE },
    Case { role: "nurse@ward:1", by: &["manager@clinic:c"], scopes: &["clinic:c"], ..BASE },
    // The assignee's kind: of the role, of the delegation, not given, not declared.
    Case { role: "nurse@ward:1", to_kind: Some("robot"), expected: "assignee-kind", ..BASE },
    Case { role: "nurse@ward:1", to_kind: None, expected: "assignee-kind", ..BASE },
    Case { to_kind: Some("alien"), expected: "assignee-kind", ..BASE },
    Case { to_kind: None, ..BASE },
    // The assignee's current roles.
    Case {
        role: "ward-lead@ward:1",
        by: LEAD,
        to: &["nurse@ward:1"],
        title: Some(PROMOTE),
        ..BASE
    },
    Case {
        role: "ward-lead@ward:1",
        by: LEAD,
        expected: "assignee-roles",
        title: Some(PROMOTE),
        ..BASE
    },
    Case {
        role: "ward-lead@ward:1",
        by: LEAD,
        to: &["nurse@ward:1", "trainee@ward:9"],
        expected: "assignee-roles",
        title: Some(PROMOTE),
        ..BASE
    },
    // That delegation gives and does not take; only managers take.
    Case {
        change: Change::Revoke,
        role: "ward-lead@ward:1",
        by: LEAD,
        to: &["nurse@ward:1"],
        expected: "assigner-role",
        ..BASE
    },
    // A role that comes with the kind counts, once the kind is known.
    Case { by: &[], by_kind: Some("person"), title: Some(VISITORS), ..BASE },
    Case { by: &[], by_kind: None, expected: "out-of-scope", title: Some(VISITORS), ..BASE },
];

#[test]
fn each_proposal_has_the_basis_and_the_entry_that_it_says() {
    let bundle = build(vec![Source::new("clinic.toml", CLINIC)]).expect("a good policy");
    let table = bundle.table("clinic").expect("the policy");
    for case in CASES {
        let all = |texts: &[&'static str]| -> Vec<Assignment<'static>> {
            texts.iter().map(|text| Assignment::parse(text).expect("an assignment")).collect()
        };
        let (by, to) = (all(case.by), all(case.to));
        let scopes: Vec<Scope<'_>> =
            case.scopes.iter().map(|text| Scope::parse(text).expect("a scope")).collect();
        let proposal = Proposal {
            change: case.change,
            assignment: Assignment::parse(case.role).expect("an assignment"),
            assigner: Principal {
                id: case.by_id,
                kind: case.by_kind,
                assignments: &by,
                ..Principal::default()
            },
            assignee: Assignee {
                id: case.to_id,
                kind: case.to_kind,
                assignments: &to,
                ..Assignee::default()
            },
            scopes: &scopes,
            context: &[],
            assertions: case.asserted,
        };
        let permission = may_change(table, &proposal).expect("a sound proposal");
        let what =
            format!("{} {} by {:?} to {:?}", case.change.as_str(), case.role, case.by, case.to);
        assert_eq!(permission.basis.as_str(), case.expected, "{what}");
        assert_eq!(permission.entry.and_then(|entry| entry.title), case.title, "{what}");
        assert_eq!(permission.is_allowed(), case.expected == "delegated");
    }
}

#[test]
fn a_proposal_that_contradicts_itself_is_refused() {
    let bundle = build(vec![Source::new("clinic.toml", CLINIC)]).expect("a good policy");
    let table = bundle.table("clinic").expect("the policy");
    let proposal = Proposal {
        change: Change::Assign,
        assignment: Assignment::parse("guest").expect("an assignment"),
        assigner: Principal::default(),
        assignee: Assignee::default(),
        scopes: &[],
        context: &[],
        assertions: &[("is-self", false)],
    };
    let error = may_change(table, &proposal).expect_err("the condition has a test");
    assert_eq!(error, RequestError::AssertedTest { condition: "is-self".to_owned() });
}
