//! What a write would change: the what-if of a deployment with this one resource in it; for a deployment, its own.
//!
//! Sources: `Deployments_WhatIf` in Azure/azure-rest-api-specs, and "Set scope for extension resources in ARM templates" on
//! learn.microsoft.com.

use serde_json::{Map, Value, json};

use super::question::Question;
use super::written_resource::WrittenResource;
use crate::azure::{ResourceId, ResourceScope};

const API_VERSION: &str = "2025-04-01";
const SCHEMAS: &str = "https://schema.management.azure.com/schemas";
/// Where the record of the question would be if it were a deployment; none is made.
const USUAL_LOCATION: &str = "westeurope";

/// The question what a write would change. `name` is that of the deployment that is never made. `None` if the resource
/// is in nothing that can be deployed to.
pub fn what_if(written: &WrittenResource, name: &str) -> Option<Question> {
    if written.is_deployment() {
        return Some(of_deployment(written));
    }
    let parent = ResourceId::parse(&written.scope);
    let scope = deployment_scope(&parent)?;
    let (schema, needs_location) = match scope.as_scope() {
        ResourceScope::ResourceGroup { .. } => ("2019-04-01/deploymentTemplate", false),
        ResourceScope::Subscription { .. } => ("2018-05-01/subscriptionDeploymentTemplate", true),
        ResourceScope::ManagementGroup { .. } => {
            ("2019-08-01/managementGroupDeploymentTemplate", true)
        }
        ResourceScope::Tenant => ("2019-08-01/tenantDeploymentTemplate", true),
        ResourceScope::Resource => return None,
    };
    let mut resource = Map::new();
    resource.insert("type".to_owned(), written.full_type().into());
    resource.insert("apiVersion".to_owned(), written.api_version.clone().into());
    resource.insert("name".to_owned(), written.name.clone().into());
    if written.is_extension() {
        resource.insert("scope".to_owned(), relative(&parent)?.into());
    }
    resource.extend(written.escaped_body());
    let mut body = Map::new();
    if needs_location {
        let location = written.location().unwrap_or(USUAL_LOCATION);
        body.insert("location".to_owned(), location.into());
    }
    let properties = json!({
        "mode": "Incremental",
        "parameters": {},
        "whatIfSettings": { "resultFormat": "FullResourcePayloads" },
        "validationLevel": "ProviderNoRbac",
        "template": {
            "$schema": format!("{SCHEMAS}/{schema}.json#"),
            "contentVersion": "1.0.0.0",
            "resources": [resource],
        },
    });
    body.insert("properties".to_owned(), properties);
    let path = format!("{scope}/providers/Microsoft.Resources/deployments/{name}/whatIf");
    Some(Question::new(path, API_VERSION, &Value::Object(body)))
}

/// A deployment is asked about as it is.
fn of_deployment(written: &WrittenResource) -> Question {
    let mut body = written.body.clone();
    if let Some(Value::Object(properties)) = body.get_mut("properties") {
        let settings = json!({ "resultFormat": "FullResourcePayloads" });
        properties.entry("whatIfSettings").or_insert(settings);
    }
    let path = format!(
        "{}/providers/Microsoft.Resources/deployments/{}/whatIf",
        written.scope, written.name
    );
    Question::new(path, API_VERSION, &Value::Object(body))
}

/// What is deployed to where a resource is in `parent`: itself, or for one that extends a resource what that is in.
fn deployment_scope<'a>(parent: &ResourceId<'a>) -> Option<ResourceId<'a>> {
    let mut scope = parent.clone();
    while scope.as_scope() == ResourceScope::Resource {
        let above = scope.scope();
        if above.segments().len() >= scope.segments().len() {
            return None;
        }
        scope = above;
    }
    Some(scope)
}

/// The ID of a resource from what is deployed to: `Microsoft.Storage/storageAccounts/a`.
fn relative(parent: &ResourceId<'_>) -> Option<String> {
    let text = parent.to_string();
    let scope = deployment_scope(parent)?.to_string();
    let rest = text.get(scope.len()..)?;
    rest.strip_prefix("/providers/").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::what_if;
    use crate::azure::ResourceId;
    use crate::plan::look::WrittenResource;

    #[track_caller]
    fn asked(path: &str, body: Value) -> (String, Value) {
        let Value::Object(body) = body else {
            panic!("no object")
        };
        let id = ResourceId::parse(path);
        let written = WrittenResource::of(&id, "2024-05-01", body).unwrap();
        let question = what_if(&written, "n").unwrap();
        (
            question.path,
            serde_json::from_slice(&question.body).unwrap(),
        )
    }

    #[test]
    fn one_resource_is_a_template_at_its_scope() {
        let group = "/subscriptions/S/resourceGroups/rg1";
        let subnet =
            format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/web");
        let (path, body) = asked(&subnet, json!({ "properties": { "p": "[x]" } }));
        assert_eq!(
            path,
            format!("{group}/providers/Microsoft.Resources/deployments/n/whatIf")
        );
        let template = &body["properties"]["template"];
        assert_eq!(
            template["resources"],
            json!([{
                "type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2024-05-01",
                "name": "vnet1/web", "properties": { "p": "[[x]" },
            }])
        );
        assert_eq!(body.get("location"), None);
        assert_eq!(body["properties"]["validationLevel"], "ProviderNoRbac");
        let (path, body) = asked(group, json!({ "location": "northeurope" }));
        assert_eq!(
            path,
            "/subscriptions/S/providers/Microsoft.Resources/deployments/n/whatIf"
        );
        assert_eq!(body["location"], "northeurope");
        assert_eq!(
            body["properties"]["template"]["$schema"],
            "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
        );
    }

    #[test]
    fn an_extension_says_what_it_extends() {
        let group = "/subscriptions/S/resourceGroups/rg1";
        let account = format!("{group}/providers/Microsoft.Storage/storageAccounts/a");
        let lock = "providers/Microsoft.Authorization/locks/l";
        let (path, body) = asked(&format!("{account}/{lock}"), json!({}));
        assert!(
            path.starts_with(&format!("{group}/providers/Microsoft.Resources/")),
            "{path}"
        );
        let resource = &body["properties"]["template"]["resources"][0];
        assert_eq!(resource["scope"], "Microsoft.Storage/storageAccounts/a");
        let (_, body) = asked(&format!("{group}/{lock}"), json!({}));
        assert_eq!(
            body["properties"]["template"]["resources"][0].get("scope"),
            None
        );
        let management = "/providers/Microsoft.Management/managementGroups/m";
        let (path, body) = asked(&format!("{management}/{lock}"), json!({}));
        assert!(path.starts_with(management), "{path}");
        assert_eq!(body["location"], "westeurope");
        let (path, _) = asked(management, json!({}));
        assert!(
            path.starts_with("/providers/Microsoft.Resources/"),
            "{path}"
        );
    }

    #[test]
    fn a_deployment_is_asked_about_as_it_is() {
        let deployment =
            "/subscriptions/S/resourceGroups/rg1/providers/Microsoft.Resources/deployments/d";
        let (path, body) = asked(deployment, json!({ "properties": { "mode": "Complete" } }));
        assert_eq!(path, format!("{deployment}/whatIf"));
        assert_eq!(body["properties"]["mode"], "Complete");
        assert_eq!(
            body["properties"]["whatIfSettings"]["resultFormat"],
            "FullResourcePayloads"
        );
    }
}
