//! What an error tells a program: its exit code and the service's own words apart, whether it may be tried again, and
//! whether a write may have been executed. What people read: `message`.

use super::{Error, ExitCode, HintContext, InFlight, OperationState};
use super::{FailedOperation, Failure};
use crate::azure::{ErrorDetail, Shown};
use crate::client::{self, ServiceError};
use crate::output::{Report, ReportDetail};
use crate::transport::{self, ErrorKind};

/// The most causes that are reported: templates can have hundreds.
const MOST_DETAILS: usize = 100;

impl Failure {
    /// What a program is told of the failure.
    pub(super) fn report(&self) -> Report {
        let context = &self.context;
        let was_sent = matches!(context.in_flight, Some(InFlight::Sent { .. }));
        let is_known = context
            .operation
            .as_ref()
            .map(|operation| match operation.state {
                OperationState::Running | OperationState::Unknown | OperationState::Succeeded => {}
            })
            .is_some();
        let mut report = self.error.report_in(&context.hints);
        let exit = self.exit_code();
        if report.code.as_str() == code_of(self.error.exit_code()) {
            // No service has named it.
            report.code = code_of(exit).into();
        }
        report.exit = exit.into();
        report.accepted |= (was_sent || is_known) && context.hints.write_method.is_some();
        report.retryable &= !report.accepted || context.hints.repeats_safely();
        report
    }
}

impl Error {
    /// What a program is told of the error if this is known of the run.
    pub(super) fn report_in(&self, run: &HintContext) -> Report {
        let exit = self.exit_code();
        let mut report = Report {
            exit: exit.into(),
            code: code_of(exit).into(),
            accepted: run.write_method.is_some() && self.may_follow_execution(),
            ..Report::default()
        };
        report.retryable = self.may_pass() && (!report.accepted || run.repeats_safely());
        if let Some(error) = self.service() {
            describe(error, &mut report);
        }
        if let Self::WebPage(page) = self {
            report.status = Some(page.status.as_u16());
        }
        if let Self::Client(client::Error::Redirect { status, .. }) = self {
            report.status = Some(*status);
        }
        report
    }

    /// The answer of a service, if the error is one.
    fn service(&self) -> Option<&ServiceError> {
        if let Self::Service(error) = self {
            return Some(error);
        }
        if let Self::Operation(failure) = self {
            let FailedOperation { error, .. } = &**failure;
            return Some(error);
        }
        None
    }

    /// Tells whether the same command may succeed if it is run again.
    fn may_pass(&self) -> bool {
        if let Self::Service(error) = self {
            return matches!(error.status.as_u16(), 408 | 429 | 500 | 502..=504);
        }
        if let Self::Client(client::Error::TimedOut { .. }) = self {
            return true;
        }
        self.transport().is_some_and(|error| match error.kind {
            ErrorKind::Dns
            | ErrorKind::Refused
            | ErrorKind::Connect
            | ErrorKind::ConnectTimeout
            | ErrorKind::OpenFiles
            | ErrorKind::NotProcessed
            | ErrorKind::ReadTimeout
            | ErrorKind::Lost
            | ErrorKind::Body => true,
            ErrorKind::Proxy(_)
            | ErrorKind::ProxySetting(_)
            | ErrorKind::Tls(_)
            | ErrorKind::Http1Required
            | ErrorKind::Malformed
            | ErrorKind::Coding
            | ErrorKind::State => false,
        })
    }

    fn transport(&self) -> Option<&transport::Error> {
        if let Self::Transport(error) | Self::Client(client::Error::Transport { error, .. }) = self
        {
            Some(error)
        } else {
            None
        }
    }

    /// Tells whether the service may have executed the request that the error is about.
    fn may_follow_execution(&self) -> bool {
        if let Self::Service(error) = self {
            // What is refused with 503 and a time to come back was not begun.
            let status = error.status.as_u16();
            let is_put_off = status == 503 && error.retry_after.is_some();
            let is_unknown = status == 408 || (status >= 500 && !is_put_off);
            return is_unknown || error.attempts.may_be_executed;
        }
        if let Some(error) = self.transport() {
            return !error.kind.never_sent();
        }
        matches!(
            self,
            Self::Operation(_)
                | Self::Unfinished { .. }
                | Self::UnfinishedIds(_)
                | Self::NoState { .. }
                | Self::Stateless
                | Self::TooLargeToJudge { .. }
                | Self::Monitor(_)
                | Self::Json(_)
                | Self::NotJson { .. }
                | Self::NotText
                | Self::BinaryAnswer { .. }
                | Self::Page(_)
                | Self::Link(_)
                | Self::Write(_)
                | Self::Answer(_)
                | Self::NothingFound
        )
    }
}

/// The word for errors that no service has named.
fn code_of(exit: ExitCode) -> &'static str {
    match exit {
        ExitCode::Done => "done",
        ExitCode::Local => "local",
        ExitCode::Usage => "usage",
        ExitCode::Redirect => "redirect",
        ExitCode::Client => "client_error",
        ExitCode::Server => "server_error",
        ExitCode::SignIn => "sign_in",
        ExitCode::Network => "network",
        ExitCode::TimedOut => "timed_out",
        ExitCode::Incomplete => "incomplete",
        ExitCode::OperationFailed => "operation_failed",
        ExitCode::NothingFound => "nothing_found",
        ExitCode::Refused => "refused",
        ExitCode::Interrupted => "interrupted",
        ExitCode::Command(_) => "command",
    }
}

fn describe(error: &ServiceError, report: &mut Report) {
    report.status = Some(error.status.as_u16());
    report.failed_by = prose(error.failure_cause.as_deref());
    report.request_id = prose(error.request_id.as_deref());
    report.correlation_id = prose(error.correlation_request_id.as_deref());
    let Some(detail) = &error.detail else {
        return;
    };
    if let Some(code) = prose(detail.headline().code.as_deref()) {
        report.code = code;
    }
    report.target = prose(detail.target.as_deref());
    add_details(&detail.details, &mut report.details);
}

/// Adds causes and theirs, each after the one that it is the cause of.
fn add_details(details: &[ErrorDetail], found: &mut Vec<ReportDetail>) {
    for detail in details {
        if found.len() >= MOST_DETAILS {
            return;
        }
        found.push(ReportDetail {
            code: prose(detail.code.as_deref()),
            message: prose(detail.message.as_deref()),
            target: prose(detail.target.as_deref()),
        });
        add_details(&detail.details, found);
    }
}

fn prose(text: Option<&str>) -> Option<Shown> {
    text.map(Shown::prose)
}
