//! A request as it goes out, and a response whose body arrives in chunks. Who receives the chunks of the network:
//! `wire_body`; who listens to them: `body_tap`.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::{CONTROLS, percent_encode};
use url::Url;

use super::body_tap::BodyListener;
use super::error::Error;
use super::retry::Attempts;
use super::wire_body::WireBody;

/// A request as it goes out.
#[derive(Debug, Clone)]
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The absolute address.
    pub url: Url,
    /// The header fields; secrets are marked sensitive.
    pub headers: HeaderMap,
    /// The body as it is sent.
    pub body: Bytes,
}

/// The head of an answer, and its body, still on the wire.
#[derive(Debug)]
pub struct Response {
    /// The address that answered.
    pub url: Url,
    /// The protocol version.
    pub version: http::Version,
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// What the answer took; the sender of the request knows.
    pub attempts: Attempts,
}

impl Response {
    /// Returns where a redirect leads. What is not ASCII is percent-encoded, in whatever encoding it is.
    pub fn location(&self) -> Option<String> {
        let bytes = self.headers.get(header::LOCATION)?.as_bytes();
        Some(percent_encode(bytes, CONTROLS).to_string())
    }

    /// Returns the same response with an empty body.
    #[must_use]
    pub fn without_body(&self) -> Self {
        Self {
            url: self.url.clone(),
            version: self.version,
            status: self.status,
            headers: self.headers.clone(),
            body: Body::of(Bytes::new()),
            attempts: self.attempts,
        }
    }

    /// Returns a header's value as text, or `None` if it is absent or not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }
}

/// A body that arrives in chunks.
#[derive(Debug)]
pub struct Body {
    source: Source,
    /// Who listens.
    listeners: RefCell<Vec<Box<dyn BodyListener>>>,
}

#[derive(Debug)]
enum Source {
    Memory(Option<Bytes>),
    Wire(WireBody),
}

/// The beginning of a body.
#[derive(Debug)]
pub enum BodyPrefix {
    /// The whole body: it ended within the limit.
    Whole(Bytes),
    /// What came first; more of the body follows.
    Part(Bytes),
}

impl BodyPrefix {
    /// A body of at most this many bytes is read to its end before it is used.
    pub const WHOLE: usize = 1 << 20;
    /// This much of a larger one is read before it is used: enough to see what it is.
    const BEGINNING: usize = 64 * 1024;

    /// Returns the bytes that are here.
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Whole(bytes) | Self::Part(bytes) => bytes,
        }
    }

    /// Returns the body, if all of it is here.
    pub fn whole(&self) -> Option<WholeBody> {
        match self {
            Self::Whole(bytes) => Some(WholeBody(bytes.clone())),
            Self::Part(_) => None,
        }
    }
}

/// A body that was read to its end. What decides an exit code takes this type, so that it cannot be judged on a
/// beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeBody(Bytes);

impl WholeBody {
    /// Returns its bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// A body that a test writes.
    #[cfg(test)]
    pub fn written(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl Body {
    /// A body that arrives over the network.
    pub(super) fn of_wire(body: WireBody) -> Self {
        Self::from_source(Source::Wire(body))
    }

    fn from_source(source: Source) -> Self {
        Self {
            source,
            listeners: RefCell::default(),
        }
    }

    /// Lets someone listen to what is read from now on.
    pub fn listen(&self, listener: impl BodyListener + 'static) {
        self.listeners.borrow_mut().push(Box::new(listener));
    }

    /// A body that is in memory.
    pub fn of(bytes: Bytes) -> Self {
        Self::from_source(Source::Memory(Some(bytes)))
    }

    /// Returns the next bytes, or `None` at the end. An error is a body that was cut.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = match &mut self.source {
            Source::Memory(bytes) => Ok(bytes.take().filter(|bytes| !bytes.is_empty())),
            Source::Wire(body) => body.chunk().await,
        };
        if let Ok(read) = &chunk {
            for listener in self.listeners.get_mut() {
                listener.hear(read.as_deref());
            }
        }
        chunk
    }

    /// Returns how many bytes the whole body has, if the answer's head said so.
    fn length(&self) -> Option<usize> {
        match &self.source {
            Source::Memory(_) => None,
            Source::Wire(body) => body.length(),
        }
    }

    /// Reads until the body ends or more than `limit` bytes are there. Of a body whose head says that it is larger,
    /// only the beginning is read.
    pub async fn begin(&mut self, limit: usize) -> Result<BodyPrefix, Error> {
        let is_larger = self.length().is_some_and(|length| length > limit);
        let enough = if is_larger {
            limit.min(BodyPrefix::BEGINNING)
        } else {
            limit
        };
        self.read_beyond(enough).await
    }

    /// Reads until the body ends or more than this many bytes are there.
    async fn read_beyond(&mut self, limit: usize) -> Result<BodyPrefix, Error> {
        let expected = self.length().filter(|length| *length <= limit);
        let Some(first) = self.chunk().await? else {
            return Ok(BodyPrefix::Whole(Bytes::new()));
        };
        if first.len() > limit {
            return Ok(match self.source {
                Source::Memory(_) => {
                    // The listener learns that this was all.
                    self.chunk().await?;
                    BodyPrefix::Whole(first)
                }
                Source::Wire(_) => BodyPrefix::Part(first),
            });
        }
        let Some(second) = self.chunk().await? else {
            return Ok(BodyPrefix::Whole(first));
        };
        let here = first.len() + second.len();
        let mut buffer = BytesMut::with_capacity(expected.unwrap_or(64 * 1024).max(here));
        buffer.extend_from_slice(&first);
        buffer.extend_from_slice(&second);
        drop((first, second));
        while buffer.len() <= limit {
            match self.chunk().await? {
                Some(chunk) => buffer.extend_from_slice(&chunk),
                None => return Ok(BodyPrefix::Whole(buffer.freeze())),
            }
        }
        Ok(BodyPrefix::Part(buffer.freeze()))
    }

    /// Reads at most `limit` bytes, for a body whose end does not matter: that of an error.
    pub async fn excerpt(&mut self, limit: usize) -> Bytes {
        match self.read_beyond(limit).await {
            Ok(prefix) => prefix.bytes().clone(),
            Err(_) => Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Body, BodyPrefix};

    #[tokio::test]
    async fn a_body_in_memory_is_whole_whatever_its_size() {
        let mut body = Body::of(Bytes::from_static(b"0123456789"));
        let Ok(BodyPrefix::Whole(bytes)) = body.begin(4).await else {
            panic!("not whole")
        };
        assert_eq!(bytes, "0123456789");
        assert_eq!(body.chunk().await, Ok(None));
    }
}
