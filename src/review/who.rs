//! Who may do an action: roles, kinds by what they hold, and whoever may be given it directly.
//!
//! Not principals, whom only a directory knows.

use crate::evaluate::Request;
use crate::model::{ActionId, DirectAction, KindId, RoleId};
use crate::table::ActionFace;

use super::look::{Access, Asked, Counts, Found, Way, look};
use super::model::{Model, Places};
use super::{ReviewError, unproved};

/// Who may do an action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WhoCan {
    /// The roles that are allowed it in some situation, each held alone, in the order of the file.
    pub roles: Vec<RoleCan>,
    /// The kinds whose principals are allowed it by what the kind holds, in the order of the file.
    pub kinds: Vec<KindCan>,
    /// Those who may be given it directly.
    pub direct: Option<DirectCan>,
}

impl WhoCan {
    /// Whether nobody is allowed the action in any situation.
    #[must_use]
    pub const fn is_nobody(&self) -> bool {
        self.roles.is_empty() && self.kinds.is_empty() && self.direct.is_none()
    }
}

/// A role that is allowed an action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleCan {
    /// The role.
    pub role: String,
    /// When.
    pub access: Access,
    /// The kinds that may hold the role and are then allowed; all that are declared, or fewer.
    pub kinds: Vec<String>,
    /// The kind of scope in which it is held; none is everywhere or in an outermost scope.
    pub scope: Option<String>,
    /// Through what, and what stands against it.
    pub ways: Vec<Way>,
}

/// A kind of which every principal is allowed an action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KindCan {
    /// The kind.
    pub kind: String,
    /// When.
    pub access: Access,
    /// Through what, and what stands against it.
    pub ways: Vec<Way>,
}

/// Principals who may be given an action directly.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectCan {
    /// When it is allowed to one who was given it.
    pub access: Access,
    /// The kinds that may be given it and are then allowed; all that are declared, or fewer.
    pub kinds: Vec<String>,
    /// The file of the `[direct]` table, relative to the path that was compiled.
    pub file: String,
    /// Its line, counted from 1.
    pub line: u32,
}

/// Who may do the request's action, where all that the request gives is so.
///
/// Nobody where the policy or the action is unknown. What the principal of the request is assigned
/// does not matter. Each role is held unscoped or in a scope of its kind, which the resource lies
/// in if the request does not say otherwise.
///
/// # Errors
/// Where that depends on more situations than policyc looks at.
///
/// # Panics
/// Never.
pub fn who(request: &Request<'_>) -> Result<WhoCan, ReviewError> {
    let Some(model) = Model::new(request) else { return Ok(WhoCan::default()) };
    let Some((action, face)) = model.table.find_face(request.query().action) else {
        return Ok(WhoCan::default());
    };
    let places = model.one_place();
    let asking = Asking { model: &model, action, face, places: &places };
    let roles = model.table.notes().role_order.iter();
    let roles = roles.filter_map(|role| asking.role(*role).transpose());
    let roles = roles.collect::<Result<_, _>>()?;
    let kinds = model.table.notes().kind_order.iter();
    let kinds = kinds.filter_map(|kind| asking.kind(*kind).transpose());
    let kinds = kinds.collect::<Result<_, _>>()?;
    Ok(WhoCan { roles, kinds, direct: asking.direct()? })
}

struct Asking<'a, 'm> {
    model: &'m Model<'a>,
    action: ActionId,
    face: &'a ActionFace,
    places: &'m Places<'a>,
}

impl<'a> Asking<'a, '_> {
    fn role(&self, role: RoleId) -> Result<Option<RoleCan>, ReviewError> {
        let table = self.model.table;
        let Some(entry) = table.role(role).filter(|_| self.face.touched.contains(role)) else {
            return Ok(None);
        };
        let kinds = self.model.kinds(&[role]);
        let found = self.look(&[role], &kinds, Counts::Assigned)?;
        let Some(access) = found.access.filter(|access| *access != Access::Never) else {
            return Ok(None);
        };
        let scope = entry.scope.and_then(|id| table.scope(id));
        Ok(Some(RoleCan {
            role: entry.name.clone(),
            access,
            kinds: names(&kinds, &found.kinds),
            scope: scope.map(|scope| scope.name.clone()),
            ways: found.ways,
        }))
    }

    fn kind(&self, kind: KindId) -> Result<Option<KindCan>, ReviewError> {
        let Some(entry) = self.model.table.kind(kind) else { return Ok(None) };
        let holds = entry.holds.iter().any(|role| self.face.touched.contains(*role));
        let mut kinds = self.model.kinds(&[]);
        kinds.retain(|kind| holds && *kind == Some(entry.name.as_str()));
        let found = self.look(&[], &kinds, Counts::All)?;
        let access = found.access.filter(|access| *access != Access::Never);
        let can = |access| KindCan { kind: entry.name.clone(), access, ways: found.ways };
        Ok(access.map(can))
    }

    fn direct(&self) -> Result<Option<DirectCan>, ReviewError> {
        let table = self.model.table;
        let direct = table.rules().direct.as_ref().zip(table.notes().direct.as_ref());
        let direct = direct.filter(|(direct, _)| direct.actions.contains(&self.action));
        let Some((direct, note)) = direct else { return Ok(None) };
        let mut kinds = self.model.kinds(&[]);
        kinds.retain(|kind| {
            let id = kind.and_then(|kind| table.find_kind(kind));
            direct.kinds.as_ref().zip(id).is_none_or(|(kinds, id)| kinds.contains(&id))
        });
        let given = [DirectAction { action: table.action_name(self.action), scope: None }];
        let asked = Asked { direct_actions: &given, ..self.asked(&[], &kinds, Counts::All) };
        let found = look(self.model, &asked).map_err(unproved(table.action_name(self.action)))?;
        let access = found.access.filter(|access| *access != Access::Never);
        Ok(access.map(|access| DirectCan {
            access,
            kinds: names(&kinds, &found.kinds),
            file: table.notes().file.clone(),
            line: note.line,
        }))
    }

    fn asked<'s>(
        &'s self,
        roles: &'s [RoleId],
        kinds: &'s [Option<&'a str>],
        counts: Counts,
    ) -> Asked<'a, 's> {
        let (action, places) = (self.action, self.places);
        Asked { action, roles, assignments: &[], direct_actions: &[], kinds, places, counts }
    }

    fn look(
        &self,
        roles: &[RoleId],
        kinds: &[Option<&'a str>],
        counts: Counts,
    ) -> Result<Found, ReviewError> {
        let assignments: Vec<_> = roles.iter().filter_map(|role| self.model.held(*role)).collect();
        let asked = Asked { assignments: &assignments, ..self.asked(roles, kinds, counts) };
        look(self.model, &asked).map_err(unproved(self.model.table.action_name(self.action)))
    }
}

/// The kinds at these positions.
pub(super) fn names(kinds: &[Option<&str>], at: &[usize]) -> Vec<String> {
    let named = at.iter().filter_map(|at| *kinds.get(*at)?);
    named.map(str::to_owned).collect()
}
