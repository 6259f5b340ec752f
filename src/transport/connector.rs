//! Opens connections for hyper: address, TCP, the tunnel through a proxy, TLS. Which proxy: `proxy`. Whom TLS trusts:
//! `tls`. Who sends requests on them: `wire`.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::ReadBufCursor;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::error::{ErrorKind, ProxyErrorKind, causes_of};
use super::proxy::{Proxy, ProxySettings, host_and_port, is_for_proxies, without_brackets};
use super::tls::{self, TlsConfigs};
use super::tunnel::{self, TunnelError};

/// When a silent connection is probed, and how many unanswered probes make it lost.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_PROBES: u32 = 3;
/// How long sent data may stay unacknowledged before the connection is lost.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Why there is no connection.
#[derive(Debug, Clone)]
pub(super) struct ConnectError {
    pub(super) kind: ErrorKind,
    pub(super) detail: String,
}

impl ConnectError {
    fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

impl ConnectError {
    /// The same, if it was the connection to a proxy.
    fn of_proxy(self) -> Self {
        let unreachable = ErrorKind::Proxy(ProxyErrorKind::Unreachable);
        if self.kind == ErrorKind::Dns {
            return Self::new(unreachable, "no address found for the proxy");
        }
        if self.kind == ErrorKind::Refused {
            return Self::new(unreachable, "the proxy refuses connections");
        }
        if self.kind == ErrorKind::Connect {
            return Self::new(unreachable, self.detail);
        }
        if matches!(self.kind, ErrorKind::Tls(_)) {
            return Self::new(self.kind, format!("of the proxy, {}", self.detail));
        }
        self
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail)
    }
}

impl StdError for ConnectError {}

/// Opens connections to servers of one kind.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector<Resolver>,
    tls: Option<TlsConfigs>,
    proxies: Arc<ProxySettings>,
    limit: Duration,
}

impl Connector {
    /// A connector that gives up after `limit`. Without TLS it speaks plain http, past every proxy.
    pub(super) fn new(
        tls: Option<TlsConfigs>,
        proxies: Arc<ProxySettings>,
        limit: Duration,
    ) -> Self {
        let localhost = match tls {
            None => Localhost::ThisMachine,
            Some(_) => Localhost::Resolved,
        };
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new(), localhost));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_keepalive_retries(Some(KEEP_ALIVE_PROBES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(USER_TIMEOUT));
        Self {
            tcp,
            tls,
            proxies,
            limit,
        }
    }

    async fn connect(self, url: Uri) -> Result<Stream, ConnectError> {
        let Some(tls) = self.tls.clone() else {
            return Ok(Stream::plain(Box::new(self.dial(url).await?)));
        };
        let unusable = || ConnectError::new(ErrorKind::Dns, "the URL names no host");
        let (host, port) = host_and_port(&url).ok_or_else(unusable)?;
        let name = without_brackets(host).to_owned();
        let proxy = if is_for_proxies(&url) {
            self.proxies.proxy_for(host, port)
        } else {
            Ok(None)
        };
        let proxy = proxy
            .map_err(|error| ConnectError::new(ErrorKind::ProxySetting(error), error.reason))?;
        let stream: Box<dyn Bytes> = match proxy.cloned() {
            None => Box::new(self.dial(url).await?),
            Some(proxy) => {
                let authority = format!("{host}:{port}");
                self.tunnel(&proxy, &authority, &tls).await?
            }
        };
        let stream = handshake(tls.servers, &name, stream).await?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Stream {
            io: TokioIo::new(Box::new(stream)),
            is_http2,
        })
    }

    async fn dial(&self, url: Uri) -> Result<tokio::net::TcpStream, ConnectError> {
        let mut tcp = self.tcp.clone();
        let dialled = std::future::poll_fn(|context| tcp.poll_ready(context)).await;
        let connected = match dialled {
            Ok(()) => tcp.call(url).await,
            Err(error) => Err(error),
        };
        connected
            .map(TokioIo::into_inner)
            .map_err(|error| failure_of(&error))
    }

    async fn tunnel(
        &self,
        proxy: &Proxy,
        authority: &str,
        tls: &TlsConfigs,
    ) -> Result<Box<dyn Bytes>, ConnectError> {
        let stream = self
            .dial(proxy.address.clone())
            .await
            .map_err(ConnectError::of_proxy)?;
        let mut stream: Box<dyn Bytes> = Box::new(stream);
        if proxy.address.scheme_str() == Some("https") {
            let name = without_brackets(proxy.address.host().unwrap_or_default()).to_owned();
            let config = Arc::clone(&tls.proxies);
            stream = Box::new(
                handshake(config, &name, stream)
                    .await
                    .map_err(ConnectError::of_proxy)?,
            );
        }
        let opened = tunnel::open(&mut stream, authority, proxy.authorization.as_ref()).await;
        opened.map_err(|error| match error {
            TunnelError::Refused { status, reason } => ConnectError::new(
                ErrorKind::Proxy(ProxyErrorKind::Status(status)),
                format!("it answered {}", format!("{status} {reason}").trim()),
            ),
            TunnelError::Malformed => ConnectError::new(
                ErrorKind::Proxy(ProxyErrorKind::Malformed),
                "what it answered is not HTTP",
            ),
            TunnelError::Lost(detail) => {
                ConnectError::new(ErrorKind::Proxy(ProxyErrorKind::Unreachable), detail)
            }
        })?;
        Ok(stream)
    }
}

