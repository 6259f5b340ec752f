//! Waits for the pages of a list: shows how far it is in one line of the terminal, and ends the list cleanly when the
//! process is asked to end. Who asks for the pages: `paging`; lists of many subscriptions: `fan_out/progress`.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use crate::app::fan_out::progress::count_of;
use crate::app::session::run::Session;
use crate::app::terminal::signals;
use crate::cli::OutputFormat;
use crate::client::{Clock, words_of};
use crate::error::Error;
use crate::output::{Console, Verbosity};

/// A page that comes sooner is not worth a line.
const FIRST: Duration = Duration::from_millis(300);
/// The time in the line changes this often.
const EVERY: Duration = Duration::from_secs(1);

/// What is known while pages are waited for.
pub(crate) struct ListWait {
    console: Console,
    clock: Clock,
    is_shown: bool,
    pages: u64,
    items: u64,
    /// Completes when the process is asked to end. Until the first page is printed, the system ends it: there is nothing to
    /// say then.
    interrupted: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl ListWait {
    pub(crate) fn new(session: &Session) -> Self {
        let Session {
            client,
            plan,
            console,
            env,
        } = session;
        let output = &plan.options.output;
        let to_terminal = env.stdout_is_terminal && session.replaced_file().is_none();
        // A document that is written to the same terminal stops within a line.
        let has_lines = output.format.has_columns() || output.format == OutputFormat::Ndjson;
        let is_hidden = output.silent || output.format == OutputFormat::None;
        let leaves_lines = output.raw || has_lines || is_hidden;
        Self {
            console: *console,
            clock: client.shared.clock(),
            is_shown: env.shows_progress()
                && console.verbosity == Verbosity::Normal
                && (!to_terminal || leaves_lines),
            pages: 0,
            items: 0,
            interrupted: None,
        }
    }

    /// Takes note of how much has come.
    pub(crate) fn count(&mut self, pages: u64, items: u64) {
        (self.pages, self.items) = (pages, items);
    }

    /// Waits for the rest of a page. [`Error::Interrupted`] if the process is asked to end in the meantime.
    pub(crate) async fn for_page<T>(
        &mut self,
        page: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(interrupted) = &mut self.interrupted else {
            return page.await;
        };
        tokio::select! {
            biased;
            outcome = page => outcome,
            () = interrupted => Err(Error::Interrupted),
        }
    }

    /// Waits for the beginning of a later page, and says how far the list is.
    pub(crate) async fn for_request<T>(
        &mut self,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let line = self.is_shown.then_some((self.console, self.clock));
        let (pages, items) = (self.pages, self.items);
        let interrupted = self.interrupted.get_or_insert_with(|| {
            signals::force_exit_on_second_signal();
            Box::pin(signals::interrupted())
        });
        let mut request = std::pin::pin!(request);
        let mut ticks = interval_at(Instant::now() + FIRST, EVERY);
        let mut has_line = false;
        let outcome = loop {
            tokio::select! {
                biased;
                outcome = &mut request => break outcome,
                () = &mut *interrupted => break Err(Error::Interrupted),
                _ = ticks.tick(), if line.is_some() => {
                    if let Some((console, clock)) = line {
                        console.progress(words(pages, items, clock.elapsed()));
                        has_line = true;
                    }
                }
            }
        };
        if has_line {
            self.console.end_progress();
        }
        outcome
    }
}

fn words(pages: u64, items: u64, elapsed: Duration) -> String {
    let elapsed = words_of(Duration::from_secs(elapsed.as_secs()));
    let (pages, items) = (count_of(pages, "page"), count_of(items, "item"));
    format!("{pages}, {items}, {elapsed}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::words;

    #[test]
    fn says_how_far_it_is() {
        for (pages, items, seconds, expected) in [
            (1, 20, 0, "1 page, 20 items, 0s"),
            (12, 1_200, 95, "12 pages, 1,200 items, 1m35s"),
        ] {
            assert_eq!(words(pages, items, Duration::from_secs(seconds)), expected);
        }
    }
}
