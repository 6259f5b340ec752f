//! What a fault looks like to a client: refusals in place of an answer, answers that were altered on their way, and
//! connections that end early. Which request has a fault: `script`.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::sandbox::authority::arm_token::{self, Claims, Signature};
use crate::sandbox::authority::tokens::claims::BACKDATED;
use crate::sandbox::faults::script::{ActiveFault, FaultKind};
use crate::sandbox::protocol::api_version;
use crate::sandbox::protocol::auth;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::{FAILURE_CAUSE, Reply};
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::response;
use crate::sandbox::protocol::route;
use crate::sandbox::throttling::bucket::Bucket;
use crate::sandbox::timestamp::Timestamp;

/// An answer, and how it gets to the client.
#[derive(Debug)]
pub enum Delivery {
    /// As it should.
    Whole(Response<Bytes>),
    /// The connection ends after this many bytes of the body, which the head says is longer.
    Cut {
        /// The whole answer.
        response: Response<Bytes>,
        /// How many bytes of its body are sent.
        after: usize,
    },
    /// The connection ends without an answer.
    Reset,
    /// The answer comes late.
    Slow {
        /// The answer.
        response: Response<Bytes>,
        /// How long it takes.
        delay: Duration,
    },
}

/// How long a slow answer takes by default.
const SLOW: Duration = Duration::from_secs(5);

impl ActiveFault {
    /// Returns what a client gets. `answer` executes the request; a fault that is in its place does not call it.
    pub fn deliver(
        self,
        request: &Request<Bytes>,
        now: SystemTime,
        base_url: &str,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Delivery {
        let refuse = |reply: Reply| {
            Delivery::Whole(response::finish(
                self.timed(reply),
                request,
                0,
                Timestamp::of(now),
            ))
        };
        match self.kind {
            FaultKind::TooManyRequests => refuse(throttled(request, self.retry_after.unwrap_or(1))),
            FaultKind::Forbidden => refuse(Reply::from(forbidden(request, Timestamp::of(now)))),
            FaultKind::InternalServerError => refuse(failure(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                "Encountered internal server error. Please retry the request.",
            )),
            FaultKind::BadGateway => refuse(failure(
                StatusCode::BAD_GATEWAY,
                "BadGatewayConnection",
                "The network connectivity issue encountered for 'Microsoft.Compute'; cannot fulfill the request.",
            )),
            FaultKind::ServiceUnavailable => refuse(failure(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailable",
                "The server is currently unable to receive requests. Please retry your request.",
            )),
            FaultKind::GatewayTimeout => refuse(failure(
                StatusCode::GATEWAY_TIMEOUT,
                "GatewayTimeout",
                "The gateway did not receive a response from 'Microsoft.Compute' within the specified time period.",
            )),
            FaultKind::ExpiredToken => refuse(expired(Timestamp::of(now))),
            // A token that was not asked for with the claims of a challenge is valid from some minutes
            // before it was issued on; one that was, from the moment of the challenge on.
            FaultKind::ClaimsChallenge
                if is_answered(request, |claims| {
                    claims.not_before + BACKDATED > Timestamp::of(now).seconds()
                }) =>
            {
                Delivery::Whole(answer())
            }
            FaultKind::MfaChallenge
                if is_answered(request, |claims| claims.contexts.contains(&"p1".to_owned())) =>
            {
                Delivery::Whole(answer())
            }
            FaultKind::ClaimsChallenge => refuse(challenged(Timestamp::of(now))),
            FaultKind::MfaChallenge => refuse(second_factor_needed()),
            FaultKind::Html => Delivery::Whole(page()),
            FaultKind::Reset => Delivery::Reset,
            FaultKind::Truncate => {
                let response = answer();
                let after = response.body().len() / 2;
                Delivery::Cut { response, after }
            }
            FaultKind::Slow => {
                let seconds = self.retry_after.map(u64::from);
                Delivery::Slow {
                    response: answer(),
                    delay: seconds.map_or(SLOW, Duration::from_secs),
                }
            }
            FaultKind::ForeignNextLink => {
                Delivery::Whole(linked(answer(), "https://elsewhere.invalid/page?page=2"))
            }
            FaultKind::CyclicNextLink => {
                let own = request
                    .uri()
                    .path_and_query()
                    .map_or("/", |own| own.as_str());
                Delivery::Whole(linked(answer(), &format!("{base_url}{own}")))
            }
        }
    }

    fn timed(self, reply: Reply) -> Reply {
        match self.retry_after {
            Some(seconds) => reply.with(header::RETRY_AFTER, &seconds.to_string()),
            None => reply,
        }
    }
}

fn failure(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = json!({ "error": { "code": code, "message": message } });
    Reply::json(status, body).with(FAILURE_CAUSE, "gateway")
}

/// The refusal of a caller whose bucket is empty (Microsoft Learn, `request-limits-and-throttling`).
pub(crate) fn throttled(request: &Request<Bytes>, seconds: u32) -> Reply {
    let kind = Bucket::of(request.method()).word();
    let message = format!(
        "The number of {kind} of this caller exceeded its limit. Please try again after '{seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information."
    );
    failure(
        StatusCode::TOO_MANY_REQUESTS,
        "SubscriptionRequestsThrottled",
        &message,
    )
    .with(header::RETRY_AFTER, &seconds.to_string())
}

/// The refusal of a caller without the rights for a request; of the request itself if it would be refused without any
/// fault.
fn forbidden(request: &Request<Bytes>, now: Timestamp) -> ArmError {
    let denied = || {
        let call = Call::parse(request, now)?;
        let caller = auth::authenticate(&call)?;
        let version = api_version::requested(&call)?;
        let route = route::resolve(&call, &version)?;
        Ok(auth::denial(&call, &route, &caller))
    };
    denied().unwrap_or_else(|fault| fault)
}

fn expired(now: Timestamp) -> Reply {
    Reply::from(ArmError::TokenExpired {
        expired: Timestamp::from_seconds(now.seconds().saturating_sub(60)).american(),
        now: now.american(),
    })
}

/// Tells whether a request has a token that says what a challenge asks for.
fn is_answered(request: &Request<Bytes>, says: impl Fn(&Claims) -> bool) -> bool {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let token = authorization
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("Bearer "));
    token
        .and_then(arm_token::read)
        .is_some_and(|(claims, signature)| signature == Signature::Intact && says(&claims))
}

