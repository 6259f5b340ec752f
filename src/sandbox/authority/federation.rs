//! The tokens that build services give to their jobs, to be exchanged at the authority: those of GitHub Actions and of
//! Azure Pipelines.

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use serde_json::json;

use crate::sandbox::authority::grants::client_auth;
use crate::sandbox::authority::request::AuthRequest;
use crate::sandbox::authority::response;
use crate::sandbox::authority::tokens::jwt;

/// What `ACTIONS_ID_TOKEN_REQUEST_TOKEN` or `SYSTEM_ACCESSTOKEN` has to be.
pub(crate) const JOB_TOKEN: &str = "sandbox-job-token";

/// How long a job's token lives, in seconds.
const LIFETIME: u64 = 300;

/// `GET …?audience=A`, as in a job of GitHub Actions.
pub(crate) fn actions(request: &AuthRequest<'_>) -> Response<Bytes> {
    if request.call.method != Method::GET {
        return response::not_allowed(request, "GET");
    }
    if !is_job(request) {
        return refused(request);
    }
    let audience = request.call.parameter("audience");
    // Without one it is the address of the repository's owner, which no exchange takes.
    let audience = audience.unwrap_or_else(|| "https://sandbox.invalid/contoso".to_owned());
    let subject = "repo:contoso/storefront:ref:refs/heads/main";
    let body = json!({ "value": id_token(request, subject, &audience) });
    response::json(request, StatusCode::OK, &body)
}

/// `POST …?serviceConnectionId=I`, as in a job of Azure Pipelines.
pub(crate) fn pipelines(request: &AuthRequest<'_>) -> Response<Bytes> {
    if request.call.method != Method::POST {
        return response::not_allowed(request, "POST");
    }
    if !is_job(request) {
        return refused(request);
    }
    if request.call.parameter("serviceConnectionId").is_none() {
        let body = json!({ "message": "The parameter serviceConnectionId is missing." });
        return response::json(request, StatusCode::BAD_REQUEST, &body);
    }
    let subject = "sc://contoso/storefront/azure-production";
    let body = json!({ "oidcToken": id_token(request, subject, client_auth::EXCHANGE) });
    response::json(request, StatusCode::OK, &body)
}

fn is_job(request: &AuthRequest<'_>) -> bool {
    let authorization = request.call.header(header::AUTHORIZATION);
    authorization
        .and_then(|text| text.split_once(' '))
        .is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case("Bearer") && token.trim() == JOB_TOKEN
        })
}

fn refused(request: &AuthRequest<'_>) -> Response<Bytes> {
    let body = json!({ "message": "The token of the job is missing or wrong." });
    response::json(request, StatusCode::UNAUTHORIZED, &body)
}

fn id_token(request: &AuthRequest<'_>, subject: &str, audience: &str) -> String {
    let now = request.now();
    jwt::signed(&json!({
        "iss": client_auth::federated_issuer(),
        "sub": subject,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
    }))
}
