//! Whole requests about access: roles, locks, tags, policies and management groups.

use serde_json::{Value, json};

use crate::sandbox::tests::session::{DEVELOPMENT, Session, names, path};

const ROLES: &str = "providers/Microsoft.Authorization/roleAssignments";
const DEFINITIONS: &str = "{sub}/providers/Microsoft.Authorization/roleDefinitions";
const VERSION: &str = "api-version=2022-04-01";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const DEVELOPER: &str = "1f8d3c60-7b24-4e95-b0a3-6c2e9f51d847";
const NEW: &str = "11111111-2222-3333-4444-555555555555";

fn assignment(role: &str, principal: &str) -> String {
    path(&format!(
        r#"{{"properties":{{"roleDefinitionId":"{DEFINITIONS}/{role}","principalId":"{principal}"}}}}"#
    ))
}

#[test]
fn roles_are_assigned_once_to_someone_who_exists() {
    let mut session = Session::new();
    let item = format!("{{web}}/{ROLES}/{NEW}?{VERSION}");
    let put = format!("PUT {item}");
    let mut check = |request: &str, body: &str, status: u16, code: &str| {
        session.refused(request, body, status, code);
    };
    let ok = assignment(READER, DEVELOPER);
    check(
        &put.replace(NEW, "mine"),
        &ok,
        400,
        "InvalidRoleAssignmentId",
    );
    check(&put, "{}", 400, "InvalidRequestContent");
    check(&put, &assignment(READER, "me"), 400, "InvalidPrincipalId");
    check(
        &put,
        &assignment("", DEVELOPER),
        404,
        "RoleDefinitionDoesNotExist",
    );
    check(
        &put,
        &assignment(NEW, DEVELOPER),
        404,
        "RoleDefinitionDoesNotExist",
    );
    check(&put, &assignment(READER, NEW), 400, "PrincipalNotFound");
    let nowhere = put.replace("{web}", "{sub}/resourceGroups/rg-none");
    check(&nowhere, &ok, 404, "ResourceGroupNotFound");
}

#[test]
fn an_assignment_lives_and_dies() {
    let mut session = Session::new();
    let item = format!("{{web}}/{ROLES}/{NEW}?{VERSION}");
    let (status, body) = session.call(&format!("PUT {item}"), &assignment(READER, DEVELOPER));
    assert_eq!(status, 201, "{body}");
    let properties = &body["properties"];
    assert_eq!(properties["principalType"], "User");
    assert_eq!(properties["scope"], path("{web}"));
    assert_eq!(session.get(&item), body);
    let again = format!("PUT {}", item.replace(NEW, READER));
    session.refused(
        &again,
        &assignment(READER, DEVELOPER),
        409,
        "RoleAssignmentExists",
    );
    let other = assignment("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", DEVELOPER);
    session.refused(
        &format!("PUT {item}"),
        &other,
        400,
        "RoleAssignmentUpdateNotPermitted",
    );
    let count = |session: &mut Session, list: &str| session.walk(list, 20).len();
    let list = format!("{{web}}/{ROLES}?{VERSION}");
    let all = count(&mut session, &list);
    let here = count(&mut session, &format!("{list}&$filter=atScope()"));
    assert_eq!(all, here, "nothing lies below the group");
    let above = count(
        &mut session,
        &format!("{{sub}}/{ROLES}?{VERSION}&$filter=atScope()"),
    );
    assert_eq!(above + 3, here, "what holds above the group is listed, too");
    let own = format!("{list}&$filter=principalId%20eq%20'{DEVELOPER}'");
    assert_eq!(count(&mut session, &own), 3);
    session.refused(
        &format!("GET {list}&$filter=x"),
        "",
        400,
        "InvalidFilterInQueryString",
    );
    assert_eq!(session.call(&format!("DELETE {item}"), ""), (200, body));
    assert_eq!(
        session.call(&format!("DELETE {item}"), ""),
        (204, Value::Null)
    );
    session.refused(&format!("GET {item}"), "", 404, "RoleAssignmentNotFound");
}

