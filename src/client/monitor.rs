//! Where the state of a long-running operation is requested, and whether a response starts one. What a response of the
//! monitor means: `poller`.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::operation::{BadEnd, OperationBody, StateMeaning};
use crate::azure::{self, ErrorDetail, LinkError, Target, UrlError, UrlErrorKind};
use crate::transport::{Request, WholeBody};

/// Headers that name a status monitor, the first one first: control plane, then data plane
/// (Azure/azure-sdk-for-js#20647).
const STATUS_HEADERS: [&str; 2] = ["azure-asyncoperation", "operation-location"];

/// What tells how an operation proceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Monitor {
    /// `Azure-AsyncOperation` or `Operation-Location`: the `status` of the body tells.
    Status(Url),
    /// `Location`: the HTTP status tells, 202 until it is over.
    Location(Url),
    /// The resource itself: its `provisioningState` tells.
    Resource(Url),
    /// An address that the user gave: whichever of these it turns out to be.
    Address(Url),
}

impl Monitor {
    /// Tells whether an error with this status is how the operation ended, and no fault of the
    /// question. An address that the user gave may lead to a result, by ARM's name for it, or be a
    /// mistake.
    pub(super) fn is_of_operation(&self, status: StatusCode) -> bool {
        match self {
            Self::Location(_) => true,
            Self::Address(url) => {
                is_result_address(url) && !matches!(status.as_u16(), 403 | 404 | 410)
            }
            Self::Status(_) | Self::Resource(_) => false,
        }
    }

    /// Tells whether each answer must hold a state: so it is at a status monitor, and at an address that the user
    /// gave and ARM's name for one.
    pub(super) fn must_name_state(&self) -> bool {
        match self {
            Self::Status(_) => true,
            Self::Address(url) => is_status_address(url),
            Self::Location(_) | Self::Resource(_) => false,
        }
    }

    /// Tells whether only the absence of the resource says that a request of this verb has done what was asked.
    pub fn ends_by_absence(&self, method: &Method) -> bool {
        *method == Method::DELETE && matches!(self, Self::Resource(_))
    }

    /// Returns the address.
    pub fn url(&self) -> &Url {
        match self {
            Self::Status(url) | Self::Location(url) | Self::Resource(url) | Self::Address(url) => {
                url
            }
        }
    }
}

/// Tells whether an address is a `Location` by the names that providers give to those.
fn is_result_address(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("operationresults/") || asks_for_result(url)
}

/// Tells whether an address is a status monitor by the names that providers give to those.
fn is_status_address(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let names = [
        "/operationstatuses/",
        "/operationstatus/",
        "/asyncoperations/",
        "/azureasyncoperations/",
    ];
    names.iter().any(|name| path.contains(name)) && !asks_for_result(url)
}

/// Compute and Storage have one address for both: with `monitor=true` it answers as a `Location`.
fn asks_for_result(url: &Url) -> bool {
    let mut pairs = url.query_pairs();
    pairs.any(|(name, value)| {
        name.eq_ignore_ascii_case("monitor") && value.eq_ignore_ascii_case("true")
    })
}

/// What the first response says.
#[derive(Debug, Clone, PartialEq)]
pub enum Detected {
    /// No operation is running.
    Finished,
    /// It has ended already, without success.
    Ended {
        /// How.
        end: BadEnd,
        /// Why.
        detail: Option<Box<ErrorDetail>>,
    },
    /// It is still running.
    Running {
        /// Where to ask for its state.
        monitor: Monitor,
        /// Where its result will be, if that is another place.
        location: Option<Url>,
        /// Whether the response itself says that it is still running; else the monitor may say at once that it
        /// has ended.
        is_evident: bool,
    },
    /// It was accepted, and nothing says how to follow it.
    Unwatched,
    /// The body should tell, and is not JSON.
    Garbled,
}

/// Why an operation cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MonitorError {
    /// The link leads to a place that must not be requested.
    #[error("unsafe link to the operation: {error}")]
    Unsafe {
        /// The link.
        link: String,
        /// Why.
        error: UrlError,
    },
    /// The link is not a valid address.
    #[error("the link to the operation is not a valid address: {error}")]
    Malformed {
        /// The link as it was received.
        link: String,
        /// Why.
        error: UrlError,
    },
}

impl MonitorError {
    /// Returns the link.
    pub fn link(&self) -> &str {
        match self {
            Self::Unsafe { link, .. } | Self::Malformed { link, .. } => link,
        }
    }
}

/// A response, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct ResponseView<'a> {
    /// The address that responded.
    pub url: &'a Url,
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a WholeBody,
}

