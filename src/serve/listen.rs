//! The accept loop of a server on loopback: HTTP/1.1, plain or over TLS, with limits on time and
//! size. Hands whole requests to a function; decides nothing about them.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Answer;

/// A request's head, and a TLS handshake, must be there within this time.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// A request's body must be there within this time.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// ARM takes bodies of at most 4 MiB.
const MAX_BODY: usize = 4 << 20;
/// Connections at a time; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 512;

/// What answers a request.
pub type Handler = Arc<dyn Fn(&Request<Bytes>) -> Answer + Send + Sync>;

/// How long the last answers of a server that ends may take to leave.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves until the process ends. A connection that fails ends alone.
pub async fn listen(
    listener: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    handler: Handler,
) -> Infallible {
    // It is never told to end, and `end` lives as long as it does.
    let (_end, ended) = watch::channel(());
    accept(listener, tls.map(TlsAcceptor::from), handler, ended).await
}

/// Serves on several listeners, plain, until `enough` has come to its end; then nobody is let in any
/// more, and the answers that are under way leave.
pub async fn listen_until<T>(
    listeners: impl IntoIterator<Item = TcpListener>,
    handler: Handler,
    enough: impl Future<Output = T>,
) -> T {
    let (end, ended) = watch::channel(());
    let mut accepting = JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, None, Arc::clone(&handler), ended.clone()));
    }
    drop(ended);
    let outcome = enough.await;
    accepting.shutdown().await;
    let _told = end.send(());
    // Each connection holds a receiver until it has ended.
    let _late = tokio::time::timeout(FAREWELL, end.closed()).await;
    outcome
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    handler: Handler,
    ended: watch::Receiver<()>,
) -> Infallible {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, most likely: let running connections end first.
            breathe().await;
            continue;
        };
        let (acceptor, handler, ended) = (acceptor.clone(), Arc::clone(&handler), ended.clone());
        tokio::spawn(async move {
            let _place = place;
            match acceptor {
                None => converse(stream, handler, ended).await,
                Some(acceptor) => {
                    let handshake = tokio::time::timeout(HEAD_TIMEOUT, acceptor.accept(stream));
                    if let Ok(Ok(stream)) = handshake.await {
                        converse(stream, handler, ended).await;
                    }
                }
            }
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server that cannot accept must not spin"
)]
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn converse<S>(stream: S, handler: Handler, mut ended: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let handler = Arc::clone(&handler);
        async move { answer(request, &handler).await.response().await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // A peer that goes away is no event for the server.
    tokio::select! {
        _gone = connection.as_mut() => return,
        _told = ended.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _gone = connection.await;
}

async fn answer(request: Request<Incoming>, handler: &Handler) -> Answer {
    let (head, body) = request.into_parts();
    let whole = Limited::new(body, MAX_BODY).collect();
    match tokio::time::timeout(BODY_TIMEOUT, whole).await {
        Ok(Ok(body)) => handler(&Request::from_parts(head, body.to_bytes())),
        Ok(Err(_)) => refusal(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => refusal(StatusCode::REQUEST_TIMEOUT),
    }
}

fn refusal(status: StatusCode) -> Answer {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.into()
}
