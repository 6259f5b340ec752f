//! Turns clap's errors into ours: one line, the facts, one hint. What is allowed: `commands` and
//! `arguments`.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::error::Error;
use super::foreign_flags;
use crate::azure::distance;

/// What goes where.
const ORDER: &str = "the order is `arm [METHOD] URL [ITEM...]`";

/// Options that clap names when two contradict each other or one needs another, and what helps.
const COMBINATIONS: [(ErrorKind, &str, &str); 5] = [
    (
        ErrorKind::ArgumentConflict,
        "--no-auth",
        "without a token there is no audience and no source: leave one of them out",
    ),
    (
        ErrorKind::ArgumentConflict,
        "--no-paginate",
        "`--no-paginate` is the first page as it came: leave it out for `--max-pages N`",
    ),
    (
        ErrorKind::MissingRequiredArgument,
        "--query",
        "`--each` and `--exit-status` are about a query: write `-q '$.name'`",
    ),
    (
        ErrorKind::MissingRequiredArgument,
        "--tls-key",
        "write `--tls-key FILE` too, or `--tls` for a certificate made for this run",
    ),
    (
        ErrorKind::MissingRequiredArgument,
        "--tls-cert",
        "write `--tls-cert FILE` too, or `--tls` for a certificate made for this run",
    ),
];

/// Converts an error, and help and version, which clap hands out as errors.
pub(super) fn convert(error: &clap::Error) -> Error {
    let argument = text(error, ContextKind::InvalidArg);
    let kind = error.kind();
    if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Error::display(error.render().to_string());
    }
    if kind == ErrorKind::UnknownArgument
        && let Some(known) = argument.as_deref().and_then(foreign_flags::foreign)
    {
        return known;
    }
    if kind == ErrorKind::InvalidValue {
        match argument.as_deref().map(option_name) {
            Some("--output") => {
                let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
                return foreign_flags::format(&value, &possible_values(error));
            }
            Some("--auth") if text(error, ContextKind::SuggestedValue).is_none() => {
                return not_a_source(&possible_values(error));
            }
            _ => {}
        }
    }
    if let Some(ours) = error
        .source()
        .and_then(|source| source.downcast_ref::<Error>())
    {
        return match (ours.clone(), argument) {
            (
                Error::Usage {
                    message,
                    facts,
                    hint,
                },
                Some(name),
            ) if name.starts_with('-') => {
                let message = format!("{}: {message}", option_name(&name));
                Error::Usage {
                    message,
                    facts,
                    hint,
                }
            }
            (other, _) => other,
        };
    }
    if kind == ErrorKind::MissingRequiredArgument && argument.as_deref() == Some("<URL>") {
        return Error::usage("the URL is missing").with_hint(ORDER);
    }
    if kind == ErrorKind::MissingRequiredArgument && argument.as_deref() == Some("<TYPE>") {
        return Error::usage("the TYPE is missing")
            .with_hint("write `arm list vm`; `arm list --help` names the words for types");
    }
    let usage = Error::usage(sentence(error));
    match combination(error).or_else(|| hint(error)) {
        Some(hint) => usage.with_hint(hint),
        None => usage,
    }
}

/// The value of `--auth` is nothing like the name of a source: it may be a token or a password, and is not repeated.
fn not_a_source(sources: &[String]) -> Error {
    Error::usage("the value of `--auth` is not the name of a source of tokens")
        .with_fact(format!("sources: {}", sources.join(", ")))
        .with_hint("for a token write `--token -` and put it on standard input, or set `ARMCLI_ACCESS_TOKEN`")
}

/// clap's own sentence: everything up to the first blank line, on one line.
fn sentence(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let lines = rendered.lines().take_while(|line| !line.trim().is_empty());
    let words: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| !line.starts_with('['))
        .collect();
    let sentence = words.join(" ");
    sentence
        .strip_prefix("error: ")
        .unwrap_or(&sentence)
        .to_owned()
}

