//! What a page says of the next one: an address, or a token in one of several places. Reads the head of a response; who
//! reads the body: `page_reader`.

use http::{HeaderMap, Method, header};
use url::Url;

use crate::azure::headers::X_MS_CONTINUATION;
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
    /// At the same address, with this body: AI Search.
    NextBody(String),
    /// At the same address, with this token in the header `x-ms-continuation`.
    HeaderToken(String),
}

impl Continuation {
    /// Returns the link or the token.
    pub fn text(&self) -> &str {
        match self {
            Self::Link(text)
            | Self::PostedLink(text)
            | Self::SkipToken(text)
            | Self::NextBody(text)
            | Self::HeaderToken(text) => text,
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
            TokenHeader::Header if [Method::GET, Method::POST].contains(method) => {
                text(X_MS_CONTINUATION).map(Self::HeaderToken)
            }
            TokenHeader::Parameters(names) if *method == Method::GET => {
                let tokens = names.iter().map(|(header, name)| (*name, text(header)));
                with_parameters(url, &tokens.collect::<Vec<_>>()).map(Self::Link)
            }
            TokenHeader::Header | TokenHeader::Parameters(_) => None,
        };
        let link = || {
            let values = headers.get_all(header::LINK).iter();
            let link = azure::next_link(values.filter_map(|value| value.to_str().ok()))?.trim();
            (!link.is_empty()).then(|| Self::Link(link.to_owned()))
        };
        token.or_else(link)
    }
}

/// Reads the head of a success of a write: where to send the same request again, since the service has done a part of
/// it (Data Lake Storage deletes, renames and sets permissions this many paths at a time).
pub fn unfinished_write(method: &Method, url: &Url, headers: &HeaderMap) -> Option<Url> {
    let TokenHeader::Parameters(names) = azure::token_header(url) else {
        return None;
    };
    let (_, name) = names
        .iter()
        .find(|(header, _)| *header == X_MS_CONTINUATION)?;
    let token = headers.get(X_MS_CONTINUATION)?.to_str().ok()?.trim();
    let is_write = [Method::DELETE, Method::PUT, Method::PATCH].contains(method);
    let token = (is_write && !token.is_empty()).then(|| token.to_owned());
    let next = with_parameters(url, &[(*name, token)])?;
    Url::parse(&next).ok()
}

/// The same address with these parameters instead of those that it has; none if no parameter has a value.
fn with_parameters(url: &Url, tokens: &[(&str, Option<String>)]) -> Option<String> {
    let mut next = url.clone();
    for (name, _) in tokens {
        azure::remove_query(&mut next, name);
    }
    let mut is_named = false;
    for (name, value) in tokens {
        if let Some(value) = value {
            azure::append_query(&mut next, name, value);
            is_named = true;
        }
    }
    is_named.then(|| next.into())
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
        let own = [("x-ms-continuationtoken", " t/ ")];
        let next = |address: &str| Some(Continuation::Link(address.to_owned()));
        let second = "https://dev.azure.com/o/_apis/x?continuationToken=t/";
        check(&Method::GET, devops, &own, next(second).as_ref());
        check(
            &Method::GET,
            &format!("{devops}?continuationToken=s"),
            &own,
            next(second).as_ref(),
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

    #[test]
    fn a_write_may_be_done_in_part() {
        let head = |token: &'static str| {
            HeaderMap::from_iter([(
                HeaderName::from_static("x-ms-continuation"),
                HeaderValue::from_static(token),
            )])
        };
        let lake = "https://a.dfs.core.windows.net/fs/d?recursive=true";
        let next = "https://a.dfs.core.windows.net/fs/d?recursive=true&continuation=t%3D%3D";
        for (method, url, token, expected) in [
            (Method::DELETE, lake, "t==", Some(next)),
            (Method::PUT, lake, "t==", Some(next)),
            (Method::PATCH, next, "t==", Some(next)),
            (Method::DELETE, lake, " ", None),
            (Method::GET, lake, "t==", None),
            (
                Method::DELETE,
                "https://a.documents.azure.com/dbs/d",
                "t==",
                None,
            ),
            (
                Method::DELETE,
                "https://management.azure.com/a",
                "t==",
                None,
            ),
        ] {
            let url = Url::parse(url).unwrap();
            let found = super::unfinished_write(&method, &url, &head(token));
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{method} {url}");
        }
    }

    #[test]
    fn storage_takes_its_tokens_as_parameters() {
        let next = |address: &str| Some(Continuation::Link(address.to_owned()));
        let keys = [
            ("x-ms-continuation-NextPartitionKey", "1!8!YQ--"),
            ("x-ms-continuation-NextRowKey", "1!4&a=b"),
        ];
        let table = "https://a.table.core.windows.net/T()?$filter=a%20eq%201";
        let both = "&NextPartitionKey=1!8!YQ--&NextRowKey=1!4%26a%3Db";
        check(
            &Method::GET,
            table,
            &keys,
            next(&format!("{table}{both}")).as_ref(),
        );
        // The row of the page before is not kept if the answer names none.
        let second = format!("{table}{both}");
        let third = format!("{table}&NextPartitionKey=1!8!YQ--");
        check(&Method::GET, &second, &keys[..1], next(&third).as_ref());
        check(&Method::POST, table, &keys, None);
        let emulator = "http://127.0.0.1:10002/account/Tables";
        let name = [("x-ms-continuation-NextTableName", "t")];
        let more = format!("{emulator}?NextTableName=t");
        check(&Method::GET, emulator, &name, next(&more).as_ref());
        let lake = "https://a.dfs.core.windows.net/fs?resource=filesystem&continuation=old";
        let more = "https://a.dfs.core.windows.net/fs?resource=filesystem&continuation=t";
        check(
            &Method::GET,
            lake,
            &[("x-ms-continuation", "t")],
            next(more).as_ref(),
        );
        check(&Method::GET, lake, &[("x-ms-continuation", "")], None);
    }
}
