//! What a URL may look like before anything is sent. Which hosts are trusted with a token: `target`.
//!
//! URL parsers forgive: they drop tabs, turn `\` into `/`, decode the host and read `0x7f.1` as an
//! address. What they forgive is what look-alike URLs are made of (Azure/azure-cli#33511, #33957),
//! so that the text is checked before it is parsed, and the parsed URL is what is sent.

use url::Url;

use crate::azure::url::error::UrlError;
use crate::azure::url::origin::is_loopback;
use crate::azure::url::percent::{UrlPart, sanitise};

/// Reads an absolute URL and refuses every doubtful one.
///
/// Legal bytes of path and query are kept, illegal ones are percent-encoded, `#` too: nothing after
/// it is lost. One exception: the parser writes `'` in a query as `%27`.
pub fn parse_url(text: &str) -> Result<Url, UrlError> {
    refuse_control_characters(text)?;
    let (scheme, rest) = split_scheme(text)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    check_authority(authority)?;
    if tail.starts_with('\\') {
        return Err(UrlError::Malformed {
            reason: "a backslash after the host",
        });
    }
    let url =
        Url::parse(&format!("{scheme}://{authority}{}", sanitise_tail(tail))).map_err(|error| {
            UrlError::Malformed {
                reason: reason_of(error),
            }
        })?;
    check_url(&url)?;
    check_spelling(authority, &url)?;
    Ok(url)
}

/// The longest address that the `http` crate makes a request of.
const MAX_LENGTH: usize = 65_534;

/// Refuses a parsed URL that must not be asked, with or without a token.
pub fn check_url(url: &Url) -> Result<(), UrlError> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(UrlError::Scheme {
            scheme: url.scheme().to_owned(),
        });
    }
    if url.as_str().len() > MAX_LENGTH {
        return Err(UrlError::Malformed {
            reason: "longer than 65,534 bytes, too long for a request line",
        });
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    if host.is_empty() {
        return Err(UrlError::Malformed { reason: "no host" });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::UserInfo { host });
    }
    if host.ends_with('.') {
        return Err(UrlError::TrailingDot { host });
    }
    if host.split('.').any(str::is_empty) {
        return Err(UrlError::Malformed {
            reason: "a host with an empty part between two dots",
        });
    }
    if url.scheme() == "http" && !is_loopback(url) {
        return Err(UrlError::Insecure { host });
    }
    Ok(())
}

/// Refuses control characters anywhere: parsers drop tabs and line ends, even inside the host.
pub(in crate::azure) fn refuse_control_characters(text: &str) -> Result<(), UrlError> {
    if text.chars().any(char::is_control) {
        return Err(UrlError::Malformed {
            reason: "a control character",
        });
    }
    Ok(())
}

/// Percent-encodes what is illegal in the part of a URL after its host.
pub(in crate::azure) fn sanitise_tail(tail: &str) -> String {
    match tail.split_once('?') {
        Some((path, query)) => {
            format!(
                "{}?{}",
                sanitise(path, UrlPart::Path),
                sanitise(query, UrlPart::Query)
            )
        }
        None => sanitise(tail, UrlPart::Path),
    }
}

/// Splits `scheme://rest`; the parser would also take `https:host` and `https:///host`.
fn split_scheme(text: &str) -> Result<(String, &str), UrlError> {
    let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Err(UrlError::Malformed {
            reason: "no scheme",
        });
    };
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "https" | "http") {
        return Err(UrlError::Scheme { scheme });
    }
    let rest = rest.strip_prefix("//").ok_or(UrlError::Malformed {
        reason: "no `//` after the scheme",
    })?;
    Ok((scheme, rest))
}

/// Tells whether a text is a scheme by RFC 3986, section 3.1.
pub(in crate::azure) fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
}

/// Refuses an authority that cannot be read in one way only.
fn check_authority(authority: &str) -> Result<(), UrlError> {
    if let Some((_, host)) = authority.rsplit_once('@') {
        return Err(UrlError::UserInfo {
            host: host.escape_default().to_string(),
        });
    }
    if authority.is_empty() {
        return Err(UrlError::Malformed { reason: "no host" });
    }
    if authority.contains(char::is_whitespace) {
        return Err(UrlError::Malformed {
            reason: "a blank in the host",
        });
    }
    if authority.ends_with(':') {
        return Err(UrlError::Malformed {
            reason: "no port after the colon",
        });
    }
    Ok(())
}

/// Refuses a host that the parser reads otherwise than it is written: percent-encoded, with
/// letters beyond ASCII, or as a number.
fn check_spelling(authority: &str, url: &Url) -> Result<(), UrlError> {
    let host = match authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        // An IPv6 address has many spellings and only one meaning.
        Some(_) => return Ok(()),
        None => authority
            .split_once(':')
            .map_or(authority, |(host, _)| host),
    };
    let read = url.host_str().unwrap_or_default();
    if host.eq_ignore_ascii_case(read) {
        return Ok(());
    }
    Err(UrlError::DisguisedHost {
        written: host.escape_default().to_string(),
        read: read.to_owned(),
    })
}

/// Says in our words what the parser found; a list that may grow is compared, not matched.
fn reason_of(error: url::ParseError) -> &'static str {
    const REASONS: [(url::ParseError, &str); 6] = [
        (url::ParseError::EmptyHost, "no host"),
        (
            url::ParseError::InvalidPort,
            "the port is not a number up to 65535",
        ),
        (
            url::ParseError::InvalidIpv4Address,
            "the host is not a valid IPv4 address",
        ),
        (
            url::ParseError::InvalidIpv6Address,
            "the host is not a valid IPv6 address",
        ),
        (
            url::ParseError::IdnaError,
            "the host is not a valid domain name",
        ),
        (
            url::ParseError::InvalidDomainCharacter,
            "the host is not a valid domain name",
        ),
    ];
    let known = REASONS.iter().find(|(kind, _)| *kind == error);
    known.map_or("it cannot be parsed", |(_, reason)| *reason)
}
