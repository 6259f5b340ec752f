//! Lines on their way to stderr, written by a thread of its own: if stderr is a pipe that nobody reads, they are
//! dropped, and a server continues. What is in them: `console`.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Lines that may wait to be written.
const MOST_WAITING: usize = 256;
/// How long an end waits for the last lines.
const LONGEST_END: Duration = Duration::from_millis(200);

/// Where lines wait.
#[derive(Debug)]
pub(super) struct LineQueue(SyncSender<Waiting>);

#[derive(Debug)]
enum Waiting {
    Line(String),
    /// Somebody waits until what came before is written.
    End(SyncSender<()>),
}

impl LineQueue {
    /// Begins a queue, which lasts as long as the process; none if there can be no thread.
    pub(super) fn start() -> Option<&'static Self> {
        let (lines, waiting) = sync_channel(MOST_WAITING);
        let thread = std::thread::Builder::new().name("log".to_owned());
        thread.spawn(move || write(&waiting)).ok()?;
        Some(Box::leak(Box::new(Self(lines))))
    }

    /// Adds a line, unless too many are waiting.
    pub(super) fn push(&self, line: String) {
        let _dropped = self.0.try_send(Waiting::Line(line));
    }

    /// Waits a moment for the lines that are still to be written.
    pub(super) fn flush(&self) {
        let (ended, written) = sync_channel(1);
        if self.0.try_send(Waiting::End(ended)).is_ok() {
            let _late = written.recv_timeout(LONGEST_END);
        }
    }
}

fn write(waiting: &Receiver<Waiting>) {
    for next in waiting {
        match next {
            Waiting::Line(line) => {
                let _unseen = std::io::stderr().write_all(line.as_bytes());
            }
            Waiting::End(ended) => {
                // The waiting side may have given up.
                let _gone = ended.try_send(());
            }
        }
    }
}
