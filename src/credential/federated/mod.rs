//! Federated identities: whoever runs this program vouches for it by a token of its own, which is
//! exchanged for one of Entra (learn.microsoft.com/entra/workload-id/workload-identity-federation).

mod azure_pipelines;
mod github;
mod issuer;

use azure_pipelines::AzurePipelines;
use github::GitHub;

use super::application::{Application, Proof};
use super::assertion::Assertion;
use super::chain::Surroundings;
use super::identity::fingerprint_of;
use super::{AccessToken, Error, Identity, Source, TokenRequest, Tools};

/// An application, and who vouches for it.
#[derive(Debug)]
pub struct Federated {
    application: Application,
    voucher: Voucher,
}

#[derive(Debug)]
enum Voucher {
    /// A file, as Kubernetes writes it.
    File(Assertion),
    GitHub(GitHub),
    AzurePipelines(AzurePipelines),
}

impl Federated {
    /// Looks for workload identity (azure.github.io/azure-workload-identity); `Ok(Err(…))` says
    /// what is missing.
    pub(super) fn find_workload_identity(
        surroundings: Surroundings<'_>,
    ) -> Result<Result<Self, String>, Error> {
        let Surroundings { env, authority, .. } = surroundings;
        let Some(path) = env.get("AZURE_FEDERATED_TOKEN_FILE") else {
            return Ok(Err("`AZURE_FEDERATED_TOKEN_FILE` is not set".to_owned()));
        };
        let voucher = Voucher::File(Assertion::File {
            path: path.to_owned(),
        });
        let application = Application::find(Source::WorkloadIdentity, env, authority)?;
        Ok(application.map(|application| Self {
            application,
            voucher,
        }))
    }

    /// Looks for GitHub Actions; `Ok(Err(…))` says what is missing.
    pub(super) fn find_github(
        surroundings: Surroundings<'_>,
    ) -> Result<Result<Self, String>, Error> {
        let Surroundings { env, authority, .. } = surroundings;
        let github = match GitHub::find(env, authority)? {
            Ok(github) => github,
            Err(reason) => return Ok(Err(reason)),
        };
        let application = Application::find(Source::GitHub, env, authority)?;
        Ok(application.map(|application| Self {
            application,
            voucher: Voucher::GitHub(github),
        }))
    }

    /// Looks for Azure Pipelines; `Ok(Err(…))` says what is missing.
    pub(super) fn find_azure_pipelines(
        surroundings: Surroundings<'_>,
    ) -> Result<Result<Self, String>, Error> {
        let Surroundings { env, authority, .. } = surroundings;
        let pipelines = match AzurePipelines::find(env)? {
            Ok(pipelines) => pipelines,
            Err(reason) => return Ok(Err(reason)),
        };
        let ids = azure_pipelines::NAMES.read(env)?;
        let application = Application::of(Source::AzurePipelines, ids, authority);
        Ok(application.map(|application| Self {
            application,
            voucher: Voucher::AzurePipelines(pipelines),
        }))
    }

    /// Returns which of them it is.
    pub(super) fn source(&self) -> Source {
        self.application.source
    }

    pub(super) async fn token(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        let assertion = match &self.voucher {
            Voucher::File(assertion) => assertion.read(self.source())?,
            Voucher::GitHub(github) => github.ask(tools).await?,
            Voucher::AzurePipelines(pipelines) => pipelines.ask(tools).await?,
        };
        let proof = Proof::Assertion(assertion);
        self.application.token(proof, request, tools).await
    }

    /// Tells who it is. A kept token must not outlive the job or the pod that was vouched for:
    /// another one on the same machine may not be trusted. So what vouches counts whole.
    pub(super) fn identity(&self, request: &TokenRequest) -> Option<Identity> {
        let principal = match &self.voucher {
            Voucher::File(assertion) => {
                fingerprint_of(&["file"], &assertion.read(self.source()).ok()?)
            }
            Voucher::GitHub(job) => fingerprint_of(&["github", job.endpoint.as_str()], &job.token),
            Voucher::AzurePipelines(job) => {
                fingerprint_of(&["azure-pipelines", job.endpoint.as_str()], &job.token)
            }
        };
        Some(self.application.identity(request, principal))
    }
}
