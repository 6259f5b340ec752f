//! The managed identity of App Service, Functions and Container Apps, protocol 2019-08-01
//! (learn.microsoft.com/azure/app-service/overview-managed-identity, "REST endpoint reference").
//! Of Service Fabric, which announces itself by the same variables, it only says that it is not
//! supported: its endpoint is known by the thumbprint of a certificate, which TLS here cannot check.

use http::{HeaderName, StatusCode};
use url::Url;

use super::endpoint::{self, AllowedNetwork, IdentityNames};
use super::response;
use crate::azure::{IdentityId, Secret};
use crate::credential::discovery::DiscoveryContext;
use crate::credential::exchange::Response;
use crate::credential::identity::sha256;
use crate::credential::{Absence, Error, Reuse, Source, SourceErrorKind, TokenRequest};
use crate::transport::Request;

const API_VERSION: &str = "2019-08-01";
/// Names the token that must not be given again, by its SHA-256.
const REFUSED_TOKEN: &str = "token_sha256_to_refresh";
/// What the endpoint says with 500 where the application has no identity: that does not pass by itself.
const NO_IDENTITY: &str = "No MSI found";
/// Proves to the endpoint that the request comes from the application (SSRF cannot add headers).
const SECRET_HEADER: HeaderName = HeaderName::from_static("x-identity-header");
const NAMES: IdentityNames = IdentityNames {
    resource: "mi_res_id",
};

/// The endpoint, and what it wants to see.
#[derive(Debug, Clone)]
pub struct AppService {
    endpoint: Url,
    secret: Secret,
    identity: Option<IdentityId>,
}

impl AppService {
    pub(in crate::credential) fn find(
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let env = context.env;
        let Some(endpoint) = env.get("IDENTITY_ENDPOINT") else {
            return Ok(Err(Absence::not_there("`IDENTITY_ENDPOINT` is not set")));
        };
        let Some(secret) = env.get("IDENTITY_HEADER") else {
            return Ok(Err(Absence::incomplete("`IDENTITY_HEADER` is not set")));
        };
        let endpoint = endpoint::parse(
            "IDENTITY_ENDPOINT",
            endpoint,
            AllowedNetwork::PrivateNetwork,
        )?;
        // Container Apps sets the thumbprint too, in addition to an endpoint in plain http
        // (MicrosoftDocs/azure-docs#122273).
        let is_service_fabric =
            env.get("IDENTITY_SERVER_THUMBPRINT").is_some() && endpoint.scheme() == "https";
        if is_service_fabric {
            return Err(SourceErrorKind::Unsupported {
                what: "ask the managed identity of Service Fabric: that is not supported",
            }
            .of(Source::AppService));
        }
        Ok(Ok(Self {
            endpoint,
            secret: Secret::new(secret),
            identity: context.managed_identity(),
        }))
    }

    pub(super) fn request(&self, request: &TokenRequest) -> Result<Request, Error> {
        let headers = endpoint::secret_of_setting("IDENTITY_HEADER", SECRET_HEADER, &self.secret)?;
        let mut query = vec![
            ("api-version", API_VERSION),
            ("resource", request.audience.as_str()),
        ];
        query.extend(self.identity.as_ref().map(|identity| NAMES.pair(identity)));
        let refused = match &request.reuse {
            Reuse::Kept => None,
            // The endpoint keeps tokens, and would give the refused one again (MSAL, `AppServiceManagedIdentitySource`).
            Reuse::AnyBut(token) => Some(sha256(token)),
        };
        query.extend(refused.as_deref().map(|digest| (REFUSED_TOKEN, digest)));
        Ok(endpoint::get(&self.endpoint, query, headers))
    }
}

/// Tells whether the endpoint may answer later. It fails now and then with 500 and a reason (Azure/azure-sdk-for-net#49912),
/// and is away while the platform is updated (410).
pub(super) fn is_unavailable(response: &Response) -> bool {
    if response::message_of(response).is_some_and(|message| message.contains(NO_IDENTITY)) {
        return false;
    }
    let is_busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::GONE].contains(&response.status);
    is_busy || response.status.is_server_error()
}
