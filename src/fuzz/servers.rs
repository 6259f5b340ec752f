//! Targets for what listens: requests to the token endpoint, and the state that the sandbox takes back. Promises: no
//! page, no other name and no client without the secret is let in, and a state that is kept can be taken back.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request, Version, header};

use crate::azure::Secret;
use crate::endpoint::{AllowList, AllowedNames, Endpoint, Matching, Protocols, refuse_stranger};
use crate::sandbox::{Sandbox, issue};

const SECRET: &str = "the-secret-of-the-endpoint";

/// A request as it is written: a line, headers, an empty line, a body.
fn request(input: &[u8]) -> Option<Request<Bytes>> {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = input.split_at(end.unwrap_or(input.len()));
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::builder()
        .method(Method::from_bytes(first.next()?).ok()?)
        .uri(str::from_utf8(first.next()?).ok()?)
        .version(Version::HTTP_11);
    for line in lines.take(50) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        request = request.header(name, value);
    }
    let body = body.get(2..).unwrap_or_default();
    request.body(Bytes::copy_from_slice(body)).ok()
}

/// The first byte chooses how the endpoint is set up, the rest is a request.
pub(super) fn serve(input: &[u8]) {
    let Some((options, text)) = input.split_first() else {
        return;
    };
    let Some(request) = request(text) else {
        return;
    };
    let is_set = |bit: u8| options & (1 << bit) != 0;
    let endpoint = Endpoint {
        port: 4321,
        bound: is_set(0).then_some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        protocols: Protocols {
            cloud_shell: is_set(1),
            imds: is_set(2),
        },
        secret: Secret::new(SECRET),
        path_secret: None,
        audiences: if is_set(3) {
            AllowList::Any
        } else {
            AllowList::Listed {
                added: Vec::new(),
                matching: if is_set(4) {
                    Matching::Exact
                } else {
                    Matching::SlashInsensitive
                },
            }
        },
        other_hosts: if is_set(5) {
            vec!["devbox.internal".to_owned()]
        } else {
            Vec::new()
        },
        other_identities: Vec::new(),
    };
    let _stranger = refuse_stranger(&request, AllowedNames::OfThisMachine);
    let requested = match endpoint.read(&request) {
        Ok(requested) => requested,
        Err(refused) => {
            let body = refused.response.body();
            let has_token = body
                .windows(SECRET.len())
                .any(|part| part == SECRET.as_bytes());
            assert!(!has_token, "a refusal repeats the secret");
            return;
        }
    };
    let headers = request.headers();
    let is_of_page = headers.contains_key(header::ORIGIN)
        || headers
            .keys()
            .any(|name| name.as_str().starts_with("sec-fetch-"));
    assert!(!is_of_page, "a page gets a token");
    assert_eq!(
        headers.get_all(header::HOST).iter().count(),
        1,
        "a name is missing"
    );
    assert!(
        request.uri().authority().is_none(),
        "a proxied request gets a token"
    );
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default().to_ascii_lowercase();
    let name = host
        .rsplit_once(':')
        .map_or(host.as_str(), |(name, _)| name);
    let is_here = [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "0.0.0.0",
    ]
    .contains(&name)
        || name.starts_with("127.")
        || name.starts_with('[');
    let is_other = is_set(5) && name.trim_end_matches('.') == "devbox.internal";
    assert!(is_here || is_other || is_set(0), "`{host}` gets a token");
    if requested.protocol.has_secret() {
        let shown = headers.values().any(|value| {
            let value = value.as_bytes();
            value
                .windows(SECRET.len())
                .any(|part| part == SECRET.as_bytes())
        });
        assert!(shown, "a client without the secret gets a token");
    }
}

/// A state of the sandbox. Promise: what it takes it also gives back, and no answer panics.
pub(super) fn state(input: &[u8]) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_325_208);
    let base = "https://management.azure.com";
    let mut sandbox = Sandbox::new(base, now);
    if sandbox.restore(input).is_err() {
        assert_eq!(sandbox.state(), None, "an error leaves something behind");
        return;
    }
    let token = issue(&format!("{base}/"), now);
    let subscription = crate::sandbox::default_subscription_id();
    for (method, path) in [
        (Method::GET, "/resourceGroups?api-version=2021-04-01"),
        (Method::GET, "/resources?api-version=2021-04-01&$top=5"),
        (Method::PUT, "/resourceGroups/fuzz?api-version=2021-04-01"),
        (
            Method::DELETE,
            "/resourceGroups/rg-web-prod?api-version=2021-04-01",
        ),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/subscriptions/{subscription}{path}"))
            .header("authorization", format!("Bearer {}", token.token.expose()))
            .header("content-type", "application/json")
            .body(Bytes::from_static(b"{\"location\":\"westeurope\"}"));
        let Ok(request) = request else {
            return;
        };
        let _answer = sandbox.handle(&request);
    }
    if let Some(kept) = sandbox.state() {
        let mut again = Sandbox::new(base, now);
        let restored = again.restore(&kept).map_err(|error| error.to_string());
        assert_eq!(restored, Ok(()), "a kept state cannot be taken back");
        assert_eq!(again.state(), Some(kept), "a kept state changes");
    }
}
