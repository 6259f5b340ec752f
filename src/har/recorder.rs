//! Writes the exchanges of a run as an archive, in the order in which they began, each as soon as it and those before
//! it have ended. What an entry holds: `entry`; where it is written to: `app::session::recording`.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::entry::EntryWriter;
use super::exchange::Exchange;
use crate::azure::{KnownSecrets, holds_secrets};

/// What comes before the entries.
const HEAD: &str = concat!(
    r#"{"log":{"version":"1.2","creator":{"name":"arm","version":""#,
    env!("CARGO_PKG_VERSION"),
    r#""},"entries":["#
);
/// What comes after them.
const END: &str = "\n]}}\n";

/// So many bytes of entries wait for those that began before them; then they are written out of their order.
const MOST_HELD: usize = 16 << 20;

/// Where an archive is written to.
pub trait Output: Send {
    /// Writes bytes.
    ///
    /// # Errors
    /// Those of the file.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written visible.
    ///
    /// # Errors
    /// Those of the file.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Records exchanges.
pub struct Recorder {
    writer: EntryWriter,
    state: Mutex<State>,
}

/// An exchange that is under way. When it is dropped, it is over.
#[derive(Debug)]
pub struct OpenExchange {
    recorder: Arc<Recorder>,
    place: u64,
    exchange: Arc<Mutex<Exchange>>,
}

impl OpenExchange {
    /// Notes what has become of it.
    pub fn change<T>(&self, change: impl FnOnce(&mut Exchange) -> T) -> T {
        change(&mut lock(&self.exchange))
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        self.recorder.close(self.place);
    }
}

/// An exchange that is not written yet.
enum Waiting {
    /// It is under way.
    Open(Arc<Mutex<Exchange>>),
    /// It is over, and this is its entry.
    Over(String),
}

struct State {
    /// Gone when the archive is finished.
    output: Option<Box<dyn Output>>,
    entries: usize,
    /// How many exchanges have begun.
    begun: u64,
    /// Those that have begun and are not written yet, in order.
    waiting: BTreeMap<u64, Waiting>,
    /// How many bytes wait.
    held: usize,
    /// Whether a request went to an address that holds secrets: what is asked for afterwards may be its result.
    is_secret: bool,
    /// The first failure; nothing is written after it.
    failure: Option<io::Error>,
}

impl Recorder {
    /// Begins an archive.
    pub fn new(output: Box<dyn Output>, secrets: KnownSecrets) -> Self {
        let mut state = State {
            output: Some(output),
            entries: 0,
            begun: 0,
            waiting: BTreeMap::new(),
            held: 0,
            is_secret: false,
            failure: None,
        };
        state.write(HEAD.as_bytes());
        Self {
            writer: EntryWriter { secrets },
            state: Mutex::new(state),
        }
    }

    /// Begins an exchange.
    pub fn begin(self: &Arc<Self>, mut exchange: Exchange) -> OpenExchange {
        let mut state = lock(&self.state);
        state.is_secret |= holds_secrets(&exchange.url);
        exchange.is_secret = state.is_secret;
        let exchange = Arc::new(Mutex::new(exchange));
        let place = state.begun;
        state.begun += 1;
        let waiting = Waiting::Open(Arc::clone(&exchange));
        state.waiting.insert(place, waiting);
        OpenExchange {
            recorder: Arc::clone(self),
            place,
            exchange,
        }
    }

    /// Takes an exchange that is over.
    fn close(&self, place: u64) {
        let taken = lock(&self.state).waiting.remove(&place);
        // It may have been written already, when the run ended.
        let Some(Waiting::Open(exchange)) = taken else {
            return;
        };
        let entry = self.entry(&exchange);
        let mut state = lock(&self.state);
        state.held += entry.len();
        state.waiting.insert(place, Waiting::Over(entry));
        state.write_over();
    }

    /// Writes the first that waits.
    fn write_first(&self, state: &mut State) {
        match state.waiting.pop_first() {
            Some((_, Waiting::Over(entry))) => {
                state.held -= entry.len();
                state.write_entry(&entry);
            }
            Some((_, Waiting::Open(exchange))) => state.write_entry(&self.entry(&exchange)),
            None => {}
        }
    }

    fn entry(&self, exchange: &Mutex<Exchange>) -> String {
        self.writer.entry(&lock(exchange)).to_string()
    }

