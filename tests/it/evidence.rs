//! The policies against what the documents say, restated here: ticks, cells, tags, rules.
//!
//! Not the compiler's view: rows and evidence are read from the TOML naively, and the constraints
//! that place ticks whose column was lost are written down once more, as predicates.

use policyc::{
    Assignment, Bundle, DirectAction, Grid, Principal, Query, Request, Resource, Scope, Source,
    Table, View, build, decide, grid,
};

use crate::evidence_tables::{
    CHILD_LINES, CLOUD_CELLS, CLOUD_KINDS, CLOUD_ROLES, CONTACT_CELLS, CONTACT_ROLES,
    ENTERPRISE_LINES, Line, MANAGED_LINES, Roles, SIX,
};

const CONTACTS: &str = include_str!("../../policies/account-contacts.toml");
const CHILD: &str = include_str!("../../policies/child-tenants.toml");
const CLOUD: &str = include_str!("../../policies/cloud-users.toml");
const ENTERPRISE: &str = include_str!("../../policies/enterprise-users.toml");
const MANAGED: &str = include_str!("../../policies/managed-accounts.toml");

const TABLES: [(&str, &[Line]); 3] =
    [(MANAGED, MANAGED_LINES), (ENTERPRISE, ENTERPRISE_LINES), (CHILD, CHILD_LINES)];

#[test]
fn ticks_and_evidence_are_those_of_the_published_rows() {
    for (text, lines) in TABLES {
        let rows = rows(text);
        let found: Vec<_> = rows.iter().map(|row| (row.label.as_str(), row.ticks)).collect();
        let expected: Vec<_> = lines.iter().map(|(label, ticks, ..)| (*label, *ticks)).collect();
        assert_eq!(found, expected);
        for (row, (_, _, _, evidence)) in rows.iter().zip(lines) {
            assert_eq!(row.evidence, *evidence, "{}", row.label);
        }
    }
}

#[test]
fn the_cells_of_the_three_tick_tables_are_the_expected_ones() {
    for (text, lines) in TABLES {
        let expected: Vec<(&str, &str)> = lines.iter().map(|line| (line.0, line.2)).collect();
        assert_cells(text, View::Rows, SIX, &expected);
        for (label, ticks, roles, _) in lines {
            assert_eq!(roles.split(' ').count(), *ticks, "{label} as restated here");
        }
    }
}

#[test]
fn the_cells_of_account_contacts_and_cloud_users_are_the_expected_ones() {
    assert_cells(CONTACTS, View::Actions, CONTACT_ROLES, CONTACT_CELLS);
    assert_cells(CLOUD, View::Actions, CLOUD_ROLES, CLOUD_CELLS);
    assert_cells(CLOUD, View::Kinds, CLOUD_ROLES, CLOUD_KINDS);
}

/// Document 001 is document 002 without its tenants.
#[test]
fn enterprise_users_have_the_rows_of_child_tenants_but_for_the_tenants() {
    let tenantless = CHILD_LINES.iter().filter(|line| !line.0.contains("tenant"));
    assert_eq!(tenantless.copied().collect::<Vec<Line>>(), ENTERPRISE_LINES);
}

#[test]
fn our_cells_agree_with_the_constraints_and_are_the_only_ones_where_they_are_counted() {
    for (text, _) in TABLES {
        let bundle = bundle(text);
        let grid = grid(&bundle.tables()[0], View::Rows).unwrap();
        for (row, line) in rows(text).iter().zip(&grid.lines) {
            assert_eq!(row.label, line.label);
            let ours = RoleSet(line.cells.iter().map(|cell| is_tick(cell.word)).collect());
            let left = role_sets(row.ticks).filter(|set| agrees(&row.label, set));
            let left: Vec<RoleSet> = left.collect();
            assert!(left.contains(&ours), "{}: {ours:?} is none of {left:?}", row.label);
            let is_only = left.len() == 1;
            match row.evidence[0].as_str() {
                "counted" => assert!(is_only, "{}: counted, and yet {left:?}", row.label),
                "inferred" => assert!(!is_only, "{}: inferred, and yet the only", row.label),
                "published" | "prose" => {}
                other => panic!("{}: evidence `{other}`", row.label),
            }
        }
    }
}