async fn handshake(
    config: Arc<ClientConfig>,
    host: &str,
    stream: Box<dyn Bytes>,
) -> Result<tokio_rustls::client::TlsStream<Box<dyn Bytes>>, ConnectError> {
    let Ok(name) = ServerName::try_from(host.to_owned()) else {
        let detail = format!("`{host}` is not a name that a certificate can have");
        return Err(ConnectError::new(ErrorKind::Dns, detail));
    };
    let outcome = TlsConnector::from(config).connect(name, stream).await;
    outcome.map_err(|error| match tls::fault_of(&error) {
        Some((error, words)) => ConnectError::new(ErrorKind::Tls(error), words),
        None if error.kind() == io::ErrorKind::UnexpectedEof => ConnectError::new(
            ErrorKind::Connect,
            "the connection was closed while TLS was agreed on",
        ),
        None => ConnectError::new(ErrorKind::Connect, error.to_string()),
    })
}

/// Why a TCP connection was not made.
fn failure_of(error: &(dyn StdError + 'static)) -> ConnectError {
    let mut last = error;
    for cause in causes_of(error) {
        if let Some(error) = cause.downcast_ref::<ConnectError>() {
            return error.clone();
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return ConnectError::new(kind_of_io(io), io.to_string());
        }
        last = cause;
    }
    ConnectError::new(ErrorKind::Connect, last.to_string())
}

pub(super) fn kind_of_io(error: &io::Error) -> ErrorKind {
    if is_out_of_files(error) {
        return ErrorKind::OpenFiles;
    }
    let kinds = [
        (io::ErrorKind::ConnectionRefused, ErrorKind::Refused),
        (io::ErrorKind::TimedOut, ErrorKind::ConnectTimeout),
    ];
    let known = kinds.iter().find(|(kind, _)| *kind == error.kind());
    known.map_or(ErrorKind::Connect, |(_, kind)| *kind)
}

/// Tells whether the limit of open files is reached, of this process or of the system.
fn is_out_of_files(error: &io::Error) -> bool {
    let codes: &[i32] = if cfg!(windows) { &[10_024] } else { &[23, 24] };
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let (connector, limit) = (self.clone(), self.limit);
        Box::pin(async move {
            let connected = tokio::time::timeout(limit, connector.connect(url)).await;
            let late = || ConnectError::new(ErrorKind::ConnectTimeout, words_of(limit));
            match connected {
                Ok(Err(error)) if error.kind == ErrorKind::ConnectTimeout => Err(late()),
                Ok(outcome) => outcome,
                Err(_) => Err(late()),
            }
        })
    }
}

pub(super) fn words_of(limit: Duration) -> String {
    match limit.as_secs() {
        0 => format!("{} ms", limit.as_millis()),
        seconds => format!("{seconds} seconds"),
    }
}

/// What `localhost` is.
#[derive(Debug, Clone, Copy)]
enum Localhost {
    /// This machine, whatever a resolver says (RFC 6761 6.3).
    ThisMachine,
    /// What the system's resolver says.
    Resolved,
}

/// Finds the addresses of a name.
#[derive(Clone)]
struct Resolver(GaiResolver, Localhost);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        let ready = Service::poll_ready(&mut self.0, context);
        ready.map_err(|error| ConnectError::new(ErrorKind::Dns, error.to_string()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if matches!(self.1, Localhost::ThisMachine)
            && name.as_str().eq_ignore_ascii_case("localhost")
        {
            let here = vec![
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
            ];
            return Box::pin(std::future::ready(Ok(here.into_iter())));
        }
        let found = self.0.call(name);
        Box::pin(async move {
            match found.await {
                Ok(addresses) => Ok(addresses.collect::<Vec<_>>().into_iter()),
                Err(error) if is_out_of_files(&error) => {
                    Err(ConnectError::new(ErrorKind::OpenFiles, error.to_string()))
                }
                Err(error) => Err(ConnectError::new(ErrorKind::Dns, error.to_string())),
            }
        })
    }
}

/// The stream that carries the bytes.
trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// A connection that HTTP can be spoken on.
pub(super) struct Stream {
    io: TokioIo<Box<dyn Bytes>>,
    is_http2: bool,
}

impl Stream {
    fn plain(io: Box<dyn Bytes>) -> Self {
        Self {
            io: TokioIo::new(io),
            is_http2: false,
        }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let connected = Connected::new();
        if self.is_http2 {
            return connected.negotiated_h2();
        }
        connected
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }
}
