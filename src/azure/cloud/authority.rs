//! Which authority may issue tokens for a cloud that describes itself (`metadata`), and which names of tenants may become
//! part of its address.

use url::Url;

use crate::azure::cloud::Cloud;
use crate::azure::url::origin::is_loopback;

/// Further names of the authorities of the known clouds
/// (learn.microsoft.com/entra/identity-platform/authentication-national-cloud).
const OTHER_NAMES: [&str; 2] = ["login.windows.net", "login.partner.microsoftonline.cn"];

/// Whose word counts for the authority of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorityChoice {
    /// The description, which is trusted within limits.
    Description,
    /// The user, so that the description does not count.
    User,
}

/// Tells whether an authority may get the secrets of a client that signs in to the cloud of
/// `endpoint`: it is one of a known cloud, in the endpoint's own domain, or like the endpoint on
/// this machine. Otherwise an endpoint could have them sent anywhere.
///
/// The own domain is that in which the endpoint has its name: `air.example` of
/// `management.air.example`.
pub fn may_sign_in_for(endpoint: &Url, authority: &Url) -> bool {
    if is_loopback(authority) {
        return is_loopback(endpoint);
    }
    if authority.scheme() != "https" {
        return false;
    }
    let (Some(url::Host::Domain(own)), Some(url::Host::Domain(host))) =
        (endpoint.host(), authority.host())
    else {
        return is_known_authority(authority) || endpoint.host() == authority.host();
    };
    is_known_authority(authority) || is_in_domain_of(host, own)
}

/// Tells whether a host has its name in the domain of another one's owner.
pub(super) fn is_in_domain_of(host: &str, own: &str) -> bool {
    let name = host.strip_suffix(parent_of(own));
    name.is_some_and(|name| name.is_empty() || name.ends_with('.'))
}

/// Domains below which every name may be another one's (publicsuffix.org): hosts of customers of Azure, with their
/// region if they have one, and of other providers, and what registries keep for others. Other names of two short
/// labels, such as `co.uk`, are recognised by their form.
const SHARED_DOMAINS: [&str; 34] = [
    "amazonaws.com",
    "appspot.com",
    "asso.fr",
    "azure-api.net",
    "azure-devices.net",
    "azure-mobile.net",
    "azure.cn",
    "azure.com",
    "azure.net",
    "azure.us",
    "azurecontainer.io",
    "azurecontainerapps.io",
    "azureedge.net",
    "azurefd.net",
    "azurestaticapps.net",
    "azurewebsites.net",
    "azurewebsites.us",
    "chinacloudapi.cn",
    "chinacloudsites.cn",
    "cloudapp.net",
    "cloudfront.net",
    "github.io",
    "gouv.fr",
    "herokuapp.com",
    "microsoft.com",
    "netlify.app",
    "onmicrosoft.com",
    "pages.dev",
    "police.uk",
    "trafficmanager.net",
    "usgovcloudapi.net",
    "vercel.app",
    "windows.net",
    "workers.dev",
];

/// The domain in which a host has its name, which is that of one owner. A host of two labels has it in itself, and so
/// has one below a domain that many share.
fn parent_of(host: &str) -> &str {
    let is_below = |shared: &str| {
        let name = host.strip_suffix(shared);
        name.is_some_and(|name| name.is_empty() || name.ends_with('.'))
    };
    if SHARED_DOMAINS.iter().copied().any(is_below) {
        return host;
    }
    let Some((_, parent)) = host.split_once('.') else {
        return host;
    };
    match parent.split_once('.') {
        None => host,
        Some((kind, country)) if country.len() == 2 && kind.len() <= 3 => host,
        Some(_) => parent,
    }
}

/// Tells whether an authority is that of a known cloud.
pub fn is_known_authority(authority: &Url) -> bool {
    let host = authority.host_str();
    let is_built_in = || {
        let mut clouds = Cloud::built_in().into_iter();
        clouds.any(|cloud| cloud.authority_host.host_str() == host)
    };
    authority.port().is_none()
        && (is_built_in() || host.is_some_and(|host| OTHER_NAMES.contains(&host)))
}

/// Tells whether a text can name a tenant: a GUID, a domain, or a word such as `organizations`. Whatever else is there
/// would become part of an address.
pub fn is_tenant(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty()
            && label.bytes().all(is_plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{is_tenant, may_sign_in_for};

    #[test]
    fn an_authority_is_known_or_of_the_own_domain() {
        const OWN: &str = "https://management.air.example/";
        for (endpoint, authority, expected) in [
            (OWN, "https://login.air.example/", true),
            (OWN, "https://adfs.air.example/adfs", true),
            (OWN, "https://login.microsoftonline.com/", true),
            (OWN, "https://login.windows.net/", true),
            (OWN, "https://login.microsoftonline.us/", true),
            (OWN, "https://login.chinacloudapi.cn/", true),
            (OWN, "https://login.microsoftonline.com:8443/", false),
            (OWN, "https://login.evil.example/", false),
            (OWN, "https://login.microsoftonline.com.evil.test/", false),
            (OWN, "https://air.example.evil.test/", false),
            (OWN, "https://air.example/", true),
            (OWN, "https://evilair.example/", false),
            (OWN, "https://127.0.0.1/", false),
            (
                "https://management.east.air.example/",
                "https://adfs.east.air.example/",
                true,
            ),
            (
                "https://management.east.air.example/",
                "https://adfs.west.air.example/",
                false,
            ),
            ("https://air.co.uk/", "https://evil.co.uk/", false),
            (
                "https://management.air.co.uk/",
                "https://login.air.co.uk/",
                true,
            ),
            ("https://air.example/", "https://evil.example/", false),
            ("https://air.example/", "https://login.air.example/", true),
            (OWN, "http://login.air.example/", false),
            (
                "https://air.westus.cloudapp.azure.com/",
                "https://evil.westus.cloudapp.azure.com/",
                false,
            ),
            (
                "https://air.azurewebsites.net/",
                "https://evil.azurewebsites.net/",
                false,
            ),
            ("http://127.0.0.1:80/", "http://localhost:81/", true),
            ("http://127.0.0.1:80/", "https://login.evil.example/", false),
            ("https://10.1.0.1/", "https://10.1.0.1:444/", true),
            ("https://10.1.0.1/", "https://10.2.0.1/", false),
        ] {
            let (from, to) = (
                Url::parse(endpoint).unwrap(),
                Url::parse(authority).unwrap(),
            );
            assert_eq!(
                may_sign_in_for(&from, &to),
                expected,
                "{endpoint} {authority}"
            );
        }
    }

    #[test]
    fn a_guid_or_a_domain() {
        for (text, expected) in [
            ("72f988bf-86f1-41af-91ab-2d7cd011db47", true),
            ("contoso.onmicrosoft.com", true),
            ("xn--contso-jua.example", true),
            ("organizations", true),
            ("", false),
            (".", false),
            ("..", false),
            ("contoso..example", false),
            (".contoso.example", false),
            ("contoso.example.", false),
            ("-contoso.example", false),
            ("contoso.example/x", false),
            ("contoso.example?x", false),
            ("contoso example", false),
            ("contoso.example#", false),
            ("https://contoso.example", false),
            ("%2e%2e", false),
            ("cont\u{f6}so.example", false),
        ] {
            assert_eq!(is_tenant(text), expected, "{text}");
        }
        assert!(!is_tenant(&"a".repeat(254)));
    }
}
