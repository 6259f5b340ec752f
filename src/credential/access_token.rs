//! A token that was given in `ARMCLI_ACCESS_TOKEN`. Asks nobody for anything.

use super::AccessToken;
use crate::azure::Secret;

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

    pub(super) fn token(&self) -> AccessToken {
        AccessToken::new(self.0.expose(), None)
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
