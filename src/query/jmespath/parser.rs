//! From words to the tree of an expression, by how strongly each operator binds. The binding is that of the language's
//! own Python package, which the Azure CLI uses; what it lets pass by accident is refused.

use super::expression::{
    Argument, Call, Comparison, Expression, Field, Kind, Over, Projection, Slice,
};
use super::function::{Count, Function, Parameter};
use super::lexer::{Token, Word, tokens};
use crate::query::error::SyntaxError;

/// The longest expression, in bytes.
const MAXIMUM_LENGTH: usize = 65_536;
/// How deep brackets and operators may nest while they are read.
const MAXIMUM_NESTING: usize = 128;
/// How many expressions may be nested.
const MAXIMUM_HEIGHT: usize = 256;

/// How strongly operators bind.
mod power {
    pub(super) const NOTHING: u8 = 0;
    pub(super) const PIPE: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const COMPARISON: u8 = 5;
    pub(super) const FLATTEN: u8 = 9;
    /// What binds weaker ends a projection.
    pub(super) const PROJECTION: u8 = 10;
    pub(super) const STAR: u8 = 20;
    pub(super) const FILTER: u8 = 21;
    pub(super) const DOT: u8 = 40;
    pub(super) const NOT: u8 = 45;
    pub(super) const BRACKET: u8 = 55;
}

