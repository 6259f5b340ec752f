//! The tree of all commands: help, completions and the man page come from it. The tree of each stands beside its arguments.

use clap::{Args as _, Command};

use super::arguments::request::{self, MethodOrigin, RequestArgs};
use super::arguments::{COMMANDS, command_named};
use super::help::Topic;
use super::template::leaf;
use crate::azure::TypeAlias;

const ABOUT: &str = "The command-line HTTP client for Azure Resource Manager";

const USAGE: &str = "arm [METHOD] URL [ITEM...] [OPTIONS]\n       arm COMMAND ...";

/// The trees of the commands, in the order of the table.
pub(super) fn commands() -> impl Iterator<Item = Command> {
    COMMANDS.iter().map(|command| (command.tree)())
}

/// The help text of a command.
pub(super) fn help_of(name: &str) -> String {
    command_named(name)
        .map(|command| (command.tree)().render_help().to_string())
        .unwrap_or_default()
}

/// Program name, version, and the options of a request, which may stand before the METHOD.
pub(super) fn root() -> Command {
    let root = leaf("arm", ABOUT)
        .bin_name("arm")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(false)
        .override_usage(USAGE)
        .subcommand_negates_reqs(true)
        .after_help(include_str!("help/commands/arm.txt").trim_end());
    RequestArgs::augment_args(root).about(ABOUT)
}

/// The tree of `arm --help`: the verbs are named in its text.
pub(super) fn root_for_help() -> Command {
    root().subcommands(commands())
}

/// The same tree, without what stands on its own after the name of the program.
pub(super) fn without_positionals(tree: &Command) -> Command {
    let options = tree.get_arguments().filter(|one| !one.is_positional());
    leaf("arm", ABOUT)
        .bin_name("arm")
        .no_binary_name(false)
        .disable_version_flag(false)
        .version(env!("CARGO_PKG_VERSION"))
        .args(options.filter(|one| one.get_id() != "help").cloned())
        .subcommands(tree.get_subcommands().cloned())
}

/// The whole tree, for completions and the man page. The verbs in lower case are left out: they
/// would double the scripts, and after them a shell completes the options of the root, which are
/// the same.
pub(super) fn whole() -> Command {
    let verbs = request::VERBS
        .map(|(verb, _)| request::tree(verb, MethodOrigin::Written).no_binary_name(false));
    let topics = clap::builder::PossibleValuesParser::new(Topic::names());
    let words = TypeAlias::all().flat_map(TypeAlias::words);
    let words = clap::builder::PossibleValuesParser::new(words);
    let commands = commands().map(|command: Command| {
        let command = command.no_binary_name(false);
        match command.get_name() {
            "help" => command.mut_arg("subject", |subject| subject.value_parser(topics.clone())),
            "list" => command.mut_arg("kind", |kind| kind.value_parser(words.clone())),
            _ => command,
        }
    });
    root()
        .no_binary_name(false)
        .subcommands(verbs)
        .subcommands(commands)
}
