//! `-` in place of the URL: a request for each ID on standard input. Which options go with it. Who reads the IDs:
//! `plan::ids`.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use clap::Args;

use crate::cli::error::Error;
use crate::cli::options::values::parse_number;

/// Requests that are under way at a time unless `--parallel` says otherwise.
const DEFAULT_PARALLEL: usize = 8;
/// The same where the path holds a `*`: the service has counters for each subscription.
const DEFAULT_PARALLEL_LISTS: usize = 50;
/// More than this asks for throttling, not for speed.
const MOST_PARALLEL: usize = 100;

/// How many requests are made for many IDs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Many IDs")]
pub struct ManyOptions {
    /// Keep at most N requests under way (default: 8 for many IDs, 50 if the path has a `*`)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_parallel)]
    pub(in crate::cli) parallel: Option<NonZeroUsize>,
    /// Send nothing more after the first failure
    #[arg(long)]
    pub fail_fast: bool,
    /// Delete what depends on others before these, wait for each, and try what is in use again after the others
    #[arg(long)]
    pub in_order: bool,
    /// Go on after a failure: this is the default
    #[arg(long, hide = true, conflicts_with = "fail_fast")]
    pub keep_going: bool,
}

impl ManyOptions {
    /// Returns the most requests that are under way at a time.
    pub fn parallel(&self) -> usize {
        self.parallel.map_or(DEFAULT_PARALLEL, NonZeroUsize::get)
    }

    /// Tells whether the user has said how many that are.
    pub fn gives_parallel(&self) -> bool {
        self.parallel.is_some()
    }

    /// Returns the same where `*` stands for many: they are read, so that there can be more.
    pub fn parallel_lists(&self) -> usize {
        self.parallel
            .map_or(DEFAULT_PARALLEL_LISTS, NonZeroUsize::get)
    }
}

pub(in crate::cli) fn parse_parallel(text: &str) -> Result<NonZeroUsize, Error> {
    let count: NonZeroUsize = parse_number(text)?;
    if count.get() > MOST_PARALLEL {
        return Err(Error::usage(format!(
            "at most {MOST_PARALLEL} requests are made at a time"
        )));
    }
    Ok(count)
}

/// Takes the end of `-/start` away: clap reads it as an option. What is left is `-`.
///
/// # Errors
/// Refuses two of them.
pub(in crate::cli) fn take_end(arguments: &mut [OsString]) -> Result<Option<String>, Error> {
    let mut end: Option<String> = None;
    for argument in arguments {
        let text = argument.to_str().filter(|text| text.starts_with("-/"));
        let Some(found) = text.and_then(|text| text.strip_prefix('-')) else {
            continue;
        };
        if let Some(first) = end.replace(found.to_owned()) {
            return Err(Error::usage(format!("two URLs: `-{first}` and `-{found}`")));
        }
        *argument = "-".into();
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use crate::cli::{Command, RequestArgs, parse};

    fn request(line: &str) -> RequestArgs {
        let words = std::iter::once("arm").chain(line.split(' '));
        match parse(words.map(Into::into)) {
            Ok(Command::Request(args)) => *args,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[track_caller]
    fn refused(line: &str, words: &str) {
        let argv = std::iter::once("arm").chain(line.split(' '));
        let error = parse(argv.map(Into::into)).expect_err(line);
        let text = format!("{error} | {}", error.hint().unwrap_or_default());
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(text.contains(words), "{line}: {text}");
    }

    #[test]
    fn a_dash_stands_for_each_id() {
        for (line, end) in [
            ("DELETE - --yes", Some("")),
            ("-", Some("")),
            ("POST -/start --wait", Some("/start")),
            ("--wait POST --parallel 3 -/start?a=b", Some("/start?a=b")),
            (
                "-/providers/Microsoft.Web/sites",
                Some("/providers/Microsoft.Web/sites"),
            ),
            ("-v -/start", Some("/start")),
            ("GET /x", None),
        ] {
            assert_eq!(request(line).end_of_each(), end, "{line}");
        }
        assert!(request("GET - -r -i").options.output.include);
        assert_eq!(request("GET -").many.parallel(), 8);
        assert_eq!(request("GET - --parallel 1").many.parallel(), 1);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (line, words) in [
            ("POST - -", "standard input is asked for twice"),
            ("POST - a=@-", "standard input is asked for twice"),
            ("POST -/a -/b", "two URLs: `-/a` and `-/b`"),
            ("POST /x -/b", "`-/b` is not an item"),
            (
                "PUT -",
                "PUT needs a body | if it holds the body, write `arm PUT URL -`",
            ),
            ("PATCH - X-A:b", "PATCH needs a body"),
            ("GET - -o raw", "`-o` cannot be used"),
            ("GET - -o jsonc", "`-o` cannot be used"),
            (
                "GET - -O f",
                "`-O` cannot be used where each request prints a line | write `> FILE`",
            ),
            (
                "GET - -i",
                "`-i` cannot be used where each request prints a line | each line holds its status; with `-r`",
            ),
            ("GET - --limit 3", "`--limit` cannot be used"),
            ("GET - --parallel 0", "--parallel"),
            ("GET - --parallel 101", "at most 100"),
            ("GET /x --parallel 2", "`--parallel` is for many requests"),
            ("GET /x --fail-fast", "`--fail-fast` is for many requests"),
            ("wait -", "arm GET - --wait"),
        ] {
            refused(line, words);
        }
    }
}
