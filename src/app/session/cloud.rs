//! Which cloud a run talks to: by flag, variable, az's configuration, or the endpoint's own
//! description. What the clouds are: `azure/cloud`.

use std::io;
use std::path::Path;

use http::{HeaderMap, Method};
use url::Url;

use crate::app::session::cloud_cache::CloudCache;
use crate::app::session::environment;
use crate::azure::{
    AuthorityChoice, Cloud, CloudError, UrlError, UrlErrorKind, current_cloud, parse_url,
};
use crate::cli::SignInOptions;
use crate::credential;
use crate::env::Env;
use crate::error::Error;
use crate::file::{self, ReadError};
use crate::transport::{Request, Transport, Wire};

/// A cloud's description is a few KiB.
const MAX_METADATA: usize = 1 << 20;
/// A cloud's section in the configuration of az is less than 1 KiB.
const MAX_CONFIGURATION: u64 = 1 << 20;
/// The newest version of the description that is read.
const METADATA_PATH: &str = "/metadata/endpoints?api-version=2022-09-01";

/// What a run may do with the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkUse {
    /// It sends requests.
    Requests,
    /// It only shows a request (`-n`, `--curl`): it may ask an endpoint for the description of its cloud, without a
    /// token.
    Description,
    /// Nothing.
    None,
}

/// Chooses the cloud: `--sandbox`, `--cloud`, `ARMCLI_CLOUD`, `ARMCLI_ENDPOINT`, Cloud Shell's
/// `ACC_CLOUD`, that of az, else the public one.
pub(crate) async fn choose(
    sign_in: &SignInOptions,
    network: NetworkUse,
    env: &Env,
) -> Result<Cloud, Error> {
    if sign_in.sandbox {
        return Ok(Cloud::sandbox());
    }
    if network == NetworkUse::Requests {
        environment::network(env)?;
    }
    if let Some(name) = sign_in.cloud.as_deref().or_else(|| env.get("ARMCLI_CLOUD")) {
        if name.contains("://") {
            return described_by(name, network, env).await;
        }
        return named(name, env);
    }
    if let Some(endpoint) = env.get("ARMCLI_ENDPOINT") {
        return Cloud::custom_endpoint(endpoint).map_err(|error| match error.kind() {
            UrlErrorKind::Unsafe => Error::Refused(error),
            UrlErrorKind::Malformed => Error::Variable {
                name: "ARMCLI_ENDPOINT".to_owned(),
                message: error.to_string(),
            },
        });
    }
    // The names of Azure/CloudShell PSCloudShellStartup.ps1.
    match env.get("ACC_CLOUD") {
        Some("Fairfax") => Ok(Cloud::find("AzureUSGovernment")?),
        Some("Mooncake") => Ok(Cloud::find("AzureChinaCloud")?),
        Some(_) => Ok(Cloud::public()),
        None => match cloud_of_az(env) {
            Some(name) => match named(&name, env) {
                // What is not about to ask it needs no cloud.
                Err(_) if network == NetworkUse::None => Ok(Cloud::public()),
                Err(Error::Cloud(error)) => Err(Error::CloudOfAzureCli(error)),
                cloud => cloud,
            },
            None => Ok(Cloud::public()),
        },
    }
}

/// The cloud that az uses: by its variable, else by `az cloud set`.
fn cloud_of_az(env: &Env) -> Option<String> {
    let by_variable = env.get("AZURE_CLOUD_NAME").map(str::to_owned);
    by_variable.or_else(|| {
        let path = credential::configuration_file(env, "config")?;
        current_cloud(&configuration(&path).ok()?)
    })
}

/// A cloud by name: one that is known, or one that `az cloud register` has written down.
fn named(name: &str, env: &Env) -> Result<Cloud, Error> {
    let Some(path) = credential::configuration_file(env, "clouds.config") else {
        return Ok(Cloud::find(name)?);
    };
    let text = match configuration(&path) {
        Ok(text) => text,
        Err(error) if error.is_absence() => return Ok(Cloud::find(name)?),
        Err(error) => {
            return Err(Error::Folder {
                path,
                message: error.to_string(),
            });
        }
    };
    match Cloud::from_clouds_config(&text, name) {
        // A line that az would not read either does not keep the user from a known cloud.
        Err(CloudError::Syntax { .. }) if Cloud::named(name).is_some() => Ok(Cloud::find(name)?),
        Err(error @ CloudError::Syntax { .. }) => Err(Error::Folder {
            path,
            message: error.to_string(),
        }),
        cloud => Ok(cloud?),
    }
}

/// Reads the configuration of az.
fn configuration(path: &Path) -> Result<String, ReadError> {
    let bytes = file::read(path, MAX_CONFIGURATION)?.bytes;
    String::from_utf8(bytes)
        .map_err(|_| ReadError::System(io::Error::other("it is not UTF-8 text")))
}

/// Asks an endpoint for the cloud that it belongs to, without a token.
async fn described_by(endpoint: &str, network: NetworkUse, env: &Env) -> Result<Cloud, Error> {
    let refused = |error: UrlError| CloudError::Endpoint {
        cloud: endpoint.to_owned(),
        field: "--cloud",
        error: Box::new(error),
    };
    let base = parse_url(endpoint).map_err(refused)?;
    let choice = match env.get("AZURE_AUTHORITY_HOST") {
        Some(_) => AuthorityChoice::User,
        None => AuthorityChoice::Description,
    };
    let cache = CloudCache::of(&base, env);
    if let Some(kept) = cache.load()
        && let Ok(cloud) = Cloud::from_metadata(&kept, &base, choice)
    {
        return Ok(cloud);
    }
    if network == NetworkUse::None {
        return Ok(Cloud::custom_endpoint(endpoint).map_err(refused)?);
    }
    let url = base
        .join(METADATA_PATH)
        .map_err(|error| CloudError::Metadata {
            reason: error.to_string(),
        })?;
    let body = fetch(url, env).await?;
    let cloud = Cloud::from_metadata(&body, &base, choice)?;
    // A description that cannot be kept is asked for again.
    let _kept = cache.store(&body);
    Ok(cloud)
}

async fn fetch(url: Url, env: &Env) -> Result<bytes::Bytes, Error> {
    let transport = Transport::Wire(Wire::new(environment::network(env)?, Some(&url)));
    let request = Request {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    let mut response = transport.send(&request).await?;
    if !response.status.is_success() {
        let reason = format!("HTTP {}", response.status.as_u16());
        return Err(CloudError::Metadata { reason }.into());
    }
    Ok(response.body.excerpt(MAX_METADATA).await)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::{MAX_CONFIGURATION, configuration};

    #[test]
    fn the_configuration_is_a_small_regular_file() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("device");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        let words = |path| configuration(path).map_err(|error| error.to_string());
        assert_eq!(words(&link), Err("it is not a regular file".to_owned()));
        let file = folder.path().join("file");
        for (length, good) in [
            (0, true),
            (MAX_CONFIGURATION, true),
            (MAX_CONFIGURATION + 1, false),
        ] {
            std::fs::write(&file, vec![b'#'; usize::try_from(length).unwrap()]).unwrap();
            assert_eq!(words(&file).is_ok(), good, "{length}");
        }
    }
}
