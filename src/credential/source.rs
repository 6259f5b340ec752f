//! The sources of tokens, and what is known of each before it is looked for: one row a source. Which of
//! them is used is decided in `chain`; what each does stands in its own file, as a `TokenProvider`.

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

/// What kind of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// It belongs to this program: a token that was given, `arm login`.
    Own,
    /// An application that proves who it is.
    Application,
    /// A managed identity.
    ManagedIdentity,
    /// The login of another tool on a developer's machine.
    DeveloperTool,
    /// The sandbox.
    Sandbox,
}

/// What is known of a source before it is looked for.
#[derive(Debug, Clone, Copy)]
pub struct SourceFacts {
    /// The name that `--auth` takes.
    pub name: &'static str,
    /// The source as it stands in a sentence.
    pub words: &'static str,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Whether it is tried where none is named.
    pub is_in_chain: bool,
    /// The name by which the Azure SDKs know it, in `AZURE_TOKEN_CREDENTIALS`.
    pub sdk_name: Option<&'static str>,
    /// The variable that names its endpoint, where `arm serve` sets that too.
    pub endpoint_variable: Option<&'static str>,
    /// The command that signs in.
    pub sign_in: &'static str,
    /// What helps where it has answered that it has no token.
    pub help_when_refused: Option<&'static str>,
    /// What helps where it is not there.
    pub help_when_absent: Option<&'static str>,
}

/// What most rows have in common.
const MOST: SourceFacts = SourceFacts {
    name: "",
    words: "",
    kind: SourceKind::Own,
    is_in_chain: true,
    sdk_name: None,
    endpoint_variable: None,
    sign_in: "arm login",
    help_when_refused: None,
    help_when_absent: None,
};

/// An application of the environment.
const APPLICATION: SourceFacts = SourceFacts {
    kind: SourceKind::Application,
    ..MOST
};

/// A managed identity.
const MANAGED_IDENTITY: SourceFacts = SourceFacts {
    kind: SourceKind::ManagedIdentity,
    sdk_name: Some("ManagedIdentityCredential"),
    help_when_refused: Some(
        "assign an identity to this machine or service, choose one with `--identity`, or \
         sign in with `az login` and add `--auth azure-cli`",
    ),
    ..MOST
};

impl Source {
    /// Every source, in the order in which they are tried (`docs/credentials.md`).
    pub const ALL: [Self; 15] = [
        Self::AccessToken,
        Self::Login,
        Self::ServicePrincipal,
        Self::WorkloadIdentity,
        Self::GitHub,
        Self::AzurePipelines,
        Self::AppService,
        Self::AzureMl,
        Self::CloudShell,
        Self::Arc,
        Self::AzureCli,
        Self::AzureDeveloperCli,
        Self::Imds,
        Self::PowerShell,
        Self::Sandbox,
    ];

