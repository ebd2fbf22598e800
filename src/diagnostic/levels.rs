//! Levels: what becomes of findings that are no errors by themselves.
//!
//! Not suppressions, which stand in a policy at the one place where a lint is right and meant so.

use std::collections::BTreeMap;
use std::fmt;

use super::{Group, Rule, Severity, find_rule, nearest, only_near, rules};

/// What becomes of a lint's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// They are not reported.
    Allow,
    /// They are advice.
    Advise,
    /// They are warnings.
    Warn,
    /// They are errors: there is no bundle while one stands.
    Deny,
}

impl Level {
    /// Every level, the gentlest first.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Advise, Self::Warn, Self::Deny];

    /// The word that configurations use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Advise => "advise",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The severity that findings get; none where they are not reported.
    const fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Advise => Some(Severity::Advice),
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// The group of lints that are off by default, as configurations name it.
pub const PEDANTIC: &str = "pedantic";

/// The level of each lint; without any, every lint has its own severity, and pedantic ones are off.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// By code.
    levels: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// Sets the level of a lint, by its code or name, or of the group `pedantic`.
    ///
    /// # Errors
    /// Where there is no such lint, or what has that name is an error whatever one wants.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), UnknownLint> {
        if name == PEDANTIC {
            let pedantic = rules().filter(|rule| rule.group == Group::Pedantic);
            self.levels.extend(pedantic.map(|rule| (rule.code, level)));
            return Ok(());
        }
        match find_rule(name) {
            Some(rule) if rule.group != Group::Error => {
                self.levels.insert(rule.code, level);
                Ok(())
            }
            _ => Err(UnknownLint::beside(name, Some(PEDANTIC))),
        }
    }

    /// Whether findings of a rule are reported at all.
    pub(crate) fn is_on(&self, rule: &Rule) -> bool {
        self.severity(rule, rule.severity).is_some()
    }

    /// What a finding weighs that weighs so much by itself; none where it is not reported.
    pub(crate) fn severity(&self, rule: &Rule, own: Severity) -> Option<Severity> {
        match (rule.group, self.levels.get(rule.code)) {
            (Group::Error, _) | (Group::Default, None) => Some(own),
            (Group::Pedantic, None) => None,
            (Group::Default | Group::Pedantic, Some(level)) => level.severity(),
        }
    }
}

/// A name that is not one of a lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLint {
    name: String,
    found: Found,
    /// The group that can be meant; an entry allows single lints.
    group: Option<&'static str>,
}

/// What has the name all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Error,
    /// The lint with this name: the text is its code.
    Code(&'static str),
    Group,
}

impl UnknownLint {
    /// A name that is none of a lint; `group` is the group that could stand there.
    pub(crate) fn beside(name: &str, group: Option<&'static str>) -> Self {
        let found = match find_rule(name) {
            _ if name == PEDANTIC => Found::Group,
            Some(rule) if rule.group == Group::Error => Found::Error,
            Some(rule) => Found::Code(rule.name),
            None => Found::Nothing,
        };
        Self { name: name.to_owned(), found, group }
    }

    /// The lint that was perhaps meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&'static str> {
        self.by_code().or_else(|| nearest(&self.name, self.candidates()))
    }

    /// The only lint that can be meant.
    pub(crate) fn only_near(&self) -> Option<&'static str> {
        self.by_code().or_else(|| only_near(&self.name, self.candidates()))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    const fn by_code(&self) -> Option<&'static str> {
        if let Found::Code(name) = self.found { Some(name) } else { None }
    }

    /// What can stand in its place; nothing where it is known and no lint.
    fn candidates(&self) -> impl Iterator<Item = &'static str> {
        let lints = rules().filter(|rule| rule.group != Group::Error).map(|rule| rule.name);
        lints.chain(self.group).filter(|_| self.found != Found::Error)
    }
}

impl fmt::Display for UnknownLint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.found {
            Found::Error => write!(f, "`{}` is an error, and errors have no level", self.name),
            Found::Group => write!(f, "`{}` is a group, and an entry allows lints", self.name),
            Found::Code(_) | Found::Nothing => write!(f, "no lint is called `{}`", self.name),
        }
    }
}

impl std::error::Error for UnknownLint {}
