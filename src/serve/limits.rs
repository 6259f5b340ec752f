//! What a server allows its clients: how long they may take, how much they may send, and how many
//! they may be. `listen`, `write_timeout` and `connection_limit` enforce it.

use std::time::Duration;

/// The limits of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a TLS handshake, and from an answer (or the beginning) to the next request's whole head.
    pub head: Duration,
    /// From a request's head to the end of its body.
    pub body: Duration,
    /// How long a client may leave an answer unread.
    pub write: Duration,
    /// How long a server that ends waits for its last replies to be sent.
    pub shutdown_timeout: Duration,
    /// The largest body, in bytes.
    pub max_body: usize,
    /// Connections at a time: half of the 1,024 files that a process may usually have open.
    pub connections: usize,
}

impl Limits {
    /// For Resource Manager, which takes bodies of at most 4 MiB.
    pub const RESOURCE_MANAGER: Self = Self {
        head: Duration::from_secs(10),
        body: Duration::from_secs(30),
        write: Duration::from_secs(30),
        shutdown_timeout: Duration::from_secs(2),
        max_body: 4 << 20,
        connections: 512,
    };
    /// For a token endpoint, and for the answer to a sign-in: the requests are short.
    pub const TOKENS: Self = Self {
        head: Duration::from_secs(30),
        body: Duration::from_secs(5),
        write: Duration::from_secs(5),
        shutdown_timeout: Duration::from_secs(5),
        max_body: 64 * 1024,
        connections: 512,
    };
}
