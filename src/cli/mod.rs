//! The command line: argv in, typed arguments or a usage error out. What depends on files and the environment: `plan`.
//!
//! Parsing has two passes. The first finds the word that says what to do (a METHOD, a command, or a URL if the METHOD
//! is left out), whatever options come before it; the second parses everything else with the options of that word. So
//! `arm -o compact GET /x`, `arm GET /x -o compact` and `arm /x -o compact` are the same.

mod apart;
pub mod arguments;
mod clap_error;
mod commands;
mod complete;
pub mod completions;
mod defaults;
mod dispatch;
mod error;
mod foreign_flags;
mod help;
mod help_json;
mod items;
pub mod man;
mod options;
mod passed_quotes;
mod template;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::Path;

use clap::ArgMatches;

use crate::azure::most_alike;

pub use arguments::{Command, MethodOrigin, RequestArgs, TypedName, Watch};
pub use complete::{Asker, Candidate, Known, MOST_OFFERED, Within, offer};
pub use defaults::{OptionDefaults, check_setting};
pub use error::Error;
pub use help::{Screen, Style, Topic, lay_out};
pub use help_json::catalogue_of_commands;
pub use items::{FieldStep, FieldValue, HeaderChange, HeaderEdit, Item, PathDisplay, ValueSource};
#[cfg(any(test, fuzzing))]
pub use items::{parse as parse_item, parse_header_option};
pub use options::body_check::BodyCheck;
pub use options::columns::{ColumnName, ColumnNames};
pub use options::common::TableFormat;
pub use options::har::{WrittenFiles, same_file};
pub use options::network::{NetworkOptions, Tool};
pub use options::output::OutputOptions;
pub use options::query::Via;
pub use options::request::RequestOptions;
pub use options::run::{ErrorsFormat, RunOptions};
pub use options::safety::SafetyOptions;
pub use options::sign_in::{SignInOptions, TargetOptions};
pub use options::sort::{SortName, SortNames};
#[cfg(test)]
pub use options::values::Shell;
pub use options::values::{ColorChoice, OutputFormat, StatusPattern};
pub use options::wait_condition::WaitCondition;

use arguments::{CommandSpec, command_named, subject_of_help, wants_json};
use dispatch::Word;
use options::run;

/// Parses the command line, the program's name first.
///
/// # Errors
/// [`Error::Display`] if help or the version was asked for; [`Error::Usage`] for everything that cannot be run.
pub fn invocation(argv: impl IntoIterator<Item = OsString>) -> Result<Invocation, Error> {
    invocation_with(argv, &OptionDefaults::default())
}

/// Parses the command line, with the user's defaults for what it leaves out.
///
/// # Errors
/// Those of [`invocation`].
pub fn invocation_with(
    argv: impl IntoIterator<Item = OsString>,
    defaults: &OptionDefaults,
) -> Result<Invocation, Error> {
    let arguments: Vec<OsString> = argv.into_iter().skip(1).collect();
    parse_arguments(arguments.clone(), defaults)
        .map_err(|error| apart::explain(error, &arguments).masked())
}

/// The command of a command line.
///
/// # Errors
/// As [`invocation`].
#[cfg(test)]
pub fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Command, Error> {
    invocation(argv).map(|invocation| invocation.command)
}

/// A command line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// What is to be done.
    pub command: Command,
    /// What holds for the run, whatever is done.
    pub run: RunOptions,
}

/// The names by which git and docker run a credential helper, and the command that each means here: a link of that name
/// to this program is one.
const HELPERS: [(&str, &str); 2] = [
    ("docker-credential-arm", "docker"),
    ("git-credential-arm", "git"),
];

/// Returns the command line that is meant if the program was run under the name of a credential helper.
pub fn named_as_helper(argv: Vec<OsString>) -> Vec<OsString> {
    let name = argv.first().map(|name| Path::new(name).with_extension(""));
    let name = name.as_deref().and_then(Path::file_name);
    let helper = HELPERS.iter().find(|(own, _)| name == Some(own.as_ref()));
    let Some((_, kind)) = helper else {
        return argv;
    };
    let mut words = argv.into_iter();
    let command = ["credential", kind].map(OsString::from);
    words
        .next()
        .into_iter()
        .chain(command)
        .chain(words)
        .collect()
}

/// Finds the word that says what to do, among the arguments after the program's name.
pub fn place_of_word(arguments: &[OsString]) -> Option<usize> {
    let words = dispatch::cut(arguments.to_vec()).ok()?;
    words.word.is_some().then_some(words.at)
}

/// Tells what a word is already, so that it cannot be given another meaning.
pub fn meaning_of(word: &str) -> Option<&'static str> {
    if command_named(word).is_some() {
        return Some("a command");
    }
    let mut verbs = arguments::request::verbs().into_iter();
    let is_verb = verbs.any(|verb| verb.eq_ignore_ascii_case(word));
    is_verb.then_some("a METHOD")
}

