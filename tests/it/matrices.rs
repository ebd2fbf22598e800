//! The matrix of each policy in each view, as people read it, in a file that a person can review.
//!
//! Not what the cells should be: `evidence` restates the documents, and the oracle recomputes.

use std::process::Command;

const FOLDER: &str = "../matrices";

#[test]
fn of_managed_accounts() {
    lock("managed-accounts", &["actions", "rows", "combinations", "delegations"]);
}

#[test]
fn of_enterprise_users() {
    lock("enterprise-users", &["actions", "rows", "combinations", "delegations"]);
}

#[test]
fn of_child_tenants() {
    lock("child-tenants", &["actions", "rows", "combinations", "delegations"]);
}

/// Documents without a table, so that there are no rows.
#[test]
fn of_account_contacts() {
    lock("account-contacts", &["actions", "combinations", "delegations"]);
    assert!(matrix("account-contacts", "rows").ends_with("\n\n(no published lines)\n"));
}

#[test]
fn of_cloud_users() {
    lock("cloud-users", &["actions", "kinds", "combinations", "delegations"]);
    assert!(matrix("cloud-users", "rows").ends_with("\n\n(no published lines)\n"));
}

/// Who holds a role in a project is not known to hold it in the account around it.
#[test]
fn who_leads_an_inner_scope_gives_nothing_in_the_outer_one() {
    let text = std::fs::read("tests/bad/P0410-P0502-only-where-it-can-be-given.toml").unwrap();
    let bundle = policyc::build_unproved(vec![policyc::Source::new("a.toml", text)]).unwrap();
    let grid = policyc::grid(bundle.table("clinic").unwrap(), policyc::View::Delegations).unwrap();
    assert_eq!(grid.roles, ["lead", "member", "owner"]);
    let lead = grid.lines.iter().find(|line| line.label == "lead").unwrap();
    let words: Vec<&str> = lead.cells.iter().map(|cell| cell.word).collect();
    assert_eq!(words, ["", "yes", ""]);
}

fn lock(policy: &str, views: &[&str]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for view in views {
            insta::assert_snapshot!(format!("{policy}-{view}"), matrix(policy, view));
        }
    });
}

fn matrix(policy: &str, view: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_policyc"));
    let output = command.args(["matrix", "policies", "--policy", policy, "--view", view]).output();
    let output = output.unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap()
}
