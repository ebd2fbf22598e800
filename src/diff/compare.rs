//! Two tables of one policy compared: which cells are looked at, and what comes of it.
//!
//! Not what a cell comes to, which `cells` says.
//!
//! Why this is exact. In one situation (kind, attributes, assertions, scopes) a role that is held
//! does one of three things to a decision: a forbid of it denies, else a permit of it allows, else
//! nothing. A decision over any set of roles follows from that: none of them denies, and one allows
//! (or anyone is, by what the kind holds). So a table is known in a situation when it is known what
//! each role does alone, and which of those that are denied alone deny others too; and that is what
//! is compared. Two roles together can show no more.
//!
//! - What is permitted and always forbidden to the same role decides nothing, and is not told.
//! - A forbid that comes or goes where its role is denied before and after matters only beside a
//!   role that is allowed. It is told if somebody is allowed in such a situation by the new table:
//!   where nobody is, all is denied whoever forbids it. Of the situations of one cell it is told
//!   for all or none, so the words stay as short as the forbid's own.

use std::collections::BTreeMap;

use crate::model::{ActionId, Id};
use crate::table::rules::Rules;
use crate::table::{Bits, Table};

use super::cells::{Cells, Shapes, Sharing};
use super::change::{AccessChange, NameChange, PolicyDiff, Rename, Who};
use super::names::{JointRole, Named, Names};
use super::renames::renames;
use super::space::{Asker, Holding, KindCase, TooMany, scopes};
use super::statements::statements;
use super::terms::{Differing, Meanings, Terms};
use super::verdict::{Bump, Verdict};
use super::walk::Model;
use super::{DiffError, declared, visible, weighed};

/// Compares all of two tables.
///
/// # Errors
/// Where a cell depends on more valuations than may be looked at.
pub(super) fn policy(old: &Table, new: &Table) -> Result<PolicyDiff, DiffError> {
    let mut found = Found::default();
    // Most policies of two bundles are the same to the last rule.
    if old.rules() != new.rules() {
        let names = Names::of(old, new);
        let (before, after) = Meanings::of(old, new);
        let meanings = (&before, &after);
        let terms = Terms::of((old, new), &names, meanings);
        found.renames = renames(&names, (old, new), &terms);
        found.names = declared::changes(&names, (old, new), meanings);
        access(&names, (old, new), (meanings, terms), &mut found).map_err(
            |Unproved { action }| DiffError::TooManySituations {
                policy: new.policy().to_owned(),
                action,
            },
        )?;
        let constraints = weighed::constraints(&names, (old, new));
        let delegations = weighed::delegations(&names, (old, new));
        found.verdict = found.verdict.and(constraints).and(delegations);
    }
    let statements = statements(old, new);
    sort(&mut found.changes, new);
    let verdict = found.verdict;
    let mut diff = PolicyDiff {
        policy: new.policy().to_owned(),
        title: new.title().map(str::to_owned),
        old_version: old.version().to_owned(),
        new_version: new.version().to_owned(),
        access: found.changes,
        names: found.names,
        renames: found.renames,
        statements,
        verdict,
        needs: verdict.needs(),
        makes: Bump::between(old.version(), new.version()),
    };
    if verdict == Verdict::Same && !diff.is_empty() {
        diff.needs = Bump::Patch;
    }
    Ok(diff)
}

/// By whom, in the order of the new file, and then by action.
fn sort(changes: &mut [AccessChange], new: &Table) {
    let place = |names: Vec<&str>| -> BTreeMap<String, usize> {
        names.into_iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect()
    };
    let (roles, actions) = (place(new.roles().collect()), place(new.actions().collect()));
    let of = |places: &BTreeMap<String, usize>, name: &str| {
        places.get(name).copied().unwrap_or(usize::MAX)
    };
    changes.sort_by_cached_key(|change| {
        let who = match &change.who {
            Who::Everyone { .. } => (0, 0, String::new()),
            Who::Role { name, .. } => (1, of(&roles, name), name.clone()),
            Who::Directly => (2, 0, String::new()),
        };
        (who, of(&actions, &change.action), change.action.clone(), change.how)
    });
}

