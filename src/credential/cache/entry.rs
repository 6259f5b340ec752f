//! One kept token as the bytes of its file, and whether it can be used. Who reads and writes the
//! file: `store`.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::credential::token::from_epoch;
use crate::credential::{AccessToken, Provenance, Reuse, TokenRequest};

/// The version of the format.
const VERSION: u64 = 1;
/// A token that lives longer than this is refreshed from half its life on, if the issuer names no moment, as MSAL does.
const LONG_LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// The file: times are seconds since 1970.
#[derive(Serialize, Deserialize)]
struct Written {
    v: u64,
    key: String,
    token_type: String,
    access_token: String,
    expires_on: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_on: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oid: Option<String>,
    created: u64,
}

/// Of every version.
#[derive(Deserialize)]
struct Versioned {
    v: u64,
}

/// A kept token.
#[derive(Debug, Clone)]
pub(in crate::credential) struct Entry {
    /// The text of its key.
    pub(in crate::credential) key: String,
    /// The token, with its end.
    pub(in crate::credential) token: AccessToken,
    /// When it ends.
    pub(in crate::credential) expires_on: SystemTime,
}

/// Why the content of a file is not a token of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::credential) enum Unread {
    /// A newer version has written it: it is left alone.
    Newer,
    /// It is cut, or something else: it is replaced.
    Damaged,
}

impl Entry {
    /// A token that may be kept: one whose end is known. Its moment of refreshing is the issuer's,
    /// else that of half its life.
    pub(super) fn of(key: &str, token: &AccessToken, now: SystemTime) -> Option<Self> {
        let expires_on = token.expires_on?;
        let life = expires_on.duration_since(now).ok()?;
        let half = (life > LONG_LIFE).then(|| now + life / 2);
        let mut token = token.clone();
        token.refresh_on = token.refresh_on.or(half);
        Some(Self {
            key: key.to_owned(),
            token,
            expires_on,
        })
    }

    /// Tells whether its writer looks after the whole folder: one in 20 does, by the second in which
    /// its token ends.
    pub(super) fn is_due_to_evict(&self) -> bool {
        seconds(self.expires_on).is_multiple_of(20)
    }

    /// Returns the bytes of the file.
    pub(in crate::credential) fn bytes(&self, now: SystemTime) -> Vec<u8> {
        let claims = self.token.claims.clone().unwrap_or_default();
        let written = Written {
            v: VERSION,
            key: self.key.clone(),
            token_type: "Bearer".to_owned(),
            access_token: self.token.token.expose().to_owned(),
            expires_on: seconds(self.expires_on),
            refresh_on: self.token.refresh_on.map(seconds),
            aud: claims.aud.into_iter().next(),
            tid: claims.tid,
            oid: claims.oid,
            created: seconds(now),
        };
        serde_json::to_vec(&written).unwrap_or_default()
    }

    /// Reads the bytes of a file.
    pub(in crate::credential) fn read(bytes: &[u8]) -> Result<Self, Unread> {
        let version: Versioned = serde_json::from_slice(bytes).map_err(|_| Unread::Damaged)?;
        if version.v > VERSION {
            return Err(Unread::Newer);
        }
        let written: Written = serde_json::from_slice(bytes).map_err(|_| Unread::Damaged)?;
        let expires_on = from_epoch(written.expires_on).ok_or(Unread::Damaged)?;
        let mut token = AccessToken::new(&written.access_token, Some(expires_on));
        token.refresh_on = written.refresh_on.and_then(from_epoch);
        token.provenance = Provenance::Cache;
        Ok(Self {
            key: written.key,
            token,
            expires_on,
        })
    }
}

/// What a kept token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It can be used.
    Fresh,
    /// It can be used if there is no fresher one.
    Ageing,
    /// It cannot be used.
    Useless,
}

/// Judges a kept token for a request.
pub(super) fn judge(token: &AccessToken, request: &TokenRequest, now: SystemTime) -> Verdict {
    if matches!(&request.reuse, Reuse::AnyBut(refused) if *refused == token.token) {
        return Verdict::Useless;
    }
    let ends_after = |left: Duration| {
        let moment = now.checked_add(left);
        token
            .expires_on
            .is_some_and(|end| moment.is_some_and(|moment| end > moment))
    };
    if !ends_after(request.minimum_left) {
        return Verdict::Useless;
    }
    match token.refresh_on {
        Some(refresh_on) if refresh_on <= now => Verdict::Ageing,
        Some(_) | None => Verdict::Fresh,
    }
}

