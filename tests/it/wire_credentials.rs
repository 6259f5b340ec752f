//! Where tokens come from when a request needs one, and what is said if none comes. Nothing is sent to the service
//! before its token is in order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::Server;

/// Far beyond any run of the tests.
pub(crate) const EXP: u64 = 4_102_444_800;

pub(crate) fn jwt(claims: &str) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

/// A token as the sandbox issues it.
pub(crate) fn sandbox_token() -> String {
    let issuer = arm::parts::SANDBOX_ISSUER;
    jwt(&format!(
        "{{\"iss\":\"{issuer}t/\",\"aud\":\"{AUDIENCE}\",\"exp\":{EXP}}}"
    ))
}

/// A request to a service that needs a token, without any source of one.
pub(crate) fn unsigned(service: &Server) -> Run {
    Run::arm(["GET", &service.url("/"), "--retry", "0"]).args([
        "--audience",
        AUDIENCE,
        "--allow-host",
        &service.authority(),
    ])
}

/// Runs a request whose token fails; the service is not asked.
#[track_caller]
pub(crate) fn refused(prepare: impl FnOnce(Run) -> Run, code: i32) -> Outcome {
    let service = Server::untouched();
    prepare(unsigned(&service))
        .run()
        .exits(code)
        .prints_nothing()
}

#[test]
fn without_any_source_all_of_them_are_named_where_details_are_asked_for() {
    let outcome = refused(|run| run, 6);
    let expected = "error: no credential found\n\nhint: sign in with `arm login`\n";
    assert_eq!(outcome.stderr, expected);
    refused(|run| run.args(["-v"]), 6).says(&[
        "auth: not token: `ARMCLI_ACCESS_TOKEN` is not set",
        "auth: not cloud-shell: ",
        "auth: not azure-cli: `az` is not on the PATH",
        expected,
    ]);
}

#[test]
fn a_source_that_is_set_up_in_part_is_named_at_once() {
    let begun: [(&[(&str, &str)], &str); 4] = [
        (
            &[("AZURE_CLIENT_SECRET", "secret-1")],
            "  service-principal: `AZURE_TENANT_ID` is not set, `AZURE_CLIENT_ID` is not set\n",
        ),
        (
            &[("GITHUB_ACTIONS", "true")],
            "  github: `ACTIONS_ID_TOKEN_REQUEST_URL` is not set: the job lacks `permissions: id-token: write`\n",
        ),
        (
            &[("SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/x")],
            "  azure-pipelines: `SYSTEM_ACCESSTOKEN` is not set: ",
        ),
        (
            &[("IDENTITY_ENDPOINT", "http://localhost:1/")],
            "  app-service: `IDENTITY_HEADER` is not set\n",
        ),
    ];
    for (variables, words) in begun {
        let set = |run| {
            let add = |run: Run, (name, value): &(&str, &str)| run.env(name, value);
            variables.iter().fold(run, add)
        };
        refused(set, 6).says(&["error: no credential found\n", words]);
    }
}

#[test]
fn a_source_that_was_asked_for_is_the_only_one() {
    for (source, words) in [
        ("token", "ARMCLI_ACCESS_TOKEN"),
        ("azure-cli", "not on the PATH"),
    ] {
        refused(|run| run.args(["--auth", source]), 6).says(&["not set up", words]);
    }
    let given = |run: Run| {
        run.args(["--auth", "azure-cli"])
            .env("ARMCLI_ACCESS_TOKEN", "t")
    };
    refused(given, 6).says(&["not on the PATH"]);
}

#[test]
fn a_given_token_is_for_its_audience_only() {
    let with = |claims: String| move |run: Run| run.env("ARMCLI_ACCESS_TOKEN", jwt(&claims));
    let foreign = format!("{{\"aud\":\"https://vault.azure.net\",\"exp\":{EXP}}}");
    refused(with(foreign), 6).says(&["https://vault.azure.net", AUDIENCE]);
    let look_alike = format!("{{\"aud\":\"https://management.azure.com.evil/\",\"exp\":{EXP}}}");
    refused(with(look_alike), 6);
    refused(
        with(format!("{{\"aud\":\"{AUDIENCE}\",\"exp\":1700000000}}")),
        6,
    )
    .says(&["expired"]);
    for token in ["a b", "a\tb", "é", " "] {
        refused(|run| run.env("ARMCLI_ACCESS_TOKEN", token), 6);
    }
}

#[test]
fn every_spelling_of_the_audience_is_good() {
    for audience in [
        "https://management.azure.com",
        "https://management.azure.com/",
        "https://management.core.windows.net/",
        "https://management.core.windows.net",
    ] {
        let service = Server::answering([Answer::json("{}")]);
        let token = jwt(&format!("{{\"aud\":\"{audience}\",\"exp\":{EXP}}}"));
        unsigned(&service)
            .env("ARMCLI_ACCESS_TOKEN", format!("Bearer {token}\n"))
            .run()
            .exits(0);
        let sent = service.request().header("authorization").map(str::to_owned);
        assert_eq!(sent, Some(format!("Bearer {token}")), "{audience}");
    }
}

