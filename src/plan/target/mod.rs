//! Turns the URL that a user typed, with the flags around it, into a [`Target`]. Pure: who looks up the default
//! subscription: `app/session`.

mod address;
mod error;
mod placeholder;
mod portal;
#[cfg(test)]
mod tests;
mod typed;
mod version;

use url::Url;

pub use error::{Error, ErrorKind};
pub use placeholder::{Placeholders, names_subscription};
pub use portal::portal_address;
pub use typed::{Authentication, Typed};
pub use version::ApiVersionChoice;
#[cfg(test)]
pub use version::ApiVersionOrigin;

use crate::azure::{
    Audience, HostKind, Target, audience_of, cloud_of, host_accepts, host_kind, needs_no_token,
};
use crate::plan::target::address::absolute;

/// Where the request goes, and what the user should know about how that was read.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The whole URL and the audience.
    pub target: Target,
    /// What was repaired or guessed, one sentence each.
    pub notes: Vec<String>,
    /// The api-version in the URL, if there is one.
    pub api_version: Option<ApiVersionChoice>,
}

/// Reads what the user typed.
///
/// # Errors
///
/// Refuses malformed and dangerous URLs, hosts that may not receive a token, placeholders without a
/// value and api-versions that are missing or contradict each other; see [`Error`].
pub fn resolve(typed: &Typed<'_>) -> Result<Resolved, Error> {
    let mut notes = Vec::new();
    let filled = typed.placeholders.fill(typed.url)?;
    let mut url = absolute(&filled, typed.cloud, typed.shell, &mut notes)?;
    check_names(&url, typed.query)?;
    if !typed.method.is_safe() && has_empty_segment(&url, typed) {
        let path = url.path().to_owned();
        return Err(Error::EmptySegment { path });
    }
    let audience = audience_for(typed, &url)?;
    let api_version = version::append_parameters(&mut url, typed, &mut notes)?;
    if matches!(url.host_str(), Some("graph.windows.net")) {
        notes.push(
            "Azure AD Graph is retired; its successor is https://graph.microsoft.com".to_owned(),
        );
    }
    // Both flags are needed: without an audience the hosts stay without effect.
    let allowed = match typed.audience {
        Some(_) => typed.allowed.to_vec(),
        None => Vec::new(),
    };
    let target = Target {
        cloud: typed.cloud.clone(),
        url,
        audience,
        allowed,
    };
    Ok(Resolved {
        target,
        notes,
        api_version,
    })
}

/// Tells whether a path of Resource Manager has an empty segment.
fn has_empty_segment(url: &Url, typed: &Typed<'_>) -> bool {
    let mut segments = url.path().split('/').skip(1);
    host_kind(typed.cloud, url) == HostKind::ResourceManager && segments.any(str::is_empty)
}

/// Decides what the token is for, and whether the host may have one.
fn audience_for(typed: &Typed<'_>, url: &Url) -> Result<Option<Audience>, Error> {
    if typed.authentication == Authentication::None {
        return Ok(None);
    }
    let is_allowed = typed.allowed.iter().any(|allowed| allowed.matches(url));
    match (audience_of(typed.cloud, url), typed.audience) {
        (Some(known), None) => Ok(Some(known)),
        (Some(_), Some(given)) if is_allowed || host_accepts(typed.cloud, url, given) => {
            Ok(Some(given.clone()))
        }
        (Some(known), Some(given)) => Err(Error::ForeignAudience {
            host: host_and_port(url),
            audience: given.to_string(),
            expected: known.to_string(),
        }),
        (None, Some(given)) if is_allowed => Ok(Some(given.clone())),
        (None, None) if needs_no_token(url) => Ok(None),
        (None, _) => Err(Error::UnknownHost {
            host: host_and_port(url),
            cloud: typed.cloud.name.to_string(),
            owner: cloud_of(url).map(|cloud| cloud.to_string()),
        }),
    }
}

/// Returns the host as `--allow-host` takes it.
fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Refuses parameters without a name: inside double quotes, `$filter` is a variable of the shell.
fn check_names(url: &Url, query: &[(String, String)]) -> Result<(), Error> {
    let in_url = url
        .query()
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix('='));
    let in_items = || {
        query
            .iter()
            .find(|(name, _)| name.is_empty())
            .map(|(_, value)| value.as_str())
    };
    match in_url.or_else(in_items) {
        Some(value) => Err(Error::ExpandedByShell {
            value: value.to_owned(),
        }),
        None => Ok(()),
    }
}
