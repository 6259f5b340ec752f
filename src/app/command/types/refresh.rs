//! `arm types --refresh`: asks Resource Manager for its types, and keeps the answer. Who prints
//! types: the module above it.

use crate::app::exchange::resume_command;
use crate::app::session::context::RunContext;
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{default_subscription, subscription_choice};
use crate::azure::ProviderMetadata;
use crate::cli::RequestArgs;
use crate::client::{Client, List, ListError, ListMembers, Page, PageError};
use crate::env::Env;
use crate::error::Failure;
use crate::output::Console;
use crate::transport::Request;

/// The most bytes of a page: all types of a subscription are some MB.
const MAX_PAGE: usize = 64 << 20;

/// Asks for the types, and keeps them.
pub(crate) async fn run(
    mut args: RequestArgs,
    env: &Env,
    console: Console,
) -> Result<ProviderMetadata, Failure> {
    default_subscription::resolve_in(&mut args, env)?;
    let mut context = RunContext::of(&args, env).await?;
    let url = args.url.clone();
    subscription_choice::settle(&mut args, &url, &mut context).await?;
    let default = context.default_subscription(&args, true);
    let session = context.session(context.plan(&args, default)?)?;
    let pages = pages(&session.client, &session.request()).await;
    let pages = pages
        .map_err(|error| Failure::from(error).in_run(resume_command::run_of(&session.plan)))?;
    let items = || pages.iter().flat_map(Page::items);
    let providers = items().count();
    let items = items().map(str::as_bytes);
    let types = ProviderMetadata::of_providers(items, env.now).map_err(|_| PageError::NoPage)?;
    let count = types.all().count();
    let cache = LiveCache::of(&context.cloud, session.plan.tenant_id.as_deref(), env);
    match cache.store(&types) {
        Ok(()) => console.note(format!(
            "{count} types of {providers} providers are kept for 7 days"
        )),
        Err(error) => console.note(format!("the types cannot be kept: {error}")),
    }
    Ok(types)
}

async fn pages(client: &Client, first: &Request) -> Result<Vec<Page>, ListError> {
    let members = ListMembers::of_resource_manager();
    let mut list = List::new(client, first, &members).with_whole_pages(MAX_PAGE);
    let mut pages = Vec::new();
    while let Some(page) = list.next_whole().await? {
        pages.push(page);
    }
    Ok(pages)
}
