//! The commands: all of them once ([`Command`] and [`COMMANDS`]), and a file for each with what it takes, its tree and how it
//! is read. The options that several commands share are in `options`; who runs a command: `app/command`.

mod about_arm;
mod account;
mod cache;
mod can;
mod config;
mod credential;
mod diff;
mod edit;
mod endpoint;
mod graph;
mod list;
mod login;
mod mcp;
mod new;
mod one_resource;
mod open;
mod python_literal;
pub(super) mod request;
mod rest;
mod sandbox;
mod show;
mod token;
mod types;
mod wait;

use clap::ArgMatches;

use super::error::Error;
use super::help::Topic;
use super::options::run;
use super::options::values::Shell;
use super::template;

pub(super) use about_arm::{subject_of_help, wants_json};
pub use account::{AccountCommand, LogoutArgs, WhoamiArgs};
pub use cache::CacheCommand;
pub use can::CanArgs;
pub use config::{ConfigCommand, ConfigShowArgs};
pub use credential::{CredentialCommand, DockerArgs, KubernetesArgs};
pub use diff::{DiffArgs, DiffFormat, OtherDocument};
pub use edit::{EditArgs, EditSyntax};
pub use endpoint::{EndpointArgs, ExecArgs, HandingOptions, PreparedProgram, VariablesFormat};
pub use graph::GraphArgs;
pub use list::ListArgs;
pub use login::{ApplicationOptions, LoginArgs};
pub use mcp::McpArgs;
pub use new::{BodyFormat, NewArgs};
pub use open::OpenArgs;
pub use request::{MethodOrigin, RequestArgs, TypedName, Watch};
pub use rest::{RestArgs, RestPairs};
pub use sandbox::{SandboxCommand, ServeArgs, Tls};
pub use show::ShowArgs;
pub use token::{TokenArgs, TokenOutput};
pub use types::{TypesArgs, TypesOutput};

/// What the user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `arm [METHOD] URL [ITEM...]`.
    Request(Box<RequestArgs>),
    /// `arm list TYPE`.
    List(Box<ListArgs>),
    /// `arm diff URL OTHER`.
    Diff(Box<DiffArgs>),
    /// `arm open URL`.
    Open(Box<OpenArgs>),
    /// `arm edit URL`.
    Edit(Box<EditArgs>),
    /// `arm new`: what to print, and the request of `--from`.
    New(Box<(NewArgs, Option<RequestArgs>)>),
    /// `arm show TYPE NAME`.
    Show(Box<ShowArgs>),
    /// `arm graph QUERY`.
    Graph(Box<GraphArgs>),
    /// `arm rest`.
    Rest(Box<RestArgs>),
    /// `arm token`.
    Token(TokenArgs),
    /// `arm serve`.
    Serve(Box<EndpointArgs>),
    /// `arm exec`.
    Exec(Box<ExecArgs>),
    /// `arm credential git`, `docker`, `kubernetes`.
    Credential(Box<CredentialCommand>),
    /// `arm mcp`.
    Mcp(Box<McpArgs>),
    /// `arm cache list`, `names`, `warm`, `clear`.
    Cache(CacheCommand),
    /// `arm config show`, `get`, `set`, `unset`, `edit`, `path`.
    Config(ConfigCommand),
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
    /// `arm can`: what to print, and the request that it is about.
    Can(Box<(CanArgs, RequestArgs)>),
    /// `arm completions SHELL`: [`crate::cli::completions::script`] is the answer.
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// `arm __complete WORD...`, which the scripts of the shells ask: the words up to the cursor, the last as typed so far.
    Complete(Vec<String>),
    /// `arm man`: [`crate::cli::man::page`] is the answer.
    Man {
        /// The page; without one, the names of all pages.
        page: Option<String>,
    },
    /// `arm help --json`: [`crate::cli::catalogue_of_commands`] is the answer.
    HelpJson,
    /// `arm help TOPIC`: [`Topic::text`] is the answer.
    Help {
        /// About what.
        topic: Topic,
    },
}

impl Command {
    /// The profile whose settings it uses, where it names one.
    pub fn profile(&self) -> Option<&str> {
        let sign_in = match self {
            Self::Request(args) => &args.options.sign_in,
            Self::List(args) => &args.options.sign_in,
            Self::Show(args) => &args.options.sign_in,
            Self::Graph(args) => args.sign_in(),
            Self::Rest(args) => &args.options().sign_in,
            Self::Token(args) => &args.sign_in,
            Self::Serve(args) => &args.sign_in,
            Self::Exec(args) => &args.sign_in,
            Self::Credential(command) => &command.args().sign_in,
            Self::Mcp(args) => &args.sign_in,
            Self::Whoami(args) => &args.sign_in,
            Self::Types(args) => &args.0.sign_in,
            Self::Can(args) => &args.1.options.sign_in,
            Self::New(args) => &args.0.sign_in,
            Self::Diff(args) => &args.request.options.sign_in,
            Self::Edit(args) => &args.request.options.sign_in,
            Self::Open(args) => &args.request.options.sign_in,
            Self::Config(command) => return command.profile(),
            Self::Cache(command) => return command.profile(),
            Self::Login(_)
            | Self::Logout(_)
            | Self::Account(_)
            | Self::Sandbox(_)
            | Self::Completions { .. }
            | Self::Complete(_)
            | Self::Man { .. }
            | Self::HelpJson
            | Self::Help { .. } => return None,
        };
        sign_in.profile.as_deref()
    }

