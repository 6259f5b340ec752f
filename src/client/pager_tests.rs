//! Tables of which request follows a page, and which never does.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::Url;

use super::continuation::Continuation;
use super::pager::{NextLinkError, Pager};
use crate::azure::{Cloud, Target};
use crate::transport::Request;

fn request(method: Method, url: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Request {
        method,
        url: Url::parse(url).unwrap(),
        headers,
        body: Bytes::from_static(b"{}"),
    }
}

#[track_caller]
fn check(first: Method, link: &str, status: u16, expected: bool) {
    let mut pager = Pager::new(&request(
        first,
        "https://management.azure.com/s/p/query?a=1",
    ));
    let missing = Request {
        method: Method::GET,
        url: Url::parse("https://management.azure.com")
            .unwrap()
            .join(link)
            .unwrap(),
        ..request(Method::GET, "https://management.azure.com")
    };
    let status = StatusCode::from_u16(status).unwrap();
    let again = pager.posted_again(&missing, status);
    assert_eq!(again.is_some(), expected, "{link} {status}");
    let Some(again) = again else { return };
    assert_eq!(
        (again.method, again.body),
        (Method::POST, Bytes::from_static(b"{}"))
    );
    assert_eq!(again.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(again.url, missing.url);
    assert!(pager.posted_again(&missing, status).is_none(), "only once");
}

#[test]
fn posts_for_a_page_only_where_the_user_has_posted() {
    for status in [404, 405] {
        check(Method::POST, "/s/p/query?a=1&$skiptoken=x", status, true);
        // Below it a POST may be another action.
        check(Method::POST, "/s/p/query/page/2", status, false);
        // The same once more would be the same action once more.
        check(Method::POST, "/s/p/query?a=1", status, false);
        check(Method::POST, "/s/p/query2", status, false);
        check(Method::POST, "/s/p/query/../stop", status, false);
        check(Method::POST, "/s/p", status, false);
        check(Method::POST, "/s/p/QUERY", status, false);
        check(Method::POST, "/S/P/Query?a=1&b=2", status, true);
        check(
            Method::POST,
            "//westus2.management.azure.com/s/p/query?a=1&b=2",
            status,
            false,
        );
        check(Method::POST, "/s/vm/deallocate", status, false);
        check(Method::GET, "/s/p/query?a=1&b=2", status, false);
        check(Method::PUT, "/s/p/query?a=1&b=2", status, false);
    }
    for status in [400, 401, 403, 409, 429, 500, 503] {
        check(Method::POST, "/s/p/query?a=1&b=2", status, false);
    }
}

/// Follows a link after a page with these items, has it refused with 405, and tells whether it is posted for.
fn posts_after(path: &str, items: Option<&[u8]>) -> bool {
    let first = request(Method::POST, &format!("https://management.azure.com{path}"));
    let (mut pager, target) = (Pager::new(&first), target(first.url.as_str()));
    let link = Continuation::Link("?page=2".to_owned());
    let next = pager.next(Some(&link), &first.url, &target, items);
    let next = next.unwrap().unwrap();
    pager
        .posted_again(&next, StatusCode::METHOD_NOT_ALLOWED)
        .is_some()
}

#[test]
fn an_action_is_not_executed_again_for_the_link_in_its_answer() {
    for (path, items, expected) in [
        ("/vm/restart", Some(&b""[..]), false),
        ("/vm/restart", Some(b"{}"), true),
        ("/vm/listKeys", Some(b""), true),
        ("/vm/Search", Some(b""), true),
        // A page that is too large to be kept has items.
        ("/vm/restart", None, true),
    ] {
        assert_eq!(posts_after(path, items), expected, "{path} {items:?}");
    }
}

#[test]
fn posted_pages_stay_at_their_path() {
    let first = request(Method::POST, "https://management.azure.com/s/list?a=1");
    let (mut pager, target) = (Pager::new(&first), target(first.url.as_str()));
    let mut next = |link: &str| {
        let link = Continuation::Link(link.to_owned());
        let next = pager.next(Some(&link), &first.url, &target, Some(b"{}"));
        let next = next.unwrap().unwrap();
        let again = pager.posted_again(&next, StatusCode::NOT_FOUND);
        (next.method, next.body.len(), again.is_some())
    };
    assert_eq!(next("?a=2"), (Method::GET, 0, true));
    assert_eq!(next("?a=3"), (Method::POST, 2, false));
    assert_eq!(next("/s/list/other?a=4"), (Method::GET, 0, false));
}

#[test]
fn pages_without_items_have_an_end() {
    let first = request(Method::GET, "https://management.azure.com/s?a=1");
    let (mut pager, target) = (Pager::new(&first), target(first.url.as_str()));
    let mut next = |number: u32, items: &[u8]| {
        let link = Continuation::Link(format!("?page={number}"));
        pager.next(Some(&link), &first.url, &target, Some(items))
    };
    for number in 0..999 {
        assert!(next(number, b"").is_ok(), "{number}");
    }
    assert!(next(1000, b"1").is_ok(), "an item begins the count again");
    for number in 1001..2000 {
        assert!(next(number, b"").is_ok(), "{number}");
    }
    let refused = next(2000, b"");
    assert!(matches!(
        refused,
        Err(NextLinkError::Empty { pages: 1000, .. })
    ));
}

const FIRST: &str = "https://management.azure.com/s/providers/P/query?a=1";

fn target(url: &str) -> Target {
    let url = Url::parse(url).unwrap();
    let cloud = Cloud::public();
    let audience = crate::azure::audience_of(&cloud, &url);
    Target {
        cloud,
        url,
        audience,
        allowed: Vec::new(),
    }
}

/// Follows continuations one after the other; the words of the last one's outcome.
fn follow(first: &Request, continuations: &[Continuation]) -> String {
    let (mut pager, target) = (Pager::new(first), target(first.url.as_str()));
    let mut outcome = String::new();
    for continuation in continuations {
        outcome = match pager.next(Some(continuation), &first.url, &target, None) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(next)) => {
                let body = std::str::from_utf8(&next.body).unwrap();
                let token = next.headers.get("x-ms-continuation");
                let token = token.map_or("", |token| token.to_str().unwrap());
                let secret = if next.headers.contains_key("cookie") {
                    " cookie"
                } else {
                    ""
                };
                format!("{} {} {body}{token}{secret}", next.method, next.url)
            }
            Err(NextLinkError::Unsafe { .. }) => "unsafe".to_owned(),
            Err(NextLinkError::Malformed { .. }) => "malformed".to_owned(),
            Err(NextLinkError::Circle { .. }) => "circle".to_owned(),
            Err(NextLinkError::Growing { .. }) => "growing".to_owned(),
            Err(NextLinkError::Body { .. }) => "body".to_owned(),
            Err(NextLinkError::Empty { .. }) => "empty".to_owned(),
        };
    }
    outcome
}

