//! The protocol of git's credential helpers: lines `name=value` (git-scm.com, git-credential, "INPUT/OUTPUT FORMAT").
//! Which hosts get a token: `azure::ToolService`.

use std::time::SystemTime;

use super::input::HelperInputError;
use crate::azure::Secret;

/// Whom git asks a credential for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitRequest {
    protocol: String,
    host: String,
    has_username: bool,
    /// Whether it takes a token as one, rather than as a password (git 2.46).
    takes_bearer: bool,
}

impl GitRequest {
    /// Reads what git says: up to the first empty line. Names that are not known are left alone, as git asks for.
    pub fn read(input: &[u8]) -> Result<Self, HelperInputError> {
        let malformed = |reason| HelperInputError::Malformed {
            program: "git",
            reason,
        };
        let text = std::str::from_utf8(input).map_err(|_| malformed("it is not text"))?;
        let mut request = Self::default();
        let (mut protocol, mut host) = (None, None);
        for line in text.lines().take_while(|line| !line.is_empty()) {
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| malformed("a line is not `name=value`"))?;
            // What an address with line ends in it makes of a helper that forgives (CVE-2020-5260, CVE-2024-52006).
            if value.contains(|letter: char| letter.is_control() && letter != '\t') {
                return Err(malformed("a line holds a control character"));
            }
            match name {
                "protocol" if protocol.replace(value).is_some() => {
                    return Err(malformed("it names the protocol twice"));
                }
                "host" if host.replace(value).is_some() => {
                    return Err(malformed("it names the host twice"));
                }
                "username" => request.has_username = !value.is_empty(),
                "capability[]" if value == "authtype" => request.takes_bearer = true,
                _ => {}
            }
        }
        protocol
            .unwrap_or_default()
            .clone_into(&mut request.protocol);
        host.unwrap_or_default().clone_into(&mut request.host);
        Ok(request)
    }

    /// The host that may get a credential, if the connection is encrypted.
    pub fn host(&self) -> Option<&str> {
        (self.protocol == "https").then_some(self.host.as_str())
    }

    /// Gives a token: as a bearer where git knows them, else as the password of any user.
    pub fn answer(&self, token: &Secret, expires_on: Option<SystemTime>) -> String {
        let token = token.expose();
        let mut answer = if self.takes_bearer {
            // `ephemeral`: no other helper keeps it.
            format!("capability[]=authtype\nauthtype=Bearer\nephemeral=1\ncredential={token}\n")
        } else if self.has_username {
            format!("password={token}\n")
        } else {
            format!("username=token\npassword={token}\n")
        };
        let since = expires_on.and_then(|end| end.duration_since(SystemTime::UNIX_EPOCH).ok());
        if let Some(since) = since {
            answer.push_str(&format!("password_expiry_utc={}\n", since.as_secs()));
        }
        answer
    }
}

/// Says that nobody else need be asked, neither another helper nor the user: a password would not help.
pub const fn refusal() -> &'static str {
    "quit=1\n"
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::GitRequest;
    use crate::azure::Secret;

    #[track_caller]
    fn check(input: &str, host: Option<&str>, answer: &str) {
        let request = GitRequest::read(input.as_bytes()).unwrap();
        assert_eq!(request.host(), host, "{input}");
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_328_808);
        assert_eq!(
            request.answer(&Secret::new("t"), Some(end)),
            answer,
            "{input}"
        );
    }

    #[test]
    fn git_is_given_what_it_understands() {
        let password = "username=token\npassword=t\npassword_expiry_utc=1795328808\n";
        check(
            "protocol=https\nhost=dev.azure.com\n",
            Some("dev.azure.com"),
            password,
        );
        check(
            "protocol=https\nhost=dev.azure.com\npath=a/b=c\nwwwauth[]=Basic realm=\"x\"\nfuture=1\n\nhost=other\n",
            Some("dev.azure.com"),
            password,
        );
        check("protocol=http\nhost=dev.azure.com\n", None, password);
        check(
            "protocol=https\r\nhost=dev.azure.com\r\n",
            Some("dev.azure.com"),
            password,
        );
        check("", None, password);
        check(
            "protocol=https\nhost=dev.azure.com\nusername=contoso\n",
            Some("dev.azure.com"),
            "password=t\npassword_expiry_utc=1795328808\n",
        );
        check(
            "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=dev.azure.com\n",
            Some("dev.azure.com"),
            "capability[]=authtype\nauthtype=Bearer\nephemeral=1\ncredential=t\npassword_expiry_utc=1795328808\n",
        );
    }

    #[test]
    fn what_git_does_not_say_is_refused() {
        for input in [
            &b"protocol"[..],
            b"protocol=https\nhost\n",
            b"host=\xff\n",
            b"protocol=https\nhost=evil.example\nhost=dev.azure.com\n",
            b"protocol=http\nprotocol=https\nhost=dev.azure.com\n",
            b"protocol=https\nhost=dev.azure.com\nusername=a\rhost=evil.example\n",
            b"protocol=https\nhost=dev.azure.com\0.evil.example\n",
        ] {
            assert!(GitRequest::read(input).is_err(), "{input:?}");
        }
    }
}
