//! The managed disks of the seed, and the `storageProfile` by which a machine points to them.

use serde_json::{Map, Value, json};

use crate::sandbox::hash::guid;
use crate::sandbox::seed::Entry;
use crate::sandbox::seed::data::{Fleet, Image};
use crate::sandbox::seed::vms;

/// `vm-web-01-osdisk`.
pub(crate) fn os_disk_name(fleet: &Fleet, number: u16) -> String {
    format!("{}-osdisk", vms::name(fleet, number))
}

/// `vm-sql-01-data-01`.
pub(crate) fn data_disk_name(fleet: &Fleet, number: u16, disk: u16) -> String {
    format!("{}-data-{disk:02}", vms::name(fleet, number))
}

/// The `storageProfile` of a machine.
pub(crate) fn storage_profile(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    let (publisher, offer, sku) = image(fleet.image);
    let data_disks: Vec<Value> = (1..=fleet.data_disks)
        .map(|disk| {
            let name = data_disk_name(fleet, number, disk);
            json!({
                "lun": disk - 1,
                "name": name,
                "createOption": "Empty",
                "caching": "ReadOnly",
                "managedDisk": { "storageAccountType": "Premium_LRS", "id": disk_id(entry, &name) },
                "deleteOption": "Detach",
                "diskSizeGB": DATA_DISK_SIZE,
                "toBeDetached": false,
            })
        })
        .collect();
    let name = os_disk_name(fleet, number);
    json!({
        "imageReference": {
            "publisher": publisher,
            "offer": offer,
            "sku": sku,
            "version": "latest",
            "exactVersion": exact_version(fleet.image),
        },
        "osDisk": {
            "osType": os_type(fleet.image),
            "name": name,
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "managedDisk": { "storageAccountType": "Premium_LRS", "id": disk_id(entry, &name) },
            "deleteOption": "Delete",
            "diskSizeGB": os_disk_size(fleet.image),
        },
        "dataDisks": data_disks,
        "diskControllerType": "SCSI",
    })
}

/// The body of the disk with the operating system.
pub(crate) fn os_disk(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    let mut body = disk(entry, fleet, number, os_disk_size(fleet.image), "FromImage");
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("osType".to_owned(), json!(os_type(fleet.image)));
        properties.insert("hyperVGeneration".to_owned(), json!("V2"));
    }
    body
}

/// The body of a data disk.
pub(crate) fn data_disk(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    disk(entry, fleet, number, DATA_DISK_SIZE, "Empty")
}

const DATA_DISK_SIZE: u64 = 512;

fn disk(entry: &Entry, fleet: &Fleet, number: u16, gigabytes: u64, create_option: &str) -> Value {
    let id = entry.id();
    let machine = entry.sibling(
        entry.group.name,
        &format!(
            "Microsoft.Compute/virtualMachines/{}",
            vms::name(fleet, number)
        ),
    );
    let mut body = Map::new();
    body.insert("name".to_owned(), json!(entry.name()));
    body.insert("id".to_owned(), json!(id));
    body.insert("type".to_owned(), json!(entry.resource_type()));
    body.insert("location".to_owned(), json!(entry.group.location));
    body.insert("tags".to_owned(), vms::tags(entry, fleet, number));
    body.insert("managedBy".to_owned(), json!(machine));
    if let Some(zones) = vms::zones(fleet, number) {
        body.insert("zones".to_owned(), zones);
    }
    body.insert(
        "sku".to_owned(),
        json!({ "name": "Premium_LRS", "tier": "Premium" }),
    );
    body.insert(
        "properties".to_owned(),
        json!({
            "creationData": { "createOption": create_option },
            "diskSizeGB": gigabytes,
            "diskSizeBytes": gigabytes << 30,
            "diskIOPSReadWrite": if gigabytes > 127 { 2_300 } else { 120 },
            "diskMBpsReadWrite": if gigabytes > 127 { 150 } else { 25 },
            "encryption": { "type": "EncryptionAtRestWithPlatformKey" },
            "networkAccessPolicy": "DenyAll",
            "publicNetworkAccess": "Disabled",
            "diskState": "Attached",
            "timeCreated": vms::time_created(fleet, number),
            "provisioningState": "Succeeded",
            "uniqueId": guid(&id),
        }),
    );
    Value::Object(body)
}

fn disk_id(entry: &Entry, name: &str) -> String {
    entry.sibling(entry.group.name, &format!("Microsoft.Compute/disks/{name}"))
}

fn image(image: Image) -> (&'static str, &'static str, &'static str) {
    match image {
        Image::Ubuntu => ("Canonical", "ubuntu-24_04-lts", "server"),
        Image::Debian => ("Debian", "debian-12", "12-gen2"),
        Image::WindowsServer => (
            "MicrosoftWindowsServer",
            "WindowsServer",
            "2022-datacenter-g2",
        ),
    }
}

fn exact_version(image: Image) -> &'static str {
    match image {
        Image::Ubuntu => "24.04.202409120",
        Image::Debian => "0.20240901.1858",
        Image::WindowsServer => "20348.2655.240810",
    }
}

fn os_type(image: Image) -> &'static str {
    match image {
        Image::Ubuntu | Image::Debian => "Linux",
        Image::WindowsServer => "Windows",
    }
}

fn os_disk_size(image: Image) -> u64 {
    match image {
        Image::Ubuntu | Image::Debian => 30,
        Image::WindowsServer => 127,
    }
}

#[cfg(test)]
mod tests {
    use crate::sandbox::seed::{Kind, entries};

    #[test]
    fn a_disk_and_its_machine_agree() {
        let find = |name: &str| {
            entries()
                .find(|entry| entry.name() == name)
                .map(|entry| entry.body())
                .unwrap()
        };
        let (machine, disk) = (find("vm-sql-03"), find("vm-sql-03-data-02"));
        assert_eq!(
            machine["properties"]["storageProfile"]["dataDisks"][1]["managedDisk"]["id"],
            disk["id"]
        );
        assert_eq!(disk["managedBy"], machine["id"]);
        assert_eq!(disk["zones"], machine["zones"]);
        assert_eq!(disk["properties"]["diskSizeBytes"], 549_755_813_888_u64);
    }

    #[test]
    fn each_machine_has_its_disks() {
        let disks = entries()
            .filter(|entry| matches!(entry.kind, Kind::OsDisk(..) | Kind::DataDisk(..)))
            .count();
        assert_eq!(disks, 84 + 18 + 28 + 6 + 8);
    }
}
