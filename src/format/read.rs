//! The text of a TOML file as lines and values that know their comments.
//!
//! Not what the values say: their texts are kept as they are written.

use std::iter::Peekable;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;
use toml_parser::parser::{Event, EventKind, parse_document};

/// One line of a file, or several where a value takes them.
pub(super) struct Line<'t> {
    pub has_blank_before: bool,
    pub code: Code<'t>,
    /// Behind the code, on the same line.
    pub comment: Option<Comment<'t>>,
}

/// What a line holds.
pub(super) enum Code<'t> {
    /// A comment alone.
    Comment(&'t str),
    /// `[key]`, or `[[key]]` for one of a list of tables.
    Header {
        is_in_list: bool,
        key: String,
    },
    Pair {
        key: String,
        value: Value<'t>,
    },
}

/// A comment behind something else.
pub(super) struct Comment<'t> {
    pub text: &'t str,
    /// In characters from the start of its line.
    pub column: usize,
}

pub(super) enum Value<'t> {
    /// Anything but a list or a table, as it is written.
    Scalar(String),
    List(Vec<Item<'t>>),
    Table(Vec<(String, Value<'t>)>),
}

/// What stands in a list.
pub(super) struct Item<'t> {
    pub has_blank_before: bool,
    /// None for a comment alone.
    pub value: Option<Value<'t>>,
    pub comment: Option<Comment<'t>>,
}

/// The lines of a file; none where it is not TOML after all.
pub(super) fn lines(text: &str) -> Option<Vec<Line<'_>>> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let (mut events, mut error) = (Vec::new(), None);
    parse_document(&tokens, &mut events, &mut error);
    if error.is_some() {
        return None;
    }
    events.retain(|event: &Event| event.kind() != EventKind::Whitespace);
    Reader { text, events: events.into_iter().peekable() }.document()
}

/// The texts of all comments, in order.
pub(super) fn comments(text: &str) -> Vec<&str> {
    let tokens = Source::new(text).lex().filter(|token| token.kind() == TokenKind::Comment);
    let texts = tokens.map(|token| text.get(token.span().start()..token.span().end()));
    texts.map(|comment| comment.unwrap_or_default().trim_end()).collect()
}

struct Reader<'t, E: Iterator<Item = Event>> {
    text: &'t str,
    events: Peekable<E>,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named cannot stand there; the text has been parsed before"
)]
impl<'t, E: Iterator<Item = Event>> Reader<'t, E> {
    fn document(mut self) -> Option<Vec<Line<'t>>> {
        let mut lines = Vec::new();
        let mut has_blank_before = false;
        while let Some(event) = self.events.next() {
            let code = match event.kind() {
                EventKind::Newline => {
                    has_blank_before = true;
                    continue;
                }
                EventKind::Comment => Code::Comment(self.text_of(event).trim_end()),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.header(event)?,
                EventKind::SimpleKey => self.pair(event)?,
                _ => return None,
            };
            let comment = self.events.next_if(|event| event.kind() == EventKind::Comment);
            let comment = comment.map(|event| self.comment(event));
            // The end of this line; a second one is an empty line.
            self.events.next_if(|event| event.kind() == EventKind::Newline);
            lines.push(Line { has_blank_before, code, comment });
            has_blank_before = false;
        }
        Some(lines)
    }

    fn header(&mut self, open: Event) -> Option<Code<'t>> {
        let is_in_list = open.kind() == EventKind::ArrayTableOpen;
        let mut key = String::new();
        loop {
            let event = self.events.next()?;
            match event.kind() {
                EventKind::SimpleKey => key.push_str(&self.scalar(event)),
                EventKind::KeySep => key.push('.'),
                EventKind::StdTableClose | EventKind::ArrayTableClose => {
                    return Some(Code::Header { is_in_list, key });
                }
                _ => return None,
            }
        }
    }

    fn pair(&mut self, first: Event) -> Option<Code<'t>> {
        let (key, value) = self.key_and_value(first)?;
        Some(Code::Pair { key, value })
    }

    fn key_and_value(&mut self, first: Event) -> Option<(String, Value<'t>)> {
        let mut key = self.scalar(first);
        loop {
            let event = self.events.next()?;
            match event.kind() {
                EventKind::SimpleKey => key.push_str(&self.scalar(event)),
                EventKind::KeySep => key.push('.'),
                EventKind::KeyValSep => break,
                _ => return None,
            }
        }
        let first = self.events.next()?;
        Some((key, self.value(first)?))
    }

    fn value(&mut self, first: Event) -> Option<Value<'t>> {
        match first.kind() {
            EventKind::Scalar => Some(Value::Scalar(self.scalar(first))),
            EventKind::ArrayOpen => self.list(),
            EventKind::InlineTableOpen => self.table(),
            _ => None,
        }
    }

    fn table(&mut self) -> Option<Value<'t>> {
        let mut pairs = Vec::new();
        loop {
            let event = self.events.next()?;
            match event.kind() {
                EventKind::SimpleKey => pairs.push(self.key_and_value(event)?),
                EventKind::ValueSep => {}
                EventKind::InlineTableClose => return Some(Value::Table(pairs)),
                _ => return None,
            }
        }
    }

    fn list(&mut self) -> Option<Value<'t>> {
        let mut items: Vec<Item<'t>> = Vec::new();
        let mut newlines = 0_u32;
        loop {
            let event = self.events.next()?;
            let has_blank_before = newlines > 1 && !items.is_empty();
            match event.kind() {
                EventKind::Newline => newlines += 1,
                EventKind::ValueSep => {}
                EventKind::ArrayClose => return Some(Value::List(items)),
                EventKind::Comment => {
                    let comment = Some(self.comment(event));
                    // On the line of an item, before or after its comma, it is that item's.
                    match items.last_mut().filter(|_| newlines == 0) {
                        Some(item) if item.comment.is_none() => item.comment = comment,
                        _ => items.push(Item { has_blank_before, value: None, comment }),
                    }
                    newlines = 0;
                }
                _ => {
                    let value = Some(self.value(event)?);
                    items.push(Item { has_blank_before, value, comment: None });
                    newlines = 0;
                }
            }
        }
    }

    fn comment(&self, event: Event) -> Comment<'t> {
        let before = self.text.get(..event.span().start()).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        Comment { text: self.text_of(event).trim_end(), column: line.chars().count() }
    }

    fn text_of(&self, event: Event) -> &'t str {
        self.text.get(event.span().start()..event.span().end()).unwrap_or_default()
    }

    /// A key or a value as it is written, but a text in `'` that needs none of it in `"`.
    fn scalar(&self, event: Event) -> String {
        let written = self.text_of(event);
        let inside = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let plain = inside.filter(|inside| !inside.contains(['\'', '"', '\\']));
        plain.map_or_else(|| written.to_owned(), |plain| format!("\"{plain}\""))
    }
}
