//! The tenants that services have named in a 401, kept from run to run: the next one asks for the right token at once.
//! A tenant that is wrong by now costs no more than having none. Who reads a 401: `client::challenge`; who keeps
//! tokens: `cache`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Identity;
use super::identity::fingerprint;
use super::private_file::{self, Durability};
use crate::azure::Audience;
use crate::env::Env;

const FILE: &str = "tenants.json";
const MAX_FILE: u64 = 256 << 10;
/// The most tenants: the oldest go.
const MOST_TENANTS: usize = 500;
/// How long a tenant is remembered after a service has named it.
const LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The tenants of subscriptions and hosts, for each identity. Whatever is wrong with the file, a run goes on without it.
#[derive(Debug)]
pub struct TenantCache {
    path: Option<PathBuf>,
    now: SystemTime,
    /// What the file holds, once it was read.
    kept: RefCell<Option<Tenants>>,
}

type Tenants = BTreeMap<String, NamedTenant>;

/// A tenant, and when a service named it, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NamedTenant {
    tenant_id: String,
    named_on: u64,
}

/// What a tenant was named for: by whom, with tokens for which audience, and where.
#[derive(Debug, Clone, Copy)]
pub struct TenantKey<'a> {
    /// Who asked, if no tenant was chosen.
    pub identity: &'a Identity,
    /// What the tokens are for.
    pub audience: &'a Audience,
    /// The subscription, else the host.
    pub scope: &'a str,
}

impl TenantKey<'_> {
    /// A digest: the file says neither who asked nor for what.
    fn digest(self) -> String {
        let identity = self.identity;
        let mut digest = fingerprint(&[
            identity.source.name(),
            &identity.authority,
            &identity.tenant_id,
            &identity.client_id,
            &identity.principal,
            self.audience.as_str(),
            &self.scope.to_ascii_lowercase(),
        ]);
        digest.truncate(32);
        digest
    }
}

impl TenantCache {
    /// The file of this account.
    pub fn of(env: &Env) -> Self {
        let folder = env.cache_dir.as_ref();
        Self {
            path: folder.map(|folder| folder.join(FILE)),
            now: env.now,
            kept: RefCell::default(),
        }
    }

    /// Without a file: nothing is remembered.
    pub fn none() -> Self {
        Self {
            path: None,
            now: UNIX_EPOCH,
            kept: RefCell::default(),
        }
    }

    /// Returns the tenant that a service has named.
    pub fn get(&self, key: TenantKey<'_>) -> Option<String> {
        let mut kept = self.kept.borrow_mut();
        let tenants = kept.get_or_insert_with(|| self.read());
        if tenants.is_empty() {
            return None;
        }
        let named = tenants.get(&key.digest())?;
        Some(named.tenant_id.clone())
    }

    /// Remembers a tenant, or forgets the one that there is.
    pub fn set(&self, key: TenantKey<'_>, tenant_id: Option<&str>) {
        let Some(path) = &self.path else {
            return;
        };
        // Another run may have added some.
        let mut tenants = self.read();
        let digest = key.digest();
        let named = tenant_id.map(|tenant_id| NamedTenant {
            tenant_id: tenant_id.to_owned(),
            named_on: self.seconds(),
        });
        match named {
            Some(named) => drop(tenants.insert(digest, named)),
            None if tenants.remove(&digest).is_none() => return,
            None => {}
        }
        while tenants.len() > MOST_TENANTS {
            let oldest = tenants.iter().min_by_key(|(_, named)| named.named_on);
            let Some(oldest) = oldest.map(|(digest, _)| digest.clone()) else {
                break;
            };
            tenants.remove(&oldest);
        }
        let bytes = serde_json::to_vec(&tenants).unwrap_or_default();
        let folder = path.parent().map(private_file::prepare_folder);
        if folder.is_none_or(|prepared| prepared.is_ok()) {
            let _kept = private_file::replace(path, &bytes, Durability::Quick);
        }
        self.kept.replace(Some(tenants));
    }

    /// What the file holds that can be used: a file of others, or one that is broken, holds nothing.
    fn read(&self) -> Tenants {
        let content = self
            .path
            .as_deref()
            .map(|path| private_file::read(path, MAX_FILE));
        let Some(Ok(Some(content))) = content else {
            return Tenants::default();
        };
        let mut tenants: Tenants = serde_json::from_slice(&content.bytes).unwrap_or_default();
        let now = self.seconds();
        tenants.retain(|_, named| {
            let age = now.checked_sub(named.named_on);
            age.is_some_and(|age| age < LIFETIME.as_secs())
                && uuid::Uuid::try_parse(&named.tenant_id).is_ok()
        });
        tenants
    }

    fn seconds(&self) -> u64 {
        let since = self.now.duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{LIFETIME, TenantCache, TenantKey};
    use crate::azure::Audience;
    use crate::credential::{Identity, Source};
    use crate::env::Env;

    const TENANT: &str = "33333333-aaaa-4bbb-8ccc-000000000003";

    fn identity(client_id: &str) -> Identity {
        Identity {
            source: Source::ServicePrincipal,
            authority: "https://login.microsoftonline.com/".to_owned(),
            tenant_id: "home".to_owned(),
            client_id: client_id.to_owned(),
            principal: "digest".to_owned(),
        }
    }

    #[test]
    fn a_tenant_is_that_of_an_identity_and_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000_000);
        let cache = |now| {
            let mut env = Env::with_variables([]);
            env.cache_dir = Some(folder.path().join("arm"));
            env.now = now;
            TenantCache::of(&env)
        };
        let audience = Audience::parse("https://management.azure.com/").unwrap();
        let (own, other) = (identity("a"), identity("b"));
        let key = |identity, scope| TenantKey {
            identity,
            audience: &audience,
            scope,
        };
        let get = |now, identity, scope| cache(now).get(key(identity, scope));
        assert_eq!(get(began, &own, "s"), None);
        cache(began).set(key(&own, "s"), Some(TENANT));
        assert_eq!(get(began, &own, "S").as_deref(), Some(TENANT));
        assert_eq!(get(began, &own, "t"), None);
        assert_eq!(get(began, &other, "s"), None);
        assert_eq!(get(began + LIFETIME, &own, "s"), None);
        let path = folder.path().join("arm/tenants.json");
        let text = std::fs::read_to_string(&path).unwrap();
        // Only what looks like a tenant is asked for.
        std::fs::write(&path, text.replace(TENANT, "../common")).unwrap();
        assert_eq!(get(began, &own, "s"), None);
        std::fs::write(&path, "[]").unwrap();
        assert_eq!(get(began, &own, "s"), None);
        cache(began).set(key(&own, "s"), Some(TENANT));
        cache(began).set(key(&own, "s"), None);
        assert_eq!(get(began, &own, "s"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_write_holds_nothing() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let mut env = Env::with_variables([]);
        env.cache_dir = Some(folder.path().join("arm"));
        env.now = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000_000);
        let audience = Audience::parse("https://management.azure.com/").unwrap();
        let own = identity("a");
        let key = TenantKey {
            identity: &own,
            audience: &audience,
            scope: "s",
        };
        TenantCache::of(&env).set(key, Some(TENANT));
        let path = folder.path().join("arm/tenants.json");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(TenantCache::of(&env).get(key), None);
    }
}
