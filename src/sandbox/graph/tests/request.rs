//! Requests to Resource Graph: pages, scopes, refusals, and how often a caller may ask.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use crate::sandbox::tests::session::{Session, now};
use crate::sandbox::{Quotas, Sandbox, issue_for};

const URL: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
const DEVELOPMENT: &str = "a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8";
const FABRIKAM: &str = "5d90c7b3-28e1-4f6a-9c45-e7b61a03d8f2";

fn ask(body: &Value) -> (u16, Value) {
    Session::new().call(&format!("POST {URL}"), &body.to_string())
}

/// The details of a refusal: code, message, and the place where there is one.
#[track_caller]
fn check_refused(body: &Value, status: u16, code: &str, detail: &str) {
    let (actual, answer) = ask(body);
    let error = &answer["error"];
    assert_eq!((actual, &error["code"]), (status, &json!(code)), "{answer}");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with(
            "Please provide below info when asking for support: timestamp = 2026-11-22T05:26:48"
        ),
        "{message}"
    );
    let details = error["details"].as_array().unwrap();
    assert_eq!(details.last().unwrap()["code"], detail, "{answer}");
}

#[test]
fn pages_follow_a_token_for_the_same_query() {
    let mut session = Session::new();
    let mut options = json!({ "$top": 100 });
    let (mut names, mut pages) = (Vec::new(), 0);
    loop {
        let body = json!({ "query": "Resources | project name", "options": options });
        let (status, page) = session.call(&format!("POST {URL}"), &body.to_string());
        assert_eq!(
            (status, &page["totalRecords"]),
            (200, &json!(337)),
            "{page}"
        );
        assert_eq!(page["resultTruncated"], "false");
        let rows = page["data"].as_array().unwrap();
        assert_eq!(page["count"], rows.len());
        names.extend(
            rows.iter()
                .map(|row| row["name"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        let Some(token) = page.get("$skipToken") else {
            break;
        };
        options = json!({ "$top": 100, "$skipToken": token });
    }
    assert_eq!((names.len(), pages), (337, 4));
    names.dedup();
    assert_eq!(names.len(), 337);
    let token = &options["$skipToken"];
    let other = json!({ "query": "Resources", "options": { "$skipToken": token } });
    check_refused(&other, 400, "BadRequest", "InvalidRequestBody");
    let skipped =
        json!({ "query": "Resources | project name", "options": { "$top": 1, "$skip": 336 } });
    let (_, last) = ask(&skipped);
    assert_eq!((&last["count"], last.get("$skipToken")), (&json!(1), None));
}

#[test]
fn what_cannot_be_paged_is_truncated() {
    for query in [
        "Resources | take 50",
        "Resources | project properties, tags",
    ] {
        let (_, page) = ask(&json!({ "query": query, "options": { "$top": 10 } }));
        assert_eq!(
            (&page["count"], &page["resultTruncated"]),
            (&json!(10), &json!("true")),
            "{query}"
        );
        assert_eq!(page.get("$skipToken"), None, "{query}");
    }
}

#[test]
fn a_table_has_columns_and_rows() {
    let query = "Resources | where name == 'vm-web-01' | project name, tags, is = true, n = 1";
    let (_, page) = ask(&json!({ "query": query, "options": { "resultFormat": "table" } }));
    assert_eq!(
        page["data"]["columns"].to_string(),
        r#"[{"name":"name","type":"string"},{"name":"tags","type":"object"},{"name":"is","type":"boolean"},{"name":"n","type":"integer"}]"#
    );
    assert_eq!(page["data"]["rows"][0][0], "vm-web-01");
}

#[test]
fn a_query_looks_where_the_caller_may_look() {
    let count = |scope: Value| {
        let mut body = json!({ "query": "ResourceContainers | where type == 'microsoft.resources/subscriptions'" });
        body.as_object_mut()
            .unwrap()
            .extend(scope.as_object().unwrap().clone());
        body
    };
    let seen = |scope: Value| ask(&count(scope)).1["totalRecords"].as_u64();
    assert_eq!(seen(json!({})), Some(2));
    assert_eq!(
        seen(json!({ "subscriptions": [DEVELOPMENT.to_uppercase()] })),
        Some(1)
    );
    assert_eq!(
        seen(json!({ "subscriptions": [DEVELOPMENT, FABRIKAM] })),
        Some(1)
    );
    assert_eq!(
        seen(json!({ "managementGroups": ["7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10"] })),
        Some(2)
    );
    let others = count(json!({ "subscriptions": [FABRIKAM] }));
    check_refused(&others, 403, "AccessDenied", "AccessDenied");
    let unknown = count(json!({ "subscriptions": ["00000000-0000-0000-0000-000000000000"] }));
    check_refused(
        &unknown,
        400,
        "BadRequest",
        "NoValidSubscriptionsInQueryRequest",
    );
    let group = count(json!({ "managementGroups": ["none"] }));
    check_refused(&group, 403, "AccessDenied", "AccessDenied");

    let body = json!({ "query": "ResourceContainers | project name" }).to_string();
    let token = issue_for(
        "https://management.azure.com/",
        Some("fabrikam.example"),
        now(),
    )
    .unwrap();
    let response = post(&mut Quotas::default(), token.token.expose(), &body, now());
    let answer: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        answer["data"].to_string(),
        r#"[{"name":"Fabrikam"},{"name":"rg-shared"}]"#
    );
}

#[test]
fn queries_that_make_no_sense_are_refused() {
    let query = |query: &str| json!({ "query": query });
    check_refused(
        &query("Resources | where"),
        400,
        "BadRequest",
        "ParserFailure",
    );
    check_refused(
        &query("Resources | join (x)"),
        400,
        "BadRequest",
        "InvalidQueryLanguage",
    );
    check_refused(
        &query("Nothing"),
        400,
        "BadRequest",
        "DisallowedLogicalTableName",
    );
    check_refused(
        &query("Resources | project nothing"),
        400,
        "BadRequest",
        "InvalidColumnNames",
    );
    check_refused(
        &query("Resources | project name | where Name == ''"),
        400,
        "BadRequest",
        "InvalidColumnNames",
    );
    check_refused(
        &query("Resources | order by properties.x"),
        400,
        "BadRequest",
        "InvalidQuery",
    );
    check_refused(
        &query("Resources | summarize count() by tags"),
        400,
        "BadRequest",
        "InvalidQuery",
    );
    for body in [
        json!({}),
        query(" "),
        json!({ "query": 7 }),
        json!({ "query": "Resources", "options": 7 }),
        json!({ "query": "Resources", "options": { "$top": 0 } }),
        json!({ "query": "Resources", "options": { "$top": 1_001 } }),
        json!({ "query": "Resources", "options": { "$skip": -1 } }),
        json!({ "query": "Resources", "options": { "$skipToken": "x" } }),
        json!({ "query": "Resources", "options": { "resultFormat": "csv" } }),
        json!({ "query": "Resources", "subscriptions": "x" }),
        json!({ "query": "Resources", "managementGroups": [7] }),
        json!({ "query": "Resources", "facets": [{ "expression": "location" }] }),
    ] {
        check_refused(&body, 400, "BadRequest", "InvalidRequestBody");
    }
    let mut session = Session::new();
    session.refused(&format!("GET {URL}"), "", 405, "MethodNotAllowed");
    session.refused(&format!("POST {URL}"), "[]", 400, "InvalidRequestContent");
    let other = URL.replace("2022-10-01", "2019-04-01");
    session.refused(&format!("POST {other}"), "{}", 404, "InvalidResourceType");
    let below = "POST /providers/Microsoft.ResourceGraph/queries?api-version=2022-10-01";
    session.refused(below, "{}", 404, "NotFound");
}

fn post(quotas: &mut Quotas, token: &str, body: &str, now: SystemTime) -> Response<Bytes> {
    let request = Request::builder()
        .method("POST")
        .uri(format!("http://h{URL}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap();
    let mut sandbox = Sandbox::new("http://h", now);
    quotas.answer(&request, now, || sandbox.handle(&request))
}

#[test]
fn a_caller_may_ask_fifteen_times_in_five_seconds() {
    let mut quotas = Quotas::default();
    let mut ask = |tenant: Option<&str>, milliseconds: u64| {
        let now = now() + Duration::from_millis(milliseconds);
        let token = issue_for("https://management.azure.com/", tenant, self::now()).unwrap();
        post(
            &mut quotas,
            token.token.expose(),
            r#"{"query":"count"}"#,
            now,
        )
    };
    let left = |response: &Response<Bytes>| {
        let text = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let both = (
            text("x-ms-user-quota-remaining"),
            text("x-ms-user-quota-resets-after"),
        );
        format!("{} {} {}", response.status().as_u16(), both.0, both.1)
    };
    for expected in (0..15).rev() {
        let response = ask(None, 0);
        assert_eq!(left(&response), format!("200 {expected} 00:00:05"));
        assert!(
            !response
                .headers()
                .contains_key("x-ms-ratelimit-remaining-tenant-writes")
        );
    }
    let refused = ask(None, 1_500);
    assert_eq!(left(&refused), "429 0 00:00:04");
    assert_eq!(refused.headers()["retry-after"], "4");
    let body: Value = serde_json::from_slice(refused.body()).unwrap();
    assert_eq!(body["error"]["details"][0]["code"], "RateLimiting");
    assert_eq!(left(&ask(None, 4_999)), "429 0 00:00:01");
    assert_eq!(left(&ask(None, 5_000)), "200 14 00:00:05");
    // A clock may go back.
    assert_eq!(left(&ask(None, 0)), "200 14 00:00:05");
}