fn seconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Entry, Unread, Verdict, judge};
    use crate::azure::Secret;
    use crate::credential::cache::key::tests::request;
    use crate::credential::{AccessToken, Reuse};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn is_read_as_it_was_written() {
        let mut token = AccessToken::new("opaque", Some(at(4000)));
        token.refresh_on = Some(at(2000));
        let entry = Entry::of("k", &token, at(1000)).unwrap();
        let bytes = entry.bytes(at(1000));
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            r#"{"v":1,"key":"k","token_type":"Bearer","access_token":"opaque","expires_on":4000,"refresh_on":2000,"created":1000}"#
        );
        let read = Entry::read(&bytes).unwrap();
        assert_eq!((read.key.as_str(), read.expires_on), ("k", at(4000)));
        assert_eq!(read.token.token, token.token);
        assert_eq!(read.token.refresh_on, Some(at(2000)));
    }

    #[test]
    fn what_is_cut_anywhere_is_damaged() {
        let token = AccessToken::new("opaque", Some(at(4000)));
        let bytes = Entry::of("k", &token, at(1000)).unwrap().bytes(at(1000));
        for length in 0..bytes.len() {
            let unread = Entry::read(&bytes[..length]).err();
            assert_eq!(unread, Some(Unread::Damaged), "{length}");
        }
        for (text, expected) in [
            (r#"{"v":2,"k":[]}"#, Unread::Newer),
            (r#"{"v":"1"}"#, Unread::Damaged),
            (r#"{"v":1}"#, Unread::Damaged),
            ("[]", Unread::Damaged),
            (
                r#"{"v":1,"key":"k","token_type":"","access_token":"t","expires_on":18446744073709551615,"created":0}"#,
                Unread::Damaged,
            ),
        ] {
            assert_eq!(Entry::read(text.as_bytes()).err(), Some(expected), "{text}");
        }
    }

    #[test]
    fn only_what_has_an_end_is_kept() {
        for (end, kept) in [
            (None, false),
            (Some(at(900)), false),
            (Some(at(1100)), true),
        ] {
            let token = AccessToken::new("opaque", end);
            assert_eq!(Entry::of("k", &token, at(1000)).is_some(), kept, "{end:?}");
        }
    }

    #[test]
    fn a_long_life_is_refreshed_at_half_of_it() {
        for (end, named, expected) in [
            (at(3600), None, None),
            (at(7200), None, None),
            (at(7202), None, Some(at(3601))),
            (at(86_400), None, Some(at(43_200))),
            (at(86_400), Some(at(5)), Some(at(5))),
        ] {
            let mut token = AccessToken::new("opaque", Some(end));
            token.refresh_on = named;
            let entry = Entry::of("k", &token, at(0)).unwrap();
            assert_eq!(entry.token.refresh_on, expected, "{end:?}");
        }
    }

    #[track_caller]
    fn check(now: u64, least: u64, reuse: Reuse, expected: Verdict) {
        let mut token = AccessToken::new("opaque", Some(at(10_000)));
        token.refresh_on = Some(at(5000));
        let mut request = request();
        request.minimum_left = Duration::from_secs(least);
        request.reuse = reuse;
        assert_eq!(judge(&token, &request, at(now)), expected);
    }

    #[test]
    fn a_token_must_live_long_enough() {
        check(1000, 60, Reuse::Kept, Verdict::Fresh);
        check(4999, 60, Reuse::Kept, Verdict::Fresh);
        check(5000, 60, Reuse::Kept, Verdict::Ageing);
        check(9939, 60, Reuse::Kept, Verdict::Ageing);
        check(9940, 60, Reuse::Kept, Verdict::Useless);
        check(9699, 300, Reuse::Kept, Verdict::Ageing);
        check(9700, 300, Reuse::Kept, Verdict::Useless);
        check(20_000, 60, Reuse::Kept, Verdict::Useless);
        check(1000, u64::MAX, Reuse::Kept, Verdict::Useless);
    }

    #[test]
    fn a_refused_token_is_useless_and_another_one_is_not() {
        let refused = |token: &str| Reuse::AnyBut(Secret::new(token));
        check(1000, 60, refused("opaque"), Verdict::Useless);
        check(1000, 60, refused("another"), Verdict::Fresh);
    }
}
