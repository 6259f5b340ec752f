//! The page that the browser shows when a sign-in has come back to this machine. It has no script,
//! no secret, and loads nothing. Who serves it: the module above it.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use url::Url;

use crate::credential::Error;

/// What the page says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Page<'a> {
    /// A code has come.
    Received,
    /// No code has come.
    Failed(&'a Error),
    /// The request was not the answer.
    Stray,
    /// It was the answer to another sign-in.
    OtherSignIn,
    /// It came from a program of another user.
    OtherUser,
}

/// Leads the browser on to an address.
pub(crate) fn redirect(to: &Url) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    // A URL is visible ASCII.
    if let Ok(location) = HeaderValue::try_from(to.as_str()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONNECTION, "close"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Page<'_> {
    /// Makes the answer.
    pub(crate) fn response(self) -> Response<Bytes> {
        let (status, title, text) = match self {
            Self::Received => (
                StatusCode::OK,
                "Sign-in received",
                "Close this page and go back to the terminal, which says who has signed in."
                    .to_owned(),
            ),
            Self::OtherSignIn => (
                StatusCode::BAD_REQUEST,
                "Not signed in",
                "This answer belongs to another sign-in: its state differs. Close this page; the \
                 terminal still waits for its own answer."
                    .to_owned(),
            ),
            Self::OtherUser => (
                StatusCode::FORBIDDEN,
                "Not signed in",
                "This answer comes from a program of another user or machine. Sign in with \
                 arm login --device-code instead."
                    .to_owned(),
            ),
            Self::Failed(error) => (StatusCode::BAD_REQUEST, "Not signed in", error.to_string()),
            Self::Stray => (
                StatusCode::NOT_FOUND,
                "Nothing here",
                "This port waits for the answer to a sign-in.".to_owned(),
            ),
        };
        let (title, text) = (escaped(title), escaped(&text));
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>arm: {title}</title>\n\
             <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;\
             padding:0 1rem;color-scheme:light dark}}</style>\n<h1>{title}</h1>\n<p>{text}</p>\n"
        );
        let mut response = Response::new(Bytes::from(html));
        *response.status_mut() = status;
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'",
            ),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONNECTION, "close"),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// The words may be anybody's: they come through the address.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::credential::{Source, SourceErrorKind};

    fn page(page: Page<'_>) -> (u16, String) {
        let response = page.response();
        let policy = &response.headers()["content-security-policy"];
        assert!(policy.to_str().unwrap().starts_with("default-src 'none'"));
        assert_eq!(response.headers()["cache-control"], "no-store");
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), text)
    }

    #[test]
    fn says_how_it_went() {
        assert!(page(Page::Received).1.contains("<h1>Sign-in received</h1>"));
        let (status, text) = page(Page::OtherSignIn);
        assert_eq!(status, 400);
        assert!(text.contains("its state differs"), "{text}");
        assert_eq!(page(Page::OtherUser).0, 403);
        assert_eq!(page(Page::Stray).0, 404);
    }

    #[test]
    fn foreign_words_stay_words() {
        let error = SourceErrorKind::Refused {
            code: "<script>alert(1)</script>".to_owned(),
            message: "\"&'\r\n".to_owned(),
        }
        .of(Source::Login);
        let (_, text) = page(Page::Failed(&error));
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;: &quot;&amp;&#39;"));
        assert!(!text.contains("<script"));
    }
}
