//! JSONPath (RFC 9535) from text to a well-typed [`Path`], by jsonpath-rust; the only file that names it. Documents are
//! walked by `walk`, because the crate's own walk gives the nodes of `['a','b']` in another
//! order than RFC 9535, 2.5.1.2, finds nothing with `[?@[?@>1]]` or `count()` of nothing, and
//! compares numbers as `f64` within 2e-16.

use std::vec::IntoIter;

use jsonpath_rust::parser::errors::JsonPathError;
use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, JpQuery, Literal, Segment as ParsedSegment,
    Selector as ParsedSelector, SingularQuery, SingularQuerySegment, Test, TestFunction,
};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::Query as _;
use jsonpath_rust::query::state::State;

use super::error::SyntaxError;
use super::guard;
use super::path::{
    Anchoring, Condition, Operand, Operator, Origin, Path, Reach, Segment, Selector,
};

/// How many steps of one expression may be under way at the same time: what bounds the stack.
const MAXIMUM_STEPS: usize = 256;

/// Parses an expression that starts with `$`.
pub(super) fn parse(expression: &str) -> Result<Path, SyntaxError> {
    let guarded = guard::check(expression)?;
    let query = parse_json_path(&guarded.text)
        .map_err(|error| fault_of(&error, expression, &guarded.calls))?;
    let mut lowering = Lowering {
        numbers: guarded.numbers.into_iter(),
        calls: guarded.calls.into_iter(),
    };
    let path = lowering.root_path(query)?;
    if path.depth() > MAXIMUM_STEPS {
        return Err(SyntaxError {
            at: 0,
            message: format!("more than {MAXIMUM_STEPS} steps in a row"),
        });
    }
    Ok(path)
}

/// Says whether a text matches an I-Regexp (RFC 9485); an invalid pattern matches nothing.
pub(super) fn matches(text: String, pattern: String, anchoring: Anchoring) -> bool {
    let argument = |text| FnArg::Literal(Literal::String(text));
    let function = match anchoring {
        Anchoring::Whole => TestFunction::Match(argument(text), argument(pattern)),
        Anchoring::Part => TestFunction::Search(argument(text), argument(pattern)),
    };
    let nothing = serde_json::Value::Null;
    let answer = function.process(State::root(&nothing)).ok_val();
    answer.and_then(|value| value.as_bool()).unwrap_or(false)
}

/// Turns the parser's tree into ours, in the order of the text.
struct Lowering {
    numbers: IntoIter<String>,
    calls: IntoIter<usize>,
}

impl Lowering {
    fn root_path(&mut self, query: JpQuery) -> Result<Path, SyntaxError> {
        Ok(Path {
            origin: Origin::Root,
            segments: self.segments(query.segments)?,
        })
    }

    fn segments(&mut self, parsed: Vec<ParsedSegment>) -> Result<Vec<Segment>, SyntaxError> {
        parsed
            .into_iter()
            .map(|segment| self.segment(segment))
            .collect()
    }

    fn segment(&mut self, parsed: ParsedSegment) -> Result<Segment, SyntaxError> {
        Ok(match parsed {
            ParsedSegment::Descendant(inner) => Segment {
                reach: Reach::Descendant,
                ..self.segment(*inner)?
            },
            ParsedSegment::Selector(selector) => Segment {
                reach: Reach::Child,
                selectors: vec![self.selector(selector)?],
            },
            ParsedSegment::Selectors(selectors) => {
                let lowered = selectors
                    .into_iter()
                    .map(|selector| self.selector(selector));
                Segment {
                    reach: Reach::Child,
                    selectors: lowered.collect::<Result<_, _>>()?,
                }
            }
        })
    }

    fn selector(&mut self, parsed: ParsedSelector) -> Result<Selector, SyntaxError> {
        Ok(match parsed {
            ParsedSelector::Name(name) => Selector::Name(name),
            ParsedSelector::Wildcard => Selector::Wildcard,
            ParsedSelector::Index(index) => Selector::Index(index),
            ParsedSelector::Slice(start, end, step) => Selector::Slice {
                start,
                end,
                step: step.unwrap_or(1),
            },
            ParsedSelector::Filter(filter) => Selector::Filter(self.condition(filter)?),
        })
    }

    fn condition(&mut self, filter: Filter) -> Result<Condition, SyntaxError> {
        Ok(match filter {
            Filter::Or(parts) => Condition::Or(self.conditions(parts)?),
            Filter::And(parts) => Condition::And(self.conditions(parts)?),
            Filter::Atom(FilterAtom::Filter { expr, not }) => negated(self.condition(*expr)?, not),
            Filter::Atom(FilterAtom::Test { expr, not }) => negated(self.test(*expr)?, not),
            Filter::Atom(FilterAtom::Comparison(comparison)) => self.comparison(*comparison)?,
        })
    }

