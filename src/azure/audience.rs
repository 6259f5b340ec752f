//! Whom a token is for, and which host may receive it. Does not acquire tokens.

use std::fmt;

use url::Url;

use crate::azure::audience_table::{Reach, Row, RowAudience};
use crate::azure::cloud::Cloud;
use crate::azure::origin::{Origin, host_matches, is_loopback};

/// The resource that a token is for: the v1 word `resource`, a URL or a GUID, spelled as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Audience(String);

/// Why a text is no audience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAudience {
    /// Nothing was given.
    #[error("an audience may not be empty")]
    Empty,
    /// White space or a control character stands inside: often two scopes in one argument.
    #[error("an audience is one URL, `api://` name or GUID; this one has a blank in it")]
    Blank,
}

impl Audience {
    /// Reads an audience as a user gives it; a trailing `/.default` of a v2 scope is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidAudience> {
        let text = text.trim();
        let resource = text.strip_suffix("/.default").unwrap_or(text);
        if resource.is_empty() {
            return Err(InvalidAudience::Empty);
        }
        if resource
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
        {
            return Err(InvalidAudience::Blank);
        }
        Ok(Self(resource.to_owned()))
    }

    /// Wraps an audience that this program knows.
    pub(super) fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the audience as it was given; a trailing slash is part of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the v2 scope, `<resource>/.default`.
    ///
    /// A trailing slash is kept, so that `https://storage.azure.com/` becomes
    /// `https://storage.azure.com//.default`: the token's `aud` has to keep it too.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.0)
    }

    /// Tells whether two audiences name the same service.
    ///
    /// Trailing slashes and the case of letters do not count, and the spellings of Resource Manager
    /// (`management.azure.com`, `management.core.windows.net`, each with and without a slash, and
    /// their likes in other clouds) are one (hashicorp/go-azure-helpers#51).
    pub fn same_as(&self, other: &Self) -> bool {
        self.family() == other.family()
    }

    /// Returns the form that [`Audience::same_as`] compares.
    fn family(&self) -> String {
        let text = self.0.trim_end_matches('/').to_ascii_lowercase();
        match text.as_str() {
            "https://management.core.windows.net" => "https://management.azure.com".to_owned(),
            "https://management.core.chinacloudapi.cn" => {
                "https://management.chinacloudapi.cn".to_owned()
            }
            "https://management.core.usgovcloudapi.net" => {
                "https://management.usgovcloudapi.net".to_owned()
            }
            "https://management.core.sovcloud-api.fr" => {
                "https://management.sovcloud-api.fr".to_owned()
            }
            _ => text,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a host serves, as far as requests differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// Azure Resource Manager: the api-version is worked out, `x-ms-version` is sent.
    ResourceManager,
    /// The data plane of Storage: needs its own `x-ms-version`.
    Storage,
    /// Anything else, known or not.
    Other,
}

/// What the table knows about the host of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownHost {
    /// Whom a token is for; nothing where the definition of a cloud claims an audience that is not
    /// its own.
    pub(super) audience: Option<Audience>,
    pub(super) kind: HostKind,
    pub(super) reach: Reach,
    alternatives: &'static [&'static str],
}

/// Returns the audience of a URL in a cloud, or nothing for a host that the cloud does not know.
///
/// Only https on port 443 has an audience, save the origin of a custom cloud's own Resource
/// Manager. A host of another cloud is unknown: the token of the wrong authority is of no use
/// there and shows who asks.
pub fn audience_of(cloud: &Cloud, url: &Url) -> Option<Audience> {
    known_host(cloud, url).and_then(|known| known.audience)
}

/// Tells whether a known host takes tokens for an audience: its own, or a documented second one.
pub fn host_accepts(cloud: &Cloud, url: &Url, audience: &Audience) -> bool {
    known_host(cloud, url).is_some_and(|known| known.accepts(audience))
}

impl KnownHost {
    fn accepts(&self, audience: &Audience) -> bool {
        self.audience
            .as_ref()
            .is_some_and(|own| own.same_as(audience))
            || self
                .alternatives
                .iter()
                .any(|text| Audience::known(*text).same_as(audience))
    }
}

