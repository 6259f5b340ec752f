//! Links to further pages: which are followed, as what, and that a token is never sent to another
//! origin. What happens when a page fails is in `wire_pages`.

use serde_json::json;

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

/// A page with one item and this raw link.
fn page(item: &str, link: &str) -> Answer {
    Answer::json(format!("{{\"value\":[{item}],\"nextLink\":{link}}}"))
}

/// A page with one item and no link.
fn last(item: &str) -> Answer {
    Answer::json(format!("{{\"value\":[{item}]}}"))
}

/// Runs a list whose second page, if it is asked for, is the last; returns what was asked.
#[track_caller]
fn targets_after(link: &str, path: &str) -> (Outcome, Vec<String>) {
    let link = serde_json::to_string(link).unwrap_or_default();
    let server = Server::with(move |request| match request.header("x-first") {
        // The first page is told from the second by its address.
        Some(first) if first == request.target => page("1", &link),
        _ => last("2"),
    });
    let outcome = Run::signed(&server, "GET", path)
        .args([format!("x-first:{path}")])
        .run();
    for request in server.requests() {
        assert_eq!(request.header("authorization"), Some("Bearer test-token"));
    }
    (
        outcome,
        server
            .requests()
            .into_iter()
            .map(|request| request.target)
            .collect(),
    )
}

#[test]
fn an_absolute_link_is_followed_and_left_out_of_the_answer() {
    let server = Server::with(|request| match request.target.as_str() {
        "/list?api-version=1" => {
            let host = request.header("host").unwrap_or_default();
            page(
                "1",
                &format!("\"http://{host}/next?api-version=1&$skiptoken=x\""),
            )
        }
        _ => last("2"),
    });
    let outcome = Run::signed(&server, "GET", "/list?api-version=1")
        .run()
        .exits(0);
    assert_eq!(outcome.json(), json!({"value": [1, 2]}));
    assert_eq!(server.lines()[1], "GET /next?api-version=1&$skiptoken=x");
    assert_eq!(outcome.stderr, "");
}

#[test]
fn null_empty_and_blank_links_end_the_list() {
    for link in ["null", "\"\"", "\"  \"", "\"\\n\""] {
        let server = Server::answering([page("1", link)]);
        let outcome = Run::signed(&server, "GET", "/").run().exits(0);
        assert_eq!(outcome.json(), json!({"value": [1]}), "{link}");
        assert_eq!(server.requests().len(), 1, "{link}");
    }
    for (body, code) in [
        ("{\"value\":null,\"nextLink\":5}", 9),
        ("{\"items\":[1],\"nextLink\":{}}", 9),
        ("{\"properties\":{\"rows\":[[1]],\"nextLink\":5}}", 9),
        ("{\"a\":1,\"nextLink\":5}", 0),
    ] {
        let server = Server::answering([Answer::json(body)]);
        Run::signed(&server, "GET", "/").run().exits(code);
    }
    // In the place of a list's link, what is neither text nor null says nothing of where the rest is.
    for link in ["17", "{}", "[]", "false"] {
        let server = Server::answering([page("1", link)]);
        let outcome = Run::signed(&server, "GET", "/").run();
        outcome
            .exits(9)
            .prints_nothing()
            .says(&["error: `nextLink` should name the next page, but is "]);
        assert_eq!(server.requests().len(), 1, "{link}");
        let server = Server::answering([page("1", "\"/next\""), page("2", link)]);
        let outcome = Run::signed(&server, "GET", "/").run().exits(9);
        assert_eq!(outcome.json()["value"], json!([1]), "{link}");
        let large = format!("\"{}\"", "x".repeat(2 << 20));
        let server = Server::answering([page(&large, link)]);
        Run::signed(&server, "GET", "/").run().exits(9);
        // The bytes of the page can be had.
        let server = Server::answering([page("1", link)]);
        Run::signed(&server, "GET", "/")
            .args(["-o", "raw"])
            .run()
            .exits(0);
        // A document that is not a list may have any member.
        let body = format!("{{\"id\":\"/x\",\"nextLink\":{link}}}");
        let server = Server::answering([Answer::json(body)]);
        let outcome = Run::signed(&server, "GET", "/").run().exits(0);
        assert_eq!(outcome.json()["nextLink"].to_string(), link);
    }
}

