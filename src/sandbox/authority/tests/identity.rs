//! Managed identities: the metadata service, Arc and App Service, each with its own words.

use serde_json::{Value, json};

use crate::sandbox::authority::managed_identity::{APP_SERVICE_SECRET, ARC_KEY_FILE, ARC_SECRET};
use crate::sandbox::authority::tests::session::{Pairs, Session, claims, text};

const IMDS: &str = "GET /metadata/identity/oauth2/token?api-version=2018-02-01";
const ARC: &str = "GET /metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fmanagement.azure.com";
const ARM: &str = "resource=https%3A%2F%2Fmanagement.azure.com%2F";
const MARKED: Pairs<'_> = &[("Metadata", "true")];
const USER_ASSIGNED: &str = "5c1e9a70-d824-4f3b-96b5-0f7d3e8a2c64";

#[test]
fn a_machine_has_its_own_identity() {
    let mut session = Session::new();
    let (status, mut body) = session.call(&format!("{IMDS}&{ARM}"), &[], MARKED);
    assert_eq!(status, 200);
    let token = text(&body, "access_token").to_owned();
    body.as_object_mut().unwrap().remove("access_token");
    assert_eq!(
        body,
        json!({
            "client_id": "ae30d5c7-18f4-4b92-8d6a-e5b71c09f238",
            "expires_in": "86400",
            "expires_on": "1795411608",
            "ext_expires_in": "86400",
            "not_before": "1795324908",
            "resource": "https://management.azure.com/",
            "token_type": "Bearer",
        })
    );
    let claims = claims(&token);
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["oid"], "27b9f06d-c5e1-43a8-9f74-6d0e8b2c5a13");
    assert!(text(&claims, "xms_mirid").ends_with("/virtualMachines/vm-web-01"));
    assert_eq!(session.arm("/subscriptions", &token).status(), 200);
}

#[test]
fn other_identities_have_three_names() {
    let mut session = Session::new();
    let resource_id = "%2Fsubscriptions%2F3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46%2Fresourcegroups%2Frg-web-prod%2Fproviders%2FMicrosoft.ManagedIdentity%2FuserAssignedIdentities%2FID-DEPLOY";
    for name in [
        format!("client_id={USER_ASSIGNED}"),
        "object_id=f608d3b1-2a97-4e5c-b81d-c34f90e7a526".to_owned(),
        format!("msi_res_id={resource_id}"),
    ] {
        let (_, body) = session.call(&format!("{IMDS}&{ARM}&{name}"), &[], MARKED);
        assert_eq!(body["client_id"], USER_ASSIGNED, "{name}: {body}");
        assert_eq!(claims(text(&body, "access_token"))["appid"], USER_ASSIGNED);
    }
}

#[track_caller]
fn check_machine(request: &str, headers: Pairs<'_>, status: u16, error: &str, words: &str) {
    let (actual, body) = Session::new().call(request, &[], headers);
    assert_eq!(
        (actual, &body),
        (
            status,
            &json!({ "error": error, "error_description": words })
        ),
        "{request}"
    );
}

#[test]
fn the_metadata_service_refuses_flatly() {
    let request = format!("{IMDS}&{ARM}");
    let words = "Required metadata header not specified";
    check_machine(&request, &[], 400, "bad_request_102", words);
    check_machine(
        &request,
        &[("metadata", "1")],
        400,
        "bad_request_102",
        words,
    );
    check_machine(
        &request,
        &[("metadata", "true"), ("x-forwarded-for", "10.0.0.1")],
        400,
        "invalid_request",
        "Requests with an X-Forwarded-For header are not accepted",
    );
    check_machine(
        IMDS,
        MARKED,
        400,
        "invalid_request",
        "Required audience parameter not specified",
    );
    check_machine(
        &format!("GET /metadata/identity/oauth2/token?{ARM}"),
        MARKED,
        400,
        "invalid_request",
        "Required api-version parameter not specified",
    );
    check_machine(
        &format!("{request}&client_id=no"),
        MARKED,
        400,
        "invalid_request",
        "Identity not found",
    );
    check_machine(
        &format!("{IMDS}&resource=https://nowhere.example"),
        MARKED,
        400,
        "invalid_resource",
        "AADSTS500011: The resource principal named https://nowhere.example was not found in the tenant named Contoso.",
    );
    check_machine(
        &request.replace("GET", "PUT"),
        MARKED,
        405,
        "invalid_request",
        "The requested method is not supported",
    );
}

