//! `arm wait URL`: its arguments, and the request that they stand for.

use clap::{ArgMatches, Args};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs, Watch};
use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::wait_condition::{self, WaitCondition};
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm wait URL`: a GET that is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct WaitArgs {
    /// The address that tells how an operation proceeds, or a resource
    #[arg(value_name = "URL")]
    url: String,
    /// Wait until an answer has this value (the case of letters does not matter), or until a query finds something:
    /// JMESPath, or JSONPath if it begins with `$`
    #[arg(long = "for", value_name = "PATH=VALUE", value_parser = wait_condition::parse)]
    until: Option<WaitCondition>,
    /// Wait until the resource is gone
    #[arg(long, conflicts_with = "until")]
    deleted: bool,
    #[command(flatten)]
    options: RequestOptions,
}

impl From<WaitArgs> for RequestArgs {
    fn from(args: WaitArgs) -> Self {
        Self {
            method: Method::GET,
            method_origin: MethodOrigin::Implied,
            url: args.url,
            items: Vec::new(),
            options: args.options,
            many: ManyOptions::default(),
            yes: false,
            confirm: false,
            wait: true,
            body_check: BodyCheckOptions::default(),
            register: false,
            safety: SafetyOptions::default(),
            watch: Some(Watch {
                until: args
                    .until
                    .or(args.deleted.then_some(WaitCondition::Deleted)),
            }),
            named: None,
        }
    }
}

/// `arm wait`.
pub(super) fn tree() -> clap::Command {
    let about = "Wait until an operation has ended, or a condition is met";
    let command =
        leaf("wait", about).after_help(include_str!("../help/commands/wait.txt").trim_end());
    let command = command.override_usage("arm wait URL [OPTIONS]");
    request::without_lists(WaitArgs::augment_args(command).about(about))
}

/// Reads `arm wait`.
pub(super) fn read(matches: &ArgMatches) -> Result<RequestArgs, Error> {
    let mut args = RequestArgs::from(template::read::<WaitArgs>(matches)?);
    args.settle(Named::of(matches));
    args.check()?;
    Ok(args)
}