fn hint(error: &clap::Error) -> Option<String> {
    let typed = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let option = list(error, ContextKind::SuggestedArg).pop();
    let option = option.filter(|name| is_near(option_name(&typed), name));
    let kinds = [
        ContextKind::SuggestedValue,
        ContextKind::SuggestedSubcommand,
    ];
    let similar = option.or_else(|| kinds.into_iter().find_map(|kind| list(error, kind).pop()));
    if let Some(name) = similar {
        return Some(format!("did you mean `{name}`?"));
    }
    let values = possible_values(error);
    if !values.is_empty() {
        return Some(format!("one of: {}", values.join(", ")));
    }
    let is_missing = text(error, ContextKind::InvalidValue).is_some_and(|value| value.is_empty());
    if error.kind() == ErrorKind::InvalidValue && is_missing {
        return Some(format!("write `{}`", typed.replace(['<', '>'], "")));
    }
    let is_option = typed.starts_with('-');
    let is_of_config = || usage(error).is_some_and(|usage| usage.contains("`arm config "));
    if option_name(&typed) == "--profile" && is_of_config() {
        return Some("a setting of a profile is named `profiles.NAME.KEY`".to_owned());
    }
    let kind = error.kind();
    if kind == ErrorKind::UnknownArgument && is_option {
        return Some(options_of(&command(error)?, &typed));
    }
    let is_of_order = [
        ErrorKind::UnknownArgument,
        ErrorKind::MissingRequiredArgument,
        ErrorKind::InvalidSubcommand,
    ];
    is_of_order.contains(&kind).then(|| usage(error)).flatten()
}

/// Where the options of a command are found; of the sandbox, why it does not have it.
fn options_of(command: &str, typed: &str) -> String {
    match (command, typed) {
        ("arm account list", "--sandbox") => {
            "no one signs in to the sandbox; `arm list subscription --sandbox` lists its subscriptions"
                .to_owned()
        }
        _ => format!("`{command} --help` lists its options; what follows `--` is not an option"),
    }
}

/// The words before what a command takes, such as `arm account list`.
fn command(error: &clap::Error) -> Option<String> {
    let line = usage_line(error)?;
    let is_command = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_method = |at: usize, word: &str| at == 1 && !matches!(word, "URL" | "[METHOD]");
    let words = line.split_whitespace().enumerate();
    let words = words.take_while(|(at, word)| is_command(word) || is_method(*at, word));
    let words: Vec<&str> = words.map(|(_, word)| word).collect();
    Some(words.join(" "))
}

/// What the command takes, as its help says it.
fn usage(error: &clap::Error) -> Option<String> {
    Some(format!("the order is `{}`", usage_line(error)?.trim()))
}

fn usage_line(error: &clap::Error) -> Option<String> {
    let rendered = error.render().to_string();
    let line = rendered
        .lines()
        .find_map(|line| line.strip_prefix("Usage: "))?;
    Some(line.to_owned())
}

/// Tells whether an option may be meant by a word. clap takes a short one for alike that shares a few letters with the word.
fn is_near(typed: &str, name: &str) -> bool {
    let (typed, name) = (typed.trim_start_matches('-'), name.trim_start_matches('-'));
    let typed = typed.split('=').next().unwrap_or(typed);
    let begins = name.starts_with(typed) || (name.len() > 2 && typed.starts_with(name));
    begins || distance(typed, name, (typed.len() / 3).max(2)).is_some()
}

/// What helps if options contradict or need each other.
fn combination(error: &clap::Error) -> Option<String> {
    let names = || {
        let kinds = [ContextKind::InvalidArg, ContextKind::PriorArg];
        kinds.into_iter().flat_map(|kind| list(error, kind))
    };
    let names_option = |wanted: &str| names().any(|name| option_name(&name) == wanted);
    let (_, _, help) = COMBINATIONS
        .iter()
        .find(|(kind, option, _)| error.kind() == *kind && names_option(option))?;
    Some((*help).to_owned())
}

fn possible_values(error: &clap::Error) -> Vec<String> {
    let mut values = list(error, ContextKind::ValidValue);
    values.extend(list(error, ContextKind::ValidSubcommand));
    values.retain(|value| !value.is_empty());
    values
}

/// `--limit <N>` without its value name.
fn option_name(argument: &str) -> &str {
    argument.split(' ').next().unwrap_or(argument)
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    list(error, kind).into_iter().next()
}

