//! What every command has in common: the settings of its tree, and how its words become arguments. The trees themselves
//! are next to their arguments (`arguments`); the tree of all of them is put together in `commands`.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::clap_error;
use super::defaults::OptionDefaults;
use super::error::Error;
use super::help::{Screen, Style, lay_out};

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

/// Finds in words what a tree expects.
pub(super) fn matches(tree: Command, words: Vec<OsString>) -> Result<ArgMatches, Error> {
    matches_with(tree, words, &OptionDefaults::default())
}

/// Finds in the words of a command line what a tree expects, with the user's defaults for what they leave out.
pub(super) fn matches_with(
    tree: Command,
    words: Vec<OsString>,
    defaults: &OptionDefaults,
) -> Result<ArgMatches, Error> {
    if !defaults.can_be_refused() {
        return matches_of(defaults.give(tree), words);
    }
    let matches = matches_of(defaults.give(tree.clone()), words.clone())?;
    match defaults.without_refused(&matches) {
        Some(defaults) => matches_of(defaults.give(tree), words),
        None => Ok(matches),
    }
}

fn matches_of(mut tree: Command, words: Vec<OsString>) -> Result<ArgMatches, Error> {
    let is_whole = words.iter().any(|word| word == "--help");
    let part = words.first().filter(|_| tree.has_subcommands()).cloned();
    let unreadable: Vec<String> = words.iter().filter_map(|word| unreadable(word)).collect();
    let result = tree.try_get_matches_from_mut(words);
    result.map_err(|error| match clap_error::convert(&error) {
        Error::Usage { .. } if error.kind() == ErrorKind::InvalidUtf8 => {
            Error::usage(format!("not valid UTF-8: {}", unreadable.join(", ")))
        }
        Error::Display { text } if !is_whole && !fits_a_screen(&text) => {
            let part = part.and_then(|part| tree.find_subcommand(part).cloned());
            Error::display(brief(part.unwrap_or(tree)).render_help().to_string())
        }
        other @ (Error::Display { .. } | Error::Usage { .. }) => other,
    })
}

/// A word that is not UTF-8, in backticks, with the bytes that are wrong escaped.
fn unreadable(word: &OsStr) -> Option<String> {
    if word.to_str().is_some() {
        return None;
    }
    let chunks = word.as_encoded_bytes().utf8_chunks();
    let shown = chunks.map(|chunk| format!("{}{}", chunk.valid(), chunk.invalid().escape_ascii()));
    Some(format!("`{}`", shown.collect::<String>()))
}

/// `-h` fits a screen of 80 columns.
fn fits_a_screen(text: &str) -> bool {
    const MOST_LINES: usize = 40;
    let screen = Screen {
        width: 80,
        style: Style::Plain,
    };
    lay_out(text, screen).lines().count() <= MOST_LINES
}

/// The options that `-h` shows, if a command has more than a screen holds.
const COMMON: [&str; 27] = [
    "help",
    "query",
    "raw",
    "output",
    "columns",
    "subscription",
    "subscriptions",
    "resource_group",
    "limit",
    "until",
    "yes",
    "wait",
    "dry_run",
    "verbose",
    "sandbox",
    "tenant",
    "device_code",
    "service_principal",
    "client_id",
    "certificate",
    "identity",
    "decode",
    "refresh",
    "all",
    "graph",
    "who",
    "scope",
];

/// The same next to the list of all commands.
const COMMON_OF_ALL: [&str; 5] = ["help", "version", "query", "dry_run", "sandbox"];

/// The same command with its most common options alone, below one heading.
fn brief(tree: Command) -> Command {
    let (name, common): (String, &[&str]) = match tree.get_name() {
        "arm" => ("arm".to_owned(), &COMMON_OF_ALL),
        "request" => ("arm GET".to_owned(), &COMMON),
        name => {
            let whole = tree.get_bin_name().map(str::to_owned);
            (whole.unwrap_or_else(|| format!("arm {name}")), &COMMON)
        }
    };
    let is_root = name == "arm";
    tree.mut_args(|one| {
        let is_common = common.iter().any(|id| one.get_id() == id);
        let is_shown = is_common || (one.is_positional() && !is_root);
        let is_hidden = one.is_hide_set() || !is_shown;
        one.hide(is_hidden).help_heading(None::<&str>)
    })
    .after_help(format!("`{name} --help` shows all options, and examples."))
}

/// Reads what was found, and takes it: nothing is copied.
pub(super) fn take<T: FromArgMatches>(mut matches: ArgMatches) -> Result<T, Error> {
    T::from_arg_matches_mut(&mut matches).map_err(|error| clap_error::convert(&error))
}

/// Reads what was found in a part of a command.
pub(super) fn read<T: FromArgMatches>(matches: &ArgMatches) -> Result<T, Error> {
    T::from_arg_matches(matches).map_err(|error| clap_error::convert(&error))
}

#[cfg(test)]
mod tests {
    use super::fits_a_screen;
    use crate::cli::{Error, parse};

    fn help(words: &[&str]) -> String {
        match parse(["arm"].iter().chain(words).map(Into::into)) {
            Err(Error::Display { text }) => text,
            other => panic!("{words:?}: {other:?}"),
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_not_text_is_named() {
        use std::os::unix::ffi::OsStringExt as _;

        let bytes = [
            &b"arm"[..],
            b"GET",
            b"/x",
            b"--api-version",
            b"a\xffb",
            b"-i",
        ];
        let words = bytes.map(|word| std::ffi::OsString::from_vec(word.to_vec()));
        let error = parse(words).unwrap_err();
        let Error::Usage { message, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(message, "not valid UTF-8: `a\\xffb`");
    }

    #[test]
    fn h_fits_a_screen_and_help_is_whole() {
        let commands = super::super::arguments::COMMANDS.map(|command| vec![command.name]);
        let verbs = [vec![], vec!["GET"], vec!["PUT"], vec!["delete"], vec!["/x"]];
        for words in commands.iter().chain(&verbs) {
            let words: Vec<&str> = words.iter().copied().chain(["-h"]).collect();
            let text = help(&words);
            assert!(fits_a_screen(&text), "{words:?}\n{text}");
            assert!(text.contains("Usage:") && text.contains("--help"), "{text}");
        }
        let whole = help(&["GET", "--help"]);
        assert!(!fits_a_screen(&whole) && whole.contains("--next-link"));
    }

    #[test]
    fn a_method_shows_what_it_can_use() {
        for (words, shown, hidden) in [
            (&["DELETE", "--help"][..], "--yes", "--orderby"),
            (&["DELETE", "--help"], "--wait", "--each"),
            (&["PUT", "--help"], "--register", "--columns"),
            (&["HEAD", "--help"], "--api-version", "--wait"),
            (&["wait", "--help"], "--for", "--max-pages"),
            (&["GET", "--help"], "--orderby", "--keep-going"),
        ] {
            let text = help(words);
            assert!(text.contains(shown), "{words:?}: {shown}");
            assert!(!text.contains(hidden), "{words:?}: {hidden}");
        }
    }
}
