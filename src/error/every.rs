//! What is said when not all that a `*` stands for have answered. Decides no exit code.

use super::message::hint;
use super::{ExitCode, Stop};
use crate::output::Message;

/// Many of a pattern, not all of which have answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EveryFailure {
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
pub enum EveryFault {
    /// A request for all of a list that is not whole.
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
    /// One of many answers that is neither a list nor small enough to be an item.
    #[error("the answer is no list, and larger than an item may be")]
    LargeItem,
}

impl EveryFault {
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::NotAllListed { .. } => {
                "`--tenant TENANT` lists those of one tenant; which did not is said above"
            }
            Self::AmongIds { .. } => "write `*` in the URL, without IDs on standard input",
            Self::LargeItem => "ask it alone",
        }
    }
}

pub(super) fn words_of(failure: &EveryFailure) -> String {
    let EveryFailure {
        total,
        failed,
        missing,
        ..
    } = failure;
    let noun = if *total == 1 {
        failure.noun
    } else {
        failure.plural
    };
    match failure.stop {
        Some(Stop::Interrupted) => format!("interrupted: {missing} of {total} {noun} are missing"),
        Some(Stop::TimedOut) => format!("timed out: {missing} of {total} {noun} are missing"),
        Some(Stop::Failure) => {
            format!("stopped at the first failure: {missing} of {total} {noun} are missing")
        }
        None if *failed > 0 => format!("{failed} of {total} {noun} failed"),
        None => match failure.refused_tenants {
            1 => "the subscriptions of a tenant are missing".to_owned(),
            count => format!("the subscriptions of {count} tenants are missing"),
        },
    }
}

pub(super) fn describe(failure: &EveryFailure, message: &mut Message) {
    match failure.stop {
        Some(Stop::TimedOut) => hint(message, "give it more time with `--timeout`"),
        Some(Stop::Failure) => hint(
            message,
            "without `--fail-fast` the others are asked all the same",
        ),
        Some(Stop::Interrupted) | None => {}
    }
}
