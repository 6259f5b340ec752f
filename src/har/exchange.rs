//! An exchange as it happened, secrets and all: what `entry` makes an entry of.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode, Version};
use url::Url;

/// This much of a body is recorded: more than a page of any list has.
pub const MOST_OF_BODY: usize = 8 << 20;

/// A request, and what came of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// When it was sent.
    pub started: SystemTime,
    /// Its verb.
    pub method: Method,
    /// Its address.
    pub url: Url,
    /// Its header fields, with the credential.
    pub headers: HeaderMap,
    /// Its body.
    pub body: RecordedBody,
    /// What came of it.
    pub outcome: Outcome,
    /// From the request to the head of the answer, or to the failure.
    pub wait: Duration,
    /// From the head of the answer to the end of its body.
    pub receive: Duration,
    /// Whether the bodies are secrets.
    pub is_secret: bool,
}

/// What came of a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// An answer.
    Answer(Answer),
    /// No answer; why.
    Failure(String),
    /// The run gave it up, or ended.
    GivenUp,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The protocol.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: RecordedBody,
}

/// What was kept of a body.
#[derive(Debug, Clone, Default)]
pub struct RecordedBody {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// How many there were, as far as they were read.
    pub length: u64,
    /// Whether they were read to their end.
    pub has_ended: bool,
}

impl RecordedBody {
    /// A body that is here.
    pub fn whole(bytes: &[u8]) -> Self {
        let mut body = Self::default();
        body.add(bytes);
        body.has_ended = true;
        body
    }

    /// Takes the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let room = MOST_OF_BODY - self.bytes.len();
        self.bytes
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        self.length = self.length.saturating_add(bytes.len() as u64);
    }

    /// Tells whether all of it was kept.
    pub fn is_whole(&self) -> bool {
        self.has_ended && self.length == self.bytes.len() as u64
    }
}
