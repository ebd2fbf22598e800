//! Work on several threads: two functions at once, or one over many things, in their order.
//!
//! Not a pool: threads live as long as one call.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Bytes of a text from which on work on it is worth a thread of its own.
pub(crate) const LARGE: usize = 256 * 1024;

/// The results of two functions that run at once.
pub(crate) fn both<A: Send, B>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The results of a function over every item, in the order of the items.
pub(crate) fn map<T: Send, R: Send>(
    items: impl IntoIterator<Item = T>,
    apply: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items: Vec<T> = items.into_iter().collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(items.len());
    if threads < 2 {
        return items.into_iter().map(apply).collect();
    }
    // Whoever is free takes the next item, as items differ in size.
    let items = Mutex::new(items.into_iter().enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let results = std::iter::from_fn(next).map(|(at, item)| (at, apply(item)));
        results.collect::<Vec<(usize, R)>>()
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for other in others {
            match other.join() {
                Ok(more) => results.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
