//! What a query is made of: steps, expressions, and their names. Who reads it: `parser`; who
//! computes it: `evaluator`.

use serde_json::Value;

/// A whole query: a table, and what is done with its rows, one step after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    pub(crate) table: Table,
    pub(crate) steps: Vec<Step>,
}

/// A table of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Tracked resources. It is meant if a query names no table.
    Resources,
    /// Subscriptions and resource groups.
    Containers,
}

/// One operator with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Where(Expression),
    Project(Vec<Column>),
    Extend(Vec<Column>),
    /// The names of the counts, and what they are by.
    Summarize {
        counts: Vec<String>,
        by: Vec<Column>,
    },
    Order(Vec<Key>),
    Take(usize),
    Count,
    Distinct(Vec<Column>),
}

impl Step {
    /// Tells whether the service makes no pages of what comes out of it (Microsoft Learn, Resource
    /// Graph, guidance for pagination).
    pub(crate) fn ends_paging(&self) -> bool {
        matches!(self, Self::Take(_))
    }
}

/// A column that an operator makes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) value: Expression,
}

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) value: Expression,
    pub(crate) is_ascending: bool,
    pub(crate) nulls_first: bool,
}

/// A value that is computed for a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Literal(Value),
    /// A column, and the path to a value inside it.
    Path {
        column: String,
        inside: Vec<Member>,
    },
    Call(Function, Box<Self>),
    Compare(Comparison, Box<Self>, Box<Self>),
    /// `in`; `in~` ignores case, `!in` is the opposite.
    Among {
        value: Box<Self>,
        list: Vec<Self>,
        ignores_case: bool,
        is_negated: bool,
    },
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// A part of a dynamic value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Member {
    Name(String),
    Index(usize),
}

/// A function of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    ToText,
    ToLower,
    ToUpper,
    IsEmpty,
    IsNotEmpty,
    IsNull,
    IsNotNull,
    Not,
}

impl Function {
    /// The functions by their names in queries.
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("tostring", Self::ToText),
        ("tolower", Self::ToLower),
        ("toupper", Self::ToUpper),
        ("isempty", Self::IsEmpty),
        ("isnotempty", Self::IsNotEmpty),
        ("notempty", Self::IsNotEmpty),
        ("isnull", Self::IsNull),
        ("isnotnull", Self::IsNotNull),
        ("notnull", Self::IsNotNull),
        ("not", Self::Not),
    ];
}

/// How two values are compared. The flags say whether case is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal {
        ignores_case: bool,
    },
    NotEqual {
        ignores_case: bool,
    },
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Text {
        test: TextTest,
        ignores_case: bool,
        is_negated: bool,
    },
}

/// What is looked for in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
    /// A whole term: letters and digits, with none of them next to it.
    Has,
}

impl TextTest {
    /// The tests by their names in queries; with `_cs` after them they respect case.
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("contains", Self::Contains),
        ("startswith", Self::StartsWith),
        ("endswith", Self::EndsWith),
        ("has", Self::Has),
    ];
}

impl Expression {
    /// The name of the column that shows this value if none is given: `properties_hardwareProfile_vmSize`.
    pub(crate) fn implied_name(&self) -> Option<String> {
        self.path_with("_")
    }

    /// The path that it reads, its parts joined by `separator`.
    pub(crate) fn path_with(&self, separator: &str) -> Option<String> {
        match self {
            Self::Path { column, inside } => {
                let parts = inside.iter().map(|part| match part {
                    Member::Name(part) => part.clone(),
                    Member::Index(index) => index.to_string(),
                });
                let parts: Vec<String> = std::iter::once(column.clone()).chain(parts).collect();
                Some(parts.join(separator))
            }
            Self::Call(_, value) => value.path_with(separator),
            Self::Literal(_)
            | Self::Compare(..)
            | Self::Among { .. }
            | Self::And(..)
            | Self::Or(..) => None,
        }
    }

    /// Calls a function with the name of each column that is read.
    pub(crate) fn each_column<'e>(&'e self, take: &mut dyn FnMut(&'e str)) {
        match self {
            Self::Literal(_) => {}
            Self::Path { column, .. } => take(column),
            Self::Call(_, value) => value.each_column(take),
            Self::Compare(_, left, right) | Self::And(left, right) | Self::Or(left, right) => {
                left.each_column(take);
                right.each_column(take);
            }
            Self::Among { value, list, .. } => {
                value.each_column(take);
                for one in list {
                    one.each_column(take);
                }
            }
        }
    }
}
