//! The authority that signs people, applications and machines in: a stand-in for Microsoft Entra at the
//! sandbox's own address. Pure like the rest of the sandbox: a request, a moment and a memory in, a
//! response out.
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

use crate::sandbox::authority::error::Refusal;
use crate::sandbox::authority::grants::token_endpoint;
use crate::sandbox::authority::managed_identity::Dates;
use crate::sandbox::authority::memory::Memory;
use crate::sandbox::authority::request::Visit;
use crate::sandbox::authority::tokens::claims;
use crate::sandbox::authority::tokens::claims::{Minted, Subject, Ticket, Wishes};
use crate::sandbox::authority::tokens::jwt::Jwt;
use crate::sandbox::hash::{guid, hash};
use crate::sandbox::protocol::request::Call;
use crate::sandbox::timestamp::Moment;

pub(crate) use crate::sandbox::authority::tokens::claims::{BACKDATED, issuer};

/// Answers a request to the authority; `None` where the path is not one of its own.
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
    let visit = || {
        let trace_id = trace();
        let given = call.header(response::CLIENT_REQUEST_ID).map(str::to_owned);
        let is_guid = |id: &String| id.len() == 36 && id.is_ascii();
        Visit {
            call,
            base_url,
            correlation_id: given.filter(is_guid).unwrap_or_else(|| trace_id.clone()),
            trace_id,
        }
    };
    let get = |body: &dyn Fn(&Visit<'_>) -> Result<Value, Refusal>| {
        let visit = visit();
        match *call.method {
            Method::GET | Method::HEAD => json_of(&visit, body(&visit)),
            _ => response::not_allowed(&visit, "GET"),
        }
    };
    let response = match words {
        ["devicelogin"] => pages(&visit(), |visit| sign_in::device::page(memory, visit)),
        ["metadata", "identity", "oauth2", "token"] => managed_identity::machine(&visit()),
        ["msi", "token"] => managed_identity::app_service(&visit(), Dates::Number),
        ["msi", "linux", "token"] => managed_identity::app_service(&visit(), Dates::Linux),
        ["msi", "windows", "token"] => managed_identity::app_service(&visit(), Dates::Windows),
        ["federation", "actions"] => federation::actions(&visit()),
        ["federation", "pipelines"] => federation::pipelines(&visit()),
        ["v1.0", "me", "revokesigninsessions"] => revoke(memory, &visit()),
        ["common", "discovery", "instance"] => get(&|visit| Ok(discovery::instance(visit))),
        [tenant, "discovery", "v2.0", "keys"] => get(&|_| discovery::keys(tenant)),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => {
            get(&|visit| discovery::configuration(visit, tenant))
        }
        [tenant, "oauth2", "v2.0", "authorize"] => pages(&visit(), |visit| {
            sign_in::authorize::authorize(memory, visit, tenant)
        }),
        [tenant, "oauth2", "v2.0", "devicecode"] => posted(&visit(), |visit| {
            sign_in::device::begin(memory, visit, tenant)
        }),
        [tenant, "oauth2", "v2.0", "token"] => posted(&visit(), |visit| {
            token_endpoint::redeem(memory, visit, tenant)
        }),
        _ => return None,
    };
    Some(response)
}

/// Writes the token of the sandbox's own user for a tenant.
pub(crate) fn operator_token(
    tenant: &'static directory::Tenant,
    audience: &str,
    now: Moment,
) -> Minted {
    let ticket = Ticket {
        tenant,
        subject: Subject::User(&directory::OPERATOR, directory::OWN_CLIENT_ID),
        audience,
        wishes: &Wishes::default(),
    };
    claims::access_token(&ticket, now)
}

fn pages(visit: &Visit<'_>, page: impl FnOnce(&Visit<'_>) -> Response<Bytes>) -> Response<Bytes> {
    match *visit.call.method {
        Method::GET | Method::POST => page(visit),
        _ => response::not_allowed(visit, "GET, POST"),
    }
}

fn posted(
    visit: &Visit<'_>,
    body: impl FnOnce(&Visit<'_>) -> Result<Value, Refusal>,
) -> Response<Bytes> {
    match *visit.call.method {
        Method::POST => json_of(visit, body(visit)),
        _ => response::not_allowed(visit, "POST"),
    }
}

fn json_of(visit: &Visit<'_>, body: Result<Value, Refusal>) -> Response<Bytes> {
    match body {
        Ok(body) => response::json(visit, StatusCode::OK, &body),
        Err(refusal) => response::refusal(visit, &refusal),
    }
}

/// Ends all sign-ins of the person whose token comes along, as Microsoft Graph does on request.
fn revoke(memory: &mut Memory, visit: &Visit<'_>) -> Response<Bytes> {
    if visit.call.method != Method::POST {
        return response::not_allowed(visit, "POST");
    }
    let authorization = visit.call.header(header::AUTHORIZATION);
    let token = authorization.and_then(|text| text.strip_prefix("Bearer "));
    let person = token
        .and_then(Jwt::parse)
        .filter(Jwt::is_ours)
        .filter(|jwt| jwt.number("exp").is_some_and(|end| visit.now() < end))
        .and_then(|jwt| jwt.text("oid").and_then(directory::user));
    let Some(person) = person else {
        let error = json!({ "error": { "code": "InvalidAuthenticationToken", "message": "Access token is missing or invalid." } });
        return response::json(visit, StatusCode::UNAUTHORIZED, &error);
    };
    memory.revoke(person.id, visit.now());
    response::json(visit, StatusCode::OK, &json!({ "value": true }))
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
    mod visit;
}
