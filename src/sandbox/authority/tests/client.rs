//! Applications that sign in by a secret: what they get, and where their tokens are good.

use serde_json::{Value, json};

use crate::sandbox::authority::tests::session::{
    ARM, CLI, CONTOSO, FABRIKAM, SECRET_APP, Session, claims, text,
};

const EXPIRED_SECRET_APP: &str = "2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a";
const CERTIFICATE_APP: &str = "b7510e2c-96d3-48fa-8b74-3c1f5a0e9d86";
const LATE_APP: &str = "95c2e6f0-3d18-4b7a-b4d9-a8f107e6c53b";
/// Seconds since 1970 at the beginning of each test.
const NOW: u64 = 1_795_325_208;

fn by_secret<'f>(client_id: &'f str, secret: &'f str, scope: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", secret),
        ("scope", scope),
    ]
}

#[test]
fn a_secret_gets_a_token_and_nothing_else() {
    let mut session = Session::new();
    let mut body = session.granted(
        "contoso.example",
        &by_secret(SECRET_APP, "sandbox-secret", ARM),
    );
    let token = text(&body, "access_token").to_owned();
    body.as_object_mut().unwrap().remove("access_token");
    assert_eq!(
        body,
        json!({ "token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600 })
    );
    let claims = claims(&token);
    let expected = json!({
        "aud": "https://management.azure.com",
        "iss": format!("https://sandbox.invalid/{CONTOSO}/"),
        "iat": NOW, "nbf": NOW - 300, "exp": NOW + 3_600,
        "appid": SECRET_APP, "idtyp": "app", "tid": CONTOSO, "ver": "1.0",
        "oid": "68a1e4d7-52f0-4c9b-93d8-b07c5e2f1a36",
        "sub": "68a1e4d7-52f0-4c9b-93d8-b07c5e2f1a36",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&claims[name], value, "{name}");
    }
    assert_eq!(claims.get("upn"), None);
    assert_eq!(session.arm("/subscriptions", &token).status(), 200);
}

#[test]
fn bad_clients_are_refused() {
    let mut session = Session::new();
    let contoso = "contoso.example";
    let wrong = by_secret(SECRET_APP, "guess", ARM);
    session.refused(contoso, &wrong, (401, 7_000_215, "invalid_client"));
    let expired = by_secret(EXPIRED_SECRET_APP, "sandbox-expired-secret", ARM);
    session.refused(contoso, &expired, (401, 7_000_222, "invalid_client"));
    let unknown = by_secret("00000000-0000-0000-0000-000000000000", "x", ARM);
    session.refused(contoso, &unknown, (400, 700_016, "unauthorized_client"));
    let elsewhere = by_secret(EXPIRED_SECRET_APP, "x", ARM);
    session.refused(FABRIKAM, &elsewhere, (400, 700_016, "unauthorized_client"));
    let public = by_secret(CLI, "x", ARM);
    session.refused(contoso, &public, (401, 700_025, "invalid_client"));
    let good = by_secret(SECRET_APP, "sandbox-secret", ARM);
    session.refused("common", &good, (400, 50_059, "invalid_request"));
    let silent = [good[0], good[1], good[3]];
    session.refused(contoso, &silent, (401, 7_000_218, "invalid_client"));
    let public = [good[0], ("client_id", CLI), good[3]];
    session.refused(contoso, &public, (401, 7_000_218, "invalid_client"));
    let guessing = by_secret(CERTIFICATE_APP, "x", ARM);
    session.refused(contoso, &guessing, (401, 7_000_215, "invalid_client"));
}

#[test]
fn scopes_are_checked() {
    let mut session = Session::new();
    for (scope, code, error) in [
        (
            "https://nowhere.example/.default",
            500_011,
            "invalid_resource",
        ),
        (
            "https://management.azure.com/user_impersonation",
            1_002_012,
            "invalid_scope",
        ),
        ("openid", 1_002_012, "invalid_scope"),
        ("nonsense", 70_011, "invalid_scope"),
        (
            "https://vault.azure.net/.default https://management.azure.com/.default",
            28_000,
            "invalid_scope",
        ),
    ] {
        let form = by_secret(SECRET_APP, "sandbox-secret", scope);
        session.refused("contoso.example", &form, (400, code, error));
    }
}

#[test]
fn a_token_of_another_tenant_does_not_open_this_one() {
    let mut session = Session::new();
    let form = by_secret(SECRET_APP, "sandbox-secret", ARM);
    let body = session.granted("fabrikam.example", &form);
    let token = text(&body, "access_token");
    let own = session.arm("/subscriptions", token);
    let own: Value = serde_json::from_slice(own.body()).unwrap();
    assert_eq!(own["count"]["value"], 1);
    assert_eq!(own["value"][0]["displayName"], "Fabrikam");
    assert_eq!(own["value"][0]["tenantId"], FABRIKAM);
    let path = format!(
        "/subscriptions/{}",
        crate::sandbox::default_subscription_id()
    );
    let response = session.arm(&path, token);
    assert_eq!(response.status(), 401);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with(&format!("Bearer authorization_uri=\"https://login.windows.net/{CONTOSO}\", error=\"invalid_token\"")), "{challenge}");
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["error"]["code"], "InvalidAuthenticationTokenTenant");
    let message = text(&body["error"], "message");
    assert!(message.contains(&format!("wrong issuer 'https://sandbox.invalid/{FABRIKAM}/'. It must match the tenant 'https://sandbox.invalid/{CONTOSO}/'")), "{message}");
    // And the other way round; a request without any token is told the tenant.
    let body = session.granted("contoso.example", &form);
    let theirs = "/subscriptions/5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2";
    let response = session.arm(theirs, text(&body, "access_token"));
    assert_eq!(response.status(), 401);
    let anonymous = session.send(&format!("GET {theirs}?api-version=2022-12-01"), &[], &[]);
    for response in [response, anonymous] {
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(FABRIKAM), "{challenge}");
    }
}

#[test]
fn a_token_that_has_ended_can_be_had() {
    let mut session = Session::new();
    let body = session.granted(
        "contoso.example",
        &by_secret(LATE_APP, "sandbox-secret", ARM),
    );
    let response = session.arm("/subscriptions", text(&body, "access_token"));
    assert_eq!(response.status(), 401);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["error"]["code"], "ExpiredAuthenticationToken");
}

#[test]
fn claims_are_reflected() {
    let mut session = Session::new();
    let wish = format!(
        r#"{{"access_token":{{"xms_cc":{{"values":["CP1"]}},"acrs":{{"essential":true,"values":["p1"]}},"nbf":{{"essential":true,"value":"{}"}}}}}}"#,
        NOW - 5
    );
    let [a, b, c, d] = by_secret(SECRET_APP, "sandbox-secret", ARM);
    let body = session.granted("contoso.example", &[a, b, c, d, ("claims", &wish)]);
    assert_eq!(
        (&body["expires_in"], &body["refresh_in"]),
        (&json!(86_400), &json!(43_200))
    );
    let claims = claims(text(&body, "access_token"));
    assert_eq!(claims["xms_cc"], json!(["cp1"]));
    assert_eq!(claims["acrs"], json!(["p1"]));
    assert_eq!(claims["nbf"], NOW - 5);
    let form = [a, b, c, d, ("claims", "{")];
    session.refused(
        "contoso.example",
        &form,
        (400, 9_002_313, "invalid_request"),
    );
}