/// Returns what kind of service answers at a URL.
pub fn host_kind(cloud: &Cloud, url: &Url) -> HostKind {
    known_host(cloud, url).map_or(HostKind::Other, |known| known.kind)
}

/// Looks a URL up in a cloud.
pub(super) fn known_host(cloud: &Cloud, url: &Url) -> Option<KnownHost> {
    let origin = Origin::of(url);
    if origin == Origin::of(&cloud.resource_manager) {
        return Some(KnownHost {
            audience: claimed(&cloud.audience, url),
            kind: HostKind::ResourceManager,
            reach: Reach::Service,
            alternatives: &[],
        });
    }
    if origin.scheme != "https" || origin.port != Some(443) {
        return None;
    }
    let host = origin.host.as_str();
    let of_row = cloud
        .rows
        .iter()
        .find(|row| row.matches(host))
        .map(|row| known_by_row(row, host));
    of_row.or_else(|| {
        let endpoint = cloud
            .endpoints
            .iter()
            .find(|endpoint| host_matches(&endpoint.host, host))?;
        Some(KnownHost {
            audience: claimed(&endpoint.audience, url),
            kind: endpoint.kind,
            reach: Reach::Service,
            alternatives: &[],
        })
    })
}

/// Returns the audience that a definition claims for a host, unless it is that of another cloud.
///
/// A variable, a file or an endpoint's own description can call any host a Resource Manager. Tokens
/// of the known clouds do not follow such a claim (the way of Azure/azure-api-mcp#26): an audience
/// that belongs to a known cloud is for the hosts which that cloud's table has. Loopback may claim
/// any; it gets the sandbox's tokens only.
fn claimed(audience: &Audience, url: &Url) -> Option<Audience> {
    let owners: Vec<_> = Cloud::built_in()
        .into_iter()
        .filter(|cloud| owns(cloud, audience))
        .collect();
    let is_host_of_owner = || owners.iter().any(|cloud| serves(cloud, url, audience));
    let is_fit = if owners.is_empty() {
        is_of_own_domain(audience, url)
    } else {
        is_host_of_owner()
    };
    (is_loopback(url) || is_fit).then(|| audience.clone())
}

/// Tells whether a known cloud has a host for an audience: its Resource Manager, or a row's host.
fn serves(cloud: &Cloud, url: &Url, audience: &Audience) -> bool {
    let origin = Origin::of(url);
    if origin == Origin::of(&cloud.resource_manager) {
        return cloud.audience.same_as(audience);
    }
    if origin.scheme != "https" || origin.port != Some(443) {
        return false;
    }
    let row = cloud.rows.iter().find(|row| row.matches(&origin.host));
    row.map(|row| known_by_row(row, &origin.host))
        .is_some_and(|known| known.accepts(audience))
}

/// Tells whether an audience lies in the domain of the host that claims it, or is the form of
/// Azure Stack, `https://management.TENANT.onmicrosoft.com/GUID`. A list of what belongs to others
/// could never be complete: many services also take their application's GUID.
fn is_of_own_domain(audience: &Audience, url: &Url) -> bool {
    let Ok(claimed) = Url::parse(audience.as_str()) else {
        return false;
    };
    let (claimed, host) = (claimed_host(&claimed), Origin::of(url).host);
    let is_stack = claimed.starts_with("management.") && claimed.ends_with(".onmicrosoft.com");
    is_stack || (!claimed.is_empty() && domain_of(&claimed) == domain_of(&host))
}

fn claimed_host(audience: &Url) -> String {
    match audience.scheme() {
        "https" => Origin::of(audience).host,
        _ => String::new(),
    }
}

/// The last two labels of a host name.
pub(super) fn domain_of(host: &str) -> String {
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    labels.join(".")
}

