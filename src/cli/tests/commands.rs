//! Tables for help, the version and all commands but requests.

use super::{refused, run};
use crate::cli::arguments::{SandboxCommand, ServeArgs, Tls, TokenOutput};
use crate::cli::{Command, Error, Shell, Topic};

#[test]
fn commands() {
    let Ok(Command::Token(token)) = run(&["-v", "token", "--audience", "a", "-o", "json"]) else {
        panic!("token")
    };
    assert_eq!(
        (token.output.output, token.output.verbose.count),
        (TokenOutput::Json, 1)
    );
    assert_eq!(token.sign_in.audience.as_deref(), Some("a"));
    let serve = |port, tls| {
        Ok(Command::Sandbox(SandboxCommand::Serve(ServeArgs {
            port,
            tls,
            faults: None,
            replay: None,
        })))
    };
    assert_eq!(run(&["sandbox", "serve"]), serve(None, Tls::No));
    assert_eq!(
        run(&["sandbox", "serve", "--port", "8080", "--tls"]),
        serve(Some(8080), Tls::SelfMade)
    );
    let files = Tls::Files {
        cert: "c".into(),
        key: "k".into(),
    };
    assert_eq!(
        run(&["sandbox", "serve", "--tls-cert", "c", "--tls-key", "k"]),
        serve(None, files)
    );
    let faulty = run(&["sandbox", "serve", "--faults", "f.json"]);
    assert_eq!(
        faulty,
        Ok(Command::Sandbox(SandboxCommand::Serve(ServeArgs {
            port: None,
            tls: Tls::No,
            faults: Some("f.json".into()),
            replay: None,
        })))
    );
    assert_eq!(
        run(&["sandbox", "reset"]),
        Ok(Command::Sandbox(SandboxCommand::Reset))
    );
    assert_eq!(
        run(&["completions", "zsh"]),
        Ok(Command::Completions { shell: Shell::Zsh })
    );
    for (words, beginning) in [(&["man"][..], ".ie"), (&["man", "list"], ".ie")] {
        let Ok(Command::Man { page: Some(page) }) = run(words) else {
            panic!("{words:?}");
        };
        assert!(page.starts_with(beginning), "{page}");
    }
    assert_eq!(run(&["man", "--list"]), Ok(Command::Man { page: None }));
    assert_eq!(
        run(&["help", "items"]),
        Ok(Command::Help {
            topic: Topic::named("items").unwrap()
        })
    );
    refused(&["sandbox", "serve", "--tls-cert", "c"], "--tls-key", "");
    refused(&["sandbox", "serve", "--port", "99999"], "99999", "");
    refused(&["token", "/x"], "unexpected argument '/x'", "");
    refused(&["-o", "compact", "token"], "compact", "");
    refused(&["help", "nothing"], "no help about `nothing`", "");
}

#[test]
fn options_stand_before_the_part_of_a_command_too() {
    for (before, after) in [
        (
            &["-o", "json", "cache", "list"][..],
            &["cache", "list", "-o", "json"][..],
        ),
        (
            &["--sandbox", "cache", "warm", "-S", "a"],
            &["cache", "warm", "-S", "a", "--sandbox"],
        ),
        (
            &["cache", "--sandbox", "warm"],
            &["cache", "warm", "--sandbox"],
        ),
        (
            &["--profile", "p", "config", "show"],
            &["config", "show", "--profile", "p"],
        ),
        (&["-v", "account", "list"], &["account", "list", "-v"]),
        (
            &["--sandbox", "credential", "git", "get"],
            &["credential", "git", "get", "--sandbox"],
        ),
        (
            &["account", "use", "--", "-x"],
            &["account", "use", "--", "-x"],
        ),
    ] {
        let found = run(before);
        assert!(found.is_ok(), "{before:?}: {found:?}");
        assert_eq!(found, run(after), "{before:?}");
    }
    shown(&["--sandbox", "cache", "warm", "-h"], "arm cache warm");
    shown(&["cache", "--help"], "arm cache");
    refused(&["--profile", "p"], "nothing to do", "");
}

#[test]
fn colours_are_chosen_for_every_command() {
    use crate::cli::ColorChoice::{Always, Never};

    for (words, expected) in [
        (&["account", "list"][..], None),
        (&["--color", "always", "account", "list"], Some(Always)),
        (&["account", "list", "--color", "always"], Some(Always)),
        (&["account", "--color=never", "list"], Some(Never)),
        (
            &["--color=never", "GET", "/x", "--color=always"],
            Some(Always),
        ),
        (
            &["exec", "--color=never", "--", "x", "--color=always"],
            Some(Never),
        ),
    ] {
        let argv = std::iter::once(&"arm").chain(words).map(Into::into);
        let found = crate::cli::invocation(argv).unwrap();
        assert_eq!(found.run.color, expected, "{words:?}");
    }
}

#[track_caller]
fn shown(arguments: &[&str], part: &str) {
    match run(arguments) {
        Err(error @ Error::Display { .. }) => {
            assert!(error.to_string().contains(part), "{arguments:?}: {error}");
            assert_eq!(error.exit_code(), 0);
        }
        other => panic!("{arguments:?}: {other:?}"),
    }
}

#[test]
fn help_and_version() {
    shown(&["--help"], "arm COMMAND ...");
    shown(&["-h"], "arm COMMAND ...");
    shown(&["help"], "arm COMMAND ...");
    shown(&["-v", "--help"], "arm COMMAND ...");
    shown(&["--version"], concat!("arm ", env!("CARGO_PKG_VERSION")));
    shown(&["-V"], "arm ");
    shown(&["GET", "--help"], "Usage: arm GET URL");
    shown(&["--help", "put"], "Usage: arm PUT URL");
    shown(&["MERGE", "-h"], "Usage: arm MERGE URL");
    shown(&["/x", "--help"], "Usage: arm URL");
    shown(&["help", "get"], "Usage: arm GET URL");
    shown(&["help", "token"], "Usage: arm token");
    shown(&["sandbox", "serve", "--help"], "Usage: arm sandbox serve");
}
