//! Reads the operators of a query. Their expressions are read by `expressions`; what the sandbox does not know is
//! refused, never skipped.

use crate::sandbox::graph::error::QueryError;
use crate::sandbox::graph::kql::expressions;
use crate::sandbox::graph::kql::lexer::{Token, TokenKind};
use crate::sandbox::graph::kql::syntax::{Column, Expression, Key, Query, Step, Table};
use crate::sandbox::graph::kql::token_stream::Tokens;

/// The operators that the sandbox knows, for the refusal of others.
const KNOWN: &str =
    "where, project, extend, summarize count(), order by, sort by, take, limit, count and distinct";

/// Reads a query.
pub(crate) fn parse(query: &str) -> Result<Query, QueryError> {
    let mut tokens = Tokens::of(query)?;
    let mut steps = Vec::new();
    let table = table(&mut tokens)?;
    if table.is_none() {
        steps.push(step(&mut tokens)?);
    }
    let table = table.unwrap_or(Table::Resources);
    while tokens.take_symbol("|") {
        steps.push(step(&mut tokens)?);
    }
    if tokens.take_symbol(";") && tokens.peek().kind == TokenKind::End {
        return Ok(Query { table, steps });
    }
    if tokens.peek().kind != TokenKind::End {
        return Err(tokens.unexpected(Some("|")));
    }
    Ok(Query { table, steps })
}

/// Takes the table if the query begins with one: a word that stands alone.
fn table(tokens: &mut Tokens) -> Result<Option<Table>, QueryError> {
    let first = tokens.peek();
    let second = tokens.ahead(1);
    let stands_alone = second.kind == TokenKind::End || ["|", ";"].contains(&second.text.as_str());
    if first.kind != TokenKind::Word || !stands_alone || first.text == "count" {
        return Ok(None);
    }
    tokens.take();
    match first.text.to_ascii_lowercase().as_str() {
        "resources" => Ok(Some(Table::Resources)),
        "resourcecontainers" => Ok(Some(Table::Containers)),
        _ => Err(QueryError::Table { name: first.text }),
    }
}

fn step(tokens: &mut Tokens) -> Result<Step, QueryError> {
    let operator = tokens.peek();
    if operator.kind != TokenKind::Word {
        return Err(tokens.unexpected(None));
    }
    tokens.take();
    let mut name = operator.text.clone();
    while tokens.peek().is_adjacent
        && tokens.peek().text == "-"
        && tokens.ahead(1).kind == TokenKind::Word
        && tokens.ahead(1).is_adjacent
    {
        tokens.take();
        name = format!("{name}-{}", tokens.take().text);
    }
    match name.as_str() {
        "where" | "filter" => Ok(Step::Where(expressions::condition(tokens)?)),
        "project" => Ok(Step::Project(columns(tokens)?)),
        "extend" => Ok(Step::Extend(columns(tokens)?)),
        "distinct" => Ok(Step::Distinct(columns(tokens)?)),
        "summarize" => summarize(tokens),
        "order" | "sort" => {
            if !tokens.take_word("by") {
                return Err(tokens.unexpected(Some("by")));
            }
            separated(tokens, key).map(Step::Order)
        }
        "take" | "limit" => take(tokens),
        "count" => Ok(Step::Count),
        _ => {
            let message =
                format!("The sandbox does not know the operator '{name}'; it knows {KNOWN}");
            let token = Token {
                text: name,
                ..operator
            };
            Err(Tokens::beyond(&token, message))
        }
    }
}

fn take(tokens: &mut Tokens) -> Result<Step, QueryError> {
    let token = tokens.peek();
    let count = match &token.kind {
        TokenKind::Number(number) => number
            .as_u64()
            .and_then(|count| usize::try_from(count).ok()),
        TokenKind::Word | TokenKind::Text(_) | TokenKind::Symbol | TokenKind::End => None,
    };
    let count = count.ok_or_else(|| tokens.unexpected(Some("a number")))?;
    tokens.take();
    Ok(Step::Take(count))
}

/// `count()` and names for it, `by` what.
fn summarize(tokens: &mut Tokens) -> Result<Step, QueryError> {
    let mut counts: Vec<String> = Vec::new();
    if !(tokens.peek().text == "by" && tokens.peek().kind == TokenKind::Word) {
        counts = separated(tokens, |tokens| {
            let name = assigned_name(tokens);
            let aggregate = tokens.peek();
            if !tokens.take_word("count") {
                if aggregate.kind == TokenKind::Word {
                    let message = format!(
                        "The sandbox does not know the aggregation '{}'; it knows count()",
                        aggregate.text
                    );
                    return Err(Tokens::beyond(&aggregate, message));
                }
                return Err(tokens.unexpected(None));
            }
            tokens.expect_symbol("(")?;
            tokens.expect_symbol(")")?;
            Ok(name.unwrap_or_else(|| "count_".to_owned()))
        })?;
    }
    let by = if tokens.take_word("by") {
        columns(tokens)?
    } else {
        Vec::new()
    };
    Ok(Step::Summarize { counts, by })
}

fn columns(tokens: &mut Tokens) -> Result<Vec<Column>, QueryError> {
    let mut unnamed = 0;
    separated(tokens, |tokens| {
        let name = assigned_name(tokens);
        let value = expressions::condition(tokens)?;
        let name = name.or_else(|| value.implied_name()).unwrap_or_else(|| {
            unnamed += 1;
            format!("Column{unnamed}")
        });
        Ok(Column { name, value })
    })
}

