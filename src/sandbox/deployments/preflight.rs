//! `POST /providers/Microsoft.Resources/validateResources`: whether resources could be written, tried on a copy of what
//! there is. Groups and parents need not exist, as in Azure. How a whole template is tried: `validate` in `mod.rs`.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::sandbox::deployments::evaluation::path_of;
use crate::sandbox::deployments::run::{send, uri};
use crate::sandbox::hash::guid;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::store::{Store, text};

/// Members of an item that are not a part of the resource.
const OWN: &[&str] = &["apiVersion", "name", "type", "onlyIfNotExists"];

/// What is not checked.
const PASSED_OVER: &[&str] = &["ParentResourceNotFound", "ResourceGroupNotFound"];

/// Answers with the ids of what could be written, or with what is wrong about it.
pub(crate) fn answer(
    store: &Store,
    call: &Call<'_>,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let sent = Value::Object(call.object()?);
    let required = |member: &str| match text(&sent, member) {
        "" => Err(missing(member)),
        found => Ok(found),
    };
    let (provider, kind) = (required("provider")?, required("type")?);
    let scope = required("scope")?.trim_end_matches('/');
    let items = sent.get("resources").and_then(Value::as_array);
    let items = items.ok_or_else(|| missing("resources"))?;
    let (mut validated, mut faults) = (Vec::new(), Vec::new());
    for item in items {
        let Value::Object(item) = item else {
            return Err(missing("apiVersion"));
        };
        let about = Value::Object(item.clone());
        let (name, version) = (text(&about, "name"), text(&about, "apiVersion"));
        if version.is_empty() {
            return Err(missing("apiVersion"));
        }
        let names: Vec<&str> = name.split('/').collect();
        let resource_type = format!("{provider}/{kind}");
        let id =
            path_of(scope, &resource_type, &names).ok_or_else(|| ArmError::ContentInvalid {
                reason: format!("the name '{name}' has not as many segments as the type '{kind}'"),
            })?;
        let mut body: Map<String, Value> = item.clone();
        body.retain(|member, _| !OWN.contains(&member.as_str()));
        if !body.contains_key("location") && !text(&sent, "location").is_empty() {
            body.insert("location".to_owned(), text(&sent, "location").into());
        }
        let mut copy = store.copy();
        let body = Value::Object(body).to_string();
        let request = (Method::PUT, uri(&id, version), body);
        match send(&mut copy, call, request, context) {
            (_, Some(error)) if !PASSED_OVER.contains(&text(&error, "code")) => {
                faults.push(json!({
                    "code": error["code"],
                    "target": name,
                    "message": error["message"],
                }));
            }
            _ => validated.push(id),
        }
    }
    if faults.is_empty() {
        let answer = json!({ "properties": { "validatedResources": validated } });
        return Ok(Reply::json(StatusCode::OK, answer));
    }
    let correlation = guid(&format!("preflight {scope} {}", call.now.rfc3339()));
    let answer = json!({
        "error": {
            "code": "ResourceValidationFailed",
            "message": format!("Resource validation failed, correlation id: '{correlation}', see details for more information."),
            "details": [{
                "code": "PreflightValidationCheckFailed",
                "message": "Preflight validation failed. Please refer to the details for the specific errors.",
                "details": faults,
            }],
        },
    });
    Ok(Reply::json(StatusCode::BAD_REQUEST, answer))
}

fn missing(member: &str) -> ArmError {
    ArmError::ContentInvalid {
        reason: format!("Required property '{member}' not found in JSON"),
    }
}
