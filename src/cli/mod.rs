//! The command line: argv in, typed arguments or a usage error out. Touches no file, no environment, no network.
//!
//! Parsing has two passes. The first finds the word that says what to do (a METHOD, a command, or a URL where METHOD is
//! left out), whatever options stand before it; the second parses everything else with the options of that word. So
//! `arm -o compact GET /x`, `arm GET /x -o compact` and `arm /x -o compact` are the same.

mod accounts;
mod clap_error;
mod column_names;
mod commands;
pub mod completions;
pub mod duration;
mod endpoint;
mod error;
mod habits;
mod help_sign_in;
mod help_tables;
mod help_texts;
pub mod help_topics;
mod help_versions;
pub mod item;
mod item_fault;
mod item_path;
mod item_scan;
mod many;
mod member;
mod options;
mod request;
mod token_endpoint_topic;
mod tree;
mod types;
mod until;
mod values;
mod words;

#[cfg(test)]
mod command_tests;
#[cfg(test)]
mod conflict_tests;
#[cfg(test)]
mod item_tests;
#[cfg(test)]
mod request_tests;

use std::ffi::OsString;

use clap::{ArgMatches, FromArgMatches};

pub use accounts::{
    AccountCommand, AccountOutput, AccountOutputOptions, LoginArgs, LogoutArgs, WhoamiArgs,
};
pub use column_names::{ColumnName, ColumnNames};
pub use commands::{
    CacheClearArgs, CacheCommand, CacheListArgs, CacheOutput, SandboxCommand, ServeArgs, Tls,
    TokenArgs, TokenOutput, TokenOutputOptions,
};
pub use completions::Shell;
pub use endpoint::{EndpointArgs, ExecArgs, HandingOptions, VariablesFormat};
pub use error::{Error, Stream};
pub use help_topics::Topic;
pub use item::{FieldValue, HeaderChange, HeaderEdit, Item, PathDisplay, Step, ValueSource};
pub use many::ManyOptions;
pub use member::MemberNames;
pub use options::{
    ExitOptions, NetworkOptions, OutputOptions, PagingOptions, QueryOptions, SignInOptions,
    TargetOptions,
};
pub use request::{MethodOrigin, RequestArgs, Watch};
pub use types::{TypesArgs, TypesOutput, TypesOutputOptions};
pub use until::Until;
pub use values::{AuthSource, ColorChoice, OutputFormat, StatusPattern};

use words::Word;

/// What the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `arm [METHOD] URL [ITEM...]`.
    Request(Box<RequestArgs>),
    /// `arm token`.
    Token(TokenArgs),
    /// `arm serve`.
    Serve(Box<EndpointArgs>),
    /// `arm exec`.
    Exec(Box<ExecArgs>),
    /// `arm cache list`, `arm cache clear`.
    Cache(CacheCommand),
    /// `arm login`.
    Login(LoginArgs),
    /// `arm logout`.
    Logout(LogoutArgs),
    /// `arm whoami`.
    Whoami(WhoamiArgs),
    /// `arm account list`, `use`, `show`.
    Account(AccountCommand),
    /// `arm sandbox serve`, `arm sandbox reset`.
    Sandbox(SandboxCommand),
    /// `arm types`: what to print, and the request of `--refresh`.
    Types(Box<(TypesArgs, RequestArgs)>),
    /// `arm completions SHELL`: [`completions::script`] is the answer.
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// `arm man`: [`completions::man_page`] is the answer.
    Man,
    /// `arm help TOPIC`: [`Topic::text`] is the answer.
    Help {
        /// About what.
        topic: Topic,
    },
}

/// Parses the command line, the program's name first.
///
/// # Errors
/// [`Error::Display`] if help or the version was asked for; [`Error::Usage`] for everything that cannot be run.
pub fn parse(argv: impl IntoIterator<Item = OsString>) -> Result<Command, Error> {
    parse_arguments(argv.into_iter().skip(1).collect()).map_err(Error::masked)
}

fn parse_arguments(mut arguments: Vec<OsString>) -> Result<Command, Error> {
    if let Some(words) = endpoint::behind_exec(&arguments) {
        // The arguments of another program have meanings of their own.
        return command("exec", words.arguments);
    }
    habits::check_header_flag(&arguments)?;
    let end = many::take_end(&mut arguments)?;
    let mut words = words::cut(arguments)?;
    let Some(word) = words.word.take() else {
        return Err(without_word(words.arguments));
    };
    match words::classify(&word)? {
        Word::Method(method) => request(method, MethodOrigin::Written, words.arguments, end),
        Word::Url => request(
            http::Method::GET,
            MethodOrigin::Implied,
            words.with_url(word),
            end,
        ),
        Word::Command(name) => command(name, words.arguments),
    }
}

/// `arm --help`, `arm --version`, or nothing at all.
fn without_word(arguments: Vec<OsString>) -> Error {
    let matches = tree::root_for_help().try_get_matches_from(arguments);
    match matches.err().map(|error| clap_error::convert(&error)) {
        Some(display @ Error::Display { .. }) => display,
        _ => Error::usage("nothing to do: there is no URL and no command")
            .with_hint("try `arm --sandbox GET /subscriptions`; `arm --help` lists everything"),
    }
}

