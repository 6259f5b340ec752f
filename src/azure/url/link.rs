//! Links that a service gives, such as `nextLink` and `Location`: resolves them, compares them, and edits their
//! queries. Whether a link may be followed: `target`.

use url::Url;

use crate::azure::url::check::{is_scheme, parse_url, refuse_control_characters, sanitise_tail};
use crate::azure::url::error::UrlError;
use crate::azure::url::origin::Origin;
use crate::azure::url::percent::{decode, encode_query, hexadecimal_digit};

/// The name of the parameter, compared without case.
const API_VERSION: &str = "api-version";

/// The hosts of the retired directory graph, whose relative links start after the tenant.
const DIRECTORY_GRAPH_HOSTS: [&str; 2] = ["graph.windows.net", "graph.chinacloudapi.cn"];

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The link is not a URL, or it is one that is never asked.
    #[error("unusable link from `{from}`: {error}")]
    Refused {
        /// The origin whose answer has the link.
        from: Origin,
        /// What is wrong with it.
        error: UrlError,
    },
}

/// Resolves a link against the URL whose answer holds it; an empty or blank link counts as no link.
///
/// Absolute links are kept, relative ones are joined as RFC 3986 says. Only illegal bytes and `#`
/// are percent-encoded: links carry signatures, and raw `#` inside continuation tokens
/// (Azure/azure-rest-api-specs#31000). If `api_version` is given and the link has none, it is added
/// (Azure/azure-sdk-for-js#11913); one that is there stays, whatever it says. The directory graph's
/// relative links need its tenant and api-version, which are taken from `current`
/// (Azure/autorest#1232).
pub fn resolve(
    link: &str,
    current: &Url,
    api_version: Option<&str>,
) -> Result<Option<Url>, LinkError> {
    let link = link.trim();
    if link.is_empty() {
        return Ok(None);
    }
    let refused = |error| LinkError::Refused {
        from: Origin::of(current),
        error,
    };
    let mut url = join(link, current).map_err(refused)?;
    let own = explicit_api_version(current);
    let wanted = match api_version {
        None if is_directory_graph(&url) => own.as_deref(),
        given => given,
    };
    if let Some(version) = wanted
        && explicit_api_version(&url).is_none()
    {
        append_query(&mut url, API_VERSION, version);
    }
    Ok(Some(url))
}

/// Returns the value of the first `api-version` in the query of a URL, whatever its case.
pub fn explicit_api_version(url: &Url) -> Option<String> {
    query_values(url, API_VERSION).into_iter().next()
}

/// Returns the values of a query parameter, decoded; its name is compared without case.
pub fn query_values(url: &Url, name: &str) -> Vec<String> {
    let pairs = url.query().unwrap_or_default().split('&');
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(key, _)| decode(key).eq_ignore_ascii_case(name))
        .map(|(_, value)| decode(value))
        .collect()
}

/// Adds a parameter to the end of the query, encoded; what is there already is not touched.
pub fn append_query(url: &mut Url, name: &str, value: &str) {
    let pair = format!("{}={}", encode_query(name), encode_query(value));
    let query = match url.query() {
        None | Some("") => pair,
        Some(query) if query.ends_with('&') => format!("{query}{pair}"),
        Some(query) => format!("{query}&{pair}"),
    };
    url.set_query(Some(&query));
}

/// Sets a parameter: takes all of its name away, whatever their case, and adds it at the end.
pub fn set_query(url: &mut Url, name: &str, value: &str) {
    remove_query(url, name);
    append_query(url, name, value);
}

/// Removes every parameter of this name, whatever its case.
pub fn remove_query(url: &mut Url, name: &str) {
    let pairs = url.query().unwrap_or_default().split('&');
    let others = pairs.filter(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !decode(key).eq_ignore_ascii_case(name)
    });
    let query = others.collect::<Vec<_>>().join("&");
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
}

/// Returns the form in which links are remembered to find a cycle: `%XX` in upper case, and decoded
/// where the byte has no meaning of its own in a URL (`%24skiptoken` is `$skiptoken`).
///
/// Letters keep their case: names of resources ignore it, continuation tokens do not.
pub fn normal_form(url: &Url) -> String {
    let mut normal = Origin::of(url).to_string();
    normal.push_str(&normal_part(url.path()));
    if let Some(query) = url.query() {
        normal.push('?');
        normal.push_str(&normal_part(query));
    }
    normal
}

/// Turns a link into a URL.
fn join(link: &str, current: &Url) -> Result<Url, UrlError> {
    refuse_control_characters(link)?;
    if let Some(rest) = link.strip_prefix("//") {
        return parse_url(&format!("{}://{rest}", current.scheme()));
    }
    let head = link.split(['/', '?', '#']).next().unwrap_or_default();
    if head
        .split_once(':')
        .is_some_and(|(scheme, _)| is_scheme(scheme))
    {
        return parse_url(link);
    }
    let malformed = |_| UrlError::Malformed {
        reason: "it cannot be joined",
    };
    let base = match directory_graph_base(current) {
        Some(base) if !link.starts_with(['/', '?']) => base,
        _ => current.clone(),
    };
    base.join(&sanitise_tail(link)).map_err(malformed)
}

/// Returns `https://graph.windows.net/{tenant}/` for a URL of the directory graph.
fn directory_graph_base(current: &Url) -> Option<Url> {
    let tenant = current
        .path_segments()?
        .next()
        .filter(|tenant| !tenant.is_empty())?;
    if !is_directory_graph(current) {
        return None;
    }
    current.join(&format!("/{tenant}/")).ok()
}

/// Tells whether a URL is at the retired directory graph.
fn is_directory_graph(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| DIRECTORY_GRAPH_HOSTS.contains(&host))
}

/// Normalises the percent-encoding of a path or a query.
fn normal_part(part: &str) -> String {
    let mut normal = String::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let encoded = match (byte, tail) {
            (b'%', [first, second, after @ ..]) => {
                digits(*first, *second).map(|byte| (byte, after))
            }
            _ => None,
        };
        let Some((decoded, after)) = encoded else {
            normal.push(char::from(byte));
            continue;
        };
        rest = after;
        if decoded.is_ascii_graphic() && !b"/?#&=+%;\\".contains(&decoded) {
            normal.push(char::from(decoded));
        } else {
            normal.push('%');
            normal.push(hexadecimal_digit(decoded >> 4));
            normal.push(hexadecimal_digit(decoded & 0x0f));
        }
    }
    normal
}

/// Reads two hexadecimal digits.
fn digits(first: u8, second: u8) -> Option<u8> {
    let value = char::from(first).to_digit(16)? * 16 + char::from(second).to_digit(16)?;
    u8::try_from(value).ok()
}
