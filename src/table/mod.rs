//! The table: the compiled, indexed form of one policy; and the bundle, the file that carries it.
//!
//! Not decisions: a table says which grants speak of a cell, `evaluate` what that means.
//!
//! ```text
//! cells       what decides, as bytes that are read in place: names, rows, guards
//! assign      what speaks of assignments: inheritance, constraints, delegations
//! statements  what the policy says as written (rules, notes) and an index to walk it; explains
//! vocabulary  what is declared, and lists of ids held to it
//! invariants  what holds of every statement
//! draft       a table taken apart, to be built again with a change; dump: what decides, as text
//! bytes       plain data as bytes; bundle: the container; load: from a path; live: reloaded
//! ```

mod assign;
mod bits;
#[cfg(feature = "compile")]
mod build;
mod bundle;
mod bytes;
pub(crate) mod cells;
#[cfg(feature = "compile")]
pub(crate) mod draft;
#[cfg(feature = "compile")]
mod dump;
mod error;
mod index;
pub(crate) mod invariants;
mod live;
mod load;
pub(crate) mod notes;
pub(crate) mod rules;
mod statements;
pub(crate) mod vocabulary;

use std::sync::{Arc, OnceLock};

pub(crate) use bits::Bits;
pub use bundle::{Bundle, Digest, FORMAT_VERSION, SectionOutline};
pub use error::{BundleError, BundleErrorKind};
pub(crate) use index::ActionFace;
pub use live::{LiveBundle, Reloaded};
pub use load::LoadError;

use crate::model::{
    ActionId, AttributeId, ConditionId, GrantId, Id, KindId, Namespace, RoleId, ScopeId, ValueType,
    name,
};
use assign::AssignRules;
use bundle::Section;
use bytes::{Broken, Wire as _};
use cells::Cells;
use notes::Notes;
use rules::{Attribute, Condition, Grant, Kind, Rules, ScopeKind};
use statements::Statements;

/// The compiled, indexed form of one policy: immutable, `Send + Sync`, cheap to ask.
///
/// A table comes out of a [`Bundle`]; ask it through [`Request`](crate::Request) and
/// [`decide`](crate::decide).
///
/// Cloning one is cheap: clones share what was loaded.
#[derive(Clone)]
pub struct Table {
    inner: Arc<Inner>,
}

struct Inner {
    version: String,
    cells: Cells,
    assign: AssignRules,
    /// The section of the bundle that explains.
    explains: Option<Section>,
    /// Whether statements are as they were written: built from them, or in a section.
    is_explained: bool,
    /// Read when something first asks for them.
    statements: OnceLock<Statements>,
}

impl Table {
    /// Reads a table out of the sections of a bundle: the decoder's door.
    ///
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    fn read(
        version: String,
        cells: &Section,
        assign: &Section,
        explains: Option<Section>,
    ) -> Result<Self, Broken> {
        vocabulary::require(name::is_version(&version), "has a malformed version")?;
        let cells = Cells::read(&cells.bytes, cells.at, cells.length)?;
        let mut input = bytes::Reader::new(assign.bytes());
        let assign = AssignRules::read(&mut input)?;
        if !input.is_empty() {
            return Err("has bytes left over in a section");
        }
        assign.check(&cells.model().vocabulary(cells.role_count()))?;
        Ok(Self::with_section(version, cells, assign, explains))
    }

    /// INVARIANT: all of it was checked.
    fn with_section(
        version: String,
        cells: Cells,
        assign: AssignRules,
        explains: Option<Section>,
    ) -> Self {
        let (is_explained, statements) = (explains.is_some(), OnceLock::new());
        let inner = Inner { version, cells, assign, explains, is_explained, statements };
        Self { inner: Arc::new(inner) }
    }

    /// Whether the table knows what its policy says as written: lines, titles, rows.
    ///
    /// Where a bundle leaves that out, explanations are drawn from what decides, and say less.
    #[must_use]
    pub fn has_explanations(&self) -> bool {
        self.inner.is_explained
    }

    /// The same table without what its policy says as written.
    fn without_explanations(&self) -> Self {
        let Inner { version, cells, assign, .. } = &*self.inner;
        Self::with_section(version.clone(), cells.clone(), assign.clone(), None)
    }

