//! The pager: on a terminal an answer can be read page by page, in a program that the user has chosen. Whether an answer
//! may go there: `command/request`.

#[cfg(not(unix))]
pub(crate) use other::Pager;
#[cfg(unix)]
pub(crate) use system::Pager;

#[cfg(unix)]
mod system {
    use std::process::Stdio;
    use std::time::Instant;

    use tokio::process::{Child, Command};

    use crate::config::words_of;
    use crate::env::Env;
    use crate::output::{Console, Sink};
    use crate::stream::Stream;

    /// Lets `less` end where everything fits the screen, show colours, and leave the screen as it is.
    const LESS: &str = "FRX";

    /// A pager that runs.
    #[derive(Debug)]
    pub(crate) struct Pager(Child);

    impl Pager {
        /// Starts the pager of the user, and returns where the answer goes then; nothing if none is wanted, or if it
        /// cannot be run.
        pub(crate) fn start(until: Option<Instant>, env: &Env) -> Option<(Self, Sink)> {
            let text = env.get("ARMCLI_PAGER").or_else(|| env.get("PAGER"))?;
            let words = words_of(text).unwrap_or_default();
            let (program, arguments) = words.split_first()?;
            if program == "cat" && arguments.is_empty() {
                return None;
            }
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::piped());
            if env.get("LESS").is_none() {
                command.env("LESS", LESS);
            }
            // What is searched for in an answer may be a secret.
            command.env("LESSHISTFILE", "-");
            let started = command.spawn().and_then(|mut child| {
                let input = child.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
                let stream = Stream::of_descriptor(input.into_owned_fd()?, until)?;
                Ok((Self(child), Sink::program(stream, "the pager")))
            });
            if let Err(error) = &started {
                let note = format!("the pager `{text}` cannot be run: {error}");
                Console::of(env).note(note);
            }
            started.ok()
        }

        /// Waits until the user has read enough. How the pager ended says nothing about the run.
        pub(crate) async fn closed(mut self) {
            let _status = self.0.wait().await;
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::time::Instant;

    use crate::env::Env;
    use crate::output::Sink;

    /// There is none.
    #[derive(Debug)]
    pub(crate) struct Pager;

    impl Pager {
        pub(crate) fn start(_until: Option<Instant>, _env: &Env) -> Option<(Self, Sink)> {
            None
        }

        pub(crate) async fn closed(self) {}
    }
}
