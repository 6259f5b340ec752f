//! Where on the command line the typed word is: after which command, as whose value. What is offered there: `offer`.

use clap::{Arg, Command};

use super::asker::Asker;
use crate::cli::arguments::command_named;
use crate::cli::arguments::request::{self, MethodOrigin};
use crate::cli::commands;
use crate::cli::dispatch::{self, Word};

/// What the first word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// There is none yet.
    Open,
    /// A METHOD: the URL follows.
    Method,
    /// A URL, or something that a shell will make one of, such as `$ID`.
    Url,
    /// A command.
    Command(&'static str),
}

/// Where the typed word is.
#[derive(Debug)]
pub(super) struct Place {
    /// Whose options may follow.
    pub(super) tree: Command,
    pub(super) start: Start,
    /// The first word as it is typed; empty while there is none.
    pub(super) first: String,
    /// The words after the first that are neither options nor values of them; of a command with parts, after the part.
    pub(super) words: Vec<String>,
    /// The option whose value is typed.
    pub(super) awaits: Option<Arg>,
    /// Ids of the options that are there already.
    pub(super) given: Vec<String>,
    /// The options that say who asks, each as one word.
    pub(super) asker: Vec<String>,
    /// Whether `--` has ended the options.
    pub(super) options_ended: bool,
}

impl Place {
    /// Walks over the words before the typed one.
    pub(super) fn after(before: &[String]) -> Self {
        let mut place = Self {
            tree: commands::root(),
            start: Start::Open,
            first: String::new(),
            words: Vec::new(),
            awaits: None,
            given: Vec::new(),
            asker: Vec::new(),
            options_ended: false,
        };
        for word in before {
            place.step(word);
        }
        place
    }

    fn step(&mut self, word: &str) {
        if let Some(option) = self.awaits.take() {
            self.note_asker(&option, Some(word));
            return;
        }
        if self.options_ended || word == "-" || !word.starts_with('-') {
            self.plain(word);
        } else if word == "--" {
            self.options_ended = true;
        } else {
            self.option(word);
        }
    }

    /// Takes a word that is not an option.
    fn plain(&mut self, word: &str) {
        if self.start == Start::Open {
            (self.start, self.tree) = begin(word);
            word.clone_into(&mut self.first);
            return;
        }
        let part = self
            .tree
            .get_subcommands()
            .find(|one| one.get_name() == word);
        match part.cloned() {
            Some(part) => self.tree = part,
            None => self.words.push(word.to_owned()),
        }
    }

    /// Takes an option, and finds out whether its value is still to come.
    fn option(&mut self, word: &str) {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let found = self
                .tree
                .get_arguments()
                .find(|one| one.get_long() == Some(name));
            self.note(found.cloned(), value);
            return;
        }
        let letters: Vec<char> = word.chars().skip(1).collect();
        for (at, letter) in letters.iter().enumerate() {
            let found = self
                .tree
                .get_arguments()
                .find(|one| one.get_short() == Some(*letter));
            let takes_value = found.is_some_and(|one| one.get_action().takes_values());
            let rest: String = letters.iter().skip(at + 1).collect();
            let value = Some(rest.as_str()).filter(|rest| takes_value && !rest.is_empty());
            self.note(found.cloned(), value);
            if takes_value {
                return;
            }
        }
    }

    fn note(&mut self, found: Option<Arg>, value: Option<&str>) {
        let Some(option) = found else { return };
        self.given.push(option.get_id().to_string());
        let takes_value = option.get_action().takes_values();
        let least = option.get_num_args().map_or(1, |range| range.min_values());
        if takes_value && value.is_none() && least > 0 {
            self.awaits = Some(option);
        } else {
            self.note_asker(&option, value);
        }
    }

    /// Keeps an option that says who asks.
    fn note_asker(&mut self, option: &Arg, value: Option<&str>) {
        let Some(long) = option.get_long().filter(|_| Asker::has(option)) else {
            return;
        };
        self.asker.push(match value {
            Some(value) => format!("--{long}={value}"),
            None => format!("--{long}"),
        });
    }

    /// The option of a typed word such as `--output=ta` or `-ota`, and the beginning up to the value.
    pub(super) fn glued(&self, typed: &str) -> Option<(Arg, String)> {
        if self.options_ended {
            return None;
        }
        if let Some(long) = typed.strip_prefix("--") {
            let (name, _) = long.split_once('=')?;
            let found = self
                .tree
                .get_arguments()
                .find(|one| one.get_long() == Some(name))?;
            return Some((found.clone(), format!("--{name}=")));
        }
        let mut letters = typed.strip_prefix('-')?.chars();
        let letter = letters.next()?;
        let found = self
            .tree
            .get_arguments()
            .find(|one| one.get_short() == Some(letter))?;
        let has_value = found.get_action().takes_values() && letters.next().is_some();
        has_value.then(|| (found.clone(), format!("-{letter}")))
    }
}

fn begin(word: &str) -> (Start, Command) {
    let request = |method: &str| request::tree(method, MethodOrigin::Written);
    match dispatch::classify(word.as_ref()) {
        Ok(Word::Command(command)) => match command_named(command.name) {
            Some(command) => (Start::Command(command.name), command.whole_tree()),
            None => (Start::Url, request("GET")),
        },
        Ok(Word::Method(method)) => (Start::Method, request(method.as_str())),
        Ok(Word::Url) | Err(_) => (Start::Url, request("GET")),
    }
}
