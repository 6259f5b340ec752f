//! Links of the Azure portal: reads the resource id out of one, and makes one. What becomes of the id: `address`.

use url::Url;

use crate::azure::{Cloud, ResourceId, decode};
use crate::plan::target::Error;

/// The portals, each with the name of its cloud.
const PORTALS: [(&str, &str); 4] = [
    ("portal.azure.com", "AzureCloud"),
    ("portal.azure.cn", "AzureChinaCloud"),
    ("portal.azure.us", "AzureUSGovernment"),
    ("portal.sovcloud-azure.fr", "AzureBleuCloud"),
];

/// Returns the address of a resource's page in a portal, in a tenant if one is named.
pub fn portal_address(portal: &Url, path: &str, tenant: Option<&str>) -> String {
    let tenant = tenant.map(|tenant| format!("@{tenant}/"));
    let (base, tenant) = (portal.as_str(), tenant.unwrap_or_default());
    format!("{base}#{tenant}resource{}", path.trim_end_matches('/'))
}

/// Returns the resource id of a portal link, or nothing if the URL is not a portal link.
///
/// Links look like `https://portal.azure.com/#@tenant/resource/subscriptions/…/overview`, or carry
/// the id percent-encoded: `#view/…/id/%2Fsubscriptions%2F…`. What the portal shows of the resource
/// (`/overview`, `/users`) is cut off.
pub(super) fn resource_id(url: &str, cloud: &Cloud) -> Result<Option<String>, Error> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Ok(None);
    };
    let host = rest
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let own = cloud.portal.as_ref().and_then(|portal| portal.host_str());
    if !scheme.eq_ignore_ascii_case("https") {
        return Ok(None);
    }
    if !is_portal(&host, own.unwrap_or_default()) {
        return match PORTALS.iter().find(|(portal, _)| is_portal(&host, portal)) {
            Some((_, other)) => Err(Error::PortalOfOtherCloud {
                other: (*other).to_owned(),
                cloud: cloud.name.to_string(),
            }),
            None => Ok(None),
        };
    }
    let Some((_, fragment)) = rest.split_once('#') else {
        return Err(Error::PortalWithoutResource);
    };
    let fragment = fragment.split('?').next().unwrap_or_default();
    id_of(fragment)
        .map(|id| Some(cut_view(&id)))
        .ok_or(Error::PortalWithoutResource)
}

/// Tells whether a host is a portal or one of its previews (`preview.portal.azure.com`).
fn is_portal(host: &str, portal: &str) -> bool {
    !portal.is_empty()
        && (host == portal
            || host
                .strip_suffix(portal)
                .is_some_and(|label| matches!(label, "ms." | "preview.")))
}

/// Finds the id in a fragment: after `resource/`, or as one encoded segment.
fn id_of(fragment: &str) -> Option<String> {
    let is_id = |text: &str| {
        let id = ResourceId::parse(text);
        let root = id.segments().first();
        text.starts_with('/')
            && id.segments().len() > 1
            && root.is_some_and(|root| {
                root.eq_ignore_ascii_case("subscriptions") || root.eq_ignore_ascii_case("providers")
            })
    };
    let direct = fragment
        .match_indices("resource/")
        .map(|(at, word)| fragment.get(at + word.len() - 1..).unwrap_or_default())
        .find(|rest| is_id(rest));
    direct.map(ToOwned::to_owned).or_else(|| {
        fragment
            .split('/')
            .map(decode)
            .find(|segment| is_id(segment))
    })
}

/// Cuts off what the portal shows of a resource: the odd segment after types and names, and whatever follows the name
/// of a group or the id of a subscription.
fn cut_view(id: &str) -> String {
    let id = ResourceId::parse(id);
    let of_scope = || id.resource_group().or_else(|| id.subscription());
    let resource = match id.namespace() {
        Some(_) => id.resource(),
        None => of_scope(),
    };
    resource.unwrap_or(id).to_string()
}

