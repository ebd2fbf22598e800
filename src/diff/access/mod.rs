//! What one table allows, cell by cell: who, which action, and exactly when, in canonical words.
//!
//! Not a comparison: it asks one table what a comparison asks two, in the same finite model, so
//! that what is locked and what a diff tells never disagree.
//!
//! A role does one of three things to a decision (see `compare`): it denies by a forbid of its own,
//! else allows, else nothing. Both are told of every role that any grant of an action reaches, each
//! by itself. A forbid is told also where its role is denied anyway, since it matters beside other
//! roles. What anybody may do by its kind is told once, of everyone, and leaves open what is said
//! of the roles there.
//!
//! The words depend on nothing but what is decided: not on how many grants say it, nor on their
//! order, nor on the names of conditions. `reduce` leaves out what does not matter, `cover` finds
//! the alternatives, `say` the words.

mod asked;
mod cover;
mod grid;
mod reduce;
mod say;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::model::{ActionId, Effect, GrantId, Id, KindId, RoleId, ScopeId};
use crate::table::rules::{Grant, GrantRoles};
use crate::table::{Bits, Table};

use super::DiffError;
use super::compare::directly;
use super::names::Names;
use super::space::{Asker, Holding, KindCase, Space, TooMany, scopes};
use super::terms::Meanings;
use super::walk::{Cell, Model};

pub(crate) use say::{condition_words, literal_words};

/// All that a table allows and forbids.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// The cells that are not empty, by action and then by whose they are.
    pub cells: Vec<AccessCell>,
    /// The full names of the attributes that their words speak of.
    pub attributes: BTreeSet<String>,
}

/// What becomes of an action for somebody.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AccessCell {
    pub of: CellOf,
    pub action: String,
    /// When it is allowed, in words; empty is always, none is never.
    pub allowed: Option<String>,
    /// When it is denied beside any other role.
    pub forbids: Option<String>,
}

/// Whose cell it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CellOf {
    /// Anybody's, by the roles that kinds hold.
    Everyone,
    Role(String),
    /// Of whoever is given the action directly.
    Directly,
}

/// Everything that a table allows.
///
/// # Errors
/// Where an action depends on more situations than may be looked at.
pub(crate) fn access(table: &Table) -> Result<Access, DiffError> {
    let names = Names::of(table, table);
    let model = Model {
        old: table,
        new: table,
        kinds: KindCase::all(&names),
        holdings: Holding::all(&names),
        scopes: scopes(&names),
    };
    let mut reader = Reader {
        table,
        model: &model,
        terms: terms(table),
        held: table.rules().kinds.iter().flat_map(|kind| kind.holds.iter().copied()).collect(),
        known: BTreeMap::new(),
        access: Access::default(),
    };
    for action in (0..table.rules().actions.len()).filter_map(ActionId::new) {
        reader.action(action).map_err(|TooMany| DiffError::TooManySituations {
            policy: table.policy().to_owned(),
            action: table.action_name(action).to_owned(),
        })?;
    }
    Ok(reader.access)
}

/// The words of a cell.
#[derive(Debug, Default)]
struct Said {
    allowed: Option<String>,
    forbids: Option<String>,
    attributes: BTreeSet<String>,
}

/// All that a cell depends on; grants that say the same are one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grounds {
    whose: u8,
    /// The number of the term, whether it reaches the role itself, and which held roles.
    terms: Vec<(u32, bool, Vec<RoleId>)>,
    standing: Option<(Option<Vec<KindId>>, Option<ScopeId>)>,
}

struct Reader<'m, 't> {
    table: &'t Table,
    model: &'m Model<'t>,
    /// By grant: a number that grants in the same terms have in common.
    terms: Vec<u32>,
    /// The roles that kinds hold.
    held: BTreeSet<RoleId>,
    known: BTreeMap<Grounds, Rc<Said>>,
    access: Access,
}

