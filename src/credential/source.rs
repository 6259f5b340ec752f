//! The names of the sources: what `--auth` takes, and how a source stands in a sentence. Looks for
//! none of them: that is `chain`.

use std::fmt;

/// Where tokens come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// `ARMCLI_ACCESS_TOKEN`, `--token -`.
    AccessToken,
    /// `arm login`.
    Login,
    /// A service principal of the environment: secret, certificate or assertion.
    ServicePrincipal,
    /// Workload identity: `AZURE_FEDERATED_TOKEN_FILE`.
    WorkloadIdentity,
    /// GitHub Actions.
    GitHub,
    /// Azure Pipelines.
    AzurePipelines,
    /// The managed identity of App Service, Functions, Container Apps.
    AppService,
    /// The managed identity of Azure Machine Learning.
    AzureMl,
    /// Cloud Shell's token endpoint.
    CloudShell,
    /// The managed identity of Azure Arc.
    Arc,
    /// Azure CLI.
    AzureCli,
    /// Azure Developer CLI.
    AzureDeveloperCli,
    /// The managed identity of a virtual machine.
    Imds,
    /// Az PowerShell.
    PowerShell,
    /// The sandbox in this process.
    Sandbox,
}

/// The sources in the order in which they are tried (`docs/credentials.md`). Az PowerShell takes
/// seconds to start and is used only where it is named.
pub(super) const CHAIN: [Source; 13] = [
    Source::AccessToken,
    Source::Login,
    Source::ServicePrincipal,
    Source::WorkloadIdentity,
    Source::GitHub,
    Source::AzurePipelines,
    Source::AppService,
    Source::AzureMl,
    Source::CloudShell,
    Source::Arc,
    Source::AzureCli,
    Source::AzureDeveloperCli,
    Source::Imds,
];

impl Source {
    /// The managed identities, in the order in which they are looked for.
    pub const MANAGED_IDENTITY: [Self; 5] = [
        Self::AppService,
        Self::AzureMl,
        Self::CloudShell,
        Self::Arc,
        Self::Imds,
    ];

    /// Returns the name that `--auth` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "token",
            Self::Login => "login",
            Self::ServicePrincipal => "service-principal",
            Self::WorkloadIdentity => "workload-identity",
            Self::GitHub => "github",
            Self::AzurePipelines => "azure-pipelines",
            Self::AppService => "app-service",
            Self::AzureMl => "azure-ml",
            Self::CloudShell => "cloud-shell",
            Self::Arc => "arc",
            Self::AzureCli => "azure-cli",
            Self::AzureDeveloperCli => "azd",
            Self::Imds => "imds",
            Self::PowerShell => "powershell",
            Self::Sandbox => "sandbox",
        }
    }

    /// Returns the source as it stands in a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::AccessToken => "`ARMCLI_ACCESS_TOKEN` or `--token`",
            Self::Login => "`arm login`",
            Self::ServicePrincipal => "the service principal",
            Self::WorkloadIdentity => "workload identity",
            Self::GitHub => "GitHub Actions",
            Self::AzurePipelines => "Azure Pipelines",
            Self::AppService => "the managed identity of App Service",
            Self::AzureMl => "the managed identity of Azure Machine Learning",
            Self::CloudShell => "the endpoint of Cloud Shell",
            Self::Arc => "the managed identity of Azure Arc",
            Self::AzureCli => "the Azure CLI",
            Self::AzureDeveloperCli => "the Azure Developer CLI",
            Self::Imds => "the managed identity of the virtual machine",
            Self::PowerShell => "Az PowerShell",
            Self::Sandbox => "the sandbox",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
