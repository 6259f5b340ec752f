//! `arm help --json`: commands, METHODs, options and exit codes for programs, made from the trees that parse and the texts of
//! help. The same for people: `help`; as manual pages: `man`.

use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value, json};

use super::arguments::COMMANDS;
use super::arguments::request::{self, MethodOrigin};
use super::help::Topic;

/// Everything that the command line takes, as one document.
pub fn catalogue_of_commands() -> String {
    let variables = entries(Topic::named("environment"));
    let commands = COMMANDS
        .iter()
        .map(|command| describe(&command.whole_tree(), "arm", &variables));
    let methods = request::verbs().into_iter().map(|verb| {
        let tree = request::tree(verb, MethodOrigin::Written);
        describe(&tree, "arm", &variables)
    });
    let exits = entries(Topic::named("exit-codes"))
        .into_iter()
        .filter_map(|(code, meaning)| {
            let code: u32 = code.parse().ok()?;
            Some(json!({"code": code, "meaning": meaning}))
        });
    let all_variables = variables
        .iter()
        .map(|(name, about)| json!({"name": name, "about": about}));
    let topics = Topic::all().map(|topic| json!({"name": topic.name(), "about": topic.about()}));
    let document = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "usage": ["arm [METHOD] URL [ITEM...] [OPTIONS]", "arm COMMAND ..."],
        "methods": methods.collect::<Vec<Value>>(),
        "commands": commands.collect::<Vec<Value>>(),
        "exits": exits.collect::<Vec<Value>>(),
        "variables": all_variables.collect::<Vec<Value>>(),
        "topics": topics.collect::<Vec<Value>>(),
    });
    format!("{document:#}\n")
}

fn describe(tree: &Command, before: &str, variables: &[(String, String)]) -> Value {
    let name = format!("{before} {}", tree.get_name());
    let shown = || tree.get_arguments().filter(|one| !one.is_hide_set());
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) =
        shown().partition(|one| one.is_positional());
    let arguments = positional.into_iter().map(|one| argument(one, variables));
    let options = options.into_iter().map(|one| argument(one, variables));
    let parts = tree
        .get_subcommands()
        .map(|part| describe(part, &name, variables));
    json!({
        "name": tree.get_name(),
        "usage": tree.clone().render_usage().to_string().replace("Usage: ", ""),
        "about": text_of(tree.get_about()),
        "arguments": arguments.collect::<Vec<Value>>(),
        "options": options.collect::<Vec<Value>>(),
        "commands": parts.collect::<Vec<Value>>(),
    })
}

/// An option, or an argument without a name. What does not apply has no member.
fn argument(one: &Arg, variables: &[(String, String)]) -> Value {
    let mut found = Map::new();
    let mut set = |name: &str, value: Value| drop(found.insert(name.to_owned(), value));
    let long = one.get_long().map(|long| format!("--{long}"));
    let short = one.get_short().map(|short| format!("-{short}"));
    let takes_value = one.get_action().takes_values();
    if let Some(long) = &long {
        set("long", json!(long));
    }
    if let Some(short) = &short {
        set("short", json!(short));
    }
    if let Some(value) = one
        .get_value_names()
        .and_then(<[_]>::first)
        .filter(|_| takes_value)
    {
        set("value", json!(value.as_str()));
    }
    let possible = one.get_possible_values();
    let values: Vec<&str> = possible
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    if takes_value && !values.is_empty() {
        set("values", json!(values));
    }
    if let Some(default) = one.get_default_values().first().filter(|_| takes_value) {
        set("default", json!(default.to_string_lossy()));
    }
    let names: Vec<&String> = [&long, &short].into_iter().flatten().collect();
    if let Some(variable) = variable_of(&names, variables) {
        set("env", json!(variable));
    }
    if matches!(one.get_action(), ArgAction::Append | ArgAction::Count) {
        set("repeatable", json!(true));
    }
    if one.is_required_set() {
        set("required", json!(true));
    }
    set("about", json!(text_of(one.get_help())));
    Value::Object(found)
}

fn text_of(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// The variable that says the same as an option, by what help says of it: `--tenant wins`, `as --read-only does`.
fn variable_of<'v>(names: &[&String], variables: &'v [(String, String)]) -> Option<&'v str> {
    let says = |about: &str, name: &str| {
        let words: Vec<&str> = about
            .split([' ', ';', ',', '.'])
            .filter(|word| !word.is_empty())
            .collect();
        words.windows(2).any(|pair| {
            pair.first() == Some(&name) && matches!(pair.get(1), Some(&("wins" | "does" | "and")))
        })
    };
    let mut ours = variables
        .iter()
        .filter(|(name, _)| name.starts_with("ARMCLI"));
    let found = ours.find(|(_, about)| names.iter().any(|name| says(about, name)));
    found.map(|(variable, _)| variable.as_str())
}

/// The entries of a topic that is a list: a term, and what is next to it and below.
fn entries(topic: Option<Topic>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in topic
        .map(|topic| topic.text().lines())
        .into_iter()
        .flatten()
    {
        let indent = line.len() - line.trim_start().len();
        let words = line.trim();
        if words.is_empty() || indent == 0 {
            continue;
        }
        if indent == 2 {
            let (term, about) = words.split_once(' ').unwrap_or((words, ""));
            found.push((term.to_owned(), about.trim().to_owned()));
        } else if let Some((_, about)) = found.last_mut() {
            if !about.is_empty() {
                about.push(' ');
            }
            about.push_str(words);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::catalogue_of_commands;
    use crate::cli::arguments::COMMANDS;

    #[test]
    fn everything_is_there() {
        let read: Value = serde_json::from_str(&catalogue_of_commands()).unwrap();
        let named = |list: &str, name: &str| -> Value {
            let list = read[list].as_array().unwrap();
            list.iter().find(|one| one["name"] == name).unwrap().clone()
        };
        assert_eq!(read["commands"].as_array().unwrap().len(), COMMANDS.len());
        let codes: Vec<u64> = read["exits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|exit| exit["code"].as_u64().unwrap())
            .collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130]);
        let get = named("methods", "GET");
        let option = |long: &str| -> Value {
            let options = get["options"].as_array().unwrap();
            options
                .iter()
                .find(|one| one["long"] == long)
                .unwrap()
                .clone()
        };
        assert_eq!(option("--output")["default"], "json");
        assert_eq!(option("--output")["short"], "-o");
        assert!(option("--output")["values"].as_array().unwrap().len() > 8);
        assert_eq!(option("--tenant")["env"], "ARMCLI_TENANT");
        assert_eq!(option("--subscription")["env"], "ARMCLI_SUBSCRIPTION");
        assert_eq!(option("--read-only")["env"], "ARMCLI_READ_ONLY");
        assert_eq!(option("--errors")["env"], "ARMCLI_ERRORS");
        assert_eq!(option("--tag")["repeatable"], true);
        assert_eq!(option("--verbose").get("value"), None);
        assert_eq!(get["arguments"][0]["value"], "URL");
        let account = named("commands", "account");
        assert_eq!(account["commands"].as_array().unwrap().len(), 3);
    }
}
