//! `arm mcp` as a client sees it: lines in, lines out. What single messages mean: the unit tests of `mcp`; real clients:
//! `.ci/mcp`.

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::run::Run;

const MACHINES: &str = "/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines";

/// One conversation, in the older era.
struct Conversation {
    lines: Vec<Value>,
}

impl Conversation {
    fn new() -> Self {
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        Self {
            lines: vec![
                json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}),
                json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            ],
        }
    }

    fn call(mut self, id: u32, name: &str, arguments: &Value) -> Self {
        let params = json!({"name": name, "arguments": arguments});
        self.lines
            .push(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}));
        self
    }

    fn text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Value::to_string).collect();
        lines.join("\n")
    }

    /// Sends all at once, and returns the answers by their identifiers.
    fn run(&self, options: &[&str]) -> (Vec<(Value, Value)>, Home) {
        let run = Run::arm(["mcp", "--sandbox"]).args(options);
        let (outcome, home) = run.stdin(self.text()).run_and_keep();
        let outcome = outcome.exits(0).says(&[]);
        let answers = outcome.text().lines().map(|line| {
            let mut answer: Value = serde_json::from_str(line).unwrap_or_default();
            (answer["id"].take(), answer)
        });
        (answers.collect(), home)
    }

    fn ask(&self, options: &[&str]) -> Vec<(Value, Value)> {
        self.run(options).0
    }
}

