//! The topics of `arm help TOPIC`: their names, their order and their texts, which are the files of `topics/`.
//! The help of a command is put together in `commands`; how a text fits a screen: `layout`.

mod layout;

pub use layout::{Screen, Style, lay_out};

use crate::azure::{TypeAlias, most_alike};

/// A subject of `arm help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    name: &'static str,
    /// What is next to the name in the list of topics.
    about: &'static str,
    text: &'static str,
}

/// A topic whose text is in the file of its name.
macro_rules! topic {
    ($name:literal, $about:literal) => {
        Topic {
            name: $name,
            about: $about,
            text: include_str!(concat!("topics/", $name, ".txt")),
        }
    };
}

/// All topics, in the order in which they are listed.
const TOPICS: [Topic; 18] = [
    topic!(
        "items",
        "headers, query parameters and bodies on the command line"
    ),
    topic!("query", "what -q selects: its grammar, and five errors"),
    topic!(
        "quoting",
        "what each shell makes of `$`, `[`, `{` and quotes"
    ),
    topic!(
        "output",
        "formats, files, what goes to stdout and what to stderr"
    ),
    topic!(
        "lists",
        "arm list: words for types, and where they are listed"
    ),
    topic!("names", "vm/NAME in place of a URL, and how it is found"),
    topic!("tables", "rows and columns: -o table, tsv, csv"),
    topic!("paging", "how a list of several pages becomes one document"),
    topic!(
        "waiting",
        "how long-running operations are followed to their end"
    ),
    topic!(
        "retries",
        "what is repeated, how limits are kept, and --register"
    ),
    topic!(
        "every",
        "`*` in the path: every subscription or resource group at once"
    ),
    topic!(
        "many-ids",
        "a request for each ID on standard input, and the question before a DELETE"
    ),
    topic!("api-version", "how the api-version is chosen"),
    topic!(
        "config",
        "config.toml: api-versions of types, and words for them"
    ),
    topic!(
        "token-endpoint",
        "how arm serve and arm exec hand tokens to other programs"
    ),
    topic!(
        "sign-in",
        "accounts, subscriptions, and where the token comes from"
    ),
    topic!("environment", "the variables that are read"),
    topic!("exit-codes", "what each exit code means"),
];

/// Other words for topics, which people look for.
const OTHER_WORDS: [(&str, &[&str]); 15] = [
    (
        "query",
        &["jsonpath", "jmespath", "filter", "filters", "grammar"],
    ),
    (
        "quoting",
        &[
            "quotes",
            "shell",
            "powershell",
            "cmd",
            "fish",
            "zsh",
            "bash",
        ],
    ),
    (
        "items",
        &["body", "bodies", "headers", "fields", "json", "tags"],
    ),
    (
        "output",
        &[
            "yaml",
            "format",
            "formats",
            "ndjson",
            "color",
            "colour",
            "har",
            "recording",
            "recordings",
            "record",
            "replay",
        ],
    ),
    ("names", &["name", "show", "id"]),
    ("tables", &["table", "columns", "csv", "tsv"]),
    ("paging", &["pages", "paginate", "nextlink", "limit"]),
    (
        "waiting",
        &["polling", "async", "operations", "wait", "watch"],
    ),
    ("retries", &["retry", "throttling", "429", "register"]),
    (
        "sign-in",
        &[
            "auth",
            "authentication",
            "credentials",
            "signin",
            "subscription",
            "tenant",
        ],
    ),
    ("environment", &["env", "variables"]),
    ("api-version", &["api-versions", "version", "versions"]),
    (
        "config",
        &["settings", "config.toml", "aliases", "profile", "profiles"],
    ),
    ("exit-codes", &["errors", "exit", "exit-code"]),
    ("many-ids", &["ids", "stdin", "parallel"]),
];

impl Topic {
    /// Finds a topic by its name, or by another word for it.
    pub fn named(name: &str) -> Option<Self> {
        let word = name.to_ascii_lowercase();
        let other = OTHER_WORDS
            .iter()
            .find(|(_, words)| words.contains(&word.as_str()));
        let meant = other.map_or(word.as_str(), |(topic, _)| topic);
        TOPICS.into_iter().find(|topic| topic.name == meant)
    }

    /// Returns the topic, or the other word for one, that is spelled most like a word.
    pub(super) fn most_alike(word: &str) -> Option<&'static str> {
        let others = OTHER_WORDS
            .iter()
            .flat_map(|(_, words)| words.iter().copied());
        most_alike(word, Self::names().into_iter().chain(others))
    }

    /// Returns the topic about types if a word is one for a type, such as `vm`.
    pub(super) fn of_type(word: &str) -> Option<Self> {
        TypeAlias::of_word(word).and_then(|_| Self::named("lists"))
    }

    /// Returns all topics in the order in which they are listed.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        TOPICS.into_iter()
    }

    /// Returns the word for it.
    pub(super) fn name(self) -> &'static str {
        self.name
    }

    /// Returns what it is about, in a few words.
    pub(super) fn about(self) -> &'static str {
        self.about
    }

    /// Returns the names in the order in which they are listed.
    pub fn names() -> [&'static str; TOPICS.len()] {
        TOPICS.map(|topic| topic.name)
    }

    /// Returns the text, with its last line break.
    pub fn text(self) -> &'static str {
        self.text
    }

    /// Returns one line for each topic.
    pub(super) fn list() -> String {
        let lines = TOPICS.map(|topic| format!("  {:<16}{}", topic.name, topic.about));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{OTHER_WORDS, Topic};
    use crate::cli::commands;

    #[test]
    fn every_topic_is_found_by_its_name() {
        for name in Topic::names() {
            let text = Topic::named(name).unwrap().text();
            assert!(
                text.ends_with('\n') && text.lines().all(|line| line.chars().count() <= 80),
                "{name}"
            );
            assert!(commands::help_of("help").contains(name), "{name}");
        }
        assert_eq!(Topic::named("no-such"), None);
        for (topic, words) in OTHER_WORDS {
            for word in words {
                assert_eq!(Topic::named(word).map(Topic::name), Some(topic), "{word}");
            }
        }
        assert_eq!(Topic::most_alike("itmes"), Some("items"));
        assert_eq!(Topic::of_type("vm").map(Topic::name), Some("lists"));
    }

    #[test]
    fn every_option_in_a_text_exists() {
        let tree = commands::root();
        let others: Vec<_> = commands::commands().collect();
        let others = others.iter().flat_map(clap::Command::get_opts);
        let options = tree.get_opts().chain(others);
        let longs: Vec<&str> = options.filter_map(clap::Arg::get_long).collect();
        for topic in Topic::names() {
            let text = Topic::named(topic).unwrap().text();
            for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
                // Alone, `--` ends the options.
                if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                    assert!(longs.contains(&long), "{topic}: --{long}");
                }
            }
        }
    }
}
