//! The store of accounts against what can be in its folder.

use std::fs;

use super::account::Account;
use super::account::tests::account;
use super::client_credential::ClientCredential;
use super::error::{StoreError, StoreErrorKind};
use super::store::Store;
use crate::azure::Secret;
#[cfg(unix)]
use crate::credential::PrivateFileError;
use crate::env::Env;

struct Home {
    folder: tempfile::TempDir,
    store: Store,
}

fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let mut env = Env::with_variables([]);
    env.state_dir = Some(folder.path().join("arm"));
    let store = Store::of(&env).unwrap();
    Home { folder, store }
}

impl Home {
    fn put(&self, account: &Account, text: &str) {
        self.store.prepare().unwrap();
        let name = format!("arm/login/{}.json", account.id());
        fs::write(self.folder.path().join(&name), text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(self.folder.path().join(name), mode).unwrap();
        }
    }
}

#[test]
fn keeps_accounts_and_which_is_active() {
    let Home { store, .. } = home();
    assert!(store.list().unwrap().accounts.is_empty());
    let (me, you) = (account("me", "r1"), account("you", "r2"));
    store.sign_in(&you).unwrap();
    store.sign_in(&me).unwrap();
    let listing = store.list().unwrap();
    assert_eq!(listing.accounts, [me.clone(), you.clone()]);
    assert_eq!(listing.active_at(&me.authority), Some(&me));
    assert_eq!(listing.active_at("https://login.chinacloudapi.cn/"), None);
    store.activate(&you.id()).unwrap();
    let listing = store.list().unwrap();
    assert_eq!(listing.active_at(&me.authority), Some(&you));
    assert_eq!(store.sign_out(&you.id()), Ok(true));
    assert_eq!(store.sign_out(&you.id()), Ok(false));
    let listing = store.list().unwrap();
    assert_eq!(listing.active_id, None);
    assert_eq!(listing.active_at(&me.authority), Some(&me), "the only one");
}

#[test]
fn accounts_that_were_elsewhere_are_moved() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let store_at = |folder| {
        let mut env = Env::with_variables([]);
        env.state_dir = Some(folder);
        env
    };
    let earlier = Store::of(&store_at(at("roaming"))).unwrap();
    let (me, you) = (account("me", "r1"), account("you", "r2"));
    earlier.sign_in(&you).unwrap();
    earlier.sign_in(&me).unwrap();
    let mut env = store_at(at("local"));
    env.earlier_state_dir = Some(at("roaming"));
    let store = Store::of(&env).unwrap();
    let newer = account("you", "r3");
    Store::of(&store_at(at("local")))
        .unwrap()
        .sign_in(&newer)
        .unwrap();
    let listing = store.list().unwrap();
    assert_eq!(listing.accounts, [me, newer.clone()]);
    assert_eq!(listing.active_id, Some(newer.id()), "what is here stays");
    assert!(!at("roaming/login").exists());
    assert_eq!(store.list().unwrap().accounts.len(), 2);
}

#[test]
fn of_several_none_is_guessed() {
    let Home { store, .. } = home();
    for name in ["a", "b", "c"] {
        store.sign_in(&account(name, "r")).unwrap();
    }
    store.sign_out(&account("c", "r").id()).unwrap();
    let listing = store.list().unwrap();
    assert_eq!(listing.active_at(&account("a", "r").authority), None);
    assert_eq!(store.sign_out_all(), Ok(2));
    assert_eq!(store.sign_out_all(), Ok(0));
}

#[test]
fn the_newer_refresh_token_stays() {
    let Home { store, .. } = home();
    let me = account("me", "r1");
    let id = me.id();
    let secret = |text: &str| Secret::new(text);
    let kept = || store.read(&id).unwrap().unwrap().credential;
    let holds = |text: &str| ClientCredential::RefreshToken(secret(text));
    store.sign_in(&me).unwrap();
    // Two runs have used `r1`; the first to come back wins, the other one's is as good.
    store.rotate(&id, &secret("r1"), &secret("r2")).unwrap();
    store.rotate(&id, &secret("r1"), &secret("r2b")).unwrap();
    assert_eq!(kept(), holds("r2"));
    // The account has signed in again during a run.
    store.sign_in(&account("me", "new")).unwrap();
    store.rotate(&id, &secret("r2"), &secret("r3")).unwrap();
    assert_eq!(kept(), holds("new"));
    // The account has signed out: nothing comes back.
    store.sign_out(&id).unwrap();
    store.rotate(&id, &secret("new"), &secret("r4")).unwrap();
    assert_eq!(store.read(&id), Ok(None));
}

#[test]
fn a_newer_file_is_never_overwritten() {
    let home = home();
    let me = account("me", "r");
    home.put(&me, r#"{"v":2,"what":"ever"}"#);
    let newer = |error: StoreError| matches!(error.kind, StoreErrorKind::Newer { version: 2 });
    assert!(newer(home.store.list().unwrap_err()));
    assert!(newer(home.store.sign_in(&me).unwrap_err()));
    assert!(newer(home.store.update(&me.id(), |_| ()).unwrap_err()));
    let text = home.store.list().unwrap_err().to_string();
    assert!(text.contains("format 2; this one knows 1"), "{text}");
}

#[test]
fn a_cut_file_is_named_and_can_be_replaced() {
    let home = home();
    let me = account("me", "r");
    for text in ["", "{", "[]", r#"{"v":1}"#, r#"{"v":1,"kind":"robot"}"#] {
        home.put(&me, text);
        let error = home.store.list().unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Malformed, "{text}");
        assert!(error.path.ends_with(format!("login/{}.json", me.id())));
    }
    home.store.sign_in(&me).unwrap();
    assert_eq!(home.store.list().unwrap().accounts, [me]);
}

#[test]
fn other_files_are_left_alone() {
    let home = home();
    home.store.sign_in(&account("me", "r")).unwrap();
    let other = home.folder.path().join("arm/login/notes.json");
    fs::write(&other, "mine").unwrap();
    assert_eq!(home.store.list().unwrap().accounts.len(), 1);
    home.store.sign_out_all().unwrap();
    assert!(other.exists());
}

#[cfg(unix)]
#[test]
fn what_others_could_read_is_closed_and_said() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = home();
    let me = account("me", "r");
    home.store.sign_in(&me).unwrap();
    let path = home
        .folder
        .path()
        .join(format!("arm/login/{}.json", me.id()));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let listing = home.store.list().unwrap();
    assert_eq!(listing.notes.len(), 1);
    assert!(listing.notes[0].contains("me@contoso.example"));
    assert!(home.store.list().unwrap().notes.is_empty());
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_could_have_filled_is_not_used() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let Home { folder, store } = home();
    let me = account("me", "r");
    store.sign_in(&me).unwrap();
    let own = folder.path().join("arm/login");
    let mode_of = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode_of(&folder.path().join("arm")), 0o700);
    let check = |expected: &PrivateFileError| {
        let expected = StoreError {
            path: own.clone(),
            kind: StoreErrorKind::File(expected.clone()),
        };
        assert_eq!(store.list().unwrap_err(), expected);
        assert_eq!(store.read(&me.id()).unwrap_err(), expected);
    };
    fs::set_permissions(&own, fs::Permissions::from_mode(0o777)).unwrap();
    check(&PrivateFileError::WritableByOthers);
    fs::set_permissions(&own, fs::Permissions::from_mode(0o700)).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&own, &elsewhere).unwrap();
    symlink(&elsewhere, &own).unwrap();
    check(&PrivateFileError::Link);
}
