//! The body that Resource Graph takes, from a query and what goes with it. Pure; the query language is left to the
//! service. Who reads the query's file: `app/command/graph`.

use serde_json::{Map, Value, json};

/// The most rows of a page (Microsoft Learn, "Working with large Azure resource data sets").
const PAGE: u64 = 1_000;
/// The largest request that Resource Manager takes (Microsoft Learn, "Azure subscription and service limits").
const LARGEST: usize = 4_194_304;

/// Why a text is not a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is nothing in it.
    #[error("the query is empty")]
    Empty,
    /// It is not text.
    #[error("the query is not UTF-8 text")]
    NotText,
    /// No request can hold it.
    #[error("the query is too long: it has {bytes} bytes, and a request has at most {LARGEST}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// A query and what goes with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GraphQuery {
    /// The query itself.
    pub text: String,
    /// The ids of the subscriptions that it is about; without any, and without a management group, it is about
    /// the tenant.
    pub subscriptions: Vec<String>,
    /// The management groups that it is about.
    pub management_groups: Vec<String>,
    /// The most rows that are wanted.
    pub limit: Option<u64>,
    /// How many rows are left out.
    pub skip: Option<u64>,
    /// Whether a part of the scope is enough if the service cannot search all of it.
    pub allow_partial_scopes: bool,
}

impl GraphQuery {
    /// Reads a query as it was given: without the mark at the beginning that some editors write.
    pub fn text_of(bytes: &[u8]) -> Result<String, Error> {
        let text = std::str::from_utf8(bytes).map_err(|_| Error::NotText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
        if text.trim_start().is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > LARGEST {
            return Err(Error::TooLong { bytes: text.len() });
        }
        Ok(text.to_owned())
    }

    /// The body of the first request, compact JSON.
    pub fn body(&self) -> String {
        let mut body = Map::new();
        let lists = [
            ("subscriptions", &self.subscriptions),
            ("managementGroups", &self.management_groups),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                body.insert(name.to_owned(), json!(list));
            }
        }
        body.insert("query".to_owned(), self.text.as_str().into());
        let mut options = Map::new();
        let top = self.limit.map_or(PAGE, |limit| limit.min(PAGE));
        options.insert("$top".to_owned(), top.into());
        if let Some(skip) = self.skip {
            options.insert("$skip".to_owned(), skip.into());
        }
        options.insert("resultFormat".to_owned(), "objectArray".into());
        if self.allow_partial_scopes {
            options.insert("allowPartialScopes".to_owned(), true.into());
        }
        body.insert("options".to_owned(), Value::Object(options));
        Value::Object(body).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, GraphQuery, LARGEST};

    #[track_caller]
    fn check_text(bytes: &[u8], expected: Result<&str, Error>) {
        assert_eq!(
            GraphQuery::text_of(bytes),
            expected.map(str::to_owned),
            "{bytes:?}"
        );
    }

    #[test]
    fn a_text_is_a_query_or_is_not() {
        check_text(b"Resources", Ok("Resources"));
        // Blanks before it stay: places in it are counted with them.
        check_text("\u{feff} a\r\n| b\n\n".as_bytes(), Ok(" a\r\n| b"));
        for blank in [&b""[..], b" \n", b"\xef\xbb\xbf"] {
            check_text(blank, Err(Error::Empty));
        }
        check_text(b"\xff", Err(Error::NotText));
        let long = vec![b'a'; LARGEST + 1];
        assert_eq!(
            GraphQuery::text_of(&long),
            Err(Error::TooLong { bytes: LARGEST + 1 })
        );
        assert!(GraphQuery::text_of(&long[..LARGEST]).is_ok());
    }

    #[track_caller]
    fn check_body(query: GraphQuery, expected: &str) {
        let query = GraphQuery {
            text: "Resources | where name == \"ü\"".to_owned(),
            ..query
        };
        assert_eq!(query.body(), expected);
    }

    #[test]
    fn the_body_says_where_to_look_and_how_much_is_wanted() {
        let text = r#""query":"Resources | where name == \"ü\"""#;
        check_body(
            GraphQuery::default(),
            &format!(r#"{{{text},"options":{{"$top":1000,"resultFormat":"objectArray"}}}}"#),
        );
        check_body(
            GraphQuery {
                subscriptions: vec!["a".to_owned(), "b".to_owned()],
                limit: Some(7),
                skip: Some(3),
                ..GraphQuery::default()
            },
            &format!(
                r#"{{"subscriptions":["a","b"],{text},"options":{{"$top":7,"$skip":3,"resultFormat":"objectArray"}}}}"#
            ),
        );
        check_body(
            GraphQuery {
                management_groups: vec!["m".to_owned()],
                limit: Some(5_000),
                allow_partial_scopes: true,
                ..GraphQuery::default()
            },
            &format!(
                r#"{{"managementGroups":["m"],{text},"options":{{"$top":1000,"resultFormat":"objectArray","allowPartialScopes":true}}}}"#
            ),
        );
    }
}
