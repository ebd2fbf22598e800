//! One situation of the finite model, with forbids and permits apart: what cells are made of.
//!
//! Not a decision: a decision needs no more than one word of it. It asks the same functions.

use crate::model::GrantId;

use super::Request;
use super::decide::{applies, is_forbidden};
use super::held::held;

/// What a cell of the matrix needs to know of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Situation {
    /// A permit that passes the filter applies to an *assigned* role.
    pub permitted: bool,
    /// A forbid applies.
    pub forbidden: bool,
}

/// The parts of a decision apart: how the cells of a matrix see through forbids.
///
/// `counts` chooses the permits: all of them, or those of one row.
pub(crate) fn situation(request: &Request<'_>, counts: impl Fn(GrantId) -> bool) -> Situation {
    let face = request.table().and_then(|table| {
        let (_, face) = table.find_face(request.query().action)?;
        Some((table, face))
    });
    let Some((table, face)) = face else {
        return Situation { permitted: false, forbidden: false };
    };
    let permitted = || {
        let mut assigned = held(table, request).filter(|held| held.through_kind.is_none());
        assigned.any(|held| {
            let mut permits = face.permits.iter().filter(|id| counts(**id));
            permits.any(|id| applies(table, request, *id, Some(&held)))
        })
    };
    Situation { permitted: permitted(), forbidden: is_forbidden(table, request, face) }
}
