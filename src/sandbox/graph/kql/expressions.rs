//! Reads expressions: `or`, `and`, comparisons, paths, functions, literals. Who computes them:
//! `values`.

use serde_json::Value;

use crate::sandbox::graph::error::QueryError;
use crate::sandbox::graph::kql::lexer::{Token, TokenKind};
use crate::sandbox::graph::kql::syntax::{Comparison, Expression, Function, Member, TextTest};
use crate::sandbox::graph::kql::token_stream::Tokens;

/// Expressions that hold each other deeper than this are refused, so that no query exhausts the stack.
const DEEPEST: u32 = 64;
/// As many `and` and `or` may be next to each other.
const LONGEST: u32 = 256;

/// Words that are not columns.
const RESERVED: &[&str] = &[
    "where", "by", "and", "or", "in", "asc", "desc", "contains", "has",
];

/// Reads an expression.
pub(crate) fn condition(tokens: &mut Tokens) -> Result<Expression, QueryError> {
    either(tokens, 0)
}

fn either(tokens: &mut Tokens, depth: u32) -> Result<Expression, QueryError> {
    joined(tokens, "or", depth, both, Expression::Or)
}

fn both(tokens: &mut Tokens, depth: u32) -> Result<Expression, QueryError> {
    joined(tokens, "and", depth, comparison, Expression::And)
}

fn joined(
    tokens: &mut Tokens,
    word: &str,
    depth: u32,
    operand: fn(&mut Tokens, u32) -> Result<Expression, QueryError>,
    join: fn(Box<Expression>, Box<Expression>) -> Expression,
) -> Result<Expression, QueryError> {
    let mut left = operand(tokens, depth)?;
    let mut count = 0;
    loop {
        let token = tokens.peek();
        if !tokens.take_word(word) {
            return Ok(left);
        }
        count += 1;
        if count > LONGEST {
            return Err(too_large(&token));
        }
        let right = operand(tokens, depth)?;
        left = join(Box::new(left), Box::new(right));
    }
}

fn too_large(token: &Token) -> QueryError {
    Tokens::beyond(token, "The query is too large for the sandbox".to_owned())
}

fn comparison(tokens: &mut Tokens, depth: u32) -> Result<Expression, QueryError> {
    let left = primary(tokens, depth)?;
    let operator = tokens.peek();
    if operator.kind == TokenKind::Symbol {
        let simple = match operator.text.as_str() {
            "==" => Comparison::Equal {
                ignores_case: false,
            },
            "=~" => Comparison::Equal { ignores_case: true },
            "!=" => Comparison::NotEqual {
                ignores_case: false,
            },
            "!~" => Comparison::NotEqual { ignores_case: true },
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            "!" if tokens.ahead(1).kind == TokenKind::Word && tokens.ahead(1).is_adjacent => {
                tokens.take();
                return worded(tokens, left, true, depth);
            }
            "+" | "-" | "*" | "/" | "%" => {
                let message = "The sandbox does not compute with numbers".to_owned();
                return Err(Tokens::beyond(&operator, message));
            }
            _ => return Ok(left),
        };
        tokens.take();
        let right = primary(tokens, depth)?;
        return Ok(Expression::Compare(simple, Box::new(left), Box::new(right)));
    }
    worded(tokens, left, false, depth)
}

/// Reads a comparison whose operator is a word, which is required after a `!`; without one the left side is the whole
/// expression.
fn worded(
    tokens: &mut Tokens,
    left: Expression,
    is_negated: bool,
    depth: u32,
) -> Result<Expression, QueryError> {
    let operator = tokens.peek();
    if operator.kind != TokenKind::Word {
        return Ok(left);
    }
    if operator.text == "in" {
        tokens.take();
        let ignores_case = tokens.peek().is_adjacent && tokens.take_symbol("~");
        return among(tokens, left, (ignores_case, is_negated), depth);
    }
    let (name, ignores_case) = match operator.text.strip_suffix("_cs") {
        Some(name) => (name, false),
        None => (operator.text.as_str(), true),
    };
    let test = TextTest::NAMES.iter().find(|(known, _)| *known == name);
    let Some((_, test)) = test else {
        let others = [
            "matches",
            "between",
            "has_any",
            "has_all",
            "hasprefix",
            "hassuffix",
        ];
        if others.contains(&name) || is_negated {
            let message = format!("The sandbox does not know the operator '{}'", operator.text);
            return Err(Tokens::beyond(&operator, message));
        }
        return Ok(left);
    };
    tokens.take();
    let comparison = Comparison::Text {
        test: *test,
        ignores_case,
        is_negated,
    };
    let right = primary(tokens, depth)?;
    Ok(Expression::Compare(
        comparison,
        Box::new(left),
        Box::new(right),
    ))
}

