//! The registry: every rule that a diagnostic may answer to, with its page.
//!
//! Not the checks themselves. Codes are `P` and four digits by stage and are never reused. A page
//! is a Markdown file in `pages/`: what the finding means, a source that has exactly this finding,
//! and the same mended. A test runs the examples.

use super::{
    Severity, assignments, bundles, constraints, grants, invariants, locks, names, reading, schema,
    sources, suites,
};

/// What can be done about a rule's findings but mending them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Nothing: an error is one whatever anybody wants.
    Error,
    /// A lint that is on: it can be given another level, and be allowed where it is right.
    Default,
    /// A lint that is off, because many policies are fine with what it finds.
    Pedantic,
}

impl Group {
    /// The word that lists use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Default => "default",
            Self::Pedantic => "pedantic",
        }
    }

    /// The group of a rule that weighs so much.
    pub(super) const fn of(severity: Severity, is_pedantic: bool) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning | Severity::Advice if is_pedantic => Self::Pedantic,
            Severity::Warning | Severity::Advice => Self::Default,
        }
    }
}

/// A diagnostic's code, name, severity and page.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// `P` and four digits, by stage; never reused.
    pub code: &'static str,
    /// Kebab-case; reads well after "allow".
    pub name: &'static str,
    /// How much it weighs by itself.
    pub severity: Severity,
    /// Whether it can be given another weight, and whether it is on.
    pub group: Group,
    /// The version of this crate that first had it.
    pub since: &'static str,
    /// Its page in Markdown: title, explanation, `## Bad`, `## Good`.
    pub page: &'static str,
}

impl Rule {
    /// The three lines before an example that does not state its own `schema`.
    pub const EXAMPLE_HEADER: &'static str =
        "schema = 1\npolicy = \"example\"\nversion = \"1.0.0\"\n";

    /// Sources that have exactly this finding, a policy each; none where the page has only words.
    #[must_use]
    pub fn bad_examples(&self) -> Vec<String> {
        examples(self.page, "\n## Bad\n")
    }

    /// Sources without a finding, a policy each; none where the page has only words.
    #[must_use]
    pub fn good_examples(&self) -> Vec<String> {
        examples(self.page, "\n## Good\n")
    }
}

/// The code blocks of a section, each made a whole policy.
fn examples(page: &str, heading: &str) -> Vec<String> {
    let section = page.split(heading).nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```toml\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let is_whole = |block: &str| block.starts_with('#') || block.contains("schema =");
    let header = |block: &str| {
        if is_whole(block) { "" } else { Rule::EXAMPLE_HEADER }
    };
    blocks.map(|block| format!("{}{block}", header(block))).collect()
}

/// Every rule, in the order of the codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let stages = [
        reading::RULES,
        schema::RULES,
        names::RULES,
        grants::RULES,
        constraints::RULES,
        invariants::RULES,
        sources::RULES,
        suites::RULES,
        assignments::RULES,
        bundles::RULES,
        locks::RULES,
    ];
    stages.into_iter().flatten().copied()
}

/// The rule with this code (`P0201`, in any case) or name (`unknown-role`).
#[must_use]
pub fn find_rule(code_or_name: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

/// Declares the rules of a stage and lists them in `RULES`.
macro_rules! declare_rules {
    ($($ident:ident: $severity:ident $code:literal $name:literal $($pedantic:ident)?;)*) => {
        $(static $ident: Rule = Rule {
            code: $code,
            name: $name,
            severity: super::Severity::$severity,
            group: super::registry::Group::of(
                super::Severity::$severity,
                !stringify!($($pedantic)?).is_empty(),
            ),
            since: "0.1.0",
            page: include_str!(concat!("pages/", $code, ".md")),
        };)*

        pub(super) static RULES: &[&Rule] = &[$(&$ident),*];
    };
}

pub(super) use declare_rules;