fn request(
    method: http::Method,
    origin: MethodOrigin,
    arguments: Vec<OsString>,
    end: Option<String>,
) -> Result<Command, Error> {
    let matches = matches(tree::request(method.as_str(), origin), arguments)?;
    let mut args = read::<RequestArgs>(&matches)?;
    args.method = method;
    args.method_origin = origin;
    args.give_end(end)?;
    args.check()?;
    Ok(Command::Request(Box::new(args)))
}

fn command(name: &str, arguments: Vec<OsString>) -> Result<Command, Error> {
    match name {
        "wait" => {
            let args: request::WaitArgs = read(&matches(tree::wait(), arguments)?)?;
            let args = RequestArgs::from(args);
            args.check()?;
            Ok(Command::Request(Box::new(args)))
        }
        "serve" => {
            let matches = matches(tree::serve(), arguments)?;
            let mut args: EndpointArgs = read(&matches)?;
            args.handing.audiences = endpoint::audiences(&matches);
            args.sign_in.check()?;
            Ok(Command::Serve(Box::new(args)))
        }
        "exec" => {
            let matches = matches(tree::exec(), arguments)?;
            let mut args: ExecArgs = read(&matches)?;
            args.handing.audiences = endpoint::audiences(&matches);
            args.sign_in.check()?;
            Ok(Command::Exec(Box::new(args)))
        }
        "token" => {
            let args: TokenArgs = read(&matches(tree::token(), arguments)?)?;
            args.sign_in.check()?;
            Ok(Command::Token(args))
        }
        "cache" => match matches(tree::cache(), arguments)?.subcommand() {
            Some(("clear", matches)) => Ok(Command::Cache(CacheCommand::Clear(read(matches)?))),
            Some((_, matches)) => Ok(Command::Cache(CacheCommand::List(read(matches)?))),
            None => Err(Error::usage(
                "`arm cache` needs a command: `list` or `clear`",
            )),
        },
        "login" => {
            let args: LoginArgs = read(&matches(tree::login(), arguments)?)?;
            args.check()?;
            Ok(Command::Login(args))
        }
        "logout" => Ok(Command::Logout(read(&matches(tree::logout(), arguments)?)?)),
        "whoami" => {
            let args: WhoamiArgs = read(&matches(tree::whoami(), arguments)?)?;
            args.sign_in.check()?;
            Ok(Command::Whoami(args))
        }
        "account" => Ok(Command::Account(read(&matches(
            tree::account(),
            arguments,
        )?)?)),
        "sandbox" => match matches(tree::sandbox(), arguments)?.subcommand() {
            Some(("serve", matches)) => {
                let options: commands::ServeOptions = read(matches)?;
                Ok(Command::Sandbox(SandboxCommand::Serve(options.into())))
            }
            _ => Ok(Command::Sandbox(SandboxCommand::Reset)),
        },
        "types" => types(arguments),
        "completions" => {
            let matches = matches(tree::completions(), arguments)?;
            let shell = matches.get_one("shell").copied().unwrap_or(Shell::Bash);
            Ok(Command::Completions { shell })
        }
        "man" => matches(tree::man(), arguments).map(|_| Command::Man),
        _ => help(&matches(tree::help(), arguments)?),
    }
}

/// `arm types`.
fn types(arguments: Vec<OsString>) -> Result<Command, Error> {
    let args: TypesArgs = read(&matches(tree::types(), arguments)?)?;
    args.sign_in.check()?;
    let tree = tree::request("GET", MethodOrigin::Written);
    let mut request: RequestArgs = read(&matches(tree, vec![types::PROVIDERS.into()])?)?;
    args.give(&mut request);
    Ok(Command::Types(Box::new((args, request))))
}

/// `arm help`, `arm help TOPIC`, `arm help COMMAND`.
fn help(matches: &ArgMatches) -> Result<Command, Error> {
    let Some(subject) = matches.get_one::<String>("subject") else {
        return Err(Error::display(
            tree::root_for_help().render_help().to_string(),
        ));
    };
    if let Some(topic) = Topic::named(subject) {
        return Ok(Command::Help { topic });
    }
    match words::classify(subject.as_ref()) {
        Ok(Word::Method(method)) => {
            let mut request = tree::request(method.as_str(), MethodOrigin::Written);
            Err(Error::display(request.render_help().to_string()))
        }
        Ok(Word::Command(name)) => Err(Error::display(tree::help_of(name))),
        Ok(Word::Url) | Err(_) => Err(Error::usage(format!("there is no help about `{subject}`"))
            .with_fact(format!("topics: {}", Topic::names().join(", ")))
            .with_hint("`arm help` lists the commands")),
    }
}

fn matches(command: clap::Command, arguments: Vec<OsString>) -> Result<ArgMatches, Error> {
    command
        .try_get_matches_from(arguments)
        .map_err(|error| clap_error::convert(&error))
}

fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Error> {
    T::from_arg_matches(matches).map_err(|error| clap_error::convert(&error))
}
