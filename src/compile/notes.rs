//! The notes of a table: what the file says for people, in the order in which it says it.
//!
//! Not what decides.

use indexmap::IndexSet;

use crate::diagnostic::SourceFile;
use crate::model::{GrantId, Id};
use crate::source::policy::{
    About, AttributeName, Identifier, Policy, RoleName, Source, Spanned, Text,
};
use crate::table::notes::{GrantNote, Note, Notes, SourceNote, Statement};
use crate::table::rules::Attribute;

use super::SourceContext;
use super::lower::{Draft, Lowering, by_name};

/// Collects the notes, parallel to the drafted rules.
pub(super) fn notes(
    policy: &Policy,
    draft: &Draft,
    source: SourceContext<'_>,
    lowering: &mut Lowering<'_>,
) -> Notes {
    let lines = Lines { source: source.source };
    let rows: IndexSet<&str> =
        policy.grants.iter().filter_map(|grant| Some(grant.row.as_ref()?.value.as_str())).collect();
    let invariants = policy.invariants.iter();
    let invariants =
        invariants.map(|entry| lowering.invariant(entry, lines.note(&entry.about))).collect();
    let grants = draft.grant_sources.iter().filter_map(|at| {
        let grant = policy.grants.get(*at)?;
        let label = grant.row.as_ref().map(|row| row.value.as_str());
        let row = label.and_then(|label| rows.get_index_of(label));
        Some(GrantNote {
            note: lines.note(&grant.about),
            row: row.and_then(|row| u32::try_from(row).ok()),
            ticks: grant.ticks.as_ref().map(|ticks| ticks.value),
            evidence: grant.evidence,
            uncertain: lowering.roles(&grant.uncertain),
        })
    });
    Notes {
        version: policy.version.value.as_str().to_owned(),
        file: source.source.bundle_name.clone(),
        title: text(policy.about.title.as_ref()),
        description: text(policy.about.description.as_ref()),
        source: policy.source.as_ref().map(source_note),
        kinds: lines.all(by_name(&policy.kinds, Identifier::as_str), |kind| &kind.about),
        scopes: lines.all(by_name(&policy.scopes, Identifier::as_str), |scope| &scope.about),
        attributes: attributes(policy, &draft.rules.attributes, &lines),
        conditions: lines
            .all(by_name(&policy.conditions, Identifier::as_str), |entry| &entry.about),
        roles: lines.all(by_name(&policy.roles, RoleName::as_str), |role| &role.about),
        direct: policy.direct.as_ref().map(|direct| lines.note(&direct.about)),
        grants: grants.collect(),
        constraints: lines
            .stated(&draft.constraint_sources, &policy.constraints, |entry| &entry.about),
        delegations: lines
            .stated(&draft.delegation_sources, &policy.delegations, |entry| &entry.about),
        statements: policy
            .statements
            .iter()
            .map(|entry| Statement {
                note: lines.note(&entry.about),
                text: entry.text.value.as_str().to_owned(),
            })
            .collect(),
        kind_order: order(&policy.kinds, |name| lowering.symbols.kinds.get(name.as_str())),
        role_order: order(&policy.roles, |name| lowering.symbols.roles.get(name.as_str())),
        action_order: lowering.vocabulary.iter().map(|(_, id, _)| id).collect(),
        actions: actions(lowering, &lines),
        grant_order: grant_order(&draft.grant_sources),
        rows: rows.iter().map(|row| (*row).to_owned()).collect(),
        invariants,
    }
}

fn attributes(policy: &Policy, attributes: &[Attribute], lines: &Lines<'_>) -> Vec<Note> {
    let declared = by_name(&policy.attributes, AttributeName::as_str);
    let note = |attribute: &Attribute| {
        let name = attribute.full_name();
        let found = declared.iter().find(|(declared, _)| declared.value.as_str() == name);
        found.map_or_else(Note::default, |(_, attribute)| lines.note(&attribute.about))
    };
    attributes.iter().map(note).collect()
}

/// In the order of ids, while the vocabulary is in the order of the file.
fn actions(lowering: &Lowering<'_>, lines: &Lines<'_>) -> Vec<Note> {
    let actions = lowering.vocabulary.iter();
    let note = |about: Option<&About>| about.map_or_else(Note::default, |about| lines.note(about));
    let mut notes: Vec<_> = actions.map(|(_, id, about)| (id, note(about))).collect();
    notes.sort_by_key(|(id, _)| *id);
    notes.into_iter().map(|(_, note)| note).collect()
}

fn order<K, V, I>(entries: &[(Spanned<K>, V)], id: impl Fn(&K) -> Option<I>) -> Vec<I> {
    entries.iter().filter_map(|(name, _)| id(&name.value)).collect()
}

fn grant_order(sources: &[usize]) -> Vec<GrantId> {
    let ids = sources.iter().zip((0..).map_while(GrantId::new));
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.into_iter().map(|(_, id)| id).collect()
}

fn source_note(source: &Source) -> SourceNote {
    SourceNote {
        document: text(source.document.as_ref()),
        address: text(source.address.as_ref()),
        published: text(source.published.as_ref()),
        note: text(source.note.as_ref()),
        rules: source.rules.as_ref().map(|rules| rules.value),
    }
}

fn text(text: Option<&Spanned<Text>>) -> Option<String> {
    text.map(|text| text.value.as_str().to_owned())
}

/// Where the lines of the file begin.
struct Lines<'a> {
    source: &'a SourceFile,
}

impl Lines<'_> {
    fn note(&self, about: &About) -> Note {
        let line = self.source.line_at(about.span.start);
        Note {
            title: text(about.title.as_ref()),
            description: text(about.description.as_ref()),
            because: text(about.because.as_ref()),
            cites: super::lower::sorted(about.cites.iter().map(|cite| cite.value)),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }
    }

    fn all<K, V>(&self, entries: Vec<&(Spanned<K>, V)>, about: impl Fn(&V) -> &About) -> Vec<Note> {
        entries.into_iter().map(|(_, entry)| self.note(about(entry))).collect()
    }

    fn stated<T>(&self, sources: &[usize], entries: &[T], about: fn(&T) -> &About) -> Vec<Note> {
        let entries = sources.iter().filter_map(|at| entries.get(*at));
        entries.map(|entry| self.note(about(entry))).collect()
    }
}
