//! What every command has in common: the settings of its tree, and how its words become arguments. The trees themselves
//! stand beside their arguments (`arguments`); the tree of all of them is put together in `commands`.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::clap_error;
use super::error::Error;

const TEMPLATE: &str = "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}\n";

/// Settings that every command shares.
pub(super) fn leaf(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .bin_name(format!("arm {name}"))
        .about(about)
        .no_binary_name(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        // What an alias has set can be set again: the last one counts, but for options that add up.
        .args_override_self(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::HelpShort)
                .help("Print help"),
        )
        .help_template(TEMPLATE)
        .term_width(0)
}

/// Finds in the words of a command line what a tree expects.
pub(super) fn matches(tree: Command, words: Vec<OsString>) -> Result<ArgMatches, Error> {
    tree.try_get_matches_from(words)
        .map_err(|error| clap_error::convert(&error))
}

/// Reads what was found.
pub(super) fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Error> {
    T::from_arg_matches(matches).map_err(|error| clap_error::convert(&error))
}
