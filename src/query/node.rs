//! A tree over a JSON text whose nodes keep their slice of it: what a query finds is printed with the bytes it came
//! with.

use super::error::Error;
use super::text::{spells, unescape};
use crate::json::{Escapes, scalar_end, skip_whitespace, string_end};

/// How deep arrays and objects may nest. ARM's own answers stay far below.
pub(super) const MAXIMUM_DEPTH: usize = 512;

/// One value of a document.
#[derive(Debug)]
pub(super) struct Node<'j> {
    /// The value as it is in the document, without whitespace around it.
    pub(super) text: &'j str,
    pub(super) kind: Kind<'j>,
}

/// What a value is, and what it holds.
#[derive(Debug)]
pub(super) enum Kind<'j> {
    Null,
    Boolean(bool),
    Number,
    /// The raw text between the quotes.
    Text(&'j str),
    Array(Vec<Node<'j>>),
    /// Every member as it is, duplicates too.
    Object(Vec<Member<'j>>),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member<'j> {
    /// The raw text between the quotes.
    pub(super) name: &'j str,
    escapes: Escapes,
    pub(super) value: Node<'j>,
}

impl<'j> Node<'j> {
    /// Reads a document.
    ///
    /// It is meant for text that has been validated: what is broken in a way that matters for the
    /// shape is [`Error::Malformed`], other faults pass.
    pub(super) fn parse(json: &'j str) -> Result<Self, Error> {
        let mut reader = Reader {
            json,
            bytes: json.as_bytes(),
            at: 0,
        };
        let node = reader.value(0)?;
        reader.skip_whitespace();
        if reader.at == json.len() {
            Ok(node)
        } else {
            Err(reader.malformed())
        }
    }

    /// Returns the member of that name, the last of several.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Kind::Object(members) = &self.kind else {
            return None;
        };
        let spelled = |member: &&Member<'j>| spells(member.name, member.escapes, name);
        members
            .iter()
            .rev()
            .find(spelled)
            .map(|member| &member.value)
    }

    /// Returns the elements; none for what is not an array.
    pub(super) fn elements(&self) -> &[Self] {
        match &self.kind {
            Kind::Array(elements) => elements,
            Kind::Null | Kind::Boolean(_) | Kind::Number | Kind::Text(_) | Kind::Object(_) => &[],
        }
    }

    /// Returns the elements or the values of the members, in the order of the document.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        let members: &[Member<'j>] = match &self.kind {
            Kind::Object(members) => members,
            Kind::Null | Kind::Boolean(_) | Kind::Number | Kind::Text(_) | Kind::Array(_) => &[],
        };
        self.elements()
            .iter()
            .chain(members.iter().map(|member| &member.value))
    }
}

impl Member<'_> {
    /// Returns the name as UTF-8, escapes resolved.
    pub(super) fn unescaped_name(&self) -> std::borrow::Cow<'_, [u8]> {
        unescape(self.name)
    }
}

struct Reader<'j> {
    json: &'j str,
    bytes: &'j [u8],
    at: usize,
}

