//! How clouds have described themselves, kept for a day in a file for each endpoint. Who asks for a description: `cloud`;
//! what it means: `azure::Cloud::from_metadata`.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::azure::{Origin, is_loopback};
use crate::credential::PrivateFileError;
use crate::credential::private_file::{Durability, prepare_folder, read, replace};
use crate::env::Env;

/// The folder below that of the cache.
const FOLDER: &str = "clouds";
/// A description is a few KiB.
const MAX_FILE: u64 = 2 << 20;
/// How long a description counts.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The file of one endpoint.
#[derive(Debug)]
pub(super) struct CloudCache {
    path: Option<PathBuf>,
    now: SystemTime,
}

/// What is in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// When it was asked for, in seconds since 1970.
    asked_on: u64,
    /// The description as it came.
    description: String,
}

impl CloudCache {
    /// The file of an endpoint. One of this machine has none: another server may have its port tomorrow.
    pub(super) fn of(endpoint: &Url, env: &Env) -> Self {
        let origin = Origin::of(endpoint).to_string();
        let plain = |letter: char| match letter {
            'a'..='z' | '0'..='9' | '.' | '-' => letter,
            _ => '_',
        };
        let name: String = origin.chars().map(plain).collect();
        let folder = env.cache_dir.as_ref().filter(|_| !is_loopback(endpoint));
        Self {
            path: folder.map(|folder| folder.join(FOLDER).join(format!("{name}.json"))),
            now: env.now,
        }
    }

    /// Returns the description, unless it is too old or cannot be used.
    pub(super) fn load(&self) -> Option<Vec<u8>> {
        let content = read(self.path.as_deref()?, MAX_FILE).ok()??;
        let kept: Kept = serde_json::from_slice(&content.bytes).ok()?;
        let asked_on = UNIX_EPOCH.checked_add(Duration::from_secs(kept.asked_on))?;
        // One of the future was written by another clock.
        let age = self.now.duration_since(asked_on).ok()?;
        (age < LIFETIME).then(|| kept.description.into_bytes())
    }

    /// Keeps a description.
    pub(super) fn store(&self, description: &[u8]) -> Result<(), PrivateFileError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if let Some(folder) = path.parent() {
            prepare_folder(folder)?;
        }
        let kept = Kept {
            asked_on: self
                .now
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs(),
            description: String::from_utf8_lossy(description).into_owned(),
        };
        let bytes = serde_json::to_vec(&kept).unwrap_or_default();
        replace(path, &bytes, Durability::Quick)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use url::Url;

    use super::{CloudCache, LIFETIME};
    use crate::env::Env;

    #[test]
    fn a_description_is_kept_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let cache = |endpoint: &str, now| {
            let mut env = Env::with_variables([]);
            env.cache_dir = Some(folder.path().join("arm"));
            env.now = now;
            CloudCache::of(&Url::parse(endpoint).unwrap(), &env)
        };
        let own = "https://management.air.example/";
        assert_eq!(cache(own, began).load(), None);
        cache(own, began).store(b"{\"a\":1}").unwrap();
        for (endpoint, now, is_kept) in [
            (own, began, true),
            ("https://management.air.example/other?x", began, true),
            (own, began + LIFETIME - Duration::from_secs(1), true),
            (own, began + LIFETIME, false),
            (own, began - Duration::from_secs(1), false),
            ("https://management.air.example:8443/", began, false),
        ] {
            assert_eq!(cache(endpoint, now).load().is_some(), is_kept, "{endpoint}");
        }
        let here = "http://127.0.0.1:4000/";
        cache(here, began).store(b"{}").unwrap();
        assert_eq!(cache(here, began).load(), None);
    }
}
