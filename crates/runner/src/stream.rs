//! Rows on their way into a component, one at a time, as in Spin: what sends them waits
//! until the component has read.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::mpsc;
use wasmtime::{
    StoreContextMut,
    component::{Destination, StreamProducer, StreamResult},
};

/// Hands the rows of a channel to the component.
pub struct RowProducer<R>(pub mpsc::Receiver<R>);

impl<D, R: Send + Sync + 'static> StreamProducer<D> for RowProducer<R> {
    type Item = R;
    type Buffer = Option<R>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        match self.get_mut().0.poll_recv(cx) {
            Poll::Ready(Some(row)) => {
                destination.set_buffer(Some(row));
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}
