//! The managed identity of a virtual machine, by its metadata service
//! (learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token).
//! Does not look for the service on the network: the hardware says whether there is one.

use std::path::Path;

use http::StatusCode;
use url::Url;

use super::endpoint::{self, AllowedNetwork, IdentityNames};
use crate::azure::IdentityId;
use crate::credential::discovery::DiscoveryContext;
use crate::credential::exchange::Response;
use crate::credential::{Absence, Error, Reuse, Source, SourceErrorKind, TokenRequest};
use crate::transport::Request;

const API_VERSION: &str = "2018-02-01";
const SERVICE: &str = "http://169.254.169.254/";
const PATH: &str = "metadata/identity/oauth2/token";
const NAMES: IdentityNames = IdentityNames {
    resource: "msi_res_id",
};
/// Where Linux tells what the firmware says of the machine's case.
const ASSET_TAG_FILE: &str = "/sys/class/dmi/id/chassis_asset_tag";
/// What that of Azure says: `MSFT AZURE VM`, a number for each letter (canonical/cloud-init).
const ASSET_TAG: &str = "7783-7084-3265-9085-8269-3286-77";

/// The metadata service.
#[derive(Debug, Clone)]
pub struct Imds {
    endpoint: Url,
    identity: Option<IdentityId>,
}

impl Imds {
    /// The service, if a variable, the user or the hardware says that there is one.
    pub(in crate::credential) fn find(
        context: &DiscoveryContext<'_>,
    ) -> Result<Result<Self, Absence>, Error> {
        let env = context.env;
        let named = env.get("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        let is_off = env.get("ARMCLI_IMDS") == Some("0");
        let is_there = named.is_some()
            || context.is_asked_for()
            || !is_off && is_azure(Path::new(ASSET_TAG_FILE));
        if !is_there {
            let reason = "the hardware is not Azure's, or `ARMCLI_IMDS` is 0";
            return Ok(Err(Absence::not_there(reason)));
        }
        let host = named.unwrap_or(SERVICE).trim_end_matches('/');
        let endpoint = format!("{host}/{PATH}");
        let setting = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
        Ok(Ok(Self {
            endpoint: endpoint::parse(setting, &endpoint, AllowedNetwork::Link)?,
            identity: context.managed_identity(),
        }))
    }

    pub(super) fn request(&self, request: &TokenRequest) -> Request {
        let mut query = vec![
            ("api-version", API_VERSION),
            ("resource", request.audience.as_str()),
        ];
        query.extend(self.identity.as_ref().map(|identity| NAMES.pair(identity)));
        if request.reuse != Reuse::Kept {
            // The service keeps tokens, and would give the refused one again
            // (`bypass_cache` of its OpenAPI description).
            query.push(("bypass_cache", "true"));
        }
        endpoint::get(&self.endpoint, query, endpoint::metadata())
    }
}

/// Tells whether the firmware says that this is a machine of Azure.
fn is_azure(asset_tag_file: &Path) -> bool {
    std::fs::read_to_string(asset_tag_file).is_ok_and(|tag| tag.trim() == ASSET_TAG)
}

/// Refuses what a proxy answers in place of the service. Docker Desktop answers for every address that it cannot reach,
/// with 403 and words such as "connecting to 169.254.169.254:80: … a socket operation was attempted to an unreachable
/// network" (azure-identity for Python, `_check_forbidden_response`).
pub(super) fn check(response: &Response) -> Result<(), Error> {
    let is_of_a_proxy = response.status == StatusCode::FORBIDDEN
        && String::from_utf8_lossy(&response.body).contains("unreachable");
    if is_of_a_proxy {
        return Err(SourceErrorKind::NotSetUp {
            reason: "a proxy answers that there is no metadata service".to_owned(),
        }
        .of(Source::Imds));
    }
    Ok(())
}

/// The service is away while it is updated (404, 410), for up to 70 seconds, and limits how often it
/// is asked (429).
pub(super) fn is_unavailable(response: &Response) -> bool {
    matches!(response.status.as_u16(), 404 | 410 | 429 | 500..=599)
}

#[cfg(test)]
mod tests {
    use super::{ASSET_TAG, is_azure};

    #[test]
    fn the_hardware_says_who_made_it() {
        let letters: String = "MSFT AZURE VM"
            .bytes()
            .map(|byte| byte.to_string())
            .collect();
        assert_eq!(ASSET_TAG.replace('-', ""), letters);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tag");
        for (text, expected) in [
            (format!("{ASSET_TAG}\n"), true),
            ("None\n".to_owned(), false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(is_azure(&file), expected);
        }
        assert!(!is_azure(&folder.path().join("absent")));
    }
}
