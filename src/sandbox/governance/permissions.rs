//! `{scope}/providers/Microsoft.Authorization/permissions`: what the roles of the caller allow at a scope. The sandbox
//! reports it, but does not enforce it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::governance::scopes::{chain, contains};
use crate::sandbox::governance::{role_definitions, roles};
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::seed::data::Access;
use crate::sandbox::store::{Store, text};

/// The type of this address.
pub(crate) const TYPE: &str = "Microsoft.Authorization/permissions";

/// Answers with an entry for each role that the caller has at the scope.
pub(crate) fn collection(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    caller: &Caller,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    let mut chain = chain(store, &address.scope.id());
    // What is closed to everyone is open to those who have a role there.
    if let Some(group) = address.scope.group()
        && group.access() == Access::Denied
    {
        chain.retain(|scope| contains(&group.id(), scope));
    }
    let held = roles::assignments(store).filter(|body| {
        let own = |member: &str| {
            body.get("properties")
                .map_or("", |inner| text(inner, member))
        };
        own("principalId").eq_ignore_ascii_case(&caller.object_id)
            && chain
                .iter()
                .any(|one| one.eq_ignore_ascii_case(own("scope")))
    });
    let roles = held.filter_map(|body| {
        let role = body.pointer("/properties/roleDefinitionId")?.as_str()?;
        role_definitions::find(store, role)
    });
    let entries = roles.flat_map(
        |mut role| match role.pointer_mut("/properties/permissions") {
            Some(Value::Array(entries)) => std::mem::take(entries),
            Some(_) | None => Vec::new(),
        },
    );
    let answer = json!({ "value": entries.collect::<Vec<Value>>() });
    Ok(Reply::json(StatusCode::OK, answer))
}
