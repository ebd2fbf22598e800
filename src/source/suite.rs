//! The typed suite: what a policy is expected to answer, with every name checked for its form.
//!
//! Not run: whether a name is known and an expectation is met is for `suite`, the module that runs.

use crate::model::{Basis, Change, DelegationBasis, name};

use super::ActionPattern;
use super::directory::{AssignmentName, Given, Member, Placement, Profile, ScopeName};
use super::policy::{About, ActionName, Form, Identifier, Names, Spanned, Text};

/// A whole suite.
#[derive(Debug, Clone)]
pub(crate) struct Suite {
    pub policy: Spanned<Identifier>,
    pub principals: Vec<(Spanned<FixtureName>, Profile)>,
    pub resources: Vec<(Spanned<FixtureName>, GivenResource)>,
    pub scopes: Vec<Placement>,
    pub tables: Vec<CaseTable>,
    pub cases: Vec<Case>,
    pub holds: Vec<Hold>,
    pub proposals: Vec<ProposalCase>,
    pub audits: Vec<AuditCase>,
}

/// Something of this suite by its name, or written out where it is needed.
#[derive(Debug, Clone)]
pub(crate) enum OrName<T> {
    Name(Spanned<FixtureName>),
    Written(T),
}

/// What something is asked on.
#[derive(Debug, Clone)]
pub(crate) struct GivenResource {
    pub kind: Option<Spanned<Text>>,
    pub id: Option<Spanned<Text>>,
    pub scopes: Names<ScopeName>,
    pub attributes: Given,
}

/// What surrounds a request.
#[derive(Debug, Clone)]
pub(crate) struct Circumstances {
    pub resource: Option<OrName<GivenResource>>,
    pub action_attributes: Given,
    pub context: Given,
    pub assertions: Vec<(Spanned<Identifier>, bool)>,
}

/// Principals and actions; every cell is a case.
#[derive(Debug, Clone)]
pub(crate) struct CaseTable {
    pub about: About,
    pub principals: Names<FixtureName>,
    pub circumstances: Circumstances,
    pub lines: Vec<Line>,
}

/// One line of a table: who is allowed and who is denied.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub actions: Spanned<ActionPattern>,
    pub allow: Names<FixtureOrRest>,
    pub deny: Names<FixtureOrRest>,
}

/// A single request, and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub about: About,
    pub principal: OrName<Profile>,
    pub action: Spanned<ActionName>,
    pub circumstances: Circumstances,
    pub expect: Spanned<Expected>,
    pub basis: Option<Spanned<Basis>>,
    pub grant: Option<Spanned<Text>>,
}

/// Whether one principal may hold these roles together.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    pub about: About,
    pub principal: OrName<Profile>,
    pub expect: Spanned<Expected>,
    pub findings: Option<Names<Identifier>>,
}

/// Whether one principal may give or take another's role.
#[derive(Debug, Clone)]
pub(crate) struct ProposalCase {
    pub about: About,
    pub by: OrName<Profile>,
    pub change: Change,
    pub role: Spanned<AssignmentName>,
    pub to: OrName<Profile>,
    pub circumstances: Circumstances,
    pub expect: Spanned<Expected>,
    pub basis: Option<Spanned<DelegationBasis>>,
}

/// What auditing a small directory finds.
#[derive(Debug, Clone)]
pub(crate) struct AuditCase {
    pub about: About,
    /// As the suite says, where the case itself says nothing.
    pub scopes: Option<Vec<Placement>>,
    pub members: Vec<Member>,
    pub before: Option<Vec<Member>>,
    pub expect: Option<Spanned<Expected>>,
    pub findings: Names<Identifier>,
}

/// The expected answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Allow,
    Deny,
}

impl Expected {
    /// Every word of a suite, with what it means.
    pub(crate) const WORDS: [(&'static str, Self); 2] =
        [("allow", Self::Allow), ("deny", Self::Deny)];

    pub(crate) const fn of(is_allowed: bool) -> Self {
        if is_allowed { Self::Allow } else { Self::Deny }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Whom a line of a table names, or all that the other side does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FixtureOrRest {
    Rest,
    Fixture(FixtureName),
}

impl Form for FixtureOrRest {
    const WHAT: &'static str = "a fixture name or `*`";

    fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::Rest) } else { FixtureName::parse(text).map(Self::Fixture) }
    }
}

/// The name of a principal or resource of a suite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FixtureName(String);

impl FixtureName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Form for FixtureName {
    const WHAT: &'static str = "a fixture name";

    fn parse(text: &str) -> Option<Self> {
        name::is_part(text).then(|| Self(text.to_owned()))
    }
}
