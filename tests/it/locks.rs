//! Locks against brute force: a cell's lines differ exactly if its decisions do.
//!
//! Not how locks are written and refused, which `tests/cli/lock-*.case` shows.

use std::collections::{BTreeMap, BTreeSet};

use policyc::{Covers, LockFile, Report, Source, check_lock, lock, read_lock};
use serde_json::json;

use crate::diff_laws::plain;
use crate::diffs::{Pair, SITUATIONS_MAX, bundle, direct, without_rows};
use crate::{random, random_edits};

/// The lines of a policy's lock, heading and all.
fn locked(text: &str) -> Option<Vec<String>> {
    let lock = lock(&bundle(text)?).expect("few enough situations");
    let text = lock.to_string();
    let lines = text.lines().skip_while(|line| !line.starts_with("policy "));
    Some(lines.map(str::to_owned).collect())
}

/// By whose cell and action: its lines, without whose they are.
fn cells(lines: &[String]) -> BTreeMap<(String, String), Vec<String>> {
    let mut cells: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for cell in lines.iter().filter_map(|line| line.strip_prefix("cell ")) {
        let [of, action, says] = cell.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{cell}");
        };
        cells.entry((of.to_owned(), action.to_owned())).or_default().push(says.to_owned());
    }
    cells
}

/// Who may hold what, and what tests read.
fn frame(lines: &[String]) -> Vec<&String> {
    let words = ["kind ", "scope ", "attribute ", "role ", "direct "];
    lines.iter().filter(|line| words.iter().any(|word| line.starts_with(word))).collect()
}

#[test]
fn what_is_written_otherwise_has_the_same_lock() {
    let mut split_count = 0;
    for seed in 0..600_u64 {
        let mut rng = random::Rng::new(seed);
        let size = 1 + usize::try_from(seed % 5).expect("small");
        let text = random::policy(&mut rng, size);
        let lines = locked(&text).expect("a good policy");
        let shuffled = random_edits::shuffled(&mut rng, &text);
        assert_eq!(locked(&shuffled), Some(lines.clone()), "{text}\n{shuffled}");
        let split = random_edits::split(&text);
        if let Some(other) = locked(&split) {
            split_count += 1;
            assert_eq!(other, lines, "{text}\n{split}");
        }
        // The forbids and permits of a policy once more, as conditions that come to the same.
        let renamed = renamed_conditions(&text);
        if let Some(other) = locked(&renamed) {
            assert_eq!(other, lines, "{text}\n{renamed}");
        }
    }
    assert!(split_count > 300, "{split_count} could be split");
}

/// Every tested condition is asked for through another one that means the same.
fn renamed_conditions(text: &str) -> String {
    let mut more = String::new();
    let mut names = Vec::new();
    for block in text.split("\n[").skip(1) {
        let Some(rest) = block.strip_prefix("conditions.") else { continue };
        let (name, body) = rest.split_once(']').expect("a header");
        if body.contains('=') {
            names.push(name.to_owned());
            more += &format!("\n[conditions.z-{name}]\nall = [\"{name}\"]\n");
        }
    }
    let rename = |line: &str| {
        let is_asked = ["when =", "unless ="].iter().any(|key| line.starts_with(key));
        let mut line = line.to_owned();
        for name in names.iter().filter(|_| is_asked) {
            line = line.replace(&format!("\"{name}\""), &format!("\"z-{name}\""));
        }
        line + "\n"
    };
    text.lines().map(rename).collect::<String>() + &more
}

#[test]
fn a_planted_change_of_one_cell_is_one_line_and_the_heading() {
    for seed in 0..300 {
        let mut rng = random::Rng::new(seed);
        let planted = (rng.below(10), rng.below(12));
        let old = locked(&plain(&mut random::Rng::new(seed), None)).expect("a policy");
        let new = locked(&plain(&mut random::Rng::new(seed), Some(planted))).expect("a policy");
        let (before, after): (BTreeSet<_>, BTreeSet<_>) =
            (old.iter().collect(), new.iter().collect());
        let changed: Vec<_> = before.symmetric_difference(&after).collect();
        let line = format!("cell r{} things.a{} allowed", planted.1, planted.0);
        assert_eq!(changed.len(), 3, "{changed:?}");
        assert_eq!(*changed[0], &line);
        assert!(changed[1..].iter().all(|line| line.starts_with("policy plain 1.0.0 sha256:")));
    }
}