/// Takes `name =` where it is.
fn assigned_name(tokens: &mut Tokens) -> Option<String> {
    let equals = tokens.ahead(1);
    let is_named = tokens.peek().kind == TokenKind::Word
        && equals.kind == TokenKind::Symbol
        && equals.text == "=";
    is_named.then(|| {
        let name = tokens.take().text;
        tokens.take();
        name
    })
}

/// A key and its direction, which is descending if nothing is said.
fn key(tokens: &mut Tokens) -> Result<Key, QueryError> {
    let value: Expression = expressions::condition(tokens)?;
    let is_ascending = tokens.take_word("asc");
    if !is_ascending {
        tokens.take_word("desc");
    }
    let mut nulls_first = is_ascending;
    if tokens.take_word("nulls") {
        nulls_first = tokens.take_word("first");
        if !nulls_first && !tokens.take_word("last") {
            return Err(tokens.unexpected(Some("first")));
        }
    }
    Ok(Key {
        value,
        is_ascending,
        nulls_first,
    })
}

/// Reads what is between commas.
fn separated<T>(
    tokens: &mut Tokens,
    mut one: impl FnMut(&mut Tokens) -> Result<T, QueryError>,
) -> Result<Vec<T>, QueryError> {
    let mut all = vec![one(tokens)?];
    while tokens.take_symbol(",") {
        all.push(one(tokens)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::sandbox::graph::kql::syntax::{Step, Table};

    #[test]
    fn a_query_names_its_table_or_means_resources() {
        for query in [
            "Resources",
            "resources | take 1",
            "RESOURCES;",
            "take 1",
            "count",
        ] {
            assert_eq!(parse(query).unwrap().table, Table::Resources, "{query}");
        }
        let containers = parse("ResourceContainers | count").unwrap();
        assert_eq!(containers.table, Table::Containers);
        assert_eq!(containers.steps, [Step::Count]);
    }

    /// Checks code, line, position and token of a refusal.
    #[track_caller]
    fn check_refused(query: &str, expected: &str) {
        let detail = parse(query).unwrap_err().detail();
        let shown = format!(
            "{} {}:{} {}",
            detail["code"].as_str().unwrap(),
            detail["line"],
            detail["characterPositionInLine"],
            detail["token"].as_str().unwrap_or_default(),
        );
        assert_eq!(shown, expected, "{query}");
    }

    #[test]
    fn refusals_name_the_place() {
        // Recorded: azure-cli-extensions, `test_query_error`.
        check_refused("where where", "ParserFailure 1:11 <EOF>");
        check_refused("", "ParserFailure 1:0 <EOF>");
        check_refused("Resources |", "ParserFailure 1:11 <EOF>");
        check_refused("Resources\n| where name == ", "ParserFailure 2:16 <EOF>");
        check_refused("Resources | take x", "ParserFailure 1:17 x");
        check_refused("Resources | take -1", "ParserFailure 1:17 -");
        check_refused("Resources | take 1.5", "ParserFailure 1:17 1.5");
        check_refused("Resources | project a b", "ParserFailure 1:22 b");
        check_refused("Resources | project a,", "ParserFailure 1:22 <EOF>");
        check_refused("Resources | order name", "ParserFailure 1:18 name");
        check_refused(
            "Resources | order by name nulls",
            "ParserFailure 1:31 <EOF>",
        );
        check_refused("Resources | summarize count(", "ParserFailure 1:28 <EOF>");
        check_refused(
            "Resources | summarize count(name)",
            "ParserFailure 1:28 name",
        );
        check_refused("| take 1", "ParserFailure 1:0 |");
        check_refused("Resources; Resources", "ParserFailure 1:11 Resources");
        check_refused("Nothing | take 1", "DisallowedLogicalTableName null:null ");
    }

    #[test]
    fn what_the_sandbox_does_not_know_is_refused() {
        check_refused(
            "Resources | join kind=inner (Resources) on id",
            "InvalidQueryLanguage 1:12 join",
        );
        check_refused(
            "Resources | project-away id",
            "InvalidQueryLanguage 1:12 project-away",
        );
        check_refused(
            "Resources | mv-expand tags",
            "InvalidQueryLanguage 1:12 mv-expand",
        );
        check_refused(
            "Resources | summarize dcount(type)",
            "InvalidQueryLanguage 1:22 dcount",
        );
        check_refused(
            "Resources | extend x = split(id, '/')",
            "InvalidQueryLanguage 1:23 split",
        );
        check_refused("let x = 1; Resources", "InvalidQueryLanguage 1:0 let");
        check_refused(
            "Resources | where name matches regex 'x'",
            "InvalidQueryLanguage 1:23 matches",
        );
        check_refused(
            "Resources | extend x = 1 + 2",
            "InvalidQueryLanguage 1:25 +",
        );
    }

    #[test]
    fn depth_is_limited() {
        let deep = format!(
            "where {}name == 'a'{}",
            "(".repeat(5_000),
            ")".repeat(5_000)
        );
        check_refused(&deep, "InvalidQueryLanguage 1:70 (");
        let long = format!("where {}name == 'a'", "name == 'a' or ".repeat(5_000));
        assert!(parse(&long).is_err());
        assert!(parse(&format!("where {}true", "not(".repeat(5_000))).is_err());
    }
}
