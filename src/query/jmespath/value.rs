//! The values that expressions find: parts of the document, which keep their bytes, and what is computed. Who computes:
//! `evaluator`, `functions`; how numbers are spelled: `number`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::query::node::{Kind, Node};
use crate::query::number::compare;
use crate::query::text::unescape;

/// A value. Texts are UTF-8, in which half of a surrogate pair has the three bytes that it would have.
#[derive(Debug, Clone)]
pub(super) enum Value<'v> {
    /// A part of the document.
    Node(&'v Node<'v>),
    Null,
    Boolean(bool),
    /// A number, as it is spelled.
    Number(Arc<str>),
    Text(Arc<[u8]>),
    Array(Arc<Vec<Self>>),
    /// Each name once.
    Object(Arc<Vec<Member<'v>>>),
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member<'v> {
    pub(super) name: Arc<[u8]>,
    pub(super) value: Value<'v>,
}

/// What a value is, wherever it comes from.
#[derive(Debug)]
pub(super) enum Shape<'s> {
    Null,
    Boolean(bool),
    Number(&'s str),
    Text(Cow<'s, [u8]>),
    Array,
    Object,
}

/// How strings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// All as they are.
    All,
    /// Those beyond ASCII as escapes.
    Ascii,
}

impl<'v> Value<'v> {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.as_bytes().into())
    }

    pub(super) fn array(elements: Vec<Self>) -> Self {
        Self::Array(Arc::new(elements))
    }

    pub(super) fn object(members: Vec<Member<'v>>) -> Self {
        Self::Object(Arc::new(members))
    }

    pub(super) fn shape(&self) -> Shape<'_> {
        match self {
            Self::Null => Shape::Null,
            Self::Boolean(is_true) => Shape::Boolean(*is_true),
            Self::Number(spelling) => Shape::Number(spelling),
            Self::Text(text) => Shape::Text(Cow::Borrowed(text)),
            Self::Array(_) => Shape::Array,
            Self::Object(_) => Shape::Object,
            Self::Node(node) => match &node.kind {
                Kind::Null => Shape::Null,
                Kind::Boolean(is_true) => Shape::Boolean(*is_true),
                Kind::Number => Shape::Number(node.text),
                Kind::Text(raw) => Shape::Text(unescape(raw)),
                Kind::Array(_) => Shape::Array,
                Kind::Object(_) => Shape::Object,
            },
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.shape(), Shape::Null)
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> Option<Vec<Self>> {
        match self {
            Self::Array(elements) => Some(elements.to_vec()),
            Self::Node(node) => match &node.kind {
                Kind::Array(elements) => Some(elements.iter().map(Value::Node).collect()),
                Kind::Null | Kind::Boolean(_) | Kind::Number | Kind::Text(_) | Kind::Object(_) => {
                    None
                }
            },
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Object(_) => {
                None
            }
        }
    }

    /// The members of an object, each name once: the last value of several, in place of the first.
    pub(super) fn members(&self) -> Option<Vec<Member<'v>>> {
        match self {
            Self::Object(members) => Some(members.to_vec()),
            Self::Node(node) => match &node.kind {
                Kind::Object(members) => {
                    let all = members.iter().map(|member| Member {
                        name: member.unescaped_name().into(),
                        value: Value::Node(&member.value),
                    });
                    Some(each_name_once(all))
                }
                Kind::Null | Kind::Boolean(_) | Kind::Number | Kind::Text(_) | Kind::Array(_) => {
                    None
                }
            },
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Array(_) => {
                None
            }
        }
    }

    /// The member of a name.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        match self {
            Self::Node(node) => node.member(name).map(Value::Node),
            Self::Object(members) => {
                let mut members = members.iter();
                let member = members.find(|member| *member.name == *name.as_bytes());
                member.map(|member| member.value.clone())
            }
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Array(_) => {
                None
            }
        }
    }

    /// Tells whether it counts as false: `null`, `false`, and what is empty. Numbers are all true.
    pub(super) fn is_false(&self) -> bool {
        match self {
            Self::Array(elements) => elements.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Node(node) => match &node.kind {
                Kind::Null => true,
                Kind::Boolean(is_true) => !is_true,
                Kind::Number => false,
                Kind::Text(raw) => raw.is_empty(),
                Kind::Array(elements) => elements.is_empty(),
                Kind::Object(members) => members.is_empty(),
            },
            Self::Null => true,
            Self::Boolean(is_true) => !is_true,
            Self::Number(_) => false,
            Self::Text(text) => text.is_empty(),
        }
    }

    /// Tells whether two values are the same: numbers by value, objects whatever the order of their members.
    pub(super) fn equals(&self, other: &Value<'_>) -> bool {
        match (self.shape(), other.shape()) {
            (Shape::Null, Shape::Null) => true,
            (Shape::Boolean(one), Shape::Boolean(another)) => one == another,
            (Shape::Number(one), Shape::Number(another)) => compare(one, another).is_eq(),
            (Shape::Text(one), Shape::Text(another)) => one == another,
            (Shape::Array, Shape::Array) => {
                let (one, another) = (self.elements(), other.elements());
                let (one, another) = (one.unwrap_or_default(), another.unwrap_or_default());
                let mut pairs = one.iter().zip(&another);
                one.len() == another.len() && pairs.all(|(one, another)| one.equals(another))
            }
            (Shape::Object, Shape::Object) => {
                let (one, another) = (self.members(), other.members());
                let (one, another) = (one.unwrap_or_default(), another.unwrap_or_default());
                let by_name: HashMap<_, _> = another
                    .iter()
                    .map(|member| (&member.name, &member.value))
                    .collect();
                let is_there = |member: &Member<'_>| {
                    by_name
                        .get(&member.name)
                        .is_some_and(|value| member.value.equals(value))
                };
                one.len() == another.len() && one.iter().all(is_there)
            }
            _ => false,
        }
    }

    /// Appends it as JSON: parts of the document as they are there.
    pub(super) fn append(&self, out: &mut String) {
        match self {
            Self::Node(node) => out.push_str(node.text),
            Self::Null => out.push_str("null"),
            Self::Boolean(is_true) => out.push_str(if *is_true { "true" } else { "false" }),
            Self::Number(spelling) => out.push_str(spelling),
            Self::Text(text) => append_string(text, Letters::All, out),
            Self::Array(elements) => {
                append_list('[', elements.iter(), ']', out, Value::append);
            }
            Self::Object(members) => {
                append_list('{', members.iter(), '}', out, |member, out| {
                    append_string(&member.name, Letters::All, out);
                    out.push(':');
                    member.value.append(out);
                });
            }
        }
    }

    /// Appends it as Python's `json.dumps` writes it, which is what `to_string` gives: numbers respelled, each name
    /// once, letters beyond ASCII as escapes.
    pub(super) fn append_dumped(&self, out: &mut String) {
        match self.shape() {
            Shape::Null => out.push_str("null"),
            Shape::Boolean(is_true) => out.push_str(if is_true { "true" } else { "false" }),
            Shape::Number(spelling) => out.push_str(&super::number::respelled(spelling)),
            Shape::Text(text) => append_string(&text, Letters::Ascii, out),
            Shape::Array => {
                let elements = self.elements().unwrap_or_default();
                append_list('[', elements.iter(), ']', out, Value::append_dumped);
            }
            Shape::Object => {
                let members = self.members().unwrap_or_default();
                append_list('{', members.iter(), '}', out, |member, out| {
                    append_string(&member.name, Letters::Ascii, out);
                    out.push(':');
                    member.value.append_dumped(out);
                });
            }
        }
    }
}

