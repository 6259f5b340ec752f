//! Answers byte for byte, as the clients of each protocol read them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Request;

use super::response::{IssuedToken, RequestId, refusal, success};
use crate::azure::Secret;
use crate::endpoint::{Protocol, RefusedToken, Rejection, RequestedToken, Selector};

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn text(response: http::Response<Bytes>) -> String {
    String::from_utf8(response.into_body().to_vec()).unwrap()
}

#[test]
fn hands_out_what_every_client_reads() {
    let token = Secret::new("t");
    let issued = IssuedToken {
        token: &token,
        expires_on: at(1_795_328_808),
        not_before: at(1_795_324_908),
        now: at(1_795_325_209),
    };
    for (protocol, client_id) in [
        (Protocol::CloudShell, ""),
        (Protocol::Imds, r#""client_id":"app","#),
        (Protocol::AppService, r#""client_id":"app","#),
    ] {
        let requested = RequestedToken {
            protocol,
            resource: "https://management.azure.com".to_owned(),
            selectors: Selector::read("client_id", "app").into_iter().collect(),
            tenant_id: None,
            refused: RefusedToken::None,
        };
        let response = success(&Request::default(), &requested, &issued);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let is_ignored = response.headers().contains_key("warning");
        assert_eq!(is_ignored, protocol == Protocol::CloudShell);
        assert_eq!(
            text(response),
            format!(
                r#"{{"access_token":"t",{client_id}"refresh_token":"","expires_in":"3599","expires_on":"1795328808","not_before":"1795324908","resource":"https://management.azure.com","token_type":"Bearer"}}"#
            )
        );
    }
    let requested = RequestedToken {
        protocol: Protocol::Azd,
        resource: "x".to_owned(),
        selectors: Vec::new(),
        tenant_id: None,
        refused: RefusedToken::None,
    };
    assert_eq!(
        text(success(&Request::default(), &requested, &issued)),
        r#"{"status":"success","token":"t","expiresOn":"2026-11-22T06:26:48Z"}"#
    );
}

#[test]
fn refuses_in_the_form_of_the_protocol() {
    let rejection = Rejection::MetadataMissing;
    for (protocol, expected) in [
        (
            Some(Protocol::CloudShell),
            r#"{"error":{"code":"bad_request_102","message":"Required metadata header not specified"}}"#,
        ),
        (
            Some(Protocol::Imds),
            r#"{"error":"bad_request_102","error_description":"Required metadata header not specified"}"#,
        ),
        (
            Some(Protocol::AppService),
            r#"{"statusCode":400,"message":"bad_request_102: Required metadata header not specified","correlationId":"r"}"#,
        ),
        (
            Some(Protocol::Azd),
            r#"{"status":"error","code":"GetTokenError","message":"bad_request_102: Required metadata header not specified"}"#,
        ),
    ] {
        let mut request = Request::default();
        request.extensions_mut().insert(RequestId("r".to_owned()));
        let response = refusal(protocol, &request, &rejection);
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["x-ms-request-id"], "r");
        assert_eq!(text(response), expected);
    }
}

#[test]
fn the_version_of_2017_has_a_member_of_its_own() {
    let request = Request::get("/msi/token?resource=x&api-version=2017-09-01");
    let request = request.body(Bytes::new()).unwrap();
    let text = text(refusal(
        Some(Protocol::AppService),
        &request,
        &Rejection::AudienceMissing,
    ));
    let words = "invalid_request: Required audience parameter not specified";
    assert!(
        text.contains(&format!(r#""ExceptionMessage":"{words}""#)),
        "{text}"
    );
}

#[test]
fn an_identity_that_is_not_ours_is_not_found() {
    let rejection = Rejection::IdentityNotFound {
        identity: "c2".to_owned(),
    };
    for (protocol, start) in [
        (
            Protocol::Imds,
            r#"{"error":"invalid_request","error_description":"Identity not found: "#,
        ),
        (
            Protocol::AppService,
            r#"{"statusCode":400,"message":"invalid_request: Identity not found: "#,
        ),
    ] {
        let response = refusal(Some(protocol), &Request::default(), &rejection);
        assert_eq!(response.status(), 400);
        let text = text(response);
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("--allow-identity c2"), "{text}");
    }
}

#[test]
fn no_words_of_a_client_stand_in_a_command() {
    for (audience, helps) in [
        ("https://azconfig.io", true),
        ("api://contoso/app_1", true),
        ("https://x.example/;reboot", false),
        ("https://x.example/$(reboot)", false),
        ("--any-audience", false),
    ] {
        let rejection = Rejection::AudienceNotSupported {
            audience: audience.to_owned(),
        };
        let text = text(refusal(
            Some(Protocol::CloudShell),
            &Request::default(),
            &rejection,
        ));
        let start = r#"{"error":{"code":"AudienceNotSupported","message":"Audience "#;
        assert!(text.starts_with(start), "{text}");
        assert_eq!(text.contains("--allow-audience"), helps, "{text}");
    }
}

#[test]
fn a_body_that_did_not_arrive_has_its_status() {
    for (rejection, status, words) in [
        (Rejection::TooLarge, 413, "is too large"),
        (Rejection::TooSlow, 408, "did not come in time"),
        (
            Rejection::Malformed("the body is cut off"),
            400,
            "is cut off",
        ),
    ] {
        let response = refusal(Some(Protocol::CloudShell), &Request::default(), &rejection);
        assert_eq!(response.status(), status);
        assert!(text(response).contains(words), "{rejection:?}");
    }
}

#[test]
fn azd_reads_an_answer_of_200_only() {
    let not_signed_in = Rejection::NotSignedIn {
        message: "m".to_owned(),
    };
    for (rejection, status, code) in [
        (not_signed_in, 200, "NotSignedInError"),
        (Rejection::NotConfirmed, 200, "GetTokenError"),
        (Rejection::SecretMissing, 401, "GetTokenError"),
    ] {
        let response = refusal(Some(Protocol::Azd), &Request::default(), &rejection);
        assert_eq!(response.status(), status, "{rejection:?}");
        assert!(text(response).contains(code), "{rejection:?}");
        let elsewhere = refusal(Some(Protocol::CloudShell), &Request::default(), &rejection);
        assert!(elsewhere.status().is_client_error());
    }
}
