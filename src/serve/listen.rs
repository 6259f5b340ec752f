//! The accept loop of a server: HTTP/1.1 and 1.0, plain or over TLS, with limits on time, size and
//! number. What is answered comes from a function; the number of connections is `connection_limit`'s.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::connection_limit::{ConnectionLimit, Permit};
use super::strict_lines::StrictLines;
use super::write_timeout::WriteTimeout;
use super::{Limits, Reply};

/// This much of a body that is too large is read all the same: a client that still writes would not see the answer.
const MOST_DISCARDED: usize = 1 << 20;

/// What answers a request at once.
pub type Handler = Arc<dyn Fn(&Request<Bytes>) -> Reply + Send + Sync>;

/// What answers the requests of one connection.
pub type Responder = Arc<dyn Fn(Arrived) -> Pending + Send + Sync>;

/// A reply to come.
pub type Pending = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// Takes a connection, and returns what answers its requests: it may remember the peer.
pub type ConnectionHandler = Arc<dyn Fn(Peer) -> Responder + Send + Sync>;

/// Both ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The client's.
    pub remote: SocketAddr,
    /// The server's.
    pub local: SocketAddr,
}

/// A request as far as it arrived.
#[derive(Debug)]
pub enum Arrived {
    /// All of it.
    Whole(Request<Bytes>),
    /// Its head; something is wrong with the body, and the connection ends after the reply.
    Cut {
        /// The request, with nothing in its body.
        head: Request<Bytes>,
        /// What is wrong.
        error: BodyError,
    },
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is larger than the limit.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// It broke off, or is not a body.
    Malformed,
}

/// Serves until the process ends. A connection that fails ends alone.
pub async fn listen(
    listeners: impl IntoIterator<Item = TcpListener>,
    tls: Option<Arc<rustls::ServerConfig>>,
    handler: Handler,
) -> Infallible {
    let acceptor = tls.map(TlsAcceptor::from);
    let limits = Limits::RESOURCE_MANAGER;
    let never = std::future::pending();
    accept_until(listeners, limits, acceptor, at_once(handler), never).await
}

/// Serves on several listeners, plain, with what is known of each client, until `enough` ends; then no connection is
/// accepted any more, and the replies that are under way are sent.
pub async fn receive_until<T>(
    listeners: impl IntoIterator<Item = TcpListener>,
    limits: Limits,
    on_connection: ConnectionHandler,
    enough: impl Future<Output = T>,
) -> T {
    accept_until(listeners, limits, None, on_connection, enough).await
}

async fn accept_until<T>(
    listeners: impl IntoIterator<Item = TcpListener>,
    limits: Limits,
    acceptor: Option<TlsAcceptor>,
    on_connection: ConnectionHandler,
    enough: impl Future<Output = T>,
) -> T {
    let (end, ended) = watch::channel(());
    let host = Host {
        limits,
        acceptor,
        on_connection,
        connections: ConnectionLimit::new(limits.connections),
        ended,
    };
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, host.clone()));
    }
    drop(host);
    let outcome = enough.await;
    accepting.shutdown().await;
    let _told = end.send(());
    // Each connection holds a receiver until it has ended.
    let _late = tokio::time::timeout(limits.shutdown_timeout, end.closed()).await;
    outcome
}

/// Answers at once, without asking who the peer is.
fn at_once(handler: Handler) -> ConnectionHandler {
    let responder: Responder = Arc::new(move |arrived| {
        let answer = match &arrived {
            Arrived::Whole(request) => handler(request),
            Arrived::Cut { error, .. } => refusal(*error),
        };
        Box::pin(std::future::ready(answer))
    });
    Arc::new(move |_| Arc::clone(&responder))
}

/// What every connection of a server shares.
#[derive(Clone)]
struct Host {
    limits: Limits,
    acceptor: Option<TlsAcceptor>,
    on_connection: ConnectionHandler,
    connections: Arc<ConnectionLimit>,
    ended: watch::Receiver<()>,
}