#[test]
fn null_for_the_items_of_a_page_is_a_page_without_items() {
    let none = |link: &str| Answer::json(format!("{{\"value\":null,\"nextLink\":{link}}}"));
    for answers in [
        vec![none("\"/next\""), last("1")],
        vec![page("1", "\"/next\""), none("null")],
        vec![page("1", "\"/a\""), none("\"/b\""), none("\"\"")],
        vec![none("\"/a\""), none("\"/b\""), last("1")],
    ] {
        let count = answers.len();
        let server = Server::answering(answers);
        let outcome = Run::signed(&server, "GET", "/").run().exits(0);
        assert_eq!(outcome.json(), json!({"value": [1]}));
        assert_eq!(server.requests().len(), count);
    }
    // Without a next page it is what came.
    let server = Server::answering([none("null")]);
    let outcome = Run::signed(&server, "GET", "/").run().exits(0);
    assert_eq!(outcome.json(), json!({"value": null, "nextLink": null}));
}

#[test]
fn pages_without_items_have_an_end() {
    let server = Server::with(|request| {
        let number: u32 = request
            .target
            .rsplit_once('=')
            .and_then(|(_, number)| number.parse().ok())
            .unwrap_or(0);
        page("", &format!("\"/list?page={}\"", number + 1))
    });
    let outcome = Run::signed(&server, "GET", "/list").run().exits(9);
    outcome.says(&["1000 pages in a row had no items"]);
    assert_eq!(server.requests().len(), 1000);
}

#[test]
fn a_complete_list_names_no_next_page() {
    for (first, head) in [
        ("{\"items\":[1],\"@nextLink\":\"/kv?after=x\"}", None),
        (
            "{\"items\":[1],\"@nextLink\":\"/kv?after=x\"}",
            Some("</kv?after=x>; rel=\"next\""),
        ),
        (
            "{\"items\":[1],\"more\":\"/kv?after=x\"}",
            Some("<kv?after=x>; rel=\"next\""),
        ),
        ("{\"items\":[1],\"NextPageLink\":\"/kv?after=x\"}", None),
        (
            "{\"items\":[1],\"continuationToken\":\"x\",\"continuationUri\":\"/kv?after=x\"}",
            None,
        ),
        (
            "{\"items\":[1],\"continuationUri\":\"/kv?after=x\",\"continuationToken\":\"x\"}",
            None,
        ),
    ] {
        let mut answer = Answer::json(first);
        if let Some(head) = head {
            answer = answer.header("Link", head);
        }
        let server = Server::answering([answer, Answer::json("{\"items\":[2]}")]);
        let outcome = Run::signed(&server, "GET", "/kv").run().exits(0);
        assert_eq!(outcome.json(), json!({"items": [1, 2]}), "{first} {head:?}");
        assert_eq!(server.lines(), ["GET /kv", "GET /kv?after=x"]);
    }
}

#[test]
fn an_action_is_not_executed_again_for_the_link_in_its_answer() {
    for (path, link, items) in [
        ("/vm/restart", "/vm/restart?page=2", ""),
        ("/vm/restart", "/vm/restart/other/action?page=2", "1"),
        ("/list", "/list/stop?page=2", "1"),
    ] {
        let server = Server::answering([page(items, &format!("\"{link}\"")), Answer::status(405)]);
        let outcome = Run::signed(&server, "POST", path).args(["{}"]).run();
        outcome.exits(9);
        assert_eq!(
            server.lines(),
            [format!("POST {path}"), format!("GET {link}")]
        );
    }
}

