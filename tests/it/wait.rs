//! `--wait` and `arm wait` over a socket: what is asked, what is printed, how it ends.

use crate::support::answer::Answer;
#[cfg(unix)]
use crate::support::run::AUDIENCE;
use crate::support::run::{Outcome, Run, TOKEN};
use crate::support::server::Server;

pub(crate) const CREATING: &str = "{\"properties\":{\"provisioningState\":\"Creating\"}}";
pub(crate) const READY: &str =
    "{\"name\":\"x\",\"properties\":{\"provisioningState\":\"Succeeded\",\"size\":1.10}}";
pub(crate) const RUNNING: &str = "{\"status\":\"InProgress\"}";
pub(crate) const SUCCEEDED: &str = "{\"status\":\"Succeeded\"}";

/// Adds what makes a client ask again at once.
pub(crate) fn now(answer: Answer) -> Answer {
    answer.header("Retry-After", "0")
}

pub(crate) fn json(body: &str) -> Answer {
    now(Answer::json(body))
}

pub(crate) fn accepted(name: &str, link: &str) -> Answer {
    now(Answer::status(202)).header(name, link)
}

/// Runs `METHOD /a?api-version=1 --wait` against a list of answers, and returns what was asked.
#[track_caller]
pub(crate) fn wait(method: &str, options: &[&str], answers: Vec<Answer>) -> (Outcome, Vec<String>) {
    let server = Server::answering(answers);
    let run = Run::plain(&server, method, "/a?api-version=1");
    let outcome = run.args(["--wait", "-o", "compact"]).args(options).run();
    (outcome, server.lines())
}

const ASKED: &str = "GET /a?api-version=1";
const POLL: &str = "GET /ops/1?api-version=1";
const RESULT: &str = "GET /results/1?api-version=1";

#[test]
fn put_is_followed_to_the_resource() {
    let started =
        now(Answer::error(201, CREATING)).header("Azure-AsyncOperation", "/ops/1?api-version=1");
    let answers = vec![
        started,
        json(RUNNING),
        json("{\"status\":\"Updating\",\"percentComplete\":60}"),
        json(SUCCEEDED),
        json(READY),
    ];
    let (outcome, asked) = wait("PUT", &[], answers);
    let outcome = outcome.exits(0);
    assert_eq!(outcome.text(), format!("{READY}\n"));
    assert_eq!(asked, ["PUT /a?api-version=1", POLL, POLL, POLL, ASKED]);
    assert_eq!(
        outcome.stderr,
        "note: the operation is still running\nnote: the operation is InProgress\nnote: the operation is Updating, 60 %\n"
    );
}

#[test]
fn delete_prints_nothing() {
    let answers = vec![
        accepted("Location", "/results/1?api-version=1"),
        accepted("Location", "/results/2"),
        Answer::status(200),
    ];
    let (outcome, asked) = wait("DELETE", &["-s"], answers);
    let outcome = outcome.exits(0).prints_nothing();
    assert_eq!(outcome.stderr, "");
    assert_eq!(
        asked,
        [
            "DELETE /a?api-version=1",
            RESULT,
            "GET /results/2?api-version=1"
        ]
    );

    // Nothing names a monitor: it is over when the resource is gone.
    let (outcome, asked) = wait(
        "DELETE",
        &[],
        vec![
            now(Answer::status(202)),
            json(READY),
            now(Answer::status(404)),
        ],
    );
    outcome.exits(0).prints_nothing();
    assert_eq!(asked, ["DELETE /a?api-version=1", ASKED, ASKED]);
}

#[test]
fn post_prints_the_result_at_its_location() {
    let started = accepted("Azure-AsyncOperation", "/ops/1").header("Location", "/results/1");
    let result = Answer::json("{\"value\":[{\"n\":1}],\"nextLink\":\"/results/1?page=2\"}");
    let more = Answer::json("{\"value\":[{\"n\":2}]}");
    let (outcome, asked) = wait(
        "POST",
        &["-q", "$.value[*].n"],
        vec![started, json(SUCCEEDED), result, more],
    );
    assert_eq!(outcome.exits(0).text(), "[1,2]\n");
    assert_eq!(
        asked[1..],
        [POLL, RESULT, "GET /results/1?page=2&api-version=1"].map(str::to_owned)
    );

    let started = accepted("Operation-Location", "/ops/1");
    let (outcome, _) = wait(
        "POST",
        &[],
        vec![
            started,
            json("{\"status\":\"succeeded\",\"properties\":{\"out\":1.0}}"),
        ],
    );
    assert_eq!(outcome.exits(0).text(), "{\"out\":1.0}\n");

    let started = accepted("Azure-AsyncOperation", "/ops/1").header("Location", "/results/1");
    let (outcome, _) = wait(
        "POST",
        &[],
        vec![started, json(SUCCEEDED), Answer::error(404, "{}")],
    );
    outcome
        .exits(0)
        .prints_nothing()
        .says(&["its result is not there (HTTP 404)"]);
}

