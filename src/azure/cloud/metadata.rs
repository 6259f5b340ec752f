//! Reads the answer of `/metadata/endpoints`, in which a Resource Manager describes its cloud. It is asked for by
//! `app::session::cloud`; which authority it may name: `authority`.

use serde::Deserialize;
use url::Url;

use crate::azure::cloud::Cloud;
use crate::azure::cloud::authority::{AuthorityChoice, may_sign_in_for};
use crate::azure::cloud::definition::{Definition, Field, Plaintext};
use crate::azure::cloud::error::CloudError;
use crate::azure::url::origin::{Origin, is_loopback};

impl Cloud {
    /// Reads the cloud whose Resource Manager is `endpoint` out of the JSON of its
    /// `/metadata/endpoints`.
    ///
    /// api-version 2019-05-01 and 2020-06-01 answer with a list of clouds, 2022-09-01 with one
    /// cloud. Endpoints have to be https; on this machine http is allowed.
    ///
    /// # Errors
    /// [`CloudError::ForeignAuthority`] if the description would have the user's secrets sent to a foreign authority
    /// that the user did not choose.
    pub fn from_metadata(
        json: &[u8],
        endpoint: &Url,
        choice: AuthorityChoice,
    ) -> Result<Self, CloudError> {
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        let metadata: Metadata =
            serde_json::from_slice(json).map_err(|error| CloudError::Metadata {
                reason: error.to_string(),
            })?;
        let clouds = match metadata {
            Metadata::List(clouds) => clouds,
            Metadata::One(cloud) => vec![*cloud],
        };
        let origin = Origin::of(endpoint);
        let is_meant = |cloud: &CloudMetadata| {
            let resource_manager = cloud
                .resource_manager
                .as_deref()
                .and_then(|text| Url::parse(text).ok());
            resource_manager.is_some_and(|url| Origin::of(&url) == origin)
        };
        let Some(cloud) = clouds.into_iter().find(is_meant) else {
            return Err(CloudError::Metadata {
                reason: format!("it describes no cloud whose Resource Manager is `{origin}`"),
            });
        };
        let plaintext = if is_loopback(endpoint) {
            Plaintext::OnLoopback
        } else {
            Plaintext::Refused
        };
        let name = cloud.name.clone().unwrap_or_else(|| origin.to_string());
        let cloud = cloud.definition().build(&name, plaintext)?;
        let is_trusted = choice == AuthorityChoice::User
            || may_sign_in_for(&cloud.resource_manager, &cloud.authority_host);
        if is_trusted {
            return Ok(cloud);
        }
        Err(CloudError::ForeignAuthority {
            cloud: name,
            authority: cloud.authority_host.to_string(),
        })
    }
}

/// The two forms of the answer.
#[derive(Deserialize)]
#[serde(untagged, expecting = "neither a cloud nor a list of clouds")]
enum Metadata {
    List(Vec<CloudMetadata>),
    One(Box<CloudMetadata>),
}

/// One cloud, in the words of Resource Manager.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CloudMetadata {
    name: Option<String>,
    resource_manager: Option<String>,
    authentication: Option<Authentication>,
    portal: Option<String>,
    microsoft_graph_resource_id: Option<String>,
    log_analytics_resource_id: Option<String>,
    app_insights_resource_id: Option<String>,
    suffixes: Option<Suffixes>,
}

/// The authority, and the audiences of its tokens.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: Option<String>,
    #[serde(default)]
    audiences: Vec<String>,
}

/// The host suffixes of the data plane.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Suffixes {
    storage: Option<String>,
    key_vault_dns: Option<String>,
    mhsm_dns: Option<String>,
    synapse_analytics: Option<String>,
}

