//! The machines of the seed, one template for all fleets. Knows nothing of requests.

use serde_json::{Value, json};

use crate::sandbox::hash::{guid, hash};
use crate::sandbox::seed::Entry;
use crate::sandbox::seed::data::{Fleet, Image};
use crate::sandbox::seed::disks;
use crate::sandbox::seed::networks;
use crate::sandbox::timestamp::Moment;

/// 2024-03-04T08:00:00Z: the first machine was made then.
const FIRST: u64 = 1_709_539_200;

/// `vm-web-01`.
pub(crate) fn name(fleet: &Fleet, number: u16) -> String {
    format!("vm-{}-{number:02}", fleet.role)
}

/// When a machine, its disks and its interface were made: spread over about a year.
pub(crate) fn time_created(fleet: &Fleet, number: u16) -> String {
    let offset = hash(name(fleet, number).as_bytes()) % (365 * 86_400);
    Moment::from_seconds(FIRST + offset).rfc3339()
}

/// The tags that a fleet's resources share.
pub(crate) fn tags(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    let mut tags = json!({
        "environment": entry.subscription.environment,
        "role": fleet.role,
        "team": fleet.team,
        "costCenter": fleet.cost_center,
    });
    // The last machines of a fleet were made by hand and lack the tag, as such machines do.
    if number <= fleet.count.saturating_sub(fleet.count / 8)
        && let Some(tags) = tags.as_object_mut()
    {
        let window = if number.is_multiple_of(2) {
            "sunday-0200"
        } else {
            "saturday-2200"
        };
        tags.insert("maintenanceWindow".to_owned(), json!(window));
    }
    tags
}

/// The availability zone of a machine and its disks, as the list of one that ARM shows.
pub(crate) fn zones(fleet: &Fleet, number: u16) -> Option<Value> {
    (fleet.zones > 0).then(|| json!([((number - 1) % fleet.zones + 1).to_string()]))
}

/// The body of a machine, with its `instanceView`, which is shown only when asked for.
pub(crate) fn body(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    let name = name(fleet, number);
    let id = entry.id();
    let size = size(fleet, number);
    let mut body = json!({
        "name": name,
        "id": id,
        "type": entry.resource_type(),
        "location": entry.group.location,
        "tags": tags(entry, fleet, number),
    });
    let Some(members) = body.as_object_mut() else {
        return body;
    };
    if fleet.zones > 0 {
        members.insert(
            "identity".to_owned(),
            json!({
                "type": "SystemAssigned",
                "principalId": guid(&format!("principal {id}")),
                "tenantId": entry.subscription.tenant.id,
            }),
        );
    }
    if let Some(zones) = zones(fleet, number) {
        members.insert("zones".to_owned(), zones);
    }
    let mut properties = json!({
        "vmId": guid(&id),
        "hardwareProfile": { "vmSize": size },
        "provisioningState": "Succeeded",
        "storageProfile": disks::storage_profile(entry, fleet, number),
        "osProfile": os_profile(fleet, &name),
        "networkProfile": {
            "networkInterfaces": [{
                "id": entry.sibling(
                    entry.group.name,
                    &format!("Microsoft.Network/networkInterfaces/{}", networks::interface_name(fleet, number)),
                ),
                "properties": { "primary": true, "deleteOption": "Detach" },
            }],
        },
        "securityProfile": {
            "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true },
            "securityType": "TrustedLaunch",
        },
        "diagnosticsProfile": { "bootDiagnostics": { "enabled": true } },
    });
    if let Some(properties) = properties.as_object_mut() {
        if fleet.image == Image::WindowsServer {
            properties.insert("licenseType".to_owned(), json!("Windows_Server"));
        }
        if fleet.role == "batch" {
            properties.insert("priority".to_owned(), json!("Spot"));
            properties.insert("evictionPolicy".to_owned(), json!("Deallocate"));
            properties.insert("billingProfile".to_owned(), json!({ "maxPrice": -1 }));
        }
        properties.insert("timeCreated".to_owned(), json!(time_created(fleet, number)));
        let power = if number % 7 == 5 {
            "deallocated"
        } else {
            "running"
        };
        properties.insert("instanceView".to_owned(), instance_view(power));
    }
    members.insert("properties".to_owned(), properties);
    body
}

/// The part of `instanceView` that the sandbox keeps: what state the machine is in.
pub(crate) fn instance_view(power: &str) -> Value {
    json!({
        "statuses": [
            {
                "code": "ProvisioningState/succeeded",
                "level": "Info",
                "displayStatus": "Provisioning succeeded",
            },
            {
                "code": format!("PowerState/{power}"),
                "level": "Info",
                "displayStatus": format!("VM {power}"),
            },
        ],
    })
}

fn size(fleet: &Fleet, number: u16) -> &'static str {
    fleet
        .sizes
        .iter()
        .cycle()
        .nth(usize::from(number) - 1)
        .copied()
        .unwrap_or("Standard_D2s_v5")
}

fn os_profile(fleet: &Fleet, name: &str) -> Value {
    let configuration = match fleet.image {
        Image::WindowsServer => json!({
            "windowsConfiguration": {
                "provisionVMAgent": true,
                "enableAutomaticUpdates": true,
                "timeZone": "UTC",
                "patchSettings": { "patchMode": "AutomaticByPlatform", "assessmentMode": "AutomaticByPlatform" },
            },
        }),
        Image::Ubuntu | Image::Debian => json!({
            "linuxConfiguration": {
                "disablePasswordAuthentication": true,
                "ssh": {
                    "publicKeys": [{
                        "path": "/home/operator/.ssh/authorized_keys",
                        "keyData": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFNhbmRib3hTYW5kYm94U2FuZGJveFNhbmRib3gx operator@contoso.example",
                    }],
                },
                "provisionVMAgent": true,
                "patchSettings": { "patchMode": "AutomaticByPlatform", "assessmentMode": "AutomaticByPlatform" },
            },
        }),
    };
    let mut profile = json!({ "computerName": name, "adminUsername": "operator" });
    if let (Some(profile), Value::Object(configuration)) = (profile.as_object_mut(), configuration)
    {
        profile.extend(configuration);
        profile.insert("secrets".to_owned(), json!([]));
        profile.insert("allowExtensionOperations".to_owned(), json!(true));
        profile.insert("requireGuestProvisionSignal".to_owned(), json!(true));
    }
    profile
}

#[cfg(test)]
mod tests {
    use crate::sandbox::seed::{Kind, entries};

    #[test]
    fn a_machine_is_of_a_true_to_life_size() {
        for entry in entries().filter(|entry| matches!(entry.kind, Kind::Machine(..))) {
            let length = entry.body().to_string().len();
            assert!(
                (1_800..3_500).contains(&length),
                "{} has {length} bytes",
                entry.id()
            );
        }
    }

    #[test]
    fn sizes_zones_and_tags_are_mixed() {
        let texts: Vec<String> = entries()
            .filter(|entry| matches!(entry.kind, Kind::Machine(..)))
            .map(|entry| entry.body().to_string())
            .collect();
        let count = |needle: &str| texts.iter().filter(|text| text.contains(needle)).count();
        assert_eq!(count("Standard_D4s_v5"), 5 + 12);
        assert_eq!(count("\"zones\":[\"2\"]"), 7 + 6 + 5);
        assert_eq!(count("PowerState/deallocated"), 3 + 2 + 2 + 2 + 1 + 1);
        assert_eq!(count("maintenanceWindow"), 84 - 2 - 2 - 1 - 1 - 1);
    }
}
