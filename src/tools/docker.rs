//! The protocol of docker's credential helpers: a word as argument, a server or a login on standard input, JSON on
//! standard output (docker/docker-credential-helpers). Where the logins of a registry of Azure come from: `registry`.

use serde::{Deserialize, Serialize};

use super::input::HelperInputError;
use crate::azure::Secret;

/// What docker takes for "there is no login, try without one".
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// The user of every registry of Azure whose password is a token.
const TOKEN_USER: &str = "00000000-0000-0000-0000-000000000000";

/// What docker wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DockerAction {
    /// A login.
    Get,
    /// To keep a login.
    Store,
    /// To forget a login.
    Erase,
    /// The servers that there are logins for.
    List,
    /// Which program this is.
    Version,
}

impl DockerAction {
    /// All of them, as docker spells them.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("get", Self::Get),
        ("store", Self::Store),
        ("erase", Self::Erase),
        ("list", Self::List),
        ("version", Self::Version),
    ];

    /// Finds an action by its name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::NAMES.into_iter();
        all.find(|(own, _)| *own == name).map(|(_, action)| action)
    }

    /// The name of the action.
    pub fn name(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, action)| *action == self)
            .map_or("", |(name, _)| name)
    }

    /// Reads the server that an action is about, as docker wrote it: an address, or a host alone.
    pub fn server(self, input: &[u8]) -> Result<String, HelperInputError> {
        #[derive(Deserialize)]
        struct Login {
            #[serde(rename = "ServerURL")]
            server: String,
        }
        let malformed = |reason| HelperInputError::Malformed {
            program: "docker",
            reason,
        };
        let server = match self {
            Self::Store => {
                let login: Login = serde_json::from_slice(input)
                    .map_err(|_| malformed("it is not JSON with `ServerURL`"))?;
                login.server
            }
            Self::Get | Self::Erase | Self::List | Self::Version => {
                let text = std::str::from_utf8(input).map_err(|_| malformed("it is not text"))?;
                text.trim().to_owned()
            }
        };
        if server.is_empty() {
            return Err(malformed("it names no server"));
        }
        Ok(server)
    }
}

/// The host of a server as docker writes it, with its port: `contoso.azurecr.io`, `https://contoso.azurecr.io/v2/`.
/// Nothing if it is asked in plain text.
pub(super) fn host_of(server: &str) -> Option<&str> {
    let rest = match server.split_once("://") {
        Some(("https", rest)) => rest,
        Some(_) => return None,
        None => server,
    };
    rest.split(['/', '?', '#'])
        .next()
        .filter(|host| !host.is_empty())
}

/// A login, as docker is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DockerLogin {
    /// The server as docker wrote it.
    pub server: String,
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl DockerLogin {
    /// The login of a registry of Azure.
    pub fn of_registry(server: &str, refresh_token: Secret) -> Self {
        Self {
            server: server.to_owned(),
            user: TOKEN_USER.to_owned(),
            password: refresh_token,
        }
    }

    /// Writes it as docker reads it.
    pub fn answer(&self) -> String {
        #[derive(Serialize)]
        struct Answer<'a> {
            #[serde(rename = "ServerURL")]
            server: &'a str,
            #[serde(rename = "Username")]
            user: &'a str,
            #[serde(rename = "Secret")]
            password: &'a str,
        }
        let answer = Answer {
            server: &self.server,
            user: &self.user,
            password: self.password.expose(),
        };
        serde_json::to_string(&answer).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::{DockerAction, DockerLogin, host_of};
    use crate::azure::Secret;

    #[test]
    fn a_server_is_read_as_docker_writes_it() {
        for (server, expected) in [
            ("contoso.azurecr.io", Some("contoso.azurecr.io")),
            ("contoso.azurecr.io:443", Some("contoso.azurecr.io:443")),
            ("https://contoso.azurecr.io", Some("contoso.azurecr.io")),
            ("https://index.docker.io/v1/", Some("index.docker.io")),
            ("http://contoso.azurecr.io", None),
            ("https://", None),
        ] {
            assert_eq!(host_of(server), expected, "{server}");
        }
        let server = |action: DockerAction, input: &str| action.server(input.as_bytes()).ok();
        assert_eq!(
            server(DockerAction::Get, "a.example\n").as_deref(),
            Some("a.example")
        );
        let login = r#"{"ServerURL":"a.example","Username":"u","Secret":"s"}"#;
        assert_eq!(
            server(DockerAction::Store, login).as_deref(),
            Some("a.example")
        );
        assert_eq!(server(DockerAction::Store, "a.example"), None);
        assert_eq!(server(DockerAction::Get, " \n"), None);
    }

    #[test]
    fn a_login_is_written_as_docker_reads_it() {
        let login = DockerLogin::of_registry("contoso.azurecr.io", Secret::new("r"));
        assert_eq!(
            login.answer(),
            "{\"ServerURL\":\"contoso.azurecr.io\",\"Username\":\"00000000-0000-0000-0000-000000000000\",\"Secret\":\"r\"}\n"
        );
    }

    #[test]
    fn actions_have_their_names() {
        for (name, action) in DockerAction::NAMES {
            assert_eq!(DockerAction::named(name), Some(action));
            assert_eq!(action.name(), name);
        }
        assert_eq!(DockerAction::named("steal"), None);
    }
}
