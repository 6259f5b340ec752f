//! People who sign in: on the page, on a device, by refresh tokens and by passwords.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use url::Url;

use crate::sandbox::authority::keys;
use crate::sandbox::authority::visit_tests::{
    ARM, CLI, CONTOSO, FABRIKAM, Pairs, SECRET_APP, Visitor, claims, encoded, text,
};
use crate::sandbox::base64url;

const REDIRECT: &str = "http://localhost:4321/back";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";
const SCOPE: &str = "https://management.azure.com/.default openid profile offline_access";
const OPERATOR: &str = "operator@contoso.example";
const SECOND_FACTOR: &str = r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#;

fn challenge() -> String {
    base64url::encode(&keys::sha256(VERIFIER))
}

/// Sends the sign-in page with some parameters in place of the usual ones; an empty one is left out.
fn authorize(
    visitor: &mut Visitor,
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
        visitor.send(&format!("GET {path}?{}", encoded(&form)), &[], &[])
    } else {
        visitor.send(&format!("POST {path}"), &form, &[])
    }
}

/// The parameters of the address that a browser is sent to.
#[track_caller]
fn sent_back(response: &Response<Bytes>) -> Value {
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
fn code(visitor: &mut Visitor, user: &str, other: Pairs<'_>) -> String {
    let form = [&[("user", user), ("decision", "sign-in")], other].concat();
    let back = sent_back(&authorize(visitor, "POST", "common", &form));
    assert_eq!(text(&back, "state"), "a state & more");
    text(&back, "code").to_owned()
}

fn redeem(code: &str) -> [(&str, &str); 6] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", CLI),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
        ("client_info", "1"),
    ]
}

fn refresh(token: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "refresh_token"),
        ("client_id", CLI),
        ("refresh_token", token),
    ]
}

#[test]
fn the_page_shows_who_there_is_and_lets_nothing_in() {
    let mut visitor = Visitor::new();
    let response = authorize(
        &mut visitor,
        "GET",
        "common",
        &[
            ("state", "\"><script>&"),
            ("login_hint", "Admin@contoso.example"),
        ],
    );
    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self' http://localhost:4321;"),
        "{policy}"
    );
    let page = std::str::from_utf8(response.body()).unwrap();
    assert!(
        page.contains("value=\"&quot;&gt;&lt;script&gt;&amp;\""),
        "{page}"
    );
    assert!(!page.contains("<script"));
    assert!(page.contains("value=\"admin@contoso.example\" checked>"));
    assert_eq!(page.matches(" checked").count(), 1);
    assert_eq!(page.matches("type=\"radio\"").count(), 7);
    assert!(page.contains("value=\"cancel\""));
}

#[test]
fn a_code_is_redeemed_once() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, OPERATOR, &[]);
    let body = visitor.granted("common", &redeem(&code));
    assert_eq!(
        text(&body, "scope"),
        "https://management.azure.com/user_impersonation https://management.azure.com/.default"
    );
    let id = claims(text(&body, "id_token"));
    assert_eq!((&id["nonce"], &id["aud"]), (&json!("a nonce"), &json!(CLI)));
    assert_eq!(id["preferred_username"], OPERATOR);
    assert_eq!(id["iss"], format!("https://sandbox.invalid/{CONTOSO}/v2.0"));
    let info = base64url::decode(text(&body, "client_info")).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["utid"], CONTOSO);
    let token = text(&body, "access_token");
    let access = claims(token);
    assert_eq!(
        (&access["upn"], &access["scp"]),
        (&json!(OPERATOR), &json!("user_impersonation"))
    );
    assert_eq!(access["appid"], CLI);
    assert_eq!(visitor.arm("/subscriptions", token).status(), 200);
    visitor.refused("common", &redeem(&code), (400, 54_005, "invalid_grant"));
}

#[test]
fn a_code_is_for_one_client_one_address_one_verifier_and_ten_minutes() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, OPERATOR, &[]);
    let good = redeem(&code);
    let replaced = |name: &'static str, value: &'static str| {
        good.map(|pair| if pair.0 == name { (name, value) } else { pair })
    };
    let other_app = replaced("client_id", "1950a258-227b-4e31-a9cf-717495945fc2");
    visitor.refused("common", &other_app, (400, 700_007, "invalid_grant"));
    let address = replaced("redirect_uri", "http://localhost:4321/elsewhere");
    visitor.refused("common", &address, (401, 500_112, "invalid_client"));
    let verifier = replaced("code_verifier", "guess");
    visitor.refused("common", &verifier, (400, 501_481, "invalid_grant"));
    let missing = replaced("code_verifier", "");
    visitor.refused("common", &missing, (400, 900_144, "invalid_request"));
    let malformed = replaced("code", "1.e30.AAAA");
    visitor.refused("common", &malformed, (400, 9_002_313, "invalid_grant"));
    visitor.after(600);
    visitor.refused("common", &good, (400, 70_008, "invalid_grant"));
    visitor.after(599);
    visitor.granted("common", &good);
}

