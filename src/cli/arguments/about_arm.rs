//! The arguments of the commands about the program itself: `arm completions`, `arm man`, `arm help`.

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::help::Topic;
use crate::cli::options::values::Shell;
use crate::cli::template::leaf;

/// `arm completions SHELL`.
pub(super) fn completions_tree() -> clap::Command {
    leaf("completions", "Print the completion script for a shell").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(value_parser!(Shell))
            .help("For which shell"),
    )
}

/// Reads `arm completions`.
pub(super) fn read_completions(matches: &ArgMatches) -> Shell {
    matches.get_one("shell").copied().unwrap_or(Shell::Bash)
}

/// `arm man`.
pub(super) fn man_tree() -> clap::Command {
    leaf("man", "Print a manual page (roff)")
        .arg(
            Arg::new("page")
                .value_name("COMMAND")
                .conflicts_with("list")
                .help("A command or a METHOD (default: the page of arm itself)"),
        )
        .arg(
            Arg::new("list")
                .long("list")
                .action(ArgAction::SetTrue)
                .help("Print the names of all pages"),
        )
}

/// Reads which page `arm man` is asked for; nothing if it is the list of them.
pub(super) fn read_man(matches: &ArgMatches) -> Option<String> {
    let name = matches
        .get_one::<String>("page")
        .map_or("arm", String::as_str);
    (!matches.get_flag("list")).then(|| name.to_owned())
}

/// `arm help`.
pub(super) fn help_tree() -> clap::Command {
    let subject = Arg::new("subject")
        .value_name("TOPIC")
        .help("A topic, a METHOD or a command");
    let json = Arg::new("json")
        .long("json")
        .action(ArgAction::SetTrue)
        .conflicts_with("subject")
        .help("Print commands, options and exit codes as JSON");
    leaf("help", "Explain a topic or a command")
        .arg(subject)
        .arg(json)
        .after_help(format!("Topics:\n{}", Topic::list()))
}

/// Tells whether `arm help` is asked for everything as JSON.
pub(in crate::cli) fn wants_json(matches: &ArgMatches) -> bool {
    matches.get_flag("json")
}

/// Reads what `arm help` is asked about.
pub(in crate::cli) fn subject_of_help(matches: &ArgMatches) -> Option<&String> {
    matches.get_one("subject")
}
