//! The options of every command: what a run may do, and to whom it speaks. They are in each tree, after its own
//! options. Which requests read: `azure/guard`.

use clap::{ArgMatches, Args, ValueEnum};

use crate::cli::error::Error;
use crate::cli::options::har::{self, WrittenFiles};
use crate::cli::options::values::ColorChoice;

/// What holds for a run, whatever its command is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Every command")]
pub struct RunOptions {
    /// Send only what reads; a secret is read with --allow-secrets only
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Let --read-only ask for keys, credentials and the like
    #[arg(long, global = true)]
    pub allow_secrets: bool,
    /// Never ask: what would need an answer is refused
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Write errors, notes and progress for people or for programs
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        hide_possible_values = true,
        help = "Write errors, notes and progress as text (default), or as json: one object per line on stderr"
    )]
    pub errors: Option<ErrorsFormat>,
    /// Colour what is written: on a terminal, always, never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        hide_possible_values = true,
        help = "Colour what is written: auto (on a terminal), always, never; an answer stays plain where colour would change a byte"
    )]
    pub color: Option<ColorChoice>,
    /// The file that all requests are written to, and that of the answer; not every command has the option.
    #[arg(skip)]
    pub files: WrittenFiles,
}

/// How errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ErrorsFormat {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

/// Adds the options of every command to a tree, after those that it has.
pub(in crate::cli) fn with_options(tree: clap::Command) -> clap::Command {
    let about = tree.get_about().cloned().unwrap_or_default();
    let tree = RunOptions::augment_args(tree);
    tree.about(about).next_help_heading(None::<&str>)
}

/// Reads the options of every command, which may come before the name of a part or after it.
///
/// # Errors
/// Those of [`har::read`].
pub(in crate::cli) fn read(matches: &ArgMatches) -> Result<RunOptions, Error> {
    let mut found = RunOptions {
        files: har::read(matches)?,
        ..RunOptions::default()
    };
    let mut level = Some(matches);
    while let Some(matches) = level {
        found.read_only |= matches.get_flag("read_only");
        found.allow_secrets |= matches.get_flag("allow_secrets");
        found.no_input |= matches.get_flag("no_input");
        let errors = matches.get_one::<ErrorsFormat>("errors").copied();
        found.errors = errors.or(found.errors);
        let color = matches.get_one::<ColorChoice>("color").copied();
        found.color = color.or(found.color);
        level = matches.subcommand().map(|(_, part)| part);
    }
    Ok(found)
}
