//! From path segments to what they name. Looks at names and types only: whether the thing exists,
//! and what the verb does to it: `resources`.

use http::Method;

use crate::azure::catalogue::TypeScope;
use crate::sandbox::graph::quota;
use crate::sandbox::long_running::record;
use crate::sandbox::protocol::address::{Address, GroupAddress, Scope};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::types::{self, Namespace, Operation, ResourceType};
use crate::sandbox::seed::data::{self, Subscription};

/// What a path names.
#[derive(Debug)]
pub(crate) enum Route {
    Tenants,
    Subscriptions,
    Subscription(&'static Subscription),
    Locations(&'static Subscription),
    /// The tags that occur in a subscription.
    TagNames(&'static Subscription),
    Groups(&'static Subscription),
    Group(GroupAddress),
    /// What a group as a whole is asked to do.
    GroupAction(GroupAddress, GroupAction),
    /// All resources of a subscription or a group.
    Resources(Scope),
    /// All providers, of the tenant or of a subscription.
    Providers(Option<&'static Subscription>),
    Provider(Option<&'static Subscription>, Namespace),
    Registration(&'static Subscription, Namespace, &'static str),
    /// All resources of a type; the address lacks the last name.
    Collection(Address),
    Item(Address),
    Operation(Address, Operation),
    /// POST of an action of a type that has no effect of its own here.
    Action(Address, &'static str),
    /// Whether resources could be written.
    ValidateResources,
    /// Cost Management's query.
    CostQuery(&'static Subscription),
    /// Resource Graph's query.
    GraphQuery(ResourceType),
    /// A long-running operation, by name.
    Monitor(String),
}

/// What a group can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupAction {
    ExportTemplate,
    MoveResources,
    ValidateMoveResources,
}

impl GroupAction {
    /// The last segment of its path.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ExportTemplate => "exportTemplate",
            Self::MoveResources => "moveResources",
            Self::ValidateMoveResources => "validateMoveResources",
        }
    }

    fn read(segment: &str) -> Option<Self> {
        [
            Self::ExportTemplate,
            Self::MoveResources,
            Self::ValidateMoveResources,
        ]
        .into_iter()
        .find(|action| is(segment, action.word()))
    }
}

/// What a request says besides its path.
#[derive(Debug, Clone, Copy)]
struct Asked<'c> {
    method: &'c Method,
    version: &'c str,
}

/// Finds what a path names.
pub(crate) fn resolve(call: &Call<'_>, version: &str) -> Result<Route, ArmError> {
    let asked = Asked {
        method: call.method,
        version,
    };
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let unknown = || ArmError::PathNotFound {
        path: call.path.to_owned(),
    };
    match segments.as_slice() {
        [root] if is(root, "tenants") => Ok(Route::Tenants),
        [root] if is(root, "subscriptions") => Ok(Route::Subscriptions),
        [root] if is(root, "providers") => Ok(Route::Providers(None)),
        [root, name] if is(root, "providers") => Ok(Route::Provider(None, namespace(name)?)),
        [root, name, leaf] if is(root, "providers") && is(name, quota::NAMESPACE) => {
            let found = namespace(name)?.resource_type(leaf);
            let found = found.filter(|found| found.is_endpoint());
            found.map(Route::GraphQuery).ok_or_else(unknown)
        }
        [root, name, leaf]
            if is(root, "providers")
                && is(name, types::RESOURCES_NAMESPACE)
                && is(leaf, "validateResources") =>
        {
            Ok(Route::ValidateResources)
        }
        [root, tail @ ..] if is(root, "providers") => {
            within_scope(Scope::Tenant, tail, asked)?.ok_or(ArmError::SubscriptionMissing)
        }
        [root, id, rest @ ..] if is(root, "subscriptions") => {
            within_subscription(subscription(id)?, rest, asked)?.ok_or_else(unknown)
        }
        _ => Err(ArmError::SubscriptionMissing),
    }
}

fn within_subscription(
    subscription: &'static Subscription,
    rest: &[&str],
    asked: Asked<'_>,
) -> Result<Option<Route>, ArmError> {
    let route = match rest {
        [] => Route::Subscription(subscription),
        [root] if is(root, "locations") => Route::Locations(subscription),
        [root] if is(root, "tagNames") => Route::TagNames(subscription),
        [root] if is(root, "resourceGroups") => Route::Groups(subscription),
        [root] if is(root, "resources") => Route::Resources(Scope::Subscription(subscription)),
        [root] if is(root, "providers") => Route::Providers(Some(subscription)),
        [root, name] if is(root, "providers") => {
            Route::Provider(Some(subscription), namespace(name)?)
        }
        [root, name, verb] if is(root, "providers") && is(verb, "register") => {
            Route::Registration(subscription, namespace(name)?, "Registered")
        }
        [root, name, verb] if is(root, "providers") && is(verb, "unregister") => {
            Route::Registration(subscription, namespace(name)?, "NotRegistered")
        }
        [root, name, leaf]
            if is(root, "providers")
                && is(name, "Microsoft.CostManagement")
                && is(leaf, "query") =>
        {
            Route::CostQuery(subscription)
        }
        [root, name] if is(root, "operationresults") => Route::Monitor((*name).to_owned()),
        [root, provider, locations, _, collection, name]
            if is(root, "providers")
                && is(locations, "locations")
                && record::is_collection(collection) =>
        {
            namespace(provider)?;
            Route::Monitor((*name).to_owned())
        }
        [root, tail @ ..] if is(root, "providers") => {
            return within_scope(Scope::Subscription(subscription), tail, asked);
        }
        [root, name, tail @ ..] if is(root, "resourceGroups") => {
            let group = GroupAddress {
                subscription,
                name: (*name).to_owned(),
            };
            match tail {
                [] => Route::Group(group),
                [action] if GroupAction::read(action).is_some() => GroupAction::read(action)
                    .map_or(Route::Group(group.clone()), |action| {
                        Route::GroupAction(group, action)
                    }),
                [leaf] if is(leaf, "resources") => Route::Resources(Scope::Group(group)),
                [leaf, tail @ ..] if is(leaf, "providers") => {
                    return within_scope(Scope::Group(group), tail, asked);
                }
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(route))
}

/// Reads `NAMESPACE/TYPE/NAME/…`, which a further `/providers/` turns into the scope of an extension.
fn within_scope(
    mut scope: Scope,
    tail: &[&str],
    asked: Asked<'_>,
) -> Result<Option<Route>, ArmError> {
    let mut tail = tail;
    while let [name, rest @ ..] = tail {
        let namespace = namespace(name)?;
        let next = rest
            .iter()
            .enumerate()
            .position(|(index, segment)| index > 0 && index % 2 == 0 && is(segment, "providers"));
        let Some((path, extension)) = next.and_then(|index| rest.split_at_checked(index)) else {
            return leaf(scope, namespace, rest, asked);
        };
        let address = address(scope, namespace, path, asked.version)?;
        scope = Scope::Resource(Box::new(address));
        tail = extension.get(1..).unwrap_or_default();
    }
    Ok(None)
}

fn leaf(
    scope: Scope,
    namespace: Namespace,
    path: &[&str],
    asked: Asked<'_>,
) -> Result<Option<Route>, ArmError> {
    if path.is_empty() {
        return Ok(None);
    }
    if let [deployments, _, statuses, name] = path
        && namespace.name == types::RESOURCES_NAMESPACE
        && is(deployments, "deployments")
        && is(statuses, "operationStatuses")
    {
        return Ok(Some(Route::Monitor((*name).to_owned())));
    }
    if path.len().is_multiple_of(2) {
        return Ok(Some(Route::Item(address(
            scope,
            namespace,
            path,
            asked.version,
        )?)));
    }
    if let [resource @ .., last] = path
        && let Some(resource_type) = namespace.resource_type(&type_path(resource))
    {
        if let Some(operation) = resource_type.operation(last) {
            let address = address(scope, namespace, resource, asked.version)?;
            return Ok(Some(Route::Operation(address, operation)));
        }
        let is_type = namespace.resource_type(&type_path(path)).is_some();
        if let Some(action) = resource_type.action(last)
            && (*asked.method == Method::POST || !is_type)
        {
            let address = address(scope, namespace, resource, asked.version)?;
            return Ok(Some(Route::Action(address, action)));
        }
    }
    Ok(Some(Route::Collection(address(
        scope,
        namespace,
        path,
        asked.version,
    )?)))
}

fn address(
    scope: Scope,
    namespace: Namespace,
    path: &[&str],
    version: &str,
) -> Result<Address, ArmError> {
    let types = type_path(path);
    let Some(resource_type) = namespace.resource_type(&types) else {
        return Err(ArmError::TypeInvalid {
            resource_type: types,
            namespace: namespace.name.to_owned(),
            version: version.to_owned(),
        });
    };
    let names = path
        .iter()
        .skip(1)
        .step_by(2)
        .map(|name| (*name).to_owned())
        .collect();
    let address = Address {
        scope,
        namespace,
        resource_type,
        names,
    };
    let scope = address.scope.kind();
    let is_item = address.names.len() > resource_type.depth();
    // What is in groups is listed in the whole subscription, too.
    let at_home = resource_type.lives_at(scope)
        || (!is_item && resource_type.is_asked_at(scope))
        || (address.names.is_empty() && scope == TypeScope::Subscription);
    match scope {
        _ if at_home && !resource_type.is_endpoint() => Ok(address),
        TypeScope::Tenant => Err(ArmError::SubscriptionMissing),
        TypeScope::ManagementGroup
        | TypeScope::Subscription
        | TypeScope::ResourceGroup
        | TypeScope::Any => Err(address.not_found()),
    }
}

fn type_path(path: &[&str]) -> String {
    path.iter()
        .step_by(2)
        .copied()
        .collect::<Vec<_>>()
        .join("/")
}

fn namespace(name: &str) -> Result<Namespace, ArmError> {
    types::namespace(name).ok_or_else(|| ArmError::NamespaceInvalid {
        namespace: name.to_owned(),
    })
}

fn subscription(id: &str) -> Result<&'static Subscription, ArmError> {
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    let hexadecimal = id
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    if groups != [8, 4, 4, 4, 12] || !hexadecimal {
        return Err(ArmError::SubscriptionInvalid {
            subscription: id.to_owned(),
        });
    }
    data::subscription(id).ok_or_else(|| ArmError::SubscriptionNotFound {
        subscription: id.to_owned(),
    })
}

fn is(segment: &str, word: &str) -> bool {
    segment.eq_ignore_ascii_case(word)
}