/// What has been found of two tables.
#[derive(Debug, Default)]
struct Found {
    changes: Vec<AccessChange>,
    names: Vec<NameChange>,
    renames: Vec<Rename>,
    verdict: Verdict,
}

/// An action that depends on more than may be looked at.
#[derive(Debug)]
struct Unproved {
    action: String,
}

/// Compares the decisions of two tables.
fn access(
    names: &Names<'_>,
    (old, new): (&Table, &Table),
    (meanings, terms): ((&Meanings, &Meanings), Terms),
    found: &mut Found,
) -> Result<(), Unproved> {
    let model = Model {
        old,
        new,
        kinds: KindCase::all(names),
        holdings: Holding::all(names),
        scopes: scopes(names),
    };
    let comparison = Comparison {
        names,
        model: &model,
        terms,
        everywhere: frames_differ(old, new),
        standing: standing_differs(names, (old, new)),
    };
    let mut cells = Cells::new(&model, meanings);
    for action in &names.actions {
        let compared = comparison.action(action, &mut cells, found);
        compared.map_err(|TooMany| Unproved { action: action.name.to_owned() })?;
    }
    Ok(())
}

/// What all cells of a comparison have in common.
struct Comparison<'m, 't> {
    names: &'m Names<'t>,
    model: &'m Model<'t>,
    terms: Terms,
    /// Whether kinds or scopes differ, so that every cell may.
    everywhere: bool,
    /// Roles that other principals may hold, or elsewhere, or that only one table has.
    standing: Bits<JointRole>,
}

/// Whether kinds, what they hold, or scopes differ.
fn frames_differ(old: &Table, new: &Table) -> bool {
    let kinds = |table: &Table| {
        let kinds = table.rules().kinds.iter().map(|kind| {
            let holds = kind.holds.iter().map(|role| table.role_name(*role).to_owned());
            (kind.name.clone(), holds.collect::<Vec<_>>())
        });
        kinds.collect::<Vec<_>>()
    };
    kinds(old) != kinds(new) || old.rules().scopes != new.rules().scopes
}

/// The roles whose holders or scopes differ.
fn standing_differs(names: &Names<'_>, (old, new): (&Table, &Table)) -> Bits<JointRole> {
    let standing = |table: &Table, id| {
        let role = table.role(id)?;
        let name = |kind: &_| table.kind(*kind).map(|kind| kind.name.clone());
        let kinds = role.kinds.as_ref().map(|kinds| kinds.iter().map(name).collect::<Vec<_>>());
        let scope = role.scope.and_then(|scope| table.scope(scope)).map(|kind| kind.name.clone());
        Some((kinds, scope))
    };
    let mut differs = Bits::new(names.roles.len());
    for (at, role) in (0..).map_while(JointRole::new).zip(&names.roles) {
        let before = role.old.and_then(|id| standing(old, id));
        let after = role.new.and_then(|id| standing(new, id));
        if before != after {
            differs.insert(at);
        }
    }
    differs
}

