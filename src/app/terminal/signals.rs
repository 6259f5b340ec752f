//! Every signal that this program hears: those that end a run, those that a server counts, those that `arm exec`
//! passes on. What was ignored when the program started, as `nohup` and shells arrange it, stays ignored.

use crate::error::Error;

#[cfg(unix)]
pub(crate) use system::exit_after;
pub(crate) use system::{Signals, force_exit_on_second_signal, orderly};

/// Runs something that ends with [`Error::Interrupted`] when the process is asked to end, so that it can tidy up: the
/// temporary file of `-O` goes, and a write says that it may have been executed. A run with nothing to tidy up leaves
/// signals to the system, which also ends a write to a pipe that is not read.
pub(crate) async fn interruptible<T, E: From<Error>>(
    run: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let _limit = system::write_limit();
    tokio::select! {
        // What runs may have more to say about the end than that it was interrupted.
        biased;
        outcome = run => outcome,
        () = interrupted() => Err(Error::Interrupted.into()),
    }
}

/// Completes when another process asks this one to end. The keys of the terminal are heard, and left to the program
/// that has the terminal in the meantime.
pub(crate) async fn ended_by_others() {
    let Ok(mut signals) = Signals::for_commands() else {
        return std::future::pending().await;
    };
    while !system::asks_to_end(signals.next().await) {}
}

