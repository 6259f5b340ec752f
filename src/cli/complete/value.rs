//! The values of an option: those that its parser knows, names that files know, file names. Which option is meant:
//! `place`.

use clap::Arg;

use super::candidate::{Candidate, Completion, Known};
use super::place::Place;
use super::purpose::Purpose;
use super::type_of_line::type_of;
use super::{address, header};
use crate::azure::CloudName;

/// Returns the values of an option, whose word begins with `before`, such as `--output=`.
pub(super) fn of_option(place: &Place, option: &Arg, before: &str, typed: &str) -> Completion {
    let mut before = before.to_owned();
    let value = typed.get(before.len()..).unwrap_or_default();
    if let Some((values, _)) = value
        .rsplit_once(',')
        .filter(|_| option.get_value_delimiter().is_some())
    {
        before = format!("{before}{values},");
    }
    let mut completion = Completion::default();
    let put = |word: &str, about: &str| Candidate::new(format!("{before}{word}"), about);
    let possible = option.get_possible_values();
    if !possible.is_empty() {
        let shown = possible.iter().filter(|one| !one.is_hide_set());
        completion.candidates = shown
            .map(|one| {
                let about = one.get_help().map(ToString::to_string).unwrap_or_default();
                put(one.get_name(), &about)
            })
            .collect();
        return completion;
    }
    let name = option.get_value_names().and_then(|names| names.first());
    if name.is_some_and(|name| name.as_str() == "FILE") {
        completion.files = Some(before);
        return completion;
    }
    let known = |known: Known| Completion::of_known(known, before.clone());
    match option.get_long().unwrap_or_default() {
        "subscription" => return known(Known::Subscriptions),
        "profile" => return known(Known::Profiles),
        "resource-group" => return known(Known::Groups(None)),
        "management-group" => {
            let word = "management-group/";
            let names = address::of(word, Purpose::Read);
            return names.in_place_of(word, &before);
        }
        "of" | "from" | "scope" | "url" | "uri" => {
            return address::of(value, Purpose::Read).after(&before);
        }
        "header" => completion.candidates = header::names(&before),
        "cloud" => {
            completion.candidates = CloudName::known().map(|name| put(&name, "")).collect();
        }
        "api-version" => {
            completion.candidates = vec![
                put("stable", "The newest stable version of the type"),
                put("preview", "The newest preview of the type"),
            ];
            let type_name = type_of(place).map(Known::Versions);
            completion
                .known
                .extend(type_name.map(|known| (known, before)));
        }
        "token" | "client-secret" | "certificate-password" => {
            completion.candidates = vec![put("-", "Read it from standard input")];
        }
        _ => {}
    }
    completion
}
