//! Names of headers that Resource Manager and its services read, for `-H` and as items. Any other can be typed.

use super::candidate::Candidate;

/// A name, and what it is for.
const NAMES: [(&str, &str); 12] = [
    ("Accept", "The form of the answer"),
    ("Accept-Language", "The language of messages"),
    ("Authorization", "Another token than ours"),
    ("Content-Type", "The form of the body"),
    (
        "If-Match",
        "Only if it is still this version: an ETag, or *",
    ),
    (
        "If-None-Match",
        "Only if it is another version; * if it does not exist",
    ),
    ("Prefer", "How to answer: return=minimal, respond-async"),
    (
        "ConsistencyLevel",
        "eventual, for queries of Microsoft Graph",
    ),
    (
        "x-ms-client-request-id",
        "An id of your own for the request",
    ),
    (
        "x-ms-correlation-request-id",
        "An id of your own for several requests",
    ),
    (
        "x-ms-force-sync",
        "Whether a deployment is answered at its end",
    ),
    ("x-ms-version", "The version of the protocol"),
];

/// Returns the names, each after `before` and with its colon.
pub(super) fn names(before: &str) -> Vec<Candidate> {
    NAMES
        .map(|(name, about)| Candidate::part(format!("{before}{name}:"), about))
        .into()
}
