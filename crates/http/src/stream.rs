//! Bodies that are too long to be held: taken in piece by piece, or made while
//! they are sent.

use crate::kinds;
use crate::problem::Problem;
use bytes::Bytes;
use http_body::{Body, Frame};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// What makes a body while it is sent. It is asked for the next piece when the
/// last one has been taken, so a slow client slows it down.
pub trait Source: Sized {
    /// The next piece and the source of those after it; none at the end. An
    /// error breaks the connection off, so that nobody takes half for the whole.
    fn next(self) -> impl Future<Output = Result<Option<(Bytes, Self)>, Problem>>;
}

/// What making the next piece gives: the piece, and how the one after it is made.
type Made = Result<Option<(Bytes, Making)>, Problem>;

/// The making of a piece.
struct Making(Pin<Box<dyn Future<Output = Made>>>);

/// The body of an answer that is made while it is sent.
pub(crate) struct Stream(Option<Making>);

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream {
    pub(crate) fn new(source: impl Source + 'static) -> Self {
        Stream(Some(making(source)))
    }
}

fn making(source: impl Source + 'static) -> Making {
    Making(Box::pin(async move {
        let made = source.next().await?;
        Ok(made.map(|(piece, rest)| (piece, making(rest))))
    }))
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        loop {
            let Some(making) = &mut self.0 else {
                return Poll::Ready(None);
            };
            let made = match making.0.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(made) => made,
            };
            match made {
                Ok(Some((piece, rest))) => {
                    self.0 = Some(rest);
                    if !piece.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(piece))));
                    }
                }
                Ok(None) => self.0 = None,
                Err(problem) => {
                    self.0 = None;
                    eprintln!("error: a stream broke off: {}", problem.detail);
                    return Poll::Ready(Some(Err(Broken)));
                }
            }
        }
    }
}

/// A stream that could not be made to its end.
#[derive(Debug)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the stream broke off")
    }
}

impl std::error::Error for Broken {}

/// The body of a request, taken in piece by piece.
pub struct Upload {
    body: Pin<Box<dyn Pieces>>,
    limit: u64,
    taken: u64,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("limit", &self.limit)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

/// A body whose errors don't matter one by one.
trait Pieces {
    fn poll_piece(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ()>>>;
}

impl<B: Body<Data = Bytes>> Pieces for B {
    fn poll_piece(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ()>>> {
        self.poll_frame(cx).map(|frame| {
            // Trailers are not data.
            frame.map(|frame| Ok(frame.map_err(drop)?.into_data().unwrap_or_default()))
        })
    }
}

impl Upload {
    pub(crate) fn new(body: impl Body<Data = Bytes> + 'static, limit: u64) -> Self {
        Upload {
            body: Box::pin(body),
            limit,
            taken: 0,
        }
    }

    /// The next piece, of whatever size the network gives; none at the end.
    ///
    /// # Errors
    /// [`kinds::BODY_TOO_LARGE`] as soon as more came than the route takes,
    /// [`kinds::INCOMPLETE_BODY`] when the client stops in the middle.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let piece = poll_fn(|cx| self.body.as_mut().poll_piece(cx)).await;
        match piece {
            None => Ok(None),
            Some(Err(())) => Err(Problem::new(
                kinds::INCOMPLETE_BODY,
                "The connection gave up in the middle of the body.",
            )),
            Some(Ok(piece)) => {
                self.taken = self.taken.saturating_add(piece.len() as u64);
                if self.taken > self.limit {
                    return Err(crate::body::too_large(self.limit));
                }
                Ok(Some(piece))
            }
        }
    }
}
