//! Whole operations: how each kind is announced, how it goes on when it is asked about, how it ends.

use http::Response;
use serde_json::{Value, json};

use crate::sandbox::tests::session::{BASE, Session, path};

const WEST: &str = r#"{"location":"westeurope"}"#;
const STORAGE: &str =
    "{web}/providers/Microsoft.Storage/storageAccounts/stnew?api-version=2024-01-01";
const VAULT: &str = "{web}/providers/Microsoft.KeyVault/vaults/kv-new?api-version=2023-07-01";
const APP: &str = "{web}/providers/Microsoft.App/containerApps/app?api-version=2024-03-01";

fn header<'r>(response: &'r Response<bytes::Bytes>, name: &str) -> Option<&'r str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

/// The path and query of an address, which must be absolute.
#[track_caller]
fn local(url: Option<&str>) -> String {
    format!("GET {}", url.unwrap().strip_prefix(BASE).unwrap())
}

fn state(body: &Value) -> &str {
    body["properties"]["provisioningState"].as_str().unwrap()
}

/// Status, provisioning state in the body if there is one, and which headers there are.
#[track_caller]
fn check(request: &str, body: &str, status: u16, shown: Option<&str>, headers: &str) {
    let mut session = Session::new();
    let response = session.send(request, body, &[]);
    assert_eq!(response.status(), status, "{request}");
    let actual: Option<Value> = serde_json::from_slice(response.body()).ok();
    assert_eq!(actual.as_ref().map(state), shown, "{request}");
    let named: Vec<&str> = [("azure-asyncoperation", "status"), ("location", "result")]
        .into_iter()
        .filter(|(name, _)| response.headers().contains_key(*name))
        .map(|(_, word)| word)
        .collect();
    assert_eq!(named.join(" "), headers, "{request}");
    let wait = header(&response, "retry-after");
    assert_eq!(wait, (!headers.is_empty()).then_some("0"), "{request}");
}

#[test]
fn each_kind_is_announced_as_azure_does() {
    let new = "{vms}/vm-new?{compute}";
    let old = "{vms}/vm-web-01";
    check(&format!("PUT {new}"), WEST, 201, Some("Creating"), "status");
    check(
        &format!("PUT {old}?{{compute}}"),
        WEST,
        200,
        Some("Updating"),
        "status",
    );
    check(
        &format!("PATCH {old}?{{compute}}"),
        "{}",
        200,
        Some("Succeeded"),
        "",
    );
    check(
        &format!("DELETE {old}?{{compute}}"),
        "",
        202,
        None,
        "status result",
    );
    for action in ["start", "deallocate", "restart", "powerOff", "reapply"] {
        let request = format!("POST {old}/{action}?{{compute}}");
        check(&request, "", 202, None, "status result");
    }
    check(&format!("PUT {STORAGE}"), WEST, 202, None, "result");
    check("DELETE {web}?{root}", "", 202, None, "result");
    check("PUT {web}?{root}", WEST, 200, Some("Succeeded"), "");
    check(
        "PUT {net}/virtualNetworks/v?{network}",
        WEST,
        201,
        Some("Updating"),
        "status",
    );
    check(
        "PUT {net}/publicIPAddresses/p?{network}",
        WEST,
        201,
        Some("Succeeded"),
        "",
    );
    check(
        &format!("PUT {VAULT}"),
        WEST,
        200,
        Some("RegisteringDns"),
        "",
    );
    check(
        &format!("PUT {APP}"),
        WEST,
        201,
        Some("InProgress"),
        "status",
    );
    let disk = "{web}/providers/Microsoft.Compute/disks/d?api-version=2024-03-02";
    check(
        &format!("PUT {disk}"),
        WEST,
        202,
        Some("Updating"),
        "status result",
    );
}

