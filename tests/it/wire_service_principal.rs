//! Service principals of the environment, over real sockets: what the authority is asked, what is
//! said when it refuses or when a file cannot be used. No secret may show anywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::form_urlencoded;

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::{Received, Server};

/// What the tests hide.
pub(crate) const SECRET: &str = "q~Hidden+secret&of=tests";

pub(crate) const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
pub(crate) const CLIENT: &str = "11112222-bbbb-3333-cccc-4444dddd5555";

pub(crate) fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/certificates/");
    format!("{folder}{name}")
}

/// An authority's answer with a token for the audience.
pub(crate) fn issued(mark: &str) -> Answer {
    let claims = format!("{{\"aud\":\"{AUDIENCE}\",\"exp\":4102444800,\"jti\":\"{mark}\"}}");
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
    Answer::json(format!(
        "{{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"{token}\"}}"
    ))
}

pub(crate) fn refusal(code: u64, words: &str) -> Answer {
    Answer::error(
        401,
        format!(
            "{{\"error\":\"invalid_client\",\"error_description\":\"AADSTS{code}: {words}. Trace ID: \
             x Correlation ID: y Timestamp: z\",\"error_codes\":[{code}],\"timestamp\":\"2026-11-22 \
             10:45:00Z\",\"trace_id\":\"trace-1\",\"correlation_id\":\"correlation-1\"}}"
        ),
    )
}

/// A request to a service that needs a token, as loud as can be, with the ids of an application.
pub(crate) fn request(service: &Server, authority: &Server) -> Run {
    repeating(service, authority, "0")
}

/// The same with repetitions.
fn repeating(service: &Server, authority: &Server, retries: &str) -> Run {
    Run::arm(["GET", &service.url("/"), "--retry", retries, "-vvv"])
        .args(["--audience", AUDIENCE])
        .args(["--allow-host", &service.authority()])
        .env("AZURE_AUTHORITY_HOST", authority.url(""))
        .env("AZURE_TENANT_ID", TENANT)
        .env("AZURE_CLIENT_ID", CLIENT)
}

/// Returns a field of a form.
#[track_caller]
pub(crate) fn field(request: &Received, name: &str) -> String {
    let mut found = form_urlencoded::parse(&request.body).filter(|(other, _)| other == name);
    let value = found.next().map(|(_, value)| value.into_owned());
    value.unwrap_or_else(|| panic!("no `{name}` in {}", String::from_utf8_lossy(&request.body)))
}

/// Fails if a secret is in the outputs.
#[track_caller]
pub(crate) fn hides(outcome: Outcome, secrets: &[&str]) -> Outcome {
    let text = format!("{}{}", outcome.text(), outcome.stderr);
    for secret in secrets {
        assert!(!text.contains(secret), "`{secret}` is in\n{text}");
    }
    outcome
}

/// Runs a request whose token fails before or at the authority; the service is not asked.
#[track_caller]
fn refused(answer: Option<Answer>, code: i32, prepare: impl FnOnce(Run) -> Run) -> Outcome {
    let service = Server::untouched();
    let authority = match answer {
        Some(answer) => Server::answering([answer]),
        None => Server::untouched(),
    };
    let outcome = prepare(request(&service, &authority)).run();
    hides(outcome, &[SECRET]).exits(code).prints_nothing()
}

#[test]
fn a_token_is_read_in_the_forms_of_other_authorities() {
    for (mark, span) in [("", "\"3599\""), ("", "3599.0"), ("\u{feff}", "3599")] {
        let body = format!("{mark}{{\"expires_in\":{span},\"access_token\":\"opaque-1\"}}");
        let authority = Server::answering([Answer::json(body)]);
        let service = Server::answering([Answer::json("{}")]);
        request(&service, &authority)
            .env("AZURE_CLIENT_SECRET", SECRET)
            .run()
            .exits(0);
        let asked = service.request();
        assert_eq!(
            asked.header("authorization"),
            Some("Bearer opaque-1"),
            "{span}"
        );
    }
}

#[test]
fn a_secret_is_sent_in_the_form_and_nowhere_else() {
    let authority = Server::answering([issued("1")]);
    let service = Server::answering([Answer::json("{}")]);
    let outcome = request(&service, &authority)
        .env("AZURE_CLIENT_SECRET", SECRET)
        .run()
        .exits(0);
    hides(outcome, &[SECRET, "Hidden", "e30."]).says(&["auth: service-principal ("]);
    let asked = authority.request();
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("POST", path.as_str())
    );
    assert_eq!(
        asked.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    for (name, value) in [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("scope", "https://management.azure.com//.default"),
        (
            "claims",
            r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#,
        ),
    ] {
        assert_eq!(field(&asked, name), value);
    }
    let sent = service.request();
    assert!(
        sent.header("authorization")
            .unwrap()
            .starts_with("Bearer e30.")
    );
}

