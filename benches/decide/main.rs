//! What a decision, a batch and a load cost, as ratios to the floor in the same run.
//!
//! Not a test: it prints, and machines are noisy. `cargo bench --bench decide` measures time, and
//! with `-- --instructions` counts instructions under valgrind, which noise does not touch.

#[path = "../floor.rs"]
mod floor;
mod tables;
mod timer;

use std::hint::black_box;

use floor::{Floor, Fx, Perfect};
use policyc::{Assignment, Bundle, PreparedPrincipal, Principal, Query, Request, Table, decide};
use tables::{Asked, Sample};
use timer::Contest;

/// By request: the principal's assignments, borrowed from its role names.
fn assignments<'a>(asked: &[Asked<'a>]) -> Vec<Vec<Assignment<'a>>> {
    let of_one = |asked: &Asked<'a>| {
        asked.roles.iter().map(|role| Assignment { role, scope: None }).collect()
    };
    asked.iter().map(of_one).collect()
}

/// One principal after the other, as sessions come; each asks for the actions of many requests.
const SESSIONS: usize = 16;

#[inline]
fn by_names(table: &Table, roles: &[Assignment<'_>], action: &str) -> bool {
    let principal = Principal { assignments: roles, ..Principal::default() };
    let query = Query { principal, action, ..Query::default() };
    Request::new(table, query).is_ok_and(|request| decide(&request).is_allowed())
}

fn prepared(table: &Table, roles: &[Assignment<'_>]) -> PreparedPrincipal {
    let principal = Principal { assignments: roles, ..Principal::default() };
    PreparedPrincipal::new(table, principal, &[]).expect("a principal")
}

/// The rows of one size: names, prepared with names, prepared with ids, all actions at once.
fn measure(sample: &Sample) {
    let bundle = Bundle::decode(&sample.bundle).expect("a bundle");
    let table = bundle.table(&sample.policy).expect("the policy");
    let asked: Vec<Asked<'_>> = sample.requests(false);
    let held = assignments(&asked);
    let fx = Floor::<Fx>::new(&sample.roles, &sample.actions, &sample.granted);
    let perfect = Floor::<Perfect>::new(&sample.roles, &sample.actions, &sample.granted);
    for (asked, held) in asked.iter().zip(&held) {
        let expected = fx.decide(&asked.roles, asked.action);
        assert_eq!(expected, perfect.decide(&asked.roles, asked.action));
        assert_eq!(expected, by_names(table, held, asked.action), "{asked:?}");
    }

    let count = asked.len();
    let mut names = Contest::new(count);
    names.add("floor, FxHash", |at| fx.decide(&asked[at].roles, asked[at].action));
    names.add("floor, perfect hash", |at| perfect.decide(&asked[at].roles, asked[at].action));
    names.add("policyc", |at| by_names(table, &held[at], asked[at].action));
    names.print(&sample.title, "names");
    if !sample.guarded.is_empty() {
        let all = sample.requests(true);
        let held = assignments(&all);
        let mut guarded = Contest::new(count);
        guarded.add("policyc", |at| by_names(table, &held[at], all[at].action));
        guarded.print(&sample.title, "names, guarded actions too");
    }

    let principals: Vec<PreparedPrincipal> =
        held.iter().take(SESSIONS).map(|held| prepared(table, held)).collect();
    let rows: Vec<Vec<u64>> =
        asked.iter().take(SESSIONS).map(|asked| fx.prepare(&asked.roles)).collect();
    let mut by_action = Contest::new(count);
    by_action.add("floor, FxHash", |at| fx.decide_prepared(&rows[at % SESSIONS], asked[at].action));
    by_action.add("floor, perfect hash", |at| {
        perfect.decide_prepared(&rows[at % SESSIONS], asked[at].action)
    });
    by_action.add("policyc", |at| principals[at % SESSIONS].decide(asked[at].action).is_allowed());
    by_action.print(&sample.title, "prepared, action names");

    let ids: Vec<_> = asked.iter().filter_map(|asked| table.action_id(asked.action)).collect();
    let positions: Vec<_> = asked.iter().filter_map(|asked| fx.action(asked.action)).collect();
    let mut by_id = Contest::new(count);
    by_id.add("floor", |at| Floor::<Fx>::decide_id(&rows[at % SESSIONS], positions[at]));
    by_id.add("policyc", |at| principals[at % SESSIONS].decide_id(ids[at]).is_allowed());
    by_id.print(&sample.title, "prepared, action ids");

    let mut batch = Contest::new(count.min(256));
    batch.add("floor, row ORs", |at| fx.prepare(&asked[at].roles).len() > at);
    batch.add("policyc, prepared", |at| !principals[at % SESSIONS].allowed_actions().is_empty());
    batch.add("policyc, from names", |at| !prepared(table, &held[at]).allowed_actions().is_empty());
    batch.print(&sample.title, "all actions at once");
}

/// What a condition adds to a decision.
fn measure_conditions() {
    let bundle = tables::conditional();
    let table = bundle.table("conditional").expect("the policy");
    let roles = [Assignment { role: "clerk", scope: None }];
    let own = [("department", policyc::Value::String("sales"))];
    let assertions = [("confirmed", true)];
    let principal = Principal { assignments: &roles, attributes: &own, ..Principal::default() };
    let prepared = PreparedPrincipal::new(table, principal, &[]).expect("a principal");
    let circumstances = policyc::Circumstances { assertions: &assertions, ..Default::default() };
    let asked = prepared.with(circumstances).expect("good circumstances");
    let id = |action: &str| table.action_id(action).expect("an action");
    let [plain, asserted, tested] =
        ["orders.view", "orders.confirm", "orders.edit"].map(|action| (action, id(action)));
    let ask = |action: &str| {
        let query = Query { principal, action, assertions: &assertions, ..Query::default() };
        Request::new(table, query).is_ok_and(|request| decide(&request).is_allowed())
    };
    for (action, _) in [plain, asserted, tested] {
        assert!(ask(action) && asked.decide(action).is_allowed(), "{action}");
    }
    let mut contest = Contest::new(1_000);
    for (title, (_, id)) in [("plain", plain), ("asserted", asserted), ("attribute", tested)] {
        contest.add(title, move |_| asked.decide_id(black_box(id)).is_allowed());
    }
    contest.print("conditions", "prepared, action ids");
    let mut contest = Contest::new(1_000);
    for (title, (action, _)) in [("plain", plain), ("asserted", asserted), ("attribute", tested)] {
        contest.add(title, move |_| ask(black_box(action)));
    }
    contest.print("conditions", "names");
}

/// Loading, beside reading the file and computing its checksum; and what it weighs.
fn measure_load(title: &str, bundle: &Bundle, least_bytes: Option<(usize, usize)>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (form, bundle) in [("", bundle.clone()), (", bare", bundle.without_explanations())] {
        let path = folder.path().join("a.bundle");
        let bytes = bundle.encode();
        std::fs::write(&path, &bytes).expect("a file");
        let mut contest = Contest::new(20);
        contest.add("read and checksum", |_| {
            let bytes = std::fs::read(&path).expect("a file");
            xxhash_rust::xxh3::xxh3_64(&bytes) != 0
        });
        contest.add("policyc", |_| Bundle::load(&path).is_ok());
        contest.print(&format!("{title}{form}"), "load");
        let memory = allocation_counter::measure(|| {
            black_box(Bundle::load(&path).is_ok());
        });
        println!("    {} bytes; {} at the peak of loading", bytes.len(), memory.bytes_max);
        if let (Some((cells, names)), true) = (least_bytes, form.is_empty()) {
            println!("    least for cells {cells}, names {names}");
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[..] {
        [_, flag, what, count] if flag == "--count" => {
            return count_run(what, count.parse().expect("a number"));
        }
        [_, rest @ ..] if rest.iter().any(|flag| flag == "--instructions") => {
            return instructions();
        }
        _ => {}
    }
    let five = tables::five();
    let samples = [
        tables::real(&five),
        tables::generated(1_000, 2_000, 100),
        tables::generated(10_000, 10_000, 100),
    ];
    for sample in &samples {
        measure(sample);
    }
    measure_conditions();
    measure_load("the five policies", &five, None);
    for sample in &samples[1..] {
        let bundle = Bundle::decode(&sample.bundle).expect("a bundle");
        measure_load(&sample.title, &bundle, Some(sample.least_bytes()));
    }
}

/// So many decisions of one kind, for counting instructions.
fn count_run(what: &str, count: usize) {
    if what == "load" {
        let bytes = tables::generated(10_000, 10_000, 100).bundle;
        return (0..count).for_each(|_| {
            black_box(Bundle::decode(&bytes).is_ok());
        });
    }
    let five = tables::five();
    let (what, is_large) = what.strip_suffix("-large").map_or((what, false), |what| (what, true));
    let sample =
        if is_large { tables::generated(10_000, 10_000, 100) } else { tables::real(&five) };
    let bundle = Bundle::decode(&sample.bundle).expect("a bundle");
    let table = bundle.table(&sample.policy).expect("the policy");
    let asked: Vec<Asked<'_>> = sample.requests(false);
    let held = assignments(&asked);
    let fx = Floor::<Fx>::new(&sample.roles, &sample.actions, &sample.granted);
    let principals: Vec<PreparedPrincipal> =
        held.iter().take(SESSIONS).map(|held| prepared(table, held)).collect();
    let rows: Vec<Vec<u64>> =
        asked.iter().take(SESSIONS).map(|asked| fx.prepare(&asked.roles)).collect();
    for at in (0..asked.len()).cycle().take(count) {
        let asked = &asked[at];
        black_box(match what {
            "names" => by_names(table, &held[at], asked.action),
            "names-floor" => fx.decide(&asked.roles, asked.action),
            "prepared" => principals[at % SESSIONS].decide(asked.action).is_allowed(),
            _ => fx.decide_prepared(&rows[at % SESSIONS], asked.action),
        });
    }
}

/// Instructions for each decision, from two runs of different length under valgrind.
fn instructions() {
    let count = |what: &str, count: usize| -> f64 {
        let program = std::env::current_exe().expect("this program");
        let run = std::process::Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args(["--count", what, &count.to_string()])
            .output()
            .expect("valgrind");
        let text = String::from_utf8_lossy(&run.stderr).into_owned();
        let line = text.lines().find_map(|line| line.split_once("Collected : "));
        line.expect("a count").1.trim().parse().expect("a number")
    };
    for (what, floor) in [("names", "names-floor"), ("prepared", "prepared-floor")] {
        let each = |what| (count(what, 200_000) - count(what, 100_000)) / 100_000.0;
        let (own, floor) = (each(what), each(floor));
        println!("{what:<10} {own:.0} instructions, the floor {floor:.0}: {:.2}", own / floor);
    }
}
