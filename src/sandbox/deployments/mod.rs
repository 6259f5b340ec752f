//! Deployments of templates to a group or a subscription: validated, predicted, run, listed and reported step by step.
//!
//! ```text
//! body ─template→ Template{parameters, resources in order, outputs} ─run→ steps ─what_if→ changes
//! ```

mod evaluation;
mod expression;
pub(super) mod preflight;
mod run;
mod template;
mod what_if;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::sandbox::deployments::evaluation::{Seen, deployment_fact, facts};
use crate::sandbox::deployments::run::{Act, Step};
use crate::sandbox::deployments::template::{Target, Template};
use crate::sandbox::deployments::what_if::ResultFormat;
use crate::sandbox::hash::{guid, hash};
use crate::sandbox::long_running::record::CompletionEffect;
use crate::sandbox::long_running::run::{Completion, DEPLOYMENT, FORETELLING, poll_resource};
use crate::sandbox::protocol::address::{Address, Scope};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::filter::conditions;
use crate::sandbox::protocol::paging::page;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::protocol::template_error::TemplateError;
use crate::sandbox::resources::context::Context;
use crate::sandbox::resources::subscription;
use crate::sandbox::store::{Store, text};

/// The types of deployments and of their steps.
pub(crate) const TYPE: &str = "Microsoft.Resources/deployments";
pub(crate) const OPERATIONS: &str = "Microsoft.Resources/deployments/operations";
/// Under which the template of a deployment is kept.
const TEMPLATE: &str = "Microsoft.Resources/deployments/exportTemplate";

/// Answers a request for one deployment.
pub(crate) fn item(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    check_scope(store, address)?;
    if call.method == Method::GET {
        poll_resource(store, &address.id(), call.now);
    }
    let existing = store.get(&address.id());
    match (call.method, existing) {
        (&Method::GET, Some(body)) => Ok(Reply::json(StatusCode::OK, body)),
        (&Method::HEAD, Some(_)) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        (&Method::HEAD, None) => Ok(Reply::empty(StatusCode::NOT_FOUND)),
        (&Method::PUT, existing) => put(store, call, address, existing.as_ref(), context),
        (&Method::DELETE, existing) => {
            if existing.is_some() {
                store.remove_tree(&address.id(), call.now);
            }
            Ok(Reply::empty(StatusCode::NO_CONTENT))
        }
        (&Method::GET, None) => Err(not_found(address)),
        _ => Err(call.not_allowed("GET, HEAD, PUT, DELETE")),
    }
}

fn not_found(address: &Address) -> ArmError {
    let name = address.names.first().cloned().unwrap_or_default();
    TemplateError::NotFound { name }.into()
}

/// Refuses a scope that does not exist, and those whose deployments the sandbox does not have.
fn check_scope(store: &Store, address: &Address) -> Result<(), ArmError> {
    match &address.scope {
        Scope::Subscription(_) => Ok(()),
        Scope::Group(group) if store.contains(&group.id()) => Ok(()),
        Scope::Group(group) => Err(ArmError::GroupNotFound {
            group: group.name.clone(),
        }),
        Scope::Tenant | Scope::Resource(_) => Err(ArmError::NotModelled {
            what: "deployments at this scope".to_owned(),
        }),
    }
}

/// Reads the template of a request.
fn read(store: &Store, call: &Call<'_>, address: &Address) -> Result<Template, ArmError> {
    let sent = call.object()?;
    let location = sent.get("location").and_then(Value::as_str);
    let (group, found) = match &address.scope {
        Scope::Group(group) => (store.get(&group.id()), Some(group.subscription)),
        Scope::Subscription(found) if location.is_some() => (None, Some(*found)),
        Scope::Subscription(_) => return Err(ArmError::LocationRequired),
        Scope::Tenant | Scope::Resource(_) => (None, None),
    };
    let scope = match &group {
        Some(body) => text(body, "id").to_owned(),
        None => address.scope.id(),
    };
    let name = address.names.first().map_or("", String::as_str);
    let subscription = found.map_or(Value::Null, subscription::body);
    let tenant = found.map_or(Value::Null, |found| json!({ "tenantId": found.tenant.id }));
    let target = Target {
        scope,
        facts: facts([
            ("deployment", deployment_fact(name, location)),
            ("resourceGroup", group.unwrap_or_default()),
            ("subscription", subscription),
            ("tenant", tenant),
        ]),
    };
    Template::read(call, target)
}

