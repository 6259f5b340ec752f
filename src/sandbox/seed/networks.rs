//! The networks of the seed: virtual networks with their subnets, security groups with their rules,
//! and the interfaces of the machines. The children of a network are listed in its body by `children`.

use serde_json::{Value, json};

use crate::sandbox::hash::guid;
use crate::sandbox::seed::Entry;
use crate::sandbox::seed::data::{Fleet, Network};
use crate::sandbox::seed::vms;

/// `vm-web-01-nic`.
pub(crate) fn interface_name(fleet: &Fleet, number: u16) -> String {
    format!("{}-nic", vms::name(fleet, number))
}

/// The name of a rule, by its number from 0.
pub(crate) fn rule_name(number: u16) -> &'static str {
    if number == 0 {
        "allow-https-inbound"
    } else {
        "deny-internet-inbound"
    }
}

/// The body of the interface of a machine.
pub(crate) fn interface(entry: &Entry, fleet: &Fleet, number: u16) -> Value {
    let id = entry.id();
    let subnet = format!(
        "Microsoft.Network/virtualNetworks/{}/subnets/snet-{}",
        fleet.network, fleet.role
    );
    let machine = format!(
        "Microsoft.Compute/virtualMachines/{}",
        vms::name(fleet, number)
    );
    let guard = format!("Microsoft.Network/networkSecurityGroups/nsg-{}", fleet.role);
    // Azure keeps the first four addresses of each subnet.
    let address = format!("{}.{}", fleet.prefix, number + 3);
    json!({
        "name": entry.name(),
        "id": id,
        "type": entry.resource_type(),
        "location": entry.group.location,
        "tags": vms::tags(entry, fleet, number),
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(&id),
            "ipConfigurations": [{
                "name": "ipconfig1",
                "id": format!("{id}/ipConfigurations/ipconfig1"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAddress": address,
                    "privateIPAllocationMethod": "Dynamic",
                    "privateIPAddressVersion": "IPv4",
                    "primary": true,
                    "subnet": { "id": entry.sibling(fleet.network_group, &subnet) },
                },
            }],
            "dnsSettings": { "dnsServers": [], "appliedDnsServers": [] },
            "enableAcceleratedNetworking": true,
            "enableIPForwarding": false,
            "networkSecurityGroup": { "id": entry.sibling(fleet.network_group, &guard) },
            "primary": true,
            "virtualMachine": { "id": entry.sibling(entry.group.name, &machine) },
            "nicType": "Standard",
        },
    })
}

/// The body of a virtual network, without its subnets.
pub(crate) fn network(entry: &Entry, network: &Network) -> Value {
    let id = entry.id();
    json!({
        "name": network.name,
        "id": id,
        "type": entry.resource_type(),
        "location": network.location,
        "tags": { "environment": entry.subscription.environment, "team": "network" },
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(&id),
            "addressSpace": { "addressPrefixes": [format!("{}.0.0/16", network.prefix)] },
            "subnets": [],
            "virtualNetworkPeerings": [],
            "enableDdosProtection": false,
        },
    })
}

/// The body of a subnet; `third` is the third number of its addresses.
pub(crate) fn subnet(entry: &Entry, role: &str, third: &str) -> Value {
    let prefix = entry
        .group
        .networks
        .iter()
        .find(|network| network.subnets.iter().any(|(name, _)| *name == role))
        .map_or("10.0", |network| network.prefix);
    let guard = format!("Microsoft.Network/networkSecurityGroups/nsg-{role}");
    json!({
        "name": entry.name(),
        "id": entry.id(),
        "type": entry.resource_type(),
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": format!("{prefix}.{third}.0/24"),
            "networkSecurityGroup": { "id": entry.sibling(entry.group.name, &guard) },
            "serviceEndpoints": [],
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
        },
    })
}

/// The body of a security group, without its rules.
pub(crate) fn security_group(entry: &Entry, network: &Network) -> Value {
    let id = entry.id();
    json!({
        "name": entry.name(),
        "id": id,
        "type": entry.resource_type(),
        "location": network.location,
        "tags": { "environment": entry.subscription.environment, "team": "network" },
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": guid(&id),
            "securityRules": [],
        },
    })
}

/// The body of a rule.
pub(crate) fn rule(entry: &Entry, number: u16) -> Value {
    let (access, priority, protocol, port, source) = if number == 0 {
        ("Allow", 100, "Tcp", "443", "VirtualNetwork")
    } else {
        ("Deny", 4_000, "*", "*", "Internet")
    };
    json!({
        "name": entry.name(),
        "id": entry.id(),
        "type": entry.resource_type(),
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": protocol,
            "sourcePortRange": "*",
            "destinationPortRange": port,
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": "*",
            "access": access,
            "priority": priority,
            "direction": "Inbound",
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::sandbox::seed::{Kind, entries};

    #[test]
    fn the_address_of_an_interface_lies_in_its_subnet() {
        let bodies: Vec<_> = entries().map(|entry| (entry.kind, entry.body())).collect();
        for (kind, body) in &bodies {
            if !matches!(kind, Kind::NetworkInterface(..)) {
                continue;
            }
            let configuration = &body["properties"]["ipConfigurations"][0]["properties"];
            let subnet = bodies
                .iter()
                .find(|(_, other)| other["id"] == configuration["subnet"]["id"]);
            let prefix = subnet.unwrap().1["properties"]["addressPrefix"]
                .as_str()
                .unwrap();
            let stem = prefix.strip_suffix("0/24").unwrap();
            assert!(
                configuration["privateIPAddress"]
                    .as_str()
                    .unwrap()
                    .starts_with(stem)
            );
        }
    }
}
