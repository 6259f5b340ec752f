//! What a request asks for: the parameters of each protocol, from query, form or JSON. Which audiences
//! are allowed is for `allow_list` to say.

use bytes::Bytes;
use http::{Method, Request};
use serde::Deserialize;
use url::form_urlencoded;

use super::identity::Selector;
use super::protocol::Protocol;
use super::rejection::Rejection;

/// A token that a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedToken {
    /// By which protocol.
    pub protocol: Protocol,
    /// The audience as the client wrote it; it is echoed byte for byte.
    pub resource: String,
    /// By what the client chooses among the identities of a machine, where it does.
    pub selectors: Vec<Selector>,
    /// The tenant that the client names, which only azd does.
    pub tenant_id: Option<String>,
}

/// The body of azd's request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AzdRequest {
    scopes: Vec<String>,
    tenant_id: Option<String>,
}

/// Reads the parameters.
pub(super) fn read(request: &Request<Bytes>) -> Result<RequestedToken, Rejection> {
    let protocol = Protocol::of_path(request.uri().path()).ok_or(Rejection::UnknownPath)?;
    let query = request.uri().query().unwrap_or_default().as_bytes();
    match (protocol, request.method()) {
        (Protocol::Azd, &Method::POST) => azd(request.body()),
        (Protocol::CloudShell, &Method::POST) => parameters(protocol, request.body()),
        (Protocol::CloudShell | Protocol::Imds | Protocol::AppService, &Method::GET) => {
            parameters(protocol, query)
        }
        (Protocol::CloudShell, _) => Err(Rejection::Method("GET, POST")),
        (Protocol::Imds | Protocol::AppService, _) => Err(Rejection::Method("GET")),
        (Protocol::Azd, _) => Err(Rejection::Method("POST")),
    }
}

/// Reads a query or a form: a plus sign is a space, and values may stand there unescaped, as the
/// documentation of Cloud Shell writes them.
fn parameters(protocol: Protocol, text: &[u8]) -> Result<RequestedToken, Rejection> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text).into_owned().collect();
    let mut resources = pairs.iter().filter(|(name, _)| name == "resource");
    let resource = match (resources.next(), resources.next()) {
        (Some((_, resource)), None) if !resource.trim().is_empty() => resource.clone(),
        (Some(_), Some(_)) => return Err(Rejection::AudienceTwice),
        (Some(_) | None, _) => return Err(Rejection::AudienceMissing),
    };
    let selectors = pairs
        .iter()
        .filter_map(|(name, value)| Selector::read(name, value))
        .collect();
    Ok(RequestedToken {
        protocol,
        resource,
        selectors,
        tenant_id: None,
    })
}

/// Reads azd's body: scopes of one audience, of which the first counts.
fn azd(body: &[u8]) -> Result<RequestedToken, Rejection> {
    let request: AzdRequest = serde_json::from_slice(body)
        .map_err(|_| Rejection::Malformed("the body is not of the form {\"scopes\":[…]}"))?;
    let resource = match request.scopes.as_slice() {
        [] => return Err(Rejection::AudienceMissing),
        [scope] => scope.strip_suffix("/.default").unwrap_or(scope).to_owned(),
        _ => return Err(Rejection::AudienceTwice),
    };
    if resource.trim().is_empty() {
        return Err(Rejection::AudienceMissing);
    }
    Ok(RequestedToken {
        protocol: Protocol::Azd,
        resource,
        selectors: Vec::new(),
        tenant_id: request.tenant_id.filter(|tenant_id| !tenant_id.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::read;
    use crate::endpoint::{Protocol, Rejection};

    fn ask(method: &str, target: &str, body: &str) -> Result<(Protocol, String), Rejection> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        read(&request).map(|requested| (requested.protocol, requested.resource))
    }

    #[track_caller]
    fn check(
        method: &str,
        target: &str,
        body: &str,
        expected: Result<(Protocol, &str), Rejection>,
    ) {
        let expected = expected.map(|(protocol, resource)| (protocol, resource.to_owned()));
        assert_eq!(
            ask(method, target, body),
            expected,
            "{method} {target} {body}"
        );
    }

    #[test]
    fn reads_forms_queries_and_json() {
        let arm = "https://management.azure.com/";
        let cloud_shell = || Ok((Protocol::CloudShell, arm));
        let form = format!("resource={arm}");
        check("POST", "/oauth2/token", &form, cloud_shell());
        check(
            "POST",
            "/oauth2/token",
            "a=b&resource=https%3A%2F%2Fmanagement.azure.com%2F",
            cloud_shell(),
        );
        check("GET", &format!("/oauth2/token?{form}"), "", cloud_shell());
        check(
            "GET",
            &format!("/metadata/identity/oauth2/token?api-version=2018-02-01&{form}&client_id=x"),
            "",
            Ok((Protocol::Imds, arm)),
        );
        check(
            "GET",
            "/msi/token?resource=api%3A%2F%2Fa+b&api-version=2019-08-01",
            "",
            Ok((Protocol::AppService, "api://a b")),
        );
        for (scope, resource) in [
            (
                "https://vault.azure.net/.default",
                "https://vault.azure.net",
            ),
            (
                "https://storage.azure.com//.default",
                "https://storage.azure.com/",
            ),
            ("api://x", "api://x"),
        ] {
            let body = format!("{{\"scopes\":[\"{scope}\"],\"tenantId\":\"\"}}");
            check(
                "POST",
                "/token?api-version=2023-07-12-preview",
                &body,
                Ok((Protocol::Azd, resource)),
            );
        }
    }

    #[test]
    fn refuses_what_is_unclear() {
        for body in ["", "resource=", "resource=+", "Resource=x"] {
            check(
                "POST",
                "/oauth2/token",
                body,
                Err(Rejection::AudienceMissing),
            );
        }
        check(
            "POST",
            "/oauth2/token",
            "resource=a&resource=a",
            Err(Rejection::AudienceTwice),
        );
        check(
            "POST",
            "/oauth2/token?resource=a",
            "",
            Err(Rejection::AudienceMissing),
        );
        check(
            "PUT",
            "/oauth2/token",
            "resource=a",
            Err(Rejection::Method("GET, POST")),
        );
        check(
            "POST",
            "/msi/token",
            "resource=a",
            Err(Rejection::Method("GET")),
        );
        check("GET", "/token", "", Err(Rejection::Method("POST")));
        check(
            "POST",
            "/token",
            "{\"scopes\":[]}",
            Err(Rejection::AudienceMissing),
        );
        check(
            "POST",
            "/token",
            "{\"scopes\":[\"a\",\"b\"]}",
            Err(Rejection::AudienceTwice),
        );
        assert!(ask("POST", "/token", "[]").is_err());
    }
}
