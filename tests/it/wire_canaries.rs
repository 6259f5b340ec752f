//! Secrets in every place of a request and of its answer, each of which says `CANARY`: stderr shows none of them, whatever
//! the fault and the verbosity. Requests of one address are here, every other command is in `wire_canaries_commands`;
//! what a single message shows instead: `wire_secrets`.

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::{Received, Server};

/// A token that every answer repeats.
pub(crate) const TOKEN: &str = "CANARY-opaque-token-0123456789";

/// A request's own secrets, by the place where they are.
const QUERY: &str = "/a?sig=CANARY-sig-01&code=CANARY-code-01&access_token=CANARY-access-01&%73ig=CANARY-encoded-01";
const HEADERS: [&str; 12] = [
    "x-functions-key:CANARY-key-01",
    "Cookie:a=CANARY-cookie-01",
    "x-auth:CANARY-auth-01",
    "x-zumo-auth:CANARY-zumo-01",
    "x-ms-client-principal:CANARY-principal-01",
    "x-arr-clientcert:CANARY-arr-01",
    "x-client-cert:CANARY-cert-01",
    "x-passphrase:CANARY-phrase-01",
    "x-pin:CANARY-pin-01",
    "x-csrf:CANARY-csrf-01",
    "x-ms-authorization-auxiliary:Bearer CANARY-auxiliary-01",
    "x-ms-copy-source:https://h/?sig=CANARY-source-01",
];

/// What a service repeats: the secrets of the request without their names, and others with names.
fn echo() -> String {
    let known =
        "CANARY-sig-01 CANARY-code-01 CANARY-key-01 CANARY-cookie-01 CANARY-zumo-01 CANARY-pin-01";
    format!(
        "{TOKEN} Bearer {TOKEN} {known} {{\"adminPassword\": \"CANARY one two\"}} \
         Password: CANARY-02 see /x?code=CANARY-03 and https://u:CANARY-04@h/#id_token=CANARY-05&code=CANARY-06"
    )
}

fn echoing_error() -> Answer {
    let words = serde_json::Value::from(echo()).to_string();
    let error = format!(
        "{{\"error\":{{\"code\":{words},\"message\":{words},\"target\":{words},\
         \"details\":[{{\"code\":{words},\"message\":{words}}}]}}}}"
    );
    Answer::error(400, error)
        .header("x-ms-request-id", &echo())
        .header("x-ms-failure-cause", &echo())
        .header("retry-after", "CANARY-key-01")
        .header("x-echo", &echo())
}