#[test]
fn a_refresh_token_is_no_code_and_the_other_way_round() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, OPERATOR, &[]);
    visitor.refused("common", &refresh(&code), (400, 9_002_313, "invalid_grant"));
    let body = visitor.granted("common", &redeem(&code));
    let form = redeem(text(&body, "refresh_token"));
    visitor.refused("common", &form, (400, 9_002_313, "invalid_grant"));
}

#[test]
fn codes_lead_to_this_machine_only() {
    let mut visitor = Visitor::new();
    for address in [
        "https://localhost:4321/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://user@localhost/",
        "http://127.0.0.2/",
        "http://10.0.0.1/",
        "http://localhost/#fragment",
        "javascript:alert(1)",
        "/relative",
        "",
    ] {
        let form = [
            ("redirect_uri", address),
            ("user", OPERATOR),
            ("decision", "sign-in"),
        ];
        let response = authorize(&mut visitor, "POST", "common", &form);
        assert_eq!(response.status(), 400, "{address}");
        assert!(!response.headers().contains_key("location"), "{address}");
    }
    for address in ["http://localhost", "http://127.0.0.1:1/x?y=z"] {
        let form = [
            ("redirect_uri", address),
            ("user", OPERATOR),
            ("decision", "sign-in"),
        ];
        let response = authorize(&mut visitor, "POST", "common", &form);
        assert_eq!(response.status(), 302, "{address}");
    }
}

#[test]
fn errors_go_back_to_the_program_with_their_state() {
    let mut visitor = Visitor::new();
    let decided = |value| [("user", OPERATOR), ("decision", value)];
    for (other, error) in [
        (&decided("cancel")[..], "access_denied"),
        (&decided("maybe"), "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (
            &[("scope", "https://nowhere.example/.default")],
            "invalid_resource",
        ),
        (&[("scope", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("prompt", "none")], "login_required"),
        (
            &[("user", "nobody@contoso.example"), ("decision", "sign-in")],
            "invalid_grant",
        ),
        (
            &[("claims", "["), ("user", OPERATOR), ("decision", "sign-in")],
            "invalid_request",
        ),
    ] {
        let back = sent_back(&authorize(&mut visitor, "POST", "common", other));
        assert_eq!(
            (text(&back, "error"), text(&back, "state")),
            (error, "a state & more")
        );
        assert!(text(&back, "error_description").starts_with("AADSTS"));
        assert_eq!(back.get("code"), None);
    }
    // Nobody decides by a link.
    let response = authorize(&mut visitor, "GET", "common", &decided("sign-in"));
    assert_eq!(response.status(), 200);
    for other in [("client_id", "x"), ("response_mode", "fragment")] {
        assert_eq!(
            authorize(&mut visitor, "GET", "common", &[other]).status(),
            400
        );
    }
    assert_eq!(
        authorize(&mut visitor, "GET", "nowhere.example", &[]).status(),
        400
    );
}

#[test]
fn values_go_back_in_a_form_where_that_is_wished() {
    let mut visitor = Visitor::new();
    let form = [
        ("response_mode", "form_post"),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    let response = authorize(&mut visitor, "POST", "common", &form);
    assert_eq!(response.status(), 200);
    let page = std::str::from_utf8(response.body()).unwrap();
    assert!(page.contains(&format!("action=\"{REDIRECT}\"")), "{page}");
    assert!(page.contains("name=\"state\" value=\"a state &amp; more\""));
    let (_, rest) = page.split_once("name=\"code\" value=\"").unwrap();
    let (code, _) = rest.split_once('"').unwrap();
    visitor.granted("common", &redeem(code));
}

#[test]
fn refresh_tokens_rotate_and_cross_to_tenants_of_guests() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, OPERATOR, &[]);
    let first = visitor.granted("common", &redeem(&code));
    let first = text(&first, "refresh_token").to_owned();
    visitor.after(7_200);
    let second = visitor.granted("common", &refresh(&first));
    assert_ne!(text(&second, "refresh_token"), first);
    assert_eq!(
        claims(text(&second, "access_token"))["iat"],
        1_795_325_208 + 7_200
    );
    let guest = visitor.granted(FABRIKAM, &refresh(text(&second, "refresh_token")));
    let token = text(&guest, "access_token").to_owned();
    assert_eq!(claims(&token)["tid"], FABRIKAM);
    let tenants = visitor.arm("/tenants", &token);
    let tenants: Value = serde_json::from_slice(tenants.body()).unwrap();
    assert_eq!(tenants["value"].as_array().unwrap().len(), 2);
    let [a, b, c] = refresh(&first);
    let vault = [a, b, c, ("scope", "https://vault.azure.net/.default")];
    let body = visitor.granted("organizations", &vault);
    assert_eq!(
        claims(text(&body, "access_token"))["aud"],
        "https://vault.azure.net"
    );
    let other = [a, ("client_id", "1950a258-227b-4e31-a9cf-717495945fc2"), c];
    visitor.refused("common", &other, (400, 700_007, "invalid_grant"));
    visitor.after(90 * 86_400 + 1);
    visitor.refused("common", &refresh(&first), (400, 700_082, "invalid_grant"));
}