/// Tells whether the head of the first response says that nothing is still running, whatever the body says.
pub fn is_finished_by_head(request: &Request, status: StatusCode, headers: &HeaderMap) -> bool {
    if reads(&request.method) || !status.is_success() {
        return true;
    }
    let has_resource = [Method::PUT, Method::PATCH, Method::DELETE].contains(&request.method);
    let mut links = STATUS_HEADERS.iter().chain(&["location"]);
    !has_resource
        && status != StatusCode::ACCEPTED
        && !links.any(|name| headers.contains_key(*name))
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Reads the first response of a request: `Azure-AsyncOperation` or `Operation-Location`, else 202
/// with `Location`, else `provisioningState`, else a bare 202. GET starts nothing.
///
/// 200 and 201 with a `Location` alone start an operation only if the `provisioningState` says so:
/// most of them name what was created (Managed Identity).
pub fn detect(
    request: &Request,
    response: ResponseView<'_>,
    target: &Target,
) -> Result<Detected, MonitorError> {
    if is_finished_by_head(request, response.status, response.headers) {
        return Ok(Detected::Finished);
    }
    let read = OperationBody::read(response.body);
    let is_garbled = read.is_err();
    let body = read.unwrap_or_default();
    let state = body
        .provisioning_state()
        .map(|state| StateMeaning::of(&state));
    let accepted = response.status == StatusCode::ACCEPTED;
    for name in STATUS_HEADERS {
        if let Some(url) = link(response, name, &request.url)? {
            admit(&url, &written(response, name), target)?;
            let word = state.or_else(|| body.status().map(|status| StateMeaning::of(&status)));
            // A `Location` that is not a valid address is not a result: the operation is still running all the same.
            let location = link(response, "location", &request.url).unwrap_or_default();
            return Ok(Detected::Running {
                monitor: Monitor::Status(url),
                location,
                is_evident: accepted || matches!(word, None | Some(StateMeaning::Running)),
            });
        }
    }
    let creates = matches!(request.method, Method::PUT | Method::PATCH);
    if !accepted && is_garbled && creates {
        return Ok(Detected::Garbled);
    }
    if !accepted && state != Some(StateMeaning::Running) {
        return Ok(match state {
            Some(StateMeaning::Ended(end)) if creates => Detected::Ended {
                end,
                detail: body.error().map(Box::new),
            },
            _ => Detected::Finished,
        });
    }
    let location = link(response, "location", &request.url)?;
    if let Some(url) = &location {
        admit(url, &written(response, "location"), target)?;
    }
    let has_resource = creates || request.method == Method::DELETE;
    let monitor = match (location, accepted) {
        (Some(url), true) => Monitor::Location(url),
        (Some(url), false) => Monitor::Resource(url),
        (None, _) if has_resource => Monitor::Resource(request.url.clone()),
        (None, true) => return Ok(Detected::Unwatched),
        (None, false) => return Ok(Detected::Finished),
    };
    Ok(Detected::Running {
        monitor,
        location: None,
        is_evident: true,
    })
}

/// Resolves the link in a header; an empty one counts as no link.
///
/// A link without an api-version gets that of the first request, unless it is signed. Any other is
/// left as it is: since 2026 these addresses are signed, 3 KB long, and whole.
pub(super) fn link(
    response: ResponseView<'_>,
    name: &str,
    first_url: &Url,
) -> Result<Option<Url>, MonitorError> {
    resolve(&written(response, name), response.url, first_url)
}

/// Returns the link in a header as it was received; an empty text if there is none.
pub(super) fn written<'a>(response: ResponseView<'a>, name: &str) -> Cow<'a, str> {
    let text = response.headers.get(name).map(HeaderValue::as_bytes);
    String::from_utf8_lossy(text.unwrap_or_default())
}

/// Resolves a link that the response of `current` holds, see [`link`].
pub(super) fn resolve(
    text: &str,
    current: &Url,
    first_url: &Url,
) -> Result<Option<Url>, MonitorError> {
    let refused = |error| {
        let LinkError::Refused { error, .. } = error;
        let link = text.to_owned();
        match error.kind() {
            UrlErrorKind::Malformed => MonitorError::Malformed { link, error },
            UrlErrorKind::Unsafe => MonitorError::Unsafe { link, error },
        }
    };
    let is_signed = text.contains("&s=") || text.contains("sig=");
    let version = azure::explicit_api_version(first_url).filter(|_| !is_signed);
    azure::resolve(text, current, version.as_deref()).map_err(refused)
}

/// Refuses an address that must not be requested with the token of the request; `link` is how it was written.
pub(super) fn admit(url: &Url, link: &str, target: &Target) -> Result<(), MonitorError> {
    target.admit(url).map_err(|error| MonitorError::Unsafe {
        link: link.to_owned(),
        error,
    })
}

/// Tells whether an address carries its own permission, so that it is requested without a token: a result that is in
/// storage, with a shared access signature.
pub fn is_presigned(url: &Url) -> bool {
    let signed = azure::query_values(url, "sig");
    url.scheme() == "https"
        && azure::check_url(url).is_ok()
        && signed.iter().any(|signature| !signature.is_empty())
}
