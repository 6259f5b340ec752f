//! `-` in place of the URL: a request for each ID on standard input. Which options go with it. Who reads the IDs:
//! `plan::ids`.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use clap::Args;
use http::Method;

use crate::cli::arguments::request::RequestArgs;
use crate::cli::error::Error;
use crate::cli::items::Item;
use crate::cli::options::values::{OutputFormat, parse_number};

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
    /// Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_parallel)]
    parallel: Option<NonZeroUsize>,
    /// Send nothing more after the first failure
    #[arg(long)]
    pub fail_fast: bool,
    /// Go on after a failure: that is what is done anyway
    #[arg(long, hide = true, conflicts_with = "fail_fast")]
    pub keep_going: bool,
}

impl ManyOptions {
    /// Returns the most requests that are under way at a time.
    pub fn parallel(&self) -> usize {
        self.parallel.map_or(DEFAULT_PARALLEL, NonZeroUsize::get)
    }
}

impl ManyOptions {
    /// Returns the same where `*` stands for many: they are read, so that there can be more.
    pub fn parallel_lists(&self) -> usize {
        self.parallel
            .map_or(DEFAULT_PARALLEL_LISTS, NonZeroUsize::get)
    }
}

fn parse_parallel(text: &str) -> Result<NonZeroUsize, Error> {
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

impl RequestArgs {
    /// Returns what is appended to the path of each ID on standard input, or nothing where the URL
    /// stands on the command line.
    pub fn end_of_each(&self) -> Option<&str> {
        let end = self.url.strip_prefix('-')?;
        (end.is_empty() || end.starts_with('/')).then_some(end)
    }

    /// Puts the end of `-/start` back.
    pub(in crate::cli) fn give_end(&mut self, end: Option<String>) -> Result<(), Error> {
        match end {
            None => Ok(()),
            Some(end) if self.url == "-" => {
                self.url.push_str(&end);
                Ok(())
            }
            Some(end) => Err(Error::usage(format!("`-{end}` is not an item"))
                .with_hint("it may stand in place of the URL: for each ID on standard input")),
        }
    }

    /// Refuses what makes no sense with many IDs, and what makes sense with them only.
    pub(in crate::cli) fn check_many(&self) -> Result<(), Error> {
        if self.end_of_each().is_none() {
            let given = [
                (self.many.parallel.is_some(), "--parallel"),
                (self.many.fail_fast, "--fail-fast"),
                (self.many.keep_going, "--keep-going"),
            ];
            return match first_of(&given).filter(|_| !self.may_stand_for_many()) {
                None => Ok(()),
                Some(name) => Err(Error::usage(format!("`{name}` is for many requests")).with_hint(
                    "write `*` for every subscription or resource group, as in `/subscriptions/*/…`, or `-` in \
                     place of the URL and the IDs on standard input",
                )),
            };
        }
        if self.watch.is_some() {
            return Err(Error::usage("`arm wait` watches one address")
                .with_hint("for each ID on standard input write `arm GET - --wait`"));
        }
        self.check_output_of_many()?;
        let has_body = self
            .items
            .iter()
            .any(|item| matches!(item, Item::Body(_) | Item::Field { .. }));
        if !has_body && [Method::PUT, Method::PATCH].contains(&self.method) {
            let method = &self.method;
            return Err(Error::usage(format!("{method} needs a body"))
                .with_fact("`-` in place of the URL: standard input holds the IDs, one a line")
                .with_hint(format!(
                    "if it holds the body, write `arm {method} URL -`; else give the body as `@FILE` or fields"
                )));
        }
        Ok(())
    }

    /// Tells whether a `*` may stand for many subscriptions or resource groups.
    fn may_stand_for_many(&self) -> bool {
        let is_every =
            |name: &Option<String>| name.as_deref().is_some_and(|name| name.trim() == "*");
        let (subscription, group) = (
            &self.options.target.subscription,
            &self.options.target.resource_group,
        );
        let is_filled_in = is_every(subscription) || is_every(group);
        self.url.contains('*') || (is_filled_in && self.url.contains('{'))
    }

    /// Refuses what cannot be done with a line for each request.
    pub fn check_output_of_many(&self) -> Result<(), Error> {
        use OutputFormat::{Compact, Json, Ndjson, None as Nothing};

        let is_other = !matches!(
            self.options.output.format,
            Compact | Json | Ndjson | Nothing
        );
        let refused = [
            (
                is_other,
                "-o",
                "each result is a line of JSON; `-r` with `-q` prints what is found bare",
            ),
            (
                self.options.output.output_file.is_some(),
                "-O",
                "write `> FILE`: each result is a line, and stays if a later one fails",
            ),
            (
                self.options.output.include,
                "-i",
                "each line holds its status; `-vv` shows the headers",
            ),
            (
                self.options.paging.limit.is_some(),
                "--limit",
                "cut the IDs instead (`head -n N`), or each list with `--max-pages`",
            ),
        ];
        match refused.into_iter().find(|(given, ..)| *given) {
            None => Ok(()),
            Some((_, name, hint)) => Err(Error::usage(format!(
                "`{name}` cannot be used where each request prints a line"
            ))
            .with_hint(hint)),
        }
    }
}

fn first_of<'a>(given: &[(bool, &'a str)]) -> Option<&'a str> {
    given
        .iter()
        .find_map(|(given, name)| given.then_some(*name))
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
            ("GET - -i", "`-i` cannot be used"),
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