impl CloudMetadata {
    fn definition(self) -> Definition {
        let authentication = self.authentication.unwrap_or_default();
        let suffixes = self.suffixes.unwrap_or_default();
        let field = |name, value| Field { name, value };
        Definition {
            resource_manager: field("resourceManager", self.resource_manager),
            authority_host: field(
                "authentication.loginEndpoint",
                authentication.login_endpoint,
            ),
            audience: field(
                "authentication.audiences",
                authentication.audiences.into_iter().next(),
            ),
            portal: field("portal", self.portal),
            services: vec![
                field("microsoftGraphResourceId", self.microsoft_graph_resource_id),
                field("logAnalyticsResourceId", self.log_analytics_resource_id),
                field("appInsightsResourceId", self.app_insights_resource_id),
            ],
            own_suffixes: vec![
                field("suffixes.keyVaultDns", suffixes.key_vault_dns),
                field("suffixes.mhsmDns", suffixes.mhsm_dns),
                field("suffixes.synapseAnalytics", suffixes.synapse_analytics),
            ],
            storage: field("suffixes.storage", suffixes.storage),
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::azure::audience::Audience;
    use crate::azure::cloud::authority::AuthorityChoice;
    use crate::azure::cloud::error::CloudError;
    use crate::azure::cloud::hosts::audience_of;
    use crate::azure::cloud::{Cloud, CloudName};

    const ONE: &str = r#"{
        "portal": "https://portal.air.example",
        "authentication": {
            "loginEndpoint": "https://login.air.example/",
            "audiences": ["https://management.core.air.example/", "https://management.air.example/"],
            "tenant": "common", "identityProvider": "AAD"
        },
        "graphAudience": "https://graph.air.example/",
        "name": "Air",
        "suffixes": {
            "keyVaultDns": "vault.air.example", "storage": "core.air.example",
            "acrLoginServer": "cr.air.example"
        },
        "resourceManager": "https://management.air.example/",
        "microsoftGraphResourceId": "https://msgraph.air.example/"
    }"#;

    #[track_caller]
    fn check_cloud(cloud: &Cloud) {
        assert_eq!(cloud.name, CloudName::Custom("Air".to_owned()));
        assert_eq!(
            cloud.resource_manager.as_str(),
            "https://management.air.example/"
        );
        assert_eq!(cloud.authority_host.as_str(), "https://login.air.example/");
        assert_eq!(
            cloud.audience.as_str(),
            "https://management.core.air.example/"
        );
        for (url, expected) in [
            (
                "https://kv.vault.air.example/",
                Some("https://vault.air.example"),
            ),
            ("https://a.queue.core.air.example/", None),
            (
                "https://msgraph.air.example/v1.0",
                Some("https://msgraph.air.example/"),
            ),
            ("https://management.azure.com/", None),
        ] {
            let audience = audience_of(cloud, &Url::parse(url).unwrap());
            assert_eq!(audience.as_ref().map(Audience::as_str), expected, "{url}");
        }
    }

    fn read(json: &str) -> Result<Cloud, CloudError> {
        read_with(json, AuthorityChoice::Description)
    }

    fn read_with(json: &str, choice: AuthorityChoice) -> Result<Cloud, CloudError> {
        let endpoint = Url::parse("https://management.air.example").unwrap();
        Cloud::from_metadata(json.as_bytes(), &endpoint, choice)
    }

    #[test]
    fn a_description_does_not_choose_who_gets_secrets() {
        let foreign = ONE.replace("https://login.air.example/", "https://login.evil.test/x");
        check_error(
            &foreign,
            "cloud `Air` wants sign-ins sent to `https://login.evil.test/x`",
        );
        assert!(read_with(&foreign, AuthorityChoice::User).is_ok());
        let known = "https://login.microsoftonline.com/";
        assert!(read(&ONE.replace("https://login.air.example/", known)).is_ok());
    }

    #[test]
    fn reads_both_forms() {
        check_cloud(&read(ONE).unwrap());
        let list = format!("\u{feff}[{{\"name\": \"Other\"}}, {ONE}]");
        check_cloud(&read(&list).unwrap());
    }

    const NO_CLOUD: &str = "no cloud whose Resource Manager is `https://management.air.example`";

    #[track_caller]
    fn check_error(json: &str, expected: &str) {
        let error = read(json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn refuses_what_is_unsafe() {
        let with = |old: &str, new: &str| ONE.replace(old, new);
        check_error(
            &with("https://management.air", "http://management.air"),
            NO_CLOUD,
        );
        check_error(
            &with("https://login.air.example/", "http://127.0.0.1/"),
            "`authentication.loginEndpoint` of cloud `Air` is not https",
        );
        check_error(
            &with(
                "https://management.air.example/\",\n",
                "https://x@evil.example/\",\n",
            ),
            NO_CLOUD,
        );
        check_error(
            &with("core.air.example\"", "com\""),
            "`suffixes.storage` of cloud `Air` is not a host suffix",
        );
        check_error(
            &with("\"vault.air.example\"", "\"*.example\""),
            "is not a host suffix",
        );
    }

    #[test]
    fn says_what_is_missing() {
        check_error("{}", NO_CLOUD);
        check_error(&ONE.replace("resourceManager", "x"), NO_CLOUD);
        check_error(
            &ONE.replace("loginEndpoint", "x"),
            "has no `authentication.loginEndpoint`",
        );
        check_error(
            &ONE.replace("\"audiences\"", "\"x\""),
            "has no `authentication.audiences`",
        );
        check_error("[]", NO_CLOUD);
        check_error("<html>", "the cloud metadata cannot be read");
        check_error("7", "neither a cloud nor a list of clouds");
        check_error("", "the cloud metadata cannot be read");
    }
}
