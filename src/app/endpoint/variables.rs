//! The variables by which programs find a token endpoint, as text for each kind of reader. Pure;
//! who prints them: the module above it; who passes them on: `child`.

use crate::app::terminal::stdout::pretty;
use crate::azure::sign_in_variables;
use crate::cli::arguments::VariablesFormat;
use crate::endpoint::{APP_SERVICE_PATH, CLOUD_SHELL_PATH, Endpoint};
use crate::shell::{Shell, word};

/// A variable and its value.
pub(super) type Variable = (&'static str, String);

/// Settings that would win over the endpoint in the order in which the SDKs look for a credential (MSAL's
/// managed identity sources, and `DefaultAzureCredential`: learn.microsoft.com, "Credential chains").
const OTHER_SIGN_IN: [&str; 10] = [
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    "AZURE_TOKEN_CREDENTIALS",
    "AZURE_USERNAME",
    "DEFAULT_IDENTITY_CLIENT_ID",
    "IDENTITY_SERVER_THUMBPRINT",
    "IMDS_ENDPOINT",
    "MSI_ENDPOINT",
];

/// The variables that a child must not see: [`OTHER_SIGN_IN`], and the secrets that the endpoint stands in for.
pub(super) fn removed() -> impl Iterator<Item = &'static str> {
    OTHER_SIGN_IN.into_iter().chain(sign_in_variables())
}

/// The address at which clients ask that send no header: the secret is in its path.
pub(super) fn address_with_secret(endpoint: &Endpoint) -> Option<String> {
    let secret = endpoint.path_secret.as_ref()?.expose();
    let port = endpoint.port;
    Some(format!(
        "http://127.0.0.1:{port}{APP_SERVICE_PATH}/{secret}"
    ))
}

/// The variables of an endpoint whose clients call this machine `host`.
pub(super) fn of(endpoint: &Endpoint, host: &str) -> Vec<Variable> {
    let base = |host: &str| format!("http://{host}:{}", endpoint.port);
    let secret = endpoint.secret.expose();
    let mut variables = vec![
        (
            "IDENTITY_ENDPOINT",
            format!("{}{APP_SERVICE_PATH}", base(host)),
        ),
        ("IDENTITY_HEADER", secret.to_owned()),
        ("AZD_AUTH_ENDPOINT", base(host)),
        ("AZD_AUTH_KEY", secret.to_owned()),
    ];
    if endpoint.protocols.cloud_shell {
        let address = format!("{}{CLOUD_SHELL_PATH}", base("localhost"));
        variables.push(("MSI_ENDPOINT", address));
    }
    if endpoint.protocols.imds {
        variables.push(("AZURE_POD_IDENTITY_AUTHORITY_HOST", base(host)));
    }
    variables
}

/// The format that a shell takes.
pub(super) fn format_of(shell: Shell) -> VariablesFormat {
    match shell {
        Shell::Posix => VariablesFormat::Env,
        Shell::PowerShell | Shell::WindowsPowerShell => VariablesFormat::PowerShell,
        Shell::Cmd => VariablesFormat::Cmd,
    }
}

/// Writes variables down, with a line break at the end.
pub(super) fn text(variables: &[Variable], format: VariablesFormat) -> String {
    let for_shell = |shell: Shell| {
        let lines = variables.iter();
        let lines = lines.map(|(name, value)| shell.assignment(name, value) + "\n");
        lines.collect()
    };
    match format {
        VariablesFormat::Env => for_shell(Shell::Posix),
        VariablesFormat::PowerShell => for_shell(Shell::PowerShell),
        VariablesFormat::Cmd => for_shell(Shell::Cmd),
        VariablesFormat::Docker => {
            let options: Vec<String> = variables
                .iter()
                .map(|(name, value)| format!("-e {name}={}", word(value)))
                .collect();
            format!("{}\n", options.join(" "))
        }
        VariablesFormat::Json => {
            let members: serde_json::Map<String, serde_json::Value> = variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
                .collect();
            pretty(serde_json::Value::Object(members))
        }
    }
}

/// The hosts that are asked without a proxy, with this machine among them: SDKs would send the
/// secret to the proxy otherwise.
pub(super) fn no_proxy(before: Option<&str>) -> String {
    let mut hosts = before.unwrap_or_default().to_owned();
    for host in ["127.0.0.1", "localhost"] {
        if !hosts.split(',').any(|other| other.trim() == host) {
            if !hosts.is_empty() {
                hosts.push(',');
            }
            hosts.push_str(host);
        }
    }
    hosts
}

#[cfg(test)]
mod tests {
    use super::{no_proxy, of, text};
    use crate::azure::Secret;
    use crate::cli::arguments::VariablesFormat;
    use crate::endpoint::{AllowList, Endpoint, Protocols};

    #[track_caller]
    fn check(format: VariablesFormat, expected: &str) {
        let endpoint = Endpoint {
            port: 50342,
            bound: None,
            protocols: Protocols {
                cloud_shell: true,
                imds: true,
            },
            secret: Secret::new("s"),
            path_secret: None,
            audiences: AllowList::Any,
            other_hosts: Vec::new(),
            other_identities: Vec::new(),
        };
        assert_eq!(text(&of(&endpoint, "127.0.0.1"), format), expected);
    }

    #[test]
    fn each_reader_has_a_form() {
        check(
            VariablesFormat::Env,
            "export IDENTITY_ENDPOINT=http://127.0.0.1:50342/msi/token\n\
             export IDENTITY_HEADER=s\n\
             export AZD_AUTH_ENDPOINT=http://127.0.0.1:50342\n\
             export AZD_AUTH_KEY=s\n\
             export MSI_ENDPOINT=http://localhost:50342/oauth2/token\n\
             export AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:50342\n",
        );
        check(
            VariablesFormat::PowerShell,
            "$env:IDENTITY_ENDPOINT = 'http://127.0.0.1:50342/msi/token'\n\
             $env:IDENTITY_HEADER = 's'\n\
             $env:AZD_AUTH_ENDPOINT = 'http://127.0.0.1:50342'\n\
             $env:AZD_AUTH_KEY = 's'\n\
             $env:MSI_ENDPOINT = 'http://localhost:50342/oauth2/token'\n\
             $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = 'http://127.0.0.1:50342'\n",
        );
        check(
            VariablesFormat::Cmd,
            "set \"IDENTITY_ENDPOINT=http://127.0.0.1:50342/msi/token\"\n\
             set \"IDENTITY_HEADER=s\"\n\
             set \"AZD_AUTH_ENDPOINT=http://127.0.0.1:50342\"\n\
             set \"AZD_AUTH_KEY=s\"\n\
             set \"MSI_ENDPOINT=http://localhost:50342/oauth2/token\"\n\
             set \"AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:50342\"\n",
        );
        check(
            VariablesFormat::Docker,
            "-e IDENTITY_ENDPOINT=http://127.0.0.1:50342/msi/token -e IDENTITY_HEADER=s \
             -e AZD_AUTH_ENDPOINT=http://127.0.0.1:50342 -e AZD_AUTH_KEY=s \
             -e MSI_ENDPOINT=http://localhost:50342/oauth2/token \
             -e AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:50342\n",
        );
    }

    #[test]
    fn this_machine_is_asked_without_a_proxy() {
        for (before, after) in [
            (None, "127.0.0.1,localhost"),
            (Some("corp.example"), "corp.example,127.0.0.1,localhost"),
            (Some("localhost, 127.0.0.1"), "localhost, 127.0.0.1"),
        ] {
            assert_eq!(no_proxy(before), after);
        }
    }
}
