//! What arrives at a client on a socket: answers that are whole, cut, late or missing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::net::TcpListener;

use super::{Arrived, BodyError, ConnectionHandler, Handler, Limits, Reply, listen, receive_until};

/// Sends one request and returns all that comes before the connection ends.
async fn received(answer: fn(Response<Bytes>) -> Reply) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let handler: Handler =
        Arc::new(move |_| answer(Response::new(Bytes::from_static(b"0123456789"))));
    let server = tokio::spawn(async move { match listen([listener], None, handler).await {} });
    let client = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        // A reset is an end as well.
        drop(stream.read_to_end(&mut bytes));
        String::from_utf8(bytes).unwrap()
    });
    let received = client.await.unwrap();
    server.abort();
    received
}

#[track_caller]
fn check(received: &str, body: &str) {
    let (head, actual) = received.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 10"), "{head}");
    assert_eq!(actual, body);
}

#[tokio::test]
async fn an_answer_arrives_as_it_was_meant_to() {
    check(&received(Reply::Whole).await, "0123456789");
    let cut = |response| Reply::Cut { response, after: 4 };
    check(&received(cut).await, "0123");
    let cut = |response| Reply::Cut { response, after: 0 };
    check(&received(cut).await, "");
    let cut = |response| Reply::Cut {
        response,
        after: 99,
    };
    check(&received(cut).await, "0123456789");
    let slow = |response| Reply::Slow {
        response,
        delay: Duration::from_millis(1),
    };
    check(&received(slow).await, "0123456789");
    assert_eq!(received(|_| Reply::Reset).await, "");
}

#[tokio::test]
async fn a_server_that_ends_lets_its_answers_leave() {
    let first = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let second = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let addresses = [&first, &second].map(|listener| listener.local_addr().unwrap());
    let (asked, mut enough) = tokio::sync::mpsc::unbounded_channel();
    let on_connection: ConnectionHandler = Arc::new(move |_| {
        let asked = asked.clone();
        Arc::new(move |_| {
            asked.send(()).unwrap();
            let reply = Response::new(Bytes::from_static(b"bye")).into();
            Box::pin(std::future::ready(reply))
        })
    });
    let client = tokio::task::spawn_blocking(move || {
        // Keeps its connection open, and is not waited for.
        let idle = TcpStream::connect(addresses[0]).unwrap();
        let mut stream = TcpStream::connect(addresses[1]).unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        (String::from_utf8(bytes).unwrap(), idle)
    });
    let limits = Limits::RESOURCE_MANAGER;
    let outcome = receive_until([first, second], limits, on_connection, enough.recv()).await;
    assert_eq!(outcome, Some(()));
    let (received, _idle) = client.await.unwrap();
    assert!(received.ends_with("\r\n\r\nbye"), "{received}");
    assert!(TcpStream::connect(addresses[0]).is_err());
}

#[tokio::test]
async fn a_body_that_does_not_come_is_told_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits {
        body: Duration::from_millis(1),
        ..Limits::TOKENS
    };
    let connections: ConnectionHandler = Arc::new(|_| {
        Arc::new(|arrived| {
            let error = match arrived {
                Arrived::Whole(_) => None,
                Arrived::Cut { error, .. } => Some(error),
            };
            let words = if error == Some(BodyError::TooSlow) {
                "too slow"
            } else {
                "not so"
            };
            let answer = Response::new(Bytes::from_static(words.as_bytes())).into();
            Box::pin(std::future::ready(answer))
        })
    });
    let client = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let half = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 90\r\n\r\nresource=";
        stream.write_all(half).unwrap();
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        String::from_utf8(bytes).unwrap()
    });
    let received = receive_until([listener], limits, connections, client).await;
    let received = received.unwrap();
    assert!(received.contains("connection: close"), "{received}");
    assert!(received.ends_with("\r\n\r\ntoo slow"), "{received}");
}
