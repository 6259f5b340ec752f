//! The tree of all commands, from which help comes. The tree of each is next to its arguments.

use clap::{Args as _, Command};

use super::arguments::request::RequestArgs;
use super::arguments::{COMMANDS, CommandSpec, command_named};
use super::options::run;
use super::template::leaf;

const ABOUT: &str = "The command-line HTTP client for Azure Resource Manager";

const USAGE: &str = "arm [METHOD] URL [ITEM...] [OPTIONS]\n       arm COMMAND ...";

/// The trees of the commands, in the order of the table.
pub(super) fn commands() -> impl Iterator<Item = Command> {
    COMMANDS.iter().map(CommandSpec::whole_tree)
}

/// The help text of a command.
pub(super) fn help_of(name: &str) -> String {
    command_named(name)
        .map(|command| command.whole_tree().render_help().to_string())
        .unwrap_or_default()
}

/// Program name, version, and the options of a request, which may come before the METHOD.
pub(super) fn root() -> Command {
    let root = leaf("arm", ABOUT)
        .bin_name("arm")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(false)
        .override_usage(USAGE)
        .subcommand_negates_reqs(true)
        .after_help(include_str!("help/commands/arm.txt").trim_end());
    run::with_options(RequestArgs::augment_args(root).about(ABOUT))
}

/// The tree of `arm --help`: the verbs are named in its text.
pub(super) fn root_for_help() -> Command {
    root().subcommands(commands())
}