fn part(assertion: &str, index: usize) -> Option<Value> {
    let part = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(index)?);
    serde_json::from_slice(&part.ok()?).ok()
}

#[test]
fn a_certificate_signs_for_the_tenant_that_is_asked() {
    for (name, password, tenant) in [
        ("pkcs8.pem", "", None),
        ("encrypted.pem", "sandbox", None),
        ("modern.pfx", "sandbox", Some("contoso.example")),
        ("legacy.pfx", "sandbox", None),
    ] {
        let authority = Server::answering([issued("1")]);
        let service = Server::answering([Answer::json("{}")]);
        let mut run = request(&service, &authority)
            .env("AZURE_CLIENT_CERTIFICATE_PATH", fixture(name))
            .env("AZURE_CLIENT_CERTIFICATE_PASSWORD", password)
            .env("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "1");
        if let Some(tenant) = tenant {
            run = run.args(["--tenant", tenant]);
        }
        let outcome = run.run().exits(0);
        let asked = authority.request();
        let assertion = field(&asked, "client_assertion");
        hides(outcome, &[&assertion]);
        assert_eq!(
            field(&asked, "client_assertion_type"),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let path = format!("/{}/oauth2/v2.0/token", tenant.unwrap_or(TENANT));
        assert_eq!(asked.target, path);
        let head = part(&assertion, 0).unwrap();
        assert_eq!(head["alg"], "PS256");
        assert_eq!(head["x5c"].as_array().map(Vec::len), Some(1), "{name}");
        let claims = part(&assertion, 1).unwrap();
        assert_eq!(claims["aud"], authority.url(&path));
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&CLIENT.into(), &CLIENT.into())
        );
    }
}

#[test]
fn an_assertion_from_outside_is_sent_as_it_is() {
    let authority = Server::answering([issued("1"), issued("2")]);
    let service = Server::answering([Answer::json("{}"), Answer::json("{}")]);
    let assertion = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"));
    let outcome = request(&service, &authority)
        .env("ARMCLI_CLIENT_ASSERTION", format!(" {assertion}\n"))
        .run();
    hides(outcome.exits(0), &[&assertion]);
    let outcome = request(&service, &authority)
        .file("assertion.jwt", format!("{assertion}\n"))
        .env("ARMCLI_CLIENT_ASSERTION_FILE", "assertion.jwt")
        .run();
    hides(outcome.exits(0), &[&assertion]);
    for asked in authority.requests() {
        assert_eq!(field(&asked, "client_assertion"), assertion);
    }
    refused(None, 2, |run| run.env("ARMCLI_CLIENT_ASSERTION", SECRET))
        .says(&["the variable `ARMCLI_CLIENT_ASSERTION` cannot be used: it is not a JWT"]);
}

#[test]
fn the_names_of_terraform_are_a_set_of_their_own() {
    let authority = Server::answering([issued("1")]);
    let service = Server::answering([Answer::json("{}")]);
    let outcome = request(&service, &authority)
        .env("ARM_TENANT_ID", "terraform.example")
        .env("ARM_CLIENT_ID", "terraform-client")
        .env("ARM_CLIENT_SECRET", SECRET)
        .run()
        .exits(0);
    hides(outcome, &[SECRET]);
    let asked = authority.request();
    assert_eq!(asked.target, "/terraform.example/oauth2/v2.0/token");
    assert_eq!(field(&asked, "client_id"), "terraform-client");

    refused(None, 6, |run| run.env("ARM_CLIENT_SECRET", SECRET)).says(&[
        "service-principal: neither `AZURE_CLIENT_SECRET` nor `AZURE_CLIENT_CERTIFICATE_PATH` is set; \
         `ARM_TENANT_ID` is not set, `ARM_CLIENT_ID` is not set",
    ]);
}

