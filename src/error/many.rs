//! What is said when not all of many requests were done. Decides no exit code: that is of the worst among them.

use super::ExitCode;
use super::message::{fact, hint};
use crate::output::Message;
use crate::plan::ids::{Id, Place};

/// Many requests, not all of which were done.
#[derive(Debug, Clone)]
pub struct ManyFailure {
    /// How many IDs there were.
    pub total: usize,
    /// How many requests failed.
    pub failed: usize,
    /// The first that was not sent any more, and why.
    pub stop: Option<(Stop, Id)>,
    /// How many were not sent.
    pub unsent: usize,
    /// The exit code of the worst.
    pub worst: ExitCode,
}

/// Why no more was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C.
    Interrupted,
    /// `--timeout`.
    TimedOut,
    /// `--fail-fast`.
    Failure,
}

pub(super) fn words_of(failure: &ManyFailure) -> String {
    let ManyFailure {
        total,
        failed,
        unsent,
        ..
    } = failure;
    let noun = if *total == 1 { "request" } else { "requests" };
    let Some((stop, _)) = &failure.stop else {
        return format!("{failed} of {total} {noun} failed");
    };
    let words = match stop {
        Stop::Interrupted => "interrupted",
        Stop::TimedOut => "timed out",
        Stop::Failure => "stopped at the first failure",
    };
    format!("{words}: {unsent} of {total} {noun} were not sent")
}

pub(super) fn describe(failure: &ManyFailure, message: &mut Message) {
    let Some((_, first)) = &failure.stop else {
        return;
    };
    fact(
        message,
        "failed or not finished",
        failure.failed.to_string(),
    );
    fact(
        message,
        "not sent",
        format!("{} and all behind it, {}", first.place, first.text),
    );
    match first.place {
        Place::Line(number) => hint(
            message,
            &format!("go on with the same command and `tail -n +{number}` of the IDs"),
        ),
        Place::Match(_) => hint(
            message,
            "run it again: those that were done are asked once more",
        ),
        Place::Item(number) => {
            let index = number.saturating_sub(1);
            hint(
                message,
                &format!(
                    "go on with the same command and the IDs from index {index} on, such as `-q '$.value[{index}:].id'`"
                ),
            );
        }
    }
}
