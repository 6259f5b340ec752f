//! What the program does: takes the command line apart and puts the steps of a run together.

mod command;
mod endpoint;
mod exchange;
mod fan_out;
mod session;
mod terminal;

use std::ffi::OsString;

use crate::app::command::dispatch;
use crate::app::session::environment;
use crate::app::terminal::stdout::print_help;
use crate::cli::{self, ColorChoice};
use crate::env::Env;
use crate::error::{Error, ExitCode, Failure};
use crate::output::{Console, Labels};

/// Runs a command line to its end.
pub fn run(argv: impl IntoIterator<Item = OsString>, env: &Env) -> ExitCode {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let labels = labels(&argv, env);
    let outcome = environment::check(env)
        .and_then(|()| cli::parse(argv).map_err(Error::from))
        .map_err(Failure::from)
        .and_then(|command| dispatch(command, env));
    match outcome {
        Ok(()) => ExitCode::Done,
        Err(failure) => explain(&failure, labels, env),
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
    if !failure.is_quiet() {
        Console::of(env).error(failure.message(), labels);
    }
    failure.exit_code()
}

/// Says how errors look: `--color` counts also where the rest of the command line is not understood.
fn labels(argv: &[OsString], env: &Env) -> Labels {
    let words = argv.iter().filter_map(|word| word.to_str());
    let words = words.take_while(|word| *word != "--");
    let (mut choice, mut is_next) = ("auto", false);
    for word in words {
        if let Some(value) = word.strip_prefix("--color=").or(is_next.then_some(word)) {
            choice = value;
        }
        is_next = word == "--color";
    }
    let choice = match choice {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ => ColorChoice::Auto,
    };
    terminal::labels::labels(choice, env)
}

#[cfg(test)]
mod tests {
    use super::labels;
    use crate::env::Env;
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
}
