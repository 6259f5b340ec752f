//! Federated identities: the service that runs this program vouches for it by a token of its own,
//! which is exchanged for one of Entra
//! (learn.microsoft.com/entra/workload-id/workload-identity-federation).

mod azure_pipelines;
mod github;
mod issuer;

use azure_pipelines::AzurePipelines;
use github::GitHub;

use super::application::{Application, ClientAuthentication};
use super::assertion::Assertion;
use super::discovery::DiscoveryContext;
use super::identity::fingerprint_of;
use super::provider::{TokenFuture, TokenProvider, Tools};
use super::{Absence, AccessToken, Error, Identity, Source, TokenRequest};
use crate::azure::{is_known_authority, is_loopback};

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
        context: DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let DiscoveryContext { env, authority, .. } = context;
        let Some(path) = env.path("AZURE_FEDERATED_TOKEN_FILE") else {
            return Ok(Err(Absence::not_there(
                "`AZURE_FEDERATED_TOKEN_FILE` is not set",
            )));
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
        context: DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let DiscoveryContext { env, authority, .. } = context;
        let github = match GitHub::find(env, authority)? {
            Ok(github) => github,
            Err(absence) => return Ok(Err(absence)),
        };
        if let Some(reason) = stranger(&context) {
            return Ok(Err(Absence::Incomplete(reason)));
        }
        let application = Application::find(Source::GitHub, env, authority)?;
        Ok(application.map(|application| Self {
            application,
            voucher: Voucher::GitHub(github),
        }))
    }

    /// Looks for Azure Pipelines; `Ok(Err(…))` says what is missing.
    pub(super) fn find_azure_pipelines(
        context: DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let DiscoveryContext { env, authority, .. } = context;
        let pipelines = match AzurePipelines::find(env)? {
            Ok(pipelines) => pipelines,
            Err(absence) => return Ok(Err(absence)),
        };
        if let Some(reason) = stranger(&context) {
            return Ok(Err(Absence::Incomplete(reason)));
        }
        let ids = azure_pipelines::NAMES.read(env)?;
        let application = Application::of(Source::AzurePipelines, ids, authority);
        Ok(application.map(|application| Self {
            application,
            voucher: Voucher::AzurePipelines(pipelines),
        }))
    }

    async fn fetch(&self, request: &TokenRequest, tools: &Tools<'_>) -> Result<AccessToken, Error> {
        let assertion = match &self.voucher {
            Voucher::File(assertion) => assertion.read(self.source())?,
            Voucher::GitHub(github) => github.ask(tools).await?,
            Voucher::AzurePipelines(pipelines) => pipelines.ask(tools).await?,
        };
        let proof = ClientAuthentication::Assertion(assertion);
        self.application.token(proof, request, tools).await
    }
}

impl TokenProvider for Federated {
    fn source(&self) -> Source {
        self.application.source
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(self.fetch(request, tools))
    }

    /// Tells who it is. A kept token must not outlive the job or the pod that was vouched for:
    /// another one on the same machine may not be trusted. So what vouches counts whole.
    fn identity(&self, request: &TokenRequest) -> Option<Identity> {
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

/// Says why, if the authority must not see the assertion of a CI service: a server that gets it can
/// use it at the authority that it is meant for. Not even one of the cloud's own domain counts by
/// itself: an assertion is worth a token of the real cloud.
fn stranger(context: &DiscoveryContext<'_>) -> Option<String> {
    let cloud = context.cloud;
    let is_users = context.env.get("AZURE_AUTHORITY_HOST").is_some();
    let authority = &cloud.authority_host;
    if is_users || is_loopback(authority) || is_known_authority(authority) {
        return None;
    }
    let host = authority.host_str().unwrap_or_default();
    Some(format!(
        "`{host}` is not a known authority; `AZURE_AUTHORITY_HOST` names it if it is trusted"
    ))
}

#[cfg(test)]
mod tests {
    use super::Federated;
    use crate::azure::Cloud;
    use crate::credential::Authority;
    use crate::credential::discovery::{DiscoveryContext, SourceChoice};
    use crate::env::Env;

    #[test]
    fn no_job_vouches_to_a_stranger() {
        let job = [
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://h/p"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"),
            ("SYSTEM_OIDCREQUESTURI", "https://h/p"),
            ("SYSTEM_ACCESSTOKEN", "t"),
            ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "c"),
            ("AZURESUBSCRIPTION_CLIENT_ID", "c"),
            ("AZURESUBSCRIPTION_TENANT_ID", "t"),
            ("AZURE_CLIENT_ID", "c"),
            ("AZURE_TENANT_ID", "t"),
        ];
        let stranger = ("AZURE_AUTHORITY_HOST", "https://login.evil.test/");
        for (host, variable, expected) in [
            ("login.evil.test", None, false),
            ("login.evil.test", Some(stranger), true),
            ("login.microsoftonline.com", None, true),
            ("login.air.example", None, false),
        ] {
            let env = Env::with_variables(job.into_iter().chain(variable));
            let text = format!(
                "[Air]\nendpoint_resource_manager = https://management.air.example/\n\
                 endpoint_active_directory = https://{host}/\n\
                 endpoint_active_directory_resource_id = https://management.air.example/\n"
            );
            let cloud = Cloud::from_clouds_config(&text, "Air").unwrap();
            let authority = Authority::of(&env, &cloud).unwrap();
            let context = || DiscoveryContext {
                env: &env,
                cloud: &cloud,
                authority: &authority,
                choice: SourceChoice::Named,
                identity: None,
            };
            let github = Federated::find_github(context()).unwrap();
            assert_eq!(github.is_ok(), expected, "{host} {github:?}");
            let pipelines = Federated::find_azure_pipelines(context()).unwrap();
            assert_eq!(pipelines.is_ok(), expected, "{host} {pipelines:?}");
        }
    }
}
