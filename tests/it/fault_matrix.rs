//! Every fault at every place: the exit code, what is on stdout, and how often the faulty address was asked, once with
//! a fault that passes and once with one that stays. The words of the errors are not looked at here.

#![expect(
    clippy::unwrap_used,
    reason = "a table that cannot be read fails the test"
)]

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::answer::Answer;
use crate::support::at_once::at_once;
use crate::support::run::{AUDIENCE, Outcome, Run};
use crate::support::server::{Received, Server};

/// The matrix: for each fault and place, `CODE×ASKED` where the fault passes, and where it stays.
#[rustfmt::skip]
const MATRIX: &str = "
                GET       PUT       POST      page      poll      result    token
  429           0×2 4×3   0×2 4×3   0×2 4×3   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  429, retry    0×2 4×3   0×2 4×3   0×2 4×3   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  500           0×2 5×3   0×2 5×3   5×1 5×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  502           0×2 5×3   0×2 5×3   5×1 5×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  503           0×2 5×3   0×2 5×3   5×1 5×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  503, retry    0×2 5×3   0×2 5×3   0×2 5×3   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  504           0×2 5×3   0×2 5×3   5×1 5×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  408           0×2 4×3   0×2 4×3   4×1 4×1   0×2 9×3   0×2 9×3   0×2 9×3   6×1 6×1
  reset before  0×2 7×3   0×2 7×3   7×1 7×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  reset in head 0×2 7×3   0×2 7×3   7×1 7×1   0×2 9×3   0×2 9×3   0×2 9×3   0×2 6×3
  reset in body 0×2 9×3   0×2 9×3   9×1 9×1   0×2 9×3   0×2 9×3   0×2 9×3   6×1 6×1
  cut JSON      9×1 9×1   9×1 9×1   9×1 9×1   9×1 9×1   9×1 9×1   9×1 9×1   6×1 6×1
  html          0×1 0×1   0×1 0×1   0×1 0×1   9×1 9×1   9×1 9×1   9×1 9×1   6×1 6×1
  foreign link  9×1 9×1   0×1 0×1   0×1 0×1   9×1 9×1   9×1 9×1   9×1 9×1   6×1 6×1
  cyclic link   9×1 9×1   9×1 9×1   9×1 9×1   9×1 9×1   0×2 3×11  9×1 9×1   6×1 6×1
  401           4×1 4×1   4×1 4×1   4×1 4×1   9×1 9×1   9×1 9×1   9×1 9×1   6×1 6×1
  401, claims   4×1 4×1   4×1 4×1   4×1 4×1   9×1 9×1   9×1 9×1   9×1 9×1   6×1 6×1
";

/// Where the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The only request, with this verb.
    Only(&'static str),
    /// The second page of three.
    Page,
    /// The monitor of an operation that a PUT has started.
    Poll,
    /// The resource, read when the operation has succeeded.
    Result,
    /// The endpoint that gives the token.
    Token,
}

const ANSWER: &str = "{\"value\":\"good\"}";
/// An address that must never be asked.
const ELSEWHERE: &str = "http://127.0.0.2:9/elsewhere";

impl Place {
    /// The path that is struck.
    fn path(self) -> &'static str {
        match self {
            Self::Only(_) | Self::Result => "/a",
            Self::Page => "/list?page=2",
            Self::Poll => "/op",
            Self::Token => "/token",
        }
    }

    fn is_struck_by(self, request: &Received) -> bool {
        let method = match self {
            Self::Only(method) => Some(method),
            Self::Result => Some("GET"),
            Self::Page | Self::Poll | Self::Token => None,
        };
        request.target.starts_with(self.path())
            && method.is_none_or(|method| request.method == method)
    }

    fn run(self, server: &Server) -> Run {
        let run = |method: &str, path: &str| Run::arm([method, &server.url(path), "-o", "compact"]);
        let run = match self {
            Self::Only("GET") | Self::Token => run("GET", "/a"),
            Self::Only(method) => run(method, "/a").args(["x=y"]),
            Self::Page => run("GET", "/list?page=1"),
            Self::Poll | Self::Result => run("PUT", "/a").args(["x=y", "--wait"]),
        };
        let run = run.args(["--retry", "2", "--retry-max-wait", "0"]);
        if self == Self::Token {
            run.args(["--audience", AUDIENCE, "--allow-host", &server.authority()])
                .env("MSI_ENDPOINT", server.url("/token"))
        } else {
            run.args(["--no-auth"])
        }
    }

    /// What is printed when all is well.
    fn good(self) -> &'static str {
        if self == Self::Page {
            "{\"value\":[1,2,3]}\n"
        } else {
            "{\"value\":\"good\"}\n"
        }
    }
}

