//! What is found in a cache, and the many reasons not to use an entry.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{CLIENT_ID, Wanted, search};
use crate::azure::{Audience, Cloud};
use crate::credential::azure_cli::profile::{Subscription, User};

const NOW: u64 = 1_800_000_000;
const HOST: &str = "login.microsoftonline.com";

fn account(kind: &str) -> Subscription {
    Subscription {
        tenant_id: "T-1".to_owned(),
        user: User {
            name: match kind {
                "user" => "Me@Contoso.com".to_owned(),
                _ => "app-1".to_owned(),
            },
            kind: kind.to_owned(),
            ..User::default()
        },
        ..Subscription::default()
    }
}

fn entry() -> Value {
    json!({
        "credential_type": "AccessToken", "secret": "kept", "home_account_id": "u.t-1",
        "environment": HOST, "client_id": CLIENT_ID, "realm": "t-1", "token_type": "Bearer",
        "target": "https://management.core.windows.net//.default https://management.core.windows.net//user_impersonation",
        "cached_at": "1", "expires_on": "1800000301", "extended_expires_on": "x", "refresh_on": "2",
    })
}

fn person(name: &str) -> Value {
    json!({"home_account_id": "u.t-1", "environment": HOST, "realm": "t-1", "username": name})
}

/// Looks for Resource Manager's token of an account.
fn find(cache: &Value, kind: &str, audience: &str) -> Option<String> {
    let text = cache.to_string();
    let found = search(
        text.as_bytes(),
        &Wanted {
            account: &account(kind),
            tenant_id: "T-1",
            authority: HOST,
            audience: &Audience::parse(audience).unwrap(),
            resource_manager: &Cloud::public().audience,
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(NOW),
            minimum_left: Duration::ZERO,
        },
    );
    found.map(|token| format!("{:?}", token.token.expose()))
}

const ARM: &str = "https://management.azure.com/";

/// A cache with this entry and the user's account.
fn with(entry: &Value) -> Value {
    json!({
        "AccessToken": {"u.t-1-login.microsoftonline.com-accesstoken-x-t-1-y": entry},
        "Account": {"a": person("me@contoso.com"), "b": person("other@contoso.com"), "c": 7},
        "RefreshToken": {"r": 5}, "Unknown": [],
    })
}

#[test]
fn finds_the_token_of_the_user() {
    assert!(find(&with(&entry()), "user", ARM).is_some());
}

#[test]
fn every_spelling_of_resource_manager_will_do() {
    for wanted in [
        ARM,
        "https://management.azure.com",
        "https://management.core.windows.net/",
        "https://management.core.windows.net",
    ] {
        assert!(find(&with(&entry()), "user", wanted).is_some(), "{wanted}");
    }
    for (target, wanted, found) in [
        (
            "https://vault.azure.net/.default",
            "https://vault.azure.net",
            true,
        ),
        (
            "https://vault.azure.net/.default",
            "https://vault.azure.net/",
            false,
        ),
        (
            "https://storage.azure.com//.default x",
            "https://storage.azure.com/",
            true,
        ),
        (
            "https://graph.microsoft.com/User.Read",
            "https://graph.microsoft.com",
            false,
        ),
        ("https://management.azure.com.evil/.default", ARM, false),
        ("", ARM, false),
    ] {
        let mut entry = entry();
        entry["target"] = target.into();
        assert_eq!(
            find(&with(&entry), "user", wanted).is_some(),
            found,
            "{target} {wanted}"
        );
    }
}

#[test]
fn an_entry_that_is_not_the_one_is_not_used() {
    for (name, value) in [
        ("credential_type", json!("AccessToken_With_AuthScheme")),
        ("token_type", json!("pop")),
        ("token_type", json!("ssh-cert")),
        ("token_type", Value::Null),
        ("ext_cache_key", json!("abc")),
        ("home_account_id", json!("other.t-1")),
        ("home_account_id", Value::Null),
        ("environment", json!("login.chinacloudapi.cn")),
        ("environment", json!("evil.example")),
        ("client_id", json!("another")),
        ("realm", json!("t-2")),
        ("expires_on", json!("1800000300")),
        ("expires_on", json!("0")),
        ("expires_on", json!("soon")),
        ("expires_on", json!(1_800_009_999)),
        ("secret", json!(5)),
    ] {
        let mut entry = entry();
        entry[name] = value.clone();
        assert_eq!(find(&with(&entry), "user", ARM), None, "{name} {value}");
    }
    let mut alias = entry();
    alias["environment"] = "login.windows.net".into();
    assert!(find(&with(&alias), "user", ARM).is_some());
}

#[test]
fn a_name_of_two_accounts_names_none() {
    let mut cache = with(&entry());
    cache["Account"]["d"] = person("ME@contoso.com");
    assert!(find(&cache, "user", ARM).is_some());
    cache["Account"]["d"]["home_account_id"] = "other".into();
    assert_eq!(find(&cache, "user", ARM), None);
    cache["Account"] = json!({});
    assert_eq!(find(&cache, "user", ARM), None);
}

#[test]
fn a_service_principal_has_no_account() {
    let mut own = entry();
    own["home_account_id"] = Value::Null;
    own["client_id"] = "app-1".into();
    assert!(find(&with(&own), "servicePrincipal", ARM).is_some());
    assert_eq!(find(&with(&entry()), "servicePrincipal", ARM), None);
    assert_eq!(find(&with(&own), "user", ARM), None);
    assert_eq!(find(&with(&own), "else", ARM), None);
}

#[test]
fn the_token_that_lives_longest_is_taken() {
    let mut cache = with(&entry());
    let mut longer = entry();
    longer["secret"] = "longer".into();
    longer["expires_on"] = "1800009999".into();
    cache["AccessToken"]["z-t-1"] = longer;
    cache["AccessToken"]["a-t-1"] = json!("junk");
    assert_eq!(find(&cache, "user", ARM).as_deref(), Some("\"longer\""));
}

#[test]
fn a_file_that_is_not_a_cache_holds_nothing() {
    for cache in [
        json!({}),
        json!([]),
        json!(null),
        json!({"AccessToken": []}),
        json!({"AccessToken": {}, "Account": 5}),
    ] {
        assert_eq!(find(&cache, "user", ARM), None, "{cache}");
    }
}
