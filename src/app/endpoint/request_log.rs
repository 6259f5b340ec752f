//! The log of `arm serve -v`: its last lines are waited for. What is in a line is for `token_service` to say; how lines
//! are written without keeping clients waiting: `output::Console::queued`.

use crate::azure::Shown;
use crate::output::{Console, Verbosity};

/// A log. Its end waits a moment for the lines that are still to be written.
pub(super) struct RequestLog(Console);

impl RequestLog {
    /// Begins a log.
    pub(super) fn to(console: Console) -> Self {
        Self(console)
    }

    /// Writes a line, unless too many are waiting.
    pub(super) fn write(&self, line: Shown) {
        self.0.trace(Verbosity::Verbose, line);
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        self.0.flush();
    }
}
