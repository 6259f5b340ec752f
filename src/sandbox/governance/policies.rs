//! Policies: definitions, of which some are built into the tenant, and assignments, which apply at a scope and below
//! it. Nothing is evaluated: what they deny can be written.

use serde_json::Value;

use crate::sandbox::governance::scopes::{chain, contains};
use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::{Store, text};

/// The types of definitions and assignments.
pub(crate) const DEFINITIONS: &str = "Microsoft.Authorization/policyDefinitions";
pub(crate) const SET_DEFINITIONS: &str = "Microsoft.Authorization/policySetDefinitions";
pub(crate) const ASSIGNMENTS: &str = "Microsoft.Authorization/policyAssignments";

/// Refuses an assignment of a policy that does not exist.
pub(crate) fn check_assignment(store: &Store, call: &Call<'_>) -> Result<(), ArmError> {
    let sent = call.object()?;
    let properties = sent.get("properties");
    match properties.and_then(|inner| inner.get("policyDefinitionId")) {
        Some(Value::String(definition)) if store.contains(definition) => Ok(()),
        Some(Value::String(definition)) => Err(AccessError::PolicyDefinitionNotFound {
            definition: definition.clone(),
        }
        .into()),
        Some(_) | None => Err(ArmError::ContentInvalid {
            reason: "Required property 'policyDefinitionId' not found in JSON. Path 'properties'"
                .to_owned(),
        }),
    }
}

/// Answers a request for definitions or assignments: those of the scope and, as the type has it, those that hold there
/// because of a scope above.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    if let Some(filter) = call.parameter("$filter") {
        return Err(ArmError::NotModelled {
            what: format!("the $filter '{filter}' on {}", address.full_type()),
        });
    }
    let wanted = address.full_type();
    let scope = address.scope.id();
    let chain = chain(store, &scope);
    let place = format!("/providers/{wanted}/").to_ascii_lowercase();
    let is_listed = |key: &str| {
        let own = key
            .find(&place)
            .and_then(|at| key.get(..at))
            .unwrap_or_default();
        let holds = chain
            .iter()
            .any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(own));
        // A definition is listed where it was made, and where it can be assigned; an assignment below its scope, too.
        holds || (wanted == ASSIGNMENTS && contains(&scope, own))
    };
    let items = store
        .list("/", |name| name == wanted)
        .into_iter()
        .filter(|listed| is_listed(&listed.key))
        .map(|listed| (listed.position.clone(), listed))
        .collect();
    page(call, base_url, items, |listed| listed.body())
}

/// Tells whether a body of an assignment or definition is built in, so that nobody can write it.
pub(crate) fn is_built_in(store: &Store, id: &str) -> bool {
    let kind = |body: Value| {
        let properties = body.get("properties");
        properties.map(|inner| text(inner, "policyType").to_owned())
    };
    store.get(id).and_then(kind).as_deref() == Some("BuiltIn")
}