#[test]
fn a_machine_is_made_by_asking_three_times() {
    let mut session = Session::new();
    let machine = "{vms}/vm-new?{compute}";
    let created = session.send(&format!("PUT {machine}"), WEST, &[]);
    let url = header(&created, "azure-asyncoperation").unwrap();
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    assert_eq!(
        url,
        format!(
            "{BASE}{}/providers/Microsoft.Compute/locations/westeurope/operations/{name}?api-version=2024-07-01",
            path("{sub}")
        )
    );
    let monitor = local(Some(url));
    let mut asked = Vec::new();
    for _ in 0..4 {
        asked.push(session.send(&monitor, "", &[]));
    }
    let bodies: Vec<Value> = asked
        .iter()
        .map(|response| serde_json::from_slice(response.body()).unwrap())
        .collect();
    let started = "2026-11-22T05:26:48Z";
    let id = format!(
        "{}/providers/Microsoft.Compute/locations/westeurope/operations/{name}",
        path("{sub}")
    );
    assert_eq!(
        bodies[0],
        json!({ "id": id, "name": name, "startTime": started, "status": "InProgress", "percentComplete": 33 })
    );
    assert_eq!(
        (
            &bodies[1]["percentComplete"],
            header(&asked[1], "retry-after")
        ),
        (&json!(66), Some("0"))
    );
    assert_eq!(
        bodies[2],
        json!({ "id": id, "name": name, "startTime": started, "endTime": started, "status": "Succeeded", "percentComplete": 100 })
    );
    assert_eq!(
        (&bodies[3], header(&asked[2], "retry-after")),
        (&bodies[2], None)
    );
    assert_eq!(state(&session.get(machine)), "Succeeded");
    session.refused(
        &monitor.replace("GET", "DELETE"),
        "",
        405,
        "MethodNotAllowed",
    );
    session.refused(
        &monitor.replace("operations/", "operations/x"),
        "",
        404,
        "OperationNotFound",
    );
    session.refused(
        &monitor.replace("westeurope", "eastus"),
        "",
        404,
        "OperationNotFound",
    );
}

#[test]
fn to_look_at_a_resource_is_to_ask_about_its_operation() {
    let states = |session: &mut Session, look: &str, show: fn(&Value) -> &Value| {
        let looks = [(); 3].map(|()| session.get(look));
        looks.map(|body| state(show(&body)).to_owned())
    };
    let done = ["Creating", "Creating", "Succeeded"];
    let mut session = Session::new();
    session.call("PUT {vms}/vm-new?{compute}", WEST);
    let seen = states(&mut session, "{vms}/vm-new?{compute}", |body| body);
    assert_eq!(seen, done);
    session.call("PUT {vms}/vm-newer?{compute}", WEST);
    let list = "{vms}?{compute}&$top=1000";
    let seen = states(&mut session, list, |body| {
        let machines = body["value"].as_array().unwrap();
        machines
            .iter()
            .find(|one| one["name"] == "vm-newer")
            .unwrap()
    });
    assert_eq!(seen, done);
    session.send("DELETE {web}?{root}", "", &[]);
    let looks = [(); 3].map(|()| session.call("GET {web}?{root}", "").0);
    assert_eq!(looks, [200, 200, 404]);
}

#[test]
fn a_result_is_a_202_until_it_is_there() {
    let mut session = Session::new();
    let accepted = session.send(&format!("PUT {STORAGE}"), WEST, &[]);
    let monitor = local(header(&accepted, "location"));
    assert!(
        monitor.contains("/asyncoperations/") && monitor.contains("?monitor=true&"),
        "{monitor}"
    );
    for _ in 0..2 {
        let running = session.send(&monitor, "", &[]);
        assert_eq!((running.status().as_u16(), running.body().len()), (202, 0));
        assert_eq!(local(header(&running, "location")), monitor);
        assert_eq!(header(&running, "retry-after"), Some("0"));
    }
    let (status, account) = session.call(&monitor, "");
    assert_eq!((status, state(&account)), (200, "Succeeded"));
    assert_eq!(session.get(STORAGE), account);
    assert_eq!(
        session.call(&format!("DELETE {STORAGE}"), ""),
        (200, Value::Null)
    );
    assert_eq!(session.call(&monitor, "").0, 204);
}

#[test]
fn a_group_goes_with_what_it_holds() {
    let mut session = Session::new();
    let accepted = session.send("DELETE {web}?{root}", "", &[]);
    let monitor = local(header(&accepted, "location"));
    assert!(
        monitor.contains("/operationresults/eyJqb2JJZCI6IlJFU09VUkNFR1JPVVBERUxFVElPTkpPQi"),
        "{monitor}"
    );
    let again = session.send("DELETE {web}?{root}", "", &[]);
    assert_eq!(
        local(header(&again, "location")),
        monitor,
        "a deletion is started once"
    );
    session.refused(
        "PUT {vms}/vm-new?{compute}",
        WEST,
        409,
        "ResourceGroupBeingDeleted",
    );
    session.refused("PUT {web}?{root}", WEST, 409, "ResourceGroupBeingDeleted");
    let machine = session.send("POST {vms}/vm-web-02/start?{compute}", "", &[]);
    for status in [202, 202, 200, 200] {
        assert_eq!(session.call(&monitor, ""), (status, Value::Null));
    }
    session.refused("GET {web}?{root}", "", 404, "ResourceGroupNotFound");
    let (_, canceled) = session.call(&local(header(&machine, "azure-asyncoperation")), "");
    assert_eq!(canceled["status"], "Canceled");
    assert_eq!(canceled["error"]["code"], "OperationPreempted");
    session.refused(
        &local(header(&machine, "location")),
        "",
        409,
        "OperationPreempted",
    );
}

