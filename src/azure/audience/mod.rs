//! The audience of a token, as a user, a cloud or the table of hosts writes it. Which host takes tokens for which
//! audience: `cloud::hosts`.

use std::fmt;

pub(super) mod host_table;

/// The resource that a token is for: the v1 word `resource`, a URL or a GUID, spelled as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Audience(String);

/// Why a text is not an audience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AudienceError {
    /// Nothing was given.
    #[error("an audience may not be empty")]
    Empty,
    /// White space or a control character is inside: often two scopes in one argument.
    #[error("an audience is one URL, `api://` name or GUID; this one has a blank in it")]
    Blank,
}

impl Audience {
    /// Reads an audience as a user gives it; a trailing `/.default` of a v2 scope is dropped.
    pub fn parse(text: &str) -> Result<Self, AudienceError> {
        let text = text.trim();
        let resource = text.strip_suffix("/.default").unwrap_or(text);
        if resource.is_empty() {
            return Err(AudienceError::Empty);
        }
        if resource
            .chars()
            .any(|character| character.is_whitespace() || character.is_control())
        {
            return Err(AudienceError::Blank);
        }
        Ok(Self(resource.to_owned()))
    }

    /// Wraps an audience that this program knows.
    pub(in crate::azure) fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the audience as it was given; a trailing slash is part of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the v2 scope, `<resource>/.default`.
    ///
    /// A trailing slash is kept, so that `https://storage.azure.com/` becomes
    /// `https://storage.azure.com//.default`: the token's `aud` has to keep it too.
    pub fn scope(&self) -> String {
        format!("{}/.default", self.0)
    }

    /// Tells whether two audiences name the same service.
    ///
    /// Trailing slashes and the case of letters do not matter, and the spellings of Resource Manager
    /// (`management.azure.com`, `management.core.windows.net`, each with and without a slash, and their likes in other
    /// clouds) are one (hashicorp/go-azure-helpers#51).
    pub fn same_as(&self, other: &Self) -> bool {
        self.family() == other.family()
    }

    /// Returns the form that [`Audience::same_as`] compares.
    fn family(&self) -> String {
        let text = self.0.trim_end_matches('/').to_ascii_lowercase();
        match text.as_str() {
            "https://management.core.windows.net" => "https://management.azure.com".to_owned(),
            "https://management.core.chinacloudapi.cn" => {
                "https://management.chinacloudapi.cn".to_owned()
            }
            "https://management.core.usgovcloudapi.net" => {
                "https://management.usgovcloudapi.net".to_owned()
            }
            "https://management.core.sovcloud-api.fr" => {
                "https://management.sovcloud-api.fr".to_owned()
            }
            _ => text,
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, AudienceError};

    #[track_caller]
    fn check_scope(text: &str, expected: &str) {
        assert_eq!(Audience::parse(text).unwrap().scope(), expected);
    }

    #[test]
    fn scope_keeps_the_slash() {
        check_scope(
            "https://management.azure.com",
            "https://management.azure.com/.default",
        );
        check_scope(
            "https://management.azure.com/",
            "https://management.azure.com//.default",
        );
        check_scope(
            "499b84ac-1321-427f-aa17-267ca6975798",
            "499b84ac-1321-427f-aa17-267ca6975798/.default",
        );
        check_scope(
            "https://analysis.windows.net/powerbi/api",
            "https://analysis.windows.net/powerbi/api/.default",
        );
        check_scope(
            "https://vault.azure.net/.default",
            "https://vault.azure.net/.default",
        );
        check_scope(
            " https://storage.azure.com//.default ",
            "https://storage.azure.com//.default",
        );
    }

    #[test]
    fn refuses_what_is_none() {
        assert_eq!(Audience::parse(" "), Err(AudienceError::Empty));
        assert_eq!(Audience::parse("/.default"), Err(AudienceError::Empty));
        assert_eq!(
            Audience::parse("https://a https://b"),
            Err(AudienceError::Blank)
        );
        assert_eq!(Audience::parse("https://a\n/x"), Err(AudienceError::Blank));
    }

    #[track_caller]
    fn check_same(one: &str, other: &str, expected: bool) {
        let (one, other) = (Audience::known(one), Audience::known(other));
        assert_eq!(one.same_as(&other), expected, "{one} {other}");
        assert_eq!(other.same_as(&one), expected, "{other} {one}");
    }

    #[test]
    fn spellings_of_resource_manager_are_one() {
        let spellings = [
            "https://management.azure.com",
            "https://management.azure.com/",
            "https://management.core.windows.net",
            "https://management.core.windows.net/",
        ];
        for one in spellings {
            for other in spellings {
                check_same(one, other, true);
            }
        }
        check_same(
            "https://management.core.chinacloudapi.cn/",
            "https://management.chinacloudapi.cn",
            true,
        );
        check_same(
            "https://management.core.usgovcloudapi.net/",
            "https://management.usgovcloudapi.net",
            true,
        );
        check_same(
            "https://management.azure.com/",
            "https://management.chinacloudapi.cn",
            false,
        );
    }

    #[test]
    fn other_audiences_differ_by_more_than_a_slash() {
        check_same(
            "https://storage.azure.com",
            "https://storage.azure.com/",
            true,
        );
        check_same("https://Vault.azure.net", "https://vault.azure.net", true);
        check_same(
            "2FF814A6-3304-4ab8-85cb-cd0e6f879c1d",
            "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
            true,
        );
        check_same("https://vault.azure.net", "https://vault.azure.cn", false);
        check_same(
            "https://management.azure.com.evil.example",
            "https://management.azure.com",
            false,
        );
        check_same(
            "http://management.azure.com",
            "https://management.azure.com",
            false,
        );
    }
}
