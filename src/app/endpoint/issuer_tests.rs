//! When a token serves, when it is replaced, and when a credential is left in peace.

use std::time::{Duration, SystemTime};

use crate::app::endpoint::issuer::{AGEING, Found, Granted, Kept, LEAST_LEFT};
use crate::credential::AccessToken;
use crate::endpoint::Rejection;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn granted(end: u64, refresh: Option<u64>) -> Granted {
    let mut token = AccessToken::new("t", Some(at(end)));
    token.refresh_on = refresh.map(at);
    Granted {
        token,
        expires_on: at(end),
        not_before: at(0),
    }
}

#[track_caller]
fn check(kept: &Kept, now: u64, expected: &str) {
    let found = match kept.find(at(now)) {
        Found::Fresh(_) => "fresh",
        Found::Ageing(_) => "ageing",
        Found::Failed(_) => "failed",
        Found::Nothing => "nothing",
    };
    assert_eq!(found, expected, "at {now}");
}

#[test]
fn a_token_serves_while_it_is_replaced() {
    let mut kept = Kept::default();
    check(&kept, 0, "nothing");
    kept.take(&Ok(granted(3_600, Some(1_800))), at(0));
    check(&kept, 1_799, "fresh");
    check(&kept, 1_800, "ageing");
    kept.take(&Ok(granted(3_600, None)), at(0));
    check(&kept, 3_600 - AGEING.as_secs(), "fresh");
    check(&kept, 3_601 - AGEING.as_secs(), "ageing");
    check(&kept, 3_600 - LEAST_LEFT.as_secs(), "nothing");
}

#[test]
fn a_credential_that_fails_is_left_in_peace_for_longer_each_time() {
    let refused = Err(Rejection::NotConfirmed);
    let mut kept = Kept::default();
    let mut now = 0;
    for rest in [1, 2, 4, 8, 16, 32, 60, 60] {
        kept.take(&refused, at(now));
        check(&kept, now + rest - 1, "failed");
        check(&kept, now + rest, "nothing");
        now += rest;
    }
    kept.take(&Ok(granted(now + 3_600, None)), at(now));
    check(&kept, now, "fresh");
    kept.take(&refused, at(now + 3_100));
    check(&kept, now + 3_100, "fresh");
    check(&kept, now + 3_101, "ageing");
}

#[test]
fn a_source_without_a_fresher_token_is_not_asked_by_everybody() {
    let mut kept = Kept::default();
    kept.take(&Ok(granted(400, None)), at(0));
    check(&kept, 0, "fresh");
    check(&kept, 59, "fresh");
    check(&kept, 60, "ageing");
}
