//! The one list of names whose values are secrets: header fields, query parameters, JSON members, environment
//! variables. Masking (`text`, `request`) and the environments of child processes read it.

use crate::azure::headers::{X_MS_AUTHORIZATION_AUXILIARY, X_MS_POLICY_EXTERNAL_EVALUATIONS};

/// Where a name of the list means a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Everywhere, and as the end of a longer name too: `adminPassword`, `x-api-key`, `ARM_CLIENT_SECRET`.
    Ending,
    /// As the whole name of a header field.
    Header,
    /// As the whole name of a query parameter. Most are too short to mean anything elsewhere.
    Parameter,
    /// As an environment variable by which the SDKs sign in. `arm exec` removes it from its child, which is to
    /// ask the endpoint instead.
    SignInVariable,
    /// As an environment variable of a CI job or of another tool, which a child of `arm exec` may need itself.
    OtherVariable,
}

/// Names in lower case (variables as they are written), each with where it means a secret.
///
/// The parameters `t`, `c`, `s` and `h` sign the addresses that ARM gives to watch an operation: together they
/// are a capability. `AZD_AUTH_KEY` is missing on purpose among the variables: azd signs in with it.
const NAMES: [(&str, Kind); 55] = [
    ("assertion", Kind::Ending),
    ("authorization", Kind::Ending),
    ("connectionstring", Kind::Ending),
    ("credential", Kind::Ending),
    ("key", Kind::Ending),
    ("passphrase", Kind::Ending),
    ("passwd", Kind::Ending),
    ("password", Kind::Ending),
    ("pwd", Kind::Ending),
    ("sas", Kind::Ending),
    ("secret", Kind::Ending),
    ("sig", Kind::Ending),
    ("signature", Kind::Ending),
    ("token", Kind::Ending),
    ("cookie", Kind::Header),
    ("set-cookie", Kind::Header),
    ("x-identity-header", Kind::Header),
    (X_MS_AUTHORIZATION_AUXILIARY, Kind::Header),
    (X_MS_POLICY_EXTERNAL_EVALUATIONS, Kind::Header),
    ("x-ms-copy-source", Kind::Header),
    ("x-auth", Kind::Header),
    ("x-zumo-auth", Kind::Header),
    ("x-ms-client-principal", Kind::Header),
    ("x-arr-clientcert", Kind::Header),
    ("x-client-cert", Kind::Header),
    ("x-csrf", Kind::Header),
    ("x-passphrase", Kind::Header),
    ("x-pin", Kind::Header),
    ("c", Kind::Parameter),
    ("code", Kind::Parameter),
    ("h", Kind::Parameter),
    ("s", Kind::Parameter),
    ("samlresponse", Kind::Parameter),
    ("skoid", Kind::Parameter),
    ("t", Kind::Parameter),
    ("ARMCLI_ACCESS_TOKEN", Kind::SignInVariable),
    ("ARMCLI_CLIENT_ASSERTION", Kind::SignInVariable),
    ("AZURE_CLIENT_CERTIFICATE_PASSWORD", Kind::SignInVariable),
    ("AZURE_CLIENT_SECRET", Kind::SignInVariable),
    ("AZURE_PASSWORD", Kind::SignInVariable),
    ("MSI_SECRET", Kind::SignInVariable),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", Kind::OtherVariable),
    ("ARM_ACCESS_KEY", Kind::OtherVariable),
    ("ARM_CLIENT_CERTIFICATE", Kind::OtherVariable),
    ("ARM_CLIENT_CERTIFICATE_PASSWORD", Kind::OtherVariable),
    ("ARM_CLIENT_SECRET", Kind::OtherVariable),
    ("ARM_OIDC_REQUEST_TOKEN", Kind::OtherVariable),
    ("ARM_OIDC_TOKEN", Kind::OtherVariable),
    ("ARM_SAS_TOKEN", Kind::OtherVariable),
    ("AZURE_STORAGE_CONNECTION_STRING", Kind::OtherVariable),
    ("AZURE_STORAGE_KEY", Kind::OtherVariable),
    ("AZURE_STORAGE_SAS_TOKEN", Kind::OtherVariable),
    ("AZURE_DEVOPS_EXT_PAT", Kind::OtherVariable),
    ("IDENTITY_HEADER", Kind::OtherVariable),
    ("SYSTEM_ACCESSTOKEN", Kind::OtherVariable),
];

/// Endings that only look like secrets: such values continue a list.
const PUBLIC: [&str; 5] = [
    "skiptoken",
    "continuationtoken",
    "pagetoken",
    "nextpartitionkey",
    "nextrowkey",
];

/// Tells whether a name promises a secret wherever it is, a header field included.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    ends_like_secret(name) || is_whole_name(name, |kind| kind != Kind::Parameter)
}

/// Tells whether the value of a query parameter, by its decoded name, is a secret.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    is_secret_name(name) || is_whole_name(name, |kind| kind == Kind::Parameter)
}

/// Returns the environment variables that hold a secret, by which this program or another one signs in.
pub fn secret_variables() -> impl Iterator<Item = &'static str> {
    variables(|kind| matches!(kind, Kind::SignInVariable | Kind::OtherVariable))
}

/// Returns those of the [`secret_variables`] by which the SDKs sign in.
pub fn sign_in_variables() -> impl Iterator<Item = &'static str> {
    variables(|kind| kind == Kind::SignInVariable)
}

fn variables(is_wanted: fn(Kind) -> bool) -> impl Iterator<Item = &'static str> {
    NAMES
        .iter()
        .filter(move |(_, kind)| is_wanted(*kind))
        .map(|(name, _)| *name)
}

fn ends_like_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !PUBLIC.iter().any(|public| name.ends_with(public))
        && NAMES
            .iter()
            .any(|(secret, kind)| *kind == Kind::Ending && name.ends_with(secret))
}

fn is_whole_name(name: &str, is_wanted: fn(Kind) -> bool) -> bool {
    NAMES
        .iter()
        .any(|(secret, kind)| is_wanted(*kind) && secret.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{is_secret_name, is_secret_parameter, secret_variables, sign_in_variables};

    #[test]
    fn a_name_means_a_secret_where_the_list_says() {
        for (name, everywhere, as_parameter) in [
            ("adminPassword", true, true),
            ("x-api-key", true, true),
            ("\"Cookie\"", true, true),
            ("identity_header", true, true),
            ("code", false, true),
            ("T", false, true),
            ("errorcode", false, false),
            ("X-Zumo-Auth", true, true),
            ("x-arr-clientcert", true, true),
            ("x-pin", true, true),
            ("pin", false, false),
            ("SAMLResponse", false, true),
            ("$skipToken", false, false),
            ("name", false, false),
        ] {
            assert_eq!(is_secret_name(name), everywhere, "{name}");
            assert_eq!(is_secret_parameter(name), as_parameter, "{name}");
        }
    }

    #[test]
    fn the_variables_of_sdks_are_among_those_that_hold_a_secret() {
        let all: Vec<_> = secret_variables().collect();
        assert!(sign_in_variables().all(|name| all.contains(&name)));
        for name in [
            "ARM_CLIENT_SECRET",
            "ARMCLI_CLIENT_ASSERTION",
            "ARM_OIDC_TOKEN",
        ] {
            assert!(all.contains(&name), "{name}");
        }
        assert!(!all.contains(&"AZD_AUTH_KEY"));
        assert!(!sign_in_variables().any(|name| name == "ARM_CLIENT_SECRET"));
    }
}
