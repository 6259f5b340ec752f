//! Applications that sign in by an assertion: one that their certificate signed, or the token of another
//! issuer.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use serde_json::{Value, json};

use crate::sandbox::authority::federation::JOB_TOKEN;
use crate::sandbox::authority::tests::session::{
    ARM, BASE, CLI, CONTOSO, FABRIKAM, SECRET_APP, Session, claims, text,
};
use crate::sandbox::authority::tokens::jwt;
use crate::sandbox::issue;
use crate::sandbox::tests::session::now;

const CERTIFICATE_APP: &str = "b7510e2c-96d3-48fa-8b74-3c1f5a0e9d86";
const FEDERATED_APP: &str = "6f3a8d94-e07b-4c12-95b8-d1f62e7c0a43";
/// Seconds since 1970 at the beginning of each test.
const NOW: u64 = 1_795_325_208;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client signs its assertion with: the key of the fixture, or another.
fn key(name: &str) -> RsaKeyPair {
    let folder = env!("CARGO_MANIFEST_DIR");
    match name {
        "other" => {
            let path = format!("{folder}/src/sandbox/authority/tokens/signing-key.der");
            RsaKeyPair::from_der(&fs::read(path).unwrap()).unwrap()
        }
        name => {
            let path = format!("{folder}/tests/fixtures/{name}");
            let pem = fs::read_to_string(path).unwrap();
            let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
            let (body, _) = rest.split_once("-----END").unwrap();
            let body: String = body.split_ascii_whitespace().collect();
            RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap()
        }
    }
}

fn assertion(
    key: &RsaKeyPair,
    padding: &'static dyn RsaEncoding,
    header: &Value,
    claims: &Value,
) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        padding,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature))
}

fn header() -> Value {
    json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": "XdxNRKCaZh9gIBph74dnruM00C9UDK7HPfvL5h9UPII" })
}

fn assertion_claims() -> Value {
    json!({
        "aud": format!("{BASE}/{CONTOSO}/oauth2/v2.0/token"),
        "iss": CERTIFICATE_APP, "sub": CERTIFICATE_APP, "jti": "1",
        "nbf": NOW, "exp": NOW + 600,
    })
}

fn with(mut value: Value, name: &str, member: impl Into<Value>) -> Value {
    value[name] = member.into();
    value
}

fn by_assertion<'f>(client_id: &'f str, assertion: &'f str) -> [(&'f str, &'f str); 5] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("scope", ARM),
    ]
}

#[test]
fn a_certificate_signs_in_by_either_algorithm() {
    let mut session = Session::new();
    let key = key("client-certificate.pem");
    let rs256 = with(header(), "alg", "RS256");
    let older = json!({ "alg": "RS256", "x5t": "rgcnW2CHkvnuTIv6-zXFmTbrHEg=" });
    let in_parts = with(assertion_claims(), "exp", 1_795_325_808.25);
    let by_issuer = with(
        assertion_claims(),
        "aud",
        format!("{BASE}//contoso.example/v2.0"),
    );
    for assertion in [
        assertion(&key, &RSA_PSS_SHA256, &header(), &assertion_claims()),
        assertion(&key, &RSA_PKCS1_SHA256, &rs256, &assertion_claims()),
        assertion(&key, &RSA_PKCS1_SHA256, &older, &by_issuer),
        assertion(&key, &RSA_PSS_SHA256, &header(), &in_parts),
    ] {
        let body = session.granted(
            "contoso.example",
            &by_assertion(CERTIFICATE_APP, &assertion),
        );
        assert_eq!(
            claims(text(&body, "access_token"))["appid"],
            CERTIFICATE_APP
        );
    }
}

