//! The tenants, the subscriptions and the regions, as ARM shows them. Read only.

use serde_json::{Value, json};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::authority::directory::{self, Tenant};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::region::REGIONS;
use crate::sandbox::seed::data::{Subscription, subscriptions};
use crate::sandbox::store::Position;

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
pub(crate) fn list(call: &Call<'_>, base_url: &str, caller: &Caller) -> Result<Reply, ArmError> {
    let mine = subscriptions()
        .iter()
        .filter(|subscription| subscription.tenant.id == caller.tenant_id);
    let items: Vec<_> = (0_u32..).map(position).zip(mine).collect();
    let count = items.len();
    let mut reply = page(call, base_url, items, body)?;
    if let Some(members) = reply.body.as_mut().and_then(Value::as_object_mut) {
        members.insert(
            "count".to_owned(),
            json!({ "type": "Total", "value": count }),
        );
    }
    Ok(reply)
}

/// The body of one subscription.
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
