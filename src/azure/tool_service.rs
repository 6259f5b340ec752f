//! The services whose own tools take a token: git for Azure DevOps, docker for a registry, kubectl for a cluster, psql for
//! a database. Which of them a host is, and the audience of its tokens; what the tools say and read: `tools`.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::cloud::Cloud;
use crate::azure::cloud::hosts::audience_of;
use crate::azure::url::check::parse_url;

/// A service whose own tools take a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolService {
    /// Azure DevOps: git.
    DevOps,
    /// Azure Container Registry: docker and its like.
    ContainerRegistry,
    /// Azure Kubernetes Service: kubectl and its like.
    Kubernetes,
    /// A database: psql and its like.
    PostgreSql,
}

/// The audience of clusters, in every cloud: the server application of Azure Kubernetes Service (Azure/kubelogin).
const KUBERNETES: &str = "6dae42f8-4368-4678-94ff-3960e28e3630";
/// The audience of registries, in every cloud.
const CONTAINER_REGISTRY: &str = "https://containerregistry.azure.net";

impl ToolService {
    const ALL: [Self; 4] = [
        Self::DevOps,
        Self::ContainerRegistry,
        Self::Kubernetes,
        Self::PostgreSql,
    ];

    /// Returns how the audience of its tokens begins; that of databases ends with the domain of the cloud.
    const fn audience_prefix(self) -> &'static str {
        match self {
            Self::DevOps => "499b84ac-1321-427f-aa17-267ca6975798",
            Self::ContainerRegistry => CONTAINER_REGISTRY,
            Self::Kubernetes => KUBERNETES,
            Self::PostgreSql => "https://ossrdbms-aad.",
        }
    }

    /// Returns the service as it is in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DevOps => "Azure DevOps",
            Self::ContainerRegistry => "Azure Container Registry",
            Self::Kubernetes => "Azure Kubernetes Service",
            Self::PostgreSql => "Azure Database for PostgreSQL",
        }
    }

    /// Returns the audience of the tokens for a host in a cloud, such as `dev.azure.com`, if the host belongs to the
    /// service: https on port 443, by the cloud's table of hosts.
    pub fn audience_at(self, cloud: &Cloud, host: &str) -> Option<Audience> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if !host.bytes().all(is_plain) {
            return None;
        }
        let url = parse_url(&format!("https://{host}")).ok()?;
        self.audience_of_url(cloud, &url)
    }

    /// Returns the audience of the tokens for a URL in a cloud, if its host belongs to the service.
    pub fn audience_of_url(self, cloud: &Cloud, url: &Url) -> Option<Audience> {
        let audience = audience_of(cloud, url);
        let audience = audience.filter(|audience| Self::of(audience) == Some(self));
        audience.filter(|_| self != Self::DevOps || is_organization(url))
    }

    /// Returns the audience of clusters whose host is in no table.
    pub fn audience_of_clusters() -> Audience {
        Audience::known(KUBERNETES)
    }

    /// Returns the audience of registries.
    pub const fn audience_of_registries() -> &'static str {
        CONTAINER_REGISTRY
    }

    fn of(audience: &Audience) -> Option<Self> {
        let is_meant = |service: &Self| audience.as_str().starts_with(service.audience_prefix());
        Self::ALL.into_iter().find(is_meant)
    }
}

