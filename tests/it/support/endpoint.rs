//! A token endpoint that runs for a test, and the bytes that its clients send. Who checks the
//! replies: `wire_endpoint` and its like.

#![expect(
    clippy::unwrap_used,
    reason = "an endpoint that does not work fails the test"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use super::home::{BINARY, Home};

/// Longer than any answer takes.
const LIMIT: Duration = Duration::from_secs(30);

/// `arm serve` on a free port, until it is dropped.
pub(crate) struct TokenEndpoint {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    _home: Home,
    pub(crate) port: u16,
    pub(crate) secret: String,
}

impl TokenEndpoint {
    /// Serves the sandbox's tokens by every protocol.
    pub(crate) fn of_sandbox(arguments: &[&str]) -> Self {
        let usual = [
            "--sandbox",
            "serve",
            "--cloud-shell",
            "--imds",
            "--port",
            "0",
        ];
        let all: Vec<&str> = usual.iter().chain(arguments).copied().collect();
        Self::start(&all, &[])
    }

    /// The same, with another name for this machine.
    pub(crate) fn of_sandbox_at(host: &str) -> Self {
        Self::of_sandbox(&["--allow-host", host])
    }

    /// Runs the program with these arguments and variables, and waits until it serves.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let mut command = home.command(BINARY);
        command.args(arguments);
        command
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut value = |name: &str| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            let value = line.trim_end().strip_prefix(&format!("export {name}="));
            value
                .unwrap_or_else(|| panic!("{line}"))
                .trim_matches('\'')
                .to_owned()
        };
        let address = value("IDENTITY_ENDPOINT");
        let secret = value("IDENTITY_HEADER");
        let (_, port) = address
            .strip_suffix("/msi/token")
            .unwrap()
            .rsplit_once(':')
            .unwrap();
        let port = port.parse().unwrap();
        Self {
            child,
            _stdout: stdout,
            _home: home,
            port,
            secret,
        }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
    }

    /// Sends bytes in which `PORT` and `SECRET` are filled in, and returns all that comes back.
    pub(crate) fn send(&self, text: &str) -> String {
        self.send_raw(self.filled(text).as_bytes())
    }

    /// Fills `PORT` and `SECRET` in, and ends the lines as HTTP does.
    pub(crate) fn filled(&self, text: &str) -> String {
        text.replace("PORT", &self.port.to_string())
            .replace("SECRET", &self.secret)
            .replace('\n', "\r\n")
    }

    pub(crate) fn send_raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        read_all(&mut stream)
    }

    /// Asks for a token as the page does, and returns the answer.
    pub(crate) fn post(&self, body: &str) -> String {
        let length = body.len();
        self.send(&format!(
            "POST /oauth2/token HTTP/1.1\nHost: localhost:PORT\nMetadata: true\nConnection: close\n\
             Content-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n{body}"
        ))
    }

    /// Asks the process to end.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let killed = std::process::Command::new("/bin/kill").arg(&id).status();
        assert!(killed.unwrap().success());
    }

    /// Waits for the end; returns the exit code and stderr.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let mut stderr = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code(), stderr)
    }

    /// Tells whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

/// Reads until the other side has ended.
pub(crate) fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    drop(stream.read_to_end(&mut bytes));
    String::from_utf8(bytes).unwrap()
}

impl Drop for TokenEndpoint {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
