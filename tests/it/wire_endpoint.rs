//! `arm serve` over real sockets: what its clients send, well and badly, and what they get.

#![expect(
    clippy::unwrap_used,
    reason = "an answer of another form fails the test"
)]

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::endpoint::{TokenEndpoint, read_all};

const ARM: &str = "resource=https://management.azure.com/";

#[track_caller]
fn check(answer: &str, status: &str, texts: &[&str]) {
    assert!(answer.starts_with(status), "`{status}` is not\n{answer}");
    for text in texts {
        assert!(answer.contains(text), "`{text}` is not in\n{answer}");
    }
    for name in ["access-control-", "server:"] {
        assert!(!answer.to_lowercase().contains(name), "{answer}");
    }
}

/// The member of an answer's body.
fn member(answer: &str, name: &str) -> String {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body[name].as_str().unwrap().to_owned()
}

fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn every_protocol_gets_its_token() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    for request in [
        "POST /oauth2/token HTTP/1.1\nHost: 127.0.0.1:PORT\nMetadata: TRUE\nConnection: close\n\
         Content-Length: 48\n\nresource=https%3A%2F%2Fmanagement.azure.com&x=%zz",
        "POST /oauth2/token HTTP/1.1\nHost: localhost:PORT\nMetadata: true\nConnection: close\n\
         ContentType: x\nTransfer-Encoding: chunked\n\n9\nresource=\n1c\nhttps://management.azure.com\n0\n\n",
        "GET /oauth2/token?resource=https://management.azure.com HTTP/1.1\nHost: localhost:PORT\n\
         metadata: true\nConnection: close\n\n",
        "GET /Metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com HTTP/1.1\n\
         Host: localhost:PORT\nMetadata: true\nConnection: close\n\n",
        "GET /msi/token?api-version=2019-08-01&resource=https://management.azure.com HTTP/1.1\n\
         Host: localhost:PORT\nX-IDENTITY-HEADER: SECRET\nConnection: close\n\n",
        "GET /msi/token?api-version=2017-09-01&resource=https://management.azure.com HTTP/1.1\n\
         Host: localhost:PORT\nsecret: SECRET\nConnection: close\n\n",
    ] {
        let answer = endpoint.send(request);
        check(
            &answer,
            "HTTP/1.1 200 OK",
            &[
                "cache-control: no-store",
                "\"refresh_token\":\"\",\"expires_in\":\"",
                "\"resource\":\"https://management.azure.com\",\"token_type\":\"Bearer\"}",
            ],
        );
        let token = claims(&member(&answer, "access_token"));
        assert_eq!(token["aud"], "https://management.azure.com");
        assert_eq!(token["exp"].to_string(), member(&answer, "expires_on"));
    }
    let azd = endpoint.send(
        "POST /token?api-version=2023-07-12-preview HTTP/1.1\nHost: localhost:PORT\nConnection: close\n\
         Authorization: Bearer SECRET\nContent-Length: 53\n\n{\"scopes\":[\"https://management.azure.com//.default\"]} ",
    );
    check(
        &azd,
        "HTTP/1.1 200 OK",
        &["{\"status\":\"success\",\"token\":\"", "Z\"}"],
    );
}

/// The headers of a program of this machine.
const HEAD: &str = "Host: localhost:PORT\nMetadata: true\nConnection: close\n";
const GET: &str = "GET /oauth2/token?resource=https://management.azure.com/ HTTP/1.1\n";

#[track_caller]
fn refused(endpoint: &TokenEndpoint, request: &str, status: u16, texts: &[&str]) {
    let answer = endpoint.send(request);
    check(&answer, &format!("HTTP/1.1 {status} "), texts);
    assert!(!answer.contains("access_token"), "{request}{answer}");
}

