//! What must hold of cells, beyond what reading names and rows finds: ids in range, order, limits.
//!
//! Not the check of statements (`invariants`), which shares what both know of conditions and
//! attributes. What passes cannot make a decision fail.

use crate::model::{ActionId, Effect};

use super::super::Bits;
use super::super::bytes::Broken;
use super::super::vocabulary::{require, strictly_ascending};
use super::{Cells, ENTRY_BYTES, EVERYONE, Guard, Model};

/// The small part.
pub(super) fn model(model: &Model, role_count: usize) -> Result<(), Broken> {
    let vocabulary = model.vocabulary(role_count);
    vocabulary.check()?;
    require(strictly_ascending(&model.holdings), "has ways of holding roles out of order")?;
    for holding in &model.holdings {
        vocabulary.kinds(holding.kinds.as_ref())?;
        vocabulary.scope(holding.scope)?;
    }
    let keys = model.guards.iter().map(Guard::key);
    require(strictly_ascending(keys), "has guards out of order")?;
    for guard in &model.guards {
        require(!guard.is_plain(), "has a guard that guards nothing")?;
        vocabulary.conditions(&guard.when)?;
        vocabulary.conditions(&guard.unless)?;
    }
    model.direct.iter().try_for_each(|direct| vocabulary.kinds(direct.kinds.as_ref()))
}

/// What a kind holds, its principals may hold.
pub(super) fn held_by_kinds(cells: &Cells) -> Result<(), Broken> {
    cells.model.vocabulary(cells.role_count()).holds(|role| {
        let holding = cells.holding(role)?;
        Some((holding.kinds.as_deref(), holding.scope))
    })
}

/// Positions of 16 bits in a list.
pub(super) fn positions(positions: &[u8], count: usize) -> Result<(), Broken> {
    let positions = positions.as_chunks().0.iter();
    let largest = positions.map(|position| u16::from_le_bytes(*position)).max();
    let in_range = largest.is_none_or(|largest| usize::from(largest) < count);
    require(in_range, "has a role that is held in no way")
}

/// Entries in order, of what is there; the first of each action, and one more at the end.
pub(super) fn entries(
    entries: &[[u8; ENTRY_BYTES]],
    model: &Model,
    action_count: usize,
    set_count: usize,
) -> Result<Vec<u32>, Broken> {
    let mut first = vec![0_u32; action_count + 1];
    let (mut before, mut next_set) = (None, 0_usize);
    for entry in entries {
        let mut numbers = entry.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number));
        let mut next = || numbers.next().unwrap_or(u32::MAX);
        let (action, guard, set) = (next(), next(), next());
        require(before < Some((action, guard)), "has entries out of order")?;
        before = Some((action, guard));
        let position = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let guard = model.guards.get(position(guard)).ok_or("has an id that points nowhere")?;
        // Counted one further, so that the sums below are of the entries before.
        let count = first.get_mut(position(action).saturating_add(1));
        *count.ok_or("has an id that points nowhere")? += 1;
        if set == EVERYONE {
            require(guard.effect == Effect::Forbid, "has a permit for everyone")?;
            continue;
        }
        require(position(set) <= next_set && next_set <= set_count, "has sets out of order")?;
        next_set = next_set.max(position(set).saturating_add(1));
    }
    require(next_set == set_count, "has a set that no entry names")?;
    let mut sum = 0;
    for number in &mut first {
        sum += *number;
        *number = sum;
    }
    Ok(first)
}

/// Actions that may be given directly: in order, in range, and only where the policy has them.
pub(super) fn direct(direct: &[[u8; 4]], model: &Model, action_count: usize) -> Result<(), Broken> {
    let ids = direct.iter().map(|id| u32::from_le_bytes(*id));
    require(strictly_ascending(ids.clone()), "has a list of ids out of order")?;
    let in_range = |id: u32| usize::try_from(id).is_ok_and(|id| id < action_count);
    require(ids.clone().all(in_range), "has an id that points nowhere")?;
    let is_needed = model.direct.is_some() || direct.is_empty();
    require(is_needed, "has direct actions without saying who may have them")
}

/// The actions that have entries.
pub(super) fn guarded(first_entry: &[u32]) -> Bits<ActionId> {
    let mut guarded = Bits::new(first_entry.len().saturating_sub(1));
    let pairs = first_entry.windows(2).enumerate();
    let has_some = pairs.filter(|(_, pair)| pair.first() != pair.last());
    has_some.for_each(|(action, _)| guarded.insert_at(action));
    guarded
}

/// Whether some entry is for everyone.
pub(super) fn names_everyone(entries: &[[u8; ENTRY_BYTES]]) -> bool {
    entries.iter().any(|entry| entry.last_chunk() == Some(&EVERYONE.to_le_bytes()))
}
