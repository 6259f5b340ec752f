//! A token that was given: in `ARMCLI_ACCESS_TOKEN`, or by `--token -`.

use serde::Deserialize;

use super::provider::{TokenFuture, TokenProvider, Tools};
use super::{Absence, AccessToken, Source, TokenRequest};
use crate::azure::Secret;
use crate::env::Env;

/// The variable that holds a token.
const VARIABLE: &str = "ARMCLI_ACCESS_TOKEN";

/// A token from outside.
#[derive(Debug)]
pub struct GivenToken(Secret);

impl GivenToken {
    /// Takes a token, also in the JSON in which az prints it without `-o tsv`. White space around it, the mark of an
    /// encoding and the word `Bearer` are dropped, for all are easily copied along.
    pub fn new(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim();
        let found = serde_json::from_str(text).map(|written| match written {
            Written::Token(token) | Written::Document { token } => token,
        });
        Self(Secret::new(without_scheme(
            found.as_deref().unwrap_or(text),
        )))
    }

    /// Looks for the variable; `Err` says that it is missing.
    pub(super) fn find(env: &Env) -> Result<Self, Absence> {
        let token = env.get(VARIABLE).map(Self::new);
        token.ok_or_else(|| Absence::NotThere(format!("`{VARIABLE}` is not set")))
    }
}

/// What az writes: the whole answer, or with `--query accessToken` a part of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Token(String),
    Document {
        #[serde(rename = "accessToken")]
        token: String,
    },
}

fn without_scheme(token: &str) -> &str {
    let token = token.trim();
    match token.split_at_checked("bearer ".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer ") => rest.trim_start(),
        Some(_) | None => token,
    }
}

impl TokenProvider for GivenToken {
    fn source(&self) -> Source {
        Source::AccessToken
    }

    fn token<'a>(&'a self, _request: &'a TokenRequest, _tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(async { Ok(AccessToken::new(self.0.expose(), None)) })
    }
}

#[cfg(test)]
mod tests {
    use super::GivenToken;

    #[test]
    fn drops_what_was_copied_along() {
        for text in [
            "eyJ.a.b",
            " eyJ.a.b\n",
            "Bearer eyJ.a.b",
            "bearer  eyJ.a.b ",
            "\u{feff}eyJ.a.b\r\n",
            "\"eyJ.a.b\"",
            " \"Bearer eyJ.a.b\"\n",
            "\u{feff}{\n  \"accessToken\": \"eyJ.a.b\",\n  \"expires_on\": 1\n}\n",
        ] {
            assert_eq!(GivenToken::new(text).0.expose(), "eyJ.a.b", "{text:?}");
        }
    }
}
