//! The action that a request needs, worked out from its method and URL: for Resource Manager by one rule, with exceptions
//! in `control_actions.tsv`; for services behind it by `data_actions.tsv`. Whether a permission has it: `permission`.
//!
//! The rule: the namespace, the types without names, then `read` for GET and HEAD, `write` for PUT and PATCH, `delete`, and
//! `action` for POST (learn.microsoft.com, "Understand Azure role definitions").

use http::Method;
use url::Url;

use crate::azure::audience::host_table::HostKind;
use crate::azure::glob::is_like;
use crate::azure::resource::catalogue;
use crate::azure::resource::id::{ResourceId, ResourceScope};
use crate::azure::rows::{fields, rows};

const CONTROL_ACTIONS: &str = include_str!("control_actions.tsv");
const DATA_ACTIONS: &str = include_str!("data_actions.tsv");

/// Where the action is granted: among the `actions` of a role, or among its `dataActions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// `actions`.
    Control,
    /// `dataActions`.
    Data,
}

impl Plane {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Control => "action",
            Self::Data => "data action",
        }
    }
}

/// What a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededAction {
    /// Such as `Microsoft.Compute/virtualMachines/restart/action`.
    pub name: String,
    /// Where it is granted.
    pub plane: Plane,
    /// The ID at which it is needed, empty for the tenant; `None` if the URL does not say it: the host of a service
    /// names a resource, but not the group that it is in.
    pub scope: Option<String>,
    /// What else the request may need.
    pub remark: Option<&'static str>,
}

impl NeededAction {
    /// An action by its name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            plane: Plane::Control,
            scope: None,
            remark: None,
        }
    }
}

/// Returns what a request needs; `None` if that is not known.
pub fn needed_action(method: &Method, url: &Url, host: HostKind) -> Option<NeededAction> {
    match host {
        HostKind::ResourceManager => Some(of_control(method, &ResourceId::of(url))),
        HostKind::Storage | HostKind::Other => of_data(method, url),
    }
}

fn of_control(method: &Method, id: &ResourceId<'_>) -> NeededAction {
    NeededAction {
        name: control_action(method, id),
        plane: Plane::Control,
        scope: Some(scope_of(id)),
        remark: remark_of(method, id),
    }
}

/// What a verb is called at the end of an action.
fn verb(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" | "HEAD" | "OPTIONS" => "read",
        "DELETE" => "delete",
        "POST" => "action",
        _ => "write",
    }
}

fn control_action(method: &Method, id: &ResourceId<'_>) -> String {
    let verb = verb(method);
    let Some(namespace) = id.namespace() else {
        return format!("{}/{verb}", of_root(id));
    };
    let types: Vec<&str> = id.types().collect();
    if types.is_empty() {
        let in_subscription = id.subscription_id().map_or("", |_| "subscriptions/");
        return format!("Microsoft.Resources/{in_subscription}providers/{verb}");
    }
    let full_type = format!("{namespace}/{}", types.join("/"));
    let exception = rows(CONTROL_ACTIONS)
        .filter_map(fields)
        .find(|[own, name, _]| *own == method.as_str() && name.eq_ignore_ascii_case(&full_type));
    match exception {
        Some([_, _, action]) => action.to_owned(),
        None => format!("{}/{verb}", spelled(namespace, &types)),
    }
}

/// The full type as the catalogue spells it, as far as it has it: an action at its end is not one of its types.
fn spelled(namespace: &str, types: &[&str]) -> String {
    for count in (1..=types.len()).rev() {
        let (known, rest) = types.split_at(count);
        let name = format!("{namespace}/{}", known.join("/"));
        let Some(found) = catalogue::find(&name) else {
            continue;
        };
        let mut text = found.name.to_owned();
        for (level, segment) in rest.iter().enumerate() {
            let mut actions = found.actions().map(|action| action.name);
            let own = actions.find(|own| level == 0 && own.eq_ignore_ascii_case(segment));
            text.push('/');
            text.push_str(own.unwrap_or(segment));
        }
        return text;
    }
    let namespace = catalogue::namespace(namespace).unwrap_or(namespace);
    format!("{namespace}/{}", types.join("/"))
}

/// What stands for the type of a path without a namespace.
fn of_root(id: &ResourceId<'_>) -> String {
    const GROUPS: &str = "Microsoft.Resources/subscriptions/resourceGroups";
    let known = |segment: &str| {
        let words = [
            "providers",
            "locations",
            "resources",
            "tagNames",
            "resourceGroups",
        ];
        let found = words
            .into_iter()
            .find(|word| word.eq_ignore_ascii_case(segment));
        found.unwrap_or(segment).to_owned()
    };
    match id.segments() {
        [root] if !root.eq_ignore_ascii_case("subscriptions") => {
            format!("Microsoft.Resources/{}", known(root))
        }
        [] | [_] | [_, _] => "Microsoft.Resources/subscriptions".to_owned(),
        [_, _, groups] | [_, _, groups, _] if groups.eq_ignore_ascii_case("resourceGroups") => {
            GROUPS.to_owned()
        }
        [_, _, groups, _, rest @ ..] if groups.eq_ignore_ascii_case("resourceGroups") => {
            let types: Vec<String> = rest.iter().step_by(2).map(|one| known(one)).collect();
            format!("{GROUPS}/{}", types.join("/"))
        }
        [_, _, rest @ ..] => {
            let types: Vec<String> = rest.iter().step_by(2).map(|one| known(one)).collect();
            format!("Microsoft.Resources/subscriptions/{}", types.join("/"))
        }
    }
}

