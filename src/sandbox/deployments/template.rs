//! A deployment as it was sent, read and checked: its parameters, its resources in the order of their dependencies, its
//! outputs. What its expressions stand for: `evaluation`; who writes the resources: `run`.

use serde_json::{Map, Value, json};

use crate::sandbox::deployments::evaluation::{Environment, Seen, invalid, path_of};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::resources::members;

/// What a deployment says.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) environment: Environment,
    /// In the order in which they can be written.
    pub(super) resources: Vec<Resource>,
    pub(super) outputs: Map<String, Value>,
    /// As the deployment shows them: with their types, secrets without values.
    pub(super) shown_parameters: Value,
    pub(super) mode: Mode,
    /// As it was sent.
    pub(super) written: Value,
}

/// What happens to resources that the template does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Incremental,
    /// They are deleted.
    Complete,
}

impl Mode {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Incremental => "Incremental",
            Self::Complete => "Complete",
        }
    }
}

/// A resource of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) resource_type: String,
    pub(super) name: String,
    pub(super) api_version: String,
    /// What is PUT.
    pub(super) body: Map<String, Value>,
    /// The ids of those that must be there first.
    pub(super) depends_on: Vec<String>,
}

/// Members of a resource that say how it is deployed.
const DIRECTIVES: &[&str] = &[
    "apiVersion",
    "asserts",
    "comments",
    "condition",
    "copy",
    "dependsOn",
    "existing",
    "metadata",
    "name",
    "resourceGroup",
    "resources",
    "scope",
    "subscriptionId",
    "type",
];

/// Members of a template.
const TEMPLATE: &[&str] = &[
    "$schema",
    "contentVersion",
    "languageVersion",
    "apiProfile",
    "metadata",
    "definitions",
    "parameters",
    "variables",
    "functions",
    "resources",
    "outputs",
    "asserts",
    "extensions",
    "imports",
];

/// Members of a deployment, and of its properties.
const DEPLOYMENT: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "identity",
    "properties",
    "scope",
];
const PROPERTIES: &[&str] = &[
    "template",
    "templateLink",
    "parameters",
    "parametersLink",
    "mode",
    "debugSetting",
    "onErrorDeployment",
    "expressionEvaluationOptions",
    "extensionConfigs",
    "externalInputs",
    "externalInputDefinitions",
    "validationLevel",
    "whatIfSettings",
];

/// A deployment without its template: where it goes, and what functions say of that.
pub(super) struct Target {
    pub(super) scope: String,
    pub(super) facts: Map<String, Value>,
}

impl Template {
    /// Reads the body of a deployment.
    pub(super) fn read(call: &Call<'_>, target: Target) -> Result<Self, ArmError> {
        let sent = call.object()?;
        members::check(call, &sent, DEPLOYMENT, ("", "DeploymentContent"))?;
        let Some(Value::Object(properties)) = sent.get("properties") else {
            return Err(required("properties", ""));
        };
        members::check(
            call,
            properties,
            PROPERTIES,
            ("properties", "DeploymentProperties"),
        )?;
        for member in ["templateLink", "parametersLink", "onErrorDeployment"] {
            if properties.get(member).is_some_and(|value| !value.is_null()) {
                return Err(not_modelled(format!("`{member}` of deployments")));
            }
        }
        let Some(Value::Object(template)) = properties.get("template") else {
            return Err(required("template", "properties"));
        };
        members::check(
            call,
            template,
            TEMPLATE,
            ("properties.template", "Template"),
        )?;
        for member in ["$schema", "contentVersion", "resources"] {
            if !template.contains_key(member) {
                return Err(required(member, "properties.template"));
            }
        }
        if template
            .get("functions")
            .and_then(Value::as_array)
            .is_some_and(|own| !own.is_empty())
        {
            return Err(not_modelled("functions of templates".to_owned()));
        }
        let mut environment = Environment {
            parameters: Map::new(),
            variables: object(template.get("variables")),
            facts: target.facts,
            scope: target.scope,
        };
        let given = object(properties.get("parameters"));
        let declared = object(template.get("parameters"));
        let shown_parameters = parameters(&mut environment, &declared, &given)?;
        let mut resources = Vec::new();
        let listed: Vec<&Value> = match template.get("resources") {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(Value::Object(named)) => named.values().collect(),
            Some(_) | None => Vec::new(),
        };
        for written in listed {
            read_resource(&environment, written, None, &mut resources)?;
        }
        let mode = match properties.get("mode").and_then(Value::as_str) {
            Some(mode) if mode.eq_ignore_ascii_case("Complete") => Mode::Complete,
            Some(mode) if mode.eq_ignore_ascii_case("Incremental") => Mode::Incremental,
            None => Mode::Incremental,
            Some(mode) => {
                return Err(ArmError::ContentInvalid {
                    reason: format!(
                        "Error converting value \"{mode}\" to type 'DeploymentMode'. Path 'properties.mode'"
                    ),
                });
            }
        };
        Ok(Self {
            environment,
            resources: ordered(resources)?,
            outputs: object(template.get("outputs")),
            shown_parameters,
            mode,
            written: Value::Object(template.clone()),
        })
    }