#[test]
fn empty_pages_are_passed_through() {
    let answers = [
        page("1", "\"?p=2\""),
        page("", "\"?p=3\""),
        page("", "\"?p=4\""),
        last("2"),
    ];
    let server = Server::answering(answers);
    let outcome = Run::signed(&server, "GET", "/list").run().exits(0);
    assert_eq!(outcome.json(), json!({"value": [1, 2]}));
    assert_eq!(
        server.lines()[1..],
        ["GET /list?p=2", "GET /list?p=3", "GET /list?p=4"]
    );
}

#[test]
fn relative_links_are_joined() {
    for (link, target) in [
        ("/next?p=2", "/next?p=2"),
        ("next?p=2", "/a/next?p=2"),
        ("?p=2", "/a/list?p=2"),
        ("../next", "/next"),
    ] {
        let (outcome, targets) = targets_after(link, "/a/list");
        assert_eq!(outcome.exits(0).json(), json!({"value": [1, 2]}), "{link}");
        assert_eq!(targets, ["/a/list", target], "{link}");
    }
}

#[test]
fn a_missing_api_version_is_added_and_a_present_one_kept() {
    for (link, target) in [
        ("/next", "/next?api-version=2020-01-01"),
        (
            "/next?$skiptoken=x",
            "/next?$skiptoken=x&api-version=2020-01-01",
        ),
        (
            "/next?api-version=2099-01-01&s=1",
            "/next?api-version=2099-01-01&s=1",
        ),
        (
            "/next?API-Version=2099-01-01",
            "/next?API-Version=2099-01-01",
        ),
    ] {
        let (_, targets) = targets_after(link, "/list?api-version=2020-01-01");
        assert_eq!(targets[1], target, "{link}");
    }
}

#[test]
fn raw_characters_of_a_link_are_encoded_and_nothing_else_is() {
    for (link, target) in [
        ("/n?f=a eq b", "/n?f=a%20eq%20b"),
        (
            "/n?t=[{\"a\":\"+RID:~x#RT:1#TRC\"}]",
            "/n?t=%5B%7B%22a%22:%22+RID:~x%23RT:1%23TRC%22%7D%5D",
        ),
        ("/n?t=a%2Fb%3D&u=a/b,c$", "/n?t=a%2Fb%3D&u=a/b,c$"),
        ("/n?t=é", "/n?t=%C3%A9"),
        ("/n?t='x'", "/n?t=%27x%27"),
        ("/n x?t=%zz", "/n%20x?t=%25zz"),
    ] {
        let (outcome, targets) = targets_after(link, "/list");
        outcome.exits(0);
        assert_eq!(targets[1], target, "{link}");
    }
}

#[test]
fn the_odata_names_are_links_too() {
    for name in ["@odata.nextLink", "odata.nextLink"] {
        let first = Answer::json(format!("{{\"value\":[1],\"{name}\":\"/next\"}}"));
        let server = Server::answering([first, last("2")]);
        let outcome = Run::signed(&server, "GET", "/list").run().exits(0);
        assert_eq!(outcome.json(), json!({"value": [1, 2]}), "{name}");
    }
    // The link of a nested collection is the nested collection's.
    let nested = "{\"value\":[{\"members@odata.nextLink\":\"/x\",\"nextLink\":\"/y\"}]}";
    let server = Server::answering([Answer::json(nested)]);
    let outcome = Run::signed(&server, "GET", "/list").run().exits(0);
    assert_eq!(outcome.json()["value"][0]["nextLink"], "/y");
}

