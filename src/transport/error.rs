//! What fails below HTTP, and in which words. Who decides what follows: `retry`.

use std::error::Error as StdError;
use std::fmt;

use super::proxy::ProxySettingError;
use super::tls::TlsErrorKind;

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
    Proxy(ProxyErrorKind),
    /// The variable that names the proxy cannot be used.
    ProxySetting(ProxySettingError),
    /// TLS failed: certificate, trust store, protocol.
    Tls(TlsErrorKind),
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
pub enum ProxyErrorKind {
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
            | Self::ProxySetting(_)
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
    /// What the layer below said; the limit if a connection was not made in time or the server was silent.
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
            ErrorKind::ProxySetting(ProxySettingError { name, .. }) => {
                write!(formatter, "the variable `{name}` cannot be used: {detail}")
            }
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
                write!(formatter, "`{origin}` sent nothing for {detail}")
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

/// An error and what caused it.
pub(super) fn causes_of<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}
