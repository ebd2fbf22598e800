//! Faults planted in the five policies, one at a time, and what notices each.
//!
//! Not mistakes of form, which `bad_files` has: every policy here would compile if nothing but its
//! text were looked at.

use policyc::{Source, check};

const CONTACTS: &str = include_str!("../../policies/account-contacts.toml");
const CHILD: &str = include_str!("../../policies/child-tenants.toml");
const CLOUD: &str = include_str!("../../policies/cloud-users.toml");
const ENTERPRISE: &str = include_str!("../../policies/enterprise-users.toml");
const MANAGED: &str = include_str!("../../policies/managed-accounts.toml");

const TICKS: &str = "ticks-differ";
const INVARIANT: &str = "broken-invariant";
const EXCEPT: &str = "needless-except";
const RULES: &str = "uncited-rule";

/// The policy, a text that is once in it (after another, if that is given), what stands there
/// instead, and who notices.
const FAULTS: &[(&str, &str, &str, &[&str])] = &[
    // A cell flipped.
    (
        CHILD,
        "row = \"Delete services\"\nactions = [\"services.delete\"]\nroles = [\"company-admin\", \"finance\"]",
        "row = \"Delete services\"\nactions = [\"services.delete\"]\nroles = [\"company-admin\"]",
        &[TICKS],
    ),
    (
        CHILD,
        "row = \"Delete services\"\nactions = [\"services.delete\"]\nroles = [\"company-admin\", \"finance\"]",
        "row = \"Delete services\"\nactions = [\"services.delete\"]\nroles = [\"company-admin\", \"financial-contact\"]",
        &[INVARIANT],
    ),
    (
        CLOUD,
        "actions = [\"users.{add,edit}\"]\nroles = [\"account-owner\", \"user-administrator\"]",
        "actions = [\"users.{add,edit}\"]\nroles = [\"account-owner\", \"account-administrator\"]",
        &[INVARIANT],
    ),
    (
        CLOUD,
        "actions = [\"infrastructure.{manage,view}\"]",
        "actions = [\"infrastructure.{manage,view}\", \"services.manage\"]",
        &[INVARIANT],
    ),
    (
        CONTACTS,
        "actions = [\"services.{order,cancel}\"]\nroles = [\"account-owner\"]\nevidence",
        "actions = [\"services.{order,cancel}\"]\nroles = [\"account-administrator\"]\nevidence",
        &[INVARIANT],
    ),
    // Inheritance cut.
    (
        CONTACTS,
        "inherits = [\"billing-only\", \"support-only\"]",
        "inherits = [\"billing-only\"]",
        &[INVARIANT],
    ),
    // A condition dropped.
    (CLOUD, "when = [\"is-control-panel-user\"]\nanywhere", "anywhere", &[INVARIANT]),
    (
        CHILD,
        "actions = [\"child-tenant-users.onboard\"]\nroles = [\"company-admin\"]\nwhen = [\"in-root-tenant\"]",
        "actions = [\"child-tenant-users.onboard\"]\nroles = [\"company-admin\"]",
        &[INVARIANT],
    ),
    // A direct action too many.
    (
        CONTACTS,
        "\"tickets.{view,open}\",\n  \"login-details.receive\",\n]\nbecause = \"The portal",
        "\"tickets.{view,open}\", \"services.cancel\",\n  \"login-details.receive\",\n]\nbecause = \"The portal",
        &[INVARIANT],
    ),
    // The published number changed.
    (ENTERPRISE, "ticks = 4", "ticks = 3", &[TICKS]),
    (MANAGED, "rules = 14", "rules = 15", &[RULES]),
];

#[test]
fn each_planted_fault_is_noticed() {
    for (policy, text, instead, expected) in FAULTS {
        assert_eq!(policy.matches(text).count(), 1, "`{text}` stands once");
        let faulty = policy.replace(text, instead);
        let report = check(vec![Source::new("faulty.toml", faulty)]).report;
        let mut names: Vec<&str> =
            report.diagnostics.iter().map(|diagnostic| diagnostic.rule.name).collect();
        // A needless exception is what an invariant says of access that was taken away.
        names.retain(|name| *name != EXCEPT);
        names.dedup();
        let found: Vec<&str> =
            report.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(names, *expected, "{text}: {found:#?}");
    }
}
