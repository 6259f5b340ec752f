//! `--watch`: makes a request again and again, and prints what has changed. Who prints one answer: `answer`; who compares:
//! `json::difference`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::app::exchange::answer;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::session::run::Session;
use crate::app::terminal::style::difference_style;
use crate::cli::OutputFormat;
use crate::client::Deadline;
use crate::error::Failure;
use crate::json::difference;
use crate::output::{Sink, difference_lines};

/// Prints the first answer, and then what each later one has that the one before it had not. Does not return unless
/// something fails, or nobody reads any more.
pub(crate) async fn run(
    session: &Session,
    output: &OutputSpec,
    pause: Duration,
) -> Result<(), Failure> {
    let until = session.client.deadline().map(Deadline::instant);
    let mut before = Vec::new();
    let mut is_first = true;
    loop {
        let now = answer_of(session, output).await?;
        let shown = if is_first {
            now.clone()
        } else {
            changes(session, &before, &now)
        };
        if !shown.is_empty() {
            let mut sink = Sink::stdout(until)?;
            sink.write(&shown)?;
            sink.finish()?;
        }
        (before, is_first) = (now, false);
        session.client.pause_for(pause).await?;
    }
}

/// The answer as it would have been printed, except for its colours.
async fn answer_of(session: &Session, output: &OutputSpec) -> Result<Vec<u8>, Failure> {
    let bytes = Rc::new(RefCell::new(Vec::new()));
    let limit = session.plan.options.paging.max_memory();
    let sink = Sink::memory(Rc::clone(&bytes), limit);
    Box::pin(answer::print(session, output.clone(), sink)).await?;
    Ok(bytes.take())
}

/// What is printed if an answer follows another one: the difference of two documents, or else the later one whole.
fn changes(session: &Session, before: &[u8], now: &[u8]) -> Vec<u8> {
    if before == now {
        return Vec::new();
    }
    let shown = &session.plan.options.output;
    let document = |bytes| {
        let text = std::str::from_utf8(bytes).ok()?;
        let is_one = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        (is_one && shown.format == OutputFormat::Json && !shown.raw).then_some(text)
    };
    let (Some(before), Some(after)) = (document(before), document(now)) else {
        return now.to_vec();
    };
    let style = difference_style(&session.env, session.env.stdout_is_terminal);
    difference_lines(&difference(before, after), style).into_bytes()
}
