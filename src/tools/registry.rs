//! A token of Microsoft Entra for a password of a registry of Azure: `POST /oauth2/exchange` at the registry itself
//! (Azure/acr, docs/AAD-OAuth.md). No address that a server names is asked: it could be anybody's.

use bytes::Bytes;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::docker::host_of;
use crate::azure::{Audience, Cloud, Secret, Shown, ToolService};

/// What a registry says to a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryAnswer {
    /// What docker takes for a password.
    RefreshToken(Secret),
    /// Why there is none.
    Refused(Shown),
}

/// Where the token for a server is exchanged, and the audience of the token; nothing if the server is not a registry of
/// the cloud.
pub fn token_exchange(cloud: &Cloud, server: &str) -> Option<(Url, Audience)> {
    let host = host_of(server)?;
    let audience = ToolService::ContainerRegistry.audience_at(cloud, host)?;
    let mut url = Url::parse(&format!("https://{host}")).ok()?;
    url.set_path("/oauth2/exchange");
    Some((url, audience))
}

impl RegistryAnswer {
    /// The form that is sent to a registry.
    pub fn form(url: &Url, tenant_id: Option<&str>, token: &Secret) -> Bytes {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "access_token");
        form.append_pair("service", url.host_str().unwrap_or_default());
        if let Some(tenant_id) = tenant_id {
            form.append_pair("tenant", tenant_id);
        }
        form.append_pair("access_token", token.expose());
        Bytes::from(form.finish())
    }
}

/// Reads what a registry answered, with what it repeats of the token masked.
pub fn read(is_success: bool, body: &[u8], token: &Secret) -> RegistryAnswer {
    #[derive(Deserialize)]
    struct Granted {
        refresh_token: String,
    }
    #[derive(Deserialize)]
    struct Refused {
        errors: Vec<Reason>,
    }
    #[derive(Deserialize)]
    struct Reason {
        code: String,
        message: String,
    }
    if is_success {
        let granted = serde_json::from_slice::<Granted>(body).ok();
        let is_sound =
            |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let granted = granted
            .map(|granted| granted.refresh_token)
            .filter(is_sound);
        return match granted {
            Some(token) => RegistryAnswer::RefreshToken(Secret::new(token)),
            None => RegistryAnswer::Refused("its answer holds no `refresh_token`".into()),
        };
    }
    let refused = serde_json::from_slice::<Refused>(body).ok();
    let reason = refused.and_then(|refused| refused.errors.into_iter().next());
    let words = reason.map_or_else(
        || "it gave no reason".to_owned(),
        |Reason { code, message }| format!("{code}: {}", message.trim()),
    );
    RegistryAnswer::Refused(token.hidden_in(words.into()))
}

#[cfg(test)]
mod tests {
    use super::{RegistryAnswer, read, token_exchange};
    use crate::azure::{Cloud, Secret};

    #[test]
    fn a_token_is_exchanged_at_the_registry_that_was_named() {
        for (server, expected) in [
            (
                "contoso.azurecr.io",
                Some("https://contoso.azurecr.io/oauth2/exchange"),
            ),
            (
                "https://contoso.azurecr.io/v2/",
                Some("https://contoso.azurecr.io/oauth2/exchange"),
            ),
            (
                "contoso.azurecr.io:443",
                Some("https://contoso.azurecr.io/oauth2/exchange"),
            ),
            ("http://contoso.azurecr.io", None),
            ("contoso.azurecr.io:5000", None),
            ("contoso.azurecr.io@evil.example", None),
            ("contoso.azurecr.io.evil.example", None),
            ("evil.example", None),
            ("https://index.docker.io/v1/", None),
        ] {
            let found = token_exchange(&Cloud::public(), server);
            let url = found.as_ref().map(|(url, _)| url.as_str());
            assert_eq!(url, expected, "{server}");
        }
        let (url, audience) = token_exchange(&Cloud::public(), "contoso.azurecr.io").unwrap();
        assert_eq!(audience.as_str(), "https://containerregistry.azure.net");
        let form = RegistryAnswer::form(&url, Some("t"), &Secret::new("a+b"));
        assert_eq!(
            form,
            "grant_type=access_token&service=contoso.azurecr.io&tenant=t&access_token=a%2Bb"
        );
    }

    #[track_caller]
    fn check(is_success: bool, body: &str, expected: &str) {
        let found = match read(is_success, body.as_bytes(), &Secret::new("the-token")) {
            RegistryAnswer::RefreshToken(token) => format!("token {}", token.expose()),
            RegistryAnswer::Refused(words) => words.into_string(),
        };
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn what_a_registry_answers_is_told() {
        check(true, r#"{"refresh_token":"r"}"#, "token r");
        check(
            true,
            r#"{"refresh_token":"r\nquit=1"}"#,
            "its answer holds no `refresh_token`",
        );
        check(true, "<html>", "its answer holds no `refresh_token`");
        check(
            false,
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required for the-token"}]}"#,
            "UNAUTHORIZED: authentication required for [redacted]",
        );
        check(false, "", "it gave no reason");
    }
}