/// What the sentences alone do not decide: the list of guesses, each row with how many are left.
#[test]
fn the_rows_that_stay_open_are_known() {
    let open = |text| {
        let rows: Vec<Row> = rows(text);
        let left = |row: &Row| role_sets(row.ticks).filter(|set| agrees(&row.label, set)).count();
        let left = rows.iter().map(|row| (left(row), row.label.clone()));
        left.filter(|(left, _)| *left > 1).map(|(_, label)| label).collect::<Vec<String>>()
    };
    assert_eq!(open(MANAGED), ["Create, view, and edit service keys"]);
    let guessed = |lines: &[Line]| {
        let guessed = lines.iter().filter(|line| line.2.contains('?'));
        guessed.map(|line| line.0.to_owned()).collect::<Vec<String>>()
    };
    assert_eq!(open(ENTERPRISE), guessed(ENTERPRISE_LINES));
    assert_eq!(open(CHILD), guessed(CHILD_LINES));
}

#[test]
fn every_numbered_rule_of_the_documents_is_cited() {
    let documents = [(MANAGED, 14), (ENTERPRISE, 11), (CHILD, 13), (CONTACTS, 14), (CLOUD, 21)];
    assert_eq!(documents.iter().map(|(_, rules)| rules).sum::<i64>(), 73);
    for (text, rules) in documents {
        let policy: toml::Table = text.parse().unwrap();
        assert_eq!(policy["source"]["rules"].as_integer(), Some(rules));
        let mut cited = Vec::new();
        collect_cites(&toml::Value::Table(policy), &mut cited);
        cited.sort_unstable();
        cited.dedup();
        assert_eq!(cited, (1..=rules).collect::<Vec<i64>>());
    }
}

#[test]
fn billing_and_support_together_are_the_union_and_no_administrator() {
    let bundle = bundle(CONTACTS);
    let table = &bundle.tables()[0];
    let both = [assigned("billing-only"), assigned("support-only")];
    for (action, roles) in CONTACT_CELLS {
        let expected = roles.contains('B') || roles.contains('S');
        let principal = Principal { assignments: &both, ..Principal::default() };
        assert_eq!(is_allowed(table, principal, action), expected, "{action}");
    }
}

#[test]
fn single_contact_permissions_never_order_cancel_or_authorize() {
    let bundle = bundle(CONTACTS);
    let table = &bundle.tables()[0];
    for (action, roles) in CONTACT_CELLS {
        let direct = [DirectAction { action, scope: None }];
        let principal = Principal { direct_actions: &direct, ..Principal::default() };
        let expected = roles.contains('B') || roles.contains('S');
        assert_eq!(is_allowed(table, principal, action), expected, "{action}");
    }
}

#[test]
fn only_control_panel_users_enter_the_panel_and_never_as_subscriber() {
    let bundle = bundle(CLOUD);
    let table = &bundle.tables()[0];
    for (letters, role) in CLOUD_ROLES {
        let is_project_role = ["PA", "PV"].contains(letters);
        let scope = is_project_role.then_some(Scope { kind: "project", id: "alpha" });
        let held = [Assignment { role, scope }];
        for (kind, _) in CLOUD_KINDS {
            let principal =
                Principal { kind: Some(kind), assignments: &held, ..Principal::default() };
            let expected = *kind == "control-panel-user" && *letters != "SU";
            assert_eq!(is_allowed(table, principal, "panel.enter"), expected, "{role} {kind}");
        }
    }
}

#[test]
fn project_roles_reach_their_own_project_only() {
    let bundle = bundle(CLOUD);
    let table = &bundle.tables()[0];
    for role in ["project-administrator", "project-viewer"] {
        let held = [Assignment { role, scope: Some(Scope { kind: "project", id: "alpha" }) }];
        for (project, expected) in [("alpha", true), ("beta", false)] {
            let scopes =
                [Scope { kind: "project", id: project }, Scope { kind: "account", id: "acme" }];
            let query = Query {
                principal: Principal {
                    kind: Some("service-user"),
                    assignments: &held,
                    ..Principal::default()
                },
                action: "infrastructure.view",
                resource: Resource { scopes: &scopes, ..Resource::default() },
                ..Query::default()
            };
            let decision = decide(&Request::new(table, query).unwrap());
            assert_eq!(decision.is_allowed(), expected, "{role} in {project}");
        }
    }
}

/// Which of the six roles have the tick, in the order of [`SIX`].
#[derive(Clone, PartialEq)]
struct RoleSet(Vec<bool>);

impl RoleSet {
    fn has(&self, letters: &str) -> bool {
        self.0[SIX.iter().position(|(other, _)| *other == letters).unwrap()]
    }
}

impl std::fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(SIX.iter().map(|(letters, _)| letters).filter(|letters| self.has(letters)))
            .finish()
    }
}

/// Every role set of that many roles.
fn role_sets(size: usize) -> impl Iterator<Item = RoleSet> {
    let sets = (0_u32..1 << SIX.len())
        .map(|number| RoleSet((0..SIX.len()).map(|role| number >> role & 1 == 1).collect()));
    sets.filter(move |set| set.0.iter().filter(|has| **has).count() == size)
}

