//! The network, by reqwest: one attempt on a connection of the run's pools. What reqwest cannot do goes by hyper on a
//! connection that `connector` opens. Redirects are read by `redirect`, and tokens are attached by `client`.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::{Host, Url};

use super::connector::{ConnectError, Connector, kind_of_io, words_of};
use super::content_coding::Decoder;
use super::error::{Error, ErrorKind, causes_of};
use super::message::{Body, Request, Response};
use super::proxy::{ProxySettings, host_and_port, is_for_proxies};
use super::retry::{Attempts, is_repeatable};
use super::settings::{NetworkSettings, Silence};
use super::tls::TlsErrorKind;
use super::tls::{self, ClientConfig, TrustStore};
use super::wire_body::{Incoming, WireBody, innermost};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one to a link-local address may take: it is answered on the same link or not at all, and no packet says
/// that the server is gone.
const LINK_CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// Microsoft's gateways send poll addresses of 4 KiB in headers; leave ample room.
const MAX_HEADER_BYTES: u32 = 256 * 1024;
/// A blob may have a thousand metadata entries, each a header of its own. hyper makes two arrays of 32 bytes a header for
/// each response: small ones come from the heap, from 128 KiB on the system would map and unmap memory each time.
const MAX_HEADERS: usize = 1024;
/// How much of one answer may be under way in HTTP/2: a page, so that it takes one round trip. Windows that grow with what
/// is measured begin at 64 KiB, and a page of 2.8 MB then takes ten round trips more.
const STREAM_WINDOW: u32 = 4 << 20;
/// The same for all answers of a connection.
const CONNECTION_WINDOW: u32 = 16 << 20;
/// How long an idle connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);

type HyperClient = Client<Connector, Full<Bytes>>;

/// The network. TLS, and with it the trust store, is set up only for the first https request.
#[derive(Debug, Default)]
pub struct Wire {
    proxies: Arc<ProxySettings>,
    trust_store: Box<TrustStore>,
    silence: Silence,
    clients: Mutex<HashMap<ClientKind, HttpClient>>,
    origins: Mutex<HashMap<String, OriginFacts>>,
}

/// Who sends requests.
#[derive(Debug, Clone)]
enum HttpClient {
    Reqwest(reqwest::Client),
    Hyper(Box<HyperClient>),
}

/// What a client is for. Each has connections of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct ClientKind {
    library: Library,
    peers: Peers,
    connections: Connections,
    protocol: Protocol,
}

/// The library that sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Library {
    /// reqwest, wherever it can.
    Reqwest,
    /// hyper, for what reqwest cannot do: it hides with which status a proxy refused a tunnel, takes no other 2xx than
    /// 200 for one, and adds `Accept` to a request that has none.
    Hyper,
}

/// The servers that are spoken to in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Peers {
    /// By https.
    Secure,
    /// By http, on this machine.
    Plain,
    /// By http, on the same link (RFC 3927).
    Link,
}

/// Whether a connection is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Connections {
    /// It is kept, for the next request.
    Kept,
    /// Each request has one of its own.
    Fresh,
}

/// Which HTTP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Protocol {
    /// HTTP/2 if the server can.
    Negotiated,
    /// HTTP/1.1.
    Http1,
}

/// What a run has learnt of an origin.
#[derive(Debug, Clone, Copy, Default)]
struct OriginFacts {
    /// The version of its last response.
    version: Option<Version>,
    /// Whether it refused HTTP/2 (`HTTP_1_1_REQUIRED`).
    needs_http1: bool,
    /// Whether it said that a connection was not for it (421).
    is_misdirected: bool,
}

