//! A file as a tree in which every key and value has its place; TOML is read here, YAML beside.
//!
//! Not typed: the tree holds whatever TOML and YAML can say, also what no file of ours can.

use std::borrow::Cow;
use std::ops::Range;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{At, Diagnostic, FileId, Span, reading};
use crate::parallel;

use super::{dialect, duplicates, pieces, syntax};

/// A value and where it stands. A table that has a header stands at its header.
///
/// Texts are borrowed from the file where they stand there as they are meant, without an escape:
/// most of a large policy is names, and each would be an allocation.
#[derive(Debug, Clone)]
pub(crate) struct Node<'t> {
    pub span: Span,
    pub value: NodeValue<'t>,
}

#[derive(Debug, Clone)]
pub(crate) enum NodeValue<'t> {
    /// Only YAML can say it, and no file of ours has a use for it.
    Nothing,
    String(Cow<'t, str>),
    Integer(i64),
    /// No policy has one; what it is does not matter.
    Float,
    Boolean(bool),
    Datetime,
    Array(Vec<Node<'t>>),
    /// Boxed, as it is large and rare: of a policy's values nearly all are names.
    Table(Box<Entries<'t>>),
}

/// A table's entries in the order of the file.
pub(crate) type Entries<'t> = IndexMap<Cow<'t, str>, Entry<'t>, RandomState>;

/// An entry of a table: where its key stands, and the value.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'t> {
    pub key: Span,
    pub node: Node<'t>,
}

impl Node<'_> {
    pub(crate) const fn as_table(&self) -> Option<&Entries<'_>> {
        if let NodeValue::Table(entries) = &self.value { Some(entries) } else { None }
    }

    /// What it is, for people: "a string".
    pub(crate) const fn type_name(&self) -> &'static str {
        match &self.value {
            NodeValue::Nothing => "nothing",
            NodeValue::String(_) => "a string",
            NodeValue::Integer(_) => "an integer",
            NodeValue::Float => "a fraction",
            NodeValue::Boolean(_) => "a boolean",
            NodeValue::Datetime => "a date or time",
            NodeValue::Array(_) => "a list",
            NodeValue::Table(_) => "a table",
        }
    }

    /// The value as the schema sees it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.value {
            NodeValue::String(text) => Value::from(text.as_ref()),
            NodeValue::Integer(number) => Value::from(*number),
            NodeValue::Boolean(known) => Value::from(*known),
            // JSON has no dates, and takes 1.0 for an integer; null is allowed nowhere.
            NodeValue::Datetime | NodeValue::Float | NodeValue::Nothing => Value::Null,
            NodeValue::Array(items) => items.iter().map(Self::to_json).collect(),
            NodeValue::Table(entries) => {
                entries.iter().map(|(key, entry)| (key.to_string(), entry.node.to_json())).collect()
            }
        }
    }
}

/// Parses TOML.
///
/// # Errors
/// The first syntax error, since what follows one is often read wrongly for its sake; where there
/// is none, every key written twice and every number that a policy cannot hold.
pub(crate) fn parse(text: &str, file: FileId) -> Result<Node<'_>, Vec<Diagnostic>> {
    if text.len() >= parallel::LARGE
        && let Some(entries) = pieces::parse(text)
    {
        return Ok(root(entries));
    }
    parse_whole(text, file)
}

/// The same of a text of any size, by one thread.
pub(super) fn parse_whole(text: &str, file: FileId) -> Result<Node<'_>, Vec<Diagnostic>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<(Span, String)> = errors
        .into_iter()
        .map(|error| (error.span().map_or_else(Span::default, span), error.message().to_owned()))
        .collect();
    errors.sort();
    let (duplicates, syntax): (Vec<_>, Vec<_>) =
        errors.into_iter().partition(|(_, message)| message.starts_with("duplicate key"));
    let syntax = syntax.into_iter().next();
    // What TOML 1.1 reads on past may be why the parser then stumbles.
    let before = syntax.as_ref().map_or(text.len(), |(span, _)| span.start);
    let newer = dialect::newer(text.get(..before).unwrap_or(text));
    let explain = |(span, message): (Span, String)| syntax::explain(text, span, &message);
    if let Some((span, message)) = newer.or_else(|| syntax.map(explain)) {
        return Err(vec![reading::toml_syntax(At::new(file, span), &message)]);
    }
    if !duplicates.is_empty() {
        let spans = duplicates.into_iter().map(|(span, _)| span);
        return Err(duplicates::diagnostics(text, spans, file));
    }
    let mut reader = Reader::new(0);
    let entries = reader.entries(table.into_inner());
    let numbers = reader.numbers;
    if numbers.is_empty() {
        return Ok(root(entries));
    }
    let number =
        |(span, text): (Span, String)| reading::unrepresentable_number(At::new(file, span), &text);
    Err(numbers.into_iter().map(number).collect())
}

pub(super) fn span(range: Range<usize>) -> Span {
    Span { start: range.start, end: range.end }
}

fn root(entries: Entries<'_>) -> Node<'_> {
    Node { span: Span::default(), value: NodeValue::Table(Box::new(entries)) }
}

/// What makes our tree of the parser's.
pub(super) struct Reader {
    /// Where the text that was parsed starts in its file.
    start: usize,
    /// The numbers that cannot be held, each with its place; they stand as dates in the tree, which
    /// is then not used.
    pub numbers: Vec<(Span, String)>,
}

impl Reader {
    pub(super) const fn new(start: usize) -> Self {
        Self { start, numbers: Vec::new() }
    }

    pub(super) fn entries<'t>(&mut self, table: DeTable<'t>) -> Entries<'t> {
        let entry = |(key, value): (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)| {
            let place = self.place(key.span());
            (key.into_inner(), Entry { key: place, node: self.node(value) })
        };
        table.into_iter().map(entry).collect()
    }

    fn node<'t>(&mut self, value: Spanned<DeValue<'t>>) -> Node<'t> {
        let span = self.place(value.span());
        let value = match value.into_inner() {
            DeValue::String(text) => NodeValue::String(text),
            DeValue::Boolean(known) => NodeValue::Boolean(known),
            DeValue::Datetime(_) => NodeValue::Datetime,
            DeValue::Array(items) => {
                NodeValue::Array(items.into_iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => NodeValue::Table(Box::new(self.entries(table))),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => NodeValue::Integer(number),
                    Err(_) => self.unheld(span, number.to_string()),
                }
            }
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => NodeValue::Float,
                _ => self.unheld(span, number.as_str().to_owned()),
            },
        };
        Node { span, value }
    }

    fn unheld<'t>(&mut self, span: Span, number: String) -> NodeValue<'t> {
        self.numbers.push((span, number));
        NodeValue::Datetime
    }

    fn place(&self, range: Range<usize>) -> Span {
        Span { start: self.start + range.start, end: self.start + range.end }
    }
}
