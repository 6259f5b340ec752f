//! `--preflight`: asks whether the service would take a write. What is asked: `plan/look/preflight`.

use serde_json::Value;

use crate::app::look::ask;
use crate::app::session::run::Session;
use crate::error::{Error, Failure};
use crate::plan::look;

/// Asks; a refusal ends the run, because the write would be refused as well.
pub(crate) async fn check(session: &Session) -> Result<(), Failure> {
    let console = session.console;
    let written = ask::written(session).await?;
    let answer = ask::ask(session, &look::preflight(&written)).await;
    let answer = match answer {
        Ok(answer) => answer,
        // Nobody has described how an extension is asked about: what the service says of it may be about the question.
        Err(failure) if written.is_extension() && matches!(failure.error, Error::Service(_)) => {
            console.note(format!(
                "the preflight of a resource that extends another one is not binding: {failure}"
            ));
            return Ok(());
        }
        Err(failure) => {
            if matches!(failure.error, Error::Service(_)) {
                console.note("refused by the preflight: nothing was written");
            }
            return Err(failure);
        }
    };
    let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
    let validated = answer.pointer("/properties/validatedResources");
    let names_some = validated
        .and_then(Value::as_array)
        .is_some_and(|ids| !ids.is_empty());
    console.note(if names_some {
        "preflight: the service would accept it, as far as it checks before a write"
    } else {
        "preflight: the service has nothing against it, but does not say what it checked"
    });
    Ok(())
}
