//! The clouds of Azure: their names, their endpoints and the tables of their hosts. Definitions of other clouds come in as
//! text (`clouds_config`, `metadata`); what a host of a cloud means for a request: `hosts`.

use std::fmt;

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::audience::host_table::{HostKind, HostTable};
use crate::azure::cloud::error::{CloudError, nearest};
use crate::azure::url::check::parse_url;
use crate::azure::url::error::UrlError;

pub(super) mod authority;
pub(super) mod clouds_config;
mod definition;
pub(super) mod error;
pub(super) mod hosts;
#[cfg(test)]
mod hosts_tests;
mod metadata;
#[cfg(test)]
mod public_hosts_tests;
#[cfg(test)]
mod sovereign_hosts_tests;

/// Which cloud it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CloudName {
    /// `AzureCloud`.
    Public,
    /// `AzureChinaCloud`.
    China,
    /// `AzureUSGovernment`.
    UsGovernment,
    /// `AzureBleuCloud`.
    Bleu,
    /// A cloud of the user's own: Azure Stack, an air-gapped one, or an endpoint.
    Custom(String),
    /// The offline Resource Manager inside this program.
    Sandbox,
}

impl fmt::Display for CloudName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Public => "AzureCloud",
            Self::China => "AzureChinaCloud",
            Self::UsGovernment => "AzureUSGovernment",
            Self::Bleu => "AzureBleuCloud",
            Self::Custom(name) => name,
            Self::Sandbox => "sandbox",
        })
    }
}

/// A cloud: where Resource Manager answers, which authority issues tokens, which hosts belong to it.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Which cloud it is.
    pub name: CloudName,
    /// Resource Manager; only the origin counts.
    pub resource_manager: Url,
    /// The authority, which issues tokens, such as `https://login.microsoftonline.com/`.
    pub authority_host: Url,
    /// The audience of Resource Manager.
    pub audience: Audience,
    /// The portal, if the cloud has one.
    pub portal: Option<Url>,
    /// The hosts that the table knows.
    pub(in crate::azure) hosts: HostTable,
    /// The hosts that a definition of the cloud adds.
    pub(in crate::azure) endpoints: Vec<Endpoint>,
}

/// Hosts of a custom cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct Endpoint {
    /// A pattern of `origin::host_matches`.
    pub(in crate::azure) host: String,
    pub(in crate::azure) audience: Audience,
    pub(in crate::azure) kind: HostKind,
}

/// The clouds, their own names first, then other spellings in use, all compared without case.
const NAMES: &[(CloudName, &[&str])] = &[
    (
        CloudName::Public,
        &[
            "AzureCloud",
            "public",
            "AzurePublic",
            "AzurePublicCloud",
            "prod",
            "commercial",
        ],
    ),
    (
        CloudName::China,
        &["AzureChinaCloud", "china", "AzureChina", "mooncake"],
    ),
    (
        CloudName::UsGovernment,
        &[
            "AzureUSGovernment",
            "usgov",
            "usgovernment",
            "AzureGovernment",
            "AzureUSGovernmentCloud",
            "government",
            "fairfax",
        ],
    ),
    (CloudName::Bleu, &["AzureBleuCloud", "bleu", "AzureBleu"]),
];

impl CloudName {
    /// Returns the names of the clouds that are known without a file, as they call themselves.
    pub fn known() -> impl Iterator<Item = String> {
        NAMES.iter().map(|(cloud, _)| cloud.to_string())
    }
}

impl Cloud {
    /// Returns a cloud by one of its names, whatever their case.
    pub fn named(name: &str) -> Option<Self> {
        let is_meant = |known: &&str| known.eq_ignore_ascii_case(name.trim());
        let (cloud, _) = NAMES.iter().find(|(_, names)| names.iter().any(is_meant))?;
        Some(match cloud {
            CloudName::China => Self::china(),
            CloudName::UsGovernment => Self::us_government(),
            CloudName::Bleu => Self::bleu(),
            CloudName::Public | CloudName::Custom(_) | CloudName::Sandbox => Self::public(),
        })
    }