    /// Returns what is known of the source.
    pub const fn facts(self) -> SourceFacts {
        match self {
            Self::AccessToken => SourceFacts {
                name: "token",
                words: "`ARMCLI_ACCESS_TOKEN` or `--token`",
                ..MOST
            },
            Self::Login => SourceFacts {
                name: "login",
                words: "`arm login`",
                ..MOST
            },
            Self::ServicePrincipal => SourceFacts {
                name: "service-principal",
                words: "the service principal",
                sdk_name: Some("EnvironmentCredential"),
                ..APPLICATION
            },
            Self::WorkloadIdentity => SourceFacts {
                name: "workload-identity",
                words: "workload identity",
                sdk_name: Some("WorkloadIdentityCredential"),
                ..APPLICATION
            },
            Self::GitHub => SourceFacts {
                name: "github",
                words: "GitHub Actions",
                help_when_refused: Some(
                    "the job needs `permissions: id-token: write`, and its own token",
                ),
                ..APPLICATION
            },
            Self::AzurePipelines => SourceFacts {
                name: "azure-pipelines",
                words: "Azure Pipelines",
                sdk_name: Some("AzurePipelinesCredential"),
                help_when_refused: Some(
                    "the step needs `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and the \
                     pipeline the right to use the service connection",
                ),
                ..APPLICATION
            },
            Self::AppService => SourceFacts {
                name: "app-service",
                words: "the managed identity of App Service",
                endpoint_variable: Some("IDENTITY_ENDPOINT"),
                ..MANAGED_IDENTITY
            },
            Self::AzureMl => SourceFacts {
                name: "azure-ml",
                words: "the managed identity of Azure Machine Learning",
                endpoint_variable: Some("MSI_ENDPOINT"),
                ..MANAGED_IDENTITY
            },
            Self::CloudShell => SourceFacts {
                name: "cloud-shell",
                words: "the endpoint of Cloud Shell",
                endpoint_variable: Some("MSI_ENDPOINT"),
                help_when_refused: None,
                help_when_absent: Some(
                    "the endpoint answers only inside Azure Cloud Shell, or where one is served",
                ),
                ..MANAGED_IDENTITY
            },
            Self::Arc => SourceFacts {
                name: "arc",
                words: "the managed identity of Azure Arc",
                help_when_absent: Some(
                    "the agent of Azure Arc answers on this machine only: see whether it runs",
                ),
                ..MANAGED_IDENTITY
            },
            Self::AzureCli => SourceFacts {
                name: "azure-cli",
                words: "the Azure CLI",
                kind: SourceKind::DeveloperTool,
                sdk_name: Some("AzureCliCredential"),
                sign_in: "az login",
                help_when_refused: Some("sign in again with `az login`"),
                help_when_absent: Some("sign in with `az login`"),
                ..MOST
            },
            Self::AzureDeveloperCli => SourceFacts {
                name: "azd",
                words: "the Azure Developer CLI",
                kind: SourceKind::DeveloperTool,
                sdk_name: Some("AzureDeveloperCliCredential"),
                sign_in: "azd auth login",
                help_when_refused: Some("sign in again with `azd auth login`"),
                help_when_absent: Some("sign in with `azd auth login`"),
                ..MOST
            },
            Self::Imds => SourceFacts {
                name: "imds",
                words: "the managed identity of the virtual machine",
                help_when_absent: Some(
                    "only a virtual machine of Azure has this service; elsewhere sign in with \
                     `az login`",
                ),
                ..MANAGED_IDENTITY
            },
            Self::PowerShell => SourceFacts {
                name: "powershell",
                words: "Az PowerShell",
                kind: SourceKind::DeveloperTool,
                // It takes seconds to start, and is used only where it is named.
                is_in_chain: false,
                sdk_name: Some("AzurePowerShellCredential"),
                sign_in: "Connect-AzAccount",
                help_when_refused: Some("sign in with `Connect-AzAccount` in PowerShell"),
                help_when_absent: Some("install PowerShell and its module `Az.Accounts`"),
                ..MOST
            },
            Self::Sandbox => SourceFacts {
                name: "sandbox",
                words: "the sandbox",
                kind: SourceKind::Sandbox,
                is_in_chain: false,
                ..MOST
            },
        }
    }

    /// Returns the name that `--auth` takes.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// Returns the source as it stands in a sentence.
    pub(super) const fn words(self) -> &'static str {
        self.facts().words
    }

    /// Returns what kind of source it is.
    pub const fn kind(self) -> SourceKind {
        self.facts().kind
    }

    /// Returns the sources that are tried where none is named.
    pub(super) fn chain() -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(|source| source.facts().is_in_chain)
    }

    /// Returns the managed identities, in the order in which they are looked for.
    pub fn managed_identities() -> Vec<Self> {
        let all = Self::ALL.into_iter();
        all.filter(|source| source.kind() == SourceKind::ManagedIdentity)
            .collect()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn every_source_is_listed_once_under_its_own_name() {
        let names = Source::ALL.map(Source::name);
        for (at, name) in names.iter().enumerate() {
            assert!(!name.is_empty() && !names[..at].contains(name), "{name}");
        }
        // The order of the variants is that of the list, so that a new one cannot be left out.
        for (at, source) in Source::ALL.into_iter().enumerate() {
            assert_eq!(source as usize, at, "{source}");
        }
        assert_eq!(Source::ALL.len(), Source::Sandbox as usize + 1);
    }
}
