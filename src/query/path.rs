//! The parts of a query: segments, selectors and the conditions of filters, all well-typed. Made from text by `jsonpath`,
//! followed by `byte_path` and `walk`.

/// A path below the root or the current node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    pub(super) origin: Origin,
    pub(super) segments: Vec<Segment>,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// `$`
    Root,
    /// `@`
    Current,
}

/// One step of a path: `.a`, `[1, 2]`, `..*`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub(super) reach: Reach,
    pub(super) selectors: Vec<Selector>,
}

/// Which nodes the selectors of a segment are applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The node itself, for its children.
    Child,
    /// The node and everything below it (`..`).
    Descendant,
}

/// One selector of a segment (RFC 9535, 2.3).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: i64,
    },
    Filter(Condition),
}

/// What a filter asks of a node: an expression of `LogicalType` (RFC 9535, 2.4.1).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Or(Vec<Self>),
    And(Vec<Self>),
    Not(Box<Self>),
    Exists(Path),
    Compare {
        left: Operand,
        operator: Operator,
        right: Operand,
    },
    Matches {
        text: Operand,
        pattern: Operand,
        anchoring: Anchoring,
    },
}

/// A comparison operator; `>` and `>=` are written with their sides exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
}

/// How much of the text a pattern must cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchoring {
    /// All of it: `match()`.
    Whole,
    /// Any part of it: `search()`.
    Part,
}

/// One side of a comparison: an expression of `ValueType` (RFC 9535, 2.4.1).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Null,
    Boolean(bool),
    /// The number as it is written, so that no digit is lost.
    Number(String),
    Text(String),
    /// A singular path.
    Node(Path),
    Length(Box<Self>),
    Count(Path),
    Value(Path),
}

impl Path {
    /// Says whether the path yields at most one node whatever the document (RFC 9535, 2.3.5.1).
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }

    /// Counts the steps that can be under way at the same time while the path is walked.
    pub(super) fn depth(&self) -> usize {
        let below = self.conditions().map(Condition::depth).max().unwrap_or(0);
        self.segments.len() + below
    }

    /// Says whether `$` is read anywhere: at the start, or inside a filter.
    pub(super) fn reads_root(&self) -> bool {
        self.origin == Origin::Root || self.conditions().any(Condition::reads_root)
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.segments.iter().flat_map(Segment::conditions)
    }
}

impl Segment {
    fn is_singular(&self) -> bool {
        self.reach == Reach::Child
            && matches!(
                self.selectors.as_slice(),
                [Selector::Name(_) | Selector::Index(_)]
            )
    }

    /// Returns the conditions of the filters among the selectors.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.selectors.iter().filter_map(|selector| match selector {
            Selector::Filter(condition) => Some(condition),
            Selector::Name(_)
            | Selector::Wildcard
            | Selector::Index(_)
            | Selector::Slice { .. } => None,
        })
    }
}

impl Condition {
    /// Says whether `$` is read anywhere inside.
    pub(super) fn reads_root(&self) -> bool {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().any(Self::reads_root),
            Self::Not(inner) => inner.reads_root(),
            Self::Exists(path) => path.reads_root(),
            Self::Compare { left, right, .. } => left.reads_root() || right.reads_root(),
            Self::Matches { text, pattern, .. } => text.reads_root() || pattern.reads_root(),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Or(parts) | Self::And(parts) => {
                parts.iter().map(Self::depth).max().unwrap_or(0) + 1
            }
            Self::Not(inner) => inner.depth() + 1,
            Self::Exists(path) => path.depth() + 1,
            Self::Compare { left, right, .. } => left.depth().max(right.depth()) + 1,
            Self::Matches { text, pattern, .. } => text.depth().max(pattern.depth()) + 1,
        }
    }
}

impl Operand {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Node(path) | Self::Count(path) | Self::Value(path) => Some(path),
            Self::Length(inner) => inner.path(),
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    fn reads_root(&self) -> bool {
        self.path().is_some_and(Path::reads_root)
    }

    fn depth(&self) -> usize {
        self.path().map_or(0, Path::depth) + 1
    }
}
