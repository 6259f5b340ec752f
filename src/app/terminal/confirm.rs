//! Asks whether to go ahead before something is deleted, or before each change if the user wants that. Whether a
//! request has to ask: `plan/deletion`.

use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use crate::app::terminal::input;
use crate::client::Deadline;
use crate::env::{Env, Questions};
use crate::error::{Error, Unasked};
use crate::output::{Console, inline};
use crate::plan::{Confirmation, RequestPlan, deletion};
use crate::stream::Stream;

/// Where the user types while standard input holds something else.
pub(crate) const TERMINAL: &str = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };
/// The most bytes of an answer that are looked at.
const LONGEST_ANSWER: u64 = 1024;
/// So many names are in the question.
pub(crate) const MOST_NAMES: usize = 5;

/// Asks about one request on a terminal; a script is not asked, unless the user has demanded it.
pub(crate) fn one(plan: &RequestPlan, deadline: Option<Deadline>, env: &Env) -> Result<(), Error> {
    let question = format!("{} {}?", deletion::verb(&plan.method), name(plan));
    let is_manned = env.stdin_is_terminal && env.stderr_is_terminal;
    let agreed = match plan.confirmation {
        Confirmation::NotNeeded => return Ok(()),
        Confirmation::Needed if !is_manned => return Ok(()),
        Confirmation::Needed if !env.can_ask() => {
            return Err(Error::NotAsked(Unasked::Deletion));
        }
        Confirmation::Needed => {
            name_profile(env);
            agrees(&question, input::stdin(deadline), Console::of(env))
        }
        Confirmation::Demanded => {
            let terminal = terminal(deadline, env).ok_or(Error::CannotConfirm { count: 1 })?;
            name_profile(env);
            agrees(&question, Ok(terminal), Console::of(env))
        }
    };
    confirmed(agreed, deadline)
}

/// The terminal, whatever standard input holds.
fn terminal(deadline: Option<Deadline>, env: &Env) -> Option<Stream> {
    let until = deadline.map(Deadline::instant);
    let may_ask = env.questions == Questions::OnTerminal;
    let terminal = (env.stderr_is_terminal && may_ask)
        .then(|| Stream::reader(Path::new(TERMINAL), until).ok());
    terminal.flatten()
}

/// Names the profile whose settings hold, before the question: nobody takes one for another.
fn name_profile(env: &Env) {
    if let Some(profile) = &env.settings.profile {
        let color = profile.prompt_color.as_deref();
        Console::of(env).mark(
            &profile.name,
            color.filter(|_| env.has_colors(env.stderr_is_terminal)),
        );
    }
}

/// Asks once about many requests; without a terminal to ask on, they are refused.
pub(crate) fn many(
    plan: &RequestPlan,
    count: usize,
    names: &[String],
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<(), Error> {
    let Some(terminal) = terminal(deadline, env) else {
        return Err(Error::CannotConfirm { count });
    };
    let mut question = format!("{} {count}:\n", deletion::verb(&plan.method));
    for name in names {
        question.push_str(&format!("  {name}\n"));
    }
    match count.saturating_sub(names.len()) {
        0 => {}
        more => question.push_str(&format!("  and {more} more\n")),
    }
    question.push_str("go on?");
    name_profile(env);
    confirmed(agrees(&question, Ok(terminal), Console::of(env)), deadline)
}

/// Names what a request is about, on one line: a name may come from a list of others.
pub(crate) fn name(plan: &RequestPlan) -> String {
    let words = deletion::object(&plan.method, &plan.target.cloud, &plan.target.url);
    let words = inline(&words);
    if plan.options.sign_in.sandbox {
        return format!("{words} (sandbox)");
    }
    words
}

/// Puts a question to a person, and tells whether the line that is typed says yes.
pub(crate) fn agrees(
    question: &str,
    input: io::Result<impl Read>,
    console: Console,
) -> io::Result<bool> {
    console.ask(format!("{question} [y/N] "));
    let mut line = Vec::new();
    let read = input.and_then(|input| {
        let mut input = BufReader::new(input.take(LONGEST_ANSWER));
        input.read_until(b'\n', &mut line)
    });
    if !line.ends_with(b"\n") {
        console.ask("\n");
    }
    read?;
    Ok(is_yes(&line))
}

fn is_yes(line: &[u8]) -> bool {
    let answer = line.trim_ascii();
    let words = [&b"y"[..], b"yes"];
    words.iter().any(|yes| answer.eq_ignore_ascii_case(yes))
}

/// What a person has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    First,
    Second,
    Third,
}

/// How often a person is asked who answers something else.
const MOST_QUESTIONS: usize = 3;

/// Tells whether there is a person to ask.
pub(crate) fn is_manned(env: &Env) -> bool {
    let may_ask = env.questions == Questions::OnTerminal;
    may_ask && env.stderr_is_terminal && Stream::reader(Path::new(TERMINAL), None).is_ok()
}

/// Puts a question to a person at the terminal, and returns what was chosen by its letter; nothing if the answer is
/// none of them. Reads on a thread of its own, so that signals are heard in the meantime.
pub(crate) async fn choose(
    question: &str,
    options: &[(&'static str, Choice)],
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<Option<Choice>, Error> {
    let letters: Vec<&str> = options.iter().map(|(letter, _)| *letter).collect();
    let question = format!("{question} [{}] ", letters.join("/"));
    let until = deadline.map(Deadline::instant);
    let console = Console::of(env);
    for _ in 0..MOST_QUESTIONS {
        console.ask(question.clone());
        let read = tokio::task::spawn_blocking(move || {
            let terminal = Stream::reader(Path::new(TERMINAL), until)?;
            let mut line = Vec::new();
            BufReader::new(terminal.take(LONGEST_ANSWER)).read_until(b'\n', &mut line)?;
            io::Result::Ok(line)
        });
        let line = read
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        let line =
            line.map_err(|error| input::failed("the terminal".to_owned(), &error, deadline))?;
        if !line.ends_with(b"\n") {
            console.ask("\n");
            return Ok(None);
        }
        let chosen = options.iter().find(|(letter, _)| is_letter(&line, letter));
        if let Some((_, choice)) = chosen {
            return Ok(Some(*choice));
        }
    }
    Ok(None)
}

/// Tells whether an answer is a letter, or the word that people write for it.
fn is_letter(answer: &[u8], letter: &str) -> bool {
    let answer = answer.trim_ascii();
    let word = match letter {
        "y" => "yes",
        "n" => "no",
        other => other,
    };
    answer.eq_ignore_ascii_case(letter.as_bytes()) || answer.eq_ignore_ascii_case(word.as_bytes())
}

/// Refuses unless a person has agreed.
fn confirmed(agreed: io::Result<bool>, deadline: Option<Deadline>) -> Result<(), Error> {
    match agreed {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Err(input::failed("the terminal".to_owned(), &error, deadline))
        }
        Ok(false) | Err(_) => Err(Error::NotConfirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_yes_is_yes() {
        for (line, expected) in [
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
            assert_eq!(is_yes(line.as_bytes()), expected, "{line:?}");
        }
    }
}
