//! Which answers start an operation, and where its monitor is.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use url::Url;

use super::monitor::{Detected, Monitor, MonitorError, ResponseView, detect};
use crate::azure::{Cloud, Target, audience_of};
use crate::transport::{Request, WholeBody};

pub(super) const RESOURCE: &str = "https://management.azure.com/subscriptions/s/x?api-version=1";
pub(super) const STATUS: &str = "https://management.azure.com/ops/1?api-version=1";
pub(super) const RESULT: &str = "https://management.azure.com/results/1?api-version=1";

pub(super) type Head<'a> = &'a [(&'a str, &'a str)];

pub(super) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

pub(super) fn target() -> Target {
    let cloud = Cloud::public();
    let url = url(RESOURCE);
    Target {
        audience: audience_of(&cloud, &url),
        cloud,
        url,
        allowed: Vec::new(),
    }
}

pub(super) fn head(pairs: Head<'_>) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())
    };
    pairs.iter().map(pair).collect()
}

pub(super) fn request(method: &str) -> Request {
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

pub(super) fn detected(
    method: &str,
    (status, pairs, body): (u16, Head<'_>, &str),
) -> Result<Detected, MonitorError> {
    let request = request(method);
    let answer = ResponseView {
        url: &request.url,
        status: StatusCode::from_u16(status).unwrap(),
        headers: &head(pairs),
        body: &WholeBody::written(body),
    };
    detect(&request, answer, &target())
}

#[track_caller]
fn starts(method: &str, first: (u16, Head<'_>, &str), expected: &str) {
    let found = match detected(method, first) {
        Ok(Detected::Finished) => "finished".to_owned(),
        Ok(Detected::Unwatched) => "unwatched".to_owned(),
        Ok(Detected::Ended { .. }) => "ended".to_owned(),
        Ok(Detected::Garbled) => "garbled".to_owned(),
        Ok(Detected::Running { monitor, .. }) => match monitor {
            Monitor::Status(url) => format!("status {}", url.path()),
            Monitor::Location(url) => format!("location {}", url.path()),
            Monitor::Resource(url) => format!("resource {}", url.path()),
            Monitor::Address(url) => format!("address {}", url.path()),
        },
        Err(MonitorError::Unsafe { .. }) => "unsafe".to_owned(),
        Err(MonitorError::Malformed { .. }) => "malformed".to_owned(),
    };
    assert_eq!(found, expected, "{method} {first:?}");
}

pub(super) const CREATING: &str = "{\"properties\":{\"provisioningState\":\"Creating\"}}";
pub(super) const READY: &str = "{\"properties\":{\"provisioningState\":\"Succeeded\"}}";

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
    // A `Location` on another host next to 201 is not an operation and is not asked.
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

#[test]
fn an_unsafe_link_is_shown_as_it_was_written() {
    let link = "https://evil.example/x";
    for name in ["Azure-AsyncOperation", "Location"] {
        let error = detected("PUT", (202, &[(name, link)], "")).unwrap_err();
        assert_eq!(error.link(), link, "{name}");
    }
}
