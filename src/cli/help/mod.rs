//! The topics of `arm help TOPIC`: their names, their order and their texts, which are the files of `topics/`.
//! The help of a command is put together in `commands`.

/// A subject of `arm help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    name: &'static str,
    /// What stands beside the name in the list of topics.
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
const TOPICS: [Topic; 16] = [
    topic!(
        "items",
        "headers, query parameters and bodies on the command line"
    ),
    topic!("query", "what -q selects, and how it is printed"),
    topic!(
        "output",
        "formats, files, what goes to stdout and what to stderr"
    ),
    topic!(
        "lists",
        "arm list: words for types, and where they are listed"
    ),
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

impl Topic {
    /// Finds a topic by its name.
    pub fn named(name: &str) -> Option<Self> {
        TOPICS.into_iter().find(|topic| topic.name == name)
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
    use super::Topic;
    use crate::cli::commands;

    #[test]
    fn every_topic_is_found_by_its_name() {
        for name in Topic::names() {
            let text = Topic::named(name).unwrap().text();
            assert!(
                text.ends_with('\n') && text.lines().all(|line| line.chars().count() <= 126),
                "{name}"
            );
            assert!(commands::help_of("help").contains(name), "{name}");
        }
        assert_eq!(Topic::named("quoting"), None);
    }

    #[test]
    fn every_option_in_a_text_exists() {
        let tree = commands::whole();
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
