//! The loader of directories: from the tree to the typed directory, the only reader of their keys.
//!
//! Not the schema, but of one mind with it, as the loader of policies is. Suites hold what
//! directories hold, and read it here.

use super::directory::{Directory, Given, Member, Placement, Profile};
use super::fields::{Errors, Fields, ShapeError, whole};
use super::keys;
use super::load::{entries, literal, named};
use super::tree::Node;

/// Reads a whole directory.
///
/// # Errors
/// Every place where it does not have its shape.
pub(super) fn directory(tree: &Node<'_>) -> Result<Directory, Vec<ShapeError>> {
    whole(tree, read_directory)
}

fn read_directory(tree: &Node<'_>, errors: &mut Errors) -> Option<Directory> {
    let mut fields = Fields::open(tree, tree.span, keys::DIRECTORY, errors)?;
    fields.schema();
    fields.about();
    let policy = fields.form("policy");
    let scopes = placements(&mut fields);
    let members = members(&mut fields, "principals");
    let members = fields.require("principals", members);
    Some(Directory { policy, scopes, members: members? })
}

/// Which scope lies in which.
pub(super) fn placements(fields: &mut Fields<'_>) -> Vec<Placement> {
    some_placements(fields).unwrap_or_default()
}

/// Which scope lies in which, where it is said.
pub(super) fn some_placements(fields: &mut Fields<'_>) -> Option<Vec<Placement>> {
    let within = |fields: &mut Fields<'_>| {
        fields.about();
        fields.form("within")
    };
    let placed = named(fields, "scopes", keys::PLACEMENT, within)?;
    Some(placed.into_iter().map(|(scope, within)| Placement { scope, within }).collect())
}

pub(super) fn members(fields: &mut Fields<'_>, key: &str) -> Option<Vec<Member>> {
    entries(fields, key, keys::MEMBER, |fields: &mut Fields<'_>| {
        let profile = profile(fields);
        let is_active = !fields.has("active") || fields.flag("active");
        let id = fields.require("id", profile.id.clone())?;
        Some(Member { id, is_active, profile })
    })
}

/// What a principal is and holds.
pub(super) fn profile(fields: &mut Fields<'_>) -> Profile {
    let about = fields.about();
    Profile {
        span: about.span,
        id: fields.form("id"),
        kind: fields.form("kind"),
        roles: fields.names("roles"),
        direct: fields.names("direct"),
        attributes: given(fields, "attributes"),
    }
}

/// Attributes by their name inside the namespace.
pub(super) fn given(fields: &mut Fields<'_>, key: &str) -> Given {
    fields.map(key, literal).unwrap_or_default()
}
