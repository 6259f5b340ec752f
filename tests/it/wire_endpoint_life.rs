//! `arm serve` and `arm exec` as processes: how they start, whom they ask, and how they end.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use crate::support::answer::Answer;
use crate::support::endpoint::{TokenEndpoint, read_all};
use crate::support::run::Run;
use crate::support::server::Server;
use crate::support::shared::shared;

const ARM: &str = "resource=https://management.azure.com/";
/// A token of a source that is not a JWT.
const TOKEN: &str = r#"{"access_token":"source-token","expires_in":"3600","expires_on":"4102444800","resource":"https://management.azure.com/","token_type":"Bearer"}"#;

/// An endpoint whose tokens come from a server.
fn serve_from(source: &Server, arguments: &[&str]) -> TokenEndpoint {
    let usual = ["serve", "--cloud-shell", "--port", "0"];
    let all: Vec<&str> = usual.iter().chain(arguments).copied().collect();
    TokenEndpoint::start(&all, &[("MSI_ENDPOINT", &source.url("/oauth2/token"))])
}

#[test]
fn a_port_that_is_taken_is_named_with_its_holder() {
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let outcome = Run::arm(["--sandbox", "serve", "--port", &port]).run();
    let outcome = outcome.exits(1).prints_nothing();
    let held = format!("held by: process {} (`", std::process::id());
    let known: &[&str] = if cfg!(target_os = "linux") {
        &[&held]
    } else {
        &[]
    };
    outcome
        .says(&[
            &format!("error: port {port} is taken"),
            "hint: choose another port",
        ])
        .says(known);
}

#[test]
fn without_a_credential_it_starts_only_when_told_to() {
    for command in [&["serve"][..], &["exec", "true"]] {
        let outcome = Run::arm(command).run().exits(6).prints_nothing();
        outcome.says(&["error: no credential found"]);
    }
    let mut endpoint =
        TokenEndpoint::start(&["serve", "--cloud-shell", "--port", "0", "--lazy"], &[]);
    let answer = endpoint.post(ARM);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    for text in ["CredentialUnavailable", "no credential found", "hint: "] {
        assert!(answer.contains(text), "{answer}");
    }
    assert!(endpoint.is_alive());
}

#[test]
fn settings_that_make_no_endpoint_are_refused() {
    for (arguments, code, text) in [
        (
            &["--bind", "0.0.0.0"][..],
            12,
            "`0.0.0.0`, which other machines may reach",
        ),
        (&["--confirm"], 2, "needs a terminal"),
        (&["--audience", "a b"], 2, "is not a valid audience"),
        (
            &["--bind", "0.0.0.0", "--allow-network", "--cloud-shell"],
            2,
            "--cloud-shell",
        ),
    ] {
        let run = Run::arm(["--sandbox", "serve"]).args(arguments).run();
        run.exits(code).prints_nothing().says(&[text]);
    }
}

#[test]
fn it_does_not_ask_itself() {
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let outcome = Run::arm(["serve", "--cloud-shell", "--port", &port])
        .env(
            "MSI_ENDPOINT",
            format!("http://localhost:{port}/oauth2/token"),
        )
        .run();
    outcome
        .exits(2)
        .prints_nothing()
        .says(&["`MSI_ENDPOINT`", "unset it"]);
}

#[test]
fn the_source_is_asked_once_however_many_ask() {
    let source = Server::with(|_| Answer::json(TOKEN));
    let endpoint = serve_from(&source, &["--lazy"]);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..40)
            .map(|_| scope.spawn(|| endpoint.post(ARM)))
            .collect();
        for client in clients {
            let answer = client.join().unwrap();
            assert!(
                answer.contains("\"access_token\":\"source-token\""),
                "{answer}"
            );
        }
    });
    assert_eq!(source.requests().len(), 1);
}

#[test]
fn a_token_that_was_refused_is_not_handed_out_again() {
    let calls = Arc::new(Mutex::new(0));
    let source = Server::with(move |_| {
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        Answer::json(TOKEN.replace("source-token", &format!("token-{calls}")))
    });
    let endpoint = serve_from(&source, &["--lazy"]);
    // The SHA-256 of the first token.
    let refused =
        "&token_sha256_to_refresh=3f08aace122ee2368432c1ca23a049bc640bafbf00fdf33a52429f38ba12dbf9";
    for (parameter, expected) in [
        ("", "token-1"),
        ("", "token-1"),
        (refused, "token-2"),
        (refused, "token-2"),
        ("", "token-2"),
    ] {
        let answer = endpoint.send(&format!(
            "GET /msi/token?api-version=2025-03-30&{ARM}{parameter} HTTP/1.1\nHost: localhost:PORT\n\
             X-IDENTITY-HEADER: SECRET\nConnection: close\n\n"
        ));
        assert!(
            answer.contains(&format!("\"{expected}\"")),
            "{parameter}: {answer}"
        );
    }
}