fn posted(link: &str) -> Continuation {
    Continuation::PostedLink(link.to_owned())
}

#[test]
fn a_body_goes_again_only_to_where_it_went() {
    let mut first = request(Method::POST, FIRST);
    first
        .headers
        .insert("cookie", HeaderValue::from_static("c"));
    for (link, expected) in [
        (
            "?a=1&t=2",
            "POST https://management.azure.com/s/providers/P/query?a=1&t=2 {} cookie",
        ),
        (
            "https://management.azure.com:443/S/Providers/p/Query?t=2",
            "POST https://management.azure.com/S/Providers/p/Query?t=2 {} cookie",
        ),
        ("", "nothing"),
        // The same POST once more, or one to another path, would be an action.
        ("?a=1", "circle"),
        (
            "/s/providers/P/stop?t=2",
            "GET https://management.azure.com/s/providers/P/stop?t=2  cookie",
        ),
        (
            "/s/providers/P/query/../stop?t=2",
            "GET https://management.azure.com/s/providers/P/stop?t=2  cookie",
        ),
        // Another host of the service may be asked, but gets neither the body nor what is the user's.
        (
            "https://westus2.management.azure.com/s/providers/P/query?t=2",
            "GET https://westus2.management.azure.com/s/providers/P/query?t=2 ",
        ),
        (
            "https://management.azure.com.evil.example/s/providers/P/query?t=2",
            "unsafe",
        ),
        (
            "https://management.azure.com@evil.example/s/providers/P/query?t=2",
            "unsafe",
        ),
        (
            "http://management.azure.com/s/providers/P/query?t=2",
            "unsafe",
        ),
        ("//evil.example/s/providers/P/query?t=2", "unsafe"),
        ("http://[/", "malformed"),
    ] {
        assert_eq!(follow(&first, &[posted(link)]), expected, "{link}");
    }
    let twice = [posted("?t=2"), posted("?t=3"), posted("?%74=2")];
    assert_eq!(follow(&first, &twice), "circle");
    let got = request(Method::GET, FIRST);
    let expected = "GET https://management.azure.com/s/providers/P/query?t=2 ";
    assert_eq!(follow(&got, &[posted("?t=2")]), expected);
}

