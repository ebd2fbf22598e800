//! What a whole directory breaks, and a change of it, against a naive reading of the specification
//! (language.md §2): every two principals and every scope are looked at, by their names.
//!
//! Not what one principal's roles break by themselves.

use std::collections::BTreeSet;

use policyc::{
    Assignment, Breach, BreachKind, Directory, Member, Scope, Source, Table, broken_by_all,
    broken_by_change, build,
};

use crate::random::Rng;

const SITE: &str = r#"
schema = 1
policy = "site"
version = "1.0.0"

[kinds.person]
[kinds.robot]

[scopes.site]
[scopes.building]
within = "site"
[scopes.room]
within = "building"
[scopes.club]

[roles.guard]
[roles.porter]
scope = "building"
[roles.cleaner]
scope = "room"

[[grants]]
actions = ["doors.open"]
roles = ["guard", "porter", "cleaner"]
"#;

const ROLES: [&str; 3] = ["guard", "porter", "cleaner"];
/// From the innermost outwards, and one that lies in no other.
const KINDS: [&str; 4] = ["room", "building", "site", "club"];
const DIRECTORIES: u64 = 3000;

#[derive(Debug, Clone)]
struct Person {
    id: String,
    is_active: bool,
    kind: Option<&'static str>,
    roles: Vec<String>,
}

#[derive(Debug)]
struct Given {
    people: Vec<Person>,
    /// A scope, and the one that it lies in.
    scopes: Vec<(String, Option<String>)>,
}