#[test]
fn bad_requests_are_told_why() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let (head, get) = (HEAD, GET);
    let asked: &[(String, u16, &[&str])] = &[
        (
            format!("{get}Host: localhost:PORT\nConnection: close\n\n"),
            400,
            &["bad_request_102", "Required metadata header"],
        ),
        (
            format!("GET /oauth2/token HTTP/1.1\n{head}\n"),
            400,
            &["Required audience parameter not specified"],
        ),
        (
            format!("GET /oauth2/token?resource=a&resource=b HTTP/1.1\n{head}\n"),
            400,
            &["More than one audience"],
        ),
        (
            format!("PUT /oauth2/token HTTP/1.1\n{head}\n"),
            405,
            &["allow: GET, POST"],
        ),
        (
            format!("POST /msi/token HTTP/1.1\n{head}X-IDENTITY-HEADER: SECRET\n\n"),
            405,
            &["allow: GET", "\"statusCode\":405"],
        ),
        (
            format!("GET /msi/token?resource=a HTTP/1.1\n{head}X-IDENTITY-HEADER: x\n\n"),
            401,
            &["secret"],
        ),
        (
            format!("GET /token HTTP/1.1\n{head}\n"),
            401,
            &["\"status\":\"error\""],
        ),
        (
            format!("GET / HTTP/1.1\n{head}\n"),
            404,
            &["Unknown Source"],
        ),
        (format!("GET /oauth2/token/.. HTTP/1.1\n{head}\n"), 404, &[]),
        (
            format!("GET /oauth2%2Ftoken?resource=a HTTP/1.1\n{head}\n"),
            404,
            &[],
        ),
        (
            format!("GET http://localhost:PORT/oauth2/token HTTP/1.1\n{head}\n"),
            400,
            &["must be a path"],
        ),
        (
            format!(
                "GET /metadata/identity/oauth2/token?resource=https://newservice.azure.com/ HTTP/1.1\n{head}\n"
            ),
            400,
            &[
                "{\"error\":\"AudienceNotSupported\",\"error_description\":\"Audience https://newservice.azure.com/ is not",
                "--allow-audience https://newservice.azure.com/",
            ],
        ),
    ];
    for (request, status, texts) in asked {
        refused(&endpoint, request, *status, texts);
    }
    // No HTTP at all: the line cannot be read.
    let answer = endpoint.send(&format!(
        "GET /metadata/identity\\oauth2\\token/ HTTP/1.1\n{head}\n"
    ));
    assert!(
        answer.starts_with("HTTP/1.1 404 ") || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
    check(&endpoint.post(ARM), "HTTP/1.1 200 ", &[]);
}

#[test]
fn web_pages_and_proxies_are_refused() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let (head, get) = (HEAD, GET);
    let asked: &[(String, &[&str])] = &[
        (
            format!("{get}Host: evil.example:PORT\nMetadata: true\nConnection: close\n\n"),
            &["names another machine"],
        ),
        (
            format!("{get}Host: localhost\nMetadata: true\nConnection: close\n\n"),
            &[],
        ),
        (
            format!("{get}{head}Origin: http://localhost:PORT\n\n"),
            &["web pages"],
        ),
        (
            format!("{get}{head}Sec-Fetch-Site: same-origin\n\n"),
            &["web pages"],
        ),
        (
            format!("{get}{head}X-Forwarded-For: 127.0.0.1\n\n"),
            &["proxies"],
        ),
        (
            format!(
                "OPTIONS /oauth2/token HTTP/1.1\n{head}Origin: https://evil.example\nAccess-Control-Request-Method: POST\n\n"
            ),
            &["web pages"],
        ),
        (format!("OPTIONS /oauth2/token HTTP/1.1\n{head}\n"), &[]),
    ];
    for (request, texts) in asked {
        refused(&endpoint, request, 403, texts);
    }
    check(&endpoint.post(ARM), "HTTP/1.1 200 ", &[]);
}

#[test]
fn http_1_0_is_answered_and_ended() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let get = "GET /oauth2/token?resource=https://management.azure.com/ HTTP/1.0\nMetadata: true\n";
    check(
        &endpoint.send(&format!("{get}Host: localhost:PORT\n\n")),
        "HTTP/1.0 200 ",
        &[],
    );
    check(
        &endpoint.send(&format!("{get}\n")),
        "HTTP/1.0 400 ",
        &["Host is missing"],
    );
}

#[test]
fn a_body_may_not_be_large() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let large = endpoint.post(&format!("{ARM}&x={}", "a".repeat(70_000)));
    check(
        &large,
        "HTTP/1.1 413 ",
        &[
            "{\"error\":{\"code\":\"invalid_request\"",
            "connection: close",
        ],
    );
    let waiting = "POST /oauth2/token HTTP/1.1\nHost: localhost:PORT\nMetadata: true\nExpect: 100-continue\n\
                   Content-Length: 99999\n\n";
    check(&endpoint.send(waiting), "HTTP/1.1 413 ", &[]);
    check(&endpoint.post(ARM), "HTTP/1.1 200 ", &[]);
}