/// Completes when the process is asked to end.
pub(crate) async fn interrupted() {
    match Signals::that_end() {
        Ok(mut signals) => drop(signals.next().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
    use std::task::Poll;
    use std::time::Duration;

    use rustix::process::Signal as Number;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::error::{Error, ExitCode};

    /// The signals that ask a process to end. They mean the same.
    const THAT_END: [Number; 3] = [Number::INT, Number::TERM, Number::HUP];
    /// The signals that end a process which does not listen to them, as far as a process can listen.
    const THAT_KILL: [Number; 7] = [
        Number::INT,
        Number::TERM,
        Number::HUP,
        Number::QUIT,
        Number::ALARM,
        Number::USR1,
        Number::USR2,
    ];
    /// The signals that are meant for a command which runs in this program's place.
    const FOR_COMMANDS: [Number; 6] = [
        Number::INT,
        Number::QUIT,
        Number::TERM,
        Number::HUP,
        Number::USR1,
        Number::USR2,
    ];
    /// How long a run may take to end cleanly.
    const GRACE: Duration = Duration::from_secs(5);

    /// How long a run may take to hear a signal.
    const HEARING: Duration = Duration::from_secs(1);

    tokio::task_local! {
        /// How many listen to signals within a run that is to end cleanly.
        static LISTENERS: Arc<AtomicUsize>;
    }

    /// One that listens, as long as it lives.
    #[derive(Debug)]
    struct Listener(Option<Arc<AtomicUsize>>);

    impl Listener {
        fn begin() -> Self {
            let listeners = LISTENERS.try_with(Arc::clone).ok();
            if let Some(listeners) = &listeners {
                listeners.fetch_add(1, Ordering::Relaxed);
            }
            Self(listeners)
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            if let Some(listeners) = &self.0 {
                listeners.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    /// Runs something that must end cleanly: with [`Error::Interrupted`] at a signal that it does not listen to itself.
    /// If it cannot hear one, because it waits for a terminal or a pipe, `tidy` is done and the process ends.
    pub(crate) async fn orderly<T, E: From<Error>>(
        run: impl Future<Output = Result<T, E>>,
        tidy: impl FnOnce() + Send + 'static,
    ) -> Result<T, E> {
        let Ok(mut signals) = Signals::that_end() else {
            return run.await;
        };
        let told = exit_unless_heard(tidy);
        let listeners = Arc::new(AtomicUsize::new(0));
        let mut run = pin!(LISTENERS.scope(Arc::clone(&listeners), run));
        std::future::poll_fn(|context| {
            loop {
                let listened = listeners.load(Ordering::Relaxed) > 0;
                if let Poll::Ready(outcome) = run.as_mut().poll(context) {
                    return Poll::Ready(outcome);
                }
                if pin!(signals.next()).poll(context).is_pending() {
                    return Poll::Pending;
                }
                // It may have gone already.
                let _late = told.send(());
                if !listened && listeners.load(Ordering::Relaxed) == 0 {
                    return Poll::Ready(Err(Error::Interrupted.into()));
                }
            }
        })
        .await
    }

    /// Ends the process, after `tidy`, a while after a signal that nobody says to have heard.
    fn exit_unless_heard(tidy: impl FnOnce() + Send + 'static) -> Sender<()> {
        let (told, hears) = channel();
        if let Ok(mut signals) = signal_hook::iterator::Signals::new(heard(&THAT_END)) {
            std::thread::spawn(move || {
                for _ in signals.forever() {
                    match hears.recv_timeout(HEARING) {
                        Ok(()) => {}
                        Err(RecvTimeoutError::Timeout) => break,
                        // The run is over.
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
                tidy();
                exit();
            });
        }
        told
    }

    /// Signals as they arrive.
    #[derive(Debug)]
    pub(crate) struct Signals {
        streams: Vec<(SignalKind, Signal)>,
        _listener: Listener,
    }

    impl Signals {
        /// Listens to those that ask a process to end.
        pub(crate) fn that_end() -> io::Result<Self> {
            Self::listen(&THAT_END)
        }

        /// Listens to those that are meant for a command which runs in this program's place.
        pub(crate) fn for_commands() -> io::Result<Self> {
            Self::listen(&FOR_COMMANDS)
        }

        fn listen(numbers: &[Number]) -> io::Result<Self> {
            let kinds = heard(numbers).into_iter().map(SignalKind::from_raw);
            let streams = kinds.map(|kind| signal(kind).map(|stream| (kind, stream)));
            Ok(Self {
                streams: streams.collect::<io::Result<_>>()?,
                _listener: Listener::begin(),
            })
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) -> SignalKind {
            std::future::poll_fn(|context| {
                for (kind, stream) in &mut self.streams {
                    if stream.poll_recv(context).is_ready() {
                        return Poll::Ready(*kind);
                    }
                }
                Poll::Pending
            })
            .await
        }
    }

    /// Tells whether a signal asks the process to end, and was not sent by a key.
    pub(super) fn asks_to_end(kind: SignalKind) -> bool {
        [SignalKind::terminate(), SignalKind::hangup()].contains(&kind)
    }

    /// Listens to the signal of the limit of a file's size, whose default is to kill the process: the write fails
    /// then, and the run says so.
    pub(super) fn write_limit() -> Option<Signal> {
        signal(SignalKind::from_raw(Number::XFSZ.as_raw())).ok()
    }

    /// Ends the process at the second signal, or a while after the first, whatever it does: it may be writing to a
    /// pipe that is not read, and then nothing else runs in it. A thread of its own does that, since the runtime's is
    /// the one that is held up.
    pub(crate) fn force_exit_on_second_signal() {
        let Ok(mut signals) = signal_hook::iterator::Signals::new(heard(&THAT_END)) else {
            return;
        };
        std::thread::spawn(move || {
            let mut arriving = signals.forever();
            if arriving.next().is_some() {
                std::thread::spawn(|| {
                    std::thread::sleep(GRACE);
                    exit();
                });
            }
            if arriving.next().is_some() {
                exit();
            }
        });
    }

    /// Ends the process at the first signal that would, after `tidy`: for a run that waits where it cannot hear signals
    /// itself.
    pub(crate) fn exit_after(tidy: impl FnOnce() + Send + 'static) {
        let Ok(mut signals) = signal_hook::iterator::Signals::new(heard(&THAT_KILL)) else {
            return;
        };
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                tidy();
                exit();
            }
        });
    }

    fn exit() -> ! {
        signal_hook::low_level::exit(u32::from(ExitCode::Interrupted).cast_signed())
    }

    /// Those of `numbers` that this process was not started to ignore.
    fn heard(numbers: &[Number]) -> Vec<i32> {
        let ignored = ignored();
        let numbers = numbers.iter().map(|number| number.as_raw());
        numbers
            .filter(|number| !is_among(ignored, *number))
            .collect()
    }

    /// The signals that this process ignores, one a bit, as Linux tells (`SigIgn` of proc(5)).
    #[cfg(target_os = "linux")]
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        mask(&status)
    }

    /// The same where the system does not tell: SIGHUP alone, which `nohup` ignores. A process that has a terminal for its
    /// messages was not started so, and is spared the question.
    #[cfg(not(target_os = "linux"))]
    fn ignored() -> u64 {
        use std::io::IsTerminal as _;

        // Asked once: after a handler is installed, a program that is started no longer inherits what was before.
        static IGNORES_HANGUP: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
        let is_ignored = || !io::stderr().is_terminal() && ignores_hangup();
        let is_ignored = *IGNORES_HANGUP.get_or_init(is_ignored);
        u64::from(is_ignored) << (Number::HUP.as_raw() - 1)
    }

    /// Tells whether SIGHUP is ignored: a program that is started inherits it, and lives on when it sends it to itself.
    #[cfg(any(test, not(target_os = "linux")))]
    fn ignores_hangup() -> bool {
        use std::process::Stdio;

        use tokio::process::Command;

        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "kill -HUP $$"]);
        for stream in [Command::stdin, Command::stdout, Command::stderr] {
            stream(&mut shell, Stdio::null());
        }
        // It takes a moment, before anything else goes on.
        let status = shell.into_std().status();
        status.is_ok_and(|status| status.success())
    }

    #[cfg(any(test, target_os = "linux"))]
    fn mask(status: &str) -> u64 {
        let mut lines = status.lines();
        let digits = lines.find_map(|line| line.strip_prefix("SigIgn:"));
        digits
            .and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok())
            .unwrap_or(0)
    }

    fn is_among(mask: u64, signal: i32) -> bool {
        let bit = u32::try_from(signal - 1).ok();
        bit.and_then(|bit| mask.checked_shr(bit))
            .is_some_and(|rest| rest & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use std::process::Command;

        use super::{ignores_hangup, is_among, mask};

        #[test]
        fn knows_what_is_ignored() {
            let ignored = mask("Name:\tarm\nSigIgn:\t0000000000001003\nSigCgt:\t0\n");
            for (signal, expected) in [(1, true), (2, true), (3, false), (13, true), (15, false)] {
                assert_eq!(is_among(ignored, signal), expected, "{signal}");
            }
            assert_eq!(mask("nothing"), 0);
            assert!(!is_among(u64::MAX, 0) && !is_among(u64::MAX, 65));
        }

        /// Runs this test once more below a shell that ignores SIGHUP, as `nohup` does, or not.
        #[test]
        fn a_shell_tells_whether_a_hangup_is_ignored() {
            const MARK: &str = "ARM_TEST_IGNORES_HANGUP";
            #[expect(clippy::disallowed_methods, reason = "tests have no Env")]
            if let Some(expected) = std::env::var_os(MARK) {
                assert_eq!(ignores_hangup(), expected == "true");
                return;
            }
            let name =
                "app::terminal::signals::system::tests::a_shell_tells_whether_a_hangup_is_ignored";
            for (trap, expected) in [("trap '' HUP; ", "true"), ("trap - HUP; ", "false")] {
                let status = Command::new("/bin/sh")
                    .args(["-c", &format!("{trap}exec \"$0\" --exact {name}")])
                    .arg(std::env::current_exe().unwrap())
                    .env(MARK, expected)
                    .status();
                assert!(status.unwrap().success(), "{trap}");
            }
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    /// The keys of the console that end a program.
    #[derive(Debug)]
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn that_end() -> io::Result<Self> {
            Ok(Self)
        }

        /// The console tells the command itself.
        pub(crate) fn for_commands() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }

    pub(super) fn write_limit() {}

    /// There is no signal but those of keys.
    pub(super) fn asks_to_end(_kind: ()) -> bool {
        false
    }

    /// The system ends the process by itself.
    pub(crate) fn force_exit_on_second_signal() {}

    /// Runs something that must end cleanly. What it listens to itself is not known here.
    pub(crate) async fn orderly<T, E: From<crate::error::Error>>(
        run: impl Future<Output = Result<T, E>>,
        _tidy: impl FnOnce() + Send + 'static,
    ) -> Result<T, E> {
        super::interruptible(run).await
    }
}
