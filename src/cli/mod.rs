//! The command line: argv in, typed arguments or a usage error out. What depends on files and the environment: `plan`.
//!
//! Parsing has two passes. The first finds the word that says what to do (a METHOD, a command, or a URL where METHOD is
//! left out), whatever options stand before it; the second parses everything else with the options of that word. So
//! `arm -o compact GET /x`, `arm GET /x -o compact` and `arm /x -o compact` are the same.

mod arguments;
mod clap_error;
mod commands;
pub mod completions;
mod dispatch;
mod error;
mod foreign_flags;
mod help;
mod items;
mod options;

#[cfg(test)]
mod tests;

use std::ffi::OsString;

use clap::{ArgMatches, FromArgMatches};

pub use arguments::account::{
    AccountCommand, AccountOutput, AccountOutputOptions, LogoutArgs, WhoamiArgs,
};
pub use arguments::cache::{CacheClearArgs, CacheCommand, CacheListArgs, CacheOutput};
pub use arguments::endpoint::{EndpointArgs, ExecArgs, HandingOptions, VariablesFormat};
pub use arguments::graph::GraphArgs;
pub use arguments::list::ListArgs;
pub use arguments::login::{ApplicationOptions, LoginArgs};
pub use arguments::request::{MethodOrigin, RequestArgs, Watch};
pub use arguments::sandbox::{SandboxCommand, ServeArgs, Tls};
pub use arguments::token::{TokenArgs, TokenOutput, TokenOutputOptions};
pub use arguments::types::{TypesArgs, TypesOutput, TypesOutputOptions};
pub use error::{Error, Stream};
pub use help::Topic;
pub use items::{FieldStep, FieldValue, HeaderChange, HeaderEdit, Item, PathDisplay, ValueSource};
pub use options::columns::{ColumnName, ColumnNames};
pub use options::headers::HeaderOptions;
pub use options::many::ManyOptions;
pub use options::member_names::MemberNames;
pub use options::network::NetworkOptions;
pub use options::output::{ExitOptions, OutputOptions};
pub use options::paging::PagingOptions;
pub use options::query::QueryOptions;
pub use options::request::RequestOptions;
pub use options::sign_in::{SignInOptions, TargetOptions};
pub use options::values::{ColorChoice, OutputFormat, Shell, StatusPattern};
pub use options::wait_condition::WaitCondition;

use dispatch::Word;

/// What the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `arm [METHOD] URL [ITEM...]`.
    Request(Box<RequestArgs>),
    /// `arm list TYPE`.
    List(Box<ListArgs>),
    /// `arm graph QUERY`.
    Graph(Box<GraphArgs>),
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
    if let Some(words) = dispatch::behind_exec(&arguments) {
        // The arguments of another program have meanings of their own.
        return command("exec", words.arguments);
    }
    foreign_flags::check_header_flag(&arguments)?;
    let end = options::many::take_end(&mut arguments)?;
    let mut words = dispatch::cut(arguments)?;
    let Some(word) = words.word.take() else {
        return Err(without_word(words.arguments));
    };
    match dispatch::classify(&word)? {
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
    let matches = commands::root_for_help().try_get_matches_from(arguments);
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
    let matches = matches(commands::request(method.as_str(), origin), arguments)?;
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
            let args: arguments::request::WaitArgs = read(&matches(commands::wait(), arguments)?)?;
            let args = RequestArgs::from(args);
            args.check()?;
            Ok(Command::Request(Box::new(args)))
        }
        "serve" => {
            let matches = matches(commands::serve(), arguments)?;
            let mut args: EndpointArgs = read(&matches)?;
            args.handing.audiences = arguments::endpoint::audiences(&matches);
            args.sign_in.check()?;
            Ok(Command::Serve(Box::new(args)))
        }
        "exec" => {
            let matches = matches(commands::exec(), arguments)?;
            let mut args: ExecArgs = read(&matches)?;
            args.handing.audiences = arguments::endpoint::audiences(&matches);
            args.sign_in.check()?;
            Ok(Command::Exec(Box::new(args)))
        }
        "list" => {
            let matches = matches(commands::list(), arguments)?;
            let mut args: ListArgs = read(&matches)?;
            args.settle_format(matches.value_source("output"));
            Ok(Command::List(Box::new(args)))
        }
        "graph" => {
            let args: GraphArgs = read(&matches(commands::graph(), arguments)?)?;
            args.check()?;
            Ok(Command::Graph(Box::new(args)))
        }
        "token" => {
            let args: TokenArgs = read(&matches(commands::token(), arguments)?)?;
            args.sign_in.check()?;
            Ok(Command::Token(args))
        }
        "cache" => match matches(commands::cache(), arguments)?.subcommand() {
            Some(("clear", matches)) => Ok(Command::Cache(CacheCommand::Clear(read(matches)?))),
            Some((_, matches)) => Ok(Command::Cache(CacheCommand::List(read(matches)?))),
            None => Err(Error::usage(
                "`arm cache` needs a command: `list` or `clear`",
            )),
        },
        "login" => {
            let args: LoginArgs = read(&matches(commands::login(), arguments)?)?;
            args.check()?;
            Ok(Command::Login(args))
        }
        "logout" => Ok(Command::Logout(read(&matches(
            commands::logout(),
            arguments,
        )?)?)),
        "whoami" => {
            let args: WhoamiArgs = read(&matches(commands::whoami(), arguments)?)?;
            args.sign_in.check()?;
            Ok(Command::Whoami(args))
        }
        "account" => Ok(Command::Account(read(&matches(
            commands::account(),
            arguments,
        )?)?)),
        "sandbox" => match matches(commands::sandbox(), arguments)?.subcommand() {
            Some(("serve", matches)) => {
                let options: arguments::sandbox::ServeOptions = read(matches)?;
                Ok(Command::Sandbox(SandboxCommand::Serve(options.into())))
            }
            _ => Ok(Command::Sandbox(SandboxCommand::Reset)),
        },
        "types" => types(arguments),
        "completions" => {
            let matches = matches(commands::completions(), arguments)?;
            let shell = matches.get_one("shell").copied().unwrap_or(Shell::Bash);
            Ok(Command::Completions { shell })
        }
        "man" => matches(commands::man(), arguments).map(|_| Command::Man),
        _ => help(&matches(commands::help(), arguments)?),
    }
}

/// `arm types`.
fn types(arguments: Vec<OsString>) -> Result<Command, Error> {
    let args: TypesArgs = read(&matches(commands::types(), arguments)?)?;
    args.sign_in.check()?;
    let tree = commands::request("GET", MethodOrigin::Written);
    let mut request: RequestArgs = read(&matches(tree, vec![arguments::types::PROVIDERS.into()])?)?;
    args.give(&mut request);
    Ok(Command::Types(Box::new((args, request))))
}

/// `arm help`, `arm help TOPIC`, `arm help COMMAND`.
fn help(matches: &ArgMatches) -> Result<Command, Error> {
    let Some(subject) = matches.get_one::<String>("subject") else {
        return Err(Error::display(
            commands::root_for_help().render_help().to_string(),
        ));
    };
    if let Some(topic) = Topic::named(subject) {
        return Ok(Command::Help { topic });
    }
    match dispatch::classify(subject.as_ref()) {
        Ok(Word::Method(method)) => {
            let mut request = commands::request(method.as_str(), MethodOrigin::Written);
            Err(Error::display(request.render_help().to_string()))
        }
        Ok(Word::Command(name)) => Err(Error::display(commands::help_of(name))),
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
