//! The signals that ask a process to end, as a server takes them and as `arm exec` passes them on. What
//! is ignored when the program starts, as `nohup` and shells arrange it, stays ignored. Sends none.

#[cfg(unix)]
mod system {
    use std::io;
    use std::task::Poll;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Signals that arrive.
    #[derive(Debug)]
    pub(crate) struct Signals(Vec<(SignalKind, Signal)>);

    impl Signals {
        /// Those that ask a server to end.
        pub(crate) fn of_server() -> io::Result<Self> {
            Self::listen(&[
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
            ])
        }

        /// Those that are meant for a command that runs in this program's place.
        pub(crate) fn of_command() -> io::Result<Self> {
            Self::listen(&[
                SignalKind::interrupt(),
                SignalKind::quit(),
                SignalKind::terminate(),
                SignalKind::hangup(),
                SignalKind::user_defined1(),
                SignalKind::user_defined2(),
            ])
        }

        fn listen(kinds: &[SignalKind]) -> io::Result<Self> {
            let ignored = ignored();
            let heard = kinds
                .iter()
                .filter(|kind| !is_among(ignored, kind.as_raw_value()));
            let streams = heard.map(|kind| signal(*kind).map(|stream| (*kind, stream)));
            streams.collect::<io::Result<_>>().map(Self)
        }

        /// Waits for the next one.
        pub(crate) async fn next(&mut self) -> SignalKind {
            std::future::poll_fn(|context| {
                for (kind, stream) in &mut self.0 {
                    if stream.poll_recv(context).is_ready() {
                        return Poll::Ready(*kind);
                    }
                }
                Poll::Pending
            })
            .await
        }
    }

    /// The signals that this process was started to ignore, one a bit, where the system tells
    /// (`SigIgn` of proc(5)).
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        mask(&status)
    }

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
        use super::{is_among, mask};

        #[test]
        fn knows_what_is_ignored() {
            let ignored = mask("Name:\tarm\nSigIgn:\t0000000000001003\nSigCgt:\t0\n");
            for (signal, expected) in [(1, true), (2, true), (3, false), (13, true), (15, false)] {
                assert_eq!(is_among(ignored, signal), expected, "{signal}");
            }
            assert_eq!(mask("nothing"), 0);
            assert!(!is_among(u64::MAX, 0) && !is_among(u64::MAX, 65));
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::io;

    /// The keys of the console.
    #[derive(Debug)]
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn of_server() -> io::Result<Self> {
            Ok(Self)
        }

        /// The console tells the command itself.
        pub(crate) fn of_command() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending().await
            }
        }
    }
}

pub(crate) use system::Signals;
