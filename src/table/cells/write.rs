//! Writing cells: from rules and their index to the section of a bundle.
//!
//! Not optimal in time: it runs where policies are compiled, and where statements are compared with
//! the cells that they claim to explain.

use std::collections::BTreeMap;

use crate::model::{ActionId, GrantId, Id as _, RoleId};

use super::super::Bits;
use super::super::bytes::Wire as _;
use super::super::index::Index;
use super::super::rules::{GrantRoles, Rules};
use super::cut::pad;
use super::model::{Guard, Holding, Model};
use super::rows::RowsWriter;
use super::{EVERYONE, names};

/// The cells of the rules, as bytes.
pub(crate) fn write(rules: &Rules, index: &Index) -> Vec<u8> {
    let model = Model::of(rules);
    let (mut plain, mut sets) =
        (RowsWriter::new(rules.actions.len()), RowsWriter::new(rules.roles.len()));
    for row in plain_rows(rules, index) {
        plain.push(&row);
    }
    let entries = entries(rules, index, &model, &mut sets);
    let mut model_bytes = Vec::new();
    model.write(&mut model_bytes);
    let direct = rules.direct.as_ref().map_or(&[][..], |direct| &direct.actions);
    let role_names = rules.roles.iter().map(|role| role.name.as_str());
    let action_names = rules.actions.iter().map(String::as_str);
    let (plain_size, set_size) = (plain.size(), sets.size());
    let head = [
        model_bytes.len(),
        rules.roles.len(),
        rules.actions.len(),
        role_names.clone().map(str::len).sum(),
        action_names.clone().map(str::len).sum(),
        plain_size.sparse,
        plain_size.dense,
        entries.len(),
        sets.len(),
        set_size.sparse,
        set_size.dense,
        direct.len(),
    ];
    let mut out: Vec<u8> = Vec::new();
    out.extend(head.into_iter().flat_map(number));
    out.extend(model_bytes);
    pad(&mut out);
    names::write(role_names, &mut out);
    names::write(action_names, &mut out);
    for role in &rules.roles {
        let found = model.holdings.binary_search(&Holding::of(role)).unwrap_or(usize::MAX);
        out.extend(u16::try_from(found).unwrap_or(u16::MAX).to_le_bytes());
    }
    pad(&mut out);
    plain.finish(&mut out);
    out.extend(entries.iter().flatten().flat_map(|number| number.to_le_bytes()));
    pad(&mut out);
    sets.finish(&mut out);
    out.extend(direct.iter().flat_map(|id| id.0.to_le_bytes()));
    pad(&mut out);
    out
}

/// A number too large for the format is written as the largest, and no reader takes it.
fn number(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// By role: the actions of all plain permits that reach it.
fn plain_rows(rules: &Rules, index: &Index) -> Vec<Bits<ActionId>> {
    let mut rows = vec![Bits::new(rules.actions.len()); rules.roles.len()];
    for (grant, reach) in rules.grants.iter().zip(&index.reach) {
        if !Guard::of(grant).is_plain() {
            continue;
        }
        for role in reach.iter() {
            if let Some(row) = rows.get_mut(role.index()) {
                grant.actions.iter().for_each(|action| row.insert(*action));
            }
        }
    }
    rows
}

/// Action, guard and set of each entry; sets are numbered as entries first name them.
fn entries(rules: &Rules, index: &Index, model: &Model, sets: &mut RowsWriter) -> Vec<[u32; 3]> {
    // What several grants say of an action under one guard is one entry; `None` is everyone.
    let mut reached: BTreeMap<(ActionId, usize), Option<Bits<RoleId>>> = BTreeMap::new();
    for (at, grant) in rules.grants.iter().enumerate() {
        let guard = Guard::of(grant);
        let position = model.guards.binary_search_by(|other| other.key().cmp(&guard.key()));
        let reach = GrantId::new(at).and_then(|id| index.reach.get(id.index()));
        let (Ok(position), Some(reach)) = (position, reach) else { continue };
        for action in &grant.actions {
            let entry = reached
                .entry((*action, position))
                .or_insert_with(|| Some(Bits::new(rules.roles.len())));
            match (&grant.roles, entry.as_mut()) {
                (GrantRoles::Everyone, _) => *entry = None,
                (GrantRoles::Roles { .. }, Some(reached)) => reached.union(reach),
                (GrantRoles::Roles { .. }, None) => {}
            }
        }
    }
    let mut known: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
    let mut entry = |((action, guard), roles): ((ActionId, usize), Option<Bits<RoleId>>)| {
        let set = roles.map_or(EVERYONE, |roles| {
            let next = u32::try_from(known.len()).unwrap_or(EVERYONE);
            *known.entry(roles.words().to_vec()).or_insert_with(|| {
                sets.push(&roles);
                next
            })
        });
        [action.0, u32::try_from(guard).unwrap_or(u32::MAX), set]
    };
    reached.into_iter().map(&mut entry).collect()
}