#[test]
fn arc_wants_the_content_of_a_file() {
    let mut session = Session::new();
    let first = session.send(ARC, &[], MARKED);
    assert_eq!(first.status(), 401);
    assert_eq!(
        first.headers()["www-authenticate"].to_str().unwrap(),
        format!("Basic realm={ARC_KEY_FILE}")
    );
    let proof = format!("Basic {ARC_SECRET}");
    let (status, body) = session.call(ARC, &[], &[("metadata", "true"), ("authorization", &proof)]);
    assert_eq!((status, &body["token_type"]), (200, &json!("Bearer")));
    let wrong = [("metadata", "true"), ("authorization", "Basic guess")];
    assert_eq!(session.send(ARC, &[], &wrong).status(), 401);
    assert_eq!(
        session
            .send(ARC, &[], &[("authorization", &proof)])
            .status(),
        400
    );
}

fn app_service(request: &str, header: &str) -> (u16, Value) {
    Session::new().call(
        &format!("GET {request}"),
        &[],
        &[(header, APP_SERVICE_SECRET)],
    )
}

#[test]
fn app_service_has_two_versions_and_three_clocks() {
    let current = format!("/msi/token?api-version=2019-08-01&{ARM}");
    let (status, body) = app_service(&current, "X-IDENTITY-HEADER");
    assert_eq!((status, &body["expires_on"]), (200, &json!("1795411608")));
    assert_eq!(body.get("expires_in"), None);
    let names = ["client_id", "principal_id", "mi_res_id"];
    let ids = [USER_ASSIGNED, "f608d3b1-2a97-4e5c-b81d-c34f90e7a526", "no"];
    for (name, id) in names.into_iter().zip(ids) {
        let (status, body) = app_service(&format!("{current}&{name}={id}"), "X-IDENTITY-HEADER");
        assert_eq!(status, if id == "no" { 400 } else { 200 }, "{body}");
    }
    for (path, expires_on) in [
        ("/msi/token", "1795411608"),
        ("/msi/linux/token", "11/23/2026 05:26:48 +00:00"),
        ("/msi/windows/token", "11/23/2026 5:26:48 AM +00:00"),
    ] {
        let request = format!("{path}?api-version=2017-09-01&{ARM}&clientid={USER_ASSIGNED}");
        let (status, body) = app_service(&request, "secret");
        assert_eq!((status, &body["expires_on"]), (200, &json!(expires_on)));
        assert_eq!(body["client_id"], USER_ASSIGNED);
    }
}

#[test]
fn app_service_refuses_in_its_words() {
    let current = format!("/msi/token?api-version=2019-08-01&{ARM}");
    // The header of one version does not count in the other.
    let (status, body) = app_service(&current, "secret");
    assert_eq!((status, &body["statusCode"]), (401, &json!(401)));
    assert!(body["message"].is_string() && body["correlationId"].is_string());
    let old = format!("/msi/token?api-version=2017-09-01&{ARM}");
    let (status, body) = app_service(&old, "X-IDENTITY-HEADER");
    assert_eq!(status, 401);
    assert!(body["ExceptionMessage"].is_string());
    for request in [
        format!("/msi/token?{ARM}"),
        format!("/msi/token?api-version=2020-01-01&{ARM}"),
        "/msi/token?api-version=2019-08-01".to_owned(),
        "/msi/token?api-version=2019-08-01&resource=x".to_owned(),
    ] {
        assert_eq!(
            app_service(&request, "X-IDENTITY-HEADER").0,
            400,
            "{request}"
        );
    }
    let guess = Session::new().call(
        &format!("GET {current}"),
        &[],
        &[("x-identity-header", "x")],
    );
    assert_eq!(guess.0, 401);
}