/// Tells whether an audience is one of a known cloud.
fn owns(cloud: &Cloud, audience: &Audience) -> bool {
    let host = Url::parse(audience.as_str())
        .ok()
        .map(|url| Origin::of(&url).host);
    let has = |row: &Row| {
        let fixed = match row.audience {
            RowAudience::Fixed(text) => Audience::known(text).same_as(audience),
            RowAudience::OwnOrigin => false,
        };
        let second = row
            .alternatives
            .iter()
            .any(|text| Audience::known(*text).same_as(audience));
        fixed || second || host.as_deref().is_some_and(|host| row.matches(host))
    };
    cloud.audience.same_as(audience) || cloud.rows.iter().any(has)
}

/// Turns a row of the table into the answer for one host.
fn known_by_row(row: &Row, host: &str) -> KnownHost {
    let audience = match row.audience {
        RowAudience::Fixed(text) => Audience::known(text),
        RowAudience::OwnOrigin => Audience::known(format!("https://{host}")),
    };
    KnownHost {
        audience: Some(audience),
        kind: row.kind,
        reach: row.reach,
        alternatives: row.alternatives,
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, InvalidAudience};

    #[track_caller]
    fn check_scope(text: &str, expected: &str) {
        assert_eq!(Audience::parse(text).unwrap().scope(), expected);
    }

    #[test]
    fn scope_keeps_the_slash() {
        check_scope(
            "https://management.azure.com",
            "https://management.azure.com/.default",
        );
        check_scope(
            "https://management.azure.com/",
            "https://management.azure.com//.default",
        );
        check_scope(
            "499b84ac-1321-427f-aa17-267ca6975798",
            "499b84ac-1321-427f-aa17-267ca6975798/.default",
        );
        check_scope(
            "https://analysis.windows.net/powerbi/api",
            "https://analysis.windows.net/powerbi/api/.default",
        );
        check_scope(
            "https://vault.azure.net/.default",
            "https://vault.azure.net/.default",
        );
        check_scope(
            " https://storage.azure.com//.default ",
            "https://storage.azure.com//.default",
        );
    }

    #[test]
    fn refuses_what_is_none() {
        assert_eq!(Audience::parse(" "), Err(InvalidAudience::Empty));
        assert_eq!(Audience::parse("/.default"), Err(InvalidAudience::Empty));
        assert_eq!(
            Audience::parse("https://a https://b"),
            Err(InvalidAudience::Blank)
        );
        assert_eq!(
            Audience::parse("https://a\n/x"),
            Err(InvalidAudience::Blank)
        );
    }

    #[track_caller]
    fn check_same(one: &str, other: &str, expected: bool) {
        let (one, other) = (Audience::known(one), Audience::known(other));
        assert_eq!(one.same_as(&other), expected, "{one} {other}");
        assert_eq!(other.same_as(&one), expected, "{other} {one}");
    }

    #[test]
    fn spellings_of_resource_manager_are_one() {
        let spellings = [
            "https://management.azure.com",
            "https://management.azure.com/",
            "https://management.core.windows.net",
            "https://management.core.windows.net/",
        ];
        for one in spellings {
            for other in spellings {
                check_same(one, other, true);
            }
        }
        check_same(
            "https://management.core.chinacloudapi.cn/",
            "https://management.chinacloudapi.cn",
            true,
        );
        check_same(
            "https://management.core.usgovcloudapi.net/",
            "https://management.usgovcloudapi.net",
            true,
        );
        check_same(
            "https://management.azure.com/",
            "https://management.chinacloudapi.cn",
            false,
        );
    }

    #[test]
    fn other_audiences_differ_by_more_than_a_slash() {
        check_same(
            "https://storage.azure.com",
            "https://storage.azure.com/",
            true,
        );
        check_same("https://Vault.azure.net", "https://vault.azure.net", true);
        check_same(
            "2FF814A6-3304-4ab8-85cb-cd0e6f879c1d",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
            true,
        );
        check_same("https://vault.azure.net", "https://vault.azure.cn", false);
        check_same(
            "https://management.azure.com.evil.example",
            "https://management.azure.com",
            false,
        );
        check_same(
            "http://management.azure.com",
            "https://management.azure.com",
            false,
        );
    }
}