/// Reads an expression.
pub(super) fn parse(expression: &str) -> Result<Expression, SyntaxError> {
    if expression.len() > MAXIMUM_LENGTH {
        return Err(SyntaxError::new(
            0,
            format!("longer than {MAXIMUM_LENGTH} bytes"),
        ));
    }
    let mut parser = Parser {
        tokens: tokens(expression)?,
        next: 0,
        nesting: 0,
    };
    let parsed = parser.expression(power::NOTHING)?;
    match parser.word() {
        Word::End => Ok(parsed),
        Word::Sign(sign @ (")" | "]" | "}")) => {
            Err(parser.fault(format!("`{sign}` was never opened")))
        }
        Word::Sign("," | ":") => {
            Err(parser
                .fault("only `[a, b]`, `{name: a}` and the arguments of functions have parts"))
        }
        Word::Name(_)
        | Word::QuotedName(_)
        | Word::Number(_)
        | Word::Literal(_)
        | Word::Sign(_) => Err(parser.fault("an operator is missing before it")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    nesting: usize,
}

impl Parser {
    fn word(&self) -> &Word {
        self.word_at(0)
    }

    fn word_at(&self, ahead: usize) -> &Word {
        let token = self.tokens.get(self.next + ahead);
        token.map_or(&Word::End, |token| &token.word)
    }

    /// The offset of the next word.
    fn at(&self) -> usize {
        let token = self.tokens.get(self.next).or(self.tokens.last());
        token.map_or(0, |token| token.at)
    }

    fn fault(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at(), message)
    }

    /// Takes the next word.
    fn advance(&mut self) -> Word {
        let word = self.word().clone();
        self.next += 1;
        word
    }

    /// Takes a sign if it is next.
    fn takes(&mut self, sign: &str) -> bool {
        let is_next = self.word().is(sign);
        self.next += usize::from(is_next);
        is_next
    }

    /// Takes a sign that must be next.
    fn expect(&mut self, sign: &str) -> Result<(), SyntaxError> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(match self.word() {
            Word::End => self.fault(format!("it ends where `{sign}` is missing")),
            Word::Name(_)
            | Word::QuotedName(_)
            | Word::Number(_)
            | Word::Literal(_)
            | Word::Sign(_) => self.fault(format!("expected `{sign}` here")),
        })
    }

    /// Makes a node, unless the tree gets too high.
    fn node(&self, kind: Kind) -> Result<Expression, SyntaxError> {
        self.checked(Expression::of(kind))
    }

    fn checked(&self, node: Expression) -> Result<Expression, SyntaxError> {
        if node.height() > MAXIMUM_HEIGHT {
            return Err(self.fault(format!("more than {MAXIMUM_HEIGHT} steps in one another")));
        }
        Ok(node)
    }

    fn then(&self, first: Expression, next: Expression) -> Result<Expression, SyntaxError> {
        self.checked(first.then(next))
    }

    /// Reads an expression up to an operator that binds no stronger than `strength`.
    fn expression(&mut self, strength: u8) -> Result<Expression, SyntaxError> {
        self.nesting += 1;
        if self.nesting > MAXIMUM_NESTING {
            return Err(self.fault(format!("it nests deeper than {MAXIMUM_NESTING}")));
        }
        let mut left = self.operand()?;
        while strength < power_of(self.word()) {
            left = self.operation(left)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// Reads what an expression may begin with.
    fn operand(&mut self) -> Result<Expression, SyntaxError> {
        let at = self.at();
        match self.advance() {
            Word::Name(name) if self.word().is("(") => self.call(&name, at),
            Word::Name(name) => self.node(Kind::Field(Field {
                name,
                at,
                is_quoted: false,
            })),
            Word::QuotedName(_) if self.word().is("(") => Err(SyntaxError::new(
                at,
                "the name of a function is written without quotes",
            )),
            Word::QuotedName(name) => self.node(Kind::Field(Field {
                name,
                at,
                is_quoted: true,
            })),
            Word::Literal(value) => self.node(Kind::Literal(value)),
            Word::Sign("@") => Ok(Expression::current()),
            Word::Sign("*") => {
                let each = if self.word().is("]") {
                    Expression::current()
                } else {
                    self.each(power::STAR)?
                };
                self.projection(Expression::current(), Over::Values, each)
            }
            Word::Sign("[?") => self.filter(Expression::current(), at),
            Word::Sign("[]") => self.flatten(Expression::current()),
            Word::Sign("{") => self.hash(at),
            Word::Sign("[") => self.bracket(at),
            Word::Sign("!") => {
                let part = self.expression(power::NOT)?;
                self.node(Kind::Not(Box::new(part)))
            }
            Word::Sign("(") => {
                let inner = self.expression(power::NOTHING)?;
                self.close(")", at)?;
                Ok(inner)
            }
            Word::End if self.next == 1 => Err(SyntaxError::new(at, "it is empty")),
            Word::End => Err(SyntaxError::new(
                at,
                "it ends where a name or a value is missing",
            )),
            Word::Number(_) => Err(SyntaxError::new(
                at,
                "a number goes between backticks: `` `1` ``",
            )),
            Word::Sign("&") => Err(SyntaxError::new(
                at,
                "`&` is allowed only before an argument, as in `sort_by(@, &name)`; `and` is `&&`",
            )),
            Word::Sign(".") => Err(SyntaxError::new(at, "a name is missing before the dot")),
            Word::Sign(sign) => Err(SyntaxError::new(
                at,
                format!("`{sign}` is not allowed here"),
            )),
        }
    }

    /// Reads an operator and what comes after it.
    fn operation(&mut self, left: Expression) -> Result<Expression, SyntaxError> {
        let at = self.at();
        let Word::Sign(sign) = self.advance() else {
            return Err(SyntaxError::new(at, "an operator is missing before it"));
        };
        if let Some(comparison) = comparison_of(sign) {
            let right = self.expression(power::COMPARISON)?;
            return self.node(Kind::Comparison(comparison, Box::new([left, right])));
        }
        match sign {
            "." => self.after_dot(left),
            "|" => {
                let right = self.expression(power::PIPE)?;
                self.then(left, right)
            }
            "||" => {
                let right = self.expression(power::OR)?;
                self.node(Kind::Or(Box::new([left, right])))
            }
            "&&" => {
                let right = self.expression(power::AND)?;
                self.node(Kind::And(Box::new([left, right])))
            }
            "[]" => self.flatten(left),
            "[?" => self.filter(left, at),
            "[" => self.bracket_after(left, at),
            "(" => Err(SyntaxError::new(
                at,
                "only the name of a function may come before `(`",
            )),
            "{" => Err(SyntaxError::new(at, "a dot is missing: `.{name: …}`")),
            "!" => Err(SyntaxError::new(
                at,
                "`!` comes before what it negates; unequal is `!=`",
            )),
            "*" => Err(SyntaxError::new(
                at,
                "`*` goes after a dot or in brackets: `.*`, `[*]`",
            )),
            sign => Err(SyntaxError::new(
                at,
                format!("`{sign}` is not allowed here"),
            )),
        }
    }

    fn after_dot(&mut self, left: Expression) -> Result<Expression, SyntaxError> {
        if self.takes("*") {
            let each = self.each(power::DOT)?;
            return self.projection(left, Over::Values, each);
        }
        let right = self.member(power::DOT)?;
        self.then(left, right)
    }

    /// Reads what may come after a dot.
    fn member(&mut self, strength: u8) -> Result<Expression, SyntaxError> {
        let at = self.at();
        match self.word() {
            Word::Name(_) | Word::QuotedName(_) | Word::Sign("*") => self.expression(strength),
            Word::Sign("[") => {
                self.next += 1;
                self.list(at)
            }
            Word::Sign("{") => {
                self.next += 1;
                self.hash(at)
            }
            Word::Sign("[]" | "[?") => Err(self.fault("there is no dot before it: `a[]`, `a[?…]`")),
            Word::Sign(".") => Err(self.fault(
                "two dots; JMESPath does not look at every depth, JSONPath does: `$..name`",
            )),
            Word::End => Err(self.fault("it ends with a dot")),
            Word::Number(_) => Err(self.fault("an element is `[0]`, without a dot")),
            Word::Literal(_) => Err(self.fault(
                "a name is missing after the dot; one with other characters goes in double quotes",
            )),
            Word::Sign(_) => Err(self.fault("a name is missing after the dot")),
        }
    }

    /// Reads what a projection asks of each value.
    fn each(&mut self, strength: u8) -> Result<Expression, SyntaxError> {
        if power_of(self.word()) < power::PROJECTION {
            return Ok(Expression::current());
        }
        match self.word() {
            Word::Sign("[" | "[?") => self.expression(strength),
            Word::Sign(".") => {
                self.next += 1;
                self.member(strength)
            }
            Word::Name(_)
            | Word::QuotedName(_)
            | Word::Number(_)
            | Word::Literal(_)
            | Word::Sign(_)
            | Word::End => Err(self.fault("a dot is missing before it")),
        }
    }

    fn projection(
        &self,
        base: Expression,
        over: Over,
        each: Expression,
    ) -> Result<Expression, SyntaxError> {
        self.node(Kind::Projection(Box::new(Projection { base, over, each })))
    }

    fn flatten(&mut self, base: Expression) -> Result<Expression, SyntaxError> {
        let base = self.node(Kind::Flatten(Box::new(base)))?;
        let each = self.each(power::FLATTEN)?;
        self.projection(base, Over::Elements, each)
    }

    /// Reads what comes after `[?`.
    fn filter(&mut self, base: Expression, opened: usize) -> Result<Expression, SyntaxError> {
        let condition = self.expression(power::NOTHING)?;
        self.close("]", opened)?;
        let each = if self.word().is("[]") {
            Expression::current()
        } else {
            self.each(power::FILTER)?
        };
        self.projection(base, Over::Matching(condition), each)
    }

    /// Reads what comes after a `[` that begins an expression.
    fn bracket(&mut self, at: usize) -> Result<Expression, SyntaxError> {
        match (self.word(), self.word_at(1)) {
            (Word::Number(_) | Word::Sign(":"), _) => self.index(Expression::current(), at),
            (Word::Sign("*"), Word::Sign("]")) => self.every_element(Expression::current()),
            _ => self.list(at),
        }
    }

    /// Reads what comes after a `[` that follows an expression.
    fn bracket_after(&mut self, left: Expression, at: usize) -> Result<Expression, SyntaxError> {
        match (self.word(), self.word_at(1)) {
            (Word::Number(_) | Word::Sign(":"), _) => self.index(left, at),
            (Word::Sign("*"), Word::Sign("]")) => self.every_element(left),
            (Word::QuotedName(name), _) => Err(self.fault(format!(
                "a member is written with a dot: `.\"{name}\"`"
            ))),
            (Word::Literal(_), _) => Err(self.fault(
                "brackets take a number; a member is written with a dot and double quotes: `.\"name\"`",
            )),
            (Word::End, _) => Err(SyntaxError::new(at, "`[` is never closed")),
            (Word::Name(_) | Word::Sign(_), _) => Err(self.fault(
                "in brackets after a name stand `0`, `0:2`, `*`, `?` with a condition, or nothing; \
                 several members are `.[a, b]`",
            )),
        }
    }

    fn every_element(&mut self, base: Expression) -> Result<Expression, SyntaxError> {
        self.next += 2;
        let each = self.each(power::STAR)?;
        self.projection(base, Over::Elements, each)
    }

    /// Reads `0]` or `0:2:1]`.
    fn index(&mut self, left: Expression, at: usize) -> Result<Expression, SyntaxError> {
        let is_slice = self.word().is(":") || self.word_at(1).is(":");
        if !is_slice {
            let Word::Number(index) = self.advance() else {
                return Err(SyntaxError::new(at, "a number is missing"));
            };
            self.close("]", at)?;
            let index = self.node(Kind::Index(index))?;
            return self.then(left, index);
        }
        let slice = self.slice(at)?;
        let slice = self.node(Kind::Slice(slice))?;
        let base = self.then(left, slice)?;
        let each = self.each(power::STAR)?;
        self.projection(base, Over::Elements, each)
    }

    fn slice(&mut self, opened: usize) -> Result<Slice, SyntaxError> {
        let mut parts: [Option<(i64, usize)>; 3] = [None; 3];
        let mut part = 0;
        loop {
            let at = self.at();
            match *self.word() {
                Word::Number(number) if parts.get(part).is_some_and(Option::is_none) => {
                    if let Some(place) = parts.get_mut(part) {
                        *place = Some((number, at));
                    }
                }
                Word::Sign(":") if part < 2 => part += 1,
                Word::Sign("]") | Word::End => break,
                Word::Name(_)
                | Word::QuotedName(_)
                | Word::Number(_)
                | Word::Literal(_)
                | Word::Sign(_) => {
                    return Err(self.fault("a slice is `[start:stop:step]`, in numbers"));
                }
            }
            self.next += 1;
        }
        self.close("]", opened)?;
        let [start, end, step] = parts;
        if let Some((0, at)) = step {
            return Err(SyntaxError::new(at, "the step of a slice cannot be 0"));
        }
        let number = |part: Option<(i64, usize)>| part.map(|(number, _)| number);
        Ok(Slice {
            start: number(start),
            stop: number(end),
            step: number(step).unwrap_or(1),
        })
    }

    /// Reads what comes after the `[` of `[a, b]`.
    fn list(&mut self, opened: usize) -> Result<Expression, SyntaxError> {
        let mut parts = Vec::new();
        loop {
            parts.push(self.expression(power::NOTHING)?);
            if !self.takes(",") {
                break;
            }
        }
        self.close("]", opened)?;
        self.node(Kind::List(parts))
    }

    /// Reads what comes after the `{` of `{name: a}`.
    fn hash(&mut self, opened: usize) -> Result<Expression, SyntaxError> {
        let mut members: Vec<(String, Expression)> = Vec::new();
        loop {
            let at = self.at();
            let name = match self.advance() {
                Word::Name(name) | Word::QuotedName(name) => name,
                Word::End => return Err(SyntaxError::new(opened, "`{` is never closed")),
                Word::Literal(_) => {
                    return Err(SyntaxError::new(
                        at,
                        "a name is written bare or in double quotes",
                    ));
                }
                Word::Number(_) | Word::Sign(_) => {
                    return Err(SyntaxError::new(
                        at,
                        "a name is missing: `{name: expression}`",
                    ));
                }
            };
            if !self.takes(":") {
                return Err(self.fault(format!(
                    "`:` is missing after the name: `{{{name}: expression}}`"
                )));
            }
            let value = self.expression(power::NOTHING)?;
            match members.iter_mut().find(|(other, _)| *other == name) {
                Some(member) => member.1 = value,
                None => members.push((name, value)),
            }
            if !self.takes(",") {
                break;
            }
        }
        self.close("}", opened)?;
        self.node(Kind::Hash(members))
    }

    /// Takes the sign that closes what was opened at an offset.
    fn close(&mut self, sign: &str, opened: usize) -> Result<(), SyntaxError> {
        if matches!(self.word(), Word::End) {
            return Err(SyntaxError::new(
                opened,
                format!("it is never closed: `{sign}` is missing"),
            ));
        }
        self.expect(sign)
    }

    /// Reads a call, whose name has been taken.
    fn call(&mut self, name: &str, at: usize) -> Result<Expression, SyntaxError> {
        let function = Function::named(name).ok_or_else(|| unknown_function(name, at))?;
        let opened = self.at();
        self.next += 1;
        let mut arguments = Vec::new();
        while !self.word().is(")") {
            let position = self.at();
            let parameter = function.parameter(arguments.len());
            let is_reference = self.takes("&");
            let argument = self.expression(power::NOTHING)?;
            arguments.push(match (is_reference, parameter) {
                (true, Parameter::Reference) => Argument::Reference(argument),
                (false, Parameter::Reference) => {
                    return Err(SyntaxError::new(
                        position,
                        format!("{name}() takes an expression here: write `&` before it"),
                    ));
                }
                (true, _) => {
                    let takes = parameter.words();
                    return Err(SyntaxError::new(
                        position,
                        format!("{name}() takes {takes} here, without `&`"),
                    ));
                }
                (false, _) => Argument::Value(argument),
            });
            if !self.takes(",") {
                break;
            }
        }
        self.close(")", opened)?;
        let given = arguments.len();
        let takes = match function.count() {
            Count::Exactly(1) if given != 1 => Some("1 argument".to_owned()),
            Count::Exactly(count) if given != count => Some(format!("{count} arguments")),
            Count::AtLeastOne if given == 0 => Some("at least 1 argument".to_owned()),
            Count::Exactly(_) | Count::AtLeastOne => None,
        };
        if let Some(takes) = takes {
            return Err(SyntaxError::new(
                at,
                format!("{name}() takes {takes}, and has {given}"),
            ));
        }
        self.node(Kind::Call(Call {
            function,
            at,
            arguments,
        }))
    }
}

fn unknown_function(name: &str, at: usize) -> SyntaxError {
    let nearest = crate::azure::most_alike(name, Function::names());
    SyntaxError::new(
        at,
        match nearest {
            Some(nearest) => format!("there is no function `{name}`; did you mean `{nearest}`?"),
            None => format!("there is no function `{name}`"),
        },
    )
}

fn comparison_of(sign: &str) -> Option<Comparison> {
    match sign {
        "==" => Some(Comparison::Equal),
        "!=" => Some(Comparison::NotEqual),
        "<" => Some(Comparison::Less),
        "<=" => Some(Comparison::LessOrEqual),
        ">" => Some(Comparison::Greater),
        ">=" => Some(Comparison::GreaterOrEqual),
        _ => None,
    }
}

/// How strongly a word binds what comes before it.
fn power_of(word: &Word) -> u8 {
    let Word::Sign(sign) = word else {
        return power::NOTHING;
    };
    match *sign {
        "|" => power::PIPE,
        "||" => power::OR,
        "&&" => power::AND,
        "[]" => power::FLATTEN,
        "*" => power::STAR,
        "[?" => power::FILTER,
        "." => power::DOT,
        "!" => power::NOT,
        "{" | "[" | "(" => power::BRACKET,
        sign if comparison_of(sign).is_some() => power::COMPARISON,
        _ => power::NOTHING,
    }
}