    /// The policy's id.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.inner.cells.model().policy
    }

    /// The policy's version: the semantic version of the access.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// The policy's title, where it has one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.notes().title.as_deref()
    }

    /// The roles, in the order of the file.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.notes().role_order.iter().map(|id| self.role_name(*id))
    }

    /// The actions: as `[actions]` lists them, else as grants and then `[direct]` first name them.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.notes().action_order.iter().map(|id| self.action_name(*id))
    }

    /// The kinds of principal, in the order of the file.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.notes().kind_order.iter().map(|id| self.kind(*id).map_or("", |kind| &kind.name))
    }

    /// The kinds of scope, in the order of their names.
    pub fn scope_kinds(&self) -> impl Iterator<Item = &str> {
        self.cells().model().scopes.iter().map(|scope| scope.name.as_str())
    }

    /// The conditions, in the order of their names.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.cells().model().conditions.iter().map(|condition| condition.name.as_str())
    }

    /// The full names of the attributes, built-in ones included, in their order.
    pub fn attributes(&self) -> impl Iterator<Item = String> {
        self.cells().model().attributes.iter().map(rules::Attribute::full_name)
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

    /// The id of an action, for asking a [`PreparedPrincipal`](crate::PreparedPrincipal) again and
    /// again; it means nothing to another table.
    #[must_use]
    pub fn action_id(&self, action: &str) -> Option<ActionId> {
        self.find_action(action)
    }

    /// How many grants the policy states.
    #[must_use]
    pub fn grant_count(&self) -> usize {
        self.rules().grants.len()
    }

    /// What identifies the table: a digest of what decides, not of how it is written.
    ///
    /// Grants, constraints and delegations in another order, split or merged, in other files and
    /// lines: the same digest. A change of any decision, or of who may hold or give roles: another.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of_parts([self.cells().section(), &self.assign_section()])
    }

    /// The section that speaks of assignments, as bytes.
    fn assign_section(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.inner.assign.write(&mut bytes);
        bytes
    }

    /// The section that explains, as bytes; none where there is none.
    fn explains_section(&self) -> Option<Vec<u8>> {
        if let Some(section) = &self.inner.explains {
            return Some(section.bytes().to_vec());
        }
        let mut bytes = Vec::new();
        self.inner.is_explained.then(|| self.statements().write(&mut bytes))?;
        Some(bytes)
    }

    #[inline]
    pub(crate) fn cells(&self) -> &Cells {
        &self.inner.cells
    }

    pub(crate) fn assign(&self) -> &AssignRules {
        &self.inner.assign
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.statements().rules
    }

    pub(crate) fn notes(&self) -> &Notes {
        &self.statements().notes
    }

    #[inline]
    pub(crate) fn find_role(&self, name: &str) -> Option<RoleId> {
        self.cells().find_role(name)
    }

    #[inline]
    pub(crate) fn find_action(&self, name: &str) -> Option<ActionId> {
        self.cells().find_action(name)
    }

    /// The action of this name, with its face.
    pub(crate) fn find_face(&self, name: &str) -> Option<(ActionId, &ActionFace)> {
        let id = self.find_action(name)?;
        Some((id, self.by_action(id)?))
    }

    pub(crate) fn find_kind(&self, name: &str) -> Option<KindId> {
        find(&self.cells().model().kinds, |kind| kind.name.as_str().cmp(name))
    }

    pub(crate) fn find_scope(&self, name: &str) -> Option<ScopeId> {
        find(&self.cells().model().scopes, |scope| scope.name.as_str().cmp(name))
    }

    pub(crate) fn find_condition(&self, name: &str) -> Option<ConditionId> {
        find(&self.cells().model().conditions, |condition| condition.name.as_str().cmp(name))
    }

    pub(crate) fn find_attribute(&self, namespace: Namespace, name: &str) -> Option<AttributeId> {
        find(&self.cells().model().attributes, |attribute| {
            (attribute.namespace, attribute.name.as_str()).cmp(&(namespace, name))
        })
    }

    pub(crate) fn role_name(&self, id: RoleId) -> &str {
        self.cells().role_name(id)
    }

    pub(crate) fn action_name(&self, id: ActionId) -> &str {
        self.cells().action_name(id)
    }

    pub(crate) fn kind(&self, id: KindId) -> Option<&Kind> {
        self.cells().model().kinds.get(id.index())
    }

    pub(crate) fn scope(&self, id: ScopeId) -> Option<&ScopeKind> {
        self.cells().model().scopes.get(id.index())
    }

    pub(crate) fn attribute(&self, id: AttributeId) -> Option<&Attribute> {
        self.cells().model().attributes.get(id.index())
    }

    pub(crate) fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.cells().model().conditions.get(id.index())
    }

    pub(crate) fn grant(&self, id: GrantId) -> Option<&Grant> {
        self.rules().grants.get(id.index())
    }

    /// The roles that a grant reaches: those it names, and their seniors.
    pub(crate) fn reach(&self, id: GrantId) -> Option<&Bits<RoleId>> {
        self.statements().index.reach.get(id.index())
    }

    /// Whether a role is another one, or inherits from it, directly or through others.
    pub(crate) fn inherits(&self, senior: RoleId, junior: RoleId) -> bool {
        let mut open = vec![senior];
        let mut seen = Bits::new(self.cells().role_count());
        while let Some(id) = open.pop() {
            if id == junior {
                return true;
            }
            if !seen.contains(id) {
                seen.insert(id);
                open.extend(self.assign().juniors(id));
            }
        }
        false
    }

    pub(crate) fn by_action(&self, id: ActionId) -> Option<&ActionFace> {
        self.statements().index.by_action.get(id.index())
    }
}

/// Tables are equal that decide the same and explain it alike.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
            || (self.version() == other.version()
                && self.cells() == other.cells()
                && self.assign() == other.assign()
                && self.statements() == other.statements())
    }
}

impl Eq for Table {}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("policy", &self.policy())
            .field("version", &self.version())
            .field("role_count", &self.cells().role_count())
            .field("action_count", &self.cells().action_count())
            .finish_non_exhaustive()
    }
}

fn find<T, I: Id>(sorted: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> Option<I> {
    sorted.binary_search_by(compare).ok().and_then(I::new)
}
