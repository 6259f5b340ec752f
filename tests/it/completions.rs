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
