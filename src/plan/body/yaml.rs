//! YAML as JSON, for a body that was written as YAML: the core schema of YAML 1.2, in which `no` is a text and numbers
//! keep their spelling. What JSON cannot say is refused, not guessed. Which files are YAML: `content`; the reverse:
//! `output/yaml`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::document::quote;

/// The most levels of a document: many readers of JSON take no deeper ones.
const MAX_DEPTH: usize = 128;
/// The most bytes that aliases may add to a document: a template may have 4 MB.
const MAX_ALIASED: usize = 8 << 20;

/// Why some YAML does not become JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    /// What is wrong there.
    pub(super) reason: String,
}

impl Fault {
    fn at(mark: Marker, reason: impl Into<String>) -> Self {
        Self {
            line: mark.line(),
            column: mark.col() + 1,
            reason: reason.into(),
        }
    }
}

/// Returns the JSON of the one document in a text, compact.
pub(super) fn to_json(text: &str) -> Result<String, Fault> {
    refuse_odd_characters(text)?;
    let mut converter = Converter::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Fault::at(*error.marker(), error.info()))?;
        converter.take(event, span.start)?;
    }
    if converter.json.is_empty() {
        return Err(Fault {
            line: 1,
            column: 1,
            reason: "it holds no document".to_owned(),
        });
    }
    Ok(converter.json)
}

/// Refuses what no YAML holds as it is (YAML 1.2, 5.1): at a NUL the parser would take the rest for not there.
fn refuse_odd_characters(text: &str) -> Result<(), Fault> {
    let is_odd = |letter: char| !matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    let Some((before, odd)) = text
        .char_indices()
        .find(|(_, letter)| is_odd(*letter))
        .and_then(|(at, odd)| Some((text.get(..at)?, odd)))
    else {
        return Ok(());
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    Err(Fault {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        reason: format!(
            "the character U+{:04X} is not allowed in YAML as it is; in double quotes write `\\u{:04x}`",
            u32::from(odd),
            u32::from(odd)
        ),
    })
}

/// Writes JSON while the events come.
#[derive(Debug, Default)]
struct Converter {
    json: String,
    open: Vec<Container>,
    /// What anchors stand for, by the numbers that the parser gives them.
    anchors: HashMap<usize, Anchored>,
    aliased: usize,
    has_document: bool,
}

/// A container whose end has not come.
#[derive(Debug)]
struct Container {
    shape: Shape,
    /// Where its JSON begins.
    start: usize,
    /// The number of its anchor; 0 for none.
    anchor: usize,
    is_empty: bool,
    /// The levels of what is in it so far.
    height: usize,
}

#[derive(Debug)]
enum Shape {
    Sequence,
    Mapping { names: HashSet<String>, next: Next },
}

/// What comes next in a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Name,
    Value,
}

/// What an anchor stands for.
#[derive(Debug, Clone)]
struct Anchored {
    json: Range<usize>,
    height: usize,
}

