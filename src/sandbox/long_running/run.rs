//! Which writes take time, and what becomes of them. An operation advances when it is asked about, not with the clock:
//! if each request is a process of its own, no clock runs on between them. Who tells a client of its progress:
//! `status`.

use http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::Value;

use crate::sandbox::long_running::record::{
    self, CompletionEffect, End, Operation, OperationUrl, Outcome, PollingHeaders,
};
use crate::sandbox::protocol::address::Address;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::{Store, text};
use crate::sandbox::templates;
use crate::sandbox::timestamp::Timestamp;

/// The poll that finds an operation ended; the ones before find it running.
pub(crate) const POLLS: u8 = 3;

/// What a name must begin with for its creation, its start or the deletion of the group to fail.
const FAILING: &str = "fail-";

pub(crate) const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");

/// How a write that takes time is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    first: FirstResponse,
    announced: PollingHeaders,
    /// The provisioning state until the end.
    pub(crate) meanwhile: &'static str,
}

/// The first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FirstResponse {
    /// The resource, under this status.
    Shown(StatusCode),
    /// 202 without a body.
    Accepted,
}

const CREATED: FirstResponse = FirstResponse::Shown(StatusCode::CREATED);
const UPDATED: FirstResponse = FirstResponse::Shown(StatusCode::OK);
const TAKEN: FirstResponse = FirstResponse::Shown(StatusCode::ACCEPTED);

/// What a request does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteKind {
    Create,
    Replace,
    Patch,
    Delete,
    Operate,
}

/// A deployment, which is created first and run then.
pub(crate) const DEPLOYMENT: Plan = Plan {
    first: FirstResponse::Shown(StatusCode::CREATED),
    announced: PollingHeaders::Status,
    meanwhile: "Accepted",
};

/// What Resource Manager works out or moves: only the result has an address.
pub(crate) const FORETELLING: Plan = Plan {
    first: FirstResponse::Accepted,
    announced: PollingHeaders::Result,
    meanwhile: "Running",
};

/// The deletion of a group.
pub(crate) const GROUP_DELETION: Plan = Plan {
    first: FirstResponse::Accepted,
    announced: PollingHeaders::Result,
    meanwhile: "Deleting",
};

/// Returns how a write that takes time is answered; `None` if it takes none.
///
/// Each kind of header that Azure sends has its type here (recorded exchanges of the Azure SDKs).
pub(crate) fn plan(address: &Address, act: WriteKind) -> Option<Plan> {
    let kind = (address.namespace.name, address.resource_type.name);
    let (first, announced, meanwhile) = match (kind, act) {
        (("Microsoft.App", "containerApps"), WriteKind::Create) => {
            (CREATED, PollingHeaders::Status, "InProgress")
        }
        (("Microsoft.App", "containerApps"), WriteKind::Replace) => {
            (UPDATED, PollingHeaders::Status, "InProgress")
        }
        (("Microsoft.App", "containerApps"), WriteKind::Patch) => (
            FirstResponse::Accepted,
            PollingHeaders::StatusAndResult,
            "InProgress",
        ),
        (("Microsoft.Compute", "disks"), WriteKind::Create | WriteKind::Replace) => {
            (TAKEN, PollingHeaders::StatusAndResult, "Updating")
        }
        (("Microsoft.Compute", "virtualMachines"), WriteKind::Create) => {
            (CREATED, PollingHeaders::Status, "Creating")
        }
        (("Microsoft.Compute", "virtualMachines"), WriteKind::Operate) => (
            FirstResponse::Accepted,
            PollingHeaders::StatusAndResult,
            "Updating",
        ),
        (("Microsoft.KeyVault", "vaults"), WriteKind::Create) => {
            (UPDATED, PollingHeaders::Nowhere, "RegisteringDns")
        }
        (("Microsoft.Network", "virtualNetworks"), WriteKind::Create) => {
            (CREATED, PollingHeaders::Status, "Updating")
        }
        (
            ("Microsoft.Compute", "virtualMachines") | ("Microsoft.Network", "virtualNetworks"),
            WriteKind::Replace,
        ) => (UPDATED, PollingHeaders::Status, "Updating"),
        (("Microsoft.Storage", "storageAccounts"), WriteKind::Create) => {
            (FirstResponse::Accepted, PollingHeaders::Result, "Creating")
        }
        (
            ("Microsoft.App", "containerApps")
            | ("Microsoft.Compute", "disks" | "virtualMachines")
            | ("Microsoft.Network", "virtualNetworks"),
            WriteKind::Delete,
        ) => (
            FirstResponse::Accepted,
            PollingHeaders::StatusAndResult,
            "Deleting",
        ),
        _ => return None,
    };
    Some(Plan {
        first,
        announced,
        meanwhile,
    })
}

