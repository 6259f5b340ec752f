//! The storage accounts of the seed, and the keys that any account shows.

use serde_json::{Value, json};

use crate::sandbox::base64url;
use crate::sandbox::hash::hash;
use crate::sandbox::seed::Entry;

/// The body of a storage account.
pub(crate) fn account(entry: &Entry, name: &str) -> Value {
    json!({
        "sku": { "name": "Standard_ZRS", "tier": "Standard" },
        "kind": "StorageV2",
        "id": entry.id(),
        "name": name,
        "type": entry.resource_type(),
        "location": entry.group.location,
        "tags": { "environment": entry.subscription.environment },
        "properties": {
            "minimumTlsVersion": "TLS1_2",
            "allowBlobPublicAccess": false,
            "allowSharedKeyAccess": true,
            "supportsHttpsTrafficOnly": true,
            "networkAcls": {
                "bypass": "AzureServices",
                "virtualNetworkRules": [],
                "ipRules": [],
                "defaultAction": "Deny",
            },
            "encryption": {
                "services": {
                    "file": { "keyType": "Account", "enabled": true },
                    "blob": { "keyType": "Account", "enabled": true },
                },
                "keySource": "Microsoft.Storage",
            },
            "accessTier": "Hot",
            "provisioningState": "Succeeded",
            "creationTime": "2024-02-19T09:30:00Z",
            "primaryEndpoints": endpoints(name),
            "primaryLocation": entry.group.location,
            "statusOfPrimary": "available",
        },
    })
}

/// The endpoints of an account, on a host that cannot exist (RFC 2606).
pub(crate) fn endpoints(name: &str) -> Value {
    json!({
        "blob": format!("https://{name}.blob.sandbox.invalid/"),
        "queue": format!("https://{name}.queue.sandbox.invalid/"),
        "table": format!("https://{name}.table.sandbox.invalid/"),
        "file": format!("https://{name}.file.sandbox.invalid/"),
    })
}

/// The answer of `listKeys`. The keys open nothing.
pub(crate) fn keys(id: &str) -> Value {
    let key = |number: u8| {
        let words: Vec<u8> = (0_u8..8)
            .flat_map(|word| hash(format!("{number}{word}{id}").as_bytes()).to_be_bytes())
            .collect();
        json!({
            "keyName": format!("key{number}"),
            "value": format!("sandbox-{}", base64url::encode(&words)),
            "permissions": "FULL",
        })
    };
    json!({ "keys": [key(1), key(2)] })
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_differ() {
        let answer = keys("/x");
        assert_ne!(answer["keys"][0]["value"], answer["keys"][1]["value"]);
        assert_ne!(keys("/x"), keys("/y"));
    }
}
