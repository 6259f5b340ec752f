//! The trace of `-v`: what goes over the wire, on stderr, without secrets. Decides nothing.

use std::time::{Duration, SystemTime};

use super::show;
use crate::client::{Event, Observer, words_of};
use crate::output::{Report, redact};

/// Writes the trace of `-v`.
pub(super) fn observer(report: Report, now: SystemTime) -> Observer {
    Box::new(move |event| match event {
        Event::Token { source, token } => {
            report.trace(Report::Verbose, &show::token_line(source, token, now));
        }
        Event::Request(request) => {
            let url = redact::url(&request.url);
            report.trace(Report::Verbose, &format!("> {} {url}", request.method));
            for (name, value) in &request.headers {
                let value = redact::header(name, value);
                report.trace(Report::VeryVerbose, &format!("> {name}: {value}"));
            }
        }
        Event::Response(response) => {
            let status = response.status;
            report.trace(
                Report::Verbose,
                &format!("< {:?} {status}", response.version),
            );
            for (name, value) in &response.headers {
                let value = redact::header(name, value);
                report.trace(Report::VeryVerbose, &format!("< {name}: {value}"));
            }
        }
        Event::Retry { reason, pause } => {
            let pause = Duration::from_millis(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
            report.trace(
                Report::Verbose,
                &format!("* {reason}; again in {}", words_of(pause)),
            );
        }
    })
}