#[test]
fn a_link_outside_of_the_origin_is_shown_and_not_asked() {
    let other = Server::untouched();
    for make in [
        |_, other| format!("http://127.0.0.1:{other}/next"),
        |own, _| format!("http://localhost:{own}/next"),
        |own, _| format!("https://127.0.0.1:{own}/next"),
        |own, other| format!("http://127.0.0.1:{own}@127.0.0.1:{other}/next"),
        |own, _| format!("http://me:pw@127.0.0.1:{own}/next"),
        |_, other| format!("//127.0.0.1:{other}/next"),
        |own, other| format!("http://127.0.0.1:{own}\\@127.0.0.1:{other}/next"),
        |_, _| "http://acs-eastus.trafficmanager.net/next".to_owned(),
        |_, _| "https://management.azure.com/subscriptions".to_owned(),
        |_, _| "ftp://127.0.0.1/next".to_owned(),
        |_, _| "http://[/next".to_owned(),
        |_, _| "/next\u{1b}[31m".to_owned(),
    ] as [fn(u16, u16) -> String; 12]
    {
        let port = other.port();
        let server = Server::with(move |request| {
            let host = request.header("host").unwrap_or_default();
            let own = host.rsplit(':').next().and_then(|port| port.parse().ok());
            let link = make(own.unwrap_or_default(), port);
            page("1", &serde_json::to_string(&link).unwrap_or_default())
        });
        let link = make(server.port(), port);
        let outcome = Run::signed(&server, "GET", "/list").run().exits(9);
        assert_eq!(
            outcome.json(),
            json!({"value": [1], "nextLink": link}),
            "{link}"
        );
        assert!(
            outcome.stderr.contains("incomplete after 1 item:"),
            "{}",
            outcome.stderr
        );
        assert!(!outcome.stderr.contains('\u{1b}'), "{link}");
        // What is in front of an `@` may be a password, and is not repeated.
        if !link.contains('\u{1b}') && !link.contains('@') {
            assert!(
                outcome.stderr.contains(&link),
                "{link} is not in {}",
                outcome.stderr
            );
        }
        assert_eq!(server.requests().len(), 1, "{link}");
    }
}

#[test]
fn the_same_origin_may_be_spelled_otherwise() {
    for make in [
        |port| format!("HTTP://127.0.0.1:{port}/next"),
        |port| format!("http://127.0.0.1:0{port}/next"),
        |port| format!("//127.0.0.1:{port}/next"),
    ] as [fn(u16) -> String; 3]
    {
        let server = Server::with(move |request| {
            if request.target == "/next" {
                return last("2");
            }
            let host = request.header("host").unwrap_or_default();
            let port = host.rsplit(':').next().and_then(|port| port.parse().ok());
            page("1", &format!("\"{}\"", make(port.unwrap_or_default())))
        });
        let outcome = Run::signed(&server, "GET", "/list").run().exits(0);
        assert_eq!(
            outcome.json(),
            json!({"value": [1, 2]}),
            "{}",
            make(server.port())
        );
    }
}

#[test]
fn an_allowed_host_may_hold_the_next_page() {
    let other = Server::answering([last("2")]);
    let server = Server::answering([page("1", &format!("\"{}\"", other.url("/next")))]);
    let run = Run::signed(&server, "GET", "/list").args(["--allow-host", &other.authority()]);
    assert_eq!(run.run().exits(0).json(), json!({"value": [1, 2]}));
    assert_eq!(
        other.request().header("authorization"),
        Some("Bearer test-token")
    );
}

#[test]
fn a_circle_is_seen() {
    // To itself, to the first page, and in a longer way; however it is encoded.
    for (links, requests) in [
        (vec!["/list?p=1"], 1),
        (vec!["/list?%70=1"], 1),
        (vec!["?p=2", "?p=2"], 2),
        (vec!["?p=2", "?p=3", "?p=1"], 3),
        (vec!["?p=2", "?p=%32"], 2),
    ] {
        let pages = links.iter().enumerate();
        let pages = pages.map(|(number, link)| page(&number.to_string(), &format!("\"{link}\"")));
        let server = Server::answering(pages);
        let outcome = Run::signed(&server, "GET", "/list?p=1").run().exits(9);
        assert_eq!(server.requests().len(), requests, "{links:?}");
        let link = links.last().copied().unwrap_or_default();
        assert_eq!(outcome.json()["nextLink"], link, "{links:?}");
        outcome.says(&["in a circle"]);
    }
}

