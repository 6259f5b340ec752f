//! `arm types --refresh`: asks Resource Manager for its types, and keeps the answer. Prints nothing
//! but notes.

use crate::app::exchange::{request, resume_command};
use crate::app::session::context::{self, RunContext};
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{client, default_subscription, trace};
use crate::azure::ProviderMetadata;
use crate::cli::RequestArgs;
use crate::client::{Client, List, ListError, ListMembers, Page, PageError};
use crate::env::Env;
use crate::error::Failure;
use crate::output::Console;
use crate::plan::{self, Defaults};
use crate::transport::Request;

/// All types of a subscription are some MB: a page has at most so many bytes.
const MAX_PAGE: usize = 64 << 20;

/// Asks for the types, and keeps them.
pub(crate) async fn run(
    mut args: RequestArgs,
    env: &Env,
    console: Console,
) -> Result<ProviderMetadata, Failure> {
    default_subscription::resolve_in(&mut args, env)?;
    let RunContext {
        cloud,
        inputs,
        versions,
        deadline,
        given,
        ..
    } = context::known(&args, env).await?;
    let defaults = Defaults {
        subscription_id: context::default_subscription(&args, true, &cloud, env),
        client_request_id: uuid::Uuid::new_v4().to_string(),
        versions,
    };
    let plan = plan::plan(args, inputs, &cloud, &defaults, env)?;
    let shared = client::shared(&plan, given, deadline, env, console)?;
    let client = client::client(&plan, &shared, trace::observer(console, env));
    let pages = pages(&client, request::first_request(&plan)).await;
    let pages =
        pages.map_err(|error| Failure::from(error).in_run(resume_command::run_of(&plan)))?;
    let items = || pages.iter().flat_map(Page::items);
    let providers = items().count();
    let items = items().map(str::as_bytes);
    let types = ProviderMetadata::of_providers(items, env.now).map_err(|_| PageError::NoPage)?;
    let count = types.all().count();
    let cache = LiveCache::of(&cloud, plan.tenant_id.as_deref(), env);
    match cache.store(&types) {
        Ok(()) => console.note(&format!(
            "{count} types of {providers} providers are kept for 7 days"
        )),
        Err(fault) => console.note(&format!("the types cannot be kept: {fault}")),
    }
    Ok(types)
}

async fn pages(client: &Client, first: Request) -> Result<Vec<Page>, ListError> {
    let members = ListMembers::of_resource_manager();
    let mut list = List::new(client, first, &members).with_whole_pages(MAX_PAGE);
    let mut pages = Vec::new();
    while let Some(page) = list.next_whole().await? {
        pages.push(page);
    }
    Ok(pages)
}