/// The constraint, and who or what breaks it, in words.
type Broken = (&'static str, String);

#[test]
fn random_directories_break_exactly_what_a_naive_reading_says() {
    let mut seen = [0_usize; 6];
    for seed in 0..DIRECTORIES {
        let mut rng = Rng::new(seed);
        let (per, min, max) = (rng.below(5), rng.below(3), rng.below(3));
        let per = KINDS.get(per).copied();
        // A fixed role has no second holder, so no policy has both of everything.
        let is_fixed = rng.percent(50);
        let text = policy(per, (min, min + max), is_fixed);
        let bundle = build(vec![Source::new("site.toml", text)]).expect("a good policy");
        let table = bundle.table("site").expect("the policy");
        let (before, after) = (directory(&mut rng), directory(&mut rng));
        let mut expected = changed_kinds(&before, &after);
        if is_fixed {
            expected.extend(ROLES.into_iter().flat_map(|role| held_twice(&after, role)));
            expected.extend(changed_roles(&before, &after));
        } else {
            expected.extend(counted(&after, per, (min, min + max)));
        }
        expected.sort();
        let found = product(table, &before, &after);
        assert_eq!(found, expected, "seed {seed}, per {per:?}: {before:#?} {after:#?}");
        let words = ["few ", "many ", "twice ", "given ", "taken ", "kind "];
        for (count, word) in seen.iter_mut().zip(words) {
            *count += usize::from(expected.iter().any(|(_, what)| what.starts_with(word)));
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "each is broken often enough: {seen:?}");
}

fn policy(per: Option<&str>, (min, max): (usize, usize), is_fixed: bool) -> String {
    let all = ROLES.map(|role| format!("\"{role}\"")).join(", ");
    let entry = if is_fixed {
        format!("[[constraints.fixed]]\nroles = [{all}]\n")
    } else {
        let per = per.map_or_else(String::new, |per| format!("per = \"{per}\"\n"));
        format!("[[constraints.cardinality]]\nroles = [{all}]\nmin = {min}\nmax = {max}\n{per}")
    };
    format!("{SITE}\n[[constraints.immutable-kind]]\n{entry}")
}

fn scope(rng: &mut Rng, kind: &str) -> String {
    format!("{kind}:{}", rng.pick(&["a", "b", "c"]))
}

/// Mostly scopes that lie where they should, roles that are held where they may be.
fn directory(rng: &mut Rng) -> Given {
    let is_whole = rng.percent(50);
    let mut scopes = Vec::new();
    for (at, kind) in KINDS.iter().enumerate() {
        for id in ["a", "b", "c"] {
            let outer = match at {
                0 | 1 if is_whole || rng.percent(70) => KINDS.get(at + 1).copied(),
                0 | 1 if rng.percent(30) => Some(*rng.pick(&["site", "club", "nowhere"])),
                _ => None,
            };
            let outer = outer.map(|outer| scope(rng, outer));
            if is_whole || rng.percent(80) {
                scopes.push((format!("{kind}:{id}"), outer));
            }
        }
    }
    let count = rng.below(6);
    let people = (0..count).map(|at| {
        let count = rng.below(4);
        let roles = (0..count).map(|_| {
            let (role, percent) = (*rng.pick(&ROLES), rng.below(100));
            match percent {
                0..15 => role.to_owned(),
                15..20 => format!("{role}@nowhere:a"),
                _ => format!("{role}@{}", {
                    let kind = *rng.pick(&KINDS);
                    scope(rng, kind)
                }),
            }
        });
        let roles = roles.collect();
        let kind = *rng.pick(&[Some("person"), Some("person"), Some("robot"), None]);
        Person { id: format!("p{at}"), is_active: rng.percent(80), kind, roles }
    });
    let people = people.collect();
    Given { people, scopes }
}

fn parts(held: &str) -> (&str, Option<&str>) {
    held.split_once('@').map_or((held, None), |(role, scope)| (role, Some(scope)))
}

fn kind_of(scope: &str) -> &str {
    scope.split(':').next().unwrap_or_default()
}

/// How far out a kind is; none where it is not declared.
fn depth(scope: &str) -> Option<usize> {
    KINDS.iter().position(|kind| *kind == kind_of(scope))
}

/// The scopes that are known to lie around one.
fn around(given: &Given, scope: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = scope.to_owned();
    while let Some((_, Some(outer))) = given.scopes.iter().find(|(inner, _)| *inner == at) {
        if *outer == scope || found.contains(outer) {
            break;
        }
        found.push(outer.clone());
        at.clone_from(outer);
    }
    found
}

/// Whether there may be something that lies in both; no scope is every scope.
fn meet(given: &Given, one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let (Some(inner), Some(outer)) = (depth(one), depth(other)) else { return true };
    if inner > outer {
        return meet(given, Some(other), Some(one));
    }
    if inner == outer {
        return one == other;
    }
    if kind_of(other) == "club" {
        return false;
    }
    let around = around(given, one);
    let mut of_kind = around.iter().filter(|scope| kind_of(scope) == kind_of(other)).peekable();
    of_kind.peek().is_none() || of_kind.any(|scope| scope == other)
}

fn counted(given: &Given, per: Option<&str>, (min, max): (usize, usize)) -> Vec<Broken> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (inner, outer) in &given.scopes {
        named.insert(inner.clone());
        named.extend(outer.clone());
    }
    let held = given.people.iter().flat_map(|person| &person.roles);
    named.extend(held.filter_map(|held| Some(parts(held).1?.to_owned())));
    named.retain(|scope| Some(kind_of(scope)) == per);
    let mut places: Vec<Option<String>> = named.into_iter().map(Some).collect();
    // The outermost kinds have a scope, named or not.
    if per.is_none() || (places.is_empty() && matches!(per, Some("site" | "club"))) {
        places = vec![None];
    }
    let mut broken = Vec::new();
    for (role, place) in ROLES.into_iter().flat_map(|role| places.iter().map(move |at| (role, at)))
    {
        let counts = |person: &&Person| {
            let mut held = person.roles.iter().map(|held| parts(held));
            person.is_active
                && held.any(|(name, scope)| {
                    let is_club = |kind: &str| kind == "club";
                    name == role
                        && meet(given, scope, place.as_deref())
                        // Nothing is named, and what is held elsewhere is not held there.
                        && !(place.is_none()
                            && per.is_some_and(|per| {
                                scope.and_then(depth).is_some()
                                    && scope.is_some_and(|scope| {
                                        is_club(kind_of(scope)) != is_club(per)
                                    })
                            }))
                })
        };
        let holders: Vec<&str> =
            given.people.iter().filter(counts).map(|person| person.id.as_str()).collect();
        let place = place.as_deref().unwrap_or("everywhere");
        let word = match holders.len() {
            count if count > max => "many",
            count if count < min => "few",
            _ => continue,
        };
        broken.push(("cardinality", format!("{word} {role} {place}: {}", holders.join(" "))));
    }
    broken
}

/// For each role held, in order, the first one before it that another holds and that meets it.
fn held_twice(given: &Given, role: &str) -> Vec<Broken> {
    let all = given.people.iter().flat_map(|person| {
        let held = person.roles.iter().map(|held| (person.id.as_str(), held.as_str()));
        held.filter(|(_, held)| parts(held).0 == role)
    });
    let all: Vec<(&str, &str)> = all.collect();
    let mut broken = Vec::new();
    for (at, (id, held)) in all.iter().enumerate() {
        let first = all[..at]
            .iter()
            .find(|(other, beside)| other != id && meet(given, parts(beside).1, parts(held).1));
        let text = |first: &(&str, &str)| format!("twice {held}: {} {id}", first.0);
        broken.extend(first.map(|first| ("fixed", text(first))));
    }
    broken
}

fn changed_roles(before: &Given, after: &Given) -> Vec<Broken> {
    let held = |given: &Given| {
        let all = given
            .people
            .iter()
            .flat_map(|person| person.roles.iter().map(|held| format!("{held}: {}", person.id)));
        all.collect::<BTreeSet<String>>()
    };
    let (old, new) = (held(before), held(after));
    let taken = old.difference(&new).map(|held| ("fixed", format!("taken {held}")));
    taken.chain(new.difference(&old).map(|held| ("fixed", format!("given {held}")))).collect()
}

fn changed_kinds(before: &Given, after: &Given) -> Vec<Broken> {
    let mut broken = Vec::new();
    for person in &after.people {
        let old = before.people.iter().find(|old| old.id == person.id);
        if let Some(old) = old.filter(|old| old.kind != person.kind) {
            let what = format!("kind {}: {:?} {:?}", person.id, old.kind, person.kind);
            broken.push(("immutable-kind", what));
        }
    }
    broken
}

/// What the product says, in the same words.
fn product(table: &Table, before: &Given, after: &Given) -> Vec<Broken> {
    let held = |given: &Given| -> Vec<Vec<String>> {
        given.people.iter().map(|person| person.roles.clone()).collect()
    };
    let (old_texts, new_texts) = (held(before), held(after));
    let (old_held, new_held) = (parsed(&old_texts), parsed(&new_texts));
    let (old_members, new_members) = (members(before, &old_held), members(after, &new_held));
    let (old_scopes, new_scopes) = (placed(before), placed(after));
    let old = Directory { members: &old_members, scopes: &old_scopes };
    let new = Directory { members: &new_members, scopes: &new_scopes };
    let all = broken_by_all(table, &new).into_iter().chain(broken_by_change(table, &old, &new));
    let mut words: Vec<Broken> = all.map(|breach| in_words(&breach)).collect();
    words.sort();
    words
}

fn parsed(texts: &[Vec<String>]) -> Vec<Vec<Assignment<'_>>> {
    fn parse(text: &str) -> Assignment<'_> {
        Assignment::parse(text).expect("an assignment")
    }
    texts.iter().map(|texts| texts.iter().map(|text| parse(text)).collect()).collect()
}

