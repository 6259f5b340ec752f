//! What a 401 asks for: another tenant, more claims, a fresh token. Reads `WWW-Authenticate`
//! (RFC 9110 11.6.1) and ARM's words. Who gets the token: `authorization`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::{HeaderMap, header};

use crate::azure::ErrorDetail;

/// What would turn a 401 into a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ChallengeAction {
    /// A token with these claims: continuous access evaluation, or a second factor for writes.
    Claims(ClaimsChallenge),
    /// A token of this tenant, a GUID.
    Tenant(String),
    /// A token that has not ended.
    Fresh,
}

/// The claims that a service asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsChallenge {
    /// As JSON.
    pub json: String,
    /// As it came, in base64: what `az login --claims-challenge` takes.
    pub encoded: String,
}

/// Reads a 401. `token_tenant` is the tenant of the token that was refused, if it says one.
///
/// A tenant is taken from `authorization_uri` (ARM) or `authorization` (Key Vault), else from the
/// words of ARM's `InvalidAuthenticationTokenTenant`; only a GUID counts, and never a host. Two
/// challenges with claims contradict each other, and neither is followed.
pub(super) fn action_for(
    headers: &HeaderMap,
    body: &[u8],
    token_tenant: Option<&str>,
) -> Option<ChallengeAction> {
    let challenges = challenges(headers);
    let bearer: Vec<&Challenge> = challenges
        .iter()
        .filter(|challenge| challenge.scheme.eq_ignore_ascii_case("bearer"))
        .collect();
    let with_claims: Vec<&str> = bearer
        .iter()
        .filter(|challenge| challenge.get("error").is_some_and(is_claims_error))
        .filter_map(|challenge| challenge.get("claims"))
        .collect();
    match with_claims.as_slice() {
        [] => {}
        [encoded] => return claims(encoded).map(ChallengeAction::Claims),
        _ => return None,
    }
    let detail = ErrorDetail::parse(body, Some("application/json"));
    let code = detail.as_ref().and_then(|detail| detail.code.as_deref());
    let message = detail.as_ref().and_then(|detail| detail.message.as_deref());
    let named = bearer
        .iter()
        .find_map(|challenge| {
            challenge
                .get("authorization_uri")
                .or(challenge.get("authorization"))
        })
        .and_then(guid_in)
        .or_else(|| {
            message
                .filter(|_| code == Some("InvalidAuthenticationTokenTenant"))
                .and_then(tenant_of_message)
        });
    if let Some(tenant_id) = named
        && code != Some("ExpiredAuthenticationToken")
        && !token_tenant.is_some_and(|own| own.eq_ignore_ascii_case(&tenant_id))
    {
        return Some(ChallengeAction::Tenant(tenant_id));
    }
    let is_invalid = bearer
        .iter()
        .any(|challenge| challenge.get("error") == Some("invalid_token"));
    let is_stale = matches!(
        code,
        Some("ExpiredAuthenticationToken" | "InvalidAuthenticationToken")
    );
    (is_invalid || is_stale).then_some(ChallengeAction::Fresh)
}

fn is_claims_error(error: &str) -> bool {
    error == "insufficient_claims"
}

/// Decodes the claims of a challenge: base64url, or plain base64, with or without its padding.
fn claims(encoded: &str) -> Option<ClaimsChallenge> {
    let bare = encoded.trim().trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD
        .decode(bare)
        .or_else(|_| STANDARD_NO_PAD.decode(bare))
        .ok()?;
    let json = String::from_utf8(bytes).ok()?;
    let parsed: serde_json::Value = serde_json::from_str(&json).ok()?;
    parsed.is_object().then(|| ClaimsChallenge {
        json,
        encoded: encoded.trim().to_owned(),
    })
}

/// Finds the first segment of a URL's path that is a GUID.
fn guid_in(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let mut segments = rest.split(['/', '?', '#']).skip(1);
    let found = segments.find(|segment| uuid::Uuid::try_parse(segment).is_ok())?;
    Some(found.to_ascii_lowercase())
}

/// Finds the tenant in ARM's words: "It must match the tenant `…/B/` associated with this
/// subscription".
fn tenant_of_message(message: &str) -> Option<String> {
    let (_, after) = message.split_once("must match ")?;
    after.split('\'').find_map(guid_in)
}

/// A challenge: its scheme and its parameters, names in lower case.
#[derive(Debug, PartialEq, Eq)]
struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.parameters.iter().filter(|(own, _)| own == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// Reads all challenges of all header lines. What cannot be read is skipped up to the next comma; a missing comma
/// between two parameters is forgiven.
fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    for value in headers.get_all(header::WWW_AUTHENTICATE) {
        let text = String::from_utf8_lossy(value.as_bytes());
        let mut reader = Reader { rest: &text };
        while let Some(word) = reader.word() {
            if let Some(value) = reader.value() {
                if let Some(challenge) = found.last_mut() {
                    challenge
                        .parameters
                        .push((word.to_ascii_lowercase(), value));
                }
            } else {
                found.push(Challenge {
                    scheme: word.to_owned(),
                    parameters: Vec::new(),
                });
            }
        }
    }
    found
}

