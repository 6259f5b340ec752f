//! Turns what is in place of the URL into an absolute URL. Who checks the host: `azure::Target`.

use url::Url;

use crate::azure::{Cloud, UrlError, decode, is_loopback, is_stray, parse_url};
use crate::plan::git_bash::{PathConversion, is_drive_path, is_root, repair};
use crate::plan::target::Error;
use crate::plan::target::portal::resource_id;

/// Reads the forms of a URL: a path, a path without its first slash, `:PORT/…`, a portal link, an
/// absolute URL. What was repaired is reported in `notes`.
pub(super) fn absolute(
    text: &str,
    cloud: &Cloud,
    shell: PathConversion,
    notes: &mut Vec<String>,
) -> Result<Url, Error> {
    // On Windows, `$(az … -o tsv)` leaves a carriage return at the end of an ID.
    let text = text.trim_end_matches('\r').trim_matches(' ');
    if let Some((place, character)) = text.chars().enumerate().find(|(_, one)| one.is_control()) {
        return Err(Error::ControlCharacter {
            character: character.escape_default().to_string(),
            place: place + 1,
        });
    }
    let path_end = text.find(['?', '#']).unwrap_or(text.len());
    let path = text.get(..path_end).unwrap_or(text);
    let ends = [
        text.chars().next(),
        path.chars().last(),
        text.chars().last(),
    ];
    if let Some(character) = ends.into_iter().flatten().find(|one| is_stray(*one)) {
        return Err(Error::StrayCharacter {
            character: character.escape_unicode().to_string(),
        });
    }
    if let Some(id) = resource_id(text, cloud)? {
        notes.push(format!("the portal link was read as `{id}`"));
        return at_resource_manager(&id, cloud);
    }
    if is_drive_path(text) {
        let repaired = match shell {
            PathConversion::GitBash => repair(text),
            PathConversion::None => None,
        };
        let path = repaired.ok_or_else(|| Error::FilePath {
            url: text.to_owned(),
        })?;
        notes.push(format!(
            "the shell had rewritten the URL; it was read as `{path}`"
        ));
        return at_resource_manager(&path, cloud);
    }
    if let Some(rest) = text.strip_prefix(':') {
        return at_port(rest, cloud);
    }
    if let Some(rest) = text.strip_prefix("//") {
        if is_root(rest) {
            return at_resource_manager(&format!("/{rest}"), cloud);
        }
        return Err(Error::Unrecognised {
            url: text.to_owned(),
        });
    }
    if text.starts_with('/') {
        return at_resource_manager(text, cloud);
    }
    if is_root(text) {
        return at_resource_manager(&format!("/{text}"), cloud);
    }
    if text.is_empty() {
        return Err(Error::Empty);
    }
    if text
        .split(['/', '?', '#'])
        .next()
        .is_some_and(|head| head.contains(':'))
    {
        let (_, tail) = split_tail(text);
        check_path(tail)?;
        return Ok(parse_url(text)?);
    }
    Err(Error::Unrecognised {
        url: text.to_owned(),
    })
}

/// Puts a path at the cloud's Resource Manager.
fn at_resource_manager(path: &str, cloud: &Cloud) -> Result<Url, Error> {
    at_origin(&cloud.resource_manager, path)
}

/// Puts `PORT/…` at this machine.
///
/// If the cloud's own Resource Manager listens there, its spelling of the host is taken
/// (`127.0.0.1`, not `localhost`): it is the same origin then.
fn at_port(rest: &str, cloud: &Cloud) -> Result<Url, Error> {
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (digits, path) = rest.split_at(end);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let port: Option<u16> = digits.parse().ok().filter(|port| is_number && *port > 0);
    let Some(port) = port else {
        return Err(UrlError::Malformed {
            reason: "the port is not a number up to 65535",
        }
        .into());
    };
    let own = &cloud.resource_manager;
    if is_loopback(own) && own.scheme() == "http" && own.port_or_known_default() == Some(port) {
        return at_origin(own, path);
    }
    at_origin(&parse_url(&format!("http://localhost:{port}"))?, path)
}

/// Appends a path to an origin, after looking at it.
fn at_origin(origin: &Url, path: &str) -> Result<Url, Error> {
    check_path(path)?;
    let origin = origin.as_str().trim_end_matches('/');
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(parse_url(&format!("{origin}{slash}{path}"))?)
}

/// Refuses what the parser would take away from a path without a word.
fn check_path(tail: &str) -> Result<(), Error> {
    let path = tail.split('?').next().unwrap_or_default();
    if path.contains('#') {
        return Err(Error::Fragment);
    }
    if path.contains('\\') {
        return Err(UrlError::Malformed {
            reason: "a backslash in the path",
        }
        .into());
    }
    match path
        .split('/')
        .find(|segment| matches!(decode(segment).as_str(), "." | ".."))
    {
        Some(segment) => Err(Error::DotSegment {
            segment: segment.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Splits an absolute URL after its host.
fn split_tail(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |at| at + 3);
    let after_scheme = url.get(start..).unwrap_or_default();
    let end = after_scheme
        .find(['/', '?', '#', '\\'])
        .unwrap_or(after_scheme.len());
    url.split_at(start + end)
}