/// A server on which all is well.
fn well(request: &Received) -> Answer {
    let now = |answer: Answer| answer.header("Retry-After", "0");
    match (request.method.as_str(), request.target.as_str()) {
        (_, "/list?page=1") => Answer::json("{\"value\":[1],\"nextLink\":\"/list?page=2\"}"),
        (_, "/list?page=2") => Answer::json("{\"value\":[2],\"nextLink\":\"/list?page=3\"}"),
        (_, "/list?page=3") => Answer::json("{\"value\":[3]}"),
        (_, "/op") => now(Answer::json("{\"status\":\"Succeeded\"}")),
        (_, path) if path.starts_with("/token") => Answer::json(
            "{\"access_token\":\"t-1\",\"expires_in\":\"3600\",\"token_type\":\"Bearer\"}",
        ),
        ("PUT", _) => now(Answer::error(201, ANSWER)).header("Azure-AsyncOperation", "/op"),
        (_, _) => Answer::json(ANSWER),
    }
}

/// Makes the answer to a request that is struck, which would have been this one.
type Fault = fn(&Received) -> Answer;

const FAULTS: [(&str, Fault); 17] = [
    ("429", |_| Answer::error(429, "{}")),
    ("429, retry", |_| {
        Answer::error(429, "{}").header("Retry-After", "0")
    }),
    ("500", |_| Answer::error(500, "{}")),
    ("502", |_| Answer::error(502, "{}")),
    ("503", |_| Answer::error(503, "{}")),
    ("503, retry", |_| {
        Answer::error(503, "{}").header("Retry-After", "0")
    }),
    ("504", |_| Answer::error(504, "{}")),
    ("408", |_| Answer::error(408, "{}")),
    ("reset before", |_| Answer::nothing()),
    ("reset in head", |_| {
        Answer::raw("HTTP/1.1 200 OK\r\nContent-Le")
    }),
    ("reset in body", |request| well(request).cut_after(5)),
    ("cut JSON", |_| Answer::json("{\"value\":[\"go")),
    ("html", |_| {
        Answer::status(200).body("text/html", "<html>sign in</html>")
    }),
    ("foreign link", foreign_link),
    ("cyclic link", cyclic_link),
    ("401", |_| {
        Answer::error(
            401,
            "{\"error\":{\"code\":\"ExpiredAuthenticationToken\",\"message\":\"m\"}}",
        )
        .header("WWW-Authenticate", "Bearer error=\"invalid_token\"")
    }),
    ("401, claims", |_| {
        Answer::error(
            401,
            "{\"error\":{\"code\":\"InvalidAuthenticationToken\",\"message\":\"m\"}}",
        )
        .header(
            "WWW-Authenticate",
            "Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"",
        )
    }),
];

fn foreign_link(request: &Received) -> Answer {
    match request.method.as_str() {
        "GET" if request.target == "/op" => Answer::json(format!(
            "{{\"status\":\"Succeeded\",\"resourceLocation\":\"{ELSEWHERE}\"}}"
        )),
        "GET" => Answer::json(format!("{{\"value\":[0],\"nextLink\":\"{ELSEWHERE}\"}}")),
        _ => Answer::status(202).header("Location", ELSEWHERE),
    }
}

fn cyclic_link(request: &Received) -> Answer {
    if request.target == "/op" {
        return Answer::redirect(307, "/op");
    }
    Answer::json(format!(
        "{{\"value\":[0],\"nextLink\":\"{}\"}}",
        request.target
    ))
}

/// Runs one cell, and returns it as `CODE×ASKED`.
fn cell(place: Place, fault: Fault, name: &str, is_lasting: bool) -> String {
    let struck = Arc::new(Mutex::new(0));
    let server = Server::with({
        let struck = Arc::clone(&struck);
        move |request| {
            if !place.is_struck_by(request) {
                return well(request);
            }
            let mut struck = struck.lock().unwrap();
            *struck += 1;
            if is_lasting || *struck == 1 {
                fault(request)
            } else {
                well(request)
            }
        }
    });
    let run = place.run(&server);
    let run = if name == "silence" {
        run.args(["--timeout", "1s"])
    } else {
        run
    };
    let outcome = run.run();
    let asked = *struck.lock().unwrap();
    let told = format!("{place:?}, {name}, lasting: {is_lasting}");
    check_output(place, &outcome, &told);
    check_writes(place, &server, asked, &told);
    format!("{}×{asked}", outcome.code.unwrap_or(-1))
}

