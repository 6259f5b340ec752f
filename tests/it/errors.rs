//! Errors as programs and pipelines read them: `--errors json`, annotations, and `--no-input`. The objects are checked
//! against the schema of the documents.

#![expect(
    clippy::unwrap_used,
    reason = "a line that cannot be read fails the test"
)]

use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::pty;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

const GROUP: &str =
    "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourceGroups/rg-web-prod";

/// Tells what is wrong with a value, by the words of JSON Schema that our schema uses.
fn fault(schema: &Value, value: &Value) -> Option<String> {
    let wrong = |what: &str| Some(format!("{what}: {value}"));
    if let Some(expected) = schema.get("const") {
        return (expected != value).then(|| wrong("const")).flatten();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|one| fault(one, value).is_none());
        return (fitting.count() != 1).then(|| wrong("oneOf")).flatten();
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        Value::String(one) => one == kind,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if !is_kind {
        return wrong("type");
    }
    let mut items = value.as_array().into_iter().flatten();
    if let Some(fault) = items.find_map(|item| fault(&schema["items"], item)) {
        return Some(fault);
    }
    let required = schema["required"].as_array().into_iter().flatten();
    let mut missing = required.filter(|name| value.get(name.as_str().unwrap()).is_none());
    if let Some(name) = missing.next() {
        return wrong(&format!("{name} is missing"));
    }
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(name, member)| match schema["properties"].get(name) {
            Some(schema) => fault(schema, member),
            None => wrong(&format!("{name} is unknown")),
        })
        .find_map(|fault| fault)
}

