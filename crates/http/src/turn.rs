//! Turns of the tasks of an instance, which has one thread.

/// Lets the other requests of this instance go on: between two pieces of long work that
/// waits for nothing.
pub async fn give_way() {
    #[cfg(target_family = "wasm")]
    spin_sdk::wit_bindgen::yield_async().await;
}

/// Waits until every task that was spawned before has begun.
///
/// A body is written by a spawned task. One yield is not enough for it to begin:
/// where the caller isn't the only task, it may be polled twice before the new one
/// is taken in. Tasks begin in the order in which they were spawned, so one more
/// shows when those before it have.
pub async fn after_spawned() {
    #[cfg(target_family = "wasm")]
    {
        use std::{cell::Cell, rc::Rc};

        let begun = Rc::new(Cell::new(false));
        let last = Rc::clone(&begun);
        spin_sdk::wit_bindgen::spawn(async move { last.set(true) });
        while !begun.get() {
            spin_sdk::wit_bindgen::yield_async().await;
        }
    }
}
