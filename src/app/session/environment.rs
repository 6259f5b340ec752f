//! Settings of the surroundings that would be misread, or passed over, by what reads them below:
//! they are refused before anything is sent. Reads no file.

use url::Url;

use crate::azure::is_tenant;
use crate::env::Env;
use crate::error::Error;

/// Where a proxy is named, as other programs read it.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

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

/// Refuses what concerns a run that asks the network. A proxy that cannot be read would be passed
/// over, and what was to go through it would go past it; a pipe in the place of certificates would
/// hold the run for ever.
pub(crate) fn check_network(env: &Env) -> Result<(), Error> {
    for name in PROXIES {
        if let Some(fault) = env.get(name).and_then(fault_of_proxy) {
            return Err(refused(name, fault));
        }
    }
    let name = "SSL_CERT_FILE";
    let found = env.get(name).map(std::fs::metadata);
    match found {
        Some(Ok(metadata)) if !metadata.is_file() => Err(refused(name, "it is not a regular file")),
        Some(_) | None => Ok(()),
    }
}

/// What is wrong with the address of a proxy, which may hold a password and is not repeated.
fn fault_of_proxy(text: &str) -> Option<&'static str> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    match Url::parse(&whole) {
        Ok(url) if !url.has_host() => Some("it names no host"),
        Ok(url) if !["http", "https"].contains(&url.scheme()) => {
            Some("only proxies of http and https are known")
        }
        Ok(_) => None,
        Err(_) => Some("it is not a valid address of a proxy"),
    }
}

fn refused(name: &str, message: &str) -> Error {
    Error::Variable {
        name: name.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, check_network, fault_of_proxy};
    use crate::env::Env;

    #[test]
    fn a_proxy_is_an_address() {
        for (text, good) in [
            ("http://proxy.example:8080", true),
            ("https://me:pw@proxy.example", true),
            ("proxy.example:8080", true),
            ("127.0.0.1:3128", true),
            ("[::1]:3128", true),
            ("http://", false),
            ("http://proxy.example:port", false),
            ("proxy.example:99999", false),
            ("socks5://proxy.example", false),
            ("http://a b", false),
        ] {
            assert_eq!(fault_of_proxy(text).is_none(), good, "{text}");
        }
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        let network = |name, value| check_network(&Env::with_variables([(name, value)]));
        let error = network("https_proxy", "http://me:hidden@ho st").unwrap_err();
        assert!(!error.to_string().contains("hidden"), "{error}");
        assert!(network("SSL_CERT_FILE", "/").is_err());
        assert!(network("SSL_CERT_FILE", "/nonexistent").is_ok());
        assert!(network("NO_PROXY", "*").is_ok());
        let all = |value| check(&Env::with_variables([("ARMCLI_TENANT", value)]));
        assert!(all("contoso.example").is_ok() && all("..").is_err());
    }
}
