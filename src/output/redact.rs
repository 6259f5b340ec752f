//! Masks secrets in what is shown: header fields and query parameters. Never changes what is sent.

use url::Url;

use crate::azure::headers::{
    AZURE_ASYNC_OPERATION, OPERATION_LOCATION, X_MS_AUTHORIZATION_AUXILIARY,
};
use crate::azure::{self, is_secret_name, mask_prose};

/// What stands in place of a secret.
pub const MASK: &str = "[redacted]";

/// Header fields whose values are secrets (the list of rest-sh/restish, and Azure's own).
const SECRET_HEADERS: [&str; 15] = [
    "api-key",
    "authorization",
    "cookie",
    "ocp-apim-subscription-key",
    "proxy-authorization",
    "secret",
    "set-cookie",
    "x-api-key",
    "x-api-token",
    "x-auth-token",
    "x-functions-key",
    "x-identity-header",
    X_MS_AUTHORIZATION_AUXILIARY,
    "x-ms-copy-source",
    "x-secret",
];

/// Query parameters whose values are secrets. `t`, `c`, `s` and `h` sign the addresses that ARM
/// gives to watch an operation: together they are a capability.
const SECRET_PARAMETERS: [&str; 18] = [
    "access_token",
    "api_key",
    "c",
    "client_assertion",
    "client_secret",
    "code",
    "h",
    "id_token",
    "key",
    "password",
    "refresh_token",
    "s",
    "secret",
    "sig",
    "skoid",
    "subscription-key",
    "t",
    "token",
];

/// Headers whose value is an address that may carry secrets.
const ADDRESS_HEADERS: [&str; 4] = [
    AZURE_ASYNC_OPERATION,
    "location",
    OPERATION_LOCATION,
    "content-location",
];

/// Returns a header's value as it may be shown.
pub fn header(name: &http::HeaderName, value: &http::HeaderValue) -> String {
    let lower = name.as_str();
    if value.is_sensitive() || SECRET_HEADERS.contains(&lower) || is_secret_name(lower) {
        return MASK.to_owned();
    }
    let text = String::from_utf8_lossy(value.as_bytes());
    match Url::parse(&text) {
        Ok(address) if ADDRESS_HEADERS.contains(&lower) => url(&address),
        Ok(_) | Err(_) => mask_prose(&text),
    }
}

/// Returns the text of an address as it may be shown, whether it is one or not.
pub fn address(text: &str) -> String {
    Url::parse(text).map_or_else(|_| mask_prose(text), |parsed| url(&parsed))
}

/// Returns an address as it may be shown.
pub fn url(url: &Url) -> String {
    let mut url = url.clone();
    if !url.username().is_empty() || url.password().is_some() {
        // Neither fails for an address with a host, and one without has no user.
        let _hidden = (url.set_username("redacted"), url.set_password(None));
    }
    let Some(query) = url.query() else {
        return url.to_string();
    };
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret_parameter(name) => format!("{name}={MASK}"),
        Some(_) | None => pair.to_owned(),
    });
    let query = shown.collect::<Vec<_>>().join("&");
    let whole = url.as_str();
    let bare = whole.split('?').next().unwrap_or(whole);
    format!("{bare}?{query}")
}

fn is_secret_parameter(name: &str) -> bool {
    let name = azure::decode(name);
    SECRET_PARAMETERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
        || is_secret_name(&name)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use url::Url;

    use super::{header, url};

    #[track_caller]
    fn check(name: &str, value: &str, shown: &str) {
        let name: HeaderName = name.parse().unwrap();
        assert_eq!(header(&name, &HeaderValue::from_str(value).unwrap()), shown);
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
        assert_eq!(
            header(&HeaderName::from_static("x-mine"), &value),
            "[redacted]"
        );
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
            assert_eq!(url(&Url::parse(address).unwrap()), shown);
        }
    }
}
