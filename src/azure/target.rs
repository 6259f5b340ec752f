//! Where a request goes, and which hosts may receive its token: every next hop is decided only here. Hops are followed
//! by `client`.

use url::Url;

use crate::azure::audience::Audience;
use crate::azure::audience::host_table::TokenScope;
use crate::azure::cloud::Cloud;
use crate::azure::cloud::hosts::known_host;
use crate::azure::url::allowed_host::AllowedHost;
use crate::azure::url::check::check_url;
use crate::azure::url::error::UrlError;
use crate::azure::url::origin::{Origin, is_loopback};

/// Why an address that a list names is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListedHostError {
    /// Code of customers can answer there, and would get the token.
    #[error(
        "refused to send a token to `{host}`, which the list names: customers' code answers there"
    )]
    CustomerCode {
        /// Scheme, host and port.
        host: String,
    },
    /// It is neither Resource Manager nor of the service that the first address is of.
    #[error(
        "refused to send a token to `{host}`, which the list names: its first ID is at `{first}`"
    )]
    OtherService {
        /// Scheme, host and port.
        host: String,
        /// Those of the first address.
        first: String,
    },
}

/// The first URL of a request and what its token is for.
#[derive(Debug, Clone)]
pub struct Target {
    /// The cloud that the request is made in.
    pub cloud: Cloud,
    /// The URL that is asked first.
    pub url: Url,
    /// The audience of the token; nothing means that no token is sent.
    pub audience: Option<Audience>,
    /// Hosts that the user allowed to receive the token of a named audience; empty unless an audience
    /// was named, since both are needed.
    pub allowed: Vec<AllowedHost>,
}

impl Target {
    /// Decides whether a hop (a redirect, `nextLink`, `Location`, a status monitor) may be asked
    /// with the token of this target.
    ///
    /// It may if it has the origin of the first URL, or the target has an audience and the hop is a host of the same
    /// audience in the same cloud over https on port 443, or is a host that the user allowed. If code of customers can
    /// answer (Kudu, Relay, Kubernetes, ML endpoints) a token does not go from one host to another of the same
    /// audience.
    pub fn admit(&self, hop: &Url) -> Result<(), UrlError> {
        check_url(hop)?;
        if self.is_same_origin(hop) || self.is_same_service(hop) || self.is_allowed(hop) {
            return Ok(());
        }
        Err(UrlError::CrossOrigin {
            from: Box::new(Origin::of(&self.url)),
            to: Box::new(Origin::of(hop)),
        })
    }

    /// Decides whether an address that a list names may be asked with a token or a key, if this is the target of the
    /// first address in it.
    ///
    /// It may if it is Resource Manager's, or may be a hop of the first one: the list may come from others, and must
    /// not lead a token astray. If customers' code can answer, only a host that the user allowed may be asked.
    pub fn admit_listed(&self, listed: &Self) -> Result<(), ListedHostError> {
        let (cloud, url) = (&listed.cloud, &listed.url);
        let host = Origin::of(url).to_string();
        let is_own = Origin::of(url) == Origin::of(&cloud.resource_manager);
        if listed.is_allowed(url) || (is_own && listed.audience.is_some()) {
            return Ok(());
        }
        let known = known_host(cloud, url);
        if known.is_some_and(|known| known.token_scope == TokenScope::Host) {
            return Err(ListedHostError::CustomerCode { host });
        }
        let first = Origin::of(&self.url).to_string();
        self.admit(url)
            .map_err(|_| ListedHostError::OtherService { host, first })
    }

    /// Tells whether only the sandbox's own tokens may go to a URL: it is the endpoint of a
    /// cloud on this machine, and the user did not allow its host for another audience.
    pub fn takes_sandbox_tokens_only(&self, url: &Url) -> bool {
        let endpoint = &self.cloud.resource_manager;
        is_loopback(endpoint) && Origin::of(endpoint) == Origin::of(url) && !self.is_allowed(url)
    }

    /// Tells whether a URL has the scheme, host and effective port of the first URL.
    pub fn is_same_origin(&self, url: &Url) -> bool {
        Origin::of(url) == Origin::of(&self.url)
    }

    /// Tells whether the first URL and a hop are hosts of one service, known to the cloud.
    fn is_same_service(&self, hop: &Url) -> bool {
        let Some(audience) = &self.audience else {
            return false;
        };
        let serves = |url: &Url| {
            known_host(&self.cloud, url).is_some_and(|known| {
                known.token_scope == TokenScope::Service
                    && known.audience.is_some_and(|own| own.same_as(audience))
            })
        };
        // Both ends: a token that the user sends to an odd host must not spread from there.
        hop.scheme() == "https" && hop.port().is_none() && serves(hop) && serves(&self.url)
    }

