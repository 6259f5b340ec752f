//! What is said when not all of many requests were done: those for IDs, and those that a `*` stands for. The exit code is
//! that of the worst among them.

use super::ExitCode;
use crate::output::Message;
use crate::plan::ids::{Id, Place};

/// Many requests, not all of which were done.
#[derive(Debug, Clone)]
pub struct UnfinishedIds {
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

pub(super) fn summary_of_ids(unfinished: &UnfinishedIds) -> String {
    let UnfinishedIds {
        total,
        failed,
        unsent,
        ..
    } = unfinished;
    let noun = if *total == 1 { "request" } else { "requests" };
    let Some((stop, _)) = &unfinished.stop else {
        return format!("{failed} of {total} {noun} failed");
    };
    let words = match stop {
        Stop::Interrupted => "interrupted",
        Stop::TimedOut => "timed out",
        Stop::Failure => "stopped at the first failure",
    };
    format!("{words}: {unsent} of {total} {noun} were not sent")
}

pub(super) fn describe_ids(unfinished: &UnfinishedIds, message: &mut Message) {
    let Some((_, first)) = &unfinished.stop else {
        return;
    };
    message.fact("failed or not finished", unfinished.failed.to_string());
    message.fact(
        "not sent",
        format!("{} and all after it, {}", first.place, first.text),
    );
    match first.place {
        Place::Line(number) => message.hint(format!(
            "go on with the same command and `tail -n +{number}` of the IDs"
        )),
        Place::Match(_) => message.hint("run it again: those that were done are asked again"),
        Place::Item(number) => {
            let index = number.saturating_sub(1);
            message.hint(format!(
                    "go on with the same command and the IDs from index {index} on, such as `-q '$.value[{index}:].id'`"
                ),
            );
        }
    }
}

/// Many of a pattern, not all of which have answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedLists {
    /// The word for one of them.
    pub noun: &'static str,
    /// The word for several.
    pub plural: &'static str,
    /// How many there were.
    pub total: usize,
    /// How many failed; each was named.
    pub failed: usize,
    /// How many are missing in the document, or are not in it to their end.
    pub missing: usize,
    /// How many tenants did not list theirs.
    pub refused_tenants: usize,
    /// Why no more was asked.
    pub stop: Option<Stop>,
    /// The exit code.
    pub code: ExitCode,
}

/// What a `*` makes impossible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WildcardError {
    /// A request for all of a list that is incomplete.
    #[error("nothing was sent: not all {plural} could be listed")]
    NotAllListed {
        /// What `*` stands for.
        plural: &'static str,
    },
    /// An ID that stands for many.
    #[error("`*` stands for {words}, and each ID for one resource")]
    AmongIds {
        /// What it stands for.
        words: &'static str,
    },
    /// A name that would leave its segment of the path: `.`, `..`, or an empty one.
    #[error("the service lists a {noun} named `{name}`, which cannot be part of a path")]
    UnusableName {
        /// What it names.
        noun: &'static str,
        /// The name.
        name: String,
    },
    /// One of many answers that is neither a list nor small enough to be an item.
    #[error("the answer is not a list, and is larger than an item may be")]
    LargeItem,
}

impl WildcardError {
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::NotAllListed { .. } => {
                "`--tenant TENANT` lists those of one tenant; the messages above say which did not"
            }
            Self::AmongIds { .. } => "write `*` in the URL, without IDs on standard input",
            Self::UnusableName { .. } => "write one of the other names in place of the `*`",
            Self::LargeItem => "ask it alone",
        }
    }
}

pub(super) fn summary_of_lists(unfinished: &UnfinishedLists) -> String {
    let UnfinishedLists {
        total,
        failed,
        missing,
        ..
    } = unfinished;
    let noun = if *total == 1 {
        unfinished.noun
    } else {
        unfinished.plural
    };
    match unfinished.stop {
        Some(Stop::Interrupted) => format!("interrupted: {missing} of {total} {noun} are missing"),
        Some(Stop::TimedOut) => format!("timed out: {missing} of {total} {noun} are missing"),
        Some(Stop::Failure) => {
            format!("stopped at the first failure: {missing} of {total} {noun} are missing")
        }
        None if *failed > 0 => format!("{failed} of {total} {noun} failed"),
        None => match unfinished.refused_tenants {
            1 => "the subscriptions of a tenant are missing".to_owned(),
            count => format!("the subscriptions of {count} tenants are missing"),
        },
    }
}

pub(super) fn describe_lists(unfinished: &UnfinishedLists, message: &mut Message) {
    match unfinished.stop {
        Some(Stop::TimedOut) => message.hint("give it more time with `--timeout`"),
        Some(Stop::Failure) => {
            message.hint("without `--fail-fast` the others are asked anyway");
        }
        Some(Stop::Interrupted) | None => {}
    }
}
