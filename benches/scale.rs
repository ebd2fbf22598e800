//! How checking grows: against parsing alone, from one size to eight times it, and over many
//! files; and what comparing two large bundles, reviewing one and locking it cost beside loading.
//!
//! Not a test: it prints ratios, and machines are noisy. `cargo bench --bench scale` runs it.
//!
//! The policy is generated: 1,000 roles, 2,000 actions and 2,000 grants that each name about 100
//! roles, 200,000 cells in some megabytes of TOML. Each measurement is a process of its own, so that
//! its peak of memory is its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use policyc::{
    Assignment, Bundle, Principal, Query, Request, Source, Verdict, build, check, diff, lock, what,
    who,
};
use serde::Deserialize;

const ROLES: usize = 1_000;
const ACTIONS: usize = 2_000;
const ROLES_PER_GRANT: usize = 100;
const FILES: usize = 5_000;
const REPEATS: usize = 5;

/// A policy as whoever parses it alone would type it.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to be parsed")]
struct Typed {
    schema: u32,
    policy: String,
    version: String,
    roles: BTreeMap<String, BTreeMap<String, String>>,
    grants: Vec<Grant>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to be parsed")]
struct Grant {
    actions: Vec<String>,
    roles: Vec<String>,
    because: String,
}

/// A policy with so many actions for a size of one, each granted to some hundred roles.
fn policy(size: usize) -> String {
    let mut text = "schema = 1\npolicy = \"scale\"\nversion = \"1.0.0\"\n\n".to_owned();
    for role in 0..ROLES {
        writeln!(text, "[roles.department-{}-position-{role}]", role % 50).unwrap();
    }
    // A generator of its own, so that every run has the same policy.
    let mut state = 1_u64;
    let mut random = move |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    for action in 0..ACTIONS * size {
        let (kind, verb) = (action / 8, action % 8);
        writeln!(text, "\n[[grants]]\nactions = [\"service-{kind}/resource.verb-{verb}\"]")
            .unwrap();
        let start = random(ROLES);
        let roles = (0..ROLES_PER_GRANT).map(|at| (start + at * 7 + random(7)) % ROLES);
        let mut roles: Vec<usize> = roles.collect();
        roles.sort_unstable();
        roles.dedup();
        text += "roles = [\n";
        for role in roles {
            writeln!(text, "  \"department-{}-position-{role}\",", role % 50).unwrap();
        }
        text += "]\nbecause = \"As the table of the document says.\"\n";
    }
    text
}

/// The policy after an edit: of every hundredth action one role loses it, and some others gain it.
fn edited(policy: &str) -> String {
    let (mut grant_count, mut text, mut added) = (0_usize, String::new(), String::new());
    let mut takes = false;
    for line in policy.lines() {
        if line == "[[grants]]" {
            grant_count += 1;
            takes = grant_count.is_multiple_of(100);
        }
        if takes && line.starts_with("actions") {
            let roles = [1, 2, 3].map(|role| format!("department-{role}-position-{role}"));
            added += &format!("\n[[grants]]\n{line}\nroles = {roles:?}\n");
        }
        if takes && line.starts_with("  ") {
            takes = false;
        } else {
            text += &format!("{line}\n");
        }
    }
    text + &added
}

/// The shortest time of several runs, and the peak of memory after the first: a process that checks
/// runs once, and what later runs find of the heap is left over from earlier ones.
fn measured_runs(mut run: impl FnMut()) -> (Duration, u64) {
    let mut peak_of_first = None;
    let time = |_| {
        let start = Instant::now();
        run();
        let time = start.elapsed();
        peak_of_first.get_or_insert_with(peak);
        time
    };
    let fastest = (0..REPEATS).map(time).min().unwrap_or_default();
    (fastest, peak_of_first.unwrap_or_default())
}

/// The most memory that this process has held, in kilobytes; Linux tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// One measurement, printed for the process that asked: nanoseconds and kilobytes.
fn measure(what: &str, size: usize) {
    let (time, peak) = match what {
        "toml" => {
            let text = policy(size);
            measured_runs(|| drop(toml::from_str::<Typed>(&text).expect("TOML")))
        }
        "check" => {
            let text = policy(size);
            measured_runs(|| {
                let checked = check(vec![Source::new("scale.toml", text.as_str())]);
                assert!(!checked.report.has_errors(), "the policy is good");
            })
        }
        "load" | "diff" => {
            let bytes = [policy(size), edited(&policy(size))].map(|text| {
                build(vec![Source::new("scale.toml", text)]).expect("a good policy").encode()
            });
            let load = || bytes.each_ref().map(|bytes| loaded(bytes));
            let [old, new] = load();
            if what == "load" {
                measured_runs(|| drop(load()))
            } else {
                measured_runs(|| {
                    let diff = diff(&old, &new).expect("few situations");
                    assert_eq!(diff.verdict(), Verdict::Both, "some gain and some lose");
                })
            }
        }
        "files" | "read" => {
            let folder = tempfile::tempdir().expect("a folder");
            for at in 0..FILES {
                let text = format!(
                    "schema = 1\npolicy = \"p{at}\"\nversion = \"1.0.0\"\n[roles.reader]\n\
                     [[grants]]\nactions = [\"articles.read\"]\nroles = [\"reader\"]\n"
                );
                std::fs::write(folder.path().join(format!("{at}.toml")), text).expect("a file");
            }
            measured_runs(|| {
                let files = std::fs::read_dir(folder.path()).expect("a folder");
                let sources: Vec<Source> = files
                    .map(|entry| {
                        let path = entry.expect("an entry").path();
                        let bytes = std::fs::read(&path).expect("a file");
                        Source::new(path.to_string_lossy(), bytes)
                    })
                    .collect();
                if what == "files" {
                    assert!(check(sources).bundle.is_some(), "the policies are good");
                }
            })
        }
        "one" | "who" | "what" | "lock" => review(what, size),
        _ => return,
    };
    println!("{} {peak}", time.as_nanos());
}

/// A bundle as every command loads it: decoded, and verified, since it speaks of what is stated.
fn loaded(bytes: &[u8]) -> Bundle {
    let bundle = Bundle::decode(bytes).expect("a bundle");
    bundle.verify().expect("a sound bundle");
    bundle
}

/// Loading a bundle, and what the review functions and its lock take once it is there.
fn review(what_is: &str, size: usize) -> (Duration, u64) {
    let bundle = build(vec![Source::new("scale.toml", policy(size))]).expect("a good policy");
    let bytes = bundle.encode();
    let table = bundle.tables().first().expect("one policy");
    let role = table.roles().next().expect("roles").to_owned();
    let held = [Assignment::parse(&role).expect("a role")];
    let principal = Principal { assignments: &held, ..Principal::default() };
    let action = table.actions().next().expect("actions");
    let query = Query { principal, action, ..Query::default() };
    let request = Request::new(table, query).expect("a request");
    measured_runs(|| match what_is {
        "who" => assert!(!who(&request).expect("few situations").is_nobody()),
        "what" => assert!(!what(&request).expect("few situations").actions.is_empty()),
        "lock" => assert!(!lock(&bundle).expect("few situations").to_string().is_empty()),
        _ => drop(loaded(&bytes)),
    })
}

/// Seconds and megabytes of a measurement in a process of its own.
fn measured(what: &str, size: usize) -> (f64, f64) {
    let me = std::env::current_exe().expect("this program");
    let output = Command::new(me).args(["--measure", what, &size.to_string()]).output();
    let output = String::from_utf8(output.expect("it runs").stdout).expect("numbers");
    let mut numbers = output.split_whitespace().map(|number| number.parse::<f64>().expect("one"));
    let mut next = || numbers.next().expect("two numbers");
    (next() / 1e9, next() / 1e3)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, what, size] = &arguments[..]
        && flag == "--measure"
    {
        return measure(what, size.parse().expect("a number"));
    }
    let megabytes = |size| f64::from(u32::try_from(policy(size).len()).expect("small")) / 1e6;
    println!("{ROLES} roles, {ACTIONS} actions, {:.1} MB of TOML", megabytes(1));
    let (parse, parse_peak) = measured("toml", 1);
    let (check, check_peak) = measured("check", 1);
    println!("parse into typed values   {parse:.3} s, {parse_peak:.0} MB at the peak");
    println!("check                     {check:.3} s, {check_peak:.0} MB at the peak");
    println!(
        "check to parse            {:.2} in time, {:.2} in memory",
        check / parse,
        check_peak / parse_peak
    );
    let (eight, _) = measured("check", 8);
    println!(
        "eight times the size      {eight:.3} s, {:.2} of the time a cell",
        eight / 8.0 / check
    );
    let ((load, _), (diff, _)) = (measured("load", 1), measured("diff", 1));
    println!("load two bundles          {load:.3} s");
    println!("diff of the two           {diff:.3} s, {:.2} of loading them", diff / load);
    for size in [1, 8] {
        let [load, who, what, lock] =
            ["one", "who", "what", "lock"].map(|what| measured(what, size).0);
        println!(
            "{:>6} actions, loading    {load:.4} s; to it who {:.3}, what {:.3}, lock {:.3}",
            ACTIONS * size,
            who / load,
            what / load,
            lock / load
        );
    }
    let (read, _) = measured("read", 1);
    let (files, _) = measured("files", 1);
    println!("{FILES} small files          {files:.3} s, reading them alone {read:.3} s");
}
