//! The laws of the house, as properties over random policies and requests.
//!
//! Not agreement with the oracle, which says what each decision is; a law says how two relate.

use std::fmt::Write as _;

use policyc::{
    Assignment, Bundle, Principal, Query, Request, Resource, Scope, Source, View, allowed_actions,
    build, decide, grid,
};
use proptest::prelude::*;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::oracle::Oracle;
use crate::{engine, random};

/// A random policy with requests to it.
struct Drawn {
    rng: random::Rng,
    text: String,
    oracle: Oracle,
    requests: Vec<Value>,
}

fn draw(seed: u64, size: usize) -> Drawn {
    let mut rng = random::Rng::new(seed);
    let text = random::policy(&mut rng, size);
    let oracle = Oracle::new(&text);
    let requests = (0..30).map(|_| random::request(&mut rng, &oracle)).collect();
    Drawn { rng, text, oracle, requests }
}

fn compiled(text: &str) -> Option<Bundle> {
    build(vec![Source::new("random.toml", text)]).ok()
}

fn is_allowed(bundle: &Bundle, request: &Value) -> bool {
    engine::decide(bundle, request).is_ok_and(|answer| answer.decision == "allow")
}

impl Drawn {
    /// One grant more, over some roles and actions that the policy has.
    fn with_grant(&mut self, effect: &str) -> Option<Bundle> {
        let policy = self.oracle.policy();
        let mut some = |names: Vec<String>| -> Vec<String> {
            let some: Vec<String> =
                names.iter().filter(|_| self.rng.below(2) == 0).cloned().collect();
            if some.is_empty() { names } else { some }
        };
        let roles = some(policy.roles.iter().map(|role| role.name.clone()).collect());
        let actions = some(policy.actions.clone());
        let mut text = self.text.clone();
        let _ = write!(
            text,
            "\n[[grants]]\neffect = \"{effect}\"\nroles = {roles:?}\nactions = {actions:?}\n"
        );
        compiled(&text)
    }

    /// The same statements in another order: every table and every grant is a block of lines.
    fn shuffled(&mut self) -> String {
        let mut blocks: Vec<String> = vec![String::new()];
        for line in self.text.lines() {
            if line.starts_with('[') {
                blocks.push(String::new());
            }
            let block = blocks.last_mut().expect("there is a first block");
            block.push_str(line);
            block.push('\n');
        }
        let mut rest = blocks.split_off(1);
        for at in (1..rest.len()).rev() {
            rest.swap(at, self.rng.below(at + 1));
        }
        blocks.extend(rest);
        blocks.concat()
    }
}

