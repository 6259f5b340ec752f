//! Who may ask: a program of this machine that was told where to ask. Keeps out web pages (also
//! those that rebind DNS), proxies and forwarders. Who reads the parameters: `requested_token`.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::config::{AllowedNames, Endpoint};
use super::host::{Named, is_this_machine, named};
use super::protocol::{Protocol, secret_in};
use super::rejection::Rejection;
use crate::azure::Secret;

/// Headers that a program has no reason to send, and a browser or a forwarder has.
const FOREIGN: [&str; 8] = [
    "origin",
    "referer",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "forwarded",
    "via",
];
/// Headers that only browsers send.
const OF_BROWSERS: &str = "sec-";

/// Checks where a request comes from, and how it was addressed.
///
/// `Metadata: true` alone does not keep a web page out: where its name was rebound to this machine,
/// it may set any header. Its `Host` and its `Origin` still tell (GHSA-w48q-cv73-mx4w and its likes).
pub(super) fn check_sender(endpoint: &Endpoint, request: &Request<Bytes>) -> Result<(), Rejection> {
    let headers = request.headers();
    if request.uri().authority().is_some() {
        return Err(Rejection::Address(
            "the target of the request must be a path",
        ));
    }
    let host = only(headers, &header::HOST)
        .ok_or(Rejection::Address("the header Host is missing or doubled"))?;
    let is_other = match named(endpoint, host) {
        Some(Named::Here) => false,
        Some(Named::Other) => true,
        None => {
            return Err(Rejection::Forbidden(
                "the header Host names another machine",
            ));
        }
    };
    check_foreign(headers)?;
    if request.method() == Method::OPTIONS {
        return Err(Rejection::Forbidden("web pages get no token here"));
    }
    let protocol = Protocol::of_path(request.uri().path()).ok_or(Rejection::UnknownPath)?;
    if let Some(option) = endpoint.protocols.lack(protocol) {
        return Err(Rejection::NotSpoken(option));
    }
    if is_other && !protocol.has_secret() {
        return Err(Rejection::Forbidden(
            "another machine has to use the protocol with a secret",
        ));
    }
    match protocol {
        Protocol::CloudShell | Protocol::Imds => check_metadata(headers),
        Protocol::AppService => check_app_service(endpoint, request),
        Protocol::Azd => check_secret(&endpoint.secret, bearer(headers)),
    }
}

/// The only value of a header; nothing if there is none, or several.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Refuses browsers and forwarders by what only they send.
fn check_foreign(headers: &HeaderMap) -> Result<(), Rejection> {
    let mut names = headers.keys().map(HeaderName::as_str);
    if names.any(|name| FOREIGN.contains(&name) || name.starts_with(OF_BROWSERS)) {
        return Err(Rejection::Forbidden(
            "web pages and proxies get no token here",
        ));
    }
    Ok(())
}

/// The same for a server that hands out tokens which are good for only itself: a page whose name was rebound must not
/// speak to it, and no page gets a token. Over TLS a page of another name does not come so far, and the server may have
/// any.
pub(super) fn check_stranger(
    request: &Request<Bytes>,
    names: AllowedNames,
) -> Result<(), Rejection> {
    if request.uri().authority().is_some() {
        return Err(Rejection::Address(
            "the target of the request must be a path",
        ));
    }
    let host = only(request.headers(), &header::HOST)
        .ok_or(Rejection::Address("the header Host is missing or doubled"))?;
    let is_here = is_this_machine(host);
    if names == AllowedNames::OfThisMachine && !is_here {
        return Err(Rejection::Forbidden(
            "the header Host names another machine",
        ));
    }
    match Protocol::of_path(request.uri().path()) {
        Some(_) => check_foreign(request.headers()),
        None => Ok(()),
    }
}