/// The result of a call.
fn result(answers: &[(Value, Value)], id: u32) -> &Value {
    let found = answers.iter().find(|(own, _)| *own == json!(id));
    &found
        .unwrap_or_else(|| panic!("no answer to {id} in {answers:?}"))
        .1["result"]
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn an_agent_reads_lists_and_types() {
    let conversation = Conversation::new()
        .call(
            1,
            "arm_read",
            &json!({"url": MACHINES, "query": "$.value[*].name", "limit": 2}),
        )
        .call(2, "arm_read", &json!({"list": "vnet", "query": "[].name"}))
        .call(3, "arm_read", &json!({"graph": "Resources | count"}))
        .call(
            4,
            "arm_types",
            &json!({"type": "Microsoft.Compute/disks", "show": "schema", "depth": 1}),
        )
        .call(
            5,
            "arm_read",
            &json!({"url": "/subscriptions/{sub}/resourceGroups/nowhere"}),
        );
    let answers = conversation.ask(&[]);
    for id in 1..=4 {
        assert_eq!(result(&answers, id)["isError"], json!(false), "{answers:?}");
    }
    assert_eq!(
        text(result(&answers, 1)).matches("vm-").count(),
        2,
        "{answers:?}"
    );
    assert!(text(result(&answers, 4)).contains("\"$schema\""));
    let failed = result(&answers, 5);
    assert_eq!(failed["isError"], json!(true));
    assert_eq!(failed["structuredContent"]["error"]["status"], json!(404));
    assert_eq!(failed["structuredContent"]["error"]["exit"], json!(4));
}

#[test]
fn an_agent_gets_no_secrets_and_writes_nothing_by_reading() {
    let storage =
        "/subscriptions/{sub}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st";
    let conversation = Conversation::new()
        .call(
            1,
            "arm_read",
            &json!({"url": format!("{storage}/listKeys"), "method": "POST"}),
        )
        .call(
            2,
            "arm_read",
            &json!({"url": format!("{MACHINES}/x/restart"), "method": "POST"}),
        )
        .call(3, "arm_read", &json!({"url": "https://example.org/"}))
        .call(
            4,
            "arm_read",
            &json!({"url": "http://169.254.169.254/metadata/identity/oauth2/token"}),
        )
        .call(
            5,
            "arm_read",
            &json!({"url": "/subscriptions", "query": "--allow-secrets"}),
        )
        .call(6, "arm_read", &json!({"graph": "@/etc/hostname"}));
    let answers = conversation.ask(&["--allow-writes"]);
    for id in 1..=6 {
        assert_eq!(
            result(&answers, id)["isError"],
            json!(true),
            "{id} {answers:?}"
        );
    }
    for id in [1, 2] {
        assert_eq!(
            result(&answers, id)["structuredContent"]["error"]["exit"],
            json!(12),
            "{answers:?}"
        );
    }
}

#[test]
fn nothing_is_carried_out_without_leave() {
    let group = "/subscriptions/{sub}/resourceGroups/rg-agent";
    let body = json!({"location": "westeurope"});
    let conversation = Conversation::new()
        .call(
            1,
            "arm_plan",
            &json!({"method": "PUT", "url": group, "body": body}),
        )
        .call(2, "arm_apply", &json!({"plan": "anything"}));
    let answers = conversation.ask(&[]);
    let plan = &result(&answers, 1)["structuredContent"];
    assert_eq!(plan["resource"], json!({"exists": false}), "{answers:?}");
    assert!(
        plan["request"].as_str().unwrap().contains("PUT https://"),
        "{answers:?}"
    );
    assert!(plan.get("plan").is_none());
    assert!(
        answers
            .iter()
            .any(|(id, answer)| *id == json!(2) && answer["error"]["code"] == json!(-32602))
    );
}

#[test]
fn garbage_is_answered_and_the_next_call_too() {
    let run = Run::arm(["mcp", "--sandbox"]);
    let lines = "not json\n[1,2]\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n\u{0}\n";
    let outcome = run.stdin(lines).run().exits(0);
    let answers: Vec<Value> = outcome
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<Option<i64>> = answers
        .iter()
        .map(|answer| answer["error"]["code"].as_i64())
        .collect();
    assert_eq!(codes, [Some(-32700), Some(-32600), None, Some(-32700)]);
}

#[test]
fn guards_of_the_owner_are_not_lifted() {
    let run = Run::arm(["mcp", "--sandbox", "--allow-writes"]).env("ARMCLI_READ_ONLY", "1");
    run.stdin("")
        .run()
        .exits(12)
        .says(&["--allow-writes"])
        .prints_nothing();
    Run::arm(["mcp", "--token", "-"])
        .stdin("x")
        .run()
        .exits(2)
        .says(&["ARMCLI_ACCESS_TOKEN"]);
    let run = Run::arm(["mcp", "--sandbox", "--audit", "no/such/folder/log"]);
    run.stdin("").run().exits(1).says(&["no/such/folder/log"]);
}

#[test]
fn what_hands_out_secrets_or_is_many_requests_is_not_planned() {
    let storage =
        "/subscriptions/{sub}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st";
    let plans = [
        json!({"method": "POST", "url": format!("{storage}/listKeys")}),
        json!({"method": "POST", "url": format!("{storage}/regenerateKey"), "body": {"keyName": "key1"}}),
        json!({"method": "POST", "url": "/batch?api-version=2020-06-01", "body": {"requests": []}}),
        json!({"method": "DELETE", "url": "/subscriptions/*/resourceGroups/rg"}),
        json!({"method": "DELETE", "url": "/subscriptions/{sub}/resourceGroups/rg", "subscription": "*"}),
    ];
    let mut conversation = Conversation::new();
    for (id, plan) in (1..).zip(&plans) {
        conversation = conversation.call(id, "arm_plan", plan);
    }
    let answers = conversation.ask(&["--allow-writes"]);
    for (id, plan) in (1..).zip(&plans) {
        let answer = result(&answers, id);
        assert_eq!(answer["isError"], json!(true), "{plan}: {answer}");
        let error = &answer["structuredContent"]["error"];
        assert_eq!(error["exit"], json!(12), "{plan}: {answer}");
    }
}

#[cfg(unix)]
#[test]
fn a_client_that_does_not_read_holds_up_no_signal() {
    // The pipe between them holds less than these answers.
    let script = "\
        mkfifo calls answers; exec 8<>answers; exec 9<>calls\n\
        \"$ARM\" mcp --sandbox <calls >answers & id=$!\n\
        head -c 3000000 /dev/zero | tr '\\0' '[' | fold -w 50 >&9 & writer=$!\n\
        read -r line <&8; echo \"${#line}\"\n\
        kill -TERM $id; wait $id; echo $?; kill $writer";
    let outcome = Run::bash(script).run();
    assert!(outcome.text().ends_with("\n130\n"), "{outcome:#?}");
}
