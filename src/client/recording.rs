//! What a recorder learns of one attempt: the request as it was sent, the head of the answer, its body while others
//! read it. What is written of it: `har`.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};

use super::clock::Clock;
use crate::har::{Answer, Exchange, OpenExchange, Outcome, RecordedBody, Recorder};
use crate::transport::{self, BodyListener, Request, Response};

/// An attempt that is under way.
#[derive(Debug)]
pub(super) struct RecordedAttempt {
    exchange: OpenExchange,
    clock: Clock,
    sent_at: Duration,
    /// When the head of the answer was there, counted from the request.
    waited: Duration,
}

impl RecordedAttempt {
    /// Begins with a request as it goes out.
    pub(super) fn begin(recorder: &Arc<Recorder>, clock: Clock, request: &Request) -> Self {
        let exchange = Exchange {
            started: clock.now(),
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: RecordedBody::whole(&request.body),
            outcome: Outcome::GivenUp,
            wait: Duration::ZERO,
            receive: Duration::ZERO,
            is_secret: false,
        };
        Self {
            exchange: recorder.begin(exchange),
            clock,
            sent_at: clock.elapsed(),
            waited: Duration::ZERO,
        }
    }

    /// Continues with the outcome; if it is an answer, until its body has been read.
    pub(super) fn settle(mut self, outcome: &Result<Response, transport::Error>) {
        self.waited = self.since_sent();
        let has_body = self.exchange.change(|exchange| {
            exchange.wait = self.waited;
            exchange.outcome = match outcome {
                Err(error) => Outcome::Failure(error.to_string()),
                Ok(response) => Outcome::Answer(head_of(response, &exchange.method)),
            };
            matches!(&exchange.outcome, Outcome::Answer(answer) if !answer.body.has_ended)
        });
        if let Ok(response) = outcome
            && has_body
        {
            response.body.listen(self);
        }
    }

    fn since_sent(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.sent_at)
    }
}

impl BodyListener for RecordedAttempt {
    fn hear(&mut self, chunk: Option<&[u8]>) {
        let receive = self.since_sent().saturating_sub(self.waited);
        self.exchange.change(|exchange| {
            if let Outcome::Answer(answer) = &mut exchange.outcome
                && !answer.body.has_ended
            {
                exchange.receive = receive;
                match chunk {
                    Some(bytes) => answer.body.add(bytes),
                    None => answer.body.has_ended = true,
                }
            }
        });
    }
}

/// The head of an answer; its body follows if there is one.
fn head_of(response: &Response, method: &Method) -> Answer {
    Answer {
        version: response.version,
        status: response.status,
        headers: response.headers.clone(),
        body: RecordedBody {
            has_ended: *method == Method::HEAD || !may_have_body(response),
            ..RecordedBody::default()
        },
    }
}

/// Tells whether an answer to anything but HEAD may have a body (RFC 9110 6.4.1).
fn may_have_body(response: &Response) -> bool {
    let is_empty = response.header("content-length") == Some("0");
    let is_headed = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&response.status);
    !is_empty && !is_headed
}
