//! Masks the parts of a request or a response that may be shown: header fields and addresses. What is sent is
//! never changed. Free text is searched by `text`.

use http::{HeaderName, HeaderValue};
use url::Url;

use super::names::{is_secret_name, is_secret_parameter};
use super::shown::{REDACTED, Shown};
use crate::azure::headers::{AZURE_ASYNC_OPERATION, OPERATION_LOCATION};
use crate::azure::url::percent::decode;

/// Headers whose value is an address that may carry secrets.
const ADDRESS_HEADERS: [&str; 4] = [
    AZURE_ASYNC_OPERATION,
    "location",
    OPERATION_LOCATION,
    "content-location",
];

impl Shown {
    /// A header's value, masked by the header's name and by the value's mark.
    pub fn header(name: &HeaderName, value: &HeaderValue) -> Self {
        if value.is_sensitive() || is_secret_name(name.as_str()) {
            return Self::redacted();
        }
        let words = String::from_utf8_lossy(value.as_bytes());
        match Url::parse(&words) {
            Ok(address) if ADDRESS_HEADERS.contains(&name.as_str()) => Self::url(&address),
            Ok(_) | Err(_) => Self::prose(&words),
        }
    }

    /// An address: without who signs in, and without the values of secret parameters.
    pub fn url(url: &Url) -> Self {
        let mut url = url.clone();
        let mut is_masked = false;
        if !url.username().is_empty() || url.password().is_some() {
            // Neither fails for an address with a host, and one without has no user.
            let _hidden = (url.set_username("redacted"), url.set_password(None));
            is_masked = true;
        }
        let Some(query) = url.query() else {
            return Self::of(url.to_string(), is_masked);
        };
        let shown = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret_parameter(&decode(name)) => {
                is_masked = true;
                format!("{name}={REDACTED}")
            }
            Some(_) | None => pair.to_owned(),
        });
        let query = shown.collect::<Vec<_>>().join("&");
        let whole = url.as_str();
        let bare = whole.split('?').next().unwrap_or(whole);
        Self::of(format!("{bare}?{query}"), is_masked)
    }

    /// The text of an address, whether it is a URL or not.
    pub fn address(text: &str) -> Self {
        Url::parse(text).map_or_else(|_| Self::prose(text), |url| Self::url(&url))
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
