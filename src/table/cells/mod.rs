//! The cells: all that `decide` reads of a policy, in the form in which a bundle carries it.
//!
//! Not what the policy states: grants with the same meaning give the same cells, however they were
//! written. What was written is in `statements`, for explanations. Names and rows stay in the bytes
//! of the bundle and are read in place; the small rest (`model`) is copied.
//!
//! ```text
//! bytes    what (numbers are little-endian; each array is filled up to a multiple of 8 with zeros)
//! 0..48    twelve u32: length of the model, roles, actions, bytes of role names, bytes of action
//!          names, positions in sparse rows, dense rows, entries, sets, positions in sparse sets,
//!          dense sets, direct actions
//! ..       model: see `model`, as plain data (`bytes`)
//! ..       role names, action names: see `names`
//! ..       by role: how it is held, a position in the model's holdings, u16
//! ..       plain rows, by role: the actions that it is permitted wherever it counts and without
//!          conditions, its juniors' included: see `rows`
//! ..       entries, by action and then by guard: action u32, guard u32, set u32
//! ..       sets: the roles that an entry reaches, seniors included, as rows; all ones: everyone
//! ..       direct actions, ascending, u32
//! ```

mod check;
mod cut;
mod model;
mod names;
mod row;
mod rows;
mod slots;
mod words;
mod write;

use std::sync::Arc;

use crate::model::limits::{ACTION_BYTES_MAX, ROLE_BYTES_MAX, fits};
use crate::model::{ActionId, Id as _, RoleId};

use super::Bits;
use super::bytes::{Broken, Reader, Wire as _};
use cut::{Cut, u32_at};
use names::Names;
use rows::{Rows, RowsSize};

pub(crate) use cut::{ALIGNMENT, pad};
pub(crate) use model::{DirectKinds, Guard, Holding, Model};
pub(crate) use row::Row;
pub(crate) use write::write;

/// What an entry for everyone has in the place of a set.
const EVERYONE: u32 = u32::MAX;

const ENTRY_BYTES: usize = 12;

/// How many numbers a section begins with.
const HEAD: usize = 12;

/// The cells of one policy.
#[derive(Clone)]
pub(crate) struct Cells {
    /// The whole bundle, or the section alone; positions count from its beginning.
    bytes: Arc<Vec<u8>>,
    section_at: usize,
    section_length: usize,
    model: Model,
    roles: Names,
    actions: Names,
    holdings_at: usize,
    plain: Rows,
    sets: Rows,
    entries_at: usize,
    /// By action: its first entry; one more at the end. Derived.
    first_entry: Vec<u32>,
    /// Actions that have entries. Derived.
    guarded: Bits<ActionId>,
    direct_at: usize,
    direct_count: usize,
    /// Whether everyone may hold every role, and without a scope. Derived.
    is_open: bool,
    /// Whether some forbid is for everyone. Derived.
    forbids_everyone: bool,
}

/// A grant that is more than a plain permit, as one action sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'c> {
    pub guard: &'c Guard,
    /// Position of the guard in the model.
    pub guard_at: usize,
    /// The roles it reaches, seniors included; none is everyone.
    pub roles: Option<Row<'c>>,
}

impl Cells {
    /// Reads the section of a policy in place.
    ///
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    pub(crate) fn read(
        bytes: &Arc<Vec<u8>>,
        section_at: usize,
        section_length: usize,
    ) -> Result<Self, Broken> {
        let section = bytes.get(section_at..).and_then(|rest| rest.get(..section_length));
        let mut cut = Cut::new(section.ok_or("ends too early")?, section_at);
        let (_, head) = cut.numbers(HEAD)?;
        let head: &[[u8; 4]; HEAD] = head.first_chunk().ok_or("ends too early")?;
        let head =
            head.map(|number| usize::try_from(u32::from_le_bytes(number)).unwrap_or(usize::MAX));
        let [
            model_length,
            role_count,
            action_count,
            role_text,
            action_text,
            sparse,
            dense,
            entry_count,
            set_count,
            sparse_sets,
            dense_sets,
            direct_count,
        ] = head;
        if !fits(role_count, action_count, 0) {
            return Err("has more roles or actions than a table may have");
        }
        let (_, model_bytes) = cut.bytes(model_length)?;
        let mut reader = Reader::new(model_bytes);
        let model = Model::read(&mut reader)?;
        if !reader.is_empty() {
            return Err("has bytes left over in a section");
        }
        let roles = Names::read(&mut cut, role_count, role_text, ROLE_BYTES_MAX)?;
        let actions = Names::read(&mut cut, action_count, action_text, ACTION_BYTES_MAX)?;
        let (holdings_at, holdings) = cut.bytes(role_count * 2)?;
        check::positions(holdings, model.holdings.len())?;
        let size = RowsSize { sparse, dense };
        let plain = Rows::read(&mut cut, role_count, action_count, size)?;
        let entry_bytes = entry_count.checked_mul(ENTRY_BYTES).ok_or("ends too early")?;
        let (entries_at, entries) = cut.bytes(entry_bytes)?;
        let size = RowsSize { sparse: sparse_sets, dense: dense_sets };
        let sets = Rows::read(&mut cut, set_count, role_count, size)?;
        let (direct_at, direct) = cut.numbers(direct_count)?;
        cut.end()?;
        let first_entry = check::entries(entries.as_chunks().0, &model, action_count, set_count)?;
        check::direct(direct, &model, action_count)?;
        check::model(&model, role_count)?;
        let cells = Self {
            bytes: Arc::clone(bytes),
            section_at,
            section_length,
            model,
            roles,
            actions,
            holdings_at,
            plain,
            sets,
            entries_at,
            guarded: check::guarded(&first_entry),
            first_entry,
            direct_at,
            direct_count,
            is_open: false,
            forbids_everyone: check::names_everyone(entries.as_chunks().0),
        };
        let is_open = cells.model.kinds.is_empty()
            && cells.model.holdings.iter().all(|held| held.kinds.is_none() && held.scope.is_none());
        let cells = Self { is_open, ..cells };
        check::held_by_kinds(&cells)?;
        Ok(cells)
    }

