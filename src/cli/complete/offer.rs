//! Decides what may follow: a value, an option, or a word. Where the typed word is: `place`.

use clap::{Arg, Command};

use super::asker::Asker;
use super::candidate::{Candidate, Completion};
use super::place::Place;
use super::{member, subject, value};

/// Returns what may be in place of the last word, which is what has been typed of it, and may be empty. The words are
/// those after the name of the program.
pub fn offer(words: &[String]) -> Completion {
    let (typed, before) = match words.split_last() {
        Some((typed, before)) => (typed.as_str(), before),
        None => ("", words),
    };
    let place = Place::after(before);
    let mut completion = found(&place, typed);
    typed.clone_into(&mut completion.typed);
    completion.asker = Asker::of(place.asker);
    completion
}

fn found(place: &Place, typed: &str) -> Completion {
    if let Some(option) = &place.awaits {
        return value_of(place, option, "", typed);
    }
    if let Some((option, before)) = place.glued(typed) {
        return value_of(place, &option, &before, typed);
    }
    if typed.starts_with('-') && !place.options_ended {
        return Completion {
            candidates: options(place, typed == "-"),
            ..Completion::default()
        };
    }
    let mut completion = subject::of(place, typed);
    if completion.is_nothing() && typed.is_empty() && !place.options_ended {
        completion.candidates = options(place, false);
    }
    completion
}

/// The values of an option: those that are known by themselves, or members of what the command is about.
fn value_of(place: &Place, option: &Arg, before: &str, typed: &str) -> Completion {
    let completion = value::of_option(place, option, before, typed);
    if completion.is_nothing() {
        return member::of_option(place, option, before, typed);
    }
    completion
}

/// The options that can still be given; also their letters if the word is `-` so far.
fn options(place: &Place, with_letters: bool) -> Vec<Candidate> {
    let is_open = |one: &&Arg| {
        let is_repeatable = matches!(
            one.get_action(),
            clap::ArgAction::Append | clap::ArgAction::Count
        );
        !one.is_positional()
            && !one.is_hide_set()
            && (is_repeatable || !place.given.iter().any(|id| one.get_id() == id.as_str()))
    };
    let mut candidates = Vec::new();
    for one in place.tree.get_arguments().filter(is_open) {
        let about = first_sentence(&one.get_help().map(ToString::to_string).unwrap_or_default());
        if let Some(long) = one.get_long() {
            candidates.push(Candidate::new(format!("--{long}"), &about));
        }
        if let Some(letter) = one.get_short().filter(|_| with_letters) {
            candidates.push(Candidate::new(format!("-{letter}"), &about));
        }
    }
    if is_root(&place.tree) {
        candidates.push(Candidate::new("--version", "Print the version"));
    }
    candidates
}

fn is_root(tree: &Command) -> bool {
    tree.get_name() == "arm"
}

