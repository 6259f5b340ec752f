//! The tenants, the subscriptions and the regions, as ARM shows them. Read only.

use serde_json::{Value, json};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::authority::directory::{self, Tenant};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::region::REGIONS;
use crate::sandbox::seed::data::{Subscription, subscriptions};
use crate::sandbox::store::{Position, Store};

/// `GET /tenants`: all that the caller belongs to.
pub(crate) fn tenants(call: &Call<'_>, base_url: &str, caller: &Caller) -> Result<Reply, ArmError> {
    let mine = directory::TENANTS.iter().copied().filter(|tenant| {
        let guest = directory::user(&caller.object_id);
        tenant.id == caller.tenant_id || guest.is_some_and(|user| user.is_in(tenant))
    });
    let items = (0_u32..).map(position).zip(mine).collect();
    page(call, base_url, items, |tenant: &Tenant| {
        json!({
            "id": format!("/tenants/{}", tenant.id),
            "tenantId": tenant.id,
            "countryCode": "IE",
            "displayName": tenant.display_name,
            "domains": [tenant.domain],
            "tenantCategory": "Home",
            "defaultDomain": tenant.domain,
            "tenantType": "AAD",
        })
    })
}

/// `GET /subscriptions`: those of the token's tenant.
pub(crate) fn list(
    store: &Store,
    call: &Call<'_>,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let mine = subscriptions()
        .iter()
        .filter(|subscription| subscription.tenant.id == context.caller.tenant_id);
    let items: Vec<_> = (0_u32..).map(position).zip(mine).collect();
    let count = items.len();
    let mut reply = page(call, context.base_url, items, |one| shown(store, one))?;
    if let Some(members) = reply.body.as_mut().and_then(Value::as_object_mut) {
        members.insert(
            "count".to_owned(),
            json!({ "type": "Total", "value": count }),
        );
    }
    Ok(reply)
}

/// The type of subscriptions.
pub(crate) const TYPE: &str = "Microsoft.Resources/subscriptions";

/// What is stored of a subscription: its id and its tags, which are all of it that can be written.
pub(crate) fn stored(store: &Store, subscription: &Subscription) -> Value {
    let id = format!("/subscriptions/{}", subscription.id);
    store.get(&id).unwrap_or_else(|| {
        json!({
            "id": id,
            "type": TYPE,
            "tags": { "environment": subscription.environment },
        })
    })
}

/// The body of one subscription, with the tags that it has now.
pub(crate) fn shown(store: &Store, subscription: &Subscription) -> Value {
    let mut body = body(subscription);
    let tags = stored(store, subscription).get("tags").cloned();
    if let (Some(tags), Some(members)) = (tags, body.as_object_mut()) {
        members.insert("tags".to_owned(), tags);
    }
    body
}

/// The body of one subscription, as it was at first.
pub(crate) fn body(subscription: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", subscription.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": subscription.tenant.id,
        "displayName": subscription.display_name,
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "tags": { "environment": subscription.environment },
    })
}

/// `GET /subscriptions/{id}/locations`.
pub(crate) fn locations(subscription: &Subscription) -> Value {
    let id = |name: &str| format!("/subscriptions/{}/locations/{name}", subscription.id);
    let regions: Vec<Value> = REGIONS
        .iter()
        .map(|region| {
            json!({
                "id": id(region.name),
                "name": region.name,
                "type": "Region",
                "displayName": region.display_name,
                "regionalDisplayName": format!("({}) {}", region.geography, region.display_name),
                "metadata": {
                    "regionType": "Physical",
                    "regionCategory": "Recommended",
                    "geographyGroup": region.geography,
                    "physicalLocation": region.place,
                    "pairedRegion": [{ "name": region.pair, "id": id(region.pair) }],
                },
            })
        })
        .collect();
    json!({ "value": regions })
}

fn position(ordinal: u32) -> Position {
    Position {
        ordinal,
        key: String::new(),
    }
}