fn put(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    existing: Option<&Value>,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let name = address.name();
    if name.len() > 64
        || !name
            .chars()
            .all(|c| c.is_alphanumeric() || "-._()".contains(c))
    {
        return Err(ArmError::ResourceName {
            name: name.to_owned(),
        });
    }
    if let Some(running) = store.operations().running_on(&address.id()) {
        return Err(TemplateError::Active {
            name: name.to_owned(),
            started: crate::sandbox::timestamp::Timestamp::from_seconds(running.started).rfc3339(),
        }
        .into());
    }
    let template = read(store, call, address)?;
    let steps = run::run(store, call, &template, context);
    let sent = call.object()?;
    let done = ended(store, call, (address, &sent), (&template, &steps));
    let mut started = done.clone();
    if let Some(properties) = started.get_mut("properties").and_then(Value::as_object_mut) {
        for member in ["error", "outputs", "outputResources", "duration"] {
            properties.shift_remove(member);
        }
        properties.insert("provisioningState".to_owned(), "Accepted".into());
    }
    store.remove_tree(&format!("{}/operations", address.id()), call.now);
    for (number, step) in steps.iter().enumerate() {
        store.put(operation(call, address, (number, step)));
    }
    store.put(json!({
        "id": format!("{}/exportTemplate", address.id()),
        "type": TEMPLATE,
        "template": template.written,
    }));
    store.put(started.clone());
    let status = match existing {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    let shown = Reply::json(status, started);
    let mut reply = DEPLOYMENT.start(
        store,
        call,
        Completion {
            target: &address.id(),
            effect: CompletionEffect::Become(Box::new(done)),
        },
        context.base_url,
        shown,
    );
    reply.status = status;
    Ok(reply)
}

/// The body of a deployment that is over.
fn ended(
    store: &Store,
    call: &Call<'_>,
    (address, sent): (&Address, &Map<String, Value>),
    (template, steps): (&Template, &[Step]),
) -> Value {
    let id = match &address.scope {
        Scope::Group(_) => format!(
            "{}/providers/{TYPE}/{}",
            template.environment.scope,
            address.name()
        ),
        Scope::Tenant | Scope::Subscription(_) | Scope::Resource(_) => address.id(),
    };
    let details: Vec<Value> = steps.iter().filter_map(|step| step.error.clone()).collect();
    let outputs = if details.is_empty() {
        template.outputs(Seen::Resources(store))
    } else {
        Ok(Value::Null)
    };
    let (outputs, error) = match outputs {
        Ok(outputs) if details.is_empty() => (outputs, Value::Null),
        Ok(_) => (
            Value::Null,
            json!({
                "code": "DeploymentFailed",
                "target": id,
                "message": "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.",
                "details": details,
            }),
        ),
        Err(fault) => {
            let (_, code) = fault.status_and_code();
            (
                Value::Null,
                json!({ "code": code, "message": fault.to_string() }),
            )
        }
    };
    let state = if error.is_null() {
        "Succeeded"
    } else {
        "Failed"
    };
    let mut properties = shown_properties(call, template);
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            properties.insert(name.to_owned(), value);
        }
    };
    add("provisioningState", state.into());
    add("duration", "PT1.5S".into());
    add("outputs", outputs);
    add("error", error);
    let written = steps
        .iter()
        .filter(|step| step.error.is_none() && step.act == Act::Create);
    add(
        "outputResources",
        written.map(|step| json!({ "id": step.id })).collect(),
    );
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.insert("name".to_owned(), address.name().into());
    body.insert("type".to_owned(), TYPE.into());
    for member in ["location", "tags"] {
        if let Some(value) = sent.get(member).filter(|value| !value.is_null()) {
            body.insert(member.to_owned(), value.clone());
        }
    }
    body.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(body)
}

