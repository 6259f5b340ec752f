//! What the scripted server answers: a proper response by default, or one that is wrong in a chosen
//! way. Who sends it: `server`.

use std::io::{self, Write};

/// Writes the body by itself, for what is too large to hold or must wait for the test.
type Writer = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// One answer.
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
    then: Then,
}

enum Body {
    /// With `Content-Length`; only the first bytes are sent if the answer is cut.
    Whole { bytes: Vec<u8>, sent: usize },
    /// With `Transfer-Encoding: chunked`.
    Chunks { chunks: Vec<Vec<u8>>, ended: bool },
    /// Chunked too, by a function that writes the content.
    Written(Writer),
    /// Instead of the whole message.
    Raw(Vec<u8>),
}

/// What happens to the connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The next request may come.
    KeepAlive,
    /// It is closed.
    Close,
    /// It stays open in silence until the test ends.
    Stall,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Whole {
                bytes: Vec::new(),
                sent: 0,
            },
            then: Then::KeepAlive,
        }
    }

    /// A 200 with a body of `application/json`.
    pub(crate) fn json(body: impl AsRef<[u8]>) -> Self {
        Self::status(200).body("application/json; charset=utf-8", body)
    }

    /// A status with a body of `application/json`.
    pub(crate) fn error(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::status(status).body("application/json", body)
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// Bytes instead of an HTTP message, after which the connection is closed.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        let mut answer = Self::status(0);
        answer.body = Body::Raw(bytes.as_ref().to_vec());
        answer.then = Then::Close;
        answer
    }

    /// The connection is closed without a byte.
    pub(crate) fn nothing() -> Self {
        Self::raw([])
    }

    /// No byte ever comes, and the connection stays open.
    pub(crate) fn silence() -> Self {
        let mut answer = Self::nothing();
        answer.then = Then::Stall;
        answer
    }

    /// A chunked 200 of `application/json`, whose content the function writes.
    pub(crate) fn written(
        writer: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
    ) -> Self {
        let mut answer = Self::status(200).header("Content-Type", "application/json");
        answer.body = Body::Written(Box::new(writer));
        answer
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body and its type.
    pub(crate) fn body(mut self, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let bytes = body.as_ref().to_vec();
        self.body = Body::Whole {
            sent: bytes.len(),
            bytes,
        };
        self.header("Content-Type", content_type)
    }

    /// Sends the body in chunks of this many bytes.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        if let Body::Whole { bytes, .. } = self.body {
            let chunks = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            self.body = Body::Chunks {
                chunks,
                ended: true,
            };
        }
        self
    }

    /// Ends the body after this many bytes, or chunks, and closes the connection.
    pub(crate) fn cut_after(mut self, count: usize) -> Self {
        match &mut self.body {
            Body::Whole { sent, .. } => *sent = count,
            Body::Chunks { chunks, ended } => {
                chunks.truncate(count);
                *ended = false;
            }
            Body::Written(_) | Body::Raw(_) => {}
        }
        self.then = Then::Close;
        self
    }

    /// Says what happens to the connection.
    pub(crate) fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }

    /// Writes the answer, and says what happens to the connection.
    pub(super) fn send(self, stream: &mut dyn Write, is_head: bool) -> io::Result<Then> {
        if let Body::Raw(bytes) = &self.body {
            stream.write_all(bytes)?;
            return Ok(self.then);
        }
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        match &self.body {
            Body::Whole { .. } if self.status == 204 || self.status == 304 => {}
            Body::Whole { bytes, .. } => {
                head.push_str(&format!("Content-Length: {}\r\n", bytes.len()));
            }
            Body::Chunks { .. } | Body::Written(_) | Body::Raw(_) => {
                head.push_str("Transfer-Encoding: chunked\r\n");
            }
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        if !is_head {
            send_body(self.body, stream)?;
        }
        Ok(self.then)
    }
}

fn send_body(body: Body, stream: &mut dyn Write) -> io::Result<()> {
    match body {
        Body::Whole { bytes, sent } => stream.write_all(&bytes[..sent.min(bytes.len())]),
        Body::Chunks { chunks, ended } => {
            let mut writer = Chunked(stream);
            for chunk in chunks {
                writer.write_all(&chunk)?;
            }
            if ended { writer.end() } else { Ok(()) }
        }
        Body::Written(write) => {
            let mut writer = Chunked(stream);
            write(&mut writer)?;
            writer.end()
        }
        Body::Raw(_) => Ok(()),
    }
}

/// Makes a chunk of every write.
struct Chunked<'a>(&'a mut dyn Write);

impl Chunked<'_> {
    fn end(self) -> io::Result<()> {
        self.0.write_all(b"0\r\n\r\n")
    }
}

impl Write for Chunked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write!(self.0, "{:x}\r\n", bytes.len())?;
        self.0.write_all(bytes)?;
        self.0.write_all(b"\r\n")?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
