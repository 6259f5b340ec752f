//! Counts the failures of a run over many, reports each, and chooses the exit code of them all. What is said at the
//! end: `error::fan_out`.

use std::collections::HashSet;

use crate::azure::Shown;
use crate::error::{Error, ExitCode, Failure, Stop};
use crate::output::{Console, Fact, Labels};

/// How often a hint is given that is the same for several failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RepeatedHints {
    /// With each failure.
    Each,
    /// With the first one.
    Once,
}

/// The failures of a run.
#[derive(Debug)]
pub(crate) struct Summary {
    console: Console,
    labels: Labels,
    repeated_hints: RepeatedHints,
    hints: HashSet<Shown>,
    failed: usize,
    worst: ExitCode,
}

impl Summary {
    pub(crate) fn new(console: Console, labels: Labels, repeated_hints: RepeatedHints) -> Self {
        Self {
            console,
            labels,
            repeated_hints,
            hints: HashSet::new(),
            failed: 0,
            worst: ExitCode::Done,
        }
    }

    /// How many have failed.
    pub(crate) fn failed(&self) -> usize {
        self.failed
    }

    /// Takes as failed only as many as this.
    pub(crate) fn forget_beyond(&mut self, failed: usize) {
        self.failed = failed;
    }

    /// Says that one has failed; the facts tell which.
    pub(crate) fn fail(&mut self, failure: &Failure, facts: Vec<Fact>) {
        self.failed += 1;
        self.worst = self.worst.or_worse(failure.exit_code());
        if matches!(failure.error, Error::NothingFound) {
            return;
        }
        let mut message = failure.message();
        message.facts.splice(0..0, facts);
        if self.repeated_hints == RepeatedHints::Once {
            message.hints.retain(|hint| self.hints.insert(hint.clone()));
        }
        self.console.error(message, self.labels);
    }

    /// Returns the exit code: that of what ended the run, else of the worst failure.
    pub(crate) fn exit_code(&self, stop: Option<Stop>) -> ExitCode {
        match stop {
            Some(Stop::Interrupted) => ExitCode::Interrupted,
            Some(Stop::TimedOut) => ExitCode::TimedOut,
            Some(Stop::Failure) | None => self.worst,
        }
    }
}
