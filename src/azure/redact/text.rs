//! Searches text for secrets: what the user typed, the words of a service or of another program. It goes by
//! shapes and by names (`names`); header fields and addresses have their own rules in `request`.

use std::borrow::Cow;

use super::names::{is_secret_name, is_secret_parameter};
use super::shown::{REDACTED, Shown};
use crate::azure::url::percent::decode;

/// Tells whether a word in front of another says that the other one is a secret.
pub(super) fn is_scheme(word: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| scheme.eq_ignore_ascii_case(word))
}

/// Words in front of a secret.
const SCHEMES: [&str; 4] = ["bearer", "basic", "sharedaccesssignature", "sharedkey"];

impl Shown {
    /// Words of a service or of another program: without tokens (`eyJ…`), without the values of secret names
    /// (`sig=…`, `?code=…`) and of secret members of JSON, and without the fragments of addresses. A colon alone and
    /// the word `basic` mean nothing here: `InvalidAuthenticationToken: The …` stays whole.
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

/// Names that are followed by a secret after a colon, in the words of a service too. The codes of errors end in the
/// same words: `InvalidPassword: The …`, so that the whole name is compared.
const PROSE_NAMES: [&str; 9] = [
    "adminPassword",
    "api-key",
    "client_secret",
    "connectionString",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
];

/// How far a secret reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the end of the word.
    Word,
    /// To the end of the argument, which is in backticks: a password may hold any character.
    Argument,
}

fn search(text: &str, assignments: &[&str], schemes: &[&str], extent: Extent) -> Shown {
    let (text, has_user) = without_user(text);
    let (text, has_member) = match extent {
        Extent::Word => without_members(&text),
        // What was typed is masked to its end anyway.
        Extent::Argument => (text.clone(), false),
    };
    let (text, has_fragment) = without_fragments(&text);
    let mut is_masked = has_user || has_member || has_fragment;
    let mut masked = String::with_capacity(text.len());
    let mut hides = false;
    let mut is_inside = false;
    let mut name = "";
    let mut before_name = "";
    let mut last_border = "";
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
            before_name = last_border;
        }
        last_border = border;
        hides = hides && border != "`"
            || is_scheme && border == " "
            || assignments.contains(&border) && is_secret_name(name)
            || border == "="
                && matches!(before_name, "?" | "&")
                && is_secret_parameter(&decode(name))
            || border == ":"
                && PROSE_NAMES
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name));
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

/// Masks the values of secret members of JSON: `"adminPassword":"…"`, with single quotes and escaped ones too.
fn without_members(text: &str) -> (Cow<'_, str>, bool) {
    let mut masked = String::new();
    let mut rest = text;
    while let Some((value, quote)) = member_value(rest) {
        let (before, after) = rest.split_at(value);
        let end = end_of_value(after, quote);
        masked.push_str(before);
        if before.ends_with(quote) && end > 0 && after.get(..end) != Some(REDACTED) {
            masked.push_str(REDACTED);
        } else {
            masked.push_str(after.get(..end).unwrap_or_default());
        }
        rest = after.get(end..).unwrap_or_default();
    }
    if masked.is_empty() {
        return (Cow::Borrowed(text), false);
    }
    masked.push_str(rest);
    let is_masked = masked != text;
    (Cow::Owned(masked), is_masked)
}

/// Finds where the first value of a secret member begins, with the quote that ends it.
fn member_value(text: &str) -> Option<(usize, &'static str)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(':') {
        let colon = from + at;
        from = colon + 1;
        let name = text.get(..colon)?.trim_end();
        let value = text.get(from..)?;
        let spaces = value.len() - value.trim_start().len();
        let value = value.trim_start();
        for quote in ["\\\"", "\"", "'"] {
            if let (Some(name), true) = (name.strip_suffix(quote), value.starts_with(quote)) {
                let begin = name.rfind(quote).map(|at| at + quote.len());
                if is_secret_name(name.get(begin?..)?) {
                    return Some((from + spaces + quote.len(), quote));
                }
                break;
            }
        }
    }
    None
}

/// Where a value ends: at its quote, unless that is escaped.
fn end_of_value(text: &str, quote: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(quote)) {
        let end = from + at;
        let before = text.get(..end).unwrap_or_default();
        let slashes = before.len() - before.trim_end_matches('\\').len();
        if slashes % 2 == 0 {
            return end;
        }
        from = end + quote.len();
    }
    text.len()
}

/// Masks the fragments of addresses that hold parameters, as those do in which browsers get tokens. The anchor of
/// a page stays.
fn without_fragments(text: &str) -> (Cow<'_, str>, bool) {
    let ends = |character: char| character.is_whitespace() || "`'\"<>".contains(character);
    let mut masked = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let length = rest
            .get(start..)
            .and_then(|address| address.find(ends))
            .map_or(rest.len(), |length| start + length);
        let (address, after) = rest.split_at(length);
        match address.split_once('#') {
            Some((bare, fragment)) if fragment.contains('=') => {
                masked.push_str(bare);
                masked.push('#');
                masked.push_str(REDACTED);
            }
            Some(_) | None => masked.push_str(address),
        }
        rest = after;
    }
    if masked.is_empty() {
        return (Cow::Borrowed(text), false);
    }
    masked.push_str(rest);
    let is_masked = masked != text;
    (Cow::Owned(masked), is_masked)
}

fn is_border(character: char) -> bool {
    character.is_whitespace() || "=:\"'`,;&?{}[]()<>".contains(character)
}

/// Finds a JWT, which begins with the base64 of `{"` and is written in the letters of base64url and dots (RFC 7519 3):
/// the same letters in the name of a folder are few.
fn token_at(word: &str) -> Option<usize> {
    const SHORTEST: usize = 16;
    let is_of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let mut places = word.match_indices("eyJ").map(|(at, _)| at);
    places.find(|at| {
        let rest = word.as_bytes().iter().skip(*at);
        rest.take_while(|byte| is_of_token(byte)).count() >= SHORTEST
    })
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
                "/tmp/arm-NeyJx/home/.azure/file",
                "/tmp/arm-NeyJx/home/.azure/file",
            ),
            ("/eyJ/eyJhbGciOiJSUzI1NiJ9.e30.c2ln/x", "/eyJ/[redacted]"),
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
            (
                "you sent {\"adminPassword\": \"a \\\"b\\\" c\", \"name\":\"vm\"}",
                "you sent {\"adminPassword\": \"[redacted]\", \"name\":\"vm\"}",
            ),
            (
                "in \"{\\\"clientSecret\\\":\\\"a b\\\"}\" and 'password':'x y'",
                "in \"{\\\"clientSecret\\\":\\\"[redacted]\\\"}\" and 'password':'[redacted]'",
            ),
            ("{\"token\":\"\"}", "{\"token\":\"\"}"),
            ("Password: abc is weak", "Password: [redacted] is weak"),
            ("InvalidPassword: The one", "InvalidPassword: The one"),
            ("see /x?a=b&code=abc", "see /x?a=b&code=[redacted]"),
            ("the code=abc", "the code=abc"),
            ("`https://h/?%73ig=abc`", "`https://h/?%73ig=[redacted]`"),
            (
                "https://h/#id_token=a&code=b, then",
                "https://h/#[redacted] then",
            ),
            ("https://aka.ms/x#anchor.", "https://aka.ms/x#anchor."),
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