    /// Tells whether the user allowed the host of a hop.
    fn is_allowed(&self, hop: &Url) -> bool {
        self.audience.is_some() && self.allowed.iter().any(|allowed| allowed.matches(hop))
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::azure::audience::Audience;
    use crate::azure::cloud::Cloud;
    use crate::azure::cloud::hosts::audience_of;
    use crate::azure::target::{ListedHostError, Target};
    use crate::azure::url::allowed_host::AllowedHost;
    use crate::azure::url::error::UrlError;

    fn target(cloud: Cloud, url: &str) -> Target {
        let url = Url::parse(url).unwrap();
        let audience = audience_of(&cloud, &url);
        Target {
            cloud,
            url,
            audience,
            allowed: Vec::new(),
        }
    }

    #[track_caller]
    fn check(target: &Target, hop: &str, expected: &str) {
        let answer = match target.admit(&Url::parse(hop).unwrap()) {
            Ok(()) => "admitted",
            Err(UrlError::CrossOrigin { .. }) => "cross-origin",
            Err(UrlError::Insecure { .. }) => "insecure",
            Err(UrlError::UserInfo { .. }) => "user information",
            Err(UrlError::TrailingDot { .. }) => "trailing dot",
            Err(UrlError::Scheme { .. }) => "scheme",
            Err(UrlError::Malformed { .. }) => "malformed",
            Err(UrlError::DisguisedHost { .. }) => "disguised",
        };
        assert_eq!(answer, expected, "{hop}");
    }

    #[test]
    fn admits_the_same_origin_and_service() {
        let target = target(
            Cloud::public(),
            "https://management.azure.com/subscriptions",
        );
        check(&target, "https://management.azure.com/x", "admitted");
        check(&target, "https://management.azure.com:443/x", "admitted");
        check(&target, "https://MANAGEMENT.azure.com/x", "admitted");
        check(
            &target,
            "https://westus2.management.azure.com/x",
            "admitted",
        );
        check(&target, "https://management.core.windows.net/x", "admitted");
    }

    #[test]
    fn refuses_every_other_host() {
        let target = target(
            Cloud::public(),
            "https://management.azure.com/subscriptions",
        );
        check(
            &target,
            "https://management.azure.com.evil.example/",
            "cross-origin",
        );
        check(
            &target,
            "https://management.azure.com@evil.example/",
            "user information",
        );
        check(
            &target,
            "https://u@management.azure.com/",
            "user information",
        );
        check(
            &target,
            "https://management.azure.com\\@evil.example/",
            "admitted",
        );
        check(&target, "https://management.azure.com:444/", "cross-origin");
        check(
            &target,
            "https://westus2.management.azure.com:444/",
            "cross-origin",
        );
        check(&target, "http://management.azure.com/", "insecure");
        check(&target, "http://management.azure.com:443/", "insecure");
        check(
            &target,
            "http://acs-eastus.trafficmanager.net/x",
            "insecure",
        );
        check(
            &target,
            "https://management.azure.com%2eevil.example/",
            "cross-origin",
        );
        check(&target, "https://management.azure.com./", "trailing dot");
        check(&target, "https://mаnagement.azure.com/", "cross-origin");
        check(&target, "https://kv.vault.azure.net/", "cross-origin");
        check(
            &target,
            "https://a.blob.core.windows.net/result?sig=x",
            "cross-origin",
        );
        check(
            &target,
            "https://management.usgovcloudapi.net/",
            "cross-origin",
        );
        check(&target, "http://127.0.0.1:8080/", "cross-origin");
        check(&target, "ftp://management.azure.com/", "scheme");
        check(&target, "data:,x", "scheme");
    }

    #[test]
    fn stays_at_one_host_where_customers_answer() {
        let scm = target(Cloud::public(), "https://site.scm.azurewebsites.net/api");
        check(&scm, "https://site.scm.azurewebsites.net/x", "admitted");
        check(
            &scm,
            "https://other.scm.azurewebsites.net/x",
            "cross-origin",
        );
        let cluster = target(Cloud::public(), "https://c.westus.kusto.windows.net/v1");
        check(
            &cluster,
            "https://d.westus.kusto.windows.net/v1",
            "cross-origin",
        );
        let vault = target(Cloud::public(), "https://one.vault.azure.net/secrets");
        check(&vault, "https://two.vault.azure.net/secrets", "admitted");
    }

    #[test]
    fn a_list_leads_no_token_astray() {
        let at = |url| target(Cloud::public(), url);
        let first_vault = "https://one.vault.azure.net/secrets";
        let manager = "https://management.azure.com/subscriptions";
        let site = "https://site.scm.azurewebsites.net/api";
        for (first, listed, expected) in [
            (manager, manager, "admitted"),
            (manager, "https://westus.management.azure.com/x", "admitted"),
            (first_vault, manager, "admitted"),
            (first_vault, first_vault, "admitted"),
            (first_vault, "https://two.vault.azure.net/keys", "admitted"),
            (manager, first_vault, "other service"),
            (manager, "https://evil.example/", "other service"),
            (
                manager,
                "https://management.azure.com:444/",
                "other service",
            ),
            (manager, site, "customers"),
            (site, site, "customers"),
        ] {
            let answer = match at(first).admit_listed(&at(listed)) {
                Ok(()) => "admitted",
                Err(ListedHostError::CustomerCode { .. }) => "customers",
                Err(ListedHostError::OtherService { .. }) => "other service",
            };
            assert_eq!(answer, expected, "{first} {listed}");
        }
        let mut allowed = at(site);
        allowed.allowed = vec![AllowedHost::parse("site.scm.azurewebsites.net").unwrap()];
        assert_eq!(allowed.admit_listed(&allowed), Ok(()));
        // A key of the user's own stays at the first origin.
        let (mut first, mut second) = (at(first_vault), at(manager));
        (first.audience, second.audience) = (None, None);
        assert_eq!(first.admit_listed(&first), Ok(()));
        assert!(first.admit_listed(&second).is_err());
    }

    #[test]
    fn an_endpoint_of_ones_own_is_alone() {
        let cloud = Cloud::custom_endpoint("http://127.0.0.1:8080").unwrap();
        let target = target(cloud, "http://127.0.0.1:8080/subscriptions");
        check(&target, "http://127.0.0.1:8080/x", "admitted");
        check(&target, "http://127.0.0.1:8081/x", "cross-origin");
        check(&target, "http://localhost:8080/x", "cross-origin");
        check(&target, "https://127.0.0.1:8080/x", "cross-origin");
        check(&target, "https://management.azure.com/x", "cross-origin");
    }

    #[test]
    fn an_endpoint_on_this_machine_takes_the_sandboxs_tokens_only() {
        let text = "[AzureCloud]\nendpoint_resource_manager = http://127.0.0.1:7001\n";
        let changed = Cloud::from_clouds_config(text, "AzureCloud").unwrap();
        let custom = Cloud::custom_endpoint("http://127.0.0.1:7001").unwrap();
        let url = "http://127.0.0.1:7001/subscriptions";
        for cloud in [changed, custom] {
            let mut target = target(cloud, url);
            let url = Url::parse(url).unwrap();
            assert!(target.takes_sandbox_tokens_only(&url));
            target.allowed = vec![AllowedHost::parse("127.0.0.1:7001").unwrap()];
            assert!(!target.takes_sandbox_tokens_only(&url));
        }
        let public = target(Cloud::public(), "https://management.azure.com/");
        assert!(!public.takes_sandbox_tokens_only(&public.url));
    }

    #[test]
    fn honours_allowed_hosts_with_a_token_only() {
        let mut target = target(Cloud::public(), "https://api.example/x");
        target.allowed = vec![AllowedHost::parse("other.example").unwrap()];
        check(&target, "https://other.example/y", "cross-origin");
        target.audience = Some(Audience::parse("api://example").unwrap());
        check(&target, "https://other.example/y", "admitted");
        check(&target, "https://other.example:444/y", "cross-origin");
        check(&target, "http://other.example/y", "insecure");
        check(&target, "https://sub.other.example/y", "cross-origin");
        check(&target, "https://api.example:443/z", "admitted");
    }

    #[test]
    fn without_a_token_only_the_origin_counts() {
        let mut target = target(Cloud::public(), "https://management.azure.com/");
        target.audience = None;
        check(&target, "https://management.azure.com/x", "admitted");
        check(
            &target,
            "https://westus2.management.azure.com/x",
            "cross-origin",
        );
    }

    /// A token for Resource Manager that the user sends to another host does not follow a link back
    /// out of it, nor does it leave Resource Manager for that host's neighbours.
    #[test]
    fn does_not_spread_from_an_odd_host() {
        let mut target = target(Cloud::public(), "https://api.example/x");
        target.audience = Some(Audience::parse("https://management.azure.com/").unwrap());
        target.allowed = vec![AllowedHost::parse("api.example").unwrap()];
        check(&target, "https://management.azure.com/x", "cross-origin");
    }
}
