//! TOML syntax errors in our own words, each on the narrowest place that shows it.
//!
//! Not finding them: the parser does, and what it says is translated here. A message that is not
//! known here (the parser may get new ones) is passed on as it is.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use crate::diagnostic::Span;

const NO_PAIR: &str = "expected a key, `=` and a value";
const NO_VALUE: &str = "the key has no value";
const NO_ITEM: &str = "expected `,` or `]` after an item of a list";
const CARRIAGE_RETURN: &str = "a carriage return stands only before a line feed";

/// Where the error is to be shown, and what to say.
pub(super) fn explain(text: &str, span: Span, message: &str) -> (Span, String) {
    let (span, words) = translate(text, span, message);
    (visible(text, span), words)
}

/// A place between two characters is shown as the second of them, if it is on the same line.
fn visible(text: &str, span: Span) -> Span {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    let next = next.filter(|next| span.start == span.end && !matches!(next, '\n' | '\r'));
    Span { end: span.end + next.map_or(0, char::len_utf8), ..span }
}

fn translate(text: &str, span: Span, message: &str) -> (Span, String) {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let plain = |words: &str| (span, words.to_owned());
    match what {
        "string values must be quoted" | "unexpected `=` in array" => value(text, span),
        "missing comma between array elements" => {
            unclosed_before(text, span).unwrap_or_else(|| plain(NO_ITEM))
        }
        "unclosed array" => unclosed(text, span, TokenKind::LeftSquareBracket),
        "unclosed inline table" => unclosed(text, span, TokenKind::LeftCurlyBracket),
        "extra comma in array" | "extra comma in inline table" => {
            plain("a comma stands only after an item")
        }
        "unclosed table" | "unclosed array table" => {
            let quotes = if visible(text, span) == span { "" } else { ", or `\"` around a name" };
            (span, format!("the header is not closed; expected {expected}{quotes}"))
        }
        "missing comma between key-value pairs" => plain("expected `,` or `}`"),
        "key with no value" | "missing assignment between key-value pairs" => {
            plain("expected `=` and a value after a key")
        }
        "missing value" | "missing value for key" => plain(NO_VALUE),
        "extra `=`" | "extra assignment between key-value pairs" => plain("`=` stands twice"),
        "missing key for inline table element"
        | "invalid inline table element"
        | "invalid key-value pair" => plain(NO_PAIR),
        "unexpected key or value" => plain("expected the end of the line"),
        "unquoted keys cannot be empty" => plain("expected a key"),
        "invalid unquoted key" => (span, key(text, span)),
        "keys cannot be multi-line basic strings" | "keys cannot be multi-line literal strings" => {
            plain("a key stands in one `\"` or `'` on each side, not in three")
        }
        "missing opening quote" => (
            word(text, span),
            format!("the text has no opening quote; expected {expected} before it"),
        ),
        "missing escaped value" => escape(text, span),
        "too few unicode value digits" => (
            unicode_escape(text, span),
            "`\\u` takes four hexadecimal digits, and `\\U` eight".to_owned(),
        ),
        "invalid value" => (
            unicode_escape(text, span),
            "`\\u` and `\\U` take the number of a Unicode character".to_owned(),
        ),
        "invalid comment character" => (
            span,
            format!(
                "{} cannot stand in a comment; expected printable characters or tabs",
                character(text, span)
            ),
        ),
        "carriage return must be followed by newline" => plain(CARRIAGE_RETURN),
        "cannot recurse further; max recursion depth met" | "recursion limit" => {
            plain("nested too deeply; at most 80 lists and tables lie in one another")
        }
        "unexpected leading zero" => (word(text, span), "a number begins with no zero".to_owned()),
        "`_` may only go between digits" => plain("`_` stands only between digits"),
        _ if what.starts_with("cannot extend value of type ") => {
            plain("this key has a value already, and cannot be a table too")
        }
        _ if what.starts_with("invalid ") && what.ends_with(" string") => string(text, span, what),
        _ if what.starts_with("invalid ") || IN_NUMBERS.contains(&what) => value(text, span),
        _ => (span, message.lines().collect::<Vec<_>>().join("; ")),
    }
}

/// What the parser says of numbers that are none; most were meant to be something else.
const IN_NUMBERS: [&str; 5] = [
    "redundant numeric sign",
    "redundant integer number prefix",
    "integers with a radix cannot be signed",
    "radix must be lowercase",
    "unexpected sign",
];

/// Something that stands for a value and is none.
fn value(text: &str, span: Span) -> (Span, String) {
    if let Some(found) = unclosed_before(text, span) {
        return found;
    }
    let span = word(text, span);
    let word = text.get(span.start..span.end).unwrap_or_default();
    if word.is_empty() {
        return (span, NO_VALUE.to_owned());
    }
    let lower = word.to_ascii_lowercase();
    let valid = match lower.as_str() {
        "true" | "yes" | "on" | "false" | "no" | "off" => {
            "a boolean is `true` or `false`, in small letters"
        }
        _ if word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
            "an integer has only digits, and a text stands in `\"`"
        }
        _ => "a text stands in `\"`",
    };
    (span, format!("`{word}` is no value; {valid}"))
}

/// The word around a place: as far as nothing separates it from it.
fn word(text: &str, span: Span) -> Span {
    let separates = |character: char| character.is_whitespace() || "=,[]{}#".contains(character);
    let (before, after) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let start = before.rfind(separates).map_or(0, |at| {
        at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    });
    let end = after.find(separates).map_or(text.len(), |length| span.start + length);
    Span { start, end }
}

