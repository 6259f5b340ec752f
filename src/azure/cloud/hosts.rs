//! Which audience a host of a cloud takes tokens for, and what kind of service answers there. The hosts are those of
//! the cloud's table (`audience::host_table`) and of its definition; where a token may go next: `target`.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::audience::host_table::{HostAudience, HostKind, HostRow, TokenScope};
use crate::azure::cloud::authority::is_in_domain_of;
use crate::azure::cloud::{Cloud, CloudName};
use crate::azure::url::origin::{Origin, host_matches, is_loopback};

/// What is known about the host of a URL.
#[derive(Debug, Clone)]
pub(in crate::azure) struct KnownHost {
    /// The audience of its tokens; nothing if the definition of a cloud claims an audience that is not its own.
    pub(in crate::azure) audience: Option<Audience>,
    pub(in crate::azure) kind: HostKind,
    pub(in crate::azure) token_scope: TokenScope,
    /// The row of the cloud's table, if the host is in it.
    row: Option<HostRow>,
}

/// Returns the audience of a URL in a cloud, or nothing for a host that the cloud does not know.
///
/// Only https on port 443 has an audience, save the origin of a custom cloud's own Resource
/// Manager. A host of another cloud is unknown: the token of the wrong authority is of no use
/// there, and would show whose it is.
pub fn audience_of(cloud: &Cloud, url: &Url) -> Option<Audience> {
    known_host(cloud, url).and_then(|known| known.audience)
}

/// Services that answer anybody: no token is sent, and none is needed.
const OPEN_HOSTS: [&str; 2] = ["prices.azure.com", "prices.azure.cn"];

/// Tells whether a service answers without a token: the Retail Prices API.
pub fn needs_no_token(url: &Url) -> bool {
    let origin = Origin::of(url);
    origin.scheme == "https" && OPEN_HOSTS.contains(&origin.host.as_str())
}

/// Returns the first of the known clouds that has a host.
pub fn cloud_of(url: &Url) -> Option<CloudName> {
    let mut clouds = Cloud::built_in().into_iter();
    let owner = clouds.find(|cloud| audience_of(cloud, url).is_some());
    owner.map(|cloud| cloud.name)
}

/// Tells whether a known host takes tokens for an audience: its own, or a documented second one.
pub fn host_accepts(cloud: &Cloud, url: &Url, audience: &Audience) -> bool {
    known_host(cloud, url).is_some_and(|known| known.accepts(audience))
}

impl KnownHost {
    fn accepts(&self, audience: &Audience) -> bool {
        let own = self.audience.as_ref();
        own.is_some_and(|own| own.same_as(audience))
            || self.row.is_some_and(|row| has_alternative(&row, audience))
    }
}

/// Returns what kind of service answers at a URL.
pub fn host_kind(cloud: &Cloud, url: &Url) -> HostKind {
    known_host(cloud, url).map_or(HostKind::Other, |known| known.kind)
}

/// Looks a URL up in a cloud.
pub(in crate::azure) fn known_host(cloud: &Cloud, url: &Url) -> Option<KnownHost> {
    let origin = Origin::of(url);
    if origin == Origin::of(&cloud.resource_manager) {
        return Some(KnownHost {
            audience: claimed(&cloud.audience, url),
            kind: HostKind::ResourceManager,
            token_scope: TokenScope::Service,
            row: None,
        });
    }
    if origin.scheme != "https" || origin.port != Some(443) {
        return None;
    }
    let host = origin.host.as_str();
    let row = cloud.hosts.find(host);
    row.map(|row| known_by_row(row, host)).or_else(|| {
        let endpoint = cloud
            .endpoints
            .iter()
            .find(|endpoint| host_matches(&endpoint.host, host))?;
        Some(KnownHost {
            audience: claimed(&endpoint.audience, url),
            kind: endpoint.kind,
            token_scope: TokenScope::Service,
            row: None,
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
    let public = Cloud::public();
    if owner_is_asked(&public, audience, url) {
        // Nearly always so, and the search below goes through all rows of all clouds.
        return Some(audience.clone());
    }
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

/// Returns the audience that the definition of a cloud claims for its Resource Manager, if it is not believed.
pub fn refused_claim(cloud: &Cloud) -> Option<&Audience> {
    let is_refused = claimed(&cloud.audience, &cloud.resource_manager).is_none();
    is_refused.then_some(&cloud.audience)
}

/// Tells whether the Resource Manager of a known cloud is asked with its own audience.
fn owner_is_asked(cloud: &Cloud, audience: &Audience, url: &Url) -> bool {
    Origin::of(url) == Origin::of(&cloud.resource_manager) && cloud.audience.same_as(audience)
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
    let row = cloud.hosts.find(&origin.host);
    row.map(|row| known_by_row(row, &origin.host))
        .is_some_and(|known| known.accepts(audience))
}

/// Tells whether an audience is in the domain of the host that claims it. A list of what belongs to others could never
/// be complete: many services also take their application's GUID. The form of Azure Stack,
/// `https://management.TENANT.onmicrosoft.com/GUID`, names the tenant of anyone: it takes `--audience`.
fn is_of_own_domain(audience: &Audience, url: &Url) -> bool {
    let Ok(claimed) = Url::parse(audience.as_str()) else {
        return false;
    };
    let claimed = claimed_host(&claimed);
    let host = Origin::of(url).host;
    let is_named = matches!(url.host(), Some(url::Host::Domain(_)));
    let is_in_domain = is_named && is_in_domain_of(&claimed, &host);
    !claimed.is_empty() && (is_in_domain || claimed == host)
}

fn claimed_host(audience: &Url) -> String {
    match audience.scheme() {
        "https" => Origin::of(audience).host,
        _ => String::new(),
    }
}

/// Tells whether an audience is one of a known cloud.
fn owns(cloud: &Cloud, audience: &Audience) -> bool {
    let host = Url::parse(audience.as_str())
        .ok()
        .map(|url| Origin::of(&url).host);
    let has = |row: HostRow| {
        let fixed = match row.audience {
            HostAudience::Fixed(text) => Audience::known(text).same_as(audience),
            HostAudience::OwnOrigin => false,
        };
        fixed
            || has_alternative(&row, audience)
            || host.as_deref().is_some_and(|host| row.matches(host))
    };
    cloud.audience.same_as(audience) || cloud.hosts.rows().any(has)
}

/// Turns a row of the table into the answer for one host.
fn known_by_row(row: HostRow, host: &str) -> KnownHost {
    let audience = match row.audience {
        HostAudience::Fixed(text) => Audience::known(text),
        HostAudience::OwnOrigin => Audience::known(format!("https://{host}")),
    };
    KnownHost {
        audience: Some(audience),
        kind: row.kind,
        token_scope: row.token_scope,
        row: Some(row),
    }
}

fn has_alternative(row: &HostRow, audience: &Audience) -> bool {
    row.alternatives()
        .any(|text| Audience::known(text).same_as(audience))
}
