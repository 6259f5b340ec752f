//! The words that are not options: commands, METHODs, words for types, topics, URLs, items. Values of options: `value`.

use super::candidate::{Candidate, Completion, Known};
use super::place::{Place, Start};
use super::purpose::Purpose;
use super::{address, header, member, resource_type};
use crate::azure::TypeAlias;
use crate::cli::arguments::COMMANDS;
use crate::cli::arguments::request::VERBS;
use crate::cli::help::Topic;

/// Returns the words that may be at a place.
pub(super) fn of(place: &Place, typed: &str) -> Completion {
    let only = Completion::of;
    let known = |known| Completion::of_known(known, "");
    let parts: Vec<Candidate> = place.tree.get_subcommands().map(named).collect();
    if !parts.is_empty() {
        return only(parts);
    }
    match (place.start, place.words.len()) {
        (Start::Open, _) => first_word(typed),
        (Start::Command("can"), 0) => first_of_can(typed),
        (Start::Command("can"), 1) => address::of(typed, purpose(place)),
        (Start::Method | Start::Command("wait" | "open" | "edit" | "diff"), 0) => {
            address::of(typed, purpose(place))
        }
        (Start::Command("diff"), 1) if !typed.starts_with('@') => address::of(typed, Purpose::Read),
        (Start::Command("show"), 0) => word_or_address(typed),
        (Start::Command("show"), 1) => name_of(place, typed),
        (Start::Command("show" | "list"), 1..) => only(header::names("")),
        (Start::Method | Start::Url, _)
        | (Start::Command("graph"), 0)
        | (Start::Command("diff" | "edit"), 1) => item(place, typed),
        (Start::Command("list" | "new"), 0) => only(words_for_types(typed)),
        (Start::Command("types"), 0) => only(resource_type::names(typed)),
        (Start::Command("help"), 0) => only(subjects_of_help(typed)),
        (Start::Command("man"), 0) => only(commands().collect()),
        (Start::Command("logout"), 0) => known(Known::Accounts),
        (Start::Command("account"), 0) if place.tree.get_name() == "use" => {
            known(Known::AccountsAndSubscriptions)
        }
        (Start::Command("config"), 0)
            if ["get", "set", "unset"].contains(&place.tree.get_name()) =>
        {
            known(Known::Settings)
        }
        (Start::Command("exec"), _) if place.options_ended => Completion {
            files: Some(String::new()),
            ..Completion::default()
        },
        (Start::Command(_), at) => only(possible_values(place, at)),
    }
}

/// What is done with what the URL names.
fn purpose(place: &Place) -> Purpose {
    match place.start {
        Start::Method => Purpose::of(&place.first),
        Start::Command("can") => Purpose::of(place.words.first().map_or("", String::as_str)),
        Start::Open | Start::Url | Start::Command(_) => Purpose::Read,
    }
}

/// A word for a type, for its name follows; or an address.
fn word_or_address(typed: &str) -> Completion {
    if address::is_begun(typed) {
        return address::of(typed, Purpose::Read);
    }
    Completion::of(words_for_types(typed))
}

/// The name after a word, and what is in it.
fn name_of(place: &Place, typed: &str) -> Completion {
    let word = place.words.first().map_or("", String::as_str);
    if word.starts_with('/') {
        return Completion::of(header::names(""));
    }
    let before = format!("{word}/");
    let names = address::of(&format!("{before}{typed}"), Purpose::Read);
    names.in_place_of(&before, "")
}

fn named(command: &clap::Command) -> Candidate {
    let about = command.get_about().map(ToString::to_string);
    Candidate::new(command.get_name(), about.unwrap_or_default())
}

fn commands() -> impl Iterator<Item = Candidate> {
    COMMANDS.iter().map(|command| named(&command.whole_tree()))
}

/// The verbs, in lower case if the word is typed so.
fn verbs(typed: &str) -> impl Iterator<Item = Candidate> {
    let is_lower = typed.starts_with(|first: char| first.is_ascii_lowercase());
    VERBS.into_iter().map(move |(verb, about)| {
        let word = if is_lower {
            verb.to_ascii_lowercase()
        } else {
            verb.to_owned()
        };
        Candidate::new(word, about)
    })
}

fn first_word(typed: &str) -> Completion {
    if address::is_begun(typed) {
        return address::of(typed, Purpose::Read);
    }
    Completion::of(verbs(typed).chain(commands()).collect())
        .and(Completion::of_known(Known::Commands, ""))
}

/// A METHOD, or the URL if it is left out.
fn first_of_can(typed: &str) -> Completion {
    if address::is_begun(typed) {
        return address::of(typed, Purpose::Read);
    }
    Completion::of(verbs(typed).collect())
}

fn subjects_of_help(typed: &str) -> Vec<Candidate> {
    let topics = Topic::all().map(|topic| Candidate::new(topic.name(), topic.about()));
    topics.chain(commands()).chain(verbs(typed)).collect()
}

fn words_for_types(typed: &str) -> Vec<Candidate> {
    if typed.contains('.') {
        return resource_type::names(typed);
    }
    let words = TypeAlias::all().flat_map(|alias| {
        alias
            .words()
            .map(move |word| Candidate::new(word, alias.name))
    });
    words.collect()
}

/// A member of a body or its value; a body from a file, whole or as the value of a field.
fn item(place: &Place, typed: &str) -> Completion {
    let start = typed.find('@').filter(|at| {
        let before = typed.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with('=')
    });
    let files = start.and_then(|at| typed.get(..=at)).map(str::to_owned);
    let mut candidates = match files {
        Some(_) => Vec::new(),
        None => member::items(place, typed),
    };
    let may_be_header = place.start != Start::Command("graph")
        && typed.starts_with(|first: char| first.is_ascii_alphabetic());
    if may_be_header && files.is_none() {
        candidates.extend(header::names(""));
    }
    Completion {
        candidates,
        files,
        ..Completion::default()
    }
}

/// What the parser of the word at this position knows.
fn possible_values(place: &Place, at: usize) -> Vec<Candidate> {
    let Some(argument) = place.tree.get_positionals().nth(at) else {
        return Vec::new();
    };
    let values = argument.get_possible_values();
    let shown = values.iter().filter(|one| !one.is_hide_set());
    let candidates = shown.map(|one| {
        let about = one.get_help().map(ToString::to_string).unwrap_or_default();
        Candidate::new(one.get_name(), about)
    });
    candidates.collect()
}