#[test]
fn what_begins_with_fail_fails() {
    let mut session = Session::new();
    let machine = "{vms}/fail-vm?{compute}";
    let created = session.send(&format!("PUT {machine}"), WEST, &[]);
    let monitor = local(header(&created, "azure-asyncoperation"));
    let bodies = [(); 3].map(|()| session.get(monitor.strip_prefix("GET ").unwrap()));
    assert_eq!(bodies[2]["status"], "Failed");
    assert_eq!(bodies[2]["error"]["code"], "AllocationFailed");
    assert_eq!(bodies[2].get("percentComplete"), None);
    assert_eq!(state(&session.get(machine)), "Failed");
    session.finish(&format!("DELETE {machine}"), "");
    session.refused(&format!("GET {machine}"), "", 404, "ResourceNotFound");

    let group = "{sub}/resourceGroups/fail-group?{root}";
    session.call(&format!("PUT {group}"), WEST);
    let accepted = session.send(&format!("DELETE {group}"), "", &[]);
    let monitor = local(header(&accepted, "location"));
    let answers = [(); 3].map(|()| session.call(&monitor, ""));
    assert_eq!(answers[2].0, 409);
    assert_eq!(
        answers[2].1["Error"]["Code"],
        "ResourceGroupDeletionBlocked"
    );
    assert_eq!(state(&session.get(group)), "Succeeded");
}

#[test]
fn a_vault_is_asked_itself() {
    let mut session = Session::new();
    session.call(&format!("PUT {VAULT}"), WEST);
    let running = session.sandbox.state();
    assert_eq!(session.call(&format!("HEAD {VAULT}"), "").0, 204);
    assert_eq!(session.sandbox.state(), running, "HEAD shows no state");
    let states = [(); 4].map(|()| state(&session.get(VAULT)).to_owned());
    assert_eq!(
        states,
        ["RegisteringDns", "RegisteringDns", "Succeeded", "Succeeded"]
    );
    session.call(&format!("DELETE {VAULT}"), "");
    session.call(&format!("PUT {VAULT}"), WEST);
    session.call(&format!("DELETE {VAULT}"), "");
    assert_eq!(
        session.sandbox.state(),
        None,
        "nobody can ask about it any more"
    );
}

#[test]
fn signed_addresses_are_long_and_must_come_back_as_they_were() {
    let mut session = Session::new();
    session.finish(&format!("PUT {APP}"), WEST);
    let accepted = session.send(&format!("PATCH {APP}"), r#"{"tags":{"a":"b"}}"#, &[]);
    assert_eq!(
        (accepted.status().as_u16(), accepted.body().len()),
        (202, 0)
    );
    let status = local(header(&accepted, "azure-asyncoperation"));
    let result = local(header(&accepted, "location"));
    assert!((3_300..3_500).contains(&status.len()), "{}", status.len());
    let (kept, _) = status.split_once("&t=").unwrap();
    for altered in [
        kept.to_owned(),
        status.to_lowercase().replacen("get", "GET", 1),
        format!("{status}x"),
    ] {
        session.refused(&altered, "", 404, "OperationNotFound");
    }
    let statuses = [(); 3].map(|()| session.call(&status, "").1["status"].clone());
    assert_eq!(statuses, ["InProgress", "InProgress", "Succeeded"]);
    let (code, app) = session.call(&result, "");
    assert_eq!((code, &app["tags"]), (200, &json!({ "a": "b" })));
}

#[test]
fn a_newer_write_cancels_the_one_before_and_old_ones_are_forgotten() {
    let mut session = Session::new();
    let put = "PUT {vms}/vm-new?{compute}";
    let first = session.send(put, WEST, &[]);
    let monitor = local(header(&first, "azure-asyncoperation"));
    let second = session.send(put, WEST, &[]);
    assert_ne!(local(header(&second, "azure-asyncoperation")), monitor);
    assert_eq!(session.call(&monitor, "").1["status"], "Canceled");
    for _ in 0..40 {
        session.call(put, WEST);
    }
    session.refused(&monitor, "", 404, "OperationNotFound");
    let state = session.sandbox.state().unwrap();
    assert!(state.len() < 20_000, "{}", state.len());
}
