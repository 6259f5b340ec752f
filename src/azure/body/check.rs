//! Compares a body with what is known of its type, and lists what the service will probably not take. The body is read as
//! slices of its text: no tree is built. What a remark says: `remark`; who asks, and what follows: `app/exchange`.
//!
//! Services know more than their descriptions. So nothing is said if nothing is known: below a discriminator without a
//! known value, in objects that take other members, and of a body of another api-version all but what is plainly a
//! slip.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::known::{KnownShape, KnownShapes};
use super::remark::{Fault, Remark};
use crate::azure::schema::{self, Kind, SchemaError, Shape};
use crate::azure::skeleton::place_in;
use crate::azure::{distance, most_alike};

/// Larger bodies are not checked: Resource Manager takes none of them.
pub const LARGEST_CHECKED: usize = 4 << 20;

/// The most remarks that are kept; of the others only their number.
const MOST: usize = 10;
/// An enum of more values is a list of sizes, offers or regions, which grows faster than its description: the sizes of
/// virtual machines have no `Standard_D4s_v5`.
const MOST_JUDGED: usize = 40;
/// The most values of an enum that are listed.
const MOST_VALUES: usize = 8;
/// How many levels down a member is looked for that is in a wrong place.
const DEEPEST_SEARCH: usize = 3;
/// The deepest level that is looked at: readers of JSON take no more.
const DEEPEST: usize = 100;

/// How many discriminators may follow one another.
const MOST_BRANCHINGS: usize = 8;

/// Bodies of this namespace take members that their description does not have.
const OPEN_NAMESPACE: &str = "Microsoft.DataFactory/";

/// Members of every resource, which a body may repeat.
const ENVELOPE: [&str; 6] = ["id", "name", "type", "location", "tags", "etag"];
/// Names that say nothing about where they belong.
const COMMON: [&str; 8] = [
    "id",
    "name",
    "type",
    "location",
    "tags",
    "kind",
    "value",
    "properties",
];

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyVerb {
    /// The whole resource.
    Put,
    /// What is to change.
    Patch,
}

/// What a body is sent to.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The full name of the type.
    pub type_name: &'a str,
    /// The last name of the resource: some have a body of their own.
    pub name: &'a str,
    /// The verb.
    pub verb: BodyVerb,
    /// The api-version of the request, if it is known.
    pub version: Option<&'a str>,
}

/// What was found in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyReport {
    /// The full name of the type, as its provider spells it.
    pub type_name: String,
    /// The api-version of the known body.
    pub version: String,
    /// Whether the request has another one.
    pub is_other_version: bool,
    /// What was found, in the order of the body.
    pub remarks: Vec<Remark>,
    /// How many more there are.
    pub more: usize,
}

/// Compares a body of JSON with the known one. Nothing is returned if no body of the type is known, or the text is no
/// JSON.
///
/// # Errors
/// The built-in descriptions cannot be read.
pub fn check(json: &[u8], asked: Asked<'_>) -> Result<Option<BodyReport>, SchemaError> {
    let Ok(raw) = serde_json::from_slice::<&RawValue>(json) else {
        return Ok(None);
    };
    let Some(body) = schema::find_named(asked.type_name, asked.name)? else {
        return Ok(None);
    };
    let kind = match asked.verb {
        BodyVerb::Put => body.put(),
        BodyVerb::Patch => body.patch(),
    };
    let Some(kind) = kind else {
        return Ok(None);
    };
    let is_other_version = asked
        .version
        .is_some_and(|version| !version.eq_ignore_ascii_case(body.version()));
    let mut walk = Walk {
        verb: asked.verb,
        is_other_version,
        is_open: body.name().starts_with(OPEN_NAMESPACE),
        root: kind.shape(),
        known: KnownShapes::default(),
        path: String::new(),
        depth: 0,
        remarks: Vec::new(),
        more: 0,
    };
    walk.value(raw.get(), &kind);
    let (remarks, more) = (walk.remarks, walk.more);
    Ok(Some(BodyReport {
        type_name: body.name().to_owned(),
        version: body.version().to_owned(),
        is_other_version,
        remarks,
        more,
    }))
}

/// A walk through a body and its description.
struct Walk<'a> {
    verb: BodyVerb,
    is_other_version: bool,
    /// Whether every object takes other members.
    is_open: bool,
    root: Option<Shape<'a>>,
    known: KnownShapes<'a>,
    path: String,
    depth: usize,
    remarks: Vec<Remark>,
    more: usize,
}

