//! What services have said about their types, kept in a file for each cloud and tenant for seven
//! days. Who asks services: `command/types/refresh`; the format of the file:
//! `azure::ProviderMetadata`.

use std::path::{Path, PathBuf};

use crate::azure::{Cloud, CloudName, MetadataError, Origin, ProviderMetadata};
use crate::credential::PrivateFileError;
use crate::credential::private_file::{Durability, lock, prepare_folder, read, replace};
use crate::env::Env;
use crate::output::{Console, Verbosity};

/// The folder below that of the cache.
const FOLDER: &str = "types";
/// A larger file is not one of ours.
const MAX_FILE: u64 = 16 << 20;

/// The file of a cloud and a tenant, if there is a place for it.
#[derive(Debug, Clone)]
pub(crate) struct LiveCache {
    path: Option<PathBuf>,
}

impl LiveCache {
    /// The file of a cloud and of a tenant; without one, of whatever tenant the account is in.
    pub(crate) fn of(cloud: &Cloud, tenant_id: Option<&str>, env: &Env) -> Self {
        // Two clouds of one's own may have one name.
        let cloud = if matches!(cloud.name, CloudName::Custom(_)) {
            Origin::of(&cloud.resource_manager).to_string()
        } else {
            cloud.name.to_string()
        };
        let name = format!(
            "{}_{}",
            plain(&cloud),
            plain(tenant_id.unwrap_or("default"))
        );
        let folder = env.cache_dir.as_ref().map(|folder| folder.join(FOLDER));
        Self {
            path: folder.map(|folder| folder.join(name)),
        }
    }

    /// Returns what is kept; nothing if it is too old or cannot be used.
    pub(crate) fn load(&self, env: &Env, console: Console) -> ProviderMetadata {
        let trace = |path: &Path, words: &str| {
            let text = format!("types: not `{}`: {words}", path.display());
            console.trace(Verbosity::Verbose, &text);
        };
        let Some(path) = &self.path else {
            return ProviderMetadata::default();
        };
        match read_types(path, env) {
            Ok(Ok(types)) => types,
            Ok(Err(unusable)) => {
                trace(path, &unusable.to_string());
                ProviderMetadata::default()
            }
            Err(error) => {
                trace(path, &error.to_string());
                ProviderMetadata::default()
            }
        }
    }

    /// Puts other types into the place of what is kept.
    pub(crate) fn store(&self, types: &ProviderMetadata) -> Result<(), PrivateFileError> {
        self.change(|_| types.clone(), |_| ProviderMetadata::default())
    }

    /// Adds the versions of some types to what is kept.
    pub(crate) fn remember(
        &self,
        names: &[String],
        versions: &[String],
        env: &Env,
    ) -> Result<(), PrivateFileError> {
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        let add = |types: ProviderMetadata| {
            let add = |types: ProviderMetadata, name: &String| types.with(name, &versions, env.now);
            names.iter().fold(types, add)
        };
        let kept = |path: &Path| match read_types(path, env) {
            Ok(Ok(types)) => types,
            // What cannot be used is replaced.
            Ok(Err(_)) | Err(_) => ProviderMetadata::default(),
        };
        self.change(add, kept)
    }

    /// Changes the file while no other run does.
    fn change(
        &self,
        change: impl FnOnce(ProviderMetadata) -> ProviderMetadata,
        read: impl FnOnce(&Path) -> ProviderMetadata,
    ) -> Result<(), PrivateFileError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if let Some(folder) = path.parent() {
            prepare_folder(folder)?;
        }
        let _locked = lock(&path.with_extension("lock"))?;
        let types = change(read(path));
        // What is lost is read again.
        replace(path, types.text().as_bytes(), Durability::Quick)
    }
}

fn read_types(
    path: &Path,
    env: &Env,
) -> Result<Result<ProviderMetadata, MetadataError>, PrivateFileError> {
    let Some(content) = read(path, MAX_FILE)? else {
        return Ok(Ok(ProviderMetadata::default()));
    };
    let Ok(text) = String::from_utf8(content.bytes) else {
        return Ok(Err(MetadataError::Broken));
    };
    Ok(ProviderMetadata::parse(text, env.now))
}

/// A text as a part of a file's name.
pub(crate) fn plain(text: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() || letter == '-' => letter,
        _ => '-',
    };
    text.chars().take(100).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::LiveCache;
    use crate::azure::{Cloud, ProviderMetadata};
    use crate::env::Env;
    use crate::output::{Console, Verbosity};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_remembered_ends_after_a_week() {
        let home = tempfile::tempdir().unwrap();
        let mut env = Env::with_variables([]);
        env.cache_dir = Some(home.path().join("arm"));
        let cache = LiveCache::of(&Cloud::public(), None, &env);
        let load = |env: &Env| cache.load(env, Console::new(Verbosity::Silent, env));
        assert!(load(&env).is_empty());
        for (name, version) in [
            ("A.b/c", "2024-01-01"),
            ("A.b/d", "2025-01-01"),
            ("a.B/C", "2026-01-01"),
        ] {
            cache
                .remember(&names(&[name]), &names(&[version]), &env)
                .unwrap();
        }
        assert_eq!(load(&env).versions("A.b/c"), Some(vec!["2026-01-01"]));
        assert_eq!(load(&env).versions("A.b/d"), Some(vec!["2025-01-01"]));
        for other in [
            LiveCache::of(&Cloud::public(), Some("t"), &env),
            LiveCache::of(&Cloud::sandbox(), None, &env),
        ] {
            assert!(
                other
                    .load(&env, Console::new(Verbosity::Silent, &env))
                    .is_empty()
            );
        }
        env.now += Duration::from_secs(7 * 86_400 + 1);
        assert!(load(&env).is_empty());
        cache
            .remember(&names(&["A.b/e"]), &names(&["2026-01-01"]), &env)
            .unwrap();
        assert_eq!(load(&env).all().count(), 1);
        let other = ProviderMetadata::default().with("A.b/f", &["2026-01-01"], env.now);
        cache.store(&other).unwrap();
        assert_eq!(load(&env), other);
    }

    #[test]
    fn what_is_broken_is_passed_over_and_replaced() {
        let home = tempfile::tempdir().unwrap();
        let mut env = Env::with_variables([]);
        env.cache_dir = Some(home.path().join("arm"));
        let cache = LiveCache::of(&Cloud::public(), None, &env);
        cache
            .remember(&names(&["A.b/c"]), &names(&["2024-01-01"]), &env)
            .unwrap();
        let path = cache.path.clone().unwrap();
        for broken in [&b"\xff"[..], b"", b"arm-types 1 0\nA.b/c\t2024"] {
            std::fs::write(&path, broken).unwrap();
            assert!(
                cache
                    .load(&env, Console::new(Verbosity::Silent, &env))
                    .is_empty()
            );
            cache
                .remember(&names(&["A.b/d"]), &names(&["2024-01-01"]), &env)
                .unwrap();
            assert!(
                !cache
                    .load(&env, Console::new(Verbosity::Silent, &env))
                    .is_empty()
            );
        }
        let nowhere = LiveCache::of(&Cloud::public(), None, &Env::with_variables([]));
        nowhere.store(&ProviderMetadata::default()).unwrap();
        assert!(
            nowhere
                .load(&env, Console::new(Verbosity::Silent, &env))
                .is_empty()
        );
    }
}