#[test]
fn the_head_is_that_of_the_final_answer() {
    let started = now(Answer::error(201, CREATING))
        .header("Azure-AsyncOperation", "/ops/1")
        .header("X-Which", "first");
    let (outcome, _) = wait(
        "PUT",
        &["-i"],
        vec![
            started,
            json(SUCCEEDED),
            Answer::json(READY).header("X-Which", "last"),
        ],
    );
    let outcome = outcome.exits(0);
    assert!(
        outcome.text().contains("x-which: last") && !outcome.text().contains("first"),
        "{}",
        outcome.text()
    );
}

#[test]
fn polls_carry_the_callers_headers_and_the_token() {
    let server = Server::answering([
        accepted("Azure-AsyncOperation", "/ops/1"),
        json(SUCCEEDED),
        Answer::json(READY),
    ]);
    let run = Run::signed(&server, "PUT", "/a");
    run.args(["--wait", "X-Mine:1", "If-Match:*", "{\"a\":1}"])
        .run()
        .exits(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for (number, request) in requests.iter().enumerate() {
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(request.header("authorization"), Some(bearer.as_str()));
        assert_eq!(request.header("x-mine"), Some("1"));
        assert_eq!(request.header("if-match").is_some(), number == 0);
        assert_eq!(request.header("content-type").is_some(), number == 0);
        assert_eq!(request.body.is_empty(), number > 0);
    }
}

#[test]
fn a_signed_address_is_asked_as_it_came() {
    let signed = format!(
        "/Ops/A%2fb?Api-Version=2014-04-01-Preview&t=1&c={}&s=a-_%2B&h=x",
        "M".repeat(3300)
    );
    let server = Server::answering([
        accepted("Azure-AsyncOperation", &signed),
        json(RUNNING),
        json(SUCCEEDED),
    ]);
    let run = Run::plain(&server, "DELETE", "/a?api-version=1").args(["--wait", "-v"]);
    let outcome = run.run().exits(0);
    assert_eq!(
        server.lines()[1..],
        [format!("GET {signed}"), format!("GET {signed}")]
    );
    assert!(
        !outcome.stderr.contains("MMMM"),
        "the trace shows no capability"
    );
}

#[cfg(unix)]
#[test]
fn every_signal_that_ends_a_run_shows_how_to_go_on() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let server = Server::answering([accepted("Location", "/results/1"), Answer::silence()]);
        let running = Run::signed(&server, "POST", "/a").args(["--wait"]).start();
        while server.lines().len() < 2 {
            std::thread::yield_now();
        }
        let kill = std::process::Command::new("kill")
            .args([signal, &running.id().to_string()])
            .status();
        assert!(kill.is_ok_and(|status| status.success()));
        let command = format!(
            "`arm wait '{}' --audience '{AUDIENCE}' --allow-host '{}'`",
            server.url("/results/1"),
            server.authority()
        );
        running
            .finish()
            .exits(130)
            .prints_nothing()
            .says(&[&command]);
    }
}

#[cfg(unix)]
#[test]
fn a_deletion_that_is_followed_at_the_resource_goes_on_until_it_is_gone() {
    let server = Server::answering([now(Answer::status(202)), Answer::silence()]);
    let running = Run::plain(&server, "DELETE", "/a").args(["--wait"]).start();
    while server.lines().len() < 2 {
        std::thread::yield_now();
    }
    let kill = std::process::Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(kill.is_ok_and(|status| status.success()));
    let command = format!("`arm wait '{}' --deleted --no-auth`", server.url("/a"));
    running.finish().exits(130).says(&[&command]);

    let server = Server::answering([Answer::status(202)]);
    let outcome = Run::plain(&server, "DELETE", "/a").run().exits(0);
    outcome.says(&[&format!(
        "wait for it with `arm wait '{}' --deleted --no-auth`",
        server.url("/a")
    )]);
}

#[test]
fn without_wait_a_started_operation_is_announced() {
    let check = |answer: Answer, method: &str, options: &[&str], note: Option<&str>| {
        let server = Server::answering([answer]);
        let outcome = Run::plain(&server, method, "/a")
            .args(options)
            .run()
            .exits(0);
        let expected = note.map_or_else(String::new, |path| {
            let command = format!("arm wait '{}' --no-auth", server.url(path));
            format!("note: the operation is still running; wait for it with `{command}`\n")
        });
        assert_eq!(outcome.stderr, expected);
    };
    let signed = format!("/ops/1?api-version=1&s={}", "x".repeat(3000));
    check(
        accepted("Azure-AsyncOperation", &signed),
        "PUT",
        &[],
        Some(&signed),
    );
    check(
        accepted("Location", "/results/1"),
        "DELETE",
        &[],
        Some("/results/1"),
    );
    check(accepted("Location", "/results/1"), "DELETE", &["-s"], None);
    check(json(CREATING), "PUT", &[], Some("/a"));
    check(
        json(CREATING).header("Azure-AsyncOperation", "/ops/1"),
        "PATCH",
        &[],
        Some("/ops/1"),
    );
    check(
        json(READY).header("Azure-AsyncOperation", "/ops/1"),
        "PATCH",
        &[],
        None,
    );
    check(json(CREATING), "GET", &[], None);
    check(
        json(READY).header("Location", "/elsewhere"),
        "PUT",
        &[],
        None,
    );
}