#[test]
fn a_token_goes_into_the_body_and_never_twice() {
    let token = |text: &str| Continuation::SkipToken(text.to_owned());
    let mut first = request(Method::POST, FIRST);
    first.body = Bytes::from_static(b"{\"q\":1.0,\"options\":{\"$skipToken\":\"a\"}}");
    let expected = format!("POST {FIRST} {{\"q\":1.0,\"options\":{{\"$skipToken\":\"c\"}}}}");
    assert_eq!(follow(&first, &[token("b"), token("c")]), expected);
    assert_eq!(follow(&first, &[token("b"), token("b")]), "circle");
    assert_eq!(follow(&first, &[token("a")]), "circle");
    first.body = Bytes::from_static(b"x");
    assert_eq!(follow(&first, &[token("b")]), "body");
}

#[test]
fn a_body_of_its_own_takes_the_place_of_the_first_and_never_twice() {
    let body = |text: &str| Continuation::NextBody(text.to_owned());
    let mut first = request(Method::POST, FIRST);
    first.body = Bytes::from_static(b"{\"search\":\"*\"}");
    let expected = format!("POST {FIRST} {{\"skip\":2}}");
    assert_eq!(
        follow(&first, &[body("{\"skip\":1}"), body("{\"skip\":2}")]),
        expected
    );
    assert_eq!(
        follow(&first, &[body("{\"skip\":1}"), body("{\"skip\":1}")]),
        "circle"
    );
}

#[test]
fn a_token_goes_into_the_header_or_the_parameter_of_its_service() {
    let header = |text: &str| Continuation::HeaderToken(text.to_owned());
    let url = "https://a.documents.azure.com/dbs/d/colls/c/docs";
    let mut first = request(Method::POST, url);
    let expected = format!("POST {url} {{}}{{\"t\":2}}");
    assert_eq!(
        follow(&first, &[header("{\"t\":1}"), header("{\"t\":2}")]),
        expected
    );
    assert_eq!(follow(&first, &[header("t"), header("t")]), "circle");
    assert_eq!(follow(&first, &[header("a\nb")]), "body");
    first
        .headers
        .insert("x-ms-continuation", HeaderValue::from_static("t"));
    assert_eq!(follow(&first, &[header("t")]), "circle");
}

#[test]
fn tokens_that_grow_beside_the_same_items_end() {
    let first = request(Method::POST, FIRST);
    let (mut pager, target) = (Pager::new(&first), target(FIRST));
    let mut outcomes = Vec::new();
    for length in 1..5 {
        let token = Continuation::SkipToken("x".repeat(length));
        let next = pager.next(Some(&token), &first.url, &target, Some(b"[1]"));
        outcomes.push(next.is_ok());
    }
    assert_eq!(outcomes, [true, true, false, false]);
}