fn members<'a>(given: &'a Given, held: &'a [Vec<Assignment<'a>>]) -> Vec<Member<'a>> {
    let people = given.people.iter().zip(held);
    let member = |(person, held): (&'a Person, &'a Vec<Assignment<'a>>)| Member {
        id: &person.id,
        is_active: person.is_active,
        kind: person.kind,
        assignments: held,
    };
    people.map(member).collect()
}

fn placed(given: &Given) -> Vec<(Scope<'_>, Option<Scope<'_>>)> {
    let parse = |text| Scope::parse(text).expect("a scope");
    let pairs = given.scopes.iter();
    pairs.map(|(inner, outer)| (parse(inner), outer.as_deref().map(parse))).collect()
}

fn in_words(breach: &Breach<'_>) -> Broken {
    let many = |word: &str, role: &str, scope: &Option<Scope<'_>>, holders: &[&str]| {
        let place = scope.map_or_else(|| "everywhere".to_owned(), |scope| scope.to_string());
        format!("{word} {role} {place}: {}", holders.join(" "))
    };
    let what = match &breach.kind {
        BreachKind::TooManyHolders { role, scope, holders, .. } => {
            many("many", role, scope, holders)
        }
        BreachKind::TooFewHolders { role, scope, holders, .. } => many("few", role, scope, holders),
        BreachKind::FixedTwice { assignment, first, second } => {
            format!("twice {assignment}: {first} {second}")
        }
        BreachKind::FixedChanged { change, assignment, principal } => {
            let word = if change.as_str() == "assign" { "given" } else { "taken" };
            format!("{word} {assignment}: {principal}")
        }
        BreachKind::KindChanged { principal, before, after } => {
            format!("kind {principal}: {before:?} {after:?}")
        }
        other => panic!("{other:?} is not broken by a directory"),
    };
    (breach.constraint, what)
}
