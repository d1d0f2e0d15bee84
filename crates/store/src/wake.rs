//! One value handed from one request's task to another's, in the same instance.
//!
//! A component can't wake the task of another request through a plain `Waker`
//! (wit-bindgen's tasks wait only for what the host reports). The end of a
//! component-model stream is such a report: the receiver waits for a stream
//! that the sender closes, and the value lies beside it. Natively this is a
//! one-shot channel.

pub(crate) use channel::{Receiver, Sender, channel};

#[cfg(target_arch = "wasm32")]
mod channel {
    use std::sync::{Arc, Mutex, PoisonError};

    use spin_sdk::wasip3::wit_bindgen::{StreamReader, StreamWriter};
    use spin_sdk::wasip3::wit_stream;

    type Slot<T> = Arc<Mutex<Option<T>>>;

    /// Gives the value; dropped unused, its receiver gets none.
    pub(crate) struct Sender<T> {
        slot: Slot<T>,
        /// Closing the stream, by dropping this end, is what wakes the receiver.
        _wake: StreamWriter<u8>,
    }

    /// Waits for the value.
    pub(crate) struct Receiver<T> {
        slot: Slot<T>,
        woken: StreamReader<u8>,
    }

    /// A sender and its receiver.
    pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let slot = Slot::default();
        let (wake, woken) = wit_stream::new::<u8>();
        let sender = Sender {
            slot: Arc::clone(&slot),
            _wake: wake,
        };
        (sender, Receiver { slot, woken })
    }

    impl<T> Sender<T> {
        /// Gives the value; back when its receiver is gone.
        pub(crate) fn send(self, value: T) -> Result<(), T> {
            if Arc::strong_count(&self.slot) < 2 {
                return Err(value);
            }
            *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        }
    }

    impl<T> Receiver<T> {
        /// The value, or none when the sender was dropped without one.
        pub(crate) async fn receive(&mut self) -> Option<T> {
            if let Some(value) = self.take() {
                return Some(value);
            }
            // The stream carries nothing: it ends.
            let _ = self.woken.next().await;
            self.take()
        }

        /// The value, if it is there already.
        pub(crate) fn take(&mut self) -> Option<T> {
            self.slot
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod channel {
    use futures_channel::oneshot;

    /// Gives the value; dropped unused, its receiver gets none.
    pub(crate) struct Sender<T>(oneshot::Sender<T>);

    /// Waits for the value.
    pub(crate) struct Receiver<T>(oneshot::Receiver<T>);

    /// A sender and its receiver.
    pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Sender(sender), Receiver(receiver))
    }

    impl<T> Sender<T> {
        /// Gives the value; back when its receiver is gone.
        pub(crate) fn send(self, value: T) -> Result<(), T> {
            self.0.send(value)
        }
    }

    impl<T> Receiver<T> {
        /// The value, or none when the sender was dropped without one.
        pub(crate) async fn receive(&mut self) -> Option<T> {
            (&mut self.0).await.ok()
        }

        /// The value, if it is there already.
        pub(crate) fn take(&mut self) -> Option<T> {
            self.0.try_recv().ok().flatten()
        }
    }
}
