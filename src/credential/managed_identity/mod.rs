//! Managed identities: token endpoints of the machine or service that a program runs on, each with
//! a protocol of its own. Nothing of theirs is kept: the endpoints keep tokens themselves.
//!
//! A managed identity belongs to one tenant: a tenant that is asked for changes nothing, as in
//! every Azure SDK. It answers no claims, and has everything of an audience or nothing.

mod answer;
mod app_service;
mod arc;
mod azure_ml;
mod cloud_shell;
mod endpoint;
mod imds;
mod key_file;

use super::chain::{Choice, Surroundings};
use super::{AccessToken, Error, Source, SourceFault, TokenRequest, Tools};
use crate::azure::IdentityId;

pub use app_service::AppService;
pub use arc::Arc;
pub use azure_ml::AzureMl;
pub use cloud_shell::CloudShell;
pub use imds::Imds;

/// A managed identity, by the place that gives its tokens.
#[derive(Debug, Clone)]
pub enum ManagedIdentity {
    /// App Service, Functions, Container Apps.
    AppService(AppService),
    /// Azure Machine Learning.
    AzureMl(AzureMl),
    /// Cloud Shell.
    CloudShell(CloudShell),
    /// Azure Arc.
    Arc(Arc),
    /// A virtual machine.
    Imds(Imds),
}

impl ManagedIdentity {
    /// Looks for the place that a source names; `Ok(Err(…))` says why it is passed over.
    pub(super) fn find(
        source: Source,
        surroundings: &Surroundings<'_>,
    ) -> Result<Result<Self, String>, Error> {
        Ok(match source {
            Source::AppService => AppService::find(surroundings)?.map(Self::AppService),
            Source::AzureMl => AzureMl::find(surroundings)?.map(Self::AzureMl),
            Source::CloudShell => CloudShell::find(surroundings)?.map(Self::CloudShell),
            Source::Arc => Arc::find(surroundings)?.map(Self::Arc),
            Source::Imds => Imds::find(surroundings)?.map(Self::Imds),
            Source::AccessToken
            | Source::Login
            | Source::ServicePrincipal
            | Source::WorkloadIdentity
            | Source::GitHub
            | Source::AzurePipelines
            | Source::AzureCli
            | Source::AzureDeveloperCli
            | Source::PowerShell
            | Source::Sandbox => Err("it is no managed identity".to_owned()),
        })
    }

    /// Looks for the first place that there is.
    pub(super) fn first(surroundings: &Surroundings<'_>) -> Result<Result<Self, String>, Error> {
        let mut reasons = Vec::new();
        for source in Source::MANAGED_IDENTITY {
            match Self::find(source, surroundings)? {
                Ok(found) => return Ok(Ok(found)),
                Err(reason) => reasons.push(format!("{source}: {reason}")),
            }
        }
        Ok(Err(reasons.join("; ")))
    }

    /// Returns which place it is.
    pub fn source(&self) -> Source {
        match self {
            Self::AppService(_) => Source::AppService,
            Self::AzureMl(_) => Source::AzureMl,
            Self::CloudShell(_) => Source::CloudShell,
            Self::Arc(_) => Source::Arc,
            Self::Imds(_) => Source::Imds,
        }
    }

    pub(super) async fn token(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        match self {
            Self::AppService(endpoint) => endpoint.token(request, tools).await,
            Self::AzureMl(endpoint) => endpoint.token(request, tools).await,
            Self::CloudShell(endpoint) => endpoint.token(request, tools).await,
            Self::Arc(agent) => agent.token(request, tools).await,
            Self::Imds(service) => service.token(request, tools).await,
        }
    }
}

/// Refuses what no managed identity can do.
fn check(source_name: Source, request: &TokenRequest) -> Result<(), Error> {
    let everything = request.audience.scope();
    let what = match (&request.claims, &request.scope) {
        (Some(_), _) => "answer a claims challenge",
        (None, Some(scope)) if *scope != everything => "ask for less than a whole audience",
        (None, Some(_) | None) => return Ok(()),
    };
    Err(SourceFault::Unsupported { what }.of(source_name))
}

/// The identity that is asked for: the user's, else that of `AZURE_CLIENT_ID`, which names one in
/// every Azure SDK; `None` is the identity of the machine itself.
fn identity_of(surroundings: &Surroundings<'_>) -> Option<IdentityId> {
    let variable = || surroundings.env.get("AZURE_CLIENT_ID");
    surroundings
        .identity
        .cloned()
        .or_else(|| variable().map(|id| IdentityId::Client(id.to_owned())))
}

/// Tells whether the user asked for this identity, or for one of its kind.
fn is_asked_for(choice: Choice) -> bool {
    match choice {
        Choice::Implied => false,
        Choice::Kind | Choice::Named => true,
    }
}