#[test]
fn people_of_one_tenant_are_unknown_in_the_other() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, "developer@contoso.example", &[]);
    let body = visitor.granted("common", &redeem(&code));
    let form = refresh(text(&body, "refresh_token"));
    visitor.refused(FABRIKAM, &form, (400, 50_034, "invalid_grant"));
}

#[test]
fn sign_ins_can_be_revoked() {
    let mut visitor = Visitor::new();
    let first = code(&mut visitor, OPERATOR, &[]);
    let body = visitor.granted("common", &redeem(&first));
    let bearer = format!("Bearer {}", text(&body, "access_token"));
    let revoke = "POST /v1.0/me/revokeSignInSessions";
    assert_eq!(visitor.send(revoke, &[], &[]).status(), 401);
    assert_eq!(
        visitor
            .send(revoke, &[], &[("authorization", "Bearer x")])
            .status(),
        401
    );
    assert_eq!(
        visitor
            .send(revoke, &[], &[("authorization", &bearer)])
            .status(),
        200
    );
    let form = refresh(text(&body, "refresh_token"));
    let refusal = visitor.refused("common", &form, (400, 50_173, "invalid_grant"));
    assert_eq!(refusal["suberror"], "bad_token");
    let next = code(&mut visitor, OPERATOR, &[]);
    visitor.granted("common", &redeem(&next));
}

#[test]
fn people_meet_what_is_demanded_of_them() {
    let mut visitor = Visitor::new();
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
        let code = code(&mut visitor, user, &[]);
        let body = visitor.refused("common", &redeem(&code), (400, code_of_error, error));
        assert_eq!(body["suberror"], suberror);
        let claims = (user == "admin@contoso.example").then_some(SECOND_FACTOR);
        assert_eq!(body.get("claims").and_then(Value::as_str), claims);
    }
    let frequent = code(&mut visitor, "auditor@contoso.example", &[]);
    let body = visitor.granted("common", &redeem(&frequent));
    let form = refresh(text(&body, "refresh_token"));
    visitor.granted("common", &form);
    visitor.after(3_601);
    visitor.refused("common", &form, (400, 70_043, "invalid_grant"));
}

#[test]
fn a_second_factor_is_asked_for_by_claims() {
    let mut visitor = Visitor::new();
    let code = code(
        &mut visitor,
        "admin@contoso.example",
        &[("claims", SECOND_FACTOR)],
    );
    let [a, b, c, d, e, f] = redeem(&code);
    let body = visitor.granted("common", &[a, b, c, d, e, f, ("claims", SECOND_FACTOR)]);
    let access = claims(text(&body, "access_token"));
    assert_eq!(
        (&access["acrs"], &access["amr"]),
        (&json!(["p1"]), &json!(["pwd", "mfa"]))
    );
    let body = visitor.granted("common", &refresh(text(&body, "refresh_token")));
    assert_eq!(claims(text(&body, "access_token")).get("acrs"), None);
}

#[test]
fn confidential_clients_prove_themselves_with_codes_too() {
    let mut visitor = Visitor::new();
    let code = code(&mut visitor, OPERATOR, &[("client_id", SECRET_APP)]);
    let [a, _, c, d, e, f] = redeem(&code);
    let own = ("client_id", SECRET_APP);
    visitor.refused(
        "common",
        &[a, own, c, d, e, f],
        (401, 7_000_218, "invalid_client"),
    );
    visitor.granted(
        "common",
        &[a, own, c, d, e, f, ("client_secret", "sandbox-secret")],
    );
}

#[test]
fn passwords_are_one_factor() {
    let mut visitor = Visitor::new();
    let form = |user, password| {
        [
            ("grant_type", "password"),
            ("client_id", CLI),
            ("username", user),
            ("password", password),
            ("scope", ARM),
        ]
    };
    let body = visitor.granted("organizations", &form(OPERATOR, "sandbox-password"));
    assert_eq!(
        (body.get("refresh_token"), body.get("id_token")),
        (None, None)
    );
    visitor.refused(
        "common",
        &form(OPERATOR, "guess"),
        (400, 50_126, "invalid_grant"),
    );
    visitor.refused(
        "common",
        &form("nobody@x", "guess"),
        (400, 50_034, "invalid_grant"),
    );
    let [a, b, c, d, e] = form(OPERATOR, "sandbox-password");
    let form = [a, b, c, d, e, ("claims", SECOND_FACTOR)];
    visitor.refused("common", &form, (400, 50_076, "interaction_required"));
}

