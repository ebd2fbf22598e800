//! When a change holds, as data: the shortest true condition in the policies' own words.
//!
//! Not text: rendering is the caller's.

/// The situations in which something changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Guard {
    /// The situations that are meant at all; within these, one of the alternatives holds.
    pub within: Within,
    /// Alternatives of clauses that all hold; an alternative without clauses always does.
    pub any_of: Vec<Vec<Clause>>,
}

impl Guard {
    /// Whether it says nothing but `within`.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.any_of.iter().any(Vec::is_empty)
    }
}

/// How what is held must stand for a change to concern it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Within {
    /// It is known to count: the right kind, and unscoped or in a scope that the resource lies in.
    Counts,
    /// It is known to count for a grant that says `anywhere`: in whichever scope it is held.
    Anywhere,
    /// It is not known not to count, as for a forbid.
    MayCount,
    /// However it is held.
    Whatever,
}

impl Within {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Anywhere => "anywhere",
            Self::MayCount => "may-count",
            Self::Whatever => "whatever",
        }
    }
}

/// One thing that must be so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Clause {
    /// The principal's kind is one of these.
    Kind(Vec<KindIs>),
    /// The role, or the direct action, is held in one of these ways.
    Held(Vec<HeldIs>),
    /// A condition stands so.
    Condition(ConditionIs),
    /// An attribute, by its full name, is one of these.
    Attribute(String, Vec<ValueIs>),
}

/// A kind that a principal may have in a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KindIs {
    /// A declared one.
    Named(String),
    /// The request does not give it.
    Missing,
    /// One that neither policy declares.
    Undeclared,
}

/// How a role may be held in a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HeldIs {
    /// In no scope.
    Unscoped,
    /// In a scope of this kind, which the resource lies in.
    Inside(String),
    /// In a scope of this kind, and the resource lies in others.
    Elsewhere(String),
    /// In a scope of this kind, and the request does not say where the resource lies.
    Unsaid(String),
    /// In a scope of a kind that neither policy declares.
    Undeclared,
}

/// How a condition stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ConditionIs {
    /// Its name.
    pub name: String,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// What it tests, in a few words; nothing where the caller asserts it.
    pub test: Option<String>,
    /// Which policy's condition, where the two test something different under one name.
    pub side: Option<Side>,
    /// How it stands.
    pub stands: Stands,
}

/// The truth values that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stands {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// It does not hold, or it is not known whether it does.
    NotKnownToHold,
    /// It holds, or it is not known whether it does.
    NotKnownToFail,
    /// It is not known whether it holds.
    Unknown,
}

impl Stands {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::NotKnownToHold => "not-known-to-hold",
            Self::NotKnownToFail => "not-known-to-fail",
            Self::Unknown => "unknown",
        }
    }
}

/// One of the two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The old one.
    Before,
    /// The new one.
    After,
}

impl Side {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// A value that an attribute may have in a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ValueIs {
    /// This one, as policies write it without quotes.
    Value(String),
    /// A text that neither policy names.
    Other,
    /// An integer from and to; none is no bound.
    Range(Option<i64>, Option<i64>),
    /// It is not given, or not as any value that it may have.
    Missing,
}
