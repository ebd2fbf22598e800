//! Characters that deceive whoever reads a policy: hidden ones, and letters of another script.
//!
//! Not names, which are ASCII; this is about everything that stands around them: titles, reasons
//! and comments, by which a change is judged in review.

use std::collections::BTreeSet;

use unicode_script::{Script, UnicodeScript as _};
use unicode_security::{MixedScript as _, skeleton};

use crate::diagnostic::{Diagnostic, Span, names};

use super::Context;

/// Embeddings, overrides and isolates: "Trojan Source" (CVE-2021-42574).
const BIDIRECTIONAL: [std::ops::RangeInclusive<char>; 2] =
    ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// Soft hyphen, zero-width space and no-break space, word joiner and invisible operators, tags. Not
/// the joiners, which some scripts and emoji need.
const INVISIBLE: [std::ops::RangeInclusive<char>; 6] = [
    '\u{ad}'..='\u{ad}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200b}',
    '\u{2060}'..='\u{2064}',
    '\u{feff}'..='\u{feff}',
    '\u{e0000}'..='\u{e007f}',
];

pub(super) fn hidden(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if context.text.is_ascii() {
        return found;
    }
    for (start, character) in context.text.char_indices() {
        let is_in = |ranges: &[std::ops::RangeInclusive<char>]| {
            ranges.iter().any(|range| range.contains(&character))
        };
        // At the very beginning it is a byte order mark.
        if character.is_ascii() || (start == 0 && character == '\u{feff}') {
            continue;
        }
        let number = u32::from(character);
        let at = context.at(Span { start, end: start + character.len_utf8() });
        if is_in(&BIDIRECTIONAL) {
            let (code, escape) = (format!("U+{number:04X}"), format!("\\u{number:04X}"));
            found.push(names::bidirectional_character(at, &code, &escape));
        } else if is_in(&INVISIBLE) {
            found.push(names::invisible_character(at, &format!("U+{number:04X}")));
        }
    }
    found
}

/// Words of several scripts that look like words of one: `Admin` with a Cyrillic A. Words that show
/// that they are mixed, as with the micro sign, are none.
pub(super) fn mixed(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if context.text.is_ascii() {
        return found;
    }
    let mut offset = 0;
    for word in context.text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let start = offset;
        offset += word.len();
        let word = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        if word.is_ascii() || word.is_single_script() {
            continue;
        }
        let looks: String = skeleton(word).collect();
        if looks.is_single_script() {
            let scripts: BTreeSet<&str> = word.chars().filter_map(script).collect();
            let scripts: Vec<&str> = scripts.into_iter().collect();
            let at = context.at(Span { start, end: start + word.len() });
            found.push(names::mixed_script(at, word, &scripts));
        }
    }
    found
}

/// The name of a letter's script; none for what all scripts share.
fn script(letter: char) -> Option<&'static str> {
    let script = letter.script();
    let is_shared = script == Script::Common || script == Script::Inherited;
    (!is_shared).then(|| script.full_name())
}
