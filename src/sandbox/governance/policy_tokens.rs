//! Change safety: a policy that asks something outside before a write, and the tokens that say that it has agreed. A write
//! without one is refused; `acquirePolicyToken` gives one out for exactly one request. Which policies are assigned:
//! `policies`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::azure::headers::X_MS_POLICY_EXTERNAL_EVALUATIONS;
use crate::sandbox::governance::policies;
use crate::sandbox::governance::scopes::contains;
use crate::sandbox::hash::{guid, hash};
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::{Store, text};
use crate::sandbox::timestamp::Timestamp;

/// The type of the address that gives tokens out.
pub(crate) const TYPE: &str = "Microsoft.Authorization/acquirePolicyToken";

/// The definition whose assignments ask for tokens.
const DEFINITION: &str = "8b1d3f60-52c4-4e7a-9a0e-6d2f4c8b7e19";

/// What is in front of a token, as a part of it.
const SCHEME: &str = "PoP ";

/// An assignment that asks for tokens.
struct Assigned {
    id: String,
    /// Whether a change must be named.
    needs_change: bool,
    /// How long a token lasts, in seconds.
    lifespan: u64,
}

/// The assignment that asks for tokens at a scope.
fn assigned(store: &Store, scope: &str) -> Option<Assigned> {
    let place = format!("/providers/{}/", policies::ASSIGNMENTS);
    let listed = store.list("/", |name| name == policies::ASSIGNMENTS);
    listed.iter().find_map(|listed| {
        let body = listed.body();
        let id = text(&body, "id");
        let at = id.find(&place).and_then(|at| id.get(..at))?;
        let own = |member: &str| body.pointer(&format!("/properties/{member}"));
        let definition = own("policyDefinitionId")?.as_str()?;
        if !definition.ends_with(DEFINITION) || !contains(at, scope) {
            return None;
        }
        let lifespan = own("parameters/resultLifespan/value").and_then(Value::as_str);
        Some(Assigned {
            id: id.to_owned(),
            needs_change: own("parameters/changeReferenceRequired/value") == Some(&true.into()),
            // `PT0S` is over at once.
            lifespan: if lifespan == Some("PT0S") { 0 } else { 3_600 },
        })
    })
}

/// The refusal of a write for which a token is missing.
pub(crate) fn refusal(store: &Store, call: &Call<'_>, id: &str) -> Option<Reply> {
    let is_governance = id
        .to_ascii_lowercase()
        .contains("/providers/microsoft.authorization/");
    if [Method::GET, Method::HEAD].contains(call.method) || is_governance {
        return None;
    }
    let assigned = assigned(store, id)?;
    let given = call.header(X_MS_POLICY_EXTERNAL_EVALUATIONS);
    let fault = match given {
        None => "no policy token was sent",
        Some(token) => fault_of(token, call)?,
    };
    let name = id.rsplit('/').next().unwrap_or_default();
    let body = json!({
        "error": {
            "code": "RequestDisallowedByPolicy",
            "target": name,
            "message": format!("Resource '{name}' was disallowed by policy: {fault}."),
            "additionalInfo": [{
                "type": "PolicyViolation",
                "info": {
                    "policyAssignmentId": assigned.id,
                    "policyDefinitionId": definition_id(),
                    "policyDefinitionDisplayName": "Ask a change system before each write",
                    "evaluationDetails": {
                        "missingPolicyTokenDetails": {
                            "shouldDeny": true,
                            "isChangeReferenceRequired": assigned.needs_change,
                            "endpointKind": "ChangeSystem",
                            "endpointResultLifespan": "PT1H",
                        },
                    },
                },
            }],
        },
    });
    Some(Reply::json(StatusCode::FORBIDDEN, body))
}

fn definition_id() -> String {
    format!("/providers/{}/{DEFINITION}", policies::DEFINITIONS)
}