impl Host {
    /// Serves one client until one of the two ends the connection.
    async fn receive(self, stream: TcpStream, remote: SocketAddr, permit: Permit) {
        let Ok(local) = stream.local_addr() else {
            return;
        };
        // Answers are written in one piece: there is nothing to wait for.
        let _slower = stream.set_nodelay(true);
        let responder = (self.on_connection)(Peer { remote, local });
        let stream = WriteTimeout::new(stream, self.limits.write);
        match self.acceptor.clone() {
            None => self.converse(stream, responder, permit).await,
            Some(acceptor) => {
                let handshake = tokio::time::timeout(self.limits.head, acceptor.accept(stream));
                if let Ok(Ok(stream)) = handshake.await {
                    self.converse(stream, responder, permit).await;
                }
            }
        }
    }

    async fn converse<S>(self, stream: S, responder: Responder, permit: Permit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            limits, mut ended, ..
        } = self;
        let permit = Arc::new(permit);
        let service = service_fn(move |request| {
            let (responder, permit) = (Arc::clone(&responder), Arc::clone(&permit));
            let is_last = has_unchecked_end(&request);
            async move {
                let arrived = arrive(request, limits).await;
                permit.begin_request();
                let mut response = answer(arrived, &responder).await.response().await;
                if let (true, Ok(response)) = (is_last, &mut response) {
                    close_after(response.headers_mut());
                }
                permit.end_request();
                response
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(StrictLines::new(stream)), service);
        let mut connection = pin!(connection);
        // A peer that closes the connection is not an error of the server.
        tokio::select! {
            _gone = connection.as_mut() => return,
            _told = ended.changed() => connection.as_mut().graceful_shutdown(),
        }
        let _gone = connection.await;
    }
}

async fn accept(listener: TcpListener, host: Host) -> Infallible {
    loop {
        let Ok((stream, remote)) = listener.accept().await else {
            // Out of file handles, most likely: a connection has to go.
            host.connections.evict_one();
            accept_backoff().await;
            continue;
        };
        let (permit, evicted) = host.connections.acquire().await;
        let receiving = host.clone().receive(stream, remote, permit);
        tokio::spawn(async move {
            tokio::select! {
                () = receiving => {}
                _ = evicted => {}
            }
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that cannot accept must not spin"
)]
async fn accept_backoff() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

/// Reads a request to its end.
async fn arrive(request: Request<Incoming>, limits: Limits) -> Arrived {
    let (head, body) = request.into_parts();
    let outcome = if waits_to_send(&head.headers, limits.max_body) {
        Err(BodyError::TooLarge)
    } else {
        let whole = tokio::time::timeout(limits.body, collect(body, limits.max_body));
        whole.await.unwrap_or(Err(BodyError::TooSlow))
    };
    match outcome {
        Ok(body) => Arrived::Whole(Request::from_parts(head, body)),
        Err(error) => Arrived::Cut {
            head: Request::from_parts(head, Bytes::new()),
            error,
        },
    }
}

/// Tells whether a client asks for leave to send a body that is too large (RFC 9110, 10.1.1).
fn waits_to_send(headers: &HeaderMap, most: usize) -> bool {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    headers.contains_key(header::EXPECT) && length.is_some_and(|length| length > most as u64)
}

async fn collect(mut body: Incoming, most: usize) -> Result<Bytes, BodyError> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Malformed)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= most {
            bytes.extend_from_slice(data);
        } else if length - most > MOST_DISCARDED {
            break;
        }
    }
    if length > most {
        return Err(BodyError::TooLarge);
    }
    Ok(bytes.freeze())
}

async fn answer(arrived: Arrived, responder: &Responder) -> Reply {
    let is_cut = matches!(arrived, Arrived::Cut { .. });
    let mut answer = responder(arrived).await;
    if let (true, Reply::Whole(response)) = (is_cut, &mut answer) {
        close_after(response.headers_mut());
    }
    answer
}

/// Tells whether the end of a request is not known to [`StrictLines`], which does not check what comes after it.
fn has_unchecked_end(request: &Request<Incoming>) -> bool {
    request.headers().contains_key(header::TRANSFER_ENCODING)
}

fn close_after(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
}

fn refusal(error: BodyError) -> Reply {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = match error {
        BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyError::TooSlow => StatusCode::REQUEST_TIMEOUT,
        BodyError::Malformed => StatusCode::BAD_REQUEST,
    };
    response.into()
}