#[test]
fn roles_are_found_by_name_and_custom_ones_are_added() {
    let mut session = Session::new();
    let named = |name: &str| format!("{DEFINITIONS}?{VERSION}&$filter=roleName%20eq%20'{name}'");
    let found = session.get(&named("reader"));
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    assert_eq!(
        found["value"][0]["id"],
        path(&format!("{DEFINITIONS}/{READER}"))
    );
    let tenant = format!("/providers/Microsoft.Authorization/roleDefinitions/{READER}?{VERSION}");
    assert_eq!(session.get(&tenant)["properties"]["roleName"], "Reader");
    let item = format!("{DEFINITIONS}/{NEW}?{VERSION}");
    let role = |name: &str| {
        path(&format!(
            r#"{{"properties":{{"roleName":"{name}","permissions":[{{"actions":["*/read"]}}],"assignableScopes":["{{sub}}"]}}}}"#
        ))
    };
    session.refused(&format!("PUT {item}"), "{}", 400, "InvalidRequestContent");
    let taken = session.call(&format!("PUT {item}"), &role("owner"));
    assert_eq!(taken.1["error"]["code"], "RoleDefinitionWithSameNameExists");
    let (status, body) = session.call(&format!("PUT {item}"), &role("Looker"));
    assert_eq!(
        (status, &body["properties"]["type"]),
        (201, &json!("CustomRole"))
    );
    assert_eq!(session.get(&named("looker"))["value"], json!([body]));
    let given = format!("{{web}}/{ROLES}/{NEW}?{VERSION}");
    session.call(&format!("PUT {given}"), &assignment(NEW, DEVELOPER));
    session.refused(
        &format!("DELETE {item}"),
        "",
        400,
        "RoleDefinitionHasAssignments",
    );
    session.call(&format!("DELETE {given}"), "");
    assert_eq!(session.call(&format!("DELETE {item}"), "").0, 200);
    session.refused(
        &format!("GET {item}"),
        "",
        404,
        "RoleDefinitionDoesNotExist",
    );
}

#[test]
fn permissions_are_those_of_the_callers_roles() {
    let mut session = Session::new();
    let of =
        |scope: &str| format!("{scope}/providers/Microsoft.Authorization/permissions?{VERSION}");
    for scope in ["{sub}", "{web}", "{vms}/vm-web-01"] {
        let answer = session.get(&of(scope));
        assert_eq!(answer["value"].as_array().unwrap().len(), 1, "{scope}");
        assert_eq!(answer["value"][0]["actions"], json!(["*"]));
    }
}

const LOCK: &str = "providers/Microsoft.Authorization/locks/l?api-version=2020-05-01";

