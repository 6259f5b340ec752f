//! Tables of words and the lists that they mean.

use super::{Error, ListScope, find};
use crate::azure::Shown;
use crate::error::{Failure, HintContext};
use crate::shell::CommandLine;

const ANYWHERE: ListScope = ListScope {
    in_subscription: false,
    in_group: false,
    has_group: false,
};
const IN_GROUP: ListScope = ListScope {
    in_subscription: false,
    in_group: true,
    has_group: true,
};
const IN_SUBSCRIPTION: ListScope = ListScope {
    in_subscription: true,
    in_group: false,
    has_group: false,
};

#[track_caller]
fn leads(word: &str, place: ListScope, path: &str) {
    assert_eq!(
        find(word, None, place).map(|listing| listing.path),
        Ok(path.to_owned()),
        "{word}"
    );
}

#[test]
fn words_lead_to_lists() {
    const VM: &str = "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines";
    for word in [
        "vm",
        "VMs",
        "virtualMachines",
        "microsoft.compute/VIRTUALMACHINES",
    ] {
        leads(word, ANYWHERE, VM);
    }
    leads("vm", IN_SUBSCRIPTION, VM);
    leads(
        "vm",
        IN_GROUP,
        "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Compute/virtualMachines",
    );
    // Services that few have use these names, too.
    for (word, name) in [
        ("virtualNetworks", "Microsoft.Network/virtualNetworks"),
        (
            "managedClusters",
            "Microsoft.ContainerService/managedClusters",
        ),
        ("workflows", "Microsoft.Logic/workflows"),
    ] {
        let path = format!("/subscriptions/{{sub}}/providers/{name}");
        leads(word, ANYWHERE, &path);
    }
    leads("group", ANYWHERE, "/subscriptions/{sub}/resourceGroups");
    leads("subscription", ANYWHERE, "/subscriptions");
    leads(
        "resource",
        IN_SUBSCRIPTION,
        "/subscriptions/{sub}/resources",
    );
    leads(
        "resource",
        IN_GROUP,
        "/subscriptions/{sub}/resourceGroups/{rg}/resources",
    );
    leads(
        "mg",
        ANYWHERE,
        "/providers/Microsoft.Management/managementGroups",
    );
    leads(
        "role-definition",
        ANYWHERE,
        "/subscriptions/{sub}/providers/Microsoft.Authorization/roleDefinitions",
    );
    leads(
        "role-definition",
        IN_GROUP,
        "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Authorization/roleDefinitions",
    );
    // This one has no list in a subscription.
    leads(
        "vpn-gateway",
        ListScope {
            has_group: true,
            ..ANYWHERE
        },
        "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.Network/virtualNetworkGateways",
    );
}

#[test]
fn words_of_the_user_come_first() {
    let own = |name| find("vm", Some(name), IN_GROUP).map(|listing| listing.path);
    let group = "/subscriptions/{sub}/resourceGroups/{rg}/providers";
    assert_eq!(
        own("microsoft.compute/DISKS"),
        Ok(format!("{group}/Microsoft.Compute/disks"))
    );
    assert_eq!(
        own("Contoso.Nowhere/things"),
        Ok(format!("{group}/Contoso.Nowhere/things"))
    );
}

#[track_caller]
fn refused(word: &str, place: ListScope, words: &str) {
    let error = find(word, None, place).expect_err(word);
    let run = HintContext {
        options: CommandLine::default().literal("-x"),
        ..HintContext::default()
    };
    let message = Failure::from(error).in_run(run).message();
    let facts: Vec<&str> = message
        .facts
        .iter()
        .map(|fact| fact.value.as_str())
        .collect();
    let hints: Vec<&str> = message.hints.iter().map(Shown::as_str).collect();
    let text = format!(
        "{} | {} | {}",
        message.summary.as_str(),
        facts.join(" "),
        hints.join(" ")
    );
    assert!(text.contains(words), "{word}: {text}");
}

#[test]
fn what_cannot_be_listed_says_why() {
    refused(
        "vmm",
        ANYWHERE,
        "did you mean `arm list vm -x`? `arm types vmm` searches",
    );
    refused("stroage", ANYWHERE, "did you mean `arm list storage -x`?");
    refused("storag", ANYWHERE, "did you mean `arm list storage -x`?");
    refused(
        "Microsoft.Compute/virtualMachine",
        ANYWHERE,
        "`arm list Microsoft.Compute/virtualMachines -x`",
    );
    refused("no such thing", ANYWHERE, "`arm types` lists all types");
    refused(
        "servers",
        ANYWHERE,
        "may be one of 4 resource types | Microsoft.Sql/servers, ",
    );
    refused("accounts", ANYWHERE, "may be one of ");
    refused("vaults", ANYWHERE, "may be one of 2 resource types");
    refused(
        "servers",
        ANYWHERE,
        "say which, as in `arm list Microsoft.Sql/servers -x`",
    );
    refused(
        "subnet",
        ANYWHERE,
        "is listed below another resource: name it |  | `arm list vnet -x` shows the names",
    );
    refused(
        "subnet",
        ANYWHERE,
        "`arm GET '/subscriptions/{sub}/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NAME/subnets' -o table -x`",
    );
    refused("subnet", IN_GROUP, "resourceGroups/{rg}/providers");
    refused(
        "vpn-gateway",
        ANYWHERE,
        "`arm list vpn-gateway -g '*' -x` asks every group",
    );
    refused(
        "group",
        IN_GROUP,
        "listed in a subscription, not in a resource group |  | leave `-g` out",
    );
    refused(
        "tenant",
        IN_GROUP,
        "listed in the tenant, not in a resource group",
    );
    refused(
        "tenant",
        IN_SUBSCRIPTION,
        "listed in the tenant, not in a subscription |  | leave `-S` out",
    );
    refused(
        "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        ANYWHERE,
        "POST …/inquire | `arm types Microsoft.RecoveryServices",
    );
}

#[test]
fn every_type_has_a_list_or_a_reason() {
    for found in crate::azure::catalogue::all() {
        for place in [ANYWHERE, IN_GROUP, IN_SUBSCRIPTION] {
            match find(found.name, None, place) {
                Ok(listing) => {
                    let path = listing.path.replace("{sub}", "s").replace("{rg}", "g");
                    assert!(
                        path.starts_with('/') && !path.contains(['{', '}']),
                        "{path}"
                    );
                    assert!(!path.contains("//"), "{path}");
                }
                Err(
                    Error::NoList { .. }
                    | Error::NeedsNames { .. }
                    | Error::NeedsGroup { .. }
                    | Error::Elsewhere { .. },
                ) => {}
                Err(error) => panic!("{}: {error}", found.name),
            }
        }
    }
}
