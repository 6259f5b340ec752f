//! The managed identity of Azure Machine Learning, and of App Service as it was until 2019: protocol
//! 2017-09-01, which Azure Machine Learning still speaks. Its failures may come with status 200, and
//! its dates in the form of the machine (Azure/msrestazure-for-python).

use http::HeaderName;
use url::Url;

use super::endpoint::{self, AllowedNetwork};
use crate::azure::{IdentityId, Secret};
use crate::credential::discovery::DiscoveryContext;
use crate::credential::{Absence, Error, Source, SourceErrorKind, TokenRequest};
use crate::transport::Request;

const API_VERSION: &str = "2017-09-01";
const SECRET_HEADER: HeaderName = HeaderName::from_static("secret");

/// The endpoint, and what it wants to see.
#[derive(Debug, Clone)]
pub struct AzureMl {
    endpoint: Url,
    secret: Secret,
    client_id: Option<String>,
}

impl AzureMl {
    pub(in crate::credential) fn find(
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let env = context.env;
        let (Some(endpoint), Some(secret)) = (env.get("MSI_ENDPOINT"), env.get("MSI_SECRET"))
        else {
            let reason = "`MSI_ENDPOINT` and `MSI_SECRET` are not both set";
            return Ok(Err(Absence::not_there(reason)));
        };
        let endpoint = endpoint::parse("MSI_ENDPOINT", endpoint, AllowedNetwork::PrivateNetwork)?;
        // A compute names its own identity by a variable, which is not the user's choice.
        let default = || env.get("DEFAULT_IDENTITY_CLIENT_ID").map(str::to_owned);
        let client_id = match context.managed_identity() {
            Some(IdentityId::Client(id)) => Some(id),
            None => default(),
            Some(IdentityId::Object(_) | IdentityId::Resource(_)) => {
                return Err(SourceErrorKind::Unsupported {
                    what: "choose an identity by anything but its client id",
                }
                .of(Source::AzureMl));
            }
        };
        Ok(Ok(Self {
            endpoint,
            secret: Secret::new(secret),
            client_id,
        }))
    }

    pub(super) fn request(&self, request: &TokenRequest) -> Result<Request, Error> {
        let headers = endpoint::secret_of_setting("MSI_SECRET", SECRET_HEADER, &self.secret)?;
        let mut query = vec![
            ("api-version", API_VERSION),
            ("resource", request.audience.as_str()),
        ];
        query.extend(self.client_id.as_deref().map(|id| ("clientid", id)));
        Ok(endpoint::get(&self.endpoint, query, headers))
    }
}
