//! The arguments of `arm new`. Who makes the body: `app/command/new`.

use clap::{ArgMatches, Args, ValueEnum};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::error::Error;
use crate::cli::options::common::{TimeoutOption, VerboseOption};
use crate::cli::options::har::HarOption;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::{parse_api_version, parse_text};
use crate::cli::template::{self, leaf};

/// How a body is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum BodyFormat {
    /// With comments
    #[default]
    Yaml,
    /// Without
    Json,
}

/// What the user asked for with `arm new`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct NewArgs {
    /// A word that `arm list` knows, or the full name of a type
    #[arg(value_name = "TYPE", value_parser = parse_text, required_unless_present = "from")]
    pub kind: Option<String>,
    /// Begin with an existing resource, without what the service sets
    #[arg(long, value_name = "ID", value_parser = parse_text, conflicts_with = "kind")]
    pub from: Option<String>,
    /// Show what the type may have too: as comments in YAML, with empty values in JSON
    #[arg(long)]
    pub all: bool,
    /// Write this region for the location
    #[arg(short, long, value_name = "REGION", value_parser = parse_text)]
    pub location: Option<String>,
    /// Write this subscription into the ids of other resources, an id or a name
    #[arg(short = 'S', long, value_name = "SUBSCRIPTION", value_parser = parse_text)]
    pub subscription: Option<String>,
    /// Write this resource group into them
    #[arg(short = 'g', long, value_name = "NAME", value_parser = parse_text)]
    pub resource_group: Option<String>,
    /// Use this api-version with --from instead of the one worked out from the ID
    #[arg(long, value_name = "VERSION", value_parser = parse_api_version, requires = "from")]
    pub api_version: Option<String>,
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
    /// Whether the requests are written down.
    #[command(flatten)]
    pub har: HarOption,
    /// Who asks, and in which cloud.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// How it is printed.
    #[command(flatten)]
    pub output: NewOutputOptions,
}

/// The format of `arm new`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct NewOutputOptions {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "yaml",
        hide_possible_values = true,
        help = "Choose the format: yaml (with comments), json"
    )]
    pub output: BodyFormat,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// Print no notes
    #[arg(short, long, conflicts_with = "verbose")]
    pub silent: bool,
}

impl NewArgs {
    /// The request for the resource of `--from`.
    fn request(&self) -> Result<Option<RequestArgs>, Error> {
        let Some(id) = &self.from else {
            return Ok(None);
        };
        let tree = request::tree("GET", MethodOrigin::Written);
        let words = vec!["--".into(), id.into()];
        let mut request: RequestArgs = template::read(&template::matches(tree, words)?)?;
        request.method = Method::GET;
        let options = &mut request.options;
        options.sign_in = self.sign_in.clone();
        options.target.subscriptions = self.subscription.iter().cloned().collect();
        options
            .target
            .resource_group
            .clone_from(&self.resource_group);
        options.query.api_version.clone_from(&self.api_version);
        options.output.verbose = self.output.verbose;
        options.output.silent = self.output.silent;
        options.network.timeout = self.timeout;
        request.check()?;
        if request.end_of_each().is_some() {
            return Err(Error::usage("`--from` names one resource")
                .with_hint("write its ID; `arm list TYPE --columns id` shows those that exist"));
        }
        Ok(Some(request))
    }
}

/// `arm new`.
pub(super) fn tree() -> clap::Command {
    let about = "Print a body to begin with";
    let command =
        leaf("new", about).after_help(include_str!("../help/commands/new.txt").trim_end());
    NewArgs::augment_args(
        command.override_usage("arm new TYPE [OPTIONS]\n       arm new --from ID [OPTIONS]"),
    )
    .about(about)
}

/// Reads `arm new`, and makes the request of `--from`.
pub(super) fn read(matches: &ArgMatches) -> Result<(NewArgs, Option<RequestArgs>), Error> {
    let args: NewArgs = template::read(matches)?;
    args.sign_in.check()?;
    let request = args.request()?;
    Ok((args, request))
}
