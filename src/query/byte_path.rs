//! Follows paths of names, indices and wildcards through the bytes of a document, without a tree. The document has been
//! checked. Filters, slices, negative indices, `..` and several selectors at once are for `walk`.

use super::error::Error;
use super::path::{Reach, Segment, Selector};
use super::text::spells;
use crate::json::{Escapes, container_end, scalar_end, skip_whitespace, string_end};

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Index(usize),
    Wildcard,
}

/// Returns the step of a segment that needs no tree.
pub(super) fn step(segment: &Segment) -> Option<Step> {
    let (Reach::Child, [selector]) = (segment.reach, segment.selectors.as_slice()) else {
        return None;
    };
    match selector {
        Selector::Name(name) => Some(Step::Name(name.clone())),
        Selector::Index(index) => usize::try_from(*index).ok().map(Step::Index),
        Selector::Wildcard => Some(Step::Wildcard),
        Selector::Slice { .. } | Selector::Filter(_) => None,
    }
}

/// Finds the values that the steps lead to, in the order of the document.
pub(super) fn select<'j>(json: &'j str, steps: &[Step]) -> Result<Vec<&'j str>, Error> {
    let mut scan = Scan {
        json,
        bytes: json.as_bytes(),
        found: Vec::new(),
    };
    scan.value(skip_whitespace(scan.bytes, 0), steps)?;
    Ok(scan.found)
}

struct Scan<'j> {
    json: &'j str,
    bytes: &'j [u8],
    found: Vec<&'j str>,
}

impl Scan<'_> {
    /// Follows the steps into the value at `at`; returns where the value ends.
    ///
    /// Recursion is as deep as there are steps, which the parser of expressions bounds.
    fn value(&mut self, at: usize, steps: &[Step]) -> Result<usize, Error> {
        let Some((step, rest)) = steps.split_first() else {
            let end = self.skip(at)?;
            self.found
                .push(self.json.get(at..end).ok_or(Error::Malformed { at })?);
            return Ok(end);
        };
        match (step, self.bytes.get(at)) {
            (Step::Name(name), Some(b'{')) => self.member(at, name, rest),
            (Step::Wildcard, Some(b'{')) => self.members(at, rest),
            (Step::Wildcard, Some(b'[')) => self.elements(at, None, rest),
            (Step::Index(index), Some(b'[')) => self.elements(at, Some(*index), rest),
            _ => self.skip(at),
        }
    }

    fn member(&mut self, at: usize, wanted: &str, rest: &[Step]) -> Result<usize, Error> {
        let before = self.found.len();
        self.each_member(at, |scan, name, escapes, at| {
            if !spells(name, escapes, wanted) {
                return scan.skip(at);
            }
            // The last of several members with one name counts: forget what an earlier one gave.
            scan.found.truncate(before);
            scan.value(at, rest)
        })
    }

    fn members(&mut self, at: usize, rest: &[Step]) -> Result<usize, Error> {
        self.each_member(at, |scan, _, _, at| scan.value(at, rest))
    }

    /// Goes through an object; `follow` takes name and offset of a value, and returns its end.
    #[inline]
    fn each_member(
        &mut self,
        start: usize,
        mut follow: impl FnMut(&mut Self, &str, Escapes, usize) -> Result<usize, Error>,
    ) -> Result<usize, Error> {
        let mut at = skip_whitespace(self.bytes, start + 1);
        if self.bytes.get(at) == Some(&b'}') {
            return Ok(at + 1);
        }
        loop {
            self.expect(at, b'"')?;
            let end = string_end(self.bytes, at + 1).ok_or(Error::Malformed { at })?;
            let name = self
                .json
                .get(at + 1..end.quote)
                .ok_or(Error::Malformed { at })?;
            let colon = skip_whitespace(self.bytes, end.quote + 1);
            self.expect(colon, b':')?;
            let value = skip_whitespace(self.bytes, colon + 1);
            at = skip_whitespace(self.bytes, follow(self, name, end.escapes, value)?);
            match self.bytes.get(at) {
                Some(b',') => at = skip_whitespace(self.bytes, at + 1),
                Some(b'}') => return Ok(at + 1),
                _ => return Err(Error::Malformed { at }),
            }
        }
    }

    /// Goes through an array, into the one wanted element or into all.
    fn elements(
        &mut self,
        start: usize,
        wanted: Option<usize>,
        rest: &[Step],
    ) -> Result<usize, Error> {
        let mut at = skip_whitespace(self.bytes, start + 1);
        if self.bytes.get(at) == Some(&b']') {
            return Ok(at + 1);
        }
        for index in 0.. {
            let follows = wanted.is_none_or(|wanted| wanted == index);
            let end = if follows {
                self.value(at, rest)?
            } else {
                self.skip(at)?
            };
            at = skip_whitespace(self.bytes, end);
            match self.bytes.get(at) {
                Some(b',') => at = skip_whitespace(self.bytes, at + 1),
                Some(b']') => return Ok(at + 1),
                _ => break,
            }
        }
        Err(Error::Malformed { at })
    }

    fn expect(&self, at: usize, byte: u8) -> Result<(), Error> {
        if self.bytes.get(at) == Some(&byte) {
            Ok(())
        } else {
            Err(Error::Malformed { at })
        }
    }

    /// Returns where the value at `at` ends, without recursion.
    fn skip(&self, at: usize) -> Result<usize, Error> {
        let end = match self.bytes.get(at) {
            Some(b'"') => string_end(self.bytes, at + 1).map(|end| end.quote + 1),
            Some(b'{' | b'[') => container_end(self.bytes, at),
            Some(_) => Some(scalar_end(self.bytes, at)).filter(|end| *end > at),
            None => None,
        };
        end.ok_or(Error::Malformed { at })
    }
}