fn among(
    tokens: &mut Tokens,
    value: Expression,
    (ignores_case, is_negated): (bool, bool),
    depth: u32,
) -> Result<Expression, QueryError> {
    tokens.expect_symbol("(")?;
    let mut list = Vec::new();
    loop {
        list.push(primary(tokens, depth)?);
        if !tokens.take_symbol(",") {
            break;
        }
    }
    tokens.expect_symbol(")")?;
    Ok(Expression::Among {
        value: Box::new(value),
        list,
        ignores_case,
        is_negated,
    })
}

fn primary(tokens: &mut Tokens, depth: u32) -> Result<Expression, QueryError> {
    let token = tokens.peek();
    if depth >= DEEPEST {
        return Err(too_large(&token));
    }
    match &token.kind {
        TokenKind::Text(text) => {
            tokens.take();
            Ok(Expression::Literal(Value::from(text.as_str())))
        }
        TokenKind::Number(number) => {
            tokens.take();
            Ok(Expression::Literal(Value::Number(number.clone())))
        }
        TokenKind::Symbol if token.text == "-" => {
            tokens.take();
            let number = tokens.peek();
            let negative = format!("-{}", number.text).parse().map(Value::Number);
            let (TokenKind::Number(_), Ok(value)) = (&number.kind, negative) else {
                return Err(tokens.unexpected(None));
            };
            tokens.take();
            Ok(Expression::Literal(value))
        }
        TokenKind::Symbol if token.text == "(" => {
            tokens.take();
            let inner = either(tokens, depth + 1)?;
            tokens.expect_symbol(")")?;
            Ok(inner)
        }
        TokenKind::Word => word(tokens, &token, depth),
        TokenKind::Symbol | TokenKind::End => Err(tokens.unexpected(None)),
    }
}

/// Reads a literal, a call or a path.
fn word(tokens: &mut Tokens, token: &Token, depth: u32) -> Result<Expression, QueryError> {
    tokens.take();
    match token.text.as_str() {
        "true" => return Ok(Expression::Literal(Value::Bool(true))),
        "false" => return Ok(Expression::Literal(Value::Bool(false))),
        name if RESERVED.contains(&name) => return Err(tokens.unexpected(None)),
        _ => {}
    }
    if tokens.take_symbol("(") {
        let function = Function::NAMES.iter().find(|(name, _)| *name == token.text);
        let Some((_, function)) = function else {
            let known: Vec<&str> = Function::NAMES.iter().map(|(name, _)| *name).collect();
            let message = format!(
                "The sandbox does not know the function '{}'; it knows {}",
                token.text,
                known.join(", ")
            );
            return Err(Tokens::beyond(token, message));
        };
        let argument = either(tokens, depth + 1)?;
        tokens.expect_symbol(")")?;
        return Ok(Expression::Call(*function, Box::new(argument)));
    }
    let mut inside = Vec::new();
    loop {
        if tokens.take_symbol(".") {
            inside.push(Member::Name(tokens.expect_name()?));
        } else if tokens.take_symbol("[") {
            let key = tokens.peek();
            let index = |number: &serde_json::Number| usize::try_from(number.as_u64()?).ok();
            inside.push(match &key.kind {
                TokenKind::Text(name) => Member::Name(name.clone()),
                TokenKind::Number(number) => {
                    Member::Index(index(number).ok_or_else(|| tokens.unexpected(None))?)
                }
                TokenKind::Word | TokenKind::Symbol | TokenKind::End => {
                    return Err(tokens.unexpected(None));
                }
            });
            tokens.take();
            tokens.expect_symbol("]")?;
        } else {
            return Ok(Expression::Path {
                column: token.text.clone(),
                inside,
            });
        }
    }
}