    fn conditions(&mut self, filters: Vec<Filter>) -> Result<Vec<Condition>, SyntaxError> {
        filters
            .into_iter()
            .map(|filter| self.condition(filter))
            .collect()
    }

    fn test(&mut self, parsed: Test) -> Result<Condition, SyntaxError> {
        match parsed {
            Test::RelQuery(_) | Test::AbsQuery(_) => Ok(Condition::Exists(self.path(parsed)?)),
            Test::Function(function) => {
                let at = self.call();
                let (text, pattern, anchoring) = match *function {
                    TestFunction::Match(text, pattern) => (text, pattern, Anchoring::Whole),
                    TestFunction::Search(text, pattern) => (text, pattern, Anchoring::Part),
                    TestFunction::Length(_)
                    | TestFunction::Value(_)
                    | TestFunction::Count(_)
                    | TestFunction::Custom(..) => {
                        return Err(ill_typed(at, "its result must be compared"));
                    }
                };
                let text = self.value_argument(text, at)?;
                let pattern = self.value_argument(pattern, at)?;
                Ok(Condition::Matches {
                    text,
                    pattern,
                    anchoring,
                })
            }
        }
    }

    /// Lowers a query; a function, which is not a query, is refused.
    fn path(&mut self, parsed: Test) -> Result<Path, SyntaxError> {
        match parsed {
            Test::RelQuery(segments) => Ok(Path {
                origin: Origin::Current,
                segments: self.segments(segments)?,
            }),
            Test::AbsQuery(query) => self.root_path(query),
            Test::Function(_) => Err(ill_typed(self.call(), "a path must be here")),
        }
    }

    fn comparison(&mut self, comparison: Comparison) -> Result<Condition, SyntaxError> {
        // The sides are lowered as they are written, so that numbers and calls keep their order.
        let (operator, left, right, exchanged) = match comparison {
            Comparison::Eq(left, right) => (Operator::Equal, left, right, false),
            Comparison::Ne(left, right) => (Operator::NotEqual, left, right, false),
            Comparison::Lt(left, right) => (Operator::Less, left, right, false),
            Comparison::Lte(left, right) => (Operator::LessOrEqual, left, right, false),
            Comparison::Gt(left, right) => (Operator::Less, left, right, true),
            Comparison::Gte(left, right) => (Operator::LessOrEqual, left, right, true),
        };
        let (left, right) = (self.comparable(left)?, self.comparable(right)?);
        let (left, right) = if exchanged {
            (right, left)
        } else {
            (left, right)
        };
        Ok(Condition::Compare {
            left,
            operator,
            right,
        })
    }

    fn comparable(&mut self, comparable: Comparable) -> Result<Operand, SyntaxError> {
        Ok(match comparable {
            Comparable::Literal(literal) => self.literal(literal),
            Comparable::Function(function) => self.value_function(function)?,
            Comparable::SingularQuery(SingularQuery::Current(segments)) => {
                Operand::Node(singular(Origin::Current, segments))
            }
            Comparable::SingularQuery(SingularQuery::Root(segments)) => {
                Operand::Node(singular(Origin::Root, segments))
            }
        })
    }

    fn literal(&mut self, literal: Literal) -> Operand {
        match literal {
            Literal::Int(value) => {
                Operand::Number(self.numbers.next().unwrap_or_else(|| value.to_string()))
            }
            Literal::Float(value) => {
                Operand::Number(self.numbers.next().unwrap_or_else(|| value.to_string()))
            }
            Literal::String(text) => Operand::Text(text),
            Literal::Bool(value) => Operand::Boolean(value),
            Literal::Null => Operand::Null,
        }
    }

    /// Lowers a function that returns a value (RFC 9535, 2.4.1: `ValueType`).
    fn value_function(&mut self, function: TestFunction) -> Result<Operand, SyntaxError> {
        let at = self.call();
        Ok(match function {
            TestFunction::Length(argument) => {
                Operand::Length(Box::new(self.value_argument(*argument, at)?))
            }
            TestFunction::Count(argument) => Operand::Count(self.nodes_argument(argument, at)?),
            TestFunction::Value(argument) => Operand::Value(self.nodes_argument(argument, at)?),
            TestFunction::Match(..) | TestFunction::Search(..) | TestFunction::Custom(..) => {
                return Err(ill_typed(at, "its result is not a value"));
            }
        })
    }

