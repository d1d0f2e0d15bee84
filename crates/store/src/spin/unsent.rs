//! Answers that have not left an instance. The host takes an answer's head first, then asks
//! the instance for its body. If a blocking call comes between, the two leave as two packets,
//! and a kept-alive client waits 40 ms for the second.

use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// An answer that has not left, until it is dropped: no statement blocks the instance
/// meanwhile.
#[derive(Debug)]
pub struct UnsentAnswer(());

impl UnsentAnswer {
    /// An answer that is about to leave.
    #[must_use]
    pub fn begin() -> Self {
        COUNT.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// Whether there is one.
    pub(super) fn any() -> bool {
        COUNT.load(Ordering::Relaxed) > 0
    }
}

impl Drop for UnsentAnswer {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}