impl<'t> Reader<'_, 't> {
    fn action(&mut self, id: ActionId) -> Result<(), TooMany> {
        let action = self.table.action_name(id);
        let Some(face) = self.table.by_action(id) else { return Ok(()) };
        if !self.held.is_empty() {
            self.cell(CellOf::Everyone, Asker::Nobody, (id, action))?;
        }
        let mut touched = Bits::new(self.table.rules().roles.len());
        let reaches = face.forbids.iter().filter_map(|grant| self.table.reach(*grant));
        for reach in [&face.touched].into_iter().chain(reaches) {
            touched.union(reach);
        }
        for role in touched.iter() {
            let name = self.table.role_name(role);
            self.cell(CellOf::Role(name.to_owned()), Asker::Role(name), (id, action))?;
        }
        if directly(self.table, action) {
            self.cell(CellOf::Directly, Asker::Direct, (id, action))?;
        }
        Ok(())
    }

    fn cell(
        &mut self,
        of: CellOf,
        asker: Asker<'t>,
        (id, action): (ActionId, &'t str),
    ) -> Result<(), TooMany> {
        let grounds = self.grounds(asker, id);
        let said = match self.known.get(&grounds) {
            Some(said) => Rc::clone(said),
            None => {
                let said = Rc::new(self.said(asker, action)?);
                self.access.attributes.extend(said.attributes.iter().cloned());
                self.known.insert(grounds, Rc::clone(&said));
                said
            }
        };
        if said.allowed.is_some() || said.forbids.is_some() {
            let (allowed, forbids) = (said.allowed.clone(), said.forbids.clone());
            self.access.cells.push(AccessCell { of, action: action.to_owned(), allowed, forbids });
        }
        Ok(())
    }

    fn grounds(&self, asker: Asker<'t>, id: ActionId) -> Grounds {
        let (whose, role) = match asker {
            Asker::Nobody => (0, None),
            Asker::Role(role) => (1, self.table.find_role(role)),
            Asker::Direct => (2, None),
        };
        let term = |grant: &GrantId| {
            let reach = self.table.reach(*grant)?;
            let is_own = role.is_some_and(|role| reach.contains(role));
            let held: Vec<RoleId> =
                self.held.iter().copied().filter(|held| reach.contains(*held)).collect();
            let is_everyone =
                self.table.grant(*grant).is_some_and(|grant| grant.roles == GrantRoles::Everyone);
            let decides = is_own || !held.is_empty() || is_everyone;
            decides.then_some((self.terms.get(grant.index()).copied()?, is_own, held))
        };
        let face = self.table.by_action(id);
        let grants = face.into_iter().flat_map(|face| face.permits.iter().chain(&face.forbids));
        let mut terms: Vec<_> = grants.filter_map(term).collect();
        terms.sort_unstable();
        terms.dedup();
        let role = role.and_then(|role| self.table.role(role));
        Grounds { whose, terms, standing: role.map(|role| (role.kinds.clone(), role.scope)) }
    }

    fn said(&self, asker: Asker<'t>, action: &'t str) -> Result<Said, TooMany> {
        let cell = Cell { old_conditions: Vec::new(), ..self.model.cell(asker, action) };
        let space = Space::new(&[(self.table, &cell.new_conditions)])?;
        let situations = asked::Asked::of(self.model, &cell, &space);
        let mut said = Said::default();
        let mut words = |effect| {
            let (reach, grid) = situations.grid(effect)?;
            let words = say::words(reach, &grid, &cover::cover(&grid));
            said.attributes.extend(grid.attributes());
            Some(words)
        };
        let (allowed, forbids) = (words(Effect::Permit), words(Effect::Forbid));
        Ok(Said { allowed, forbids, ..said })
    }
}

/// By grant: a number that grants in the same terms have in common.
fn terms(table: &Table) -> Vec<u32> {
    let (meanings, _) = Meanings::of(table, table);
    let mut known = BTreeMap::new();
    let mut number = |grant: &Grant| {
        let term = (
            (grant.effect, grant.roles == GrantRoles::Everyone, grant.anywhere),
            meanings.all(&grant.when),
            meanings.all(&grant.unless),
        );
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        *known.entry(term).or_insert(next)
    };
    table.rules().grants.iter().map(&mut number).collect()
}
