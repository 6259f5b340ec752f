//! Tokens from run to run: what is kept, who is asked, what `arm cache` and `arm token` show.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot begin has failed")]

use std::path::Path;

use crate::support::answer::Answer;
use crate::support::home::Home;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;
use crate::wire_credentials::sandbox_token;

const PROFILE: &str = r#"{"subscriptions":[{"id":"sub-1","isDefault":true,"tenantId":"tenant-1",
    "environmentName":"AzureCloud","user":{"name":"me@contoso.example","type":"user"}}]}"#;

/// A cache that outlives runs.
struct Cache(Home);

impl Cache {
    fn new() -> Self {
        Self(Home::new())
    }

    fn folder(&self) -> std::path::PathBuf {
        self.0.path().join("tokens")
    }

    /// A run with an `az` that gives this token, or is not there to be asked.
    fn run(&self, arguments: &[&str], token: Option<&str>) -> Run {
        let script = match token {
            Some(token) => {
                format!("echo '{{\"accessToken\":\"{token}\",\"expires_on\":4102444800}}'")
            }
            None => "echo 'ERROR: nobody asks' >&2; exit 1".to_owned(),
        };
        Run::arm(arguments)
            .program("az", &script)
            .file(".azure/azureProfile.json", PROFILE)
            .env("AZURE_CONFIG_DIR", self.azure())
            .env("ARMCLI_CACHE_DIR", self.folder())
    }

    /// One folder for all runs: whose login it is counts.
    fn azure(&self) -> std::path::PathBuf {
        let folder = self.0.path().join("azure");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("azureProfile.json"), PROFILE).unwrap();
        folder
    }

    #[track_caller]
    fn prints(&self, arguments: &[&str], asked: Option<&str>, token: &str) -> Outcome {
        let outcome = self.run(arguments, asked).prints_a_token().run().exits(0);
        assert_eq!(outcome.text(), format!("{token}\n"));
        outcome
    }

    fn files(&self) -> usize {
        let Ok(entries) = std::fs::read_dir(self.folder()) else {
            return 0;
        };
        let is_token = |path: &Path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        };
        entries
            .filter(|entry| is_token(&entry.as_ref().unwrap().path()))
            .count()
    }
}

#[test]
fn a_token_is_kept_for_the_next_run() {
    let cache = Cache::new();
    cache
        .prints(&["token", "-v"], Some("one"), "one")
        .says(&["auth: azure-cli ("]);
    cache
        .prints(&["token", "-v"], None, "one")
        .says(&["auth: azure-cli cache ("]);
    cache.prints(&["token", "--no-cache"], Some("two"), "two");
    cache.prints(&["token", "--tenant", "t"], Some("three"), "three");
    cache.prints(&["token"], None, "one");
    assert_eq!(cache.files(), 2);
}

#[test]
fn the_variable_keeps_nothing() {
    let cache = Cache::new();
    for (value, files) in [("1", 0), ("true", 0), ("0", 1)] {
        let run = cache
            .run(&["token"], Some("one"))
            .env("ARMCLI_NO_CACHE", value);
        run.prints_a_token().run().exits(0);
        assert_eq!(cache.files(), files, "{value}");
    }
}

#[test]
fn given_tokens_are_not_kept() {
    let cache = Cache::new();
    let run = cache
        .run(&["token"], None)
        .env("ARMCLI_ACCESS_TOKEN", "given");
    run.prints_a_token().run().exits(0);
    let token = sandbox_token();
    let run = cache.run(&["token", "--token", "-"], None).stdin(&token);
    run.prints_a_token().run().exits(0);
    assert_eq!(cache.files(), 0);
}

#[test]
fn a_refused_token_is_replaced_once() {
    let cache = Cache::new();
    let audience = "https://management.azure.com/";
    cache.prints(&["token", "--audience", audience], Some("old"), "old");
    let service = Server::with(|request| match request.header("authorization") {
        Some("Bearer old") => Answer::error(
            401,
            r#"{"error":{"code":"ExpiredAuthenticationToken","message":"over"}}"#,
        )
        .header("WWW-Authenticate", "Bearer error=\"invalid_token\""),
        _ => Answer::json("{}"),
    });
    let url = service.url("/");
    let host = service.authority();
    let arguments = ["GET", &url, "--audience", audience, "--allow-host", &host];
    cache.run(&arguments, Some("new")).run().exits(0);
    cache.run(&arguments, None).run().exits(0);
    assert_eq!(service.requests().len(), 3);
    cache.prints(&["token", "--audience", audience], None, "new");
}

#[test]
fn a_home_that_cannot_be_written_is_not_an_error() {
    let cache = Cache::new();
    std::fs::write(cache.folder(), "a file in its place").unwrap();
    let outcome = cache.prints(&["token", "-v"], Some("one"), "one");
    assert_eq!(outcome.stderr.matches("tokens are not kept").count(), 1);
    let outcome = cache.prints(&["token"], Some("one"), "one");
    assert_eq!(outcome.stderr, "");
    let homeless = cache.run(&["token", "-v"], Some("one"));
    let homeless = homeless
        .without("ARMCLI_CACHE_DIR")
        .without("HOME")
        .env("XDG_CACHE_HOME", "");
    homeless.prints_a_token().run().exits(0);
}

