//! A proxy at whose other end every host answers, by the test: programs reach `dev.azure.com` and its like through it, over
//! TLS, without leaving this machine. The server that is asked directly: `server`.

#![expect(
    clippy::unwrap_used,
    reason = "a server that does not work fails the test"
)]

use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::answer::{Answer, Then};
use super::server::{Received, read};
use super::tls_server::{Shown, config_for};

type Script = Arc<dyn Fn(&str, &Received) -> Answer + Send + Sync>;

/// A proxy that lives as long as the test.
pub(crate) struct TlsProxy {
    address: SocketAddr,
    authority: String,
    requests: Arc<Mutex<Vec<(String, Received)>>>,
}

impl TlsProxy {
    /// Answers for the hosts with a function of the host and the request. Its certificate is for these hosts, and may name
    /// all of a domain: `*.azurecr.io`.
    pub(crate) fn start(
        hosts: &[&str],
        script: impl Fn(&str, &Received) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let (config, authority) = config_for(hosts, Shown::Own);
        let config = Arc::new(config);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            authority,
            requests: Arc::default(),
        };
        let requests = Arc::clone(&proxy.requests);
        let script: Script = Arc::new(script);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, script) = (Arc::clone(&config), Arc::clone(&script));
                let requests = Arc::clone(&requests);
                std::thread::spawn(move || converse(stream.unwrap(), config, &script, &requests));
            }
        });
        proxy
    }

    /// Returns its address, as variables name it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the certificate of its authority, in PEM.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns what was asked so far, with the host.
    pub(crate) fn requests(&self) -> Vec<(String, Received)> {
        self.requests.lock().unwrap().clone()
    }
}

/// Opens the tunnel to any host, and answers at its other end.
fn converse(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    script: &Script,
    requests: &Mutex<Vec<(String, Received)>>,
) {
    let Some(connect) = read(&mut BufReader::new(&mut stream)) else {
        return;
    };
    assert_eq!(connect.method, "CONNECT", "{connect:?}");
    let host = connect.target.rsplit_once(':').unwrap().0.to_owned();
    let opened = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    if opened.is_err() {
        return;
    }
    let tls = ServerConnection::new(config).unwrap();
    let mut reading = BufReader::new(StreamOwned::new(tls, stream));
    while let Some(request) = read(&mut reading) {
        requests
            .lock()
            .unwrap()
            .push((host.clone(), request.clone()));
        let answer = script(&host, &request);
        let stream = reading.get_mut();
        let sent = answer.send(stream, request.method == "HEAD");
        match sent.and_then(|then| stream.flush().map(|()| then)) {
            Ok(Then::KeepAlive) => {}
            Ok(Then::Close | Then::Stall) | Err(_) => return,
        }
    }
}