    /// Returns a cloud by one of its names, or the error that lists them.
    pub fn find(name: &str) -> Result<Self, CloudError> {
        Self::named(name).ok_or_else(|| Self::unknown(name, Self::known_names()))
    }

    /// Returns the names of the clouds that need no definition, as az spells them.
    pub fn known_names() -> Vec<String> {
        NAMES.iter().map(|(cloud, _)| cloud.to_string()).collect()
    }

    /// Returns the public cloud.
    pub fn public() -> Self {
        Self {
            name: CloudName::Public,
            resource_manager: constant("https://management.azure.com/"),
            authority_host: constant("https://login.microsoftonline.com/"),
            audience: Audience::known("https://management.azure.com/"),
            portal: Some(constant("https://portal.azure.com/")),
            hosts: HostTable::PUBLIC,
            endpoints: Vec::new(),
        }
    }

    /// Returns the sandbox: the public cloud's endpoints, served inside this program.
    pub fn sandbox() -> Self {
        Self {
            name: CloudName::Sandbox,
            ..Self::public()
        }
    }

    /// Returns a cloud whose Resource Manager is an endpoint of the user's (`ARMCLI_ENDPOINT`).
    ///
    /// The endpoint is an origin, `https://host[:port]`; http only on loopback. No other host
    /// belongs to the cloud. Tokens are still issued by the public authority.
    pub fn custom_endpoint(endpoint: &str) -> Result<Self, UrlError> {
        let resource_manager = parse_url(endpoint)?;
        if resource_manager.path() != "/" || resource_manager.query().is_some() {
            return Err(UrlError::Malformed {
                reason: "an endpoint is an origin, without a path",
            });
        }
        Ok(Self {
            name: CloudName::Custom(resource_manager.as_str().trim_end_matches('/').to_owned()),
            resource_manager,
            portal: None,
            hosts: HostTable::EMPTY,
            ..Self::public()
        })
    }

    /// Returns the clouds that are built in.
    pub(in crate::azure) fn built_in() -> [Self; 4] {
        [
            Self::public(),
            Self::china(),
            Self::us_government(),
            Self::bleu(),
        ]
    }

    fn china() -> Self {
        Self {
            name: CloudName::China,
            resource_manager: constant("https://management.chinacloudapi.cn/"),
            authority_host: constant("https://login.chinacloudapi.cn/"),
            audience: Audience::known("https://management.core.chinacloudapi.cn/"),
            portal: Some(constant("https://portal.azure.cn/")),
            hosts: HostTable::CHINA,
            endpoints: Vec::new(),
        }
    }

    fn us_government() -> Self {
        Self {
            name: CloudName::UsGovernment,
            resource_manager: constant("https://management.usgovcloudapi.net/"),
            authority_host: constant("https://login.microsoftonline.us/"),
            audience: Audience::known("https://management.core.usgovcloudapi.net/"),
            portal: Some(constant("https://portal.azure.us/")),
            hosts: HostTable::US_GOVERNMENT,
            endpoints: Vec::new(),
        }
    }

    fn bleu() -> Self {
        Self {
            name: CloudName::Bleu,
            resource_manager: constant("https://management.sovcloud-api.fr/"),
            authority_host: constant("https://login.sovcloud-identity.fr/"),
            audience: Audience::known("https://management.sovcloud-api.fr/"),
            portal: Some(constant("https://portal.sovcloud-azure.fr/")),
            hosts: HostTable::BLEU,
            endpoints: Vec::new(),
        }
    }

    /// Builds the error for a name that is not one of `known`, with the nearest one.
    pub(in crate::azure) fn unknown(name: &str, known: Vec<String>) -> CloudError {
        let aliases = NAMES.iter().flat_map(|(_, names)| names.iter().copied());
        let candidates = known.iter().map(String::as_str).chain(aliases);
        let suggestion = nearest(name.trim(), candidates).map(ToOwned::to_owned);
        CloudError::Unknown {
            name: name.to_owned(),
            known,
            suggestion,
        }
    }
}

