//! Whether the service would take a write: `validateResources`, and for a deployment its own `validate`.
//!
//! Sources: the resource validator in Azure/azure-rest-api-specs, and what Azure/terraform-provider-azapi sends.

use serde_json::{Map, Value, json};

use super::question::Question;
use super::written_resource::WrittenResource;

const VALIDATE_RESOURCES: &str = "/providers/Microsoft.Resources/validateResources";
/// The version that every client sends.
const API_VERSION: &str = "2020-10-01";
const OF_DEPLOYMENTS: &str = "2025-04-01";

/// The question whether a resource could be written. Read permission is enough for it.
pub fn preflight(written: &WrittenResource) -> Question {
    if written.is_deployment() {
        let path = format!(
            "{}/providers/Microsoft.Resources/deployments/{}/validate",
            written.scope, written.name
        );
        let body = Value::Object(written.body.clone());
        return Question::new(path, OF_DEPLOYMENTS, &body);
    }
    let mut resource = Map::new();
    resource.insert("apiVersion".to_owned(), written.api_version.clone().into());
    resource.insert("name".to_owned(), written.name.clone().into());
    resource.extend(written.escaped_body());
    let scope = match written.scope.as_str() {
        "" => "/",
        scope => scope,
    };
    let body = json!({
        "provider": written.namespace,
        "type": written.types,
        "location": written.location().unwrap_or_default(),
        "scope": scope,
        "performPreflightWithoutRbacWriteCheck": true,
        "resources": [resource],
    });
    Question::new(VALIDATE_RESOURCES.to_owned(), API_VERSION, &body)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::preflight;
    use crate::azure::ResourceId;
    use crate::plan::look::WrittenResource;

    #[track_caller]
    fn asked(path: &str, body: Value) -> (String, Value) {
        let Value::Object(body) = body else {
            panic!("no object")
        };
        let id = ResourceId::parse(path);
        let question = preflight(&WrittenResource::of(&id, "2024-05-01", body).unwrap());
        let body = serde_json::from_slice(&question.body).unwrap();
        (question.path, body)
    }

    #[test]
    fn a_resource_is_validated_at_its_scope() {
        let group = "/subscriptions/S/resourceGroups/rg1";
        let subnet =
            format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/web");
        let properties = json!({ "properties": { "addressPrefix": "10.0.1.0/24" } });
        let (path, body) = asked(&subnet, properties.clone());
        assert_eq!(path, "/providers/Microsoft.Resources/validateResources");
        assert_eq!(
            body,
            json!({
                "provider": "Microsoft.Network", "type": "virtualNetworks/subnets", "location": "",
                "scope": group, "performPreflightWithoutRbacWriteCheck": true,
                "resources": [{
                    "apiVersion": "2024-05-01", "name": "vnet1/web",
                    "properties": { "addressPrefix": "10.0.1.0/24" },
                }],
            })
        );
        let (_, body) = asked(group, json!({ "location": "westeurope" }));
        assert_eq!(body["scope"], "/subscriptions/S");
        assert_eq!(body["location"], "westeurope");
        let (_, body) = asked(
            "/providers/Microsoft.Management/managementGroups/m",
            json!({}),
        );
        assert_eq!(body["scope"], "/");
        let deployment = format!("{group}/providers/Microsoft.Resources/deployments/d");
        let (path, body) = asked(&deployment, properties.clone());
        assert_eq!(path, format!("{deployment}/validate"));
        assert_eq!(body, properties);
    }
}
