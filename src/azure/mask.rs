//! Takes secrets out of text that an error repeats: from the command line, from a service, from
//! another program. Knows shapes and names, not what the text means.

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Names whose value is a secret, compared without case and as the end of a longer name (`adminPassword`).
const NAMES: [&str; 13] = [
    "pwd",
    "passwd",
    "sas",
    "authorization",
    "password",
    "secret",
    "token",
    "key",
    "sig",
    "signature",
    "credential",
    "connectionstring",
    "assertion",
];

/// Names that only look like it: they continue a list.
const PUBLIC: [&str; 3] = ["skiptoken", "continuationtoken", "pagetoken"];

/// Words in front of a secret.
const SCHEMES: [&str; 4] = ["bearer", "basic", "sharedaccesssignature", "sharedkey"];

/// Tells whether a name promises a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_ascii_lowercase();
    !PUBLIC.iter().any(|public| name.ends_with(public))
        && NAMES.iter().any(|secret| name.ends_with(secret))
}

/// Returns a text that the user typed without tokens (`eyJ…`), without what follows `Bearer` and its
/// kin, and without the values of names that promise a secret (`password=…`, `"key":…`).
pub fn mask(text: &str) -> String {
    mask_with(text, &["=", ":"], &SCHEMES, Extent::Argument)
}

/// The same for words of a service or a program. In prose a colon and the word `basic` mean
/// nothing: `InvalidAuthenticationToken: The …` stays whole.
pub fn mask_prose(text: &str) -> String {
    mask_with(text, &["="], &[], Extent::Word)
}

/// Returns an address that must not be asked without what may be secret in it: who signs in, the
/// query, the fragment. It need not be a URL.
pub fn mask_address(text: &str) -> String {
    let (address, tail) = match text.find(['?', '#']) {
        Some(at) => (text.get(..at).unwrap_or_default(), REDACTED),
        None => (text, ""),
    };
    let separator = if tail.is_empty() { "" } else { "?" };
    let shown = match address.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map(|(scheme, _)| scheme);
            let scheme = scheme.map(|scheme| format!("{scheme}://"));
            format!("{}{REDACTED}@{host}", scheme.unwrap_or_default())
        }
        None => address.to_owned(),
    };
    format!("{}{separator}{tail}", mask_prose(&shown))
}

/// Returns a text without a secret that is known, where it is repeated.
pub fn mask_exact(text: &str, secret: &str) -> String {
    if secret.trim().is_empty() {
        return text.to_owned();
    }
    text.replace(secret.trim(), REDACTED)
}

/// How far a secret reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// To the end of the word.
    Word,
    /// To the end of the argument, which stands in backticks: a password may hold any character.
    Argument,
}

fn mask_with(text: &str, assignments: &[&str], schemes: &[&str], extent: Extent) -> String {
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
            hides = false;
            if extent == Extent::Argument && border != "`" {
                is_inside = true;
                continue;
            }
        } else if let Some(at) = token_at(word) {
            masked.push_str(word.get(..at).unwrap_or_default());
            masked.push_str(REDACTED);
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
    masked
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
    use super::{mask, mask_address, mask_exact, mask_prose};

    #[test]
    fn addresses_keep_scheme_and_host_only() {
        for (text, expected) in [
            ("http://me:pw@host/p", "http://[redacted]@host/p"),
            ("me:p@w@host", "[redacted]@host"),
            ("http://host/p?code=abc", "http://host/p?[redacted]"),
            ("http://host/#abc", "http://host/?[redacted]"),
            ("http://me:pw@host?x@y", "http://[redacted]@host?[redacted]"),
            ("ftp://host", "ftp://host"),
            ("", ""),
        ] {
            assert_eq!(mask_address(text), expected, "{text}");
        }
        assert_eq!(mask_exact("no `s3c` here", "s3c"), "no `[redacted]` here");
        assert_eq!(mask_exact("whole", ""), "whole");
    }

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
            ("did you mean `token`?", "did you mean `token`?"),
            ("one of: token, json", "one of: token, json"),
            ("write `-H 'Name: value'`", "write `-H 'Name: value'`"),
            ("", ""),
        ] {
            assert_eq!(mask(text), expected, "{text}");
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
            assert_eq!(mask_prose(text), expected, "{text}");
        }
    }
}
