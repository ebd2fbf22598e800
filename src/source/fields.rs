//! Reading the fields of one table, noting every error and going on.
//!
//! Not diagnostics: what can be wrong here the schema has already said better.

use std::hash::Hash;

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use crate::diagnostic::Span;

use super::keys::Keys;
use super::policy::{About, Form, Names, Spanned, Text};
use super::tree::{Entries, Node, NodeValue};

/// A place where a policy does not have its shape.
#[derive(Debug, Clone)]
pub(crate) struct ShapeError {
    pub span: Span,
    pub what: String,
}

/// The errors of a whole policy.
pub(super) type Errors = Vec<ShapeError>;

/// Reads a whole file: what it says, or every place where it does not have its shape.
pub(super) fn whole<T>(
    tree: &Node<'_>,
    read: impl FnOnce(&Node<'_>, &mut Errors) -> Option<T>,
) -> Result<T, Errors> {
    let mut errors = Errors::new();
    let value = read(tree, &mut errors);
    value.filter(|_| errors.is_empty()).ok_or(errors)
}

/// The fields of one table; reads note what is wrong and give what would be the default.
pub(super) struct Fields<'a> {
    entries: &'a Entries<'a>,
    /// The key or header under which the table stands.
    span: Span,
    keys: Keys,
    errors: &'a mut Errors,
}

impl<'a> Fields<'a> {
    /// Opens a table; `None` where it is none. Keys that the table does not know are errors.
    pub(super) fn open(
        node: &'a Node<'a>,
        span: Span,
        keys: Keys,
        errors: &'a mut Errors,
    ) -> Option<Self> {
        let Some(entries) = node.as_table() else {
            errors.push(wrong_type(node, "a table"));
            return None;
        };
        for (key, entry) in entries.iter().filter(|(key, _)| !keys.contains(key)) {
            errors.push(ShapeError { span: entry.key, what: format!("unknown key `{key}`") });
        }
        Some(Self { entries, span, keys, errors })
    }