/// A name, and what the server answers.
pub(crate) type Case = (&'static str, fn(&Received) -> Answer);

pub(crate) const ANSWERS: [Case; 15] = [
    ("echo", |_| echoing_error()),
    ("lost", |_| Answer::nothing()),
    ("cut", |_| Answer::json("{\"a\":1}").cut_after(2)),
    ("malformed", |_| Answer::json("{\"a\":")),
    ("text", |_| Answer::status(500).body("text/plain", echo())),
    ("elsewhere", |_| {
        Answer::redirect(
            302,
            "https://other.example/?code=CANARY-07&t=1&c=CANARY-08&SAMLResponse=CANARY-09",
        )
    }),
    ("user", |_| {
        Answer::redirect(307, "https://CANARY-10:CANARY-11@other.example/")
    }),
    ("fragment", |_| {
        Answer::redirect(303, "https://other.example/#access_token=CANARY-12")
    }),
    ("path", |_| {
        Answer::redirect(308, "//other.example/a;token=CANARY-13/b?%73kOID=CANARY-14")
    }),
    ("not followed", |_| {
        Answer::redirect(300, "/x?sig=CANARY-15#CANARY-16")
    }),
    ("round and round", |_| {
        Answer::redirect(307, "/x;token=CANARY-17?code=CANARY-18")
    }),
    ("refused link", |_| {
        Answer::json(
            "{\"value\":[],\"nextLink\":\"https://u:CANARY-19@other.example/?sig=CANARY-20#CANARY-21\"}",
        )
    }),
    ("lost page", |request| {
        if request.target.contains("page") {
            return echoing_error();
        }
        Answer::json("{\"value\":[1],\"nextLink\":\"/a?page=2&sig=CANARY-22&code=CANARY-23\"}")
    }),
    ("refused monitor", |_| {
        Answer::status(202).header("Location", "https://other.example/?sig=CANARY-24#CANARY-25")
    }),
    ("monitor that fails", |request| {
        if request.target.contains("/monitor") {
            return echoing_error();
        }
        Answer::status(202)
            .header("Location", "/monitor")
            .header("Retry-After", "0")
    }),
];

#[track_caller]
pub(crate) fn check(outcome: &Outcome, shows_stdout: bool, case: &str) {
    let stdout = String::from_utf8_lossy(&outcome.stdout);
    assert!(
        !outcome.stderr.contains("CANARY"),
        "{case}:\n{}",
        outcome.stderr
    );
    assert!(
        !shows_stdout || !stdout.contains("CANARY"),
        "{case}:\n{stdout}"
    );
}

#[test]
fn no_fault_of_any_request_shows_a_secret() {
    for (case, answer) in ANSWERS {
        for verb in ["GET", "PUT", "POST", "DELETE"] {
            for level in ["-s", "-vv"] {
                let server = Server::with(answer);
                let mut run = Run::plain(&server, verb, QUERY)
                    .env("ARMCLI_ACCESS_TOKEN", TOKEN)
                    .args(HEADERS)
                    .args(["--retry", "0", "--wait", "--timeout", "2s", level]);
                if verb == "DELETE" {
                    run = run.args(["--yes"]);
                }
                check(&run.run(), false, &format!("{case} {verb} {level}"));
            }
        }
    }
}

/// What `-vv` shows of bodies, with what it must show of each.
#[test]
fn no_body_of_a_trace_shows_a_secret() {
    const HIDDEN: &str = "the body is not shown";
    const SENT: &str = "{\"adminPassword\":{\"value\":\"CANARY-40\"},\"keys\":[\"CANARY-41\"],\
        \"parameters\":{\"x\":{\"value\":\"CANARY-42\"}},\"p\\u0077d\":\"CANARY-43\",\"vmSize\":\"S\"}";
    let large = format!("{{\"a\":\"{}\",\"b\":\"{TOKEN}\"}}", "a".repeat(65_510));
    let binary = Answer::status(200).body("application/octet-stream", "CANARY-44");
    let echoed = Answer::json(SENT.replace("CANARY-40", &"CANARY-40".repeat(9_000)));
    let known = Answer::json("{\"a\":\"CANARY-opaque\\u002dtoken-0123456789\",\"b\":\"shown\"}");
    for (path, answer, shown) in [
        (
            "/a",
            Answer::json(SENT),
            "< {\"adminPassword\":\"[redacted]\"",
        ),
        ("/a", echoed, "< {\"adminPassword\":\"[redacted]\""),
        ("/a", known, "\"b\":\"shown\"}"),
        ("/a", Answer::json(large), "the rest is not shown"),
        ("/a", binary, "a body of 9 bytes that is neither"),
        (
            "/a/listKeys",
            Answer::json("{\"value\":\"CANARY-45\"}"),
            HIDDEN,
        ),
        (
            "/oauth2/v2.0/x",
            Answer::json("{\"value\":\"CANARY-46\"}"),
            HIDDEN,
        ),
    ] {
        let server = Server::answering([answer]);
        let run = Run::plain(&server, "POST", path).env("ARMCLI_ACCESS_TOKEN", TOKEN);
        let outcome = run.args([SENT, "-vv", "-o", "none"]).run().exits(0);
        check(&outcome, false, path);
        outcome.says(&[shown]);
    }
}

#[test]
fn what_only_shows_a_request_shows_no_secret() {
    let server = Server::untouched();
    for verb in ["GET", "POST", "DELETE"] {
        for option in ["-n", "--curl"] {
            let run = Run::signed(&server, verb, &format!("{QUERY}#CANARY-26")).args(HEADERS);
            let outcome = run.args([option, "-vv"]).run();
            check(&outcome, true, &format!("{verb} {option}"));
        }
    }
}

#[test]
fn the_parts_of_a_token_are_not_shown() {
    const JWT: &str = "eyJhbGciOiJub25lIn0.CANARYclaims00.CANARYsignature";
    for echoed in ["CANARYsignature", "CANARYclaims00.", JWT] {
        let answer = format!("{{\"error\":{{\"code\":\"Bad\",\"message\":\"bad {echoed}\"}}}}");
        let server = Server::with(move |_| Answer::error(403, &answer));
        let run = Run::plain(&server, "GET", "/a").args([&format!("Authorization:Bearer {JWT}")]);
        check(&run.run().exits(4), false, echoed);
    }
}

#[test]
fn an_authority_that_repeats_a_secret_does_not_show_it() {
    const SECRET: &str = "CANARY-client-secret-01";
    for member in [
        "error",
        "error_description",
        "suberror",
        "trace_id",
        "correlation_id",
        "timestamp",
    ] {
        for status in [400, 401, 500] {
            let mut answer = serde_json::json!({"error": "invalid_client", "error_description": "AADSTS7000215: no"});
            answer[member] = format!("bad {SECRET}").into();
            let answer = answer.to_string();
            let server =
                Server::with(move |_| Answer::error(status, &answer).header("x-echo", SECRET));
            let run = Run::arm([
                "GET",
                &server.url("/a"),
                "--audience",
                "https://management.azure.com/",
            ])
            .args([
                "--auth",
                "service-principal",
                "--retry",
                "0",
                "-vv",
                "--allow-host",
                &server.authority(),
            ])
            .env("AZURE_AUTHORITY_HOST", server.url(""))
            .env("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111")
            .env("AZURE_CLIENT_ID", "22222222-2222-2222-2222-222222222222")
            .env("AZURE_CLIENT_SECRET", SECRET);
            check(&run.run(), false, &format!("{member} {status}"));
        }
    }
}

#[test]
fn usage_errors_show_no_secret() {
    for arguments in [
        ["GET", "https://u:CANARY-27@h/", "-n"],
        ["GET", "https://h/?sig=CANARY-28#CANARY-29", "--bogus"],
        ["GET", "https://management.azure.com/?sig=CANARY-28", "=="],
        ["GET", "Authorization: Bearer CANARY-30", "-n"],
        ["GET", "/a", "--token=CANARY-31"],
        ["GET", "/a", "--allow-host=u:CANARY-33@h"],
        ["--cloud=https://u:CANARY-32@x", "GET", "/a"],
    ] {
        check(&Run::arm(arguments).run(), true, &arguments.join(" "));
    }
}
