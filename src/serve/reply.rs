//! A reply and how it gets to the client: whole, cut, late, or not at all. The sandbox chooses the
//! faults.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, header};
use hyper::body::{Body, Frame, SizeHint};

/// What a handler answers.
#[derive(Debug)]
pub enum Reply {
    /// As it should.
    Whole(Response<Bytes>),
    /// The connection ends after this many bytes of the body, which the head says is longer.
    Cut {
        /// The whole answer.
        response: Response<Bytes>,
        /// How many bytes of its body are sent.
        after: usize,
    },
    /// The connection ends without an answer.
    Reset,
    /// The answer comes late.
    Slow {
        /// The answer.
        response: Response<Bytes>,
        /// How long it takes.
        delay: Duration,
    },
}

impl From<Response<Bytes>> for Reply {
    fn from(response: Response<Bytes>) -> Self {
        Self::Whole(response)
    }
}

impl Reply {
    /// Waits as long as the answer takes, and returns what is sent; the error ends the connection.
    pub(super) async fn response(self) -> io::Result<Response<Sent>> {
        match self {
            Self::Whole(response) => Ok(response.map(Sent::whole)),
            Self::Cut {
                mut response,
                after,
            } => {
                let length = response.body().len();
                response
                    .headers_mut()
                    .insert(header::CONTENT_LENGTH, length.into());
                Ok(response.map(|body| Sent::cut(&body, after)))
            }
            Self::Reset => Err(io::ErrorKind::ConnectionReset.into()),
            Self::Slow { response, delay } => {
                pause(delay).await;
                Ok(response.map(Sent::whole))
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that was told to be slow is slow"
)]
async fn pause(delay: Duration) {
    tokio::time::sleep(delay).await;
}

/// A body on its way.
#[derive(Debug)]
pub(super) struct Sent {
    bytes: Option<Bytes>,
    end: End,
}

/// What follows the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Regular,
    /// The bytes must leave before the error, or it would take them along.
    Flush,
    Error,
}

impl Sent {
    fn whole(bytes: Bytes) -> Self {
        Self {
            bytes: (!bytes.is_empty()).then_some(bytes),
            end: End::Regular,
        }
    }

    fn cut(bytes: &Bytes, after: usize) -> Self {
        let sent = bytes.slice(..after.min(bytes.len()));
        Self {
            bytes: (!sent.is_empty()).then_some(sent),
            end: if after < bytes.len() {
                End::Flush
            } else {
                End::Regular
            },
        }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            End::Regular => Poll::Ready(None),
            End::Flush => {
                self.end = End::Error;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Error => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.end == End::Regular
    }

    fn size_hint(&self) -> SizeHint {
        match (self.end, &self.bytes) {
            (End::Regular, Some(bytes)) => SizeHint::with_exact(bytes.len() as u64),
            (End::Regular, None) => SizeHint::with_exact(0),
            (End::Flush | End::Error, _) => SizeHint::default(),
        }
    }
}