fn parse_arguments(
    mut arguments: Vec<OsString>,
    defaults: &OptionDefaults,
) -> Result<Invocation, Error> {
    if let [only] = arguments.as_slice()
        && (only == "--version" || only == "-V")
    {
        // No tree of commands is needed for it.
        return Err(Error::display(concat!(
            "arm ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )));
    }
    if let Some((asks, words)) = arguments.split_first()
        && asks == complete::COMMAND
    {
        let words = words.iter().map(|word| word.to_string_lossy().into_owned());
        return Ok(Invocation {
            command: Command::Complete(words.collect()),
            run: RunOptions::default(),
        });
    }
    if let Some((exec, words)) = dispatch::exec(&arguments) {
        // The arguments of another program have meanings of their own.
        return command(exec, words, defaults);
    }
    passed_quotes::check(&arguments)?;
    foreign_flags::check_header_flag(&arguments)?;
    let end = options::many::take_end(&mut arguments)?;
    let mut words = dispatch::cut(arguments)?;
    let Some(word) = words.word.take() else {
        return Err(without_word(words.arguments));
    };
    match dispatch::classify(&word)? {
        Word::Method(method) => request(
            method,
            MethodOrigin::Written,
            words.arguments,
            end,
            defaults,
        ),
        Word::Url => request(
            http::Method::GET,
            MethodOrigin::Implied,
            words.with_url(word),
            end,
            defaults,
        ),
        Word::Command(named) => command(named, words.arguments, defaults),
    }
}

/// `arm --help`, `arm --version`, or nothing at all.
fn without_word(arguments: Vec<OsString>) -> Error {
    let root = commands::root_for_help();
    match template::matches(root, arguments).err() {
        Some(display @ Error::Display { .. }) => display,
        _ => Error::usage("nothing to do: there is no URL and no command")
            .with_hint("try `arm --sandbox GET /subscriptions`; `arm --help` lists everything"),
    }
}

fn request(
    method: http::Method,
    origin: MethodOrigin,
    words: Vec<OsString>,
    end: Option<String>,
    defaults: &OptionDefaults,
) -> Result<Invocation, Error> {
    let (args, run) = arguments::request::read(method, origin, words, end, defaults)?;
    let command = Command::Request(Box::new(args));
    Ok(Invocation { command, run })
}

fn command(
    command: &CommandSpec,
    words: Vec<OsString>,
    defaults: &OptionDefaults,
) -> Result<Invocation, Error> {
    let tree = command.whole_tree();
    let words = if tree.has_subcommands() {
        dispatch::part_first(words)
    } else {
        words
    };
    let matches = template::matches_with(tree, words, defaults)?;
    let command = match command.read.map(|read| read(&matches)).transpose()? {
        Some(Command::Man { page: Some(name) }) => Command::Man {
            page: Some(man_page(&name)?),
        },
        Some(command) => command,
        None => help(&matches)?,
    };
    let run = run::read(&matches)?;
    Ok(Invocation { command, run })
}

/// The page of a command or a METHOD.
fn man_page(name: &str) -> Result<String, Error> {
    man::page(name).ok_or_else(|| {
        let names = man::names().map(|name| name.trim_start_matches("arm-").to_owned());
        let names: Vec<String> = names.collect();
        let near = most_alike(name, names.iter().map(String::as_str));
        Error::usage(format!("there is no manual page `{name}`")).with_hint(match near {
            Some(near) => format!("did you mean `arm man {near}`?"),
            None => "`arm man --list` names them".to_owned(),
        })
    })
}

/// `arm help`, `arm help TOPIC`, `arm help COMMAND`.
fn help(matches: &ArgMatches) -> Result<Command, Error> {
    if wants_json(matches) {
        return Ok(Command::HelpJson);
    }
    let Some(subject) = subject_of_help(matches).filter(|word| *word != "topics") else {
        return Err(Error::display(match subject_of_help(matches) {
            None => commands::root_for_help().render_help().to_string(),
            Some(_) => format!("Topics:\n{}\n", Topic::list()),
        }));
    };
    if let Some(command) = command_named(subject) {
        return Err(Error::display(commands::help_of(command.name)));
    }
    if let Some(topic) = Topic::named(subject).or_else(|| Topic::of_type(subject)) {
        return Ok(Command::Help { topic });
    }
    if let Ok(Word::Method(method)) = dispatch::classify(subject.as_ref()) {
        let mut request = arguments::request::tree(method.as_str(), MethodOrigin::Written);
        return Err(Error::display(request.render_help().to_string()));
    }
    let error = Error::usage(format!("there is no help about `{subject}`"))
        .with_fact(format!("topics: {}", Topic::names().join(", ")));
    Err(match Topic::most_alike(subject) {
        Some(near) => error.with_hint(format!("did you mean `arm help {near}`?")),
        None => error.with_hint("`arm help topics` says what each is about"),
    })
}
