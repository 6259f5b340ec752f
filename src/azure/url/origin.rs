//! The origin of a URL: scheme, host and port. Which origins may be asked: `target`.

use std::fmt;

use url::{Host, Url};

/// Scheme, host and effective port of a URL; `:443` equals no port for https.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The scheme in lower case.
    pub scheme: String,
    /// The host as the URL parser writes it: lower case, IPv6 in brackets, empty if there is none.
    pub host: String,
    /// The port given, or the one that the scheme implies.
    pub port: Option<u16>,
}

impl Origin {
    /// Returns the origin of a URL.
    pub fn of(url: &Url) -> Self {
        Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme, self.host)?;
        match (self.scheme.as_str(), self.port) {
            ("https", Some(443)) | ("http", Some(80)) | (_, None) => Ok(()),
            (_, Some(port)) => write!(formatter, ":{port}"),
        }
    }
}

/// Tells whether a URL stays on this machine: `localhost`, 127.0.0.0/8 or `::1`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Tells whether a host matches a pattern: exact, or with one `*` for one or more characters.
///
/// A `*` is followed by a dot in every pattern, so that a match ends at the border of a label:
/// `*.vault.azure.net` fits neither `evilvault.azure.net` nor `vault.azure.net` itself.
pub(in crate::azure) fn host_matches(pattern: &str, host: &str) -> bool {
    match pattern.split_once('*') {
        Some((prefix, suffix)) => host
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix))
            .is_some_and(|middle| !middle.is_empty()),
        None => pattern == host,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Origin, host_matches, is_loopback};

    #[test]
    fn knows_the_effective_port() {
        let origin = |text: &str| Origin::of(&Url::parse(text).unwrap());
        assert_eq!(
            origin("https://a.example:443/x"),
            origin("HTTPS://A.example/y?z")
        );
        assert_ne!(
            origin("https://a.example:444/"),
            origin("https://a.example/")
        );
        assert_ne!(
            origin("http://a.example:443/"),
            origin("https://a.example/")
        );
        assert_eq!(
            origin("https://a.example:443/x").to_string(),
            "https://a.example"
        );
        assert_eq!(origin("http://[::1]:80/x").to_string(), "http://[::1]");
        assert_eq!(
            origin("http://127.0.0.1:8080/x").to_string(),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn matches_at_a_dot() {
        assert!(host_matches("*.vault.azure.net", "kv.vault.azure.net"));
        assert!(host_matches("management.azure.com", "management.azure.com"));
        assert!(!host_matches("*.vault.azure.net", "vault.azure.net"));
        assert!(!host_matches("*.vault.azure.net", ".vault.azure.net"));
        assert!(!host_matches("*.vault.azure.net", "evilvault.azure.net"));
        assert!(!host_matches("*.azconfig.io", "evilazconfig.io"));
        assert!(!host_matches(
            "*.vault.azure.net",
            "kv.vault.azure.net.evil.example"
        ));
        assert!(!host_matches(
            "management.azure.com",
            "x.management.azure.com"
        ));
        assert!(host_matches("md-*.blob.example", "md-a.z1.blob.example"));
        assert!(!host_matches("md-*.blob.example", "a.z1.blob.example"));
    }

    #[test]
    fn knows_loopback() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_loopback(&Url::parse(text).unwrap()), expected, "{text}");
        }
        check("http://localhost:1/", true);
        check("http://127.255.0.3/", true);
        check("http://[::1]:1/", true);
        check("http://localhost.evil.example/", false);
        check("http://evil.localhost/", false);
        check("http://128.0.0.1/", false);
        check("http://0.0.0.0/", false);
        check("http://[::]/", false);
        check("http://[::ffff:127.0.0.1]/", false);
        check("http://10.0.0.1/", false);
        check("data:x", false);
    }
}
