//! Attribute values: as a request gives them, and as a policy writes them.
//!
//! Not comparison: what a test over a value means is in `evaluate`.

/// Attributes by their name inside their namespace (`tenant`, not `principal.tenant`).
pub type Attributes<'a> = &'a [(&'a str, Value<'a>)];

/// The value of an attribute in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A string.
    String(&'a str),
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Anything else (null, a fraction, a list …): no attribute has such a type, so tests over
    /// it are unknown.
    Other,
}

/// As the command line takes it; what no attribute can have shows as a question mark.
impl std::fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            Self::Boolean(known) => known.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Other => f.write_str("?"),
        }
    }
}

/// A value that a policy names: in `values`, `equals` or `in`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Literal {
    String(String),
    Boolean(bool),
    Integer(i64),
}

impl Literal {
    /// What a request gives, as a policy could name it; none for what no attribute can have.
    pub(crate) fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::String(text.to_owned())),
            Value::Boolean(known) => Some(Self::Boolean(known)),
            Value::Integer(number) => Some(Self::Integer(number)),
            Value::Other => None,
        }
    }

    pub(crate) const fn value_type(&self) -> ValueType {
        match self {
            Self::String(_) => ValueType::String,
            Self::Boolean(_) => ValueType::Boolean,
            Self::Integer(_) => ValueType::Integer,
        }
    }

    pub(crate) fn as_value(&self) -> Value<'_> {
        match self {
            Self::String(text) => Value::String(text),
            Self::Boolean(known) => Value::Boolean(*known),
            Self::Integer(number) => Value::Integer(*number),
        }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_value().fmt(f)
    }
}

/// The declared type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// `string`
    String,
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
}

impl ValueType {
    /// The word that policies and messages use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
        }
    }
}

/// Whose attribute it is: the part of an attribute's name before the dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Namespace {
    Action,
    Context,
    Principal,
    Resource,
}

impl Namespace {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Context => "context",
            Self::Principal => "principal",
            Self::Resource => "resource",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Action, Self::Context, Self::Principal, Self::Resource]
            .into_iter()
            .find(|namespace| namespace.as_str() == text)
    }
}
