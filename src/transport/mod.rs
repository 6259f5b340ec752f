//! One attempt to send a request, over the network (`wire`) or to the sandbox (`sandbox`), and the pure decisions about
//! the next one (`retry`, `redirect`). `client` acts on them and waits.

pub mod budget;
mod connector;
mod content_coding;
mod proxy;
pub mod rate_limit_headers;
pub mod redirect;
pub mod retry;
mod sandbox;
mod settings;
mod tls;
mod tunnel;
mod wire;

use std::fmt;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::{CONTROLS, percent_encode};
use url::Url;

use retry::Attempts;

pub use proxy::ProxyFault;
pub use sandbox::SandboxTransport;
pub use settings::NetworkSettings;
pub use tls::TlsFault;
pub use wire::Wire;

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

    /// Returns a header's value as text, or `None` where it is absent or not UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }
}

/// A body that arrives in chunks.
#[derive(Debug)]
pub struct Body(Source);

#[derive(Debug)]
enum Source {
    Memory(Option<Bytes>),
    Wire(wire::Body),
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
    /// A body that is in memory.
    pub fn of(bytes: Bytes) -> Self {
        Self(Source::Memory(Some(bytes)))
    }

    /// Returns the next bytes, or `None` at the end. An error is a body that was cut.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.0 {
            Source::Memory(bytes) => Ok(bytes.take().filter(|bytes| !bytes.is_empty())),
            Source::Wire(body) => body.chunk().await,
        }
    }

    /// Returns how many bytes the whole body has, where the answer's head said so.
    fn length(&self) -> Option<usize> {
        match &self.0 {
            Source::Memory(_) => None,
            Source::Wire(body) => body.length(),
        }
    }

    /// Reads until the body ends or more than `limit` bytes are there.
    pub async fn begin(&mut self, limit: usize) -> Result<BodyPrefix, Error> {
        let expected = self.length().filter(|length| *length <= limit);
        let Some(first) = self.chunk().await? else {
            return Ok(BodyPrefix::Whole(Bytes::new()));
        };
        if first.len() > limit {
            return Ok(match self.0 {
                Source::Memory(_) => BodyPrefix::Whole(first),
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
        match self.begin(limit).await {
            Ok(prefix) => prefix.bytes().clone(),
            Err(_) => Bytes::new(),
        }
    }
}

/// Where a request goes: the network, or the built-in offline ARM.
#[derive(Debug)]
pub enum Transport {
    /// The network.
    Wire(Wire),
    /// The sandbox, in this process.
    Sandbox(Box<SandboxTransport>),
}

impl Transport {
    /// Makes one attempt.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
        match self {
            Self::Wire(wire) => wire.send(request).await,
            Self::Sandbox(sandbox) => sandbox.send(request),
        }
    }
}

/// What failed below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The host name has no address.
    Dns,
    /// Nothing listens there.
    Refused,
    /// No connection for another reason.
    Connect,
    /// The connection was not made in time.
    ConnectTimeout,
    /// No connection, because too many files are open.
    OpenFiles,
    /// The proxy did not connect.
    Proxy(ProxyRefusal),
    /// TLS failed: certificate, trust store, protocol.
    Tls(TlsFault),
    /// The server said that it did not process the request.
    NotProcessed,
    /// The server wants HTTP/1.1 instead of HTTP/2, and did not process the request.
    Http1Required,
    /// The server was silent for too long.
    ReadTimeout,
    /// The connection ended before the answer's head was there.
    Lost,
    /// What the server answered is not HTTP.
    Malformed,
    /// The body was cut.
    Body,
    /// The body is packed in a way that cannot be unpacked.
    Coding,
    /// The state of the sandbox cannot be read or written.
    State,
}

/// Why a proxy did not connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyRefusal {
    /// There is no connection to it.
    Unreachable,
    /// What it answered is not HTTP.
    Malformed,
    /// It answered with this status.
    Status(u16),
}

impl ErrorKind {
    /// Tells whether the service cannot have executed the request.
    pub fn never_sent(self) -> bool {
        match self {
            Self::Dns
            | Self::Refused
            | Self::Connect
            | Self::ConnectTimeout
            | Self::OpenFiles
            | Self::Proxy(_)
            | Self::Tls(_)
            | Self::NotProcessed
            | Self::Http1Required
            | Self::State => true,
            Self::ReadTimeout | Self::Lost | Self::Malformed | Self::Body | Self::Coding => false,
        }
    }
}

/// An attempt that brought no answer, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// What failed.
    pub kind: ErrorKind,
    /// Scheme, host and port that were spoken to; no path, which may hold secrets.
    pub origin: String,
    /// What the layer below said; the limit where a connection was not made in time.
    pub detail: String,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            origin,
            detail,
        } = self;
        match kind {
            ErrorKind::Dns => write!(formatter, "no address found for `{origin}`"),
            ErrorKind::Refused => write!(formatter, "connection refused by `{origin}`"),
            ErrorKind::Connect | ErrorKind::OpenFiles => {
                write!(formatter, "cannot connect to `{origin}`: {detail}")
            }
            ErrorKind::ConnectTimeout => {
                write!(formatter, "no connection to `{origin}` within {detail}")
            }
            ErrorKind::Proxy(_) => write!(
                formatter,
                "the proxy did not connect to `{origin}`: {detail}"
            ),
            ErrorKind::Tls(_) => write!(formatter, "TLS with `{origin}` failed: {detail}"),
            ErrorKind::NotProcessed => {
                write!(
                    formatter,
                    "`{origin}` did not process the request: {detail}"
                )
            }
            ErrorKind::Http1Required => {
                write!(
                    formatter,
                    "`{origin}` wants to be asked by HTTP/1.1: {detail}"
                )
            }
            ErrorKind::ReadTimeout => {
                write!(formatter, "`{origin}` sent nothing for 60 seconds")
            }
            ErrorKind::Lost => write!(formatter, "the connection to `{origin}` was lost: {detail}"),
            ErrorKind::Malformed => {
                write!(
                    formatter,
                    "the answer of `{origin}` is not valid HTTP: {detail}"
                )
            }
            ErrorKind::Body => write!(formatter, "the answer of `{origin}` is cut: {detail}"),
            ErrorKind::Coding => {
                write!(
                    formatter,
                    "the answer of `{origin}` cannot be read: {detail}"
                )
            }
            ErrorKind::State => write!(formatter, "the sandbox's state cannot be used: {detail}"),
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
