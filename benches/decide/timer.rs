//! A timer for contests: contestants take turns, so that noise hits all of them alike.
//!
//! Not a statistics package: it prints the median of the rounds, and the ratio to the fastest of
//! those whose name begins with `floor` or, without one, to the first.

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 25;

/// How long a contestant's turn takes at least.
const TURN: Duration = Duration::from_millis(4);

/// A contestant's name, and its turn: so many times all the questions.
type Contestant<'a> = (&'a str, Box<dyn FnMut(usize) -> Duration + 'a>);

/// Contestants that answer the same questions, numbered from 0.
pub(crate) struct Contest<'a> {
    count: usize,
    contestants: Vec<Contestant<'a>>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(count: usize) -> Self {
        Self { count, contestants: Vec::new() }
    }

    /// Adds one; the loop over the questions is compiled with it, so that it can be inlined.
    pub(crate) fn add(&mut self, name: &'a str, answer: impl Fn(usize) -> bool + 'a) {
        let count = self.count;
        let turn = move |repeats| {
            let start = Instant::now();
            for _ in 0..repeats {
                for at in 0..count {
                    black_box(answer(black_box(at)));
                }
            }
            start.elapsed()
        };
        self.contestants.push((name, Box::new(turn)));
    }

    /// Runs the contest and prints it.
    pub(crate) fn print(mut self, title: &str, what: &str) {
        println!("{title}: {what}");
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); self.contestants.len()];
        let repeats: Vec<usize> = self
            .contestants
            .iter_mut()
            .map(|(_, turn)| {
                turn(1);
                let once = turn(1).max(Duration::from_nanos(1));
                (TURN.as_nanos() / once.as_nanos()).max(1).try_into().expect("few")
            })
            .collect();
        for _ in 0..ROUNDS {
            for ((times, repeats), (_, turn)) in
                times.iter_mut().zip(&repeats).zip(&mut self.contestants)
            {
                let questions = u32::try_from(repeats * self.count).expect("a few million");
                times.push(turn(*repeats).as_secs_f64() * 1e9 / f64::from(questions));
            }
        }
        let medians: Vec<f64> = times
            .iter_mut()
            .map(|times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            })
            .collect();
        let named = self.contestants.iter().map(|(name, _)| *name).zip(&medians);
        let floors = named.clone().filter(|(name, _)| name.starts_with("floor"));
        let floor = floors.map(|(_, time)| *time).min_by(f64::total_cmp).unwrap_or(medians[0]);
        for (name, time) in named {
            println!("  {name:<22}{time:>12.1} ns{:>8.2}", time / floor);
        }
    }
}