    fn value_argument(&mut self, argument: FnArg, call: usize) -> Result<Operand, SyntaxError> {
        match argument {
            FnArg::Literal(literal) => Ok(self.literal(literal)),
            FnArg::Test(test) => match *test {
                Test::Function(function) => self.value_function(*function),
                query @ (Test::RelQuery(_) | Test::AbsQuery(_)) => {
                    let path = self.path(query)?;
                    let singular = path.is_singular().then_some(Operand::Node(path));
                    singular.ok_or_else(|| {
                        let message = "its argument may yield several nodes; take `value(…)` of it";
                        ill_typed(call, message)
                    })
                }
            },
            FnArg::Filter(_) => Err(ill_typed(call, "its argument must be a value")),
        }
    }

    fn nodes_argument(&mut self, argument: FnArg, call: usize) -> Result<Path, SyntaxError> {
        match argument {
            FnArg::Test(test) => self.path(*test),
            FnArg::Literal(_) | FnArg::Filter(_) => {
                Err(ill_typed(call, "its argument must be a path"))
            }
        }
    }

    /// Returns the offset of the call that is lowered now.
    fn call(&mut self) -> usize {
        self.calls.next().unwrap_or(0)
    }
}

fn negated(condition: Condition, not: bool) -> Condition {
    if not {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

fn singular(origin: Origin, segments: Vec<SingularQuerySegment>) -> Path {
    let selectors = segments.into_iter().map(|segment| match segment {
        SingularQuerySegment::Index(index) => Selector::Index(index),
        SingularQuerySegment::Name(name) => Selector::Name(name),
    });
    let segment = |selector| Segment {
        reach: Reach::Child,
        selectors: vec![selector],
    };
    Path {
        origin,
        segments: selectors.map(segment).collect(),
    }
}

fn ill_typed(at: usize, message: &str) -> SyntaxError {
    SyntaxError {
        at,
        message: format!("this function does not fit: {message}"),
    }
}

/// Finds the place and the words for what the parser refused.
fn fault_of(error: &JsonPathError, expression: &str, calls: &[usize]) -> SyntaxError {
    let JsonPathError::PestError(refused) = error else {
        // The grammar let it pass and the tree did not: a function whose name is in the words.
        let words = error.to_string();
        let named = |at: &&usize| {
            let name = expression
                .get(**at..)
                .and_then(|rest| rest.split('(').next());
            name.is_some_and(|name| {
                words.contains(&format!("unction {name}("))
                    || words.contains(&format!("unction `{name}`"))
            })
        };
        let at = calls.iter().find(named).copied();
        return at.map_or_else(
            || SyntaxError {
                at: 0,
                message: "it is not well-formed".to_owned(),
            },
            |at| ill_typed(at, "wrong arguments, or a result that cannot be compared"),
        );
    };
    // The type of the offset is not public; its `Debug` form is `Pos(6)` or `Span((6, 7))`.
    let location = format!("{:?}", refused.location);
    let digits = location.trim_start_matches(|c: char| !c.is_ascii_digit());
    let length = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let at = digits
        .get(..length)
        .and_then(|at| at.parse().ok())
        .unwrap_or(0);
    let found = match expression.get(at..).and_then(|rest| rest.chars().next()) {
        Some(character) => format!("unexpected `{character}`"),
        None => "the expression ends too early".to_owned(),
    };
    let expected = expectations(&refused.variant.message());
    let message = if expected.is_empty() {
        found
    } else {
        format!("{found}, expected {expected}")
    };
    SyntaxError { at, message }
}

/// Translates the parser's rule names into words; those that do not help are left out.
fn expectations(message: &str) -> String {
    const WORDS: [(&str, &str); 17] = [
        ("EOI", "the end"),
        ("segment", "`.` or `[`"),
        ("bracketed_selection", "`[`"),
        ("ALPHA", "a name"),
        ("member_name_shorthand", "a name"),
        ("wildcard_selector", "`*`"),
        (
            "selector",
            "a name in quotes, an index, a slice, `*` or a filter",
        ),
        ("string", "a text in quotes"),
        ("int", "a number"),
        ("slice_selector", "a slice"),
        ("comp_op", "a comparison"),
        (
            "comparable",
            "a literal, a single-valued path or a function",
        ),
        ("atom_expr", "a condition"),
        ("test", "a path or a function"),
        ("logical_expr", "a condition"),
        ("function_argument", "an argument"),
        ("name_segment", "`.` or `[`"),
    ];
    let rules: Vec<&str> = message.split([' ', ',']).collect();
    let mut words: Vec<&str> = Vec::new();
    for (rule, word) in WORDS {
        if rules.contains(&rule) && !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" or ")
}
