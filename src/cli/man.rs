//! The manual pages, made from the trees that parse and the texts of help: one for the program, one for each command and
//! METHOD. The same as text for a terminal: `help`.

use std::fmt::Write as _;

use clap::Command;

use super::arguments::request::{self, MethodOrigin};
use super::arguments::{COMMANDS, command_named};
use super::commands;
use super::help::Topic;

/// The names of all pages, the program's first.
pub fn names() -> impl Iterator<Item = String> {
    let commands = COMMANDS.iter().map(|command| command.name);
    let parts = commands.chain(request::verbs());
    std::iter::once("arm".to_owned()).chain(parts.map(|part| format!("arm-{part}")))
}

/// Returns a page in roff by its name, with or without `arm-`; nothing if there is none of this name.
pub fn page(name: &str) -> Option<String> {
    let part = name.strip_prefix("arm-").unwrap_or(name);
    if part == "arm" {
        return Some(render(&commands::root_for_help(), "arm"));
    }
    let verb = request::verbs()
        .into_iter()
        .find(|verb| verb.eq_ignore_ascii_case(part));
    if let Some(verb) = verb {
        let tree = request::tree(verb, MethodOrigin::Written);
        return Some(render(&tree, &format!("arm-{verb}")));
    }
    let command = command_named(part)?;
    Some(render(&command.whole_tree(), &format!("arm-{part}")))
}

fn render(tree: &Command, name: &str) -> String {
    let about = tree.get_about().map(ToString::to_string);
    let after = tree.get_after_help().map(ToString::to_string);
    let is_root = name == "arm";
    let mut page = format!(
        ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n.TH \"{}\" 1 \"\" \"arm {}\" \"arm\"\n.nh\n.ad l\n",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION")
    );
    section(&mut page, "NAME");
    let about = about.unwrap_or_default();
    let _infallible = writeln!(page, "{} \\- {}", escaped(name), escaped(&about));
    section(&mut page, "SYNOPSIS");
    let usage = tree.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
    verbatim(&mut page, usage.lines().map(str::trim));
    section(&mut page, "OPTIONS");
    options(&mut page, tree);
    for part in tree.get_subcommands().filter(|_| !is_root) {
        section(
            &mut page,
            &format!("{} {}", tree.get_name(), part.get_name()).to_uppercase(),
        );
        let about = part.get_about().map(ToString::to_string);
        let _infallible = writeln!(page, "{}", escaped(&about.unwrap_or_default()));
        options(&mut page, part);
    }
    if is_root {
        section(&mut page, "COMMANDS");
        for part in tree.get_subcommands() {
            let about = part.get_about().map(ToString::to_string);
            term(
                &mut page,
                &format!("arm-{}(1)", part.get_name()),
                &about.unwrap_or_default(),
            );
        }
    }
    if let Some(after) = after {
        text_sections(&mut page, &after);
    }
    for (heading, topic) in [
        ("EXIT STATUS", "exit-codes"),
        ("ENVIRONMENT", "environment"),
    ] {
        section(&mut page, heading);
        if let Some(topic) = Topic::named(topic).filter(|_| is_root) {
            verbatim(&mut page, topic.text().lines());
        } else {
            let line = format!("See arm(1), {heading}; or `arm help {topic}`.");
            let _infallible = writeln!(page, "{}", escaped(&line));
        }
    }
    section(&mut page, "FILES");
    for (file, about) in FILES {
        term(&mut page, file, about);
    }
    section(&mut page, "SEE ALSO");
    let others = names().filter(|other| other != name);
    let others: Vec<String> = others.map(|other| format!("{other}(1)")).collect();
    let _infallible = writeln!(page, "{}", escaped(&others.join(", ")));
    page
}

/// The files of the program. macOS has the folders of Linux, as command lines do there.
const FILES: [(&str, &str); 4] = [
    (
        "$XDG_CONFIG_HOME/arm/config.toml",
        "settings, see `arm help config`; else below ~/.config, on macOS too; on Windows %APPDATA%\\arm\\config.toml",
    ),
    (
        "$XDG_STATE_HOME/arm/login/",
        "the accounts of `arm login`, readable only by their owner; else below ~/.local/state, on macOS too; on \
         Windows %LOCALAPPDATA%\\arm\\login, encrypted by DPAPI",
    ),
    (
        "$XDG_STATE_HOME/arm/sandbox.json",
        "what was written to the sandbox; `arm sandbox reset` deletes it; on Windows %LOCALAPPDATA%\\arm\\sandbox.json",
    ),
    (
        "$XDG_CACHE_HOME/arm/",
        "tokens and names of resources, readable only by their owner, and types; else below ~/.cache, on macOS \
         too; on Windows %LOCALAPPDATA%\\arm, where tokens are encrypted by DPAPI; see `arm cache`",
    ),
];

