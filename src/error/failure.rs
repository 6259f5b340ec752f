//! What ends a run: an error, and what is known of the run in addition to it. The facts and hints are in `message`.

use std::fmt;

use super::context::{
    Context, HintContext, InFlight, Incomplete, KeptText, Operation, OperationState,
};
use super::service::query_excerpts;
use super::{Error, ExitCode};
use crate::azure::{ErrorDetail, Shown};
use crate::plan::ids::Place;

/// An error, and what is known of the run that it ended. `?` makes one of every error, with nothing known yet.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong.
    pub error: Error,
    /// What is known in addition to it.
    pub context: Box<Context>,
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            context: Box::default(),
        }
    }
}

impl Failure {
    /// Adds what hints need to know of the run.
    #[must_use]
    pub fn in_run(mut self, hints: HintContext) -> Self {
        self.context.hints = hints;
        self
    }

    /// Says where the ID was that the request was for.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.context.place = Some(place);
        self
    }

    /// Says that a provider was being registered.
    #[must_use]
    pub fn while_registering(mut self, namespace: &str) -> Self {
        self.context.registering = Some(namespace.to_owned());
        self
    }

    /// Says what is known of the operation that was being watched, and the command that continues from there.
    #[must_use]
    pub fn with_operation(mut self, state: OperationState, command: Shown) -> Self {
        self.context.operation = Some(Operation { state, command });
        self
    }

    /// Says how much of a list was printed, and how to go on.
    #[must_use]
    pub fn with_incomplete(mut self, incomplete: Incomplete) -> Self {
        self.context.incomplete = Some(incomplete);
        self
    }

    /// Says how far the last request came.
    #[must_use]
    pub fn with_in_flight(mut self, in_flight: InFlight) -> Self {
        self.context.in_flight = Some(in_flight);
        self
    }

    /// Says where the text is that the user has edited.
    #[must_use]
    pub fn with_kept_text(mut self, kept: KeptText) -> Self {
        self.context.kept_text = Some(kept);
        self
    }

    /// Shows the query of Resource Graph next to the error, if the service says where in it the mistake is.
    #[must_use]
    pub fn about_graph_query(mut self, query: &str) -> Self {
        if let Error::Service(error) = &self.error {
            let excerpts = error.detail.as_ref();
            let excerpts = excerpts.map(|detail| query_excerpts(detail, query));
            self.context.query_excerpts = excerpts.filter(|text| !text.is_empty());
        }
        self
    }

    /// Tells whether the error says all: nothing is known of where the run was.
    pub fn is_plain(&self) -> bool {
        let Context {
            place,
            registering,
            operation,
            incomplete,
            in_flight,
            query_excerpts,
            kept_text,
            hints: _,
        } = &*self.context;
        place.is_none()
            && registering.is_none()
            && operation.is_none()
            && incomplete.is_none()
            && in_flight.is_none()
            && query_excerpts.is_none()
            && kept_text.is_none()
    }

    /// Returns what the service says of its error, if the failure is that alone.
    pub fn service_detail(&self) -> Option<&ErrorDetail> {
        if !self.is_plain() {
            return None;
        }
        if let Error::Service(error) = &self.error {
            error.detail.as_ref()
        } else if let Error::Operation(failure) = &self.error {
            failure.error.detail.as_ref()
        } else {
            None
        }
    }

    /// Tells whether the exit code says all, so that nothing need be printed.
    pub fn is_quiet(&self) -> bool {
        self.is_plain() && self.error.is_quiet()
    }

    /// The same for a program, which also gets what a person sees: that nothing was found, or that the run was
    /// interrupted.
    pub fn is_quiet_for_programs(&self) -> bool {
        self.is_quiet() && !matches!(self.error, Error::NothingFound | Error::Interrupted)
    }

    /// Returns the exit code: what is missing outweighs why.
    pub fn exit_code(&self) -> ExitCode {
        let operation = self.context.operation.as_ref();
        match operation.map(|operation| operation.state) {
            Some(OperationState::Unknown | OperationState::Succeeded) => ExitCode::Incomplete,
            Some(OperationState::Running) | None
                if self.context.incomplete.is_some()
                    && !matches!(self.error, Error::Interrupted) =>
            {
                ExitCode::Incomplete
            }
            Some(OperationState::Running) | None => self.error.exit_code(),
        }
    }
}

/// The line of the error: where the run was, then what went wrong.
impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let context = &self.context;
        if let Some(place) = &context.place {
            write!(formatter, "{place}: ")?;
        }
        if let Some(namespace) = &context.registering {
            write!(
                formatter,
                "cannot register `{namespace}` with the subscription: "
            )?;
        }
        match context.operation.as_ref().map(|operation| operation.state) {
            Some(OperationState::Unknown) => {
                formatter
                    .write_str("the operation was accepted, but its state cannot be read: ")?;
            }
            Some(OperationState::Succeeded) => {
                formatter.write_str("the operation succeeded, but its result cannot be read: ")?;
            }
            Some(OperationState::Running) | None => {}
        }
        if let Some(Incomplete { items, .. }) = context.incomplete {
            let noun = if items == 1 { "item" } else { "items" };
            write!(formatter, "incomplete after {items} {noun}: ")?;
        }
        self.error.fmt(formatter)
    }
}
