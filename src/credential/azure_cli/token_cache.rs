//! The access tokens that Azure CLI keeps, in the format of MSAL's unified cache. They are read and never written,
//! refresh tokens are not looked at, and any surprise means that az is asked instead: Microsoft does not promise that
//! this file stays as it is (Azure/azure-cli#23911).

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::profile::{Subscription, read_file};
use crate::azure::Audience;
use crate::credential::AccessToken;
use crate::credential::token::from_epoch;

/// The file, if it is not encrypted.
pub(super) const FILE: &str = "msal_token_cache.json";
/// The application that users sign in to with az.
pub(super) const CLIENT_ID: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/// Caches of a hundred tenants are smaller.
const MAX_CACHE: u64 = 16 << 20;
/// What must be left of a token's life: a run may take some minutes, and az asks for another one
/// at this point too.
const LEAST_LIFE: Duration = Duration::from_secs(300);
/// The names by which an authority is in caches (MSAL, `authority.py`).
const ALIASES: [&[&str]; 3] = [
    &[
        "login.microsoftonline.com",
        "login.windows.net",
        "login.microsoft.com",
        "sts.windows.net",
    ],
    &["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
    &["login.microsoftonline.us", "login.usgovcloudapi.net"],
];

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::credential) struct Wanted<'a> {
    /// The account, by a subscription that it sees.
    pub(in crate::credential) account: &'a Subscription,
    /// The tenant, by its id.
    pub(in crate::credential) tenant_id: &'a str,
    /// The host of the authority.
    pub(in crate::credential) authority: &'a str,
    /// The service.
    pub(in crate::credential) audience: &'a Audience,
    /// Resource Manager of the cloud, which accepts several spellings of its audience.
    pub(in crate::credential) resource_manager: &'a Audience,
    /// The time of day.
    pub(in crate::credential) now: SystemTime,
    /// How much of its life the token must still have.
    pub(in crate::credential) minimum_left: Duration,
}

/// The parts of the cache that are read. An entry is read by itself, so that one in another form
/// does not spoil the rest.
#[derive(Deserialize)]
struct Cache<'a> {
    #[serde(rename = "AccessToken", borrow)]
    tokens: HashMap<String, &'a RawValue>,
    #[serde(rename = "Account", borrow, default)]
    accounts: HashMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Account {
    home_account_id: String,
    environment: String,
    username: String,
}

#[derive(Deserialize)]
struct Entry {
    credential_type: String,
    secret: String,
    home_account_id: Option<String>,
    environment: String,
    client_id: String,
    target: String,
    realm: String,
    token_type: String,
    expires_on: String,
    /// Sets apart the tokens of sessions of assistants: they are not for others.
    ext_cache_key: Option<serde_json::Value>,
}

/// Finds the token that az would give, without asking it.
pub(super) fn find(path: &Path, wanted: &Wanted<'_>) -> Option<AccessToken> {
    search(&read_file(path, MAX_CACHE)?, wanted)
}

pub(in crate::credential) fn search(bytes: &[u8], wanted: &Wanted<'_>) -> Option<AccessToken> {
    let cache: Cache<'_> = serde_json::from_slice(bytes).ok()?;
    let user = &wanted.account.user;
    let (client_id, home_account_id) = match user.kind.as_str() {
        "user" => (CLIENT_ID, Some(home_account(&cache, wanted)?)),
        "servicePrincipal" => (user.name.as_str(), None),
        _ => return None,
    };
    let is_meant = |entry: &Entry| {
        entry.credential_type == "AccessToken"
            && entry.token_type.eq_ignore_ascii_case("bearer")
            && entry.ext_cache_key.is_none()
            && entry.client_id.eq_ignore_ascii_case(client_id)
            && entry.home_account_id == home_account_id
            && entry.realm.eq_ignore_ascii_case(wanted.tenant_id)
            && is_same_authority(&entry.environment, wanted.authority)
            && entry.target.split(' ').any(|scope| wanted.is_for(scope))
    };
    let least = wanted
        .now
        .checked_add(LEAST_LIFE.max(wanted.minimum_left))?;
    let tenant_id = wanted.tenant_id.to_ascii_lowercase();
    let entries = cache.tokens.into_iter().filter_map(|(key, entry)| {
        // Keys hold the tenant in lower case: most entries need not be read.
        let entry = key.contains(&tenant_id).then_some(entry)?;
        serde_json::from_str::<Entry>(entry.get()).ok()
    });
    let alive = entries.filter(is_meant).filter_map(|entry| {
        let expires_on = from_epoch(entry.expires_on.parse().ok()?)?;
        (expires_on > least).then_some((expires_on, entry.secret))
    });
    let (expires_on, secret) = alive.max()?;
    Some(AccessToken::new(&secret, Some(expires_on)))
}

/// The account of a user name; none if several have it, which az refuses too (Azure/azure-cli#20168).
fn home_account(cache: &Cache<'_>, wanted: &Wanted<'_>) -> Option<String> {
    let name = wanted.account.user.name.to_lowercase();
    let accounts = cache.accounts.values();
    let found: BTreeSet<String> = accounts
        .filter_map(|account| serde_json::from_str::<Account>(account.get()).ok())
        .filter(|account| {
            account.username.to_lowercase() == name
                && is_same_authority(&account.environment, wanted.authority)
        })
        .map(|account| account.home_account_id)
        .collect();
    let mut found = found.into_iter();
    found.next().filter(|_| found.next().is_none())
}

fn is_same_authority(one: &str, other: &str) -> bool {
    let has = |names: &&[&str], host: &str| {
        let mut names = names.iter();
        names.any(|name| name.eq_ignore_ascii_case(host))
    };
    one.eq_ignore_ascii_case(other)
        || ALIASES
            .iter()
            .any(|names| has(names, one) && has(names, other))
}

impl Wanted<'_> {
    /// Tells whether a scope of a token is everything that the audience has.
    fn is_for(&self, scope: &str) -> bool {
        let is_everything = scope.ends_with("/.default");
        let is_resource_manager = |audience: &Audience| audience.same_as(self.resource_manager);
        is_everything
            && (scope == self.audience.scope()
                || is_resource_manager(self.audience)
                    && Audience::parse(scope).is_ok_and(|found| is_resource_manager(&found)))
    }
}

#[cfg(test)]
#[path = "token_cache_tests.rs"]
mod tests;
