//! The token endpoint of Azure Cloud Shell (learn.microsoft.com/azure/cloud-shell/msi-authorization):
//! POST form `resource`, header `Metadata: true`. The token is that of the user who is signed in.

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::endpoint::{self, AllowedNetwork};
use crate::azure::Audience;
use crate::credential::discovery::{DiscoveryContext, SourceChoice};
use crate::credential::{Absence, Error, Source, SourceErrorKind};
use crate::env::Env;
use crate::transport::Request;

/// Where Cloud Shell's agent listens when `MSI_ENDPOINT` does not say otherwise.
const DEFAULT_ENDPOINT: &str = "http://localhost:50342/oauth2/token";

/// The endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudShell {
    endpoint: Url,
}

impl CloudShell {
    /// Looks for the variables that announce the endpoint; named by the user, it is at its usual place without them.
    /// `MSI_SECRET` next to `MSI_ENDPOINT` announces another protocol (Azure ML, App Service 2017). `AZURE_CLIENT_ID`
    /// names nothing here: the only identity is the user.
    pub(in crate::credential) fn find(
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let found = match (Self::announced(context.env)?, context.choice) {
            (Some(found), _) => found,
            (None, SourceChoice::Named) => Self::at(DEFAULT_ENDPOINT)?,
            (None, SourceChoice::Implied | SourceChoice::Kind) => {
                let reason = "neither `MSI_ENDPOINT` nor a variable of Cloud Shell is set";
                return Ok(Err(Absence::not_there(reason)));
            }
        };
        if context.identity.is_some() {
            return Err(SourceErrorKind::Unsupported {
                what: "choose an identity: it is always the user's",
            }
            .of(Source::CloudShell));
        }
        Ok(Ok(found))
    }

    fn announced(env: &Env) -> Result<Option<Self>, Error> {
        match (env.get("MSI_ENDPOINT"), env.get("MSI_SECRET")) {
            (Some(endpoint), None) => Self::at(endpoint).map(Some),
            (None, _) if is_cloud_shell(env) => Self::at(DEFAULT_ENDPOINT).map(Some),
            (Some(_) | None, _) => Ok(None),
        }
    }

    fn at(endpoint: &str) -> Result<Self, Error> {
        let endpoint = endpoint::parse("MSI_ENDPOINT", endpoint, AllowedNetwork::Machine)?;
        Ok(Self { endpoint })
    }

    pub(super) fn request(&self, audience: &Audience) -> Request {
        let mut headers = endpoint::metadata();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let resource = utf8_percent_encode(audience.as_str(), NON_ALPHANUMERIC);
        Request {
            method: Method::POST,
            url: self.endpoint.clone(),
            headers,
            body: Bytes::from(format!("resource={resource}")),
        }
    }
}

/// Tells whether this program runs inside of Cloud Shell.
pub fn is_cloud_shell(env: &Env) -> bool {
    env.get("ACC_CLOUD").is_some()
        || env
            .get("AZUREPS_HOST_ENVIRONMENT")
            .is_some_and(|host| host.starts_with("cloud-shell"))
}

#[cfg(test)]
mod tests {
    use super::CloudShell;
    use crate::azure::Audience;
    use crate::credential::Error;
    use crate::env::Env;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Option<&str>) {
        let env = Env::with_variables(variables.iter().copied());
        let found = CloudShell::announced(&env).unwrap();
        assert_eq!(
            found.as_ref().map(|found| found.endpoint.as_str()),
            expected
        );
    }

    #[test]
    fn is_announced_by_variables() {
        let default = "http://localhost:50342/oauth2/token";
        check(&[], None);
        check(&[("ACC_CLOUD", "PROD")], Some(default));
        check(
            &[("AZUREPS_HOST_ENVIRONMENT", "cloud-shell/1.0")],
            Some(default),
        );
        check(&[("AZUREPS_HOST_ENVIRONMENT", "other")], None);
        check(
            &[("MSI_ENDPOINT", "http://127.0.0.1:9/t")],
            Some("http://127.0.0.1:9/t"),
        );
        check(
            &[
                ("MSI_ENDPOINT", "http://127.0.0.1:9/t"),
                ("MSI_SECRET", "s"),
            ],
            None,
        );
        check(
            &[("MSI_ENDPOINT", ""), ("ACC_CLOUD", "PROD")],
            Some(default),
        );
    }

    #[test]
    fn refuses_an_endpoint_elsewhere() {
        for endpoint in [
            "http://10.0.0.1/t",
            "http://169.254.169.254/t",
            "http://localhost.evil/t",
            "ftp://localhost/",
            "x",
        ] {
            let env = Env::with_variables([("MSI_ENDPOINT", endpoint)]);
            assert!(matches!(
                CloudShell::announced(&env),
                Err(Error::UnsafeEndpoint { .. })
            ));
        }
    }

    #[test]
    fn encodes_the_resource() {
        let endpoint = CloudShell::at("http://localhost:50342/oauth2/token").unwrap();
        let request = endpoint.request(&Audience::parse("https://management.azure.com/").unwrap());
        assert_eq!(
            request.body,
            "resource=https%3A%2F%2Fmanagement%2Eazure%2Ecom%2F"
        );
        assert_eq!(request.headers["metadata"], "true");
    }
}