#[test]
fn what_is_kept_is_listed_and_deleted() {
    let cache = Cache::new();
    let list = |arguments: &[&str]| cache.run(arguments, None).run().exits(0);
    list(&["cache", "list"])
        .prints_nothing()
        .says(&["note: no token was kept in `"]);
    let token = sandbox_token();
    cache.prints(&["token"], Some(&token), &token);
    let table = list(&["cache", "list"]);
    let lines: Vec<&str> = table.text().lines().collect();
    assert!(lines[0].starts_with("SOURCE     ACCOUNT"), "{lines:?}");
    assert!(lines[1].starts_with("azure-cli"), "{lines:?}");
    assert!(
        lines[1].contains("https://management.azure.com/"),
        "{lines:?}"
    );
    assert!(lines[1].ends_with(" good"), "{lines:?}");
    let json = list(&["cache", "list", "-o", "json"]).json();
    assert_eq!(json[0]["source"], "azure-cli");
    assert_eq!(json[0]["expiresOn"], "2100-01-01T00:00:00Z");
    list(&["cache", "clear", "--expired"]).says(&["note: no token was deleted in `"]);
    list(&["cache", "clear"]).says(&["note: 1 token was deleted in `"]);
    assert_eq!(list(&["cache", "list", "-o", "json"]).text(), "[]\n");
    cache.run(&["cache"], None).run().exits(2);
}

#[test]
fn a_token_from_stdin_signs_a_request() {
    let service = Server::answering([Answer::json("{}")]);
    let url = service.url("/");
    let host = service.authority();
    let audience = "https://management.azure.com/";
    let run = Run::arm(["GET", &url, "--audience", audience, "--allow-host", &host])
        .args(["--token", "-"])
        .stdin("Bearer from-stdin\n");
    run.run().exits(0);
    let sent = service.request().header("authorization").map(str::to_owned);
    assert_eq!(sent.as_deref(), Some("Bearer from-stdin"));
}

#[test]
fn what_is_too_large_for_a_token_is_not_read_on() {
    let run = Run::arm(["token", "--token", "-"]).stdin("x".repeat((1 << 20) + 1));
    run.run().exits(1).says(&["stdin", "more than 1 MiB"]);
}

#[test]
fn a_token_on_the_command_line_is_refused_and_not_repeated() {
    for (arguments, words) in [
        (
            &["GET", "/x", "--token", "s3cr3t"][..],
            "may not be given on the command line",
        ),
        (
            &["token", "--token", "s3cr3t"],
            "may not be given on the command line",
        ),
        (
            &["token", "--token=s3cr3t"],
            "may not be given on the command line",
        ),
        (&["POST", "/x", "-", "--token", "-"], "asked for twice"),
        (
            &["token", "--token", "-", "--auth", "azure-cli"],
            "--auth azure-cli",
        ),
        (&["token", "--token", "-", "--sandbox"], "--sandbox"),
        (&["GET", "/x", "--token", "-", "--no-auth"], "--no-auth"),
        (&["token", "--scope", "a", "--audience", "b"], "--audience"),
        (&["token", "--decode", "-o", "json"], "--decode"),
    ] {
        let outcome = Run::arm(arguments)
            .run()
            .exits(2)
            .prints_nothing()
            .says(&[words]);
        assert!(!outcome.stderr.contains("s3cr3t"), "{}", outcome.stderr);
    }
    let outcome = Run::arm(["token", "--token", "-"]).stdin("").run();
    outcome.exits(2).says(&["standard input is empty"]);
}

#[test]
fn claims_are_shown_and_the_token_is_not() {
    let token = sandbox_token();
    let decode = || Run::arm(["token", "--token", "-", "--decode"]);
    let outcome = decode().stdin(&token).run().exits(0);
    assert_eq!(outcome.json()["aud"], "https://management.azure.com/");
    assert!(outcome.text().starts_with("{\n  \""));
    decode()
        .stdin("opaque")
        .run()
        .exits(1)
        .prints_nothing()
        .says(&["error: the token is not a JWT"]);
}

#[test]
fn json_has_the_names_of_az() {
    let token = sandbox_token();
    let run = Run::arm(["token", "--token", "-", "-o", "json"]).stdin(&token);
    let run = run.env("TZ", "UTC-2").env("AZURE_SUBSCRIPTION_ID", "sub-9");
    let json = run.prints_a_token().run().exits(0).json();
    assert_eq!(json["accessToken"], token.as_str());
    assert_eq!(json["expiresOn"], "2100-01-01 02:00:00.000000");
    assert_eq!(json["expires_on"], 4_102_444_800_u64);
    assert_eq!(json["subscription"], "sub-9");
    assert_eq!(json["tokenType"], "Bearer");
}

#[test]
fn a_pipeline_is_told_to_mask_the_token() {
    for (name, command) in [
        ("GITHUB_ACTIONS", "::add-mask::opaque\n"),
        ("TF_BUILD", "##vso[task.setsecret]opaque\n"),
    ] {
        let run = Run::arm(["token"])
            .env("ARMCLI_ACCESS_TOKEN", "opaque")
            .env(name, "true");
        let outcome = run.prints_a_token().run().exits(0);
        assert_eq!(outcome.text(), "opaque\n");
        assert_eq!(outcome.stderr, command);
    }
    let both = "ARMCLI_ACCESS_TOKEN=opaque CI=true \"$ARM\" token 2>&1";
    let outcome = Run::bash(both).prints_a_token().run().exits(0);
    assert!(outcome.text().starts_with("note: the token is in the log"));
    let caught = "ARMCLI_ACCESS_TOKEN=opaque CI=true \"$ARM\" token";
    assert_eq!(Run::bash(caught).prints_a_token().run().exits(0).stderr, "");
}
