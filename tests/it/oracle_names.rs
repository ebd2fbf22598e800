//! Action names and patterns as language.md §1 has them, matched over plain strings.
//! Not a check of the grammar: the policies of the tests are known to be valid.

/// Where a type divides into parts.
const SEPARATORS: [char; 3] = ['.', '/', ':'];

/// Whether an entry of an `actions` list (a name, a set or a pattern) matches `action`.
pub(crate) fn matches(entry: &str, action: &str) -> bool {
    if entry == "*" {
        return true;
    }
    let (entry_type, entry_verbs) = split(entry);
    let (action_type, action_verb) = split(action);
    verbs(entry_verbs).iter().any(|verb| *verb == "*" || *verb == action_verb)
        && type_matches(&tokens(entry_type), &tokens(action_type))
}

/// The names that an entry spells out: itself or one for each verb of its set, none if a pattern.
pub(crate) fn literals(entry: &str) -> Vec<String> {
    if entry.contains('*') {
        return Vec::new();
    }
    let (entry_type, entry_verbs) = split(entry);
    verbs(entry_verbs).iter().map(|verb| format!("{entry_type}.{verb}")).collect()
}

/// The entry once for each verb of its set: `**.{a,b}` is `**.a` and `**.b`.
pub(crate) fn alternatives(entry: &str) -> Vec<String> {
    if entry == "*" {
        return vec![entry.to_owned()];
    }
    let (entry_type, entry_verbs) = split(entry);
    verbs(entry_verbs).iter().map(|verb| format!("{entry_type}.{verb}")).collect()
}

/// The parts of a type with the separators between them, as one alternating list.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for piece in text.split_inclusive(SEPARATORS) {
        let part = piece.trim_end_matches(SEPARATORS);
        tokens.push(part);
        tokens.extend(piece.strip_prefix(part).filter(|separator| !separator.is_empty()));
    }
    tokens
}

/// Type and verb: an action splits at its last dot.
pub(crate) fn split(action: &str) -> (&str, &str) {
    action.rsplit_once('.').expect("an action has a type and a verb")
}

fn verbs(text: &str) -> Vec<&str> {
    match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(set) => set.split(',').collect(),
        None => vec![text],
    }
}

// Separators are compared like parts: `a.*` does not reach the type `a/b`, as `*` stands for a
// part only. `**` takes parts together with whatever separates them.
fn type_matches(pattern: &[&str], name: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return name.is_empty();
    };
    if *first == "**" {
        let mut ends = (1..=name.len()).step_by(2);
        return ends.any(|end| type_matches(rest, &name[end..]));
    }
    name.split_first()
        .is_some_and(|(token, tail)| (*first == "*" || first == token) && type_matches(rest, tail))
}