/// The challenge of continuous access evaluation, which asks for a token made after `now`.
fn challenged(now: Timestamp) -> Reply {
    let claims = json!({
        "access_token": { "nbf": { "essential": true, "value": now.seconds().to_string() } },
    });
    insufficient_claims(
        &claims,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    )
}

/// The challenge that asks for a second factor (Azure/azure-cli#31699).
fn second_factor_needed() -> Reply {
    let claims = json!({
        "access_token": { "acrs": { "essential": true, "values": ["p1"] } },
    });
    insufficient_claims(
        &claims,
        "RequestDisallowedByAzure",
        "Users must use MFA for Create operation. Users must authenticate with multi-factor authentication to create or update resources.",
    )
}

fn insufficient_claims(claims: &Value, code: &str, message: &str) -> Reply {
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string().as_bytes());
    let challenge = format!(
        "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{claims}\""
    );
    failure(StatusCode::UNAUTHORIZED, code, message).with(header::WWW_AUTHENTICATE, &challenge)
}

fn page() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(
        b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>Please sign in to use this network.</p></body></html>\n",
    ));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

/// Gives a list a link; what is not a list stays as it is.
fn linked(response: Response<Bytes>, link: &str) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let body = match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(mut list)) if list.get("value").is_some_and(Value::is_array) => {
            list.insert("nextLink".to_owned(), link.into());
            Value::Object(list).to_string().into()
        }
        Ok(_) | Err(_) => body,
    };
    Response::from_parts(head, body)
}
