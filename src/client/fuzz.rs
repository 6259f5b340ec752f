//! What the fuzzer asks of the answers to a request without a good token. Who runs it: `crate::fuzz`.

use http::{HeaderMap, HeaderValue, header};

use super::challenge::{ChallengeAction, action_for};

/// `WWW-Authenticate`, one challenge a line, and after an empty line the body of the 401. Promise: only a GUID is taken
/// for a tenant, and only a JSON object for claims.
pub fn fuzz_challenge(input: &[u8]) {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = input.split_at(end.unwrap_or(input.len()));
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n').take(100) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(header::WWW_AUTHENTICATE, value);
        }
    }
    for token_tenant in [None, Some("72f988bf-86f1-41af-91ab-2d7cd011db47")] {
        match action_for(&headers, body, token_tenant) {
            Some(ChallengeAction::Tenant(tenant_id)) => {
                let is_guid = uuid::Uuid::try_parse(&tenant_id).is_ok();
                assert!(is_guid, "`{tenant_id}` is taken for a tenant");
                assert_ne!(token_tenant, Some(tenant_id.as_str()), "it is asked again");
            }
            Some(ChallengeAction::Claims(claims)) => {
                let json = serde_json::from_str::<serde_json::Value>(&claims.json);
                assert!(json.is_ok_and(|json| json.is_object()), "{}", claims.json);
            }
            Some(ChallengeAction::Fresh) | None => {}
        }
    }
}