#[cfg(test)]
mod tests {
    use super::{portal_address, resource_id};
    use crate::azure::Cloud;
    use crate::plan::target::Error;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let id = resource_id(url, &Cloud::public()).unwrap();
        assert_eq!(id.as_deref(), expected, "{url}");
    }

    const VM: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";

    #[test]
    fn finds_the_resource() {
        let link = |fragment: &str| format!("https://portal.azure.com/#{fragment}");
        check(&link(&format!("@t.example/resource{VM}")), Some(VM));
        check(
            &link(&format!("@t.example/resource{VM}/overview")),
            Some(VM),
        );
        check(&link(&format!("@/resource{VM}/networking")), Some(VM));
        check(&link(&format!("resource{VM}/overview?x=y")), Some(VM));
        check(
            &format!("https://Portal.azure.com/?feature.x=1#@t/resource{VM}/overview"),
            Some(VM),
        );
        check(
            &format!("https://ms.portal.azure.com/#@t/resource{VM}"),
            Some(VM),
        );
        check(
            &format!("https://preview.portal.azure.com/#@t/resource{VM}"),
            Some(VM),
        );
        check(
            &link("@t/resource/subscriptions/s/overview"),
            Some("/subscriptions/s"),
        );
        check(
            &link("@t/resource/subscriptions/s"),
            Some("/subscriptions/s"),
        );
        check(
            &link("@t/resource/subscriptions/s/resourceGroups/g/overview"),
            Some("/subscriptions/s/resourceGroups/g"),
        );
        check(
            &link("@t/resource/subscriptions/s/resourceGroups/g"),
            Some("/subscriptions/s/resourceGroups/g"),
        );
        check(
            &link("@t/resource/subscriptions/s/resourceGroups"),
            Some("/subscriptions/s"),
        );
        check(
            &link(
                "@t/resource/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b/overview",
            ),
            Some("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/a/databases/b"),
        );
        check(
            &link("view/HubsExtension/Menu/id/%2Fsubscriptions%2Fs%2FresourceGroups%2Fg/x/y"),
            Some("/subscriptions/s/resourceGroups/g"),
        );
        check(
            &link("@t/blade/A/B/resourceId/%2fsubscriptions%2fs"),
            Some("/subscriptions/s"),
        );
        check(
            &link("@t/resource/providers/Microsoft.Management/managementGroups/m/overview"),
            Some("/providers/Microsoft.Management/managementGroups/m"),
        );
    }

    #[test]
    fn an_address_leads_back_to_the_resource() {
        let portal = Cloud::public().portal.unwrap();
        let address = portal_address(&portal, VM, Some("contoso.example"));
        let expected = format!("https://portal.azure.com/#@contoso.example/resource{VM}");
        assert_eq!(address, expected);
        check(&address, Some(VM));
        check(&portal_address(&portal, VM, None), Some(VM));
    }

    #[test]
    fn other_urls_are_none() {
        check("https://management.azure.com/subscriptions", None);
        check(
            "https://portal.azure.com.evil.example/#@t/resource/subscriptions/s",
            None,
        );
        check(
            "https://evil.portal.azure.com/#@t/resource/subscriptions/s",
            None,
        );
        check(
            "https://portal.azure.com@evil.example/#@t/resource/subscriptions/s",
            None,
        );
        check("http://portal.azure.com/#@t/resource/subscriptions/s", None);
        check("/subscriptions/s", None);
    }

    #[test]
    fn says_what_is_wrong() {
        let check = |url: &str, expected: Error| {
            assert_eq!(resource_id(url, &Cloud::public()), Err(expected), "{url}");
        };
        check("https://portal.azure.com/", Error::PortalWithoutResource);
        check(
            "https://portal.azure.com/#home",
            Error::PortalWithoutResource,
        );
        check(
            "https://portal.azure.com/#@t/resource/subscriptions/",
            Error::PortalWithoutResource,
        );
        check(
            "https://portal.azure.us/#@t/resource/subscriptions/s",
            Error::PortalOfOtherCloud {
                other: "AzureUSGovernment".to_owned(),
                cloud: "AzureCloud".to_owned(),
            },
        );
        let gov = Cloud::named("usgov").unwrap();
        let id = resource_id("https://portal.azure.us/#@t/resource/subscriptions/s", &gov);
        assert_eq!(id, Ok(Some("/subscriptions/s".to_owned())));
    }
}