/// The ID at which an action is needed: the resource, or what a collection is in. Locations are not scopes.
fn scope_of(id: &ResourceId<'_>) -> String {
    let is_location = id
        .types()
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("locations"));
    if let Some(resource) = id.resource().filter(|_| !is_location) {
        return resource.to_string();
    }
    if id.namespace().is_some() {
        return id.scope().to_string();
    }
    match (id.resource_group(), id.subscription(), id.as_scope()) {
        (Some(group), _, _) => group.to_string(),
        (None, Some(subscription), _) => subscription.to_string(),
        (None, None, ResourceScope::ManagementGroup { .. }) => id.to_string(),
        (None, None, _) => String::new(),
    }
}

fn remark_of(method: &Method, id: &ResourceId<'_>) -> Option<&'static str> {
    let last = id.segments().last().copied().unwrap_or_default();
    if last.eq_ignore_ascii_case("moveResources") {
        return Some(
            "the target group needs `Microsoft.Resources/subscriptions/resourceGroups/write`, and each resource the \
             `write` and `delete` of its type",
        );
    }
    let is_deployment = id
        .types()
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("deployments"));
    match *method {
        Method::PUT if is_deployment => {
            Some("each resource of the template needs the `write` of its type")
        }
        Method::PUT | Method::PATCH if id.namespace().is_some() => Some(
            "other resources that the body refers to may need a `join/action` or `assign/action`: a 403 \
             `LinkedAuthorizationFailed` names it",
        ),
        _ => None,
    }
}

fn of_data(method: &Method, url: &Url) -> Option<NeededAction> {
    let host = url.host_str()?.to_ascii_lowercase();
    let path = url.path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|one| !one.is_empty()).collect();
    let row = rows(DATA_ACTIONS).filter_map(fields::<6>).find(
        |[own_host, methods, own_path, query, ..]| {
            is_like(&host, own_host)
                && methods.split('|').any(|own| own == method.as_str())
                && fits(own_path, &segments)
                && has_query(url, query)
        },
    );
    let [.., plane, action] = row?;
    Some(NeededAction {
        name: action.to_owned(),
        plane: if plane == "data" {
            Plane::Data
        } else {
            Plane::Control
        },
        scope: None,
        remark: None,
    })
}

fn fits(pattern: &str, segments: &[&str]) -> bool {
    let mut rest = segments.iter();
    for own in pattern.split('/').filter(|one| !one.is_empty()) {
        match (own, rest.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(_)) => {}
            (own, Some(segment)) if own == *segment => {}
            _ => return false,
        }
    }
    rest.next().is_none()
}

