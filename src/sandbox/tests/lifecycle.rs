//! Whole requests that write: what is created, changed, listed and removed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::azure::catalogue::TypeScope;
use crate::sandbox::resources::types::{Location, ResourceType, namespaces, resource_type};
use crate::sandbox::tests::session::{Session, names, now, path};

const WEST: &str = r#"{"location":"westeurope"}"#;

#[test]
fn a_group_lives_and_dies() {
    let mut session = Session::new();
    let group = "{sub}/resourceGroups/rg-New?{root}";
    let (status, body) = session.call(
        &format!("PUT {group}"),
        r#"{"location":"West Europe","tags":{"a":"b"}}"#,
    );
    assert_eq!(status, 201);
    assert_eq!(
        body,
        json!({
            "id": path("{sub}/resourceGroups/rg-New"),
            "name": "rg-New",
            "type": "Microsoft.Resources/resourceGroups",
            "location": "westeurope",
            "tags": { "a": "b" },
            "properties": { "provisioningState": "Succeeded" },
        })
    );
    assert_eq!(session.get("{sub}/RESOURCEGROUPS/RG-NEW?{root}"), body);
    assert_eq!(
        session
            .call("HEAD {sub}/resourcegroups/rg-new?{root}", "")
            .0,
        204
    );
    let (status, patched) = session.call(&format!("PATCH {group}"), r#"{"tags":{"c":"d"}}"#);
    assert_eq!(
        (status, &patched["tags"]),
        (200, &json!({ "a": "b", "c": "d" }))
    );
    let (status, replaced) = session.call(&format!("PUT {group}"), WEST);
    assert_eq!((status, replaced.get("tags")), (200, None));
    assert_eq!(session.walk("{sub}/resourceGroups?{root}", 20).len(), 6);
    session.finish(&format!("DELETE {group}"), "");
    assert_eq!(session.call(&format!("HEAD {group}"), "").0, 404);
    session.refused(&format!("DELETE {group}"), "", 404, "ResourceGroupNotFound");
    assert!(session.sandbox.is_modified());
}

#[test]
fn a_resource_lives_and_dies() {
    let mut session = Session::new();
    let one = "{vms}/vm-one?{compute}";
    let sent = r#"{"location":"westeurope","properties":{"n":123456789012345678901.10}}"#;
    let created = session.send(&format!("PUT {one}"), sent, &[]);
    assert_eq!(created.status(), 201);
    let text = std::str::from_utf8(created.body()).unwrap();
    assert!(text.contains("\"n\":123456789012345678901.10"), "{text}");
    let shouted = path("{vms}/vm-one").to_uppercase();
    let read = session.send(&format!("GET {shouted}?{{compute}}"), "", &[]);
    assert_eq!((read.status().as_u16(), read.body()), (200, created.body()));
    assert_eq!(read.headers()["etag"], created.headers()["etag"]);
    let body: Value = serde_json::from_slice(read.body()).unwrap();
    assert_eq!(body["id"], path("{vms}/vm-one"));
    assert_eq!(body["etag"].as_str().unwrap(), read.headers()["etag"]);
    assert_eq!(
        names(&session.walk("{vms}?{compute}", 20)).last(),
        Some(&"vm-one")
    );

    session.sandbox.set_now(now() + Duration::from_secs(60));
    assert_eq!(body["properties"]["provisioningState"], "Creating");
    let (status, replaced) = session.call(&format!("PUT {one}"), WEST);
    assert_eq!(
        (status, &replaced["properties"]["vmId"]),
        (200, &body["properties"]["vmId"])
    );
    assert_eq!(
        replaced["properties"]["timeCreated"],
        "2026-11-22T05:26:48Z"
    );
    assert_eq!(replaced["properties"].get("n"), None);

    session.finish(&format!("DELETE {one}"), "");
    assert_eq!(
        session.call(&format!("DELETE {one}"), ""),
        (204, Value::Null)
    );
    let gone = session.send(&format!("HEAD {one}"), "", &[]);
    assert_eq!((gone.status().as_u16(), gone.body().len()), (404, 0));
    assert_eq!(gone.headers()["x-ms-failure-cause"], "gateway");
    assert_eq!(session.walk("{vms}?{compute}", 20).len(), 20);
}

#[test]
fn a_patch_merges_and_leaves_what_is_the_services() {
    let mut session = Session::new();
    let mut patch = |body: &str| session.call("PATCH {vms}/vm-web-01?{compute}", body);
    let (status, body) = patch(r#"{"tags":{"x":"y"},"properties":{"a":{"b":1}}}"#);
    assert_eq!(
        (status, &body["tags"]["x"], &body["tags"]["team"]),
        (200, &json!("y"), &json!("storefront"))
    );
    assert_eq!(body["properties"]["a"], json!({ "b": 1 }));
    let (_, body) = patch(
        r#"{"id":"/stolen","name":"n","type":"t","tags":null,"properties":{"vmId":"v","provisioningState":"p"}}"#,
    );
    assert_eq!(body["id"], path("{vms}/vm-web-01"));
    assert_eq!(
        (&body["name"], body.get("tags")),
        (&json!("vm-web-01"), None)
    );
    assert_eq!(body["properties"]["provisioningState"], "Succeeded");
    assert_ne!(body["properties"]["vmId"], "v");
    let (_, unchanged) = patch(r#"{"properties":null}"#);
    assert_eq!(unchanged, body);
}

#[test]
fn a_full_group_takes_its_content_with_it() {
    let mut session = Session::new();
    let all = "{sub}/providers/Microsoft.Compute/virtualMachines?{compute}";
    session.finish("DELETE {web}?{root}", "");
    assert_eq!(session.walk(all, 20).len(), 44);
    assert_eq!(
        session
            .call("PUT {web}?{root}", r#"{"location":"northeurope"}"#)
            .0,
        201
    );
    assert_eq!(session.walk(all, 20).len(), 44);
    assert_eq!(
        session.get("{web}/resources?{root}"),
        json!({ "value": [] })
    );
}

/// Where a test puts a resource of a type; nothing for types with handlers or paths of their own.
fn holder(known: ResourceType) -> Option<&'static str> {
    let is_own = OWN.iter().any(|own| known.full_name().starts_with(own));
    if !known.is_writable() || is_own {
        return None;
    }
    let at = |scope| known.lives_at(scope);
    Some(if at(TypeScope::ResourceGroup) {
        "{web}"
    } else if at(TypeScope::Subscription) {
        "{sub}"
    } else if at(TypeScope::Tenant) {
        ""
    } else {
        "/providers/Microsoft.Management/managementGroups/thing"
    })
}

/// Types that are tried by tests of their own.
const OWN: &[&str] = &[
    "Microsoft.Authorization/locks",
    "Microsoft.Authorization/policyAssignments",
    "Microsoft.Authorization/roleAssignmentScheduleRequests",
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.Management/managementGroups",
    "Microsoft.Resources/deployments",
    "Microsoft.Resources/providers",
    "Microsoft.Resources/tags",
    "Microsoft.Resources/resourceGroups",
    "Microsoft.Resources/subscriptions",
];

/// The path of a resource whose name and whose parents are all called `thing`, unless their type says otherwise.
fn path_of(known: ResourceType) -> String {
    let namespace = known.full_name().split('/').next().unwrap();
    let mut types = String::new();
    let mut path = format!("/providers/{namespace}");
    for segment in known.name.split('/') {
        if !types.is_empty() {
            types.push('/');
        }
        types.push_str(segment);
        let own = resource_type(&format!("{namespace}/{types}"));
        let name = own.and_then(ResourceType::only_name).unwrap_or("thing");
        path.push_str(&format!("/{segment}/{name}"));
    }
    path
}

#[test]
fn every_type_of_the_catalogue_can_be_written_read_listed_changed_and_deleted() {
    let mut count = 0;
    for namespace in namespaces() {
        let mut session = Session::new();
        session.call(
            "PUT /providers/Microsoft.Management/managementGroups/thing?api-version=2023-04-01",
            "{}",
        );
        let mut made = Vec::new();
        for known in namespace.types() {
            if let Some(holder) = holder(known) {
                let path = format!("{holder}{}", path_of(known));
                make_parent(&mut session, known, &path);
                check_written(&mut session, known, &path);
                made.push((known, path));
            }
        }
        count += made.len();
        while let Some((known, path)) = made.pop() {
            check_changed_and_deleted(&mut session, known, &path);
        }
    }
    assert!(count > 1_000, "{count}");
}

/// Makes the resource that one is in, if it is not where the test has put its type.
fn make_parent(session: &mut Session, known: ResourceType, path: &str) {
    let Some((parent, _)) = known.full_name().rsplit_once('/') else {
        return;
    };
    let Some(parent) = resource_type(parent).filter(|parent| parent.is_writable()) else {
        return;
    };
    let own = path.rsplitn(3, '/').nth(2).unwrap_or_default();
    let is_elsewhere = |holder| !own.eq_ignore_ascii_case(&format!("{holder}{}", path_of(parent)));
    if holder(parent).is_some_and(is_elsewhere) {
        let (status, body) = session.call(&format!("PUT {}", item_of(parent, own)), "{}");
        assert!([200, 201, 202].contains(&status), "{own}: {status} {body}");
    }
}

fn item_of(known: ResourceType, path: &str) -> String {
    let version = known.versions().iter().next().unwrap();
    format!("{path}?api-version={version}")
}

#[track_caller]
fn check_written(session: &mut Session, known: ResourceType, path: &str) {
    let item = item_of(known, path);
    let location = match known.location() {
        Location::Global => "global",
        Location::None | Location::AsSent | Location::Region => "eastus",
    };
    let sent = format!(r#"{{"location":"{location}","properties":{{"kept":[1.50,null]}}}}"#);
    let (status, body) = session.call(&format!("PUT {item}"), &sent);
    assert!([200, 201, 202].contains(&status), "{item}: {status} {body}");
    let read = session.get(&item);
    assert_eq!(read["type"], known.full_name(), "{item}");
    assert_eq!(read["properties"]["kept"].to_string(), "[1.50,null]");
    assert_eq!(
        read.get("location").is_some(),
        known.location() != Location::None
    );
    assert_eq!(read.get("etag").is_some(), known.shows_etag(), "{item}");
    assert_eq!(read.get("systemData").is_some(), known.has_system_data());
    if known.collection_takes("GET") && known.is_asked_at(TypeScope::ResourceGroup) {
        let (list, name) = item.split_once('?').unwrap().0.rsplit_once('/').unwrap();
        let listed = session.get(&format!("{}&$top=1000", item_of(known, list)));
        let listed = listed["value"].as_array().unwrap();
        assert!(names(listed).contains(&name), "{list}");
    }
}

#[track_caller]
fn check_changed_and_deleted(session: &mut Session, known: ResourceType, path: &str) {
    let item = item_of(known, path);
    let (status, body) = session.call(&format!("PATCH {item}"), r#"{"tags":{"a":"b"}}"#);
    if known.takes("PATCH") {
        assert!([200, 202].contains(&status), "{item}: {status} {body}");
        assert_eq!(session.get(&item)["tags"]["a"], "b", "{item}");
    } else {
        assert_eq!(status, 405, "{item}: {body}");
    }
    if !known.takes("DELETE") {
        return;
    }
    let (status, body) = session.call(&format!("DELETE {item}"), "");
    assert!([200, 202].contains(&status), "{item}: {status} {body}");
    if status == 202 {
        // Each look moves the deletion on.
        session.call(&format!("GET {item}"), "");
        session.call(&format!("GET {item}"), "");
    }
    let (status, _) = session.call(&format!("GET {item}"), "");
    let gone = if known.only_name().is_some() {
        501
    } else {
        404
    };
    assert_eq!(status, gone, "{item}");
}

#[test]
fn machines_can_be_stopped_and_started() {
    let mut session = Session::new();
    let power = |session: &mut Session| {
        let view = session.get("{vms}/vm-web-01/instanceView?{compute}");
        let expanded = session.get("{vms}/vm-web-01?$expand=instanceView&{compute}");
        assert_eq!(expanded["properties"]["instanceView"], view);
        view["statuses"][1]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(power(&mut session), "PowerState/running");
    for (action, state) in [
        ("deallocate", "deallocated"),
        ("START", "running"),
        ("powerOff", "stopped"),
        ("restart", "running"),
    ] {
        let request = format!("POST {{vms}}/vm-web-01/{action}?{{compute}}");
        session.finish(&request, "");
        assert_eq!(power(&mut session), format!("PowerState/{state}"));
    }
    let plain = session.get("{vms}/vm-web-01?{compute}");
    assert_eq!(plain["properties"].get("instanceView"), None);
    let account = "{web}/providers/Microsoft.Storage/storageAccounts/stcontosowebprod";
    let (status, keys) = session.call(
        &format!("POST {account}/listKeys?api-version=2024-01-01"),
        "",
    );
    assert_eq!((status, &keys["keys"][0]["keyName"]), (200, &json!("key1")));
}

#[test]
fn conditions_are_honoured() {
    let mut session = Session::new();
    let item = "{vms}/vm-web-01?{compute}";
    let get = format!("GET {item}");
    let etag = session.send(&get, "", &[]).headers()["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    let fresh = session.send(&get, "", &[("if-none-match", &etag)]);
    assert_eq!((fresh.status().as_u16(), fresh.body().len()), (304, 0));
    assert_eq!(fresh.headers()["etag"], etag.as_str());
    let head = session.send(&format!("HEAD {item}"), "", &[("if-none-match", &etag)]);
    assert_eq!(head.status(), 304);
    let mut send = |method: &str, name: &str, header: (&str, &str)| {
        let request = format!("{method} {{vms}}/{name}?{{compute}}");
        session.send(&request, WEST, &[header]).status().as_u16()
    };
    assert_eq!(send("PUT", "vm-web-01", ("if-none-match", "*")), 412);
    assert_eq!(send("DELETE", "vm-web-01", ("if-match", "\"x\"")), 412);
    assert_eq!(send("PATCH", "vm-web-01", ("if-match", "\"x\"")), 412);
    assert_eq!(send("PUT", "none", ("if-match", "*")), 412);
    assert_eq!(send("PATCH", "none", ("if-match", "*")), 404);
    assert_eq!(send("DELETE", "none", ("if-match", "*")), 204);
    assert_eq!(send("PUT", "none", ("if-none-match", "*")), 201);
    assert_eq!(send("PUT", "vm-web-01", ("if-match", &etag)), 200);
    assert_eq!(send("PUT", "vm-web-01", ("if-match", &etag)), 412);
}

#[test]
fn subnets_are_part_of_their_network() {
    let mut session = Session::new();
    let network = "{net}/virtualNetworks/vnet-prod-westeurope";
    let subnet = format!("{network}/subnets/snet-new?{{network}}");
    let item = format!("{network}?{{network}}");
    let list = format!("{network}/subnets?{{network}}");
    let sent = r#"{"properties":{"addressPrefix":"10.10.9.0/24"}}"#;
    let (status, body) = session.call(&format!("PUT {subnet}"), sent);
    assert_eq!((status, body.get("location")), (201, None));
    assert_eq!(session.walk(&list, 20).len(), 3);
    assert_eq!(session.get(&item)["properties"]["subnets"][2], body);
    let (status, patched) = session.call(&format!("PATCH {item}"), r#"{"tags":{"a":"b"}}"#);
    assert_eq!((status, &patched["properties"]["subnets"][2]), (200, &body));
    let sent = format!(r#"{{"location":"westeurope","properties":{{"subnets":[{body}]}}}}"#);
    assert_eq!(session.call(&format!("PUT {item}"), &sent).0, 200);
    assert_eq!(session.walk(&list, 20), [body]);
    session.finish(&format!("DELETE {item}"), "");
    session.refused(&format!("GET {subnet}"), "", 404, "ResourceNotFound");
}

#[test]
fn locks_lie_on_any_scope_and_die_with_it() {
    let mut session = Session::new();
    let lock = |scope: &str| format!("{scope}/providers/Microsoft.Authorization/locks/keep");
    for scope in ["{sub}", "{web}", "{vms}/vm-web-01"] {
        let request = format!("PUT {}?api-version=2020-05-01", lock(scope));
        let (status, body) = session.call(&request, r#"{"properties":{"level":"NotSpecified"}}"#);
        assert_eq!(
            (status, body["id"].as_str()),
            (201, Some(path(&lock(scope)).as_str()))
        );
    }
    session.finish("DELETE {vms}/vm-web-01?{compute}", "");
    let list = "{sub}/providers/Microsoft.Authorization/locks?api-version=2020-05-01";
    // That of the key vault was there before.
    assert_eq!(session.walk(list, 20).len(), 3);
}

#[test]
fn states_survive_and_are_small() {
    let mut session = Session::new();
    let deep = format!("{}1{}", "[".repeat(90), "]".repeat(90));
    let body = |value: &str| format!(r#"{{"location":"eastus","properties":{{"deep":{value}}}}}"#);
    session.finish("DELETE {vms}/vm-web-01?{compute}", "");
    assert_eq!(
        session.call("PUT {vms}/deep?{compute}", &body(&deep)).0,
        201
    );
    let too_deep = body(&format!("[[[[[[[[[[{deep}]]]]]]]]]]"));
    session.refused(
        "PUT {vms}/deep?{compute}",
        &too_deep,
        400,
        "InvalidRequestContent",
    );
    let state = session.sandbox.state().unwrap();
    assert!(state.len() < 3_000, "{}", state.len());

    let mut other = Session::new();
    other.sandbox.restore(&state).unwrap();
    assert!(!other.sandbox.is_modified());
    assert_eq!(other.call("HEAD {vms}/vm-web-01?{compute}", "").0, 404);
    assert_eq!(
        other.get("{vms}/deep?{compute}"),
        session.get("{vms}/deep?{compute}")
    );
    assert_eq!(other.sandbox.state(), session.sandbox.state());
    assert!(other.sandbox.restore(b"nonsense").is_err());
    assert_eq!(other.call("HEAD {vms}/vm-web-01?{compute}", "").0, 404);
}

#[test]
fn a_repeated_run_gives_the_same_bytes() {
    let run = || {
        let mut session = Session::new();
        ["GET", "PATCH", "DELETE", "GET"].map(|method| {
            let request = format!("{method} {{vms}}/vm-web-01?{{compute}}");
            format!("{:?}", session.send(&request, r#"{"tags":{}}"#, &[]))
        })
    };
    assert_eq!(run(), run());
}
