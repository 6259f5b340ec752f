//! `arm list`: finds the path of a list, and asks for it as `arm GET` would; or asks Resource Graph for the same.

use std::borrow::Cow;

use crate::app::command::{graph, named, request};
use crate::app::exchange::resume_command::run_of_options;
use crate::app::session::azure_defaults;
use crate::azure::{ListingQuery, ResourceId, TypeAlias};
use crate::cli::ColumnNames;
use crate::cli::arguments::ListArgs;
use crate::config::Config;
use crate::env::Env;
use crate::error::Failure;
use crate::plan::GraphQuery;
use crate::plan::listing::{self, ListScope};
use crate::plan::named::NamedResource;

/// The columns that tell resources apart when their type defines none of its own.
const COLUMNS: &str = "name,group=resourceGroup,location";
const CONTAINER_COLUMNS: &str = "name,state=properties.state";

/// Runs the request for a list.
pub(crate) async fn run(args: ListArgs, env: &Env) -> Result<(), Failure> {
    let mut args = args;
    let env = &*azure_defaults::filled("{rg}", env);
    let alias = env.settings.config.alias(&args.kind);
    if let Some(columns) = alias.and_then(|alias| alias.columns.as_deref()) {
        args.prefer_columns(ColumnNames::parse(columns)?);
    }
    let own = alias.map(|alias| alias.type_name.as_str());
    let of_run = run_of_options(&args.options);
    if args.graph {
        let type_name = listing::type_name(&args.kind, own);
        let type_name = type_name.map_err(|error| Failure::from(error).in_run(of_run))?;
        let text = graph_text(type_name, &args);
        let text =
            text.map_err(|error| Failure::from(error).in_run(run_of_options(&args.options)))?;
        return Box::pin(by_graph(args, type_name, text, env)).await;
    }
    if let Some(resource) = &args.of {
        let type_name = listing::type_name(&args.kind, own);
        let path = type_name.and_then(|name| below(name, resource, &env.settings.config));
        let path =
            path.map_err(|error| Failure::from(error).in_run(run_of_options(&args.options)))?;
        return Box::pin(named::run(args.request(path)?, env)).await;
    }
    let place = ListScope {
        in_subscription: !args.options.target.subscriptions.is_empty(),
        in_group: args.options.target.resource_group.is_some(),
        has_group: env
            .resource_group(args.options.target.resource_group.as_deref())
            .is_some(),
    };
    let listing = listing::find(&args.kind, own, place);
    let listing = listing.map_err(|error| Failure::from(error).in_run(of_run))?;
    let args = args.request(listing.path)?;
    Box::pin(request::run(args, env)).await
}

/// The address of the list of a type in a resource.
fn below(name: &str, resource: &str, config: &Config) -> Result<String, listing::Error> {
    let own = |word: &str| config.alias(word).map(|alias| alias.type_name.clone());
    let parent = match NamedResource::parse(resource, own) {
        Some(named) => Some(named.type_at_end()),
        None => ResourceId::parse(resource).type_name().map(Cow::into_owned),
    };
    listing::below(name, resource, parent.as_deref())
}

/// The query for all resources of a type; `-g '*'` is any group.
fn graph_text(type_name: &str, args: &ListArgs) -> Result<String, listing::Error> {
    let group = args.options.target.resource_group.as_deref();
    let query = ListingQuery {
        resource_type: type_name,
        resource_group: group.filter(|group| group.trim() != "*"),
    };
    let text = query.text();
    text.ok_or_else(|| listing::Error::NotInGraph {
        name: type_name.to_owned(),
        is_listed: listing::find(type_name, None, ListScope::default()).is_ok(),
    })
}

/// Asks Resource Graph for all resources of a type: in the tenant, or in a subscription that was named.
async fn by_graph(args: ListArgs, type_name: &str, text: String, env: &Env) -> Result<(), Failure> {
    let mut args = args;
    let own = TypeAlias::of_name(type_name).map(TypeAlias::columns);
    let columns = match own.as_deref() {
        // Their rows are those of a container, not the service's.
        Some(_) if type_name == "Microsoft.Resources/subscriptions" => CONTAINER_COLUMNS,
        own => own.unwrap_or(COLUMNS),
    };
    let id = match type_name {
        "Microsoft.Resources/subscriptions" => "id=subscriptionId",
        _ => "subscription=subscriptionId",
    };
    let columns = format!("{columns},{id}");
    args.prefer_columns(ColumnNames::parse(&columns)?);
    let (subscriptions, begun) = Box::pin(graph::ids_of(args.scope_request()?, env)).await?;
    let query = GraphQuery {
        subscriptions,
        limit: args.limit(),
        text,
        ..GraphQuery::default()
    };
    let args = args.graph_request(query.body())?;
    let outcome = request::go_on(args, begun, env).await;
    outcome.map_err(|failure| failure.about_graph_query(&query.text))
}
