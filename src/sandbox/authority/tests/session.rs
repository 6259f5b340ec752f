//! A session for the tests of the authority, and the tests of what belongs to no grant: the documents,
//! the form, the verbs.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::sandbox::Sandbox;
use crate::sandbox::authority::tokens::jwt::Jwt;
use crate::sandbox::tests::session::now;

pub(crate) const BASE: &str = "http://127.0.0.1:8080";
pub(crate) const ARM: &str = "https://management.azure.com/.default";
/// The client id of Azure CLI, which is public.
pub(crate) const CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
pub(crate) const CONTOSO: &str = "7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10";
pub(crate) const FABRIKAM: &str = "b2a84d61-5e0f-4c39-8d72-1f6e93c0a754";
pub(crate) const SECRET_APP: &str = "d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2";

/// Parameters of a form.
pub(crate) type Pairs<'p> = &'p [(&'p str, &'p str)];

/// A client of a sandbox.
pub(crate) struct Session {
    pub(crate) sandbox: Sandbox,
}

impl Session {
    pub(crate) fn new() -> Self {
        Self {
            sandbox: Sandbox::new(BASE, now()),
        }
    }

    /// Sets the clock to this many seconds after the start.
    pub(crate) fn after(&mut self, seconds: u64) {
        self.sandbox.set_now(now() + Duration::from_secs(seconds));
    }

    /// Sends `VERB path`, with a form where there is one.
    pub(crate) fn send(
        &mut self,
        request: &str,
        form: Pairs<'_>,
        headers: Pairs<'_>,
    ) -> Response<Bytes> {
        let (method, uri) = request.split_once(' ').unwrap();
        let mut builder = Request::builder().method(method).uri(uri);
        if method == "POST" {
            builder = builder.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let body = encoded(form);
        self.sandbox
            .handle(&builder.body(Bytes::from(body)).unwrap())
    }

    /// Status and body as JSON.
    pub(crate) fn call(
        &mut self,
        request: &str,
        form: Pairs<'_>,
        headers: Pairs<'_>,
    ) -> (u16, Value) {
        let response = self.send(request, form, headers);
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    /// Asks the token endpoint of a tenant.
    pub(crate) fn token(&mut self, tenant: &str, form: Pairs<'_>) -> (u16, Value) {
        self.call(&format!("POST /{tenant}/oauth2/v2.0/token"), form, &[])
    }

    /// Asks for tokens that are granted.
    #[track_caller]
    pub(crate) fn granted(&mut self, tenant: &str, form: Pairs<'_>) -> Value {
        let (status, body) = self.token(tenant, form);
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["token_type"], "Bearer");
        body
    }

    /// Asks for tokens that are refused, and checks status, number and name of the error.
    #[track_caller]
    pub(crate) fn refused(
        &mut self,
        tenant: &str,
        form: Pairs<'_>,
        expected: (u16, u32, &str),
    ) -> Value {
        let (status, body) = self.token(tenant, form);
        let (expected_status, code, error) = expected;
        assert_eq!(
            (status, &body["error_codes"], &body["error"]),
            (expected_status, &json!([code]), &json!(error)),
            "{body}"
        );
        let description = body["error_description"].as_str().unwrap();
        assert!(
            description.starts_with(&format!("AADSTS{code}: ")),
            "{description}"
        );
        body
    }

    /// Asks Resource Manager with a token.
    pub(crate) fn arm(&mut self, path: &str, token: &str) -> Response<Bytes> {
        let bearer = format!("Bearer {token}");
        let request = format!("GET {path}?api-version=2022-12-01");
        self.send(&request, &[], &[("authorization", &bearer)])
    }
}

/// Writes a form or a query.
pub(crate) fn encoded(pairs: Pairs<'_>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs).finish()
}

/// A text member of an answer.
#[track_caller]
pub(crate) fn text<'b>(body: &'b Value, name: &str) -> &'b str {
    body[name]
        .as_str()
        .unwrap_or_else(|| panic!("no `{name}` in {body}"))
}

