//! Which standard streams were closed when the process was started. Before `main`, the standard library opens
//! `/dev/null` in place of such a stream: what is written there is lost without an error, and nothing distinguishes it
//! from a `/dev/null` that the caller has opened. Who reads and writes the streams: `stream`.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::fcntl_getfd;
use rustix::stdio;

static INPUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);
static OUTPUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);
static ERROR_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

// The system calls it before the standard library is set up, so it asks only the system.
ctor_lite::ctor! {
    unsafe fn look() {
        INPUT_WAS_CLOSED.store(fcntl_getfd(stdio::stdin()).is_err(), Ordering::Relaxed);
        OUTPUT_WAS_CLOSED.store(fcntl_getfd(stdio::stdout()).is_err(), Ordering::Relaxed);
        ERROR_WAS_CLOSED.store(fcntl_getfd(stdio::stderr()).is_err(), Ordering::Relaxed);
    }
}

/// One of the streams that each process is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandardStream {
    /// What is read.
    Input,
    /// The answer.
    Output,
    /// What people read.
    Error,
}

impl StandardStream {
    /// Tells whether it was closed when the process was started.
    pub(crate) fn was_closed(self) -> bool {
        let was_closed = match self {
            Self::Input => &INPUT_WAS_CLOSED,
            Self::Output => &OUTPUT_WAS_CLOSED,
            Self::Error => &ERROR_WAS_CLOSED,
        };
        was_closed.load(Ordering::Relaxed)
    }
}
