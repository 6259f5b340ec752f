//! Which headers of a request are sent to a hop: the page that a link names, a status monitor, a result. Whether a hop
//! may be asked at all: `azure::Target`; who attaches the token: `authorization`.

use http::{HeaderName, header};

use crate::azure::Target;
use crate::azure::headers::{X_MS_CLIENT_REQUEST_ID, X_MS_CORRELATION_REQUEST_ID, X_MS_VERSION};
use crate::transport::Request;

/// What is sent to another host of the service.
const OURS: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::USER_AGENT,
    HeaderName::from_static(X_MS_CLIENT_REQUEST_ID),
    HeaderName::from_static(X_MS_CORRELATION_REQUEST_ID),
    HeaderName::from_static(X_MS_VERSION),
];

/// How many of them are sent to an address that carries its own permission and belongs to no known service.
const FOR_ANY_HOST: usize = 3;

/// Takes from a request to a hop what is for the first origin only. What the user gave is for the host that the user
/// named: cookies, further tokens, keys.
pub(super) fn restrict_headers(request: &mut Request, target: &Target) {
    if target.is_same_origin(&request.url) {
        return;
    }
    let kept = match target.admit(&request.url) {
        Ok(()) => OURS.len(),
        Err(_) => FOR_ANY_HOST,
    };
    let names: Vec<_> = request.headers.keys().cloned().collect();
    for name in names {
        if !OURS.iter().take(kept).any(|ours| *ours == name) {
            request.headers.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use url::Url;

    use super::restrict_headers;
    use crate::azure::{Cloud, Target, audience_of};
    use crate::transport::Request;

    #[test]
    fn what_the_user_gave_stays_at_the_first_origin() {
        let all = [
            "accept",
            "accept-encoding",
            "authorization",
            "content-type",
            "cookie",
            "if-match",
            "ocp-apim-subscription-key",
            "user-agent",
            "x-api-key",
            "x-ms-client-request-id",
            "x-ms-correlation-request-id",
            "x-ms-version",
        ];
        let ours = [
            "accept",
            "accept-encoding",
            "user-agent",
            "x-ms-client-request-id",
            "x-ms-correlation-request-id",
            "x-ms-version",
        ];
        let first = "https://management.azure.com/subscriptions";
        for (hop, expected) in [
            ("https://management.azure.com/x", &all[..]),
            ("https://westus2.management.azure.com/x", &ours),
            (
                "https://a.blob.core.windows.net/x?sig=s",
                &["accept", "accept-encoding", "user-agent"],
            ),
        ] {
            let cloud = Cloud::public();
            let url = Url::parse(first).unwrap();
            let target = Target {
                audience: audience_of(&cloud, &url),
                cloud,
                url,
                allowed: Vec::new(),
            };
            let mut headers = HeaderMap::new();
            for name in all {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static("v"));
            }
            let mut request = Request {
                method: Method::GET,
                url: Url::parse(hop).unwrap(),
                headers,
                body: Bytes::new(),
            };
            restrict_headers(&mut request, &target);
            let mut kept: Vec<_> = request.headers.keys().map(HeaderName::as_str).collect();
            kept.sort_unstable();
            assert_eq!(kept, expected, "{hop}");
        }
    }
}