fn check_metadata(headers: &HeaderMap) -> Result<(), Rejection> {
    let is_true = |value: &HeaderValue| {
        let bytes = value.as_bytes().trim_ascii();
        bytes.eq_ignore_ascii_case(b"true")
    };
    let mut values = headers.get_all("metadata").iter().peekable();
    if values.peek().is_some() && values.all(is_true) {
        return Ok(());
    }
    Err(Rejection::MetadataMissing)
}

/// `X-IDENTITY-HEADER` since 2019-08-01, `secret` before.
fn app_service_secret(headers: &HeaderMap) -> Option<&[u8]> {
    ["x-identity-header", "secret"]
        .iter()
        .find_map(|name| headers.get(*name))
        .map(HeaderValue::as_bytes)
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, secret) = value.split_at_checked("bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| secret.trim_ascii())
}

/// The secret in a header, or another one in the path; a header that is wrong is wrong in addition to that, too.
fn check_app_service(endpoint: &Endpoint, request: &Request<Bytes>) -> Result<(), Rejection> {
    let header = app_service_secret(request.headers());
    let Some(in_path) = secret_in(request.uri().path()) else {
        return check_secret(&endpoint.secret, header);
    };
    let own = endpoint.path_secret.as_ref();
    check_secret(own.ok_or(Rejection::UnknownPath)?, Some(in_path.as_bytes()))?;
    match header {
        Some(_) => check_secret(&endpoint.secret, header),
        None => Ok(()),
    }
}

fn check_secret(own: &Secret, shown: Option<&[u8]>) -> Result<(), Rejection> {
    let own = own.expose().as_bytes();
    if shown.is_some_and(|shown| is_equal(own, shown)) {
        return Ok(());
    }
    Err(Rejection::SecretMissing)
}

