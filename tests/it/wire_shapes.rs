//! Lists of other shapes than `value` and `nextLink`: below `properties`, Resource Graph's, those of a
//! `Link` header, and those that the user describes. What is said when a page fails is in `wire_rest`.

use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::run::{Outcome, Run};
use crate::support::server::Server;

/// Where costs are asked for.
const COSTS: &str = "/subscriptions/s/providers/Microsoft.CostManagement/query?api-version=1";
/// Where Resource Graph is asked.
const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=1";

/// A page of rows with a raw link.
fn rows(rows: &str, link: &str) -> Answer {
    Answer::json(format!(
        "{{\"id\":\"q\",\"properties\":{{\"nextLink\":{link},\"columns\":[{{\"name\":\"c\"}}],\"rows\":[{rows}]}}}}"
    ))
}

/// A page of Resource Graph with raw data and a raw token.
fn graph(data: &str, token: &str) -> Answer {
    Answer::json(format!(
        "{{\"totalRecords\":3,\"count\":1,\"data\":{data},\"facets\":[],\"resultTruncated\":\"false\",\"$skipToken\":{token}}}"
    ))
}

#[track_caller]
fn ask(answers: Vec<Answer>, method: &str, path: &str, arguments: &[&str]) -> (Outcome, Server) {
    let server = Server::answering(answers);
    let outcome = Run::signed(&server, method, path).args(arguments).run();
    for request in server.requests() {
        assert_eq!(request.header("authorization"), Some("Bearer test-token"));
    }
    (outcome, server)
}

