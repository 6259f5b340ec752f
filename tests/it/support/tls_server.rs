//! A server on this machine that speaks TLS, with a certificate of an authority of its own. What it says is the test's:
//! HTTP/1.1, or frames of HTTP/2 (`http2`). The server that speaks plain HTTP: `server`.

#![expect(
    clippy::unwrap_used,
    reason = "a server that does not work fails the test"
)]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// A connection after its handshake.
pub(crate) type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// Whose certificate the server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Its own, for `127.0.0.1`.
    Own,
    /// Its own, for `other.example`.
    OtherName,
    /// Its authority's.
    Authority,
    /// Its own, for `127.0.0.1`, to clients that show one of the same authority.
    ToKnownClients,
}

/// A server that lives as long as the test.
pub(crate) struct TlsServer {
    address: SocketAddr,
    authority: String,
    protocols: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    /// Hands each connection to a function, with its number from 0 on and the protocol that was agreed on.
    pub(crate) fn start(
        shown: Shown,
        protocols: &[&str],
        converse: impl Fn(&mut TlsStream, usize, &str) + Send + Sync + 'static,
    ) -> Self {
        let (config, authority) = config(shown, protocols);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            authority,
            protocols: Arc::default(),
        };
        let spoken = Arc::clone(&server.protocols);
        let converse = Arc::new(converse);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (spoken, converse) = (Arc::clone(&spoken), Arc::clone(&converse));
                let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let shaken = tls.complete_io(&mut stream);
                    let protocol = String::from_utf8_lossy(tls.alpn_protocol().unwrap_or_default());
                    let protocol = protocol.into_owned();
                    spoken.lock().unwrap().push(protocol.clone());
                    if shaken.is_ok() {
                        converse(&mut StreamOwned::new(tls, stream), number, &protocol);
                    } else {
                        // The client is to see the alert, and not that the connection is reset.
                        let _ended = stream.shutdown(Shutdown::Write);
                        let _rest = std::io::copy(&mut stream, &mut std::io::sink());
                    }
                });
            }
        });
        server
    }

    /// Returns the absolute address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// Returns the certificate of its authority, in PEM.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns the protocol of each connection so far.
    pub(crate) fn protocols(&self) -> Vec<String> {
        self.protocols.lock().unwrap().clone()
    }
}

fn config(shown: Shown, protocols: &[&str]) -> (Arc<ServerConfig>, String) {
    let name = match shown {
        Shown::Own | Shown::Authority | Shown::ToKnownClients => "127.0.0.1",
        Shown::OtherName => "other.example",
    };
    let (mut config, authority) = config_for(&[name], shown);
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    (Arc::new(config), authority)
}

/// Returns what a server for these hosts shows, and the certificate of the authority that it made for them, in PEM.
pub(super) fn config_for(hosts: &[&str], shown: Shown) -> (ServerConfig, String) {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority_key = key.serialize_der();
    let authority = CertifiedIssuer::self_signed(parameters, key).unwrap();
    let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(names).unwrap();
    let own = parameters.signed_by(&key, &authority).unwrap();
    let (certificate, key): (CertificateDer<'static>, Vec<u8>) = match shown {
        Shown::Own | Shown::OtherName | Shown::ToKnownClients => {
            (own.der().clone(), key.serialize_der())
        }
        Shown::Authority => (authority.der().clone(), authority_key),
    };
    let key = PrivateKeyDer::try_from(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let clients = match shown {
        Shown::ToKnownClients => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .unwrap()
        }
        Shown::Own | Shown::OtherName | Shown::Authority => WebPkiClientVerifier::no_client_auth(),
    };
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], key)
        .unwrap();
    (config, authority.pem())
}

/// Answers a request of HTTP/1.1 without a body.
pub(crate) fn answer_http1(stream: &mut TlsStream, answer: &str) {
    let mut reading = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if reading.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
    }
    let stream = reading.into_inner();
    let _sent = stream.write_all(answer.as_bytes());
    let _flushed = stream.flush();
}

/// Frames of HTTP/2 (RFC 9113 4.1), by hand: what a proper server would not send.
pub(crate) mod http2 {
    use super::{Read as _, TlsStream, Write as _};

    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    const DATA: u8 = 0;
    const RESET: u8 = 3;
    const SETTINGS: u8 = 4;
    const GOAWAY: u8 = 7;

    /// `NO_ERROR`, `REFUSED_STREAM` and `HTTP_1_1_REQUIRED` (RFC 9113 7).
    pub(crate) const NO_ERROR: u32 = 0;
    pub(crate) const REFUSED_STREAM: u32 = 7;
    pub(crate) const HTTP_1_1_REQUIRED: u32 = 13;

    fn send(stream: &mut TlsStream, kind: u8, flags: u8, id: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len())
            .unwrap_or_default()
            .to_be_bytes();
        let head = [&length[1..], &[kind, flags], &id.to_be_bytes()].concat();
        let _sent = stream.write_all(&[head.as_slice(), payload].concat());
        let _flushed = stream.flush();
    }

    /// Greets a client and reads one request to its end; returns its stream, or `None` if the client is gone.
    pub(crate) fn request(stream: &mut TlsStream) -> Option<u32> {
        stream.read_exact(&mut [0; PREFACE]).ok()?;
        send(stream, SETTINGS, 0, 0, &[]);
        next_request(stream)
    }

    /// Reads the next request to its end.
    pub(crate) fn next_request(stream: &mut TlsStream) -> Option<u32> {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).ok()?;
            let [a, b, c, kind, flags, id @ ..] = head;
            let length = u32::from_be_bytes([0, a, b, c]);
            let mut payload = vec![0; usize::try_from(length).ok()?];
            stream.read_exact(&mut payload).ok()?;
            if kind == SETTINGS && flags & 1 == 0 {
                send(stream, SETTINGS, 1, 0, &[]);
            }
            if [HEADERS, DATA].contains(&kind) && flags & 1 == 1 {
                return Some(u32::from_be_bytes(id) & 0x7fff_ffff);
            }
        }
    }

    /// Answers with 200 and this JSON, in frames of 16 KiB at most and without waiting for the client to make room.
    pub(crate) fn answer(stream: &mut TlsStream, id: u32, body: &str) {
        // `:status: 200` of the static table, and a literal field (RFC 7541 6.1, 6.2.2).
        let mut fields = vec![0x88, 0x00, 12];
        fields.extend_from_slice(b"content-type");
        fields.push(16);
        fields.extend_from_slice(b"application/json");
        send(stream, HEADERS, 4, id, &fields);
        let mut frames = body.as_bytes().chunks(16 << 10).peekable();
        while let Some(frame) = frames.next() {
            send(stream, DATA, u8::from(frames.peek().is_none()), id, frame);
        }
    }

    /// Says that streams above `last` are not processed.
    pub(crate) fn go_away(stream: &mut TlsStream, last: u32, reason: u32) {
        send(
            stream,
            GOAWAY,
            0,
            0,
            &[last.to_be_bytes(), reason.to_be_bytes()].concat(),
        );
    }

    /// Ends a stream.
    pub(crate) fn reset(stream: &mut TlsStream, id: u32, reason: u32) {
        send(stream, RESET, 0, id, &reason.to_be_bytes());
    }
}