/// What a role does to an action in every situation, and what everyone may.
fn does(pair: &Pair, role: &str, action: &str) -> [Vec<[bool; 3]>; 2] {
    let mut does = [Vec::new(), Vec::new()];
    for situation in pair.situations().iter().filter(|one| one["action"] == action) {
        let nobody = pair.decides(situation);
        let mut requests = Vec::new();
        let mut with = situation.clone();
        if role == "(direct)" {
            for given in direct(pair, situation) {
                with["principal"]["direct_actions"] = json!([given]);
                requests.push(with.clone());
            }
        } else {
            let is_it = |held: &&String| held.split('@').next() == Some(role);
            for held in pair.held.iter().filter(is_it) {
                with["principal"]["roles"] = json!([held]);
                requests.push(with.clone());
            }
        }
        for request in requests {
            let (decides, forbids) = (pair.decides(&request), pair.forbids(&request));
            for side in 0..2 {
                does[side].push([nobody[side], decides[side], forbids[side]]);
            }
        }
    }
    does
}

#[test]
fn cells_differ_exactly_where_brute_force_finds_it() {
    let (mut tried, mut same, mut different, mut forbids) = (0, 0, 0, 0);
    for seed in 0..700_u64 {
        let mut rng = random::Rng::new(seed);
        let size = 1 + usize::try_from(seed % 4).expect("small");
        let old = random::policy(&mut rng, size);
        let new = if rng.percent(80) {
            random_edits::edited(&mut rng, &old)
        } else {
            without_rows(&random::policy(&mut rng, size))
        };
        let (Some(before), Some(after)) = (locked(&old), locked(&new)) else { continue };
        let pair = Pair::new(&old, &new);
        if frame(&before) != frame(&after) || pair.situation_count() > SITUATIONS_MAX {
            continue;
        }
        tried += 1;
        let (before, after) = (cells(&before), cells(&after));
        let everyone = |action: &String| ("*".to_owned(), action.clone());
        let roles: BTreeSet<&str> = pair
            .held
            .iter()
            .filter_map(|held| held.split('@').next())
            .chain(["(direct)"])
            .collect();
        for action in &pair.actions {
            if before.get(&everyone(action)) != after.get(&everyone(action)) {
                continue;
            }
            for role in &roles {
                let cell = ((*role).to_owned(), action.clone());
                let lines = [before.get(&cell), after.get(&cell)];
                let [one, other] = does(&pair, role, action);
                let context = || format!("seed {seed}: {cell:?} {lines:#?}\n{old}\n===\n{new}");
                assert_eq!(lines[0] == lines[1], one == other, "{}", context());
                same += usize::from(one == other);
                different += usize::from(one != other);
                forbids +=
                    usize::from(lines[0].is_some_and(|l| l.iter().any(|l| l.starts_with('f'))));
            }
        }
    }
    assert!(tried > 250, "{tried} pairs");
    assert!(same > 2_000 && different > 200 && forbids > 100, "{same} {different} {forbids}");
}

#[test]
fn a_lock_is_read_as_it_is_written_and_holds_its_sources() {
    for seed in 0..200_u64 {
        let mut rng = random::Rng::new(seed);
        let text = random::policy(&mut rng, 3);
        let bundle = bundle(&text).expect("a good policy");
        let written = lock(&bundle).expect("few enough situations");
        let source = Source::new("policy.lock", written.to_string());
        assert_eq!(read_lock(&source).as_ref(), Ok(&written));
        let of = |source: &Source| {
            let file = LockFile {
                name: "policy.lock",
                source: Some(source),
                covers: Covers::Everything,
                renew: "policyc lock",
            };
            check_lock(&bundle, Report::default(), &file).expect("few enough situations")
        };
        assert!(of(&source).diagnostics.is_empty());
        // Any line taken out, and any line twice, is found out.
        let lines: Vec<String> = written.to_string().lines().map(str::to_owned).collect();
        let at = rng.between(2, lines.len() - 1);
        let (mut less, mut more) = (lines.clone(), lines.clone());
        let line = less.remove(at);
        more.insert(at, line.clone());
        for edited in [less, more] {
            let report = of(&Source::new("policy.lock", edited.join("\n")));
            assert!(line.is_empty() || report.has_errors(), "{line}\n{text}");
        }
    }
}