impl ClientKind {
    /// Decides how a request is sent.
    ///
    /// The server may close a kept connection of HTTP/1.1 while the request is on its way, and nothing says whether
    /// it was executed. So what cannot be repeated has a connection of its own; HTTP/2 says it (GOAWAY).
    fn of(request: &Request, proxies: &ProxySettings, facts: OriginFacts) -> Self {
        let may_repeat = is_repeatable(&request.method, &request.headers);
        let is_used = facts
            .version
            .is_some_and(|version| version < Version::HTTP_2);
        let has_accept = request.headers.contains_key(header::ACCEPT);
        Self {
            library: if has_accept && !is_proxied(&request.url, proxies) {
                Library::Reqwest
            } else {
                Library::Hyper
            },
            peers: Peers::of(&request.url),
            connections: if facts.is_misdirected || (is_used && !may_repeat) {
                Connections::Fresh
            } else {
                Connections::Kept
            },
            protocol: if facts.needs_http1 {
                Protocol::Http1
            } else {
                Protocol::Negotiated
            },
        }
    }
}

impl Peers {
    fn of(url: &Url) -> Self {
        match url.host() {
            _ if url.scheme() == "https" => Self::Secure,
            Some(Host::Ipv4(address)) if address.is_link_local() => Self::Link,
            Some(_) | None => Self::Plain,
        }
    }

    fn connect_timeout(self) -> Duration {
        match self {
            Self::Secure | Self::Plain => CONNECT_TIMEOUT,
            Self::Link => LINK_CONNECT_TIMEOUT,
        }
    }
}

impl Wire {
    /// A network with such settings. Its trust store starts to load on a thread if `url` will need it.
    pub fn new(settings: NetworkSettings, url: Option<&Url>) -> Self {
        let wire = Self {
            proxies: Arc::new(settings.proxies),
            trust_store: Box::new(TrustStore::new(settings.trust)),
            silence: settings.silence,
            ..Self::default()
        };
        if url.is_some_and(|url| url.scheme() == "https") {
            wire.trust_store.load_ahead();
        }
        wire
    }

    /// Makes one attempt.
    pub(super) async fn send(&self, request: &Request) -> Result<Response, Error> {
        let origin = request.url.origin().ascii_serialization();
        let facts = lock(&self.origins)
            .get(&origin)
            .copied()
            .unwrap_or_default();
        let failed = |kind, detail: String| Error {
            kind,
            origin: origin.clone(),
            detail,
        };
        let kind = ClientKind::of(request, &self.proxies, facts);
        let client = self
            .client(kind)
            .map_err(|detail| failed(ErrorKind::Tls(TlsErrorKind::TrustStore), detail))?;
        let Silence(limit) = self.silence;
        let outcome = tokio::time::timeout(limit, client.send(request, kind.peers)).await;
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err((kind, detail))) => {
                self.learn_from_failure(kind, &origin);
                return Err(failed(kind, detail));
            }
            Err(_) => return Err(failed(ErrorKind::ReadTimeout, words_of(limit))),
        };
        let (mut head, incoming) = response.into_parts();
        {
            let mut origins = lock(&self.origins);
            let facts = origins.entry(origin.clone()).or_default();
            facts.version = Some(head.version);
            facts.is_misdirected |= head.status == StatusCode::MISDIRECTED_REQUEST;
        }
        let decoder = Decoder::of(
            &request.method,
            &request.headers,
            head.status,
            &mut head.headers,
        );
        Ok(Response {
            url: request.url.clone(),
            version: head.version,
            status: head.status,
            headers: head.headers,
            attempts: Attempts::default(),
            body: Body::of_wire(WireBody::new(incoming, decoder, origin, self.silence)),
        })
    }

    fn learn_from_failure(&self, kind: ErrorKind, origin: &str) {
        if kind == ErrorKind::Http1Required {
            let mut origins = lock(&self.origins);
            origins.entry(origin.to_owned()).or_default().needs_http1 = true;
        }
        if kind == ErrorKind::OpenFiles {
            // Idle connections are open files as well.
            lock(&self.clients).clear();
        }
    }

    fn client(&self, kind: ClientKind) -> Result<HttpClient, String> {
        let mut clients = lock(&self.clients);
        if let Some(client) = clients.get(&kind) {
            return Ok(client.clone());
        }
        let tls = match kind.peers {
            Peers::Secure => Some(self.trust_store.configs(kind.protocol == Protocol::Http1)?),
            Peers::Plain | Peers::Link => None,
        };
        let limit = kind.peers.connect_timeout();
        let most_idle = match kind.connections {
            Connections::Kept => usize::MAX,
            Connections::Fresh => 0,
        };
        if kind.library == Library::Reqwest {
            let config = match tls {
                Some(configs) => configs.for_servers(),
                None => tls::without_roots()?,
            };
            let client =
                reqwest_client(config, kind, most_idle).map_err(|error| innermost(&error))?;
            let client = HttpClient::Reqwest(client);
            clients.insert(kind, client.clone());
            return Ok(client);
        }
        let connector = Connector::new(tls, Arc::clone(&self.proxies), limit);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_max_idle_per_host(most_idle)
            .http1_max_headers(MAX_HEADERS)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .build(connector);
        let client = HttpClient::Hyper(Box::new(client));
        clients.insert(kind, client.clone());
        Ok(client)
    }
}

