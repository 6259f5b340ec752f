//! Defaults of options that the user has set, in place of those of this program: an option that is on the command line
//! wins over them, and none of them contradicts it. Who finds them: `config`.

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueEnum as _};

use crate::cli::error::Error;
use crate::cli::options::body_check::BodyCheck;
use crate::cli::options::duration;
use crate::cli::options::many::parse_parallel;
use crate::cli::options::values::{
    ColorChoice, OutputFormat, parse_number, parse_size, parse_tenant, parse_text,
};

/// The argument of the switch that has an opposite.
const SANDBOX: &str = "sandbox";
/// Its opposite.
const NO_SANDBOX: &str = "no_sandbox";

/// The defaults, by the names of their arguments.
#[derive(Debug, Clone, Default)]
pub struct OptionDefaults(Vec<(&'static str, &'static str)>);

impl OptionDefaults {
    /// Takes the defaults of a run.
    pub fn new<'a>(values: impl IntoIterator<Item = (&'static str, &'a str)>) -> Self {
        // The parser keeps its defaults for as long as the program runs.
        let kept = |value: &str| -> &'static str { String::leak(value.to_owned()) };
        let values = values.into_iter();
        Self(values.map(|(id, value)| (id, kept(value))).collect())
    }

    /// Gives a tree its defaults, if it has an argument that takes them.
    pub(in crate::cli) fn give(&self, tree: Command) -> Command {
        self.0.iter().fold(tree, |tree, (id, value)| {
            // A script puts a bare token into a variable: its form is not a matter of taste.
            let is_token = tree.get_name() == "token" && *id == "output";
            if is_token {
                tree
            } else {
                give(tree, id, value)
            }
        })
    }

    /// Tells whether there is a default that an option on the command line can turn off.
    pub(in crate::cli) fn can_be_refused(&self) -> bool {
        self.0.contains(&(SANDBOX, "true"))
    }

    /// The same without the default that an option on the command line has turned off.
    pub(in crate::cli) fn without_refused(&self, matches: &ArgMatches) -> Option<Self> {
        let of_part = matches.subcommand().map(|(_, part)| part);
        let is_refused = [Some(matches), of_part]
            .into_iter()
            .flatten()
            .any(|matches| is_named(matches, NO_SANDBOX));
        let has_it = self.0.iter().any(|(id, _)| *id == SANDBOX);
        let others = self.0.iter().filter(|(id, _)| *id != SANDBOX);
        (is_refused && has_it).then(|| Self(others.copied().collect()))
    }
}

fn give(mut tree: Command, id: &'static str, value: &'static str) -> Command {
    let found = tree.get_arguments().find(|one| one.get_id() == id);
    if found.is_some_and(|one| takes(one, value)) {
        tree = tree.mut_arg(id, |one| one.default_value(value));
    }
    let parts: Vec<String> = tree
        .get_subcommands()
        .map(|part| part.get_name().to_owned())
        .collect();
    parts.into_iter().fold(tree, |tree, name| {
        tree.mut_subcommand(name, |part| give(part, id, value))
    })
}

/// Tells whether a value can be the default of an argument. Those that no list names have been checked by
/// [`check_setting`].
fn takes(argument: &Arg, value: &str) -> bool {
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return value == "true";
    }
    let possible = argument.get_possible_values();
    possible.is_empty() || possible.iter().any(|one| one.matches(value, false))
}

/// Which of the options that may yield to others are on the command line.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Named {
    /// `-o`.
    pub(in crate::cli) output: bool,
    /// `--parallel`.
    pub(in crate::cli) parallel: bool,
}

impl Named {
    /// Looks at what was found.
    pub(in crate::cli) fn of(matches: &ArgMatches) -> Self {
        Self {
            output: is_named(matches, "output"),
            parallel: is_named(matches, "parallel"),
        }
    }
}

