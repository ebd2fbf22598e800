//! Lowering: names become ids, patterns become actions, lists become sorted.
//!
//! Not checking that what is known fits together (`meaning`), and nothing of order: what remains of
//! the file's order is in the notes.

use crate::diagnostic::{At, Diagnostic, FileId, Span, names};
use crate::model::limits::ACTION_BYTES_MAX;
use crate::model::{
    ActionId, AttributeId, BuiltIn, ConditionId, KindId, Literal, RoleId, ScopeId, ValueType,
};
use crate::source::ActionPattern;
use crate::source::policy::{
    self, AttributeName, Identifier, Named, Names, Policy, RoleName, RoleOrAll, Spanned,
};
use crate::table::rules::{
    Attribute, Condition, Direct, Grant, Kind, Role, Rules, ScopeKind, Test,
};

use super::symbols::{NameTable, Symbols};
use super::vocabulary::Vocabulary;

/// Rules, and which entry of its list in the file each statement was.
#[derive(Debug)]
pub(super) struct Draft {
    pub rules: Rules,
    pub grant_sources: Vec<usize>,
    pub constraint_sources: Vec<usize>,
    pub delegation_sources: Vec<usize>,
}

impl Draft {
    /// The grants, each with the entry of the file that it was.
    pub(super) fn grants(&self) -> impl Iterator<Item = (&Grant, usize)> {
        self.rules.grants.iter().zip(self.grant_sources.iter().copied())
    }
}

