//! The managed identity of App Service, Functions and Container Apps, protocol 2019-08-01
//! (learn.microsoft.com/azure/app-service/overview-managed-identity, "REST endpoint reference").
//! Of Service Fabric, which announces itself by the same variables, it only says that it is not
//! supported: its endpoint is known by the thumbprint of a certificate, which TLS here cannot check.

use http::HeaderName;
use url::Url;

use super::endpoint::{self, AllowedNetwork, IdentityNames};
use crate::azure::{IdentityId, Secret};
use crate::credential::discovery::DiscoveryContext;
use crate::credential::{Error, Source, SourceFault, TokenRequest};
use crate::transport::Request;

const API_VERSION: &str = "2019-08-01";
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
    ) -> Result<Result<Self, String>, Error> {
        let env = context.env;
        let Some(endpoint) = env.get("IDENTITY_ENDPOINT") else {
            return Ok(Err("`IDENTITY_ENDPOINT` is not set".to_owned()));
        };
        let Some(secret) = env.get("IDENTITY_HEADER") else {
            return Ok(Err("`IDENTITY_HEADER` is not set".to_owned()));
        };
        let endpoint = endpoint::parse(
            "IDENTITY_ENDPOINT",
            endpoint,
            AllowedNetwork::PrivateNetwork,
        )?;
        // Container Apps sets the thumbprint too, beside an endpoint in plain http
        // (MicrosoftDocs/azure-docs#122273).
        let is_service_fabric =
            env.get("IDENTITY_SERVER_THUMBPRINT").is_some() && endpoint.scheme() == "https";
        if is_service_fabric {
            return Err(SourceFault::Unsupported {
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
        Ok(endpoint::get(&self.endpoint, query, headers))
    }
}
