//! Which proxy a host is asked through: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, read once, so that what is checked
//! is what is used. Who opens the tunnel: `tunnel`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::env::Env;

/// If a proxy is named, the first one that is set before the others.
const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Where the hosts are named that are asked without it.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy of a run, and the hosts that are asked without it. The default has no proxy.
#[derive(Debug, Clone, Default)]
pub(super) struct ProxySettings {
    proxy: Option<Result<Proxy, ProxySettingError>>,
    exceptions: Vec<Exception>,
}

/// A variable that names no usable proxy. Its value may hold a password and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxySettingError {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with its value.
    pub reason: &'static str,
}

/// A proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Scheme, host and port.
    pub(super) address: Uri,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<HeaderValue>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(formatter)
    }
}

/// An entry of `NO_PROXY`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    All,
    /// A host, and the only port that is meant, if one is named.
    Host(Pattern, Option<u16>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// A domain in lower case, with all below it.
    Domain(String),
    /// Addresses whose first bits are these.
    Network(IpAddr, u8),
}

impl ProxySettings {
    /// Reads the settings of the process. Only the first variable that is set counts, as for curl: what comes after it may
    /// be for other programs.
    pub(super) fn of(env: &Env) -> Self {
        let proxy = NAMES.into_iter().find_map(|name| {
            let text = env.get(name).map(str::trim);
            let text = text.filter(|text| !text.is_empty())?;
            Some(Proxy::parse(text).map_err(|reason| ProxySettingError { name, reason }))
        });
        let exceptions = EXCEPTIONS.iter().filter_map(|name| env.get(name));
        let exceptions = exceptions.map(str::trim).find(|text| !text.is_empty());
        Self {
            proxy,
            exceptions: exceptions.map(exceptions_of).unwrap_or_default(),
        }
    }

    /// Returns the proxy that a host is asked through.
    ///
    /// # Errors
    /// It cannot be used: passed over, what was to go through it would go past it.
    pub(super) fn proxy_for(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Option<&Proxy>, ProxySettingError> {
        let is_excepted = self.exceptions.iter().any(|exception| match exception {
            Exception::All => true,
            Exception::Host(pattern, only) => {
                only.is_none_or(|only| only == port) && pattern.matches(host)
            }
        });
        let proxy = self.proxy.as_ref().filter(|_| !is_excepted);
        proxy
            .map(Result::as_ref)
            .transpose()
            .map_err(|error| *error)
    }
}

impl Proxy {
    /// Reads `[SCHEME://][USER[:PASSWORD]@]HOST[:PORT][/]`. A password may hold any sign, also as `%40`.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        if !["http", "https"].contains(&scheme.as_str()) {
            return Err("only proxies of http and https are known");
        }
        let (user, address) = match rest.rsplit_once('@') {
            Some((user, address)) => (Some(user), address),
            None => (None, rest),
        };
        let host = address.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() {
            return Err("it names no host");
        }
        let invalid = "it is not a valid address of a proxy";
        // The parser of URLs would skip blanks and line breaks.
        if text
            .chars()
            .any(|sign| sign.is_whitespace() || sign.is_control())
        {
            return Err(invalid);
        }
        let url = Url::parse(&format!("{scheme}://{host}")).map_err(|_| invalid)?;
        let address = url.as_str().parse().map_err(|_| invalid)?;
        let authorization = match user {
            Some(user) => Some(basic(user).ok_or(invalid)?),
            None => None,
        };
        Ok(Self {
            address,
            authorization,
        })
    }
}

