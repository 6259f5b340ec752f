//! The arguments of `arm types`. Who carries them out: `app/command/types`.

use clap::{ArgMatches, Args, ValueEnum};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::error::Error;
use crate::cli::options::common::{TimeoutOption, VerboseOption};
use crate::cli::options::har::HarOption;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// The list of all types.
const PROVIDERS: &str = "/subscriptions/{sub}/providers";

/// How `arm types` prints what it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TypesOutput {
    /// Columns for people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// A line for each type, the columns separated by tabs
    Tsv,
}

/// What the user asked for with `arm types`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct TypesArgs {
    /// A part of a type's name, or all of it with * and ?; the full name explains one type
    #[arg(value_name = "PATTERN", value_parser = parse_text)]
    pub pattern: Option<String>,
    /// What is shown of bodies.
    #[command(flatten)]
    pub schema: SchemaOptions,
    /// Ask Resource Manager which types there are, and keep the answer for 7 days
    #[arg(long)]
    pub refresh: bool,
    /// Ask with this subscription, an id or a name (with --refresh)
    #[arg(short = 'S', long, value_name = "SUBSCRIPTION", value_parser = parse_text, requires = "refresh")]
    pub subscription: Option<String>,
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
    pub output: TypesOutputOptions,
}

/// What `arm types` shows of bodies.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Bodies")]
pub struct SchemaOptions {
    /// Show the body of a type: its members, their kinds and values; with -o json as a JSON Schema
    #[arg(long, requires = "pattern", conflicts_with_all = ["refresh"])]
    pub schema: bool,
    /// Show only this branch of the body: properties.storageProfile, or properties:VALUE of its discriminator
    #[arg(long, value_name = "MEMBER", value_parser = parse_text, requires = "schema")]
    pub path: Option<String>,
    /// Show the body of a PATCH, if it differs from that of a PUT
    #[arg(long, requires = "schema", conflicts_with = "path")]
    pub patch: bool,
    /// Show this many levels of members, from 1 to 32; 2 by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=32), requires = "schema")]
    pub depth: Option<u8>,
    /// Show where in the bodies of the types members of this name are, with * and ?
    #[arg(long, value_name = "NAME", value_parser = parse_text, conflicts_with_all = ["schema", "refresh"])]
    pub members: Option<String>,
    /// Show of which api-versions the bodies are, and which types have none
    #[arg(long, conflicts_with_all = ["schema", "members", "refresh"])]
    pub schema_age: bool,
}

impl TypesArgs {
    /// Says who asks, in the request of `--refresh`.
    fn give(&self, request: &mut RequestArgs) {
        request.method = Method::GET;
        request.options.sign_in = self.sign_in.clone();
        request.options.target.subscriptions = self.subscription.iter().cloned().collect();
        request.options.output.verbose = self.output.verbose;
        request.options.output.silent = self.output.silent;
        request.options.network.timeout = self.timeout;
    }
}

/// The format of `arm types`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct TypesOutputOptions {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help = "Choose the format: table, json, tsv"
    )]
    pub output: TypesOutput,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// Print no notes
    #[arg(short, long, conflicts_with = "verbose")]
    pub silent: bool,
}

/// `arm types`.
pub(super) fn tree() -> clap::Command {
    let about = "List the resource types with their api-versions, or explain one";
    let command =
        leaf("types", about).after_help(include_str!("../help/commands/types.txt").trim_end());
    TypesArgs::augment_args(command.override_usage("arm types [PATTERN] [OPTIONS]")).about(about)
}

/// Reads `arm types`, and makes the request of `--refresh`.
pub(super) fn read(matches: &ArgMatches) -> Result<(TypesArgs, RequestArgs), Error> {
    let args: TypesArgs = template::read(matches)?;
    args.sign_in.check()?;
    if args.schema.schema && args.output.output == TypesOutput::Tsv {
        return Err(Error::usage("`--schema` cannot be used with `-o tsv`")
            .with_hint("leave `-o` out for a tree, or write `-o json` for a JSON Schema"));
    }
    let tree = request::tree("GET", MethodOrigin::Written);
    let mut request = template::read(&template::matches(tree, vec![PROVIDERS.into()])?)?;
    args.give(&mut request);
    Ok((args, request))
}
