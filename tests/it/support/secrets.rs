//! What must not be in any output: tokens and secrets of the sandbox, and the token of the tests. Every output that a
//! test catches is looked through here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::run::TOKEN;

/// The secrets of the sandbox's directory, as `docs/sandbox.md` lists them.
const MARKS: [&str; 7] = [
    TOKEN,
    "sandbox-secret",
    "sandbox-expired-secret",
    "sandbox-password",
    "sandbox-job-token",
    "sandbox-identity-header",
    "sandbox-arc-key",
];

/// What the sandbox's tokens, refresh tokens and codes hold in their middle part.
const WITHIN: [&str; 3] = [arm::parts::SANDBOX_ISSUER, "{\"Refresh\":{", "{\"Code\":{"];

/// Fails if a text holds a secret.
#[track_caller]
pub(crate) fn check(place: &str, text: &str) {
    if let Some(secret) = find(text) {
        let line = text.lines().position(|line| line.contains(secret));
        panic!(
            "a secret stands in {place}, line {}: `{secret}`",
            line.map_or(0, |line| line + 1)
        );
    }
}

/// Finds a secret in a text.
fn find(text: &str) -> Option<&str> {
    let mark = MARKS.iter().find(|mark| text.contains(**mark));
    mark.copied().or_else(|| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        text.split(|letter| !is_part(letter))
            .find(|word| is_token(word))
    })
}

/// Tells whether a word is a token that the sandbox could have issued, or the greater part of one:
/// without its signature it is still more than a log should hold.
fn is_token(word: &str) -> bool {
    let claims = word.split('.').nth(1).unwrap_or_default();
    // What was cut off may have left a group of four that is incomplete.
    let whole = claims.get(..claims.len() / 4 * 4).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD
        .decode(claims)
        .or_else(|_| URL_SAFE_NO_PAD.decode(whole));
    claims.is_ok_and(|claims| {
        let claims = String::from_utf8_lossy(&claims);
        WITHIN.iter().any(|within| claims.contains(within))
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::wire_credentials::sandbox_token;

    #[test]
    fn knows_a_secret_wherever_it_stands() {
        let token = sandbox_token();
        let unsigned = token.rsplit_once('.').unwrap().0;
        let refresh = "1.eyJSZWZyZXNoIjp7Im51bWJlciI6MX19.c2ln";
        for secret in [&token, unsigned, refresh, "sandbox-secret", super::TOKEN] {
            for (before, after) in [
                ("", ""),
                ("> authorization: Bearer ", "\n"),
                ("{\"a\":\"", "\"}"),
            ] {
                let text = format!("{before}{secret}{after}");
                assert!(find(&text).is_some(), "{text}");
            }
        }
        for text in [
            "",
            "eyJ.a.b",
            "[redacted]",
            "https://sandbox.invalid/",
            "1.2.3",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
