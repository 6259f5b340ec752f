//! The end of a run that does not heed a signal: it may be writing to a pipe that nobody reads, and then nothing else
//! goes on in it. Runs that listen to signals start this beside themselves; it does not end them in good order.

#[cfg(unix)]
use std::time::Duration;

/// What a run has to end in good order.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(5);
/// The exit code of a run that was interrupted.
#[cfg(unix)]
const INTERRUPTED: i32 = 130;

/// Ends the process at the second signal, or a while after the first.
#[cfg(unix)]
pub(crate) fn stand_by() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level;

    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    std::thread::spawn(move || {
        let mut forever = signals.forever();
        if forever.next().is_some() {
            std::thread::spawn(|| {
                std::thread::sleep(GRACE);
                low_level::exit(INTERRUPTED);
            });
        }
        if forever.next().is_some() {
            low_level::exit(INTERRUPTED);
        }
    });
}

/// The system ends the process by itself.
#[cfg(not(unix))]
pub(crate) fn stand_by() {}
