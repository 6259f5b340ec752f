//! Makes a body to begin with, as YAML with comments, from what is known of its type: what a PUT needs, on demand also what
//! it may have, and what a resource has that is there already, without what the service sets. Bodies that are kept by
//! hand: `skeleton`; who prints them: `app/command/new`.

use serde_json::{Map, Value};

use crate::azure::schema::{Kind, Member, Shape};
use crate::azure::skeleton::Places;
use crate::azure::yaml_scalar::yaml_scalar;
use crate::azure::{is_computed, is_secret_name};

/// Whether members that a PUT does not need are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Optional {
    /// They are not.
    #[default]
    Left,
    /// As comments.
    Commented,
    /// With values that say nothing.
    Written,
}

/// What is to be made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// A body whose members are taken over.
    pub given: Option<&'a Value>,
    /// The id of the resource that answered with it; nothing for a body that was written to be sent.
    pub answered_by: Option<&'a str>,
    /// Members that are not needed.
    pub optional: Optional,
    /// What is known of places.
    pub places: Places<'a>,
}

/// A body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The YAML.
    pub text: String,
    /// The places that are to be filled in, with their braces.
    pub left: Vec<String>,
    /// The members whose values were secret, and are places now.
    pub secrets: Vec<String>,
}

/// Optional members are written out this many levels deep.
const DEEPEST_OPTIONAL: usize = 3;
/// Nothing is written out deeper: shapes may hold themselves.
const DEEPEST: usize = 12;
/// The most values of an enum that a comment lists.
const MOST_VALUES: usize = 6;
/// What an answer says of a resource, and a body does not.
const OF_ANSWERS: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// Makes a body of a kind.
pub fn make(kind: &Kind<'_>, wish: Wish<'_>) -> Made {
    let mut maker = Maker {
        wish,
        is_sample: false,
        made: Made::default(),
    };
    let lines = if let Kind::Object(shape) = kind {
        maker.object(*shape, wish.given.and_then(Value::as_object), 0)
    } else {
        match maker.sample(kind, "body", 0) {
            Node::Scalar(text) => vec![text],
            Node::Block(lines) => lines,
            Node::List(items) => list_lines(items),
        }
    };
    let mut text = lines.join("\n");
    if !lines.iter().any(|line| is_live(line)) {
        text.insert_str(
            0,
            if lines.is_empty() {
                "{}"
            } else {
                "{}  # without the braces if a line below is used\n"
            },
        );
    }
    text.push('\n');
    maker.made.text = text;
    maker.made
}

/// The lines of a value, without the key before them.
enum Node {
    Scalar(String),
    Block(Vec<String>),
    List(Vec<Self>),
}

struct Maker<'w> {
    wish: Wish<'w>,
    /// Whether what is made is not needed, so that nothing is to be filled in.
    is_sample: bool,
    made: Made,
}

