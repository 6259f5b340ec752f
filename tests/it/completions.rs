//! Completion in real shells: a script is loaded as a user loads it, TAB is pressed on a terminal, and what the line then
//! says is read. A shell that is absent is skipped, and said so. What is offered where: `cli/complete`.

use std::path::Path;

use crate::support::at_once::at_once;
use crate::support::home::{BINARY, find_program};
use crate::support::pty;
use crate::support::run::Run;

/// A shell on a terminal: its command line, the file that it reads at its start, and what that file holds.
///
/// `arm` is a function there, which writes the words of the line to a file; the script asks the program, past the
/// function. A TAB inserts all candidates, so that several can be seen as well as one.
struct Shell {
    name: &'static str,
    command: &'static str,
    start: &'static str,
}

const BASH: Shell = Shell {
    name: "bash",
    command: "bash --noprofile --rcfile rc -i",
    start: r#"bind 'set enable-bracketed-paste off'
bind '"\t": insert-completions'
source "$COMPLETIONS/arm.bash"
arm() { printf '%s\n' "$@" > words.part; mv words.part words; exit; }
PROMPT_COMMAND='touch ready'
"#,
};

const ZSH: Shell = Shell {
    name: "zsh",
    command: "zsh -d -i",
    start: r#"PROMPT='$ '
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit; compinit -D -u
insert_all() { compstate[insert]=all }
_main_complete_and_insert() { comppostfuncs=(insert_all); _main_complete "$@" }
zle -C complete_all complete-word _main_complete_and_insert
bindkey '^I' complete_all
arm() { print -rl -- "$@" > words.part; mv words.part words; exit; }
zle-line-init() { touch ready }
zle -N zle-line-init
"#,
};

const FISH: Shell = Shell {
    name: "fish",
    command: "fish --no-config --init-command \"source rc\" -i",
    start: r"source $COMPLETIONS/arm.fish
function arm; printf '%s\n' $argv > words.part; mv words.part words; exit; end
function insert_all
    set -l all (complete --do-complete (commandline -cp) | string split -f 1 \t)
    commandline -rt -- (string join ' ' -- (string escape -- $all))' '
end
bind \t insert_all
function fish_prompt; touch ready; echo -n '$ '; end
",
};

/// A line, and words of it after TAB.
type Completion = (&'static str, &'static [&'static str]);

/// Lines that are offered these words among others.
const OFFERS: [Completion; 4] = [
    ("arm ", &["GET", "DELETE", "list", "whoami", "help"]),
    ("arm list v", &["vm", "vmss", "vnet"]),
    ("arm -o ", &["json", "table", "none"]),
    ("arm POST $HOME --max-p", &["--max-pages"]),
];

/// Lines that have these words and no others.
const BECOMES: [Completion; 11] = [
    ("arm who", &["whoami"]),
    ("arm sandbox ", &["sandbox", "serve", "reset"]),
    ("arm GET /x --output=ta", &["GET", "/x", "--output=table"]),
    ("arm login --dev", &["login", "--device-code"]),
    ("arm PUT /x @bo", &["PUT", "/x", "@body.json"]),
    ("arm PUT /x a=@bo", &["PUT", "/x", "a=@body.json"]),
    ("arm GET /x -O bo", &["GET", "/x", "-O", "body.json"]),
    (
        "arm list --sandbox -S Contoso",
        &[
            "list",
            "--sandbox",
            "-S",
            "Contoso Production",
            "Contoso Development",
        ],
    ),
    (
        "arm --sandbox list vm --resource-group=rg-d",
        &["--sandbox", "list", "vm", "--resource-group=rg-data-prod"],
    ),
    ("arm GET /sub", &["GET", "/subscriptions/"]),
    ("arm completions po", &["completions", "powershell"]),
];

/// How many shells run at once.
const AT_ONCE: usize = 4;

impl Shell {
    /// Presses TAB after a line, and returns the words that the line has then.
    #[expect(clippy::print_stderr, reason = "a skipped test must say so")]
    fn words_after_tab(&self, line: &str) -> Option<Vec<String>> {
        if find_program(self.name).is_none() {
            eprintln!("skipped: there is no `{}` on the PATH", self.name);
            return None;
        }
        let terminal = pty::on_terminal(self.command)?;
        let script = format!(
            r#"ln -s "$ARM" home/bin/arm; touch body.json; mkdir folder; ln -s ../rc home/.zshrc
wait_for() {{ for _ in $(seq 500); do [ -e "$1" ] && return; sleep 0.02; done; }}
{{ wait_for ready; sleep 0.3; printf '%s\t\n' '{line}'; wait_for words; }} |
  {terminal} > screen 2>&1
cat words"#
        );
        let completions = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        let run = Run::bash(&script).file("rc", self.start);
        let path = format!(
            "{}/home/bin:/usr/local/bin:/usr/bin:/bin",
            run.folder().display()
        );
        let outcome = run
            .env("ARM", BINARY)
            .env("PATH", path)
            .env("COMPLETIONS", completions)
            .env("TERM", "dumb")
            .env("LANG", "C.UTF-8")
            .run();
        Some(outcome.text().lines().map(str::to_owned).collect())
    }

    #[track_caller]
    fn becomes(&self, line: &str, words: &[&str]) {
        if let Some(found) = self.words_after_tab(line) {
            assert_eq!(found, words, "{}: {line}", self.name);
        }
    }

    #[track_caller]
    fn offers(&self, line: &str, wanted: &[&str]) {
        let Some(found) = self.words_after_tab(line) else {
            return;
        };
        for word in wanted {
            assert!(
                found.iter().any(|one| one == word),
                "{}: {line}: {word} in {found:?}",
                self.name
            );
        }
    }

    /// What every shell completes. Each shell waits for its terminal most of the time, so a few run at once.
    #[track_caller]
    fn completes(&self) {
        for offers in OFFERS.chunks(AT_ONCE) {
            at_once(offers, |(line, wanted)| self.offers(line, wanted));
        }
        for becomes in BECOMES.chunks(AT_ONCE) {
            at_once(becomes, |(line, words)| self.becomes(line, words));
        }
    }
}

#[test]
fn tab_completes_in_bash() {
    BASH.completes();
}

#[test]
fn tab_completes_in_zsh() {
    ZSH.completes();
}

#[test]
fn tab_completes_in_fish() {
    FISH.completes();
    // A space that stands after a backslash is part of the word.
    FISH.becomes(
        "arm list --sandbox -S Contoso\\ D",
        &["list", "--sandbox", "-S", "Contoso Development"],
    );
}

#[test]
fn the_scripts_are_those_that_the_program_prints() {
    for (shell, file) in [
        ("bash", "arm.bash"),
        ("zsh", "_arm"),
        ("fish", "arm.fish"),
        ("pwsh", "_arm.ps1"),
    ] {
        let printed = Run::arm(["completions", shell]).run().exits(0);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        let file = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        assert_eq!(printed.text(), file, "{shell}");
        assert!(file.contains("__complete"), "{shell}");
    }
}

#[test]
fn a_question_of_a_script_is_always_answered() {
    for words in [
        &[][..],
        &[""],
        &["-"],
        &["--"],
        &["GET", "/x", "--no-such=", ""],
        &["\u{1b}", "é", "x"],
    ] {
        let arguments = ["__complete"].iter().chain(words);
        Run::arm(arguments).run().exits(0);
    }
}
