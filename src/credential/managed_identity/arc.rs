//! The managed identity of a machine on Azure Arc
//! (learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication): the agent on this
//! machine names a file in a challenge, and gives a token to a process that can read it.

use std::path::PathBuf;

use http::{HeaderMap, StatusCode, header};
use url::Url;

use super::endpoint::{self, AllowedNetwork, IdentityNames};
use super::response::Granted;
use super::{key_file, response};
use crate::azure::{IdentityId, Secret};
use crate::credential::discovery::DiscoveryContext;
use crate::credential::{Absence, Error, Source, SourceErrorKind, TokenRequest, Tools, exchange};
use crate::env::Env;
use crate::transport::Request;

const API_VERSION: &str = "2020-06-01";
const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:40342/metadata/identity/oauth2/token";
const NAMES: IdentityNames = IdentityNames {
    resource: "msi_res_id",
};

/// The agent.
#[derive(Debug, Clone)]
pub struct Arc {
    endpoint: Url,
    key_folder: PathBuf,
    identity: Option<IdentityId>,
}

impl Arc {
    /// The agent at an address, which keeps its keys in a folder.
    pub fn at(endpoint: Url, key_folder: PathBuf, identity: Option<IdentityId>) -> Self {
        Self {
            endpoint,
            key_folder,
            identity,
        }
    }

    /// Looks for the variables that announce the agent; if the user asks for it, for its program.
    pub(in crate::credential) fn find(
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let env = context.env;
        let Some(key_folder) = key_folder(env) else {
            let reason = "Azure Arc has no agent for this system";
            return Ok(Err(Absence::not_there(reason)));
        };
        let announced = match env.get("IDENTITY_HEADER") {
            None => env
                .get("IDENTITY_ENDPOINT")
                .filter(|_| env.get("IMDS_ENDPOINT").is_some()),
            Some(_) => None,
        };
        let installed = agent(env).is_some_and(|path| path.is_file());
        let endpoint = match announced {
            Some(endpoint) => endpoint,
            None if installed && context.is_asked_for() => DEFAULT_ENDPOINT,
            None if installed => {
                let reason = "its agent is installed, but not announced by variables: `--auth arc`";
                return Ok(Err(Absence::incomplete(reason)));
            }
            None => {
                let reason = "`IDENTITY_ENDPOINT` and `IMDS_ENDPOINT` are not both set";
                return Ok(Err(Absence::not_there(reason)));
            }
        };
        Ok(Ok(Self {
            endpoint: endpoint::parse("IDENTITY_ENDPOINT", endpoint, AllowedNetwork::MachineOnly)?,
            key_folder,
            identity: context.managed_identity(),
        }))
    }

    /// Asks for a challenge, and returns the request that answers it with the key of the agent.
    pub(super) async fn prove(
        &self,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<Request, Error> {
        let source = Source::Arc;
        let challenge = exchange::ask(source, &self.request(request, None)?, tools).await?;
        match challenge.status {
            StatusCode::UNAUTHORIZED => {}
            // The real agent asks for proof; a server that does not is something else.
            StatusCode::OK => {
                return Err(malformed(
                    "a token without a challenge: no agent of Azure Arc",
                ));
            }
            _ => {
                let is_transient = response::is_unavailable;
                let audience = &request.audience;
                return Err(response::refusal(
                    source,
                    &challenge,
                    audience,
                    is_transient,
                ));
            }
        }
        let path = realm(&challenge.headers)
            .ok_or_else(|| malformed("a challenge that names no file in its `realm`"))?;
        let key = key_file::read(path, &self.key_folder).map_err(|message| {
            SourceErrorKind::File {
                path: path.to_owned(),
                message,
            }
            .of(source)
        })?;
        self.request(request, Some(&key))
    }

    fn request(&self, request: &TokenRequest, key: Option<&Secret>) -> Result<Request, Error> {
        let mut headers = endpoint::metadata();
        if let Some(key) = key {
            let proof = endpoint::secret(header::AUTHORIZATION, "Basic ", key);
            headers.extend(proof.ok_or_else(|| malformed("a key that no header can carry"))?);
        }
        let mut query = vec![
            ("api-version", API_VERSION),
            ("resource", request.audience.as_str()),
        ];
        query.extend(self.identity.as_ref().map(|identity| NAMES.pair(identity)));
        Ok(endpoint::get(&self.endpoint, query, headers))
    }

    /// An agent of before 2026 passes over the identity that was asked for, and gives a token of the
    /// machine; others say whose token it is (AzureAD/microsoft-authentication-library-for-python).
    pub(super) fn check(&self, granted: &Granted) -> Result<(), Error> {
        let Some(identity) = &self.identity else {
            return Ok(());
        };
        let told = match identity {
            IdentityId::Client(_) => &granted.client_id,
            IdentityId::Object(_) => &granted.object_id,
            IdentityId::Resource(_) => &granted.resource_id,
        };
        match told {
            Some(told) if told.eq_ignore_ascii_case(identity.as_str()) => Ok(()),
            Some(_) | None => Err(malformed("it is not of the identity that was asked for")),
        }
    }
}

fn malformed(detail: &str) -> Error {
    SourceErrorKind::Malformed {
        detail: detail.to_owned(),
    }
    .of(Source::Arc)
}

/// The file of a challenge: `Basic realm=/var/opt/azcmagent/tokens/GUID.key`.
fn realm(headers: &HeaderMap) -> Option<&str> {
    let challenge = headers.get(header::WWW_AUTHENTICATE)?.to_str().ok()?;
    let (scheme, parameters) = challenge.trim().split_once(' ')?;
    let path = parameters.trim().strip_prefix("realm=")?;
    let path = path.trim().trim_matches('"');
    (scheme.eq_ignore_ascii_case("basic") && !path.is_empty()).then_some(path)
}

/// The folder in which the agent keeps its keys; nothing on a system that has no agent.
fn key_folder(env: &Env) -> Option<PathBuf> {
    if cfg!(windows) {
        let data = PathBuf::from(env.get("ProgramData")?);
        Some(data.join("AzureConnectedMachineAgent").join("Tokens"))
    } else if cfg!(target_os = "linux") {
        Some(PathBuf::from("/var/opt/azcmagent/tokens"))
    } else {
        None
    }
}

fn agent(env: &Env) -> Option<PathBuf> {
    if cfg!(windows) {
        let programs = PathBuf::from(env.get("ProgramFiles")?);
        Some(
            programs
                .join("AzureConnectedMachineAgent")
                .join("himds.exe"),
        )
    } else {
        Some(PathBuf::from("/opt/azcmagent/bin/himds"))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::realm;

    #[test]
    fn reads_the_challenge() {
        for (challenge, expected) in [
            ("Basic realm=/a/b.key", Some("/a/b.key")),
            ("basic realm=\"/a/b.key\"", Some("/a/b.key")),
            ("Basic realm=", None),
            ("Basic", None),
            ("Bearer realm=/a/b.key", None),
            ("Basic x=/a/b.key", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
            assert_eq!(realm(&headers), expected, "{challenge}");
        }
        assert_eq!(realm(&HeaderMap::new()), None);
    }
}