/// Where a key and `=` follow inside a list, the list was never closed.
fn unclosed_before(text: &str, span: Span) -> Option<(Span, String)> {
    let mut rest = tokens(text).skip_while(|token| token.span().start() < span.start);
    let is_key = |token: &Token| {
        matches!(token.kind(), TokenKind::Atom | TokenKind::Dot | TokenKind::Whitespace)
    };
    let after = rest.find(|token| !is_key(token))?;
    (after.kind() == TokenKind::Equals && after.span().start() > span.start)
        .then(|| unclosed(text, span, TokenKind::LeftSquareBracket))
}

/// A list or inline table that is not closed is shown where it was opened.
fn unclosed(text: &str, span: Span, opening: TokenKind) -> (Span, String) {
    let mut open: Vec<Token> = Vec::new();
    for token in tokens(text).take_while(|token| token.span().start() < span.start) {
        use TokenKind::{
            LeftCurlyBracket, LeftSquareBracket, RightCurlyBracket, RightSquareBracket,
        };
        if matches!(token.kind(), LeftSquareBracket | LeftCurlyBracket) {
            open.push(token);
        } else if matches!(token.kind(), RightSquareBracket | RightCurlyBracket) {
            open.pop();
        }
    }
    let at = open.iter().rfind(|token| token.kind() == opening).map_or(span, token_span);
    let words = if opening == TokenKind::LeftSquareBracket {
        "the list is not closed; expected `]`"
    } else {
        "the inline table is not closed; expected `}` on the same line"
    };
    (at, words.to_owned())
}

/// A string that is not closed, or that holds what no string holds.
fn string(text: &str, span: Span, what: &str) -> (Span, String) {
    let is_string = |kind: TokenKind| {
        use TokenKind::{BasicString, LiteralString, MlBasicString, MlLiteralString};
        matches!(kind, BasicString | LiteralString | MlBasicString | MlLiteralString)
    };
    let quote = if what.contains("literal") { "'" } else { "\"" };
    let around =
        |token: &Token| token.span().start() < span.start && span.start <= token.span().end();
    let Some(token) = tokens(text).find(|token| is_string(token.kind()) && around(token)) else {
        return (span, NO_PAIR.to_owned());
    };
    let whole = token_span(&token);
    if !text.get(whole.start..).is_some_and(|rest| rest.starts_with(quote)) {
        return (span, NO_PAIR.to_owned());
    }
    let found = text.get(span.start..).and_then(|rest| rest.chars().next());
    let is_control = |found: &char| found.is_control() && !matches!(found, '\n' | '\r');
    if found.as_ref().is_some_and(is_control) && span.start < whole.end {
        let instead = if what.contains("literal") {
            "write the text in `\"` and the character as `\\uXXXX`"
        } else {
            "write it as `\\uXXXX`"
        };
        return (span, format!("{} cannot stand in a text; {instead}", character(text, span)));
    }
    if what.contains("multi-line") {
        // The text goes on to the end of the file; where it begins is what there is to show.
        let opening = Span { start: whole.start, end: whole.start + 3 * quote.len() };
        return (opening, format!("the text is not closed; expected `{}`", quote.repeat(3)));
    }
    (whole, format!("the text is not closed; expected `{quote}` on the same line"))
}

/// An escape that TOML does not know, shown with its backslash.
fn escape(text: &str, span: Span) -> (Span, String) {
    let (before, after) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let start = if before.ends_with('\\') { span.start - 1 } else { span.start };
    let after = after.strip_prefix('\\').unwrap_or(after);
    let found = after.chars().next().filter(|found| !found.is_control());
    let length = found.map_or(0, char::len_utf8);
    let end = text.len() - after.len() + length;
    (Span { start, end }, format!("unknown escape; {ESCAPES}"))
}

/// The whole of `\uXXXX` or `\UXXXXXXXX`, as far as it goes; the parser points somewhere into it.
fn unicode_escape(text: &str, span: Span) -> Span {
    let start = text.get(..span.start).and_then(|before| before.rfind('\\'));
    let Some(start) = start else { return span };
    let mut rest = text.get(start..).unwrap_or_default().chars().skip(1);
    let digits_max = if rest.next() == Some('U') { 8 } else { 4 };
    let digits = rest.take(digits_max).take_while(|digit| digit.is_ascii_hexdigit());
    Span { start, end: start + 2 + digits.count() }
}

/// The escapes of TOML 1.0.
pub(super) const ESCAPES: &str =
    "the escapes are `\\b`, `\\t`, `\\n`, `\\f`, `\\r`, `\\\"`, `\\\\`, `\\uXXXX`, `\\UXXXXXXXX`";

/// A character that cannot stand in a key, and what was probably meant.
fn key(text: &str, span: Span) -> String {
    let found = text.get(span.start..).and_then(|rest| rest.chars().next());
    match found {
        Some(':') => "expected `=` after a key, found `:`".to_owned(),
        Some('/') => "a comment begins with `#`, and a key with `/` stands in `\"`".to_owned(),
        _ => {
            let found = character(text, span);
            format!("a key with {found} stands in `\"`; letters, digits, `-` and `_` need none")
        }
    }
}

/// The character at a place, as a message names it.
fn character(text: &str, span: Span) -> String {
    // What cannot be seen by itself is escaped as a number, a quote only by a `\\` before it.
    let is_unseen = |found: char| found.escape_debug().nth(1) == Some('u');
    match text.get(span.start..).and_then(|rest| rest.chars().next()) {
        Some(found) if found.is_control() || is_unseen(found) => {
            format!("the character U+{:04X}", u32::from(found))
        }
        Some(found) => format!("`{found}`"),
        None => "the end of the file".to_owned(),
    }
}

pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    Source::new(text).lex()
}

pub(super) fn token_span(token: &Token) -> Span {
    Span { start: token.span().start(), end: token.span().end() }
}
