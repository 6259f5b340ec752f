//! People who signed in: what is demanded of them, refresh tokens, passwords.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use url::Url;

use crate::sandbox::authority::tests::session::{
    ARM, CLI, FABRIKAM, Pairs, SECRET_APP, Session, claims, encoded, text,
};
use crate::sandbox::authority::tokens::keys;

pub(crate) const REDIRECT: &str = "http://localhost:4321/back";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";
pub(crate) const SCOPE: &str =
    "https://management.azure.com/.default openid profile offline_access";
pub(crate) const OPERATOR: &str = "operator@contoso.example";
const SECOND_FACTOR: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(keys::sha256(VERIFIER))
}

/// Sends the sign-in page with some parameters in place of the usual ones; an empty one is left out.
pub(crate) fn authorize(
    session: &mut Session,
    method: &str,
    tenant: &str,
    other: Pairs<'_>,
) -> Response<Bytes> {
    let challenge = challenge();
    let usual = [
        ("client_id", CLI),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("state", "a state & more"),
        ("nonce", "a nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let is_other = |name: &str| other.iter().any(|(own, _)| *own == name);
    let mut form: Vec<_> = usual
        .into_iter()
        .filter(|(name, _)| !is_other(name))
        .collect();
    form.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    let path = format!("/{tenant}/oauth2/v2.0/authorize");
    if method == "GET" {
        session.send(&format!("GET {path}?{}", encoded(&form)), &[], &[])
    } else {
        session.send(&format!("POST {path}"), &form, &[])
    }
}

/// The parameters of the address that a browser is sent to.
#[track_caller]
pub(crate) fn sent_back(response: &Response<Bytes>) -> Value {
    assert_eq!(response.status(), 302, "{:?}", response.body());
    let location = response.headers()["location"].to_str().unwrap();
    let location = Url::parse(location).unwrap();
    assert_eq!(location.as_str().split('?').next(), Some(REDIRECT));
    let pairs = location.query_pairs();
    Value::Object(
        pairs
            .map(|(name, value)| (name.into_owned(), json!(value)))
            .collect(),
    )
}

#[track_caller]
pub(crate) fn code(session: &mut Session, user: &str, other: Pairs<'_>) -> String {
    let form = [&[("user", user), ("decision", "sign-in")], other].concat();
    let back = sent_back(&authorize(session, "POST", "common", &form));
    assert_eq!(text(&back, "state"), "a state & more");
    text(&back, "code").to_owned()
}

pub(crate) fn redeem(code: &str) -> [(&str, &str); 6] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", CLI),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_info", "1"),
    ]
}

pub(crate) fn refresh(token: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "refresh_token"),
        ("client_id", CLI),
        ("refresh_token", token),
    ]
}

#[test]
fn refresh_tokens_rotate_and_cross_to_tenants_of_guests() {
    let mut session = Session::new();
    let code = code(&mut session, OPERATOR, &[]);
    let first = session.granted("common", &redeem(&code));
    let first = text(&first, "refresh_token").to_owned();
    session.after(7_200);
    let second = session.granted("common", &refresh(&first));
    assert_ne!(text(&second, "refresh_token"), first);
    assert_eq!(
        claims(text(&second, "access_token"))["iat"],
        1_795_325_208 + 7_200
    );
    let guest = session.granted(FABRIKAM, &refresh(text(&second, "refresh_token")));
    let token = text(&guest, "access_token").to_owned();
    assert_eq!(claims(&token)["tid"], FABRIKAM);
    let tenants = session.arm("/tenants", &token);
    let tenants: Value = serde_json::from_slice(tenants.body()).unwrap();
    assert_eq!(tenants["value"].as_array().unwrap().len(), 2);
    let [a, b, c] = refresh(&first);
    let vault = [a, b, c, ("scope", "https://vault.azure.net/.default")];
    let body = session.granted("organizations", &vault);
    assert_eq!(
        claims(text(&body, "access_token"))["aud"],
        "https://vault.azure.net"
    );
    let other = [a, ("client_id", "1950a258-227b-4e31-a9cf-717495945fc2"), c];
    session.refused("common", &other, (400, 700_007, "invalid_grant"));
    session.after(90 * 86_400 + 1);
    session.refused("common", &refresh(&first), (400, 700_082, "invalid_grant"));
}

