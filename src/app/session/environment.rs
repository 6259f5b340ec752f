//! Variables with values that the libraries below would misread or ignore: they are refused before
//! anything is sent. Who reads the settings file: `config_file`.

use std::path::Path;

use crate::azure::is_tenant;
use crate::env::Env;
use crate::error::Error;
use crate::transport::NetworkSettings;

/// Refuses what concerns every run.
pub(crate) fn check(env: &Env) -> Result<(), Error> {
    if let Some(name) = env.unreadable() {
        return Err(refused(name, "it is not UTF-8 text"));
    }
    match env.get("ARMCLI_TENANT") {
        Some(tenant) if !is_tenant(tenant) => Err(refused(
            "ARMCLI_TENANT",
            "it is neither a GUID nor a domain",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Reads how the network is reached. A proxy that cannot be used would be skipped, and what was to go through it would
/// go past it; a pipe in place of certificates would hold the run forever.
pub(crate) fn network(env: &Env) -> Result<NetworkSettings, Error> {
    let name = "SSL_CERT_FILE";
    let is_blank = |path: &Path| path.to_str().is_some_and(|text| text.trim().is_empty());
    let found = env.path(name).filter(|path| !is_blank(path));
    match found.map(std::fs::metadata) {
        Some(Ok(metadata)) if !metadata.is_file() => {
            return Err(refused(name, "it is not a regular file"));
        }
        Some(_) | None => {}
    }
    Ok(NetworkSettings::of(env))
}

/// A variable with a value that cannot be used.
pub(crate) fn refused(name: &str, message: &str) -> Error {
    Error::Variable {
        name: name.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, network};
    use crate::env::Env;

    #[test]
    fn what_would_be_misread_is_refused() {
        let network = |name, value| network(&Env::with_variables([(name, value)]));
        assert!(network("SSL_CERT_FILE", "/").is_err());
        assert!(network("SSL_CERT_FILE", "/nonexistent").is_ok());
        assert!(network("NO_PROXY", "*").is_ok());
        let all = |value| check(&Env::with_variables([("ARMCLI_TENANT", value)]));
        assert!(all("contoso.example").is_ok() && all("..").is_err());
    }
}