/// Tells whether an argument is on the command line.
fn is_named(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    is_known && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Tells what is wrong with the value of a setting, in one line.
///
/// # Errors
/// The words of the option that takes the value.
pub fn check_setting(key: &str, text: &str) -> Result<(), String> {
    let named = |names: Vec<String>| format!("`{text}` is not one of {}", names.join(", "));
    let checked: Result<(), Error> = match key {
        "output" if OutputFormat::from_str(text, false).is_err() => {
            return Err(named(names(OutputFormat::value_variants())));
        }
        "color" if ColorChoice::from_str(text, false).is_err() => {
            return Err(named(names(ColorChoice::value_variants())));
        }
        "check" if BodyCheck::from_str(text, false).is_err() => {
            return Err(named(names(BodyCheck::value_variants())));
        }
        "timeout" => duration::parse_positive(text).map(drop),
        "retry-max-wait" => duration::parse(text).map(drop),
        "retry" => parse_number::<u32>(text).map(drop),
        "parallel" => parse_parallel(text).map(drop),
        "max-memory" => parse_size(text).map(drop),
        "tenant" => parse_tenant(text).map(drop),
        _ if text.trim().is_empty() => return Err("it is empty".to_owned()),
        _ => parse_text(text).map(drop),
    };
    checked.map_err(|error| error.to_string())
}

fn names<T: clap::ValueEnum>(variants: &[T]) -> Vec<String> {
    let values = variants.iter().filter_map(T::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{OptionDefaults, check_setting};
    use crate::cli::{Command, OutputFormat, RequestArgs, invocation_with};

    fn parsed(line: &str, defaults: &[(&'static str, &str)]) -> Command {
        let words = line.split(' ').map(Into::into);
        let defaults = OptionDefaults::new(defaults.iter().copied());
        let invocation = invocation_with(words, &defaults);
        invocation
            .unwrap_or_else(|error| panic!("{line}: {error}"))
            .command
    }

    fn request(line: &str, defaults: &[(&'static str, &str)]) -> RequestArgs {
        let command = parsed(line, defaults);
        if let Command::Request(args) = command {
            return *args;
        }
        let Command::List(args) = command else {
            panic!("{line}: another command")
        };
        args.request("/x".to_owned()).unwrap()
    }

    #[track_caller]
    fn format(line: &str, setting: &str, expected: OutputFormat) {
        let args = request(line, &[("output", setting)]);
        assert_eq!(args.options.output.format, expected, "{line} {setting}");
    }

    #[test]
    fn a_format_holds_where_the_command_line_names_none() {
        format("arm GET /x", "yaml", OutputFormat::Yaml);
        format("arm -o json GET /x", "yaml", OutputFormat::Json);
        format("arm list vm", "yaml", OutputFormat::Yaml);
        format("arm list vm -o tsv", "yaml", OutputFormat::Tsv);
    }

    #[test]
    fn a_format_yields_to_what_the_command_line_asks_for() {
        format("arm GET /x -r", "table", OutputFormat::Json);
        format("arm GET /x -q a", "raw", OutputFormat::Json);
        format("arm DELETE - -y", "table", OutputFormat::Json);
        format("arm GET -", "ndjson", OutputFormat::Ndjson);
        format("arm list vm --columns name", "json", OutputFormat::Table);
        format("arm list vm -r -q [].name", "table", OutputFormat::Json);
        format("arm GET /x --csv-safe -o csv", "json", OutputFormat::Csv);
    }

    #[test]
    fn other_options_have_defaults_too() {
        let all = [
            ("timeout", "30s"),
            ("retry", "0"),
            ("retry_max_wait", "1s"),
            ("parallel", "5"),
            ("max_memory", "1MiB"),
            ("sandbox", "true"),
            ("color", "never"),
        ];
        let args = request("arm GET /x", &all);
        assert_eq!(args.options.network.timeout.limit.unwrap().as_secs(), 30);
        assert_eq!(args.options.network.retry, 0);
        assert_eq!(args.options.paging.max_memory, 1 << 20);
        assert!(args.options.sign_in.sandbox && !args.many.gives_parallel());
        assert_eq!(request("arm GET -", &all).many.parallel(), 5);
        assert_eq!(request("arm GET - --parallel 7", &all).many.parallel(), 7);
        let args = request("arm GET /x --no-sandbox --retry 9", &all);
        assert!(!args.options.sign_in.sandbox && args.options.network.retry == 9);
        let last = request("arm GET /x --no-sandbox --sandbox", &[]);
        assert!(last.options.sign_in.sandbox);
        assert!(
            !request("arm GET /x", &[("sandbox", "false")])
                .options
                .sign_in
                .sandbox
        );
    }

    #[test]
    fn a_bare_token_stays_bare() {
        let Command::Token(args) = parsed("arm token", &[("output", "json")]) else {
            panic!("another command")
        };
        assert_eq!(
            args.output.output,
            crate::cli::arguments::TokenOutput::Token
        );
        parsed("arm account list", &[("output", "yaml")]);
        parsed("arm cache list", &[("output", "json")]);
        parsed(
            "arm types --refresh",
            &[("output", "ndjson"), ("retry", "1")],
        );
        parsed("arm wait /x", &[("output", "table"), ("parallel", "3")]);
    }

    #[test]
    fn values_are_checked_as_their_options_do() {
        for (key, text, words) in [
            ("output", "jsn", "`jsn` is not one of json, jsonc"),
            ("color", "blue", "`blue` is not one of auto, always, never"),
            ("check", "maybe", "`maybe` is not one of warn, error, off"),
            ("timeout", "5x", "`5x` is not a duration"),
            ("timeout", "0", "zero"),
            ("parallel", "1000", "at most 100"),
            ("retry", "-1", "not a whole number"),
            ("max-memory", "much", "not a valid size"),
            ("tenant", "..", "neither a GUID nor a domain"),
            ("group", " ", "it is empty"),
        ] {
            let error = check_setting(key, text).unwrap_err();
            assert!(error.contains(words), "{key}: {error}");
        }
        for (key, text) in [("output", "yaml"), ("timeout", "30"), ("group", "rg-1")] {
            assert_eq!(check_setting(key, text), Ok(()));
        }
    }
}
