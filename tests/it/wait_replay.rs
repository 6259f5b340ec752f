//! Recorded operations of Azure, replayed to their recorded end with the recorded number of requests.

#![expect(clippy::unwrap_used, reason = "a broken recording fails the test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::run::{Outcome, Run};
use crate::support::shared::shared;

/// The server that replays one recording.
struct Replay {
    process: Child,
    origin: String,
    recorded: Vec<Value>,
}

impl Replay {
    /// Starts it, where the recordings are at hand.
    fn of(name: &str) -> Option<Self> {
        let recording = shared(&format!("recordings/{name}.json"))?;
        let tool = shared("tools/replay.py")?;
        let recorded = serde_json::from_slice(&std::fs::read(&recording).unwrap()).unwrap();
        let mut process = Command::new("python3")
            .arg(tool)
            .arg(recording)
            .args(["--rewrite", "--strict", "--retry-after", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let origin = line.split_whitespace().next().unwrap().to_owned();
        Some(Self {
            process,
            origin,
            recorded,
        })
    }

    /// Repeats a recorded request with `--wait`.
    fn wait(&self, number: usize, options: &[&str]) -> Outcome {
        let request = &self.recorded[number]["request"];
        let url = request["url"].as_str().unwrap();
        let url = url.replacen("https://management.azure.com", &self.origin, 1);
        let run = Run::arm([
            request["method"].as_str().unwrap(),
            &url,
            "--no-auth",
            "--wait",
            "--retry-max-wait",
            "0",
        ]);
        run.args(options).run()
    }

    /// Returns what was asked so far: one method and status each.
    fn asked(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(self.origin.trim_start_matches("http://")).unwrap();
        stream
            .write_all(b"GET /__replay/log HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let log: Vec<Value> = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        let line =
            |entry: &Value| format!("{} {}", entry["method"].as_str().unwrap(), entry["status"]);
        log.iter().map(line).collect()
    }

    /// Returns a recorded body as JSON.
    fn body(&self, number: usize) -> Value {
        let text = self.recorded[number]["response"]["body"].as_str().unwrap();
        let text = text.replace(
            "https://management.azure.com/",
            &format!("{}/", self.origin),
        );
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _reaped = self.process.wait();
    }
}

#[test]
fn creating_a_virtual_machine() {
    let Some(replay) = Replay::of("vm-create-lro") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(4));
    assert_eq!(
        replay.asked(),
        ["PUT 201", "GET 200", "GET 200", "GET 200", "GET 200"]
    );
}

#[test]
fn actions_on_a_virtual_machine() {
    let Some(replay) = Replay::of("vm-actions-lro") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(2));
    for action in [3, 6, 9] {
        replay.wait(action, &[]).exits(0).prints_nothing();
    }
    assert_eq!(replay.wait(12, &[]).exits(0).json(), replay.body(14));
    assert_eq!(replay.asked().len(), 15);
}

#[test]
fn creating_a_storage_account() {
    let Some(replay) = Replay::of("storage-create-202-location") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(1));
    let before = replay.asked().len();
    assert_eq!(before, 2);
    assert_eq!(replay.wait(2, &[]).exits(0).json(), replay.body(4));
    assert_eq!(replay.asked()[before..], ["PUT 202", "GET 202", "GET 200"]);
}

/// These two recordings end while the operation is still running; the server then answers 410, which says
/// nothing about the operation. A deletion then looks at the resource, which was not recorded.
#[test]
fn recordings_that_stop_on_the_way() {
    for (name, start, method, polls, last) in [
        ("cosmos-dequeued-lro", 1, "PUT 200", 9, &["GET 410"][..]),
        (
            "vm-delete-lro",
            0,
            "DELETE 202",
            11,
            &["GET 410", "GET 599"],
        ),
    ] {
        let Some(replay) = Replay::of(name) else {
            return;
        };
        replay.wait(start, &[]).exits(9).prints_nothing();
        let mut expected = vec![method.to_owned()];
        expected.extend(vec!["GET 200".to_owned(); polls]);
        expected.extend(last.iter().map(|line| (*line).to_owned()));
        assert_eq!(replay.asked(), expected, "{name}");
    }
}

#[test]
fn deployment_stacks_answer_in_lower_case() {
    let Some(replay) = Replay::of("deploymentstack-lowercase") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(1));
    assert_eq!(replay.wait(2, &[]).exits(0).json(), replay.body(4));
    replay.wait(8, &[]).exits(0).prints_nothing();
    let expected = [
        "POST 202",
        "GET 200",
        "PUT 201",
        "GET 200",
        "GET 200",
        "DELETE 202",
        "GET 200",
    ];
    assert_eq!(replay.asked(), expected);
}

#[test]
fn a_failed_operation() {
    let Some(replay) = Replay::of("async-status-failed") else {
        return;
    };
    replay
        .wait(0, &[])
        .exits(10)
        .prints_nothing()
        .says(&["error: BadRe", "  operation: failed\n"]);
    assert_eq!(replay.asked(), ["POST 202", "GET 200"]);
}

#[test]
fn a_resource_group_comes_and_goes() {
    let Some(replay) = Replay::of("rg-create-delete") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(0));
    assert_eq!(replay.wait(6, &[]).exits(0).json(), replay.body(6));
    replay.wait(9, &[]).exits(0).prints_nothing();
    let expected = [
        "PUT 201",
        "PATCH 200",
        "DELETE 202",
        "GET 202",
        "GET 202",
        "GET 200",
    ];
    assert_eq!(replay.asked(), expected);
}

#[test]
fn a_container_app_at_signed_addresses() {
    let Some(replay) = Replay::of("containerapp-lro-2026") else {
        return;
    };
    assert!(replay.wait(3, &[]).exits(0).json().is_object());
    assert_eq!(replay.asked(), ["PATCH 202", "GET 200", "GET 200"]);
}

#[test]
fn a_key_vault_without_any_header() {
    let Some(replay) = Replay::of("keyvault-mgmt-state-poll") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(2));
    assert_eq!(replay.asked(), ["PUT 200", "GET 200", "GET 200"]);
}

#[test]
fn a_what_if_carries_its_result_beside_its_state() {
    let Some(replay) = Replay::of("deployment-whatif") else {
        return;
    };
    assert_eq!(replay.wait(0, &[]).exits(0).json(), replay.body(1));
    assert_eq!(replay.wait(2, &[]).exits(0).json(), replay.body(4));
    assert_eq!(
        replay.asked(),
        ["POST 202", "GET 200", "POST 202", "GET 202", "GET 200"]
    );
}