    /// Works out the outputs, of what is there now.
    pub(super) fn outputs(&self, seen: Seen<'_>) -> Result<Value, ArmError> {
        let mut outputs = Map::new();
        for (name, written) in &self.outputs {
            let kind = written
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if written.get("copy").is_some() {
                return Err(not_modelled("`copy` in templates".to_owned()));
            }
            if let Some(condition) = written.get("condition")
                && self.environment.value(condition, seen)? == Value::Bool(false)
            {
                continue;
            }
            let value = self
                .environment
                .value(written.get("value").unwrap_or(&Value::Null), seen)?;
            let shown = if is_secret(kind) {
                json!({ "type": shown_type(kind) })
            } else {
                json!({ "type": shown_type(kind), "value": value })
            };
            outputs.insert(name.clone(), shown);
        }
        Ok(Value::Object(outputs))
    }
}

fn object(value: Option<&Value>) -> Map<String, Value> {
    value
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn not_modelled(what: String) -> ArmError {
    ArmError::NotModelled { what }
}

fn required(member: &str, path: &str) -> ArmError {
    ArmError::ContentInvalid {
        reason: format!("Required property '{member}' not found in JSON. Path '{path}'"),
    }
}

fn is_secret(kind: &str) -> bool {
    kind.to_ascii_lowercase().starts_with("secure")
}

/// A type as deployments show it: `String`, `SecureString`.
fn shown_type(kind: &str) -> String {
    let known = [
        "String",
        "SecureString",
        "Int",
        "Bool",
        "Object",
        "SecureObject",
        "Array",
    ];
    let known = known.iter().find(|own| own.eq_ignore_ascii_case(kind));
    known.map_or_else(|| kind.to_owned(), |own| (*own).to_owned())
}

/// Fills in the parameters, and returns them as the deployment shows them.
fn parameters(
    environment: &mut Environment,
    declared: &Map<String, Value>,
    given: &Map<String, Value>,
) -> Result<Value, ArmError> {
    let is_declared = |name: &str| declared.keys().any(|own| own.eq_ignore_ascii_case(name));
    let stray: Vec<&str> = given
        .keys()
        .map(String::as_str)
        .filter(|name| !is_declared(name))
        .collect();
    if !stray.is_empty() {
        return Err(invalid(format!(
            "The template parameters '{}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time. The only supported parameters for this template are '{}'. Please see https://aka.ms/arm-pass-parameter-values for usage details.",
            stray.join(", "),
            declared
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        )));
    }
    let mut shown = Map::new();
    for (name, about) in declared {
        let mut sent = given
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let sent = sent.next().map(|(_, sent)| sent);
        let value = match sent.map(|sent| (sent.get("value"), sent.get("reference"))) {
            Some((None | Some(Value::Null), Some(reference))) if !reference.is_null() => {
                return Err(not_modelled("parameters from a key vault".to_owned()));
            }
            Some((Some(value), _)) => value.clone(),
            Some((None, _)) | None => match about.get("defaultValue") {
                Some(default) => environment.value(default, Seen::Nothing)?,
                None => {
                    return Err(invalid(format!(
                        "The value for the template parameter '{name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details."
                    )));
                }
            },
        };
        check_parameter(name, about, &value)?;
        let kind = about
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let own = if is_secret(kind) {
            json!({ "type": shown_type(kind) })
        } else {
            json!({ "type": shown_type(kind), "value": value })
        };
        shown.insert(name.clone(), own);
        environment.parameters.insert(name.clone(), value);
    }
    Ok(Value::Object(shown))
}

/// Refuses a value that its parameter does not allow.
fn check_parameter(name: &str, about: &Value, value: &Value) -> Result<(), ArmError> {
    let kind = about
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let (fits, expected) = match kind.to_ascii_lowercase().as_str() {
        "string" | "securestring" => (value.is_string(), "String, Uri"),
        "int" => (value.is_i64() || value.is_u64(), "Integer"),
        "bool" => (value.is_boolean(), "Boolean"),
        "array" => (value.is_array(), "Array"),
        "object" | "secureobject" => (value.is_object(), "Object"),
        _ => {
            return Err(invalid(format!(
                "The template parameter '{name}' is not valid: the type '{kind}' is not supported. Please see https://aka.ms/arm-syntax-parameters for usage details."
            )));
        }
    };
    if !fits {
        let actual = match value {
            Value::Null => "Null",
            Value::Bool(_) => "Boolean",
            Value::Number(_) => "Integer",
            Value::String(_) => "String",
            Value::Array(_) => "Array",
            Value::Object(_) => "Object",
        };
        return Err(invalid(format!(
            "Template parameter JToken type is not valid. Expected '{expected}'. Actual '{actual}'. Please see https://aka.ms/arm-parameter-files for usage details."
        )));
    }
    let allowed = about.get("allowedValues").and_then(Value::as_array);
    if let Some(allowed) = allowed.filter(|allowed| !allowed.contains(value)) {
        let texts = allowed
            .iter()
            .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
        return Err(invalid(format!(
            "The provided value for the template parameter '{name}' is not valid. The value '{}' is not part of the allowed value(s): '{}'.",
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
            texts.collect::<Vec<_>>().join(","),
        )));
    }
    let size = match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    };
    let size = size.and_then(|size| i64::try_from(size).ok());
    for (limit, value, word) in [
        ("minLength", size, "less"),
        ("maxLength", size, "more"),
        ("minValue", value.as_i64(), "less"),
        ("maxValue", value.as_i64(), "more"),
    ] {
        let Some((bound, value)) = about.get(limit).and_then(Value::as_i64).zip(value) else {
            continue;
        };
        if (word == "less" && value < bound) || (word == "more" && value > bound) {
            return Err(invalid(format!(
                "The provided value for the template parameter '{name}' is not valid: it is {word} than `{limit}`, '{bound}'. Please see https://aka.ms/arm-syntax-parameters for usage details."
            )));
        }
    }
    Ok(())
}

