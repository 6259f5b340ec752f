//! Managed identities, as machines and services ask for their tokens: the metadata service of virtual machines (IMDS),
//! Azure Arc, and App Service in its two versions. Each reports errors in its own way.

use http::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use bytes::Bytes;

use crate::sandbox::authority::directory::{
    CONTOSO, ManagedIdentity, SYSTEM_ASSIGNED, USER_ASSIGNED, is_service,
};
use crate::sandbox::authority::request::AuthRequest;
use crate::sandbox::authority::response;
use crate::sandbox::authority::tokens::claims::{
    self, RequestedClaims, SignedToken, Subject, TokenRequest,
};
use crate::sandbox::timestamp::Timestamp;

/// What `IDENTITY_HEADER` or `MSI_SECRET` has to be.
pub(crate) const APP_SERVICE_SECRET: &str = "sandbox-identity-header";
/// The content of the key file of Arc.
pub(crate) const ARC_SECRET: &str = "sandbox-arc-key";
/// Where the key file of Arc is.
pub(crate) const ARC_KEY_FILE: &str = "/var/opt/azcmagent/tokens/sandbox.key";

/// A refusal: the code, and the words.
type Refused = (StatusCode, &'static str, String);

/// How App Service writes times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFormat {
    Number,
    /// `06/20/2019 02:57:58 +00:00`.
    Linux,
    /// `1/16/2020 5:24:12 AM +00:00`.
    Windows,
}

/// Answers as the metadata service of a machine does; with the versions that Arc has (Microsoft Learn,
/// `managed-identity-authentication`), as Arc.
pub(crate) fn machine(request: &AuthRequest<'_>) -> Response<Bytes> {
    match machine_token(request) {
        Ok(body) => response::json(request, StatusCode::OK, &body),
        Err((status, error, description)) => {
            let body = json!({ "error": error, "error_description": description });
            let mut response = response::json(request, status, &body);
            if error == UNPROVEN
                && let Ok(challenge) = format!("Basic realm={ARC_KEY_FILE}").parse()
            {
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, challenge);
            }
            response
        }
    }
}

/// What Arc says of a request without the content of its key file.
const UNPROVEN: &str = "unauthorized_client";

fn machine_token(request: &AuthRequest<'_>) -> Result<Value, Refused> {
    let bad = |error, words: &str| (StatusCode::BAD_REQUEST, error, words.to_owned());
    let call = request.call;
    if ![Method::GET, Method::POST].contains(call.method) {
        let words = "The requested method is not supported".to_owned();
        return Err((StatusCode::METHOD_NOT_ALLOWED, "invalid_request", words));
    }
    let is_marked = |value: &str| value.eq_ignore_ascii_case("true");
    if !call.header("metadata").is_some_and(is_marked) {
        return Err(bad(
            "bad_request_102",
            "Required metadata header not specified",
        ));
    }
    // A proxy has forwarded the request of another machine.
    if call.headers.contains_key("x-forwarded-for") {
        return Err(bad(
            "invalid_request",
            "Requests with an X-Forwarded-For header are not accepted",
        ));
    }
    let Some(version) = parameter(request, "api-version") else {
        return Err(bad(
            "invalid_request",
            "Required api-version parameter not specified",
        ));
    };
    if version.as_str() >= "2019-11-01" && call.header(header::AUTHORIZATION) != Some(&arc_proof())
    {
        let words = "The content of the key file is required".to_owned();
        return Err((StatusCode::UNAUTHORIZED, UNPROVEN, words));
    }
    let Some(resource) = parameter(request, "resource") else {
        return Err(bad(
            "invalid_request",
            "Required audience parameter not specified",
        ));
    };
    let identity = identity(
        request,
        &["client_id", "object_id", "msi_res_id", "mi_res_id"],
    )
    .ok_or_else(|| bad("invalid_request", "Identity not found"))?;
    if !is_service(&resource) {
        let words = format!(
            "AADSTS500011: The resource principal named {resource} was not found in the tenant named {}.",
            CONTOSO.display_name
        );
        return Err(bad("invalid_resource", &words));
    }
    let signed = mint(identity, &resource, request.call.now);
    // All values are texts, and `expires_in` comes before `expires_on`, as the clients read them.
    Ok(json!({
        "access_token": signed.token,
        "client_id": identity.client_id,
        "expires_in": signed.expires_in.to_string(),
        "expires_on": signed.expires_on.to_string(),
        "ext_expires_in": signed.expires_in.to_string(),
        "not_before": signed.not_before.to_string(),
        "resource": resource,
        "token_type": "Bearer",
    }))
}

