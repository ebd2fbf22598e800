//! The typed policy: what a file says, with every name checked for its form and none resolved.
//!
//! Not the table: names may still be unknown, lists contradictory, conditions circular.

use crate::diagnostic::{Group, PEDANTIC, Span, find_rule};
use crate::model::{Change, Effect, Literal, Namespace, ValueType, name};
use crate::table::notes::{Evidence, HeldRoles, InvariantSays};
use crate::table::rules::Level;

use super::ActionPattern;

/// Something, and where the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// A text that has a form of its own.
pub(crate) trait Form: Sized {
    /// What it is, for messages.
    const WHAT: &'static str;

    /// `None` where the text does not have the form.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident $what:literal $is:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(String);

        impl $name {
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Form for $name {
            const WHAT: &'static str = $what;

            fn parse(text: &str) -> Option<Self> {
                $is(text).then(|| Self(text.to_owned()))
            }
        }
    )*};
}

names! {
    /// A role's name.
    RoleName "a role name" name::is_role;
    /// An action's name.
    ActionName "an action name" name::is_action;
    /// A kebab-case name: policy id, kind, scope kind, condition.
    Identifier "an identifier" name::is_identifier;
    /// An attribute's full name.
    AttributeName "an attribute name" |text| name::split_attribute(text).is_some();
    /// A semantic version.
    Version "a semantic version" name::is_version;
    /// The name of a lint, which is no error.
    LintName "a lint" is_lint;
    /// The name of a lint, or of the group that is off.
    LintOrGroup "a lint" |text| text == PEDANTIC || is_lint(text);
    /// Any text that is not empty.
    Text "a text" |text: &str| !text.is_empty();
}

fn is_lint(text: &str) -> bool {
    find_rule(text).is_some_and(|rule| rule.name == text && rule.group != Group::Error)
}

impl AttributeName {
    /// The namespace and the name inside it.
    pub(crate) fn split(&self) -> Option<(Namespace, &str)> {
        name::split_attribute(&self.0)
    }
}

impl Form for ActionPattern {
    const WHAT: &'static str = "an action or pattern";

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

/// A role, or `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum RoleOrAll {
    All,
    Role(RoleName),
}

impl RoleOrAll {
    /// As it is written.
    pub(crate) fn name_or_star(&self) -> &str {
        self.name().unwrap_or("*")
    }

    /// The role's name; none for `*`.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Role(name) => Some(name.as_str()),
        }
    }
}

impl Form for RoleOrAll {
    const WHAT: &'static str = "a role name or `*`";

    fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::All) } else { RoleName::parse(text).map(Self::Role) }
    }
}

pub(crate) type Names<T> = Vec<Spanned<T>>;

/// A table of named entries, in the order of the file.
pub(crate) type Named<K, V> = Vec<(Spanned<K>, V)>;

/// One policy file.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub id: Spanned<Identifier>,
    pub version: Spanned<Version>,
    pub about: About,
    pub source: Option<Source>,
    pub kinds: Named<Identifier, Kind>,
    pub scopes: Named<Identifier, Scope>,
    pub attributes: Named<AttributeName, Attribute>,
    pub conditions: Named<Identifier, Condition>,
    pub roles: Named<RoleName, Role>,
    pub direct: Option<Direct>,
    /// Where present, exactly the vocabulary.
    pub actions: Option<Named<ActionName, About>>,
    pub grants: Vec<Grant>,
    pub constraints: Vec<Constraint>,
    pub delegations: Vec<Delegation>,
    pub invariants: Vec<Invariant>,
    pub statements: Vec<Statement>,
}

impl Policy {
    /// What every entry says about itself; the policy as a whole first.
    pub(crate) fn abouts(&self) -> impl Iterator<Item = &About> {
        [&self.about]
            .into_iter()
            .chain(self.kinds.iter().map(|(_, kind)| &kind.about))
            .chain(self.scopes.iter().map(|(_, scope)| &scope.about))
            .chain(self.attributes.iter().map(|(_, attribute)| &attribute.about))
            .chain(self.conditions.iter().map(|(_, condition)| &condition.about))
            .chain(self.roles.iter().map(|(_, role)| &role.about))
            .chain(self.direct.iter().map(|direct| &direct.about))
            .chain(self.actions.iter().flatten().map(|(_, about)| about))
            .chain(self.grants.iter().map(|grant| &grant.about))
            .chain(self.constraints.iter().map(|constraint| &constraint.about))
            .chain(self.delegations.iter().map(|delegation| &delegation.about))
            .chain(self.invariants.iter().map(|invariant| &invariant.about))
            .chain(self.statements.iter().map(|statement| &statement.about))
    }
}

/// What any entry may say about itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    /// Where the entry stands: its header, or its key.
    pub span: Span,
    pub title: Option<Spanned<Text>>,
    pub description: Option<Spanned<Text>>,
    pub because: Option<Spanned<Text>>,
    pub cites: Vec<Spanned<u32>>,
    /// The lints that are right here and meant so, each with the reason.
    pub allow: Vec<(Spanned<LintName>, Spanned<Text>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub document: Option<Spanned<Text>>,
    pub address: Option<Spanned<Text>>,
    pub published: Option<Spanned<Text>>,
    pub note: Option<Spanned<Text>>,
    pub rules: Option<Spanned<u32>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub about: About,
    pub holds: Names<RoleName>,
}

