//! `If-Match` and `If-None-Match` (RFC 9110 13.1; resource-manager RPC): whether the entity tag
//! that is there meets them. Who writes then: `resources`.

use http::{Method, header};

use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;

/// What the conditions of a request allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proceed,
    /// A GET or HEAD whose caller has the body already: 304.
    NotModified,
}

/// Judges a request against the tag of what it names; `None` is something that does not exist.
///
/// A PATCH or DELETE of something missing proceeds, to end in 404 or 204 whatever its `If-Match`.
pub(crate) fn judge(
    call: &Call<'_>,
    resource: &str,
    etag: Option<&str>,
) -> Result<Verdict, ArmError> {
    let failed = |header| ArmError::Precondition {
        header,
        resource: resource.to_owned(),
    };
    if let Some(wanted) = call.header(header::IF_MATCH) {
        match etag {
            Some(etag) if lists(wanted, etag) => {}
            Some(_) => return Err(failed("If-Match")),
            None if call.method == Method::PUT => return Err(failed("If-Match")),
            None => {}
        }
    }
    if let (Some(unwanted), Some(etag)) = (call.header(header::IF_NONE_MATCH), etag)
        && lists(unwanted, etag)
    {
        return match *call.method {
            Method::GET | Method::HEAD => Ok(Verdict::NotModified),
            _ => Err(failed("If-None-Match")),
        };
    }
    Ok(Verdict::Proceed)
}

/// Tells whether a list of tags, or `*`, covers a tag. Weak tags are compared by their opaque part:
/// ARM's tags are weak and are meant to be sent back in `If-Match`.
fn lists(tags: &str, etag: &str) -> bool {
    let opaque = |tag: &str| {
        tag.trim()
            .trim_start_matches("W/")
            .trim_matches('"')
            .to_owned()
    };
    tags.trim() == "*" || tags.split(',').any(|tag| opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::{Verdict, judge};
    use crate::sandbox::protocol::request::Call;
    use crate::sandbox::timestamp::Timestamp;

    #[track_caller]
    fn check(
        method: &str,
        header: (&str, &str),
        etag: Option<&str>,
        expected: Result<Verdict, &str>,
    ) {
        let request = Request::builder()
            .method(method)
            .header(header.0, header.1)
            .body(Bytes::new())
            .unwrap();
        let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
        let actual = judge(&call, "/x", etag).map_err(|fault| fault.to_string());
        assert_eq!(
            actual,
            expected.map_err(|name| format!(
                "The condition of the '{name}' header is not met for '/x'."
            ))
        );
    }

    #[test]
    fn if_match() {
        let etag = Some("W/\"1\"");
        check("PUT", ("if-match", "W/\"1\""), etag, Ok(Verdict::Proceed));
        check(
            "PUT",
            ("if-match", "\"0\", \"1\""),
            etag,
            Ok(Verdict::Proceed),
        );
        check("PUT", ("if-match", "*"), etag, Ok(Verdict::Proceed));
        check("DELETE", ("if-match", "\"2\""), etag, Err("If-Match"));
        check("PUT", ("if-match", "*"), None, Err("If-Match"));
        check("PATCH", ("if-match", "*"), None, Ok(Verdict::Proceed));
        check("DELETE", ("if-match", "\"2\""), None, Ok(Verdict::Proceed));
    }

    #[test]
    fn if_none_match() {
        let etag = Some("W/\"1\"");
        check(
            "GET",
            ("if-none-match", "W/\"1\""),
            etag,
            Ok(Verdict::NotModified),
        );
        check(
            "GET",
            ("if-none-match", "\"2\""),
            etag,
            Ok(Verdict::Proceed),
        );
        check("PUT", ("if-none-match", "*"), etag, Err("If-None-Match"));
        check("PUT", ("if-none-match", "*"), None, Ok(Verdict::Proceed));
    }
}
