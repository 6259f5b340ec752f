//! How a body is packed: gzip is unpacked, and a coding that was not asked for is refused by name. Who asks for gzip:
//! `plan::headers`; who reads the body from the connection: `wire`.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};

/// This much is unpacked at a time: at most a thousand times as much comes out.
const STEP: usize = 4 * 1024;

/// What is done to the chunks of a body.
#[derive(Debug)]
pub(super) enum Decoder {
    /// Nothing.
    Identity,
    /// They are unpacked.
    Gzip(Box<Gzip>),
    /// Reading the first one is an error, because they cannot be unpacked.
    Refused(String),
}

impl Decoder {
    /// Decides by the head of an answer, whose headers say afterwards what its body is once it is decoded.
    pub(super) fn of(
        method: &Method,
        asked: &HeaderMap,
        status: StatusCode,
        headers: &mut HeaderMap,
    ) -> Self {
        let has_body = *method != Method::HEAD && status != StatusCode::NOT_MODIFIED;
        if !has_body {
            return Self::Identity;
        }
        if let Some(coding) = codings(headers, header::TRANSFER_ENCODING)
            .into_iter()
            .find(|coding| !["chunked", "identity"].contains(&coding.as_str()))
        {
            return Self::Refused(format!(
                "its transfer is encoded as `{coding}`, which was not asked for"
            ));
        }
        let mut codings = codings(headers, header::CONTENT_ENCODING);
        codings.retain(|coding| coding != "identity");
        match codings.as_slice() {
            [] => Self::Identity,
            // It said nothing of codings, so any is right (RFC 9110 12.5.3), and it is taken as it is.
            _ if !asked.contains_key(header::ACCEPT_ENCODING) => Self::Identity,
            [coding] if is_gzip(coding) && status != StatusCode::PARTIAL_CONTENT => {
                headers.remove(header::CONTENT_ENCODING);
                headers.remove(header::CONTENT_LENGTH);
                Self::Gzip(Box::default())
            }
            [coding] if accepts(asked, coding) => Self::Identity,
            _ => Self::Refused(format!(
                "it is encoded as `{}`, which was not asked for",
                codings.join(", ")
            )),
        }
    }
}

fn is_gzip(coding: &str) -> bool {
    ["gzip", "x-gzip"].contains(&coding)
}

/// The names of codings in the order in which they were applied, in lower case.
fn codings(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let values = headers.get_all(name).into_iter();
    let names = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let names = names.map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

/// Tells whether a request asked for a coding by its name.
fn accepts(asked: &HeaderMap, coding: &str) -> bool {
    let accepted = codings(asked, header::ACCEPT_ENCODING);
    let mut names = accepted.iter().map(|entry| entry.split(';').next());
    names.any(|name| name.is_some_and(|name| name.trim() == coding))
}

/// Unpacks a body of one or more gzip members (RFC 1952 2.2), chunk by chunk.
#[derive(Debug)]
pub(super) struct Gzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    packed: Bytes,
    is_begun: bool,
}

impl Default for Gzip {
    fn default() -> Self {
        Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            packed: Bytes::new(),
            is_begun: false,
        }
    }
}

impl Gzip {
    /// Takes the next packed bytes. What was taken before must be unpacked.
    pub(super) fn take(&mut self, packed: Bytes) {
        self.is_begun |= !packed.is_empty();
        self.packed = packed;
    }