/// Parses an endpoint of this file; a test builds every cloud.
#[expect(
    clippy::expect_used,
    reason = "the text is a constant and every cloud is built by a test"
)]
fn constant(text: &'static str) -> Url {
    Url::parse(text).expect("a constant endpoint is a URL")
}

#[cfg(test)]
mod tests {
    use super::{Cloud, CloudName, NAMES};
    use crate::azure::cloud::error::CloudError;

    #[track_caller]
    fn check(name: &str, expected: Option<&CloudName>) {
        assert_eq!(
            Cloud::named(name).map(|cloud| cloud.name).as_ref(),
            expected,
            "{name}"
        );
    }

    #[test]
    fn knows_names_in_any_case() {
        check("AzureCloud", Some(&CloudName::Public));
        check("azurecloud", Some(&CloudName::Public));
        check("PUBLIC", Some(&CloudName::Public));
        check("china", Some(&CloudName::China));
        check("AzureChinaCloud", Some(&CloudName::China));
        check("usgov", Some(&CloudName::UsGovernment));
        check("AzureUSGovernment", Some(&CloudName::UsGovernment));
        check(" bleu ", Some(&CloudName::Bleu));
        check("AzureBleuCloud", Some(&CloudName::Bleu));
        check("AzureGermanCloud", None);
        check("sandbox", None);
        check("", None);
        for (cloud, names) in NAMES {
            for name in *names {
                check(name, Some(cloud));
            }
        }
    }

    #[test]
    fn lists_and_suggests() {
        #[track_caller]
        fn check(name: &str, expected: Option<&str>) {
            let Err(CloudError::Unknown {
                suggestion, known, ..
            }) = Cloud::find(name)
            else {
                panic!("{name} is a cloud");
            };
            assert_eq!(suggestion.as_deref(), expected, "{name}");
            assert_eq!(
                known,
                [
                    "AzureCloud",
                    "AzureChinaCloud",
                    "AzureUSGovernment",
                    "AzureBleuCloud"
                ]
            );
        }
        check("AzureClod", Some("AzureCloud"));
        check("AzureUSGoverment", Some("AzureUSGovernment"));
        check("chna", Some("china"));
        check("somewhere", None);
        check("", None);
        assert_eq!(
            Cloud::find("x").unwrap_err().to_string(),
            "unknown cloud `x`; known are `AzureCloud`, `AzureChinaCloud`, `AzureUSGovernment`, \
             `AzureBleuCloud`"
        );
    }

    #[test]
    fn endpoints_are_origins() {
        #[track_caller]
        fn check(endpoint: &str, expected: Option<&str>) {
            let cloud = Cloud::custom_endpoint(endpoint).ok();
            let origin = cloud.as_ref().map(|cloud| cloud.resource_manager.as_str());
            assert_eq!(origin, expected, "{endpoint}");
        }
        check("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/"));
        check("http://localhost:8080/", Some("http://localhost:8080/"));
        check("http://[::1]:8080", Some("http://[::1]:8080/"));
        check(
            "https://management.local.azurestack.external",
            Some("https://management.local.azurestack.external/"),
        );
        check("https://127.0.0.1:8443", Some("https://127.0.0.1:8443/"));
        check("http://management.azure.com", None);
        check("http://127.0.0.1:8080/arm", None);
        check("http://127.0.0.1:8080/?x", None);
        check("https://user@127.0.0.1", None);
        check("127.0.0.1:8080", None);
        check("", None);
        let cloud = Cloud::custom_endpoint("http://127.0.0.1:8080/").unwrap();
        assert_eq!(
            cloud.name,
            CloudName::Custom("http://127.0.0.1:8080".to_owned())
        );
        assert_eq!(cloud.audience.as_str(), "https://management.azure.com/");
    }

    #[test]
    fn the_sandbox_has_the_public_endpoints() {
        let sandbox = Cloud::sandbox();
        assert_eq!(sandbox.name, CloudName::Sandbox);
        assert_eq!(sandbox.resource_manager, Cloud::public().resource_manager);
    }
}
