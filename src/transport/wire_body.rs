//! A body as it comes from the network, unpacked. Who asked for it: `wire`; who unpacks: `content_coding`.

use std::error::Error as StdError;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame};

use super::connector::words_of;
use super::content_coding::Decoder;
use super::error::{Error, ErrorKind, causes_of};
use super::settings::Silence;

/// A body as it arrives.
#[derive(Debug)]
pub(super) enum Incoming {
    Reqwest(Box<reqwest::Body>),
    Hyper(hyper::body::Incoming),
}

impl Incoming {
    /// Returns the next frame; a fault in its innermost words.
    async fn frame(&mut self) -> Option<Result<Frame<Bytes>, String>> {
        match self {
            Self::Reqwest(body) => {
                let frame = body.frame().await?;
                Some(frame.map_err(|error| innermost(&error)))
            }
            Self::Hyper(body) => {
                let frame = body.frame().await?;
                Some(frame.map_err(|error| innermost(&error)))
            }
        }
    }

    fn exact_size(&self) -> Option<u64> {
        match self {
            Self::Reqwest(body) => body.size_hint().exact(),
            Self::Hyper(body) => body.size_hint().exact(),
        }
    }
}

/// A body on the wire.
#[derive(Debug)]
pub(super) struct WireBody {
    incoming: Incoming,
    decoder: Decoder,
    origin: String,
    silence: Silence,
}

impl WireBody {
    pub(super) fn new(
        incoming: Incoming,
        decoder: Decoder,
        origin: String,
        silence: Silence,
    ) -> Self {
        Self {
            incoming,
            decoder,
            origin,
            silence,
        }
    }

    /// Returns the length that the head of the answer gave, unless the body is packed.
    pub(super) fn length(&self) -> Option<usize> {
        match self.decoder {
            Decoder::Identity => usize::try_from(self.incoming.exact_size()?).ok(),
            Decoder::Gzip(_) | Decoder::Refused(_) => None,
        }
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if let Decoder::Gzip(gzip) = &mut self.decoder {
                match gzip.unpack() {
                    Ok(Some(bytes)) => return Ok(Some(bytes)),
                    Ok(None) => {}
                    Err(detail) => return Err(self.failed(ErrorKind::Coding, detail)),
                }
            }
            let received = self.receive().await?;
            let unpacked = match (&mut self.decoder, received) {
                (Decoder::Gzip(gzip), Some(packed)) => {
                    gzip.take(packed);
                    continue;
                }
                (Decoder::Gzip(gzip), None) => gzip.finish(),
                (Decoder::Refused(detail), Some(_)) => Err(detail.clone()),
                (Decoder::Identity | Decoder::Refused(_), received) => return Ok(received),
            };
            return unpacked.map_err(|detail| self.failed(ErrorKind::Coding, detail));
        }
    }

    /// Returns the next bytes as they are on the connection.
    async fn receive(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let Silence(limit) = self.silence;
            let frame = tokio::time::timeout(limit, self.incoming.frame()).await;
            match frame {
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) if bytes.is_empty() => {}
                    Ok(bytes) => return Ok(Some(bytes)),
                    Err(_trailers) => {}
                },
                Ok(Some(Err(error))) => {
                    return Err(self.failed(ErrorKind::Body, error));
                }
                Ok(None) => return Ok(None),
                Err(_) => return Err(self.failed(ErrorKind::ReadTimeout, words_of(limit))),
            }
        }
    }

    fn failed(&self, kind: ErrorKind, detail: String) -> Error {
        Error {
            kind,
            origin: self.origin.clone(),
            detail,
        }
    }
}

/// The innermost words: the outer layers only say that a request failed.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let causes = causes_of(error);
    let words = causes.last().map_or_else(String::new, ToString::to_string);
    // rustls adds the address of its manual.
    if words.contains("close_notify: https://") {
        return "it was closed in the middle, without the end that TLS announces".to_owned();
    }
    words
}
