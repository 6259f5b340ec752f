//! A configuration folder of az in which the account of the endpoint is signed in, and the user's settings are. What az
//! keeps of accounts is left out: `tools::SHARED_ENTRIES` lists what is not.

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::preparation::folder::{Folder, show};
use crate::app::endpoint::preparation::task::Task;
use crate::app::session::default_subscription;
use crate::azure::CloudName;
use crate::credential::configuration_file;
use crate::error::Error;
use crate::tools::{AzureCliAccount, SHARED_ENTRIES};

pub(super) fn prepare(
    task: Task<'_>,
    folder: &Folder,
    surroundings: &mut Surroundings,
) -> Result<(), Error> {
    let Some(tenant_id) = task.identity.tenant_id.as_deref() else {
        task.console.note(
            "the tenant of the account is not known, so az uses its own login: name it with `--tenant`",
        );
        return Ok(());
    };
    let own = folder.subfolder("azure")?;
    if let Some(users) = configuration_file(task.env, "") {
        for name in SHARED_ENTRIES {
            show(&users, name.as_ref(), &own);
        }
    }
    let names = default_subscription::names(task.cloud, task.env);
    let id = task.identity.subscription_id.as_deref();
    let subscription = id.map(|id| {
        let name = names.get(&id.to_ascii_lowercase());
        (id, name.map_or(id, String::as_str))
    });
    let cloud = match &task.cloud.name {
        CloudName::Sandbox | CloudName::Custom(_) => CloudName::Public.to_string(),
        CloudName::Public | CloudName::China | CloudName::UsGovernment | CloudName::Bleu => {
            task.cloud.name.to_string()
        }
    };
    let account = AzureCliAccount {
        subscription,
        tenant_id,
        cloud: &cloud,
    };
    folder.write("azure/azureProfile.json", &account.profile())?;
    surroundings.set("AZURE_CONFIG_DIR", own);
    surroundings.set("AZURE_CLOUD_NAME", cloud);
    Ok(())
}
