//! `--har`: what is in the file, what does not, and that it is there however the run ended; and `arm sandbox serve
//! --replay`, which answers from it.

#![expect(
    clippy::unwrap_used,
    reason = "a recording that cannot be read fails the test"
)]

use serde_json::Value;

use crate::support::answer::Answer;
use crate::support::home::Home;
use crate::support::run::{Outcome, Run, TOKEN};
use crate::support::secrets;
use crate::support::served_sandbox::{SUBSCRIPTION, ServedSandbox};
use crate::support::server::Server;

/// The file of each run.
const FILE: &str = "run.har";

/// Runs a command that is recorded, and returns the entries.
#[track_caller]
fn recorded(run: Run, code: i32) -> (Outcome, Vec<Value>) {
    let (outcome, home) = run.args(["--har", FILE]).run_and_keep();
    (outcome.exits(code), entries(&home))
}

/// The entries of a recording that is valid and holds no secret.
#[track_caller]
fn entries(home: &Home) -> Vec<Value> {
    let path = home.path().join(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    secrets::check("the recording", &text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }
    let archive: Value = serde_json::from_str(&text).unwrap();
    check_log(&archive);
    archive["log"]["entries"].as_array().unwrap().clone()
}

/// Checks an archive against the format (HAR 1.2), as `har-schema` and browsers read it.
#[track_caller]
fn check_log(archive: &Value) {
    let log = &archive["log"];
    assert_eq!(log["version"], "1.2");
    for name in ["name", "version"] {
        assert!(log["creator"][name].is_string(), "{log}");
    }
    for entry in log["entries"].as_array().unwrap() {
        check_entry(entry);
    }
}

#[track_caller]
fn check_entry(entry: &Value) {
    let is_text = |pointer: &str| {
        let value = entry.pointer(pointer);
        assert!(value.is_some_and(Value::is_string), "{pointer}: {entry}");
    };
    let is_number = |pointer: &str| {
        let value = entry.pointer(pointer);
        assert!(value.is_some_and(Value::is_number), "{pointer}: {entry}");
    };
    for pointer in [
        "/startedDateTime",
        "/request/method",
        "/request/url",
        "/request/httpVersion",
        "/response/statusText",
        "/response/httpVersion",
        "/response/content/mimeType",
        "/response/redirectURL",
    ] {
        is_text(pointer);
    }
    for pointer in [
        "/time",
        "/request/headersSize",
        "/request/bodySize",
        "/response/status",
        "/response/headersSize",
        "/response/bodySize",
        "/response/content/size",
        "/timings/send",
        "/timings/wait",
        "/timings/receive",
    ] {
        is_number(pointer);
    }
    assert!(entry["cache"].is_object());
    for side in ["request", "response"] {
        for list in ["headers", "cookies", "queryString"] {
            let Some(pairs) = entry[side].get(list) else {
                assert_eq!((side, list), ("response", "queryString"));
                continue;
            };
            for pair in pairs.as_array().unwrap() {
                assert!(pair["name"].is_string() && pair["value"].is_string());
            }
        }
    }
    let started = entry["startedDateTime"].as_str().unwrap();
    assert!(started.len() == 24 && started.ends_with('Z'), "{started}");
    if let Some(data) = entry["request"].get("postData") {
        assert!(data["mimeType"].is_string());
    }
}

/// `GET 200` of each entry.
fn lines(entries: &[Value]) -> Vec<String> {
    let line = |entry: &Value| {
        let (request, response) = (&entry["request"], &entry["response"]);
        format!(
            "{} {}",
            request["method"].as_str().unwrap(),
            response["status"]
        )
    };
    entries.iter().map(line).collect()
}

#[test]
fn every_page_repetition_and_redirect_is_written_down() {
    let server = Server::answering([
        Answer::error(503, "{\"error\":{\"code\":\"Busy\"}}").header("Retry-After", "0"),
        Answer::redirect(307, "/moved?sig=secret-signature"),
        Answer::json("{\"value\":[{\"a\":1}],\"nextLink\":\"/next?$skiptoken=x\"}"),
        Answer::error(404, "{\"error\":{\"code\":\"Gone\"}}"),
    ]);
    let run =
        Run::signed(&server, "GET", "/items").args(["--retry", "1", "-H", "X-Api-Key: my-own-key"]);
    let (_, entries) = recorded(run, 9);
    assert_eq!(
        lines(&entries),
        ["GET 503", "GET 307", "GET 200", "GET 404"]
    );
    let text = |at: usize| entries[at]["response"]["content"]["text"].as_str();
    assert_eq!(text(0), Some("{\"error\":{\"code\":\"Busy\"}}"));
    assert_eq!(text(3), Some("{\"error\":{\"code\":\"Gone\"}}"));
    assert!(text(2).unwrap().contains("$skiptoken=x"));
    assert_eq!(
        entries[2]["request"]["queryString"][0]["value"],
        "[redacted]"
    );
    let all = Value::from(entries).to_string();
    for secret in [TOKEN, "secret-signature", "my-own-key"] {
        assert!(!all.contains(secret), "{secret}");
    }
    assert!(all.contains("{\"name\":\"authorization\",\"value\":\"[redacted]\"}"));
}

#[test]
fn parallel_requests_are_written_down_too() {
    let server = Server::with(|_| Answer::json("{\"a\":1}"));
    let url = server.authority();
    let ids = (0..20).map(|number| format!("http://{url}/things/{number}"));
    let ids = ids.collect::<Vec<_>>().join("\n");
    let run = Run::arm(["GET", "-", "--no-auth"]).stdin(ids);
    let (_, entries) = recorded(run, 0);
    assert_eq!(entries.len(), 20);
}

#[test]
fn what_is_secret_is_left_out() {
    let account = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-data-prod/providers/Microsoft.Storage/storageAccounts"
    );
    let names = Run::arm(["--sandbox", "GET", &account, "-q", "$.value[0].name", "-r"]);
    let name = names.run().exits(0).text().trim().to_owned();
    let address = format!("{account}/{name}/listKeys");
    let (outcome, entries) = recorded(Run::arm(["--sandbox", "POST", &address]), 0);
    let key = outcome.json()["keys"][0]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let [entry] = entries.as_slice() else {
        panic!("{entries:#?}");
    };
    assert!(!entry.to_string().contains(&key));
    assert_eq!(entry["response"]["content"].get("text"), None);
    let comment = entry["comment"].as_str().unwrap();
    assert!(comment.contains("may be secret"), "{comment}");
    // Members with secret names are masked wherever they are.
    let server = Server::answering([Answer::json("{\"adminPassword\":\"hunter2-back\"}")]);
    let run = Run::plain(&server, "PUT", "/x").args([".properties.adminPassword=hunter2-there"]);
    let (_, entries) = recorded(run, 0);
    let text = Value::from(entries).to_string();
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn what_goes_for_tokens_is_not_written_down() {
    let sandbox = ServedSandbox::start();
    let (_, entries) = recorded(sandbox.arm(&["GET", "/subscriptions"]), 0);
    assert_eq!(lines(&entries), ["GET 200"]);
    assert!(
        entries[0]["request"]["url"]
            .as_str()
            .unwrap()
            .contains("/subscriptions?")
    );
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_sent() {
    for (arguments, code, words) in [
        (
            &["--har", "no/such/run.har"][..],
            1,
            "error: cannot write to `no/such/run.har`",
        ),
        (&["--har", "."], 1, "error: cannot write to `.`"),
        (
            &["--har", "/dev/stdout"],
            1,
            "it is an open stream, not a file",
        ),
        (&["--har", "-"], 2, "hint: name a file: `--har run.har`"),
        (
            &["--har", ""],
            2,
            "error: --har: the name of the file is empty",
        ),
        (
            &["--har", "a", "-O", "a"],
            2,
            "error: `--har` and `-O` name the same file: `a`",
        ),
    ] {
        #[cfg(not(unix))]
        if arguments.contains(&"/dev/stdout") {
            continue;
        }
        let server = Server::untouched();
        let run = Run::plain(&server, "GET", "/x").args(arguments);
        run.run().exits(code).says(&[words]).prints_nothing();
    }
}

/// A file has many names, whether it is there yet or not.
#[cfg(unix)]
#[test]
fn the_file_of_the_answer_is_known_by_other_names() {
    for (prepare, har, answer) in [
        ("", "a", "$PWD/a"),
        ("touch a", "$PWD/a", "a"),
        ("touch a; ln -s a link", "a", "link"),
        ("ln -s a link", "link", "a"),
        ("mkdir d; ln -s d e", "d/a", "e/a"),
    ] {
        let script = format!(
            "{prepare}\n\"$ARM\" --sandbox GET /subscriptions --har \"{har}\" -O \"{answer}\""
        );
        let outcome = Run::bash(&script).env("ARM", crate::support::home::BINARY);
        let outcome = outcome.run().exits(2);
        outcome.says(&["error: `--har` and `-O` name the same file: `"]);
    }
    let script =
        "touch a; ln -s a link; \"$ARM\" --sandbox GET /subscriptions --har b -O link && cat a";
    let outcome = Run::bash(script).env("ARM", crate::support::home::BINARY);
    assert!(outcome.run().exits(0).text().contains("Contoso"));
}

#[test]
fn what_a_recording_lacks_to_look_a_subscription_up_is_said() {
    let sandbox = ServedSandbox::start();
    let path = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups");
    let (_, home) = sandbox.arm(&["GET", &path, "--har", FILE]).run_and_keep();
    let replay = ServedSandbox::with(&["--replay", path_of(&home).as_str()]);
    let words = "or give `-S ID`";
    let by_name = ["GET", "/subscriptions/{sub}/resourceGroups"];
    let run = replay.arm(&by_name).env("ARMCLI_SUBSCRIPTION", "Contoso");
    run.run()
        .exits(5)
        .says(&["error: NotRecorded: ", "GET /subscriptions?", words]);
    let run = replay.arm(&by_name).args(["-S", SUBSCRIPTION]);
    run.run().exits(0);
    let other = replay
        .arm(&["GET", "/subscriptions/{sub}/resourceGroups/x"])
        .run();
    assert!(!other.exits(5).stderr.contains(words));
}

#[test]
fn an_older_file_is_replaced_and_one_that_cannot_be_is_kept() {
    let server = Server::answering([Answer::json("{}")]);
    let run = Run::plain(&server, "GET", "/x").file(FILE, "older");
    assert_eq!(recorded(run, 0).1.len(), 1);
    // A usage error is not a run.
    let run = Run::arm(["GET", "/x", "--no-such", "--har", FILE]).file(FILE, "older");
    let (outcome, home) = run.run_and_keep();
    outcome.exits(2);
    assert_eq!(std::fs::read(home.path().join(FILE)).unwrap(), b"older");
}

#[test]
fn a_run_that_sends_nothing_says_so() {
    for preview in ["-n", "--curl"] {
        let server = Server::untouched();
        let run = Run::plain(&server, "GET", "/x").args([preview]);
        let (outcome, entries) = recorded(run, 0);
        outcome.says(&["note: nothing was sent: `run.har` has no entries"]);
        assert!(entries.is_empty());
    }
}

#[test]
fn what_has_no_answer_is_written_down() {
    let server = Server::with(|_| Answer::nothing());
    let (_, entries) = recorded(Run::plain(&server, "GET", "/x").args(["--retry", "1"]), 7);
    assert_eq!(lines(&entries), ["GET 0", "GET 0"]);
    assert!(entries[0]["response"]["_error"].is_string());
    let server = Server::with(|_| Answer::silence());
    let (_, entries) = recorded(
        Run::plain(&server, "GET", "/x").args(["--timeout", "100ms"]),
        8,
    );
    assert_eq!(lines(&entries), ["GET 0"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_written_down() {
    for (method, words) in [
        ("GET", ""),
        // A write has more to say about it.
        ("PUT", "may have been executed"),
    ] {
        let server = Server::with(|_| Answer::silence());
        let mut running = Run::plain(&server, method, "/x")
            .args(
                ["--har", FILE, "{}"]
                    .iter()
                    .take(if method == "GET" { 2 } else { 3 }),
            )
            .start();
        while server.requests().is_empty() {
            std::thread::yield_now();
        }
        let home = running.keep_folder();
        let id = running.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(killed.unwrap().success());
        running.finish().exits(130).says(&[words]);
        let entries = entries(&home);
        assert_eq!(lines(&entries), [format!("{method} 0")]);
        assert_eq!(entries[0]["comment"], "The run ended without an answer.");
    }
}

/// A run that waits where it cannot hear: here for a reader of its output.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_held_up_is_written_down() {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let server = Server::with(move |_| Answer::json(&body));
    let url = server.url("/x");
    let script = format!(
        "mkfifo pipe; exec 3<>pipe\n\
         \"$ARM\" GET '{url}' --no-auth --har {FILE} >pipe 3>&- & run=$!\n\
         read -rN1 -u3; kill -TERM $run; wait $run"
    );
    let (outcome, home) = Run::bash(&script).run_and_keep();
    outcome.exits(130);
    assert_eq!(lines(&entries(&home)), ["GET 200"]);
}

#[test]
fn a_recording_answers_as_the_service_did() {
    let machine = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01"
    );
    let start = format!("{machine}/start");
    let query = "Resources | summarize count() by type";
    let cases: [(&[&str], i32); 6] = [
        (&["list", "vm"], 0),
        (&["GET", &machine, "-q", "$.properties.vmId"], 0),
        (&["GET", "/subscriptions/{sub}/resourceGroups/none"], 4),
        (&["POST", &start, "--wait", "-y"], 0),
        (
            &["GET", "/subscriptions/*/resourceGroups", "-o", "compact"],
            0,
        ),
        (&["graph", query], 0),
    ];
    for (arguments, code) in cases {
        let sandbox = ServedSandbox::start();
        let run = sandbox.arm(arguments).args(["--har", FILE]);
        let (first, home) = run.run_and_keep();
        let first = first.exits(code);
        assert!(!entries(&home).is_empty());
        let replay = ServedSandbox::with(&["--replay", path_of(&home).as_str()]);
        let again = replay.arm(arguments).run().exits(code);
        let port_of = |text: &str, sandbox: &ServedSandbox| text.replace(&sandbox.endpoint(), "");
        assert_eq!(
            port_of(again.text(), &replay),
            port_of(first.text(), &sandbox),
            "{arguments:?}"
        );
        // The host is not what counts, and the last answer comes again.
        let once_more = replay.arm(arguments).run().exits(code);
        if arguments[0] != "POST" {
            assert_eq!(once_more.text(), again.text());
        }
        let other = replay
            .arm(&["GET", "/subscriptions/{sub}/resourceGroups/other"])
            .run();
        other.exits(5).says(&[
            "error: NotRecorded: The recording has no answer to GET /subscriptions/3f2b8c1e",
            "the nearest request in it is ",
        ]);
    }
}

fn path_of(home: &Home) -> String {
    home.path().join(FILE).display().to_string()
}

#[test]
fn a_trace_of_a_browser_is_answered_from() {
    let url = format!(
        "https://management.azure.com/subscriptions/{SUBSCRIPTION}/resourcegroups?api-version=2021-04-01"
    );
    let entry = |method: &str, url: &str, response: &str| {
        format!(
            "{{\"_initiator\":{{}},\"startedDateTime\":\"2026-01-01T00:00:00.000Z\",\"time\":1,\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\",\"httpVersion\":\"http/2.0\",\"headers\":[{{\"name\":\":authority\",\"value\":\"management.azure.com\"}}],\"queryString\":[],\"cookies\":[]}},\"response\":{response},\"cache\":{{}},\"timings\":{{}}}}"
        )
    };
    // {"value":[{"name":"a"}],"nextLink":"https://management.azure.com:443/subscriptions/…/next?x=1…"}
    let page = format!(
        "{{\"value\":[{{\"name\":\"a\"}}],\"nextLink\":\"https://management.azure.com:443/subscriptions/{SUBSCRIPTION}/resourcegroups/next?x=1&api-version=2021-04-01\"}}"
    );
    let packed = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, page);
    let first = format!(
        "{{\"status\":200,\"statusText\":\"\",\"httpVersion\":\"http/2.0\",\"headers\":[{{\"name\":\"content-encoding\",\"value\":\"gzip\"}},{{\"name\":\"content-length\",\"value\":\"7\"}}],\"cookies\":[],\"content\":{{\"size\":9,\"mimeType\":\"application/json; charset=utf-8\",\"text\":\"{packed}\",\"encoding\":\"base64\"}}}}"
    );
    let second = "{\"status\":200,\"headers\":[],\"content\":{\"mimeType\":\"application/json\",\"text\":\"{\\\"value\\\":[{\\\"name\\\":\\\"b\\\"}]}\"}}";
    let next = format!(
        "https://management.azure.com/subscriptions/{SUBSCRIPTION}/resourceGroups/next?x=1&api-version=2021-04-01"
    );
    let all = [
        entry(
            "GET",
            "https://portal.azure.com/Content/x.js",
            "{\"status\":200,\"headers\":[],\"content\":{\"size\":4,\"mimeType\":\"text/javascript\"}}",
        ),
        entry(
            "GET",
            "data:image/png;base64,AAAA",
            "{\"status\":200,\"headers\":[],\"content\":{}}",
        ),
        entry(
            "OPTIONS",
            &url,
            "{\"status\":204,\"headers\":[],\"content\":{\"size\":0}}",
        ),
        entry(
            "GET",
            &url,
            "{\"status\":0,\"headers\":[],\"content\":{},\"_error\":\"net::ERR_FAILED\"}",
        ),
        entry("GET", &url, &first),
        entry("GET", &next, second),
    ];
    let text = format!(
        "\u{feff}{{\"log\":{{\"version\":\"1.2\",\"pages\":[],\"entries\":[{}]}}}}",
        all.join(",\n")
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let replay = ServedSandbox::with(&["--replay", &file.path().display().to_string()]);
    let outcome = replay
        .arm(&[
            "GET",
            "/subscriptions/{sub}/resourceGroups",
            "--api-version",
            "2021-04-01",
            "-q",
            "$.value[*].name",
            "-r",
        ])
        .run();
    // The first answer was lost when it was recorded: the request is repeated.
    assert_eq!(outcome.exits(0).text(), "a\nb\n");
}

/// The lines of `docs/recording.md` that serve a recording.
#[cfg(unix)]
#[test]
fn the_lines_of_the_page_work() {
    use std::path::Path;

    use crate::support::session::blocks;

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recording.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = blocks(&text);
    let with = |part: &str| {
        let mut found = blocks.iter().filter(|block| block.language == "sh");
        found
            .find(|block| block.text.contains(part))
            .unwrap()
            .text
            .clone()
    };
    let script = format!(
        "arm() {{ \"$ARM\" \"$@\"; }}\n{}trap \"kill $!\" EXIT\n\
         until [ -s variables ]; do read -rt 0.01 <> <(:) || :; done\n{}",
        with("--replay")
            .replace(" --port 50342", "")
            .replace("arm sandbox serve", "\"$ARM\" sandbox serve"),
        with(". ./variables")
    );
    let outcome = Run::bash(&script).run().exits(0);
    let lines: Vec<&str> = outcome.text().lines().collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(lines[..3], lines[3..]);
    assert!(
        outcome
            .stderr
            .contains("answers come from `run.har`: 1 request to management.azure.com")
    );
}

#[test]
fn a_file_that_is_no_recording_is_named() {
    let entry = "{\"request\":{\"method\":\"GET\"},\"response\":{\"status\":200}}";
    for (text, words) in [
        ("", "it is empty"),
        (
            "{",
            "line 1, column 1: the file ends here, in the middle: it was cut",
        ),
        ("<html>", "line 1, column 1: expected value"),
        (
            "{\"log\":{}}",
            "it has no `log.entries`: it is not an HTTP Archive",
        ),
        (
            "{\"log\":{\"entries\":[]}}",
            "it has no entries: nothing was recorded",
        ),
        (
            &*format!("{{\"log\":{{\"entries\":[{entry}]}}}}"),
            "entry 1: missing field `url`",
        ),
    ] {
        let run = Run::arm(["sandbox", "serve", "--replay", "x.har"]).file("x.har", text);
        run.run()
            .exits(1)
            .says(&["error: ", "x.har", words])
            .prints_nothing();
    }
    let run = Run::arm(["sandbox", "serve", "--replay", "none.har"]);
    run.run().exits(1).says(&["none.har"]).prints_nothing();
    let run = Run::arm(["sandbox", "serve", "--replay", "."]);
    run.run()
        .exits(1)
        .says(&["it is a folder"])
        .prints_nothing();
}
