//! The settings of docker, `config.json`: those of the user with this program as the store of logins, and what the user's
//! own settings hold for other servers. The protocol between docker and a store: `docker`.

use std::ffi::OsString;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::docker::{DockerLogin, host_of};
use super::registry::token_exchange;
use crate::azure::{Cloud, Secret, ToolService};

/// The user name that says that the password is a token of an identity provider (docker/cli, `cli/config/credentials`).
const IDENTITY_TOKEN_USER: &str = "<token>";

/// The settings of a user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DockerConfig(Map<String, Value>);

/// Where the login for a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredLogin {
    /// In a store, which a program of this name opens: `docker-credential-NAME`.
    Store(String),
    /// In the settings themselves.
    Here(DockerLogin),
    /// Nowhere.
    Nowhere,
}

impl DockerConfig {
    /// Reads the settings; nothing if they are not a JSON object.
    pub fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().map(Self)
    }

    /// The settings in which `store` has the logins of every registry of the cloud, and of all servers that have no
    /// store of their own. No login is in them. Podman and its like know no store of everything: the registries that
    /// are `named` are listed for them.
    #[must_use]
    pub fn with_store(&self, store: &str, cloud: &Cloud, named: &[String]) -> Self {
        let mut settings = self.0.clone();
        settings.remove("auths");
        let helpers = settings.remove("credHelpers");
        let mut helpers = match helpers {
            Some(Value::Object(helpers)) => helpers,
            Some(_) | None => Map::new(),
        };
        helpers.retain(|server, _| token_exchange(cloud, server).is_none());
        helpers.extend(named.iter().map(|server| (server.clone(), store.into())));
        if !helpers.is_empty() {
            settings.insert("credHelpers".to_owned(), helpers.into());
        }
        settings.insert("credsStore".to_owned(), store.into());
        Self(settings)
    }

    /// Writes the settings.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_default() + "\n"
    }

    /// The program that has the logins of servers without one of their own.
    pub fn store(&self) -> Option<&str> {
        self.0
            .get("credsStore")?
            .as_str()
            .filter(|name| is_plain(name))
    }

    /// The servers that have a login in the settings, with the user of each.
    pub fn servers(&self) -> Vec<(String, String)> {
        let logins = self.0.get("auths").and_then(Value::as_object);
        let servers = logins.into_iter().flatten().filter_map(|(server, login)| {
            let login = login_of(server, login)?;
            Some((server.clone(), login.user))
        });
        servers.collect()
    }

    /// Where the user's login for a server is.
    pub fn login_for(&self, server: &str) -> StoredLogin {
        if let Some(store) = self.store() {
            return StoredLogin::Store(store.to_owned());
        }
        let logins = self.0.get("auths").and_then(Value::as_object);
        let found = logins.into_iter().flatten().find_map(|(own, login)| {
            let is_meant =
                own == server || host_of(own).is_some_and(|own| host_of(server) == Some(own));
            is_meant.then(|| login_of(server, login)).flatten()
        });
        found.map_or(StoredLogin::Nowhere, StoredLogin::Here)
    }
}

/// The registries of a cloud that are in the arguments of a program, such as `docker://contoso.azurecr.io/app:1`.
pub fn registries_in(arguments: &[OsString], cloud: &Cloud) -> Vec<String> {
    let mut found = Vec::new();
    let words = arguments.iter().filter_map(|word| word.to_str());
    for word in words.flat_map(|word| word.split(['/', '=', ',', '@'])) {
        let host = word.to_ascii_lowercase();
        if ToolService::ContainerRegistry
            .audience_at(cloud, &host)
            .is_some()
            && !found.contains(&host)
        {
            found.push(host);
        }
    }
    found
}

/// A name that can only be that of a file in the search path.
fn is_plain(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.bytes().all(is_letter)
}

