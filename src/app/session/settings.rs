//! The settings of a run: reads `config.toml`, puts what a command of the user's own stands for in its place, and makes the
//! values that hold the defaults of variables and options. Which values those are: `config`; who reads the file:
//! `config_file`.

use std::ffi::OsString;

use crate::app::session::config_file;
use crate::cli::{self, OptionDefaults, check_setting};
use crate::config::{CommandAlias, Settings};
use crate::env::Env;
use crate::error::{Error, PreferenceError};

/// A command line with all that settings add to it.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The command line, without names of the user's own.
    pub(crate) argv: Vec<OsString>,
    /// The environment, with the settings in place of variables that are not set.
    pub(crate) env: Env,
    /// The defaults of options.
    pub(crate) defaults: OptionDefaults,
}

/// What is left where settings cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// Why.
    pub(crate) error: Error,
    /// The command line, as it was.
    pub(crate) argv: Vec<OsString>,
    /// The environment, as it was.
    pub(crate) env: Env,
}

/// Reads the settings for a command line.
///
/// # Errors
///
/// A file that is not one of settings, a profile that is not there, a variable with a value that cannot be.
pub(crate) fn prepare(argv: Vec<OsString>, mut env: Env) -> Result<Prepared, Box<Unusable>> {
    match settings_of(&argv, &env) {
        Ok((argv, settings)) => {
            let defaults = OptionDefaults::new(settings.defaults());
            env.take_settings(settings);
            Ok(Prepared {
                argv,
                env,
                defaults,
            })
        }
        Err(error) => Err(Box::new(Unusable { error, argv, env })),
    }
}

fn settings_of(argv: &[OsString], env: &Env) -> Result<(Vec<OsString>, Settings), Error> {
    let config = config_file::config(env)?;
    let argv = expanded(argv, &config.commands)?;
    let profile = profile_of(&argv);
    let variable = |name: &str| env.get(name);
    let settings = Settings::resolve(config, profile.as_deref(), variable, check_setting)
        .map_err(PreferenceError::from)?;
    Ok((argv, settings))
}

/// The profile that the command line names.
fn profile_of(argv: &[OsString]) -> Option<String> {
    let is_option = |word: &OsString| word.as_encoded_bytes().starts_with(b"--profile");
    // Whether it is an option of this program, or of one that it runs, its parser knows.
    let may_be = argv.iter().any(is_option);
    let invocation = may_be.then(|| cli::invocation(argv.iter().cloned()).ok());
    invocation??.command.profile().map(str::to_owned)
}

/// Puts what a name stands for in its place, until the word that says what to do is not one of them.
fn expanded(argv: &[OsString], commands: &[CommandAlias]) -> Result<Vec<OsString>, Error> {
    let mut argv = argv.to_vec();
    // No name leads to itself, so that each is met once at most.
    for _ in commands {
        let Some((program, arguments)) = argv.split_first() else {
            break;
        };
        let Some(at) = cli::place_of_word(arguments) else {
            break;
        };
        let (before, after) = arguments.split_at(at);
        let named = after.split_first().and_then(|(word, following)| {
            let found = commands.iter().find(|one| *word == *one.name);
            found.map(|command| (command, following))
        });
        let Some((command, following)) = named else {
            break;
        };
        let words = command
            .expand(following)
            .ok_or_else(|| PreferenceError::FewWords {
                name: command.name.clone(),
                text: command.text.clone(),
                needed: command.parameters,
            })?;
        argv = std::iter::once(program)
            .chain(before)
            .chain(&words)
            .cloned()
            .collect();
    }
    Ok(argv)
}
