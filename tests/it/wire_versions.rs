//! Api-versions that a service refuses: which requests are asked again, how often, and what is kept.

use std::path::Path;

use crate::support::answer::Answer;
use crate::support::home::{CACHE, SETTINGS_FILE};
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

const PATH: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/f";
const NEWEST: &str = "2025-05-01";
const PREVIEW: &str = "2026-01-01-preview";

/// Refuses all versions but two, as Resource Manager does.
fn service() -> Server {
    Server::with(|request: &Received| {
        let padded = format!("{}&", request.target);
        let is_there = ["2020-06-01", PREVIEW]
            .iter()
            .any(|version| padded.contains(&format!("api-version={version}&")));
        if is_there {
            return Answer::json(r#"{"name":"f"}"#);
        }
        refusal("serverFarms", &format!("2019-08-01, 2020-06-01, {PREVIEW}"))
    })
}

fn refusal(named: &str, versions: &str) -> Answer {
    let message = format!(
        "No registered resource provider found for location 'westeurope' and API version '{NEWEST}' for type '{named}'. \
         The supported api-versions are '{versions}'. The supported locations are 'westeurope'."
    );
    let body = serde_json::json!({ "error": {
        "code": "NoRegisteredProviderFound",
        "message": message,
    } });
    Answer::error(400, body.to_string())
}

fn run(server: &Server, arguments: &[&str]) -> Run {
    Run::arm(arguments)
        .args(["--no-auth", "--retry", "0", "-o", "compact"])
        .env("ARMCLI_ENDPOINT", server.url(""))
}

/// The versions of the requests, in order.
fn versions(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let version = |request: &Received| {
        let (_, version) = request.target.split_once("api-version=")?;
        Some(format!("{} {version}", request.method))
    };
    requests.iter().filter_map(version).collect()
}

#[track_caller]
fn asks(outcome: Outcome, server: &Server, expected: &[&str]) -> Outcome {
    assert_eq!(versions(server), expected, "{}", outcome.stderr);
    outcome
}

#[test]
fn what_reads_is_asked_once_more_and_remembered() {
    let server = service();
    let (outcome, home) = run(&server, &["GET", PATH]).run_and_keep();
    let outcome = asks(
        outcome.exits(0),
        &server,
        &["GET 2025-05-01", "GET 2020-06-01"],
    );
    assert_eq!(outcome.text(), "{\"name\":\"f\"}\n");
    outcome.says(&[
        "note: `Microsoft.Web/serverfarms` does not have api-version `2025-05-01` here: asking with `2020-06-01`\n",
    ]);
    // What the service has said is known to the next run, and to that of a write.
    let cache = kept(home.path());
    let second = service();
    let types = std::fs::read_to_string(&cache).unwrap_or_default();
    assert!(
        types.contains("\nMicrosoft.Web/serverfarms\t2019-08-01,2020-06-01,2026-01-01-preview\n"),
        "{types}"
    );
    let port = |server: &Server| server.authority().replace([':', '.'], "-");
    let name = cache.file_name().and_then(|name| name.to_str());
    let name = name
        .unwrap_or_default()
        .replace(&port(&server), &port(&second));
    let file = format!("{CACHE}/types/{name}");
    let again = run(&second, &["GET", PATH]).file(&file, &types).run();
    asks(again.exits(0), &second, &["GET 2020-06-01"]).says(&[]);
}

/// The file of what was remembered.
#[track_caller]
fn kept(home: &Path) -> std::path::PathBuf {
    let folder = home.join(CACHE).join("types");
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    let found = paths.find(|path| path.extension().is_none_or(|end| end != "lock"));
    assert!(found.is_some(), "nothing was remembered");
    found.unwrap_or_default()
}

#[test]
fn the_words_choose_among_what_the_service_has() {
    let server = service();
    let outcome = run(&server, &["GET", PATH, "--api-version", "preview"]).run();
    let expected = ["GET 2025-05-01", "GET 2026-01-01-preview"];
    asks(outcome.exits(0), &server, &expected);
    let server = service();
    let outcome = run(&server, &["HEAD", PATH, "--api-version", "stable"]).run();
    // The refusal of a HEAD has no body, and so no list.
    asks(outcome, &server, &["HEAD 2025-05-01"]);
}

#[test]
fn a_write_is_not_sent_again() {
    let server = service();
    let outcome = run(&server, &["PUT", PATH, "a=b"]).run();
    let outcome = asks(outcome.exits(4), &server, &["PUT 2025-05-01"]);
    outcome.says(&[
        "hint: the newest version that is supported is `--api-version 2020-06-01`; to send it with that: `arm PUT 'http://127.0.0.1:",
        "/serverfarms/f' '@BODY' --api-version 2020-06-01 --no-auth`, with the same body in the file `BODY`",
    ]);
    let server = service();
    let outcome = run(&server, &["DELETE", PATH]).run();
    let outcome = asks(outcome.exits(4), &server, &["DELETE 2025-05-01"]);
    outcome.says(&["/serverfarms/f' --api-version 2020-06-01 --no-auth`\n"]);
}

#[test]
fn what_the_user_said_stays() {
    let server = service();
    let outcome = run(&server, &["GET", PATH, "--api-version", NEWEST]).run();
    let outcome = asks(outcome.exits(4), &server, &["GET 2025-05-01"]);
    outcome.says(&["supported is `--api-version 2020-06-01`\n"]);
    let server = service();
    let pin = format!("[api-versions]\n\"Microsoft.Web/serverfarms\" = \"{NEWEST}\"\n");
    let outcome = run(&server, &["GET", PATH]).file(SETTINGS_FILE, pin).run();
    asks(outcome.exits(4), &server, &["GET 2025-05-01"]);
}

#[test]
fn a_refused_version_is_replaced_once_and_only_from_a_list_of_the_type() {
    let again = || refusal("serverFarms", "2020-06-01");
    let server = Server::answering([again(), again()]);
    let outcome = run(&server, &["GET", PATH]).run();
    asks(
        outcome.exits(4),
        &server,
        &["GET 2025-05-01", "GET 2020-06-01"],
    );
    for answer in [
        refusal("sites", "2020-06-01"),
        refusal("serverFarms", "2020-06-01, 2025-05-01"),
        refusal("serverFarms", ""),
        Answer::error(
            400,
            r#"{"error":{"code":"InvalidApiVersionParameter","message":"The api-version '2025-05-01' is invalid. The supported versions are '2020-06-01'."}}"#,
        ),
    ] {
        let server = Server::answering([answer]);
        let outcome = run(&server, &["GET", PATH]).run();
        asks(outcome.exits(4), &server, &["GET 2025-05-01"]);
    }
}

#[test]
fn refreshed_types_are_kept() {
    let outcome = Run::arm([
        "--sandbox",
        "types",
        "Microsoft.Compute/virtualMachines",
        "--refresh",
    ])
    .run();
    let outcome = outcome
        .exits(0)
        .says(&["types of ", " providers are kept for 7 days\n"]);
    assert!(
        outcome.text().contains("\nlocations    West Europe, "),
        "{}",
        outcome.text()
    );
    let outcome = Run::arm(["types", "no-such-type-anywhere"]).run();
    outcome.exits(11).prints_nothing().says(&[
        "no resource type matches `no-such-type-anywhere`",
        "`arm types` lists",
    ]);
    let outcome = Run::arm(["types", "microsoft.keyvault/VAULTS", "-o", "tsv"])
        .run()
        .exits(0);
    assert_eq!(
        outcome.text(),
        "Microsoft.KeyVault/vaults\t2026-05-15\t\tsubscription, resource group\n"
    );
    Run::arm(["types", "-S", "x"])
        .run()
        .exits(2)
        .prints_nothing();
}

#[test]
fn what_is_refused_too_is_not_remembered() {
    let server = Server::with(|_: &Received| refusal("serverFarms", "2020-06-01"));
    let (outcome, home) = run(&server, &["GET", PATH]).run_and_keep();
    asks(
        outcome.exits(4),
        &server,
        &["GET 2025-05-01", "GET 2020-06-01"],
    );
    let types = home.path().join(CACHE).join("types");
    assert!(!types.exists(), "{}", types.display());
}