impl Converter {
    fn take(&mut self, event: Event<'_>, mark: Marker) -> Result<(), Fault> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.has_document => Err(Fault::at(
                mark,
                "a second document begins here: a body is one document",
            )),
            Event::DocumentStart(_) => {
                self.has_document = true;
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, mark),
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar::read(&text, style, tag.as_deref())
                    .map_err(|reason| Fault::at(mark, reason))?;
                if self.expects_name() {
                    if style == ScalarStyle::Plain && text == "<<" {
                        return Err(Fault::at(
                            mark,
                            "YAML 1.2 has no merge key `<<`: write the members out, or the name in quotes",
                        ));
                    }
                    return self.name(&text, &scalar, anchor, mark);
                }
                self.begin_value();
                let start = self.json.len();
                self.json.push_str(&scalar.into_json());
                self.end_value(start, anchor, 0);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), "seq").map_err(|reason| Fault::at(mark, reason))?;
                self.begin(Shape::Sequence, anchor, mark)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), "map").map_err(|reason| Fault::at(mark, reason))?;
                let shape = Shape::Mapping {
                    names: HashSet::new(),
                    next: Next::Name,
                };
                self.begin(shape, anchor, mark)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end();
                Ok(())
            }
        }
    }

    fn expects_name(&self) -> bool {
        let last = self.open.last().map(|open| &open.shape);
        matches!(
            last,
            Some(Shape::Mapping {
                next: Next::Name,
                ..
            })
        )
    }

    /// Writes what comes before a value of a sequence or a name of a mapping.
    fn separate(&mut self) {
        if let Some(open) = self.open.last_mut()
            && !std::mem::replace(&mut open.is_empty, false)
        {
            self.json.push(',');
        }
    }

    fn name(
        &mut self,
        text: &str,
        scalar: &Scalar<'_>,
        anchor: usize,
        mark: Marker,
    ) -> Result<(), Fault> {
        if let Scalar::Word { kind, .. } = scalar {
            let fault = format!(
                "the name `{text}` is {}, not a string: write it in quotes",
                kind.article()
            );
            return Err(Fault::at(mark, fault));
        }
        self.separate();
        let start = self.json.len();
        if let Some(Container {
            shape: Shape::Mapping { names, next },
            ..
        }) = self.open.last_mut()
        {
            if !names.insert(text.to_owned()) {
                let fault = format!("the name `{text}` is in this mapping already");
                return Err(Fault::at(mark, fault));
            }
            *next = Next::Value;
        }
        self.json.push_str(&quote(text));
        self.remember(anchor, start, 0);
        self.json.push(':');
        Ok(())
    }

    fn alias(&mut self, anchor: usize, mark: Marker) -> Result<(), Fault> {
        let Some(Anchored { json, height }) = self.anchors.get(&anchor).cloned() else {
            return Err(Fault::at(mark, "this alias is inside what it stands for"));
        };
        let value = self.json.get(json).unwrap_or_default().to_owned();
        self.aliased = self.aliased.saturating_add(value.len());
        if self.aliased > MAX_ALIASED {
            let fault = format!(
                "with its aliases written out the document grows by more than {} MiB",
                MAX_ALIASED >> 20
            );
            return Err(Fault::at(mark, fault));
        }
        if self.expects_name() {
            let reason = match serde_json::from_str::<String>(&value) {
                Ok(text) => return self.name(&text, &Scalar::Text(text.as_str().into()), 0, mark),
                Err(_) => "a name that is an alias stands for something other than a string",
            };
            return Err(Fault::at(mark, reason));
        }
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(mark));
        }
        self.begin_value();
        let start = self.json.len();
        self.json.push_str(&value);
        self.end_value(start, 0, height);
        Ok(())
    }

    fn begin(&mut self, shape: Shape, anchor: usize, mark: Marker) -> Result<(), Fault> {
        if self.expects_name() {
            return Err(Fault::at(
                mark,
                "a name is a list or a mapping here, not a string; text that begins with `{` or `[` goes in quotes",
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(mark));
        }
        self.begin_value();
        let start = self.json.len();
        self.json.push(match shape {
            Shape::Sequence => '[',
            Shape::Mapping { .. } => '{',
        });
        self.open.push(Container {
            shape,
            start,
            anchor,
            is_empty: true,
            height: 1,
        });
        Ok(())
    }

    fn end(&mut self) {
        let Some(ended) = self.open.pop() else {
            return;
        };
        self.json.push(match ended.shape {
            Shape::Sequence => ']',
            Shape::Mapping { .. } => '}',
        });
        self.end_value(ended.start, ended.anchor, ended.height);
    }

    fn begin_value(&mut self) {
        if !matches!(
            self.open.last(),
            Some(Container {
                shape: Shape::Mapping { .. },
                ..
            })
        ) {
            self.separate();
        }
    }

    fn end_value(&mut self, start: usize, anchor: usize, height: usize) {
        self.remember(anchor, start, height);
        if let Some(open) = self.open.last_mut() {
            open.height = open.height.max(height + 1);
            if let Shape::Mapping { next, .. } = &mut open.shape {
                *next = Next::Name;
            }
        }
    }

    fn remember(&mut self, anchor: usize, start: usize, height: usize) {
        if anchor != 0 {
            let json = start..self.json.len();
            self.anchors.insert(anchor, Anchored { json, height });
        }
    }
}

fn too_deep(mark: Marker) -> Fault {
    Fault::at(
        mark,
        format!("the document has more than {MAX_DEPTH} levels"),
    )
}

/// What a scalar says.
#[derive(Debug, PartialEq, Eq)]
enum Scalar<'a> {
    Text(Cow<'a, str>),
    /// JSON that is not a string.
    Word {
        json: String,
        kind: Kind,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Integer,
    Float,
}

impl Kind {
    fn article(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer | Self::Float => "a number",
        }
    }
}

