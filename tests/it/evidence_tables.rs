//! The published tables, restated cell by cell.
//!
//! Not read from the policies, which are compared with this.

/// A role's letters, and its id.
pub(crate) type Roles = &'static [(&'static str, &'static str)];

pub(crate) const SIX: Roles = &[
    ("CA", "company-admin"),
    ("TA", "technical-admin"),
    ("TC", "technical-contact"),
    ("F", "finance"),
    ("FC", "financial-contact"),
    ("RO", "read-only"),
];

pub(crate) const ALL_SIX: &str = "CA TA TC F FC RO";

/// A published line: label, ticks, who has them (`?` where the column is a guess), and on what
/// evidence, by grant.
pub(crate) type Line = (&'static str, usize, &'static str, &'static [&'static str]);

pub(crate) const MANAGED_LINES: &[Line] = &[
    ("Create managed account", 1, "CA", &["prose"]),
    ("Onboard managed account users", 1, "CA", &["prose"]),
    ("Create services", 3, "CA TA F", &["counted"]),
    ("Delete services", 2, "CA F", &["counted"]),
    ("Design services", 6, ALL_SIX, &["published"]),
    ("Update a service", 3, "CA TA TC", &["counted"]),
    ("View services", 6, ALL_SIX, &["published"]),
    ("Lock and unlock services", 1, "CA", &["published"]),
    ("Create, view, and edit service keys", 3, "CA TA? F", &["inferred"]),
    ("View usage", 6, ALL_SIX, &["published"]),
    ("Create, view, and update users", 1, "CA", &["prose"]),
    ("Update user details", 6, ALL_SIX, &["published"]),
];

pub(crate) const ENTERPRISE_LINES: &[Line] = &[
    ("Create services", 3, "CA TA F", &["counted"]),
    ("View services", 6, ALL_SIX, &["published"]),
    ("Update services", 3, "CA TA TC", &["counted"]),
    ("Delete services", 2, "CA F", &["counted"]),
    ("Lock and unlock services", 1, "CA", &["published"]),
    ("Create and delete applications", 2, "CA TA?", &["inferred"]),
    ("View applications", 4, "CA TA? TC? RO?", &["inferred"]),
    ("Update applications", 3, "CA TA? TC?", &["inferred"]),
    ("Create, update, and delete Insights", 2, "CA TA?", &["inferred"]),
    ("Create, view, and update users", 1, "CA", &["published"]),
    ("Add and delete credentials", 2, "CA TA?", &["inferred"]),
    ("Create and delete clusters", 2, "CA TA?", &["inferred"]),
    ("View clusters", 6, ALL_SIX, &["published"]),
    ("Update clusters", 3, "CA TA? TC?", &["inferred"]),
    ("Download Kubernetes configuration", 2, "CA TA?", &["inferred"]),
    ("Create and delete repositories", 2, "CA TA?", &["inferred"]),
    ("View repositories", 6, ALL_SIX, &["published"]),
    ("Update repositories", 3, "CA TA? TC?", &["inferred"]),
    ("View usage", 6, ALL_SIX, &["published"]),
    ("Enable and update billing markets", 1, "CA", &["counted"]),
    ("View billing markets", 3, "CA F FC", &["counted"]),
    ("View and pay invoices", 3, "CA F FC", &["counted"]),
];

pub(crate) const CHILD_LINES: &[Line] = &[
    ("Create services", 3, "CA TA F", &["counted"]),
    ("View services", 6, ALL_SIX, &["published"]),
    ("Update services", 3, "CA TA TC", &["counted"]),
    ("Delete services", 2, "CA F", &["counted"]),
    ("Lock and unlock services", 1, "CA", &["published"]),
    ("Create and delete applications", 2, "CA TA?", &["inferred"]),
    ("View applications", 4, "CA TA? TC? RO?", &["inferred"]),
    ("Update applications", 3, "CA TA? TC?", &["inferred"]),
    ("Create, update, and delete Insights", 2, "CA TA?", &["inferred"]),
    // The sentence reserves creating; the second tick is left for the other two.
    ("Create, update, and delete child tenant account", 2, "CA TA?", &["prose", "inferred"]),
    ("View child tenant account", 6, ALL_SIX, &["published"]),
    ("View tenant account", 6, ALL_SIX, &["published"]),
    ("Update tenant account", 2, "CA TA?", &["inferred"]),
    ("Update tenant permissions", 2, "CA TA?", &["inferred"]),
    ("Create, view, and update users", 1, "CA", &["published"]),
    ("Add and delete credentials", 2, "CA TA?", &["inferred"]),
    ("Create and delete clusters", 2, "CA TA?", &["inferred"]),
    ("View clusters", 6, ALL_SIX, &["published"]),
    ("Update clusters", 3, "CA TA? TC?", &["inferred"]),
    ("Download Kubernetes configuration", 2, "CA TA?", &["inferred"]),
    ("Create and delete repositories", 2, "CA TA?", &["inferred"]),
    ("View repositories", 6, ALL_SIX, &["published"]),
    ("Update repositories", 3, "CA TA? TC?", &["inferred"]),
    ("View usage", 6, ALL_SIX, &["published"]),
    ("Enable and update billing markets", 1, "CA", &["counted"]),
    ("View billing markets", 3, "CA F FC", &["counted"]),
    ("View and pay invoices", 3, "CA F FC", &["counted"]),
];

/// Account contacts: who may do it, of O(wner), A(dministrator), B(illing only), S(upport only).
pub(crate) const CONTACT_ROLES: Roles = &[
    ("O", "account-owner"),
    ("A", "account-administrator"),
    ("B", "billing-only"),
    ("S", "support-only"),
];
pub(crate) const CONTACT_CELLS: &[(&str, &str)] = &[
    ("invoices.view", "O A B"),
    ("credit-card.update", "O A B"),
    ("billing-notices.receive", "O A B"),
    ("tickets.view", "O A S"),
    ("tickets.open", "O A S"),
    ("login-details.receive", "O A S"),
    ("contacts.authorize", "O A"),
    ("services.order", "O"),
    ("services.cancel", "O"),
];

pub(crate) const CLOUD_ROLES: Roles = &[
    ("AO", "account-owner"),
    ("AA", "account-administrator"),
    ("BA", "billing-administrator"),
    ("UA", "user-administrator"),
    ("PA", "project-administrator"),
    ("AV", "account-supervisor"),
    ("PV", "project-viewer"),
    ("SU", "subscriber"),
];
/// The owner's cells are read from "the role cannot be assigned": guesses where no list names it.
pub(crate) const CLOUD_CELLS: &[(&str, &str)] = &[
    ("services.manage", "AO? AA"),
    ("services.view", "AO? AA AV"),
    ("account.manage", "AO? AA"),
    ("account.view", "AO? AA AV"),
    ("billing.manage", "AO? AA BA"),
    ("billing.view", "AO? AA BA AV"),
    ("infrastructure.manage", "AO? AA PA"),
    ("infrastructure.view", "AO? AA PA AV PV"),
    ("tickets.view", "AO? AA? PA? AV? PV"),
    ("users.add", "AO UA"),
    ("users.edit", "AO UA"),
    ("notifications.configure", "AO UA"),
    ("accounting-documents.receive", "AO? SU"),
    ("balance-and-payments.receive", "AO? SU"),
    ("panel.enter", "AO AA BA UA PA AV PV"),
];
pub(crate) const CLOUD_KINDS: &[(&str, &str)] =
    &[("control-panel-user", "AO AA BA UA PA AV PV SU"), ("service-user", "AA BA UA PA AV PV")];
