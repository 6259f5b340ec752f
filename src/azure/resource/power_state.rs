//! The power state of virtual machines: where a list of them has it, and in which members it is. The list itself does
//! not show it (learn.microsoft.com, "Virtual Machines - List All"). Who asks: `app/exchange/power_states.rs`.

use serde::Deserialize;
use url::Url;

use crate::azure::resource::id::ResourceId;
use crate::azure::url::link::{explicit_api_version, query_values};

const TYPE: &str = "Microsoft.Compute/virtualMachines";
/// The parameter that asks for the states of all machines of a subscription instead of the machines.
const STATUS_ONLY: &str = "statusOnly";
/// What comes before a state in its code.
const PREFIX: &str = "PowerState/";

/// What a machine says of its state: in its instance view, or as Resource Graph shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct MachineStatus {
    /// Its ID, if it is an item of a list.
    pub id: Option<String>,
    #[serde(default)]
    properties: Properties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    instance_view: Option<InstanceView>,
    extended: Option<Extended>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InstanceView {
    #[serde(default)]
    statuses: Vec<Status>,
    power_state: Option<Status>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extended {
    instance_view: Option<InstanceView>,
}

#[derive(Debug, Clone, Deserialize)]
struct Status {
    code: Option<String>,
}

impl MachineStatus {
    /// Reads what a machine says; nothing if it is not a power state.
    pub fn read(item: &str) -> Option<Self> {
        serde_json::from_str(item).ok()
    }

    /// Returns its power state, such as `running` or `deallocated`.
    pub fn power(&self) -> Option<&str> {
        let extended = self.properties.extended.as_ref();
        let extended = extended.and_then(|extended| extended.instance_view.as_ref());
        let views = self.properties.instance_view.iter().chain(extended);
        let mut codes = views
            .flat_map(|view| view.statuses.iter().chain(&view.power_state))
            .filter_map(|status| status.code.as_deref());
        codes.find_map(|code| code.strip_prefix(PREFIX))
    }
}

/// Returns the address of the power states of the machines that a URL lists: those of the whole subscription. There is
/// none if the URL lists no machines, or their states already.
pub fn power_states_url(list: &Url) -> Option<Url> {
    let id = ResourceId::of(list);
    let is_of_machines = id.type_name()?.eq_ignore_ascii_case(TYPE)
        && id.collection_or_action().is_some()
        && query_values(list, STATUS_ONLY).is_empty();
    let subscription = id.subscription_id().filter(|_| is_of_machines)?;
    let mut url = list.clone();
    url.set_path(&format!("/subscriptions/{subscription}/providers/{TYPE}"));
    url.set_query(None);
    if let Some(version) = explicit_api_version(list) {
        url.query_pairs_mut().append_pair("api-version", &version);
    }
    url.query_pairs_mut().append_pair(STATUS_ONLY, "true");
    Some(url)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{MachineStatus, power_states_url};

    #[test]
    fn states_stand_in_several_places() {
        let power = |item: &str| {
            let status = MachineStatus::read(item)?;
            status.power().map(str::to_owned)
        };
        for (item, expected) in [
            (
                r#"{"id":"/x","properties":{"instanceView":{"statuses":[{"code":"ProvisioningState/succeeded"},{"code":"PowerState/running"}]}}}"#,
                Some("running"),
            ),
            (
                r#"{"properties":{"extended":{"instanceView":{"powerState":{"code":"PowerState/deallocated"}}}}}"#,
                Some("deallocated"),
            ),
            (r#"{"properties":{"instanceView":{"statuses":[{}]}}}"#, None),
            (r#"{"properties":{}}"#, None),
            ("{}", None),
            ("[1]", None),
        ] {
            assert_eq!(power(item).as_deref(), expected, "{item}");
        }
    }

    #[test]
    fn lists_of_machines_have_states() {
        const LIST: &str = "https://management.azure.com/subscriptions/s/";
        let of = |rest: &str| {
            let url = Url::parse(&format!("{LIST}{rest}")).unwrap();
            power_states_url(&url).map(String::from)
        };
        let expected = format!(
            "{LIST}providers/Microsoft.Compute/virtualMachines?api-version=1&statusOnly=true"
        );
        let expected = Some(expected);
        assert_eq!(
            of("providers/Microsoft.Compute/virtualMachines?api-version=1&$filter=x"),
            expected
        );
        assert_eq!(
            of("resourceGroups/g/providers/microsoft.compute/VirtualMachines/?api-version=1"),
            expected
        );
        for none in [
            "providers/Microsoft.Compute/virtualMachines?statusOnly=true",
            "resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
            "providers/Microsoft.Compute/disks",
            "resourceGroups",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
