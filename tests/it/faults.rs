//! Faults planted in the five policies, one at a time, and what notices each.
//!
//! Not mistakes of form, which `bad_files` has: every policy here would compile if nothing but its
//! text were looked at.

use policyc::{Severity, Source, check};

const CONTACTS: &str = include_str!("../../policies/account-contacts.toml");
const CHILD: &str = include_str!("../../policies/child-tenants.toml");
const CLOUD: &str = include_str!("../../policies/cloud-users.toml");
const ENTERPRISE: &str = include_str!("../../policies/enterprise-users.toml");
const MANAGED: &str = include_str!("../../policies/managed-accounts.toml");

const TICKS: &str = "ticks-differ";
const INVARIANT: &str = "broken-invariant";
const EXCEPT: &str = "needless-except";
const RULES: &str = "uncited-rule";

/// The policy, a text that is once in it, what stands there instead, and who notices.
pub(crate) const FAULTS: &[(&str, &str, &str, &[&str])] = &[
    // A cell flipped.
    (
        CHILD,
        r#"["services.delete"]
roles = ["company-admin", "finance"]
ticks"#,
        r#"["services.delete"]
roles = ["company-admin"]
ticks"#,
        &[TICKS],
    ),
    (
        CHILD,
        r#"["services.delete"]
roles = ["company-admin", "finance"]
ticks"#,
        r#"["services.delete"]
roles = ["company-admin", "financial-contact"]
ticks"#,
        &[INVARIANT],
    ),
    (
        CLOUD,
        r#"["users.{add,edit}"]
roles = ["account-owner", "user-administrator"]"#,
        r#"["users.{add,edit}"]
roles = ["account-owner", "account-administrator"]"#,
        &[INVARIANT],
    ),
    (
        CLOUD,
        r#"actions = ["infrastructure.{manage,view}"]"#,
        r#"actions = ["infrastructure.{manage,view}", "services.manage"]"#,
        &[INVARIANT],
    ),
    (
        CONTACTS,
        r#"["services.{order,cancel}"]
roles = ["account-owner"]
evidence"#,
        r#"["services.{order,cancel}"]
roles = ["account-administrator"]
evidence"#,
        &[INVARIANT],
    ),
    // Inheritance cut.
    (
        CONTACTS,
        r#"inherits = ["billing-only", "support-only"]"#,
        r#"inherits = ["billing-only"]"#,
        &[INVARIANT],
    ),
    // A condition dropped.
    (CLOUD, "when = [\"is-control-panel-user\"]\nanywhere", "anywhere", &[INVARIANT]),
    (
        CHILD,
        r#"["child-tenant-users.onboard"]
roles = ["company-admin"]
when = ["in-root-tenant"]
evidence"#,
        r#"["child-tenant-users.onboard"]
roles = ["company-admin"]
evidence"#,
        &[INVARIANT],
    ),
    // A direct action too many.
    (
        CONTACTS,
        r#"  "login-details.receive",
]
because = "The portal"#,
        r#"  "login-details.receive",
  "services.cancel",
]
because = "The portal"#,
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
        let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        let mut names: Vec<&str> = errors.map(|diagnostic| diagnostic.rule.name).collect();
        // A needless exception is what an invariant says of access that was taken away.
        names.retain(|name| *name != EXCEPT);
        names.dedup();
        let found: Vec<&str> =
            report.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(names, *expected, "{text}: {found:#?}");
    }
}