#[test]
fn rows_of_costs_are_asked_for_with_the_same_body() {
    let body = "{ \"type\":\"Usage\",\"n\":1.10,\"n\":1E5 }";
    let link =
        "\"/subscriptions/s/providers/Microsoft.CostManagement/Query?api-version=1&$skiptoken=2\"";
    let answers = vec![rows("[1.10,\"a\"]", link), rows("[2,\"b\"]", "null")];
    let (outcome, server) = ask(answers, "POST", COSTS, &[body, "-o", "compact"]);
    let expected = "{\"id\":\"q\",\"properties\":{\"columns\":[{\"name\":\"c\"}],\"rows\":[[1.10,\"a\"],[2,\"b\"]]}}\n";
    assert_eq!(outcome.exits(0).text(), expected);
    assert_eq!(
        server.lines(),
        [
            format!("POST {COSTS}"),
            "POST /subscriptions/s/providers/Microsoft.CostManagement/Query?api-version=1&$skiptoken=2"
                .to_owned()
        ]
    );
    for request in server.requests() {
        assert_eq!(request.body, body.as_bytes());
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
    // One page alone has the same items: a null link is not a reason to take it for something else.
    let arguments = ["{}", "-o", "ndjson"];
    let (outcome, _) = ask(vec![rows("[1],[2]", "null")], "POST", COSTS, &arguments);
    assert_eq!(outcome.exits(0).text(), "[1]\n[2]\n");
}

#[test]
fn rows_of_an_unknown_service_are_posted_for_at_their_own_path_only() {
    for (link, second) in [
        ("\"?p=2\"", "POST /x/query?p=2"),
        ("\"/x/QUERY?p=2\"", "POST /x/QUERY?p=2"),
        ("\"/x/stop?p=2\"", "GET /x/stop?p=2"),
    ] {
        let answers = vec![rows("[1]", link), rows("[2]", "\"\"")];
        let (outcome, server) = ask(answers, "POST", "/x/query", &["{}"]);
        let merged = outcome.exits(0).json();
        assert_eq!(merged["properties"]["rows"], json!([[1], [2]]), "{link}");
        assert_eq!(server.lines(), ["POST /x/query", second], "{link}");
    }
}

#[test]
fn a_list_below_properties_is_followed_with_get() {
    let page = |item: &str, rest: &str| {
        Answer::json(format!(
            "{{\"id\":\"s\",\"properties\":{{\"pricesheets\":[{item}]{rest}}},\"after\":1}}"
        ))
    };
    let price =
        "/subscriptions/s/providers/Microsoft.Consumption/pricesheets/default?api-version=1";
    for path in [price, "/other"] {
        let answers = vec![
            page("{\"a\":1}", ",\"nextLink\":\"/next\",\"b\":2"),
            page("3", ""),
        ];
        let (outcome, server) = ask(answers, "GET", path, &["-o", "compact"]);
        let expected =
            "{\"id\":\"s\",\"properties\":{\"pricesheets\":[{\"a\":1},3],\"b\":2},\"after\":1}\n";
        assert_eq!(outcome.exits(0).text(), expected);
        assert!(server.lines()[1].starts_with("GET /next"));
    }
}

#[test]
fn resource_graph_gets_its_token_in_the_body() {
    for (pages, merged) in [
        (["[1]", "[2.50]", "[]"], "[1,2.50]"),
        (
            [
                "{\"columns\":[9],\"rows\":[[1]]}",
                "{\"rows\":[[2.50]]}",
                "{\"rows\":[]}",
            ],
            "{\"columns\":[9],\"rows\":[[1],[2.50]]}",
        ),
    ] {
        let tokens = ["\"t=1\"", "\"t=2\"", "null"];
        let answers = pages
            .iter()
            .zip(tokens)
            .map(|(data, token)| graph(data, token));
        let body = "{\"query\":\"Resources\",\"options\":{\"$top\":1.0, \"$skip\":0},\"x\":1E5}";
        let arguments = [body, "-o", "compact"];
        let (outcome, server) = ask(answers.collect(), "POST", GRAPH, &arguments);
        let expected = format!(
            "{{\"totalRecords\":3,\"count\":1,\"data\":{merged},\"facets\":[],\"resultTruncated\":\"false\"}}\n"
        );
        assert_eq!(outcome.exits(0).text(), expected);
        let requests = server.requests();
        assert_eq!(requests[0].body, body.as_bytes());
        for (request, token) in requests[1..].iter().zip(tokens) {
            let next = body.replace(", \"$skip\":0", &format!(",\"$skipToken\":{token}"));
            assert_eq!(String::from_utf8_lossy(&request.body), next);
            assert_eq!(request.target, GRAPH);
        }
    }
    // The last page as the first, and as lines.
    let last = Answer::json("{\"count\":2,\"data\":[1,2]}");
    let (outcome, _) = ask(vec![last], "POST", GRAPH, &["{}", "-o", "ndjson"]);
    assert_eq!(outcome.exits(0).text(), "1\n2\n");
}

#[test]
fn a_limit_keeps_the_link_where_the_service_has_it() {
    let answers = vec![rows("[1],[2]", "\"?p=2\"")];
    let (outcome, _) = ask(answers, "POST", COSTS, &["{}", "--limit", "1"]);
    assert_eq!(outcome.exits(0).json()["properties"]["nextLink"], "?p=2");
    let answers = vec![graph("{\"columns\":[],\"rows\":[[1],[2]]}", "\"t\"")];
    let (outcome, _) = ask(
        answers,
        "POST",
        GRAPH,
        &["{}", "--max-pages", "1", "-o", "compact"],
    );
    let expected = "{\"totalRecords\":3,\"count\":1,\"data\":{\"columns\":[],\"rows\":[[1],[2]]},\
                    \"$skipToken\":\"t\",\"facets\":[],\"resultTruncated\":\"false\"}\n";
    assert_eq!(outcome.exits(0).text(), expected);
}

#[test]
fn a_link_header_leads_on() {
    let link = |link: &str| ("Link".to_owned(), link.to_owned());
    let page =
        |body: &str, (name, value): (String, String)| Answer::json(body).header(&name, &value);
    for (first, second, merged) in [
        (
            "{\"repositories\":[\"a\"]}",
            "{\"repositories\":[\"b\"]}",
            json!({"repositories": ["a", "b"]}),
        ),
        ("[1]", "[2]", json!([1, 2])),
        (
            "{\"items\":[1],\"x\":1}",
            "{\"items\":null}",
            json!({"items": [1], "x": 1}),
        ),
    ] {
        let answers = vec![
            page(
                first,
                link("</v2/prev>; rel=prev, </next?last=a&n=1>; title=\"a, b\"; rel=\"next\""),
            ),
            Answer::json(second).header("Link", "</v2/prev>; rel=prev"),
        ];
        let (outcome, server) = ask(answers, "GET", "/v2/list", &[]);
        assert_eq!(outcome.exits(0).json(), merged, "{first}");
        assert_eq!(server.lines(), ["GET /v2/list", "GET /next?last=a&n=1"]);
    }
    // What the document says itself comes first.
    let first = page(
        "{\"value\":[1],\"nextLink\":\"/own\"}",
        link("</other>; rel=next"),
    );
    let (outcome, server) = ask(
        vec![first, Answer::json("{\"value\":[2]}")],
        "GET",
        "/list",
        &[],
    );
    outcome.exits(0);
    assert_eq!(server.lines()[1], "GET /own");
    // A resource, and a cut list.
    let resource = page("{\"id\":\"/x\"}", link("</next>; rel=next"));
    let (outcome, _) = ask(vec![resource], "GET", "/x", &[]);
    assert_eq!(outcome.exits(0).json(), json!({"id": "/x"}));
    let cut = page("[1,2]", link("</next?a=it's>; rel=next"));
    let (outcome, server) = ask(vec![cut], "GET", "/list", &["--limit", "2", "-v"]);
    let command = format!("arm GET '{}'", server.url("/next?a=it%27s"));
    outcome.exits(0).says(&["there are more", &command]);
}

#[test]
fn no_link_of_any_shape_leads_a_token_elsewhere() {
    let other = Server::untouched();
    let port = other.port();
    for make in [
        |own: u16, other: u16| format!("http://127.0.0.1:{own}@127.0.0.1:{other}/next"),
        |_, other| format!("http://127.0.0.1:{other}/next"),
        |_, other| format!("//127.0.0.1:{other}/next"),
        |own, _| format!("http://localhost:{own}/next"),
        |own, other| format!("http://127.0.0.1:{own}\\@127.0.0.1:{other}/next"),
        |_, _| "https://management.azure.com.evil.example/next".to_owned(),
        |_, _| "ftp://127.0.0.1/next".to_owned(),
    ] as [fn(u16, u16) -> String; 7]
    {
        for shape in ["rows", "header", "named", "prices"] {
            let server = Server::with(move |request| {
                let host = request.header("host").unwrap_or_default();
                let own = host.rsplit(':').next().and_then(|own| own.parse().ok());
                let link = make(own.unwrap_or_default(), port);
                let text = serde_json::to_string(&link).unwrap_or_default();
                match shape {
                    "rows" => rows("[1]", &text),
                    "header" => {
                        Answer::json("[[1]]").header("Link", &format!("<{link}>; rel=next"))
                    }
                    "named" => {
                        Answer::json(format!("{{\"value\":[[1]],\"p\":{{\"next\":{text}}}}}"))
                    }
                    _ => Answer::json(format!(
                        "{{\"properties\":{{\"x\":[[1]],\"nextLink\":{text}}}}}"
                    )),
                }
            });
            let (method, arguments) = match shape {
                "rows" => ("POST", vec!["{}"]),
                "named" => ("GET", vec!["--next-link", "p.next"]),
                _ => ("GET", vec![]),
            };
            let run = Run::signed(&server, method, "/list").args(arguments);
            let outcome = run.args(["-H", "Cookie: mine"]).run().exits(9);
            outcome.says(&["error: incomplete after 1 item"]);
            assert_eq!(server.requests().len(), 1, "{shape}");
        }
    }
}

#[test]
fn the_same_token_twice_is_a_circle() {
    let answers = vec![graph("[1]", "\"t\""), graph("[2]", "\"t\"")];
    let (outcome, _) = ask(answers, "POST", GRAPH, &["{}", "-o", "compact"]);
    let outcome = outcome.exits(9);
    assert_eq!(outcome.json()["data"], json!([1, 2]));
    assert_eq!(outcome.json()["$skipToken"], "t");
    outcome.says(&["in a circle"]);
    let resumed = "{\"options\":{\"$skipToken\":\"t\"}}";
    let (outcome, _) = ask(vec![graph("[1]", "\"t\"")], "POST", GRAPH, &[resumed]);
    outcome.exits(9).says(&["in a circle"]);
    let link = "</list?p=1>; rel=next";
    let (outcome, _) = ask(
        vec![Answer::json("[1]").header("Link", link)],
        "GET",
        "/list?p=1",
        &[],
    );
    outcome.exits(9).says(&["in a circle"]);
    let (outcome, _) = ask(
        vec![rows("[1]", "\"?api-version=1\"")],
        "POST",
        COSTS,
        &["{}"],
    );
    outcome.exits(9).says(&["in a circle"]);
}

#[test]
fn a_body_without_a_place_for_the_token_is_said() {
    let (outcome, _) = ask(vec![graph("[1]", "\"t\"")], "POST", GRAPH, &["[1]"]);
    let outcome = outcome.exits(9);
    assert_eq!(outcome.json()["$skipToken"], "t");
    outcome.says(&["has no place for the token"]);
}

#[test]
fn the_user_says_where_items_and_link_are() {
    let first =
        "{\"a.b\":{\"list\":[1],\"n\":2},\"paging\":{\"next\":\"?p=2\",\"total\":2},\"x\":[3]}";
    let second = "{\"a.b\":{\"list\":[4]},\"paging\":{\"next\":null}}";
    let answers = || vec![Answer::json(first), Answer::json(second)];
    let named = [
        "--items",
        "\"a.b\".list",
        "--next-link",
        "paging.next",
        "-o",
        "compact",
    ];
    let (outcome, _) = ask(answers(), "GET", "/list", &named);
    let expected = "{\"a.b\":{\"list\":[1,4],\"n\":2},\"paging\":{\"total\":2},\"x\":[3]}\n";
    assert_eq!(outcome.exits(0).text(), expected);
    // The place of the link has gone by, so it is in the document itself.
    let limited: Vec<&str> = named.into_iter().chain(["--limit", "1"]).collect();
    let (outcome, _) = ask(vec![Answer::json(first)], "GET", "/list", &limited);
    assert_eq!(outcome.exits(0).json()["nextLink"], "?p=2");
    // One of them is enough if the other is plain.
    let only = vec![
        Answer::json("{\"r\":{\"entries\":[1],\"nextLink\":\"?p=2\"}}"),
        Answer::json("{\"r\":{\"entries\":[2]}}"),
    ];
    let (outcome, _) = ask(only, "GET", "/list", &["--items", "r.entries"]);
    assert_eq!(outcome.exits(0).json(), json!({"r": {"entries": [1, 2]}}));
    let only = vec![
        Answer::json("{\"values\":[1],\"next\":\"?p=2\"}"),
        Answer::json("{\"values\":[2]}"),
    ];
    let (outcome, _) = ask(only, "GET", "/list", &["--next-link", "next"]);
    assert_eq!(outcome.exits(0).json(), json!({"values": [1, 2]}));
    // A single page has no link; that is said, because the name may be wrong.
    let single = vec![Answer::json("{\"value\":[1]}")];
    let (outcome, _) = ask(single, "GET", "/list", &["--next-link", "next"]);
    outcome.exits(0).says(&["note: the answer has no `next`"]);
}

#[test]
fn what_the_user_says_and_is_not_so_is_an_error() {
    for (body, arguments, words) in [
        (
            "7",
            vec!["--next-link", "next"],
            "error: the answer is a number: it has no `next`",
        ),
        (
            "[1]",
            vec!["--next-link", "next"],
            "error: the answer is an array",
        ),
        (
            "[1]",
            vec!["--items", "value"],
            "error: the answer is an array",
        ),
        (
            "{\"value\":[1],\"next\":7}",
            vec!["--next-link", "next"],
            "error: `next` should name the next page, but is a number",
        ),
        (
            "{\"value\":[1],\"next\":{}}",
            vec!["--next-link", "next"],
            "`next` should name the next page, but is an object",
        ),
        (
            "{\"value\":[1]}",
            vec!["--next-link", "value"],
            "`value` should name the next page, but is an array",
        ),
        (
            "{\"a\":[1],\"b\":{\"c\":1}}",
            vec!["--items", "b.c"],
            "error: the answer has no array at `b.c`",
        ),
        ("{\"a\":[1]}", vec!["--items", "b"], "arrays: a"),
    ] {
        let (outcome, _) = ask(vec![Answer::json(body)], "GET", "/list", &arguments);
        outcome.exits(9).prints_nothing().says(&[words]);
    }
    let (outcome, _) = ask(vec![graph("[1]", "7")], "POST", GRAPH, &["{}"]);
    let words = "`$skipToken` should name the next page, but is a number";
    outcome.exits(9).prints_nothing().says(&[words]);
    let malformed = vec![Answer::json("{\"value\":[1],\"next\":\"http://[/\"}")];
    let (outcome, _) = ask(malformed, "GET", "/list", &["--next-link", "next"]);
    outcome
        .exits(9)
        .says(&["the link to the next page is not a valid address"]);
    for arguments in [
        vec!["--next-link", "next", "--no-paginate"],
        vec!["--next-link", "next", "-o", "raw"],
        vec!["--items", "a", "-o", "raw"],
        vec!["--items", "a..b"],
        vec!["--items", ""],
        vec!["--next-link", "$.next"],
    ] {
        let server = Server::untouched();
        let run = Run::signed(&server, "GET", "/list").args(&arguments);
        run.run().exits(2).prints_nothing();
    }
}

/// Pages beyond 1 MiB are split while they arrive, before anything is known of their end.
#[test]
fn large_pages_of_known_lists_are_streamed() {
    let many: Vec<String> = (0..9_000)
        .map(|n| format!("[{n},\"{}\"]", "x".repeat(130)))
        .collect();
    let many = many.join(",");
    let answers = vec![rows(&many, "\"?api-version=1&p=2\""), rows(&many, "null")];
    let (outcome, _) = ask(answers, "POST", COSTS, &["{}", "-o", "ndjson"]);
    assert_eq!(outcome.exits(0).text().lines().count(), 18_000);
    let data = format!("{{\"columns\":[],\"rows\":[{many}]}}");
    let answers = vec![graph(&data, "\"t\""), graph(&data, "null")];
    let (outcome, _) = ask(answers, "POST", GRAPH, &["{}"]);
    let merged: Value = outcome.exits(0).json();
    assert_eq!(
        merged["data"]["rows"].as_array().map(Vec::len),
        Some(18_000)
    );
    assert_eq!(merged.get("$skipToken"), None);
    // Of an unknown service the end comes too late, and that is said.
    let (outcome, _) = ask(
        vec![rows(&many, "\"?p=2\"")],
        "POST",
        "/query",
        &["{}", "-o", "none"],
    );
    outcome.exits(9).says(&["names a next page", "`--items`"]);
    let answers = vec![rows(&many, "\"?p=2\""), rows("[1]", "null")];
    let arguments = ["{}", "--items", "properties.rows", "-o", "ndjson"];
    let (outcome, _) = ask(answers, "POST", "/query", &arguments);
    assert_eq!(outcome.exits(0).text().lines().count(), 9_001);
}

#[test]
fn tables_of_log_analytics_are_one_page() {
    let body = "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[],\"rows\":[[1]]}]}";
    let (outcome, _) = ask(
        vec![Answer::json(body)],
        "POST",
        "/query",
        &["{}", "-o", "compact"],
    );
    assert_eq!(outcome.exits(0).text(), format!("{body}\n"));
}

#[test]
fn the_result_of_an_operation_may_have_pages() {
    let server = Server::with(|request| match request.target.as_str() {
        "/start" => Answer::status(202)
            .header("Location", "/result")
            .header("Retry-After", "0"),
        "/result" => Answer::json("{\"value\":[1],\"nextLink\":\"/result?p=2\"}"),
        _ => Answer::json("{\"value\":[2]}"),
    });
    let run = Run::signed(&server, "POST", "/start").args(["{}", "--wait", "-o", "compact"]);
    assert_eq!(run.run().exits(0).text(), "{\"value\":[1,2]}\n");
    assert_eq!(
        server.lines(),
        ["POST /start", "GET /result", "GET /result?p=2"]
    );
}