/// Reads a resource and those that are written inside it.
fn read_resource(
    environment: &Environment,
    written: &Value,
    parent: Option<&Resource>,
    resources: &mut Vec<Resource>,
) -> Result<(), ArmError> {
    let Value::Object(own) = written else {
        return Err(invalid("A template resource is not an object"));
    };
    if own.contains_key("copy") {
        return Err(not_modelled("`copy` in templates".to_owned()));
    }
    let text = |member: &str| match own.get(member) {
        Some(value) => environment.text(value, &format!("the '{member}' of a template resource")),
        None => Err(required(member, "properties.template.resources")),
    };
    let (mut resource_type, mut name) = (text("type")?, text("name")?);
    let mut api_version = text("apiVersion");
    if let Some(parent) = parent {
        resource_type = format!("{}/{resource_type}", parent.resource_type);
        name = format!("{}/{name}", parent.name);
        api_version = api_version.or_else(|_| Ok(parent.api_version.clone()));
    }
    if resource_type.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
        return Err(not_modelled("deployments inside of templates".to_owned()));
    }
    for member in ["resourceGroup", "subscriptionId"] {
        if own.contains_key(member) {
            return Err(not_modelled(format!("`{member}` of template resources")));
        }
    }
    if let Some(condition) = own.get("condition")
        && environment.value(condition, Seen::Nothing)? == Value::Bool(false)
    {
        return Ok(());
    }
    let holder = match own.get("scope") {
        Some(scope) => scope_of(
            environment,
            &environment.text(scope, "the 'scope' of a template resource")?,
        )?,
        None => environment.scope.clone(),
    };
    let names: Vec<&str> = name.split('/').collect();
    let Some(id) = path_of(&holder, &resource_type, &names) else {
        return Err(invalid(format!(
            "The template resource '{name}' for type '{resource_type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details."
        )));
    };
    let mut body = Map::new();
    for (member, value) in own {
        if !DIRECTIVES.contains(&member.as_str()) {
            body.insert(member.clone(), environment.value(value, Seen::Nothing)?);
        }
    }
    let mut depends_on = Vec::new();
    for dependency in own
        .get("dependsOn")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        depends_on.push(environment.text(dependency, "a 'dependsOn' of a template resource")?);
    }
    depends_on.extend(parent.map(|parent| parent.id.clone()));
    let resource = Resource {
        id,
        resource_type,
        name,
        api_version: api_version?,
        body,
        depends_on,
    };
    let is_there = own.get("existing") == Some(&Value::Bool(true));
    for child in own
        .get("resources")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        read_resource(environment, child, Some(&resource), resources)?;
    }
    if !is_there {
        if resources
            .iter()
            .any(|other| other.id.eq_ignore_ascii_case(&resource.id))
        {
            return Err(invalid(format!(
                "The resource '{}' is defined multiple times in a template. Please see https://aka.ms/arm-template/#resources for usage details.",
                resource.id
            )));
        }
        resources.push(resource);
    }
    Ok(())
}

