//! The variables by which tools that are not SDKs of Azure find a token endpoint: Terraform and its like, azcopy,
//! kubelogin, git. Those of the SDKs: `app/endpoint/variables`.

use crate::azure::{Cloud, CloudName, ToolService};

/// What programs want to know of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The tenant of the tokens.
    pub tenant_id: Option<String>,
}

/// What would win over the endpoint in the providers of Terraform (hashicorp/terraform-provider-azurerm,
/// Azure/terraform-provider-azapi), in azcopy and in kubelogin. `ARM_ACCESS_KEY` and `ARM_SAS_TOKEN` open the storage of
/// the state, and stay.
const REMOVED: [&str; 29] = [
    "ARM_AUXILIARY_TENANT_IDS",
    "ARM_CLIENT_CERTIFICATE",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_CLIENT_ID",
    "ARM_CLIENT_ID_FILE_PATH",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_SECRET_FILE_PATH",
    "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    "ARM_OIDC_REQUEST_TOKEN",
    "ARM_OIDC_REQUEST_URL",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_USE_AKS_WORKLOAD_IDENTITY",
    "ARM_USE_OIDC",
    "AAD_SERVICE_PRINCIPAL_CLIENT_CERTIFICATE",
    "AAD_SERVICE_PRINCIPAL_CLIENT_CERTIFICATE_PASSWORD",
    "AAD_SERVICE_PRINCIPAL_CLIENT_ID",
    "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET",
    "AAD_USER_PRINCIPAL_NAME",
    "AAD_USER_PRINCIPAL_PASSWORD",
    "AZCOPY_MSI_CLIENT_ID",
    "AZCOPY_MSI_OBJECT_ID",
    "AZCOPY_MSI_RESOURCE_STRING",
    "AZCOPY_SPA_APPLICATION_ID",
    "AZCOPY_SPA_CERT_PASSWORD",
    "AZCOPY_SPA_CERT_PATH",
    "AZCOPY_SPA_CLIENT_SECRET",
    "AZCOPY_TENANT_ID",
];

/// The variables that these tools must not see.
pub fn removed_for_tools() -> impl Iterator<Item = &'static str> {
    REMOVED.into_iter()
}

/// The variables of these tools. The endpoint is one that needs no header: the provider azurerm sends none, and puts a
/// `?` after the address, which therefore has none.
pub fn of_tools(endpoint: &str, identity: &Identity, cloud: &Cloud) -> Vec<(&'static str, String)> {
    let mut variables: Vec<(&str, String)> = vec![
        ("ARM_USE_MSI", "true".to_owned()),
        ("ARM_USE_CLI", "false".to_owned()),
        ("ARM_MSI_ENDPOINT", endpoint.to_owned()),
        ("ARM_MSI_API_VERSION", "2019-08-01".to_owned()),
        ("AZCOPY_AUTO_LOGIN_TYPE", "MSI".to_owned()),
        ("AAD_LOGIN_METHOD", "msi".to_owned()),
    ];
    let environment = match cloud.name {
        CloudName::China => Some("china"),
        CloudName::UsGovernment => Some("usgovernment"),
        CloudName::Public | CloudName::Bleu | CloudName::Custom(_) | CloudName::Sandbox => None,
    };
    let known = [
        (
            ["ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"],
            &identity.subscription_id,
        ),
        (["ARM_TENANT_ID", "AZURE_TENANT_ID"], &identity.tenant_id),
    ];
    for (names, value) in known {
        if let Some(value) = value {
            variables.extend(names.map(|name| (name, value.clone())));
        }
    }
    variables.extend(environment.map(|name| ("ARM_ENVIRONMENT", name.to_owned())));
    variables
}

/// The hosts of Azure DevOps, as git's settings name them.
const DEVOPS_HOSTS: [&str; 3] = [
    "https://dev.azure.com",
    "https://*.dev.azure.com",
    "https://*.visualstudio.com",
];

/// The settings by which git asks a helper, and no other one, about the hosts of Azure DevOps; nothing in a cloud that
/// has none. They come after the `count` settings that the environment has already (git-config, `GIT_CONFIG_COUNT`).
pub fn git_settings(cloud: &Cloud, count: usize, helper: &str) -> Vec<(String, String)> {
    if ToolService::DevOps
        .audience_at(cloud, "dev.azure.com")
        .is_none()
    {
        return Vec::new();
    }
    let mut variables = Vec::new();
    let mut next = count;
    for host in DEVOPS_HOSTS {
        // An empty one takes away those before it.
        for value in ["", helper] {
            variables.push((
                format!("GIT_CONFIG_KEY_{next}"),
                format!("credential.{host}.helper"),
            ));
            variables.push((format!("GIT_CONFIG_VALUE_{next}"), value.to_owned()));
            next += 1;
        }
    }
    variables.push(("GIT_CONFIG_COUNT".to_owned(), next.to_string()));
    variables
}

#[cfg(test)]
mod tests {
    use super::{Identity, git_settings, of_tools, removed_for_tools};
    use crate::azure::Cloud;

    #[test]
    fn terraform_is_told_who_and_where() {
        let identity = Identity {
            subscription_id: Some("s".to_owned()),
            tenant_id: Some("t".to_owned()),
        };
        let text = |cloud: &Cloud, identity| {
            let pairs = of_tools("http://127.0.0.1:1/x", identity, cloud).into_iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join(" ")
        };
        assert_eq!(
            text(&Cloud::named("usgov").unwrap(), &identity),
            "ARM_USE_MSI=true ARM_USE_CLI=false ARM_MSI_ENDPOINT=http://127.0.0.1:1/x \
             ARM_MSI_API_VERSION=2019-08-01 AZCOPY_AUTO_LOGIN_TYPE=MSI AAD_LOGIN_METHOD=msi \
             ARM_SUBSCRIPTION_ID=s AZURE_SUBSCRIPTION_ID=s ARM_TENANT_ID=t AZURE_TENANT_ID=t \
             ARM_ENVIRONMENT=usgovernment"
        );
        let unknown = text(&Cloud::public(), &Identity::default());
        assert!(
            !unknown.contains("_ID=") && !unknown.contains("ARM_ENVIRONMENT"),
            "{unknown}"
        );
    }

    #[test]
    fn the_key_of_the_state_stays() {
        assert!(
            !removed_for_tools().any(|name| ["ARM_ACCESS_KEY", "ARM_SAS_TOKEN"].contains(&name))
        );
    }

    #[test]
    fn settings_of_git_stand_after_those_that_are_there() {
        let settings = git_settings(&Cloud::public(), 2, "!arm");
        assert_eq!(
            settings[..4],
            [
                (
                    "GIT_CONFIG_KEY_2".to_owned(),
                    "credential.https://dev.azure.com.helper".to_owned()
                ),
                ("GIT_CONFIG_VALUE_2".to_owned(), String::new()),
                (
                    "GIT_CONFIG_KEY_3".to_owned(),
                    "credential.https://dev.azure.com.helper".to_owned()
                ),
                ("GIT_CONFIG_VALUE_3".to_owned(), "!arm".to_owned()),
            ]
        );
        assert_eq!(
            settings.last().unwrap(),
            &("GIT_CONFIG_COUNT".to_owned(), "8".to_owned())
        );
        assert_eq!(git_settings(&Cloud::named("china").unwrap(), 0, "!arm"), []);
    }
}
