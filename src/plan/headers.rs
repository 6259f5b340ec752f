//! The header fields of a request: ours, and what the user changes about them. Who attaches the
//! token: `client`.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::body::Body;
use super::error::Error;
use crate::azure::headers::{
    CONSISTENCY_LEVEL, RESOURCE_MANAGER_VERSION, STORAGE_VERSION, X_MS_CLIENT_REQUEST_ID,
    X_MS_CORRELATION_REQUEST_ID, X_MS_VERSION,
};
use crate::azure::{HostKind, Target, host_kind, needs_eventual_consistency};

/// Headers that frame the message or name its receiver: setting them by hand breaks the one or
/// sends a token astray.
const RESERVED_HEADERS: [HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The ids by which Azure's support finds a request.
pub(super) struct RequestIds<'a> {
    /// That of the request.
    pub(super) client: &'a str,
    /// That of the run.
    pub(super) correlation: &'a str,
}

/// How this program names itself.
const PRODUCT: &str = concat!("arm/", env!("CARGO_PKG_VERSION"));

/// Names a further product after this one, as az does; not if the user names another one, or if the text cannot be in a
/// header.
pub(super) fn add_product(headers: &mut HeaderMap, product: Option<&str>) {
    let is_ours = headers
        .get(header::USER_AGENT)
        .is_some_and(|value| value == PRODUCT);
    let agent = product.map(|product| HeaderValue::from_str(&format!("{PRODUCT} {product}")));
    if let (true, Some(Ok(agent))) = (is_ours, agent) {
        headers.insert(header::USER_AGENT, agent);
    }
}

/// The headers that every request has, whoever plans it.
pub fn of_every_request() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(PRODUCT));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    headers
}

/// The header fields: ours, then the user's, which replace or remove ours.
pub(super) fn headers(
    target: &Target,
    method: &Method,
    body: &Body,
    edits: Vec<(HeaderName, Option<HeaderValue>)>,
    ids: &RequestIds<'_>,
) -> Result<HeaderMap, Error> {
    let mut headers = of_every_request();
    if let Body::Bytes { content_type, .. } = body {
        headers.insert(header::CONTENT_TYPE, content_type.clone());
    }
    if let Ok(id) = HeaderValue::from_str(ids.client) {
        headers.insert(HeaderName::from_static(X_MS_CLIENT_REQUEST_ID), id);
    }
    let kind = host_kind(&target.cloud, &target.url);
    if let (HostKind::ResourceManager, Ok(id)) = (kind, HeaderValue::from_str(ids.correlation)) {
        headers.insert(HeaderName::from_static(X_MS_CORRELATION_REQUEST_ID), id);
    }
    let version = match kind {
        HostKind::ResourceManager => Some(RESOURCE_MANAGER_VERSION),
        HostKind::Storage => Some(STORAGE_VERSION),
        HostKind::Other => None,
    };
    if let Some(version) = version {
        headers.insert(
            HeaderName::from_static(X_MS_VERSION),
            HeaderValue::from_static(version),
        );
    }
    if matches!(*method, Method::GET | Method::HEAD) && needs_eventual_consistency(&target.url) {
        headers.insert(
            HeaderName::from_static(CONSISTENCY_LEVEL),
            HeaderValue::from_static("eventual"),
        );
    }
    apply(&mut headers, edits)?;
    Ok(headers)
}

/// Applies the user's edits: the first of a name replaces ours, further ones are added.
fn apply(
    headers: &mut HeaderMap,
    edits: Vec<(HeaderName, Option<HeaderValue>)>,
) -> Result<(), Error> {
    let mut set = Vec::new();
    for (name, value) in edits {
        if RESERVED_HEADERS.contains(&name) {
            return Err(Error::ReservedHeader {
                name: name.to_string(),
            });
        }
        match value {
            None => {
                headers.remove(&name);
            }
            Some(value) if set.contains(&name) => {
                headers.append(name, value);
            }
            Some(value) => {
                headers.insert(name.clone(), value);
                set.push(name);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Error, apply};

    #[test]
    fn edits_replace_add_and_remove() {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        headers.insert("x-ms-version", HeaderValue::from_static("2019-02-02"));
        let name = |text: &'static str| HeaderName::from_static(text);
        let value = |text: &'static str| Some(HeaderValue::from_static(text));
        let edits = vec![
            (name("accept"), value("*/*")),
            (name("x-a"), value("1")),
            (name("x-a"), value("2;3")),
            (name("x-ms-version"), None),
        ];
        apply(&mut headers, edits).unwrap();
        assert_eq!(headers["accept"], "*/*");
        assert_eq!(
            headers.get_all("x-a").iter().collect::<Vec<_>>(),
            ["1", "2;3"]
        );
        assert!(!headers.contains_key("x-ms-version"));
        for reserved in ["host", "content-length", "transfer-encoding", "connection"] {
            let edits = vec![(name(reserved), value("x"))];
            assert_eq!(
                apply(&mut headers, edits),
                Err(Error::ReservedHeader {
                    name: reserved.to_owned()
                })
            );
        }
    }
}
