//! `arm show WORD NAME`: one resource by its name. It is `arm GET WORD/NAME`.

use clap::{ArgMatches, Args};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::items::{self, Item};
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::values::{OutputFormat, parse_text};
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm show TYPE NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ShowArgs {
    /// A word such as vm, a resource type such as Microsoft.Web/sites; or an ID, a URL, vm/NAME
    #[arg(value_name = "TYPE", index = 1, value_parser = parse_text)]
    pub kind: String,
    /// The name of the resource; what follows it: vnet-prod/subnets
    #[arg(value_name = "NAME", index = 2, value_parser = parse_text)]
    pub name: Option<String>,
    /// Header (Name:value) or query parameter (k==v)
    #[arg(value_name = "ITEM", index = 3, value_parser = items::parse)]
    items: Vec<Item>,
    #[command(flatten)]
    pub(super) options: RequestOptions,
}

impl ShowArgs {
    /// The request for what is in place of its URL.
    ///
    /// # Errors
    /// Refuses combinations that contradict each other, before anything is read or sent.
    pub fn request(self, url: String) -> Result<RequestArgs, Error> {
        let args = RequestArgs {
            method: Method::GET,
            method_origin: MethodOrigin::Implied,
            url,
            items: self.items,
            options: self.options,
            many: ManyOptions::default(),
            yes: false,
            confirm: false,
            wait: false,
            register: false,
            safety: SafetyOptions::default(),
            body_check: BodyCheckOptions::default(),
            watch: None,
            named: None,
        };
        args.check()?;
        Ok(args)
    }
}

/// `arm show`.
pub(super) fn tree() -> clap::Command {
    let about = "Show one resource, by its type and name";
    let command =
        leaf("show", about).after_help(include_str!("../help/commands/show.txt").trim_end());
    let command = command.override_usage("arm show TYPE NAME [ITEM...] [OPTIONS]");
    request::without_lists(ShowArgs::augment_args(command).about(about))
}

/// Reads `arm show`.
pub(super) fn read(matches: &ArgMatches) -> Result<ShowArgs, Error> {
    let mut args: ShowArgs = template::read(matches)?;
    let RequestOptions { output, paging, .. } = &mut args.options;
    output.settle_format(Named::of(matches), paging, OutputFormat::Json);
    Ok(args)
}