    /// Returns the next unpacked bytes, or `None` where more packed ones are needed.
    pub(super) fn unpack(&mut self) -> Result<Option<Bytes>, String> {
        while !self.packed.is_empty() {
            let step = self.packed.split_to(STEP.min(self.packed.len()));
            self.decoder.write_all(&step).map_err(words_of)?;
            if let Some(bytes) = self.unpacked() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    /// Returns the last unpacked bytes: the packed ones have come to their end.
    pub(super) fn finish(&mut self) -> Result<Option<Bytes>, String> {
        if self.is_begun {
            self.decoder.try_finish().map_err(words_of)?;
        }
        Ok(self.unpacked())
    }

    /// Takes what has been unpacked; the next bytes will be about as many.
    fn unpacked(&mut self) -> Option<Bytes> {
        let length = self.decoder.get_ref().len();
        let unpacked = std::mem::replace(self.decoder.get_mut(), Vec::with_capacity(length));
        (length > 0).then(|| Bytes::from(unpacked))
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that `map_err` takes"
)]
fn words_of(error: std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return "its gzip data ends too early".to_owned();
    }
    format!("its gzip data is damaged: {error}")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use bytes::Bytes;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::{HeaderMap, Method, StatusCode};

    use super::{Decoder, Gzip};

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// Unpacks a body that arrives in chunks of this size.
    fn unpacked(body: &[u8], size: usize) -> Result<Vec<u8>, String> {
        let mut gzip = Gzip::default();
        let mut all = Vec::new();
        for chunk in body.chunks(size) {
            gzip.take(Bytes::copy_from_slice(chunk));
            while let Some(bytes) = gzip.unpack()? {
                all.extend_from_slice(&bytes);
            }
        }
        all.extend_from_slice(&gzip.finish()?.unwrap_or_default());
        Ok(all)
    }

    #[test]
    fn unpacks_every_member_and_refuses_what_is_none() {
        let long = vec![b'x'; 1 << 20];
        let both = [
            packed(b"first\n"),
            packed(b""),
            packed(b"second\n"),
            packed(&long),
        ]
        .concat();
        let text = [b"first\nsecond\n".as_slice(), &long].concat();
        for size in [1, 7, 10_000, both.len()] {
            assert!(
                unpacked(&both, size).as_deref() == Ok(text.as_slice()),
                "{size}"
            );
            for damaged in [
                [both.as_slice(), b"{\"more\":1}"].concat(),
                [both.as_slice(), b"x"].concat(),
                [both.as_slice(), &[0x1f, 0x8b]].concat(),
                [both.as_slice(), &packed(b"cut")[..12]].concat(),
                both[..both.len() - 1].to_vec(),
                both[..both.len() - 9].to_vec(),
                b"{}".to_vec(),
            ] {
                assert!(
                    unpacked(&damaged, size).is_err(),
                    "{size}: {}",
                    damaged.len()
                );
            }
        }
        let mut wrong_sum = packed(b"first\n");
        let sum = wrong_sum.len() - 8;
        wrong_sum[sum] ^= 1;
        assert!(unpacked(&wrong_sum, 100).is_err());
        assert_eq!(unpacked(b"", 1), Ok(Vec::new()));
    }

    /// Checks what is done to a body with such headers: `as it is`, `gunzip`, or the coding that is refused.
    #[track_caller]
    fn check(
        asked: &[(&'static str, &str)],
        status: u16,
        head: &[(&'static str, &str)],
        done: &str,
    ) {
        let map = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            headers
        };
        let mut headers = map(head);
        let status = StatusCode::from_u16(status).unwrap();
        let found = match Decoder::of(&Method::GET, &map(asked), status, &mut headers) {
            Decoder::Identity => "as it is".to_owned(),
            Decoder::Gzip(_) => {
                assert!(!headers.contains_key("content-encoding"), "{head:?}");
                "gunzip".to_owned()
            }
            Decoder::Refused(words) => words.split('`').nth(1).unwrap_or_default().to_owned(),
        };
        assert_eq!(found, done, "{asked:?} {status} {head:?}");
    }

    #[test]
    fn a_coding_is_unpacked_or_named() {
        let coded = |coding| [("content-encoding", coding)];
        let ours = [("accept-encoding", "gzip")];
        for gzip in ["gzip", "GZIP", "Gzip", "x-gzip", "X-GZip", "identity, gzip"] {
            check(&ours, 200, &coded(gzip), "gunzip");
            check(&[], 200, &coded(gzip), "as it is");
        }
        check(&ours, 200, &[], "as it is");
        check(&ours, 200, &coded("identity"), "as it is");
        check(&ours, 200, &coded(""), "as it is");
        for other in ["br", "deflate", "zstd", "gzip, br", "gzip, gzip"] {
            check(&ours, 200, &coded(other), other);
            check(&[], 200, &coded(other), "as it is");
        }
        let asked = [("accept-encoding", "br;q=1, gzip")];
        check(&asked, 200, &coded("BR"), "as it is");
        check(&asked, 200, &coded("deflate"), "deflate");
        check(&asked, 200, &coded("gzip"), "gunzip");
        // A part of what is packed cannot be unpacked.
        check(&ours, 206, &coded("gzip"), "as it is");
        check(&ours, 206, &coded("br"), "br");
        check(&ours, 200, &[("transfer-encoding", "chunked")], "as it is");
        for asked in [&ours[..], &[]] {
            check(
                asked,
                200,
                &[("transfer-encoding", "gzip, chunked")],
                "gzip",
            );
            check(asked, 200, &[("transfer-encoding", "GZIP")], "gzip");
        }
    }
}
