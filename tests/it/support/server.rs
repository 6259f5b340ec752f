//! A scripted HTTP server on this machine: records what it is asked and answers what the test says,
//! well or badly. What it can answer: `answer`.

#![expect(
    clippy::unwrap_used,
    reason = "a server that does not work fails the test"
)]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use super::answer::{Answer, Then};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// The verb.
    pub(crate) method: String,
    /// The path and the query, as they were on the wire.
    pub(crate) target: String,
    /// The header fields in order, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns a header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// How often a server must be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    /// At least once.
    Some,
    /// Not even a connection may come.
    None,
}

type Script = Box<dyn Fn(&Received) -> Option<Answer> + Send + Sync>;

struct Shared {
    script: Script,
    requests: Mutex<Vec<Received>>,
    connections: Mutex<Vec<TcpStream>>,
    faults: Mutex<Vec<String>>,
    stopped: Mutex<bool>,
    stop: Condvar,
}

/// A server that lives as long as the value. Its end fails the test if it was not asked as it
/// should have been.
pub(crate) struct Server {
    address: SocketAddr,
    calls: Calls,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers with a list, in order; one request more than that fails the test.
    pub(crate) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::start(
            Calls::Some,
            Box::new(move |_| answers.lock().unwrap().pop_front()),
        )
    }

    /// Answers with a function.
    pub(crate) fn with(script: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(Calls::Some, Box::new(move |request| Some(script(request))))
    }

    /// Must not be asked at all.
    pub(crate) fn untouched() -> Self {
        Self::start(Calls::None, Box::new(|_| None))
    }

    fn start(calls: Calls, script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script,
            requests: Mutex::default(),
            connections: Mutex::default(),
            faults: Mutex::default(),
            stopped: Mutex::default(),
            stop: Condvar::new(),
        });
        let accepting = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self {
            address,
            calls,
            shared,
            accepting: Some(accepting),
        }
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns `127.0.0.1:PORT`.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// Returns the absolute address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns what was asked so far.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns verb and target of each request, as `GET /path`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = |request: Received| format!("{} {}", request.method, request.target);
        self.requests().into_iter().map(lines).collect()
    }

    /// Returns the only request.
    #[track_caller]
    pub(crate) fn request(&self) -> Received {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests.remove(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.shared.stopped.lock().unwrap() = true;
        self.shared.stop.notify_all();
        // Wakes the thread that waits for a connection.
        let _woken = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            accepting.join().unwrap();
        }
        let connections = self.shared.connections.lock().unwrap();
        for connection in &*connections {
            let _closed = connection.shutdown(Shutdown::Both);
        }
        if std::thread::panicking() {
            return;
        }
        let faults = self.shared.faults.lock().unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        match self.calls {
            Calls::Some => assert!(!self.requests().is_empty(), "the server was never asked"),
            Calls::None => {
                let requests = self.requests();
                assert!(
                    connections.is_empty(),
                    "the server was asked: {requests:#?}"
                );
            }
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if *shared.stopped.lock().unwrap() {
            return;
        }
        let stream = stream.unwrap();
        shared
            .connections
            .lock()
            .unwrap()
            .push(stream.try_clone().unwrap());
        let shared = Arc::clone(shared);
        std::thread::spawn(move || converse(stream, &shared));
    }
}

/// Answers the requests of one connection. A client that closes the connection is not an error.
fn converse(stream: TcpStream, shared: &Shared) {
    // Small pieces go out at once: a client that waits for them must not wait for its own answer.
    stream.set_nodelay(true).unwrap();
    let mut writing = BufWriter::new(stream.try_clone().unwrap());
    let mut reading = BufReader::new(stream);
    while let Some(request) = read(&mut reading) {
        shared.requests.lock().unwrap().push(request.clone());
        let Some(answer) = (shared.script)(&request) else {
            let line = format!("no answer for {} {}", request.method, request.target);
            shared.faults.lock().unwrap().push(line);
            break;
        };
        let sent = answer.send(&mut writing, request.method == "HEAD");
        match sent.and_then(|then| writing.flush().map(|()| then)) {
            Ok(Then::KeepAlive) => {}
            Ok(Then::Close) | Err(_) => break,
            Ok(Then::Stall) => {
                let stopped = shared.stopped.lock().unwrap();
                drop(
                    shared
                        .stop
                        .wait_while(stopped, |stopped| !*stopped)
                        .unwrap(),
                );
                break;
            }
        }
    }
    let _closed = reading.get_ref().shutdown(Shutdown::Both);
}

/// Reads a request with a body of a known length; nothing if the connection ends.
pub(super) fn read(stream: &mut impl BufRead) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut words = lines.first()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut request = Received {
        method,
        target,
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).ok()?;
    Some(request)
}