/// The claims of a token that is ours.
#[track_caller]
pub(crate) fn claims(token: &str) -> Value {
    assert!(Jwt::parse(token).unwrap().is_ours());
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[track_caller]
fn check_document(path: &str, member: &str, expected: &str) {
    let (status, body) = Session::new().call(&format!("GET {path}"), &[], &[]);
    assert_eq!(
        (status, &body[member]),
        (200, &json!(expected)),
        "{path}: {body}"
    );
}

#[test]
fn documents_are_found_by_every_name_of_the_tenant() {
    let document = "v2.0/.well-known/openid-configuration";
    for tenant in ["contoso.example", CONTOSO] {
        for slashes in ["/", "//"] {
            let path = format!("{slashes}{tenant}/{document}");
            check_document(
                &path,
                "issuer",
                &format!("https://sandbox.invalid/{CONTOSO}/v2.0"),
            );
            check_document(
                &path,
                "token_endpoint",
                &format!("{BASE}/{tenant}/oauth2/v2.0/token"),
            );
        }
    }
    let common = format!("/common/{document}");
    check_document(&common, "issuer", "https://sandbox.invalid/{tenantid}/v2.0");
    check_document(
        &common,
        "jwks_uri",
        &format!("{BASE}/common/discovery/v2.0/keys"),
    );
    check_document(
        "/common/discovery/instance?api-version=1.1",
        "tenant_discovery_endpoint",
        &format!("{BASE}/common/v2.0/.well-known/openid-configuration"),
    );
    let (status, body) = Session::new().call(&format!("GET /nowhere.example/{document}"), &[], &[]);
    assert_eq!((status, &body["error_codes"]), (400, &json!([90_002])));
}

#[test]
fn the_key_of_the_document_fits_the_tokens() {
    let mut session = Session::new();
    let (_, body) = session.call("GET //contoso.example/discovery/v2.0/keys", &[], &[]);
    let key = &body["keys"][0];
    let part = |name| URL_SAFE_NO_PAD.decode(text(key, name)).unwrap();
    let key = ring::rsa::PublicKeyComponents {
        n: part("n"),
        e: part("e"),
    };
    let token = crate::sandbox::issue("https://management.azure.com/", now()).token;
    let (signed, signature) = token.expose().rsplit_once('.').unwrap();
    let verified = key.verify(
        &ring::signature::RSA_PKCS1_2048_8192_SHA256,
        signed.as_bytes(),
        &URL_SAFE_NO_PAD.decode(signature).unwrap(),
    );
    assert!(verified.is_ok());
}

#[test]
fn refusals_say_who_where_and_when() {
    let mut session = Session::new();
    let id = "11111111-2222-3333-4444-555555555555";
    let response = session.send(
        "POST /contoso.example/oauth2/v2.0/token",
        &[],
        &[("client-request-id", id)],
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["client-request-id"], id);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let trace_id = text(&body, "trace_id");
    assert_eq!(response.headers()["x-ms-request-id"], trace_id);
    assert_eq!(
        body,
        json!({
            "error": "invalid_request",
            "error_description": format!("AADSTS900144: The request body must contain the following parameter: 'grant_type'. Trace ID: {trace_id} Correlation ID: {id} Timestamp: 2026-11-22 05:26:48Z"),
            "error_codes": [900_144],
            "timestamp": "2026-11-22 05:26:48Z",
            "trace_id": trace_id,
            "correlation_id": id,
            "error_uri": "https://login.microsoftonline.com/error?code=900144",
        })
    );
}

#[test]
fn malformed_requests_have_an_answer() {
    let mut session = Session::new();
    let missing = (400, 900_144, "invalid_request");
    let malformed = (400, 9_002_313, "invalid_request");
    session.refused("contoso.example", &[("grant_type", "")], missing);
    session.refused(
        "contoso.example",
        &[("grant_type", "client_credentials")],
        missing,
    );
    session.refused("contoso.example", &[("a", "1"), ("a", "2")], malformed);
    session.refused("contoso.example", &[("a", &"x".repeat(70_000))], malformed);
    session.refused(
        "contoso.example",
        &[("grant_type", "magic")],
        (400, 70_003, "unsupported_grant_type"),
    );
    session.refused(
        "nowhere.example",
        &[("grant_type", "magic")],
        (400, 90_002, "invalid_request"),
    );
    let json = [("content-type", "application/json")];
    let request = "POST /contoso.example/oauth2/v2.0/token";
    assert_eq!(
        session.call(request, &[], &json).1["error_codes"],
        json!([900_144])
    );
    for (request, allow) in [
        ("GET /contoso.example/oauth2/v2.0/token", "POST"),
        ("PUT /contoso.example/oauth2/v2.0/devicecode", "POST"),
        ("DELETE /contoso.example/oauth2/v2.0/authorize", "GET, POST"),
        ("POST /common/discovery/instance", "GET"),
        ("PUT /devicelogin", "GET, POST"),
        ("GET /v1.0/me/revokeSignInSessions", "POST"),
        ("GET /federation/pipelines", "POST"),
        ("POST /federation/actions", "GET"),
    ] {
        let response = session.send(request, &[], &[]);
        assert_eq!(
            (response.status().as_u16(), &response.headers()["allow"]),
            (405, &allow.parse().unwrap()),
            "{request}"
        );
    }
    // Other paths are Resource Manager's.
    assert_eq!(
        session
            .send("GET /contoso.example/oauth2/v2.0/tokens", &[], &[])
            .status(),
        401
    );
}

#[test]
fn the_memory_survives_the_process() {
    let mut session = Session::new();
    assert_eq!(session.sandbox.state(), None);
    let form = [("client_id", CLI), ("scope", ARM)];
    let (_, device) = session.call("POST /common/oauth2/v2.0/devicecode", &form, &[]);
    let state = session.sandbox.state().unwrap();
    let mut next = Session::new();
    next.sandbox.restore(&state).unwrap();
    assert_eq!(next.sandbox.state(), Some(state));
    let decision = [
        ("user_code", text(&device, "user_code")),
        ("user", "operator@contoso.example"),
        ("decision", "sign-in"),
    ];
    assert_eq!(next.send("POST /devicelogin", &decision, &[]).status(), 200);
    let odd = br#"{"version":1,"overrides":{},"authority":{"issued":"x"}}"#;
    assert!(next.sandbox.restore(odd).is_err());
}
