//! The arguments of `arm mcp`; `app/command/mcp` serves.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::cli::error::Error;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm mcp`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct McpArgs {
    /// Let the client carry out the changes that it has planned
    #[arg(long)]
    pub allow_writes: bool,
    /// Add each call to this file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Who asks.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// The options of signing in, as they were written: each call gets them.
    #[arg(skip)]
    pub inherited: Vec<String>,
}

/// `arm mcp`.
pub(super) fn tree() -> clap::Command {
    let about = "Serve agents: the Model Context Protocol on stdin and stdout";
    let command =
        leaf("mcp", about).after_help(include_str!("../help/commands/mcp.txt").trim_end());
    McpArgs::augment_args(command).about(about)
}

/// Reads `arm mcp`.
pub(super) fn read(matches: &ArgMatches) -> Result<McpArgs, Error> {
    let mut args: McpArgs = template::read(matches)?;
    args.sign_in.check()?;
    if args.sign_in.token_on_stdin() {
        return Err(
            Error::usage("standard input belongs to the client of `arm mcp`")
                .with_hint("set `ARMCLI_ACCESS_TOKEN` instead of `--token -`"),
        );
    }
    args.inherited = written(matches);
    Ok(args)
}

/// Returns the options of signing in that were written.
fn written(matches: &ArgMatches) -> Vec<String> {
    let known = SignInOptions::augment_args(clap::Command::new("mcp"));
    let mut words = Vec::new();
    for one in known.get_arguments() {
        let id = one.get_id().as_str();
        let Some(long) = one.get_long() else {
            continue;
        };
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        if one.get_action().takes_values() {
            let values = matches.get_raw(id).into_iter().flatten();
            words.extend(values.map(|value| format!("--{long}={}", value.to_string_lossy())));
        } else {
            words.push(format!("--{long}"));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{read, tree};
    use crate::cli::template;

    #[test]
    fn options_of_signing_in_are_kept_as_written() {
        let words = |line: &str| {
            let words = line.split_whitespace().map(Into::into).collect();
            read(&template::matches(tree(), words).unwrap()).map(|args| args.inherited)
        };
        assert_eq!(words("--allow-writes"), Ok(Vec::new()));
        assert_eq!(
            words("--sandbox --tenant contoso.example --auth login"),
            Ok(["--auth=login", "--tenant=contoso.example", "--sandbox"]
                .map(str::to_owned)
                .to_vec())
        );
        assert!(words("--token -").is_err());
    }
}
