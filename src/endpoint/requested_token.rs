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
    /// By what the client chooses among the identities of a machine, if it does.
    pub selectors: Vec<Selector>,
    /// The tenant that the client names, which only azd does.
    pub tenant_id: Option<String>,
    /// The kept token that the client refuses.
    pub refused: RefusedToken,
}

/// The kept token that a client refuses to get again, since a service has refused it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RefusedToken {
    /// None.
    #[default]
    None,
    /// Any that was kept until now (`bypass_cache=true`, the protocol of virtual machines).
    AnyKept,
    /// The one with this SHA-256, in hexadecimal digits (`token_sha256_to_refresh`, the protocol of App Service).
    WithDigest(String),
}

impl RefusedToken {
    /// Reads it in the parameters of a protocol. The other protocols have no word for it.
    fn read(protocol: Protocol, pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let mut pairs = pairs.iter();
            let (_, value) = pairs.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
            Some(value.trim().to_ascii_lowercase())
        };
        match protocol {
            Protocol::Imds if value("bypass_cache").as_deref() == Some("true") => Self::AnyKept,
            Protocol::AppService => match value("token_sha256_to_refresh") {
                Some(digest) if !digest.is_empty() => Self::WithDigest(digest),
                Some(_) | None => Self::None,
            },
            Protocol::Imds | Protocol::CloudShell | Protocol::Azd => Self::None,
        }
    }
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

/// Reads a query or a form: a plus sign is a space, and values may be there unescaped, as the documentation of Cloud
/// Shell writes them.
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
        refused: RefusedToken::read(protocol, &pairs),
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
        refused: RefusedToken::None,
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::{RefusedToken, read};
    use crate::endpoint::{Protocol, Rejection};

    fn ask(method: &str, target: &str, body: &str) -> Result<(Protocol, String), Rejection> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        read(&request).map(|requested| (requested.protocol, requested.resource))
    }

    #[test]
    fn a_client_names_the_token_that_was_refused() {
        let app_service = "/msi/token?resource=r&api-version=2025-03-30";
        let imds = "/metadata/identity/oauth2/token?resource=r";
        let digest = RefusedToken::WithDigest("ab12".to_owned());
        for (target, expected) in [
            (
                format!("{app_service}&token_sha256_to_refresh=AB12"),
                digest,
            ),
            (
                format!("{app_service}&token_sha256_to_refresh="),
                RefusedToken::None,
            ),
            (
                format!("{app_service}&bypass_cache=true"),
                RefusedToken::None,
            ),
            (format!("{imds}&bypass_cache=true"), RefusedToken::AnyKept),
            (format!("{imds}&bypass_cache=false"), RefusedToken::None),
            (imds.to_owned(), RefusedToken::None),
        ] {
            let request = Request::get(&target).body(Bytes::new()).unwrap();
            assert_eq!(read(&request).unwrap().refused, expected, "{target}");
        }
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