/// The header of a user and a password (RFC 7617).
fn basic(user: &str) -> Option<HeaderValue> {
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let mut pair: Vec<u8> = percent_decode_str(user).collect();
    pair.push(b':');
    pair.extend(percent_decode_str(password));
    let mut value =
        HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn exceptions_of(text: &str) -> Vec<Exception> {
    let entries = text.split(|sign: char| sign == ',' || sign.is_whitespace());
    entries.filter_map(exception_of).collect()
}

/// Reads `*`, `example.com`, `.example.com`, `*.example.com`, an address or a network of them, each with or without
/// `:PORT`.
fn exception_of(entry: &str) -> Option<Exception> {
    if entry == "*" {
        return Some(Exception::All);
    }
    if let Some(network) = network_of(entry) {
        return Some(Exception::Host(network, None));
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    let pattern = network_of(host).or_else(|| {
        let domain = host.strip_prefix('*').unwrap_or(host);
        let domain = domain.trim_start_matches('.').trim_end_matches('.');
        (!domain.is_empty()).then(|| Pattern::Domain(domain.to_ascii_lowercase()))
    })?;
    Some(Exception::Host(pattern, port))
}

/// Reads `10.0.0.0/8`, `10.1.2.3`, `fd00::/8`, `::1` and `[::1]`.
fn network_of(text: &str) -> Option<Pattern> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let address = address_of(address)?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some(Pattern::Network(address, bits))
}

fn address_of(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[') {
        Some(rest) => rest
            .strip_suffix(']')?
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

impl Pattern {
    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Domain(domain) => {
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                let above = host.strip_suffix(domain.as_str());
                above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
            }
            Self::Network(network, bits) => match (network, address_of(host)) {
                (IpAddr::V4(network), Some(IpAddr::V4(address))) => {
                    let differ = (network.to_bits() ^ address.to_bits()).leading_zeros();
                    differ >= u32::from(*bits)
                }
                (IpAddr::V6(network), Some(IpAddr::V6(address))) => {
                    let differ = (network.to_bits() ^ address.to_bits()).leading_zeros();
                    differ >= u32::from(*bits)
                }
                _ => false,
            },
        }
    }
}

/// Returns host and port of an address that a connection is made to.
pub(super) fn host_and_port(url: &Uri) -> Option<(&str, u16)> {
    let default = if url.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    Some((url.host()?, url.port_u16().unwrap_or(default)))
}

/// The name of a host for a certificate: an IPv6 address without its brackets.
pub(super) fn without_brackets(host: &str) -> &str {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host)
}

/// Tells whether a URL is asked through a proxy at all: plain http stays on this machine and its link.
pub(super) fn is_for_proxies(url: &Uri) -> bool {
    url.scheme_str() == Some("https")
}

#[cfg(test)]
mod tests {
    use super::{Proxy, ProxySettingError, ProxySettings};
    use crate::env::Env;

