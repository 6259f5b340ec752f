//! Who issues tokens: Microsoft Entra, or what stands in for it. Who asks it: `entra`.

use url::Url;

use super::{EndpointErrorKind, Error};
use crate::azure::{Cloud, Shown, is_known_authority, is_loopback};
use crate::env::Env;

/// An authority, such as `https://login.microsoftonline.com/`; its path ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    base: Url,
}

impl Authority {
    /// The authority of `AZURE_AUTHORITY_HOST`, else that of the cloud. The variable may name an
    /// https address, or http on this machine, as whole or as a bare host name.
    ///
    /// # Errors
    /// [`Error::UnsafeEndpoint`] for any other address: secrets would go there.
    pub fn of(env: &Env, cloud: &Cloud) -> Result<Self, Error> {
        match env.get("AZURE_AUTHORITY_HOST") {
            None => Ok(Self::at(&cloud.authority_host)),
            Some(host) => {
                let base = parse(host).ok_or_else(|| Error::UnsafeEndpoint {
                    setting: "AZURE_AUTHORITY_HOST",
                    endpoint: Shown::bare_address(host).into_string(),
                    kind: EndpointErrorKind::Exposed,
                })?;
                Ok(Self::at(&base))
            }
        }
    }

    fn at(base: &Url) -> Self {
        let mut base = base.clone();
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Self { base }
    }

    /// Returns an address of the authority for a tenant (a GUID, a domain, `organizations`…), such
    /// as `oauth2/v2.0/token`. The tenant cannot leave its segment of the path.
    pub(super) fn endpoint(&self, tenant_id: &str, path: &str) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .push(tenant_id)
                .extend(path.split('/'));
        }
        url
    }

    /// Returns the address for texts and keys, with its final slash.
    pub fn as_str(&self) -> &str {
        self.base.as_str()
    }

    /// Tells whether Microsoft runs it, as far as that is known.
    pub(super) fn is_known(&self) -> bool {
        is_known_authority(&self.base)
    }

    /// Returns the host name, as token caches write it.
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }
}

fn parse(text: &str) -> Option<Url> {
    let text = text.trim();
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&whole).ok()?;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    (is_plain && is_safe && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::Authority;
    use crate::azure::Cloud;
    use crate::credential::Error;
    use crate::env::Env;

    fn of(host: &str) -> Result<String, Error> {
        let env = Env::with_variables([("AZURE_AUTHORITY_HOST", host)]);
        let authority = Authority::of(&env, &Cloud::public())?;
        Ok(authority
            .endpoint("contoso.example", "oauth2/v2.0/token")
            .to_string())
    }

    #[test]
    fn reads_the_host_in_its_spellings() {
        for (host, base) in [
            ("", "https://login.microsoftonline.com/"),
            (
                "login.microsoftonline.us",
                "https://login.microsoftonline.us/",
            ),
            (
                "https://login.microsoftonline.us/",
                "https://login.microsoftonline.us/",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://localhost:8080/adfs", "http://localhost:8080/adfs/"),
        ] {
            let expected = format!("{base}contoso.example/oauth2/v2.0/token");
            assert_eq!(of(host), Ok(expected), "{host}");
        }
    }

    #[test]
    fn refuses_a_host_that_must_not_get_a_secret() {
        for host in [
            "http://login.microsoftonline.com",
            "http://localhost.evil",
            "ftp://localhost",
            "https://user@login.microsoftonline.com",
            "https://login.microsoftonline.com/?x",
            "https://",
        ] {
            let found = of(host);
            assert!(matches!(found, Err(Error::UnsafeEndpoint { .. })), "{host}");
        }
    }

    #[test]
    fn a_tenant_stays_in_its_segment() {
        let authority = Authority::of(&Env::with_variables([]), &Cloud::public()).unwrap();
        for tenant_id in ["a/../b", "a?b", "a#b", "..", "//evil"] {
            let url = authority.endpoint(tenant_id, "oauth2/v2.0/token");
            assert_eq!(url.host_str(), Some("login.microsoftonline.com"));
            assert!(url.path().ends_with("/oauth2/v2.0/token"), "{url}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
        }
    }
}
