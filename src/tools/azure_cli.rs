//! The configuration folder of az in which the account of a token endpoint is signed in: the file that `az login
//! --identity` would write. Who reads the folders of az: `credential/azure_cli`.

use serde_json::json;

/// What is in the user's folder and is not an account: az finds it in the new folder too.
pub const SHARED_ENTRIES: [&str; 10] = [
    "az.json",
    "az.sess",
    "bin",
    "cliextensions",
    "clouds.config",
    "commandIndex.json",
    "config",
    "extensionCommandTree.json",
    "extensionIndex.json",
    "versionCheck.json",
];

/// The account that az shall see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AzureCliAccount<'a> {
    /// The subscription and its name, if one is known.
    pub subscription: Option<(&'a str, &'a str)>,
    /// The tenant.
    pub tenant_id: &'a str,
    /// The cloud, as az calls it.
    pub cloud: &'a str,
}

impl AzureCliAccount<'_> {
    /// Writes az's `azureProfile.json`: a system-assigned managed identity (azure-cli `_profile.py`). Without a
    /// subscription it is an account of the tenant, as with `--allow-no-subscriptions`.
    pub fn profile(&self) -> String {
        let (id, name) = self
            .subscription
            .unwrap_or((self.tenant_id, "N/A(tenant level account)"));
        let profile = json!({
            "installationId": "00000000-0000-0000-0000-000000000000",
            "subscriptions": [{
                "id": id,
                "name": name,
                "state": "Enabled",
                "isDefault": true,
                "tenantId": self.tenant_id,
                "homeTenantId": self.tenant_id,
                "managedByTenants": [],
                "environmentName": self.cloud,
                "user": {
                    "name": "systemAssignedIdentity",
                    "type": "servicePrincipal",
                    "assignedIdentityInfo": "MSI",
                },
            }],
        });
        format!("{profile:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::AzureCliAccount;

    #[test]
    fn az_sees_a_managed_identity() {
        for (subscription, id) in [(Some(("s", "Contoso")), "s"), (None, "t")] {
            let account = AzureCliAccount {
                subscription,
                tenant_id: "t",
                cloud: "AzureCloud",
            };
            let profile: serde_json::Value = serde_json::from_str(&account.profile()).unwrap();
            let found = &profile["subscriptions"][0];
            assert_eq!(
                (found["id"].as_str(), found["tenantId"].as_str()),
                (Some(id), Some("t"))
            );
            assert_eq!(found["user"]["assignedIdentityInfo"], "MSI");
        }
    }
}
