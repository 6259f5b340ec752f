//! What each answer of a monitor means: the irregularities that Azure is known for.

use http::StatusCode;

use super::monitor::{Detected, Monitor, ResponseView};
use super::monitor_tests::{
    CREATING, Head, READY, RESULT, STATUS, detected, head, request, target, url,
};
use super::operation::BadEnd;
use super::poller::{PollStep, Poller, ResultContent};
use crate::transport::WholeBody;

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
        let body = WholeBody::written(body);
        let answer = ResponseView {
            url: &asked,
            status: StatusCode::from_u16(*status).unwrap(),
            headers: &head(pairs),
            body: &body,
        };
        words.push(match poller.read(answer, &target) {
            Ok(PollStep::Wait { state, percent }) => {
                let state = state.unwrap_or_else(|| "-".to_owned());
                let percent = percent.map(|p| format!(" {p}")).unwrap_or_default();
                format!("wait {state}{percent}")
            }
            Ok(PollStep::Fetch) => format!("fetch {}", poller.url().path()),
            Ok(PollStep::Print(ResultContent::Whole)) => "print".to_owned(),
            Ok(PollStep::Print(ResultContent::Part(part))) => {
                format!("print {}", String::from_utf8(part.to_vec()).unwrap())
            }
            Ok(PollStep::Print(ResultContent::Nothing)) => "nothing".to_owned(),
            Ok(PollStep::NoResult) => "no result".to_owned(),
            Ok(PollStep::Ended { end, detail }) => {
                let end = match end {
                    BadEnd::Failed => "failed",
                    BadEnd::Canceled => "canceled",
                };
                let code = detail.and_then(|detail| detail.code).unwrap_or_default();
                format!("{end} {code}").trim_end().to_owned()
            }
            Ok(PollStep::Unreadable) => "unreadable".to_owned(),
            Ok(PollStep::Garbled) => "garbled".to_owned(),
            Ok(PollStep::Stateless) => "stateless".to_owned(),
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
fn an_unknown_word_beside_an_error_is_a_failure() {
    let error = "{\"status\":\"Error\",\"error\":{\"code\":\"E\",\"message\":\"m\"}}";
    let running = "{\"status\":\"Running\",\"error\":{\"code\":\"E\",\"message\":\"m\"}}";
    for method in ["PUT", "POST", "DELETE"] {
        let end = follow(method, BY_STATUS, &[(200, &[], error)]);
        assert!(end.to_lowercase().contains("failed"), "{method}: {end}");
        let end = follow(method, BY_LOCATION, &[(200, &[], error)]);
        assert!(end.to_lowercase().contains("failed"), "{method}: {end}");
        let end = follow(method, BY_STATUS, &[(200, &[], running)]);
        assert!(end.starts_with("wait"), "{method}: {end}");
    }
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
        ("{\"status\":null,\"properties\":null}", "wait -"),
        ("{\"status\":\"\"}", "wait -"),
        ("{\"id\":\"/ops/1\",\"name\":\"1\"}", "wait -"),
        ("{}", "wait -"),
        ("[]", "wait -"),
        ("{\"error\":{\"code\":\"E\"}}", "failed E"),
        ("{\"id\":\"1\",\"error\":{\"code\":\"E\"}}", "failed E"),
        (
            "{\"properties\":{\"ProvisioningState\":\"Updating\"}}",
            "wait Updating",
        ),
        (
            "{\"properties\":{\"provisioningState\":\"Failed\"}}",
            "failed",
        ),
        (
            "{\"properties\":{\"provisioningState\":\"Succeeded\"}}",
            "fetch /subscriptions/s/x",
        ),
        ("", "wait -"),
        ("<html>", "garbled"),
        ("{\"status\":\"Failed\"", "garbled"),
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
fn a_monitor_without_a_state_is_asked_five_times_again() {
    let empty: (u16, Head<'_>, &str) = (200, &[], "{}");
    let running: (u16, Head<'_>, &str) = (200, &[], "{\"status\":\"Running\"}");
    for method in ["PUT", "PATCH", "POST", "DELETE"] {
        check(
            method,
            BY_STATUS,
            &[empty; 6],
            "wait -, wait -, wait -, wait -, wait -, stateless",
        );
    }
    // Words in other places are no state.
    for body in [
        "",
        "\"Succeeded\"",
        "{\"properties\":{\"status\":\"Succeeded\"}}",
    ] {
        let stateless: (u16, Head<'_>, &str) = (200, &[], body);
        check(
            "DELETE",
            BY_STATUS,
            &[stateless; 6],
            "wait -, wait -, wait -, wait -, wait -, stateless",
        );
    }
    // A state begins the count again.
    check(
        "DELETE",
        BY_STATUS,
        &[empty, empty, empty, empty, empty, running, empty, SUCCEEDED],
        "wait -, wait -, wait -, wait -, wait -, wait Running, wait -, nothing",
    );
    // A plain `Location` may do without, and so may a resource.
    check("POST", BY_LOCATION, &[empty], "print");
    check("PUT", BY_RESOURCE, &[empty], "print");
}

#[test]
fn a_monitor_that_answers_204_has_succeeded() {
    let running: (u16, Head<'_>, &str) = (202, &[], "{\"status\":\"InProgress\"}");
    let done: (u16, Head<'_>, &str) = (204, &[], "");
    for (method, expected) in [
        ("DELETE", "wait InProgress, nothing"),
        ("POST", "wait InProgress, print"),
        ("PUT", "wait InProgress, fetch /subscriptions/s/x"),
    ] {
        check(method, BY_STATUS, &[running, done], expected);
    }
}

#[test]
fn nothing_but_an_error_is_a_failure() {
    let failed: (u16, Head<'_>, &str) = (200, &[], "{\"error\":{\"code\":\"E\"}}");
    for method in ["PUT", "POST", "DELETE"] {
        for first in [BY_STATUS, BY_LOCATION] {
            check(method, first, &[failed], "failed E");
        }
    }
    check("PUT", BY_RESOURCE, &[failed], "failed E");
    // While the status says that it is still running, it is.
    let accepted: (u16, Head<'_>, &str) = (202, &[], "{\"error\":{\"code\":\"E\"}}");
    check("PUT", BY_LOCATION, &[accepted], "wait -");
}

#[test]
fn what_is_not_json_decides_nothing() {
    for body in [
        "{\"a\":",
        "{\"a\":1}}",
        "{\"properties\":{\"provisioningState\":\"F",
    ] {
        for method in ["PUT", "POST", "DELETE"] {
            for first in [BY_STATUS, BY_LOCATION] {
                check(method, first, &[(200, &[], body)], "garbled");
            }
        }
        check("PUT", BY_RESOURCE, &[(200, &[], body)], "garbled");
    }
    for body in ["<!DOCTYPE html>", "\r\n<HTML>"] {
        check("POST", BY_LOCATION, &[(200, &[], body)], "garbled");
    }
    // A result may be a text; a resource may not.
    check("POST", BY_LOCATION, &[(200, &[], "a,b\n1,2")], "print");
    check("PUT", BY_LOCATION, &[(200, &[], "a,b\n1,2")], "garbled");
    check(
        "PUT",
        BY_STATUS,
        &[SUCCEEDED, (200, &[], "<html>")],
        "fetch /subscriptions/s/x, garbled",
    );
}

#[test]
fn what_was_to_be_made_must_be_there() {
    for code in [404, 410] {
        for first in [BY_STATUS, BY_LOCATION] {
            let done: (u16, Head<'_>, &str) = match first {
                BY_LOCATION => (204, &[], ""),
                _ => SUCCEEDED,
            };
            check(
                "PUT",
                first,
                &[done, (code, &[], "")],
                "fetch /subscriptions/s/x, unreadable",
            );
        }
    }
}

#[test]
fn what_was_made_may_have_failed_all_the_same() {
    let resource: (u16, Head<'_>, &str) = (
        200,
        &[],
        "{\"id\":\"/x\",\"properties\":{\"provisioningState\":\"Failed\"}}",
    );
    let canceled: (u16, Head<'_>, &str) = (
        201,
        &[],
        "{\"properties\":{\"provisioningState\":\"Canceled\"}}",
    );
    for method in ["PUT", "PATCH"] {
        check(
            method,
            BY_STATUS,
            &[SUCCEEDED, resource],
            "fetch /subscriptions/s/x, failed",
        );
        check(method, BY_LOCATION, &[resource], "failed");
        check(method, BY_LOCATION, &[canceled], "canceled");
    }
    // An action may be about a resource that had failed before.
    check("POST", BY_LOCATION, &[resource], "print");
    check(
        "POST",
        BY_BOTH,
        &[SUCCEEDED, resource],
        "fetch /results/1, print",
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
    // A state that ends an operation counts, also beside 202.
    for (body, expected) in [
        (
            "{\"status\":\"Failed\",\"error\":{\"code\":\"E\"}}",
            "failed E",
        ),
        ("{\"status\":\"Canceled\"}", "canceled"),
        ("{\"status\":\"Failed\",\"type\":\"a/b\"}", "wait Failed"),
        ("{\"status\":\"Succeeded\"}", "fetch /subscriptions/s/x"),
    ] {
        check("PUT", BY_LOCATION, &[(202, &[], body)], expected);
    }
    // 4xx there is the operation's own failure, unless it is about the request.
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
        let answer = ResponseView {
            url: &asked,
            status: StatusCode::ACCEPTED,
            headers: &head(pairs),
            body: &WholeBody::written(""),
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
    // The address of a deletion goes with the resource.
    check(
        "DELETE",
        BY_LOCATION,
        &[(202, &[], ""), missing],
        "wait -, nothing",
    );
    check(
        "DELETE",
        BY_LOCATION,
        &[missing, missing, missing, missing],
        "wait -, wait -, wait -, nothing",
    );
    check("DELETE", BY_LOCATION, &[(410, &[], "")], "nothing");
    // So may that of its state: then the resource is asked for.
    check(
        "DELETE",
        BY_STATUS,
        &[missing, missing, missing, missing, missing],
        "wait -, wait -, wait -, wait -, nothing",
    );
    check(
        "DELETE",
        BY_BOTH,
        &[(202, &[], ""), missing, (200, &[], READY), missing],
        "wait -, wait -, wait -, nothing",
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