/// What a deployment says of its template, whatever becomes of it.
fn shown_properties(call: &Call<'_>, template: &Template) -> Map<String, Value> {
    let mut providers: Map<String, Value> = Map::new();
    for resource in &template.resources {
        let (namespace, path) = resource.resource_type.split_once('/').unwrap_or_default();
        let types = providers.entry(namespace).or_insert_with(|| json!([]));
        let location = resource.body.get("location").cloned().unwrap_or_default();
        let shown = json!({ "resourceType": path, "locations": [location] });
        if let Some(types) = types.as_array_mut().filter(|types| !types.contains(&shown)) {
            types.push(shown);
        }
    }
    let providers: Vec<Value> = providers
        .into_iter()
        .map(|(namespace, types)| json!({ "namespace": namespace, "resourceTypes": types }))
        .collect();
    let named = |id: &str| {
        let found = template.resources.iter().find(|one| one.id == id);
        found.map(|one| json!({ "id": one.id, "resourceType": one.resource_type, "resourceName": one.name }))
    };
    let dependencies = template
        .resources
        .iter()
        .filter(|one| !one.depends_on.is_empty());
    let dependencies: Vec<Value> = dependencies
        .map(|one| {
            json!({
                "dependsOn": one.depends_on.iter().filter_map(|id| named(id)).collect::<Vec<Value>>(),
                "id": one.id,
                "resourceType": one.resource_type,
                "resourceName": one.name,
            })
        })
        .collect();
    let properties = json!({
        "templateHash": hash(template.written.to_string().as_bytes()).to_string(),
        "parameters": template.shown_parameters,
        "mode": template.mode.word(),
        "timestamp": call.now.rfc3339(),
        "correlationId": guid(&format!("deployment {} {}", template.environment.scope, call.now.rfc3339())),
        "providers": providers,
        "dependencies": dependencies,
    });
    properties.as_object().cloned().unwrap_or_default()
}

/// One step of a deployment, as a resource of its own.
fn operation(call: &Call<'_>, address: &Address, (number, step): (usize, &Step)) -> Value {
    let name = guid(&format!("{} {number} {}", address.id(), step.id))
        .replace('-', "")
        .to_ascii_uppercase();
    let state = if step.error.is_some() {
        "Failed"
    } else {
        "Succeeded"
    };
    let mut properties = json!({
        "provisioningOperation": match step.act {
            Act::Create => "Create",
            Act::Delete => "Delete",
        },
        "provisioningState": state,
        "timestamp": call.now.rfc3339(),
        "duration": "PT0.5S",
        "trackingId": guid(&format!("tracking {number} {}", step.id)),
        "statusCode": step.status.canonical_reason().unwrap_or_default().replace(' ', ""),
        "targetResource": {
            "id": step.id,
            "resourceType": step.resource_type,
            "resourceName": step.name,
        },
    });
    if let (Some(error), Some(members)) = (&step.error, properties.as_object_mut()) {
        members.insert("statusMessage".to_owned(), json!({ "error": error }));
    }
    json!({
        "id": format!("{}/operations/{name}", address.id()),
        "type": OPERATIONS,
        "operationId": name,
        "properties": properties,
    })
}

/// Answers a request for the deployments of a scope, or for the steps of one.
pub(crate) fn collection(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    base_url: &str,
) -> Result<Reply, ArmError> {
    call.only_get()?;
    check_scope(store, address)?;
    let wanted = address.full_type();
    let holder = match address.parent() {
        Some(parent) => parent.id(),
        None => address.scope.id(),
    };
    if wanted == OPERATIONS && !store.contains(&holder) {
        return Err(not_found(address));
    }
    let filter = conditions(call, &["provisioningState"], &[])?;
    let place = if wanted == OPERATIONS {
        format!("{holder}/operations/")
    } else {
        format!("{holder}/providers/{TYPE}/")
    };
    crate::sandbox::long_running::run::poll_listed(store, &place, call.now, |name| name == wanted);
    let state = |body: &Value| {
        let properties = body.get("properties");
        properties.map_or_else(String::new, |inner| {
            text(inner, "provisioningState").to_owned()
        })
    };
    let items = store
        .list(&place, |name| name == wanted)
        .into_iter()
        .map(|listed| (listed.position.clone(), listed.body()))
        .filter(|(_, body)| {
            filter
                .iter()
                .all(|(_, value)| state(body).eq_ignore_ascii_case(value))
        })
        .collect();
    page(call, base_url, items, |body| without_type(body, wanted))
}

/// Steps are shown without a type.
fn without_type(mut body: Value, resource_type: &str) -> Value {
    if resource_type == OPERATIONS
        && let Some(members) = body.as_object_mut()
    {
        members.shift_remove("type");
    }
    body
}

/// Answers a request for one step.
pub(crate) fn step(store: &Store, call: &Call<'_>, address: &Address) -> Result<Reply, ArmError> {
    match (call.method, store.get(&address.id())) {
        (&Method::GET, Some(body)) => {
            Ok(Reply::json(StatusCode::OK, without_type(body, OPERATIONS)))
        }
        (&Method::GET, None) => Err(ArmError::OperationNotFound {
            operation: address.name().to_owned(),
        }),
        _ => Err(call.not_allowed("GET")),
    }
}

