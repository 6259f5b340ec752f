//! Shows the bodies of requests and answers for `-vv`: masked, the first 64 KiB, and not if an address says that they
//! are secrets. Who masks: `azure::redact`; the rest of the trace: `trace`.

use std::cell::Cell;
use std::rc::Rc;

use http::{HeaderMap, header};

use crate::azure::{Shown, holds_secrets};
use crate::output::{Console, Verbosity};
use crate::transport::{BodyBeginning, BodyTap, Request, Response};

/// The most bytes of a request's body that are shown.
const MOST: usize = 64 * 1024;

/// Shows bodies, if the console wants them.
#[derive(Debug, Clone)]
pub(super) struct BodyTrace {
    console: Console,
    /// Whether a request went to an address that holds secrets: what is asked for afterwards may be its result.
    is_secret: Rc<Cell<bool>>,
}

impl BodyTrace {
    pub(super) fn new(console: Console) -> Self {
        Self {
            console,
            is_secret: Rc::default(),
        }
    }

    fn is_wanted(&self) -> bool {
        self.console.verbosity >= Verbosity::VeryVerbose
    }

    /// Shows the body of a request.
    pub(super) fn request(&self, request: &Request) {
        if !self.is_wanted() {
            return;
        }
        self.is_secret
            .set(self.is_secret.get() || holds_secrets(&request.url));
        let bytes = request.body.get(..MOST).unwrap_or(&request.body);
        let beginning = BodyBeginning {
            bytes: bytes.to_vec(),
            is_whole: bytes.len() == request.body.len(),
        };
        self.show(">", &beginning, &content_type(&request.headers));
    }

    /// Shows the body of an answer while it is read.
    pub(super) fn response(&self, response: &Response) {
        if !self.is_wanted() {
            return;
        }
        let trace = self.clone();
        let content_type = content_type(&response.headers);
        let tap = BodyTap::new(move |beginning| trace.show("<", &beginning, &content_type));
        response.body.listen(tap);
    }

    fn show(&self, direction: &'static str, beginning: &BodyBeginning, content_type: &str) {
        let BodyBeginning { bytes, is_whole } = beginning;
        if bytes.is_empty() {
            return;
        }
        let say = |text: String| {
            let line = Shown::from(direction).with(format!(" ({text})"));
            self.console.trace(Verbosity::VeryVerbose, line);
        };
        if self.is_secret.get() {
            return say(
                "the body is not shown: what this address takes and gives may be secret".to_owned(),
            );
        }
        let size = if *is_whole { "" } else { "at least " };
        let size = format!("{size}{} bytes", bytes.len());
        match Shown::body(bytes, content_type, *is_whole) {
            Some(text) => {
                self.console
                    .trace_lines(Verbosity::VeryVerbose, direction, text);
                if !is_whole {
                    say("the body continues, and the rest is not shown".to_owned());
                }
            }
            None => say(format!(
                "a body of {size} that is neither JSON nor plain text"
            )),
        }
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
