//! Which handler answers for a resource: those of `governance` for their types, `resources` for all others. Deployments,
//! which write through here, and what is not a resource: `answer` in `mod.rs`.

use http::Method;

use crate::sandbox::governance::{
    eligible_roles, locks, management_groups, permissions, policies, policy_tokens,
    role_assignments, role_definitions, tags,
};
use crate::sandbox::graph;
use crate::sandbox::protocol::address::{Address, GroupAddress};
use crate::sandbox::protocol::api_version;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::route::Route;
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::versions::Versions;
use crate::sandbox::resources::{cost_query, group, resource};
use crate::sandbox::store::{self, Store};

/// Answers for a resource or a group, unless a lock forbids it.
pub(crate) fn answer(
    store: &mut Store,
    call: &Call<'_>,
    route: &Route,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    if let Route::Item(address) | Route::Operation(address, _) | Route::Action(address, _) = route {
        locks::check(store, &address.id(), call.method)?;
    }
    if let Route::Group(found) = route {
        locks::check(store, &found.id(), call.method)?;
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other routes are answered by their own handlers"
    )]
    match route {
        Route::Item(address) => item(store, call, address, context),
        Route::Collection(address) => collection(store, call, address, context),
        Route::Operation(address, operation) => {
            resource::operate(store, call, address, *operation, context.base_url)
        }
        Route::Action(address, action) => Err(match *call.method {
            Method::POST => ArmError::NotModelled {
                what: format!("{}/{action}", address.full_type()),
            },
            _ => call.not_allowed("POST"),
        }),
        Route::Group(found) => group::item(store, call, found, context.base_url),
        _ => Err(ArmError::PathNotFound {
            path: call.path.to_owned(),
        }),
    }
}

fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    match address.full_type() {
        role_assignments::TYPE => role_assignments::item(store, call, address, context),
        role_definitions::TYPE => role_definitions::item(store, call, address, context),
        eligible_roles::REQUESTS => eligible_roles::request(store, call, address, context),
        management_groups::TYPE => management_groups::item(store, call, address, context),
        management_groups::SUBSCRIPTIONS => management_groups::subscription(store, call, address),
        tags::TYPE => tags::item(store, call, address),
        locks::TYPE if call.method == Method::PUT => {
            locks::check_body(call)?;
            resource::item(store, call, address, context)
        }
        policies::ASSIGNMENTS if call.method == Method::PUT => {
            policies::check_assignment(store, call)?;
            resource::item(store, call, address, context)
        }
        policies::DEFINITIONS | policies::SET_DEFINITIONS
            if call.method != Method::GET && policies::is_built_in(store, &address.id()) =>
        {
            Err(ArmError::NotModelled {
                what: format!("{} of a policy that is built in", call.method),
            })
        }
        _ => resource::item(store, call, address, context),
    }
}

fn collection(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let base_url = context.base_url;
    match address.full_type() {
        role_assignments::TYPE => role_assignments::collection(store, call, address, base_url),
        role_definitions::TYPE => role_definitions::collection(store, call, address),
        permissions::TYPE => permissions::collection(store, call, address, context.caller),
        eligible_roles::INSTANCES => eligible_roles::collection(store, call, address, context),
        policy_tokens::TYPE => policy_tokens::acquire(store, call, address),
        management_groups::TYPE => management_groups::collection(store, call, context),
        management_groups::DESCENDANTS => {
            management_groups::descendants(store, call, address, base_url)
        }
        policies::DEFINITIONS | policies::SET_DEFINITIONS | policies::ASSIGNMENTS => {
            policies::collection(store, call, address, base_url)
        }
        _ => resource::collection(store, call, address, base_url),
    }
}

/// Refuses an api-version that what a path names does not have.
pub(crate) fn check_version(store: &Store, version: &str, route: &Route) -> Result<(), ArmError> {
    match route {
        Route::Collection(address)
        | Route::Item(address)
        | Route::Operation(address, _)
        | Route::Action(address, _) => {
            let location = || {
                let scope = address.scope.group();
                let scope = scope.map_or_else(|| address.scope.id(), GroupAddress::id);
                let body = store.get(&address.id()).or_else(|| store.get(&scope));
                body.map(|body| store::text(&body, "location").to_owned())
                    .filter(|location| !location.is_empty())
                    .unwrap_or_else(|| "westeurope".to_owned())
            };
            api_version::check_type(
                version,
                address.namespace.name,
                address.resource_type,
                location,
            )
        }
        Route::CostQuery(_) => {
            api_version::check_root(version, &Versions::of_type(cost_query::TYPE))
        }
        Route::GraphQuery(resource_type) => {
            let namespace = graph::quota::NAMESPACE;
            api_version::check_type(version, namespace, *resource_type, String::new)
        }
        // Its version is that of the request that started it.
        Route::Monitor(_) => Ok(()),
        Route::Tenants
        | Route::Subscriptions
        | Route::Subscription(_)
        | Route::Locations(_)
        | Route::TagNames(_)
        | Route::Groups(_)
        | Route::Group(_)
        | Route::GroupAction(..)
        | Route::ValidateResources
        | Route::Resources(_)
        | Route::Providers(_)
        | Route::Provider(..)
        | Route::Registration(..) => api_version::check_root(version, &Versions::of_roots()),
    }
}