impl<'a> Scalar<'a> {
    fn read(text: &'a str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Self, String> {
        let is_plain = style == ScalarStyle::Plain;
        let Some(tag) = tag else {
            return if is_plain {
                Self::of_plain(text)
            } else {
                Ok(Self::Text(text.into()))
            };
        };
        let name = core_name(tag);
        let fits = |kind: Kind| match name {
            Some("null") => kind == Kind::Null,
            Some("bool") => kind == Kind::Boolean,
            Some("int") => kind == Kind::Integer,
            Some("float") => matches!(kind, Kind::Integer | Kind::Float),
            Some(_) | None => false,
        };
        match name {
            // `!` alone says that nothing is read into the text (YAML 1.2, 6.9.1).
            Some("str" | "!") => Ok(Self::Text(text.into())),
            Some("null" | "bool" | "int" | "float") => match Self::of_plain(text)? {
                Self::Word { json, kind } if fits(kind) => Ok(Self::Word { json, kind }),
                Self::Word { .. } | Self::Text(_) => {
                    Err(format!("`{text}` is not what its tag says"))
                }
            },
            Some(_) | None => Err(refused_tag(tag)),
        }
    }

    /// Reads a scalar without quotes by the core schema (YAML 1.2, 10.3.2).
    fn of_plain(text: &'a str) -> Result<Self, String> {
        let word = |json: &str, kind| Self::Word {
            json: json.to_owned(),
            kind,
        };
        Ok(match text {
            "" | "~" | "null" | "Null" | "NULL" => word("null", Kind::Null),
            "true" | "True" | "TRUE" => word("true", Kind::Boolean),
            "false" | "False" | "FALSE" => word("false", Kind::Boolean),
            _ => match number(text)? {
                Some((json, kind)) => word(&json, kind),
                None => Self::Text(text.into()),
            },
        })
    }

    fn into_json(self) -> String {
        match self {
            Self::Text(text) => quote(&text),
            Self::Word { json, .. } => json,
        }
    }
}

/// Spells a number as JSON does, with the digits that it has.
fn number(text: &str) -> Result<Option<(String, Kind)>, String> {
    let (sign, unsigned) = match text.strip_prefix(['-', '+']) {
        Some(unsigned) if text.starts_with('-') => ("-", unsigned),
        Some(unsigned) => ("", unsigned),
        None => ("", text),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(format!(
            "JSON has no number `{text}`; in quotes it is a string"
        ));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            let value = u128::from_str_radix(digits, radix)
                .map_err(|_| format!("`{text}` is too large: write it as a decimal number"))?;
            return Ok(Some((value.to_string(), Kind::Integer)));
        }
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => unsigned.split_at(at),
        None => (unsigned, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    let exponent_digits = exponent.get(1..).unwrap_or_default();
    let exponent_digits = exponent_digits
        .strip_prefix(['-', '+'])
        .unwrap_or(exponent_digits);
    let is_exponent =
        exponent.is_empty() || (!exponent_digits.is_empty() && are_digits(exponent_digits));
    if !has_digits || !are_digits(whole) || !fraction.is_none_or(are_digits) || !is_exponent {
        return Ok(None);
    }
    let significant = whole.trim_start_matches('0');
    let significant = if significant.is_empty() {
        "0"
    } else {
        significant
    };
    let is_integer = fraction.is_none() && exponent.is_empty();
    if is_integer && significant.len() < whole.len() {
        return Err(format!(
            "`{text}` begins with a zero, which some readers take for an octal number: write `{sign}{significant}`, or \
             `'{text}'` for a string"
        ));
    }
    let fraction = match fraction {
        None => String::new(),
        Some("") => ".0".to_owned(),
        Some(fraction) => format!(".{fraction}"),
    };
    let kind = if is_integer {
        Kind::Integer
    } else {
        Kind::Float
    };
    Ok(Some((
        format!("{sign}{significant}{fraction}{exponent}"),
        kind,
    )))
}

/// Refuses a tag that a container cannot have.
fn refuse_tag(tag: Option<&Tag>, own: &str) -> Result<(), String> {
    match tag {
        Some(tag) if ![Some(own), Some("!")].contains(&core_name(tag)) => Err(refused_tag(tag)),
        Some(_) | None => Ok(()),
    }
}

/// The name of a tag of YAML's own, or `!`.
fn core_name(tag: &Tag) -> Option<&str> {
    let is_plain = tag.handle.is_empty() && tag.suffix == "!";
    if is_plain || tag.is_yaml_core_schema() {
        return Some(&tag.suffix);
    }
    // As `!<tag:yaml.org,2002:str>` has it.
    format!("{}{}", tag.handle, tag.suffix)
        .starts_with("tag:yaml.org,2002:")
        .then(|| tag.suffix.rsplit(':').next())
        .flatten()
}

fn refused_tag(tag: &Tag) -> String {
    let name = if tag.is_yaml_core_schema() {
        format!("!!{}", tag.suffix)
    } else {
        format!("{}{}", tag.handle, tag.suffix)
    };
    format!("JSON cannot express the tag `{name}`: leave it out")
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