/// What an object is compared with.
struct Settled<'a> {
    /// The members that it may have.
    known: Rc<KnownShape<'a>>,
    /// Those among which the needed ones are.
    needed: Rc<KnownShape<'a>>,
    /// Whether it takes others.
    is_open: bool,
}

type Members<'j> = Vec<(Cow<'j, str>, &'j str)>;

impl<'a> Walk<'a> {
    /// Takes note of something at the present place.
    fn remark(&mut self, fault: Fault) {
        let is_certain = match &fault {
            Fault::Unknown { meant } | Fault::Value { meant, .. } => meant.is_some(),
            Fault::Kind { item, .. } => item.is_some(),
            Fault::OtherCase { .. } | Fault::ReadOnly | Fault::Twice | Fault::Place { .. } => true,
            Fault::Missing | Fault::CreateOnly => false,
        };
        if self.is_other_version && !is_certain {
            return;
        }
        if self.remarks.len() < MOST {
            let path = self.path.clone();
            self.remarks.push(Remark { path, fault });
        } else {
            self.more += 1;
        }
    }

    /// Does something one step down.
    fn below(&mut self, step: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step);
        self.depth += 1;
        look(self);
        self.depth -= 1;
        self.path.truncate(length);
    }

    fn value(&mut self, raw: &str, kind: &Kind<'a>) {
        if raw == "null" || self.depth > DEEPEST {
            return;
        }
        if let Some(text) = text_of(raw) {
            if is_expression(&text) {
                return;
            }
            if let Some(place) = place_in(&text).filter(|place| is_place(place, &text)) {
                let place = place.to_owned();
                return self.remark(Fault::Place { place });
            }
        }
        match kind {
            Kind::Any | Kind::AnyObject => {}
            Kind::Text | Kind::Time | Kind::Date | Kind::Duration | Kind::Clock | Kind::Bytes => {
                self.text(raw);
            }
            Kind::Integer => self.number(raw, "a whole number"),
            Kind::Number => self.number(raw, "a number"),
            Kind::Boolean => self.boolean(raw),
            Kind::Enum(values) => self.one_of(raw, values),
            Kind::List(inner) => match elements(raw) {
                Some(items) => {
                    for (at, item) in items.into_iter().enumerate() {
                        self.below(&format!("[{at}]"), |walk| walk.value(item, inner));
                    }
                }
                None => self.kind(raw, "a list", None),
            },
            Kind::Map(inner) => match members(raw) {
                Some(members) => {
                    for (name, value) in &members {
                        self.below(&step(name), |walk| walk.value(value, inner));
                    }
                }
                None => self.kind(raw, "an object", None),
            },
            Kind::Object(shape) => match members(raw) {
                Some(members) => self.object(&members, *shape),
                None => self.kind(raw, "an object", None),
            },
        }
    }

    fn kind(&mut self, raw: &str, wanted: &'static str, item: Option<String>) {
        let found = kind_of(raw);
        self.remark(Fault::Kind {
            found,
            wanted,
            item,
        });
    }

    fn text(&mut self, raw: &str) {
        if !raw.starts_with('"') {
            let is_plain = !raw.starts_with(['{', '[']);
            self.kind(raw, "a string", is_plain.then(|| format!("={raw}")));
        }
    }

    fn number(&mut self, raw: &str, wanted: &'static str) {
        if let Some(text) = text_of(raw) {
            let is_number = !text.is_empty() && text.parse::<serde_json::Number>().is_ok();
            self.kind(raw, wanted, is_number.then(|| format!(":={text}")));
        } else if !raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            self.kind(raw, wanted, None);
        }
    }

    fn boolean(&mut self, raw: &str) {
        if raw == "true" || raw == "false" {
            return;
        }
        let word = text_of(raw).map(|text| text.to_ascii_lowercase());
        let word = word.filter(|word| word == "true" || word == "false");
        self.kind(raw, "true or false", word.map(|word| format!(":={word}")));
    }

    fn one_of(&mut self, raw: &str, values: &[&str]) {
        let Some(text) = text_of(raw) else {
            // Numbers that a description writes as an enum.
            if !values.contains(&raw) {
                self.text(raw);
            }
            return;
        };
        let is_known = values.iter().any(|value| value.eq_ignore_ascii_case(&text));
        if is_known || values.len() > MOST_JUDGED {
            return;
        }
        self.remark(unknown_value(&text, values));
    }

    fn object(&mut self, members: &Members<'_>, shape: Shape<'a>) {
        let Settled {
            known,
            needed,
            is_open,
        } = self.settled(members, shape);
        let mut seen = HashSet::new();
        for (name, raw) in members {
            let found = known.find(name);
            let Some((at, member)) = found else {
                self.below(&step(name), |walk| {
                    walk.unknown(name, &known, is_open);
                });
                continue;
            };
            let own = member.member;
            let is_first = seen.insert(at);
            let is_envelope = self.depth == 0 && ENVELOPE.contains(&own.name);
            let above = self.path.clone();
            self.below(&step(name), |walk| {
                if !is_first {
                    walk.remark(Fault::Twice);
                }
                if own.name != name {
                    let own = format!("{above}{}", step(own.name));
                    walk.remark(Fault::OtherCase { own });
                }
                if own.is_read_only() {
                    if !is_envelope && *raw != "null" {
                        walk.remark(Fault::ReadOnly);
                    }
                } else if own.is_create_only() && walk.verb == BodyVerb::Patch {
                    walk.remark(Fault::CreateOnly);
                } else if shape.discriminator() != Some(own.name) {
                    walk.value(raw, &member.kind());
                }
            });
        }
        self.missing(members, &needed);
    }

    /// Returns the members of an object, with those that its discriminator adds, and whether it takes others.
    fn settled(&mut self, members: &Members<'_>, shape: Shape<'a>) -> Settled<'a> {
        let mut known = self.known.read(shape);
        let mut is_open = shape.is_open() || self.is_open;
        for _ in 0..MOST_BRANCHINGS {
            let by = known.shape.discriminator();
            let Some(by) = by.filter(|_| known.shape.branches().next().is_some()) else {
                break;
            };
            let given = members
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(by))
                .and_then(|(_, raw)| text_of(raw));
            let branch = given.as_deref().map(|value| known.shape.branch(value));
            match branch {
                Some(Some(branch)) if branch.shape.name() != known.shape.name() => {
                    known = self.known.read(branch.shape);
                    is_open = is_open || branch.shape.is_open();
                    continue;
                }
                Some(Some(_)) => break,
                Some(None) => {
                    let values: Vec<&str> = known.shape.branches().map(|one| one.value).collect();
                    let fault = unknown_value(&given.unwrap_or_default(), &values);
                    self.below(&step(by), |walk| walk.remark(fault));
                }
                None => {}
            }
            // Which of its branches it is, nobody knows: whatever one of them has may be there.
            return Settled {
                needed: Rc::clone(&known),
                known: Rc::new(known.with_all_branches()),
                is_open: true,
            };
        }
        Settled {
            needed: Rc::clone(&known),
            known,
            is_open,
        }
    }

    fn missing(&mut self, members: &Members<'_>, known: &KnownShape<'a>) {
        if self.verb == BodyVerb::Patch {
            return;
        }
        for one in &known.members {
            let name = one.member.name;
            let is_there = |(own, raw): &(Cow<'_, str>, &str)| {
                own.eq_ignore_ascii_case(name) && *raw != "null"
            };
            if one.member.is_required() && !members.iter().any(is_there) {
                self.below(&step(name), |walk| walk.remark(Fault::Missing));
            }
        }
    }

    /// Takes note of a member that is not known, of an object with these others.
    fn unknown(&mut self, name: &str, known: &KnownShape<'a>, is_open: bool) {
        let is_top = self.depth == 1;
        if is_top && name.eq_ignore_ascii_case("systemData") {
            return self.remark(Fault::ReadOnly);
        }
        if is_open || (is_top && ENVELOPE.iter().any(|one| one.eq_ignore_ascii_case(name))) {
            return;
        }
        let above = self.path.get(..self.path.len() - step(name).len());
        let above = above.unwrap_or_default().to_owned();
        let meant = self.meant(name, known, &above);
        self.remark(Fault::Unknown { meant });
    }

    /// Returns the path of the member that was probably meant by one of this name below `above`.
    fn meant(&mut self, name: &str, known: &KnownShape<'a>, above: &str) -> Option<String> {
        let siblings = || {
            let writable = known.members.iter();
            let writable = writable.filter(|one| !one.member.is_read_only());
            writable.map(|one| one.member.name)
        };
        let lower = name.to_ascii_lowercase();
        let most = (name.len() / 3).clamp(1, 2);
        let near = siblings()
            .filter_map(|own| Some((distance(&lower, &own.to_ascii_lowercase(), most)?, own)))
            .min();
        if let Some((_, own)) = near {
            return Some(format!("{above}{}", step(own)));
        }
        let in_properties = || {
            let properties = known.shape.member("properties")?;
            let shape = properties.kind().shape()?;
            let own = shape.member(name).filter(|own| !own.is_read_only())?;
            Some(format!(".properties{}", step(own.name)))
        };
        if self.is_other_version {
            return in_properties().filter(|_| above.is_empty() && !COMMON.contains(&name));
        }
        if !COMMON.contains(&name) {
            let root = self.root.filter(|_| above == ".properties");
            let is_of_root = root.and_then(|root| root.member(name));
            if let Some(own) = is_of_root.filter(|own| !own.is_read_only()) {
                return Some(step(own.name));
            }
            if let Some(path) = self.found_below(name, known.shape) {
                return Some(format!("{above}{path}"));
            }
        }
        most_alike(name, siblings()).map(|own| format!("{above}{}", step(own)))
    }

    /// Finds a member of this name some levels down, the highest one first, through objects alone.
    fn found_below(&mut self, name: &str, shape: Shape<'a>) -> Option<String> {
        let mut level = vec![(String::new(), shape)];
        let mut seen = HashSet::from([shape.name()]);
        for _ in 0..DEEPEST_SEARCH {
            let mut next = Vec::new();
            for (path, shape) in level {
                let known = self.known.read(shape);
                for one in &known.members {
                    let own = one.member;
                    let path = format!("{path}{}", step(own.name));
                    if own.is_read_only() {
                        continue;
                    }
                    if own.name.eq_ignore_ascii_case(name) {
                        return Some(path);
                    }
                    if let Kind::Object(inner) = &*one.kind()
                        && seen.insert(inner.name())
                    {
                        next.push((path, *inner));
                    }
                }
            }
            level = next;
        }
        None
    }
}

