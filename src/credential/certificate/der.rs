//! A reader of DER (X.690): tag, length, content. It also takes what files of keys contain of BER:
//! indefinite lengths and strings in pieces (golang/go#10950). What the values mean: `pkcs12` and
//! `x509`.

use std::borrow::Cow;

/// The tags that are read here.
pub(super) mod tag {
    pub(in super::super) const INTEGER: u8 = 0x02;
    pub(in super::super) const BIT_STRING: u8 = 0x03;
    pub(in super::super) const OCTET_STRING: u8 = 0x04;
    pub(in super::super) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(in super::super) const UTC_TIME: u8 = 0x17;
    pub(in super::super) const GENERALIZED_TIME: u8 = 0x18;
    pub(in super::super) const SEQUENCE: u8 = 0x30;
    /// `[0]`, constructed.
    pub(in super::super) const CONTEXT_0: u8 = 0xa0;
}

/// The bit that tells a constructed value from a plain one.
const CONSTRUCTED: u8 = 0x20;
/// How deep values may be nested.
const MOST_LEVELS: u8 = 16;

/// Values, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Its class, form and number.
    pub(super) tag: u8,
    /// What is in it.
    pub(super) content: &'a [u8],
    /// It and its head.
    pub(super) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Reads the next value; `None` at the end, and if there is no value.
    pub(super) fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = element_of(self.0, MOST_LEVELS)?;
        self.0 = rest;
        Some(element)
    }

    /// Reads the next value if it has this tag, else it stays.
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        let (element, rest) = element_of(self.0, MOST_LEVELS)?;
        if element.tag != tag {
            return None;
        }
        self.0 = rest;
        Some(element)
    }

    /// Enters the next value, which has this tag.
    pub(super) fn enter(&mut self, tag: u8) -> Option<Self> {
        self.take(tag).map(Element::inside)
    }

    /// Tells whether nothing follows.
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> Element<'a> {
    /// Returns the values within.
    pub(super) fn inside(self) -> Reader<'a> {
        Reader(self.content)
    }

    /// Returns the bytes of a string, joined if it is in pieces.
    pub(super) fn octets(self) -> Option<Cow<'a, [u8]>> {
        if self.tag & CONSTRUCTED == 0 {
            return Some(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::new();
        let mut pieces = self.inside();
        while !pieces.is_empty() {
            // A piece is not in pieces itself: programs that write keys do not nest them.
            joined.extend_from_slice(pieces.take(tag::OCTET_STRING)?.content);
        }
        Some(Cow::Owned(joined))
    }

    /// Returns a number that is not negative and fits.
    pub(super) fn unsigned(self) -> Option<u32> {
        let digits = match self.content {
            [0, rest @ ..] => rest,
            [first, ..] if *first >= 0x80 => return None,
            digits => digits,
        };
        if digits.len() > 4 || self.tag != tag::INTEGER {
            return None;
        }
        Some(
            digits
                .iter()
                .fold(0, |number, digit| (number << 8) | u32::from(*digit)),
        )
    }
}

/// Splits the first value off.
fn element_of(bytes: &[u8], levels: u8) -> Option<(Element<'_>, &[u8])> {
    let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
    if tag & 0x1f == 0x1f {
        // A number above 30: none of the types here has one.
        return None;
    }
    if first == 0x80 {
        return indefinite(bytes, tag, rest, levels);
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        let length = digits
            .iter()
            .fold(0, |number: u64, digit| (number << 8) | u64::from(*digit));
        (usize::try_from(length).ok()?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((
        Element {
            tag,
            content,
            whole,
        },
        rest,
    ))
}

/// A value that ends where two zeros are in place of another one.
fn indefinite<'a>(
    bytes: &'a [u8],
    tag: u8,
    content: &'a [u8],
    levels: u8,
) -> Option<(Element<'a>, &'a [u8])> {
    let levels = levels.checked_sub(1)?;
    if tag & CONSTRUCTED == 0 {
        return None;
    }
    let mut left = content;
    while !left.starts_with(&[0, 0]) {
        left = element_of(left, levels)?.1;
    }
    let inner = content.get(..content.len() - left.len())?;
    let rest = left.get(2..)?;
    let whole = bytes.get(..bytes.len() - rest.len())?;
    Some((
        Element {
            tag,
            content: inner,
            whole,
        },
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::{Reader, tag};

    #[test]
    fn reads_lengths_in_all_forms() {
        for (bytes, content) in [
            (&[0x04, 2, 1, 2][..], Some(&[1, 2][..])),
            (&[0x04, 0x81, 2, 1, 2], Some(&[1, 2])),
            (&[0x24, 0x80, 4, 1, 1, 4, 1, 2, 0, 0], Some(&[1, 2])),
            (&[0x24, 6, 4, 1, 1, 4, 1, 2], Some(&[1, 2])),
            (&[0x04, 3, 1, 2], None),
            (&[0x04, 0x80, 1, 0, 0], None),
            (&[0x24, 0x80, 4, 1, 1], None),
            (&[0x04, 0x85, 0, 0, 0, 0, 1, 1], None),
            (&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 1], None),
            (&[0x1f, 1, 1], None),
            (&[0x04], None),
            (&[], None),
        ] {
            let found = Reader::new(bytes).next();
            let octets = found.and_then(super::Element::octets);
            assert_eq!(octets.as_deref(), content, "{bytes:?}");
        }
    }

    #[test]
    fn a_chain_of_heads_has_an_end() {
        let bytes = [0x30, 0x80].repeat(100_000);
        assert_eq!(Reader::new(&bytes).next(), None);
    }

    #[test]
    fn reads_numbers() {
        for (bytes, number) in [
            (&[2, 1, 3][..], Some(3)),
            (&[2, 2, 0, 0x80], Some(128)),
            (&[2, 5, 0, 0xff, 0xff, 0xff, 0xff], Some(u32::MAX)),
            (&[2, 1, 0x80], None),
            (&[2, 5, 1, 0, 0, 0, 0], None),
        ] {
            let element = Reader::new(bytes).take(tag::INTEGER);
            assert_eq!(element.and_then(super::Element::unsigned), number);
        }
    }
}
