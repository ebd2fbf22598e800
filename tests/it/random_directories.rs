//! Random directories over a random policy, and the directories that they may have been before.
//! Not a verdict on them: a few principals in few scopes, so that they meet.

use crate::oracle_directories::{Directory, Member};
use crate::oracle_policy::Policy;
use crate::random::Rng;
use crate::random_constraints::{assignment, kind, tree};

/// A few principals, some not active, and scopes that are listed or not.
pub(crate) fn directory(rng: &mut Rng, policy: &Policy) -> Directory {
    let count = rng.between(0, 6);
    let roles_max = rng.between(1, 3);
    let members = (0..count).map(|at| member(rng, policy, at, roles_max)).collect();
    Directory { members, scopes: scopes(rng, policy) }
}

fn member(rng: &mut Rng, policy: &Policy, at: usize, roles_max: usize) -> Member {
    let count = rng.between(0, roles_max);
    Member {
        id: format!("person-{at}"),
        is_active: rng.percent(80),
        kind: kind(rng, policy),
        roles: (0..count).map(|_| assignment(rng, policy)).collect(),
    }
}

/// All, some or no scopes, with where they lie, or without.
fn scopes(rng: &mut Rng, policy: &Policy) -> Vec<(String, Option<String>)> {
    let shown = *rng.pick(&[0, 40, 100, 100]);
    let known = tree(rng, policy);
    let known = known.into_iter().map(|(inner, outer)| (inner, Some(outer)));
    let mut scopes: Vec<_> = known.filter(|_| rng.percent(shown)).collect();
    for scope in &policy.scopes {
        if rng.percent(shown / 4) {
            scopes.push((format!("{}:gamma", scope.kind), None));
        }
    }
    rng.shuffle(&mut scopes);
    scopes
}

/// What a directory may have been before: mostly a few changes away, sometimes none at all.
pub(crate) fn before(rng: &mut Rng, policy: &Policy, after: &Directory) -> Directory {
    let mut before = after.clone();
    for _ in 0..rng.below(4) {
        change(rng, policy, &mut before);
    }
    if rng.percent(20) {
        before.scopes = scopes(rng, policy);
    }
    rng.shuffle(&mut before.members);
    before
}

fn change(rng: &mut Rng, policy: &Policy, directory: &mut Directory) {
    if directory.members.is_empty() || rng.percent(10) {
        let at = rng.between(7, 9);
        let new = member(rng, policy, at, 2);
        if directory.members.iter().all(|member| member.id != new.id) {
            directory.members.push(new);
        }
        return;
    }
    let at = rng.below(directory.members.len());
    let member = &mut directory.members[at];
    match rng.below(6) {
        0 => drop(directory.members.remove(at)),
        1 => member.kind = kind(rng, policy),
        2 => member.is_active = !member.is_active,
        3 if !member.roles.is_empty() => drop(member.roles.remove(0)),
        4 => rng.shuffle(&mut member.roles),
        _ => member.roles.push(assignment(rng, policy)),
    }
}
