//! Bodies that are too long to be held: taken in piece by piece, or made while
//! they are sent.

use crate::kinds;
use crate::problem::Problem;
use bytes::Bytes;
use http_body::{Body, Frame};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// What makes a body while it is sent. It is asked for the next piece when the
/// last one has been taken, so a slow client slows it down.
pub trait Source: Sized {
    /// Whether the reader waits for each piece, as for news of a job: then
    /// no piece waits for the one after it.
    const LIVE: bool = false;

    /// The next piece and the source of those after it; none at the end. An
    /// error breaks the connection off, so that nobody takes half for the whole.
    fn next(self) -> impl Future<Output = Result<Option<(Bytes, Self)>, Problem>>;
}

/// A comment among server-sent events, which says that the server is there.
pub const SIGN_OF_LIFE: &[u8] = b": still here\n\n";

/// What making the next piece gives: the piece, and how the one after it is made.
type NextPiece = Result<Option<(Bytes, PieceFuture)>, Problem>;

/// The making of a piece.
struct PieceFuture(Pin<Box<dyn Future<Output = NextPiece>>>);

/// The body of an answer that is made while it is sent.
pub(crate) struct Stream {
    /// What is made already.
    ready: VecDeque<Bytes>,
    /// The making of the rest; none after the last piece.
    making: Option<PieceFuture>,
    live: bool,
}

/// A body that is shorter is sent whole. Its end would leave as a packet of its
/// own, and a kept-alive client waits 40 ms for that (Nagle's algorithm and delayed
/// acknowledgement).
const SHORT: usize = 64 * 1024;

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

/// A body as far as it is made.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    /// All of it.
    Whole(Bytes),
    /// Its first pieces.
    Long(Stream),
}

impl Stream {
    pub(crate) fn new<S: Source + 'static>(source: S) -> Self {
        Stream {
            ready: VecDeque::new(),
            making: Some(making(source)),
            live: S::LIVE,
        }
    }

    /// Makes the beginning, to know whether it is short.
    pub(crate) async fn begin(mut self) -> Result<ReplyBody, Problem> {
        let mut size = 0;
        while let Some(mut making) = self.making.take() {
            let made = if self.live && size > 0 {
                // It may have ended with what was told.
                poll_fn(|cx| Poll::Ready(making.0.as_mut().poll(cx))).await
            } else {
                Poll::Ready(making.0.as_mut().await)
            };
            let Poll::Ready(made) = made else {
                self.making = Some(making);
                return Ok(ReplyBody::Long(self));
            };
            let Some((piece, rest)) = made? else {
                break;
            };
            size += piece.len();
            self.ready.push_back(piece);
            self.making = Some(rest);
            if size >= SHORT {
                return Ok(ReplyBody::Long(self));
            }
        }
        let mut pieces = self.ready.into_iter();
        let first = pieces.next().unwrap_or_default();
        let mut whole = match size == first.len() {
            true => return Ok(ReplyBody::Whole(first)),
            false => Vec::with_capacity(size),
        };
        whole.extend_from_slice(&first);
        for piece in pieces {
            whole.extend_from_slice(&piece);
        }
        Ok(ReplyBody::Whole(whole.into()))
    }
}

fn making(source: impl Source + 'static) -> PieceFuture {
    PieceFuture(Box::pin(async move {
        let made = source.next().await?;
        Ok(made.map(|(piece, rest)| (piece, making(rest))))
    }))
}

impl Body for Stream {
    type Data = Bytes;
    type Error = BrokenStream;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenStream>>> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                if !piece.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(piece))));
                }
                continue;
            }
            let Some(making) = &mut self.making else {
                return Poll::Ready(None);
            };
            let made = match making.0.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(made) => made,
            };
            match made {
                Ok(Some((piece, rest))) => {
                    self.making = Some(rest);
                    if !piece.is_empty() {
                        return Poll::Ready(Some(Ok(Frame::data(piece))));
                    }
                }
                Ok(None) => self.making = None,
                Err(problem) => {
                    self.making = None;
                    eprintln!("error: a stream broke off: {}", problem.detail);
                    return Poll::Ready(Some(Err(BrokenStream)));
                }
            }
        }
    }
}

/// A stream that could not be made to its end.
#[derive(Debug)]
pub struct BrokenStream;

impl std::fmt::Display for BrokenStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the stream broke off")
    }
}

impl std::error::Error for BrokenStream {}

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
