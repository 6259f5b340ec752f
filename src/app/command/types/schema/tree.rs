//! A body as a tree of lines for people: what must be given first, what the service computes last. As a JSON Schema:
//! `json_schema`.

use crate::azure::schema::{Body, Kind, Member, Place, Shape};
use crate::env::Env;
use crate::output::columns;

/// How many values of an enum are in one line; a path to the member shows them all.
const MOST_VALUES: usize = 5;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// As text.
    Plain,
    /// What the service computes is grey, for a terminal.
    Shaded,
}

impl Look {
    /// Grey only if a terminal shows it.
    pub(crate) fn of(env: &Env) -> Self {
        if env.has_colors(env.stdout_is_terminal) {
            Self::Shaded
        } else {
            Self::Plain
        }
    }
}

/// A line: a member with what comes before it, its marks, what it holds.
struct Line {
    cells: [String; 3],
    is_read_only: bool,
}

/// The lines, and what they depend on.
struct Tree<'a> {
    lines: Vec<Line>,
    /// How many levels are shown.
    depth: usize,
    /// The shapes around the line: one that holds itself is not entered again.
    around: Vec<Shape<'a>>,
}

/// Returns the lines of what is at a place.
pub(crate) fn text(body: &Body, place: &Place<'_>, depth: usize, look: Look) -> String {
    let mut title = format!("{}  {}", body.full_name(), body.version());
    if !place.path.is_empty() {
        title = format!("{title}  {}", place.path);
    }
    let own = place.member.map(marks).unwrap_or_default();
    if !own.is_empty() {
        title = format!("{title}  {}", own.join(", "));
    }
    let mut tree = Tree {
        lines: Vec::new(),
        depth,
        around: Vec::new(),
    };
    match (place.kind.shape(), body.put()) {
        (_, None) => format!("{title}\na PUT has no body\n"),
        (Some(shape), _) => {
            tree.shape(shape, 1);
            format!("{title}\n{}", tree.laid_out(look))
        }
        (None, _) => format!("{title}\n{}\n", all_of(&place.kind).join("\n")),
    }
}

impl<'a> Tree<'a> {
    fn shape(&mut self, shape: Shape<'a>, level: usize) {
        self.around.push(shape);
        for member in sorted(shape.members()) {
            self.member(member, shape, level);
        }
        for branch in shape.branches() {
            let own = branch.shape.members();
            let own = own.filter(|member| shape.member(member.name).is_none());
            let Some(discriminator) = shape.discriminator() else {
                break;
            };
            if self
                .around
                .iter()
                .filter(|one| **one == branch.shape)
                .count()
                > 0
            {
                continue;
            }
            let title = format!("{}{discriminator} = {}:", indent(level), branch.value);
            let is_read_only = branch.is_only_answered;
            let marks = if is_read_only { "read-only" } else { "" };
            let count = branch.shape.members().count();
            let holds = if level >= self.depth {
                members(count)
            } else {
                String::new()
            };
            self.push([title, marks.to_owned(), holds], is_read_only);
            if level < self.depth {
                self.around.push(branch.shape);
                for member in sorted(own) {
                    self.member(member, branch.shape, level + 1);
                }
                self.around.pop();
            }
        }
        if shape.is_open() {
            self.push(
                [
                    format!("{}…", indent(level)),
                    String::new(),
                    "any other member".to_owned(),
                ],
                false,
            );
        }
        self.around.pop();
    }

    fn member(&mut self, member: Member<'a>, shape: Shape<'a>, level: usize) {
        let kind = member.kind();
        let inner = kind.shape();
        let name = format!("{}{}", indent(level), member.name);
        let is_discriminator = shape.discriminator() == Some(member.name);
        let mut holds = if is_discriminator {
            choice(
                &shape
                    .branches()
                    .map(|branch| branch.value)
                    .collect::<Vec<_>>(),
                MOST_VALUES,
            )
        } else {
            name_of_kind(&kind)
        };
        // What the service computes is shown if its path asks for it.
        let is_written = !member.is_read_only();
        let is_entered = inner.is_some_and(|inner| is_written && self.enters(inner, level));
        if let Some(inner) = inner.filter(|_| !is_entered) {
            holds = if self.around.contains(&inner) {
                format!("{holds} as above")
            } else {
                format!("{holds}  {}", members(inner.all_members().len()))
            };
        }
        self.push(
            [name, marks(member).join(", "), holds],
            member.is_read_only(),
        );
        if let Some(inner) = inner.filter(|_| is_entered) {
            self.shape(inner, level + 1);
        }
    }

    fn enters(&self, shape: Shape<'a>, level: usize) -> bool {
        level < self.depth && !self.around.contains(&shape)
    }

    fn push(&mut self, cells: [String; 3], is_read_only: bool) {
        self.lines.push(Line {
            cells,
            is_read_only,
        });
    }

    fn laid_out(&self, look: Look) -> String {
        let cells: Vec<_> = self.lines.iter().map(|line| line.cells.clone()).collect();
        let text = columns(&cells);
        let mut out = String::with_capacity(text.len());
        for (line, from) in text.lines().zip(&self.lines) {
            match look {
                Look::Shaded if from.is_read_only => {
                    out.push_str(&format!("\x1b[2m{line}\x1b[0m\n"));
                }
                Look::Shaded | Look::Plain => out.push_str(&format!("{line}\n")),
            }
        }
        out
    }
}

/// What must be given, then what may be, then what the service computes; each in the order of the service.
fn sorted<'a>(members: impl Iterator<Item = Member<'a>>) -> Vec<Member<'a>> {
    let mut members: Vec<Member<'a>> = members.collect();
    members.sort_by_key(
        |member| match (member.is_required(), member.is_read_only()) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        },
    );
    members
}

/// The words for what is special about a member.
pub(crate) fn marks(member: Member<'_>) -> Vec<&'static str> {
    let marks = [
        (member.is_required(), "required"),
        (member.is_read_only(), "read-only"),
        (member.is_create_only(), "create-only"),
        (member.is_update_only(), "update-only"),
        (member.is_never_answered(), "never answered"),
    ];
    let marks = marks.into_iter();
    marks
        .filter_map(|(is_so, word)| is_so.then_some(word))
        .collect()
}

/// The words for a kind.
pub(crate) fn name_of_kind(kind: &Kind<'_>) -> String {
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Boolean => "true | false".to_owned(),
        Kind::Time => "date-time".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::Clock => "time".to_owned(),
        Kind::Bytes => "base64".to_owned(),
        Kind::Enum(values) => choice(values, MOST_VALUES),
        Kind::Object(_) | Kind::AnyObject => "object".to_owned(),
        Kind::List(inner) => format!("list of {}", name_of_kind(inner)),
        Kind::Map(inner) => format!("map of {}", name_of_kind(inner)),
        Kind::Any => "any".to_owned(),
    }
}

/// All that is known of what holds no members.
fn all_of(kind: &Kind<'_>) -> Vec<String> {
    if let Kind::Enum(values) = kind.content().unwrap_or(kind) {
        return values.iter().map(|value| (*value).to_owned()).collect();
    }
    vec![name_of_kind(kind)]
}

fn choice(values: &[&str], most: usize) -> String {
    let shown = values.iter().take(most).copied().collect::<Vec<_>>();
    let mut text = shown.join(" | ");
    if values.len() > most {
        text.push_str(&format!(" | … {} more", values.len() - most));
    }
    text
}

fn members(count: usize) -> String {
    match count {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    }
}

fn indent(level: usize) -> String {
    "  ".repeat(level - 1)
}