/// What an operation changes when it succeeds.
#[derive(Debug)]
pub(crate) struct Completion<'a> {
    /// The id of what it changes.
    pub(crate) target: &'a str,
    pub(crate) effect: CompletionEffect,
}

impl<'a> Completion<'a> {
    /// Writes it.
    pub(crate) fn write(target: &'a str) -> Self {
        let effect = CompletionEffect::Write;
        Self { target, effect }
    }

    /// Removes it, and all below it.
    pub(crate) fn remove(target: &'a str) -> Self {
        let effect = CompletionEffect::Remove;
        Self { target, effect }
    }
}

impl Plan {
    /// The status of the first answer.
    pub(crate) fn status(self) -> StatusCode {
        match self.first {
            FirstResponse::Shown(status) => status,
            FirstResponse::Accepted => StatusCode::ACCEPTED,
        }
    }

    /// Starts an operation and returns the first answer; `shown` is what a plain write would answer.
    ///
    /// A second deletion joins the one that runs. Any other new operation takes the place of the one
    /// that runs on the same target, which ends as canceled.
    pub(crate) fn start(
        self,
        store: &mut Store,
        call: &Call<'_>,
        completion: Completion<'_>,
        base_url: &str,
        shown: Reply,
    ) -> Reply {
        let Completion { target, effect } = completion;
        let operation = match store.operations().running_on(target) {
            Some(running)
                if effect == CompletionEffect::Remove
                    && running.work == CompletionEffect::Remove =>
            {
                running.clone()
            }
            running => {
                let replaced = running.cloned();
                if let Some(mut replaced) = replaced {
                    replaced.end = Some(end(Outcome::Canceled, call.now));
                    store.record(replaced);
                }
                let operation = self.operation(store, call, target, effect);
                store.record(operation.clone());
                operation
            }
        };
        let mut reply = match self.first {
            FirstResponse::Shown(_) => shown,
            FirstResponse::Accepted => Reply::empty(StatusCode::ACCEPTED),
        };
        reply.headers.extend(headers(&operation, base_url));
        reply
    }

    fn operation(
        self,
        store: &Store,
        call: &Call<'_>,
        target: &str,
        work: CompletionEffect,
    ) -> Operation {
        let number = store.operations().next_number();
        let region = store
            .get(target)
            .map(|body| text(&body, "location").to_owned())
            .filter(|location| !location.is_empty())
            .unwrap_or_else(|| "westeurope".to_owned());
        Operation {
            number,
            name: record::name(number, target, &region, &work),
            target: target.to_owned(),
            region,
            work,
            announced: self.announced,
            api_version: call.parameter("api-version").unwrap_or_default(),
            polls: 0,
            started: call.now.seconds(),
            end: None,
        }
    }
}

/// The headers that say where an operation is asked about. Waiting would be of no use offline, so
/// `Retry-After` is 0.
pub(crate) fn headers(operation: &Operation, base_url: &str) -> HeaderMap {
    let reply = Reply::empty(StatusCode::ACCEPTED);
    let status = |reply: Reply| {
        reply.with(
            ASYNC_OPERATION,
            &operation.url(OperationUrl::Status, base_url),
        )
    };
    let result = |reply: Reply| {
        reply.with(
            header::LOCATION,
            &operation.url(OperationUrl::Result, base_url),
        )
    };
    let reply = match operation.announced {
        PollingHeaders::Nowhere => return HeaderMap::new(),
        PollingHeaders::Status => status(reply),
        PollingHeaders::Result => result(reply),
        PollingHeaders::StatusAndResult => result(status(reply)),
    };
    reply.with(header::RETRY_AFTER, "0").headers
}

/// Asks about an operation: the third time it is found ended, and what it does is done.
pub(crate) fn poll(store: &mut Store, mut operation: Operation, now: Timestamp) -> Operation {
    if operation.end.is_some() {
        return operation;
    }
    operation.polls = operation.polls.saturating_add(1);
    if operation.polls >= POLLS {
        operation.end = Some(end(finish(store, &operation, now), now));
    }
    store.record(operation.clone());
    operation
}

