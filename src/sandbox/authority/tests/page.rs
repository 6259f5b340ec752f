//! The sign-in page, the way back from it, and the codes that it hands out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sandbox::authority::tests::person::{
    OPERATOR, REDIRECT, authorize, code, redeem, refresh, sent_back,
};
use crate::sandbox::authority::tests::session::{CLI, CONTOSO, Session, claims, text};

#[test]
fn the_page_shows_who_there_is_and_lets_nothing_in() {
    let mut session = Session::new();
    let response = authorize(
        &mut session,
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
    let mut session = Session::new();
    let code = code(&mut session, OPERATOR, &[]);
    let body = session.granted("common", &redeem(&code));
    assert_eq!(
        text(&body, "scope"),
        "https://management.azure.com/user_impersonation https://management.azure.com/.default"
    );
    let id = claims(text(&body, "id_token"));
    assert_eq!((&id["nonce"], &id["aud"]), (&json!("a nonce"), &json!(CLI)));
    assert_eq!(id["preferred_username"], OPERATOR);
    assert_eq!(id["iss"], format!("https://sandbox.invalid/{CONTOSO}/v2.0"));
    let info = URL_SAFE_NO_PAD.decode(text(&body, "client_info")).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["utid"], CONTOSO);
    let token = text(&body, "access_token");
    let access = claims(token);
    assert_eq!(
        (&access["upn"], &access["scp"]),
        (&json!(OPERATOR), &json!("user_impersonation"))
    );
    assert_eq!(access["appid"], CLI);
    assert_eq!(session.arm("/subscriptions", token).status(), 200);
    session.refused("common", &redeem(&code), (400, 54_005, "invalid_grant"));
}

#[test]
fn a_code_is_for_one_client_one_address_one_verifier_and_ten_minutes() {
    let mut session = Session::new();
    let code = code(&mut session, OPERATOR, &[]);
    let good = redeem(&code);
    let replaced = |name: &'static str, value: &'static str| {
        good.map(|pair| if pair.0 == name { (name, value) } else { pair })
    };
    let other_app = replaced("client_id", "1950a258-227b-4e31-a9cf-717495945fc2");
    session.refused("common", &other_app, (400, 700_007, "invalid_grant"));
    let address = replaced("redirect_uri", "http://localhost:4321/elsewhere");
    session.refused("common", &address, (401, 500_112, "invalid_client"));
    let verifier = replaced("code_verifier", "guess");
    session.refused("common", &verifier, (400, 501_481, "invalid_grant"));
    let missing = replaced("code_verifier", "");
    session.refused("common", &missing, (400, 900_144, "invalid_request"));
    let malformed = replaced("code", "1.e30.AAAA");
    session.refused("common", &malformed, (400, 9_002_313, "invalid_grant"));
    session.after(600);
    session.refused("common", &good, (400, 70_008, "invalid_grant"));
    session.after(599);
    session.granted("common", &good);
}

#[test]
fn refresh_tokens_and_codes_are_not_exchangeable() {
    let mut session = Session::new();
    let code = code(&mut session, OPERATOR, &[]);
    session.refused("common", &refresh(&code), (400, 9_002_313, "invalid_grant"));
    let body = session.granted("common", &redeem(&code));
    let form = redeem(text(&body, "refresh_token"));
    session.refused("common", &form, (400, 9_002_313, "invalid_grant"));
}

#[test]
fn codes_lead_to_this_machine_only() {
    let mut session = Session::new();
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
        let response = authorize(&mut session, "POST", "common", &form);
        assert_eq!(response.status(), 400, "{address}");
        assert!(!response.headers().contains_key("location"), "{address}");
    }
    for address in ["http://localhost", "http://127.0.0.1:1/x?y=z"] {
        let form = [
            ("redirect_uri", address),
            ("user", OPERATOR),
            ("decision", "sign-in"),
        ];
        let response = authorize(&mut session, "POST", "common", &form);
        assert_eq!(response.status(), 302, "{address}");
    }
}

#[test]
fn errors_go_back_to_the_program_with_their_state() {
    let mut session = Session::new();
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
        let back = sent_back(&authorize(&mut session, "POST", "common", other));
        assert_eq!(
            (text(&back, "error"), text(&back, "state")),
            (error, "a state & more")
        );
        assert!(text(&back, "error_description").starts_with("AADSTS"));
        assert_eq!(back.get("code"), None);
    }
    // A link cannot decide for the person.
    let response = authorize(&mut session, "GET", "common", &decided("sign-in"));
    assert_eq!(response.status(), 200);
    for other in [("client_id", "x"), ("response_mode", "fragment")] {
        assert_eq!(
            authorize(&mut session, "GET", "common", &[other]).status(),
            400
        );
    }
    assert_eq!(
        authorize(&mut session, "GET", "nowhere.example", &[]).status(),
        400
    );
}

#[test]
fn values_go_back_in_a_form_where_that_is_wished() {
    let mut session = Session::new();
    let form = [
        ("response_mode", "form_post"),
        ("user", OPERATOR),
        ("decision", "sign-in"),
    ];
    let response = authorize(&mut session, "POST", "common", &form);
    assert_eq!(response.status(), 200);
    let page = std::str::from_utf8(response.body()).unwrap();
    assert!(page.contains(&format!("action=\"{REDIRECT}\"")), "{page}");
    assert!(page.contains("name=\"state\" value=\"a state &amp; more\""));
    let (_, rest) = page.split_once("name=\"code\" value=\"").unwrap();
    let (code, _) = rest.split_once('"').unwrap();
    session.granted("common", &redeem(code));
}