/// A list of values after a colon is offered on its own; a menu has one line for each option.
fn first_sentence(help: &str) -> String {
    let line = help.lines().next().unwrap_or_default();
    line.split(": ").next().unwrap_or(line).to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::offer;

    /// The words that are offered after a line, whose last word is what has been typed of it.
    pub(in crate::cli::complete) fn words(line: &str) -> Vec<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let text = offer(&words).render();
        let words = text.lines().map(|line| {
            let mut fields = line.split('\t');
            match fields.next() {
                Some("file") => format!("FILE{}", fields.next().unwrap()),
                _ => fields.next().unwrap().to_owned(),
            }
        });
        words.collect()
    }

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(words(line), expected, "{line}");
    }

    #[track_caller]
    fn check_among(line: &str, wanted: &[&str], unwanted: &[&str]) {
        let found = words(line);
        for word in wanted {
            assert!(
                found.iter().any(|one| one == word),
                "{line}: {word} in {found:?}"
            );
        }
        for word in unwanted {
            assert!(
                !found.iter().any(|one| one == word),
                "{line}: {word} in {found:?}"
            );
        }
    }

    #[test]
    fn first_words() {
        check_among(
            "",
            &["GET", "DELETE", "list", "whoami", "help"],
            &["--query", "request"],
        );
        check("who", &["whoami"]);
        check("ge", &["get"]);
        check("GE", &["GET"]);
        check("--sandbox who", &["whoami"]);
        check("-o table who", &["whoami"]);
        check("__c", &[]);
    }

    #[test]
    fn words_of_commands() {
        check_among("list v", &["vm", "vmss", "vnet"], &["group"]);
        check_among("--sandbox list vn", &["vnet"], &["vm"]);
        check_among("new v", &["vm", "vmss", "vnet"], &["group"]);
        check_among("list Microsoft.Comp", &["Microsoft.Compute/"], &[]);
        check_among(
            "types Microsoft.Compute/virtualM",
            &["Microsoft.Compute/virtualMachines"],
            &[],
        );
        check("sandbox ", &["serve", "reset"]);
        check("sandbox s", &["serve"]);
        check("account ", &["list", "use", "show"]);
        check("completions ", &["bash", "zsh", "fish", "powershell"]);
        check_among("help ", &["query", "items", "list", "GET"], &["--help"]);
        check("help que", &["query"]);
        check_among("show v", &["vm", "vnet"], &["group"]);
        check("cache ", &["list", "names", "warm", "clear"]);
    }

    #[test]
    fn values_of_options() {
        check_among("-o ", &["json", "table", "none"], &["--output"]);
        check("GET /x -o nd", &["ndjson"]);
        check("GET /x --output=ta", &["--output=table"]);
        check("GET /x -ota", &["-otable"]);
        check_among("whoami -o ", &["table", "json"], &["csv"]);
        check_among("--auth az", &["azure-cli"], &["login"]);
        check("GET /x -O ", &["FILE"]);
        check("GET /x --output-file=", &["FILE--output-file="]);
        check("/x --limit ", &[]);
        check_among("--cloud Azure", &["AzureCloud", "AzureChinaCloud"], &[]);
        check_among("GET /x --api-version ", &["stable", "preview"], &[]);
        check("PUT /x -H if-m", &["If-Match:"]);
        check("PUT /x If-N", &["If-None-Match:"]);
        check("GET /x -HPref", &["-HPrefer:"]);
        check_among(
            "list vm --columns ",
            &["size=properties.hardwareProfile.vmSize"],
            &[],
        );
        check_among("list vm --columns name,", &["name,location"], &[]);
        check("graph --columns resourceG", &["resourceGroup"]);
        check("graph -q [].subsc", &["[].subscriptionId"]);
    }

    #[test]
    fn options_after_anything() {
        check("login --dev", &["--device-code"]);
        for line in ["/x --max-", "GET $ID --max-", "$ID --max-", "-- /x --max-"] {
            let is_ended = line.starts_with("--");
            let expected: &[&str] = if is_ended {
                &[]
            } else {
                &["--max-pages", "--max-memory", "--max-output"]
            };
            check(line, expected);
        }
        check_among("GET /x ", &["--query", "--wait"], &["--keep-going", "GET"]);
        check_among("GET /x --query $ --q", &[], &["--query"]);
        check_among("GET /x -H a:b --head", &["--header"], &[]);
        check_among("GET /x -", &["-q", "--query"], &[]);
        check_among("--ver", &["--version", "--verbose"], &[]);
    }

    #[test]
    fn files_where_a_file_is_meant() {
        check("PUT /x @", &["FILE@"]);
        check("PUT /x @fi", &["FILE@"]);
        check("PUT /x a=@fi", &["FILEa=@"]);
        check("PUT /x a:=@fi", &["FILEa:=@"]);
        check("graph @q", &["FILE@"]);
        check("login --certificate ", &["FILE"]);
        check("exec -- py", &["FILE"]);
        check("PUT /x a=b", &[]);
        check("diff vm/v @", &["FILE@"]);
        check("edit vm/v @", &["FILE@"]);
    }
}
