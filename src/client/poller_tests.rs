use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

use super::monitor::{Answered, Detected, Monitor, MonitorRefusal, detect, is_presigned};
use super::operation::BadEnd;
use super::poller::{Content, Poller, Step};
use crate::azure::{Cloud, Target, audience_of};
use crate::transport::Request;

const RESOURCE: &str = "https://management.azure.com/subscriptions/s/x?api-version=1";
const STATUS: &str = "https://management.azure.com/ops/1?api-version=1";
const RESULT: &str = "https://management.azure.com/results/1?api-version=1";

type Head<'a> = &'a [(&'a str, &'a str)];

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn target() -> Target {
    let cloud = Cloud::public();
    let url = url(RESOURCE);
    Target {
        audience: audience_of(&cloud, &url),
        cloud,
        url,
        allowed: Vec::new(),
    }
}

fn head(pairs: Head<'_>) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
    };
    pairs.iter().map(pair).collect()
}

fn request(method: &str) -> Request {
    Request {
        method: method.parse().unwrap(),
        url: url(RESOURCE),
        headers: head(&[
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("if-match", "*"),
            ("x-mine", "1"),
        ]),
        body: Bytes::from_static(b"{}"),
    }
}

fn detected(
    method: &str,
    (status, pairs, body): (u16, Head<'_>, &str),
) -> Result<Detected, MonitorRefusal> {
    let request = request(method);
    let answer = Answered {
        url: &request.url,
        status: StatusCode::from_u16(status).unwrap(),
        headers: &head(pairs),
        body: &Bytes::copy_from_slice(body.as_bytes()),
    };
    detect(&request, answer, &target())
}

#[track_caller]
fn starts(method: &str, first: (u16, Head<'_>, &str), expected: &str) {
    let found = match detected(method, first) {
        Ok(Detected::Finished) => "finished".to_owned(),
        Ok(Detected::Unwatched) => "unwatched".to_owned(),
        Ok(Detected::Ended { .. }) => "ended".to_owned(),
        Ok(Detected::Running { monitor, .. }) => match monitor {
            Monitor::Status(url) => format!("status {}", url.path()),
            Monitor::Location(url) => format!("location {}", url.path()),
            Monitor::Resource(url) => format!("resource {}", url.path()),
            Monitor::Address(url) => format!("address {}", url.path()),
        },
        Err(MonitorRefusal::Unsafe { .. }) => "unsafe".to_owned(),
        Err(MonitorRefusal::Malformed { .. }) => "malformed".to_owned(),
    };
    assert_eq!(found, expected, "{method} {first:?}");
}

const CREATING: &str = "{\"properties\":{\"provisioningState\":\"Creating\"}}";
const READY: &str = "{\"properties\":{\"provisioningState\":\"Succeeded\"}}";

#[test]
fn every_way_to_start_an_operation_is_seen() {
    let status = ("Azure-AsyncOperation", STATUS);
    let data_plane = ("Operation-Location", "/ops/2");
    let location = ("Location", RESULT);
    for method in ["PUT", "PATCH", "POST", "DELETE", "MERGE"] {
        for code in [200, 201, 202] {
            starts(method, (code, &[location, status], ""), "status /ops/1");
            starts(method, (code, &[status], READY), "status /ops/1");
        }
        starts(method, (202, &[data_plane], ""), "status /ops/2");
        starts(method, (202, &[data_plane, status], ""), "status /ops/1");
        starts(method, (202, &[location], ""), "location /results/1");
        starts(
            method,
            (202, &[("Location", " ")], CREATING),
            match method {
                "POST" | "MERGE" => "unwatched",
                _ => "resource /subscriptions/s/x",
            },
        );
        starts(method, (200, &[], READY), "finished");
        starts(method, (200, &[], ""), "finished");
        starts(method, (204, &[], ""), "finished");
        starts(method, (409, &[status], ""), "finished");
        starts(method, (201, &[location], CREATING), "resource /results/1");
        starts(method, (201, &[location], READY), "finished");
        starts(method, (201, &[location], "{}"), "finished");
    }
    starts("PUT", (200, &[], CREATING), "resource /subscriptions/s/x");
    starts(
        "PUT",
        (
            201,
            &[],
            "{\"properties\":{\"ProvisioningState\":\"Activating\"}}",
        ),
        "resource /subscriptions/s/x",
    );
    starts("POST", (200, &[], CREATING), "finished");
    starts(
        "PUT",
        (
            200,
            &[],
            "{\"properties\":{\"provisioningState\":\"Failed\"}}",
        ),
        "ended",
    );
    starts("PUT", (202, &[], ""), "resource /subscriptions/s/x");
    starts("DELETE", (202, &[], ""), "resource /subscriptions/s/x");
    starts("POST", (202, &[], ""), "unwatched");
    for method in ["GET", "HEAD", "OPTIONS"] {
        starts(method, (202, &[status, location], CREATING), "finished");
    }
}

#[test]
fn links_stay_in_the_family_and_as_they_are() {
    for (link, expected) in [
        ("https://evil.example/ops/1", "unsafe"),
        ("http://management.azure.com/ops/1", "unsafe"),
        ("https://management.azure.com@evil.example/ops/1", "unsafe"),
        ("https://[::1/ops", "malformed"),
        (
            "https://westus2.management.azure.com/ops/3",
            "status /ops/3",
        ),
        ("ftp://management.azure.com/", "unsafe"),
        ("../ops/4", "status /subscriptions/ops/4"),
    ] {
        starts(
            "PUT",
            (201, &[("Azure-AsyncOperation", link)], ""),
            expected,
        );
    }
    // A `Location` elsewhere beside 201 is no operation, and nobody asks it.
    starts(
        "PUT",
        (201, &[("Location", "https://evil.example/x")], READY),
        "finished",
    );
    starts(
        "PUT",
        (202, &[("Location", "https://evil.example/x")], ""),
        "unsafe",
    );

    let signed = format!(
        "https://management.azure.com/Ops/A%2fb?Api-Version=2014-04-01-Preview&t=1&c={}&s=a-_%2B&h=x",
        "M".repeat(3000)
    );
    for (link, expected) in [
        (signed.as_str(), signed.as_str()),
        ("/ops/1", "https://management.azure.com/ops/1?api-version=1"),
        (
            "/ops/1?monitor=true",
            "https://management.azure.com/ops/1?monitor=true&api-version=1",
        ),
        (
            "/ops/1?t=1&s=sig",
            "https://management.azure.com/ops/1?t=1&s=sig",
        ),
    ] {
        let Ok(Detected::Running { monitor, .. }) =
            detected("PUT", (202, &[("Location", link)], ""))
        else {
            panic!("{link}")
        };
        assert_eq!(monitor.url().as_str(), expected);
    }
}

#[test]
fn only_what_goes_on_by_its_own_word_is_announced() {
    let status = ("Azure-AsyncOperation", STATUS);
    for (code, body, evident) in [
        (202, "", true),
        (201, CREATING, true),
        (200, "{}", true),
        (200, READY, false),
        (200, "{\"status\":\"Succeeded\"}", false),
    ] {
        let Ok(Detected::Running { is_evident, .. }) = detected("PUT", (code, &[status], body))
        else {
            panic!("{code}")
        };
        assert_eq!(is_evident, evident, "{code} {body}");
    }
}

/// Feeds answers to a poller and returns what it says of each, with the address it asks next.
fn follow(method: &str, first: (u16, Head<'_>, &str), polls: &[(u16, Head<'_>, &str)]) -> String {
    let target = target();
    let mut poller = match detected(method, first) {
        Ok(Detected::Running {
            monitor, location, ..
        }) => Poller::new(&request(method), monitor, location),
        Ok(Detected::Finished) => Poller::of_address(&request(method)),
        other => panic!("{other:?}"),
    };
    let mut words = Vec::new();
    for (status, pairs, body) in polls {
        let asked = poller.url().clone();
        let body = Bytes::copy_from_slice(body.as_bytes());
        let answer = Answered {
            url: &asked,
            status: StatusCode::from_u16(*status).unwrap(),
            headers: &head(pairs),
            body: &body,
        };
        words.push(match poller.read(answer, &target) {
            Ok(Step::Wait { state, percent }) => {
                let state = state.unwrap_or_else(|| "-".to_owned());
                format!(
                    "wait {state}{}",
                    percent.map(|p| format!(" {p}")).unwrap_or_default()
                )
            }
            Ok(Step::Fetch) => format!("fetch {}", poller.url().path()),
            Ok(Step::Print(Content::Whole)) => "print".to_owned(),
            Ok(Step::Print(Content::Part(part))) => {
                format!("print {}", String::from_utf8(part.to_vec()).unwrap())
            }
            Ok(Step::Print(Content::Nothing)) => "nothing".to_owned(),
            Ok(Step::NoResult) => "no result".to_owned(),
            Ok(Step::Ended { end, detail }) => {
                let end = match end {
                    BadEnd::Failed => "failed",
                    BadEnd::Canceled => "canceled",
                };
                let code = detail.and_then(|detail| detail.code).unwrap_or_default();
                format!("{end} {code}").trim_end().to_owned()
            }
            Ok(Step::Unreadable) => "unreadable".to_owned(),
            Err(_) => "refused".to_owned(),
        });
    }
    words.join(", ")
}

const BY_STATUS: (u16, Head<'_>, &str) = (202, &[("Azure-AsyncOperation", STATUS)], "");
const BY_BOTH: (u16, Head<'_>, &str) = (
    202,
    &[("Azure-AsyncOperation", STATUS), ("Location", RESULT)],
    "",
);
const BY_LOCATION: (u16, Head<'_>, &str) = (202, &[("Location", RESULT)], "");
const BY_RESOURCE: (u16, Head<'_>, &str) = (202, &[], "");
const SUCCEEDED: (u16, Head<'_>, &str) = (200, &[], "{\"status\":\"Succeeded\"}");

#[track_caller]
fn check(
    method: &str,
    first: (u16, Head<'_>, &str),
    polls: &[(u16, Head<'_>, &str)],
    expected: &str,
) {
    assert_eq!(follow(method, first, polls), expected, "{method} {polls:?}");
}

#[test]
fn the_verb_says_where_the_result_is() {
    check(
        "PUT",
        BY_BOTH,
        &[SUCCEEDED, (200, &[], READY)],
        "fetch /subscriptions/s/x, print",
    );
    check(
        "PATCH",
        BY_STATUS,
        &[SUCCEEDED, (200, &[], READY)],
        "fetch /subscriptions/s/x, print",
    );
    check(
        "POST",
        BY_BOTH,
        &[SUCCEEDED, (200, &[], "{}")],
        "fetch /results/1, print",
    );
    check("POST", BY_STATUS, &[SUCCEEDED], "print");
    check("DELETE", BY_BOTH, &[SUCCEEDED], "nothing");
    let with_properties = (
        200,
        &[] as Head<'_>,
        "{\"status\":\"Succeeded\",\"properties\":{\"a\":1.0}}",
    );
    check("POST", BY_STATUS, &[with_properties], "print {\"a\":1.0}");
    let located = (
        200,
        &[] as Head<'_>,
        "{\"status\":\"Succeeded\",\"resourceLocation\":\"/made/1\"}",
    );
    check(
        "POST",
        BY_BOTH,
        &[located, (200, &[], "{}")],
        "fetch /made/1, print",
    );
    check(
        "PUT",
        BY_STATUS,
        &[located, (200, &[], "{}")],
        "fetch /made/1, print",
    );
    let unlocated = (
        200,
        &[] as Head<'_>,
        "{\"status\":\"Succeeded\",\"resourceLocation\":null}",
    );
    check("PUT", BY_STATUS, &[unlocated], "fetch /subscriptions/s/x");
    check("PUT", BY_LOCATION, &[(200, &[], READY)], "print");
    check(
        "PUT",
        BY_LOCATION,
        &[(204, &[], ""), (200, &[], READY)],
        "fetch /subscriptions/s/x, print",
    );
    check("DELETE", BY_LOCATION, &[(200, &[], "")], "nothing");
    check("DELETE", BY_LOCATION, &[(204, &[], "")], "nothing");
    check("POST", BY_LOCATION, &[(204, &[], "")], "print");
    // The result may not be there at once, or never (Cosmos DB).
    check(
        "POST",
        BY_BOTH,
        &[SUCCEEDED, (202, &[], ""), (200, &[], "[]")],
        "fetch /results/1, wait -, print",
    );
    check(
        "POST",
        BY_BOTH,
        &[SUCCEEDED, (404, &[], "")],
        "fetch /results/1, no result",
    );
    check(
        "POST",
        BY_BOTH,
        &[with_properties, (404, &[], "")],
        "fetch /results/1, print {\"a\":1.0}",
    );
    check(
        "PUT",
        BY_STATUS,
        &[SUCCEEDED, (403, &[], "")],
        "fetch /subscriptions/s/x, unreadable",
    );
}

#[test]
fn states_come_in_all_spellings() {
    for (body, expected) in [
        ("{\"status\":\"Dequeued\"}", "wait Dequeued"),
        (
            "{\"status\":\"Running, Progress = 5.00 %\"}",
            "wait Running, Progress = 5.00 %",
        ),
        (
            "{\"status\":\"InProgress\",\"percentComplete\":12.5}",
            "wait InProgress 12.5",
        ),
        ("{\"Status\":\"notstarted\"}", "wait notstarted"),
        ("{\"status\":\"succeeded\"}", "fetch /subscriptions/s/x"),
        (
            "{\"status\":\"FAILED\",\"error\":{\"code\":\"E\"}}",
            "failed E",
        ),
        ("{\"status\":\"Cancelled\"}", "canceled"),
        (
            "{\"status\":null,\"properties\":null}",
            "fetch /subscriptions/s/x",
        ),
        (
            "{\"properties\":{\"ProvisioningState\":\"Updating\"}}",
            "wait Updating",
        ),
        (
            "{\"properties\":{\"provisioningState\":\"Failed\"}}",
            "failed",
        ),
        ("", "fetch /subscriptions/s/x"),
        ("<html>", "fetch /subscriptions/s/x"),
    ] {
        check("PUT", BY_STATUS, &[(200, &[], body)], expected);
    }
    // 202 at a status monitor, with a body and without (Private DNS).
    check(
        "PUT",
        BY_STATUS,
        &[(202, &[], "{\"status\":\"InProgress\"}"), (202, &[], "")],
        "wait InProgress, wait -",
    );
}

#[test]
fn a_location_goes_by_the_http_status() {
    check(
        "POST",
        BY_LOCATION,
        &[(202, &[], "{\"status\":\"NotStarted\"}")],
        "wait NotStarted",
    );
    check(
        "PUT",
        BY_LOCATION,
        &[(201, &[], "{\"properties\":{}}")],
        "print",
    );
    for body in [
        "{\"status\":\"Online\",\"name\":\"x\",\"type\":\"a/b\"}",
        "{\"status\":\"Ready\",\"name\":\"x\"}",
        "{\"status\":\"Completed\",\"properties\":{}}",
        "[{\"status\":\"Failed\"}]",
    ] {
        check("PUT", BY_LOCATION, &[(200, &[], body)], "print");
    }
    // Some are status monitors all the same.
    check(
        "PUT",
        BY_LOCATION,
        &[(
            200,
            &[],
            "{\"status\":\"Failed\",\"error\":{\"code\":\"E\"}}",
        )],
        "failed E",
    );
    check(
        "PUT",
        BY_LOCATION,
        &[
            (200, &[], "{\"status\":\"InProgress\",\"startTime\":\"t\"}"),
            (200, &[], "{\"status\":\"Succeeded\",\"startTime\":\"t\"}"),
        ],
        "wait InProgress, fetch /subscriptions/s/x",
    );
    // 4xx there is the operation's own failure, save where it is about the request.
    let blocked = "{\"Error\":{\"Code\":\"ResourceGroupDeletionBlocked\"}}";
    check(
        "DELETE",
        BY_LOCATION,
        &[(202, &[], ""), (409, &[], blocked)],
        "wait -, failed ResourceGroupDeletionBlocked",
    );
    for code in [401, 408, 429, 500, 503] {
        check("DELETE", BY_LOCATION, &[(code, &[], "")], "unreadable");
    }
    check("PUT", BY_STATUS, &[(409, &[], blocked)], "unreadable");
}

#[test]
fn headers_of_polls_move_a_location_only() {
    let other = [
        ("Location", "/results/2"),
        ("Azure-AsyncOperation", "/ops/9"),
    ];
    check(
        "POST",
        BY_BOTH,
        &[(200, &other, "{\"status\":\"Running\"}"), SUCCEEDED],
        "wait Running, fetch /results/2",
    );
    let target = target();
    let mut poller = Poller::new(&request("POST"), Monitor::Location(url(RESULT)), None);
    let mut read = |pairs: Head<'_>| {
        let asked = poller.url().clone();
        let answer = Answered {
            url: &asked,
            status: StatusCode::ACCEPTED,
            headers: &head(pairs),
            body: &Bytes::new(),
        };
        let outcome = poller.read(answer, &target).is_ok();
        (outcome, poller.url().path().to_owned())
    };
    assert_eq!(read(&other), (true, "/results/2".to_owned()));
    assert_eq!(read(&[]), (true, "/results/2".to_owned()));
    assert_eq!(
        read(&[("Location", "https://evil.example/")]),
        (false, "/results/2".to_owned())
    );
    check(
        "POST",
        BY_BOTH,
        &[(
            200,
            &[("Location", "https://evil.example/")],
            "{\"status\":\"Succeeded\"}",
        )],
        "refused",
    );
}

#[test]
fn not_found_is_borne_at_first() {
    let missing: (u16, Head<'_>, &str) = (404, &[], "{\"error\":{\"code\":\"NotFound\"}}");
    check(
        "PUT",
        BY_STATUS,
        &[missing, missing, missing, missing],
        "wait -, wait -, wait -, unreadable",
    );
    check(
        "PUT",
        BY_LOCATION,
        &[missing, missing, missing, missing],
        "wait -, wait -, wait -, failed NotFound",
    );
    check(
        "PUT",
        BY_STATUS,
        &[missing, (202, &[], ""), missing],
        "wait -, wait -, unreadable",
    );
    check(
        "PUT",
        BY_RESOURCE,
        &[missing, (200, &[], CREATING), (200, &[], READY)],
        "wait -, wait Creating, print",
    );
    // What is deleted is gone in the end.
    check(
        "DELETE",
        BY_RESOURCE,
        &[(200, &[], READY), missing],
        "wait -, nothing",
    );
}

#[test]
fn an_address_may_be_anything() {
    let first: (u16, Head<'_>, &str) = (200, &[], "");
    check(
        "GET",
        first,
        &[(200, &[], CREATING), (200, &[], READY)],
        "wait Creating, print",
    );
    check("GET", first, &[(200, &[], "{\"value\":[]}")], "print");
    check(
        "GET",
        first,
        &[
            (200, &[], "{\"status\":\"Running\"}"),
            (200, &[], "{\"status\":\"Succeeded\",\"properties\":{}}"),
        ],
        "wait Running, print {}",
    );
    check(
        "GET",
        first,
        &[(202, &[], ""), (409, &[], "{\"code\":\"E\"}")],
        "wait -, failed E",
    );
    check(
        "GET",
        first,
        &[(202, &[], "{\"status\":\"Running\"}"), SUCCEEDED],
        "wait Running, print",
    );
    check("GET", first, &[(409, &[], "")], "unreadable");
    check(
        "GET",
        first,
        &[(
            200,
            &[],
            "{\"properties\":{\"provisioningState\":\"Failed\",\"error\":{\"code\":\"E\"}}}",
        )],
        "failed E",
    );
    check(
        "GET",
        first,
        &[(200, &[], "{\"status\":\"Online\",\"type\":\"a/b\"}")],
        "print",
    );
    check("GET", first, &[(204, &[], "")], "print");
}

#[test]
fn pauses_are_the_services_or_grow() {
    let second = Duration::from_secs(1);
    let mut poller = Poller::of_address(&request("GET"));
    let mut own = || poller.pause(None, second * 300).as_millis();
    assert_eq!(
        [own(), own(), own()],
        [2000, 3000, 4500]
    );
    for _ in 0..20 {
        own();
    }
    assert_eq!(own(), 30_000);
    assert_eq!(poller.pause(Some(second * 70), second * 300), second * 70);
    assert_eq!(poller.pause(Some(second * 70), second * 10), second * 10);
    let mut poller = Poller::of_address(&request("GET"));
    for _ in 0..50 {
        assert_eq!(
            poller.pause(Some(Duration::ZERO), second * 300),
            Duration::ZERO
        );
    }
    assert_eq!(poller.pause(Some(Duration::ZERO), second * 300), second);
    assert_eq!(
        poller.pause(Some(Duration::ZERO), Duration::ZERO),
        Duration::ZERO
    );
}

#[test]
fn the_callers_headers_are_repeated_within_the_target_only() {
    let target = target();
    let mut poller = Poller::new(&request("POST"), Monitor::Location(url(RESULT)), None);
    let asked = poller.request(&target);
    assert_eq!((asked.method, asked.body.len()), (Method::GET, 0));
    let names = |headers: &HeaderMap| {
        headers
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&asked.headers), ["accept", "x-mine"]);
    for to in [
        "http://a.blob.core.windows.net/r?sig=x",
        "https://a.blob.core.windows.net/r",
        "https://a.blob.core.windows.net/r?sig=",
        "https://u:p@a.blob.core.windows.net/r?sig=x",
        "/r?sig=x",
    ] {
        assert!(!poller.redirected(to), "{to}");
    }
    let storage = "https://a.blob.core.windows.net/r?sv=1&sig=x%2By";
    assert!(is_presigned(&url(storage)) && poller.redirected(storage));
    assert!(poller.is_presigned(&target));
    assert_eq!(poller.request(&target).url.as_str(), storage);
    assert_eq!(names(&poller.request(&target).headers), ["accept"]);
    let mut poller = Poller::new(&request("POST"), Monitor::Status(url(STATUS)), None);
    assert!(
        !poller.redirected(storage),
        "the state of an operation is never asked in storage"
    );
}