impl<'j> Reader<'j> {
    fn value(&mut self, depth: usize) -> Result<Node<'j>, Error> {
        self.skip_whitespace();
        let start = self.at;
        let kind = match self.bytes.get(start) {
            Some(b'{' | b'[') if depth == MAXIMUM_DEPTH => {
                return Err(Error::TooDeep {
                    limit: MAXIMUM_DEPTH,
                });
            }
            Some(b'{') => Kind::Object(self.members(depth)?),
            Some(b'[') => Kind::Array(self.elements(depth)?),
            Some(b'"') => Kind::Text(self.string()?.0),
            Some(_) => self.scalar()?,
            None => return Err(self.malformed()),
        };
        Ok(Node {
            text: self.slice(start, self.at)?,
            kind,
        })
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member<'j>>, Error> {
        let mut members = Vec::new();
        self.at += 1;
        if self.takes(b'}') {
            return Ok(members);
        }
        loop {
            self.skip_whitespace();
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(self.malformed());
            }
            let (name, escapes) = self.string()?;
            if !self.takes(b':') {
                return Err(self.malformed());
            }
            let value = self.value(depth + 1)?;
            members.push(Member {
                name,
                escapes,
                value,
            });
            if self.takes(b'}') {
                return Ok(members);
            }
            if !self.takes(b',') {
                return Err(self.malformed());
            }
        }
    }

    fn elements(&mut self, depth: usize) -> Result<Vec<Node<'j>>, Error> {
        let mut elements = Vec::new();
        self.at += 1;
        if self.takes(b']') {
            return Ok(elements);
        }
        loop {
            elements.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(elements);
            }
            if !self.takes(b',') {
                return Err(self.malformed());
            }
        }
    }

    /// Reads the string whose opening quote is next.
    fn string(&mut self) -> Result<(&'j str, Escapes), Error> {
        let start = self.at + 1;
        let end = string_end(self.bytes, start).ok_or_else(|| self.malformed())?;
        self.at = end.quote + 1;
        Ok((self.slice(start, end.quote)?, end.escapes))
    }

    fn scalar(&mut self) -> Result<Kind<'j>, Error> {
        let start = self.at;
        let end = scalar_end(self.bytes, start);
        let kind = match self.slice(start, end)? {
            "null" => Kind::Null,
            "true" => Kind::Boolean(true),
            "false" => Kind::Boolean(false),
            text if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
                Kind::Number
            }
            _ => return Err(self.malformed()),
        };
        self.at = end;
        Ok(kind)
    }

    /// Takes one byte after whitespace, if it is the given one.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_whitespace();
        let next = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(next);
        next
    }

    fn skip_whitespace(&mut self) {
        self.at = skip_whitespace(self.bytes, self.at);
    }

    fn slice(&self, start: usize, end: usize) -> Result<&'j str, Error> {
        self.json.get(start..end).ok_or_else(|| self.malformed())
    }

    fn malformed(&self) -> Error {
        Error::Malformed { at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAXIMUM_DEPTH, Node};
    use crate::query::Error;

    #[track_caller]
    fn check(json: &str, children: &[&str]) {
        let node = Node::parse(json).expect("a tree");
        assert_eq!(node.text, json.trim());
        assert_eq!(
            node.children().map(|child| child.text).collect::<Vec<_>>(),
            children
        );
    }

    #[test]
    fn keeps_the_slices() {
        check("null", &[]);
        check(" \r\n\t-1.50E+3 ", &[]);
        check(r#""a\"]}""#, &[]);
        check("[ ]", &[]);
        check("{ }", &[]);
        check("[1.10 , [ 2,3 ] ,\"x\"]", &["1.10", "[ 2,3 ]", "\"x\""]);
        check(
            r#"{"b" : 1e5,"a":{"x":[]}, "b":false}"#,
            &["1e5", r#"{"x":[]}"#, "false"],
        );
    }

    #[test]
    fn finds_members_by_what_the_name_says() {
        let node = Node::parse(r#"{"a":1,"\u0061b":2,"a":3,"\ud800":4}"#).expect("a tree");
        let find = |name: &str| node.member(name).map(|found| found.text);
        assert_eq!(find("a"), Some("3"));
        assert_eq!(find("ab"), Some("2"));
        assert_eq!(find(r"\u0061b"), None);
        assert_eq!(find("\u{fffd}"), None);
    }

    #[test]
    fn refuses_what_has_no_shape() {
        for json in [
            "",
            " ",
            "[",
            "{",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "\"",
            "\"\\",
            "nul",
            "tru e",
            "1 2",
            "[1}",
            "{\"a\":1]",
            "[1 2]",
            "]",
            "+1",
        ] {
            let answer = Node::parse(json);
            assert!(
                matches!(answer, Err(Error::Malformed { .. })),
                "{json}: {answer:?}"
            );
        }
    }

    #[test]
    fn bounds_the_depth() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Node::parse(&nested(MAXIMUM_DEPTH)).is_ok());
        for depth in [MAXIMUM_DEPTH + 1, 1_000_000] {
            let json = nested(depth);
            let answer = Node::parse(&json);
            assert!(matches!(answer, Err(Error::TooDeep { .. })), "{depth}");
        }
    }
}
