//! What the store keeps and what it takes back. Whole requests: `lifecycle`.

use serde_json::json;

use crate::sandbox::seed::data::subscriptions;
use crate::sandbox::store::Store;
use crate::sandbox::timestamp::Timestamp;

fn group(name: &str) -> String {
    format!(
        "/subscriptions/{}/resourceGroups/{name}",
        subscriptions()[0].id
    )
}

fn machines(store: &Store) -> usize {
    store
        .list("/subscriptions/", |name| {
            name == "Microsoft.Compute/virtualMachines"
        })
        .len()
}

#[test]
fn writes_lie_over_the_seed_and_keep_their_place() {
    let mut store = Store::default();
    let id = format!(
        "{}/providers/Microsoft.Compute/virtualMachines/vm-web-02",
        group("rg-web-prod")
    );
    assert_eq!(store.get(&id.to_uppercase()).unwrap()["name"], "vm-web-02");
    store.put(json!({ "id": id, "type": "Microsoft.Compute/virtualMachines", "name": "changed" }));
    assert_eq!(store.get(&id).unwrap()["name"], "changed");
    let second = &store.list("/", |name| name == "Microsoft.Compute/virtualMachines")[1];
    assert_eq!(second.body()["name"], "changed");
    assert_eq!(machines(&store), 84);
}

#[test]
fn a_removed_group_does_not_come_back_with_what_it_held() {
    let mut store = Store::default();
    store.remove_tree(&group("RG-web-prod"), Timestamp::from_seconds(0));
    assert_eq!(machines(&store), 64);
    assert!(!store.contains(&group("rg-web-prod")));
    store.put(json!({ "id": group("rg-web-prod"), "type": "Microsoft.Resources/resourceGroups" }));
    assert!(store.contains(&group("rg-web-prod")));
    assert_eq!(machines(&store), 64);
}

#[test]
fn a_name_that_begins_alike_is_another() {
    let mut store = Store::default();
    store.put(json!({ "id": group("rg-web"), "type": "t" }));
    store.remove_tree(&group("rg-web"), Timestamp::from_seconds(0));
    assert!(store.contains(&group("rg-web-prod")));
    assert_eq!(store.state(), None);
}

#[test]
fn a_state_goes_there_and_back() {
    let mut store = Store::default();
    assert!(!store.is_modified());
    assert_eq!(store.state(), None);
    store.put(json!({ "id": group("rg-New"), "type": "t", "n": 1 }));
    let account = format!(
        "{}/providers/Microsoft.Storage/storageAccounts/stcontosowebprod",
        group("rg-web-prod")
    );
    store.remove_tree(&account, Timestamp::from_seconds(0));
    assert!(store.is_modified());
    let state = store.state().unwrap();
    let mut other = Store::default();
    other.restore(&state).unwrap();
    assert!(!other.is_modified());
    assert_eq!(other.state().unwrap(), state);
    assert_eq!(other.get(&group("rg-new")).unwrap()["n"], 1);
}

#[track_caller]
fn check_refused(state: &str, expected: &str) {
    let mut store = Store::default();
    store.put(json!({ "id": group("kept"), "type": "t" }));
    let error = store.restore(state.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert!(store.contains(&group("kept")));
}

#[test]
fn malformed_states_are_errors() {
    check_refused("", "the sandbox's state is not JSON");
    check_refused("{", "the sandbox's state is not JSON");
    check_refused(&"[".repeat(100_000), "the sandbox's state is not JSON");
    let prefix = "the sandbox's state is not in the format of version 1: ";
    check_refused("[]", &format!("{prefix}an object was expected"));
    check_refused("{}", &format!("{prefix}`version` is missing or another"));
    check_refused(
        r#"{"version":2}"#,
        &format!("{prefix}`version` is missing or another"),
    );
    check_refused(
        r#"{"version":1}"#,
        &format!("{prefix}`overrides` is missing or not an object"),
    );
    for body in [r#""text""#, "[]", "1", "{}", r#"{"id":"/subscriptions/y"}"#] {
        check_refused(
            &format!(r#"{{"version":1,"overrides":{{"/subscriptions/x":{body}}}}}"#),
            &format!("{prefix}the entry `/subscriptions/x` does not fit its id"),
        );
    }
    check_refused(
        r#"{"version":1,"overrides":{"x":null}}"#,
        &format!("{prefix}the entry `x` does not fit its id"),
    );
}
