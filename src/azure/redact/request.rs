//! Masks the parts of a request or a response that may be shown: header fields and addresses. What is sent is
//! never changed. Free text is searched by `text`.

use http::{HeaderName, HeaderValue, header};
use url::Url;

use super::names::{is_secret_name, is_secret_parameter};
use super::shown::{REDACTED, Shown};
use super::text::is_scheme;
use crate::azure::headers::{AZURE_ASYNC_OPERATION, OPERATION_LOCATION};
use crate::azure::url::percent::decode;

/// Headers whose value is an address that may carry secrets.
const ADDRESS_HEADERS: [&str; 4] = [
    AZURE_ASYNC_OPERATION,
    "location",
    OPERATION_LOCATION,
    "content-location",
];

/// Headers that name a scheme without a secret.
const CHALLENGES: [HeaderName; 2] = [header::PROXY_AUTHENTICATE, header::WWW_AUTHENTICATE];

impl Shown {
    /// A header's value, masked by the header's name and by the value's mark.
    pub fn header(name: &HeaderName, value: &HeaderValue) -> Self {
        if value.is_sensitive() || is_secret_name(name.as_str()) {
            return Self::redacted();
        }
        let words = String::from_utf8_lossy(value.as_bytes());
        let scheme = words.trim_start().split_once(' ').map(|(first, _)| first);
        // A challenge names what is asked for, not what is given.
        let is_challenge = CHALLENGES.contains(name);
        if scheme.is_some_and(is_scheme) && !is_challenge {
            return Self::redacted();
        }
        if ADDRESS_HEADERS.contains(&name.as_str()) {
            Self::address(&words)
        } else {
            Self::prose(&words)
        }
    }

    /// An address: without who signs in, without the values of secret parameters, and without its fragment.
    pub fn url(url: &Url) -> Self {
        let mut url = url.clone();
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user {
            // Neither fails for an address with a host, and one without has no user.
            let _hidden = (url.set_username("redacted"), url.set_password(None));
        }
        let (text, is_masked) = mask_parts(url.as_str());
        Self::of(text, is_masked || has_user)
    }

    /// The text of an address, whether it is a URL or relative to one.
    pub fn address(text: &str) -> Self {
        Url::parse(text).map_or_else(|_| Self::relative_address(text), |url| Self::url(&url))
    }

    fn relative_address(text: &str) -> Self {
        let (text, has_user) = match text.strip_prefix("//").and_then(|rest| {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            Some((authority.rsplit_once('@')?.0, rest))
        }) {
            Some((user, rest)) => {
                let after = rest.get(user.len()..).unwrap_or_default();
                (format!("//{REDACTED}{after}"), true)
            }
            None => (text.to_owned(), false),
        };
        let (text, is_masked) = mask_parts(&text);
        let prose = Self::prose(&text);
        let is_masked = is_masked || has_user || prose.is_masked();
        Self::of(prose.into_string(), is_masked)
    }

    /// The text of an address that must not be asked: without who signs in, without query and fragment. It need
    /// not be a URL.
    pub fn bare_address(text: &str) -> Self {
        let (address, has_tail) = match text.find(['?', '#']) {
            Some(at) => (text.get(..at).unwrap_or_default(), true),
            None => (text, false),
        };
        let shown = match address.rsplit_once('@') {
            Some((before, host)) => {
                let scheme = before.split_once("://").map(|(scheme, _)| scheme);
                let scheme = scheme.map(|scheme| format!("{scheme}://"));
                Self::prose(&scheme.unwrap_or_default())
                    .with(Self::redacted())
                    .with("@")
                    .with(Self::prose(host))
            }
            None => Self::prose(address),
        };
        if has_tail {
            shown.with("?").with(Self::redacted())
        } else {
            shown
        }
    }
}

/// Masks the values of secret parameters in the path (`;token=…`) and in the query of an address, and its whole
/// fragment, which browsers get tokens in.
pub(super) fn mask_parts(address: &str) -> (String, bool) {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (address, None),
    };
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let mut is_masked = false;
    let mut masked = String::with_capacity(address.len());
    for segment in path.split_inclusive('/') {
        for piece in segment.split_inclusive(';') {
            let ends = |text: &str| text.len() - text.trim_end_matches(['/', ';']).len();
            let (piece, end) = piece.split_at(piece.len() - ends(piece));
            is_masked |= push_parameter(&mut masked, piece);
            masked.push_str(end);
        }
    }
    if let Some(query) = query {
        masked.push('?');
        for piece in query.split_inclusive(['&', ';']) {
            let (piece, end) = piece.split_at(piece.trim_end_matches(['&', ';']).len());
            is_masked |= push_parameter(&mut masked, piece);
            masked.push_str(end);
        }
    }
    if let Some(fragment) = fragment {
        masked.push('#');
        if fragment.is_empty() {
            return (masked, is_masked);
        }
        masked.push_str(REDACTED);
        is_masked = true;
    }
    (masked, is_masked)
}

