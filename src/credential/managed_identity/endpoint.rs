//! Endpoints of this machine: where one may be, and how it is asked. Who reads the response: `response`.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::{Host, Url};

use crate::azure::{IdentityId, Secret, Shown, is_loopback};
use crate::credential::{EndpointErrorKind, Error};
use crate::transport::Request;

/// Where an endpoint in plain http may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AllowedNetwork {
    /// On this machine; https may be anywhere.
    Machine,
    /// On this machine, https too: the agent that answers runs only there.
    MachineOnly,
    /// Or at a link-local address, which no router forwards (RFC 3927): where a cloud's host
    /// answers its machines.
    Link,
    /// Or at an address of a private network: App Service on Linux answers its containers at one,
    /// such as `http://172.16.5.3:8081/msi/token` (Azure/azure-cli#20196).
    PrivateNetwork,
}

/// Reads the address of an endpoint from a setting: https, or plain http in an allowed network.
///
/// # Errors [`Error::UnsafeEndpoint`] for any other: a server there could see or choose the token.
pub(super) fn parse(
    setting: &'static str,
    text: &str,
    network: AllowedNetwork,
) -> Result<Url, Error> {
    let parsed = Url::parse(text).ok().filter(|url| {
        let is_bare = url.username().is_empty() && url.password().is_none();
        let is_safe = match url.scheme() {
            "https" if network == AllowedNetwork::MachineOnly => is_loopback(url),
            "https" => url.has_host(),
            "http" => is_within(url, network),
            _ => false,
        };
        is_bare && is_safe
    });
    parsed.ok_or_else(|| Error::UnsafeEndpoint {
        setting,
        endpoint: Shown::bare_address(text).into_string(),
        kind: match network {
            AllowedNetwork::MachineOnly => EndpointErrorKind::Elsewhere,
            AllowedNetwork::Machine | AllowedNetwork::Link | AllowedNetwork::PrivateNetwork => {
                EndpointErrorKind::Exposed
            }
        },
    })
}

fn is_within(url: &Url, network: AllowedNetwork) -> bool {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(address),
        Some(Host::Domain(_) | Host::Ipv6(_)) | None => None,
    };
    let is_link_local = || address.is_some_and(|address| address.is_link_local());
    let is_private = || address.is_some_and(|address| address.is_private());
    is_loopback(url)
        || match network {
            AllowedNetwork::Machine | AllowedNetwork::MachineOnly => false,
            AllowedNetwork::Link => is_link_local(),
            AllowedNetwork::PrivateNetwork => is_link_local() || is_private(),
        }
}

/// A request for a token: GET with a query.
pub(super) fn get<'a>(
    endpoint: &Url,
    query: impl IntoIterator<Item = (&'a str, &'a str)>,
    headers: HeaderMap,
) -> Request {
    let mut url = endpoint.clone();
    url.query_pairs_mut().extend_pairs(query);
    Request {
        method: Method::GET,
        url,
        headers,
        body: Bytes::new(),
    }
}

/// The header without which no metadata service answers: a browser cannot be led to send it.
pub(super) fn metadata() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("metadata", HeaderValue::from_static("true"));
    headers
}

/// A header with a secret; `None` if the secret holds what no header can carry.
pub(super) fn secret(name: HeaderName, prefix: &str, secret: &Secret) -> Option<HeaderMap> {
    let mut value = HeaderValue::try_from(format!("{prefix}{}", secret.expose())).ok()?;
    value.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(name, value);
    Some(headers)
}

/// A header with the secret of a setting.
pub(super) fn secret_of_setting(
    setting: &'static str,
    name: HeaderName,
    of_setting: &Secret,
) -> Result<HeaderMap, Error> {
    secret(name, "", of_setting).ok_or_else(|| Error::Setting {
        setting,
        message: "it holds characters that no header can carry".to_owned(),
    })
}

/// The names by which a protocol asks for an identity.
#[derive(Debug, Clone, Copy)]
pub(super) struct IdentityNames {
    /// The name of a resource id; the others are the same everywhere.
    pub(super) resource: &'static str,
}

impl IdentityNames {
    /// Returns the parameter that names an identity.
    pub(super) fn pair(self, identity: &IdentityId) -> (&'static str, &str) {
        let name = match identity {
            IdentityId::Client(_) => "client_id",
            IdentityId::Object(_) => "object_id",
            IdentityId::Resource(_) => self.resource,
        };
        (name, identity.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{AllowedNetwork, Error, parse};

    #[track_caller]
    fn check(text: &str, expected: [bool; 3]) {
        for (network, expected) in [
            AllowedNetwork::Machine,
            AllowedNetwork::Link,
            AllowedNetwork::PrivateNetwork,
        ]
        .into_iter()
        .zip(expected)
        {
            let found = parse("MSI_ENDPOINT", text, network);
            assert_eq!(found.is_ok(), expected, "{text} {network:?}");
            let is_unsafe = |error: Error| matches!(error, Error::UnsafeEndpoint { .. });
            assert!(found.err().is_none_or(is_unsafe));
        }
    }

    #[test]
    fn an_agent_is_on_this_machine() {
        for (text, expected) in [
            (
                "http://127.0.0.1:40342/metadata/identity/oauth2/token",
                true,
            ),
            ("https://localhost:40342/", true),
            ("https://agent.example/", false),
            ("http://169.254.169.254/", false),
        ] {
            let found = parse("IDENTITY_ENDPOINT", text, AllowedNetwork::MachineOnly);
            assert_eq!(found.is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn reaches_as_far_as_it_must() {
        check("https://identity.example/token", [true; 3]);
        check("http://localhost:50342/oauth2/token", [true; 3]);
        check("http://127.0.0.1/", [true; 3]);
        check("http://[::1]:8081/", [true; 3]);
        check("http://169.254.169.254", [false, true, true]);
        check("http://172.16.5.3:8081/msi/token", [false, false, true]);
        check("http://172.32.0.1/", [false; 3]);
        check("http://metadata.example/", [false; 3]);
        check("http://localhost.evil/", [false; 3]);
        check("http://169.254.169.254.evil/", [false; 3]);
        check("http://[fe80::1]/", [false; 3]);
        check("http://me:pw@127.0.0.1/", [false; 3]);
        check("https://me@127.0.0.1/", [false; 3]);
        check("ftp://127.0.0.1/", [false; 3]);
        check("127.0.0.1:80", [false; 3]);
        check("", [false; 3]);
    }
}