impl Value<'static> {
    /// Reads a value that is written in an expression.
    pub(super) fn parse(json: &str) -> Option<Self> {
        // Checks what a tree does not look at.
        let _checked: &serde_json::value::RawValue = serde_json::from_str(json).ok()?;
        let node = Node::parse(json).ok()?;
        Some(owned(&Value::Node(&node)))
    }
}

/// Copies a value out of its document.
fn owned(value: &Value<'_>) -> Value<'static> {
    match value.shape() {
        Shape::Null => Value::Null,
        Shape::Boolean(is_true) => Value::Boolean(is_true),
        Shape::Number(spelling) => Value::Number(spelling.into()),
        Shape::Text(text) => Value::Text(text.into()),
        Shape::Array => {
            let elements = value.elements().unwrap_or_default();
            Value::array(elements.iter().map(owned).collect())
        }
        Shape::Object => {
            let members = value.members().unwrap_or_default();
            let copy = |member: Member<'_>| Member {
                name: member.name,
                value: owned(&member.value),
            };
            Value::object(members.into_iter().map(copy).collect())
        }
    }
}

/// Leaves each name once: the last value of several, in place of the first.
pub(super) fn each_name_once<'v>(all: impl Iterator<Item = Member<'v>>) -> Vec<Member<'v>> {
    let mut members: Vec<Member<'v>> = Vec::new();
    let mut places: HashMap<Arc<[u8]>, usize> = HashMap::new();
    for member in all {
        let place = *places
            .entry(Arc::clone(&member.name))
            .or_insert(members.len());
        match members.get_mut(place) {
            Some(earlier) => earlier.value = member.value,
            None => members.push(member),
        }
    }
    members
}

fn append_list<T>(
    open: char,
    parts: impl Iterator<Item = T>,
    close: char,
    out: &mut String,
    append: impl Fn(T, &mut String),
) {
    out.push(open);
    for (at, part) in parts.enumerate() {
        if at > 0 {
            out.push(',');
        }
        append(part, out);
    }
    out.push(close);
}

/// Appends a text as a JSON string, with the escapes of Python.
fn append_string(text: &[u8], letters: Letters, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(_) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let (letters_of, after) = rest.split_at_checked(valid).unwrap_or((rest, &[]));
        for letter in String::from_utf8_lossy(letters_of).chars() {
            append_letter(letter, letters, out);
        }
        rest = match after {
            // Half of a surrogate pair.
            [0xED, high, low, after @ ..] => {
                let unit = 0xD000 | (u32::from(high & 0x3F) << 6) | u32::from(low & 0x3F);
                out.push_str(&format!("\\u{unit:04x}"));
                after
            }
            [_, after @ ..] => after,
            [] => after,
        };
    }
    out.push('"');
}

fn append_letter(letter: char, letters: Letters, out: &mut String) {
    match letter {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
        // `json.dumps` leaves DEL as it is.
        ' '..='\u{7f}' => out.push(letter),
        _ if letters == Letters::All => out.push(letter),
        _ => {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}
