//! Side by side: the same work on each of many things, or two works, on two cores: the machines that this runs on have two or more.
//!
//! Which things, in what order they come out, and what is done with a panic does not depend on how many cores there are.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

/// So many things are worked on at once.
pub(super) const WORKERS: usize = 2;

/// What comes of each thing, in their order. A worker that is free takes the next one, and tells the work its own number, below [`WORKERS`].
pub(super) fn each<Thing: Sync, Made: Send>(
    things: &[Thing],
    work: impl Fn(usize, &Thing) -> Made + Sync,
) -> Vec<Made> {
    let next = AtomicUsize::new(0);
    let take = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        things.get(index).map(|thing| (index, thing))
    };
    let worker = |number: usize| -> Vec<(usize, Made)> {
        std::iter::from_fn(|| take().map(|(index, thing)| (index, work(number, thing)))).collect()
    };
    let mut made = std::thread::scope(|scope| {
        // Where there is no thread to be had, one worker does it all.
        let start = |number: usize| Builder::new().spawn_scoped(scope, move || worker(number)).ok();
        let others: Vec<_> = (1..WORKERS.min(things.len())).filter_map(start).collect();
        let mut made = worker(0);
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, made)| made).collect()
}

/// What comes of two works that are done at the same time.
pub(super) fn both<First, Second: Send>(
    first: impl FnOnce() -> First,
    second: impl Fn() -> Second + Sync,
) -> (First, Second) {
    std::thread::scope(|scope| {
        // Where there is no thread to be had, one is done after the other.
        let other = Builder::new().spawn_scoped(scope, &second).ok();
        let made = first();
        let other = other.map_or_else(&second, |other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (made, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_come_out_in_their_order_by_workers_that_are_known() {
        let things: Vec<usize> = (0..100).collect();
        let made = each(&things, |worker, thing| {
            assert!(worker < WORKERS);
            thing * 2
        });
        assert_eq!(made, (0..100).map(|thing| thing * 2).collect::<Vec<_>>());
        assert!(each(&Vec::<usize>::new(), |_, thing| *thing).is_empty());
    }

    #[test]
    fn two_works_come_out_in_their_order_and_with_the_panic_of_either() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
        assert!(std::panic::catch_unwind(|| both(|| panic!("the first"), || 2)).is_err());
        assert!(std::panic::catch_unwind(|| both(|| 1, || panic!("the second"))).is_err());
    }

    #[test]
    fn a_panic_of_any_worker_is_the_callers() {
        for bad in [0, 1, 99] {
            let things: Vec<usize> = (0..100).collect();
            let caught = std::panic::catch_unwind(|| each(&things, |_, thing| assert_ne!(*thing, bad)));
            assert!(caught.is_err(), "{bad}");
        }
    }
}