#[test]
fn people_of_one_tenant_are_unknown_in_the_other() {
    let mut session = Session::new();
    let code = code(&mut session, "developer@contoso.example", &[]);
    let body = session.granted("common", &redeem(&code));
    let form = refresh(text(&body, "refresh_token"));
    session.refused(FABRIKAM, &form, (400, 50_034, "invalid_grant"));
}

#[test]
fn sign_ins_can_be_revoked() {
    let mut session = Session::new();
    let first = code(&mut session, OPERATOR, &[]);
    let body = session.granted("common", &redeem(&first));
    let bearer = format!("Bearer {}", text(&body, "access_token"));
    let revoke = "POST /v1.0/me/revokeSignInSessions";
    assert_eq!(session.send(revoke, &[], &[]).status(), 401);
    assert_eq!(
        session
            .send(revoke, &[], &[("authorization", "Bearer x")])
            .status(),
        401
    );
    assert_eq!(
        session
            .send(revoke, &[], &[("authorization", &bearer)])
            .status(),
        200
    );
    let form = refresh(text(&body, "refresh_token"));
    let refusal = session.refused("common", &form, (400, 50_173, "invalid_grant"));
    assert_eq!(refusal["suberror"], "bad_token");
    let next = code(&mut session, OPERATOR, &[]);
    session.granted("common", &redeem(&next));
}

#[test]
fn people_meet_what_is_demanded_of_them() {
    let mut session = Session::new();
    for (user, code_of_error, error, suberror) in [
        (
            "newcomer@contoso.example",
            65_001,
            "invalid_grant",
            "consent_required",
        ),
        (
            "traveller@contoso.example",
            53_003,
            "invalid_grant",
            "message_only",
        ),
        (
            "admin@contoso.example",
            50_076,
            "interaction_required",
            "basic_action",
        ),
    ] {
        let code = code(&mut session, user, &[]);
        let body = session.refused("common", &redeem(&code), (400, code_of_error, error));
        assert_eq!(body["suberror"], suberror);
        let claims = (user == "admin@contoso.example").then_some(SECOND_FACTOR);
        assert_eq!(body.get("claims").and_then(Value::as_str), claims);
    }
    let frequent = code(&mut session, "auditor@contoso.example", &[]);
    let body = session.granted("common", &redeem(&frequent));
    let form = refresh(text(&body, "refresh_token"));
    session.granted("common", &form);
    session.after(3_601);
    session.refused("common", &form, (400, 70_043, "invalid_grant"));
}

#[test]
fn a_second_factor_is_asked_for_by_claims() {
    let mut session = Session::new();
    let code = code(
        &mut session,
        "admin@contoso.example",
        &[("claims", SECOND_FACTOR)],
    );
    let form = [&redeem(&code)[..], &[("claims", SECOND_FACTOR)]].concat();
    let body = session.granted("common", &form);
    let access = claims(text(&body, "access_token"));
    assert_eq!(
        (&access["acrs"], &access["amr"]),
        (&json!(["p1"]), &json!(["pwd", "mfa"]))
    );
    let body = session.granted("common", &refresh(text(&body, "refresh_token")));
    assert_eq!(claims(text(&body, "access_token")).get("acrs"), None);
}

#[test]
fn confidential_clients_prove_themselves_with_codes_too() {
    let mut session = Session::new();
    let code = code(&mut session, OPERATOR, &[("client_id", SECRET_APP)]);
    let form = redeem(&code).map(|(name, value)| match name {
        "client_id" => (name, SECRET_APP),
        _ => (name, value),
    });
    session.refused("common", &form, (401, 7_000_218, "invalid_client"));
    let form = [&form[..], &[("client_secret", "sandbox-secret")]].concat();
    session.granted("common", &form);
}

#[test]
fn passwords_are_one_factor() {
    let mut session = Session::new();
    let form = |user, password| {
        [
            ("grant_type", "password"),
            ("client_id", CLI),
            ("username", user),
            ("password", password),
            ("scope", ARM),
        ]
    };
    let body = session.granted("organizations", &form(OPERATOR, "sandbox-password"));
    assert_eq!(
        (body.get("refresh_token"), body.get("id_token")),
        (None, None)
    );
    session.refused(
        "common",
        &form(OPERATOR, "guess"),
        (400, 50_126, "invalid_grant"),
    );
    session.refused(
        "common",
        &form("nobody@x", "guess"),
        (400, 50_034, "invalid_grant"),
    );
    let form = form(OPERATOR, "sandbox-password");
    let form = [&form[..], &[("claims", SECOND_FACTOR)]].concat();
    session.refused("common", &form, (400, 50_076, "interaction_required"));
}
