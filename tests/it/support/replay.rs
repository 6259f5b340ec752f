//! A player of recorded exchanges on loopback: starts it, asks it without the program under test,
//! ends it. What the recordings mean: `recordings`.

#![expect(clippy::unwrap_used, reason = "a player that fails fails the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The host that has no prefix in the player's paths.
const RESOURCE_MANAGER: &str = "management.azure.com";

/// A player; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Replay {
    process: Child,
    /// The port on 127.0.0.1.
    pub(crate) port: u16,
}

/// What tells recorded requests apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// The address.
    Query,
    /// The address and the body.
    Body,
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    /// The body, byte for byte.
    pub(crate) body: Vec<u8>,
}

impl Replay {
    /// Plays a file of recordings with `player`, or returns `None` if there is no Python.
    /// The bodies of requests tell them apart if all of them go to one address.
    pub(crate) fn start(player: &Path, recordings: &Path, by: Matching) -> Option<Self> {
        let mut process = Command::new("python3")
            .arg(player)
            .arg(recordings)
            .args(["--rewrite", "--retry-after", "0"])
            .args([
                "--match",
                if by == Matching::Body {
                    "body"
                } else {
                    "query"
                },
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        // The first line says where it listens: `http://127.0.0.1:PORT  (N exchanges)`.
        let mut line = String::new();
        BufReader::new(process.stdout.take()?)
            .read_line(&mut line)
            .ok()?;
        let port = line
            .split_whitespace()
            .next()
            .and_then(|base| base.rsplit(':').next()?.parse().ok());
        let Some(port) = port else {
            process.kill().ok();
            process.wait().ok();
            return None;
        };
        Some(Self { process, port })
    }

    /// Returns the address under which the player has the answer for a recorded address.
    pub(crate) fn address_of(&self, recorded: &str) -> String {
        let rest = recorded
            .split_once("://")
            .map_or(recorded, |(_, rest)| rest);
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let prefix = if host == RESOURCE_MANAGER {
            String::new()
        } else {
            format!("/~{host}")
        };
        format!("http://127.0.0.1:{}{prefix}{path}", self.port)
    }

    /// Asks the player, with the means of the standard library.
    pub(crate) fn ask(&self, method: &str, address: &str) -> Answer {
        self.ask_with(method, address, "")
    }

    /// The same with a body.
    pub(crate) fn ask_with(&self, method: &str, address: &str, body: &str) -> Answer {
        let base = format!("http://127.0.0.1:{}", self.port);
        let path = address.strip_prefix(&base).unwrap_or(address);
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            encoded(path),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        let end = received
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(received[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap();
        Answer {
            status: status.parse().unwrap(),
            head,
            body: received[end + 4..].to_vec(),
        }
    }

    /// Makes the player forget what was asked.
    pub(crate) fn reset(&self) {
        assert_eq!(self.ask("POST", "/__replay/reset").status, 204);
    }

    /// Returns what was asked since the last reset.
    pub(crate) fn log(&self) -> Vec<Value> {
        serde_json::from_slice(&self.ask("GET", "/__replay/log").body).unwrap()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Encodes the bytes that a request line cannot carry; recorded addresses have some.
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'"' | b'#' | b'<' | b'>' => format!("%{byte:02X}"),
            0x21..=0x7e => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
