//! Names that perhaps became others: proposed, and taken for granted by nothing.
//!
//! Not a guess that changes anything: whoever holds the old name loses what it gave.

use std::collections::BTreeSet;

use crate::model::{ActionId, Id};
use crate::table::Table;

use super::change::Rename;
use super::guard::Side;
use super::names::{JointRole, Named, Names};
use super::terms::Terms;

/// So many pairs are compared at most: who changes more names at once has made another policy.
const PAIRS_MAX: usize = 2_500;
/// In a hundred of what either may do, so much is the same for both.
const ALIKE_PERCENT: usize = 75;

/// The renames that may be behind what came and went.
pub(super) fn renames(
    names: &Names<'_>,
    (old, new): (&Table, &Table),
    terms: &Terms,
) -> Vec<Rename> {
    let mut renames = Vec::new();
    let roles = || (0..).map_while(JointRole::new).zip(&names.roles);
    let of_role = |(at, named): (JointRole, &Named<'_, _>), side: Side| {
        let says = names.actions.iter().flat_map(|action| {
            let said = terms.of_role((old, new), (action.old, action.new), (at, side));
            said.into_iter().map(|term| format!("{} {term}", action.name))
        });
        let title = |table: &Table, id: Option<crate::model::RoleId>| {
            let note = id.and_then(|id| table.notes().roles.get(id.index()));
            note.and_then(|note| note.title.clone())
        };
        let title = match side {
            Side::Before => title(old, named.old),
            Side::After => title(new, named.new),
        };
        Candidate { name: named.name.to_owned(), title, says: says.collect() }
    };
    let gone = roles().filter(|(_, role)| role.new.is_none());
    let come = roles().filter(|(_, role)| role.old.is_none());
    let (gone, come): (Vec<_>, Vec<_>) = (gone.collect(), come.collect());
    if gone.len() * come.len() <= PAIRS_MAX {
        let gone: Vec<_> = gone.into_iter().map(|role| of_role(role, Side::Before)).collect();
        let come: Vec<_> = come.into_iter().map(|role| of_role(role, Side::After)).collect();
        renames.extend(paired("role", &gone, &come));
    }
    let of_action = |named: &Named<'_, ActionId>, side: Side| {
        let says = roles().flat_map(|(at, role)| {
            let said = terms.of_role((old, new), (named.old, named.new), (at, side));
            said.into_iter().map(|term| format!("{} {term}", role.name))
        });
        Candidate { name: named.name.to_owned(), title: None, says: says.collect() }
    };
    let gone: Vec<_> = names.actions.iter().filter(|action| action.new.is_none()).collect();
    let come: Vec<_> = names.actions.iter().filter(|action| action.old.is_none()).collect();
    if gone.len() * come.len() <= PAIRS_MAX {
        let gone: Vec<_> = gone.into_iter().map(|action| of_action(action, Side::Before)).collect();
        let come: Vec<_> = come.into_iter().map(|action| of_action(action, Side::After)).collect();
        renames.extend(paired("action", &gone, &come));
    }
    renames
}

/// A name, and all that is said under it.
#[derive(Debug)]
struct Candidate {
    name: String,
    title: Option<String>,
    says: BTreeSet<String>,
}

impl Candidate {
    /// How much two have in common, in a hundred; everything where they share a title.
    fn likeness(&self, other: &Self) -> usize {
        if self.title.is_some() && self.title == other.title {
            return 100;
        }
        let common = self.says.intersection(&other.says).count();
        let all = self.says.union(&other.says).count();
        (common * 100).checked_div(all).unwrap_or(0)
    }
}

/// Those of which each is most like the other, and like no second one as much.
fn paired(what: &'static str, gone: &[Candidate], come: &[Candidate]) -> Vec<Rename> {
    let best = |one: &Candidate, others: &[Candidate]| {
        let likeness = |at: usize| others.get(at).map_or(0, |other| one.likeness(other));
        let best = (0..others.len()).max_by_key(|at| likeness(*at))?;
        let is_alone = (0..others.len()).filter(|at| likeness(*at) == likeness(best)).count() == 1;
        (is_alone && likeness(best) >= ALIKE_PERCENT).then_some(best)
    };
    let pair = |(at, from): (usize, &Candidate)| {
        let to = come.get(best(from, come)?)?;
        let rename = Rename { what, from: from.name.clone(), to: to.name.clone() };
        (best(to, gone) == Some(at)).then_some(rename)
    };
    gone.iter().enumerate().filter_map(pair).collect()
}