#[test]
fn bad_assertions_are_refused() {
    let mut session = Session::new();
    let own = key("client-certificate.pem");
    let pss = |header: &Value, claims: &Value| assertion(&own, &RSA_PSS_SHA256, header, claims);
    let good = assertion_claims();
    let unsigned = {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string().as_bytes());
        format!("{}.{}.", part(&with(header(), "alg", "none")), part(&good))
    };
    for (assertion, code) in [
        (pss(&with(header(), "x5t#S256", "AAAA"), &good), 700_027),
        (pss(&json!({ "alg": "PS256" }), &good), 700_027),
        (
            assertion(&key("other"), &RSA_PSS_SHA256, &header(), &good),
            700_027,
        ),
        (
            assertion(&own, &RSA_PKCS1_SHA256, &header(), &good),
            700_027,
        ),
        (pss(&with(header(), "alg", "HS256"), &good), 700_027),
        (unsigned, 700_027),
        (
            pss(&header(), &with(good.clone(), "exp", NOW - 301)),
            700_024,
        ),
        (
            pss(&header(), &with(good.clone(), "nbf", NOW + 900)),
            700_024,
        ),
        (
            pss(
                &header(),
                &with(
                    good.clone(),
                    "aud",
                    format!("{BASE}/{FABRIKAM}/oauth2/v2.0/token"),
                ),
            ),
            700_023,
        ),
        (
            pss(
                &header(),
                &with(
                    good.clone(),
                    "aud",
                    "https://login.microsoftonline.com/x/oauth2/v2.0/token",
                ),
            ),
            700_023,
        ),
        (pss(&header(), &with(good.clone(), "sub", CLI)), 700_021),
    ] {
        let form = by_assertion(CERTIFICATE_APP, &assertion);
        session.refused("contoso.example", &form, (401, code, "invalid_client"));
    }
    let form = by_assertion(CERTIFICATE_APP, "nonsense");
    session.refused("contoso.example", &form, (400, 50_027, "invalid_request"));
    let good = pss(&header(), &good);
    let form = by_assertion(SECRET_APP, &good);
    session.refused("contoso.example", &form, (401, 700_027, "invalid_client"));
    let [a, b, _, d, e] = by_assertion(CERTIFICATE_APP, &good);
    let form = [a, b, ("client_assertion_type", "saml"), d, e];
    session.refused(
        "contoso.example",
        &form,
        (400, 9_002_313, "invalid_request"),
    );
    let form = [a, b, d, e, ("client_secret", "x")];
    session.refused(
        "contoso.example",
        &form,
        (400, 9_002_313, "invalid_request"),
    );
}

fn job(session: &mut Session, request: &str) -> (u16, Value) {
    let bearer = format!("bearer {JOB_TOKEN}");
    session.call(request, &[], &[("authorization", &bearer)])
}

#[test]
fn build_jobs_exchange_their_tokens() {
    let mut session = Session::new();
    let (_, actions) = job(
        &mut session,
        "GET /federation/actions?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange",
    );
    let (_, pipelines) = job(
        &mut session,
        "POST /federation/pipelines?api-version=7.1&serviceConnectionId=x",
    );
    for assertion in [text(&actions, "value"), text(&pipelines, "oidcToken")] {
        let form = by_assertion(FEDERATED_APP, assertion);
        let body = session.granted(CONTOSO, &form);
        assert_eq!(claims(text(&body, "access_token"))["appid"], FEDERATED_APP);
    }
    session.after(601);
    let form = by_assertion(FEDERATED_APP, text(&actions, "value"));
    session.refused(CONTOSO, &form, (401, 700_024, "invalid_client"));
}

#[test]
fn other_tokens_are_not_exchanged() {
    let mut session = Session::new();
    for request in [
        "GET /federation/actions",
        "POST /federation/pipelines?serviceConnectionId=x",
    ] {
        assert_eq!(session.send(request, &[], &[]).status(), 401, "{request}");
    }
    assert_eq!(job(&mut session, "POST /federation/pipelines").0, 400);
    let (_, other) = job(&mut session, "GET /federation/actions?audience=elsewhere");
    let form = by_assertion(FEDERATED_APP, text(&other, "value"));
    session.refused(CONTOSO, &form, (401, 700_212, "invalid_client"));
    let own = issue("api://AzureADTokenExchange", now());
    let form = by_assertion(FEDERATED_APP, own.token.expose());
    session.refused(CONTOSO, &form, (401, 700_211, "invalid_client"));
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string().as_bytes());
    let claims = |subject: &str| json!({ "iss": "https://sandbox.invalid/federation", "aud": "api://AzureADTokenExchange", "sub": subject, "exp": NOW + 9 });
    let unsigned = format!(
        "{}.{}.",
        part(json!({ "alg": "none" })),
        part(claims("repo:contoso/storefront:ref:refs/heads/main"))
    );
    let form = by_assertion(FEDERATED_APP, &unsigned);
    session.refused(CONTOSO, &form, (401, 700_027, "invalid_client"));
    let subject = jwt::signed(&claims("repo:contoso/storefront:pull_request"));
    let form = by_assertion(FEDERATED_APP, &subject);
    session.refused(CONTOSO, &form, (401, 700_213, "invalid_client"));
}
