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
const BECOMES: [Completion; 14] = [
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
    (
        "arm GET /subscriptions/{sub}/providers/Microsoft.KeyVault/va",
        &[
            "GET",
            "/subscriptions/{sub}/providers/Microsoft.KeyVault/vaults",
        ],
    ),
    ("arm POST vm/v/deal", &["POST", "vm/v/deallocate"]),
    ("arm PUT /x If-N", &["PUT", "/x", "If-None-Match:"]),
];

/// Lines with names that are remembered: what has been seen of the sandbox, and some that somebody chose with care.
const REMEMBERED: [Completion; 8] = [
    (
        "arm --sandbox GET vm/vm-web-03/inst",
        &["--sandbox", "GET", "vm/vm-web-03/instanceView"],
    ),
    (
        "arm --sandbox GET kv/kv-",
        &["--sandbox", "GET", "kv/kv-contoso-data"],
    ),
    (
        r#"arm --sandbox -S "Contoso Development" GET -g rg-l"#,
        &[
            "--sandbox",
            "-S",
            "Contoso Development",
            "GET",
            "-g",
            "rg-lab",
        ],
    ),
    (
        "arm --sandbox GET /subscriptions/a81",
        &[
            "--sandbox",
            "GET",
            "/subscriptions/a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8",
        ],
    ),
    (
        "arm --sandbox GET kv/it",
        &[
            "--sandbox",
            "GET",
            "kv/it\u{27}s $HOME:a `b` \u{22}c\u{22} x",
        ],
    ),
    (
        "arm --sandbox GET kv/col:o",
        &["--sandbox", "GET", "kv/col:on:s"],
    ),
    (
        "arm --sandbox show kv col:o",
        &["--sandbox", "show", "kv", "col:on:s"],
    ),
    (
        "arm --sandbox GET kv/evil",
        &["--sandbox", "GET", "kv/evil"],
    ),
];

/// A name in place of an id; fish offers only what is spelled like the typed word.
const BY_NAME: Completion = (
    "arm --sandbox GET /subscriptions/fab",
    &[
        "--sandbox",
        "GET",
        "/subscriptions/5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2",
    ],
);

/// Fills the memory of the sandbox.
const REMEMBER: &str = r#""$ARM" cache warm --sandbox 2>/dev/null
printf '/resourceGroups/g/providers/Microsoft.KeyVault/vaults/%b\n' 'it\047s $HOME:a `b` "c" x' 'col:on:s' 'evil\033[2J' \
  'evil\302\2332J' 'evil\342\200\213' >> "$XDG_CACHE_HOME"/arm/seen/sandbox/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46.ids"#;

/// Names of subscriptions, which may hold anything, that a shell would read as something else.
const EXPANDED: [Completion; 2] = [
    (
        "arm list -S bra",
        &["list", "-S", "brace{1..2}", "brace{x,-y}"],
    ),
    (
        "arm list -S ",
        &["list", "-S", "=ls", "brace{1..2}", "brace{x,-y}"],
    ),
];

/// Keeps those names where az does.
const KEEP_EXPANDED: &str = r#"mkdir -p "$HOME/.azure"
of() { printf '{"id":"00000000-0000-4000-8000-00000000000%s","name":"%s","state":"Enabled","environmentName":"AzureCloud",' "$@"
  printf '"tenantId":"00000000-0000-4000-8000-000000000009","isDefault":false}'; }
echo "{\"subscriptions\":[$(of 1 'brace{x,-y}'),$(of 2 'brace{1..2}'),$(of 3 '=ls')]}" > "$HOME/.azure/azureProfile.json""#;

/// How many shells run at once.
const AT_ONCE: usize = 4;

impl Shell {
    /// Presses TAB after a line, and returns the words that the line has then.
    #[expect(clippy::print_stderr, reason = "a skipped test must say so")]
    fn words_after_tab(&self, line: &str, prepare: &str) -> Option<Vec<String>> {
        if find_program(self.name).is_none() {
            eprintln!("skipped: there is no `{}` on the PATH", self.name);
            return None;
        }
        let terminal = pty::on_terminal(self.command)?;
        let script = format!(
            r#"ln -s "$ARM" home/bin/arm; touch body.json; mkdir folder; ln -s ../rc home/.zshrc
{prepare}
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
        self.becomes_after("", line, words);
    }

    #[track_caller]
    fn becomes_after(&self, prepare: &str, line: &str, words: &[&str]) {
        if let Some(found) = self.words_after_tab(line, prepare) {
            assert_eq!(found, words, "{}: {line}", self.name);
        }
    }

    #[track_caller]
    fn offers(&self, line: &str, wanted: &[&str]) {
        let Some(found) = self.words_after_tab(line, "") else {
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
        at_once(&EXPANDED, |(line, words)| {
            self.becomes_after(KEEP_EXPANDED, line, words);
        });
        for becomes in REMEMBERED.chunks(AT_ONCE) {
            at_once(becomes, |(line, words)| {
                self.becomes_after(REMEMBER, line, words);
            });
        }
    }
}

#[test]
fn tab_completes_in_bash() {
    BASH.completes();
    BASH.becomes(BY_NAME.0, BY_NAME.1);
}

#[test]
fn tab_completes_in_zsh() {
    ZSH.completes();
    ZSH.becomes(BY_NAME.0, BY_NAME.1);
}

#[test]
fn tab_completes_in_fish() {
    FISH.completes();
    // A space that comes after a backslash is part of the word.
    FISH.becomes(
        "arm list --sandbox -S Contoso\\ D",
        &["list", "--sandbox", "-S", "Contoso Development"],
    );
}

/// Bash writes a word so that the shell reads it as it is, whatever quotation mark is open.
#[test]
fn bash_quotes_what_it_inserts() {
    let script = r#"
source "$COMPLETIONS/arm.bash"
word="it's \$HOME \`b\` \"c\" x\\y"
for quote in "" "'" '"'; do
    _arm_quote "$word"
    eval "set -- $quote$REPLY$quote"
    [[ $# == 1 && $1 == "$word" ]] && echo same
done"#;
    let completions = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let outcome = Run::bash(script).env("COMPLETIONS", completions).run();
    assert_eq!(outcome.text(), "same\nsame\nsame\n", "{}", outcome.stderr);
}

/// PowerShell has a test by hand (`pwsh` is in no package of Debian), and here what its script asks and reads.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn powershell_asks_as_it_reads() {
    let script = include_str!("../../completions/_arm.ps1");
    for part in [
        "Register-ArgumentCompleter -Native -CommandName arm",
        "& $program __complete @words $typed 2>$null",
        "$kind, $word, $about = $_ -split \"`t\", 3",
        "$word.Replace(\"'\", \"''\")",
    ] {
        assert!(script.contains(part), "{part}");
    }
    let asked = Run::arm(["__complete", "--sandbox", "GET", "/subscriptions/fab"]);
    let outcome = asked.run().exits(0);
    let fields: Vec<&str> = outcome.text().trim_end().split('\t').collect();
    assert_eq!(fields.first(), Some(&"name"));
    assert_eq!(fields.get(2), Some(&"Fabrikam"));
    assert_eq!(fields.len(), 3);
    if find_program("pwsh").is_none() {
        eprintln!("skipped: there is no `pwsh` on the PATH, so that no TAB was pressed in it");
    }
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
