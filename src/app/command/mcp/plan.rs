//! `arm_plan` and `arm_apply`: looks at a change from all sides, and carries it out as it was shown, while what it is about
//! is as it was. Which plans are kept: `mcp::PlanStore`.

use std::time::Instant;

use serde_json::{Map, Value, json};
use tokio::sync::mpsc::Sender;

use super::runner::{Runner, teller};
use crate::azure::Shown;
use crate::mcp::{
    Check, Era, Fingerprint, Finished, PendingCall, Plan, PlanArguments, TargetError, Tools,
    account_run, apply_run, checks_of, data, problem, result_of, target_of,
};

/// Shows what a change would do, and keeps it if it may be carried out.
pub(super) async fn make(runner: &Runner, arguments: &PlanArguments, era: Era) -> Value {
    let mut shown = Map::new();
    let (mut target, mut resource) = (String::new(), String::new());
    let mut requests = 0_u32;
    for (check, run) in checks_of(arguments, &runner.inherited) {
        let finished = runner.check(&run).await;
        match check {
            // What cannot be planned is not looked at any further.
            Check::Request if !finished.is_done() => return result_of(&finished, era),
            Check::Request => match target_of(&finished.output, arguments.method) {
                Ok(found) => {
                    target = found;
                    // What a name stood for is said there.
                    let notes: Vec<&str> = finished.notes().collect();
                    if !notes.is_empty() {
                        shown.insert("notes".to_owned(), json!(notes));
                    }
                }
                Err(error) => return not_planned(error, era),
            },
            Check::Resource => {
                resource = state_of(&finished);
                requests += 1;
            }
            Check::Permission | Check::Preflight | Check::Preview => requests += 1,
        }
        shown.insert(check.name().to_owned(), summary(check, &finished));
    }
    shown.insert(
        "cost".to_owned(),
        json!({"requests": requests, "writes": 1}),
    );
    let fingerprint = Fingerprint {
        account: account(runner).await,
        target,
        resource,
    };
    if runner.tools == Tools::WithWrites {
        let plan = Plan {
            arguments: arguments.clone(),
            fingerprint,
        };
        let id = runner.plans().keep(plan, Instant::now());
        shown.insert("plan".to_owned(), id.into());
    } else {
        let note = "nothing can be carried out: the owner of this server has not allowed writes";
        shown.insert("note".to_owned(), note.into());
    }
    data(&Value::Object(shown), era)
}

/// Carries a plan out.
pub(super) async fn apply(
    runner: &Runner,
    id: &str,
    pending: &PendingCall,
    sender: &Sender<Value>,
) -> Value {
    let taken = runner.plans().take(id, Instant::now());
    let plan = match taken {
        Ok(plan) => plan,
        Err(error) => return refused(&error.to_string(), pending.era),
    };
    let (mut target, mut resource) = (String::new(), String::new());
    for (check, run) in checks_of(&plan.arguments, &runner.inherited) {
        match check {
            Check::Request => {
                let shown = runner.check(&run).await.output;
                match target_of(&shown, plan.arguments.method) {
                    Ok(found) => target = found,
                    Err(error) => return not_planned(error, pending.era),
                }
            }
            Check::Resource => resource = state_of(&runner.check(&run).await),
            Check::Permission | Check::Preflight | Check::Preview => {}
        }
    }
    let now = Fingerprint {
        account: account(runner).await,
        target,
        resource,
    };
    if now.account != plan.fingerprint.account {
        return refused(
            "somebody else is signed in than when this was planned",
            pending.era,
        );
    }
    if now.target != plan.fingerprint.target {
        return refused(
            "the same words now mean another request than when this was planned",
            pending.era,
        );
    }
    if now.resource != plan.fingerprint.resource {
        return refused(
            "what this is about has changed since it was planned",
            pending.era,
        );
    }
    let run = apply_run(&plan.arguments, &runner.inherited);
    let finished = runner.run(&run, teller(pending, sender)).await;
    result_of(&without_secrets(finished), pending.era)
}

/// An answer without keys: some services answer with them when a resource is made.
fn without_secrets(mut finished: Finished) -> Finished {
    if !finished.output.trim().is_empty() {
        let shown = Shown::body(finished.output.as_bytes(), "", true);
        finished.output = shown.unwrap_or_else(Shown::redacted).into_string();
    }
    finished
}

fn not_planned(error: TargetError, era: Era) -> Value {
    let error = json!({"exit": 12, "message": error.to_string(), "hint": error.hint()});
    problem(&error, "", era)
}

fn refused(message: &str, era: Era) -> Value {
    let error = json!({"exit": 12, "message": message, "hint": "plan it again with arm_plan"});
    problem(&error, "", era)
}

/// What a resource is, as far as it can be seen: two of these differ if it was changed.
fn state_of(finished: &Finished) -> String {
    if finished.is_done() {
        return finished.output.clone();
    }
    let member = |name: &str| {
        finished
            .error()
            .and_then(|error| error.get(name))
            .map(Value::to_string)
    };
    format!("{:?} {:?}", member("exit"), member("code"))
}

/// Who asks.
async fn account(runner: &Runner) -> String {
    let finished = runner.check(&account_run(&runner.inherited)).await;
    let account: Value = serde_json::from_str(&finished.output).unwrap_or_default();
    ["account", "tenantId", "cloud", "clientId", "source"]
        .map(|name| account[name].to_string())
        .join(" ")
}

/// What an agent is shown of a check.
fn summary(check: Check, finished: &Finished) -> Value {
    if !finished.is_done() && finished.code != Some(NOT_ALLOWED) {
        return match (check, finished.error()) {
            (Check::Resource, Some(error)) if error.get("status") == Some(&json!(404)) => {
                json!({"exists": false})
            }
            (_, error) => json!({"error": error}),
        };
    }
    let parsed = serde_json::from_str::<Value>(&finished.output);
    match (check, parsed) {
        (Check::Preflight, _) => {
            json!({"is_taken": true, "notes": finished.notes().collect::<Vec<_>>()})
        }
        // It can be read with `arm_read`; here it is enough that it is there.
        (Check::Resource, _) => json!({"exists": true}),
        (_, Ok(value)) => value,
        (_, Err(_)) => finished.output.trim_end().into(),
    }
}

/// The exit code of `arm can` if the roles do not allow it, and of a preview that shows a change.
const NOT_ALLOWED: i32 = 11;

#[cfg(test)]
mod tests {
    use super::without_secrets;
    use crate::mcp::Finished;

    #[test]
    fn keys_in_the_answer_to_a_write_are_masked() {
        let output = |text: &str| {
            let finished = Finished {
                output: text.to_owned(),
                ..Finished::default()
            };
            without_secrets(finished).output
        };
        let shown = output(r#"{"name":"n","properties":{"accessKeys":{"primaryKey":"k1"}}}"#);
        assert!(shown.contains(r#""name":"n""#), "{shown}");
        assert!(!shown.contains("k1"), "{shown}");
        assert!(!output("AccountKey=k1k1k1k1k1k1k1k1k1k1k1k1").contains("k1k1"));
        assert_eq!(output("\n"), "\n");
    }
}
