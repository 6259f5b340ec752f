//! What a process asks for, and what it leaves to others.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use super::key::Key;
use super::key::tests::{identity, request};
use super::lock::{Lock, attempt};
use super::{CacheNote, Store, TokenCache, WantedToken};
use crate::azure::Secret;
use crate::credential::{
    AccessToken, Error, Identity, Provenance, Reuse, Source, SourceErrorKind, TokenRequest,
};
use crate::env::Env;

fn wanted<'a>(identity: &'a Identity, request: &'a TokenRequest, now: u64) -> WantedToken<'a> {
    WantedToken {
        identity,
        request,
        now: at(now),
    }
}

fn key() -> Key {
    Key::of(&identity(), &request())
}

/// A cache in a folder of its own, and how often its source was asked.
struct CacheFixture {
    _home: tempfile::TempDir,
    cache: TokenCache,
    fetches: Cell<u32>,
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A token of this text that ends then.
#[expect(clippy::unnecessary_wraps, reason = "it is an answer of a source")]
fn until(text: &str, end: u64) -> Result<AccessToken, Error> {
    Ok(AccessToken::new(text, Some(at(end))))
}

fn failure() -> Result<AccessToken, Error> {
    Err(SourceErrorKind::NotSetUp {
        reason: String::new(),
    }
    .of(Source::Login))
}

impl CacheFixture {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("tokens");
        let env = Env::with_variables([("ARMCLI_CACHE_DIR", folder.to_str().unwrap())]);
        Self {
            cache: TokenCache::of(&env),
            _home: home,
            fetches: Cell::default(),
        }
    }

    fn store(&self) -> &Store {
        self.cache.store.as_ref().unwrap()
    }

    fn file(&self) -> std::path::PathBuf {
        self.store().path(&key().name)
    }

    /// Asks at a time; the source would answer with `answer`.
    async fn ask(
        &self,
        now: u64,
        request: &TokenRequest,
        answer: Result<AccessToken, Error>,
    ) -> Result<String, Error> {
        let fetch = async {
            self.fetches.set(self.fetches.get() + 1);
            answer
        };
        let found = self
            .cache
            .obtain(
                wanted(&identity(), request, now),
                |token| token.token.expose() != "unsound",
                fetch,
            )
            .await?;
        Ok(found.token.expose().to_owned())
    }

    /// Asks, and says what was found and how often the source has been asked until now.
    #[track_caller]
    fn check(
        &self,
        now: u64,
        request: &TokenRequest,
        answer: Result<AccessToken, Error>,
        expected: Result<&str, ()>,
        fetches: u32,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let found = runtime.block_on(self.ask(now, request, answer));
        assert_eq!(found.as_deref().map_err(|_| ()), expected);
        assert_eq!(self.fetches.get(), fetches);
    }
}

#[test]
fn a_token_is_asked_for_once() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    fixture.check(10, &request(), until("two", 3600), Ok("one"), 1);
    fixture.check(3541, &request(), until("two", 7000), Ok("two"), 2);
    assert!(fixture.cache.take_notes().is_empty());
}

#[test]
fn a_token_says_where_it_was() {
    let fixture = CacheFixture::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for expected in [Provenance::Source, Provenance::Cache] {
        let fetch = async { until("one", 3600) };
        let (identity, request) = (identity(), request());
        let found = fixture
            .cache
            .obtain(wanted(&identity, &request, 0), |_| true, fetch);
        assert_eq!(runtime.block_on(found).unwrap().provenance, expected);
    }
}

#[test]
fn work_that_goes_on_needs_more() {
    let fixture = CacheFixture::new();
    let long = TokenRequest {
        minimum_left: Duration::from_secs(300),
        ..request()
    };
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    fixture.check(3400, &request(), until("two", 7000), Ok("one"), 1);
    fixture.check(3400, &long, until("two", 7000), Ok("two"), 2);
}

#[test]
fn an_ageing_token_is_refreshed_ahead_and_used_if_that_fails() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 10_000), Ok("one"), 1);
    fixture.check(4999, &request(), failure(), Ok("one"), 1);
    fixture.check(5000, &request(), failure(), Ok("one"), 2);
    fixture.check(5029, &request(), until("two", 20_000), Ok("one"), 2);
    fixture.check(5030, &request(), until("two", 20_000), Ok("two"), 3);
    fixture.check(5031, &request(), failure(), Ok("two"), 3);
}

#[test]
fn a_refresh_that_hangs_is_given_up() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 10_000), Ok("one"), 1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let request = request();
    let identity = identity();
    let hanging = std::future::pending();
    let found = fixture
        .cache
        .obtain(wanted(&identity, &request, 6000), |_| true, hanging);
    assert_eq!(runtime.block_on(found).unwrap().token.expose(), "one");
}

#[test]
fn an_ageing_token_is_not_waited_for() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 10_000), Ok("one"), 1);
    let held = attempt(&fixture.store().lock_path(&key().name));
    assert!(matches!(held, Lock::Held(_)));
    fixture.check(6000, &request(), until("two", 20_000), Ok("one"), 1);
    drop(held);
    fixture.check(6000, &request(), until("two", 20_000), Ok("two"), 2);
}

