//! The authority that signs people, applications and machines in: a stand-in for Microsoft Entra at the sandbox's own
//! address. Pure like the rest of the sandbox: a request, a time and a memory in, a response out.
//!
//! ```text
//! Call → mod ─ grants (the token endpoint) ← proof (clients) · device · sign_in (people) → token → jwt
//!            └ discovery · managed_identity · federation
//! ```

pub(super) mod arm_token;
pub(super) mod cloud_shell;
pub(super) mod directory;
mod discovery;
mod error;
mod federation;
mod grants;
mod managed_identity;
pub(super) mod memory;
mod request;
mod response;
mod sign_in;
pub(super) mod tokens;

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::grants::token_endpoint;
use crate::sandbox::authority::managed_identity::DateFormat;
use crate::sandbox::authority::memory::Memory;
use crate::sandbox::authority::request::AuthRequest;
use crate::sandbox::authority::tokens::jwt::Jwt;
use crate::sandbox::hash::{guid, hash};
use crate::sandbox::protocol::request::Call;

/// Answers a request to the authority; `None` if the path is not one of its own.
///
/// `words` are the parts of the path in lower case, `serial` numbers the requests of one sandbox.
pub(crate) fn answer(
    memory: &mut Memory,
    call: &Call<'_>,
    words: &[&str],
    base_url: &str,
    serial: u64,
) -> Option<Response<Bytes>> {
    let trace = || {
        let now = call.now.seconds();
        let form = hash(call.body);
        guid(&format!(
            "{serial} {} {} {form:x} {now}",
            call.method, call.path
        ))
    };
    let request = || {
        let trace_id = trace();
        let given = call.header(response::CLIENT_REQUEST_ID).map(str::to_owned);
        let is_guid = |id: &String| id.len() == 36 && id.is_ascii();
        AuthRequest {
            call,
            base_url,
            correlation_id: given.filter(is_guid).unwrap_or_else(|| trace_id.clone()),
            trace_id,
        }
    };
    let get = |body: &dyn Fn(&AuthRequest<'_>) -> Result<Value, AuthError>| {
        let request = request();
        match *call.method {
            Method::GET | Method::HEAD => json_of(&request, body(&request)),
            _ => response::not_allowed(&request, "GET"),
        }
    };
    let response = match words {
        ["devicelogin"] => pages(&request(), |request| sign_in::device::page(memory, request)),
        ["metadata", "identity", "oauth2", "token"] => managed_identity::machine(&request()),
        ["msi", "token"] => managed_identity::app_service(&request(), DateFormat::Number),
        ["msi", "linux", "token"] => managed_identity::app_service(&request(), DateFormat::Linux),
        ["msi", "windows", "token"] => {
            managed_identity::app_service(&request(), DateFormat::Windows)
        }
        ["federation", "actions"] => federation::actions(&request()),
        ["federation", "pipelines"] => federation::pipelines(&request()),
        ["v1.0", "me", "revokesigninsessions"] => revoke(memory, &request()),
        ["common", "discovery", "instance"] => get(&|request| Ok(discovery::instance(request))),
        [tenant, "discovery", "v2.0", "keys"] => get(&|_| discovery::keys(tenant)),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => {
            get(&|request| discovery::configuration(request, tenant))
        }
        [tenant, "oauth2", "v2.0", "authorize"] => pages(&request(), |request| {
            sign_in::authorize::authorize(memory, request, tenant)
        }),
        [tenant, "oauth2", "v2.0", "devicecode"] => posted(&request(), |request| {
            sign_in::device::begin(memory, request, tenant)
        }),
        [tenant, "oauth2", "v2.0", "token"] => posted(&request(), |request| {
            token_endpoint::redeem(memory, request, tenant)
        }),
        _ => return None,
    };
    Some(response)
}

fn pages(
    request: &AuthRequest<'_>,
    page: impl FnOnce(&AuthRequest<'_>) -> Response<Bytes>,
) -> Response<Bytes> {
    match *request.call.method {
        Method::GET | Method::POST => page(request),
        _ => response::not_allowed(request, "GET, POST"),
    }
}

fn posted(
    request: &AuthRequest<'_>,
    body: impl FnOnce(&AuthRequest<'_>) -> Result<Value, AuthError>,
) -> Response<Bytes> {
    match *request.call.method {
        Method::POST => json_of(request, body(request)),
        _ => response::not_allowed(request, "POST"),
    }
}

fn json_of(request: &AuthRequest<'_>, body: Result<Value, AuthError>) -> Response<Bytes> {
    match body {
        Ok(body) => response::json(request, StatusCode::OK, &body),
        Err(refusal) => response::refusal(request, &refusal),
    }
}

/// Ends all sign-ins of the person whose token comes along, as Microsoft Graph does on request.
fn revoke(memory: &mut Memory, request: &AuthRequest<'_>) -> Response<Bytes> {
    if request.call.method != Method::POST {
        return response::not_allowed(request, "POST");
    }
    let authorization = request.call.header(header::AUTHORIZATION);
    let token = authorization.and_then(|text| text.strip_prefix("Bearer "));
    let person = token
        .and_then(Jwt::parse)
        .filter(Jwt::is_ours)
        .filter(|jwt| jwt.number("exp").is_some_and(|end| request.now() < end))
        .and_then(|jwt| jwt.text("oid").and_then(directory::user));
    let Some(person) = person else {
        let error = json!({ "error": { "code": "InvalidAuthenticationToken", "message": "Access token is missing or invalid." } });
        return response::json(request, StatusCode::UNAUTHORIZED, &error);
    };
    memory.revoke(person.id, request.now());
    response::json(request, StatusCode::OK, &json!({ "value": true }))
}

#[cfg(test)]
mod tests {
    mod assertion;
    mod challenge;
    mod client;
    mod device;
    mod identity;
    mod page;
    mod person;
    mod session;
}