/// Reads a login: `auth` is `USER:PASSWORD` in base64, `identitytoken` a token.
fn login_of(server: &str, login: &Value) -> Option<DockerLogin> {
    let text = |name: &str| login.get(name)?.as_str().filter(|text| !text.is_empty());
    let (user, password) = if let Some(token) = text("identitytoken") {
        (IDENTITY_TOKEN_USER.to_owned(), token.to_owned())
    } else {
        let whole = STANDARD.decode(text("auth")?).ok()?;
        let whole = String::from_utf8(whole).ok()?;
        let (user, password) = whole.split_once(':')?;
        (user.to_owned(), password.trim_end_matches('\0').to_owned())
    };
    Some(DockerLogin {
        server: server.to_owned(),
        user,
        password: Secret::new(password),
    })
}

#[cfg(test)]
mod tests {
    use super::{DockerConfig, StoredLogin, registries_in};
    use crate::azure::Cloud;

    const OWN: &str = r#"{
        "auths": {"https://index.docker.io/v1/": {"auth": "bWU6cHc="}, "ghcr.io": {"identitytoken": "i"},
                  "contoso.azurecr.io": {"auth": "b2xkOm9sZA=="}, "broken": {"auth": "?"}},
        "credHelpers": {"gcr.io": "gcloud", "contoso.azurecr.io": "acr-env"},
        "currentContext": "remote", "HttpHeaders": {"a": "b"}
    }"#;

    #[test]
    fn the_users_settings_stay_but_for_the_logins() {
        let own = DockerConfig::read(OWN.as_bytes()).unwrap();
        let text = own
            .with_store("arm", &Cloud::public(), &["fabrikam.azurecr.io".to_owned()])
            .text();
        let found: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "credHelpers": {"gcr.io": "gcloud", "fabrikam.azurecr.io": "arm"}, "credsStore": "arm",
            "currentContext": "remote", "HttpHeaders": {"a": "b"}
        });
        assert_eq!(found, expected);
        assert_eq!(DockerConfig::read(b"[]"), None);
        assert_eq!(DockerConfig::read(b""), None);
    }

    #[test]
    fn registries_are_found_in_arguments() {
        let words = [
            "pull",
            "docker://Contoso.azurecr.io/app:1",
            "--cache-from=type=registry,ref=b.azurecr.io/x@sha256:1",
        ];
        let words: Vec<_> = words.iter().map(Into::into).collect();
        let found = registries_in(&words, &Cloud::public());
        assert_eq!(found, ["contoso.azurecr.io", "b.azurecr.io"]);
        assert!(
            registries_in(
                &["contoso.azurecr.io.evil.example/x".into()],
                &Cloud::public()
            )
            .is_empty()
        );
    }

    #[track_caller]
    fn check(config: &DockerConfig, server: &str, expected: &str) {
        let found = match config.login_for(server) {
            StoredLogin::Store(name) => format!("store {name}"),
            StoredLogin::Here(login) => format!("{} {}", login.user, login.password.expose()),
            StoredLogin::Nowhere => "nowhere".to_owned(),
        };
        assert_eq!(found, expected, "{server}");
    }

    #[test]
    fn logins_for_other_servers_are_found_where_they_were() {
        let own = DockerConfig::read(OWN.as_bytes()).unwrap();
        check(&own, "https://index.docker.io/v1/", "me pw");
        check(&own, "ghcr.io", "<token> i");
        check(&own, "https://ghcr.io", "<token> i");
        check(&own, "broken", "nowhere");
        check(&own, "quay.io", "nowhere");
        let servers: Vec<_> = own
            .servers()
            .into_iter()
            .map(|(server, _)| server)
            .collect();
        assert_eq!(servers.len(), 3, "{servers:?}");
        for (store, expected) in [
            ("pass", "store pass"),
            ("../x", "nowhere"),
            ("a b", "nowhere"),
        ] {
            let text = format!("{{\"credsStore\":\"{store}\"}}");
            check(
                &DockerConfig::read(text.as_bytes()).unwrap(),
                "quay.io",
                expected,
            );
        }
    }
}
