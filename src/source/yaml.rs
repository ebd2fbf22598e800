//! YAML as the tree that TOML is read into, every key and value with its place.
//!
//! Not a second tree: suites and directories go the way of policies from here on. Strict: `no` is a
//! text, a key stands once, and what would let a small file grow (aliases, nesting) is bounded.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use serde_yaml::{Location, Options, Spanned};

use crate::diagnostic::{At, Diagnostic, FileId, Span, Syntax, reading, schema};

use super::tree::{Entries, Entry, Node, NodeValue};

/// Deepest nesting; no suite or directory needs a quarter of it.
const DEPTH_MAX: usize = 32;

/// Most keys, values and lists: a directory of a few hundred thousand principals.
const NODE_COUNT_MAX: usize = 10_000_000;

/// Most that aliases may add to what is written.
const ALIASED_MAX: usize = 100_000;

/// Parses YAML; nothing but comments is nothing at all.
///
/// # Errors
/// The first syntax error; where there is none, every key written twice or not a text, and every
/// number that cannot be held.
pub(super) fn parse(text: &str, file: FileId) -> Result<Node<'static>, Vec<Diagnostic>> {
    let root: Spanned<Raw> = serde_yaml::from_str_with_options(text, options())
        .map_err(|error| vec![syntax(text, file, &error)])?;
    let mut reader = Reader { text, file, found: Vec::new() };
    let node = reader.node(&root);
    if reader.found.is_empty() { Ok(node) } else { Err(reader.found) }
}

fn options() -> Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: DEPTH_MAX,
            flow_nesting_limit: DEPTH_MAX,
            max_nodes: NODE_COUNT_MAX,
            max_events: 4 * NODE_COUNT_MAX,
            max_total_scalar_bytes: usize::MAX,
        },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: ALIASED_MAX },
        // Every one of them is reported, with both places; by itself the parser stops at the first.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// What YAML can say, before keys are compared.
enum Raw {
    Nothing,
    String(String),
    Integer(i64),
    Float,
    Boolean(bool),
    List(Vec<Spanned<Self>>),
    Mapping(Vec<(Spanned<Self>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whatever)
    }
}

struct Whatever;

impl<'de> Visitor<'de> for Whatever {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::String(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, known: bool) -> Result<Raw, E> {
        Ok(Raw::Boolean(known))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Integer(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Raw, E> {
        Ok(i64::try_from(number).map_or(Raw::Float, Raw::Integer))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Float)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut mapping = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            mapping.push(entry);
        }
        Ok(Raw::Mapping(mapping))
    }
}

/// From what YAML can say to what a file of ours can.
struct Reader<'t> {
    text: &'t str,
    file: FileId,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn node(&mut self, raw: &Spanned<Raw>) -> Node<'static> {
        let mut span = self.span(&raw.referenced);
        let value = match &raw.value {
            Raw::Nothing => NodeValue::Nothing,
            Raw::String(text) => NodeValue::String(text.clone().into()),
            Raw::Integer(number) => NodeValue::Integer(*number),
            Raw::Boolean(known) => NodeValue::Boolean(*known),
            Raw::Float => {
                let text = self.text.get(span.start..span.end).unwrap_or_default();
                if !text.contains(['.', 'e', 'E']) {
                    self.found.push(reading::unrepresentable_number(self.at(span), text));
                }
                NodeValue::Float
            }
            Raw::List(items) => {
                NodeValue::Array(items.iter().map(|item| self.node(item)).collect())
            }
            Raw::Mapping(entries) => {
                // A mapping in lines has no sign of its own; it stands at its first key.
                if let Some((first, _)) = entries.first()
                    && span.start == span.end
                {
                    span = self.span(&first.referenced);
                }
                NodeValue::Table(Box::new(self.entries(entries)))
            }
        };
        Node { span, value }
    }

    fn entries(&mut self, raw: &[(Spanned<Raw>, Spanned<Raw>)]) -> Entries<'static> {
        let mut entries = Entries::default();
        for (key, value) in raw {
            let span = self.span(&key.referenced);
            let node = self.node(value);
            let Raw::String(name) = &key.value else {
                let found = self.node(key);
                let wrong =
                    schema::wrong_type(self.at(span), "a string", found.type_name(), Syntax::Yaml);
                self.found.push(wrong);
                continue;
            };
            if let Some(first) = entries.get(name.as_str()) {
                let first: &Entry<'_> = first;
                let twice = reading::duplicate_key(self.at(span), name, Some(self.at(first.key)));
                self.found.push(twice);
                continue;
            }
            entries.insert(name.clone().into(), Entry { key: span, node });
        }
        entries
    }

    fn at(&self, span: Span) -> At {
        At::new(self.file, span)
    }

    fn span(&self, location: &Location) -> Span {
        span(self.text, location)
    }
}