/// Asks about the operation of a resource, if there is one: to look at a resource is to ask how it is doing.
pub(crate) fn poll_resource(store: &mut Store, id: &str, now: Timestamp) {
    if let Some(operation) = store.operations().running_on(id).cloned() {
        poll(store, operation, now);
    }
}

/// Asks about the operation of a resource until it has ended, and says how; nothing if there is none.
pub(crate) fn complete(store: &mut Store, id: &str, now: Timestamp) -> Option<Outcome> {
    let mut operation = store.operations().running_on(id).cloned()?;
    while operation.end.is_none() {
        operation = poll(store, operation, now);
    }
    operation.end.map(|end| end.outcome)
}

/// Asks about the operations of all that a list shows: what is below an id (`below` ends with a slash) and has a wanted
/// type.
pub(crate) fn poll_listed(
    store: &mut Store,
    below: &str,
    now: Timestamp,
    wanted: impl Fn(&str) -> bool,
) {
    let below = below.to_ascii_lowercase();
    let running = store.operations().running();
    let listed = running.filter(|operation| {
        let target = operation.target.to_ascii_lowercase();
        let body = target.starts_with(&below).then(|| store.get(&target));
        body.flatten()
            .is_some_and(|body| wanted(text(&body, "type")))
    });
    let listed: Vec<Operation> = listed.cloned().collect();
    for operation in listed {
        poll(store, operation, now);
    }
}

/// Sets the provisioning state of a body.
pub(crate) fn set_state(body: &mut Value, state: &str) {
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("provisioningState".to_owned(), state.into());
    }
}

/// Tells whether something is being deleted.
pub(crate) fn is_deleting(body: &Value) -> bool {
    body.pointer("/properties/provisioningState")
        .and_then(Value::as_str)
        == Some(GROUP_DELETION.meanwhile)
}

fn end(outcome: Outcome, now: Timestamp) -> End {
    End {
        outcome,
        at: now.seconds(),
    }
}

/// Does what an operation does, and says how it ended.
fn finish(store: &mut Store, operation: &Operation, now: Timestamp) -> Outcome {
    let target = operation.target.as_str();
    match &operation.work {
        CompletionEffect::Answer(_) => return Outcome::Succeeded,
        CompletionEffect::Move { resources, group } => {
            for id in resources {
                store.move_to(id, group, now);
            }
            return Outcome::Succeeded;
        }
        CompletionEffect::Become(body) if store.contains(target) => {
            store.put(body.as_ref().clone());
            let state = body.pointer("/properties/provisioningState");
            return match state.and_then(Value::as_str) {
                Some("Failed") => Outcome::Failed,
                Some(_) | None => Outcome::Succeeded,
            };
        }
        CompletionEffect::Write
        | CompletionEffect::Remove
        | CompletionEffect::Power(_)
        | CompletionEffect::Become(_) => {}
    }
    let Some(mut body) = store.get(target) else {
        return Outcome::Canceled;
    };
    let is_group = record::namespace(target).is_none();
    let outcome = match &operation.work {
        CompletionEffect::Remove if is_group => fate(&body),
        CompletionEffect::Remove => Outcome::Succeeded,
        CompletionEffect::Power(state) if state != "running" => Outcome::Succeeded,
        CompletionEffect::Write
        | CompletionEffect::Power(_)
        | CompletionEffect::Become(_)
        | CompletionEffect::Answer(_)
        | CompletionEffect::Move { .. } => fate(&body),
    };
    if operation.work == CompletionEffect::Remove && outcome == Outcome::Succeeded {
        store.remove_tree(target, now);
        return outcome;
    }
    // A group that could not be deleted is as it was.
    let state = if is_group {
        Outcome::Succeeded
    } else {
        outcome
    };
    set_state(&mut body, state.word());
    let power = match (&operation.work, outcome) {
        (CompletionEffect::Power(power), Outcome::Succeeded) => Some(power.as_str()),
        (CompletionEffect::Write, Outcome::Failed) => Some("deallocated"),
        _ => None,
    };
    if let (Some(power), Some(view)) = (power, body.pointer_mut("/properties/instanceView")) {
        *view = templates::instance_view(power);
    }
    store.put(body);
    outcome
}

fn fate(body: &Value) -> Outcome {
    if text(body, "name").starts_with(FAILING) {
        Outcome::Failed
    } else {
        Outcome::Succeeded
    }
}