/// What the sentences say of a row, before any ranking of roles is assumed.
fn agrees(row: &str, set: &RoleSet) -> bool {
    let is = |rows: &[&str]| rows.contains(&row);
    let orders = is(&["Create services"]);
    let modifies = is(&["Update services", "Update a service"]);
    let deletes_or_keys = is(&["Delete services", "Create, view, and edit service keys"]);
    let is_financial = is(&["View billing markets", "View and pay invoices"]);
    // "View and pay" is more than viewing. Drafting a design and keeping one's own details are no
    // views either, but there all six roles have the published tick.
    let only_views = row.starts_with("View ") && !row.contains(" and ");
    let only_views = only_views || is(&["Design services", "Update user details"]);

    let company_admin_has_every_row = set.has("CA");
    let finance = if orders || deletes_or_keys {
        set.has("F") && !set.has("FC")
    } else {
        set.has("F") == set.has("FC")
    };
    let read_only_only_views = only_views || !set.has("RO");
    let technical_admin_orders = !orders || set.has("TA");
    let technical_contact_modifies = (!modifies || set.has("TC")) && (!orders || !set.has("TC"));
    let finance_sees_money = !is_financial || (set.has("F") && set.has("FC"));

    company_admin_has_every_row
        && finance
        && read_only_only_views
        && technical_admin_orders
        && technical_contact_modifies
        && finance_sees_money
}

/// A published line, read from the TOML without the compiler.
struct Row {
    label: String,
    ticks: usize,
    /// By grant, in the order of the file.
    evidence: Vec<String>,
}

fn rows(text: &str) -> Vec<Row> {
    let policy: toml::Table = text.parse().unwrap();
    let mut rows: Vec<Row> = Vec::new();
    for grant in policy["grants"].as_array().unwrap() {
        let Some(label) = grant.get("row").map(|row| row.as_str().unwrap()) else {
            continue;
        };
        let evidence = grant["evidence"].as_str().unwrap().to_owned();
        match rows.iter_mut().find(|row| row.label == label) {
            Some(row) => row.evidence.push(evidence),
            None => {
                let ticks = grant["ticks"].as_integer().unwrap().try_into().unwrap();
                rows.push(Row { label: label.to_owned(), ticks, evidence: vec![evidence] });
            }
        }
    }
    rows
}

fn collect_cites(value: &toml::Value, cited: &mut Vec<i64>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                if key == "cites" {
                    let numbers = value.as_array().unwrap().iter();
                    cited.extend(numbers.map(|number| number.as_integer().unwrap()));
                } else {
                    collect_cites(value, cited);
                }
            }
        }
        toml::Value::Array(values) => values.iter().for_each(|value| collect_cites(value, cited)),
        _ => {}
    }
}

fn bundle(text: &str) -> Bundle {
    build(vec![Source::new("policy.toml", text)]).expect("a good policy")
}

/// Compares a view with lines of role letters, `?` behind a guess.
fn assert_cells(text: &str, view: View, roles: Roles, expected: &[(&str, &str)]) {
    let bundle = bundle(text);
    let Grid { roles: columns, lines, .. } = grid(&bundle.tables()[0], view).unwrap();
    assert_eq!(columns, roles.iter().map(|(_, role)| *role).collect::<Vec<&str>>());
    let line = |line: &policyc::GridLine| {
        let cells = roles.iter().zip(&line.cells).filter(|(_, cell)| is_tick(cell.word));
        let cells: Vec<String> = cells
            .map(|((letters, _), cell)| {
                format!("{letters}{}", if cell.is_guess { "?" } else { "" })
            })
            .collect();
        (line.label.clone(), cells.join(" "))
    };
    let found: Vec<(String, String)> = lines.iter().map(line).collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(label, cells)| (label.as_str(), cells.as_str())).collect();
    assert_eq!(found, expected);
}

/// Whether a cell counts as a tick, or as a kind that may hold the role.
fn is_tick(word: &str) -> bool {
    match word {
        "permit" | "conditional" | "partial" | "yes" => true,
        "" | "no" => false,
        other => panic!("no cell of the five policies is `{other}`"),
    }
}

fn assigned(role: &str) -> Assignment<'_> {
    Assignment { role, scope: None }
}

fn is_allowed(table: &Table, principal: Principal<'_>, action: &str) -> bool {
    let query = Query { principal, action, ..Query::default() };
    decide(&Request::new(table, query).unwrap()).is_allowed()
}