/// What is left of a header line.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Takes the next word: a scheme, the name of a parameter, or what is written in their place.
    fn word(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches(|letter: char| {
            letter == ',' || letter == '=' || letter == '"' || letter.is_whitespace()
        });
        let end = self
            .rest
            .find(|letter: char| matches!(letter, ',' | '=' | '"') || letter.is_whitespace())
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Takes the value after an equals sign, if there is one.
    fn value(&mut self) -> Option<String> {
        let after = self.rest.trim_start().strip_prefix('=')?.trim_start();
        let Some(quoted) = after.strip_prefix('"') else {
            let end = after
                .find(|letter: char| letter == ',' || letter.is_whitespace())
                .unwrap_or(after.len());
            let (value, rest) = after.split_at(end);
            self.rest = rest;
            return Some(value.to_owned());
        };
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = quoted.get(at + 1..).unwrap_or_default();
                    return Some(value);
                }
                '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
                _ => value.push(letter),
            }
        }
        self.rest = "";
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{ChallengeAction, action_for, challenges};

    const OWN: &str = "11111111-1111-1111-1111-111111111111";
    const OTHER: &str = "22222222-2222-2222-2222-222222222222";

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_str(line).unwrap();
            headers.append(header::WWW_AUTHENTICATE, value);
        }
        headers
    }

    #[track_caller]
    fn check(lines: &[&str], body: &str, expected: Option<&ChallengeAction>) {
        let found = action_for(&headers(lines), body.as_bytes(), Some(OWN));
        assert_eq!(found.as_ref(), expected, "{lines:?} {body}");
    }

    #[track_caller]
    fn check_claims(lines: &[&str], expected: Option<&str>) {
        let found = match action_for(&headers(lines), b"", Some(OWN)) {
            Some(ChallengeAction::Claims(claims)) => Some(claims.json),
            _ => None,
        };
        assert_eq!(found.as_deref(), expected, "{lines:?}");
    }

    #[test]
    fn reads_claims_in_every_spelling() {
        let json = r#"{"a":"??>"}"#;
        for encoded in ["eyJhIjoiPz8-In0", "eyJhIjoiPz8-In0=", "eyJhIjoiPz8+In0="] {
            let plain =
                format!(r#"Bearer realm="", error="insufficient_claims", claims="{encoded}""#);
            check_claims(&[&plain], Some(json));
            let turned = format!(r#"bearer CLAIMS="{encoded}" ,error=insufficient_claims,realm=x"#);
            check_claims(&[&turned], Some(json));
            let after = format!(
                r#"PoP nonce="a,b=\"c\"", Negotiate YII=, Bearer error="insufficient_claims",claims="{encoded}""#
            );
            check_claims(&[&after], Some(json));
            check_claims(&[r#"PoP realm="""#, &plain], Some(json));
            check_claims(&[&plain, &plain], None);
            check_claims(&[&format!("{plain}, {plain}")], None);
        }
    }

    #[test]
    fn does_not_follow_what_it_cannot_read() {
        for line in [
            r#"Bearer error="insufficient_claims", claims="!!""#,
            r#"Bearer error="insufficient_claims", claims="bm90IGpzb24""#,
            r#"Bearer error="insufficient_claims", claims="WzFd""#,
            r#"Bearer error="insufficient_claims""#,
            r#"PoP error="insufficient_claims", claims="e30""#,
            "Bearer",
            "",
        ] {
            check_claims(&[line], None);
        }
    }

    #[test]
    fn learns_the_tenant_and_never_a_host() {
        let tenant = Some(ChallengeAction::Tenant(OTHER.to_owned()));
        for name in ["authorization_uri", "authorization"] {
            let line = format!(
                r#"Bearer {name}="https://login.windows.net/{OTHER}", error="invalid_token""#
            );
            check(&[&line], "", tenant.as_ref());
        }
        let body = format!(
            r#"{{"error":{{"code":"InvalidAuthenticationTokenTenant","message":"The access token is from the wrong issuer 'https://sts.windows.net/{OWN}/'. It must match the tenant 'https://sts.windows.net/{OTHER}/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/{OTHER}' to get the token."}}}}"#
        );
        check(&[], &body, tenant.as_ref());
        for address in [
            "https://login.windows.net/",
            "https://login.windows.net/common",
            &format!("https://{OTHER}/common"),
            &format!("https://login.windows.net/{OWN}"),
        ] {
            let line = format!(r#"Bearer authorization_uri="{address}""#);
            check(&[&line], "", None);
        }
    }

    #[test]
    fn asks_for_a_fresh_token() {
        let line = r#"Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="The access token has expired.""#;
        check(&[line], "", Some(&ChallengeAction::Fresh));
        for code in ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"] {
            let body = format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
            check(&[], &body, Some(&ChallengeAction::Fresh));
        }
        let body = r#"{"error":{"code":"AuthorizationFailed","message":"m"}}"#;
        check(&[], body, None);
        let line = format!(r#"Bearer authorization_uri="https://login.windows.net/{OTHER}""#);
        let expired = r#"{"error":{"code":"ExpiredAuthenticationToken"}}"#;
        check(&[&line], expired, Some(&ChallengeAction::Fresh));
    }

    #[test]
    fn reads_several_challenges() {
        let found = challenges(&headers(&[
            r#"Basic realm="a", Bearer x=1, y="2, 3" z = "\"4\"""#,
            "Negotiate",
        ]));
        let shown: Vec<String> = found
            .iter()
            .map(|challenge| format!("{} {:?}", challenge.scheme, challenge.parameters))
            .collect();
        assert_eq!(
            shown,
            [
                r#"Basic [("realm", "a")]"#,
                r#"Bearer [("x", "1"), ("y", "2, 3"), ("z", "\"4\"")]"#,
                "Negotiate []",
            ]
        );
    }
}
