//! Asks before something is deleted, if a person is at the terminal. Whether to ask at all:
//! `plan/deletion`.

use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use crate::app::terminal::input;
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, inline};
use crate::plan::{Confirmation, RequestPlan, deletion};
use crate::stream::Stream;

/// Where the user types while standard input holds something else.
const TERMINAL: &str = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };
/// The most bytes of an answer that are looked at.
const LONGEST_ANSWER: u64 = 1024;
/// So many names stand in the question.
pub(crate) const MOST_NAMES: usize = 5;

/// Asks about one request on a terminal; a script is not asked.
pub(crate) fn one(plan: &RequestPlan, deadline: Option<Deadline>, env: &Env) -> Result<(), Error> {
    let is_manned = env.stdin_is_terminal && env.stderr_is_terminal;
    if plan.confirmation == Confirmation::NotNeeded || !is_manned {
        return Ok(());
    }
    Console::ask(format!("delete {}? [y/N] ", name(plan)));
    answered(input::stdin(deadline), deadline)
}

/// Asks once about many requests; without a terminal to ask on, they are refused.
pub(crate) fn many(
    count: usize,
    names: &[String],
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<(), Error> {
    let until = deadline.map(Deadline::instant);
    let terminal = env
        .stderr_is_terminal
        .then(|| Stream::reader(Path::new(TERMINAL), until).ok());
    let Some(terminal) = terminal.flatten() else {
        return Err(Error::NotConfirmed { was_asked: false });
    };
    let mut question = format!("delete {count}:\n");
    for name in names {
        question.push_str(&format!("  {name}\n"));
    }
    match count.saturating_sub(names.len()) {
        0 => {}
        more => question.push_str(&format!("  and {more} more\n")),
    }
    question.push_str("go on? [y/N] ");
    Console::ask(&question);
    answered(Ok(terminal), deadline)
}

/// Names what a request takes away, on one line: a name may come from a list of others.
pub(crate) fn name(plan: &RequestPlan) -> String {
    let words = deletion::words(&plan.target.cloud, &plan.target.url);
    let words = inline(&words);
    if plan.options.sign_in.sandbox {
        return format!("{words} (sandbox)");
    }
    words
}

fn answered(input: io::Result<impl Read>, deadline: Option<Deadline>) -> Result<(), Error> {
    let mut line = Vec::new();
    let read = input.and_then(|input| {
        let mut input = BufReader::new(input.take(LONGEST_ANSWER));
        input.read_until(b'\n', &mut line)
    });
    if !line.ends_with(b"\n") {
        Console::ask("\n");
    }
    if let Err(error) = &read
        && error.kind() == io::ErrorKind::TimedOut
    {
        return Err(input::failed("the terminal".to_owned(), error, deadline));
    }
    let is_yes = |answer: &[u8]| {
        [&b"y"[..], b"yes"]
            .iter()
            .any(|yes| answer.eq_ignore_ascii_case(yes))
    };
    if read.is_ok() && is_yes(line.trim_ascii()) {
        return Ok(());
    }
    Err(Error::NotConfirmed { was_asked: true })
}

#[cfg(test)]
mod tests {
    use super::answered;

    #[test]
    fn only_yes_is_yes() {
        for (typed, is_yes) in [
            ("y\n", true),
            ("YES\r\n", true),
            (" y", true),
            ("", false),
            ("\n", false),
            ("n\n", false),
            ("yess\n", false),
            ("yes please\n", false),
            ("ja\n", false),
        ] {
            assert_eq!(
                answered(Ok(typed.as_bytes()), None).is_ok(),
                is_yes,
                "{typed:?}"
            );
        }
        let long = format!("{}y\n", " ".repeat(5000));
        assert!(answered(Ok(long.as_bytes()), None).is_err());
    }
}
