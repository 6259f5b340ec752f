//! A connection whose requests must end their lines as HTTP/1.1 says: by CR LF. RFC 9112, 2.2 lets a recipient take a
//! bare LF too; but what is in front of a server may not, and then the two see different requests in the same bytes.
//! Who reads the requests: `listen`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A longer line ends the check; the parser refuses the head before that.
const LONGEST_LINE: usize = 64 * 1024;
/// What a bare LF becomes. No parser takes it in a head, so that the request is refused as malformed.
const REFUSED: u8 = 0;

/// A connection that is read through [`LineCheck`].
#[derive(Debug)]
pub(super) struct StrictLines<S> {
    stream: S,
    check: LineCheck,
}

impl<S> StrictLines<S> {
    /// A connection on which a request begins.
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            check: LineCheck::default(),
        }
    }
}

/// Where in its requests a connection is.
#[derive(Debug)]
enum Part {
    /// In a head.
    Head {
        /// The line so far.
        line: Vec<u8>,
        /// Whether a line of this head has ended: an empty one in front of it is skipped.
        has_lines: bool,
        /// What follows it, as far as it is known.
        body: Framing,
    },
    /// In a body with this many bytes left.
    Body(u64),
    /// In a body whose end is not looked for: the connection ends with it.
    Unchecked,
}

/// How the end of a body is marked.
#[derive(Debug, Clone, Copy)]
enum Framing {
    Length(u64),
    Chunks,
}

impl Default for Part {
    fn default() -> Self {
        Self::Head {
            line: Vec::new(),
            has_lines: false,
            body: Framing::Length(0),
        }
    }
}

/// Looks at the bytes of a connection as they arrive.
#[derive(Debug, Default)]
struct LineCheck {
    part: Part,
}

impl LineCheck {
    /// Replaces each bare LF of a head.
    fn check(&mut self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match &mut self.part {
                Part::Unchecked => return,
                Part::Body(left) => {
                    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    *left -= length as u64;
                    if *left == 0 {
                        self.part = Part::default();
                    }
                    length
                }
                Part::Head {
                    line,
                    has_lines,
                    body,
                } => {
                    let end = rest.iter().position(|byte| *byte == b'\n');
                    let length = end.map_or(rest.len(), |end| end + 1);
                    line.extend_from_slice(rest.get(..length).unwrap_or_default());
                    if line.len() > LONGEST_LINE {
                        self.part = Part::Unchecked;
                        return;
                    }
                    if let Some(end) = end {
                        let Some(text) = line.strip_suffix(b"\r\n") else {
                            if let Some(feed) = rest.get_mut(end) {
                                *feed = REFUSED;
                            }
                            self.part = Part::Unchecked;
                            return;
                        };
                        if !text.is_empty() {
                            *has_lines = true;
                            *body = framing_after(text, *body);
                            line.clear();
                        } else if *has_lines {
                            self.part = match *body {
                                Framing::Length(0) => Part::default(),
                                Framing::Length(length) => Part::Body(length),
                                Framing::Chunks => Part::Unchecked,
                            };
                        } else {
                            line.clear();
                        }
                    }
                    length
                }
            };
            rest = rest.get_mut(length..).unwrap_or_default();
        }
    }
}

/// What is known of the body after one more line of a head.
fn framing_after(line: &[u8], before: Framing) -> Framing {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return before;
    };
    let (name, value) = line.split_at(colon);
    if name.eq_ignore_ascii_case(b"transfer-encoding") {
        return Framing::Chunks;
    }
    let value = str::from_utf8(value.get(1..).unwrap_or_default()).unwrap_or_default();
    match (before, value.trim().parse()) {
        (Framing::Length(_), Ok(length)) if name.eq_ignore_ascii_case(b"content-length") => {
            Framing::Length(length)
        }
        (before, _) => before,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for StrictLines<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let arrived = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        this.check.check(arrived);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StrictLines<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::LineCheck;

    /// The bytes as the parser gets them, where they arrive in pieces of each length.
    #[track_caller]
    fn check(bytes: &str, expected: &str) {
        for length in [1, 2, 3, 7, bytes.len()] {
            let mut line_check = LineCheck::default();
            let mut passed = bytes.as_bytes().to_vec();
            for piece in passed.chunks_mut(length) {
                line_check.check(piece);
            }
            let passed = String::from_utf8(passed).unwrap();
            assert_eq!(passed, expected, "{length}");
        }
    }

    #[test]
    fn a_bare_line_feed_in_a_head_is_replaced() {
        check(
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\0Host: a\r\n\r\n",
        );
        check(
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\0\r\n",
        );
        check(
            "GET / HTTP/1.1\r\nA: b\r\n\n",
            "GET / HTTP/1.1\r\nA: b\r\n\0",
        );
        check("\r\nGET / HTTP/1.1\n", "\r\nGET / HTTP/1.1\0");
    }

    #[test]
    fn bodies_are_left_alone_and_the_next_head_is_not() {
        let whole = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\na\nb\nGET / HTTP/1.1\r\n\r\n";
        check(whole, whole);
        check(
            "POST / HTTP/1.1\r\ncontent-LENGTH:2\r\n\r\n\n\nGET /\nA: b\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-LENGTH:2\r\n\r\n\n\nGET /\0A: b\r\n\r\n",
        );
        check(
            "GET / HTTP/1.1\r\n\r\nGET /\n",
            "GET / HTTP/1.1\r\n\r\nGET /\0",
        );
        let chunks = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n0\r\n\r\n";
        check(chunks, chunks);
    }
}
