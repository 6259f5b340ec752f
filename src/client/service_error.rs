//! A response that is an error: its status, its words, and whom to ask about it. Who decides the exit code and gives
//! hints: `error`.

use std::time::SystemTime;

use bytes::Bytes;
use http::{Method, StatusCode, header};
use url::Url;

use super::html::{is_html, title};
use crate::azure::headers::{
    API_SUPPORTED_VERSIONS, X_MS_CORRELATION_REQUEST_ID, X_MS_ERROR_CODE, X_MS_FAILURE_CAUSE,
    X_MS_REQUEST_ID,
};
use crate::azure::{ErrorDetail, Shown, holds_secrets};
use crate::credential::ClockDifference;
use crate::transport::retry::Attempts;
use crate::transport::retry::rate_limit_pause;
use crate::transport::{Request, Response};

/// Error bodies are small; more is not read.
const MAX_ERROR_BODY: usize = 1 << 20;
/// The most bytes of a body that are searched for an excerpt, and the most characters that it has.
const SEARCHED: usize = 4096;
const LONGEST_EXCERPT: usize = 200;

/// A request, as far as an error is about it.
#[derive(Debug, Clone)]
pub struct RequestSummary {
    /// The verb.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// `If-Match` and `If-None-Match`, with their values.
    pub conditions: Vec<(&'static str, String)>,
}

impl RequestSummary {
    /// Summarises a request.
    pub fn of(request: &Request) -> Self {
        let conditions = [
            ("If-Match", header::IF_MATCH),
            ("If-None-Match", header::IF_NONE_MATCH),
        ];
        let conditions = conditions.into_iter().flat_map(|(name, header)| {
            let values = request.headers.get_all(header).into_iter();
            values.map(move |value| (name, String::from_utf8_lossy(value.as_bytes()).into_owned()))
        });
        Self {
            method: request.method.clone(),
            url: request.url.clone(),
            conditions: conditions.collect(),
        }
    }
}

/// Adds the code that Storage says in a header, if the body names none: a HEAD has no body.
fn with_code(detail: Option<ErrorDetail>, code: Option<String>) -> Option<ErrorDetail> {
    match (detail, code) {
        (Some(detail), Some(code)) if detail.code.is_none() => Some(ErrorDetail {
            code: Some(code),
            ..detail
        }),
        (None, Some(code)) => Some(ErrorDetail {
            code: Some(code),
            ..ErrorDetail::default()
        }),
        (detail, _) => detail,
    }
}

/// A service's error response.
#[derive(Debug, Clone)]
pub struct ServiceError {
    /// The request.
    pub request: RequestSummary,
    /// The status.
    pub status: StatusCode,
    /// What the body says, in whichever of ARM's shapes.
    pub detail: Option<ErrorDetail>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The body, at most 1 MiB of it.
    pub body: Bytes,
    /// `x-ms-request-id`.
    pub request_id: Option<String>,
    /// `x-ms-correlation-request-id`.
    pub correlation_request_id: Option<String>,
    /// `x-ms-failure-cause`: `gateway` is ARM itself, `service` the resource provider.
    pub failure_cause: Option<String>,
    /// `Allow`: the verbs that the address takes.
    pub allow: Option<String>,
    /// `Retry-After`, as it was written.
    pub retry_after: Option<String>,
    /// `api-supported-versions`.
    pub supported_versions: Option<String>,
    /// How the clock of this machine differs from the service's, if a token was refused.
    pub clock: Option<ClockDifference>,
    /// What the response took.
    pub attempts: Attempts,
}

impl ServiceError {
    /// Reads the error out of a response that came about `now`.
    pub async fn read(request: &Request, mut response: Response, now: SystemTime) -> Self {
        let body = response.body.excerpt(MAX_ERROR_BODY).await;
        let detail = ErrorDetail::parse(&body, response.header("content-type"));
        let error = Self::of(RequestSummary::of(request), &response, body, detail);
        let is_about_token = matches!(
            error.status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        );
        Self {
            clock: is_about_token
                .then(|| ClockDifference::of(&response.headers, now))
                .flatten(),
            ..error
        }
    }

    /// The refusal that an answer of success foretells.
    pub fn foretold(request: &Request, answer: &[u8], detail: Option<ErrorDetail>) -> Self {
        Self {
            request: RequestSummary::of(request),
            status: StatusCode::BAD_REQUEST,
            detail,
            content_type: None,
            body: Bytes::copy_from_slice(answer),
            request_id: None,
            correlation_request_id: None,
            failure_cause: None,
            allow: None,
            retry_after: None,
            supported_versions: None,
            clock: None,
            attempts: Attempts::default(),
        }
    }

    /// What can be shown of a body whose shape is unknown, on one line: the title of a page, or the beginning of a text
    /// without its secrets.
    pub fn excerpt(&self) -> Option<Shown> {
        let kind = self.content_type.as_deref();
        let is_said = self
            .detail
            .as_ref()
            .is_some_and(|detail| detail.message.is_some() || !detail.details.is_empty());
        if is_said
            || holds_secrets(&self.request.url)
            || ErrorDetail::parse(&self.body, kind).is_some()
        {
            return None;
        }
        let kind = kind.unwrap_or_default();
        if is_html(kind, &self.body) {
            return title(&self.body).map(Shown::from);
        }
        let beginning = self.body.get(..SEARCHED);
        let is_whole = beginning.is_none();
        let shown = Shown::body(beginning.unwrap_or(&self.body), kind, is_whole)?;
        let shown = shown.map(|text| shortened(text, is_whole));
        (!shown.as_str().is_empty()).then_some(shown)
    }

    /// The error that a response's head and an error read elsewhere make.
    pub fn of(
        request: RequestSummary,
        response: &Response,
        body: Bytes,
        detail: Option<ErrorDetail>,
    ) -> Self {
        let header = |name: &str| response.header(name).map(str::to_owned);
        let detail = with_code(detail, header(X_MS_ERROR_CODE));
        Self {
            request,
            status: response.status,
            detail,
            content_type: header("content-type"),
            body,
            request_id: header(X_MS_REQUEST_ID),
            correlation_request_id: header(X_MS_CORRELATION_REQUEST_ID),
            failure_cause: header(X_MS_FAILURE_CAUSE),
            allow: header("allow"),
            retry_after: header("retry-after").or_else(|| {
                let pause = rate_limit_pause(&response.headers)?;
                Some(pause.as_secs().to_string())
            }),
            supported_versions: header(API_SUPPORTED_VERSIONS),
            clock: None,
            attempts: response.attempts,
        }
    }
}

/// A text with its white space joined, up to a length.
fn shortened(text: &str, is_whole: bool) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None if !is_whole && !line.is_empty() => line + "…",
        None => line,
    }
}

#[cfg(test)]
impl ServiceError {
    /// The error that a response without a body makes, for the tables of tests.
    pub(crate) fn example(
        request: &Request,
        status: StatusCode,
        headers: http::HeaderMap,
        detail: Option<ErrorDetail>,
    ) -> Self {
        let response = Response {
            url: request.url.clone(),
            version: http::Version::HTTP_11,
            status,
            headers,
            body: crate::transport::Body::of(Bytes::new()),
            attempts: Attempts::default(),
        };
        Self::of(RequestSummary::of(request), &response, Bytes::new(), detail)
    }
}