#[test]
fn a_foreign_token_does_not_go_to_an_endpoint_on_this_machine() {
    let arm_token = jwt(&format!(
        "{{\"iss\":\"https://sts.windows.net/t/\",\"aud\":\"{AUDIENCE}\",\"exp\":{EXP}}}"
    ));
    let look_alike = jwt(&format!(
        "{{\"iss\":\"https://sandbox.invalid.evil/\",\"aud\":\"{AUDIENCE}\",\"exp\":{EXP}}}"
    ));
    for token in [arm_token.as_str(), look_alike.as_str(), "opaque"] {
        let service = Server::untouched();
        Run::arm(["GET", "/subscriptions"])
            .env("ARMCLI_ENDPOINT", service.url(""))
            .env("ARMCLI_ACCESS_TOKEN", token)
            .run()
            .exits(12)
            .prints_nothing()
            .says(&["only tokens of the sandbox"]);
    }
    let service = Server::answering([Answer::json("{}")]);
    Run::arm(["GET", "/subscriptions"])
        .env("ARMCLI_ENDPOINT", service.url(""))
        .env("ARMCLI_ACCESS_TOKEN", sandbox_token())
        .run()
        .exits(0);
}

#[test]
fn the_token_endpoint_of_cloud_shell_is_asked_in_its_words() {
    let token = sandbox_token();
    let answer = format!(
        "{{\"access_token\":\"{token}\",\"expires_on\":\"{EXP}\",\"token_type\":\"Bearer\"}}"
    );
    let endpoint = Server::answering([Answer::json(answer)]);
    let service = Server::answering([Answer::json("{}")]);
    unsigned(&service)
        .env("MSI_ENDPOINT", endpoint.url("/oauth2/token"))
        .run()
        .exits(0);
    let asked = endpoint.request();
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/oauth2/token")
    );
    assert_eq!(asked.header("metadata"), Some("true"));
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(
        asked.body,
        b"resource=https%3A%2F%2Fmanagement%2Eazure%2Ecom%2F"
    );
    let sent = service.request().header("authorization").map(str::to_owned);
    assert_eq!(sent, Some(format!("Bearer {token}")));
}

#[test]
fn one_token_serves_all_pages() {
    let answer = format!("{{\"access_token\":\"{}\"}}", sandbox_token());
    let endpoint = Server::answering([Answer::json(answer)]);
    let service = Server::answering([
        Answer::json("{\"value\":[1],\"nextLink\":\"/b\"}"),
        Answer::redirect(307, "/c"),
        Answer::json("{\"value\":[2]}"),
    ]);
    unsigned(&service)
        .env("MSI_ENDPOINT", endpoint.url("/"))
        .run()
        .exits(0);
    assert_eq!(
        (endpoint.requests().len(), service.requests().len()),
        (1, 3)
    );
}

#[test]
fn a_token_endpoint_that_fails_is_shown() {
    let not_supported = r#"{"error":{"code":"AudienceNotSupported","message":"Audience https://x is not a supported MSI token audience."}}"#;
    let expired = format!(
        "{{\"access_token\":\"t\",\"expires_on\":\"{}\"}}",
        1_700_000_000
    );
    let foreign = format!(
        "{{\"access_token\":\"{}\"}}",
        jwt("{\"aud\":\"https://graph.windows.net/\"}")
    );
    for (answer, words) in [
        (
            Answer::error(400, not_supported),
            &[
                "AudienceNotSupported: Audience https://x is not",
                "audience: https://management.azure.com/",
                "hint: ",
                "arm login",
            ][..],
        ),
        (
            Answer::error(
                400,
                r#"{"error":{"code":"bad_request_102","message":"no header"}}"#,
            ),
            &["bad_request_102: no header"],
        ),
        (
            Answer::error(
                400,
                r#"{"error":"invalid_request","error_description":"flat"}"#,
            ),
            &["invalid_request: flat"],
        ),
        (
            Answer::status(500).body("text/html", "<html>"),
            &["HTTP 500"],
        ),
        (Answer::json("{}"), &["is not a token"]),
        (Answer::json("{\"access_token\":\"\"}"), &["is not a token"]),
        (
            Answer::json("{\"access_token\":\"a\\r\\nx: y\"}"),
            &["is not a token"],
        ),
        (
            Answer::json("{\"access_token\":\"t").cut_after(3),
            &["is not a token"],
        ),
        (Answer::redirect(302, "http://localhost:1/"), &["HTTP 302"]),
        (Answer::nothing(), &["cannot be reached"]),
        (Answer::json(expired), &["expired"]),
        (Answer::json(foreign), &["https://graph.windows.net/"]),
    ] {
        let endpoint = Server::answering([answer]);
        let asked = |run: Run| run.env("MSI_ENDPOINT", endpoint.url("/oauth2/token"));
        refused(asked, 6).says(words);
    }
}

#[test]
fn a_token_endpoint_elsewhere_is_not_asked() {
    for endpoint in [
        "http://10.0.0.1/token",
        "http://localhost.evil/",
        "ftp://localhost/",
        "x",
    ] {
        refused(|run| run.env("MSI_ENDPOINT", endpoint), 12)
            .says(&["of `MSI_ENDPOINT` is neither https nor on this machine"]);
    }
}
