//! What applies to a run whatever its command is: what it may send, whether it may ask, and how it writes its messages.
//! The guard applies if any source says so; for the others, the option wins over the variable. What the guard means for
//! a request: `azure/guard`.

use crate::app::session::environment::refused;
use crate::azure::{Guard, GuardSource, SecretReads};
use crate::cli::{ColorChoice, ErrorsFormat, RunOptions};
use crate::config::switch;
use crate::env::{Colors, Env, MessageFormat, Questions};
use crate::error::Error;

/// The variable that makes every run read-only.
const READ_ONLY: &str = "ARMCLI_READ_ONLY";
/// The variable that lets no run ask.
const NO_INPUT: &str = "ARMCLI_NO_INPUT";
/// The variable that says how messages are written.
const ERRORS: &str = "ARMCLI_ERRORS";

/// Returns the environment of a run with these options.
///
/// # Errors
/// A variable holds something else than what it may: to pass it over would be to lift a guard.
pub(crate) fn env_of(options: &RunOptions, env: &Env) -> Result<Env, Error> {
    let questions = if options.no_input || is_set(NO_INPUT, env)? {
        Questions::Refused
    } else {
        Questions::OnTerminal
    };
    let guard = guard(options, env)?;
    let messages = messages(options.errors, env)?;
    let mut env = env.clone();
    env.guard = guard;
    env.questions = questions;
    env.messages = messages;
    env.colors = options.color.map_or(env.colors, colors);
    Ok(env)
}

/// Returns what `--color` says.
fn colors(choice: ColorChoice) -> Colors {
    match choice {
        ColorChoice::Auto => Colors::OnTerminal,
        ColorChoice::Always => Colors::Always,
        ColorChoice::Never => Colors::Never,
    }
}

/// Returns how messages are written if the command line says so, or does not.
pub(crate) fn messages(option: Option<ErrorsFormat>, env: &Env) -> Result<MessageFormat, Error> {
    let by_variable = || match env.get(ERRORS).map(str::to_ascii_lowercase).as_deref() {
        None | Some("text") => Ok(MessageFormat::Text),
        Some("json") => Ok(MessageFormat::Json),
        Some(_) => Err(refused(ERRORS, "it is neither `text` nor `json`")),
    };
    match option {
        Some(ErrorsFormat::Json) => Ok(MessageFormat::Json),
        Some(ErrorsFormat::Text) => Ok(MessageFormat::Text),
        None => by_variable(),
    }
}

fn guard(options: &RunOptions, env: &Env) -> Result<Guard, Error> {
    let sources = [
        (is_set(READ_ONLY, env)?, GuardSource::Variable),
        (options.read_only, GuardSource::Option),
        (env.settings.guards.read_only, GuardSource::Settings),
    ];
    let source = sources
        .into_iter()
        .find_map(|(is_set, source)| is_set.then_some(source));
    Ok(source.map_or(Guard::Open, |source| Guard::ReadOnly {
        secrets: if options.allow_secrets {
            SecretReads::Allowed
        } else {
            SecretReads::Refused
        },
        source,
    }))
}

/// Tells whether a variable is true.
fn is_set(name: &str, env: &Env) -> Result<bool, Error> {
    let Some(text) = env.get(name) else {
        return Ok(false);
    };
    switch(text).ok_or_else(|| refused(name, "it is neither true nor false"))
}

#[cfg(test)]
mod tests {
    use super::{READ_ONLY, env_of, messages};
    use crate::azure::Guard;
    use crate::cli::{ErrorsFormat, RunOptions};
    use crate::env::{Env, MessageFormat};

    #[test]
    fn the_guard_holds_if_any_source_says_so() {
        for (option, variable, expected) in [
            (false, "", Some(false)),
            (true, "", Some(true)),
            (false, "1", Some(true)),
            (true, "0", Some(true)),
            (false, "off", Some(false)),
            (false, " TRUE ", Some(true)),
            (false, "ja", None),
            (true, "ja", None),
        ] {
            let options = RunOptions {
                read_only: option,
                ..RunOptions::default()
            };
            let env = env_of(&options, &Env::with_variables([(READ_ONLY, variable)]));
            let found = env.ok().map(|env| env.guard != Guard::Open);
            assert_eq!(found, expected, "{option} {variable}");
        }
    }

    #[test]
    fn the_option_says_how_messages_are_written_before_the_variable() {
        use ErrorsFormat::{Json, Text};

        for (option, variable, expected) in [
            (None, "", Some(MessageFormat::Text)),
            (None, "JSON", Some(MessageFormat::Json)),
            (Some(Text), "json", Some(MessageFormat::Text)),
            (Some(Json), "text", Some(MessageFormat::Json)),
            (None, "xml", None),
        ] {
            let env = Env::with_variables([("ARMCLI_ERRORS", variable)]);
            assert_eq!(
                messages(option, &env).ok(),
                expected,
                "{option:?} {variable}"
            );
        }
    }
}
