//! One request to an issuer of tokens, and its whole response, within a limited time. What they mean is
//! for the protocols: `entra`, `federated`, `managed_identity`.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Error, Source, SourceErrorKind, Tools};
use crate::azure::{Origin, Shown};
use crate::transport::{self, ErrorKind, Request};

/// A response is a few KiB; what is longer is cut.
const MAX_RESPONSE: usize = 256 * 1024;
/// A slow response takes seconds. One that comes byte by byte would otherwise never end.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug)]
pub(super) struct Response {
    /// The status.
    pub(super) status: StatusCode,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body, or its beginning.
    pub(super) body: Bytes,
}

/// Asks once.
///
/// # Errors
/// [`SourceErrorKind::Unreachable`] if there is no response, or no end to it within a minute.
pub(super) async fn ask(
    source: Source,
    request: &Request,
    tools: &Tools<'_>,
) -> Result<Response, Error> {
    let exchange = async {
        let mut response = tools.transport.send(request).await?;
        let body = response.body.excerpt(MAX_RESPONSE).await;
        let body = without_mark(body);
        let body = match response.status {
            StatusCode::OK => body,
            _ => without_secrets(&body, &request.headers),
        };
        Ok(Response {
            status: response.status,
            headers: response.headers,
            body,
        })
    };
    let response = tokio::time::timeout(TIMEOUT, exchange).await;
    response
        .unwrap_or_else(|_| Err(late(request)))
        .map_err(|error| SourceErrorKind::Unreachable { error }.of(source))
}

/// Takes the byte order mark away that some proxies put before JSON: a parser may ignore it (RFC 8259 8.1).
fn without_mark(body: Bytes) -> Bytes {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if body.starts_with(MARK) {
        return body.slice(MARK.len()..);
    }
    body
}

/// Takes the secrets of a request out of a refusal that repeats them.
fn without_secrets(body: &Bytes, headers: &HeaderMap) -> Bytes {
    let Ok(text) = std::str::from_utf8(body) else {
        return body.clone();
    };
    let secrets = headers.values().filter(|value| value.is_sensitive());
    let masked = secrets.fold(Shown::unmasked(text), |text, value| {
        let secret = value.to_str().unwrap_or_default();
        // The scheme is not part of it.
        let secret = secret.rsplit(' ').next().unwrap_or(secret);
        text.hiding(secret)
    });
    Bytes::from(masked.into_string())
}

fn late(request: &Request) -> transport::Error {
    transport::Error {
        kind: ErrorKind::Body,
        origin: Origin::of(&request.url).to_string(),
        detail: format!("it did not end within {} seconds", TIMEOUT.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use std::time::{Duration, SystemTime};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::{Bytes, HeaderMap, Request, TIMEOUT, Tools, ask, without_secrets};
    use crate::credential::{Source, SourceErrorKind};
    use crate::transport::{Transport, Wire};

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_drips_ends() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let _request = stream.read(&mut head).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
            let mut sent = stream.write_all(answer).await;
            while sent.is_ok() {
                let never = std::future::pending::<()>();
                let _late = tokio::time::timeout(Duration::from_secs(1), never).await;
                sent = stream.write_all(b" ").await;
            }
        });
        let request = Request {
            method: http::Method::POST,
            url: format!("http://127.0.0.1:{port}/t/oauth2/v2.0/token")
                .parse()
                .unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let tools = Tools {
            transport: &Transport::Wire(Wire::default()),
            now: SystemTime::UNIX_EPOCH,
            cache: None,
        };
        let began = tokio::time::Instant::now();
        let answer = ask(Source::Login, &request, &tools).await;
        assert!(
            matches!(&answer, Err(error) if matches!(error.source_kind(), Some(SourceErrorKind::Unreachable { .. }))),
            "{answer:?}"
        );
        let words = answer.unwrap_err().to_string();
        assert!(words.contains("did not end within 60 seconds"), "{words}");
        assert!(began.elapsed() >= TIMEOUT && began.elapsed() < TIMEOUT * 2);
    }

    #[test]
    fn a_refusal_does_not_repeat_the_secret() {
        let mut headers = HeaderMap::new();
        let mut value = HeaderValue::from_static("Bearer s3cr3t");
        value.set_sensitive(true);
        headers.insert("authorization", value);
        headers.insert("accept", HeaderValue::from_static("json"));
        let body = Bytes::from_static(b"{\"message\":\"s3cr3t is no json\"}");
        let masked = without_secrets(&body, &headers);
        assert_eq!(masked, "{\"message\":\"[redacted] is no json\"}");
    }
}
