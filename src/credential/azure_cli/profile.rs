//! Azure CLI's profile: which accounts are signed in, and which subscriptions and tenants they see. The tokens of
//! these accounts are in `token_cache`.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::azure::{CloudName, is_tenant};
use crate::env::Env;
use crate::file;

/// Where az keeps its accounts.
pub(super) const FILE: &str = "azureProfile.json";
/// A profile of thousands of subscriptions is smaller.
const MAX_PROFILE: u64 = 64 << 20;

/// The accounts of az; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::credential) struct Profile {
    pub(in crate::credential) subscriptions: Vec<Subscription>,
}

/// The accounts as they are in the file.
#[derive(Deserialize)]
struct Entries {
    #[serde(default)]
    subscriptions: Option<Vec<serde_json::Value>>,
}

/// Why az's profile names no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::credential) enum ProfileError {
    /// There is no file, or no account in it.
    NoAccount,
    /// The file cannot be used, for this reason.
    Unusable(String),
}

/// A subscription, and the account that sees it. What is not read may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::credential) struct Subscription {
    /// Its id; that of the tenant if the account sees no subscription.
    pub(in crate::credential) id: String,
    /// Its name.
    pub(in crate::credential) name: String,
    /// Whether it is the one that az uses.
    pub(in crate::credential) is_default: bool,
    /// The tenant that it trusts.
    pub(in crate::credential) tenant_id: String,
    /// The cloud, such as `AzureCloud`.
    pub(in crate::credential) environment_name: String,
    /// The account.
    pub(in crate::credential) user: User,
}

/// An account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::credential) struct User {
    /// Its name; the client id of a service principal.
    pub(in crate::credential) name: String,
    /// `user` or `servicePrincipal`.
    #[serde(rename = "type")]
    pub(in crate::credential) kind: String,
    /// Which managed identity it is, such as `MSIClient-ID`.
    pub(in crate::credential) assigned_identity_info: Option<String>,
    /// Whether it is the user of Cloud Shell.
    #[serde(rename = "cloudShellID")]
    pub(in crate::credential) is_of_cloud_shell: Option<bool>,
}

impl Profile {
    /// Reads az's profile, which begins with a byte order mark.
    pub(super) fn read(path: &Path) -> Result<Self, ProfileError> {
        let bytes = match file::read(path, MAX_PROFILE) {
            Ok(file) if is_trusted(&file.metadata) => file.bytes,
            Ok(_) => {
                let reason = "it belongs to another user";
                return Err(ProfileError::Unusable(reason.to_owned()));
            }
            Err(error) if error.is_absence() => return Err(ProfileError::NoAccount),
            Err(error) => return Err(ProfileError::Unusable(error.to_string())),
        };
        Self::parse(&bytes)
    }

    /// Reads the text of az's profile.
    pub(in crate::credential) fn parse(bytes: &[u8]) -> Result<Self, ProfileError> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let unusable =
            |error| ProfileError::Unusable(format!("it is truncated or altered: {error}"));
        let entries: Entries = serde_json::from_slice(text).map_err(unusable)?;
        let mut profile = Self {
            subscriptions: Vec::new(),
        };
        let mut broken = None;
        // An entry that cannot be read does not keep the user from the others.
        for entry in entries.subscriptions.unwrap_or_default() {
            match serde_json::from_value(entry) {
                Ok(subscription) => profile.subscriptions.push(subscription),
                Err(error) => broken = Some(error),
            }
        }
        if let (true, Some(error)) = (profile.subscriptions.is_empty(), broken) {
            return Err(unusable(error));
        }
        // A tenant becomes part of an address, and an argument of az.
        profile
            .subscriptions
            .retain(|one| one.tenant_id.is_empty() || is_tenant(&one.tenant_id));
        if profile.subscriptions.is_empty() {
            return Err(ProfileError::NoAccount);
        }
        Ok(profile)
    }

    /// Leaves the accounts of a cloud. If none is, or the cloud has no name in az, all stay.
    pub(in crate::credential) fn of_cloud(mut self, cloud: &CloudName) -> Option<Self> {
        let name = match cloud {
            CloudName::Public | CloudName::China | CloudName::UsGovernment | CloudName::Bleu => {
                cloud.to_string()
            }
            CloudName::Custom(_) | CloudName::Sandbox => return Some(self),
        };
        let is_here = |one: &Subscription| {
            let environment = &one.environment_name;
            environment.is_empty() || environment.eq_ignore_ascii_case(&name)
        };
        self.subscriptions.retain(is_here);
        Some(self).filter(|profile| !profile.subscriptions.is_empty())
    }

    /// Returns the entry that az uses: a subscription, or an account without any.
    pub(in crate::credential) fn default_account(&self) -> Option<&Subscription> {
        let mut all = self.subscriptions.iter();
        all.find(|subscription| subscription.is_default)
    }

    /// Returns a subscription by its id.
    pub(in crate::credential) fn find(&self, subscription_id: &str) -> Option<&Subscription> {
        let mut all = self.subscriptions.iter();
        all.find(|subscription| subscription.id.eq_ignore_ascii_case(subscription_id))
    }
}

