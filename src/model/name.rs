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
    text.as_bytes().split(|byte| b"./:".contains(byte)).all(is_part_of_bytes)
}

/// Whether the text is one part of a name, as verbs are.
pub(crate) fn is_part(text: &str) -> bool {
    is_part_of_bytes(text.as_bytes())
}

fn is_part_of_bytes(text: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.first().is_some_and(|first| *first != b'-') && text.iter().all(is_letter)
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
