//! The token of a job in GitHub Actions (docs.github.com/actions/reference/security/oidc). Who
//! exchanges it for a token of Entra: the module above it.

use http::Method;
use url::Url;

use super::issuer::{Question, endpoint_of};
use crate::azure::Secret;
use crate::credential::{Absence, Authority, Error, Source, Tools};
use crate::env::Env;

const REQUEST_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const REQUEST_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

/// Where a job gets its token, and what it shows there.
#[derive(Debug)]
pub(super) struct GitHub {
    pub(super) endpoint: Url,
    pub(super) token: Secret,
}

impl GitHub {
    /// Reads the variables of a job; `Ok(Err(…))` says which are missing.
    pub(super) fn find(env: &Env, authority: &Authority) -> Result<Result<Self, Absence>, Error> {
        let (Some(url), Some(token)) = (env.get(REQUEST_URL), env.get(REQUEST_TOKEN)) else {
            let missing = match env.get(REQUEST_URL) {
                None => REQUEST_URL,
                Some(_) => REQUEST_TOKEN,
            };
            return Ok(Err(match env.get("GITHUB_ACTIONS") {
                Some(_) => Absence::Incomplete(format!(
                    "`{missing}` is not set: the job lacks `permissions: id-token: write`"
                )),
                None => Absence::NotThere(format!("`{missing}` is not set")),
            }));
        };
        let mut endpoint = endpoint_of(REQUEST_URL, url)?;
        endpoint
            .query_pairs_mut()
            .append_pair("audience", audience_for(authority));
        Ok(Ok(Self {
            endpoint,
            token: Secret::new(token),
        }))
    }

    /// Asks for the token of the job.
    pub(super) async fn ask(&self, tools: &Tools<'_>) -> Result<Secret, Error> {
        let question = Question {
            source: Source::GitHub,
            method: Method::GET,
            url: self.endpoint.clone(),
            bearer: &self.token,
            extra: None,
            member: "value",
        };
        question.ask(tools).await
    }
}

/// Returns the audience that the Entra of a cloud asks of federated tokens
/// (learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity).
fn audience_for(authority: &Authority) -> &'static str {
    match authority.host() {
        "login.microsoftonline.us" => "api://AzureADTokenExchangeUSGov",
        "login.chinacloudapi.cn" | "login.partner.microsoftonline.cn" => {
            "api://AzureADTokenExchangeChina"
        }
        _ => "api://AzureADTokenExchange",
    }
}

#[cfg(test)]
mod tests {
    use super::GitHub;
    use crate::azure::Cloud;
    use crate::credential::Authority;
    use crate::env::Env;

    #[test]
    fn asks_for_the_audience_of_the_cloud() {
        for (cloud, audience) in [
            ("public", "api%3A%2F%2FAzureADTokenExchange"),
            ("usgov", "api%3A%2F%2FAzureADTokenExchangeUSGov"),
            ("china", "api%3A%2F%2FAzureADTokenExchangeChina"),
        ] {
            let env = Env::with_variables([
                (
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    "https://h/p?api-version=2.0",
                ),
                ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"),
            ]);
            let authority = Authority::of(&env, &Cloud::named(cloud).unwrap()).unwrap();
            let found = GitHub::find(&env, &authority).unwrap().unwrap();
            let url = format!("https://h/p?api-version=2.0&audience={audience}");
            assert_eq!(found.endpoint.as_str(), url);
        }
    }

    #[test]
    fn says_what_is_missing() {
        let authority = Authority::of(&Env::with_variables([]), &Cloud::public()).unwrap();
        let reason = |variables: &[(&str, &str)]| {
            let env = Env::with_variables(variables.iter().copied());
            let absence = GitHub::find(&env, &authority).unwrap().unwrap_err();
            absence.into_reason()
        };
        let url = ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://h/");
        assert_eq!(reason(&[]), "`ACTIONS_ID_TOKEN_REQUEST_URL` is not set");
        assert_eq!(
            reason(&[url]),
            "`ACTIONS_ID_TOKEN_REQUEST_TOKEN` is not set"
        );
        assert!(reason(&[("GITHUB_ACTIONS", "true")]).ends_with("`permissions: id-token: write`"));
    }
}
