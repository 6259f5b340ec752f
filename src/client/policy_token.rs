//! Policy tokens (Change Safety): which refusal asks for one, the request that gets it, and what its answer says. Who sends
//! the request, and repeats the write with the token: `app/exchange/policy_token`.
//!
//! Sources: `AcquirePolicyToken` in Azure/azure-rest-api-specs (Microsoft.Authorization/policy), and what Azure CLI 2.91 and
//! Azure/terraform-provider-azapi 2.10 send. A token is for one request, its body included, byte for byte.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::service_error::ServiceError;
use crate::azure::headers::{X_MS_FORCE_SYNC, X_MS_POLICY_EXTERNAL_EVALUATIONS};
use crate::azure::{ResourceId, ResourceScope, Secret};
use crate::transport::Request;

/// The version that Azure CLI asks with.
const API_VERSION: &str = "2025-11-01";
/// The refusal that can be about a missing token.
const CODE: &str = "RequestDisallowedByPolicy";
const VIOLATION: &str = "PolicyViolation";
/// The most levels of a violation's facts that are looked through.
const MOST_LEVELS: usize = 16;

/// What a refusal says of the token that it misses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPolicyToken {
    /// Whether the change must be named.
    pub needs_change_reference: bool,
}

impl MissingPolicyToken {
    /// Reads a refusal. A denial that is reported inside another error is that of an operation under way, which is not
    /// repeated: so the code and the facts must be at the top.
    pub fn of(error: &ServiceError) -> Option<Self> {
        if error.status != StatusCode::FORBIDDEN || takes_none(&error.request.method) {
            return None;
        }
        let body: Value = serde_json::from_slice(&error.body).ok()?;
        let error = member(&body, "error")?;
        if !member(error, "code")?.as_str()?.eq_ignore_ascii_case(CODE) {
            return None;
        }
        let infos = member(error, "additionalInfo")?.as_array()?;
        let violations = infos.iter().filter(|info| {
            let kind = member(info, "type").and_then(Value::as_str);
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(VIOLATION))
        });
        let mut missing = violations
            .filter_map(|info| missing_in(member(info, "info")?, MOST_LEVELS))
            .filter(|missing| member(missing, "shouldDeny") == Some(&Value::Bool(true)))
            .peekable();
        missing.peek()?;
        Some(Self {
            needs_change_reference: missing
                .any(|one| member(one, "isChangeReferenceRequired") == Some(&Value::Bool(true))),
        })
    }
}

/// Tells whether a verb is never asked for a token.
fn takes_none(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// Finds `missingPolicyTokenDetails`, however deep it is.
fn missing_in(value: &Value, levels: usize) -> Option<&Value> {
    let below = levels.checked_sub(1)?;
    match value {
        Value::Object(members) => {
            let own = member(value, "missingPolicyTokenDetails");
            own.or_else(|| members.values().find_map(|inner| missing_in(inner, below)))
        }
        Value::Array(items) => items.iter().find_map(|inner| missing_in(inner, below)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A member by its name, whatever the case.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = value.as_object()?.iter();
    let found = members.find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// What is asked for: the write, as it will be sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    operation: Operation<'a>,
    change_reference: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Operation<'a> {
    uri: &'a str,
    http_method: &'a str,
    content: Option<Content<'a>>,
}

/// The body: JSON as it is written, anything else as a text.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Json(&'a RawValue),
    Text(String),
}

/// Returns the request that gets a token for a write; `None` if the verb takes none, or if the URL names no
/// subscription and no management group to ask.
///
/// It carries the headers of the write, its ids among them, except for those that are about the body or the state of
/// the resource.
pub fn policy_token_request(write: &Request, change_reference: Option<&str>) -> Option<Request> {
    if takes_none(&write.method) {
        return None;
    }
    let id = ResourceId::of(&write.url);
    let scope = id
        .subscription()
        .or_else(|| management_group(&id))?
        .to_string();
    let content = match serde_json::from_slice::<&RawValue>(&write.body) {
        Ok(json) => Some(Content::Json(json)),
        Err(_) if write.body.is_empty() => None,
        Err(_) => Some(Content::Text(
            String::from_utf8_lossy(&write.body).into_owned(),
        )),
    };
    let asked = Asked {
        operation: Operation {
            uri: write.url.as_str(),
            http_method: write.method.as_str(),
            content,
        },
        change_reference,
    };
    let mut url = write.url.clone();
    url.set_path(&format!(
        "{scope}/providers/Microsoft.Authorization/acquirePolicyToken"
    ));
    url.set_query(Some(&format!("api-version={API_VERSION}")));
    url.set_fragment(None);
    let mut headers = write.headers.clone();
    for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
        headers.remove(name);
    }
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(
        HeaderName::from_static(X_MS_FORCE_SYNC),
        HeaderValue::from_static("true"),
    );
    Some(Request {
        method: Method::POST,
        url,
        headers,
        body: Bytes::from(serde_json::to_vec(&asked).ok()?),
    })
}

/// The management group that a path is about, or is in.
fn management_group<'a>(id: &ResourceId<'a>) -> Option<ResourceId<'a>> {
    let is_group =
        |id: &ResourceId<'_>| matches!(id.as_scope(), ResourceScope::ManagementGroup { .. });
    let own = id.resource();
    [own, Some(id.scope())].into_iter().flatten().find(is_group)
}

