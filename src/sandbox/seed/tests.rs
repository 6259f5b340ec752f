//! Whether the seed is consistent: ids, pointers, sizes and counts.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sandbox::resources::types::namespace;
use crate::sandbox::seed::data::subscriptions;
use crate::sandbox::seed::{Entry, entries};

const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const DISK: &str = "Microsoft.Compute/disks";
const INTERFACE: &str = "Microsoft.Network/networkInterfaces";

fn of_type(wanted: &str) -> Vec<Entry> {
    entries()
        .filter(|entry| entry.resource_type() == wanted)
        .collect()
}

#[test]
fn every_entry_has_its_own_id_and_a_body_that_says_so() {
    let mut ids = BTreeSet::new();
    for entry in entries() {
        let body = entry.body();
        assert_eq!(body["id"], entry.id());
        assert_eq!(body["name"], entry.name());
        assert_eq!(body["type"], entry.resource_type());
        assert!(!body.to_string().contains("\"{"), "{body}");
        assert!(
            ids.insert(entry.id().to_ascii_lowercase()),
            "{}",
            entry.id()
        );
    }
}

#[test]
fn every_type_of_the_seed_is_one_that_the_sandbox_knows() {
    for entry in entries() {
        let (provider, path) = entry.resource_type().split_once('/').unwrap();
        let known = namespace(provider).unwrap().resource_type(path);
        assert!(known.is_some(), "{path}");
    }
}

#[test]
fn what_a_body_points_to_exists() {
    let ids: BTreeSet<String> = entries().map(|entry| entry.id()).collect();
    let mut pointers = 0;
    for entry in entries() {
        for text in entry.body().to_string().split('"') {
            let points = text.starts_with("/subscriptions/")
                && text.matches('/').count() > 2
                && !text.contains("/ipConfigurations/")
                && !text.contains("/roleDefinitions/");
            if points {
                assert!(ids.contains(text), "{} points to {text}", entry.id());
                pointers += 1;
            }
        }
    }
    assert!(pointers > 500, "{pointers}");
}

#[test]
fn the_production_fleet_counts_64_machines_and_the_other_20() {
    let count = |index: usize| {
        let id = subscriptions()[index].id;
        let machines = of_type(MACHINE);
        let machines = machines.iter().filter(|entry| entry.id().contains(id));
        machines.count()
    };
    assert_eq!((count(0), count(1)), (64, 20));
}

#[test]
fn a_machine_is_of_a_true_to_life_size() {
    for entry in of_type(MACHINE) {
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
    let machines = of_type(MACHINE);
    let texts: Vec<String> = machines
        .iter()
        .map(|entry| entry.body().to_string())
        .collect();
    let count = |needle: &str| texts.iter().filter(|text| text.contains(needle)).count();
    assert_eq!(count("Standard_D4s_v5"), 5 + 12);
    assert_eq!(count("\"zones\":[\"2\"]"), 7 + 6 + 5);
    assert_eq!(count("PowerState/deallocated"), 3 + 2 + 2 + 2 + 1 + 1);
    assert_eq!(count("maintenanceWindow"), 84 - 2 - 2 - 1 - 1 - 1);
}

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
    assert_eq!(of_type(DISK).len(), 84 + 18 + 28 + 6 + 8 + 1);
}

#[test]
fn the_address_of_an_interface_lies_in_its_subnet() {
    let bodies: Vec<Value> = entries().map(|entry| entry.body()).collect();
    let interfaces = bodies.iter().filter(|body| body["type"] == INTERFACE);
    let mut checked = 0;
    for body in interfaces {
        let configuration = &body["properties"]["ipConfigurations"][0]["properties"];
        let subnet = bodies
            .iter()
            .find(|other| other["id"] == configuration["subnet"]["id"]);
        let prefix = subnet.unwrap()["properties"]["addressPrefix"]
            .as_str()
            .unwrap();
        let stem = prefix.strip_suffix("0/24").unwrap();
        let address = configuration["privateIPAddress"].as_str().unwrap();
        assert!(address.starts_with(stem), "{address} and {prefix}");
        checked += 1;
    }
    assert_eq!(checked, 84);
}
