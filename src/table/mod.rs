//! The table: the compiled, indexed form of one policy; and the bundle, the file that carries it.
//!
//! Not decisions: a table says which grants speak of a cell, `evaluate` what that means.
//!
//! ```text
//! rules       what decides: canonical, digested
//! notes       what explains: titles, lines, rows, the order of the file
//! index       derived from the rules at load: by action (who), by role (what)
//! invariants  what holds of every table, checked at both doors
//! draft       a table taken apart, to be built again with a change
//! bytes       plain data as bytes; bundle: the container; load: from a path
//! ```

mod bits;
#[cfg(feature = "compile")]
mod build;
mod bundle;
mod bytes;
#[cfg(feature = "compile")]
pub(crate) mod draft;
mod index;
pub(crate) mod invariants;
mod load;
pub(crate) mod notes;
pub(crate) mod rules;

pub(crate) use bits::Bits;
pub use bundle::{Bundle, BundleError, BundleErrorKind, Digest, FORMAT_VERSION};
pub(crate) use index::{ActionFace, RoleFace};
pub use load::LoadError;

use crate::model::{
    ActionId, AttributeId, ConditionId, GrantId, Id, KindId, Namespace, RoleId, ScopeId, ValueType,
    name,
};
use bytes::{Broken, Wire as _};
use index::Index;
use notes::Notes;
use rules::{Attribute, Condition, Grant, Kind, Role, Rules, ScopeKind};

/// The compiled, indexed form of one policy: immutable, `Send + Sync`, cheap to ask.
///
/// A table comes out of a [`Bundle`]; ask it through [`Request`](crate::Request) and
/// [`decide`](crate::decide).
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    rules: Rules,
    notes: Notes,
    index: Index,
}

impl Table {
    /// The only constructor: what the builder made and what the decoder read both pass through.
    ///
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    pub(crate) fn new(rules: Rules, notes: Notes) -> Result<Self, Broken> {
        invariants::check(&rules, &notes)?;
        Ok(Self { index: Index::new(&rules), rules, notes })
    }

