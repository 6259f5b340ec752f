//! Hears the signals that end a run. Who ends the process by force at the second one: `forced_exit`.

use crate::error::Error;

/// Ends on Ctrl-C by itself, so that the temporary file of `-O` goes too. Without a file the
/// system's way is better: it also ends a write that waits for its reader.
pub(crate) async fn interruptible(
    run: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    #[cfg(unix)]
    let _limit = {
        // SIGXFSZ would kill the process; with a handler, the write fails and says so.
        const SIGXFSZ: i32 = 25;
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ)).ok()
    };
    tokio::select! {
        // What runs may have more to say about the end than that it was interrupted.
        biased;
        outcome = run => outcome,
        () = interrupted() => Err(Error::Interrupted),
    }
}

/// Comes to its end when the run is to end: Ctrl-C, or the system asks for it.
pub(crate) async fn interrupted() {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = ended_from_outside() => {}
    }
}

/// Comes to its end when the system asks the process to end.
#[cfg(unix)]
async fn ended_from_outside() {
    use tokio::signal::unix::{SignalKind, signal};

    let streams = (
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    );
    let (Ok(mut terminate), Ok(mut hangup)) = streams else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn ended_from_outside() {
    std::future::pending().await
}
