//! The laws of a diff: what is written otherwise is the same, one cell is one line, versions step.
//!
//! Not brute force, which `diffs` asks of random edits.

use policyc::{Bump, How, Source, Verdict, Who};

use crate::diffs::compared;
use crate::{random, random_edits};

#[test]
fn what_is_written_otherwise_is_the_same() {
    let mut split_count = 0;
    for seed in 0..600_u64 {
        let mut rng = random::Rng::new(seed);
        let size = 1 + usize::try_from(seed % 5).expect("small");
        let text = random::policy(&mut rng, size);
        let formatted = policyc::format_policy(&Source::new("policy.toml", text.as_str()));
        let others = [
            text.clone(),
            formatted.expect("a policy is laid out"),
            random_edits::shuffled(&mut rng, &text),
            random_edits::split(&text),
        ];
        for (at, other) in others.iter().enumerate() {
            // Grants that were told apart by their roles alone are doubles once they are split.
            let Some(diff) = compared(&text, other) else {
                assert!(at == 3, "{other}");
                continue;
            };
            split_count += usize::from(at == 3);
            assert!(diff.is_empty() && diff.renames.is_empty(), "{diff:#?}\n{text}\n{other}");
            assert_eq!((diff.verdict, diff.needs), (Verdict::Same, Bump::Nothing));
            assert_eq!(diff.makes, Some(Bump::Nothing));
        }
    }
    assert!(split_count > 300, "{split_count} could be split");
}

#[test]
fn the_five_policies_are_what_they_are() {
    for (name, text) in crate::agreement::POLICIES {
        let diff = compared(text, text).expect("a good policy");
        assert!(diff.is_empty(), "{name}");
    }
}

/// A policy without conditions in which no role inherits: a cell each for so many.
pub(crate) fn plain(rng: &mut random::Rng, planted: Option<(usize, usize)>) -> String {
    let mut text = "schema = 1\npolicy = \"plain\"\nversion = \"1.0.0\"\n".to_owned();
    // One role has everything, so that every action is granted to someone.
    (0..13).for_each(|role| text += &format!("[roles.r{role}]\n"));
    for action in 0..10 {
        let mut roles: Vec<usize> = (0..12).filter(|_| rng.percent(50)).collect();
        if let Some((_, role)) = planted.filter(|(planted, _)| *planted == action) {
            match roles.iter().position(|known| *known == role) {
                Some(at) => drop(roles.remove(at)),
                None => roles.push(role),
            }
        }
        let roles = roles.into_iter().chain([12]).map(|role| format!("r{role}"));
        let roles: Vec<String> = roles.collect();
        text += &format!("[[grants]]\nactions = [\"things.a{action}\"]\nroles = {roles:?}\n");
    }
    text
}

#[test]
fn a_planted_change_of_one_cell_is_one_line() {
    for seed in 0..300 {
        let mut rng = random::Rng::new(seed);
        let planted = (rng.below(10), rng.below(12));
        let old = plain(&mut random::Rng::new(seed), None);
        let new = plain(&mut random::Rng::new(seed), Some(planted));
        let diff = compared(&old, &new).expect("good policies");
        let [change] = diff.access.as_slice() else { panic!("{:#?}", diff.access) };
        assert_eq!(change.action, format!("things.a{}", planted.0));
        let role = format!("r{}", planted.1);
        assert_eq!(change.who, Who::Role { name: role, title: None });
        assert!(change.guard.is_always() && change.guard.within == policyc::Within::Counts);
        let (verdict, needs) = match change.how {
            How::Gains => (Verdict::Wider, Bump::Minor),
            _ => (Verdict::Narrower, Bump::Major),
        };
        assert_eq!((diff.verdict, diff.needs), (verdict, needs));
        assert!(diff.names.is_empty() && diff.statements.is_empty());
        assert_eq!(
            (change.before.len(), change.after.len()),
            match change.how {
                How::Gains => (0, 1),
                _ => (1, 0),
            }
        );
    }
}

#[test]
fn versions_step_as_their_numbers_do() {
    let policy = |version: &str| {
        let text = plain(&mut random::Rng::new(1), None);
        text.replace("1.0.0", version)
    };
    let steps = [
        ("1.0.0", "1.0.0", Some(Bump::Nothing)),
        ("1.0.0", "1.0.1", Some(Bump::Patch)),
        ("1.9.0", "1.10.0", Some(Bump::Minor)),
        ("1.10.0", "2.0.0", Some(Bump::Major)),
        ("0.1.0", "0.2.0", Some(Bump::Minor)),
        ("2.0.0-rc.2", "2.0.0-rc.10", Some(Bump::Major)),
        ("2.0.0-rc.10", "2.0.0-rc.2", None),
        ("2.0.0-rc.1", "2.0.0", Some(Bump::Major)),
        ("2.0.0", "2.0.0-rc.1", None),
        ("1.0.0+one", "1.0.0+two", Some(Bump::Nothing)),
        ("1.0.1", "1.0.0", None),
    ];
    for (old, new, step) in steps {
        let diff = compared(&policy(old), &policy(new)).expect("good policies");
        assert_eq!(diff.makes, step, "{old} to {new}");
        assert_eq!(diff.is_bump_enough(), step.is_some());
    }
}
