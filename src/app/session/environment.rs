//! Variables with values that the libraries below would misread or ignore: they are refused before
//! anything is sent. Who reads the settings file: `config_file`.

use std::path::Path;

use crate::azure::is_tenant;
use crate::config::{MeantVariable, switch};
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

/// Looks for variables whose names are misspelt, and returns what should be said of them.
///
/// # Errors
/// One was meant to be a guard: to pass it over would be to lift it.
pub(crate) fn misspelt(env: &Env) -> Result<Vec<String>, Error> {
    let meant = |name| Some((name, MeantVariable::of(name)?));
    let mut found: Vec<_> = env.names().filter_map(meant).collect();
    // Nearly always there are none: only those are sorted.
    found.sort_unstable_by_key(|(name, _)| *name);
    let mut notes = Vec::new();
    for (name, meant) in found {
        let is_off = env
            .get(name)
            .is_none_or(|value| switch(value) == Some(false));
        match meant {
            MeantVariable::Guard(guard) if !is_off => {
                let message = format!("it is not known, and may be meant to be `{guard}`");
                return Err(refused(name, &message));
            }
            MeantVariable::Option(option) if !is_off => {
                let message = format!("it is not known: only `{option}` does what it says");
                return Err(refused(name, &message));
            }
            MeantVariable::Guard(meant) | MeantVariable::Other(meant) => {
                notes.push(format!(
                    "the variable `{name}` is not known, and changes nothing; `{meant}` is like it"
                ));
            }
            MeantVariable::Option(_) => {}
        }
    }
    Ok(notes)
}

/// Reads how the network is reached. A pipe in place of certificates would hold the run forever. A proxy that cannot be
/// used is refused by `transport`, where it would be used.
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
    use super::{check, misspelt, network};
    use crate::env::Env;

    #[test]
    fn a_misspelt_guard_is_refused() {
        let of = |name: &str, value| {
            let name = format!("ARMCLI_{name}");
            misspelt(&Env::with_variables([(name.as_str(), value)]))
        };
        let error = of("READONLY", "1").unwrap_err().to_string();
        assert!(error.contains("`ARMCLI_READ_ONLY`"), "{error}");
        let error = of("DRY_RUN", "ja").unwrap_err().to_string();
        assert!(error.contains("`--dry-run`"), "{error}");
        for (name, value, notes) in [
            ("READONLY", "off", 1),
            ("READONLY", "", 1),
            ("DRY_RUN", "0", 0),
            ("TIME_OUT", "5", 1),
            ("READ_ONLY", "1", 0),
        ] {
            assert_eq!(of(name, value).unwrap().len(), notes, "{name}={value}");
        }
    }

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
