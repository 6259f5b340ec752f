//! What a page says of the next one: an address, or a token in one of several places. Reads the head of a response; who
//! reads the body: `page_reader`.

use http::{HeaderMap, Method, header};
use url::Url;

use crate::azure::headers::{X_MS_CONTINUATION, X_MS_CONTINUATION_TOKEN};
use crate::azure::{self, TokenHeader};

/// How a list continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuation {
    /// At an address, requested with GET.
    Link(String),
    /// At an address that takes the first body again, by POST.
    PostedLink(String),
    /// At the same address, with this token as `options.$skipToken` of the body.
    SkipToken(String),
    /// At the same address, with this token in the header `x-ms-continuation`.
    HeaderToken(String),
    /// At the same address, with this token as the parameter `continuationToken`.
    QueryToken(String),
}

impl Continuation {
    /// Returns the link or the token.
    pub fn text(&self) -> &str {
        match self {
            Self::Link(text)
            | Self::PostedLink(text)
            | Self::SkipToken(text)
            | Self::HeaderToken(text)
            | Self::QueryToken(text) => text,
        }
    }

    /// Reads the head of a page that answers a request of this verb at `url`: the header of the
    /// service that responds there, else `Link` (RFC 8288). A blank value says nothing.
    pub fn of_head(method: &Method, url: &Url, headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let token = match azure::token_header(url) {
            Some(TokenHeader::Cosmos) if [Method::GET, Method::POST].contains(method) => {
                text(X_MS_CONTINUATION).map(Self::HeaderToken)
            }
            Some(TokenHeader::DevOps) if *method == Method::GET => {
                text(X_MS_CONTINUATION_TOKEN).map(Self::QueryToken)
            }
            Some(_) | None => None,
        };
        let link = || {
            let values = headers.get_all(header::LINK).iter();
            let link = azure::next_link(values.filter_map(|value| value.to_str().ok()))?.trim();
            (!link.is_empty()).then(|| Self::Link(link.to_owned()))
        };
        token.or_else(link)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use url::Url;

    use super::Continuation;

    #[track_caller]
    fn check(method: &Method, url: &str, head: &[(&str, &str)], expected: Option<&Continuation>) {
        let mut headers = HeaderMap::new();
        for (name, value) in head {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let url = Url::parse(url).unwrap();
        assert_eq!(
            Continuation::of_head(method, &url, &headers).as_ref(),
            expected,
            "{url} {head:?}"
        );
    }

    #[test]
    fn reads_the_header_of_the_service() {
        let cosmos = "https://a.documents.azure.com/dbs";
        let devops = "https://dev.azure.com/o/_apis/x";
        let resource_manager = "https://management.azure.com/subscriptions";
        let token = || "t".to_owned();
        let own = [("x-ms-continuation", "t")];
        for method in [&Method::GET, &Method::POST] {
            check(
                method,
                cosmos,
                &own,
                Some(&Continuation::HeaderToken(token())),
            );
        }
        check(&Method::PUT, cosmos, &own, None);
        check(&Method::GET, resource_manager, &own, None);
        check(&Method::GET, devops, &own, None);
        let own = [("x-ms-continuationtoken", " t ")];
        check(
            &Method::GET,
            devops,
            &own,
            Some(&Continuation::QueryToken(token())),
        );
        check(&Method::POST, devops, &own, None);
        check(&Method::GET, resource_manager, &own, None);
        check(
            &Method::GET,
            devops,
            &[("x-ms-continuationtoken", "")],
            None,
        );
        let link = [("link", "</p>; rel=prev"), ("link", "<t>; rel=next")];
        check(
            &Method::GET,
            resource_manager,
            &link,
            Some(&Continuation::Link(token())),
        );
        check(
            &Method::GET,
            resource_manager,
            &[("link", "< >; rel=next")],
            None,
        );
    }
}