/// The objects on stderr, each of them valid.
fn objects(outcome: &Outcome) -> Vec<Value> {
    let schema = include_str!("../../docs/errors.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let lines = outcome.stderr.lines();
    lines
        .map(|line| {
            let object: Value = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{error}: {line}\n{}", outcome.stderr));
            assert_eq!(fault(&schema, &object), None, "{line}");
            object
        })
        .collect()
}

/// The error that a run ends with, whose exit is that of the run.
fn error(run: Run, code: i32) -> Value {
    let outcome = run.args(["--errors", "json"]).run().exits(code);
    let mut objects = objects(&outcome);
    let last = objects.pop().unwrap();
    assert_eq!(last["type"], "error");
    assert_eq!(last["exit"], code);
    last
}

fn sandbox(arguments: &[&str]) -> Run {
    Run::arm(["--sandbox"].iter().chain(arguments))
}

#[test]
fn every_exit_code_has_its_object() {
    let local = error(sandbox(&["GET", GROUP, "-O", "/nowhere/file"]), 1);
    assert_eq!(local["code"], "local");
    let usage = error(Run::arm(["GET", "/x", "--nope"]), 2);
    assert_eq!(usage["code"], "usage");
    let server = Server::with(|_| Answer::redirect(302, "http://127.0.0.1:1/x"));
    let redirect = error(Run::plain(&server, "GET", "/x"), 3);
    assert_eq!(redirect["status"], 302);
    assert_eq!(
        redirect["command"],
        json!(["arm", "GET", "http://127.0.0.1:1/x"])
    );
    let client = error(
        sandbox(&["GET", "/subscriptions/{sub}/resourceGroups/nope"]),
        4,
    );
    assert_eq!(client["code"], "ResourceGroupNotFound");
    assert_eq!(
        client["message"],
        "Resource group 'nope' could not be found."
    );
    assert_eq!(
        (&client["status"], &client["failed_by"]),
        (&json!(404), &json!("gateway"))
    );
    assert!(client["request_id"].is_string() && client["correlation_id"].is_string());
    assert_eq!(
        (&client["retryable"], &client["accepted"]),
        (&json!(false), &json!(false))
    );
    let server = Server::with(|_| Answer::status(500));
    let failed = error(Run::plain(&server, "GET", "/x"), 5);
    assert_eq!(
        (&failed["retryable"], &failed["accepted"]),
        (&json!(true), &json!(false))
    );
    let no_token = error(Run::arm(["GET", "/subscriptions", "--auth", "token"]), 6);
    assert_eq!(no_token["code"], "sign_in");
    let network = error(Run::arm(["GET", ":1/x", "--no-auth", "--retry", "0"]), 7);
    assert_eq!(
        (&network["code"], &network["retryable"]),
        (&json!("network"), &json!(true))
    );
    let server = Server::with(|_| Answer::silence());
    let late = error(
        Run::plain(&server, "PUT", "/x").args(["{}", "--timeout", "300ms"]),
        8,
    );
    assert_eq!(
        (&late["code"], &late["accepted"]),
        (&json!("timed_out"), &json!(true))
    );
    let page = Answer::json(r#"{"value":[1],"nextLink":"/list?p=2"}"#);
    let server = Server::answering([page, Answer::status(500)]);
    let part = error(Run::plain(&server, "GET", "/list"), 9);
    assert_eq!(part["code"], "incomplete");
    assert_eq!(part["command"][2], server.url("/list?p=2"));
    let server = Server::with(|request| match request.method.as_str() {
        "PUT" => Answer::status(202).header("Azure-AsyncOperation", "/operations/1"),
        _ => Answer::json(
            r#"{"status":"Failed","error":{"code":"Quota","message":"too many","details":[{"code":"A","message":"b","target":"c"}]}}"#,
        ),
    });
    let operation = error(Run::plain(&server, "PUT", "/x").args(["{}", "--wait"]), 10);
    assert_eq!(
        (&operation["code"], &operation["message"]),
        (&json!("Quota"), &json!("too many"))
    );
    assert_eq!(
        operation["details"],
        json!([{"code": "A", "message": "b", "target": "c"}])
    );
    assert_eq!(operation["accepted"], true);
    let nothing = error(
        sandbox(&["GET", GROUP, "-q", "$.nope", "--exit-status"]),
        11,
    );
    assert_eq!(nothing["code"], "nothing_found");
    let refused = error(sandbox(&["DELETE", GROUP, "--read-only"]), 12);
    assert_eq!(refused["code"], "refused");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_so() {
    let server = Server::with(|_| Answer::silence());
    let running = Run::plain(&server, "PUT", "/x")
        .args(["{}", "--errors", "json"])
        .start();
    while server.requests().is_empty() {
        std::thread::yield_now();
    }
    let id = running.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let outcome = running.finish().exits(130);
    let last = objects(&outcome).pop().unwrap();
    assert_eq!(
        (&last["code"], &last["accepted"]),
        (&json!("interrupted"), &json!(true))
    );
    assert_eq!(last["command"][1], "GET");
}

#[test]
fn what_may_be_done_again_is_told() {
    for (method, status, retryable, accepted) in [
        ("GET", 503, true, false),
        ("PUT", 500, true, true),
        ("DELETE", 504, true, true),
        ("PATCH", 500, false, true),
        ("POST", 500, false, true),
        ("POST", 429, true, false),
        ("POST", 408, false, true),
        ("PATCH", 409, false, false),
        ("PUT", 403, false, false),
    ] {
        let server = Server::with(move |_| Answer::status(status));
        let code = if status < 500 { 4 } else { 5 };
        let found = error(Run::plain(&server, method, "/x").args(["-y"]), code);
        let expected = (&json!(retryable), &json!(accepted));
        assert_eq!(
            (&found["retryable"], &found["accepted"]),
            expected,
            "{method} {status}"
        );
    }
}

#[test]
fn notes_and_traces_are_objects() {
    let outcome = Run::arm([
        "--sandbox",
        "GET",
        "/subscriptions/{sub}/resourceGroups",
        "--limit",
        "1",
    ])
    .args(["-vv"])
    .env("ARMCLI_ERRORS", "json")
    .run()
    .exits(0);
    let kinds: Vec<Value> = objects(&outcome)
        .iter()
        .map(|one| one["type"].clone())
        .collect();
    assert!(
        kinds.contains(&json!("trace")) && kinds.contains(&json!("note")),
        "{kinds:?}"
    );
    // The command line itself: of every kind of error.
    for arguments in [
        &["GE", "/x"][..],
        &[],
        &["GET"],
        &["list"],
        &["GET", "/x", "-o", "nope"],
        &["account", "nope"],
        &["help", "nope"],
        &["GET", "/x", "--errors", "xml"],
    ] {
        let outcome = Run::arm(arguments)
            .env("ARMCLI_ERRORS", "json")
            .run()
            .exits(2);
        assert_eq!(objects(&outcome).len(), 1, "{arguments:?}");
    }
    let outcome = Run::arm(["GET", "/x"])
        .env("ARMCLI_ERRORS", "xml")
        .run()
        .exits(2);
    assert!(
        outcome
            .stderr
            .starts_with("error: the variable `ARMCLI_ERRORS`"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn many_that_fail_have_an_object_each() {
    let outcome = sandbox(&[
        "GET",
        "/subscriptions/*/resourceGroups/nope",
        "--errors",
        "json",
    ])
    .run();
    let found = objects(&outcome);
    assert!(found.len() > 1, "{}", outcome.stderr);
    assert_eq!(found.last().unwrap()["exit"], json!(outcome.code));
}

/// What a service can say to command the pipeline that it fails in.
const ATTACK: &str = "x%25\\r\\n::add-path::/evil\\n ::set-env name=PATH::/evil\\n##[add-path]/evil\\n##vso[task.setvariable variable=a]b";

#[test]
fn a_service_commands_no_pipeline() {
    let body = format!(
        r#"{{"error":{{"code":"A::B","message":"{ATTACK}","target":"{ATTACK}","details":[{{"code":"::error::","message":"{ATTACK}"}}]}}}}"#
    );
    for arguments in [&[][..], &["-i"], &["-v"], &["-vv"], &["--errors", "json"]] {
        for (variable, is_github) in [("GITHUB_ACTIONS", true), ("TF_BUILD", false)] {
            let body = body.clone();
            let server = Server::with(move |_| {
                Answer::error(400, &body)
                    .header("x-ms-request-id", "##[add-path]/evil")
                    .header("x-ms-failure-cause", "::add-path::/evil")
            });
            let outcome = Run::plain(&server, "GET", "/x")
                .args(arguments)
                .env(variable, "true")
                .run()
                .exits(4);
            let commands: Vec<&str> = outcome
                .stderr
                .lines()
                .filter(|line| {
                    line.contains("##[")
                        || line.contains("##vso[")
                        || (is_github && line.trim_start().starts_with("::"))
                })
                .collect();
            let is_annotated = is_github && arguments != ["--errors", "json"];
            assert_eq!(
                commands.len(),
                usize::from(is_annotated),
                "{arguments:?}: {commands:?}"
            );
            if let [annotation] = commands[..] {
                assert!(
                    annotation.starts_with("::error title=arm (exit 4)::A::B: x%25"),
                    "{annotation}"
                );
                assert!(!annotation.contains("##"), "{annotation}");
            }
        }
    }
}

#[test]
fn an_error_is_an_annotation_on_github_only() {
    let run = || sandbox(&["GET", "/subscriptions/{sub}/resourceGroups/nope"]);
    let outcome = run().env("GITHUB_ACTIONS", "true").run().exits(4);
    let last = outcome.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("::error title=arm (exit 4)::ResourceGroupNotFound: "),
        "{last}"
    );
    let outcome = run().env("GITHUB_ACTIONS", "false").run().exits(4);
    assert!(!outcome.stderr.contains("::error"), "{}", outcome.stderr);
    let usage = Run::arm(["GE"])
        .env("GITHUB_ACTIONS", "true")
        .run()
        .exits(2);
    assert!(
        usage.stderr.contains("::error title=arm (exit 2)::"),
        "{}",
        usage.stderr
    );
}

#[test]
fn no_one_is_asked() {
    let login = |arguments: &[&str]| {
        Run::arm(["login"].iter().chain(arguments)).args([
            "--no-input",
            "--tenant",
            "contoso.example",
        ])
    };
    login(&[])
        .run()
        .exits(6)
        .says(&["a person has to sign in", "--service-principal"]);
    login(&["--device-code"]).run().exits(6).prints_nothing();
    Run::arm(["login"])
        .env("ARMCLI_NO_INPUT", "1")
        .run()
        .exits(6);
    login(&[
        "--service-principal",
        "--client-id",
        "3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46",
    ])
    .run()
    .exits(6)
    .says(&["the secret is missing", "--client-secret -"]);
    // On a terminal a deletion would be asked about.
    for (arguments, code) in [
        ("--no-input", 12),
        ("--no-input -y", 0),
        ("--no-input -n", 0),
    ] {
        let command = format!("\"$ARM\" DELETE {GROUP} --sandbox -s {arguments}");
        let Some(command) = pty::on_terminal(&command) else {
            return;
        };
        Run::bash(&format!("exec {command}")).run().exits(code);
    }
}
