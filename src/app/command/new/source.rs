//! Reads the resource that a body begins with. Who makes the body: `run`.

use serde_json::Value;

use crate::app::exchange::{attempt, resume_command};
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::azure::ResourceId;
use crate::cli::RequestArgs;
use crate::env::Env;
use crate::error::{Error, Failure, ResourceError};

/// A resource, as the service answers with it.
pub(super) struct Source {
    /// Its ID.
    pub(super) id: String,
    /// The full name of its type.
    pub(super) type_name: String,
    pub(super) body: Value,
}

/// Asks for a resource.
pub(super) async fn read(mut args: RequestArgs, env: &Env) -> Result<Source, Failure> {
    default_subscription::resolve_in(&mut args, env)?;
    let mut context = RunContext::of(&args, env).await?;
    let url = args.url.clone();
    subscription_choice::settle(&mut args, &url, &mut context).await?;
    let default = context.default_subscription(&args, url.contains('{'));
    let plan = context.plan(&args, default)?;
    for note in &plan.notes {
        context.console.note(note);
    }
    if plan.pattern.is_some() {
        return Err(Error::from(ResourceError::Several).into());
    }
    let session = context.session(plan)?;
    let opened = attempt::open(&session).await;
    let opened = opened.map_err(|error| error.in_run(resume_command::run_of(&session.plan)))?;
    let body: Option<Value> = serde_json::from_slice(opened.bytes()).ok();
    let found = body.and_then(|body| {
        let id = body.get("id")?.as_str()?.to_owned();
        let type_name = ResourceId::parse(&id).type_name()?.into_owned();
        Some(Source {
            id,
            type_name,
            body,
        })
    });
    let reason = "it has no `id` of a resource".to_owned();
    Ok(found.ok_or(Error::from(ResourceError::NoDocument { reason }))?)
}