/// Tells whether a host has repositories: what is deeper in `visualstudio.com` are other services, some of which pass
/// connections on to machines of users.
fn is_organization(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let organization = host.strip_suffix(".visualstudio.com");
    organization.is_none_or(|name| !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::ToolService;
    use crate::azure::cloud::Cloud;

    #[track_caller]
    fn check(service: ToolService, cloud: &str, host: &str, expected: Option<&str>) {
        let cloud = Cloud::named(cloud).unwrap();
        let found = service.audience_at(&cloud, host);
        let found = found.as_ref().map(super::Audience::as_str);
        assert_eq!(found, expected, "{host}");
    }

    #[test]
    fn a_token_is_for_the_hosts_of_azure_devops() {
        let devops = Some("499b84ac-1321-427f-aa17-267ca6975798");
        for (service, cloud, host, expected) in [
            (ToolService::DevOps, "public", "dev.azure.com", devops),
            (ToolService::DevOps, "public", "DEV.azure.com:443", devops),
            (
                ToolService::DevOps,
                "public",
                "contoso.visualstudio.com",
                devops,
            ),
            (ToolService::DevOps, "public", "dev.azure.com:8443", None),
            (
                ToolService::DevOps,
                "public",
                "x.rel.tunnels.api.visualstudio.com",
                None,
            ),
            (ToolService::DevOps, "public", "dev.azure.com/..", None),
            (ToolService::DevOps, "public", "dev%2eazure.com", None),
            (ToolService::DevOps, "public", "\u{ff44}ev.azure.com", None),
            (
                ToolService::DevOps,
                "public",
                "dev.azure.com#.evil.example",
                None,
            ),
            (
                ToolService::DevOps,
                "public",
                "dev.azure.com.evil.example",
                None,
            ),
            (
                ToolService::DevOps,
                "public",
                "evil.example/dev.azure.com",
                None,
            ),
            (ToolService::DevOps, "public", "dev.azure.com/x", None),
            (
                ToolService::DevOps,
                "public",
                "dev.azure.com@evil.example",
                None,
            ),
            (
                ToolService::DevOps,
                "public",
                "dev.azure.com\\@evil.example",
                None,
            ),
            (ToolService::DevOps, "public", "dev.azure.com.", None),
            (ToolService::DevOps, "public", "github.com", None),
            (ToolService::DevOps, "public", "management.azure.com", None),
            (ToolService::DevOps, "public", "contoso.azurecr.io", None),
            (ToolService::DevOps, "public", "", None),
            (ToolService::DevOps, "china", "dev.azure.com", None),
        ] {
            check(service, cloud, host, expected);
        }
    }

    #[test]
    fn a_token_is_for_the_hosts_of_its_service() {
        let registry = Some("https://containerregistry.azure.net");
        let cluster = Some("6dae42f8-4368-4678-94ff-3960e28e3630");
        for (service, cloud, host, expected) in [
            (
                ToolService::ContainerRegistry,
                "public",
                "contoso.azurecr.io",
                registry,
            ),
            (ToolService::ContainerRegistry, "public", "azurecr.io", None),
            (
                ToolService::ContainerRegistry,
                "public",
                "contoso.azurecr.cn",
                None,
            ),
            (
                ToolService::ContainerRegistry,
                "china",
                "contoso.azurecr.cn",
                registry,
            ),
            (
                ToolService::ContainerRegistry,
                "public",
                "contoso.azurecr.io.evil.example",
                None,
            ),
            (ToolService::ContainerRegistry, "public", "127.0.0.1", None),
            (
                ToolService::Kubernetes,
                "public",
                "aks-1.hcp.westeurope.azmk8s.io:443",
                cluster,
            ),
            (
                ToolService::Kubernetes,
                "public",
                "aks-1.hcp.westeurope.azmk8s.io:8443",
                None,
            ),
            (ToolService::Kubernetes, "public", "dev.azure.com", None),
            (
                ToolService::PostgreSql,
                "public",
                "db.postgres.database.azure.com",
                Some("https://ossrdbms-aad.database.windows.net"),
            ),
            (
                ToolService::PostgreSql,
                "usgov",
                "db.postgres.database.usgovcloudapi.net",
                Some("https://ossrdbms-aad.database.usgovcloudapi.net"),
            ),
            (
                ToolService::PostgreSql,
                "public",
                "/var/run/postgresql",
                None,
            ),
        ] {
            check(service, cloud, host, expected);
        }
    }
}