/// The id behind the `scope` of an extension resource: an id, or `NAMESPACE/type/name` below the deployment's scope.
fn scope_of(environment: &Environment, scope: &str) -> Result<String, ArmError> {
    if scope.starts_with('/') {
        return Ok(scope.trim_end_matches('/').to_owned());
    }
    let mut parts = scope.split('/');
    let (namespace, rest) = (parts.next().unwrap_or_default(), parts.collect::<Vec<_>>());
    let types: Vec<&str> = rest.iter().copied().step_by(2).collect();
    let names: Vec<&str> = rest.iter().copied().skip(1).step_by(2).collect();
    path_of(
        &environment.scope,
        &format!("{namespace}/{}", types.join("/")),
        &names,
    )
    .ok_or_else(|| {
        invalid(format!(
            "The scope '{scope}' of a template resource is not valid"
        ))
    })
}

/// Puts resources into the order of their dependencies; those that need nothing keep theirs.
fn ordered(resources: Vec<Resource>) -> Result<Vec<Resource>, ArmError> {
    let mut resources = resources;
    let all = resources.clone();
    for resource in &mut resources {
        for dependency in &mut resource.depends_on {
            let named = all.iter().find(|other| names(other, dependency)).ok_or_else(|| {
                invalid(format!(
                    "The resource '{dependency}' is not defined in the template. Please see https://aka.ms/arm-template for usage details."
                ))
            })?;
            named.id.clone_into(dependency);
        }
    }
    let mut done: Vec<Resource> = Vec::new();
    while !resources.is_empty() {
        let is_done = |id: &String| done.iter().any(|other| other.id == *id);
        let next = resources
            .iter()
            .position(|one| one.depends_on.iter().all(is_done));
        let Some(next) = next else {
            let first = resources.first().map_or("", |one| one.id.as_str());
            return Err(invalid(format!(
                "Circular dependency detected on resource: '{first}'. Please see https://aka.ms/arm-syntax-resources for usage details."
            )));
        };
        done.push(resources.remove(next));
    }
    Ok(done)
}

/// Tells whether a `dependsOn` names a resource: by its id, by type and name, or by its name.
fn names(resource: &Resource, dependency: &str) -> bool {
    let is = |text: &str| text.eq_ignore_ascii_case(dependency);
    let last = resource.name.rsplit('/').next().unwrap_or_default();
    is(&resource.id)
        || is(&format!("{}/{}", resource.resource_type, resource.name))
        || is(&resource.name)
        || is(last)
        || resource
            .id
            .rsplit_once("/providers/")
            .is_some_and(|(_, relative)| is(relative))
}
