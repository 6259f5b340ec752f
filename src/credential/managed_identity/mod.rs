//! Managed identities: token endpoints of the machine or service that a program runs on, each with
//! a protocol of its own. Their tokens are not cached here, because the endpoints cache them.
//!
//! A managed identity belongs to one tenant: a tenant that is asked for is ignored, as in every
//! Azure SDK. It cannot answer claims challenges, and its tokens are for an audience as a whole,
//! not for single scopes.

mod app_service;
mod arc;
mod azure_ml;
mod cloud_shell;
mod endpoint;
mod imds;
mod key_file;
mod response;

use super::discovery::DiscoveryContext;
use super::provider::{TokenFuture, TokenProvider, Tools};
use super::{
    Absence, AccessToken, ClockDifference, Error, Source, SourceErrorKind, TokenRequest, exchange,
};

pub use app_service::AppService;
pub use arc::Arc;
pub use azure_ml::AzureMl;
pub use cloud_shell::{CloudShell, is_cloud_shell};
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

/// Looks for a place; `Ok(Err(…))` says why it is skipped.
type Find = fn(&DiscoveryContext<'_>) -> Result<Result<ManagedIdentity, Absence>, Error>;

/// The places, in the order in which they are looked for.
const PLACES: [(Source, Find); 5] = [
    (Source::AppService, |context| {
        Ok(AppService::find(context)?.map(ManagedIdentity::AppService))
    }),
    (Source::AzureMl, |context| {
        Ok(AzureMl::find(context)?.map(ManagedIdentity::AzureMl))
    }),
    (Source::CloudShell, |context| {
        Ok(CloudShell::find(context)?.map(ManagedIdentity::CloudShell))
    }),
    (Source::Arc, |context| {
        Ok(Arc::find(context)?.map(ManagedIdentity::Arc))
    }),
    (Source::Imds, |context| {
        Ok(Imds::find(context)?.map(ManagedIdentity::Imds))
    }),
];

impl ManagedIdentity {
    /// Looks for the place that a source names; `Ok(Err(…))` says why it is skipped.
    pub(super) fn find(
        source: Source,
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        match PLACES.iter().find(|(place, _)| *place == source) {
            Some((_, find)) => find(context),
            None => Ok(Err(Absence::not_there("it is not a managed identity"))),
        }
    }

    /// Looks for the first place that there is.
    pub(super) fn first(context: &DiscoveryContext<'_>) -> Result<Result<Self, Absence>, Error> {
        let mut reasons = Vec::new();
        for (source, find) in PLACES {
            match find(context)? {
                Ok(found) => return Ok(Ok(found)),
                Err(absence) => reasons.push(format!("{source}: {}", absence.reason())),
            }
        }
        Ok(Err(Absence::NotThere(reasons.join("; "))))
    }

    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        let source = self.source();
        check(source, request)?;
        let question = match self {
            Self::AppService(endpoint) => endpoint.request(request)?,
            Self::AzureMl(endpoint) => endpoint.request(request)?,
            Self::CloudShell(endpoint) => endpoint.request(&request.audience),
            Self::Arc(agent) => agent.prove(request, tools).await?,
            Self::Imds(service) => service.request(request),
        };
        let response = exchange::ask(source, &question, tools).await?;
        let is_transient = match self {
            Self::Imds(_) => {
                imds::check(&response)?;
                imds::is_unavailable
            }
            Self::AppService(_) => app_service::is_unavailable,
            Self::AzureMl(_) | Self::CloudShell(_) | Self::Arc(_) => response::is_unavailable,
        };
        let mut granted = response::read(source, &response, &request.audience, is_transient)?;
        if let Self::Arc(agent) = self {
            agent.check(&granted)?;
        }
        granted.token.clock = ClockDifference::of(&response.headers, tools.now);
        Ok(granted.token)
    }
}

impl TokenProvider for ManagedIdentity {
    fn source(&self) -> Source {
        match self {
            Self::AppService(_) => Source::AppService,
            Self::AzureMl(_) => Source::AzureMl,
            Self::CloudShell(_) => Source::CloudShell,
            Self::Arc(_) => Source::Arc,
            Self::Imds(_) => Source::Imds,
        }
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request, tools))
    }
}

/// Refuses what no managed identity can do.
fn check(source: Source, request: &TokenRequest) -> Result<(), Error> {
    let everything = request.audience.scope();
    let what = match (&request.claims, &request.scope) {
        (Some(_), _) => "answer a claims challenge",
        (None, Some(scope)) if *scope != everything => "ask for less than a whole audience",
        (None, Some(_) | None) => return Ok(()),
    };
    Err(SourceErrorKind::Unsupported { what }.of(source))
}
