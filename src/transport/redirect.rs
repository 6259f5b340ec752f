//! Decides what a redirect means. The origin of the new address is judged by `azure::Target`, like that of every other
//! hop.

use http::{Method, StatusCode};
use url::Url;

/// Redirects followed in a row.
pub const MOST_REDIRECTS: u32 = 10;

/// The next request of a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// The response is not a redirect, or one without a usable address: it is the answer.
    None,
    /// Another address, with the verb and the body kept.
    Repeat(Url),
    /// Another address, asked with GET and without a body.
    Get(Url),
    /// An address that must not be asked with this verb.
    Unfollowed(String),
}

/// Reads a redirect: 307 and 308 keep verb and body, 303 becomes GET, 301 and 302 are followed for GET and HEAD only,
/// because a client may turn other verbs into GET there (RFC 9110 15.4).
pub fn read(
    method: &Method,
    status: StatusCode,
    location: Option<&str>,
    current: &Url,
) -> Redirect {
    let Some(location) = location.filter(|_| is_redirect(status)) else {
        return Redirect::None;
    };
    let Ok(target) = current.join(location) else {
        return Redirect::Unfollowed(location.to_owned());
    };
    let safe = matches!(*method, Method::GET | Method::HEAD);
    match status.as_u16() {
        307 | 308 => Redirect::Repeat(target),
        301 | 302 if safe => Redirect::Repeat(target),
        303 if *method == Method::HEAD => Redirect::Repeat(target),
        303 => Redirect::Get(target),
        _ => Redirect::Unfollowed(target.into()),
    }
}

/// Tells whether a status points elsewhere. 304 does not.
pub fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 300 | 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use http::{Method, StatusCode};
    use url::Url;

    use super::{Redirect, read};

    #[test]
    fn keeps_or_changes_the_verb_by_status() {
        let current = Url::parse("https://management.azure.com/a/b?x=1").unwrap();
        let next = Url::parse("https://management.azure.com/a/c").unwrap();
        let unfollowed = || Redirect::Unfollowed(next.clone().into());
        for (method, status, expected) in [
            (Method::GET, 301, Redirect::Repeat(next.clone())),
            (Method::HEAD, 302, Redirect::Repeat(next.clone())),
            (Method::POST, 301, unfollowed()),
            (Method::PUT, 302, unfollowed()),
            (Method::POST, 303, Redirect::Get(next.clone())),
            (Method::HEAD, 303, Redirect::Repeat(next.clone())),
            (Method::PUT, 307, Redirect::Repeat(next.clone())),
            (Method::DELETE, 308, Redirect::Repeat(next.clone())),
            (Method::GET, 300, unfollowed()),
            (Method::GET, 304, Redirect::None),
            (Method::GET, 200, Redirect::None),
            (Method::POST, 201, Redirect::None),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(
                read(&method, status, Some("c"), &current),
                expected,
                "{method} {status}"
            );
        }
        assert_eq!(
            read(&Method::GET, StatusCode::FOUND, None, &current),
            Redirect::None
        );
        assert_eq!(
            read(&Method::GET, StatusCode::FOUND, Some("http://["), &current),
            Redirect::Unfollowed("http://[".into())
        );
    }
}
