//! The documents tell the truth: their `console` blocks print what is there, their `sh` blocks name commands and
//! options that exist, their links lead to files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::run::Run;
use crate::support::session::{blocks, documents_in, run_all};

fn documents() -> Vec<PathBuf> {
    let mut documents = documents_in("docs");
    documents.insert(0, Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    documents
}

#[test]
fn console_blocks_print_what_stands_there() {
    run_all(&documents());
}

#[test]
fn shell_blocks_name_what_exists() {
    let mut known = Help::default();
    let mut faults = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for block in blocks(&text).iter().filter(|block| block.language == "sh") {
            for words in commands_in(&block.text) {
                let unknown = known.unknown_in(&words);
                faults.extend(unknown.map(|word| {
                    format!(
                        "{}:{}: `{word}` does not exist",
                        document.display(),
                        block.line
                    )
                }));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A hint that the documents or the sessions show is pasted into a shell, and is a command that can be run: what it asks
/// for may be missing, or nobody be signed in, but it is never misread.
#[test]
#[cfg(unix)]
fn hints_can_be_pasted() {
    let mut hints = BTreeSet::new();
    for document in documents().into_iter().chain(documents_in("tests/cmd")) {
        let text = std::fs::read_to_string(&document).unwrap();
        for block in blocks(&text)
            .iter()
            .filter(|block| block.language == "console")
        {
            let lines = block.text.lines();
            let lines = lines.filter_map(|line| line.strip_prefix("hint: "));
            hints.extend(lines.flat_map(commands_of_hint).map(str::to_owned));
        }
    }
    assert!(hints.len() > 15, "{hints:#?}");
    let mut faults = Vec::new();
    for hint in &hints {
        let script = format!("arm() {{ \"$ARM\" \"$@\" </dev/null; }}\n{hint}\n");
        let outcome = Run::bash(&script).run();
        // A file or an argument that cannot be used, or a word that is not a command.
        if matches!(outcome.code, Some(1 | 2 | 126 | 127) | None) {
            faults.push(format!("`{hint}`\n{}", outcome.stderr));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Returns the commands in the backticks of a hint: not those in which something is still to be written, nor those that
/// wait for a person.
#[cfg(unix)]
fn commands_of_hint(hint: &str) -> Vec<&str> {
    let quoted = hint.split('`').skip(1).step_by(2);
    let commands = quoted.filter(|command| command.starts_with("arm "));
    let is_open = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphabetic());
        let verbs = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"];
        word.len() > 1
            && word.bytes().all(|byte| byte.is_ascii_uppercase())
            && !verbs.contains(&word)
    };
    let is_whole = |command: &&str| {
        let mut words = command.split([' ', '/', '=', '@', '[']);
        !words.any(is_open) && !command.contains('…') && !command.contains("[..]")
    };
    let waits = ["arm login", "arm serve", "arm sandbox serve"];
    commands
        .filter(is_whole)
        .filter(|command| !waits.iter().any(|begin| command.starts_with(begin)))
        .collect()
}

/// What agents read at the start of each session has to be short: four characters are about a token.
#[test]
fn the_page_for_agents_is_short() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SKILL.md");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.chars().count() / 4 < 2_000);
    assert_eq!(text.matches("\n## ").count(), 10);
}

#[test]
fn links_lead_to_files() {
    let mut faults = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = link.split('#').next().unwrap_or_default();
            let outside = link.contains("://") || file.is_empty();
            if !outside && !document.with_file_name(file).exists() {
                faults.push(format!("{}: `{link}` leads nowhere", document.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The lines of Cloud Shell's manual, as `docs/sandbox.md` has them, against a served sandbox.
#[test]
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn the_lines_of_cloud_shell_work() {
    let programs = ["/bin/bash", "/usr/bin/curl", "/usr/bin/python3"];
    if let Some(absent) = programs.iter().find(|program| !Path::new(program).exists()) {
        eprintln!("skipped: there is no {absent}");
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sandbox.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = blocks(&text);
    let lines = blocks
        .iter()
        .find(|block| block.text.contains("-H Metadata:true"))
        .unwrap();
    let script = format!(
        "set -eu\n\
         \"$ARM\" sandbox serve >variables &\n\
         trap \"kill $!\" EXIT\n\
         until [ -s variables ]; do read -rt 0.01 <> <(:) || :; done\n\
         . ./variables\n{}\n\"$ARM\" GET /subscriptions -q '$.value[*].displayName' -r\n",
        lines
            .text
            .replace("http://localhost:50342", "$ARMCLI_ENDPOINT")
    );
    let run = Run::bash(&script).env("PATH", "/usr/local/bin:/usr/bin:/bin");
    let outcome = run.prints_a_token().run().exits(0);
    let printed = outcome.text();
    assert!(printed.starts_with("The access token is eyJ"), "{printed}");
    assert!(printed.contains("\"name\":\"vm-web-01\""), "{printed}");
    assert!(
        printed.ends_with("Contoso Production\nContoso Development\n"),
        "{printed}"
    );
}

#[test]
fn the_readme_stays_short() {
    let text = std::fs::read_to_string(&documents()[0]).unwrap();
    assert!(
        text.lines().count() <= 200,
        "{} lines",
        text.lines().count()
    );
}

/// What the help screens say that exists, by command.
#[derive(Default)]
struct Help(BTreeMap<String, BTreeSet<String>>);

impl Help {
    /// Returns the first word of a command line that is unknown.
    fn unknown_in<'a>(&mut self, words: &'a [String]) -> Option<&'a str> {
        let mut plain = words
            .iter()
            .map(String::as_str)
            .filter(|word| !word.starts_with('-'));
        let command = match (plain.next(), plain.next()) {
            (Some("sandbox"), Some(second @ ("serve" | "reset"))) => format!("sandbox {second}"),
            (Some("account"), Some(second @ ("list" | "use" | "show"))) => {
                format!("account {second}")
            }
            (
                Some(
                    first @ ("DELETE" | "login" | "logout" | "whoami" | "token" | "serve" | "exec"
                    | "completions" | "man" | "help"),
                ),
                _,
            ) => first.to_owned(),
            _ => "GET".to_owned(),
        };
        let options = self.options_of(&command);
        let own = words
            .iter()
            .map(String::as_str)
            .take_while(|word| *word != "--");
        own.into_iter().find(|word| {
            let option = word.split('=').next().unwrap_or_default();
            // `-/start` is in place of the URL.
            let is_url = option.starts_with("-/");
            option.starts_with('-') && option.len() > 1 && !is_url && !options.contains(option)
        })
    }

    fn options_of(&mut self, command: &str) -> &BTreeSet<String> {
        self.0.entry(command.to_owned()).or_insert_with(|| {
            let outcome = Run::arm(command.split(' ')).args(["--help"]).run().exits(0);
            let words = outcome.text().split([' ', '\n', ',', '[', ']']);
            let options = words.map(|word| word.trim_end_matches('.'));
            options
                .filter(|word| word.starts_with('-'))
                .map(str::to_owned)
                .collect()
        })
    }
}

/// Returns the words after `arm` of each command line in a shell script.
fn commands_in(script: &str) -> Vec<Vec<String>> {
    let script = script
        .replace("\\\n", " ")
        .replace("cargo run --release --", "arm");
    let mut commands = Vec::new();
    let mut words = Vec::new();
    let (mut word, mut quote, mut outer) = (String::new(), None, None);
    for next in script.chars().chain(['\n']) {
        match (quote, next) {
            // A command may be in double quotes: "$(arm token)".
            (Some('"'), '(') if word.ends_with('$') => {
                (outer, quote, word) = (quote, None, String::new());
                words.clear();
            }
            (Some(open), _) if next == open => quote = None,
            (None, '"' | '\'') => quote = Some(next),
            (None, ' ' | '\t') => words.extend(taken(&mut word)),
            (None, '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>' | '#') => {
                words.extend(taken(&mut word));
                commands.push(std::mem::take(&mut words));
                quote = outer.take_if(|_| next == ')');
            }
            (Some(_) | None, _) => word.push(next),
        }
    }
    let behind_arm = |words: Vec<String>| {
        let mut words = words.into_iter().skip_while(|word| word.contains('='));
        let program = words.next()?;
        (program == "arm").then(|| words.collect())
    };
    commands.into_iter().filter_map(behind_arm).collect()
}

fn taken(word: &mut String) -> Option<String> {
    Some(std::mem::take(word)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Help, commands_in};

    #[test]
    fn finds_commands_and_unknown_options() {
        let script = "A=1 arm GET /x -q '$.a | b' | sort -u && echo --no\n\
            curl -H \"X: $(arm token --audience y)\" z # arm --later\n";
        let commands = commands_in(script);
        let expected: [&[&str]; 3] = [
            &["GET", "/x", "-q", "$.a | b"],
            &["token", "--audience", "y"],
            &["--later"],
        ];
        assert_eq!(commands, expected);
        let unknown: Vec<_> = commands
            .iter()
            .map(|words| Help::default().unknown_in(words).map(str::to_owned))
            .collect();
        assert_eq!(unknown, [None, None, Some("--later".to_owned())]);
    }
}
