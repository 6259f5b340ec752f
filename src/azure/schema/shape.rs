//! What a member may hold: kinds, and shapes with their members and branches. Whose body it is: `body`.

use super::namespace::Namespace;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A moment, as text (RFC 3339).
    Time,
    /// A day, as text.
    Date,
    /// A duration, as text (ISO 8601).
    Duration,
    /// A time of day, as text.
    Clock,
    /// Bytes in base64.
    Bytes,
    /// Text, one of the known values. The service may know more.
    Enum(Vec<&'a str>),
    /// An object with known members.
    Object(Shape<'a>),
    /// A list of such values.
    List(Box<Self>),
    /// An object whose members have any name, and such values.
    Map(Box<Self>),
    /// An object of which no more is known.
    AnyObject,
    /// Nothing is known of it.
    Any,
}

/// The members of an object.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    space: &'a Namespace,
    name: &'a str,
    is_open: bool,
    discriminator: Option<&'a str>,
    lines: &'a str,
}

/// One member of a shape.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The name as the service spells it.
    pub name: &'a str,
    space: &'a Namespace,
    kind: &'a str,
    marks: &'a str,
}

/// What a shape is when its discriminator has a certain value.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'a> {
    /// The value of the discriminator.
    pub value: &'a str,
    /// All members that there are then, those of the shape itself among them.
    pub shape: Shape<'a>,
    /// Whether it is only found in answers.
    pub is_only_answered: bool,
}

impl<'a> Kind<'a> {
    pub(super) fn of(space: &'a Namespace, written: &'a str) -> Self {
        let inner = |open, close| {
            written
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
        };
        let inside = |kind| Box::new(Self::of(space, kind));
        if let Some(kind) = inner('[', ']') {
            return Self::List(inside(kind));
        }
        if let Some(kind) = inner('{', '}') {
            return Self::Map(inside(kind));
        }
        if let Some(values) = inner('\'', '\'') {
            return Self::Enum(values.split('|').collect());
        }
        if let Some(name) = written.strip_prefix('%') {
            let values = space.values(name);
            return values.map_or(Self::Text, |values| Self::Enum(values.collect()));
        }
        match written {
            "str" => Self::Text,
            "int" => Self::Integer,
            "num" => Self::Number,
            "bool" => Self::Boolean,
            "time" => Self::Time,
            "date" => Self::Date,
            "dur" => Self::Duration,
            "clock" => Self::Clock,
            "bytes" => Self::Bytes,
            "obj" => Self::AnyObject,
            "any" => Self::Any,
            name => Shape::of(space, name).map_or(Self::Any, Self::Object),
        }
    }

    /// Returns what each value of a list or a map is.
    pub fn content(&self) -> Option<&Self> {
        if let Self::List(inner) | Self::Map(inner) = self {
            return Some(inner);
        }
        None
    }

    /// Returns the shape of the object that it is or holds, through lists and maps.
    pub fn shape(&self) -> Option<Shape<'a>> {
        if let Self::Object(shape) = self {
            return Some(*shape);
        }
        self.content().and_then(Self::shape)
    }
}

impl<'a> Shape<'a> {
    fn of(space: &'a Namespace, name: &'a str) -> Option<Self> {
        let found = space.shape(name)?;
        Some(Self {
            space,
            name,
            is_open: found.is_open,
            discriminator: found.discriminator,
            lines: found.lines,
        })
    }

    /// Returns its name, which only this namespace has: `StorageProfile`. Two shapes of one body are the same if their
    /// names are.
    pub fn name(self) -> &'a str {
        self.name
    }

    /// Tells whether it takes other members too.
    pub fn is_open(self) -> bool {
        self.is_open
    }

    /// Returns the member whose value says which of the branches it is.
    pub fn discriminator(self) -> Option<&'a str> {
        self.discriminator
    }

    /// Returns its own members, in the order of the service; those of branches are not among them.
    pub fn members(self) -> impl Iterator<Item = Member<'a>> {
        let lines = self.lines.lines();
        lines.filter_map(move |line| Member::of(self.space, line))
    }

    /// Returns one of its own members, whatever the case of its name.
    pub fn member(self, name: &str) -> Option<Member<'a>> {
        self.members()
            .find(|member| member.name.eq_ignore_ascii_case(name))
    }

    /// Returns what it can be, by the values of the discriminator; nothing for a shape without one.
    pub fn branches(self) -> impl Iterator<Item = Branch<'a>> {
        let lines = self.lines.lines();
        let lines = lines.filter_map(|line| line.strip_prefix("V\t"));
        lines.filter_map(move |line| {
            let mut fields = line.split('\t');
            Some(Branch {
                value: fields.next()?,
                shape: Self::of(self.space, fields.next()?)?,
                is_only_answered: fields.next().is_some(),
            })
        })
    }

    /// Returns the branch of a value, whatever its case.
    pub fn branch(self, value: &str) -> Option<Branch<'a>> {
        self.branches()
            .find(|branch| branch.value.eq_ignore_ascii_case(value))
    }

    /// Returns what it is in an object whose members have these values: the branch that the discriminator says, or
    /// itself if there is none to choose. Nothing is returned if the discriminator is missing, or has another value.
    pub fn actual<'v>(self, value: impl FnOnce(&str) -> Option<&'v str>) -> Option<Self> {
        let Some(name) = self.discriminator else {
            return Some(self);
        };
        let branch = self.branch(value(name)?)?;
        Some(branch.shape)
    }

    /// Returns its members and those of all branches, each name once: what may be there if the discriminator is not
    /// known.
    pub fn all_members(self) -> Vec<Member<'a>> {
        let mut members: Vec<Member<'a>> = self.members().collect();
        for branch in self.branches() {
            for member in branch.shape.members() {
                if !members.iter().any(|known| known.name == member.name) {
                    members.push(member);
                }
            }
        }
        members
    }
}

/// Names are enough: they are given once in a namespace.
impl PartialEq for Shape<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.space.name() == other.space.name()
    }
}

impl Eq for Shape<'_> {}

impl<'a> Member<'a> {
    fn of(space: &'a Namespace, line: &'a str) -> Option<Self> {
        let mut fields = line.strip_prefix('\t')?.split('\t');
        Some(Self {
            space,
            name: fields.next()?,
            kind: fields.next()?,
            marks: fields.next().unwrap_or_default(),
        })
    }

    /// Returns what it holds.
    pub fn kind(self) -> Kind<'a> {
        Kind::of(self.space, self.kind)
    }

    /// Tells whether a PUT needs it.
    pub fn is_required(self) -> bool {
        self.marks.contains('!') && !self.is_read_only()
    }

    /// Tells whether only the service sets it.
    pub fn is_read_only(self) -> bool {
        self.marks.contains('~')
    }

    /// Tells whether it is set when the resource is created, and never changed.
    pub fn is_create_only(self) -> bool {
        self.marks.contains('^')
    }

    /// Tells whether it is only taken when the resource is changed.
    pub fn is_update_only(self) -> bool {
        self.marks.contains('u')
    }

    /// Tells whether no answer has it, such as a password.
    pub fn is_never_answered(self) -> bool {
        self.marks.contains('w')
    }
}