/// Says what is wrong about a token; nothing if it is for this request.
fn fault_of(token: &str, call: &Call<'_>) -> Option<&'static str> {
    let is_another = Some("the policy token is for another request");
    let encoded = token.strip_prefix(SCHEME).unwrap_or(token);
    let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap_or_default();
    let Ok(sealed) = serde_json::from_slice::<Value>(&bytes) else {
        return Some("the policy token cannot be read");
    };
    let expires = sealed.get("exp").and_then(Value::as_u64);
    if expires.is_none_or(|end| call.now.seconds() >= end) {
        return Some("the policy token has expired");
    }
    let url = Url::parse(text(&sealed, "uri")).ok();
    let is_same_address = url.is_some_and(|url| {
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.path() == call.path && query == call.query
    });
    let body = match serde_json::from_slice::<Value>(call.body) {
        Ok(value) => value,
        Err(_) if call.body.is_empty() => Value::Null,
        Err(_) => String::from_utf8_lossy(call.body).into(),
    };
    let is_same = is_same_address
        && text(&sealed, "method") == call.method.as_str()
        && text(&sealed, "content") == content_hash(&body);
    if is_same { None } else { is_another }
}

fn content_hash(content: &Value) -> String {
    format!("{:016x}", hash(content.to_string().as_bytes()))
}

/// Answers a request for a token.
pub(crate) fn acquire(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let sent = Value::Object(call.object()?);
    let operation = sent.get("operation").cloned().unwrap_or_default();
    let required = |member: &str| match text(&operation, member) {
        "" => Err(ArmError::ContentInvalid {
            reason: format!("Required property '{member}' not found in JSON. Path 'operation'"),
        }),
        found => Ok(found.to_owned()),
    };
    let (uri, method) = (required("uri")?, required("httpMethod")?);
    let parsed = Url::parse(&uri).map_err(|_| ArmError::ContentInvalid {
        reason: format!("the uri '{uri}' is not a valid URI"),
    })?;
    let id = parsed.path();
    if !contains(&address.scope.id(), id) {
        return Err(ArmError::ContentInvalid {
            reason: format!("the uri '{uri}' is not about '{}'", address.scope.id()),
        });
    }
    let content = operation.get("content").cloned().unwrap_or_default();
    let change = sent.get("changeReference").cloned().unwrap_or_default();
    let assigned = assigned(store, id);
    let refused = assigned.as_ref().and_then(|own| match change.as_str() {
        None if own.needs_change => Some("a change reference is required"),
        Some(change) if change.starts_with("REJECTED") => Some("the change is not approved"),
        _ => None,
    });
    let lifespan = assigned.as_ref().map_or(3_600, |own| own.lifespan);
    let expires = call.now.seconds() + lifespan;
    let hash = content_hash(&content);
    let sealed = json!({ "exp": expires, "uri": uri, "method": method, "content": hash });
    let sealed = URL_SAFE_NO_PAD.encode(sealed.to_string());
    let expiration = Timestamp::from_seconds(expires).rfc3339();
    let (result, verdict) = match refused {
        Some(_) => ("Failed", "Deny"),
        None => ("Succeeded", "Allow"),
    };
    let mut answer = json!({
        "result": result,
        "token": format!("{SCHEME}{sealed}"),
        "tokenId": guid(&sealed),
        "expiration": expiration,
        "changeReference": change,
        "message": null,
        "retryAfter": null,
        "requestDetails": {
            "uri": uri,
            "resourceId": id,
            "httpMethod": method,
            "contentHash": hash,
        },
        "results": assigned.iter().map(|own| json!({
            "policyInfo": {
                "policyDefinitionId": definition_id(),
                "policyAssignmentId": own.id,
            },
            "result": result,
            "endpointKind": "ChangeSystem",
            "message": refused,
            "policyAction": verdict,
            "expiration": expiration,
        })).collect::<Vec<Value>>(),
    });
    if refused.is_some()
        && let Some(members) = answer.as_object_mut()
    {
        members.shift_remove("token");
        members.shift_remove("tokenId");
    }
    Ok(Reply::json(StatusCode::OK, answer))
}
