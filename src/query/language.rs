//! An expression in either language: what begins with `$` is JSONPath, anything else JMESPath. The languages: the files
//! next to this one, and `jmespath`.

use super::error::Error;
use super::expression::Query;
use super::jmespath::JmesPath;

/// An expression as `--query` takes it.
#[derive(Debug, Clone)]
pub enum QueryExpression {
    /// It finds any number of parts of a document.
    JsonPath(Query),
    /// It finds one value, which may be computed.
    JmesPath(JmesPath),
}

impl QueryExpression {
    /// Parses an expression.
    pub fn parse(expression: &str) -> Result<Self, Error> {
        // Whitespace before `$` is a fault of a path.
        if expression.trim_start().starts_with('$') {
            Query::parse(expression).map(Self::JsonPath)
        } else {
            JmesPath::parse(expression).map(Self::JmesPath)
        }
    }

    /// Returns how many of the first items of a list decide what is found, see [`Query::items_needed`]
    /// and [`JmesPath::items_needed`].
    pub fn items_needed(&self, names: &[String]) -> Option<u64> {
        match self {
            Self::JsonPath(query) => query.items_needed(names),
            Self::JmesPath(query) => query.items_needed(names),
        }
    }

    /// Parses an expression about a document whose items are a member: in JMESPath, what is about an array is about
    /// them.
    pub fn parse_about_items(expression: &str, member: &str) -> Result<Self, Error> {
        Ok(match Self::parse(expression)? {
            Self::JmesPath(query) if query.is_about_an_array() => {
                Self::JmesPath(query.below(member))
            }
            query @ (Self::JsonPath(_) | Self::JmesPath(_)) => query,
        })
    }

    /// Writes such an expression as one about the whole document.
    pub fn about_document(expression: &str, member: &str) -> String {
        match Self::parse(expression) {
            Ok(Self::JmesPath(query)) if query.is_about_an_array() => {
                format!("{member} | {expression}")
            }
            Ok(_) | Err(_) => expression.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::QueryExpression;

    #[test]
    fn what_is_about_an_array_is_about_the_items() {
        for (expression, of_document) in [
            ("[].name", "value | [].name"),
            ("[?a]", "value | [?a]"),
            (" [0]", "value |  [0]"),
            ("[-1].name", "value | [-1].name"),
            ("[name, id]", "value | [name, id]"),
            ("length(@)", "value | length(@)"),
            ("length([?a == `1`])", "value | length([?a == `1`])"),
            ("sort_by(@, &name)[0].id", "value | sort_by(@, &name)[0].id"),
            ("max_by([], &n) | n", "value | max_by([], &n) | n"),
            (
                "{all: length(@), first: [0]}",
                "value | {all: length(@), first: [0]}",
            ),
            ("value[].name", "value[].name"),
            ("@.value[0]", "@.value[0]"),
            ("@ | value", "@ | value"),
            ("length(value)", "length(value)"),
            ("keys(@)", "keys(@)"),
            ("*", "*"),
            ("{n: length(value), all: @}", "{n: length(value), all: @}"),
            ("`1`", "`1`"),
            ("$.value", "$.value"),
            ("a b", "a b"),
        ] {
            let written = QueryExpression::about_document(expression, "value");
            assert_eq!(written, of_document, "{expression}");
        }
    }
}