/// Nothing that is held under a lock can be left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells whether a URL is asked through a proxy, or would be if it could be used.
fn is_proxied(url: &Url, proxies: &ProxySettings) -> bool {
    let Ok(url) = url.as_str().parse::<Uri>() else {
        return false;
    };
    is_for_proxies(&url)
        && host_and_port(&url).is_some_and(|(host, port)| proxies.proxy_for(host, port) != Ok(None))
}

fn reqwest_client(
    config: ClientConfig,
    kind: ClientKind,
    most_idle: usize,
) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(kind.peers.connect_timeout())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(most_idle)
        .http1_max_headers(MAX_HEADERS)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(MAX_HEADER_BYTES);
    if kind.protocol == Protocol::Http1 {
        builder = builder.http1_only();
    }
    if kind.peers != Peers::Secure {
        // `localhost` is this machine, whatever a resolver says (RFC 6761 6.3); asking none also
        // saves the time of loading one.
        let here = [
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
        ];
        builder = builder.resolve_to_addrs("localhost", &here);
    }
    builder.build()
}

impl HttpClient {
    /// Sends a request, and waits for the head of the response.
    async fn send(
        &self,
        request: &Request,
        peers: Peers,
    ) -> Result<http::Response<Incoming>, (ErrorKind, String)> {
        match self {
            Self::Reqwest(client) => {
                let outgoing = client
                    .request(request.method.clone(), request.url.clone())
                    .headers(headers_of(request))
                    .body(request.body.clone());
                let response = outgoing.send().await.map_err(|error| {
                    let is_late = error.is_connect() && error.is_timeout();
                    match failure_of(&error, error.is_connect()) {
                        (ErrorKind::Connect | ErrorKind::Lost, detail) if error.is_dns() => {
                            (ErrorKind::Dns, detail)
                        }
                        (ErrorKind::Connect | ErrorKind::ConnectTimeout, _) if is_late => {
                            let limit = peers.connect_timeout();
                            (ErrorKind::ConnectTimeout, words_of(limit))
                        }
                        failure => failure,
                    }
                })?;
                let response = http::Response::<reqwest::Body>::from(response);
                Ok(response.map(|body| Incoming::Reqwest(Box::new(body))))
            }
            Self::Hyper(client) => {
                let outgoing = outgoing(request).map_err(|detail| (ErrorKind::Dns, detail))?;
                let response = client.request(outgoing).await;
                let response = response.map_err(|error| failure_of(&error, error.is_connect()))?;
                Ok(response.map(Incoming::Hyper))
            }
        }
    }
}

fn outgoing(request: &Request) -> Result<http::Request<Full<Bytes>>, String> {
    let mut outgoing = http::Request::new(Full::new(request.body.clone()));
    let url = request.url.as_str().parse::<Uri>();
    *outgoing.uri_mut() = url.map_err(|error| error.to_string())?;
    *outgoing.method_mut() = request.method.clone();
    *outgoing.headers_mut() = headers_of(request);
    Ok(outgoing)
}

