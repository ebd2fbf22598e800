//! One measurement in a process of its own: what it finds, and how that is handed on.
//!
//! Not the choice of what is measured, and not the printing of it.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::engine::{Engine, Kind};
use super::sizes::{Asked, Size};
use super::{casbin, cedar, ours, rego};

/// Requests are asked again and again for so long.
const TIME_PER_FORM: Duration = Duration::from_millis(300);

/// Asked are as many of the requests as this allows for once.
const TIME_FOR_ALL: Duration = Duration::from_millis(500);

/// The time of as many requests together is taken as take so long: long enough that the clock does
/// not count, short enough that most are not interrupted by whatever else the machine does, which
/// the median then leaves out.
const TIME_TOGETHER: Duration = Duration::from_micros(40);

/// But never fewer requests than this.
const REQUESTS_MIN: usize = 16;

/// What is loaded is loaded again for so long; the median counts.
const TIME_TO_LOAD: Duration = Duration::from_millis(500);

/// What one process found.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// Nanoseconds for a decision from strings.
    pub(super) from_strings: f64,
    /// Nanoseconds for a decision of a request that was made ready.
    pub(super) ready: f64,
    /// Nanoseconds to load.
    pub(super) load: f64,
    /// Bytes that the process holds after loading, beyond what it held before.
    pub(super) resident: f64,
    /// Bytes that it held at most while loading, beyond what it held before.
    pub(super) peak: f64,
    /// The answers to the requests from the first on: `1` where it is allowed.
    pub(super) answers: String,
}

impl Figures {
    /// One line, which `parse` reads.
    pub(super) fn line(&self) -> String {
        let Figures { from_strings, ready, load, resident, peak, answers } = self;
        format!("{from_strings} {ready} {load} {resident} {peak} {answers}")
    }

    fn parse(line: &str) -> Option<Figures> {
        let mut words = line.split_whitespace();
        let mut number = || words.next()?.parse::<f64>().ok();
        let (from_strings, ready, load) = (number()?, number()?, number()?);
        let (resident, peak) = (number()?, number()?);
        let answers = words.next()?.to_owned();
        Some(Figures { from_strings, ready, load, resident, peak, answers })
    }
}

/// Has another process measure.
pub(super) fn measured(kind: Kind, size: Size, stored: &Path) -> Figures {
    let me = std::env::current_exe().expect("this program");
    let mut command = Command::new(me);
    command.args(["--measure", kind.word(), size.word()]).arg(stored);
    let output = command.output().expect("it runs");
    let line = String::from_utf8_lossy(&output.stdout);
    match Figures::parse(&line) {
        Some(figures) if output.status.success() => figures,
        _ => panic!("{kind:?}, {size:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Measures in this process.
pub(super) fn measure(kind: Kind, size: Size, stored: &str) -> Figures {
    match kind {
        Kind::Ours => of::<ours::Ours>(size, stored, usize::MAX),
        Kind::CedarData => of::<cedar::Data>(size, stored, usize::MAX),
        Kind::CedarPolicies => of::<cedar::Policies>(size, stored, usize::MAX),
        Kind::RegoActions => of::<rego::Machine<false>>(size, stored, usize::MAX),
        Kind::RegoRoles => of::<rego::Machine<true>>(size, stored, usize::MAX),
        Kind::RegoInterpreted => of::<rego::Interpreted>(size, stored, usize::MAX),
        Kind::CasbinRows => of::<casbin::Rows>(size, stored, usize::MAX),
        Kind::CasbinCells => of::<casbin::SingleCells>(size, stored, usize::MAX),
        Kind::CasbinGroups => of::<casbin::Groups>(size, stored, casbin::USERS),
    }
}

fn of<E: Engine>(size: Size, stored: &str, requests_max: usize) -> Figures {
    // Loading first, in a process that holds nothing yet.
    let (before, _) = memory();
    let bytes = std::fs::read(stored).expect("what was stored");
    let start = Instant::now();
    let mut engine = E::load(&bytes);
    let first_load = start.elapsed();
    drop(bytes);
    let (resident, peak) = memory();

    let requests: &'static [Asked] = Box::leak(size.cells().requests().into_boxed_slice());
    let requests = &requests[..requests.len().min(requests_max)];
    let start = Instant::now();
    for asked in &requests[..REQUESTS_MIN] {
        black_box(engine.decide(asked));
    }
    let each = start.elapsed() / REQUESTS_MIN as u32;
    let fit = TIME_FOR_ALL.as_nanos() / each.as_nanos().max(1);
    let count = usize::try_from(fit).expect("a count").clamp(REQUESTS_MIN, requests.len());
    let requests = &requests[..count];

    let ready: Vec<E::Ready> = requests.iter().map(|asked| engine.ready(asked)).collect();
    let answers: Vec<bool> = requests.iter().map(|asked| engine.decide(asked)).collect();
    for (ready, answer) in ready.iter().zip(&answers) {
        assert_eq!(engine.decide_ready(ready), *answer, "both forms ask the same");
    }
    let from_strings = each_of(requests, |asked| engine.decide(asked));
    let of_ready = each_of(&ready, |ready| engine.decide_ready(ready));

    drop(ready);
    let bytes = std::fs::read(stored).expect("what was stored");
    let load = match first_load < TIME_TO_LOAD {
        true => load_again::<E>(&bytes),
        false => first_load.as_nanos() as f64,
    };
    Figures {
        from_strings,
        ready: of_ready,
        load,
        resident: resident - before,
        peak: peak - before,
        answers: answers.iter().map(|allowed| if *allowed { '1' } else { '0' }).collect(),
    }
}

/// Nanoseconds for one request: of some together the median time, of these medians the mean, so
/// that every request counts alike.
fn each_of<'r, T>(requests: &'r [T], mut decide: impl FnMut(&'r T) -> bool) -> f64 {
    let mut time_of = |together: &'r [T]| {
        let start = Instant::now();
        for request in together {
            black_box(decide(black_box(request)));
        }
        start.elapsed()
    };
    let each = time_of(requests) / requests.len() as u32;
    let fit = TIME_TOGETHER.as_nanos() / each.as_nanos().max(1);
    let together = usize::try_from(fit).expect("a count").clamp(1, requests.len());
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); requests.len().div_ceil(together)];
    let started = Instant::now();
    while times[0].is_empty() || started.elapsed() < TIME_PER_FORM {
        for (together, times) in requests.chunks(together).zip(&mut times) {
            times.push(time_of(together).as_nanos() as f64);
        }
    }
    times.into_iter().map(median).sum::<f64>() / requests.len() as f64
}

/// The median time of loading again and again, in nanoseconds.
fn load_again<E: Engine>(bytes: &[u8]) -> f64 {
    let started = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || started.elapsed() < TIME_TO_LOAD {
        let start = Instant::now();
        drop(black_box(E::load(bytes)));
        times.push(start.elapsed().as_nanos() as f64);
    }
    median(times)
}

pub(super) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Bytes that this process holds, and the most that it has held; Linux tells.
fn memory() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kilobytes * 1024.0)
    };
    (bytes("VmRSS:").unwrap_or(0.0), bytes("VmHWM:").unwrap_or(0.0))
}
