//! Builds a custom cloud from the fields of a definition. The formats are read by `clouds_config` and `metadata`.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::audience::host_table::{HostKind, HostTable, STORAGE_AUDIENCE};
use crate::azure::cloud::error::CloudError;
use crate::azure::cloud::{Cloud, CloudName, Endpoint};
use crate::azure::url::check::parse_url;
use crate::azure::url::origin::is_loopback;

/// The services of Storage, each a label in front of the suffix.
const STORAGE_SERVICES: [&str; 5] = ["blob", "queue", "table", "file", "dfs"];

/// Whether a definition may name loopback endpoints over http.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum Plaintext {
    /// Every endpoint is https: the definition came over the network.
    Refused,
    /// http is taken on loopback: the definition is the user's own file.
    OnLoopback,
}

/// A field of a definition: its name there, for messages, and its text.
#[derive(Debug, Clone, Default)]
pub(in crate::azure) struct Field {
    pub(in crate::azure) name: &'static str,
    pub(in crate::azure) value: Option<String>,
}

impl Field {
    /// Returns the text if there is one that is not blank.
    fn text(&self) -> Option<&str> {
        self.value
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

/// What a definition says, whatever its format.
#[derive(Debug, Clone, Default)]
pub(in crate::azure) struct Definition {
    pub(in crate::azure) resource_manager: Field,
    pub(in crate::azure) authority_host: Field,
    pub(in crate::azure) audience: Field,
    pub(in crate::azure) portal: Field,
    /// Services that are asked at their audience's own host: Graph, Log Analytics.
    pub(in crate::azure) services: Vec<Field>,
    /// Suffixes whose audience is `https://` and the suffix: Key Vault, Synapse.
    pub(in crate::azure) own_suffixes: Vec<Field>,
    pub(in crate::azure) storage: Field,
}

impl Definition {
    /// Lays the definition over a cloud: fields that are absent keep the cloud's value.
    pub(in crate::azure) fn over(
        self,
        mut cloud: Cloud,
        plaintext: Plaintext,
    ) -> Result<Cloud, CloudError> {
        let name = cloud.name.to_string();
        if let Some(url) = endpoint(&name, &self.resource_manager, plaintext)? {
            cloud.resource_manager = url;
        }
        if let Some(url) = endpoint(&name, &self.authority_host, plaintext)? {
            cloud.authority_host = url;
        }
        if let Some(audience) = self.audience.text() {
            cloud.audience = Audience::known(audience);
        }
        if let Some(url) = endpoint(&name, &self.portal, plaintext)? {
            cloud.portal = Some(url);
        }
        cloud.endpoints.extend(self.endpoints(&name, plaintext)?);
        Ok(cloud)
    }

    /// Builds a cloud of its own; the three fields that a token needs have to be there.
    pub(in crate::azure) fn build(
        self,
        name: &str,
        plaintext: Plaintext,
    ) -> Result<Cloud, CloudError> {
        for field in [&self.resource_manager, &self.authority_host, &self.audience] {
            if field.text().is_none() {
                return Err(CloudError::Missing {
                    cloud: name.to_owned(),
                    field: field.name,
                });
            }
        }
        let blank = Cloud {
            name: CloudName::Custom(name.to_owned()),
            portal: None,
            hosts: HostTable::EMPTY,
            ..Cloud::public()
        };
        self.over(blank, plaintext)
    }

    /// Lists the hosts that the definition adds.
    fn endpoints(&self, cloud: &str, plaintext: Plaintext) -> Result<Vec<Endpoint>, CloudError> {
        let mut endpoints = Vec::new();
        for service in &self.services {
            let Some(url) = endpoint(cloud, service, plaintext)? else {
                continue;
            };
            let (Some(host), Some(text)) = (url.host_str(), service.text()) else {
                continue;
            };
            endpoints.push(Endpoint {
                host: host.to_owned(),
                audience: Audience::known(text),
                kind: HostKind::Other,
            });
        }
        for field in &self.own_suffixes {
            let Some(suffix) = suffix(cloud, field)? else {
                continue;
            };
            endpoints.push(Endpoint {
                host: format!("*.{suffix}"),
                audience: Audience::known(format!("https://{suffix}")),
                kind: HostKind::Other,
            });
        }
        if let Some(suffix) = suffix(cloud, &self.storage)? {
            endpoints.extend(STORAGE_SERVICES.map(|service| Endpoint {
                host: format!("*.{service}.{suffix}"),
                audience: Audience::known(STORAGE_AUDIENCE),
                kind: HostKind::Storage,
            }));
        }
        Ok(endpoints)
    }
}

/// Reads the URL of a field.
fn endpoint(cloud: &str, field: &Field, plaintext: Plaintext) -> Result<Option<Url>, CloudError> {
    let Some(text) = field.text() else {
        return Ok(None);
    };
    let (cloud, field) = (cloud.to_owned(), field.name);
    let url = parse_url(text).map_err(|error| CloudError::Endpoint {
        cloud: cloud.clone(),
        field,
        error: Box::new(error),
    })?;
    if url.scheme() == "https" || (plaintext == Plaintext::OnLoopback && is_loopback(&url)) {
        return Ok(Some(url));
    }
    Err(CloudError::NotHttps { cloud, field })
}

/// Reads the host suffix of a field, with or without a leading dot, as lower-case text.
///
/// One label is refused: `com` would claim half of the world.
fn suffix(cloud: &str, field: &Field) -> Result<Option<String>, CloudError> {
    let Some(text) = field.text() else {
        return Ok(None);
    };
    let suffix = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if suffix.contains('.') && suffix.split('.').all(is_label) {
        return Ok(Some(suffix));
    }
    Err(CloudError::Suffix {
        cloud: cloud.to_owned(),
        field: field.name,
        value: text.escape_default().to_string(),
    })
}