#[test]
fn what_entra_refuses_is_shown_with_what_helps() {
    let answer = refusal(7_000_222, "The provided client secret keys are expired");
    refused(Some(answer), 6, |run| {
        run.env("AZURE_CLIENT_SECRET", SECRET)
    })
    .says(&[
        "error: AADSTS7000222: The provided client secret keys are expired.\n",
        "  credential: service-principal\n",
        &format!("  tenant: {TENANT}\n"),
        &format!("  application: {CLIENT}\n"),
        "  trace id: trace-1\n",
        "  correlation id: correlation-1\n",
        "  timestamp: 2026-11-22 10:45:00Z\n",
        &format!("`az ad app credential reset --id {CLIENT} --append`"),
    ]);
    let late = refusal(
        700_024,
        "Client assertion is not within its valid time range",
    )
    .header("Date", "Thu, 01 Jan 2099 00:00:00 GMT");
    refused(Some(late), 6, |run| {
        run.env("AZURE_CLIENT_CERTIFICATE_PATH", fixture("pkcs8.pem"))
    })
    .says(&[
        &format!("  issuer: {CLIENT}\n"),
        "behind the authority's\n",
        "hint: set the clock",
    ]);
    // A secret that is repeated in the words of the answer.
    let echo = refusal(
        7_000_215,
        "Invalid client secret provided: client_secret=abc123",
    );
    let outcome = refused(Some(echo), 6, |run| run.env("AZURE_CLIENT_SECRET", SECRET));
    hides(outcome, &["abc123"]).says(&["not its id"]);
}

#[test]
fn an_authority_that_is_busy_is_asked_again() {
    let busy = || Answer::error(503, "{}").header("Retry-After", "0");
    let authority = Server::answering([busy(), issued("1")]);
    let service = Server::answering([Answer::json("{}")]);
    repeating(&service, &authority, "1")
        .env("AZURE_CLIENT_SECRET", SECRET)
        .run()
        .exits(0);
    refused(Some(busy()), 6, |run| {
        run.env("AZURE_CLIENT_SECRET", SECRET)
    })
    .says(&[
        "the credential `service-principal` answers HTTP 503",
        "hint: it may answer later",
    ]);
    let elsewhere = Answer::redirect(307, "http://localhost:1/");
    refused(Some(elsewhere), 6, |run| {
        run.env("AZURE_CLIENT_SECRET", SECRET)
    })
    .says(&["HTTP 307"]);
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_run() {
    for (name, password, words) in [
        ("missing.pem", "", &["cannot use `", "missing.pem`"][..]),
        ("", "", &["it is a folder"]),
        (
            "README.md",
            "",
            &[
                "it is neither PEM nor PKCS#12",
                "hint: the file must be PEM",
            ],
        ),
        (
            "certificate-only.pem",
            "",
            &["no private key", "cat certificate.pem key.pem"],
        ),
        ("key-only.pem", "", &["no certificate"]),
        ("foreign.pem", "", &["does not belong to its certificate"]),
        (
            "elliptic-curve.pem",
            "",
            &["EC; Microsoft Entra accepts RSA only", "openssl req"],
        ),
        (
            "expired.pem",
            "",
            &["expired on Fri, 01 Jan 2021", "credential reset"],
        ),
        (
            "modern.pfx",
            "",
            &["no password", "AZURE_CLIENT_CERTIFICATE_PASSWORD"],
        ),
        ("modern.pfx", SECRET, &["the password does not open it"]),
        ("encrypted.pem", SECRET, &["the password does not open it"]),
        (
            "openssl-older.pem",
            "sandbox",
            &["OpenSSL's older way", "openssl pkcs8"],
        ),
    ] {
        refused(None, 6, |run| {
            run.env("AZURE_CLIENT_CERTIFICATE_PATH", fixture(name))
                .env("AZURE_CLIENT_CERTIFICATE_PASSWORD", password)
        })
        .says(words);
    }
}

#[test]
fn an_id_that_can_be_none_is_not_sent() {
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"] {
        refused(None, 2, |run| {
            run.env("AZURE_CLIENT_SECRET", "s").env(name, SECRET)
        })
        .says(&[&format!("the variable `{name}` cannot be used"), "hint: "]);
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_spoken_of() {
    use std::os::unix::fs::PermissionsExt as _;

    let key = std::fs::read(fixture("pkcs8.pem")).unwrap();
    for (mode, is_open) in [(0o644, true), (0o600, false)] {
        let authority = Server::answering([issued("1")]);
        let service = Server::answering([Answer::json("{}")]);
        let run = request(&service, &authority)
            .file("key.pem", &key)
            .env("AZURE_CLIENT_CERTIFICATE_PATH", "key.pem");
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(run.folder().join("key.pem"), permissions).unwrap();
        let outcome = run.run().exits(0);
        let words = "auth: others can read `key.pem` (mode 0644)";
        assert_eq!(
            outcome.stderr.contains(words),
            is_open,
            "{}",
            outcome.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    refused(None, 6, |run| {
        let made = std::process::Command::new("mkfifo")
            .arg(run.folder().join("pipe"))
            .status();
        assert!(made.unwrap().success());
        run.env("AZURE_CLIENT_CERTIFICATE_PATH", "pipe")
    })
    .says(&["it is not a regular file"]);
}