#[test]
fn a_link_that_grows_with_the_same_items_ends() {
    let server = Server::with(|request| {
        let link = format!("\"{}x\"", request.target);
        page("{\"id\":\"a\"}", &link)
    });
    let outcome = Run::signed(&server, "GET", "/list?t=").run().exits(9);
    outcome.says(&["the same items again"]);
    assert!(server.requests().len() <= 3, "{:?}", server.lines());
}

#[test]
fn equal_pages_after_numbered_links_are_not_an_error() {
    // The link grows by a digit once; the items are alike because only one member was selected.
    let server = Server::with(|request| {
        let number: u32 = request
            .target
            .rsplit('=')
            .next()
            .map_or(0, |text| text.parse().unwrap_or(0));
        match number {
            12 => last("{\"location\":\"westeurope\"}"),
            _ => page(
                "{\"location\":\"westeurope\"}",
                &format!("\"?p={}\"", number + 1),
            ),
        }
    });
    let outcome = Run::signed(&server, "GET", "/list?p=1").run().exits(0);
    assert_eq!(outcome.json()["value"].as_array().map(Vec::len), Some(12));
}

#[test]
fn the_users_query_is_not_repeated_and_the_headers_are() {
    let server = Server::answering([page("1", "\"/next?t=1\""), last("2")]);
    Run::signed(&server, "GET", "/list")
        .args([
            "--filter",
            "a eq 1",
            "x-mine:kept",
            "ConsistencyLevel:eventual",
        ])
        .args(["If-None-Match:\"1\"", "If-Match:\"2\""])
        .run()
        .exits(0);
    let requests = server.requests();
    assert_eq!(requests[0].target, "/list?$filter=a%20eq%201");
    assert_eq!(requests[0].header("if-none-match"), Some("\"1\""));
    assert_eq!(requests[1].target, "/next?t=1");
    assert_eq!(requests[1].header("x-mine"), Some("kept"));
    assert_eq!(requests[1].header("consistencylevel"), Some("eventual"));
    assert_eq!(requests[1].header("accept"), Some("application/json"));
    // A condition was about the first page.
    assert_eq!(
        (
            requests[1].header("if-none-match"),
            requests[1].header("if-match")
        ),
        (None, None)
    );
}

#[test]
fn the_pages_of_a_posted_list_are_got() {
    let server = Server::answering([page("1", "\"/next\""), last("2")]);
    let outcome = Run::signed(&server, "POST", "/list")
        .args(["{\"a\":1}"])
        .run()
        .exits(0);
    assert_eq!(outcome.json(), json!({"value": [1, 2]}));
    let requests = server.requests();
    assert_eq!(server.lines(), ["POST /list", "GET /next"]);
    assert!(requests[1].body.is_empty() && requests[1].header("content-type").is_none());
}

#[test]
fn links_are_joined_with_the_address_that_answered() {
    let server = Server::with(|request| match request.target.as_str() {
        "/list" => Answer::redirect(307, "/moved/list"),
        "/moved/list" => page("1", "\"next\""),
        _ => last("2"),
    });
    Run::signed(&server, "GET", "/list").run().exits(0);
    assert_eq!(server.lines()[2], "GET /moved/next");
}

#[test]
fn a_link_in_plain_http_is_refused_for_that() {
    let server = Server::answering([page("1", "\"http://arm.example/next\"")]);
    Run::signed(&server, "GET", "/list").run().exits(9).says(&[
        "unsafe link to the next page: refused plain http to `arm.example`\n",
        "hint: nothing was sent there\n",
    ]);
}
