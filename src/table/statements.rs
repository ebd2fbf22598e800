//! Statements: what the policy says as it was written, and the index by which tools walk it.
//!
//! Not what decides: `decide` reads cells. Statements explain decisions and are what reviews,
//! comparisons and checks work on. A bundle carries them apart and may leave them out; they are
//! read when something first asks for them. No statement is ever believed that does not compile to
//! exactly the cells that decide: without such, statements are made from the cells, with the same
//! meaning, and without lines, titles and rows.

use std::collections::BTreeMap;

use crate::model::{ActionId, GrantId, Id as _, KindId, RoleId};

use super::assign::AssignRules;
use super::bytes::{Broken, Reader, Wire as _};
use super::cells::{self, Cells};
use super::index::Index;
use super::invariants;
use super::notes::{GrantNote, Note, Notes};
use super::rules::{Direct, Grant, GrantRoles, Role, Rules};
use super::vocabulary::require;
use super::{Inner, Table};

/// What a policy states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statements {
    pub rules: Rules,
    pub notes: Notes,
    pub index: Index,
}

impl Statements {
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    pub(super) fn new(rules: Rules, notes: Notes) -> Result<Self, Broken> {
        invariants::check(&rules, &notes)?;
        Ok(Self { index: Index::new(&rules), rules, notes })
    }

    /// The section that explains: grants as they are written, and notes.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        self.rules.grants.write(out);
        self.notes.write(out);
    }

    /// Reads that section, and holds it to the cells.
    ///
    /// # Errors
    /// Where it says other things than the cells, or contradicts itself.
    pub(super) fn read(
        section: &[u8],
        version: &str,
        cells: &Cells,
        assign: &AssignRules,
    ) -> Result<Self, Broken> {
        let mut input = Reader::new(section);
        let grants: Vec<Grant> = Vec::read(&mut input)?;
        let notes = Notes::read(&mut input)?;
        if !input.is_empty() {
            return Err("has bytes left over in a section");
        }
        if notes.version != version {
            return Err("has two versions of a policy");
        }
        let read = Self::new(rules(cells, assign, grants), notes)?;
        require(read.compile_to(cells), "explains other things than it decides")?;
        Ok(read)
    }

    /// Checks statements that were made from the cells: that they compile to the same cells.
    ///
    /// # Errors
    /// Where cells have a name that no policy can have, are not in the one form that they have, or
    /// do not permit and forbid a senior what they do its juniors.
    pub(super) fn check_of_cells(&self, cells: &Cells) -> Result<(), Broken> {
        invariants::check_names(&self.rules)?;
        require(self.compile_to(cells), "has cells that no policy compiles to")
    }

    fn compile_to(&self, cells: &Cells) -> bool {
        cells::write(&self.rules, &self.index) == cells.section()
    }

    /// Statements that say what the cells decide, where nothing else is known of the policy.
    pub(super) fn of_cells(version: &str, cells: &Cells, assign: &AssignRules) -> Self {
        let mut grants = plain_grants(cells);
        grants.extend(guarded_grants(cells));
        grants.sort_unstable();
        let rules = rules(cells, assign, grants);
        let notes = blank_notes(version, &rules);
        Self { index: Index::new(&rules), rules, notes }
    }
}

impl Table {
    /// What the policy states, read when it is first asked for.
    pub(super) fn statements(&self) -> &Statements {
        self.inner.statements.get_or_init(|| {
            let Inner { version, cells, assign, .. } = &*self.inner;
            let read = self.read_statements().and_then(Result::ok);
            read.unwrap_or_else(|| Statements::of_cells(version, cells, assign))
        })
    }

    /// What the section that explains says; none where there is none.
    fn read_statements(&self) -> Option<Result<Statements, Broken>> {
        let Inner { version, cells, assign, explains, .. } = &*self.inner;
        let section = explains.as_ref()?;
        Some(Statements::read(section.bytes(), version, cells, assign))
    }

    /// Checks that what explains says exactly what decides; without it, that some policy could.
    ///
    /// # Errors
    /// What does not hold, in words that end a sentence "the bundle …".
    pub(super) fn verify(&self) -> Result<(), Broken> {
        match self.read_statements() {
            None => self.statements().check_of_cells(self.cells()),
            // Kept, since whoever verifies a bundle mostly goes on to read what it states.
            Some(read) => read.map(|read| {
                let _ = self.inner.statements.set(read);
            }),
        }
    }
}