#[test]
fn locks_lock() {
    let mut session = Session::new();
    let machine = "{vms}/vm-web-01?{compute}";
    let lock = |level: &str| format!(r#"{{"properties":{{"level":"{level}"}}}}"#);
    let web = format!("PUT {{web}}/{LOCK}");
    session.refused(&web, &lock("Sometimes"), 400, "InvalidRequestContent");
    session.refused(&web, "{}", 400, "InvalidRequestContent");
    assert_eq!(session.call(&web, &lock("CanNotDelete")).0, 201);
    let message = session.refused(&format!("DELETE {machine}"), "", 409, "ScopeLocked");
    assert_eq!(
        message,
        path(
            "The scope '{vms}/vm-web-01' cannot perform delete operation because following scope(s) are locked: '{web}'. Please remove the lock and try again."
        )
    );
    session.refused("DELETE {web}?{root}", "", 409, "ScopeLocked");
    assert_eq!(session.call(&format!("PATCH {machine}"), "{}").0, 200);
    session.call(&web, &lock("ReadOnly"));
    session.refused(&format!("PATCH {machine}"), "{}", 409, "ScopeLocked");
    session.refused(
        "POST {vms}/vm-web-01/start?{compute}",
        "",
        409,
        "ScopeLocked",
    );
    session.refused("PUT {vms}/vm-new?{compute}", "{}", 409, "ScopeLocked");
    session.refused("PATCH {web}?{root}", "{}", 409, "ScopeLocked");
    assert_eq!(session.call(&format!("GET {machine}"), "").0, 200);
    assert_eq!(
        session
            .call(
                &format!("PATCH {DEVELOPMENT}/resourceGroups/rg-dev?{{root}}"),
                "{}"
            )
            .0,
        200
    );
    assert_eq!(session.call(&format!("DELETE {{web}}/{LOCK}"), "").0, 200);
    session.call(
        &format!("PUT {{vms}}/vm-web-02/{LOCK}"),
        &lock("CanNotDelete"),
    );
    let message = session.refused("DELETE {web}?{root}", "", 409, "ScopeLocked");
    assert!(message.contains("vm-web-02"), "{message}");
    assert_eq!(session.call(&format!("DELETE {machine}"), "").0, 202);
}

const TAGS: &str = "providers/Microsoft.Resources/tags/default?{root}";

#[test]
fn tags_are_changed_by_themselves_at_every_scope() {
    let mut session = Session::new();
    for (scope, item) in [
        ("{vms}/vm-web-01", "{vms}/vm-web-01?{compute}"),
        ("{web}", "{web}?{root}"),
        ("{sub}", "{sub}?{root}"),
    ] {
        let tags = format!("{scope}/{TAGS}");
        let before = session.get(&tags)["properties"]["tags"].clone();
        assert_eq!(before["environment"], "production", "{scope}");
        let merge = r#"{"operation":"Merge","properties":{"tags":{"a":"b"}}}"#;
        let (status, body) = session.call(&format!("PATCH {tags}"), merge);
        assert_eq!(
            (status, &body["properties"]["tags"]["a"]),
            (200, &json!("b"))
        );
        assert_eq!(session.get(item)["tags"]["a"], "b", "{item}");
        let delete = merge.replace("Merge", "Delete");
        session.call(&format!("PATCH {tags}"), &delete);
        assert_eq!(session.get(item)["tags"], before);
        session.call(
            &format!("PUT {tags}"),
            r#"{"properties":{"tags":{"only":"one"}}}"#,
        );
        assert_eq!(session.get(item)["tags"], json!({ "only": "one" }));
        assert_eq!(session.call(&format!("DELETE {tags}"), "").0, 200);
        assert_eq!(session.get(item)["tags"], json!({}));
        let wrong = r#"{"operation":"Add","properties":{"tags":{}}}"#;
        session.refused(
            &format!("PATCH {tags}"),
            wrong,
            400,
            "InvalidRequestContent",
        );
    }
    let listed = session.get("{sub}/tagNames?{root}");
    let teams = listed["value"].as_array().unwrap();
    let team = teams.iter().find(|one| one["tagName"] == "team").unwrap();
    assert!(team["count"]["value"].as_u64().unwrap() > 100, "{team}");
}

const GROUPS: &str = "/providers/Microsoft.Management/managementGroups";
const TREE: &str = "api-version=2023-04-01";

#[test]
fn management_groups_are_a_tree() {
    let mut session = Session::new();
    let root = format!("{GROUPS}/7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10");
    let listed = session.walk(&format!("{GROUPS}?{TREE}"), 20);
    assert!(names(&listed).contains(&"mg-contoso") && listed.len() == 3);
    let item = format!("{GROUPS}/mg-new?{TREE}");
    let (status, body) = session.call(
        &format!("PUT {item}"),
        r#"{"properties":{"displayName":"New"}}"#,
    );
    assert_eq!(
        (status, &body["properties"]["displayName"]),
        (200, &json!("New"))
    );
    assert_eq!(body["properties"]["details"]["parent"]["id"], root);
    let member = path("{sub}").replace("/subscriptions/", "");
    let put = format!("PUT {GROUPS}/mg-new/subscriptions/{member}?{TREE}");
    assert_eq!(session.call(&put, "").0, 200);
    let tree = session.get(&format!("{item}&$expand=children"));
    assert_eq!(tree["properties"]["children"][0]["name"], member);
    session.refused(&format!("DELETE {item}"), "", 400, "BadRequest");
    let below = session.walk(&format!("{root}/descendants?{TREE}"), 20);
    assert!(names(&below).contains(&member.as_str()), "{below:?}");
    assert_eq!(session.call(&put.replace("PUT", "DELETE"), "").0, 200);
    assert_eq!(session.call(&format!("DELETE {item}"), "").0, 200);
    session.refused(&format!("GET {item}"), "", 404, "NotFound");
    let orphan = r#"{"properties":{"details":{"parent":{"id":"/providers/Microsoft.Management/managementGroups/none"}}}}"#;
    session.refused(&format!("PUT {item}"), orphan, 404, "NotFound");
}

#[test]
fn policies_are_assigned_where_they_exist() {
    let mut session = Session::new();
    let version = "api-version=2022-06-01";
    let definitions =
        format!("{{sub}}/providers/Microsoft.Authorization/policyDefinitions?{version}");
    let known = session.walk(&definitions, 20);
    assert!(known.len() >= 4 && known[0]["properties"]["policyType"] == "BuiltIn");
    let item = format!("{{web}}/providers/Microsoft.Authorization/policyAssignments/p?{version}");
    let sent = |id: &str| format!(r#"{{"properties":{{"policyDefinitionId":"{id}"}}}}"#);
    session.refused(&format!("PUT {item}"), "{}", 400, "InvalidRequestContent");
    session.refused(
        &format!("PUT {item}"),
        &sent("/x"),
        404,
        "PolicyDefinitionNotFound",
    );
    let (status, body) = session.call(
        &format!("PUT {item}"),
        &sent(known[0]["id"].as_str().unwrap()),
    );
    assert_eq!(
        (status, &body["properties"]["scope"]),
        (201, &json!(path("{web}")))
    );
    let list = item.replace("/p?", "?");
    let listed = session.walk(&list, 20);
    assert_eq!(names(&listed), ["secure-transfer", "p"]);
    let machine = list.replace("{web}", "{vms}/vm-web-01");
    assert_eq!(session.walk(&machine, 20).len(), 2);
    let built_in = format!("DELETE {}?{version}", known[0]["id"].as_str().unwrap());
    session.refused(&built_in, "", 501, "NotModelled");
}
