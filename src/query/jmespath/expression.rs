//! The tree of an expression. Who builds it: `parser`; who asks it of a document: `evaluator`.

use super::function::Function;
use super::value::Value;

/// An expression whose height is known, so that no recursion over it has to fear its depth.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    /// How many expressions are nested, this one included.
    height: usize,
}

/// What an expression finds in a value.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// The value itself: `@`, or what a projection without a right side does.
    Current,
    /// A member of an object.
    Field(Field),
    /// A value that is written in the expression.
    Literal(Value<'static>),
    /// An element of an array, from its end if the number is negative.
    Index(i64),
    /// Some elements of an array.
    Slice(Slice),
    /// Each one asked of what the one before has found: `a.b`, `a[0]`, `a | b`.
    Chain(Vec<Expression>),
    /// An array whose elements that are arrays give their elements.
    Flatten(Box<Expression>),
    /// Something found in each element of an array, or in each value of an object.
    Projection(Box<Projection>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `{name: a, size: b}`
    Hash(Vec<(String, Expression)>),
    Or(Box<[Expression; 2]>),
    And(Box<[Expression; 2]>),
    Not(Box<Expression>),
    Comparison(Comparison, Box<[Expression; 2]>),
    Call(Call),
}

/// A name, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    /// The offset in the expression, in bytes: it tells two places of the same name apart.
    pub(super) at: usize,
    /// Whether it is in double quotes, as texts do elsewhere.
    pub(super) is_quoted: bool,
}

/// `[start:stop:step]`
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) stop: Option<i64>,
    /// Never 0.
    pub(super) step: i64,
}

/// What is asked of each of many values; if it finds `null`, that is left out.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    /// Finds the array or the object.
    pub(super) base: Expression,
    pub(super) over: Over,
    pub(super) each: Expression,
}

/// What a projection goes over.
#[derive(Debug, Clone)]
pub(super) enum Over {
    /// The elements of an array.
    Elements,
    /// The elements of an array for which the condition holds.
    Matching(Expression),
    /// The values of an object.
    Values,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A function and what it is given.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) function: Function,
    /// The offset of its name, in bytes.
    pub(super) at: usize,
    pub(super) arguments: Vec<Argument>,
}

/// What a function is given.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    /// What an expression finds.
    Value(Expression),
    /// The expression itself: `&name`.
    Reference(Expression),
}

impl Expression {
    pub(super) fn of(kind: Kind) -> Self {
        let mut highest = 0;
        kind.for_each_part(&mut |part| highest = highest.max(part.height));
        Self {
            kind,
            height: highest + 1,
        }
    }

    pub(super) fn current() -> Self {
        Self::of(Kind::Current)
    }

    /// How many expressions are nested.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// This expression, and another one asked of what it finds.
    pub(super) fn then(self, next: Self) -> Self {
        if matches!(self.kind, Kind::Current) {
            return next;
        }
        let height = self.height;
        let steps = if let Kind::Chain(mut steps) = self.kind {
            steps.push(next);
            steps
        } else {
            let kind = self.kind;
            vec![Self { kind, height }, next]
        };
        Self::of(Kind::Chain(steps))
    }
}

impl Kind {
    /// Hands the expressions that this one is made of to `visit`.
    fn for_each_part(&self, visit: &mut dyn FnMut(&Expression)) {
        match self {
            Self::Current | Self::Field(_) | Self::Literal(_) | Self::Index(_) | Self::Slice(_) => {
            }
            Self::Flatten(part) | Self::Not(part) => visit(part),
            Self::Chain(parts) | Self::List(parts) => parts.iter().for_each(visit),
            Self::Hash(members) => members.iter().for_each(|(_, part)| visit(part)),
            Self::Or(parts) | Self::And(parts) | Self::Comparison(_, parts) => {
                parts.iter().for_each(visit);
            }
            Self::Projection(projection) => {
                visit(&projection.base);
                if let Over::Matching(condition) = &projection.over {
                    visit(condition);
                }
                visit(&projection.each);
            }
            Self::Call(call) => call.arguments.iter().for_each(|argument| match argument {
                Argument::Value(part) | Argument::Reference(part) => visit(part),
            }),
        }
    }
}