    /// Ends the archive, and returns how many entries it has. What ends later is left out.
    ///
    /// # Errors
    /// The first failure of the output.
    pub fn finish(&self) -> io::Result<usize> {
        let mut state = lock(&self.state);
        while !state.waiting.is_empty() {
            self.write_first(&mut state);
        }
        state.write(END.as_bytes());
        let output = state.output.take();
        match (state.failure.take(), output) {
            (Some(error), _) => Err(error),
            (None, Some(output)) => output.finish().map(|()| state.entries),
            (None, None) => Ok(state.entries),
        }
    }
}

/// What is guarded is changed in one go: it is whole even if a thread ended in the meantime.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Writes those that are over: up to the first that is not, or all where too much waits.
    fn write_over(&mut self) {
        let is_full = self.held > MOST_HELD;
        let is_over = |waiting: &Waiting| matches!(waiting, Waiting::Over(_));
        let waiting = self.waiting.iter();
        let waiting = waiting.take_while(|(_, waiting)| is_full || is_over(waiting));
        let over = waiting.filter(|(_, waiting)| is_over(waiting));
        let places: Vec<u64> = over.map(|(place, _)| *place).collect();
        for place in places {
            if let Some(Waiting::Over(entry)) = self.waiting.remove(&place) {
                self.held -= entry.len();
                self.write_entry(&entry);
            }
        }
    }

    fn write_entry(&mut self, entry: &str) {
        let begin = if self.entries == 0 { "\n" } else { ",\n" };
        self.write(begin.as_bytes());
        self.write(entry.as_bytes());
        self.entries += 1;
    }

    fn write(&mut self, bytes: &[u8]) {
        if let (Some(output), None) = (&mut self.output, &self.failure) {
            self.failure = output.write(bytes).err();
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recorder").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, Method};
    use serde_json::Value;
    use url::Url;

    use super::{Output, Recorder};
    use crate::azure::KnownSecrets;
    use crate::har::exchange::{Exchange, MOST_OF_BODY, Outcome, RecordedBody};

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Output for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(())
        }

        fn finish(self: Box<Self>) -> io::Result<()> {
            Ok(())
        }
    }

    impl Memory {
        fn len(&self) -> usize {
            self.0.lock().unwrap().len()
        }
    }

    fn recorder(output: &Memory) -> Arc<Recorder> {
        let output = Box::new(output.clone());
        Arc::new(Recorder::new(output, KnownSecrets::default()))
    }

    fn exchange(url: &str, body: &[u8]) -> Exchange {
        Exchange {
            started: SystemTime::UNIX_EPOCH,
            method: Method::PUT,
            url: Url::parse(url).unwrap(),
            headers: HeaderMap::new(),
            body: RecordedBody::whole(body),
            outcome: Outcome::GivenUp,
            wait: Duration::ZERO,
            receive: Duration::ZERO,
            is_secret: false,
        }
    }

    #[test]
    fn entries_stand_in_the_order_of_their_begin() {
        let output = Memory::default();
        let recorder = recorder(&output);
        let begin = |url: &str, body: &[u8]| recorder.begin(exchange(url, body));
        let [first, second, third] =
            ["http://h/1", "http://h/2", "http://h/3"].map(|url| begin(url, b""));
        let head = output.len();
        drop(third);
        assert_eq!(output.len(), head, "it waits for the first");
        drop(first);
        let written = output.len();
        assert!(written > head);
        drop(second);
        let held_up = begin("http://h/4", b"");
        // This much does not wait.
        let large = vec![b'a'; MOST_OF_BODY];
        for _ in 0..3 {
            drop(begin("http://h/5", &large));
        }
        assert!(output.len() > 16 << 20);
        // The run ends, and this one is under way.
        held_up.change(|exchange| exchange.outcome = Outcome::Failure("lost".to_owned()));
        assert_eq!(recorder.finish().unwrap(), 7);
        let end = output.len();
        drop(held_up);
        assert_eq!(output.len(), end);
        let written: Value = serde_json::from_slice(&output.0.lock().unwrap()).unwrap();
        let entries = written["log"]["entries"].as_array().unwrap();
        let numbers = entries.iter().map(|entry| {
            let url = entry["request"]["url"].as_str().unwrap();
            url.trim_start_matches("http://h/")
        });
        let numbers: Vec<_> = numbers.collect();
        assert_eq!(numbers, ["1", "2", "3", "5", "5", "4", "5"]);
        assert_eq!(entries[5]["response"]["_error"], "lost");
    }

    #[test]
    fn what_follows_a_secret_is_one() {
        let recorder = recorder(&Memory::default());
        let is_secret = |url: &str| {
            recorder
                .begin(exchange(url, b""))
                .change(|one| one.is_secret)
        };
        assert!(!is_secret("https://h/subscriptions/s"));
        assert!(is_secret(
            "https://h/subscriptions/s/providers/A.B/c/d/listKeys"
        ));
        assert!(is_secret("https://h/operations/1"));
    }
}