    pub(super) fn errors(&mut self) -> &mut Errors {
        self.errors
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn error(&mut self, what: String) {
        self.errors.push(ShapeError { span: self.span, what });
    }

    /// The node under a key, and where the key stands.
    pub(super) fn get(&mut self, key: &str) -> Option<(Span, &'a Node<'a>)> {
        if !self.keys.contains(key) {
            self.error(format!("`{key}` is read and not listed"));
        }
        self.entries.get(key).map(|entry| (entry.key, &entry.node))
    }

    /// Notes a required key that is not there.
    pub(super) fn require<T>(&mut self, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.has(key) {
            self.error(format!("missing key `{key}`"));
        }
        value
    }

    fn read<T>(
        &mut self,
        key: &str,
        read: impl Fn(&Node<'_>) -> Result<T, ShapeError>,
    ) -> Option<Spanned<T>> {
        let (_, node) = self.get(key)?;
        match read(node) {
            Ok(value) => Some(Spanned { value, span: node.span }),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// A text of a certain form.
    pub(super) fn form<T: Form>(&mut self, key: &str) -> Option<Spanned<T>> {
        self.read(key, form)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.choice(key, words).map(|word| word.value)
    }

    /// One of a few words, with its place.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<Spanned<T>> {
        self.read(key, |node| word(node, words))
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let flag = self.read(key, |node| {
            let NodeValue::Boolean(known) = &node.value else {
                return Err(wrong_type(node, "a boolean"));
            };
            Ok(*known)
        });
        flag.is_some_and(|flag| flag.value)
    }

    pub(super) fn integer(&mut self, key: &str) -> Option<Spanned<i64>> {
        self.read(key, integer)
    }

    pub(super) fn count(&mut self, key: &str) -> Option<Spanned<u32>> {
        self.read(key, count)
    }

    /// A list; `min` is how many items it must have, if the key is there.
    pub(super) fn list<T: Eq + Hash>(
        &mut self,
        key: &str,
        min: usize,
        read: impl Fn(&Node<'_>) -> Result<T, ShapeError>,
    ) -> Option<Names<T>> {
        let (_, node) = self.get(key)?;
        let NodeValue::Array(items) = &node.value else {
            self.errors.push(wrong_type(node, "a list"));
            return None;
        };
        if items.len() < min {
            self.errors.push(ShapeError { span: node.span, what: "the list is empty".to_owned() });
        }
        let mut list: Names<T> = Vec::with_capacity(items.len());
        for item in items {
            match read(item) {
                Ok(value) => list.push(Spanned { value, span: item.span }),
                Err(error) => self.errors.push(error),
            }
        }
        let mut seen: IndexSet<&T, RandomState> = IndexSet::default();
        seen.reserve(list.len());
        for item in list.iter().filter(|item| !seen.insert(&item.value)) {
            self.errors.push(ShapeError { span: item.span, what: "listed twice".to_owned() });
        }
        Some(list)
    }

    /// A table of values by names of a certain form.
    pub(super) fn map<K: Form, T>(
        &mut self,
        key: &str,
        read: impl Fn(&Node<'_>) -> Result<T, ShapeError>,
    ) -> Option<Vec<(Spanned<K>, Spanned<T>)>> {
        let (_, node) = self.get(key)?;
        let Some(entries) = node.as_table() else {
            self.errors.push(wrong_type(node, "a table"));
            return None;
        };
        let mut map = Vec::new();
        for (name, entry) in entries {
            let name = K::parse(name).ok_or_else(|| ShapeError {
                span: entry.key,
                what: format!("`{name}` is not {}", K::WHAT),
            });
            match (name, read(&entry.node)) {
                (Ok(name), Ok(value)) => map.push((
                    Spanned { value: name, span: entry.key },
                    Spanned { value, span: entry.node.span },
                )),
                (name, value) => {
                    self.errors.extend(name.err());
                    self.errors.extend(value.err());
                }
            }
        }
        Some(map)
    }

    /// A list of texts of a certain form that may be empty or absent.
    pub(super) fn names<T: Form + Eq + Hash>(&mut self, key: &str) -> Names<T> {
        self.list(key, 0, form).unwrap_or_default()
    }

    /// A list of texts of a certain form that may be absent, and then means something of its own.
    pub(super) fn some_names<T: Form + Eq + Hash>(&mut self, key: &str) -> Option<Names<T>> {
        self.list(key, 1, form)
    }

    /// A list of texts of a certain form that must be there.
    pub(super) fn required_names<T: Form + Eq + Hash>(&mut self, key: &str) -> Names<T> {
        let names = self.some_names(key);
        self.require(key, names).unwrap_or_default()
    }

    /// The `schema` that every file begins with: 1.
    pub(super) fn schema(&mut self) {
        let schema = self.integer("schema");
        let schema = self.require("schema", schema);
        if schema.is_some_and(|schema| schema.value != 1) {
            self.error("the schema is not 1".to_owned());
        }
    }

    /// What every entry may say about itself.
    pub(super) fn about(&mut self) -> About {
        let states = self.keys.states;
        About {
            span: self.span,
            title: self.form::<Text>("title"),
            description: self.form::<Text>("description"),
            because: if states { self.form::<Text>("because") } else { None },
            cites: if states {
                self.list("cites", 0, |node| count(node).and_then(|cite| positive(node, cite)))
                    .unwrap_or_default()
            } else {
                Vec::new()
            },
            allow: if self.keys.allows {
                self.map("allow", form).unwrap_or_default()
            } else {
                Vec::new()
            },
        }
    }
}

pub(super) fn form<T: Form>(node: &Node<'_>) -> Result<T, ShapeError> {
    let NodeValue::String(text) = &node.value else {
        return Err(wrong_type(node, "a string"));
    };
    T::parse(text)
        .ok_or_else(|| ShapeError { span: node.span, what: format!("`{text}` is not {}", T::WHAT) })
}

pub(super) fn word<T: Copy>(node: &Node<'_>, words: &[(&str, T)]) -> Result<T, ShapeError> {
    let NodeValue::String(text) = &node.value else {
        return Err(wrong_type(node, "a string"));
    };
    let known = words.iter().find(|(word, _)| word == text).map(|(_, value)| *value);
    known.ok_or_else(|| ShapeError { span: node.span, what: format!("unknown word `{text}`") })
}

pub(super) fn wrong_type(node: &Node<'_>, expected: &str) -> ShapeError {
    let what = format!("expected {expected}, found {}", node.type_name());
    ShapeError { span: node.span, what }
}

fn integer(node: &Node<'_>) -> Result<i64, ShapeError> {
    let NodeValue::Integer(number) = &node.value else {
        return Err(wrong_type(node, "an integer"));
    };
    Ok(*number)
}

fn count(node: &Node<'_>) -> Result<u32, ShapeError> {
    let number = integer(node)?;
    u32::try_from(number).map_err(|_| out_of_range(node))
}

fn positive(node: &Node<'_>, number: u32) -> Result<u32, ShapeError> {
    if number > 0 { Ok(number) } else { Err(out_of_range(node)) }
}

fn out_of_range(node: &Node<'_>) -> ShapeError {
    ShapeError { span: node.span, what: "out of range".to_owned() }
}
