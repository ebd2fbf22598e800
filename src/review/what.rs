//! What some roles may do together: every action, where, and under which conditions.
//!
//! Not what one principal may do in one request, which `allowed_actions` says.

use std::collections::BTreeMap;

use crate::analyze::Objection;
use crate::analyze::situations::TooMany;
use crate::evaluate::Request;
use crate::model::{ActionId, Assignment, GrantId, RoleId};
use crate::table::{ActionFace, Bits};

use super::broken::objections;
use super::look::{Access, Asked, Counts, Found, Way, look};
use super::model::{Model, Places};
use super::{ReviewError, unproved};

/// What some roles may do together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhatCan<'a> {
    /// The roles as they are held: where one must be in a scope and none was given, in any.
    pub assignments: Vec<Assignment<'a>>,
    /// The kinds that may hold all of them, of those that are meant; none where none is declared.
    pub kinds: Vec<&'a str>,
    /// Every action that is allowed in some situation, in the order of the file.
    pub actions: Vec<ActionCan>,
    /// Every action that is permitted and always forbidden, in the order of the file.
    pub forbidden: Vec<ActionCan>,
    /// Constraints that the roles break together; they change no decision.
    pub objections: Vec<Objection<'a>>,
}

/// An action that some roles together are permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionCan {
    /// The action.
    pub action: String,
    /// When it is allowed.
    pub access: Access,
    /// Through what, and what stands against it.
    pub ways: Vec<Way>,
}

/// What the roles of the request's principal may do together, where all that the request gives is
/// so, what comes with a kind included.
///
/// The request's own action and direct actions do not matter. Where it does not say where the
/// resource lies, every place is looked at that the scopes of the roles tell apart.
///
/// # Errors
/// Where an action depends on more situations than policyc looks at.
///
/// # Panics
/// Never.
pub fn what<'a>(request: &Request<'a>) -> Result<WhatCan<'a>, ReviewError> {
    let Some(model) = Model::new(request) else { return Ok(WhatCan::default()) };
    let table = model.table;
    let mut roles = Vec::new();
    let mut assignments: Vec<Assignment<'a>> = Vec::new();
    for given in request.query().principal.assignments {
        let Some(role) = table.find_role(given.role) else { continue };
        let held = if given.scope.is_some() { Some(*given) } else { model.held(role) };
        roles.push(role);
        assignments.extend(held);
    }
    let kinds = model.kinds(&roles);
    let places = model.places(&assignments);
    let mut asking = Asking {
        model: &model,
        roles: &roles,
        assignments: &assignments,
        kinds: &kinds,
        places: places.as_ref(),
        known: BTreeMap::new(),
    };
    let (mut actions, mut forbidden) = (Vec::new(), Vec::new());
    let touched = asking.touched();
    for action in table.notes().action_order.iter().filter(|action| touched.contains(**action)) {
        let Some(can) = asking.action(*action)? else { continue };
        if can.access == Access::Never { forbidden.push(can) } else { actions.push(can) }
    }
    let kind = request.query().principal.kind;
    let objections = objections(table, kind, &assignments);
    let kinds = kinds.into_iter().flatten().collect();
    Ok(WhatCan { assignments, kinds, actions, forbidden, objections })
}

struct Asking<'a, 'm> {
    model: &'m Model<'a>,
    roles: &'m [RoleId],
    assignments: &'m [Assignment<'a>],
    kinds: &'m [Option<&'a str>],
    /// None where there are too many.
    places: Option<&'m Places<'a>>,
    /// Actions that the same grants speak of have the same answer.
    known: BTreeMap<(&'a [GrantId], &'a [GrantId]), Found>,
}

impl Asking<'_, '_> {
    /// The actions that something held could permit.
    fn touched(&self) -> Bits<ActionId> {
        let table = self.model.table;
        let mut touched = Bits::new(table.rules().actions.len());
        let held = self.kinds.iter().filter_map(|kind| table.kind(table.find_kind((*kind)?)?));
        let held = held.flat_map(|kind| &kind.holds).chain(self.roles);
        for face in held.filter_map(|role| table.by_role(*role)) {
            touched.union(&face.plain);
            for grant in face.conditional.iter().filter_map(|id| table.grant(*id)) {
                grant.actions.iter().for_each(|action| touched.insert(*action));
            }
        }
        touched
    }

    fn action(&mut self, action: ActionId) -> Result<Option<ActionCan>, ReviewError> {
        let table = self.model.table;
        let Some(face) = table.by_action(action) else { return Ok(None) };
        let can = |found: Found| {
            let can = |access| ActionCan {
                action: table.action_name(action).to_owned(),
                access,
                ways: found.ways,
            };
            found.access.map(can)
        };
        let ActionFace { permits, forbids, .. } = face;
        if let Some(found) = self.known.get(&(permits.as_slice(), forbids.as_slice())) {
            return Ok(can(found.clone()));
        }
        let unproved = unproved(table.action_name(action));
        let places = self.places.ok_or(TooMany).map_err(&unproved)?;
        let asked = Asked {
            action,
            roles: self.roles,
            assignments: self.assignments,
            direct_actions: &[],
            kinds: self.kinds,
            places,
            counts: Counts::All,
        };
        let found = look(self.model, &asked).map_err(&unproved)?;
        self.known.insert((permits, forbids), found.clone());
        Ok(can(found))
    }
}
