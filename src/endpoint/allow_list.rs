//! The audiences that a token endpoint gives tokens for: Cloud Shell's published list, what the user adds, or all. Who
//! asks the user: `app/endpoint/confirm`.

use crate::azure::Audience;

/// The audiences of Cloud Shell, as its refusals listed them: Azure/CloudShell#109, #155, #550, #577
/// and microsoft/powerplatform-build-tools#972. Spelled with their final slashes, which count where
/// matching is strict.
const CLOUD_SHELL: &[&str] = &[
    "https://management.core.windows.net/",
    "https://management.azure.com/",
    "https://graph.windows.net/",
    "https://vault.azure.net",
    "https://datalake.azure.net/",
    "https://outlook.office365.com/",
    "https://graph.microsoft.com/",
    "https://batch.core.windows.net/",
    "https://analysis.windows.net/powerbi/api",
    "https://storage.azure.com/",
    "https://rest.media.azure.net",
    "https://api.loganalytics.io",
    "https://ossrdbms-aad.database.windows.net",
    "https://www.yammer.com",
    "https://digitaltwins.azure.net",
    "0b07f429-9f4b-4714-9392-cc5e8e80c8b0",
    "822c8694-ad95-4735-9c55-256f7db2f9b4",
    "https://dev.azuresynapse.net",
    "https://database.windows.net",
    "https://quantum.microsoft.com",
    "https://iothubs.azure.net",
    "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    "https://azuredatabricks.net/",
    "ce34e7e5-485f-4d76-964f-b3d2b16d1e4f",
    "https://azure-devices-provisioning.net",
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    "00000003-0000-0000-c000-000000000000",
    "https://managedhsm.azure.net",
    "499b84ac-1321-427f-aa17-267ca6975798",
    "https://api.adu.microsoft.com/",
    "https://purview.azure.net/",
    "6dae42f8-4368-4678-94ff-3960e28e3630",
    "https://ai.azure.com",
    "https://appservice.azure.com",
];

/// How audiences are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Matching {
    /// A final slash does not matter.
    #[default]
    SlashInsensitive,
    /// Byte for byte, as the real Cloud Shell compares (Azure/azure-cli#10199).
    Exact,
}

/// The audiences that are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowList {
    /// Every one.
    Any,
    /// Cloud Shell's and these.
    Listed {
        /// What the user adds.
        added: Vec<String>,
        /// How they are compared.
        matching: Matching,
    },
    /// These alone.
    Only {
        /// What the user names.
        audiences: Vec<String>,
        /// How they are compared.
        matching: Matching,
    },
}

impl AllowList {
    /// Adds an audience to Cloud Shell's; if the user names the only ones, it stays with these.
    pub fn add(&mut self, audience: &str) {
        if let Self::Listed { added, .. } = self {
            added.push(audience.to_owned());
        }
    }

    /// Tells whether a token may be given out for the audience as a client wrote it.
    pub fn allows(&self, resource: &str) -> bool {
        let same = |own: &str, matching: Matching| match matching {
            Matching::Exact => own == resource,
            Matching::SlashInsensitive => bare(own) == bare(resource),
        };
        match self {
            Self::Any => Audience::parse(resource).is_ok(),
            Self::Listed { added, matching } => CLOUD_SHELL
                .iter()
                .copied()
                .chain(added.iter().map(String::as_str))
                .any(|own| same(own, *matching)),
            Self::Only {
                audiences,
                matching,
            } => audiences.iter().any(|own| same(own, *matching)),
        }
    }
}

/// An audience without its one final slash.
fn bare(audience: &str) -> &str {
    audience.strip_suffix('/').unwrap_or(audience)
}

#[cfg(test)]
mod tests {
    use super::{AllowList, Matching};

    #[track_caller]
    fn check(list: &AllowList, resource: &str, allowed: bool) {
        assert_eq!(list.allows(resource), allowed, "{list:?} {resource}");
    }

    #[test]
    fn the_list_of_cloud_shell_is_the_default() {
        let list = AllowList::Listed {
            added: vec!["api://contoso".to_owned()],
            matching: Matching::SlashInsensitive,
        };
        for (resource, allowed) in [
            ("https://management.azure.com/", true),
            ("https://management.azure.com", true),
            ("https://vault.azure.net/", true),
            ("https://management.azure.com//", false),
            ("https://management.azure.com.evil/", false),
            ("https://azconfig.io", false),
            ("api://contoso", true),
            ("", false),
        ] {
            check(&list, resource, allowed);
        }
        let (registry, mut more) = ("https://containerregistry.azure.net", list);
        check(&more, registry, false);
        more.add(registry);
        check(&more, registry, true);
        let mut only = AllowList::Only {
            audiences: vec!["api://contoso".to_owned()],
            matching: Matching::SlashInsensitive,
        };
        only.add(registry);
        check(&only, registry, false);
        let strict = AllowList::Listed {
            added: Vec::new(),
            matching: Matching::Exact,
        };
        check(&strict, "https://management.azure.com/", true);
        check(&strict, "https://management.azure.com", false);
        check(&strict, "api://contoso", false);
    }

    #[test]
    fn may_be_lifted_or_narrowed() {
        check(&AllowList::Any, "https://azconfig.io", true);
        check(&AllowList::Any, "", false);
        let only = |matching| AllowList::Only {
            audiences: vec!["https://vault.azure.net".to_owned()],
            matching,
        };
        let loose = only(Matching::SlashInsensitive);
        check(&loose, "https://vault.azure.net/", true);
        check(&loose, "https://management.azure.com/", false);
        check(&only(Matching::Exact), "https://vault.azure.net/", false);
    }
}