/// Answers what a deployment is asked to do.
pub(crate) fn action(
    store: &mut Store,
    call: &Call<'_>,
    (address, action): (&Address, &str),
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    check_scope(store, address)?;
    let existing = store.get(&address.id());
    match (action, existing) {
        ("validate", _) => validate(store, call, address, context),
        ("whatIf", _) => foretell(store, call, address, context),
        ("exportTemplate", Some(_)) => {
            let kept = store.get(&format!("{}/exportTemplate", address.id()));
            let template = kept.and_then(|mut body| body.get_mut("template").map(Value::take));
            match template {
                Some(template) => Ok(Reply::json(StatusCode::OK, json!({ "template": template }))),
                None => Err(ArmError::NotModelled {
                    what: "the template of this deployment".to_owned(),
                }),
            }
        }
        ("cancel", Some(mut body)) => {
            if store.operations().running_on(&address.id()).is_none() {
                let state = body
                    .get("properties")
                    .map_or("", |inner| text(inner, "provisioningState"));
                return Err(TemplateError::NotCancellable {
                    name: address.name().to_owned(),
                    state: state.to_owned(),
                }
                .into());
            }
            store.cancel(&address.id(), call.now);
            if let Some(inner) = body.get_mut("properties").and_then(Value::as_object_mut) {
                inner.insert("provisioningState".to_owned(), "Canceled".into());
            }
            store.put(body);
            Ok(Reply::empty(StatusCode::NO_CONTENT))
        }
        (_, None) => Err(not_found(address)),
        (other, Some(_)) => Err(ArmError::NotModelled {
            what: format!("{TYPE}/{other}"),
        }),
    }
}

/// Tries a deployment on a copy of what there is.
fn validate(
    store: &Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let template = read(store, call, address)?;
    let mut copy = store.copy();
    let steps = run::run(&mut copy, call, &template, context);
    if let Some(refusal) = refusal(call, address, &steps) {
        return Ok(refusal);
    }
    let mut properties = shown_properties(call, &template);
    properties.insert("provisioningState".to_owned(), "Succeeded".into());
    let validated = steps.iter().map(|step| json!({ "id": step.id }));
    properties.insert("validatedResources".to_owned(), validated.collect());
    let body = json!({
        "id": address.id(),
        "name": address.name(),
        "type": TYPE,
        "properties": properties,
    });
    Ok(Reply::json(StatusCode::OK, body))
}

/// The error of a deployment that could not succeed.
fn refusal(call: &Call<'_>, address: &Address, steps: &[Step]) -> Option<Reply> {
    let details: Vec<Value> = steps.iter().filter_map(|step| step.error.clone()).collect();
    if details.is_empty() {
        return None;
    }
    let tracking = guid(&format!("tracking {} {}", address.id(), call.now.rfc3339()));
    let body = json!({
        "error": {
            "code": "InvalidTemplateDeployment",
            "message": format!("The template deployment '{}' is not valid according to the validation procedure. The tracking id is '{tracking}'. See inner errors for details.", address.name()),
            "details": details,
        },
    });
    Some(Reply::json(StatusCode::BAD_REQUEST, body))
}

/// Starts a what-if; its result is there when it is asked for the third time.
fn foretell(
    store: &mut Store,
    call: &Call<'_>,
    address: &Address,
    context: &Context<'_>,
) -> Result<Reply, ArmError> {
    let template = read(store, call, address)?;
    let sent = call.object()?;
    let settings = sent
        .get("properties")
        .and_then(|inner| inner.get("whatIfSettings"));
    let format = match settings.map(|settings| text(settings, "resultFormat")) {
        Some(format) if format.eq_ignore_ascii_case("ResourceIdOnly") => {
            ResultFormat::ResourceIdOnly
        }
        Some(_) | None => ResultFormat::FullResourcePayloads,
    };
    let mut copy = store.copy();
    let steps = run::run(&mut copy, call, &template, context);
    let answer = match refusal(call, address, &steps).and_then(|refusal| refusal.body) {
        Some(body) => json!({ "status": "Failed", "error": body["error"] }),
        None => json!({
            "status": "Succeeded",
            "properties": {
                "correlationId": guid(&format!("what-if {}", address.id())),
                "changes": what_if::changes(store, &copy, (&template, &steps), format),
                "potentialChanges": [],
                "diagnostics": [],
            },
        }),
    };
    let target = format!("{}/whatIf", address.id());
    Ok(FORETELLING.start(
        store,
        call,
        Completion {
            target: &target,
            effect: CompletionEffect::Answer(Box::new(answer)),
        },
        context.base_url,
        Reply::empty(StatusCode::ACCEPTED),
    ))
}