/// What the answer says.
#[derive(Debug)]
pub enum PolicyTokenAnswer {
    /// The token.
    Token(PolicyToken),
    /// The change is refused.
    Refused {
        /// What the policies say.
        messages: Vec<String>,
        /// When to ask again, as it was written.
        retry_after: Option<String>,
    },
    /// Neither: the service answers otherwise than it is known to.
    Unknown,
}

/// A token that lets one write through.
#[derive(Debug, Clone)]
pub struct PolicyToken(Secret);

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    result: Option<String>,
    token: Option<String>,
    message: Option<String>,
    retry_after: Option<String>,
    results: Option<Vec<PolicyResult>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PolicyResult {
    message: Option<String>,
}

impl PolicyTokenAnswer {
    /// Reads a successful answer.
    pub fn read(body: &[u8]) -> Self {
        let Ok(answer) = serde_json::from_slice::<Answer>(body) else {
            return Self::Unknown;
        };
        let is_failed = answer
            .result
            .as_deref()
            .is_some_and(|result| result.eq_ignore_ascii_case("Failed"));
        match answer.token.filter(|token| !token.is_empty() && !is_failed) {
            Some(token) => Self::Token(PolicyToken(Secret::new(&token))),
            None if is_failed => {
                let own = answer
                    .results
                    .into_iter()
                    .flatten()
                    .filter_map(|one| one.message);
                Self::Refused {
                    messages: answer.message.into_iter().chain(own).collect(),
                    retry_after: answer.retry_after,
                }
            }
            None => Self::Unknown,
        }
    }
}

impl PolicyToken {
    /// Adds the token to the write that it is for; `None` if no header can carry it.
    pub fn sign(&self, write: &mut Request) -> Option<()> {
        let mut value = HeaderValue::from_str(self.0.expose()).ok()?;
        value.set_sensitive(true);
        let name = HeaderName::from_static(X_MS_POLICY_EXTERNAL_EVALUATIONS);
        write.headers.insert(name, value);
        Some(())
    }
}