#[test]
fn a_refused_token_is_dropped_and_another_one_is_taken() {
    let fixture = CacheFixture::new();
    let refused = |token: &str| TokenRequest {
        reuse: Reuse::AnyBut(Secret::new(token)),
        ..request()
    };
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    fixture.check(1, &refused("one"), failure(), Err(()), 2);
    assert!(!fixture.file().exists());
    fixture.check(2, &refused("one"), until("two", 3600), Ok("two"), 3);
    fixture.check(2, &refused("one"), until("three", 3600), Ok("two"), 3);
    fixture.check(2, &refused("two"), until("two", 3600), Ok("two"), 4);
    assert!(
        !fixture.file().exists(),
        "the refused one is not kept again"
    );
}

#[test]
fn a_token_with_claims_serves_without_them_too() {
    let fixture = CacheFixture::new();
    let challenged = TokenRequest {
        claims: Some("{\"access_token\":{}}".to_owned()),
        ..request()
    };
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    fixture.check(0, &challenged, until("two", 3600), Ok("two"), 2);
    fixture.check(0, &challenged, failure(), Ok("two"), 2);
    fixture.check(0, &request(), failure(), Ok("two"), 2);
}

#[test]
fn an_error_is_not_kept_and_a_token_without_an_end_neither() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), failure(), Err(()), 1);
    fixture.check(
        0,
        &request(),
        Ok(AccessToken::new("one", None)),
        Ok("one"),
        2,
    );
    fixture.check(0, &request(), until("two", 3600), Ok("two"), 3);
}

#[test]
fn what_is_not_sound_is_not_used() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("unsound", 3600), Ok("unsound"), 1);
    fixture.check(0, &request(), until("two", 3600), Ok("two"), 2);
}

// On Windows what is kept is sealed, and not text.
#[cfg(unix)]
#[test]
fn a_damaged_file_is_replaced_and_a_newer_one_stays() {
    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    let whole = std::fs::read(fixture.file()).unwrap();
    let other_key = String::from_utf8(whole.clone())
        .unwrap()
        .replace("| c |", "| d |");
    let mut fetches = 1;
    for content in [
        &whole[..whole.len() / 2],
        b"",
        b"[]",
        b"\x00\xff",
        other_key.as_bytes(),
    ] {
        std::fs::write(fixture.file(), content).unwrap();
        fetches += 1;
        fixture.check(0, &request(), until("two", 3600), Ok("two"), fetches);
        fixture.check(0, &request(), failure(), Ok("two"), fetches);
    }
    let newer = b"{\"v\":2,\"sealed\":\"x\"}";
    std::fs::write(fixture.file(), newer).unwrap();
    fixture.check(0, &request(), until("two", 3600), Ok("two"), fetches + 1);
    assert_eq!(std::fs::read(fixture.file()).unwrap(), newer);
    let notes = fixture.cache.take_notes();
    assert!(matches!(&notes[..], [CacheNote::Trouble(text)] if text.contains("a newer version")));
    assert!(fixture.cache.take_notes().is_empty());
}

#[test]
fn without_a_folder_nothing_is_kept_and_nothing_fails() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let occupied = file.path().join("tokens");
    for (folder, expected) in [
        ("", "tokens are not kept: there is no home folder"),
        (occupied.to_str().unwrap(), "tokens are not kept: `"),
    ] {
        let cache = TokenCache::of(&Env::with_variables([("ARMCLI_CACHE_DIR", folder)]));
        for _ in 0..2 {
            let fetch = async { until("one", 3600) };
            let (identity, request) = (identity(), request());
            let found = cache.obtain(wanted(&identity, &request, 0), |_| true, fetch);
            assert_eq!(
                runtime.block_on(found).unwrap().provenance,
                Provenance::Source
            );
        }
        let notes = cache.take_notes();
        let [CacheNote::Trouble(text)] = &notes[..] else {
            panic!("{notes:?}")
        };
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_another_user_may_have_put_there_is_named() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let fixture = CacheFixture::new();
    fixture.check(0, &request(), until("one", 3600), Ok("one"), 1);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(fixture.file(), open).unwrap();
    fixture.check(0, &request(), failure(), Ok("one"), 1);
    let aside = fixture.file().with_extension("aside");
    std::fs::rename(fixture.file(), &aside).unwrap();
    symlink(&aside, fixture.file()).unwrap();
    fixture.check(0, &request(), until("two", 3600), Ok("two"), 2);
    assert!(!fixture.file().is_symlink());
    let notes = fixture.cache.take_notes();
    let signs = ["other users could read", "is a symbolic link"];
    assert_eq!(notes.len(), signs.len(), "{notes:?}");
    for (note, sign) in notes.iter().zip(signs) {
        assert!(
            matches!(note, CacheNote::Warning(text) if text.contains(sign)),
            "{note:?}"
        );
    }
}

#[cfg(unix)]
#[track_caller]
fn folder(variables: &[(&str, &str)], expected: Option<&str>) {
    let mut env = Env::with_variables(variables.iter().copied());
    env.cache_dir = Some("/home/me/.cache/arm".into());
    assert_eq!(TokenCache::of(&env).folder(), expected.map(str::as_ref));
}

#[cfg(unix)]
#[test]
fn lies_where_it_belongs() {
    folder(&[], Some("/home/me/.cache/arm/tokens"));
    folder(&[("RUNNER_TEMP", "/r")], Some("/home/me/.cache/arm/tokens"));
    let job = [("CI", "true"), ("RUNNER_TEMP", "/r")];
    folder(&job, Some("/r/arm/tokens"));
    folder(&[job[0], job[1], ("ARMCLI_CACHE_DIR", "/c")], Some("/c"));
    let none = TokenCache::of(&Env::with_variables([]));
    assert_eq!(none.folder(), None);
    assert!(none.list().unwrap().is_empty());
}
