//! The grammar of names: roles, actions, identifiers, attribute names.
//!
//! Not resolution: a name that has the right form may still be unknown to a policy.
//!
//! ```text
//! action = type "." verb                  split at the last dot
//! type   = part *( ("." / "/" / ":") part )
//! role   = part *( ("." / "/" / ":") part )
//! part   = 1*( A-Z a-z 0-9 "_" "-" )      first character no "-"
//! ```

use super::Namespace;
use super::limits::{ACTION_BYTES_MAX, IDENTIFIER_BYTES_MAX, ROLE_BYTES_MAX};

/// Whether the text is a role's name.
pub(crate) fn is_role(text: &str) -> bool {
    text.len() <= ROLE_BYTES_MAX && is_path(text)
}

/// Whether the text is an action's name: a type, a dot and a verb.
pub(crate) fn is_action(text: &str) -> bool {
    text.len() <= ACTION_BYTES_MAX && is_type_and_verb(text)
}

/// Whether the text is kebab-case, as policy ids, kinds, scope kinds and conditions are.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.len() <= IDENTIFIER_BYTES_MAX && is_kebab(text)
}

/// Whether the text has the form of an action's name, however long.
pub(crate) fn is_type_and_verb(text: &str) -> bool {
    text.rsplit_once('.').is_some_and(|(kind, verb)| is_path(kind) && is_part(verb))
}

/// Whether the text has the form of an identifier, however long.
pub(crate) fn is_kebab(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split('-').all(is_word)
}

/// Splits an attribute's name into its namespace and the rest: `principal.tenant`.
pub(crate) fn split_attribute(text: &str) -> Option<(Namespace, &str)> {
    let (namespace, name) = text.split_once('.')?;
    let namespace = Namespace::parse(namespace)?;
    (text.len() <= IDENTIFIER_BYTES_MAX && is_part(name)).then_some((namespace, name))
}

/// Whether the text has the form of a role's name or an action's type, however long.
pub(crate) fn is_path(text: &str) -> bool {
    // One look at each byte: a large policy names roles some hundred thousand times.
    let mut is_start = true;
    for byte in text.bytes() {
        is_start = match byte_kind(byte) {
            ByteKind::Letter => false,
            ByteKind::Hyphen if !is_start => false,
            ByteKind::Separator if !is_start => true,
            ByteKind::Hyphen | ByteKind::Separator | ByteKind::Other => return false,
        };
    }
    !is_start
}

/// What a byte can be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByteKind {
    /// Wherever a part has a byte.
    Letter,
    /// Anywhere in a part but at its start.
    Hyphen,
    /// Between two parts.
    Separator,
    /// Nowhere.
    Other,
}

const fn byte_kind(byte: u8) -> ByteKind {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => ByteKind::Letter,
        b'-' => ByteKind::Hyphen,
        b'.' | b'/' | b':' => ByteKind::Separator,
        _ => ByteKind::Other,
    }
}

/// Whether the text is one part of a name, as verbs are.
pub(crate) fn is_part(text: &str) -> bool {
    let is_inside = |byte| matches!(byte_kind(byte), ByteKind::Letter | ByteKind::Hyphen);
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_inside)
}

/// Whether the text is a semantic version: `1.0.0`, perhaps with pre-release and build parts.
pub(crate) fn is_version(text: &str) -> bool {
    let (text_max, digit) = (IDENTIFIER_BYTES_MAX, |byte: u8| byte.is_ascii_digit());
    let is_extra = |extra: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        extra.split('.').all(|part| !part.is_empty() && part.bytes().all(is_letter))
    };
    let (rest, build) =
        text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let is_number = |number: &str| {
        !number.is_empty()
            && number.bytes().all(digit)
            && (number == "0" || !number.starts_with('0'))
    };
    text.len() <= text_max
        && core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(is_extra)
        && build.is_none_or(is_extra)
}
