//! A path to one value, as it is written on the command line for a column: `properties.vmSize`, `zones[0]`,
//! `tags."cost.center"`, or a singular JSONPath.

use super::error::{Error, SyntaxError};
use super::expression::Query;
use super::path::{Origin, Path, Reach, Segment, Selector};
use super::plan::ExecutionPlan;
use crate::json::{self, Dots, PartForm, PathError, PathPart};

impl Query {
    /// Parses a path that leads to one value at most.
    ///
    /// What starts with `$` is JSONPath, and must be singular. Anything else is names separated by dots, each as it is
    /// spelled in the document; one with a dot, a bracket or a quote in it is in double quotes, or in brackets as in
    /// JSONPath. `[0]` is an element of an array.
    pub fn one(expression: &str) -> Result<Self, Error> {
        if expression.starts_with('$') {
            let query = Self::parse(expression)?;
            return if query.is_singular() {
                Ok(query)
            } else {
                Err(Error::Several {
                    expression: expression.to_owned(),
                })
            };
        }
        let selectors =
            selectors(expression).map_err(|SyntaxError { at, message }| Error::Member {
                expression: expression.to_owned(),
                at,
                message,
            })?;
        Ok(Self::of(selectors))
    }

    /// The query for the member of this name.
    pub fn named(name: &str) -> Self {
        Self::of(vec![Selector::Name(name.to_owned())])
    }

    /// The query for every element of an array, or the value of every member of an object.
    pub fn every_child() -> Self {
        Self::of(vec![Selector::Wildcard])
    }

    /// Returns the only name in the path.
    pub fn only_name(&self) -> Option<&str> {
        match self.path.segments.as_slice() {
            [_] => self.last_name(),
            _ => None,
        }
    }

    /// Returns the last name in the path.
    pub fn last_name(&self) -> Option<&str> {
        let segments = self.path.segments.iter().rev();
        segments
            .flat_map(|segment| &segment.selectors)
            .find_map(|selector| match selector {
                Selector::Name(name) => Some(name.as_str()),
                Selector::Wildcard
                | Selector::Index(_)
                | Selector::Slice { .. }
                | Selector::Filter(_) => None,
            })
    }

    fn of(selectors: Vec<Selector>) -> Self {
        let segment = |selector| Segment {
            reach: Reach::Child,
            selectors: vec![selector],
        };
        let path = Path {
            origin: Origin::Root,
            segments: selectors.into_iter().map(segment).collect(),
        };
        let way = ExecutionPlan::of(&path.segments);
        Self { path, way }
    }
}

/// Reads the steps of a path.
fn selectors(text: &str) -> Result<Vec<Selector>, SyntaxError> {
    let parts = json::path_parts(text, Dots::Separate).map_err(|fault| {
        let (at, message) = match fault {
            PathError::Empty { at: 0 } if text.starts_with('.') => {
                (0, "a name is missing before the dot")
            }
            PathError::Empty { at } => (at, "a name is missing"),
            PathError::Unclosed { at } => (at, IN_BRACKETS),
            PathError::Trailing { at } => (at, "a dot is missing"),
            PathError::TooDeep => (0, "it has too many steps"),
        };
        SyntaxError {
            at,
            message: message.to_owned(),
        }
    })?;
    parts.into_iter().map(selector).collect()
}

/// What brackets may hold.
const IN_BRACKETS: &str = "brackets take a number, or a name in quotes: `[0]`, `['a.b']`";

fn selector(part: PathPart<'_>) -> Result<Selector, SyntaxError> {
    let fault = |message: String| SyntaxError {
        at: part.at,
        message,
    };
    match part.form {
        PartForm::Quoted | PartForm::QuotedBracket => Ok(Selector::Name(part.name())),
        PartForm::Bracket => match part.text.parse() {
            Ok(index) => Ok(Selector::Index(index)),
            Err(_) => Err(fault(IN_BRACKETS.to_owned())),
        },
        PartForm::Plain if part.text.starts_with('"') => {
            Err(fault("a quote is not closed".to_owned()))
        }
        PartForm::Plain => match part.text.chars().find(|sign| "*\"]".contains(*sign)) {
            Some(sign) => Err(fault(format!(
                "`{sign}` is not allowed in a name without quotes: write `\"…\"`"
            ))),
            None => Ok(Selector::Name(part.name())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    const ITEM: &str =
        r#"{"a":{"b-c":[1,{"d.e":2}],"":3},"tags":{"cost center":"x","[y]":4},"@odata.type":5}"#;

    #[track_caller]
    fn finds(path: &str, expected: Option<&str>) {
        let query = Query::one(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut found = None;
        query
            .select(ITEM, &mut |value| found = Some(value))
            .unwrap();
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_path_leads_to_one_value() {
        finds("a.b-c[0]", Some("1"));
        finds("a.b-c[-1].\"d.e\"", Some("2"));
        finds("a['b-c'][1][\"d.e\"]", Some("2"));
        finds("$.a['b-c'][0]", Some("1"));
        finds("a.\"b-c\"[0]", Some("1"));
        finds("[\"a\"]['']", Some("3"));
        finds("tags.cost center", Some("\"x\""));
        finds("tags.\"[y]\"", Some("4"));
        finds("\"@odata.type\"", Some("5"));
        finds("A", None);
        finds("a.b-c[7]", None);
    }

    #[test]
    fn names_of_paths() {
        let names = |path: &str| {
            let query = Query::one(path).unwrap();
            let owned = |name: Option<&str>| name.map(str::to_owned);
            (owned(query.last_name()), owned(query.only_name()))
        };
        assert_eq!(names("name"), (Some("name".into()), Some("name".into())));
        assert_eq!(names("a.b[0]"), (Some("b".into()), None));
        assert_eq!(names("[0]"), (None, None));
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        for (path, words) in [
            ("", "a name is missing"),
            (".a", "before the dot"),
            ("a.", "a name is missing"),
            ("a..b", "a name is missing"),
            ("a[", "brackets take"),
            ("a[x]", "brackets take"),
            ("a['x'", "brackets take"),
            ("a[*]", "brackets take"),
            ("a[0]b", "a dot is missing"),
            ("\"a\"b", "a dot is missing"),
            ("\"a", "a quote is not closed"),
            ("a.*", "`*` is not allowed in a name"),
            ("a\"b", "`\"` is not allowed in a name"),
            ("a]", "`]` is not allowed in a name"),
            ("$.value[*]", "may find several values"),
            ("$..a", "may find several values"),
            ("$.a[", "is not JSONPath"),
        ] {
            let error = Query::one(path).unwrap_err().to_string();
            assert!(error.contains(words), "{path}: {error}");
        }
    }
}