impl Maker<'_> {
    fn object(
        &mut self,
        shape: Shape<'_>,
        given: Option<&Map<String, Value>>,
        level: usize,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let (shape, branches) = settled(shape, given);
        let mut members: Vec<Member<'_>> = shape.members().collect();
        if level == 0 {
            members.sort_by_key(|member| rank(member.name));
        }
        let is_answer = self.wish.answered_by.is_some();
        for member in &members {
            let name = member.name;
            let is_of_answer = level == 0 && OF_ANSWERS.contains(&name);
            let is_left_out = is_of_answer && (is_answer || !member.is_required());
            if member.is_read_only() || is_left_out {
                continue;
            }
            let value = given.and_then(|given| find(given, name));
            let is_usual = level == 0 && ["location", "properties"].contains(&name);
            if let Some(value) = value.filter(|value| !value.is_null()) {
                if let Some(node) = self.taken_over(value, &member.kind(), name, level) {
                    lines.extend(entry(name, node, ""));
                }
            } else if let Some((by, first, others)) = &branches
                && name.eq_ignore_ascii_case(by)
            {
                lines.extend(entry(name, Node::Scalar(yaml_scalar(first)), &or(others)));
            } else if member.is_required() || (is_usual && !is_answer) {
                let node = self.sample(&member.kind(), name, level);
                lines.extend(entry(name, node, &remark(member)));
            } else if member.is_never_answered() && is_answer && level < DEEPEST_OPTIONAL {
                lines.push(format!(
                    "# {name}: ''  # no answer has it: write it to set it"
                ));
            } else {
                lines.extend(self.optional(member, level));
            }
        }
        let is_known = |name: &str| {
            let mut members = members.iter();
            members.any(|member| member.name.eq_ignore_ascii_case(name))
                || (level == 0 && OF_ANSWERS.contains(&name))
        };
        for (name, value) in given.into_iter().flatten() {
            let is_computed = is_answer && is_computed(&[Some("properties"), Some(name)]);
            if !is_known(name)
                && !is_computed
                && let Some(node) = self.taken_over(value, &Kind::Any, name, level)
            {
                lines.extend(entry(name, node, ""));
            }
        }
        lines
    }

    /// A member that is not needed.
    fn optional(&mut self, member: &Member<'_>, level: usize) -> Vec<String> {
        if self.wish.optional == Optional::Left || level >= DEEPEST_OPTIONAL {
            return Vec::new();
        }
        let before = (self.wish.optional, self.is_sample);
        (self.wish.optional, self.is_sample) = (Optional::Written, true);
        let node = self.sample(&member.kind(), member.name, level);
        (self.wish.optional, self.is_sample) = before;
        let lines = entry(member.name, node, &remark(member)).into_iter();
        if self.wish.optional == Optional::Commented {
            lines.map(|line| format!("# {line}")).collect()
        } else {
            lines.collect()
        }
    }

    /// A value that nobody has given.
    fn sample(&mut self, kind: &Kind<'_>, name: &str, level: usize) -> Node {
        match kind {
            Kind::Text | Kind::Time | Kind::Date | Kind::Duration | Kind::Clock | Kind::Bytes => {
                Node::Scalar(self.place(name))
            }
            Kind::Integer | Kind::Number => Node::Scalar("0".to_owned()),
            Kind::Boolean => Node::Scalar("false".to_owned()),
            Kind::Enum(values) => {
                Node::Scalar(yaml_scalar(values.first().copied().unwrap_or_default()))
            }
            Kind::List(_) if level >= DEEPEST => Node::List(Vec::new()),
            // A list of what may hold itself ends where optional members do.
            Kind::List(_) if self.is_sample && level + 1 >= DEEPEST_OPTIONAL => {
                Node::List(Vec::new())
            }
            Kind::List(inner) => Node::List(vec![self.sample(inner, name, level + 1)]),
            Kind::Object(shape) if level < DEEPEST => {
                Node::Block(self.object(*shape, None, level + 1))
            }
            Kind::Object(_) | Kind::Map(_) | Kind::AnyObject | Kind::Any => Node::Block(Vec::new()),
        }
    }

    /// The text that stands for one that only the user knows, if it is needed.
    fn place(&mut self, name: &str) -> String {
        let places = self.wish.places;
        let known = match name {
            "location" => places.location,
            "tenantId" => places.tenant_id,
            "subscriptionId" => places.subscription_id,
            _ => None,
        };
        match known {
            Some(known) => yaml_scalar(known),
            None if self.is_sample => "''".to_owned(),
            None => {
                let place = format!("{{{name}}}");
                let text = yaml_scalar(&place);
                if !self.made.left.contains(&place) {
                    self.made.left.push(place);
                }
                text
            }
        }
    }

    /// A value that was given; nothing for what its resource says of itself.
    fn taken_over(
        &mut self,
        value: &Value,
        kind: &Kind<'_>,
        name: &str,
        level: usize,
    ) -> Option<Node> {
        let any = Kind::Any;
        Some(match (value, kind) {
            (Value::Object(members), Kind::Object(shape)) => {
                Node::Block(self.object(*shape, Some(members), level + 1))
            }
            (Value::Object(members), kind) => {
                let inner = if let Kind::Map(inner) = kind {
                    inner
                } else {
                    &any
                };
                let mut lines = Vec::new();
                for (name, value) in members {
                    if let Some(node) = self.taken_over(value, inner, name, level + 1) {
                        lines.extend(entry(name, node, ""));
                    }
                }
                Node::Block(lines)
            }
            (Value::Array(items), kind) => {
                let inner = if let Kind::List(inner) = kind {
                    inner
                } else {
                    &any
                };
                let items = items.iter();
                Node::List(
                    items
                        .filter_map(|item| self.taken_over(item, inner, "", level + 1))
                        .collect(),
                )
            }
            (Value::String(text), _) => {
                let id = self.wish.answered_by;
                if name == "id" && id.is_some_and(|id| is_below(text, id)) {
                    return None;
                }
                if id.is_some() && is_secret_name(name) && !text.is_empty() {
                    self.made.secrets.push(name.to_owned());
                    return Some(Node::Scalar(self.place(name)));
                }
                Node::Scalar(yaml_scalar(text))
            }
            (other, _) => Node::Scalar(other.to_string()),
        })
    }
}

/// The discriminator, the value that is chosen, and the others.
type Branches = (String, String, Vec<String>);

