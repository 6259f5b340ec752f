//! What a DELETE takes away, in words, and whether to ask before it. Who asks:
//! `app/terminal/confirm`.

use http::Method;
use url::Url;

use crate::azure::{Cloud, HostKind, ResourceId, ResourceScope, decode, host_kind};

/// Whether a request takes something away that the user has not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// It goes out as it is: it deletes nothing, or `--yes` was given.
    NotNeeded,
    /// It deletes.
    Needed,
}

impl Confirmation {
    /// What a verb needs, beside `--yes`.
    pub(super) fn of(method: &Method, yes: bool) -> Self {
        if *method == Method::DELETE && !yes {
            Self::Needed
        } else {
            Self::NotNeeded
        }
    }
}

/// Names what stands at a URL: `resource group rg-1 (subscription …) and everything in it`.
pub fn words(cloud: &Cloud, url: &Url) -> String {
    if host_kind(cloud, url) != HostKind::ResourceManager {
        let host = url.host_str().unwrap_or_default();
        return format!("{} at {host}", decode(url.path()));
    }
    let id = ResourceId::of(url);
    if let Some(namespace) = id.namespace() {
        let types: Vec<&str> = id.types().collect();
        let names: Vec<&str> = id.names().collect();
        let what = format!("{namespace}/{} {}", types.join("/"), names.join("/"));
        return format!("{}{}", decode(what.trim_end()), in_scope(&id.scope()));
    }
    match id.as_scope() {
        ResourceScope::ResourceGroup {
            subscription_id,
            name,
        } => {
            let (name, id) = (decode(name), decode(subscription_id));
            format!("resource group {name} (subscription {id}) and everything in it")
        }
        ResourceScope::Tenant
        | ResourceScope::ManagementGroup { .. }
        | ResourceScope::Subscription { .. }
        | ResourceScope::Resource => decode(url.path()),
    }
}

/// Says in which scope a resource is; nothing for the tenant.
fn in_scope(scope: &ResourceId<'_>) -> String {
    match scope.as_scope() {
        ResourceScope::Tenant => String::new(),
        ResourceScope::Subscription { id } => format!(" (subscription {})", decode(id)),
        ResourceScope::ResourceGroup {
            subscription_id,
            name,
        } => {
            let (name, id) = (decode(name), decode(subscription_id));
            format!(" (resource group {name}, subscription {id})")
        }
        ResourceScope::ManagementGroup { .. } | ResourceScope::Resource => {
            format!(" (of {})", decode(&scope.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::words;
    use crate::azure::Cloud;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let url = Url::parse("https://management.azure.com").unwrap();
        let url = url.join(path).unwrap();
        assert_eq!(words(&Cloud::public(), &url), expected);
    }

    #[test]
    fn names_what_goes() {
        let group = "/subscriptions/s/resourceGroups/rg-1";
        check(
            &format!("{group}?api-version=1"),
            "resource group rg-1 (subscription s) and everything in it",
        );
        let vm = format!("{group}/providers/Microsoft.Compute/virtualMachines/vm%201");
        check(
            &vm,
            "Microsoft.Compute/virtualMachines vm 1 (resource group rg-1, subscription s)",
        );
        check(
            &format!("{vm}/extensions/e"),
            "Microsoft.Compute/virtualMachines/extensions vm 1/e (resource group rg-1, subscription s)",
        );
        check(
            &format!("{vm}/providers/Microsoft.Authorization/locks/l"),
            &format!(
                "Microsoft.Authorization/locks l (of {})",
                vm.replace("%20", " ")
            ),
        );
        check(
            "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/p",
            "Microsoft.Authorization/policyAssignments p (subscription s)",
        );
        check(
            "/providers/Microsoft.Management/managementGroups/m",
            "Microsoft.Management/managementGroups m",
        );
        check("/subscriptions/s/tagNames/t", "/subscriptions/s/tagNames/t");
        check(
            "https://kv.vault.azure.net/secrets/x?a=b",
            "/secrets/x at kv.vault.azure.net",
        );
    }
}
