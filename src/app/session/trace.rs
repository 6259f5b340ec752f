//! Tells on stderr what the client does: the trace of `-v`, and what it waits for. Who waits: `client::attempts`;
//! who shows bodies: `trace_body`.

use std::cell::Cell;
use std::time::Duration;

use http::HeaderMap;

use super::trace_body::BodyTrace;
use crate::app::exchange::preview;
use crate::azure::Shown;
use crate::client::{Event, Observer, words_of};
use crate::env::Env;
use crate::output::{Console, Verbosity};
use crate::transport::rate_limit_headers::counters_of;

/// A terminal shows pauses of this length or longer, in a line that goes with them.
const SHOWN_ON_TERMINAL: Duration = Duration::from_secs(1);
/// Elsewhere a longer pause than this is noted, so that the run does not seem to hang.
pub(crate) const NOTED: Duration = Duration::from_secs(2);

/// How a pause is shown, next to its line in the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PauseDisplay {
    /// In a line of the terminal that goes with the pause.
    Line,
    /// In a note.
    Note,
    /// Nowhere.
    Hidden,
}

impl PauseDisplay {
    fn of(pause: Duration, on_terminal: bool, verbosity: Verbosity) -> Self {
        if on_terminal && pause >= SHOWN_ON_TERMINAL {
            Self::Line
        } else if pause > NOTED && verbosity == Verbosity::Normal {
            // With more words, the trace has said it already.
            Self::Note
        } else {
            Self::Hidden
        }
    }
}

/// Watches a client.
pub(crate) fn observer(console: Console, env: &Env) -> Observer {
    let (now, on_terminal) = (env.now, env.shows_progress());
    let is_shown = Cell::new(false);
    let secrets = env.secrets;
    let bodies = BodyTrace::new(console);
    let is_slowdown_noted = Cell::new(false);
    let waits = move |pause: Duration, text: &str, is_noted: bool| {
        console.trace(Verbosity::Verbose, format!("* {text}"));
        let display = PauseDisplay::of(pause, on_terminal, console.verbosity);
        match display {
            PauseDisplay::Line => console.progress(text.to_owned()),
            PauseDisplay::Note if !is_noted => console.note(text.to_owned()),
            PauseDisplay::Note | PauseDisplay::Hidden => {}
        }
        display == PauseDisplay::Line
    };
    Box::new(move |event| match event {
        Event::Token { source, token } => {
            secrets.learn(&token.token);
            console.trace(Verbosity::Verbose, preview::token_line(source, token, now));
        }
        Event::Cache(note) => preview::cache_note(note, console),
        Event::Request(request) => {
            secrets.learn_headers(&request.headers);
            secrets.learn_url(&request.url);
            if console.verbosity >= Verbosity::Verbose {
                let line = Shown::from(format!("> {} ", request.method));
                console.trace(Verbosity::Verbose, line.with(Shown::url(&request.url)));
            }
            show_headers("> ", &request.headers, console);
            bodies.request(request);
        }
        Event::Response(response) => {
            let status = response.status;
            console.trace(
                Verbosity::Verbose,
                format!("< {:?} {status}", response.version),
            );
            show_headers("< ", &response.headers, console);
            bodies.response(response);
            let counters = counters_of(&response.headers);
            if !counters.is_empty() {
                let left: Vec<String> = counters
                    .iter()
                    .map(|counter| format!("{} {}", counter.left, counter.name))
                    .collect();
                console.trace(Verbosity::Verbose, format!("* left: {}", left.join(", ")));
            }
        }
        Event::Retry {
            reason,
            pause,
            attempt,
            most,
        } => {
            let text = words_of_repetition(reason, pause, attempt, most);
            is_shown.set(waits(pause, &text, false));
        }
        Event::Waited => {
            if is_shown.take() {
                console.end_progress();
            }
        }
        Event::Slowed(slowdown) => {
            let words = words_of(whole_milliseconds(slowdown.pause));
            let reason = match &slowdown.counter {
                Some(counter) => format!("{} {} left", counter.left, counter.name),
                None => "others are refused".to_owned(),
            };
            let text = format!("waiting {words}, so that the request is not refused ({reason})");
            // A run near its limit waits before each request: one note is enough.
            let is_noted = is_slowdown_noted.get();
            is_slowdown_noted.set(is_noted || slowdown.pause > NOTED);
            is_shown.set(waits(slowdown.pause, &text, is_noted));
        }
        Event::NearlyEmpty(counter) => {
            let (left, name) = (counter.left, &counter.name);
            console.note(format!(
                "nearly throttled: {left} {name} left of what the service grants"
            ));
        }
    })
}

fn show_headers(direction: &'static str, headers: &HeaderMap, console: Console) {
    if console.verbosity < Verbosity::VeryVerbose {
        return;
    }
    for (name, value) in headers {
        let line = Shown::from(direction)
            .with(format!("{name}: "))
            .with(Shown::header(name, value));
        console.trace(Verbosity::VeryVerbose, line);
    }
}

fn words_of_repetition(reason: &str, pause: Duration, attempt: u32, most: u32) -> String {
    let words = words_of(whole_milliseconds(pause));
    format!("waiting {words}, then try {attempt} of {most} ({reason})")
}

fn whole_milliseconds(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PauseDisplay, words_of_repetition};
    use crate::output::Verbosity;

    #[test]
    fn a_long_pause_is_noted_without_a_terminal_too() {
        use PauseDisplay::{Hidden, Line, Note};
        for (milliseconds, on_terminal, verbosity, expected) in [
            (20_000, false, Verbosity::Normal, Note),
            (2_001, false, Verbosity::Normal, Note),
            (2_000, false, Verbosity::Normal, Hidden),
            (20_000, false, Verbosity::Silent, Hidden),
            (20_000, false, Verbosity::Verbose, Hidden),
            (20_000, true, Verbosity::Normal, Line),
            (1_000, true, Verbosity::Normal, Line),
            (999, true, Verbosity::Normal, Hidden),
        ] {
            let pause = Duration::from_millis(milliseconds);
            let display = PauseDisplay::of(pause, on_terminal, verbosity);
            assert_eq!(display, expected, "{pause:?} {on_terminal} {verbosity:?}");
        }
        let words = words_of_repetition("HTTP 429", Duration::from_micros(41_000_900), 2, 4);
        assert_eq!(words, "waiting 41s, then try 2 of 4 (HTTP 429)");
    }
}
