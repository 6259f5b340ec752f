//! Whether to ask before a request, and what it does, in words. Who asks: `app/terminal/confirm`.

use http::Method;
use url::Url;

use crate::azure::{Cloud, HostKind, ResourceId, ResourceScope, decode, host_kind};

/// Whether the user is asked before a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// It goes out as it is: it changes nothing that has to be asked about, or `--yes` was given.
    NotNeeded,
    /// It deletes: a person is asked.
    Needed,
    /// It changes something, and the user wants to be asked before that: if nobody can be, it is refused.
    Demanded,
}

/// Whether the user wants to be asked before each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskBefore {
    Deletions,
    Writes,
}

impl Confirmation {
    /// What a request needs, in addition to `--yes`.
    pub(super) fn of(method: &Method, writes: bool, ask: AskBefore, yes: bool) -> Self {
        match ask {
            _ if yes => Self::NotNeeded,
            AskBefore::Writes if writes => Self::Demanded,
            _ if *method == Method::DELETE => Self::Needed,
            AskBefore::Writes | AskBefore::Deletions => Self::NotNeeded,
        }
    }
}

/// The word for what a request does.
pub fn verb(method: &Method) -> &str {
    match *method {
        Method::DELETE => "delete",
        ref method => method.as_str(),
    }
}

/// Names what a request is about: what a DELETE takes away, else the address.
pub fn object(method: &Method, cloud: &Cloud, url: &Url) -> String {
    if *method == Method::DELETE {
        return words(cloud, url);
    }
    let path = decode(url.path());
    if host_kind(cloud, url) == HostKind::ResourceManager {
        return path;
    }
    format!("{path} at {}", url.host_str().unwrap_or_default())
}

/// Names what is at a URL: `resource group rg-1 (subscription …) and everything in it`.
fn words(cloud: &Cloud, url: &Url) -> String {
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
    use http::Method;
    use url::Url;

    use super::{Confirmation, object, verb, words};
    use crate::azure::Cloud;

    #[test]
    fn asks_before_a_deletion_or_before_each_write() {
        use super::AskBefore::{Deletions, Writes};
        use super::Confirmation::{Demanded, Needed, NotNeeded};

        for (method, writes, ask, yes, expected) in [
            (Method::DELETE, true, Deletions, false, Needed),
            (Method::DELETE, true, Deletions, true, NotNeeded),
            (Method::DELETE, true, Writes, false, Demanded),
            (Method::DELETE, true, Writes, true, NotNeeded),
            (Method::GET, false, Writes, false, NotNeeded),
            (Method::POST, false, Writes, false, NotNeeded),
            (Method::POST, true, Writes, false, Demanded),
            (Method::PUT, true, Writes, false, Demanded),
            (Method::PUT, true, Deletions, false, NotNeeded),
        ] {
            let found = Confirmation::of(&method, writes, ask, yes);
            assert_eq!(found, expected, "{method} {writes} {ask:?} {yes}");
        }
    }

    #[test]
    fn names_what_is_done() {
        let url = Url::parse("https://management.azure.com/a/vm%201?api-version=1").unwrap();
        let of = |method, url: &Url| {
            let object = object(&method, &Cloud::public(), url);
            format!("{} {object}", verb(&method))
        };
        assert_eq!(of(Method::PUT, &url), "PUT /a/vm 1");
        assert_eq!(of(Method::DELETE, &url), "delete /a/vm 1");
        let url = Url::parse("https://kv.vault.azure.net/secrets/x").unwrap();
        assert_eq!(
            of(Method::PUT, &url),
            "PUT /secrets/x at kv.vault.azure.net"
        );
    }

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