fn rules(cells: &Cells, assign: &AssignRules, grants: Vec<Grant>) -> Rules {
    let model = cells.model();
    let role = |id: RoleId| Role {
        name: cells.role_name(id).to_owned(),
        inherits: assign.juniors(id).to_vec(),
        kinds: cells.holding(id).and_then(|holding| holding.kinds.clone()),
        scope: cells.holding(id).and_then(|holding| holding.scope),
    };
    let actions = (0..cells.action_count()).filter_map(ActionId::new);
    Rules {
        policy: model.policy.clone(),
        kinds: model.kinds.clone(),
        scopes: model.scopes.clone(),
        attributes: model.attributes.clone(),
        conditions: model.conditions.clone(),
        roles: (0..cells.role_count()).filter_map(RoleId::new).map(role).collect(),
        actions: actions.map(|id| cells.action_name(id).to_owned()).collect(),
        direct: model.direct.as_ref().map(|direct| Direct {
            actions: cells.direct_actions().collect(),
            kinds: direct.kinds.clone(),
        }),
        grants,
        constraints: assign.constraints.clone(),
        delegations: assign.delegations.clone(),
    }
}

/// A permit for each row that differs, naming all roles that have it.
fn plain_grants(cells: &Cells) -> Vec<Grant> {
    let mut roles_by_row: BTreeMap<Vec<ActionId>, Vec<RoleId>> = BTreeMap::new();
    for role in (0..cells.role_count()).filter_map(RoleId::new) {
        let actions = cells.plain(role).map_or_else(Vec::new, cells::Row::ids);
        if !actions.is_empty() {
            roles_by_row.entry(actions).or_default().push(role);
        }
    }
    let grant = |(actions, roles)| Grant {
        effect: crate::model::Effect::Permit,
        actions,
        roles: GrantRoles::Roles { roles },
        when: Vec::new(),
        unless: Vec::new(),
        anywhere: false,
    };
    roles_by_row.into_iter().map(grant).collect()
}

/// A grant for each guard and set of roles, naming all actions that have it.
fn guarded_grants(cells: &Cells) -> Vec<Grant> {
    let mut grants: BTreeMap<Grant, Vec<ActionId>> = BTreeMap::new();
    for action in (0..cells.action_count()).filter_map(ActionId::new) {
        for entry in cells.entries(action) {
            let roles = entry
                .roles
                .map_or(GrantRoles::Everyone, |row| GrantRoles::Roles { roles: row.ids() });
            let grant = Grant {
                effect: entry.guard.effect,
                actions: Vec::new(),
                roles,
                when: entry.guard.when.clone(),
                unless: entry.guard.unless.clone(),
                anywhere: entry.guard.anywhere,
            };
            grants.entry(grant).or_default().push(action);
        }
    }
    grants.into_iter().map(|(grant, actions)| Grant { actions, ..grant }).collect()
}

fn blank_notes(version: &str, rules: &Rules) -> Notes {
    let blank = |count: usize| vec![Note::default(); count];
    let grant = GrantNote {
        note: Note::default(),
        row: None,
        ticks: None,
        evidence: None,
        uncertain: Vec::new(),
    };
    Notes {
        version: version.to_owned(),
        file: String::new(),
        title: None,
        description: None,
        source: None,
        kinds: blank(rules.kinds.len()),
        scopes: blank(rules.scopes.len()),
        attributes: blank(rules.attributes.len()),
        conditions: blank(rules.conditions.len()),
        roles: blank(rules.roles.len()),
        actions: blank(rules.actions.len()),
        direct: rules.direct.as_ref().map(|_| Note::default()),
        grants: vec![grant; rules.grants.len()],
        constraints: blank(rules.constraints.len()),
        delegations: blank(rules.delegations.len()),
        invariants: Vec::new(),
        statements: Vec::new(),
        rows: Vec::new(),
        kind_order: (0..rules.kinds.len()).filter_map(KindId::new).collect(),
        role_order: (0..rules.roles.len()).filter_map(RoleId::new).collect(),
        action_order: (0..rules.actions.len()).filter_map(ActionId::new).collect(),
        grant_order: (0..rules.grants.len()).filter_map(GrantId::new).collect(),
    }
}
