//! A token that was given: in `ARMCLI_ACCESS_TOKEN`, or by `--token -`.

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
    /// Takes a token; surrounding white space and the word `Bearer` are dropped, for both are
    /// easily copied along.
    pub fn new(token: &str) -> Self {
        let token = token.trim();
        let bare = match token.split_at_checked("bearer ".len()) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer ") => rest.trim_start(),
            Some(_) | None => token,
        };
        Self(Secret::new(bare))
    }

    /// Looks for the variable; `Err` says that it is missing.
    pub(super) fn find(env: &Env) -> Result<Self, Absence> {
        let token = env.get(VARIABLE).map(Self::new);
        token.ok_or_else(|| Absence::NotThere(format!("`{VARIABLE}` is not set")))
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
        ] {
            assert_eq!(GivenToken::new(text).0.expose(), "eyJ.a.b", "{text:?}");
        }
    }
}
