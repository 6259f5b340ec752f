//! A tunnel through a proxy: one CONNECT (RFC 9110 9.3.6) and its answer. Which proxy: `proxy`. Who speaks TLS through
//! the tunnel: `connector`.

use http::HeaderValue;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// An answer to CONNECT whose head is longer than this is given up.
const LONGEST_HEAD: usize = 16 * 1024;

/// Why there is no tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TunnelError {
    /// The proxy answered with another status than 2xx.
    Refused {
        /// The status.
        status: u16,
        /// The rest of the line.
        reason: String,
    },
    /// What it answered is not HTTP, or has no end.
    Malformed,
    /// The connection to it ended.
    Lost(String),
}

/// Asks for a tunnel to `authority`, which is `HOST:PORT`.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    authority: &str,
    authorization: Option<&HeaderValue>,
) -> Result<(), TunnelError> {
    let mut head = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    if let Some(value) = authorization {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let lost = |error: std::io::Error| TunnelError::Lost(error.to_string());
    stream.write_all(&head).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let mut answer = Vec::new();
    let mut left = LONGEST_HEAD;
    // Byte by byte, because what follows the head belongs to the connection in the tunnel.
    loop {
        if left == 0 {
            return Err(TunnelError::Malformed);
        }
        left -= 1;
        match stream.read_u8().await {
            Ok(byte) => answer.push(byte),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                let ended = "it closed the connection without an answer";
                return Err(TunnelError::Lost(ended.to_owned()));
            }
            Err(error) => return Err(lost(error)),
        }
        if is_whole(&answer) {
            match read(&answer)? {
                Answer::Interim => answer.clear(),
                Answer::Open => return Ok(()),
            }
        }
    }
}

/// What an answer to CONNECT says, if it is no refusal.
enum Answer {
    /// Another answer follows (RFC 9110 15.2).
    Interim,
    /// The tunnel is open.
    Open,
}

fn is_whole(head: &[u8]) -> bool {
    head.ends_with(b"\r\n\r\n") || head.ends_with(b"\n\n")
}

/// Reads the head of an answer: any 2xx opens the tunnel. After 101 no other answer follows.
fn read(head: &[u8]) -> Result<Answer, TunnelError> {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let status = line.trim().strip_prefix("HTTP/1.").and_then(|rest| {
        let (_, rest) = rest.split_once(' ')?;
        let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_status = status.len() == 3;
        Some((status.parse::<u16>().ok().filter(|_| is_status)?, reason))
    });
    match status {
        Some((100 | 102..=199, _)) => Ok(Answer::Interim),
        Some((200..=299, _)) => Ok(Answer::Open),
        Some((status, reason)) => Err(TunnelError::Refused {
            status,
            reason: reason.trim().chars().take(80).collect(),
        }),
        None => Err(TunnelError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::{TunnelError, open};

    /// Asks a proxy that answers so; returns what it was asked.
    async fn ask(answer: &[u8], authorization: Option<&str>) -> (Result<(), TunnelError>, String) {
        let (mut near, mut far) = tokio::io::duplex(64 * 1024);
        far.write_all(answer).await.unwrap();
        far.shutdown().await.unwrap();
        let authorization = authorization.map(|value| HeaderValue::from_str(value).unwrap());
        let outcome = open(&mut near, "[::1]:443", authorization.as_ref()).await;
        drop(near);
        let mut asked = String::new();
        far.read_to_string(&mut asked).await.unwrap();
        (outcome, asked)
    }

    #[tokio::test]
    async fn any_success_opens_the_tunnel() {
        for status in ["200 OK", "201", "204 No Content", "299 Fine"] {
            let answer = format!("HTTP/1.1 {status}\r\nVia: x\r\n\r\n");
            assert_eq!(ask(answer.as_bytes(), None).await.0, Ok(()), "{status}");
        }
        assert_eq!(ask(b"HTTP/1.0 200 OK\n\n", None).await.0, Ok(()));
        let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
        assert_eq!(ask(interim, None).await.0, Ok(()));
        let (_, asked) = ask(b"HTTP/1.1 200 OK\r\n\r\n", Some("Basic eA==")).await;
        assert_eq!(
            asked,
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic eA==\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn a_refusal_has_its_status() {
        for (line, status, reason) in [
            (
                "407 Proxy Authentication Required",
                407,
                "Proxy Authentication Required",
            ),
            ("302 Found", 302, "Found"),
            ("503", 503, ""),
            ("101 Switching Protocols", 101, "Switching Protocols"),
            ("100 Continue\r\n\r\nHTTP/1.1 403 No", 403, "No"),
        ] {
            let answer = format!("HTTP/1.1 {line}\r\n\r\n");
            let reason = reason.to_owned();
            let expected = Err(TunnelError::Refused { status, reason });
            assert_eq!(ask(answer.as_bytes(), None).await.0, expected);
        }
        for malformed in [
            "SSH-2.0-x\n\n",
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1\r\n\r\n",
        ] {
            let outcome = ask(malformed.as_bytes(), None).await.0;
            assert_eq!(outcome, Err(TunnelError::Malformed), "{malformed}");
        }
        let endless = vec![b'x'; 20_000];
        assert_eq!(ask(&endless, None).await.0, Err(TunnelError::Malformed));
        let endless = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
        assert_eq!(ask(&endless, None).await.0, Err(TunnelError::Malformed));
        let cut = ask(b"HTTP/1.1 200 OK\r\n", None).await.0;
        assert!(matches!(cut, Err(TunnelError::Lost(_))), "{cut:?}");
    }
}
