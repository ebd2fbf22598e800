//! Policies are TOML 1.0, as editors read it; the parser also takes what only TOML 1.1 has.
//!
//! Not a parser: the text is known to be TOML 1.1, and what 1.0 lacks is looked for in its tokens.
//! Accepting it would give policies that this program reads and the editor beside it does not.

use toml_parser::lexer::{Token, TokenKind};

use crate::diagnostic::Span;

use super::syntax::{ESCAPES, token_span, tokens};

/// The first place that only TOML 1.1 understands, and what to say of it.
pub(super) fn newer(text: &str) -> Option<(Span, String)> {
    // All of it needs one of these, which a large policy has seldom, and lexing takes its time.
    if !text.contains('{') && !text.contains('\\') {
        return None;
    }
    let mut open: Vec<Token> = Vec::new();
    let mut before: Option<Token> = None;
    for token in tokens(text) {
        let inline = open.last().filter(|open| open.kind() == TokenKind::LeftCurlyBracket);
        match (token.kind(), inline) {
            (TokenKind::Newline | TokenKind::Comment, Some(table)) => {
                let words = "an inline table stands on one line; expected `}` before its end";
                return Some((token_span(table), words.to_owned()));
            }
            (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket, _) => open.push(token),
            (TokenKind::RightCurlyBracket | TokenKind::RightSquareBracket, _) => {
                let comma = before.filter(|before| before.kind() == TokenKind::Comma);
                if let (Some(comma), Some(_)) = (comma, inline) {
                    let words = "no comma stands after the last key of an inline table";
                    return Some((token_span(&comma), words.to_owned()));
                }
                open.pop();
            }
            (TokenKind::BasicString | TokenKind::MlBasicString, _) => {
                if let Some(escape) = newer_escape(text, token_span(&token)) {
                    return Some((escape, format!("unknown escape; {ESCAPES}")));
                }
            }
            _ => {}
        }
        if token.kind() != TokenKind::Whitespace {
            before = Some(token);
        }
    }
    None
}

/// The first `\e` or `\x` in a string.
fn newer_escape(text: &str, string: Span) -> Option<Span> {
    let mut characters = text.get(string.start..string.end)?.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && matches!(characters.next()?.1, 'e' | 'x') {
            return Some(Span { start: string.start + at, end: string.start + at + 2 });
        }
    }
    None
}
