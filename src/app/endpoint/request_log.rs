//! The log of `arm serve -v`, written on a thread of its own: where stderr is a pipe that fills up, lines are dropped and
//! clients are still served. What stands in a line is for `token_service` to say.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::azure::Shown;
use crate::output::{Console, Verbosity};

/// Lines that may wait to be written.
const MOST_WAITING: usize = 256;
/// How long the end of the log waits for the last lines.
const LONGEST_END: Duration = Duration::from_millis(200);

/// Lines on their way to stderr. Its end waits a moment for those that are still to be written.
pub(super) struct RequestLog {
    lines: Option<SyncSender<Shown>>,
    written: Mutex<Receiver<()>>,
}

impl RequestLog {
    /// Begins a log. Where it cannot be written, nothing is.
    pub(super) fn to(console: Console) -> Self {
        let (lines, waiting) = sync_channel::<Shown>(MOST_WAITING);
        let (ended, written) = sync_channel(1);
        let write = move || {
            for line in waiting {
                console.trace(Verbosity::Verbose, line);
            }
            // The log may have been given up meanwhile.
            let _gone = ended.send(());
        };
        let thread = std::thread::Builder::new().name("log".to_owned());
        let is_running = thread.spawn(write).is_ok();
        Self {
            lines: is_running.then_some(lines),
            written: Mutex::new(written),
        }
    }

    /// Writes a line, unless too many are waiting.
    pub(super) fn write(&self, line: Shown) {
        if let Some(lines) = &self.lines {
            let _dropped = lines.try_send(line);
        }
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        drop(self.lines.take());
        let written = self.written.get_mut();
        let written = written.unwrap_or_else(PoisonError::into_inner);
        let _late = written.recv_timeout(LONGEST_END);
    }
}