/// Stdout holds the whole answer, a list that says where it continues, or nothing.
#[track_caller]
fn check_output(place: Place, outcome: &Outcome, told: &str) {
    match (outcome.code, place) {
        (Some(0), _) if outcome.text().starts_with("<html>") => {
            assert!(outcome.stderr.contains("not JSON"), "{told}: {outcome:#?}");
        }
        (Some(0), Place::Only("POST" | "PUT" | "PATCH")) => {}
        (Some(0), _) => assert_eq!(outcome.text(), place.good(), "{told}"),
        (Some(_), Place::Page) => {
            let list = outcome.json();
            let items = list["value"].as_array().unwrap();
            let is_start = items.starts_with(&[json!(1)]) && items.len() <= 2;
            assert!(is_start && list.get("nextLink").is_some(), "{told}: {list}");
        }
        (Some(9), Place::Only(_) | Place::Result) if !outcome.text().is_empty() => {
            assert!(
                outcome.json().get("nextLink").is_some(),
                "{told}: {outcome:#?}"
            );
        }
        (Some(8), Place::Poll) => {
            assert_eq!(outcome.text(), "", "{told}: {}", outcome.stderr);
            let hints: Vec<&str> = outcome
                .stderr
                .lines()
                .filter(|line| line.starts_with("hint:"))
                .collect();
            let [hint] = hints[..] else {
                panic!("{told}: {}", outcome.stderr);
            };
            assert!(
                hint.starts_with("hint: go on waiting with `arm wait '"),
                "{told}: {hint}"
            );
        }
        (Some(_), _) => assert_eq!(outcome.text(), "", "{told}: {}", outcome.stderr),
        (None, _) => panic!("{told}: ended by a signal"),
    }
}

/// No place but the write itself makes a write go out again.
#[track_caller]
fn check_writes(place: Place, server: &Server, asked: usize, told: &str) {
    let writes = server
        .requests()
        .iter()
        .filter(|request| request.method != "GET" && request.target == "/a")
        .count();
    let expected = match place {
        Place::Only("GET") | Place::Page | Place::Token => 0,
        Place::Only(_) => asked,
        Place::Poll | Place::Result => 1,
    };
    assert_eq!(writes, expected, "{told}");
}

/// Compares a column of the matrix.
#[track_caller]
fn check(place: Place, column: &str) {
    let mut rows = MATRIX.lines().skip(1);
    let names: Vec<&str> = rows.next().unwrap().split_whitespace().collect();
    let number = names.iter().position(|name| *name == column).unwrap();
    let expected: Vec<String> = rows
        .map(|row| {
            let name = row[2..16].trim_end();
            let cells: Vec<&str> = row[16..].split_whitespace().collect();
            format!("{name}: {} {}", cells[2 * number], cells[2 * number + 1])
        })
        .collect();
    let actual: Vec<String> = FAULTS
        .into_iter()
        .map(|(name, fault)| {
            let once = cell(place, fault, name, false);
            let lasting = cell(place, fault, name, true);
            format!("{name}: {once} {lasting}")
        })
        .collect();
    assert_eq!(actual, expected, "{place:?}");
}

/// A response that does not come is waited for until the time is up, and not asked for again. The only GET and a page:
/// `wire_process`.
#[test]
fn silence() {
    let places = [
        Place::Only("PUT"),
        Place::Only("POST"),
        Place::Poll,
        Place::Result,
        Place::Token,
    ];
    at_once(places, |place| {
        let actual = cell(place, |_| Answer::silence(), "silence", true);
        assert_eq!(actual, "8×1", "{place:?}");
    });
}

#[test]
fn the_only_get() {
    check(Place::Only("GET"), "GET");
}

#[test]
fn the_only_put() {
    check(Place::Only("PUT"), "PUT");
}

#[test]
fn the_only_post() {
    check(Place::Only("POST"), "POST");
}

#[test]
fn a_page_in_the_middle() {
    check(Place::Page, "page");
}

#[test]
fn the_monitor_of_an_operation() {
    check(Place::Poll, "poll");
}

#[test]
fn the_result_of_an_operation() {
    check(Place::Result, "result");
}

#[test]
fn the_token() {
    check(Place::Token, "token");
}
