//! `arm types --refresh`: asks Resource Manager for its types, and keeps the answer. Prints nothing
//! but notes.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::app::exchange::{request, resume_command};
use crate::app::session::context::{self, RunContext};
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{client, default_subscription, trace};
use crate::azure::LiveTypes;
use crate::cli::RequestArgs;
use crate::client::{Client, Continuation, Pager};
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::Console;
use crate::plan::{self, Defaults};
use crate::transport::Request;

/// All types of a subscription are some MB; a larger page is none.
const MAX_PAGE: usize = 64 << 20;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

/// Asks for the types, and keeps them.
pub(crate) async fn run(
    mut args: RequestArgs,
    env: &Env,
    console: Console,
) -> Result<LiveTypes, Failure> {
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
    let mut items = Vec::new();
    for page in &pages {
        let page: Page<'_> = serde_json::from_slice(page).map_err(|_| Error::NoPage)?;
        items.extend(page.value);
    }
    let providers = items.len();
    let items = items.into_iter().map(|item| item.get().as_bytes());
    let types = LiveTypes::of_providers(items, env.now).map_err(|_| Error::NoPage)?;
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

async fn pages(client: &Client, first: Request) -> Result<Vec<Bytes>, Error> {
    let mut pager = Pager::new(&first);
    let mut request = first;
    let mut read = Vec::new();
    loop {
        let response = client.succeed(&request).await?;
        let opened = client.open(request, response, MAX_PAGE).await?;
        let page: Page<'_> = serde_json::from_slice(opened.bytes()).map_err(|_| Error::NoPage)?;
        let link = page.next_link.filter(|link| !link.trim().is_empty());
        let link = link.map(Continuation::Link);
        let next = pager.next(link.as_ref(), &opened.request.url, &client.target, None);
        let next = next.map_err(Error::Link)?;
        read.push(opened.bytes().clone());
        match next {
            None => return Ok(read),
            Some(next) => request = next,
        }
    }
}