fn options(page: &mut String, tree: &Command) {
    let shown = |one: &&clap::Arg| !one.is_hide_set();
    for one in tree.get_arguments().filter(shown) {
        let help = one.get_help().map(ToString::to_string).unwrap_or_default();
        let value = one.get_value_names().and_then(|names| names.first());
        let takes_value = one.get_action().takes_values();
        let value = value.filter(|_| takes_value).map(ToString::to_string);
        let names = [
            one.get_short().map(|short| format!("-{short}")),
            one.get_long().map(|long| format!("--{long}")),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let spelling = match (names.join(", "), value) {
            (names, Some(value)) if names.is_empty() => value,
            (names, Some(value)) => format!("{names} <{value}>"),
            (names, None) => names,
        };
        let defaults = one
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy());
        let defaults: Vec<_> = defaults.collect();
        let is_switch = !takes_value || defaults.is_empty();
        let help = if is_switch {
            help
        } else {
            format!("{help} [default: {}]", defaults.join(", "))
        };
        term(page, &spelling, &help);
    }
}

/// A text of help: its headings become sections, the lines below stay as they are, for commands must not be filled.
fn text_sections(page: &mut String, text: &str) {
    for paragraph in text.split("\n\n") {
        let (heading, lines) = match paragraph.split_once(":\n") {
            Some((heading, lines)) if !heading.contains('\n') => (heading, lines),
            _ => {
                section(page, "NOTES");
                verbatim(page, paragraph.lines());
                continue;
            }
        };
        section(page, &heading.to_uppercase());
        verbatim(page, lines.lines());
    }
}

fn section(page: &mut String, name: &str) {
    let _infallible = writeln!(page, ".SH \"{}\"", escaped(name));
}

fn term(page: &mut String, name: &str, about: &str) {
    let _infallible = writeln!(page, ".TP\n\\fB{}\\fR\n{}", escaped(name), escaped(about));
}

/// Lines that are neither filled nor hyphenated.
fn verbatim<'a>(page: &mut String, lines: impl Iterator<Item = &'a str>) {
    page.push_str(".nf\n");
    for line in lines {
        let _infallible = writeln!(page, "{}", escaped(line));
    }
    page.push_str(".fi\n");
}

/// What roff would take for something else: `\`, `-` as a hyphen, quotes, and a dot or an apostrophe that begins a line.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\\' => safe.push_str("\\e"),
            '-' => safe.push_str("\\-"),
            '\'' => safe.push_str("\\*(Aq"),
            '`' => safe.push_str("\\(ga"),
            '"' => safe.push_str("\\(dq"),
            '^' => safe.push_str("\\(ha"),
            '~' => safe.push_str("\\(ti"),
            other if other.is_ascii() => safe.push(other),
            other => safe.push_str(&format!("\\[u{:04X}]", u32::from(other))),
        }
    }
    if safe.starts_with('.') {
        safe.insert_str(0, "\\&");
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{names, page};

    #[test]
    fn there_is_a_page_for_each_command_and_it_names_every_option() {
        let mut count = 0;
        for name in names() {
            let text = page(&name).unwrap();
            for heading in [
                "NAME",
                "SYNOPSIS",
                "OPTIONS",
                "EXIT STATUS",
                "ENVIRONMENT",
                "FILES",
            ] {
                assert!(
                    text.contains(&format!(".SH \"{heading}\"\n")),
                    "{name}: {heading}"
                );
            }
            count += 1;
        }
        assert!(count > 20, "{count}");
        let main = page("arm").unwrap();
        for other in names().filter(|name| name != "arm") {
            assert!(
                main.contains(&format!("{}(1)", other.replace('-', "\\-"))),
                "{other}"
            );
        }
        for option in crate::cli::commands::root()
            .get_opts()
            .filter(|one| !one.is_hide_set())
        {
            let long = option.get_long().unwrap().replace('-', "\\-");
            assert!(main.contains(&format!("\\-\\-{long}")), "{long}");
        }
        assert_eq!(page("list"), page("arm-list"));
        assert_eq!(page("get"), page("arm-GET"));
        assert_eq!(page("no-such"), None);
    }

    #[test]
    fn examples_are_neither_filled_nor_hyphenated() {
        let text = page("login").unwrap();
        let (_, examples) = text.split_once(".SH \"EXAMPLES\"\n").unwrap();
        assert!(examples.starts_with(".nf\n  arm login\n"), "{examples}");
        assert!(text.contains(".nh\n"));
        let main = page("arm").unwrap();
        assert!(
            main.contains("\\(ga") && main.is_ascii(),
            "no bare backtick"
        );
    }
}