/// Compares without telling by the time taken where the first difference is.
fn is_equal(own: &[u8], shown: &[u8]) -> bool {
    let differences = own
        .iter()
        .zip(shown)
        .fold(0, |differences, (own, shown)| differences | (own ^ shown));
    own.len() == shown.len() && std::hint::black_box(differences) == 0 && !own.is_empty()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::{check_sender, check_stranger};
    use crate::azure::Secret;
    use crate::endpoint::{AllowList, AllowedNames, Endpoint, Protocols, Rejection};

    const ARM: &str = "/oauth2/token";

    fn endpoint() -> Endpoint {
        Endpoint {
            port: 50342,
            bound: None,
            protocols: Protocols {
                cloud_shell: true,
                imds: false,
            },
            secret: Secret::new("the-secret"),
            path_secret: Some(Secret::new("of-the-path")),
            audiences: AllowList::Any,
            other_hosts: vec!["host.docker.internal".to_owned()],
            other_identities: Vec::new(),
        }
    }

    fn ask(method: &str, target: &str, headers: &[(&str, &str)]) -> Result<(), String> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::new()).unwrap();
        check_sender(&endpoint(), &request).map_err(|rejection| code_of(&rejection))
    }

    /// The code, without the words.
    fn code_of(rejection: &Rejection) -> String {
        let reason = rejection.reason();
        reason.split(':').next().unwrap().to_owned()
    }

    #[track_caller]
    fn check(target: &str, headers: &[(&str, &str)], expected: Result<(), &str>) {
        let found = ask("POST", target, headers);
        assert_eq!(
            found,
            expected.map_err(str::to_owned),
            "{target} {headers:?}"
        );
    }

    #[test]
    fn the_host_is_this_machine_and_port() {
        for (host, expected) in [
            ("localhost:50342", Ok(())),
            ("LOCALHOST:50342", Ok(())),
            ("127.0.0.1:50342", Ok(())),
            ("[::1]:50342", Ok(())),
            ("localhost", Err("access_denied")),
            ("localhost:80", Err("access_denied")),
            ("localhost:503420", Err("access_denied")),
            ("evil.example:50342", Err("access_denied")),
            ("localhost.evil.example:50342", Err("access_denied")),
            ("127.0.0.1.evil.example:50342", Err("access_denied")),
            ("0.0.0.0:50342", Err("access_denied")),
            ("[::1]", Err("access_denied")),
            ("", Err("access_denied")),
        ] {
            check(ARM, &[("host", host), ("metadata", "true")], expected);
        }
        check(ARM, &[("metadata", "true")], Err("invalid_request"));
        let twice = [
            ("host", "localhost:50342"),
            ("host", "evil:50342"),
            ("metadata", "true"),
        ];
        check(ARM, &twice, Err("invalid_request"));
        let absolute = "http://localhost:50342/oauth2/token";
        check(
            absolute,
            &[("host", "localhost:50342"), ("metadata", "true")],
            Err("invalid_request"),
        );
    }

    #[test]
    fn browsers_and_forwarders_stay_out() {
        for name in [
            "origin",
            "referer",
            "sec-fetch-site",
            "sec-fetch-mode",
            "sec-ch-ua",
            "x-forwarded-for",
            "forwarded",
            "via",
        ] {
            let headers = [
                ("host", "localhost:50342"),
                ("metadata", "true"),
                (name, ""),
            ];
            check(ARM, &headers, Err("access_denied"));
        }
        let preflight = ask("OPTIONS", ARM, &[("host", "localhost:50342")]);
        assert_eq!(preflight, Err("access_denied".to_owned()));
    }

    #[test]
    fn strangers_get_nothing_of_a_sandbox() {
        let ask = |target: &str, names, headers: [(&str, &str); 2]| {
            let mut request = Request::get(target);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            check_stranger(&request.body(Bytes::new()).unwrap(), names).is_ok()
        };
        let (here, there) = (
            ("host", "LOCALHOST:1"),
            ("host", "localhost.evil.example:1"),
        );
        let (none, origin) = (("accept", "*/*"), ("origin", "http://localhost:1"));
        for (path, names, headers, expected) in [
            (ARM, AllowedNames::OfThisMachine, [here, none], true),
            (ARM, AllowedNames::OfThisMachine, [none, none], false),
            (ARM, AllowedNames::Any, [none, none], false),
            (ARM, AllowedNames::OfThisMachine, [here, here], false),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "localhost"), none],
                true,
            ),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "[::1]:65535"), none],
                true,
            ),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "localhost:x@evil"), none],
                false,
            ),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "localhost:"), none],
                false,
            ),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "localhost:+1"), none],
                false,
            ),
            (
                ARM,
                AllowedNames::OfThisMachine,
                [("host", "l\u{f6}calhost"), none],
                false,
            ),
            (
                "http://localhost:1/subscriptions",
                AllowedNames::Any,
                [here, none],
                false,
            ),
            (ARM, AllowedNames::OfThisMachine, [there, none], false),
            (
                "/subscriptions",
                AllowedNames::OfThisMachine,
                [there, none],
                false,
            ),
            (ARM, AllowedNames::Any, [there, none], true),
            (ARM, AllowedNames::Any, [here, origin], false),
            (
                "/contoso/login",
                AllowedNames::OfThisMachine,
                [here, origin],
                true,
            ),
        ] {
            assert_eq!(ask(path, names, headers), expected, "{path} {headers:?}");
        }
    }

    #[test]
    fn each_protocol_has_its_proof() {
        let here = ("host", "127.0.0.1:50342");
        check(ARM, &[here], Err("bad_request_102"));
        check(ARM, &[here, ("metadata", "false")], Err("bad_request_102"));
        let doubled = [here, ("metadata", "true"), ("metadata", "false")];
        check(ARM, &doubled, Err("bad_request_102"));
        check(ARM, &[here, ("Metadata", " True ")], Ok(()));
        for name in ["x-identity-header", "secret"] {
            check("/msi/token", &[here, (name, "the-secret")], Ok(()));
            check(
                "/msi/token",
                &[here, (name, "the-secre")],
                Err("unauthorized_client"),
            );
            check(
                "/msi/token",
                &[here, (name, "")],
                Err("unauthorized_client"),
            );
        }
        check(
            "/msi/token",
            &[here, ("metadata", "true")],
            Err("unauthorized_client"),
        );
        check(
            "/token",
            &[here, ("authorization", "Bearer the-secret")],
            Ok(()),
        );
        check(
            "/token",
            &[here, ("authorization", "Basic the-secret")],
            Err("unauthorized_client"),
        );
        check("/token", &[here], Err("unauthorized_client"));
        check(
            "/metadata/identity/oauth2/token",
            &[here, ("metadata", "true")],
            Ok(()),
        );
        check(
            "/other",
            &[here, ("metadata", "true")],
            Err("unknown_source"),
        );
    }

    #[test]
    fn a_secret_may_stand_in_the_path() {
        let here = ("host", "127.0.0.1:50342");
        let path = "/msi/token/of-the-path";
        let wrong = Err("unauthorized_client");
        check(path, &[here], Ok(()));
        check(path, &[here, ("metadata", "true")], Ok(()));
        check(path, &[here, ("x-identity-header", "the-secret")], Ok(()));
        check(path, &[here, ("x-identity-header", "of-the-path")], wrong);
        check(path, &[here, ("secret", "")], wrong);
        check("/msi/token/of-the-pat", &[here], wrong);
        check("/msi/token/the-secret", &[here], wrong);
        check(
            "/msi/token/the-secret",
            &[here, ("secret", "the-secret")],
            wrong,
        );
        check("/msi/token", &[here, ("secret", "of-the-path")], wrong);
        check(
            path,
            &[here, ("origin", "http://127.0.0.1")],
            Err("access_denied"),
        );
        check(
            path,
            &[("host", "evil.example:50342")],
            Err("access_denied"),
        );
        let none = Endpoint {
            path_secret: None,
            ..endpoint()
        };
        let request = Request::get(path).header(here.0, here.1);
        let found = check_sender(&none, &request.body(Bytes::new()).unwrap());
        assert!(matches!(found, Err(Rejection::UnknownPath)), "{found:?}");
    }

    #[test]
    fn an_address_that_is_listened_on_is_a_name_too() {
        let ask = |bound: &str, host: &str, proof: (&str, &str), path: &str| {
            let endpoint = Endpoint {
                bound: Some(bound.parse().unwrap()),
                ..endpoint()
            };
            let request = Request::get(path)
                .header("host", host)
                .header(proof.0, proof.1)
                .body(Bytes::new())
                .unwrap();
            check_sender(&endpoint, &request).is_ok()
        };
        let (secret, metadata) = (("secret", "the-secret"), ("metadata", "true"));
        for (bound, host, expected) in [
            ("0.0.0.0", "192.0.2.1:50342", true),
            ("::", "[2001:db8::1]:50342", true),
            ("0.0.0.0", "192.0.2.1:50343", false),
            ("0.0.0.0", "192.0.2.1.evil.example:50342", false),
            ("0.0.0.0", "evil.example:50342", false),
            ("127.0.0.2", "127.0.0.2:50342", true),
            ("127.0.0.2", "127.0.0.3:50342", false),
            ("127.0.0.2", "192.0.2.1:50342", false),
        ] {
            assert_eq!(
                ask(bound, host, secret, "/msi/token"),
                expected,
                "{bound} {host}"
            );
        }
        assert!(ask("127.0.0.2", "127.0.0.2:50342", metadata, ARM));
        assert!(!ask("0.0.0.0", "192.0.2.1:50342", metadata, ARM));
    }

    #[test]
    fn another_name_needs_the_secret() {
        let docker = ("host", "host.docker.internal:50342");
        check(ARM, &[docker, ("metadata", "true")], Err("access_denied"));
        check("/msi/token", &[docker, ("secret", "the-secret")], Ok(()));
    }
}