    /// The policy's id.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.rules.policy
    }

    /// The policy's version: the semantic version of the access.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.notes.version
    }

    /// The policy's title, where it has one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.notes.title.as_deref()
    }

    /// The roles, in the order of the file.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.notes.role_order.iter().map(|id| self.role_name(*id))
    }

    /// The actions: as `[actions]` lists them, else as grants and then `[direct]` first name them.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.notes.action_order.iter().map(|id| self.action_name(*id))
    }

    /// The kinds of principal, in the order of the file.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.notes.kind_order.iter().map(|id| self.kind(*id).map_or("", |kind| &kind.name))
    }

    /// The kinds of scope, in the order of their names.
    pub fn scope_kinds(&self) -> impl Iterator<Item = &str> {
        self.rules.scopes.iter().map(|scope| scope.name.as_str())
    }

    /// The conditions, in the order of their names.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.rules.conditions.iter().map(|condition| condition.name.as_str())
    }

    /// The full names of the attributes, built-in ones included, in their order.
    pub fn attributes(&self) -> impl Iterator<Item = String> {
        self.rules.attributes.iter().map(rules::Attribute::full_name)
    }

    /// The declared type of an attribute by its full name.
    #[must_use]
    pub fn attribute_type(&self, name: &str) -> Option<ValueType> {
        let (namespace, name) = name::split_attribute(name)?;
        self.find_attribute(namespace, name)
            .and_then(|id| self.attribute(id))
            .map(|found| found.value_type)
    }

    /// The declared values of an attribute by its full name, sorted; empty where any is known.
    #[must_use]
    pub fn attribute_values(&self, name: &str) -> Vec<String> {
        let found = name::split_attribute(name)
            .and_then(|(namespace, name)| self.find_attribute(namespace, name))
            .and_then(|id| self.attribute(id));
        found.map_or_else(Vec::new, |found| found.values.iter().map(ToString::to_string).collect())
    }

    /// How many grants the policy states.
    #[must_use]
    pub fn grant_count(&self) -> usize {
        self.rules.grants.len()
    }

    /// What identifies the table: a digest of what decides, not of file names and lines.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        self.rules.write(&mut bytes);
        Digest::of(&bytes)
    }

    pub(crate) const fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) const fn notes(&self) -> &Notes {
        &self.notes
    }

    pub(crate) fn find_role(&self, name: &str) -> Option<RoleId> {
        find(&self.rules.roles, |role| role.name.as_str().cmp(name))
    }

    pub(crate) fn find_action(&self, name: &str) -> Option<ActionId> {
        find(&self.rules.actions, |action| action.as_str().cmp(name))
    }

    /// The action of this name, with its face.
    pub(crate) fn find_face(&self, name: &str) -> Option<(ActionId, &ActionFace)> {
        let id = self.find_action(name)?;
        Some((id, self.by_action(id)?))
    }

    pub(crate) fn find_kind(&self, name: &str) -> Option<KindId> {
        find(&self.rules.kinds, |kind| kind.name.as_str().cmp(name))
    }

    pub(crate) fn find_scope(&self, name: &str) -> Option<ScopeId> {
        find(&self.rules.scopes, |scope| scope.name.as_str().cmp(name))
    }

    pub(crate) fn find_condition(&self, name: &str) -> Option<ConditionId> {
        find(&self.rules.conditions, |condition| condition.name.as_str().cmp(name))
    }

    pub(crate) fn find_attribute(&self, namespace: Namespace, name: &str) -> Option<AttributeId> {
        find(&self.rules.attributes, |attribute| {
            (attribute.namespace, attribute.name.as_str()).cmp(&(namespace, name))
        })
    }

    pub(crate) fn role(&self, id: RoleId) -> Option<&Role> {
        self.rules.roles.get(id.index())
    }

    pub(crate) fn role_name(&self, id: RoleId) -> &str {
        self.role(id).map_or("", |role| &role.name)
    }

    pub(crate) fn action_name(&self, id: ActionId) -> &str {
        self.rules.actions.get(id.index()).map_or("", String::as_str)
    }

    pub(crate) fn kind(&self, id: KindId) -> Option<&Kind> {
        self.rules.kinds.get(id.index())
    }

    pub(crate) fn scope(&self, id: ScopeId) -> Option<&ScopeKind> {
        self.rules.scopes.get(id.index())
    }

    pub(crate) fn attribute(&self, id: AttributeId) -> Option<&Attribute> {
        self.rules.attributes.get(id.index())
    }

    pub(crate) fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.rules.conditions.get(id.index())
    }

    pub(crate) fn grant(&self, id: GrantId) -> Option<&Grant> {
        self.rules.grants.get(id.index())
    }

    /// The roles that a grant reaches: those it names, and their seniors.
    pub(crate) fn reach(&self, id: GrantId) -> Option<&Bits<RoleId>> {
        self.index.reach.get(id.index())
    }

    /// Whether a role is another one, or inherits from it, directly or through others.
    pub(crate) fn inherits(&self, senior: RoleId, junior: RoleId) -> bool {
        let mut open = vec![senior];
        let mut seen = Bits::new(self.rules.roles.len());
        while let Some(id) = open.pop() {
            if id == junior {
                return true;
            }
            if !seen.contains(id) {
                seen.insert(id);
                open.extend(self.role(id).into_iter().flat_map(|role| &role.inherits));
            }
        }
        false
    }

    pub(crate) fn by_action(&self, id: ActionId) -> Option<&ActionFace> {
        self.index.by_action.get(id.index())
    }

    pub(crate) fn by_role(&self, id: RoleId) -> Option<&RoleFace> {
        self.index.by_role.get(id.index())
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("policy", &self.rules.policy)
            .field("version", &self.notes.version)
            .field("role_count", &self.rules.roles.len())
            .field("action_count", &self.rules.actions.len())
            .field("grant_count", &self.rules.grants.len())
            .finish_non_exhaustive()
    }
}

fn find<T, I: Id>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> Option<I> {
    sorted.binary_search_by(compare).ok().and_then(I::new)
}