fn list(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::{Error, parse};

    #[track_caller]
    fn check(line: &str, message: &str, hint: &str) {
        let error = parse(line.split(' ').map(Into::into)).unwrap_err();
        assert!(matches!(error, Error::Usage { .. }), "{line}: {error}");
        assert_eq!(error.to_string(), message, "{line}");
        assert_eq!(error.hint().unwrap_or_default(), hint, "{line}");
    }

    #[track_caller]
    fn check_hint(line: &str, hint: &str) {
        let error = parse(line.split(' ').map(Into::into)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(
            error.hint().unwrap_or_default().contains(hint),
            "{line}: {error:?}"
        );
    }

    #[test]
    fn an_option_is_proposed_only_where_it_may_be_meant() {
        for (typed, hint) in [
            ("--outpt", "did you mean `--output`?"),
            ("--quer=a", "did you mean `--query`?"),
            ("--subscr", "did you mean `--subscription`?"),
            ("--no-pagination", "did you mean `--no-paginate`?"),
            ("--har-file", "did you mean `--har`?"),
            ("--pasword", "`arm GET --help` lists its options"),
        ] {
            check_hint(&format!("arm GET /x {typed}"), hint);
        }
    }

    #[test]
    fn the_options_of_a_command_are_where_its_help_is() {
        for (line, hint) in [
            ("arm list vm --foo", "`arm list --help` lists"),
            ("arm account use x --foo", "`arm account use --help` lists"),
            ("arm /x --foo", "`arm --help` lists"),
            ("arm PUT /x --foo", "`arm PUT --help` lists"),
            (
                "arm --sandbox account list",
                "`arm list subscription --sandbox`",
            ),
        ] {
            check_hint(line, hint);
        }
    }

    #[test]
    fn options_that_contradict_or_need_each_other() {
        for other in [
            "--audience https://a.example",
            "--auth token",
            "--allow-host a",
        ] {
            check_hint(
                &format!("arm /x --no-auth {other}"),
                "leave one of them out",
            );
            check_hint(
                &format!("arm /x {other} --no-auth"),
                "leave one of them out",
            );
        }
        check_hint("arm /x --no-paginate --max-pages 2", "the first page");
        check_hint("arm /x --max-pages 2 --no-paginate", "the first page");
        check_hint("arm /x --each", "write `-q");
        check_hint("arm /x --exit-status", "write `-q");
        check_hint("arm sandbox serve --tls-cert x", "`--tls-key FILE` too");
        check_hint("arm sandbox serve --tls-key x", "`--tls-cert FILE` too");
    }

    #[test]
    fn errors_are_one_line_and_a_hint() {
        check(
            "arm GET /x --quary y",
            "unexpected argument '--quary' found",
            "did you mean `--query`?",
        );
        check(
            "arm GET /x --color no",
            "invalid value 'no' for '--color <WHEN>'",
            "one of: auto, always, never",
        );
        check(
            "arm GET /x --auth azure-cl",
            "invalid value 'azure-cl' for '--auth <SOURCE>'",
            "did you mean `azure-cli`?",
        );
        check(
            "arm GET /x --auth hunter2",
            "the value of `--auth` is not the name of a source of tokens",
            "for a token write `--token -` and put it on standard input, or set `ARMCLI_ACCESS_TOKEN`",
        );
        check(
            "arm GET /x --limit 0",
            "--limit: `0` is not a whole number of 1 or more",
            "leave the option out to run without a limit",
        );
        check(
            "arm GET /x --limit -1",
            "--limit: `-1` is not a whole number of 1 or more",
            "leave the option out to run without a limit",
        );
        check(
            "arm GET /x --top -1",
            "--top: `-1` is not a whole number of 0 or more",
            "",
        );
        check(
            "arm GET /x --retry -1",
            "--retry: `-1` is not a whole number of 0 or more",
            "",
        );
        check(
            "arm GET /x --timeout -1",
            "--timeout: `-1` is not a duration",
            "write it as `500ms`, `3s`, `30m` or `1h30m`; a bare number is seconds",
        );
        check(
            "arm GET /x -v --timeout 5x",
            "--timeout: `5x` is not a duration",
            "write it as `500ms`, `3s`, `30m` or `1h30m`; a bare number is seconds",
        );
        check(
            "arm GET",
            "the URL is missing",
            "the order is `arm [METHOD] URL [ITEM...]`",
        );
        check(
            "arm GET /x -q",
            "a value is required for '--query <EXPR>' but none was supplied",
            "write `--query EXPR`",
        );
        check(
            "arm sandbox",
            "'arm sandbox' requires a subcommand but one was not provided",
            "one of: serve, reset",
        );
        check(
            "arm sandbox sreve",
            "unrecognized subcommand 'sreve'",
            "did you mean `serve`?",
        );
        check(
            "arm diff /x",
            "the following required arguments were not provided: <OTHER>",
            "the order is `arm diff URL OTHER [OPTIONS]`",
        );
        check(
            "arm types explain vm",
            "unexpected argument 'vm' found",
            "the order is `arm types [PATTERN] [OPTIONS]`",
        );
        check(
            "arm cache forget",
            "unrecognized subcommand 'forget'",
            "the order is `arm cache [OPTIONS] <COMMAND>`",
        );
        check(
            "arm config set --profile prod read-only true",
            "unexpected argument '--profile' found",
            "a setting of a profile is named `profiles.NAME.KEY`",
        );
        check(
            "arm completions nu",
            "invalid value 'nu' for '<SHELL>'",
            "one of: bash, zsh, fish, powershell",
        );
    }
}