impl<'t> Comparison<'_, 't> {
    fn action(
        &self,
        action: &Named<'t, ActionId>,
        cells: &mut Cells<'_, 't>,
        found: &mut Found,
    ) -> Result<(), TooMany> {
        let (old, new) = (self.model.old, self.model.new);
        let ids = (action.old, action.new);
        let differing = self.terms.differing((old, new), ids, self.names);
        let touched = self.touched(ids);
        let mut roles = Bits::new(self.names.roles.len());
        touched.iter().filter(|role| self.standing.contains(*role)).for_each(|r| roles.insert(r));
        let is_direct = directly(old, action.name) || directly(new, action.name);
        let differs = differing.is_some();
        match differing {
            Some(Differing { roles: reached, everyone: false }) => roles.union(&reached),
            Some(Differing { .. }) => roles.union(&touched),
            None => {}
        }
        let has_holders = holds_roles(old.rules()) || holds_roles(new.rules());
        let mut everyones = None;
        if (differs || self.everywhere) && has_holders {
            let shapes = cells.of(Asker::Nobody, action.name)?;
            everyones = Some(shapes).filter(|shapes| !shapes.shapes.is_empty());
        }
        if everyones.is_some() || self.everywhere {
            roles.union(&touched);
        }
        let mut but_for: Vec<String> = Vec::new();
        for role in roles.iter().filter_map(|role| self.names.role(role)) {
            let asker = Asker::Role(role.name);
            let shapes = cells.of(asker, action.name)?;
            if everyones.is_some() && shapes.sharing == Sharing::Apart {
                but_for.push(role.name.to_owned());
            }
            let title = title(new, role.new).or_else(|| title(old, role.old));
            let who = Who::Role { name: role.name.to_owned(), title };
            self.tell((who, asker, action.name), &shapes, found);
        }
        if let Some(shapes) = everyones {
            self.tell((Who::Everyone { but_for }, Asker::Nobody, action.name), &shapes, found);
        }
        if is_direct && (differs || self.everywhere || self.direct_differs(action.name)) {
            let shapes = cells.of(Asker::Direct, action.name)?;
            self.tell((Who::Directly, Asker::Direct, action.name), &shapes, found);
        }
        Ok(())
    }

    /// Adds what changed in a cell to what was found.
    fn tell(
        &self,
        (who, asker, action): (Who, Asker<'t>, &'t str),
        shapes: &Shapes<'t>,
        found: &mut Found,
    ) {
        for shape in &shapes.shapes {
            let verdict = visible::verdict(self.model, (asker, action), shape);
            let Some((how, verdict)) = verdict else { continue };
            found.verdict = found.verdict.and(verdict);
            found.changes.push(AccessChange {
                who: who.clone(),
                action: action.to_owned(),
                how,
                guard: shape.guard.clone(),
                before: shape.before.clone(),
                after: shape.after.clone(),
            });
        }
    }

    /// The roles that any grant of an action reaches, in either table.
    fn touched(&self, (old, new): (Option<ActionId>, Option<ActionId>)) -> Bits<JointRole> {
        let mut touched = Bits::new(self.names.roles.len());
        let mut add = |table: &Table, id: Option<ActionId>, joint: &dyn Fn(_) -> Option<_>| {
            let Some(face) = id.and_then(|id| table.by_action(id)) else { return };
            let forbids = face.forbids.iter().filter_map(|id| table.reach(*id));
            for reach in [&face.touched].into_iter().chain(forbids) {
                reach.iter().filter_map(joint).for_each(|role| touched.insert(role));
            }
        };
        add(self.model.old, old, &|role| self.names.of_old(role));
        add(self.model.new, new, &|role| self.names.of_new(role));
        touched
    }

    /// Whether an action can be given directly in one table only, or to other kinds.
    fn direct_differs(&self, action: &str) -> bool {
        let kinds = |table: &Table| {
            let direct = table.rules().direct.as_ref().filter(|_| directly(table, action))?;
            let name = |kind: &_| table.kind(*kind).map(|kind| kind.name.clone());
            Some(direct.kinds.as_ref().map(|kinds| kinds.iter().map(name).collect::<Vec<_>>()))
        };
        kinds(self.model.old) != kinds(self.model.new)
    }
}

fn holds_roles(rules: &Rules) -> bool {
    rules.kinds.iter().any(|kind| !kind.holds.is_empty())
}

/// Whether an action can be given directly.
pub(super) fn directly(table: &Table, action: &str) -> bool {
    let direct = table.rules().direct.as_ref();
    direct.is_some_and(|direct| {
        table.find_action(action).is_some_and(|id| direct.actions.binary_search(&id).is_ok())
    })
}

fn title(table: &Table, id: Option<crate::model::RoleId>) -> Option<String> {
    id.and_then(|id| table.notes().roles.get(id.index())).and_then(|note| note.title.clone())
}
