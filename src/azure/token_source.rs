//! The sources of tokens, and what is known of each before it is looked for: one row per source, with the name that
//! `--auth` takes and the words for messages. Which of them is used is decided in `credential::chain`; what each does
//! is in its own file of `credential`, as a `TokenProvider`.

use std::fmt;

/// Where tokens come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenSource {
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
    /// What is next to the name in a list.
    pub about: &'static str,
    /// The source as it is in a sentence.
    pub words: &'static str,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Whether it is tried if none is named.
    pub is_in_chain: bool,
    /// The name by which the Azure SDKs know it, in `AZURE_TOKEN_CREDENTIALS`.
    pub sdk_name: Option<&'static str>,
    /// The variable that names its endpoint, where `arm serve` sets that too.
    pub endpoint_variable: Option<&'static str>,
    /// The command that signs in.
    pub sign_in: &'static str,
    /// What helps if it has answered that it has no token.
    pub help_when_refused: Option<&'static str>,
    /// What helps if it is not there.
    pub help_when_absent: Option<&'static str>,
}

/// What most rows have in common.
const MOST: SourceFacts = SourceFacts {
    name: "",
    about: "",
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

impl TokenSource {
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
    #[expect(clippy::too_many_lines, reason = "a table, one row a source")]
    pub const fn facts(self) -> SourceFacts {
        match self {
            Self::AccessToken => SourceFacts {
                name: "token",
                about: "A token given in `ARMCLI_ACCESS_TOKEN`",
                words: "`ARMCLI_ACCESS_TOKEN` or `--token`",
                ..MOST
            },
            Self::Login => SourceFacts {
                name: "login",
                about: "The account of `arm login`",
                words: "`arm login`",
                ..MOST
            },
            Self::ServicePrincipal => SourceFacts {
                name: "service-principal",
                about: "A service principal in the environment",
                words: "the service principal",
                sdk_name: Some("EnvironmentCredential"),
                ..APPLICATION
            },
            Self::WorkloadIdentity => SourceFacts {
                name: "workload-identity",
                about: "A federated token in a file, as on AKS",
                words: "workload identity",
                sdk_name: Some("WorkloadIdentityCredential"),
                ..APPLICATION
            },
            Self::GitHub => SourceFacts {
                name: "github",
                about: "The job of GitHub Actions",
                words: "GitHub Actions",
                help_when_refused: Some(
                    "the job needs `permissions: id-token: write`, and its own token",
                ),
                ..APPLICATION
            },
            Self::AzurePipelines => SourceFacts {
                name: "azure-pipelines",
                about: "The service connection of Azure Pipelines",
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
                about: "The managed identity of App Service, Functions, Container Apps",
                words: "the managed identity of App Service",
                endpoint_variable: Some("IDENTITY_ENDPOINT"),
                ..MANAGED_IDENTITY
            },
            Self::AzureMl => SourceFacts {
                name: "azure-ml",
                about: "The managed identity of Azure Machine Learning",
                words: "the managed identity of Azure Machine Learning",
                endpoint_variable: Some("MSI_ENDPOINT"),
                ..MANAGED_IDENTITY
            },
            Self::CloudShell => SourceFacts {
                name: "cloud-shell",
                about: "The token endpoint of Cloud Shell, or of `arm serve`",
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
                about: "The managed identity of a machine on Azure Arc",
                words: "the managed identity of Azure Arc",
                help_when_absent: Some(
                    "the agent of Azure Arc answers on this machine only: see whether it runs",
                ),
                ..MANAGED_IDENTITY
            },
            Self::AzureCli => SourceFacts {
                name: "azure-cli",
                about: "The login of the Azure CLI",
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
                about: "The login of the Azure Developer CLI",
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
                about: "The managed identity of a virtual machine",
                words: "the managed identity of the virtual machine",
                help_when_absent: Some(
                    "only a virtual machine of Azure has this service; elsewhere sign in with \
                     `az login`",
                ),
                ..MANAGED_IDENTITY
            },
            Self::PowerShell => SourceFacts {
                name: "powershell",
                about: "The login of Az PowerShell",
                words: "Az PowerShell",
                kind: SourceKind::DeveloperTool,
                // It takes seconds to start, and is used only if it is named.
                is_in_chain: false,
                sdk_name: Some("AzurePowerShellCredential"),
                sign_in: "Connect-AzAccount",
                help_when_refused: Some("sign in with `Connect-AzAccount` in PowerShell"),
                help_when_absent: Some("install PowerShell and its module `Az.Accounts`"),
                ..MOST
            },
            Self::Sandbox => SourceFacts {
                name: "sandbox",
                about: "The sandbox in this process",
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

    /// Returns the source as it is in a sentence.
    pub const fn words(self) -> &'static str {
        self.facts().words
    }

    /// Returns what kind of source it is.
    pub const fn kind(self) -> SourceKind {
        self.facts().kind
    }

    /// Returns the sources that are tried if none is named.
    pub fn chain() -> impl Iterator<Item = Self> {
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

impl fmt::Display for TokenSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What `--auth` chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthChoice {
    /// One source.
    Only(TokenSource),
    /// The managed identity of this machine or service, whichever it has.
    ManagedIdentity,
}

impl AuthChoice {
    /// All choices, in the order in which they are listed.
    pub const ALL: [Self; 15] = [
        Self::Only(TokenSource::AccessToken),
        Self::Only(TokenSource::Login),
        Self::Only(TokenSource::ServicePrincipal),
        Self::Only(TokenSource::WorkloadIdentity),
        Self::Only(TokenSource::GitHub),
        Self::Only(TokenSource::AzurePipelines),
        Self::ManagedIdentity,
        Self::Only(TokenSource::AppService),
        Self::Only(TokenSource::AzureMl),
        Self::Only(TokenSource::CloudShell),
        Self::Only(TokenSource::Arc),
        Self::Only(TokenSource::AzureCli),
        Self::Only(TokenSource::AzureDeveloperCli),
        Self::Only(TokenSource::Imds),
        Self::Only(TokenSource::PowerShell),
    ];

    /// Returns the word that `--auth` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Only(source) => source.name(),
            Self::ManagedIdentity => "managed-identity",
        }
    }

    /// Returns what is next to the word in a list.
    pub fn about(self) -> &'static str {
        match self {
            Self::Only(source) => source.facts().about,
            Self::ManagedIdentity => "The managed identity of wherever this runs",
        }
    }

    /// Tells whether the choice is a managed identity, of which there may be several.
    pub fn is_managed_identity(self) -> bool {
        match self {
            Self::Only(source) => source.kind() == SourceKind::ManagedIdentity,
            Self::ManagedIdentity => true,
        }
    }

    /// Returns the sources that are meant, in the order in which they are looked for.
    pub fn sources(self) -> Vec<TokenSource> {
        match self {
            Self::Only(source) => vec![source],
            Self::ManagedIdentity => TokenSource::managed_identities(),
        }
    }

    /// Returns all words for the help, those of the managed identities in parentheses after theirs.
    pub fn words() -> String {
        let of_machine: Vec<_> = TokenSource::managed_identities()
            .into_iter()
            .map(TokenSource::name)
            .collect();
        let of_machine = of_machine.join(", ");
        let choices = Self::ALL.into_iter().filter_map(|choice| match choice {
            Self::ManagedIdentity => Some(format!("{} ({of_machine})", choice.name())),
            Self::Only(TokenSource::AccessToken) => {
                Some(format!("{} ($ARMCLI_ACCESS_TOKEN)", choice.name()))
            }
            Self::Only(_) if choice.is_managed_identity() => None,
            Self::Only(source) => Some(source.name().to_owned()),
        });
        choices.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{AuthChoice, TokenSource};

    #[test]
    fn every_source_is_listed_once_under_its_own_name() {
        let names = TokenSource::ALL.map(TokenSource::name);
        for (at, name) in names.iter().enumerate() {
            assert!(!name.is_empty() && !names[..at].contains(name), "{name}");
        }
        // The order of the variants is that of the list, so that a new one cannot be left out.
        for (at, source) in TokenSource::ALL.into_iter().enumerate() {
            assert_eq!(source as usize, at, "{source}");
        }
        assert_eq!(TokenSource::ALL.len(), TokenSource::Sandbox as usize + 1);
    }
    #[test]
    fn every_source_but_the_sandbox_can_be_chosen() {
        for source in TokenSource::ALL {
            let can_be_chosen = AuthChoice::ALL.contains(&AuthChoice::Only(source));
            assert_eq!(can_be_chosen, source != TokenSource::Sandbox, "{source}");
        }
    }
}
