//! The completion scripts: those that are checked in are those that the binary prints, and real
//! shells load them and complete with them. A shell that is absent is skipped, and said so.

use std::path::{Path, PathBuf};

use crate::support::home::find_program;
use crate::support::run::Run;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions")
}

#[track_caller]
fn check_printed(shell: &str, file: &str) {
    let outcome = Run::arm(["completions", shell]).run().exits(0);
    let printed = outcome.text();
    let checked_in = std::fs::read_to_string(folder().join(file)).unwrap_or_default();
    assert!(
        printed == checked_in,
        "run `arm completions {shell} > completions/{file}`"
    );
}

#[test]
fn the_scripts_are_those_that_the_binary_prints() {
    check_printed("bash", "arm.bash");
    check_printed("zsh", "_arm");
    check_printed("fish", "arm.fish");
    check_printed("powershell", "_arm.ps1");
}

/// Runs a script in a shell, in the folder of the completions; `None` where there is no such shell.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn run(shell: &str, options: &[&str], script: &str) -> Option<String> {
    let Some(program) = find_program(shell) else {
        eprintln!("skipped: there is no {shell} on the PATH");
        return None;
    };
    let outcome = Run::program_at(program)
        .args(options)
        .args(["-c", script])
        // The shells' own helpers are found where the shell is.
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .in_folder(&folder())
        .run()
        .exits(0);
    Some(outcome.text().to_owned())
}

#[track_caller]
fn check_completed(output: Option<&str>, expected: &[&str]) {
    if let Some(output) = output {
        let found: Vec<&str> = output
            .lines()
            .filter_map(|line| line.split(['\t', ' ']).next())
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn bash_completes() {
    let complete = |words: &str| {
        let script = format!(
            "set -e; source ./arm.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _arm arm \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\" || true; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"; complete -p arm >&2"
        );
        run("bash", &["--noprofile", "--norc"], &script)
    };
    check_completed(complete("arm --sand").as_deref(), &["--sandbox"]);
    check_completed(
        complete("arm GET --max-").as_deref(),
        &["--max-pages", "--max-memory"],
    );
    check_completed(
        complete("arm get --max-").as_deref(),
        &["--max-pages", "--max-memory"],
    );
    check_completed(complete("arm GET -o nd").as_deref(), &["ndjson"]);
    check_completed(complete("arm sandbox se").as_deref(), &["serve"]);
}

/// Presses TAB after a line in a Bash on a terminal, and returns the words that the line has then. TAB inserts all
/// candidates there, so that a list of them can be seen too.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn words_after_tab(line: &str) -> Option<Vec<String>> {
    if find_program("script").is_none() {
        eprintln!("skipped: there is no `script` on the PATH, which makes a terminal");
        return None;
    }
    let script = format!(
        r#"cat > rc <<'END'
bind 'set enable-bracketed-paste off'
bind '"\t": insert-completions'
source "$COMPLETIONS/arm.bash"
arm() {{ printf '%s\n' "$@" > words.part; mv words.part words; exit; }}
PROMPT_COMMAND='touch ready'
END
wait_for() {{ for _ in $(seq 500); do [ -e "$1" ] && return; sleep 0.02; done; }}
{{ wait_for ready; sleep 0.3; printf '%s\t\n' '{line}'; wait_for words; }} |
  script -qec 'bash --noprofile --rcfile rc -i' /dev/null > screen 2>&1
cat words"#
    );
    let outcome = Run::bash(&script)
        .env("COMPLETIONS", folder())
        .env("TERM", "dumb")
        .run()
        .exits(0);
    Some(outcome.text().lines().map(str::to_owned).collect())
}

#[test]
fn tab_completes_in_bash_on_a_terminal() {
    for (line, words) in [
        ("arm who", &["whoami"][..]),
        ("arm sandbox re", &["sandbox", "reset"]),
        ("arm login --dev", &["login", "--device-code"]),
        ("arm -o nds", &["-o", "nds"]),
        ("arm -o nd", &["-o", "ndjson"]),
        ("arm GET /x -o ta", &["GET", "/x", "-o", "table"]),
        ("arm GET /x --output=ta", &["GET", "/x", "--output=table"]),
        ("arm list vms", &["list", "vmss"]),
    ] {
        let Some(found) = words_after_tab(line) else {
            return;
        };
        assert_eq!(found, words, "{line}");
    }
    for (line, among) in [
        ("arm ", &["GET", "list", "whoami", "--query"][..]),
        ("arm list v", &["vm", "vmss", "vnet"]),
        ("arm sandbox ", &["serve", "reset"]),
        ("arm -o ", &["json", "table", "none"]),
        ("arm GET /x --output=", &["--output=json", "--output=table"]),
    ] {
        let found = words_after_tab(line).unwrap_or_default();
        for word in among {
            let is_found = found.iter().any(|one| {
                one == word || word.split_once('=').is_some_and(|(_, value)| one == value)
            });
            assert!(is_found, "{line}: {word} in {found:?}");
        }
    }
}

#[test]
fn fish_completes() {
    let complete = |line: &str| {
        let script = format!("source arm.fish; complete --do-complete '{line}'");
        run("fish", &["--no-config"], &script)
    };
    check_completed(complete("arm --sand").as_deref(), &["--sandbox"]);
    check_completed(
        complete("arm GET --max-").as_deref(),
        &["--max-memory", "--max-pages"],
    );
    check_completed(complete("arm GET -o nd").as_deref(), &["ndjson"]);
    check_completed(complete("arm sandbox se").as_deref(), &["serve"]);
}

#[test]
fn zsh_loads_the_script_for_arm() {
    let script = "fpath=($PWD $fpath); autoload -Uz compinit; compinit -D -u; \
        print $_comps[arm]; autoload +X _arm; whence -w _arm";
    let output = run("zsh", &["-f"], script);
    check_completed(output.as_deref(), &["_arm", "_arm:"]);
}
