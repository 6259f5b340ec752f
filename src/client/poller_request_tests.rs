//! What a poller sends, and when.

use std::time::Duration;

use http::{HeaderMap, Method};

use super::monitor::{Monitor, is_presigned};
use super::monitor_tests::{RESULT, STATUS, request, target, url};
use super::poller::Poller;

#[test]
fn pauses_are_the_services_or_grow() {
    let second = Duration::from_secs(1);
    let mut poller = Poller::of_address(&request("GET"));
    let mut own = || poller.pause(None, second * 300).as_millis();
    assert_eq!([own(), own(), own()], [2000, 3000, 4500]);
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
        assert!(!poller.redirected(to).unwrap(), "{to}");
    }
    let storage = "https://a.blob.core.windows.net/r?sv=1&sig=x%2By";
    assert!(is_presigned(&url(storage)) && poller.redirected(storage).unwrap());
    assert!(poller.is_presigned(&target));
    assert_eq!(poller.request(&target).url.as_str(), storage);
    assert_eq!(names(&poller.request(&target).headers), ["accept"]);
    let mut poller = Poller::new(&request("POST"), Monitor::Status(url(STATUS)), None);
    assert!(
        !poller.redirected(storage).unwrap(),
        "the state of an operation is never asked in storage"
    );
}

#[test]
fn redirects_of_a_result_have_an_end() {
    let location = Monitor::Location(url("https://management.azure.com/results/1"));
    let mut poller = Poller::new(&request("POST"), location, None);
    let link = |number: u32| format!("https://a.blob.core.windows.net/c/{number}?sig=x");
    for number in 0..10 {
        assert!(poller.redirected(&link(number)).unwrap(), "{number}");
    }
    assert!(poller.redirected(&link(10)).is_err());
}