/// Appends `name=value` of an address, and tells whether the value was masked.
fn push_parameter(masked: &mut String, pair: &str) -> bool {
    match pair.split_once('=') {
        Some((name, value)) if is_secret_parameter(&decode(name)) && !value.is_empty() => {
            for part in [name, "=", REDACTED] {
                masked.push_str(part);
            }
            value != REDACTED
        }
        Some(_) | None => {
            masked.push_str(pair);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use url::Url;

    use super::Shown;

    #[track_caller]
    fn check(name: &str, value: &str, shown: &str) {
        let name: HeaderName = name.parse().unwrap();
        let masked = Shown::header(&name, &HeaderValue::from_str(value).unwrap());
        assert_eq!(masked.as_str(), shown);
        assert_eq!(masked.is_masked(), value != shown, "{value}");
    }

    #[test]
    fn addresses_keep_scheme_and_host_only() {
        for (text, expected) in [
            ("http://me:pw@host/p", "http://[redacted]@host/p"),
            ("me:p@w@host", "[redacted]@host"),
            ("http://host/p?code=abc", "http://host/p?[redacted]"),
            ("http://host/#abc", "http://host/?[redacted]"),
            ("http://me:pw@host?x@y", "http://[redacted]@host?[redacted]"),
            ("ftp://host", "ftp://host"),
            ("", ""),
        ] {
            let shown = Shown::bare_address(text);
            assert_eq!(shown.as_str(), expected, "{text}");
            assert_eq!(shown.is_masked(), text != expected, "{text}");
        }
    }

    #[test]
    fn masks_headers_by_name_and_by_mark() {
        check("Authorization", "Bearer eyJ", "[redacted]");
        check("Ocp-Apim-Subscription-Key", "k", "[redacted]");
        check("x-ms-encryption-key", "k", "[redacted]");
        check("x-ms-copy-source-authorization", "Bearer k", "[redacted]");
        check("Location", "/y?sig=x&a=b", "/y?sig=[redacted]&a=b");
        check(
            "Link",
            "<https://h/p?sig=x>; rel=next",
            "<https://h/p?sig=[redacted]>; rel=next",
        );
        check("If-Match", "\"e\"", "\"e\"");
        check("x-forwarded", "Bearer abc", "[redacted]");
        check("x-forwarded", "SharedKey a:abc", "[redacted]");
        check("x-forwarded", "bearer", "bearer");
        let challenge = "Bearer authorization_uri=\"https://h/t\"";
        check("WWW-Authenticate", challenge, challenge);
        check(
            "Location",
            "/x?code=abc#id_token=d",
            "/x?code=[redacted]#[redacted]",
        );
        check(
            "Location",
            "//u:p@h/x;token=abc/y?%73ig=a",
            "//[redacted]@h/x;token=[redacted]/y?%73ig=[redacted]",
        );
        check("X-Zumo-Auth", "abc", "[redacted]");
        check(
            "Location",
            "https://h/p?sig=x&a=b",
            "https://h/p?sig=[redacted]&a=b",
        );
        let mut value = HeaderValue::from_static("v");
        value.set_sensitive(true);
        let masked = Shown::header(&HeaderName::from_static("x-mine"), &value);
        assert_eq!(masked.as_str(), "[redacted]");
        assert!(masked.is_masked());
    }

    #[test]
    fn masks_parameters_and_keeps_the_rest_as_it_is() {
        for (address, shown) in [
            ("https://h/p", "https://h/p"),
            (
                "https://h/p?$top=5&api-version=1",
                "https://h/p?$top=5&api-version=1",
            ),
            (
                "https://h/p?%73ig=a&apikey=b&Signature=c&$skiptoken=d",
                "https://h/p?%73ig=[redacted]&apikey=[redacted]&Signature=[redacted]&$skiptoken=d",
            ),
            ("https://u:p@h/p", "https://redacted@h/p"),
            ("https://h/p#access_token=x", "https://h/p#[redacted]"),
            (
                "https://h/p;token=x/y;a=b",
                "https://h/p;token=[redacted]/y;a=b",
            ),
            ("https://h/p?a=b;sig=x", "https://h/p?a=b;sig=[redacted]"),
            (
                "https://h/p?SAMLResponse=x",
                "https://h/p?SAMLResponse=[redacted]",
            ),
            (
                "https://h/p?SIG=a%2Bb&sv=2",
                "https://h/p?SIG=[redacted]&sv=2",
            ),
            (
                "https://h/p?t=1&c=MII&s=x&h=y",
                "https://h/p?t=[redacted]&c=[redacted]&s=[redacted]&h=[redacted]",
            ),
        ] {
            let masked = Shown::url(&Url::parse(address).unwrap());
            assert_eq!(masked.as_str(), shown);
            assert_eq!(masked.is_masked(), address != shown, "{address}");
        }
    }
}
