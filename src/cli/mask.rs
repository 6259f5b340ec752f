//! Takes secrets out of what an error repeats from the command line. Knows shapes and names, not what an argument means.

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Names whose value is a secret, compared without case and as the end of a longer name (`adminPassword`).
const NAMES: [&str; 10] = [
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

/// Words in front of a secret.
const SCHEMES: [&str; 4] = ["bearer", "basic", "sharedaccesssignature", "sharedkey"];

/// Tells whether a name promises a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_ascii_lowercase();
    NAMES.iter().any(|secret| name.ends_with(secret))
}

/// Returns a text without tokens (`eyJ…`), without what follows `Bearer` and its kin, and without the values of names
/// that promise a secret (`password=…`, `"key":…`).
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut hides = false;
    let mut name = "";
    for word in text.split_inclusive(is_border) {
        let (word, border) = match word.char_indices().next_back() {
            Some((at, last)) if is_border(last) => word.split_at(at),
            _ => (word, ""),
        };
        let is_scheme = SCHEMES
            .iter()
            .any(|scheme| scheme.eq_ignore_ascii_case(word));
        if hides && !word.is_empty() && !is_scheme {
            masked.push_str(REDACTED);
            hides = false;
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
            || matches!(border, "=" | ":") && is_secret_name(name);
    }
    masked
}

fn is_border(character: char) -> bool {
    character.is_whitespace() || "=:\"'`,;&?{}[]()".contains(character)
}

/// Finds a JWT, which begins with the base64 of `{"`.
fn token_at(word: &str) -> Option<usize> {
    word.find("eyJ").filter(|at| word.len() - at >= 16)
}

#[cfg(test)]
mod tests {
    use super::mask;
    use crate::cli::parse;

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
                "`{adminPassword:[redacted],a:1}`",
            ),
            (
                "p:={\"password\": \"hunter2\"",
                "p:={\"password\": \"[redacted]\"",
            ),
            ("/x?sv=1&sig=abc%3D&se=2", "/x?sv=1&sig=[redacted]&se=2"),
            ("did you mean `token`?", "did you mean `token`?"),
            ("one of: token, json", "one of: token, json"),
            ("write `-H 'Name: value'`", "write `-H 'Name: value'`"),
            ("", ""),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }

    #[test]
    fn no_error_repeats_a_secret() {
        let token = "eyJhbGciOiJSUzI1NiJ9.e30.hunter2";
        for arguments in [
            &["--auth", token, "/x"][..],
            &[token],
            &["token", token],
            &["/x", token],
            &["/x", "-H", "Authorization Bearer hunter2"],
            &["/x", "-H", "Authorization=Bearer hunter2"],
            &["/x", "Authorization:Bearer hunter2\nx"],
            &["PUT", "/x", "adminPassword:=hunter2"],
            &["PUT", "/x", "{adminPassword:hunter2}"],
            &["PUT", "/x", "{\"password\":\"hunter2\""],
            &["PUT", "/x", "p:={secret:hunter2}"],
            &["/x?sig=hunter2&=1"],
            &["/x", "password=hunter2"],
        ] {
            let error = parse(["arm"].iter().chain(arguments).map(Into::into)).unwrap_err();
            let shown = format!("{error} {:?} {:?}", error.facts(), error.hint());
            assert!(!shown.contains("hunter2"), "{arguments:?}: {shown}");
        }
    }
}
