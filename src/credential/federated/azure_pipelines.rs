//! The token of a service connection in Azure Pipelines
//! (learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create). Who exchanges it
//! for a token of Entra: the module above it.

use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::issuer::{Question, endpoint_of};
use crate::azure::Secret;
use crate::credential::application::Names;
use crate::credential::{Absence, Error, Source, Tools};
use crate::env::Env;

const REQUEST_URI: &str = "SYSTEM_OIDCREQUESTURI";
const ACCESS_TOKEN: &str = "SYSTEM_ACCESSTOKEN";
const SERVICE_CONNECTION_ID: &str = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID";

/// The names by which the tasks of a service connection say whose it is.
pub(super) const NAMES: Names = Names {
    tenant_id: "AZURESUBSCRIPTION_TENANT_ID",
    client_id: "AZURESUBSCRIPTION_CLIENT_ID",
};

/// Where a job gets a token for a service connection, and what it shows there.
#[derive(Debug)]
pub(super) struct AzurePipelines {
    pub(super) endpoint: Url,
    pub(super) token: Secret,
}

impl AzurePipelines {
    /// Reads the variables of a job; `Ok(Err(…))` says which are missing.
    pub(super) fn find(env: &Env) -> Result<Result<Self, Absence>, Error> {
        let Some(uri) = env.get(REQUEST_URI) else {
            return Ok(Err(Absence::NotThere(format!(
                "`{REQUEST_URI}` is not set"
            ))));
        };
        let Some(token) = env.get(ACCESS_TOKEN) else {
            return Ok(Err(Absence::Incomplete(format!(
                "`{ACCESS_TOKEN}` is not set: the step lacks `env: {ACCESS_TOKEN}: \
                 $(System.AccessToken)`"
            ))));
        };
        let Some(connection) = env.get(SERVICE_CONNECTION_ID) else {
            return Ok(Err(Absence::Incomplete(format!(
                "`{SERVICE_CONNECTION_ID}` is not set"
            ))));
        };
        let mut endpoint = endpoint_of(REQUEST_URI, uri)?;
        endpoint
            .query_pairs_mut()
            .append_pair("api-version", "7.1")
            .append_pair("serviceConnectionId", connection);
        Ok(Ok(Self {
            endpoint,
            token: Secret::new(token),
        }))
    }

    /// Asks for the token of the service connection.
    pub(super) async fn ask(&self, tools: &Tools<'_>) -> Result<Secret, Error> {
        let question = Question {
            source: Source::AzurePipelines,
            method: Method::POST,
            url: self.endpoint.clone(),
            bearer: &self.token,
            // Else the answer to a bad token is a page to sign in.
            extra: Some((
                HeaderName::from_static("x-tfs-fedauthredirect"),
                HeaderValue::from_static("Suppress"),
            )),
            member: "oidcToken",
        };
        question.ask(tools).await
    }
}

#[cfg(test)]
mod tests {
    use super::AzurePipelines;
    use crate::env::Env;

    #[test]
    fn reads_the_variables_of_a_job() {
        let uri = ("SYSTEM_OIDCREQUESTURI", "https://dev.azure.com/o/oidctoken");
        let token = ("SYSTEM_ACCESSTOKEN", "t");
        let connection = ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "a b");
        let find = |variables: &[(&str, &str)]| {
            let env = Env::with_variables(variables.iter().copied());
            AzurePipelines::find(&env).unwrap()
        };
        assert_eq!(
            find(&[uri, token, connection]).unwrap().endpoint.as_str(),
            "https://dev.azure.com/o/oidctoken?api-version=7.1&serviceConnectionId=a+b"
        );
        for (variables, name) in [
            (vec![], "SYSTEM_OIDCREQUESTURI"),
            (vec![uri], "$(System.AccessToken)"),
            (vec![uri, token], "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID"),
        ] {
            let absence = find(&variables).unwrap_err();
            assert!(absence.reason().contains(name), "{name}");
        }
    }
}