/// Where something stands. The scanner's own errors come without bytes, in characters alone.
fn span(text: &str, location: &Location) -> Span {
    let found = location.span();
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    if let (Some(start), Some(length)) = (found.byte_offset(), found.byte_len()) {
        let start = index(start).min(text.len());
        let end = start.saturating_add(index(length)).min(text.len());
        // A text in lines is long, and the line break after it is none of it.
        let inside = text.get(start..end).unwrap_or_default();
        return Span { start, end: start + inside.trim_end_matches(['\n', '\r']).len() };
    }
    let mut bytes = text.char_indices().map(|(at, _)| at).skip(index(found.offset()));
    let start = bytes.next().unwrap_or(text.len());
    let end = bytes.next().unwrap_or(text.len());
    // A place between lines is shown where the line before it ends.
    let is_line_end = text.get(start..end).is_none_or(|found| found.starts_with(['\n', '\r']));
    Span { start, end: if is_line_end { start } else { end } }
}

fn syntax(text: &str, file: FileId, error: &serde_yaml::Error) -> Diagnostic {
    let span = error.location().map_or_else(Span::default, |location| span(text, &location));
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    reading::yaml_syntax(At::new(file, span), &words(message))
}

/// What the parser says, and how it is said more helpfully.
const WORDS: [(&str, &str); 25] = [
    ("tabs disallowed", "a tab cannot indent; use spaces"),
    ("found a tab", "a tab cannot indent; use spaces"),
    ("multiple YAML documents", "a second document begins here; a file holds one"),
    ("unsupported tag", "tags such as `!name` mean nothing here"),
    ("merge keys are not allowed", "merge keys (`<<`) are not read; write the keys out"),
    ("recursion limit exceeded", "nested too deeply; at most 32 lists and mappings"),
    ("Depth", "nested too deeply; at most 32 lists and mappings"),
    ("alias replay", "aliases add too much; at most 100000 values"),
    ("budget breached: A", "too many anchors and aliases; write out what they stand for"),
    ("budget breached", "the file is too large; split it"),
    ("recursive references", "an alias cannot stand inside what it stands for"),
    ("alias references unknown anchor", "`*` begins an alias; put such a text in quotes"),
    ("scanning an anchor or alias", "`*` and `&` begin an alias; put such a text in quotes"),
    ("mapping values are not allowed", "`: ` cannot stand here; put a text that has it in quotes"),
    ("invalid indentation in multiline quoted", "the text in quotes is not closed or indented"),
    ("unclosed quote", "the text in quotes is not closed"),
    (
        "trailing content after double-quoted",
        "the text in quotes ends before this; write `\\\"` in it",
    ),
    (
        "trailing content after single-quoted",
        "the text in quotes ends before this; write `''` in it",
    ),
    (
        "unknown escape",
        "`\\` begins an escape in double quotes; write `\\\\`, or use single quotes",
    ),
    ("illegal placement of ':'", "`:` cannot stand here; a bracket before it is not closed"),
    ("only valid inside a block", "`- ` cannot stand here; a bracket before it is not closed"),
    ("block sequence entries", "`- ` begins an item of a list, on a line of its own"),
    ("simple key expected", "a key has no `:` behind it"),
    (
        "did not find expected '-' indicator",
        "this is neither an item of the list nor beside it; mind the indentation",
    ),
    ("non-finite float", "a number is finite; put any other text in quotes"),
];

/// As helpful words as there are; what has none is passed on.
fn words(message: &str) -> String {
    if let Some(letter) = message.strip_prefix("unexpected character: `") {
        let letter = letter.trim_end_matches('\'');
        return match letter {
            "@" | "`" | "%" => format!("a text cannot begin with '{letter}'; put it in quotes"),
            _ => format!("the character '{letter}' cannot stand here"),
        };
    }
    if let Some((_, bracket)) = message.split_once("bracket '") {
        let bracket = bracket.split('\'').next().unwrap_or_default();
        return format!("the bracket `{bracket}` is not closed");
    }
    let known = WORDS.iter().find(|(part, _)| message.contains(part));
    known.map_or(message, |(_, words)| words).to_owned()
}