fn arc_proof() -> String {
    format!("Basic {ARC_SECRET}")
}

/// Answers as App Service, Functions and Container Apps do. The version 2017-09-01 writes times as a
/// text of one of two forms, or as a number.
pub(crate) fn app_service(request: &AuthRequest<'_>, dates: DateFormat) -> Response<Bytes> {
    match app_service_token(request, dates) {
        Ok(body) => response::json(request, StatusCode::OK, &body),
        Err((status, version, words)) => {
            let body = if version == OLD {
                json!({ "ExceptionMessage": words })
            } else {
                let id = &request.correlation_id;
                json!({ "statusCode": status.as_u16(), "message": words, "correlationId": id })
            };
            response::json(request, status, &body)
        }
    }
}

const OLD: &str = "2017-09-01";
const CURRENT: &str = "2019-08-01";

fn app_service_token(request: &AuthRequest<'_>, dates: DateFormat) -> Result<Value, Refused> {
    let given = parameter(request, "api-version");
    let version = if given.as_deref() == Some(OLD) {
        OLD
    } else {
        CURRENT
    };
    let refused = |status, words: &str| (status, version, words.to_owned());
    if request.call.method != Method::GET {
        return Err(refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "The requested resource does not support this http method.",
        ));
    }
    let header = if version == OLD {
        "secret"
    } else {
        "x-identity-header"
    };
    if request.call.header(header) != Some(APP_SERVICE_SECRET) {
        return Err(refused(
            StatusCode::UNAUTHORIZED,
            "The secret of the request is missing or wrong.",
        ));
    }
    if given.as_deref() != Some(version) {
        return Err(refused(
            StatusCode::BAD_REQUEST,
            "The api-version is missing or not supported.",
        ));
    }
    let Some(resource) = parameter(request, "resource") else {
        return Err(refused(StatusCode::BAD_REQUEST, "The resource is missing."));
    };
    let names = match version {
        OLD => &["clientid", "client_id"][..],
        _ => &["client_id", "principal_id", "object_id", "mi_res_id"][..],
    };
    let Some(identity) = identity(request, names) else {
        return Err(refused(
            StatusCode::BAD_REQUEST,
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
        ));
    };
    if !is_service(&resource) {
        let words = format!(
            "AADSTS500011: The resource principal named {resource} was not found in the tenant named {}.",
            CONTOSO.display_name
        );
        return Err(refused(StatusCode::BAD_REQUEST, &words));
    }
    let signed = mint(identity, &resource, request.call.now);
    let expires_on = match (version, dates) {
        (OLD, DateFormat::Linux) => Timestamp::from_seconds(signed.expires_on).american_padded(),
        (OLD, DateFormat::Windows) => {
            format!(
                "{} +00:00",
                Timestamp::from_seconds(signed.expires_on).american()
            )
        }
        _ => signed.expires_on.to_string(),
    };
    Ok(json!({
        "access_token": signed.token,
        "client_id": identity.client_id,
        "expires_on": expires_on,
        "resource": resource,
        "token_type": "Bearer",
    }))
}

/// A parameter of the query, or of the form of a POST; empty is as good as none.
fn parameter(request: &AuthRequest<'_>, name: &str) -> Option<String> {
    let of_query = request.call.parameter(name);
    let of_form = || {
        let form = (request.call.method == Method::POST).then(|| request.form().ok());
        form.flatten()
            .and_then(|form| form.get(name).map(str::to_owned))
    };
    of_query.or_else(of_form).filter(|value| !value.is_empty())
}

/// Finds the identity that is asked for; without a name, the machine's own.
fn identity(request: &AuthRequest<'_>, parameters: &[&str]) -> Option<&'static ManagedIdentity> {
    let asked = parameters.iter().find_map(|name| parameter(request, name));
    let Some(asked) = asked else {
        return Some(&SYSTEM_ASSIGNED);
    };
    let identities = [&SYSTEM_ASSIGNED, &USER_ASSIGNED];
    identities.into_iter().find(|identity| {
        let ids = [identity.client_id, identity.object_id, identity.resource_id];
        ids.iter().any(|id| id.eq_ignore_ascii_case(&asked))
    })
}

fn mint(identity: &'static ManagedIdentity, audience: &str, now: Timestamp) -> SignedToken {
    let ticket = TokenRequest {
        tenant: &CONTOSO,
        subject: Subject::Identity(identity),
        audience,
        requested_claims: &RequestedClaims::default(),
    };
    claims::access_token(&ticket, now)
}
