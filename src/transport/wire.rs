//! The network, by reqwest: the only file that names it. There is one connection pool a run. Redirects are not followed
//! here (`redirect`), and tokens are attached by `client`.

use std::error::Error as StdError;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use url::{Host, Url};

use super::retry::Attempts;
use super::tls::{self, TrustStore};
use super::{Error, ErrorKind, Request, Response};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one to a link-local address may take: it is answered on the same link or not at all, and
/// no packet says that there is no one to answer.
const LINK_CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// How long a server may be silent.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// Microsoft's gateways send poll addresses of 4 KiB in headers; leave ample room.
const MAX_HEADER_BYTES: u32 = 256 * 1024;

/// The network. TLS, and with it the trust store, is set up only for the first https request.
#[derive(Debug, Default)]
pub struct Wire {
    /// For requests that say which encodings they take: a packed answer is unpacked.
    unpacking: Clients,
    /// For all others: what is not in a request is not sent.
    verbatim: Clients,
    trust_store: TrustStore,
}

/// A client for each kind of address.
#[derive(Debug, Default)]
struct Clients {
    plain: OnceLock<reqwest::Client>,
    link: OnceLock<reqwest::Client>,
    secure: OnceLock<reqwest::Client>,
}

impl Wire {
    /// A network whose trust store starts to load on a thread if `url` will need it.
    pub fn for_url(url: &Url) -> Self {
        let wire = Self::default();
        if url.scheme() == "https" {
            wire.trust_store.load_ahead();
        }
        wire
    }

    /// Makes one attempt.
    pub(super) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let client = self.client_for(request)?;
        let outgoing = client
            .request(request.method.clone(), request.url.clone())
            .headers(headers_of(request))
            .body(request.body.clone());
        let origin = request.url.origin().ascii_serialization();
        let response = outgoing
            .send()
            .await
            .map_err(|error| failure(&request.url, error))?;
        Ok(Response {
            url: request.url.clone(),
            version: response.version(),
            status: response.status(),
            headers: response.headers().clone(),
            attempts: Attempts::default(),
            body: super::Body(super::Source::Wire(Body { response, origin })),
        })
    }

    fn client_for(&self, request: &Request) -> Result<&reqwest::Client, Error> {
        let url = &request.url;
        let secure = url.scheme() == "https";
        let unpacks = request.headers.contains_key(header::ACCEPT_ENCODING);
        let clients = if unpacks {
            &self.unpacking
        } else {
            &self.verbatim
        };
        let slot = match (secure, is_link_local(url)) {
            (true, _) => &clients.secure,
            (false, true) => &clients.link,
            (false, false) => &clients.plain,
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let refused = |detail| Error {
            kind: ErrorKind::Tls,
            origin: url.origin().ascii_serialization(),
            detail,
        };
        let config = if secure {
            self.trust_store.client_config()
        } else {
            tls::without_roots()
        };
        let proxies = if secure {
            Proxies::OfTheSystem
        } else {
            Proxies::None
        };
        let client = builder(config.map_err(refused)?, proxies, connect_timeout(url))
            .gzip(unpacks)
            .build()
            .map_err(|error| refused(chain_of(&error)))?;
        Ok(slot.get_or_init(|| client))
    }
}

/// Tells whether an address is answered on the same link only (RFC 3927).
fn is_link_local(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(address)) if address.is_link_local())
}

/// How long a connection to the host of a URL may take.
fn connect_timeout(url: &Url) -> Duration {
    if url.scheme() == "http" && is_link_local(url) {
        return LINK_CONNECT_TIMEOUT;
    }
    CONNECT_TIMEOUT
}

/// The headers of a request, and the length of a body that is empty where one is expected: servers
/// answer 411 without it (RFC 9110 8.6), and hyper leaves it out.
fn headers_of(request: &Request) -> HeaderMap {
    let mut headers = request.headers.clone();
    let has_content = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    if has_content && request.body.is_empty() {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers
}

/// Plain http stays near, and what goes there must not pass a proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proxies {
    OfTheSystem,
    None,
}

fn builder(
    config: rustls::ClientConfig,
    proxies: Proxies,
    connect_timeout: Duration,
) -> reqwest::ClientBuilder {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(connect_timeout)
        .read_timeout(READ_TIMEOUT)
        .http2_adaptive_window(true)
        .http2_max_header_list_size(MAX_HEADER_BYTES);
    if proxies == Proxies::None {
        // `localhost` is this machine, whatever a resolver says (RFC 6761 6.3); asking none also
        // saves the time of loading one.
        let here = [
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
        ];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
    }
    builder
}

/// A body on the wire.
#[derive(Debug)]
pub(super) struct Body {
    response: reqwest::Response,
    origin: String,
}

impl Body {
    /// Returns the length that the head of the answer gave, unless the body is packed.
    pub(super) fn length(&self) -> Option<usize> {
        let length = self.response.content_length()?;
        usize::try_from(length).ok()
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.response.chunk().await.map_err(|error| {
            let kind = if error.is_timeout() {
                ErrorKind::ReadTimeout
            } else {
                ErrorKind::Body
            };
            Error {
                kind,
                origin: self.origin.clone(),
                detail: chain_of(&error.without_url()),
            }
        })
    }
}

fn failure(url: &Url, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let kind = kind_of(&error);
    let detail = if kind == ErrorKind::ConnectTimeout {
        words_of(connect_timeout(url))
    } else {
        chain_of(&error)
    };
    Error {
        kind,
        origin: url.origin().ascii_serialization(),
        detail,
    }
}

fn words_of(limit: Duration) -> String {
    match limit.as_secs() {
        0 => format!("{} ms", limit.as_millis()),
        seconds => format!("{seconds} seconds"),
    }
}

fn kind_of(error: &reqwest::Error) -> ErrorKind {
    if error.is_dns() {
        return ErrorKind::Dns;
    }
    if !error.is_connect() {
        return if error.is_timeout() {
            ErrorKind::ReadTimeout
        } else {
            ErrorKind::Lost
        };
    }
    if error.is_timeout() {
        return ErrorKind::ConnectTimeout;
    }
    for cause in causes(error) {
        if is_tls(cause) {
            return ErrorKind::Tls;
        }
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused) {
            return ErrorKind::Refused;
        }
        if cause.to_string().starts_with("tunnel error") {
            return ErrorKind::Proxy;
        }
    }
    ErrorKind::Connect
}

/// Tells whether TLS failed. An `io::Error` hides what it wraps from `source`.
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    let wrapped = cause
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || wrapped.is_some_and(|inner| is_tls(inner))
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// The innermost words: the outer layers only say that a request failed.
fn chain_of(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