/// Returns the shape that an object has by its discriminator: that of the given value, else the first one that can be
/// written.
fn settled<'a>(
    mut shape: Shape<'a>,
    given: Option<&Map<String, Value>>,
) -> (Shape<'a>, Option<Branches>) {
    let mut branches = None;
    for _ in 0..DEEPEST {
        let Some(by) = shape.discriminator() else {
            break;
        };
        let value = given
            .and_then(|given| find(given, by))
            .and_then(Value::as_str);
        let mut writable = shape.branches().filter(|branch| !branch.is_only_answered);
        let chosen = match value {
            Some(value) => shape.branch(value),
            None if given.is_some() => None,
            None => writable.next(),
        };
        let Some(chosen) = chosen else {
            break;
        };
        if value.is_none() {
            let others = writable.map(|branch| branch.value.to_owned()).collect();
            branches.get_or_insert((by.to_owned(), chosen.value.to_owned(), others));
        }
        if chosen.shape.name() == shape.name() {
            break;
        }
        shape = chosen.shape;
    }
    (shape, branches)
}

fn find<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let alike = || {
        let mut members = members.iter();
        members.find_map(|(own, value)| own.eq_ignore_ascii_case(name).then_some(value))
    };
    members.get(name).or_else(alike)
}

/// Where a member of a resource goes: what tells it from others first, what it is made of last.
fn rank(name: &str) -> usize {
    let first = ["location", "kind", "sku", "identity", "zones"];
    match first.iter().position(|own| *own == name) {
        Some(rank) => rank,
        None if name == "properties" => first.len() + 1,
        None => first.len(),
    }
}

/// What a comment says about a member.
fn remark(member: &Member<'_>) -> String {
    let kind = match member.kind() {
        Kind::Enum(values) => or(values.get(1..).unwrap_or_default()),
        Kind::Time => "a time: 2030-01-31T12:00:00Z".to_owned(),
        Kind::Date => "a date: 2030-01-31".to_owned(),
        Kind::Duration => "a duration: PT1H30M, P2D".to_owned(),
        Kind::Clock => "a time of day: 12:00:00".to_owned(),
        Kind::Bytes => "in base64".to_owned(),
        Kind::Text
        | Kind::Integer
        | Kind::Number
        | Kind::Boolean
        | Kind::Object(_)
        | Kind::List(_)
        | Kind::Map(_)
        | Kind::AnyObject
        | Kind::Any => String::new(),
    };
    let lasts = if member.is_create_only() && member.name != "location" {
        "cannot be changed later"
    } else {
        ""
    };
    let parts = [kind.as_str(), lasts].into_iter();
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// `or A, B, C`.
fn or<T: AsRef<str>>(values: &[T]) -> String {
    let shown = values.iter().take(MOST_VALUES).map(AsRef::as_ref);
    let shown = shown.collect::<Vec<&str>>().join(", ");
    match values.len() {
        0 => String::new(),
        count if count > MOST_VALUES => format!("or {shown}, …"),
        _ => format!("or {shown}"),
    }
}

/// The lines of a member.
fn entry(name: &str, node: Node, comment: &str) -> Vec<String> {
    let comment = match comment {
        "" => String::new(),
        comment => format!("  # {comment}"),
    };
    let key = yaml_scalar(name);
    match node {
        Node::Scalar(text) => vec![format!("{key}: {text}{comment}")],
        Node::List(items) if items.is_empty() => vec![format!("{key}: []{comment}")],
        Node::List(items) => {
            let lines = std::iter::once(format!("{key}:{comment}"));
            lines.chain(list_lines(items)).collect()
        }
        Node::Block(lines) => {
            let is_empty = !lines.iter().any(|line| is_live(line));
            let value = if is_empty { " {}" } else { "" };
            let hint = if is_empty && !lines.is_empty() {
                "  # without the braces if a line below is used"
            } else {
                ""
            };
            let own = std::iter::once(format!("{key}:{value}{comment}{hint}"));
            own.chain(lines.into_iter().map(|line| format!("  {line}")))
                .collect()
        }
    }
}

fn list_lines(items: Vec<Node>) -> Vec<String> {
    let mut lines = Vec::new();
    for item in items {
        let inner = match item {
            Node::Scalar(text) => vec![text],
            Node::List(items) if items.is_empty() => vec!["[]".to_owned()],
            Node::List(items) => list_lines(items),
            Node::Block(mut inner) => {
                if !inner.iter().any(|line| is_live(line)) {
                    inner.insert(0, "{}".to_owned());
                }
                inner
            }
        };
        for (at, line) in inner.into_iter().enumerate() {
            lines.push(format!("{}{line}", if at == 0 { "- " } else { "  " }));
        }
    }
    lines
}

fn is_live(line: &str) -> bool {
    !line.trim_start().starts_with('#')
}

/// Tells whether an id is that of a part of the resource with another one.
fn is_below(id: &str, of: &str) -> bool {
    let parent = id.get(..of.len());
    let is_same = parent.is_some_and(|parent| parent.eq_ignore_ascii_case(of));
    is_same && id.get(of.len()..).is_some_and(|rest| rest.starts_with('/'))
}
