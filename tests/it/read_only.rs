//! `--read-only`: what leaves and what does not, seen by a server that must not be asked.

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;

const GROUP: &str =
    "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourceGroups/rg-web-prod";
const READ_ONLY: (&str, &str) = ("ARMCLI_READ_ONLY", "1");

fn sandbox(arguments: &[&str]) -> Run {
    Run::arm(["--sandbox"].iter().chain(arguments))
}

#[test]
fn nothing_that_writes_leaves() {
    let storage = format!("{GROUP}/providers/Microsoft.Storage/storageAccounts/a");
    let vm = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01");
    let restart = format!("{vm}/restart");
    let regenerate = format!("{storage}/regenerateKey");
    for arguments in [
        &["DELETE", GROUP, "-y"][..],
        &["PUT", GROUP, "location=westeurope"],
        &["PATCH", GROUP, ".tags.a=b"],
        &["POST", &restart],
        &["POST", &regenerate, "keyName=key1", "--allow-secrets"],
        &["QUERY", GROUP],
        &["GET", GROUP, "X-HTTP-Method-Override:DELETE"],
        &["rest", "--method", "delete", "--url", GROUP],
        &["DELETE", "/subscriptions/*/resourceGroups/rg", "-y"],
        &["token"],
        &["token", "--allow-secrets"],
        &["serve"],
        &["exec", "true"],
    ] {
        for run in [
            Run::arm(["--sandbox", "--read-only"].iter().chain(arguments)),
            sandbox(arguments).env(READ_ONLY.0, READ_ONLY.1),
        ] {
            let words = arguments.join(" ");
            let outcome = run.run();
            assert!(
                outcome.code == Some(12) || words.contains('*'),
                "{words}: {outcome:#?}"
            );
            assert_ne!(outcome.code, Some(0), "{words}: {outcome:#?}");
            outcome.prints_nothing();
        }
    }
}

#[test]
fn what_reads_leaves() {
    for arguments in [
        &["GET", GROUP][..],
        &["HEAD", GROUP],
        &["list", "vm"],
        &["graph", "Resources | take 1"],
        &["GET", "/subscriptions/*/resourceGroups"],
        &["DELETE", GROUP, "-n"],
        &["DELETE", GROUP, "--curl"],
        &["whoami"],
    ] {
        sandbox(arguments)
            .env(READ_ONLY.0, READ_ONLY.1)
            .run()
            .exits(0);
    }
    for arguments in [&["types", "vm"][..], &["help", "exit-codes"]] {
        Run::arm(arguments)
            .env(READ_ONLY.0, READ_ONLY.1)
            .run()
            .exits(0);
    }
}

#[test]
fn ids_on_standard_input_are_judged_before_the_first_is_asked() {
    let ids = format!("{GROUP}\n{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-web-01\n");
    let run = sandbox(&["DELETE", "-", "-y", "--read-only"]).stdin(&ids);
    run.run().exits(12).prints_nothing().says(&["line 1"]);
    sandbox(&["GET", "-", "--read-only"])
        .stdin(&ids)
        .run()
        .exits(0);
}

#[test]
fn an_action_that_reads_leaves() {
    let check = "/subscriptions/{sub}/providers/Microsoft.Storage/checkNameAvailability";
    // The sandbox does not know it, but was asked.
    let run = sandbox(&["POST", check, "name=abc", "--retry", "0", "--read-only"]);
    run.run().exits(5).says(&["NotModelled"]);
}

#[test]
fn secrets_need_a_word_of_their_own() {
    let answer = |_: &_| Answer::json(r#"{"keys":[]}"#);
    let path = format!("{GROUP}/providers/Microsoft.Network/connections/c/sharedkey?api-version=1");
    let server = Server::untouched();
    Run::plain(&server, "GET", &path)
        .args(["--read-only"])
        .run()
        .exits(12)
        .says(&[
            "refused a request that gives a secret away: this run may only read",
            "`--allow-secrets`",
        ]);
    drop(server);
    let server = Server::with(answer);
    Run::plain(&server, "GET", &path)
        .args(["--read-only", "--allow-secrets"])
        .run()
        .exits(0);
}

#[test]
fn a_misspelt_guard_lets_nothing_through() {
    for (name, words) in [
        ("ARMCLI_READONLY", "may be meant to be `ARMCLI_READ_ONLY`"),
        ("ARMCLI_DRY_RUN", "only `--dry-run` does what it says"),
    ] {
        let server = Server::untouched();
        Run::signed(&server, "PUT", "/x")
            .args(["{}"])
            .env(name, "1")
            .run()
            .exits(2)
            .says(&[name, words]);
    }
    let server = Server::answering([Answer::json("{}")]);
    let outcome = Run::plain(&server, "GET", "/x")
        .env("ARMCLI_TIME_OUT", "1")
        .run()
        .exits(0);
    assert_eq!(
        outcome.stderr,
        "note: the variable `ARMCLI_TIME_OUT` is not known, and changes nothing; `ARMCLI_TIMEOUT` is like it\n"
    );
}

#[test]
fn no_token_is_asked_for() {
    let server = Server::untouched();
    Run::arm(["DELETE", GROUP, "-y", "--auth", "managed-identity"])
        .env("IDENTITY_ENDPOINT", server.url("/msi/token"))
        .env("IDENTITY_HEADER", "h")
        .env(READ_ONLY.0, READ_ONLY.1)
        .run()
        .exits(12)
        .says(&[
            "refused to send a DELETE: this run may only read",
            "ARMCLI_READ_ONLY",
        ]);
}

#[test]
fn a_redirect_and_a_registration_do_not_go_past_it() {
    let secret = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a/readonlykeys";
    let server = Server::with(move |request| {
        assert!(
            !request.target.contains("readonlykeys"),
            "{}",
            request.target
        );
        Answer::redirect(302, secret)
    });
    Run::plain(&server, "GET", "/subscriptions/s?api-version=1")
        .args(["--read-only"])
        .run()
        .exits(12)
        .says(&["refused a request that gives a secret away: this run may only read"]);
}

#[test]
fn a_variable_that_says_neither_is_refused() {
    sandbox(&["GET", GROUP])
        .env("ARMCLI_READ_ONLY", "maybe")
        .run()
        .exits(2)
        .says(&["`ARMCLI_READ_ONLY` cannot be used"]);
    sandbox(&["GET", GROUP])
        .env("ARMCLI_READ_ONLY", "0")
        .run()
        .exits(0);
    sandbox(&["GET", GROUP])
        .env("ARMCLI_READ_ONLY", "")
        .run()
        .exits(0);
}