    /// The bytes of the section.
    pub(crate) fn section(&self) -> &[u8] {
        let rest = self.bytes.get(self.section_at..).unwrap_or_default();
        rest.get(..self.section_length).unwrap_or_default()
    }

    pub(crate) const fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) const fn role_count(&self) -> usize {
        self.roles.count()
    }

    pub(crate) const fn action_count(&self) -> usize {
        self.actions.count()
    }

    #[inline]
    pub(crate) fn find_role(&self, name: &str) -> Option<RoleId> {
        self.roles.find(&self.bytes, name).map(RoleId)
    }

    #[inline]
    pub(crate) fn find_action(&self, name: &str) -> Option<ActionId> {
        self.actions.find(&self.bytes, name).map(ActionId)
    }

    /// The name of a role; empty where there is none.
    pub(crate) fn role_name(&self, id: RoleId) -> &str {
        text(self.roles.get(&self.bytes, id.0))
    }

    /// The name of an action; empty where there is none.
    pub(crate) fn action_name(&self, id: ActionId) -> &str {
        text(self.actions.get(&self.bytes, id.0))
    }

    /// How a role may be held.
    #[inline]
    pub(crate) fn holding(&self, id: RoleId) -> Option<&Holding> {
        let at = self.holdings_at + id.index() * 2;
        if id.index() >= self.role_count() {
            return None;
        }
        let position = self.bytes.get(at..)?.first_chunk()?;
        self.model.holdings.get(usize::from(u16::from_le_bytes(*position)))
    }

    /// The actions that a role is permitted without conditions, wherever it counts.
    #[inline]
    pub(crate) fn plain(&self, id: RoleId) -> Option<Row<'_>> {
        self.plain.get(&self.bytes, id.index())
    }

    /// Whether a plain permit reaches a role.
    #[inline]
    pub(crate) fn permits(&self, role: RoleId, action: ActionId) -> bool {
        self.plain.contains(&self.bytes, role.index(), action)
    }

    /// Whether everyone may hold every role, and without a scope: an unscoped assignment counts.
    #[inline]
    pub(crate) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether some forbid is for everyone, also for who holds no role.
    #[inline]
    pub(crate) const fn forbids_everyone(&self) -> bool {
        self.forbids_everyone
    }

    /// What else there is for an action, forbids first.
    #[inline]
    pub(crate) fn entries(&self, id: ActionId) -> impl Iterator<Item = Entry<'_>> + Clone {
        let number = |at: usize| self.first_entry.get(at).and_then(|at| usize::try_from(*at).ok());
        let first = number(id.index()).unwrap_or(0);
        let end = number(id.index() + 1).unwrap_or(first);
        (first..end).filter_map(|at| self.entry(at))
    }

    /// The actions for which there is more than plain permits.
    #[inline]
    pub(crate) const fn guarded(&self) -> &Bits<ActionId> {
        &self.guarded
    }

    /// A guard by its position in the model.
    #[inline]
    pub(crate) fn guard(&self, at: usize) -> Option<&Guard> {
        self.model.guards.get(at)
    }

    fn entry(&self, at: usize) -> Option<Entry<'_>> {
        let at = self.entries_at + at * ENTRY_BYTES;
        let guard_at = usize::try_from(u32_at(&self.bytes, at + 4)?).ok()?;
        let guard = self.guard(guard_at)?;
        let set = u32_at(&self.bytes, at + 8)?;
        let roles = match set {
            EVERYONE => None,
            set => Some(self.sets.get(&self.bytes, usize::try_from(set).ok()?)?),
        };
        Some(Entry { guard, guard_at, roles })
    }

    /// The actions that may be given directly, ascending.
    pub(crate) fn direct_actions(&self) -> impl Iterator<Item = ActionId> {
        let numbers = self.bytes.get(self.direct_at..).unwrap_or_default().as_chunks().0;
        numbers.iter().take(self.direct_count).map(|id| ActionId(u32::from_le_bytes(*id)))
    }

    /// Who may be given an action directly; none where nobody may.
    pub(crate) fn direct(&self, id: ActionId) -> Option<&DirectKinds> {
        let numbers = self.bytes.get(self.direct_at..).unwrap_or_default().as_chunks().0;
        let numbers: &[[u8; 4]] = numbers.get(..self.direct_count).unwrap_or_default();
        let found = numbers.binary_search_by(|number| u32::from_le_bytes(*number).cmp(&id.0));
        self.model.direct.as_ref().filter(|_| found.is_ok())
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.section() == other.section()
    }
}

impl Eq for Cells {}

/// INVARIANT: names were found to be ASCII when they were read.
fn text(name: Option<&[u8]>) -> &str {
    name.and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("")
}