impl Subscription {
    /// Tells whether it stands for an account that sees no subscription: `az login --allow-no-subscriptions`
    /// keeps such an account by the ID of its tenant (Azure/azure-cli#15585).
    fn is_tenant_level(&self) -> bool {
        self.id.eq_ignore_ascii_case(&self.tenant_id)
    }
}

impl User {
    /// Tells whether it is a person, not an application or a machine.
    pub(super) fn is_person(&self) -> bool {
        self.kind.eq_ignore_ascii_case("user") && !self.is_of_machine()
    }

    /// Tells whether its tokens come from an endpoint of this machine, not from a login of az's.
    pub(super) fn is_of_machine(&self) -> bool {
        self.assigned_identity_info.is_some() || self.is_of_cloud_shell == Some(true)
    }
}

/// Names a file of az's configuration folder; `None` if there is no home.
pub fn configuration_file(env: &Env, name: &str) -> Option<PathBuf> {
    let folder = match env.path("AZURE_CONFIG_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env.home_dir.as_ref()?.join(".azure"),
    };
    Some(folder.join(name))
}

/// Returns the id of az's default subscription.
pub fn default_subscription(env: &Env) -> Option<String> {
    let profile = Profile::read(&configuration_file(env, FILE)?).ok()?;
    let found = profile.default_account()?;
    (!found.is_tenant_level()).then(|| found.id.clone())
}

/// Tells whether az's account is known to see no subscription.
pub fn sees_no_subscription(env: &Env) -> bool {
    let profile = configuration_file(env, FILE).and_then(|path| Profile::read(&path).ok());
    profile
        .as_ref()
        .and_then(Profile::default_account)
        .is_some_and(Subscription::is_tenant_level)
}

/// Returns the ids and names of the subscriptions that az knows.
pub fn subscription_names(env: &Env) -> Vec<(String, String)> {
    let profile = configuration_file(env, FILE).and_then(|path| Profile::read(&path).ok());
    let subscriptions = profile
        .into_iter()
        .flat_map(|profile| profile.subscriptions);
    subscriptions
        .filter(|one| !one.is_tenant_level())
        .map(|one| (one.id, one.name))
        .collect()
}

/// Reads a file of az; `None` if it is not a regular file of at most `limit` bytes, or is another user's.
pub(super) fn read_file(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = file::read(path, limit).ok()?;
    is_trusted(&file.metadata).then_some(file.bytes)
}

/// Tells whether a file was written by whom it should: its user, or root. The root of a container
/// reads what the user of its host has mounted there.
#[cfg(unix)]
fn is_trusted(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let own = rustix::process::geteuid().as_raw();
    own == 0 || [own, 0].contains(&metadata.uid())
}

