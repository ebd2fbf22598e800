//! Patterns over the vocabulary of actions: `services.*`, `**.view`, `services.{create,view}`.
//!
//! Not expansion: which actions there are to match is known in `compile`.
//!
//! ```text
//! pattern = tpat "." vpat     tpat: parts, where "*" is one whole part and "**" one or more
//!                             vpat: a verb, "*", or a set {get,list}
//! ```

use crate::model::name::is_part;

/// Longest pattern in bytes, as the schema says: a set of verbs may name many actions at once.
const PATTERN_BYTES_MAX: usize = 4_000;

/// A pattern over the vocabulary of actions, as grants write it.
///
/// A pattern without `*` is *literal*: it names actions, and each must exist.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ActionPattern {
    text: String,
    segments: Vec<Segment>,
    verbs: Verbs,
}

/// One part of a pattern's type, with the separator that stands before it (none before the first).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Segment {
    separator: Option<char>,
    part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Literal(String),
    One,
    Many,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Verbs {
    Any,
    Set(Vec<String>),
}

impl ActionPattern {
    /// Reads a pattern; `None` where the text is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > PATTERN_BYTES_MAX {
            return None;
        }
        let (kind, verb) = if text == "*" { ("**", "*") } else { text.rsplit_once('.')? };
        let verbs = match verb.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(set) => Verbs::Set(set.split(',').map(str::to_owned).collect()),
            None if verb == "*" => Verbs::Any,
            None => Verbs::Set(vec![verb.to_owned()]),
        };
        if let Verbs::Set(verbs) = &verbs
            && !verbs.iter().all(|verb| is_part(verb))
        {
            return None;
        }
        Some(Self { text: text.to_owned(), segments: segments(kind)?, verbs })
    }

    /// The pattern as written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The actions that a literal pattern names, in the order written; `None` where it has a `*`.
    pub(crate) fn literals(&self) -> Option<Vec<String>> {
        let Verbs::Set(verbs) = &self.verbs else {
            return None;
        };
        let mut kind = String::new();
        for segment in &self.segments {
            let Part::Literal(part) = &segment.part else {
                return None;
            };
            kind.extend(segment.separator);
            kind.push_str(part);
        }
        Some(verbs.iter().map(|verb| format!("{kind}.{verb}")).collect())
    }

    /// The patterns for each verb of a set; the pattern itself where it has no set.
    pub(crate) fn by_verb(&self) -> Vec<Self> {
        let (Verbs::Set(verbs), Some((kind, _))) = (&self.verbs, self.text.rsplit_once('.')) else {
            return vec![self.clone()];
        };
        let of_verb = |verb: &String| Self {
            text: format!("{kind}.{verb}"),
            segments: self.segments.clone(),
            verbs: Verbs::Set(vec![verb.clone()]),
        };
        verbs.iter().map(of_verb).collect()
    }

    /// Whether the pattern covers the action.
    pub(crate) fn matches(&self, action: &str) -> bool {
        let Some((kind, verb)) = action.rsplit_once('.') else {
            return false;
        };
        let verb_matches = match &self.verbs {
            Verbs::Any => true,
            Verbs::Set(verbs) => verbs.iter().any(|candidate| candidate == verb),
        };
        verb_matches && type_matches(&self.segments, kind)
    }
}

/// Greedy matching with one point to return to, the last `**`: linear in pattern times name.
fn type_matches(segments: &[Segment], kind: &str) -> bool {
    let parts: Vec<(Option<char>, &str)> = split_parts(kind).collect();
    let mut at = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some((separator, part)) = parts.get(at.1) {
        let segment = segments.get(at.0).filter(|segment| {
            // `**` spans parts with any separator between them; before it the separator must agree.
            segment.separator == *separator
        });
        match segment.map(|segment| &segment.part) {
            Some(Part::Many) => {
                retry = Some(at);
                at = (at.0 + 1, at.1 + 1);
            }
            Some(Part::One) => at = (at.0 + 1, at.1 + 1),
            Some(Part::Literal(literal)) if literal == part => at = (at.0 + 1, at.1 + 1),
            Some(Part::Literal(_)) | None => match &mut retry {
                // The last `**` takes one part more, and everything after it is tried again.
                Some((segment, taken)) => {
                    *taken += 1;
                    at = (*segment + 1, *taken + 1);
                    if *taken >= parts.len() {
                        return false;
                    }
                }
                None => return false,
            },
        }
    }
    at.0 == segments.len()
}

fn segments(kind: &str) -> Option<Vec<Segment>> {
    split_parts(kind)
        .map(|(separator, part)| {
            let part = match part {
                "*" => Part::One,
                "**" => Part::Many,
                literal if is_part(literal) => Part::Literal(literal.to_owned()),
                _ => return None,
            };
            Some(Segment { separator, part })
        })
        .collect()
}

/// The parts of a type, each with the separator before it.
fn split_parts(kind: &str) -> impl Iterator<Item = (Option<char>, &str)> {
    let mut separator = None;
    // What is empty, or ends in a separator, has an empty part there, which is no part.
    let is_open = kind.is_empty() || kind.ends_with(['.', '/', ':']);
    kind.split_inclusive(['.', '/', ':']).chain(is_open.then_some("")).map(move |piece| {
        let before = separator;
        let last = piece.chars().next_back().filter(|last| ['.', '/', ':'].contains(last));
        separator = last;
        (before, piece.trim_end_matches(['.', '/', ':']))
    })
}