/// Tells whether a request carries a token already.
pub fn has_policy_token(request: &Request) -> bool {
    request
        .headers
        .contains_key(X_MS_POLICY_EXTERNAL_EVALUATIONS)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method, StatusCode};
    use url::Url;

    use super::{MissingPolicyToken, PolicyTokenAnswer, policy_token_request};
    use crate::client::ServiceError;
    use crate::transport::Request;

    const ACCOUNT: &str = "https://management.azure.com/subscriptions/S/resourceGroups/rg1/providers/Microsoft.Storage/storageAccounts/acc1?api-version=2023-05-01";

    fn request(method: Method, url: &str, body: &'static str) -> Request {
        let mut headers = HeaderMap::new();
        for name in ["if-match", "x-ms-correlation-request-id"] {
            headers.insert(name, HeaderValue::from_static("c"));
        }
        Request {
            method,
            url: Url::parse(url).unwrap(),
            headers,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn refused(method: Method, status: u16, body: &str) -> Option<MissingPolicyToken> {
        let request = request(method, ACCOUNT, "");
        let status = StatusCode::from_u16(status).unwrap();
        let mut error = ServiceError::example(&request, status, HeaderMap::new(), None);
        error.body = Bytes::from(body.to_owned());
        MissingPolicyToken::of(&error)
    }

    fn details(should_deny: bool, needs_change: bool) -> String {
        format!(
            r#"{{"missingPolicyTokenDetails":{{"shouldDeny":{should_deny},"isChangeReferenceRequired":{needs_change}}}}}"#
        )
    }

    fn denial(info: &str) -> String {
        format!(
            r#"{{"error":{{"code":"requestDisallowedByPolicy","message":"m","additionalInfo":[{{"type":"policyViolation","info":{info}}}]}}}}"#
        )
    }

    #[test]
    fn only_a_refusal_of_the_request_itself_asks_for_a_token() {
        let found = |needs| {
            Some(MissingPolicyToken {
                needs_change_reference: needs,
            })
        };
        let deep = format!(r#"{{"evaluationDetails":{}}}"#, details(true, false));
        for (body, expected) in [
            (denial(&deep), found(false)),
            (denial(&details(true, true)), found(true)),
            (denial(&details(false, true)), None),
            (denial("{}"), None),
            (denial(&deep).replace("policyViolation", "Other"), None),
            (
                denial(&deep).replace("DisallowedByPolicy", "Forbidden"),
                None,
            ),
            (
                format!(
                    r#"{{"error":{{"code":"DeploymentFailed","details":[{}]}}}}"#,
                    denial(&deep)
                ),
                None,
            ),
            ("not json".to_owned(), None),
        ] {
            assert_eq!(refused(Method::PUT, 403, &body), expected, "{body}");
        }
        assert_eq!(refused(Method::PUT, 409, &denial(&deep)), None);
        assert_eq!(refused(Method::GET, 403, &denial(&deep)), None);
    }

    /// What Azure CLI 2.91 sends for the same writes.
    #[test]
    fn the_request_is_that_of_other_clients() {
        let asked = policy_token_request(&request(Method::DELETE, ACCOUNT, ""), None).unwrap();
        assert_eq!(asked.method, Method::POST);
        assert_eq!(
            asked.url.as_str(),
            "https://management.azure.com/subscriptions/S/providers/Microsoft.Authorization/acquirePolicyToken?api-version=2025-11-01"
        );
        let header = |name: &str| asked.headers.get(name).map(HeaderValue::as_bytes);
        assert_eq!(header("content-type"), Some(&b"application/json"[..]));
        assert_eq!(header("x-ms-force-sync"), Some(&b"true"[..]));
        assert_eq!(header("x-ms-correlation-request-id"), Some(&b"c"[..]));
        assert_eq!(header("if-match"), None);
        let body = |method, content, change| {
            let asked = policy_token_request(&request(method, ACCOUNT, content), change).unwrap();
            String::from_utf8(asked.body.to_vec()).unwrap()
        };
        let expected = |method: &str, content: &str, change: &str| {
            format!(
                r#"{{"operation":{{"uri":"{ACCOUNT}","httpMethod":"{method}","content":{content}}},"changeReference":{change}}}"#
            )
        };
        assert_eq!(
            body(Method::DELETE, "", None),
            expected("DELETE", "null", "null")
        );
        let written = r#"{ "a": 1.10, "a": 1E5 }"#;
        let sent = body(Method::PUT, written, Some("CHG-1"));
        assert_eq!(sent, expected("PUT", written, "\"CHG-1\""));
        assert_eq!(
            body(Method::POST, "a,b", None),
            expected("POST", "\"a,b\"", "null")
        );
    }

    #[test]
    fn what_has_no_scope_has_no_token() {
        let of = |method, path: &str| {
            let url = format!("https://management.azure.com{path}?api-version=1");
            let asked = policy_token_request(&request(method, &url, "{}"), None)?;
            Some(asked.url.path().to_owned())
        };
        let group = "/providers/Microsoft.Management/managementGroups/m";
        let assigned = format!("{group}/providers/Microsoft.Authorization/policyAssignments/p");
        let own = format!("{group}/providers/Microsoft.Authorization/acquirePolicyToken");
        assert_eq!(of(Method::PUT, &assigned).as_deref(), Some(own.as_str()));
        assert_eq!(of(Method::PUT, group).as_deref(), Some(own.as_str()));
        assert_eq!(of(Method::PUT, "/providers/Microsoft.Billing/x/y"), None);
        assert_eq!(of(Method::GET, "/subscriptions/s"), None);
    }

    #[test]
    fn answers_are_a_token_a_refusal_or_neither() {
        let is = |body: &str| match PolicyTokenAnswer::read(body.as_bytes()) {
            PolicyTokenAnswer::Token(_) => "token".to_owned(),
            PolicyTokenAnswer::Refused {
                messages,
                retry_after,
            } => {
                format!(
                    "{} {}",
                    messages.join("; "),
                    retry_after.unwrap_or_default()
                )
            }
            PolicyTokenAnswer::Unknown => "unknown".to_owned(),
        };
        for (body, expected) in [
            (
                r#"{"result":"Succeeded","token":"PoP eyJ","results":[]}"#,
                "token",
            ),
            (
                r#"{"result":"Failed","token":null,"retryAfter":"2026-11-28","results":[{"message":"no"},{}]}"#,
                "no 2026-11-28",
            ),
            (r#"{"result":"failed","token":"PoP x"}"#, " "),
            (r#"{"result":"Succeeded","token":""}"#, "unknown"),
            (r#"{"token":1}"#, "unknown"),
            ("[]", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(is(body), expected, "{body}");
        }
    }
}
