//! What an error tells a program: facts that need no reading. Who finds them out: `error/report`; how they are written:
//! `message_object`.

use crate::azure::Shown;

/// What an error tells a program, in addition to its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The exit code of a run that ends with it.
    pub exit: u32,
    /// The service's code as it was sent, else a word of ours.
    pub code: Shown,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What the service says that the error is about.
    pub target: Option<Shown>,
    /// The causes, the outermost first.
    pub details: Vec<ReportDetail>,
    /// `gateway` is Resource Manager, `service` the resource provider.
    pub failed_by: Option<Shown>,
    /// `x-ms-request-id`.
    pub request_id: Option<Shown>,
    /// `x-ms-correlation-request-id`.
    pub correlation_id: Option<Shown>,
    /// Whether the same command may succeed if it is run again, and does no harm then.
    pub retryable: bool,
    /// Whether a write may have been executed.
    pub accepted: bool,
}

/// A cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportDetail {
    /// Its code.
    pub code: Option<Shown>,
    /// Its sentence.
    pub message: Option<Shown>,
    /// What it is about.
    pub target: Option<Shown>,
}

impl Report {
    /// Changes every text that came from outside.
    pub(super) fn map(&mut self, change: impl Fn(&Shown) -> Shown) {
        self.code = change(&self.code);
        let details = self.details.iter_mut();
        let of_details =
            details.flat_map(|detail| [&mut detail.code, &mut detail.message, &mut detail.target]);
        let own = [
            &mut self.target,
            &mut self.failed_by,
            &mut self.request_id,
            &mut self.correlation_id,
        ];
        for text in own.into_iter().chain(of_details) {
            *text = text.as_ref().map(&change);
        }
    }
}