#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub about: About,
    pub within: Option<Spanned<Identifier>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub about: About,
    pub value_type: ValueType,
    pub values: Names<Literal>,
}

#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub about: About,
    pub test: Test,
}

/// A condition's test, its names unresolved.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Asserted,
    OneOf { attribute: Spanned<AttributeName>, literals: Names<Literal> },
    Matches { attribute: Spanned<AttributeName>, other: Spanned<AttributeName> },
    AtLeast { attribute: Spanned<AttributeName>, bound: Spanned<i64> },
    AtMost { attribute: Spanned<AttributeName>, bound: Spanned<i64> },
    All(Names<Identifier>),
    Any(Names<Identifier>),
    Not(Spanned<Identifier>),
}

#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub about: About,
    pub inherits: Names<RoleName>,
    pub kinds: Option<Names<Identifier>>,
    pub scope: Option<Spanned<Identifier>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Direct {
    pub about: About,
    pub actions: Names<ActionPattern>,
    pub kinds: Option<Names<Identifier>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub about: About,
    pub actions: Names<ActionPattern>,
    pub roles: Names<RoleOrAll>,
    pub except: Names<ActionPattern>,
    pub effect: Effect,
    pub when: Names<Identifier>,
    pub unless: Names<Identifier>,
    pub anywhere: bool,
    pub row: Option<Spanned<Text>>,
    pub ticks: Option<Spanned<u32>>,
    pub evidence: Option<Evidence>,
    pub uncertain: Names<RoleName>,
}

impl Grant {
    /// Whether it says who may do what, and nothing about itself or a published line.
    pub(crate) fn says_only_access(&self) -> bool {
        let about = &self.about;
        let texts = [&about.title, &about.description, &about.because, &self.row];
        texts.into_iter().all(Option::is_none)
            && about.cites.is_empty()
            && about.allow.is_empty()
            && self.ticks.is_none()
            && self.evidence.is_none()
            && self.uncertain.is_empty()
    }

    /// Whether another grant says of itself and of a published line all that this one says.
    pub(crate) fn says_no_more_than(&self, other: &Self) -> bool {
        fn is_same<T: PartialEq>(one: Option<&Spanned<T>>, other: Option<&Spanned<T>>) -> bool {
            one.is_none_or(|one| other.is_some_and(|other| one.value == other.value))
        }
        fn among<T: PartialEq>(some: &[Spanned<T>], all: &[Spanned<T>]) -> bool {
            some.iter().all(|one| all.iter().any(|other| one.value == other.value))
        }
        let (about, others) = (&self.about, &other.about);
        is_same(about.title.as_ref(), others.title.as_ref())
            && is_same(about.description.as_ref(), others.description.as_ref())
            && is_same(about.because.as_ref(), others.because.as_ref())
            && is_same(self.row.as_ref(), other.row.as_ref())
            && is_same(self.ticks.as_ref(), other.ticks.as_ref())
            && self.evidence.is_none_or(|evidence| other.evidence == Some(evidence))
            && among(&about.cites, &others.cites)
            && among(&self.uncertain, &other.uncertain)
            && about.allow.is_empty()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub about: About,
    pub level: Level,
    pub says: Says,
}

/// A constraint, its names unresolved.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Separation {
        roles: Names<RoleOrAll>,
        against: Option<Names<RoleOrAll>>,
        same_scope: bool,
    },
    NoSubsumedRoles {
        roles: Option<Names<RoleOrAll>>,
    },
    Cardinality {
        roles: Names<RoleOrAll>,
        min: Option<Spanned<u32>>,
        max: Option<Spanned<u32>>,
        per: Option<Spanned<Identifier>>,
    },
    RolesPerPrincipal {
        min: Option<Spanned<u32>>,
        max: Option<Spanned<u32>>,
        kinds: Option<Names<Identifier>>,
    },
    Fixed {
        roles: Names<RoleOrAll>,
    },
    ImmutableKind,
    Requires {
        roles: Names<RoleOrAll>,
        all_of: Names<RoleName>,
        any_of: Names<RoleName>,
        same_scope: bool,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Delegation {
    pub about: About,
    pub by: Names<RoleName>,
    pub assign: Names<RoleOrAll>,
    pub may: Vec<Change>,
    pub kinds: Option<Names<Identifier>>,
    pub holding: Names<RoleName>,
    pub not_holding: Names<RoleName>,
    pub when: Names<Identifier>,
    pub unless: Names<Identifier>,
}

#[derive(Debug, Clone)]
pub(crate) struct Invariant {
    pub about: About,
    pub says: InvariantSays,
    pub roles: Option<Names<RoleOrAll>>,
    pub actions: Option<Names<ActionPattern>>,
    pub except: Names<ActionPattern>,
    pub of: Names<RoleName>,
    pub when: Names<Identifier>,
    pub unless: Names<Identifier>,
    pub kinds: Option<Names<Identifier>>,
    pub held: HeldRoles,
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub about: About,
    pub text: Spanned<Text>,
}