    /// Checks the address and the decoded credentials of a proxy.
    #[track_caller]
    fn check(text: &str, address: &str, user: Option<&str>) {
        use base64::Engine as _;

        let settings = ProxySettings::of(&Env::with_variables([("HTTPS_PROXY", text)]));
        let proxy = settings.proxy_for("management.azure.com", 443);
        let proxy = proxy.unwrap().unwrap();
        assert_eq!(proxy.address.to_string(), address, "{text}");
        let found = proxy.authorization.as_ref().map(|value| {
            let value = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
            let bytes = base64::prelude::BASE64_STANDARD.decode(value).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        assert_eq!(found.as_deref(), user, "{text}");
    }

    #[test]
    fn reads_every_spelling_of_a_proxy() {
        check(
            "http://proxy.example:8080",
            "http://proxy.example:8080/",
            None,
        );
        check("proxy.example:8080", "http://proxy.example:8080/", None);
        check("HTTP://Proxy.example/", "http://proxy.example/", None);
        check("127.0.0.1:3128", "http://127.0.0.1:3128/", None);
        check("[::1]:3128", "http://[::1]:3128/", None);
        check("https://[::1]", "https://[::1]/", None);
        for blank in [" ", "\n", "\r", "\r\n", "\t"] {
            check(&format!("{blank}http://p:1{blank}"), "http://p:1/", None);
        }
        check("http://me@p:1", "http://p:1/", Some("me:"));
        check("http://me:pw@p:1", "http://p:1/", Some("me:pw"));
        check("me:pw@p:1", "http://p:1/", Some("me:pw"));
        check("http://me:p@ss@p:1", "http://p:1/", Some("me:p@ss"));
        check("http://me:p%40s:s@p:1", "http://p:1/", Some("me:p@s:s"));
        check("http://me:p/s#s?@p:1/", "http://p:1/", Some("me:p/s#s?"));
        check("http://me:100%@p:1", "http://p:1/", Some("me:100%"));
        check("http://DOM\\me:ü@p:1", "http://p:1/", Some("DOM\\me:ü"));
    }

    #[test]
    fn what_is_not_a_proxy_is_refused_where_it_would_be_used() {
        for text in [
            "http://",
            "http://me:pw@",
            "http://proxy.example:port",
            "proxy.example:99999",
            "socks5://proxy.example",
            "http://a b",
            "http://a\nb",
            "http://me:p w@p",
            "http://[::1",
            "/path",
        ] {
            let found = Proxy::parse(text);
            assert!(found.is_err(), "{text}: {found:?}");
            let all = ("all_proxy", text);
            let of = |others: &[(&'static str, &'static str)]| {
                let variables = others.iter().copied().chain([all]);
                let settings = ProxySettings::of(&Env::with_variables(variables));
                let proxy = settings.proxy_for("a.example", 443)?;
                Ok::<_, ProxySettingError>(proxy.map(|proxy| proxy.address.to_string()))
            };
            // On Windows either spelling names the same variable.
            let error = of(&[]).unwrap_err();
            assert!(error.name.eq_ignore_ascii_case("all_proxy"), "{text}");
            assert_eq!(of(&[("NO_PROXY", "a.example")]), Ok(None), "{text}");
            let first = of(&[("HTTPS_PROXY", "http://good")]);
            assert_eq!(first, Ok(Some("http://good/".to_owned())), "{text}");
        }
    }

    #[test]
    fn the_first_variable_that_is_set_counts() {
        let host = |variables: &[(&'static str, &'static str)]| {
            let settings = ProxySettings::of(&Env::with_variables(variables.to_vec()));
            let proxy = settings.proxy_for("a.example", 443).unwrap()?;
            proxy.address.host().map(str::to_owned)
        };
        assert_eq!(host(&[]), None);
        assert_eq!(host(&[("HTTPS_PROXY", " ")]), None);
        assert_eq!(host(&[("HTTP_PROXY", "p")]), None);
        let all = ("ALL_PROXY", "b");
        assert_eq!(
            host(&[all, ("REQUEST_METHOD", "GET")]).as_deref(),
            Some("b")
        );
        assert_eq!(host(&[all, ("https_proxy", "a")]).as_deref(), Some("a"));
        assert_eq!(host(&[all, ("HTTPS_PROXY", "")]).as_deref(), Some("b"));
        assert_eq!(host(&[all, ("NO_PROXY", " "), ("no_proxy", "*")]), None);
    }

    /// Checks which of `hosts` are asked without the proxy.
    #[track_caller]
    fn check_exceptions(no_proxy: &str, direct: &[&str], through: &[&str]) {
        let env = Env::with_variables([("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", no_proxy)]);
        let settings = ProxySettings::of(&env);
        for (hosts, is_direct) in [(direct, true), (through, false)] {
            for host in hosts {
                let url: http::Uri = format!("https://{host}/").parse().unwrap();
                let (name, port) = super::host_and_port(&url).unwrap();
                let found = settings.proxy_for(name, port) == Ok(None);
                assert_eq!(found, is_direct, "{host} with NO_PROXY={no_proxy}");
            }
        }
    }

    #[test]
    fn names_hosts_without_a_proxy() {
        let azure = "management.azure.com";
        check_exceptions("*", &[azure, "127.0.0.1", "[::1]", "a:8443"], &[]);
        check_exceptions(" a.b , * ", &[azure], &[]);
        check_exceptions("", &[], &[azure]);
        for domain in ["azure.com", ".azure.com", "*.azure.com", "AZURE.COM."] {
            check_exceptions(
                domain,
                &[
                    azure,
                    "azure.com",
                    "Management.Azure.Com",
                    "management.azure.com.",
                ],
                &["notazure.com", "azure.com.evil.example", "azure.co"],
            );
        }
        check_exceptions(
            "a.example b.example\tc.example",
            &["b.example", "c.example"],
            &[azure],
        );
        check_exceptions(
            "a.example:8443",
            &["a.example:8443", "x.a.example:8443"],
            &["a.example"],
        );
        check_exceptions("a.example:443", &["a.example"], &["a.example:444"]);
        check_exceptions("a.example:x,:443,.,*.", &[], &["a.example"]);
        check_exceptions("127.0.0.1", &["127.0.0.1", "127.0.0.1:1"], &["127.0.0.2"]);
        check_exceptions("127.0.0.1:8443", &["127.0.0.1:8443"], &["127.0.0.1"]);
        check_exceptions(
            "10.0.0.0/8",
            &["10.1.2.3"],
            &["11.1.2.3", "[::1]", "10.example"],
        );
        check_exceptions("0.0.0.0/0", &["10.1.2.3"], &["[::1]", azure]);
        check_exceptions("::1", &["[::1]"], &["[::2]"]);
        check_exceptions("[::1]", &["[::1]", "[::1]:8443"], &["[::2]"]);
        check_exceptions("[::1]:8443", &["[::1]:8443"], &["[::1]"]);
        check_exceptions("fd00::/8", &["[fd12::1]"], &["[fe80::1]", "127.0.0.1"]);
        check_exceptions("10.0.0.0/33", &[], &["10.0.0.0"]);
    }
}
