//! The IDs of resources that lists have shown, kept in a file for each cloud, tenant and account: for reads by a name.
//! IDs only: no body, no secret. Who asks services: `lookup`.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::app::session::type_cache::plain;
use crate::azure::{Cloud, Origin, ResourceId};
use crate::credential::private_file::{Durability, lock, prepare_folder, read, replace};
use crate::credential::{Credential, Identity, PrivateFileError, TokenRequest};
use crate::env::Env;
use crate::plan::named::NamedResource;

/// The folder below that of the cache.
const FOLDER: &str = "names";
/// A larger file is none of ours.
const MAX_FILE: u64 = 8 << 20;
/// The most IDs that are kept; those that were added last stay.
const MOST_IDS: usize = 20_000;

/// The IDs that an account has seen.
#[derive(Debug, Clone)]
pub(crate) struct NameMemory {
    path: Option<PathBuf>,
}

impl NameMemory {
    /// The file of who signs in. There is none where that cannot be told before a token is there.
    pub(crate) fn of(cloud: &Cloud, credential: Option<&Credential>, env: &Env) -> Self {
        let request = TokenRequest::of(&cloud.audience);
        let identity = credential.and_then(|credential| credential.identity(&request));
        let name = identity.as_ref().map(Identity::digest);
        let folder = env.cache_dir.as_ref().map(|folder| folder.join(FOLDER));
        let path = folder.zip(name).map(|(folder, name)| {
            let file = format!(
                "{}_{name}",
                plain(&Origin::of(&cloud.resource_manager).to_string())
            );
            folder.join(file)
        });
        Self { path }
    }

    /// The IDs that are kept, the oldest first; none where the file cannot be used.
    pub(crate) fn ids(&self) -> Vec<String> {
        let content = self.path.as_deref().map(|path| read(path, MAX_FILE));
        let content = content.and_then(Result::ok).flatten();
        let text = content.and_then(|content| String::from_utf8(content.bytes).ok());
        let text = text.unwrap_or_default();
        let ids = text.lines().filter(|line| is_id(line));
        ids.map(str::to_owned).collect()
    }

    /// The one ID of a resource in these subscriptions, if there is one.
    pub(crate) fn find(&self, named: &NamedResource, subscriptions: &[String]) -> Option<String> {
        let mut found = self.ids().into_iter().filter(|id| {
            let subscription = ResourceId::parse(id).subscription_id().map(str::to_owned);
            let is_meant = subscriptions.iter().any(|one| {
                let own = subscription.as_deref();
                own.is_some_and(|own| own.eq_ignore_ascii_case(one))
            });
            is_meant && named.is_of(id)
        });
        let first = found.next();
        first.filter(|_| found.next().is_none())
    }

    /// Keeps IDs that were seen.
    pub(crate) fn add(&self, seen: &[String]) -> Result<(), PrivateFileError> {
        let seen: Vec<&String> = seen.iter().filter(|id| is_id(id)).collect();
        if seen.is_empty() {
            return Ok(());
        }
        let known: HashSet<String> = self
            .ids()
            .iter()
            .map(|id| id.to_ascii_lowercase())
            .collect();
        if seen
            .iter()
            .all(|id| known.contains(&id.to_ascii_lowercase()))
        {
            return Ok(());
        }
        self.change(|ids| {
            let mut fresh = HashSet::new();
            let seen = seen.into_iter().rev();
            let mut seen: Vec<&String> = seen
                .filter(|id| fresh.insert(id.to_ascii_lowercase()))
                .collect();
            seen.reverse();
            ids.retain(|id| !fresh.contains(&id.to_ascii_lowercase()));
            ids.extend(seen.into_iter().cloned());
            let surplus = ids.len().saturating_sub(MOST_IDS);
            ids.drain(..surplus);
        })
    }

    /// Forgets an ID that leads nowhere.
    pub(crate) fn forget(&self, id: &str) -> Result<(), PrivateFileError> {
        self.change(|ids| ids.retain(|known| !known.eq_ignore_ascii_case(id)))
    }

    /// Changes the file while no other run does.
    fn change(&self, change: impl FnOnce(&mut Vec<String>)) -> Result<(), PrivateFileError> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if let Some(folder) = path.parent() {
            prepare_folder(folder)?;
        }
        let _locked = lock(&path.with_extension("lock"))?;
        let mut ids = self.ids();
        change(&mut ids);
        let mut text = ids.join("\n");
        text.push('\n');
        // What is lost is seen again.
        replace(path, text.as_bytes(), Durability::Quick)
    }
}

/// Tells whether a text is the ID of a resource, and can stand on a line.
fn is_id(text: &str) -> bool {
    text.starts_with("/subscriptions/") && text.len() < 2048 && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::NameMemory;
    use crate::plan::named::NamedResource;

    fn id(subscription: &str, group: &str, name: &str) -> String {
        format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"
        )
    }

    fn memory(folder: &std::path::Path) -> NameMemory {
        NameMemory {
            path: Some(folder.join("names").join("one")),
        }
    }

    #[test]
    fn an_id_is_found_where_it_is_the_only_one() {
        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        let named = NamedResource::parse("vm/web", |_| None).unwrap();
        let find = |subscriptions: &[&str]| {
            let subscriptions: Vec<String> =
                subscriptions.iter().map(|one| (*one).to_owned()).collect();
            memory.find(&named, &subscriptions)
        };
        assert_eq!(find(&["s"]), None);
        let (one, other) = (id("s", "g", "web"), id("t", "g", "WEB"));
        memory
            .add(&[one.clone(), other.clone(), "/x\ny".to_owned(), one.clone()])
            .unwrap();
        assert_eq!(memory.ids(), [other.clone(), one.clone()]);
        assert_eq!(find(&["S"]), Some(one.clone()));
        assert_eq!(find(&["t"]), Some(other.clone()));
        assert_eq!(find(&["s", "t"]), None);
        assert_eq!(find(&["u"]), None);
        memory
            .forget(&one.to_uppercase().replace("/SUB", "/sub"))
            .unwrap();
        assert_eq!(find(&["s", "t"]), Some(other));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_write_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;

        let home = tempfile::tempdir().unwrap();
        let memory = memory(home.path());
        memory.add(&[id("s", "g", "web")]).unwrap();
        let path = memory.path.clone().unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        assert!(memory.ids().is_empty());
    }
}
