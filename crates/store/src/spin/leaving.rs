//! Answers on their way out of an instance. The host takes an answer's head first, then
//! asks the instance for its body; where the instance is held just then, the two leave as
//! two packets, and a kept-alive client waits 40 ms for the second.

use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// One such answer, until it is dropped: no statement holds the instance meanwhile.
#[derive(Debug)]
pub struct Leaving(());

impl Leaving {
    /// An answer that is about to leave.
    #[must_use]
    pub fn begin() -> Self {
        COUNT.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// Whether one is on its way.
    pub(super) fn any() -> bool {
        COUNT.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}