/// Begins the flow of a device, and returns its answer and the form of its question.
#[track_caller]
fn device(visitor: &mut Visitor, tenant: &str) -> (Value, String) {
    let form = [("client_id", CLI), ("scope", SCOPE)];
    let (status, body) = visitor.call(
        &format!("POST /{tenant}/oauth2/v2.0/devicecode"),
        &form,
        &[],
    );
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["expires_in"], &body["interval"]),
        (&json!(900), &json!(1))
    );
    let device_code = text(&body, "device_code").to_owned();
    (body, device_code)
}

fn poll(device_code: &str) -> [(&str, &str); 3] {
    [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", CLI),
        ("device_code", device_code),
    ]
}

#[test]
fn a_device_waits_for_its_person() {
    let mut visitor = Visitor::new();
    let (body, device_code) = device(&mut visitor, "contoso.example");
    let user_code = text(&body, "user_code");
    assert_eq!(user_code.len(), 9);
    let message = text(&body, "message");
    assert!(message.contains("http://127.0.0.1:8080/devicelogin") && message.contains(user_code));
    let pending = (400, 70_016, "authorization_pending");
    visitor.refused("common", &poll(&device_code), pending);
    visitor.refused("common", &poll(&device_code), (400, 70_016, "slow_down"));
    visitor.after(1);
    visitor.refused("common", &poll(&device_code), pending);

    let entry = visitor.send(&format!("GET /devicelogin?otc={user_code}"), &[], &[]);
    assert!(
        std::str::from_utf8(entry.body())
            .unwrap()
            .contains(user_code)
    );
    let lower = user_code.to_ascii_lowercase();
    let next = visitor.send("POST /devicelogin", &[("user_code", &lower)], &[]);
    let page = std::str::from_utf8(next.body()).unwrap();
    assert!(
        page.contains("You are signing in to Microsoft Azure CLI"),
        "{page}"
    );
    let form = [
        ("user_code", user_code),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    let done = visitor.send("POST /devicelogin", &form, &[]);
    assert!(
        std::str::from_utf8(done.body())
            .unwrap()
            .contains("You have signed in")
    );
    assert_eq!(
        visitor.send("POST /devicelogin", &form, &[]).status(),
        400,
        "once"
    );

    let body = visitor.granted("contoso.example", &poll(&device_code));
    assert_eq!(
        claims(text(&body, "id_token"))["preferred_username"],
        OPERATOR
    );
    visitor.granted("common", &refresh(text(&body, "refresh_token")));
    visitor.refused(
        "common",
        &poll(&device_code),
        (400, 70_000, "invalid_grant"),
    );
}

#[test]
fn devices_are_declined_expire_and_differ() {
    let mut visitor = Visitor::new();
    let (body, device_code) = device(&mut visitor, "common");
    let (other, other_code) = device(&mut visitor, "common");
    assert_ne!(body["user_code"], other["user_code"]);
    let form = [
        ("user_code", text(&body, "user_code")),
        ("decision", "cancel"),
    ];
    assert_eq!(visitor.send("POST /devicelogin", &form, &[]).status(), 200);
    let declined = (400, 65_004, "authorization_declined");
    visitor.refused("common", &poll(&device_code), declined);
    visitor.refused(
        "common",
        &poll(&device_code),
        (400, 70_000, "invalid_grant"),
    );
    visitor.refused(
        "common",
        &poll("1.e30.AAAA"),
        (400, 70_000, "invalid_grant"),
    );
    let [a, _, c] = poll(&other_code);
    let powershell = ("client_id", "1950a258-227b-4e31-a9cf-717495945fc2");
    visitor.refused(
        "common",
        &[a, powershell, c],
        (400, 700_007, "invalid_grant"),
    );
    visitor.after(900);
    visitor.refused("common", &poll(&other_code), (400, 70_020, "expired_token"));
    let form = [
        ("user_code", text(&other, "user_code")),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    assert_eq!(visitor.send("POST /devicelogin", &form, &[]).status(), 400);
    for form in [&[][..], &[("user_code", "<b>")]] {
        let response = visitor.send("POST /devicelogin", form, &[]);
        let page = std::str::from_utf8(response.body()).unwrap();
        assert!(!page.contains("<b>"), "{page}");
    }
    let unknown = [("client_id", "x"), ("scope", ARM)];
    let (status, _) = visitor.call("POST /common/oauth2/v2.0/devicecode", &unknown, &[]);
    assert_eq!(status, 400);
}
