//! The topics of `arm help TOPIC`: their names and order. Their texts are in `help_texts`.

use super::every_topic::EVERY;
use super::help_sign_in::SIGN_IN;
use super::help_tables::{LISTS, TABLES};
use super::help_texts::{
    ENVIRONMENT, EXIT_CODES, ITEMS, MANY_IDS, OUTPUT, PAGING, QUERY, RETRIES, WAITING,
};
use super::help_versions::{API_VERSION, CONFIG};
use super::token_endpoint_topic::TOKEN_ENDPOINT;

/// A subject of `arm help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Headers, query parameters and bodies on the command line.
    Items,
    /// `-q` and its language.
    Query,
    /// Formats, files, stdout and stderr.
    Output,
    /// `arm list`.
    Lists,
    /// Rows and columns.
    Tables,
    /// What each exit code means.
    ExitCodes,
    /// Variables that are read.
    Environment,
    /// Lists of several pages.
    Paging,
    /// Long-running operations.
    Waiting,
    /// What is repeated, and how limits are kept.
    Retries,
    /// A request for each ID on standard input.
    ManyIds,
    /// `*` for every subscription or resource group.
    Every,
    /// How the api-version is chosen.
    ApiVersion,
    /// Settings that last.
    Config,
    /// Tokens for other programs.
    TokenEndpoint,
    /// Accounts and subscriptions.
    SignIn,
}

const ALL: [Topic; 16] = [
    Topic::Items,
    Topic::Query,
    Topic::Output,
    Topic::Lists,
    Topic::Tables,
    Topic::Paging,
    Topic::Waiting,
    Topic::Retries,
    Topic::Every,
    Topic::ManyIds,
    Topic::ApiVersion,
    Topic::Config,
    Topic::TokenEndpoint,
    Topic::SignIn,
    Topic::Environment,
    Topic::ExitCodes,
];

impl Topic {
    /// Finds a topic by its name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// Returns the names in the order in which they are listed.
    pub fn names() -> [&'static str; 16] {
        ALL.map(Self::name)
    }

    /// Returns the text, with its last line break.
    pub fn text(self) -> &'static str {
        match self {
            Self::Items => ITEMS,
            Self::Query => QUERY,
            Self::Output => OUTPUT,
            Self::Lists => LISTS,
            Self::Tables => TABLES,
            Self::ExitCodes => EXIT_CODES,
            Self::Environment => ENVIRONMENT,
            Self::Paging => PAGING,
            Self::Waiting => WAITING,
            Self::Retries => RETRIES,
            Self::ManyIds => MANY_IDS,
            Self::Every => EVERY,
            Self::ApiVersion => API_VERSION,
            Self::Config => CONFIG,
            Self::TokenEndpoint => TOKEN_ENDPOINT,
            Self::SignIn => SIGN_IN,
        }
    }

    /// Returns one line for each topic.
    pub(super) fn list() -> String {
        let lines = ALL.map(|topic| format!("  {:<16}{}", topic.name(), topic.about()));
        lines.join("\n")
    }

    fn name(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Query => "query",
            Self::Output => "output",
            Self::Lists => "lists",
            Self::Tables => "tables",
            Self::ExitCodes => "exit-codes",
            Self::Environment => "environment",
            Self::Paging => "paging",
            Self::Waiting => "waiting",
            Self::Retries => "retries",
            Self::ManyIds => "many-ids",
            Self::Every => "every",
            Self::ApiVersion => "api-version",
            Self::Config => "config",
            Self::TokenEndpoint => "token-endpoint",
            Self::SignIn => "sign-in",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Items => "headers, query parameters and bodies on the command line",
            Self::Query => "what -q selects, and how it is printed",
            Self::Output => "formats, files, what goes to stdout and what to stderr",
            Self::Lists => "arm list: words for types, and where they are listed",
            Self::Tables => "rows and columns: -o table, tsv, csv",
            Self::ExitCodes => "what each exit code means",
            Self::Environment => "the variables that are read",
            Self::Paging => "how a list of several pages becomes one document",
            Self::Waiting => "how long-running operations are followed to their end",
            Self::Retries => "what is repeated, how limits are kept, and --register",
            Self::ManyIds => {
                "a request for each ID on standard input, and the question before a DELETE"
            }
            Self::Every => "`*` in the path: every subscription or resource group at once",
            Self::ApiVersion => "how the api-version is chosen",
            Self::Config => "config.toml: api-versions of types, and words for them",
            Self::TokenEndpoint => "how arm serve and arm exec hand tokens to other programs",
            Self::SignIn => "accounts, subscriptions, and where the token comes from",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Topic;
    use crate::cli::tree;

    #[test]
    fn every_topic_is_found_by_its_name() {
        for name in Topic::names() {
            let text = Topic::named(name).unwrap().text();
            assert!(
                text.ends_with('\n') && text.lines().all(|line| line.chars().count() <= 126),
                "{name}"
            );
            assert!(tree::help_of("help").contains(name), "{name}");
        }
        assert_eq!(Topic::named("quoting"), None);
    }

    #[test]
    fn every_option_in_a_text_exists() {
        let tree = tree::whole();
        let wait = tree::wait();
        let others = [
            tree::login(),
            tree::whoami(),
            tree::logout(),
            tree::serve(),
            tree::exec(),
            tree::types(),
            tree::list(),
            tree::graph(),
        ];
        let others = others.iter().flat_map(clap::Command::get_opts);
        let options = tree.get_opts().chain(wait.get_opts()).chain(others);
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