fn has_query(url: &Url, wanted: &str) -> bool {
    let Some((name, value)) = wanted.split_once('=') else {
        return true;
    };
    url.query_pairs()
        .any(|(own, text)| own.eq_ignore_ascii_case(name) && text.eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use super::{CONTROL_ACTIONS, DATA_ACTIONS, Plane, needed_action};
    use crate::azure::audience::host_table::HostKind;
    use crate::azure::rows::{fields, rows};

    const GROUP: &str = "/subscriptions/s/resourceGroups/g";

    #[track_caller]
    fn check(method: &str, path: &str, action: &str, scope: &str) {
        let url = Url::parse(&format!("https://management.azure.com{path}")).unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let needed = needed_action(&method, &url, HostKind::ResourceManager).unwrap();
        assert_eq!(needed.name, action, "{method} {path}");
        assert_eq!(needed.scope.as_deref(), Some(scope), "{method} {path}");
        assert_eq!(needed.plane, Plane::Control);
    }

    #[test]
    fn follows_from_the_types_and_the_verb() {
        let compute = format!("{GROUP}/providers/microsoft.compute/virtualmachines");
        let vm = format!("{compute}/vm");
        let of_vm = "Microsoft.Compute/virtualMachines";
        for (method, path, action, scope) in [
            ("GET", &vm, "read", &vm),
            ("HEAD", &vm, "read", &vm),
            ("PUT", &vm, "write", &vm),
            ("PATCH", &vm, "write", &vm),
            ("DELETE", &vm, "delete", &vm),
            ("GET", &compute, "read", &GROUP.to_owned()),
            ("POST", &format!("{vm}/RESTART"), "restart/action", &vm),
            ("GET", &format!("{vm}/extensions"), "extensions/read", &vm),
        ] {
            check(method, path, &format!("{of_vm}/{action}"), scope);
        }
        let lock = format!("{vm}/providers/Microsoft.Authorization/locks/l");
        check("PUT", &lock, "Microsoft.Authorization/locks/write", &lock);
        let list = format!("{GROUP}/providers/Microsoft.Web/sites/a/config/appsettings/list");
        let config = format!("{GROUP}/providers/Microsoft.Web/sites/a/config/appsettings");
        check(
            "POST",
            &list,
            "Microsoft.Web/sites/config/list/action",
            &config,
        );
        let unknown = "/subscriptions/s/providers/Contoso.Toys/blocks/b/paint";
        let block = "/subscriptions/s/providers/Contoso.Toys/blocks/b";
        check("POST", unknown, "Contoso.Toys/blocks/paint/action", block);
        let group = "/providers/Microsoft.Management/managementGroups/m";
        check(
            "GET",
            group,
            "Microsoft.Management/managementGroups/read",
            group,
        );
    }

    #[test]
    fn paths_without_a_namespace_have_actions_of_resources() {
        let of = "Microsoft.Resources/subscriptions";
        let sub = "/subscriptions/s";
        for (method, path, action, scope) in [
            ("GET", "/subscriptions", "/read", ""),
            ("GET", sub, "/read", sub),
            (
                "GET",
                "/subscriptions/s/resourcegroups",
                "/resourceGroups/read",
                sub,
            ),
            ("DELETE", GROUP, "/resourceGroups/delete", GROUP),
            ("GET", "/subscriptions/s/resources", "/resources/read", sub),
            ("GET", "/subscriptions/s/providers", "/providers/read", sub),
            (
                "GET",
                "/subscriptions/s/providers/Microsoft.Web",
                "/providers/read",
                sub,
            ),
        ] {
            check(method, path, &format!("{of}{action}"), scope);
        }
        let group = format!("{of}/resourceGroups");
        let path = format!("{GROUP}/exportTemplate");
        check(
            "POST",
            &path,
            &format!("{group}/exportTemplate/action"),
            GROUP,
        );
        let path = format!("{GROUP}/resources");
        check("GET", &path, &format!("{group}/resources/read"), GROUP);
        check(
            "GET",
            "/providers",
            "Microsoft.Resources/providers/read",
            "",
        );
        check("GET", "/tenants", "Microsoft.Resources/tenants/read", "");
        let register = "/subscriptions/s/providers/microsoft.web/register";
        check("POST", register, "Microsoft.Web/register/action", sub);
    }

    #[test]
    fn exceptions_are_known() {
        let sub = "/subscriptions/s";
        let of = |tail: &str| format!("{sub}/providers/{tail}");
        let name = "checkNameAvailability";
        let path = of(&format!("Microsoft.Storage/{name}"));
        check(
            "POST",
            &path,
            "Microsoft.Storage/checkNameAvailability/read",
            sub,
        );
        let path = of(&format!("Microsoft.Cdn/{name}"));
        check(
            "POST",
            &path,
            "Microsoft.Cdn/checkNameAvailability/action",
            sub,
        );
        let graph = "/providers/Microsoft.ResourceGraph/resources";
        check("POST", graph, "Microsoft.ResourceGraph/resources/read", "");
        let usages = of("Microsoft.Compute/locations/westeurope/usages");
        check(
            "GET",
            &usages,
            "Microsoft.Compute/locations/usages/read",
            sub,
        );
    }

    #[track_caller]
    fn data(method: &str, url: &str, action: Option<(&str, Plane)>) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = Url::parse(url).unwrap();
        let needed = needed_action(&method, &url, HostKind::Other);
        let found = needed.as_ref().map(|one| (one.name.as_str(), one.plane));
        assert_eq!(found, action, "{method} {url}");
    }

    #[test]
    fn services_have_data_actions() {
        let secrets = "Microsoft.KeyVault/vaults/secrets";
        let blobs = "Microsoft.Storage/storageAccounts/blobServices/containers";
        let kv = "https://kv.vault.azure.net/secrets";
        for (method, url, action, plane) in [
            (
                "GET",
                kv.to_owned(),
                format!("{secrets}/readMetadata/action"),
                Plane::Data,
            ),
            (
                "GET",
                format!("{kv}/a"),
                format!("{secrets}/getSecret/action"),
                Plane::Data,
            ),
            (
                "PUT",
                format!("{kv}/a"),
                format!("{secrets}/setSecret/action"),
                Plane::Data,
            ),
            (
                "GET",
                "https://a.blob.core.windows.net/?comp=list".to_owned(),
                format!("{blobs}/read"),
                Plane::Control,
            ),
            (
                "PUT",
                "https://a.blob.core.windows.net/c/b/d".to_owned(),
                format!("{blobs}/blobs/write"),
                Plane::Data,
            ),
        ] {
            data(method, &url, Some((&action, plane)));
        }
        data("GET", "https://graph.microsoft.com/v1.0/me", None);
        data("POST", "https://kv.vault.azure.net/secrets", None);
    }

    #[test]
    fn every_row_is_whole() {
        assert!(rows(CONTROL_ACTIONS).all(|row| fields::<3>(row).is_some()));
        assert!(rows(DATA_ACTIONS).all(|row| fields::<6>(row).is_some()));
    }
}
