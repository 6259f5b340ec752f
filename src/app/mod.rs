//! What the program does: takes the command line apart and puts the steps of a run together.

mod command;
mod endpoint;
mod exchange;
mod fan_out;
mod look;
mod naming;
mod session;
mod terminal;

use std::ffi::OsString;

use crate::app::command::dispatch;
use crate::app::session::recording::Recording;
use crate::app::session::settings::{self, Prepared, Unusable};
use crate::app::session::{environment, run_options};
use crate::app::terminal::stdout::print_help;
use crate::app::terminal::style;
use crate::cli::{self, ErrorsFormat, Invocation};
use crate::env::{Env, MessageFormat};
use crate::error::{Error, ExitCode, Failure};
use crate::output::{Console, Labels};

pub use crate::output::words_of_fault;

/// Runs a command line to its end.
pub fn run(argv: impl IntoIterator<Item = OsString>, env: Env) -> ExitCode {
    let argv = cli::named_as_helper(argv.into_iter().collect());
    let look = MessageLook::of(&argv, &env);
    if let Err(error) = environment::check(&env) {
        return look.explain(error, &env);
    }
    match settings::prepare(argv, env) {
        Ok(Prepared {
            argv,
            env,
            defaults,
        }) => {
            // The settings may say it, too.
            let look = MessageLook::of(&argv, &env);
            let invocation = cli::invocation_with(argv, &defaults);
            end(invocation.map_err(Error::from), look, &env)
        }
        Err(fault) => without_settings(*fault, look),
    }
}

/// Runs what needs no settings: that helps to fix them. All else is refused, because a setting that is skipped would be
/// another one than the user's.
fn without_settings(fault: Unusable, look: MessageLook) -> ExitCode {
    let Unusable { error, argv, env } = fault;
    let invocation = match cli::invocation(argv) {
        Ok(invocation) if !invocation.command.needs_settings() => Ok(invocation),
        Err(display @ cli::Error::Display { .. }) => Err(display.into()),
        Ok(_) | Err(cli::Error::Usage { .. }) => Err(error),
    };
    end(invocation, look, &env)
}

fn end(invocation: Result<Invocation, Error>, look: MessageLook, env: &Env) -> ExitCode {
    let Invocation { command, run } = match invocation {
        Ok(invocation) => invocation,
        Err(error) => return look.explain(error, env),
    };
    let begun = run_options::env_of(&run, env);
    let begun = begun.and_then(|env| {
        if command.needs_settings() {
            let console = Console::of(&env);
            for note in environment::misspelt(&env)? {
                console.note(note);
            }
        }
        Ok(env)
    });
    let begun = begun.and_then(|env| Recording::begin(&run.files, env));
    let (recording, env) = match begun {
        Ok(begun) => begun,
        Err(error) => return look.explain(error, env),
    };
    let outcome = dispatch(command, &env);
    let kept = recording.finish(Console::of(&env));
    match (outcome, kept) {
        (Ok(()), Ok(())) => ExitCode::Done,
        (Ok(()), Err(error)) => explain(&error.into(), look.labels, &env),
        (Err(failure), Ok(())) => explain(&failure, look.labels, &env),
        (Err(failure), Err(error)) => {
            Console::of(&env).note(format!("the requests are not recorded: {error}"));
            explain(&failure, look.labels, &env)
        }
    }
}

/// How messages look, whether the command line is understood or not.
#[derive(Debug, Clone, Copy)]
struct MessageLook {
    labels: Labels,
    format: MessageFormat,
}

impl MessageLook {
    fn of(argv: &[OsString], env: &Env) -> Self {
        Self {
            labels: labels(argv, env),
            format: message_format(argv, env),
        }
    }

    fn explain(self, error: Error, env: &Env) -> ExitCode {
        explain(&error.into(), self.labels, &env.writing(self.format))
    }
}

/// Tells the user, and returns the exit code.
fn explain(failure: &Failure, labels: Labels, env: &Env) -> ExitCode {
    if let Error::Usage(cli::Error::Display { text, .. }) = &failure.error {
        return match print_help(text, env) {
            Ok(()) => ExitCode::Done,
            Err(error) => explain(&error.into(), labels, env),
        };
    }
    let is_told = match env.messages {
        MessageFormat::Text => !failure.is_quiet(),
        MessageFormat::Json => !failure.is_quiet_for_programs(),
    };
    if is_told {
        Console::of(env).error(failure.message(), labels);
    }
    failure.exit_code()
}

/// Says how errors look: `--color` counts also if the rest of the command line is not understood.
fn labels(argv: &[OsString], env: &Env) -> Labels {
    let choice = last_value(argv, "--color").or_else(|| env.get("ARMCLI_COLOR"));
    match choice {
        Some("always") => Labels::Colored,
        Some("never") => Labels::Plain,
        _ => style::labels(env),
    }
}

/// Says how messages are written if the rest of the command line is not understood.
pub fn message_format(argv: &[OsString], env: &Env) -> MessageFormat {
    let option = match last_value(argv, "--errors") {
        Some("json") => Some(ErrorsFormat::Json),
        Some("text") => Some(ErrorsFormat::Text),
        _ => None,
    };
    run_options::messages(option, env).unwrap_or_default()
}

/// The last value of an option before `--`, wherever it is.
fn last_value<'a>(argv: &'a [OsString], option: &str) -> Option<&'a str> {
    let words = argv.iter().filter_map(|word| word.to_str());
    let words = words.take_while(|word| *word != "--");
    let (mut found, mut is_next) = (None, false);
    for word in words {
        let glued = word
            .strip_prefix(option)
            .and_then(|rest| rest.strip_prefix('='));
        found = glued.or(is_next.then_some(word)).or(found);
        is_next = word == option;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{labels, message_format};
    use crate::env::{Env, MessageFormat};
    use crate::output::Labels;

    #[test]
    fn errors_have_a_colour_on_a_terminal() {
        let mut env = Env::with_variables([]);
        let of = |line: &str, env: &Env| {
            let argv: Vec<_> = line.split(' ').map(Into::into).collect();
            labels(&argv, env)
        };
        assert_eq!(of("arm x", &env), Labels::Plain);
        assert_eq!(of("arm x --color always", &env), Labels::Colored);
        env.stderr_is_terminal = true;
        assert_eq!(of("arm x", &env), Labels::Colored);
        assert_eq!(of("arm x --color=never", &env), Labels::Plain);
        assert_eq!(
            of("arm x --color always --color never", &env),
            Labels::Plain
        );
        let mut plain = Env::with_variables([("NO_COLOR", "1")]);
        plain.stderr_is_terminal = true;
        assert_eq!(of("arm x", &plain), Labels::Plain);
    }

    #[test]
    fn how_errors_are_written_is_found_wherever_it_stands() {
        let env = Env::with_variables([]);
        for (line, expected) in [
            ("arm GE /x --errors json", MessageFormat::Json),
            ("arm --errors=json --bad", MessageFormat::Json),
            ("arm --errors json --errors=text", MessageFormat::Text),
            ("arm --errors", MessageFormat::Text),
            ("arm -- --errors json", MessageFormat::Text),
            ("arm GET /x --errorsjson", MessageFormat::Text),
        ] {
            let argv: Vec<_> = line.split(' ').map(Into::into).collect();
            assert_eq!(message_format(&argv, &env), expected, "{line}");
        }
        let env = Env::with_variables([("ARMCLI_ERRORS", "json")]);
        assert_eq!(message_format(&["arm".into()], &env), MessageFormat::Json);
    }
}
