//! A host that the user allows to receive a token, `HOST[:PORT]` of `--allow-host`. Where it counts: `target`.

use std::fmt;

use url::{Host, Url};

use crate::azure::redact::Shown;

/// One host, matched exactly; without a port, the one that the URL's scheme implies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    host: Host<String>,
    port: Option<u16>,
}

/// Why a text is not an allowed host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowedHostError {
    /// The text is more than a host and a port.
    #[error("`{text}` is not `HOST[:PORT]`: leave out scheme, path and user")]
    NotAHost {
        /// The text, escaped.
        text: String,
    },
    /// A pattern was given.
    #[error("`{text}` has a `*`: hosts are allowed one by one")]
    Pattern {
        /// The text, escaped.
        text: String,
    },
    /// The port is not a number from 1 to 65535.
    #[error("the port of `{text}` is not a number from 1 to 65535")]
    Port {
        /// The text, escaped.
        text: String,
    },
    /// An IPv6 address without brackets.
    #[error("write the IPv6 address in brackets: `[{text}]`")]
    Brackets {
        /// The text, escaped.
        text: String,
    },
}

impl AllowedHost {
    /// Reads `HOST`, `HOST:PORT`, `[::1]` or `[::1]:PORT`.
    pub fn parse(text: &str) -> Result<Self, AllowedHostError> {
        let shown = || {
            let escaped = text.escape_default().to_string();
            Shown::bare_address(&escaped).into_string()
        };
        if text.contains('*') {
            return Err(AllowedHostError::Pattern { text: shown() });
        }
        if text.parse::<std::net::Ipv6Addr>().is_ok() {
            return Err(AllowedHostError::Brackets { text: shown() });
        }
        let not_a_host = || AllowedHostError::NotAHost { text: shown() };
        if text.contains(['/', '?', '#', '@', '\\']) {
            return Err(not_a_host());
        }
        let end_of_host = text.find(']').map_or(0, |bracket| bracket + 1);
        let (host, port) = match text.get(end_of_host..).and_then(|rest| rest.find(':')) {
            Some(colon) => text.split_at(end_of_host + colon),
            None => (text, ""),
        };
        let parsed = Host::parse(host).map_err(|_| not_a_host())?;
        // The parser decodes, maps and completes hosts; what it changes was not a plain host.
        let is_plain =
            matches!(parsed, Host::Ipv6(_)) || parsed.to_string().eq_ignore_ascii_case(host);
        if !is_plain || host.ends_with('.') {
            return Err(not_a_host());
        }
        let port = match port.strip_prefix(':') {
            None => None,
            Some(digits) => {
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let number = digits
                    .parse()
                    .ok()
                    .filter(|number| is_number && *number > 0);
                Some(number.ok_or_else(|| AllowedHostError::Port { text: shown() })?)
            }
        };
        Ok(Self { host: parsed, port })
    }

    /// Tells whether a URL is at this host and port.
    pub fn matches(&self, url: &Url) -> bool {
        let is_port = match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            // The parser drops a port that the scheme implies.
            None => url.port().is_none(),
        };
        is_port && url.host().is_some_and(|host| host.to_owned() == self.host)
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.host)?;
        self.port
            .map_or(Ok(()), |port| write!(formatter, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::AllowedHost;

    #[track_caller]
    fn check(allowed: &str, url: &str, expected: bool) {
        let allowed = AllowedHost::parse(allowed).unwrap();
        assert_eq!(
            allowed.matches(&Url::parse(url).unwrap()),
            expected,
            "{allowed} {url}"
        );
    }

    #[test]
    fn matches_exactly() {
        check("api.example", "https://api.example/x", true);
        check("API.example", "https://api.EXAMPLE:443/x", true);
        check("api.example", "https://api.example:8443/x", false);
        check("api.example", "https://x.api.example/", false);
        check("api.example", "https://api.example.evil.example/", false);
        check("api.example:8443", "https://api.example:8443/x", true);
        check("api.example:8443", "https://api.example/x", false);
        check("api.example:443", "https://api.example/x", true);
        check("api.example:443", "http://api.example/x", false);
        check("localhost", "http://localhost/x", true);
        check("localhost", "http://localhost:8080/x", false);
        check("localhost:8080", "http://localhost:8080/x", true);
        check("localhost:8080", "http://127.0.0.1:8080/x", false);
        check("127.0.0.1:8080", "http://127.0.0.1:8080/x", true);
        check("[::1]:8080", "http://[0:0::1]:8080/x", true);
        check("[::1]", "http://[::1]/x", true);
        check("[::1]", "http://[::1]:8080/x", false);
    }

    #[test]
    fn refuses_what_is_not_a_host() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = AllowedHost::parse(text)
                .map(|host| host.to_string())
                .unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let not_a_host =
            |text: &str| format!("`{text}` is not `HOST[:PORT]`: leave out scheme, path and user");
        for text in [
            "",
            ":8080",
            "https://api.example",
            "api.example/x",
            "user@api.example",
            "api.example.",
            "api%2eexample",
            "127.1",
            "a b",
            "[::1",
            "[::1]x",
            "api.example?x",
            "0x7f.1",
        ] {
            let error = AllowedHost::parse(text).map(|host| host.to_string());
            assert!(error.is_err(), "{text}: {error:?}");
        }
        check("https://api.example", &not_a_host("https://api.example"));
        check("ａpi.example", &not_a_host("\\u{ff41}pi.example"));
        check(
            "*.example",
            "`*.example` has a `*`: hosts are allowed one by one",
        );
        check("::1", "write the IPv6 address in brackets: `[::1]`");
        for text in [
            "a.example:",
            "a.example:0",
            "a.example:65536",
            "a.example:+80",
            "a.example:8 0",
            "a.example:80:80",
        ] {
            check(
                text,
                &format!("the port of `{text}` is not a number from 1 to 65535"),
            );
        }
    }
}