#[cfg(not(unix))]
fn is_trusted(_metadata: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{
        FILE, Profile, ProfileError, Subscription, default_subscription, sees_no_subscription,
        subscription_names,
    };
    use crate::azure::CloudName;
    use crate::env::Env;

    #[test]
    fn an_account_counts_in_its_cloud() {
        let of = |environment_name: &str| Subscription {
            environment_name: environment_name.to_owned(),
            ..Subscription::default()
        };
        let profile = Profile {
            subscriptions: vec![of("AzureCloud"), of("AzureChinaCloud"), of("")],
        };
        for (cloud, count) in [
            (CloudName::Public, 2),
            (CloudName::China, 2),
            (CloudName::Bleu, 1),
            (CloudName::Custom("x".to_owned()), 3),
        ] {
            let found = profile.clone().of_cloud(&cloud).unwrap();
            assert_eq!(found.subscriptions.len(), count, "{cloud}");
        }
        let china = Profile {
            subscriptions: vec![of("AzureChinaCloud")],
        };
        assert_eq!(china.of_cloud(&CloudName::Public), None);
    }

    #[test]
    fn reads_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let text = "\u{feff}{\"installationId\":1,\"subscriptions\":[\
            {\"id\":\"A\",\"tenantId\":\"t-a\",\"user\":{\"name\":\"x\",\"type\":\"servicePrincipal\",\
             \"assignedIdentityInfo\":\"MSI\"}},\
            {\"id\":\"b\",\"isDefault\":true,\"tenantId\":\"t-b\",\"environmentName\":\"AzureCloud\",\
             \"user\":{\"name\":\"me@contoso.com\",\"type\":\"user\"},\"managedByTenants\":[]},\
            {\"id\":\"c\"}]}";
        std::fs::write(&path, text).unwrap();
        let config = folder.path().to_str().unwrap();
        let env = Env::with_variables([("AZURE_CONFIG_DIR", config)]);
        assert_eq!(default_subscription(&env).as_deref(), Some("b"));
        let profile = Profile::read(&path).unwrap();
        for (id, tenant) in [
            ("a", Some("t-a")),
            ("B", Some("t-b")),
            ("c", Some("")),
            ("d", None),
        ] {
            let found = profile.find(id).map(|found| found.tenant_id.as_str());
            assert_eq!(found, tenant, "{id}");
        }
        assert!(profile.find("a").unwrap().user.is_of_machine());
        assert!(!profile.find("b").unwrap().user.is_of_machine());
        for (text, expected) in [
            ("{}", None),
            ("{\"subscriptions\":[]}", None),
            ("", Some("it is truncated or altered: ")),
            ("junk", Some("it is truncated or altered: ")),
            ("[]", None),
            ("{\"subscriptions\":null}", None),
            (
                "{\"subscriptions\":[{\"id\":5}]}",
                Some("it is truncated or altered: "),
            ),
            (
                "{\"subscriptions\":[{\"id\"",
                Some("it is truncated or altered: "),
            ),
        ] {
            std::fs::write(&path, text).unwrap();
            check_unusable(&path, expected);
        }
        let half = "{\"subscriptions\":[{\"id\":5},{\"id\":\"b\",\"tenantId\":\"t\"}]}";
        assert_eq!(
            Profile::parse(half.as_bytes()).unwrap().subscriptions.len(),
            1
        );
        check_unusable(folder.path(), Some("it is a folder"));
        check_unusable(&folder.path().join("absent"), None);
    }

    #[track_caller]
    fn check_unusable(path: &Path, reason: Option<&str>) {
        match (Profile::read(path), reason) {
            (Err(ProfileError::NoAccount), None) => {}
            (Err(ProfileError::Unusable(found)), Some(reason)) => {
                assert!(found.starts_with(reason), "{found}");
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn an_account_without_subscriptions_is_not_a_subscription() {
        let folder = tempfile::tempdir().unwrap();
        let text = "{\"subscriptions\":[{\"id\":\"T-1\",\"tenantId\":\"t-1\",\"isDefault\":true},\
                    {\"id\":\"s-1\",\"name\":\"one\",\"tenantId\":\"t-1\"}]}";
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let config = folder.path().to_str().unwrap();
        let env = Env::with_variables([("AZURE_CONFIG_DIR", config)]);
        assert_eq!(default_subscription(&env), None);
        assert!(sees_no_subscription(&env));
        let names = [("s-1".to_owned(), "one".to_owned())];
        assert_eq!(subscription_names(&env), names);
    }
}
