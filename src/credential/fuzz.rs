//! What the fuzzer asks of tokens: the answers of authorities, and files of az's and of our own. Who runs it:
//! `crate::fuzz`.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use super::azure_cli::{Profile, Wanted, search};
use super::cache::Entry;
use super::login::{bytes_of, parse_account};
use super::{AccessToken, Source, entra};
use crate::azure::{Cloud, is_tenant};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// The first byte chooses the status, the rest is the body. A token's text is read as a JWT too.
pub fn fuzz_token_answer(input: &[u8]) {
    let Some((first, body)) = input.split_first() else {
        return;
    };
    let status = match first % 4 {
        0 => StatusCode::OK,
        1 => StatusCode::BAD_REQUEST,
        2 => StatusCode::UNAUTHORIZED,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    match entra::read(Source::Login, status, &HeaderMap::new(), body, now()) {
        Ok(tokens) => {
            assert_eq!(status, StatusCode::OK, "a refusal is taken for tokens");
            let shown = format!("{:?}", tokens.access_token);
            let token = tokens.access_token.token.expose();
            assert!(
                token.len() < 8 || !shown.contains(token) || is_part_of_words(token),
                "`Debug` shows the token"
            );
            let _audience = tokens.access_token.suits(&Cloud::public().audience);
        }
        Err(error) => {
            let _words = error.to_string();
        }
    }
    if let Ok(text) = str::from_utf8(body) {
        let token = AccessToken::new(text, None);
        let _read = (token.not_before(), token.issuer(), token.tenant_id());
        let _audiences = token.audiences();
    }
}

/// Tells whether a text is one of the words that `Debug` writes by itself.
fn is_part_of_words(text: &str) -> bool {
    let empty = AccessToken::new("", None);
    format!("{empty:?}").contains(text)
}

/// The first byte chooses the file: az's tokens, az's profile, a kept token, or an account. Promise: what is written
/// back is read as the same, and no tenant is more than a word.
pub fn fuzz_stored_tokens(input: &[u8]) {
    let Some((first, text)) = input.split_first() else {
        return;
    };
    match first % 4 {
        0 => {
            let profile = br#"{"subscriptions":[{"id":"s","name":"n","isDefault":true,"tenantId":"t-1","environmentName":"AzureCloud","user":{"name":"me@contoso.com","type":"user"}}]}"#;
            let Ok(profile) = Profile::parse(profile) else {
                return;
            };
            let Some(account) = profile.default_account() else {
                return;
            };
            let audience = Cloud::public().audience;
            let _found = search(
                text,
                &Wanted {
                    account,
                    tenant_id: "t-1",
                    authority: "login.microsoftonline.com",
                    audience: &audience,
                    resource_manager: &audience,
                    now: now(),
                    minimum_left: Duration::ZERO,
                },
            );
        }
        1 => {
            if let Ok(profile) = Profile::parse(text) {
                assert!(!profile.subscriptions.is_empty(), "no account is one");
                for one in &profile.subscriptions {
                    let is_word = one.tenant_id.is_empty() || is_tenant(&one.tenant_id);
                    assert!(is_word, "`{}` is taken for a tenant", one.tenant_id);
                }
                let _default = profile.default_account();
                let _found = profile.find("s");
                let _of_cloud = profile.of_cloud(&Cloud::public().name);
            }
        }
        2 => {
            if let Ok(entry) = Entry::read(text) {
                let again = Entry::read(&entry.bytes(now()));
                let again = again.map(|again| (again.key, again.token.token, again.expires_on));
                let expected = (entry.key, entry.token.token, entry.expires_on);
                assert_eq!(again, Ok(expected), "an entry is read as another one");
            }
        }
        _ => {
            if let Ok(account) = parse_account(text) {
                let again = parse_account(&bytes_of(&account));
                assert_eq!(again.as_ref().ok(), Some(&account), "an account changes");
                let is_word = account.tenant_id.is_empty() || is_tenant(&account.tenant_id);
                assert!(is_word, "`{}` is taken for a tenant", account.tenant_id);
            }
        }
    }
}