/// Resolves names, and notes those that are unknown.
pub(super) struct Lowering<'a> {
    file: FileId,
    pub(super) symbols: &'a Symbols<'a>,
    pub(super) vocabulary: &'a Vocabulary<'a>,
    found: Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(
        file: FileId,
        symbols: &'a Symbols<'a>,
        vocabulary: &'a Vocabulary<'a>,
    ) -> Self {
        Self { file, symbols, vocabulary, found: Vec::new() }
    }

    pub(super) fn note(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(super) fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    pub(super) const fn at(&self, span: Span) -> At {
        At::new(self.file, span)
    }

    pub(super) fn draft(&mut self, policy: &Policy) -> Draft {
        let mut actions: Vec<String> =
            self.vocabulary.iter().map(|(name, ..)| name.to_owned()).collect();
        actions.sort_unstable();
        let (grants, grant_sources) = self.grants(policy);
        let (constraints, constraint_sources) = self.constraints(policy);
        let (delegations, delegation_sources) = self.delegations(policy);
        let rules = Rules {
            policy: policy.id.value.as_str().to_owned(),
            kinds: self.kinds_of(policy),
            scopes: self.scopes_of(policy),
            attributes: self.attributes_of(policy),
            conditions: self.conditions_of(policy),
            roles: self.roles_of(policy),
            actions,
            direct: policy.direct.as_ref().map(|direct| self.direct(direct)),
            grants,
            constraints,
            delegations,
        };
        Draft { rules, grant_sources, constraint_sources, delegation_sources }
    }

    fn kinds_of(&mut self, policy: &Policy) -> Vec<Kind> {
        let entries = by_name(&policy.kinds, Identifier::as_str);
        let lower = |(name, kind): &(Spanned<Identifier>, policy::Kind)| Kind {
            name: name.value.as_str().to_owned(),
            holds: self.roles(&kind.holds),
        };
        entries.into_iter().map(lower).collect()
    }

    fn scopes_of(&mut self, policy: &Policy) -> Vec<ScopeKind> {
        let entries = by_name(&policy.scopes, Identifier::as_str);
        let lower = |(name, scope): &(Spanned<Identifier>, policy::Scope)| ScopeKind {
            name: name.value.as_str().to_owned(),
            within: self.scope(scope.within.as_ref()),
        };
        entries.into_iter().map(lower).collect()
    }

    /// Declared and built-in attributes; the values of `principal.kind` are the declared kinds.
    fn attributes_of(&mut self, policy: &Policy) -> Vec<Attribute> {
        let built_in = BuiltIn::ALL.into_iter().filter_map(|built_in| {
            let (namespace, name) = built_in.name()?;
            let kinds = self.symbols.kinds.names();
            let kinds = kinds.filter(|_| built_in == BuiltIn::PrincipalKind);
            let values = kinds.map(|kind| Literal::String(kind.to_owned())).collect();
            let name = name.to_owned();
            Some(Attribute { namespace, name, value_type: ValueType::String, values })
        });
        let declared = policy.attributes.iter().filter_map(|(name, attribute)| {
            let (namespace, name) = name.value.split()?;
            let values = literals(&attribute.values);
            let name = name.to_owned();
            Some(Attribute { namespace, name, value_type: attribute.value_type, values })
        });
        let mut attributes: Vec<Attribute> = built_in.chain(declared).collect();
        attributes.sort_by(|before, after| {
            (before.namespace, &before.name).cmp(&(after.namespace, &after.name))
        });
        attributes
    }

    fn conditions_of(&mut self, policy: &Policy) -> Vec<Condition> {
        let entries = by_name(&policy.conditions, Identifier::as_str);
        let lower = |(name, condition): &(Spanned<Identifier>, policy::Condition)| Condition {
            name: name.value.as_str().to_owned(),
            // A test of something unknown is an error; the draft is then not used.
            test: self.test(&condition.test).unwrap_or(Test::Asserted),
        };
        entries.into_iter().map(lower).collect()
    }

    fn test(&mut self, test: &policy::Test) -> Option<Test> {
        Some(match test {
            policy::Test::Asserted => Test::Asserted,
            policy::Test::OneOf { attribute, literals: values } => {
                Test::OneOf { attribute: self.attribute(attribute)?, literals: literals(values) }
            }
            policy::Test::Matches { attribute, other } => {
                let (attribute, other) = (self.attribute(attribute), self.attribute(other));
                Test::Matches { attribute: attribute?, other: other? }
            }
            policy::Test::AtLeast { attribute, bound } => {
                Test::AtLeast { attribute: self.attribute(attribute)?, bound: bound.value }
            }
            policy::Test::AtMost { attribute, bound } => {
                Test::AtMost { attribute: self.attribute(attribute)?, bound: bound.value }
            }
            policy::Test::All(names) => Test::All { conditions: self.conditions(names) },
            policy::Test::Any(names) => Test::Any { conditions: self.conditions(names) },
            policy::Test::Not(name) => Test::Not { condition: self.condition(name)? },
        })
    }

    fn roles_of(&mut self, policy: &Policy) -> Vec<Role> {
        let entries = by_name(&policy.roles, RoleName::as_str);
        let lower = |(name, role): &(Spanned<RoleName>, policy::Role)| Role {
            name: name.value.as_str().to_owned(),
            inherits: self.roles(&role.inherits),
            kinds: self.kinds(role.kinds.as_ref()),
            scope: self.scope(role.scope.as_ref()),
        };
        entries.into_iter().map(lower).collect()
    }

    fn direct(&mut self, direct: &policy::Direct) -> Direct {
        Direct { actions: self.actions(&direct.actions), kinds: self.kinds(direct.kinds.as_ref()) }
    }

    pub(super) fn role(&mut self, name: &Spanned<RoleName>) -> Option<RoleId> {
        let known = &self.symbols.roles;
        self.resolve(known, name, RoleName::as_str, names::unknown_role)
    }

    /// A role where `*` may stand too, and does not.
    pub(super) fn one_role(&mut self, name: &Spanned<RoleOrAll>) -> Option<RoleId> {
        let known = &self.symbols.roles;
        self.resolve(known, name, RoleOrAll::name_or_star, names::unknown_role)
    }

    pub(super) fn roles(&mut self, names: &Names<RoleName>) -> Vec<RoleId> {
        sorted(names.iter().filter_map(|name| self.role(name)))
    }

    pub(super) fn kinds(&mut self, names: Option<&Names<Identifier>>) -> Option<Vec<KindId>> {
        let known = &self.symbols.kinds;
        let mut kind = |name| self.resolve(known, name, Identifier::as_str, names::unknown_kind);
        Some(sorted(names?.iter().filter_map(&mut kind)))
    }

    pub(super) fn scope(&mut self, name: Option<&Spanned<Identifier>>) -> Option<ScopeId> {
        let known = &self.symbols.scopes;
        self.resolve(known, name?, Identifier::as_str, names::unknown_scope)
    }

    fn attribute(&mut self, name: &Spanned<AttributeName>) -> Option<AttributeId> {
        let known = &self.symbols.attributes;
        self.resolve(known, name, AttributeName::as_str, names::unknown_attribute)
    }

    fn condition(&mut self, name: &Spanned<Identifier>) -> Option<ConditionId> {
        let known = &self.symbols.conditions;
        self.resolve(known, name, Identifier::as_str, names::unknown_condition)
    }

    pub(super) fn conditions(&mut self, names: &Names<Identifier>) -> Vec<ConditionId> {
        sorted(names.iter().filter_map(|name| self.condition(name)))
    }

    /// Patterns expanded over the vocabulary: a literal name must be in it, and a pattern that
    /// matches nothing is worth a warning.
    pub(super) fn actions(&mut self, patterns: &Names<ActionPattern>) -> Vec<ActionId> {
        let mut actions = Vec::new();
        for pattern in patterns {
            let at = self.at(pattern.span);
            let Some(literals) = pattern.value.literals() else {
                // Each verb of a set must match, or one that is mistyped would go unnoticed.
                for part in pattern.value.by_verb() {
                    let matching = self.vocabulary.matching(&part);
                    if matching.is_empty() {
                        self.found.push(names::unmatched_pattern(at, part.as_str()));
                    }
                    actions.extend(matching);
                }
                continue;
            };
            for name in literals {
                match self.vocabulary.get(&name) {
                    Some(id) => actions.push(id),
                    None if name.len() > ACTION_BYTES_MAX => {
                        self.found.push(names::name_too_long(at, &name, ACTION_BYTES_MAX));
                    }
                    None => {
                        let known = self.vocabulary.iter().map(|(name, ..)| name).collect();
                        self.found.push(names::unknown_action(at, &name, known));
                    }
                }
            }
        }
        sorted(actions)
    }

    fn resolve<K, I: crate::model::Id>(
        &mut self,
        known: &NameTable<'a, I>,
        name: &Spanned<K>,
        text: impl Fn(&K) -> &str,
        unknown: impl Fn(At, &str, Vec<&str>) -> Diagnostic,
    ) -> Option<I> {
        let found = known.get(text(&name.value));
        if found.is_none() {
            let at = self.at(name.span);
            self.found.push(unknown(at, text(&name.value), known.names().collect()));
        }
        found
    }
}

/// Statements in canonical order, and which entry of its list in the file each was. Equal ones stay
/// in the order of the file.
pub(super) fn canonical<T: Ord>(lowered: impl Iterator<Item = T>) -> (Vec<T>, Vec<usize>) {
    let mut drafts: Vec<(T, usize)> = lowered.zip(0..).collect();
    drafts.sort();
    drafts.into_iter().unzip()
}

/// Sorted, each once.
pub(super) fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn literals(values: &Names<Literal>) -> Vec<Literal> {
    sorted(values.iter().map(|literal| literal.value.clone()))
}

/// The entries of a named table in the order of their names, which is the order of ids.
pub(super) fn by_name<K, V>(
    entries: &Named<K, V>,
    name: impl Fn(&K) -> &str,
) -> Vec<&(Spanned<K>, V)> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|before, after| name(&before.0.value).cmp(name(&after.0.value)));
    entries
}