#[test]
fn a_source_that_fails_does_not_end_the_server() {
    let calls = Arc::new(Mutex::new(0));
    let source = Server::with(move |_| {
        *calls.lock().unwrap() += 1;
        match *calls.lock().unwrap() {
            1 => Answer::json(TOKEN),
            _ => Answer::error(
                400,
                r#"{"error":{"code":"invalid_grant","message":"the session is over"}}"#,
            ),
        }
    });
    let mut endpoint = serve_from(&source, &[]);
    assert!(endpoint.post(ARM).contains("source-token"));
    for _ in 0..3 {
        let answer = endpoint.post("resource=https://vault.azure.net");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(
            answer.contains("\"error\":{\"code\":\"CredentialUnavailable\""),
            "{answer}"
        );
        assert!(answer.contains("the session is over"), "{answer}");
    }
    assert!(endpoint.is_alive());
    assert!(endpoint.post(ARM).contains("source-token"));
    // The one that failed is left in peace for a while.
    assert_eq!(source.requests().len(), 2);
}

#[test]
fn an_answer_that_is_under_way_leaves_before_the_end() {
    let (asked, is_asked) = channel();
    let (go, may_go) = channel();
    let may_go = Mutex::new(may_go);
    let source = Server::with(move |_| {
        asked.send(()).unwrap();
        may_go.lock().unwrap().recv().unwrap();
        Answer::json(TOKEN)
    });
    let endpoint = serve_from(&source, &["--lazy", "-v"]);
    let mut client = endpoint.connect();
    let request = "GET /oauth2/token?resource=https://management.azure.com/ HTTP/1.1\nHost: localhost:PORT\n\
                   Metadata: true\n\n";
    client
        .write_all(endpoint.filled(request).as_bytes())
        .unwrap();
    is_asked.recv().unwrap();
    endpoint.terminate();
    // Once connections are refused, the signal has arrived.
    while std::net::TcpStream::connect(("127.0.0.1", endpoint.port)).is_ok() {}
    go.send(()).unwrap();
    let answer = read_all(&mut client);
    assert!(answer.contains("source-token"), "{answer}");
    let (code, stderr) = endpoint.ended();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("GET cloud-shell https://management.azure.com/: 200 token"),
        "{stderr}"
    );
    assert!(!stderr.contains("source-token"), "{stderr}");
}

#[test]
fn the_log_never_holds_the_secret() {
    let endpoint = TokenEndpoint::of_sandbox(&["-vv"]);
    let secret = endpoint.secret.clone();
    for head in [
        "GET /SECRET/token HTTP/1.1",
        "GET /ENCODED/token HTTP/1.1",
        "SECRET /msi/token HTTP/1.1",
        "GET /oauth2/token?resource=SECRET HTTP/1.1\nMetadata: true\nUser-Agent: SECRET",
    ] {
        let encoded = secret.bytes().fold(String::new(), |encoded, byte| {
            format!("{encoded}%{byte:02x}")
        });
        let head = head.replace("ENCODED", &encoded);
        endpoint.send(&format!(
            "{head}\nHost: localhost:PORT\nConnection: close\n\n"
        ));
    }
    endpoint.terminate();
    let (_, stderr) = endpoint.ended();
    assert!(stderr.contains("GET /[redacted]/token: 404"), "{stderr}");
    assert!(!stderr.contains(&secret), "{stderr}");
    assert!(!stderr.contains('%'), "{stderr}");
}

#[test]
fn it_ends_after_a_time_without_requests() {
    let run = Run::arm(["--sandbox", "serve", "--idle-timeout", "1ms"]).run();
    run.exits(0)
        .says(&["note: ended: there was no request for"]);
}

