//! Searches text for secrets: what the user typed, the words of a service or of another program. It goes by
//! shapes and by names (`names`); header fields and addresses have their own rules in `request`.

use std::borrow::Cow;

use super::names::is_secret_name;
use super::shown::{REDACTED, Shown};

/// Words in front of a secret.
const SCHEMES: [&str; 4] = ["bearer", "basic", "sharedaccesssignature", "sharedkey"];

impl Shown {
    /// Words of a service or of another program: without tokens (`eyJ…`) and without the values of secret names
    /// (`sig=…`). A colon and the word `basic` mean nothing here: `InvalidAuthenticationToken: The …` stays whole.
    pub fn prose(text: &str) -> Self {
        search(text, &["="], &[], Extent::Word)
    }

    /// Words that the user typed. More counts as a secret here than in [`Shown::prose`]: what follows `Bearer` and
    /// similar words, and `name:value` (`"key":…`).
    pub fn typed(text: &str) -> Self {
        search(text, &["=", ":"], &SCHEMES, Extent::Argument)
    }
}

/// Text from anywhere is searched like the words of a service.
impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self::prose(&text)
    }
}

/// Text from anywhere is searched like the words of a service.
impl From<&String> for Shown {
    fn from(text: &String) -> Self {
        Self::prose(text)
    }
}

/// How far a secret reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the end of the word.
    Word,
    /// To the end of the argument, which stands in backticks: a password may hold any character.
    Argument,
}

fn search(text: &str, assignments: &[&str], schemes: &[&str], extent: Extent) -> Shown {
    let (text, mut is_masked) = without_user(text);
    let mut masked = String::with_capacity(text.len());
    let mut hides = false;
    let mut is_inside = false;
    let mut name = "";
    for word in text.split_inclusive(is_border) {
        let (word, border) = match word.char_indices().next_back() {
            Some((at, last)) if is_border(last) => word.split_at(at),
            _ => (word, ""),
        };
        if is_inside && border != "`" {
            continue;
        }
        if is_inside {
            is_inside = false;
            hides = false;
            masked.push_str(border);
            continue;
        }
        let is_scheme = schemes
            .iter()
            .any(|scheme| scheme.eq_ignore_ascii_case(word));
        if hides && word == "redacted" {
            // What was masked before stays as it is.
            masked.push_str(word);
            hides = false;
        } else if hides && !word.is_empty() && !is_scheme {
            masked.push_str(REDACTED);
            is_masked = true;
            hides = false;
            if extent == Extent::Argument && border != "`" {
                is_inside = true;
                continue;
            }
        } else if let Some(at) = token_at(word) {
            masked.push_str(word.get(..at).unwrap_or_default());
            masked.push_str(REDACTED);
            is_masked = true;
        } else {
            masked.push_str(word);
        }
        masked.push_str(border);
        if !word.is_empty() {
            name = word;
        }
        hides = hides && border != "`"
            || is_scheme && border == " "
            || assignments.contains(&border) && is_secret_name(name);
    }
    Shown::of(masked, is_masked)
}

/// Masks who signs in before the host of each address: `https://user:password@host`.
fn without_user(text: &str) -> (Cow<'_, str>, bool) {
    let mut pieces = text.split("://");
    let mut masked = pieces.next().unwrap_or_default().to_owned();
    let mut is_masked = false;
    for piece in pieces {
        masked.push_str("://");
        let ends = |character: char| character.is_whitespace() || "/?#`'\"<>".contains(character);
        let authority = piece.split(ends).next().unwrap_or_default();
        match authority.rsplit_once('@') {
            Some((user, _))
                if !user.is_empty() && !user.ends_with("redacted]") && user != "redacted" =>
            {
                masked.push_str(REDACTED);
                masked.push_str(piece.get(user.len()..).unwrap_or_default());
                is_masked = true;
            }
            Some(_) | None => masked.push_str(piece),
        }
    }
    if is_masked {
        (Cow::Owned(masked), true)
    } else {
        (Cow::Borrowed(text), false)
    }
}

fn is_border(character: char) -> bool {
    character.is_whitespace() || "=:\"'`,;&?{}[]()<>".contains(character)
}

/// Finds a JWT, which begins with the base64 of `{"`.
fn token_at(word: &str) -> Option<usize> {
    word.find("eyJ").filter(|at| word.len() - at >= 16)
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn masked_and_not() {
        for (text, expected) in [
            (
                "`Authorization Bearer abc.def`",
                "`Authorization Bearer [redacted]`",
            ),
            (
                "Authorization: Bearer abc",
                "Authorization: Bearer [redacted]",
            ),
            ("Authorization:abc", "Authorization:[redacted]"),
            ("x eyJhbGciOiJSUzI1NiJ9.e30.c2ln y", "x [redacted] y"),
            (
                "`{adminPassword:hunter2,a:1}`",
                "`{adminPassword:[redacted]`",
            ),
            (
                "p:={\"password\": \"hunter2\"",
                "p:={\"password\": \"[redacted]",
            ),
            ("/x?sv=1&sig=abc%3D&se=2", "/x?sv=1&sig=[redacted]"),
            (
                "`--cloud https://u:p@w@h/a@b`",
                "`--cloud https://[redacted]@h/a@b`",
            ),
            ("https://u@h", "https://[redacted]@h"),
            ("https://h/a@b c@d", "https://h/a@b c@d"),
            ("did you mean `token`?", "did you mean `token`?"),
            ("one of: token, json", "one of: token, json"),
            ("write `-H 'Name: value'`", "write `-H 'Name: value'`"),
            ("", ""),
        ] {
            let shown = Shown::typed(text);
            assert_eq!(shown.as_str(), expected, "{text}");
            assert_eq!(shown.is_masked(), text != expected, "{text}");
        }
    }

    #[test]
    fn prose_stays_readable() {
        for (text, expected) in [
            (
                "InvalidAuthenticationToken: The access token is invalid",
                "InvalidAuthenticationToken: The access token is invalid",
            ),
            ("the Basic SKU, key: a", "the Basic SKU, key: a"),
            (
                "bad eyJ0eXAiOiJKV1QiLCJh.e30.c2ln refresh_token=abcdef",
                "bad [redacted] refresh_token=[redacted]",
            ),
            ("https://h/?a=1&sig=abc", "https://h/?a=1&sig=[redacted]"),
            ("a Bearer or PoP token", "a Bearer or PoP token"),
            ("sig=[redacted]&a=1", "sig=[redacted]&a=1"),
        ] {
            let shown = Shown::prose(text);
            assert_eq!(shown.as_str(), expected, "{text}");
            assert_eq!(shown.is_masked(), text != expected, "{text}");
        }
    }

    #[test]
    fn text_from_anywhere_is_searched() {
        let composed = format!("sig={}", "abc");
        let shown = Shown::from("see ").with(&composed);
        assert_eq!(
            (shown.as_str(), shown.is_masked()),
            ("see sig=[redacted]", true)
        );
        assert_eq!(Shown::from(composed).as_str(), "sig=[redacted]");
    }
}