#[test]
fn a_connection_serves_many_requests() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let mut stream = endpoint.connect();
    for connection in ["keep-alive", "keep-alive", "close"] {
        let request = format!(
            "GET /oauth2/token?resource=https://management.azure.com/ HTTP/1.1\nHost: localhost:PORT\n\
             Metadata: true\nConnection: {connection}\n\n"
        );
        stream
            .write_all(endpoint.filled(&request).as_bytes())
            .unwrap();
    }
    assert_eq!(read_all(&mut stream).matches("HTTP/1.1 200 OK").count(), 3);
}

#[test]
fn idle_connections_do_not_keep_others_out() {
    let endpoint = TokenEndpoint::of_sandbox(&[]);
    let half = endpoint.filled("POST /oauth2/token HTTP/1.1\nHost: local");
    let mut held = Vec::new();
    for number in 0..700 {
        let mut stream = endpoint.connect();
        if number % 2 == 0 {
            stream.write_all(half.as_bytes()).unwrap();
        }
        held.push(stream);
    }
    check(&endpoint.post(ARM), "HTTP/1.1 200 ", &[]);
    assert_eq!(read_all(&mut held[0]), "", "the first had to leave");
}

#[test]
fn audiences_are_those_of_the_list() {
    for (arguments, resource, status) in [
        (&[][..], "https://vault.azure.net/", 200),
        (&[], "https://azconfig.io", 400),
        (
            &["--allow-audience", "https://azconfig.io"],
            "https://azconfig.io/",
            200,
        ),
        (
            &["--allow-audience", "https://azconfig.io", "--strict"],
            "https://azconfig.io/",
            400,
        ),
        (&["--strict"], "https://management.azure.com", 400),
        (&["--any-audience"], "api://whatever", 200),
        (
            &["--audience", "https://vault.azure.net"],
            "https://vault.azure.net",
            200,
        ),
        (
            &["--audience", "https://vault.azure.net"],
            "https://management.azure.com/",
            400,
        ),
    ] {
        let endpoint = TokenEndpoint::of_sandbox(arguments);
        let answer = endpoint.post(&format!("resource={resource}"));
        check(&answer, &format!("HTTP/1.1 {status} "), &[]);
    }
}

#[test]
fn an_identity_that_is_chosen_is_ours_or_allowed() {
    let endpoint = TokenEndpoint::of_sandbox(&["--allow-identity", "app-of-production"]);
    let ask = |path: &str, choice: &str| {
        endpoint.send(&format!(
            "GET {path}?resource=https://management.azure.com/&{choice} HTTP/1.1\n{HEAD}secret: SECRET\n\n"
        ))
    };
    let (imds, app_service) = ("/metadata/identity/oauth2/token", "/msi/token");
    let own = claims(&member(&ask(imds, ""), "access_token"))["oid"].to_string();
    for path in [imds, app_service] {
        let allowed = ask(path, "client_id=APP-of-production");
        check(
            &allowed,
            "HTTP/1.1 200 ",
            &["\"client_id\":\"APP-of-production\""],
        );
        let choice = format!("object_id={}", own.trim_matches('"'));
        check(&ask(path, &choice), "HTTP/1.1 200 ", &[]);
        let refused = ask(path, "client_id=another");
        check(
            &refused,
            "HTTP/1.1 400 ",
            &["Identity not found", "--allow-identity another"],
        );
        assert!(!refused.contains("access_token"), "{refused}");
    }
    let ignored = endpoint.post(&format!("{ARM}&client_id=another"));
    check(&ignored, "HTTP/1.1 200 ", &["warning: 199 "]);
}

#[test]
fn another_name_of_the_machine_needs_the_secret() {
    let endpoint = TokenEndpoint::of_sandbox_at("host.docker.internal");
    let ask = |path: &str, proof: &str| {
        endpoint.send(&format!(
            "GET {path}?resource=https://management.azure.com/ HTTP/1.1\nHost: host.docker.internal:PORT\n\
             Connection: close\n{proof}\n\n"
        ))
    };
    check(
        &ask("/oauth2/token", "Metadata: true"),
        "HTTP/1.1 403 ",
        &["with a secret"],
    );
    check(
        &ask("/msi/token", "X-IDENTITY-HEADER: SECRET"),
        "HTTP/1.1 200 ",
        &[],
    );
}