#[test]
fn a_command_finds_its_endpoint_and_nothing_that_would_win() {
    let script = r#""$ARM" --sandbox exec -- bash -c '
        curl -s -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://vault.azure.net" | grep -o "\"resource\":.*"
        echo ${#AZD_AUTH_KEY} ${MSI_ENDPOINT-none} ${AZURE_CLIENT_SECRET-none} ${ARMCLI_ACCESS_TOKEN-none} $NO_PROXY $KEPT "$@"' - a 'b c'"#;
    let outcome = Run::bash(script)
        .env("MSI_ENDPOINT", "http://localhost:1/")
        .env("AZURE_CLIENT_SECRET", "s")
        .env("ARMCLI_ACCESS_TOKEN", "t")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("KEPT", "kept")
        .run()
        .exits(0);
    assert_eq!(
        outcome.text(),
        "\"resource\":\"https://vault.azure.net\",\"token_type\":\"Bearer\"}\n\
         64 none none none 127.0.0.1,localhost kept a b c\n"
    );
}

#[test]
fn the_end_of_a_command_is_passed_on() {
    for (command, code) in [
        ("sh -c 'exit 7'", 7),
        ("sh -c 'kill -9 $$'", 137),
        (
            "sh -c 'kill -TERM $PPID; while :; do sleep 0.01; done'",
            143,
        ),
        (
            "sh -c 'trap \"exit 5\" INT; kill -INT $PPID; while :; do sleep 0.01; done'",
            5,
        ),
        (
            "sh -c 'trap \"exit 6\" HUP; kill -HUP $PPID; while :; do sleep 0.01; done'",
            6,
        ),
        (
            "sh -c 'trap \"exit 4\" USR1; kill -USR1 $PPID; while :; do sleep 0.01; done'",
            4,
        ),
        ("no-such-command", 127),
        ("/etc", 126),
    ] {
        let run = Run::bash(&format!("\"$ARM\" --sandbox exec -- {command} </dev/null")).run();
        let run = run.exits(code);
        if code == 126 || code == 127 {
            run.says(&["error: cannot run `"]);
        }
    }
}

/// `nohup` and shells without job control start programs so.
#[cfg(target_os = "linux")]
#[test]
fn signals_that_are_ignored_stay_so() {
    let script = r#"trap '' HUP INT
        "$ARM" --sandbox exec -- sh -c 'kill -HUP $PPID; kill -INT $PPID; kill -HUP $$; exit 3' </dev/null
        echo $?
        "$ARM" --sandbox serve >variables & server=$!
        until [ -s variables ]; do read -rt 0.01 <> <(:) || :; done
        kill -HUP $server; kill -INT $server
        . ./variables
        curl -s -o answer -w '%{http_code}\n' -H "secret: $IDENTITY_HEADER" \
            "$IDENTITY_ENDPOINT?resource=https://management.azure.com/"
        kill $server; wait $server; echo $?"#;
    let outcome = Run::bash(script).run().exits(0);
    assert_eq!(outcome.text(), "3\n200\n0\n");
}

#[test]
fn a_second_signal_does_not_wait_for_the_last_answers() {
    let (asked, is_asked) = channel();
    let (_go, may_go) = channel::<()>();
    let may_go = Mutex::new(may_go);
    let source = Server::with(move |_| {
        asked.send(()).unwrap();
        let _never = may_go.lock().unwrap().recv();
        Answer::json(TOKEN)
    });
    let mut endpoint = serve_from(&source, &["--lazy"]);
    let mut client = endpoint.connect();
    let request = "GET /oauth2/token?resource=https://management.azure.com/ HTTP/1.1\nHost: localhost:PORT\n\
                   Metadata: true\n\n";
    client
        .write_all(endpoint.filled(request).as_bytes())
        .unwrap();
    is_asked.recv().unwrap();
    endpoint.terminate();
    while std::net::TcpStream::connect(("127.0.0.1", endpoint.port)).is_ok() {}
    assert!(endpoint.is_alive(), "the answer is under way");
    endpoint.terminate();
    let (code, stderr) = endpoint.ended();
    assert_eq!(code, Some(130), "{stderr}");
}

#[test]
fn the_page_works_word_for_word() {
    let Some(page) = shared("seed") else {
        return;
    };
    let file = std::fs::read_dir(page).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    let mut lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| {
            [
                "response=$(curl ",
                "access_token=$(echo ",
                "echo The access token ",
            ]
            .iter()
            .any(|start| line.starts_with(start))
        })
        .collect();
    assert_eq!(lines.len(), 3, "the page has other lines");
    lines.insert(0, "python() { python3 \"$@\"; }");
    // The page knows one port only: where it is taken, there is nothing to test.
    // A token is nothing that a test prints.
    let lines = format!("{{ {}; }} | cut -c 1-23", lines.join("\n"));
    let script = format!(
        r#""$ARM" --sandbox serve --cloud-shell >variables 2>log & server=$!
        until [ -s variables ] || grep -q taken log; do read -rt 0.01 <> <(:) || :; done
        if grep -q taken log; then echo taken; exit; fi
        {lines}
        kill $server; wait $server; echo $?"#
    );
    let outcome = Run::bash(&script).run().exits(0);
    let text = outcome.text();
    if text != "taken\n" {
        assert!(
            text.starts_with("The access token is eyJ"),
            "{text}{}",
            outcome.stderr
        );
        assert!(text.ends_with("\n0\n"), "{text}");
    }
}