/// Failures are not kept in files: a seed is in the message, and becomes a test by name.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_forbid_added_never_turns_deny_into_allow(seed: u64, size in 1_usize..5) {
        let mut drawn = draw(seed, size);
        let before = compiled(&drawn.text).expect("random policies are good");
        // The grant may be one that is there already, or its opposite, and is then refused.
        if let Some(after) = drawn.with_grant("forbid") {
            for request in &drawn.requests {
                let (before, after) = (is_allowed(&before, request), is_allowed(&after, request));
                prop_assert!(before || !after, "{request}");
            }
        }
    }

    #[test]
    fn a_permit_added_never_turns_allow_into_deny(seed: u64, size in 1_usize..5) {
        let mut drawn = draw(seed, size);
        let before = compiled(&drawn.text).expect("random policies are good");
        if let Some(after) = drawn.with_grant("permit") {
            for request in &drawn.requests {
                let (before, after) = (is_allowed(&before, request), is_allowed(&after, request));
                prop_assert!(!before || after, "{request}");
            }
        }
    }

    #[test]
    fn the_order_of_statements_changes_no_decision_and_no_digest(
        seed: u64,
        size in 1_usize..5,
    ) {
        let mut drawn = draw(seed, size);
        let before = compiled(&drawn.text).expect("random policies are good");
        let shuffled = drawn.shuffled();
        let after = compiled(&shuffled).expect("the same statements");
        prop_assert_eq!(before.digest(), after.digest(), "{}", shuffled);
        for request in &drawn.requests {
            prop_assert_eq!(engine::decide(&before, request), engine::decide(&after, request));
        }
    }

    #[test]
    fn the_order_of_files_changes_no_byte(seeds in prop::collection::vec(any::<u64>(), 2..5)) {
        let source = |(at, seed): (usize, &u64)| {
            let id = format!("\"policy-{at}\"");
            let text = draw(*seed, 2).text.replace("\"random-policy\"", &id);
            Source::new(format!("{at}.toml"), text)
        };
        let mut sources: Vec<Source> = seeds.iter().enumerate().map(source).collect();
        let before = build(sources.clone()).expect("random policies are good").encode();
        sources.reverse();
        prop_assert_eq!(before, build(sources).expect("the same files").encode());
    }

    #[test]
    fn all_allowed_actions_are_those_that_decide_allows(seed: u64, size in 1_usize..5) {
        let mut drawn = draw(seed, size);
        let bundle = compiled(&drawn.text).expect("random policies are good");
        let table = &bundle.tables()[0];
        let policy = drawn.oracle.policy();
        let roles: Vec<String> = policy.roles.iter().map(|role| role.name.clone()).collect();
        let held = roles.iter().filter(|_| drawn.rng.below(2) == 0);
        let assignments: Vec<Assignment<'_>> =
            held.map(|role| Assignment { role, scope: None }).collect();
        let kinds: Vec<&str> = table.kinds().collect();
        let kind = kinds.get(drawn.rng.below(kinds.len() + 1)).copied();
        let scopes = [Scope { kind: "project", id: "x" }];
        let query = Query {
            principal: Principal { kind, assignments: &assignments, ..Principal::default() },
            resource: Resource { scopes: &scopes, ..Resource::default() },
            ..Query::default()
        };
        let allows = |action: &&str| {
            let request = Request::new(table, Query { action, ..query }).expect("a request");
            decide(&request).is_allowed()
        };
        let mut expected: Vec<&str> = table.actions().filter(allows).collect();
        expected.sort_unstable();
        let request = Request::new(table, query).expect("a request");
        prop_assert_eq!(allowed_actions(&request), expected);
    }

    #[test]
    fn bytes_with_a_good_checksum_are_refused_or_make_a_sound_table(
        seed: u64,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let drawn = draw(seed, 2);
        let mut bytes = compiled(&drawn.text).expect("random policies are good").encode();
        for (at, byte) in edits {
            let at = 16 + at.index(bytes.len() - 16);
            bytes[at] = byte;
        }
        seal(&mut bytes);
        if let Ok(bundle) = Bundle::decode(&bytes) {
            prop_assert_eq!(bundle.encode(), bytes, "there is one form of every table");
            for request in &drawn.requests {
                let _ = engine::decide(&bundle, request);
            }
            for table in bundle.tables() {
                for view in [View::Actions, View::Rows, View::Kinds] {
                    let _ = grid(table, view);
                }
            }
            if bundle.verify().is_ok() {
                let bare = bundle.without_explanations();
                prop_assert_eq!(bare.digest(), bundle.digest());
            }
        }
    }

    /// Statements made from the cells decide what the cells decide, cell for cell.
    #[test]
    fn a_table_without_statements_shows_the_same_access(seed: u64, size in 1_usize..5) {
        let drawn = draw(seed, size);
        let bundle = compiled(&drawn.text).expect("random policies are good");
        let bare = bundle.without_explanations();
        let cells = |bundle: &Bundle, view| {
            let grid = grid(&bundle.tables()[0], view).expect("few enough situations");
            let mut lines: Vec<(String, Vec<(String, &str)>)> = grid
                .lines
                .iter()
                .map(|line| {
                    let words = line.cells.iter().map(|cell| cell.word);
                    let mut cells: Vec<_> = grid.roles.iter().cloned().zip(words).collect();
                    cells.sort_unstable();
                    (line.label.clone(), cells)
                })
                .collect();
            lines.sort_unstable();
            lines
        };
        for view in [View::Actions, View::Kinds] {
            prop_assert_eq!(cells(&bundle, view), cells(&bare, view), "{:?}", view);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_decoded(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Bundle::decode(&bytes);
        let mut whole = [b"policyc\0".as_slice(), &[1, 0, 0, 0], &[0; 52], &bytes].concat();
        whole.resize(whole.len().next_multiple_of(8), 0);
        seal(&mut whole);
        let _ = Bundle::decode(&whole);
    }
}

/// Makes length and check right again after an edit, so that decoding gets to see what was edited.
fn seal(bytes: &mut [u8]) {
    let length = u64::try_from(bytes.len()).expect("a length");
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    let check = xxh3_64(&bytes[32..]);
    bytes[24..32].copy_from_slice(&check.to_le_bytes());
}