    /// Tells whether it would do something else with other settings.
    pub fn needs_settings(&self) -> bool {
        match self {
            Self::Config(command) => command.shows(),
            Self::Completions { .. }
            | Self::Complete(_)
            | Self::Man { .. }
            | Self::HelpJson
            | Self::Help { .. } => false,
            Self::Request(_)
            | Self::List(_)
            | Self::Show(_)
            | Self::Graph(_)
            | Self::Rest(_)
            | Self::Diff(_)
            | Self::Edit(_)
            | Self::Open(_)
            | Self::Can(_)
            | Self::New(_)
            | Self::Token(_)
            | Self::Serve(_)
            | Self::Exec(_)
            | Self::Credential(_)
            | Self::Mcp(_)
            | Self::Cache(_)
            | Self::Login(_)
            | Self::Logout(_)
            | Self::Whoami(_)
            | Self::Account(_)
            | Self::Sandbox(_)
            | Self::Types(_) => true,
        }
    }
}

/// Makes a command of what its tree has found.
type Read = fn(&ArgMatches) -> Result<Command, Error>;

/// A command as the command line knows it.
#[derive(Debug)]
pub(super) struct CommandSpec {
    pub(super) name: &'static str,
    /// Makes its tree, without the options of every command.
    tree: fn() -> clap::Command,
    /// Reads what was found; nothing for `arm help`, whose answer needs all other commands.
    pub(super) read: Option<Read>,
}

impl CommandSpec {
    /// Makes its tree.
    pub(super) fn whole_tree(&self) -> clap::Command {
        run::with_options((self.tree)())
    }
}

/// All commands, in the order in which help lists them.
#[rustfmt::skip]
pub(super) const COMMANDS: [CommandSpec; 26] = [
    CommandSpec { name: "list", tree: list::tree, read: Some(|found| list::read(found).map(Box::new).map(Command::List)) },
    CommandSpec { name: "show", tree: show::tree, read: Some(|found| show::read(found).map(Box::new).map(Command::Show)) },
    CommandSpec { name: "new", tree: new::tree, read: Some(|found| new::read(found).map(Box::new).map(Command::New)) },
    CommandSpec { name: "graph", tree: graph::tree, read: Some(|found| graph::read(found).map(Box::new).map(Command::Graph)) },
    CommandSpec { name: "rest", tree: rest::tree, read: Some(|found| rest::read(found).map(Box::new).map(Command::Rest)) },
    CommandSpec { name: "edit", tree: edit::tree, read: Some(|found| edit::read(found).map(Box::new).map(Command::Edit)) },
    CommandSpec { name: "diff", tree: diff::tree, read: Some(|found| diff::read(found).map(Box::new).map(Command::Diff)) },
    CommandSpec { name: "open", tree: open::tree, read: Some(|found| open::read(found).map(Box::new).map(Command::Open)) },
    CommandSpec { name: "wait", tree: wait::tree, read: Some(|found| wait::read(found).map(Box::new).map(Command::Request)) },
    CommandSpec { name: "can", tree: can::tree, read: Some(|found| can::read(found).map(Box::new).map(Command::Can)) },
    CommandSpec { name: "login", tree: login::tree, read: Some(|found| login::read(found).map(Command::Login)) },
    CommandSpec { name: "logout", tree: account::logout_tree, read: Some(|found| template::read(found).map(Command::Logout)) },
    CommandSpec { name: "whoami", tree: account::whoami_tree, read: Some(|found| account::read_whoami(found).map(Command::Whoami)) },
    CommandSpec { name: "account", tree: account::tree, read: Some(|found| template::read(found).map(Command::Account)) },
    CommandSpec { name: "token", tree: token::tree, read: Some(|found| token::read(found).map(Command::Token)) },
    CommandSpec { name: "cache", tree: cache::tree, read: Some(|found| cache::read(found).map(Command::Cache)) },
    CommandSpec { name: "config", tree: config::tree, read: Some(|found| config::read(found).map(Command::Config)) },
    CommandSpec { name: "serve", tree: endpoint::serve_tree, read: Some(|found| endpoint::read_serve(found).map(Box::new).map(Command::Serve)) },
    CommandSpec { name: "exec", tree: endpoint::exec_tree, read: Some(|found| endpoint::read_exec(found).map(Box::new).map(Command::Exec)) },
    CommandSpec { name: "credential", tree: credential::tree, read: Some(|found| credential::read(found).map(Box::new).map(Command::Credential)) },
    CommandSpec { name: "mcp", tree: mcp::tree, read: Some(|found| mcp::read(found).map(Box::new).map(Command::Mcp)) },
    CommandSpec { name: "sandbox", tree: sandbox::tree, read: Some(|found| sandbox::read(found).map(Command::Sandbox)) },
    CommandSpec { name: "types", tree: types::tree, read: Some(|found| types::read(found).map(Box::new).map(Command::Types)) },
    CommandSpec { name: "completions", tree: about_arm::completions_tree, read: Some(|found| {
        let shell = about_arm::read_completions(found);
        Ok(Command::Completions { shell })
    }) },
    CommandSpec { name: "man", tree: about_arm::man_tree, read: Some(|found| Ok(Command::Man { page: about_arm::read_man(found) })) },
    CommandSpec { name: "help", tree: about_arm::help_tree, read: None },
];

/// Finds a command by its name.
pub(super) fn command_named(name: &str) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|command| command.name == name)
}
