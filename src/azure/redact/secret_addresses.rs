//! Addresses whose requests or answers are secrets, whatever their members are called: their bodies are never shown.
//! Those that are known by name are in the tables of `guard`; the words here find what is not known there. What is
//! masked in other bodies: `body`.

use url::Url;

use crate::azure::ResourceId;
use crate::azure::guard::gives_secrets;

/// Words in the names of types and actions that take or give secrets.
const WORDS: [&str; 11] = [
    "appsettings",
    "batch",
    "beginget",
    "callbackurl",
    "connectionstring",
    "credential",
    "key",
    "password",
    "sas",
    "secret",
    "token",
];

/// Whole names of actions that do.
const NAMES: [&str; 3] = ["list", "oauth2", "authorize"];

/// Names below `config` of an application that have secrets for values, in addition to those that the words tell.
const SETTINGS: [&str; 5] = [
    "authsettings",
    "authsettingsv2",
    "azurestorageaccounts",
    "backup",
    "pushsettings",
];

/// Hosts whose every answer may be a secret: Key Vault and Managed HSM, and those where people and applications sign in.
const HOSTS: [&str; 6] = [
    "vault.",
    "vaultcore.",
    "managedhsm.",
    "login.",
    "login-",
    "sts.",
];

/// Tells whether what is sent to an address, or comes from it, is a secret under whatever name: the actions that list,
/// make and renew keys and the like, endpoints of tokens, batches (which may hold such requests), Key Vault.
pub fn holds_secrets(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let is_secret_host = HOSTS
        .iter()
        .any(|part| host.starts_with(part) || host.contains(&format!(".{part}")));
    let id = ResourceId::of(url);
    let begins = id.segments().first();
    let is_secret_path = if begins.is_some_and(|word| ResourceId::is_root(word)) {
        id.types().chain(id.collection_or_action()).any(is_secret) || is_settings(&id)
    } else {
        url.path().split('/').any(is_secret)
    };
    let mut parameters = url.query_pairs();
    gives_secrets(url)
        || is_secret_host
        || is_secret_path
        || parameters.any(|(name, value)| matches!(&*name, "comp" | "restype") && is_secret(&value))
}

/// Tells whether an ID is that of settings whose values are secrets: `sites/NAME/config/appsettings`,
/// `clusters/NAME/configurations/gateway`; an access profile holds a kubeconfig.
fn is_settings(id: &ResourceId<'_>) -> bool {
    let namespace = crate::azure::decode(id.namespace().unwrap_or_default());
    let is_cluster = namespace.eq_ignore_ascii_case("Microsoft.HDInsight");
    id.types().zip(id.names()).any(|(kind, name)| {
        let kind = crate::azure::decode(kind).to_ascii_lowercase();
        let name = crate::azure::decode(name).to_ascii_lowercase();
        match &*kind {
            "config" => is_secret(&name) || SETTINGS.contains(&&*name),
            "configurations" => is_cluster,
            "accessprofiles" => true,
            _ => false,
        }
    })
}

fn is_secret(word: &str) -> bool {
    let word = crate::azure::decode(word).to_ascii_lowercase();
    NAMES.contains(&word.as_str()) || WORDS.iter().any(|part| word.contains(part))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::holds_secrets;

    const GROUP: &str = "https://management.azure.com/subscriptions/s/resourceGroups/key-rg";

    #[test]
    fn settings_that_are_secrets_are_told() {
        for (rest, expected) in [
            ("/providers/Microsoft.Web/sites/a/config/appsettings", true),
            (
                "/providers/Microsoft.Web/sites/a/slots/b/config/ConnectionStrings",
                true,
            ),
            (
                "/providers/Microsoft.Web/sites/a/config/authsettingsV2",
                true,
            ),
            ("/providers/Microsoft.Web/sites/a/config/web", false),
            (
                "/providers/Microsoft.HDInsight/clusters/c/configurations/gateway",
                true,
            ),
            (
                "/providers/Microsoft.DBforPostgreSQL/flexibleServers/s/configurations/c",
                false,
            ),
            (
                "/providers/Microsoft.ContainerService/managedClusters/c/accessProfiles/clusterAdmin",
                true,
            ),
        ] {
            let url = Url::parse(&format!("{GROUP}{rest}?api-version=1")).unwrap();
            assert_eq!(holds_secrets(&url), expected, "{url}");
        }
    }

    #[test]
    fn actions_and_hosts_that_give_secrets_are_told() {
        for (rest, expected) in [
            ("", false),
            ("/providers/Microsoft.Compute/virtualMachines/key-vm", false),
            (
                "/providers/Microsoft.Storage/storageAccounts/a/listKeys",
                true,
            ),
            (
                "/providers/Microsoft.Storage/storageAccounts/a/LISTKEYS",
                true,
            ),
            (
                "/providers/Microsoft.Storage/storageAccounts/a/list%4beys",
                true,
            ),
            (
                "/providers/Microsoft.Storage/storageAccounts/a/regenerateKey",
                true,
            ),
            (
                "/providers/Microsoft.Storage/storageAccounts/a/ListAccountSas",
                true,
            ),
            (
                "/providers/Microsoft.Search/searchServices/a/listAdminKeys",
                true,
            ),
            (
                "/providers/Microsoft.Web/sites/a/config/appsettings/list",
                true,
            ),
            ("/providers/Microsoft.Web/sites/a/publishxml", true),
            ("/providers/Microsoft.Network/connections/c/sharedkey", true),
            (
                "/providers/Microsoft.Network/expressRouteCircuits/c/authorizations/a",
                true,
            ),
            (
                "/providers/Microsoft.Web/sites/a/slots/s/hostruntime/x/y",
                true,
            ),
            (
                "/providers/Microsoft.ContainerInstance/containerGroups/g/containers/c/exec",
                true,
            ),
            (
                "/providers/Microsoft.Logic/workflows/w/triggers/t/listCallbackUrl",
                true,
            ),
            (
                "/providers/Microsoft.HDInsight/clusters/c/configurations",
                true,
            ),
            ("/providers/Microsoft.App/containerApps/a/listSecrets", true),
            (
                "/providers/Microsoft.ContainerService/managedClusters/a/listClusterUserCredential",
                true,
            ),
            ("/providers/Microsoft.Compute/disks/d/beginGetAccess", true),
            ("/providers/Microsoft.KeyVault/vaults/v", false),
            ("/providers/Microsoft.KeyVault/vaults/v/secrets/s", true),
        ] {
            let url = Url::parse(&format!("{GROUP}{rest}?api-version=1")).unwrap();
            assert_eq!(holds_secrets(&url), expected, "{url}");
        }
        for (url, expected) in [
            ("https://v.vault.azure.net/certificates", true),
            ("https://v.VAULT.usgovcloudapi.net/x", true),
            ("https://h.managedhsm.azure.net/x", true),
            ("https://login.microsoftonline.com/x", true),
            ("http://127.0.0.1:1/tenant/oauth2/v2.0/token", true),
            ("https://management.azure.com/batch?api-version=1", true),
            (
                "https://a.blob.core.windows.net/?restype=service&comp=userdelegationkey",
                true,
            ),
            ("https://a.blob.core.windows.net/?comp=list", true),
            ("https://graph.microsoft.com/v1.0/users", false),
            (
                "https://graph.microsoft.com/v1.0/applications/a/addPassword",
                true,
            ),
        ] {
            assert_eq!(holds_secrets(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
