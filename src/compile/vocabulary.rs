//! The vocabulary: which actions there are, in the order in which the file first names them.
//!
//! Not their use: a pattern is expanded over the finished vocabulary, by `lower`.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, FileId, Span};
use crate::model::limits::ACTION_BYTES_MAX;
use crate::model::{ActionId, Id};
use crate::source::ActionPattern;
use crate::source::policy::{About, Policy, Spanned};

/// The actions of a policy.
#[derive(Debug)]
pub(super) struct Vocabulary<'a> {
    /// In the order of the file: the action, its id, and what `[actions]` says of it.
    actions: IndexMap<String, (ActionId, Option<&'a About>), RandomState>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn get(&self, action: &str) -> Option<ActionId> {
        self.actions.get(action).map(|(id, _)| *id)
    }

    /// In the order of the file.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, ActionId, Option<&'a About>)> {
        self.actions.iter().map(|(name, (id, about))| (name.as_str(), *id, *about))
    }

    /// The actions that a pattern covers, in the order of the file.
    pub(super) fn matching(&self, pattern: &ActionPattern) -> Vec<ActionId> {
        let covered = self.actions.iter().filter(|(name, _)| pattern.matches(name));
        covered.map(|(_, (id, _))| *id).collect()
    }
}

/// Where `[actions]` is present it is the vocabulary; else what grants and `[direct]` name.
pub(super) fn new<'a>(
    policy: &'a Policy,
    file: FileId,
    found: &mut Vec<Diagnostic>,
) -> Vocabulary<'a> {
    let mut named: IndexMap<String, (Span, Option<&'a About>), RandomState> = IndexMap::default();
    match &policy.actions {
        Some(actions) => {
            for (name, about) in actions {
                named.insert(name.value.as_str().to_owned(), (name.span, Some(about)));
            }
        }
        None => {
            let direct = policy.direct.iter().flat_map(|direct| &direct.actions);
            let grants = policy.grants.iter().flat_map(|grant| &grant.actions);
            for pattern in grants.chain(direct) {
                for name in literals(pattern) {
                    named.entry(name).or_insert((pattern.span, None));
                }
            }
        }
    }
    let spans = named.iter().map(|(name, (span, _))| (name.as_str(), *span));
    found.extend(super::symbols::alike(spans, "actions", file));
    let mut sorted: Vec<String> = named.keys().cloned().collect();
    sorted.sort_unstable();
    let id = |name: &String| sorted.binary_search(name).ok().and_then(ActionId::new);
    let actions = named.into_iter().filter_map(|(name, (_, about))| {
        let id = id(&name)?;
        Some((name, (id, about)))
    });
    Vocabulary { actions: actions.collect() }
}

/// Names that are too long are left out; `lower`, which then does not find them, reports them.
fn literals(pattern: &Spanned<ActionPattern>) -> Vec<String> {
    let mut literals = pattern.value.literals().unwrap_or_default();
    literals.retain(|name| name.len() <= ACTION_BYTES_MAX);
    literals
}