/// What is wrong with a value that is not one of these.
fn unknown_value(text: &str, values: &[&str]) -> Fault {
    let blankless = text.trim();
    let exact = values
        .iter()
        .find(|value| value.eq_ignore_ascii_case(blankless));
    let lower = blankless.to_ascii_lowercase();
    let near = || {
        let most = (blankless.len() / 3).clamp(1, 3);
        let rated = values.iter().filter_map(|value| {
            let distance = distance(&lower, &value.to_ascii_lowercase(), most)?;
            Some((distance, *value))
        });
        rated.min().map(|(_, value)| value)
    };
    let meant = exact.copied().or_else(near);
    let shown = values.iter().take(MOST_VALUES);
    Fault::Value {
        value: text.to_owned(),
        meant: meant.map(str::to_owned),
        known: shown.map(|value| format!("`{value}`")).collect(),
        more: values.len().saturating_sub(MOST_VALUES),
    }
}

/// Writes a member as a step of a path: `.name`, or with quotes if it holds what a path reads.
fn step(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_$@".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) {
        format!(".{name}")
    } else {
        format!(".{}", serde_json::Value::from(name))
    }
}

/// Tells whether a place that is in a text is one of a skeleton: the whole text, or a segment of an ID.
fn is_place(place: &str, text: &str) -> bool {
    text == place
        || (text.starts_with("/subscriptions/") && text.split('/').any(|one| one == place))
}

/// Tells an expression of a template, of which nobody knows the value.
fn is_expression(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}

/// The text of a JSON string; nothing for another kind.
fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(raw).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

fn kind_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

/// The members of an object, in their order; nothing for another kind.
fn members(json: &str) -> Option<Members<'_>> {
    struct Reader;
    impl<'de> Visitor<'de> for Reader {
        type Value = Members<'de>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                let name = text_of(name.get()).unwrap_or(Cow::Borrowed(""));
                members.push((name, value.get()));
            }
            Ok(members)
        }
    }
    json.starts_with('{').then_some(())?;
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.deserialize_map(Reader).ok()
}

/// The elements of a list; nothing for another kind.
fn elements(json: &str) -> Option<Vec<&str>> {
    struct Reader;
    impl<'de> Visitor<'de> for Reader {
        type Value = Vec<&'de str>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = list.next_element::<&RawValue>()? {
                elements.push(element.get());
            }
            Ok(elements)
        }
    }
    json.starts_with('[').then_some(())?;
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.deserialize_seq(Reader).ok()
}
