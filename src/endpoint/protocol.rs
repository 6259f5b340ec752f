//! The protocols, told apart by their paths. What each requires in its headers: `guard`.

/// A protocol by which clients ask for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Cloud Shell, `POST /oauth2/token`
    /// (learn.microsoft.com/azure/cloud-shell/msi-authorization).
    CloudShell,
    /// A virtual machine, `GET /metadata/identity/oauth2/token`
    /// (learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token).
    Imds,
    /// App Service, `GET /msi/token`, both of its versions
    /// (learn.microsoft.com/azure/app-service/overview-managed-identity).
    AppService,
    /// azd's external authentication, `POST /token`
    /// (Azure/azure-dev cli/azd/docs/external-authentication.md).
    Azd,
}

/// The path of App Service's protocol.
pub const APP_SERVICE_PATH: &str = "/msi/token";
/// The path of Cloud Shell's protocol.
pub const CLOUD_SHELL_PATH: &str = "/oauth2/token";
const IMDS_PATH: &str = "/metadata/identity/oauth2/token";
const AZD_PATH: &str = "/token";

/// Returns the secret that a client shows in the path of App Service's protocol, for want of a header:
/// `/msi/token/SECRET`.
pub(super) fn secret_in(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(APP_SERVICE_PATH)?.strip_prefix('/')?;
    let secret = rest.strip_suffix('/').unwrap_or(rest);
    (!secret.is_empty() && !secret.contains('/')).then_some(secret)
}

impl Protocol {
    /// Finds the protocol of a path. One final slash is forgiven, and the case of letters in
    /// `/metadata`, as IMDS forgives it. Nothing is decoded, and a backslash is not a slash: such
    /// tricks got past the checks of aad-pod-identity (CVE-2022-23551).
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let bare = path.strip_suffix('/').unwrap_or(path);
        match bare {
            CLOUD_SHELL_PATH => Some(Self::CloudShell),
            APP_SERVICE_PATH => Some(Self::AppService),
            _ if secret_in(bare).is_some() => Some(Self::AppService),
            AZD_PATH => Some(Self::Azd),
            _ if bare.eq_ignore_ascii_case(IMDS_PATH) => Some(Self::Imds),
            _ => None,
        }
    }

    /// Returns the protocol's name, as the log writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudShell => "cloud-shell",
            Self::Imds => "imds",
            Self::AppService => "app-service",
            Self::Azd => "azd",
        }
    }

    /// Tells whether clients show a secret.
    pub fn has_secret(self) -> bool {
        match self {
            Self::AppService | Self::Azd => true,
            Self::CloudShell | Self::Imds => false,
        }
    }
}

/// The protocols that an endpoint speaks. Those with a secret are always among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Protocols {
    /// Cloud Shell's too.
    pub cloud_shell: bool,
    /// That of virtual machines too.
    pub imds: bool,
}

impl Protocols {
    /// Returns the option that a protocol lacks to be spoken. A real Cloud Shell answers on the path of
    /// virtual machines too (Azure/CloudShell#477).
    pub(super) fn lack(self, protocol: Protocol) -> Option<&'static str> {
        match protocol {
            Protocol::AppService | Protocol::Azd => None,
            Protocol::CloudShell => (!self.cloud_shell).then_some("--cloud-shell"),
            Protocol::Imds => (!self.imds && !self.cloud_shell).then_some("--imds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Protocol;

    #[test]
    fn paths_are_exact() {
        for (path, protocol) in [
            ("/oauth2/token", Some(Protocol::CloudShell)),
            ("/oauth2/token/", Some(Protocol::CloudShell)),
            ("/metadata/identity/oauth2/token", Some(Protocol::Imds)),
            ("/Metadata/Identity/oauth2/token/", Some(Protocol::Imds)),
            ("/msi/token", Some(Protocol::AppService)),
            ("/msi/token/secret", Some(Protocol::AppService)),
            ("/msi/token/secret/", Some(Protocol::AppService)),
            ("/msi/token/secret/x", None),
            ("/msi/token//", None),
            ("/msi/tokensecret", None),
            ("/token", Some(Protocol::Azd)),
            ("/OAuth2/token", None),
            ("//oauth2/token", None),
            ("/oauth2/token//", None),
            ("/oauth2/token/x", None),
            ("/oauth2%2ftoken", None),
            ("/metadata/identity\\oauth2\\token/", None),
            ("/metadata/./identity/oauth2/token", None),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(Protocol::of_path(path), protocol, "{path}");
        }
    }
}
