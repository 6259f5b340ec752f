//! `arm open URL`: its arguments. Who opens the portal: `app/command/open`.

use clap::{ArgMatches, Args};

use crate::cli::arguments::one_resource::request_of;
use crate::cli::arguments::request::RequestArgs;
use crate::cli::error::Error;
use crate::cli::options::resource::ResourceOptions;
use crate::cli::options::values::{parse_tenant, parse_text};
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenArgs {
    /// The request for the resource, which is not sent.
    pub request: RequestArgs,
    /// Whether the address is printed only.
    pub print: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct OpenWords {
    /// The resource
    #[arg(value_name = "URL")]
    url: String,
    /// Print the address, and open nothing
    #[arg(short, long)]
    print: bool,
    /// The tenant that the portal shows it in (id or domain); fills in {tenant}
    #[arg(long, value_name = "TENANT", value_parser = parse_tenant)]
    tenant: Option<String>,
    /// Use the portal of this cloud
    #[arg(long, value_name = "CLOUD", value_parser = parse_text)]
    cloud: Option<String>,
    /// Take the resource for one of the offline ARM, which has no portal
    #[arg(long)]
    sandbox: bool,
    /// Fill in {sub} and {subscriptionId}, by name or id
    #[arg(short = 'S', long, value_name = "NAME", value_parser = parse_text)]
    subscription: Option<String>,
    /// Fill in {rg} and {resourceGroup}
    #[arg(short = 'g', long, value_name = "NAME", value_parser = parse_text)]
    resource_group: Option<String>,
}

/// `arm open`.
pub(super) fn tree() -> clap::Command {
    let about = "Show a resource in the portal";
    let command =
        leaf("open", about).after_help(include_str!("../help/commands/open.txt").trim_end());
    OpenWords::augment_args(command.override_usage("arm open URL [OPTIONS]")).about(about)
}

/// Reads `arm open`.
pub(super) fn read(matches: &ArgMatches) -> Result<OpenArgs, Error> {
    let words: OpenWords = template::read(matches)?;
    let mut options = ResourceOptions::default();
    options.sign_in.tenant = words.tenant;
    options.sign_in.cloud = words.cloud;
    options.sign_in.sandbox = words.sandbox;
    options.target.subscriptions = words.subscription.into_iter().collect();
    options.target.resource_group = words.resource_group;
    let mut request = request_of("open", &words.url, &options)?;
    // Nothing is sent, and no token is needed.
    request.options.network.dry_run = true;
    Ok(OpenArgs {
        request,
        print: words.print,
    })
}