/// The headers of a request, and the length of a body that is empty if one is expected: servers answer 411 without it
/// (RFC 9110 8.6), and hyper leaves it out.
fn headers_of(request: &Request) -> HeaderMap {
    let mut headers = request.headers.clone();
    let has_content = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
    if has_content && request.body.is_empty() {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers
}

/// What an attempt failed by, before the head of a response was there.
fn failure_of(error: &(dyn StdError + 'static), is_connect: bool) -> (ErrorKind, String) {
    let detail = innermost(error);
    let causes = causes_of(error);
    for cause in causes {
        if let Some(error) = cause.downcast_ref::<ConnectError>() {
            return (error.kind, error.detail.clone());
        }
        if let Some((fault, words)) = tls::late_refusal_of(cause) {
            return (ErrorKind::Tls(fault), words);
        }
        if let Some(error) = cause.downcast_ref::<h2::Error>() {
            return (kind_of_http2(error), detail);
        }
        if let Some(error) = cause.downcast_ref::<std::io::Error>()
            && is_connect
        {
            if let Some((fault, words)) = tls::fault_of(error) {
                return (ErrorKind::Tls(fault), words);
            }
            let kind = kind_of_io(error);
            if kind != ErrorKind::Connect {
                return (kind, error.to_string());
            }
        }
        let is_parse = |error: &hyper::Error| error.is_parse();
        if cause.downcast_ref::<hyper::Error>().is_some_and(is_parse) {
            return (ErrorKind::Malformed, detail);
        }
    }
    let kind = if is_connect {
        ErrorKind::Connect
    } else {
        ErrorKind::Lost
    };
    (kind, detail)
}

/// What the end of a stream of HTTP/2 means (RFC 9113 6.8, 8.7). A GOAWAY ends only the streams above the last one that
/// the server took; the others continue, and end with the connection.
fn kind_of_http2(error: &h2::Error) -> ErrorKind {
    match error.reason() {
        Some(h2::Reason::HTTP_1_1_REQUIRED) if error.is_remote() => ErrorKind::Http1Required,
        Some(h2::Reason::REFUSED_STREAM) if error.is_remote() => ErrorKind::NotProcessed,
        Some(_) if error.is_remote() && error.is_go_away() => ErrorKind::NotProcessed,
        Some(h2::Reason::PROTOCOL_ERROR) if error.is_library() => ErrorKind::Malformed,
        Some(_) | None => ErrorKind::Lost,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, Version};

    use super::{ClientKind, Connections, Library, OriginFacts, Peers, Protocol, ProxySettings};
    use crate::transport::Request;

    #[test]
    fn what_cannot_be_repeated_has_a_connection_of_its_own() {
        let kind = |method: &Method, condition: Option<&'static str>, version: Option<Version>| {
            let mut headers = HeaderMap::new();
            if let Some(condition) = condition {
                headers.insert("if-none-match", HeaderValue::from_static(condition));
            }
            let request = Request {
                method: method.clone(),
                url: "http://127.0.0.1:1/x".parse().unwrap(),
                headers,
                body: Bytes::new(),
            };
            let facts = OriginFacts {
                version,
                ..OriginFacts::default()
            };
            ClientKind::of(&request, &ProxySettings::default(), facts).connections
        };
        let (http1, http2) = (Some(Version::HTTP_11), Some(Version::HTTP_2));
        for method in [Method::POST, Method::PATCH] {
            assert_eq!(kind(&method, None, None), Connections::Kept);
            assert_eq!(kind(&method, None, http1), Connections::Fresh);
            assert_eq!(
                kind(&method, None, Some(Version::HTTP_10)),
                Connections::Fresh
            );
            assert_eq!(kind(&method, None, http2), Connections::Kept);
        }
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(kind(&method, None, http1), Connections::Kept);
        }
        assert_eq!(kind(&Method::PUT, Some("*"), http1), Connections::Fresh);
    }

    #[test]
    fn what_an_origin_said_counts_for_the_next_request() {
        let request = Request {
            method: Method::GET,
            url: "https://a.example/".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let facts = OriginFacts {
            version: Some(Version::HTTP_2),
            needs_http1: true,
            is_misdirected: true,
        };
        let expected = ClientKind {
            library: Library::Hyper,
            peers: Peers::Secure,
            connections: Connections::Fresh,
            protocol: Protocol::Http1,
        };
        let proxies = ProxySettings::default();
        assert_eq!(ClientKind::of(&request, &proxies, facts), expected);
    }
}
