//! `arm open`: the page of a resource in the portal, in the browser or as an address. Nothing is asked. Who finds the
//! browser: `login::browser`.

use crate::app::command::login::browser::{self, Opening};
use crate::app::command::named;
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::app::terminal::stdout::print;
use crate::azure::{HostKind, host_kind};
use crate::cli::arguments::OpenArgs;
use crate::env::Env;
use crate::error::{Failure, ResourceError};
use crate::plan::target::portal_address;

/// Opens the page of a resource, or prints its address.
pub(crate) async fn run(args: OpenArgs, env: &Env) -> Result<(), Failure> {
    let mut request = args.request;
    Box::pin(named::resolve(&mut request, env)).await?;
    default_subscription::resolve_in(&mut request, env)?;
    let mut context = RunContext::of(&request, env).await?;
    let url = request.url.clone();
    subscription_choice::settle(&mut request, &url, &mut context).await?;
    let default = context.default_subscription(&request, request.url.contains('{'));
    let plan = context.plan(&request, default)?;
    for note in &plan.notes {
        context.console.note(note);
    }
    if plan.pattern.is_some() {
        return Err(ResourceError::Several.into());
    }
    let target = &plan.target;
    if host_kind(&target.cloud, &target.url) != HostKind::ResourceManager {
        return Err(ResourceError::NotInPortal.into());
    }
    let Some(portal) = &target.cloud.portal else {
        let cloud = target.cloud.name.to_string();
        return Err(ResourceError::NoPortal { cloud }.into());
    };
    let address = portal_address(portal, target.url.path(), plan.tenant_id.as_deref());
    if !args.print && env.stdout_is_terminal {
        match browser::opening(env, &address) {
            Opening::Program { program, arguments } => {
                if browser::open(&program, &arguments).is_ok() {
                    context.console.note(format!("opened {address}"));
                    return Ok(());
                }
                context.console.note("the browser cannot be started");
            }
            Opening::Printed { reason } => context.console.note(reason),
        }
    }
    Ok(print(&format!("{address}\n"))?)
}
