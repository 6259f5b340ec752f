//! Workload identity, GitHub Actions and Azure Pipelines, over real sockets: who is asked, what with,
//! and that the bearer of one never reaches the other.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::Server;
use crate::wire_service_principal::{
    CLIENT, SECRET, TENANT, field, hides, issued, refusal, request,
};

/// A token of an issuer that Entra trusts.
fn assertion(subject: &str) -> String {
    let claims = format!(
        "{{\"iss\":\"https://issuer.example\",\"sub\":\"{subject}\",\"aud\":\"api://AzureADTokenExchange\"}}"
    );
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn the_file_of_workload_identity_is_read_for_each_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, assertion("first")).unwrap();
    let renewed = path.clone();
    let count = Mutex::new(0);
    let authority = Server::with(move |_| {
        let mut count = count.lock().unwrap();
        *count += 1;
        std::fs::write(&renewed, assertion("second")).unwrap();
        issued(&count.to_string())
    });
    let stale = Answer::status(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    let service = Server::answering([stale, Answer::json("{}")]);
    let outcome = request(&service, &authority)
        .env("AZURE_FEDERATED_TOKEN_FILE", &path)
        .run()
        .exits(0);
    hides(outcome, &[&assertion("first"), &assertion("second")])
        .says(&["auth: workload-identity ("]);
    let sent = authority.requests();
    let sent: Vec<String> = sent
        .iter()
        .map(|one| field(one, "client_assertion"))
        .collect();
    assert_eq!(sent, [assertion("first"), assertion("second")]);
}

#[test]
fn a_file_that_is_missing_stops_the_run() {
    let (service, authority) = (Server::untouched(), Server::untouched());
    request(&service, &authority)
        .env("AZURE_FEDERATED_TOKEN_FILE", "missing")
        .run()
        .exits(6)
        .says(&["the credential `workload-identity` cannot use `missing`: "]);
}

#[test]
fn a_job_of_github_asks_twice() {
    let issuer = Server::answering([Answer::json(format!(
        "{{\"count\":3,\"value\":\"{}\"}}",
        assertion("job")
    ))]);
    let authority = Server::answering([issued("1")]);
    let service = Server::answering([Answer::json("{}")]);
    let outcome = request(&service, &authority)
        .env(
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            issuer.url("/oidc?api-version=2.0"),
        )
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", SECRET)
        .run()
        .exits(0);
    hides(outcome, &[SECRET, &assertion("job")]).says(&["auth: github ("]);
    let asked = issuer.request();
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        (
            "GET",
            "/oidc?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange"
        )
    );
    assert_eq!(
        asked.header("authorization"),
        Some(&*format!("Bearer {SECRET}"))
    );
    let exchanged = authority.request();
    assert_eq!(exchanged.header("authorization"), None);
    assert_eq!(field(&exchanged, "client_assertion"), assertion("job"));
    assert_eq!(exchanged.target, format!("/{TENANT}/oauth2/v2.0/token"));
}

#[test]
fn a_job_of_azure_pipelines_names_its_service_connection() {
    let issuer = Server::answering([Answer::json(format!(
        "{{\"oidcToken\":\"{}\"}}",
        assertion("sc")
    ))]);
    let authority = Server::answering([issued("1")]);
    let service = Server::answering([Answer::json("{}")]);
    let outcome = request(&service, &authority)
        .env("SYSTEM_OIDCREQUESTURI", issuer.url("/oidctoken"))
        .env("SYSTEM_ACCESSTOKEN", SECRET)
        .env("AZURESUBSCRIPTION_CLIENT_ID", "connection-client")
        .env("AZURESUBSCRIPTION_TENANT_ID", "connection.example")
        .env("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "c-1")
        .run()
        .exits(0);
    hides(outcome, &[SECRET, &assertion("sc")]).says(&["auth: azure-pipelines ("]);
    let asked = issuer.request();
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", "/oidctoken?api-version=7.1&serviceConnectionId=c-1")
    );
    assert_eq!(asked.header("content-length"), Some("0"));
    assert_eq!(asked.header("x-tfs-fedauthredirect"), Some("Suppress"));
    let exchanged = authority.request();
    assert_eq!(exchanged.target, "/connection.example/oauth2/v2.0/token");
    assert_eq!(field(&exchanged, "client_id"), "connection-client");
}

fn github(run: Run, url: &str) -> Run {
    run.env("ACTIONS_ID_TOKEN_REQUEST_URL", url)
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", SECRET)
}

#[test]
fn the_bearer_goes_nowhere_else() {
    for url in [
        "http://token.example/",
        "http://localhost.evil/",
        "https://u:p@h/",
        "x",
    ] {
        let (service, authority) = (Server::untouched(), Server::untouched());
        let outcome = github(request(&service, &authority), url).run().exits(12);
        hides(outcome, &[SECRET])
            .says(&["of `ACTIONS_ID_TOKEN_REQUEST_URL` is neither https nor on this machine"]);
    }
    let elsewhere = Server::untouched();
    for (answer, words) in [
        (
            Answer::redirect(302, &elsewhere.url("/")),
            "HTTP 302: redirected",
        ),
        (
            Answer::error(401, "{\"message\":\"bad token\"}"),
            "error: HTTP 401: bad token",
        ),
        (Answer::json("{}"), "is not a token"),
        (Answer::json("{\"value\":\"a b\"}"), "is not a token"),
        (Answer::nothing(), "cannot be reached"),
    ] {
        let issuer = Server::answering([answer]);
        let (service, authority) = (Server::untouched(), Server::untouched());
        let outcome = github(request(&service, &authority), &issuer.url("/")).run();
        hides(outcome, &[SECRET]).exits(6).says(&[words]);
    }
}

#[test]
fn a_subject_that_is_not_trusted_is_shown() {
    let issuer = Server::answering([Answer::json(format!(
        "{{\"value\":\"{}\"}}",
        assertion("repo:o/r:ref:refs/heads/side")
    ))]);
    let authority = Server::answering([refusal(700_213, "No matching federated identity record")]);
    let service = Server::untouched();
    github(request(&service, &authority), &issuer.url("/"))
        .run()
        .exits(6)
        .says(&[
            "  issuer: https://issuer.example\n",
            "  subject: repo:o/r:ref:refs/heads/side\n",
            "  audience: api://AzureADTokenExchange\n",
            &format!("`az ad app federated-credential list --id {CLIENT}`"),
        ]);
}

#[test]
fn what_is_missing_is_named() {
    let (service, authority) = (Server::untouched(), Server::untouched());
    request(&service, &authority)
        .env("GITHUB_ACTIONS", "true")
        .env("SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/x")
        .run()
        .exits(6)
        .says(&[
            "github: `ACTIONS_ID_TOKEN_REQUEST_URL` is not set: the job lacks `permissions: id-token: write`",
            "azure-pipelines: `SYSTEM_ACCESSTOKEN` is not set: the step lacks",
            "workload-identity: `AZURE_FEDERATED_TOKEN_FILE` is not set",
        ]);
}
