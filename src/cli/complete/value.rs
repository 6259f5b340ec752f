//! The values of an option: those that its parser knows, names that files know, file names. Which option is meant:
//! `place`.

use clap::Arg;

use super::candidate::{Candidate, Completion, Known};
use crate::azure::CloudName;

/// Returns the values of an option, whose word begins with `before`, such as `--output=`.
pub(super) fn of_option(option: &Arg, before: &str, typed: &str) -> Completion {
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
    match option.get_long().unwrap_or_default() {
        "subscription" => completion.known = Some((Known::Subscriptions, before)),
        "profile" => completion.known = Some((Known::Profiles, before)),
        "resource-group" => completion.known = Some((Known::Groups, before)),
        "cloud" => {
            completion.candidates = CloudName::known().map(|name| put(&name, "")).collect();
        }
        "api-version" => {
            completion.candidates = vec![
                put("stable", "The newest stable version of the type"),
                put("preview", "The newest preview of the type"),
            ];
        }
        "token" | "client-secret" | "certificate-password" => {
            completion.candidates = vec![put("-", "Read it from standard input")];
        }
        _ => {}
    }
    completion
}