#[test]
fn an_answer_that_is_final_is_printed_at_once() {
    for method in ["PUT", "PATCH", "POST", "DELETE", "GET"] {
        let (outcome, asked) = wait(method, &[], vec![Answer::json(READY)]);
        assert_eq!(outcome.exits(0).text(), format!("{READY}\n"));
        assert_eq!(asked.len(), 1);
    }
    wait("DELETE", &[], vec![Answer::status(204)])
        .0
        .exits(0)
        .prints_nothing();
    wait("PUT", &[], vec![Answer::error(409, "{}")])
        .0
        .exits(4)
        .prints_nothing();
    let (outcome, _) = wait("POST", &[], vec![Answer::status(202)]);
    outcome
        .exits(0)
        .prints_nothing()
        .says(&["no response tells how to follow it"]);
    let (outcome, asked) = wait(
        "GET",
        &[],
        vec![json(CREATING), json(CREATING), Answer::json(READY)],
    );
    assert_eq!(outcome.exits(0).text(), format!("{READY}\n"));
    assert_eq!(asked.len(), 3);
}

#[test]
fn arm_wait_watches_any_address() {
    let run = |options: &[&str], answers: Vec<Answer>| {
        let server = Server::answering(answers);
        let run = Run::arm([
            "wait",
            &server.url("/a"),
            "--no-auth",
            "--retry",
            "0",
            "-o",
            "compact",
        ]);
        run.args(options).run()
    };
    let outcome = run(&[], vec![json(RUNNING), json(SUCCEEDED)]).exits(0);
    assert_eq!(outcome.text(), format!("{SUCCEEDED}\n"));
    let outcome = run(&[], vec![json(CREATING), json(READY)]).exits(0);
    assert_eq!(outcome.text(), format!("{READY}\n"));
    let outcome = run(
        &["-q", "$.name", "-r"],
        vec![
            now(Answer::status(404)),
            now(Answer::status(202)),
            json(READY),
        ],
    )
    .exits(0);
    assert_eq!(outcome.text(), "x\n");
    run(
        &[],
        vec![json(
            "{\"status\":\"Failed\",\"error\":{\"code\":\"E\",\"message\":\"m\"}}",
        )],
    )
    .exits(10)
    .prints_nothing()
    .says(&["error: E: m\n"]);
    run(&[], vec![Answer::error(403, "{}")])
        .exits(4)
        .prints_nothing();

    let until = ["--for", "properties.powerState=running"];
    let power = |state: &str| {
        json(&format!(
            "{{\"properties\":{{\"provisioningState\":\"Succeeded\",\"powerState\":\"{state}\"}}}}"
        ))
    };
    let outcome = run(&until, vec![power("Starting"), power("Running")]).exits(0);
    assert_eq!(outcome.json()["properties"]["powerState"], "Running");
    let outcome = run(
        &["--for", "$.tags.ready"],
        vec![json("{\"tags\":{}}"), json("{\"tags\":{\"ready\":null}}")],
    )
    .exits(0);
    assert_eq!(outcome.text(), "{\"tags\":{\"ready\":null}}\n");
    // A member that is not there is said, because a slip in its name would be waited for without an end.
    for (held, said) in [
        (
            "properties.powerState==Running",
            "there is no member `Running` yet, which `--for` names; for a text write `--for properties.powerState=Running`",
        ),
        (
            "condition=Ready",
            "there is no member `condition` yet, which `--for` names",
        ),
    ] {
        let holds =
            "{\"properties\":{\"powerState\":\"x\"},\"Running\":\"x\",\"condition\":\"Ready\"}";
        let outcome = run(
            &["--for", held],
            vec![power("Running"), power("Running"), json(holds)],
        );
        assert_eq!(
            outcome.exits(0).stderr.matches("yet, which").count(),
            1,
            "{held}"
        );
        let outcome = run(&["--for", held], vec![power("Running"), json(holds)]);
        outcome.exits(0).says(&[said, "its state is Succeeded"]);
    }
    // The path of a condition is that of a column: names with dots in them are in quotes.
    for held in [
        "tags.\"cost.center\"=X",
        "tags['cost.center']=x",
        "zones[0]=1",
    ] {
        let resource = "{\"tags\":{\"cost.center\":\"x\"},\"zones\":[\"1\"]}";
        let outcome = run(&["--for", held], vec![json(resource)]).exits(0);
        assert_eq!(outcome.text(), format!("{resource}\n"), "{held}");
    }
    for wrong in ["=x", "$.[", "a[0=x"] {
        let server = Server::untouched();
        Run::arm(["wait", &server.url("/a"), "--no-auth", "--for", wrong])
            .run()
            .exits(2)
            .prints_nothing();
    }
}
