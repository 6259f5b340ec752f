//! The arguments of `arm can`, and the request that they are about. Who asks what it needs: `app/command/can`.

use clap::{ArgMatches, Args};
use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::error::Error;
use crate::cli::options::common::{TableFormatOption, TimeoutOption, VerboseOption};
use crate::cli::options::har::HarOption;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// Stands in the request that is asked about, which is never sent.
const API_VERSION: &str = "2022-04-01";

/// What the user asked for with `arm can [METHOD] URL`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CanArgs {
    /// The METHOD (GET if it is left out) and the URL of the request, or an action; items after them are not looked at
    #[arg(value_name = "[METHOD] URL", num_args = 1.., required = true, value_parser = parse_text)]
    words: Vec<String>,
    /// The action that is asked about in place of a request.
    #[arg(skip)]
    pub action: Option<String>,
    /// Also list the roles that have the action, and who holds them at the scope or above it
    #[arg(long, conflicts_with = "dry_run")]
    pub who: bool,
    /// Judge at this scope: an ID. An action needs one, and the URL of a service such as a key vault
    #[arg(long, value_name = "ID", value_parser = parse_scope)]
    pub scope: Option<String>,
    /// Say which action is needed, and ask no one
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Fill in {sub} and {subscriptionId}
    #[arg(short = 'S', long, value_name = "NAME", value_parser = parse_text, help_heading = "Sign-in")]
    subscription: Option<String>,
    /// Fill in {rg} and {resourceGroup}
    #[arg(short = 'g', long, value_name = "NAME", value_parser = parse_text, help_heading = "Sign-in")]
    resource_group: Option<String>,
    /// How long the run may take.
    #[command(flatten)]
    timeout: TimeoutOption,
    /// Whether the requests are written down.
    #[command(flatten)]
    har: HarOption,
    /// Who asks, and in which cloud.
    #[command(flatten)]
    sign_in: SignInOptions,
    /// How it is printed.
    #[command(flatten)]
    pub output: TableFormatOption,
    /// How much it says.
    #[command(flatten)]
    verbose: VerboseOption,
}

impl CanArgs {
    /// The METHOD and the URL.
    fn request(&self) -> Result<(Method, &str), Error> {
        let (first, rest) = self.words.split_first().ok_or_else(nothing)?;
        let known = request::verbs().into_iter();
        let known = known
            .map(str::to_owned)
            .find(|verb| verb.eq_ignore_ascii_case(first));
        let is_upper = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
        let named = known.or_else(|| is_upper(first).then(|| first.clone()));
        let method = named.and_then(|verb| Method::from_bytes(verb.as_bytes()).ok());
        let (method, url) = match (method, rest.first()) {
            (Some(_), None) => return Err(nothing()),
            (Some(method), Some(url)) => (method, url),
            (None, _) => (Method::GET, first),
        };
        if !url.contains(['/', ':', '{']) && url != "-" {
            return Err(
                Error::usage(format!("`{url}` is neither a METHOD nor a URL"))
                    .with_hint("write the METHOD and the URL: `arm can DELETE URL`"),
            );
        }
        Ok((method, url))
    }

    /// The action, if that is what is asked about: `Microsoft.Compute/virtualMachines/start/action`.
    fn named_action(&self) -> Option<String> {
        let [only] = self.words.as_slice() else {
            return None;
        };
        let (namespace, rest) = only.split_once('/')?;
        let verb = rest.rsplit('/').next().unwrap_or_default();
        let is_verb = ["read", "write", "delete", "action"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(verb));
        let is_namespace = namespace.starts_with(|first: char| first.is_ascii_alphabetic())
            && !namespace.contains(':');
        let is_action = is_namespace && is_verb && !namespace.eq_ignore_ascii_case("subscriptions");
        is_action.then(|| only.clone())
    }

    /// Says who asks, in the request that it is about.
    fn give(&self, request: &mut RequestArgs) {
        request.options.sign_in = self.sign_in.clone();
        request.options.target.subscriptions = self.subscription.iter().cloned().collect();
        request
            .options
            .target
            .resource_group
            .clone_from(&self.resource_group);
        request.options.output.verbose = self.verbose;
        request.options.network.timeout = self.timeout;
        request.options.network.dry_run = self.dry_run;
    }
}

fn nothing() -> Error {
    Error::usage("`arm can` needs the URL of a request")
        .with_hint("write the METHOD and the URL: `arm can DELETE URL`")
}

fn parse_scope(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.starts_with('/') && !text.contains(['{', '*', '?']) {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err(Error::usage(format!("`{text}` is not an ID"))
        .with_hint("write it whole: `/subscriptions/ID/resourceGroups/NAME/…`"))
}

/// `arm can`.
pub(super) fn tree() -> clap::Command {
    let about = "Say what a request needs, and whether you may";
    let command =
        leaf("can", about).after_help(include_str!("../help/commands/can.txt").trim_end());
    CanArgs::augment_args(command.override_usage("arm can [METHOD] URL [OPTIONS]")).about(about)
}

/// Reads `arm can`, and makes the request that it is about.
pub(super) fn read(matches: &ArgMatches) -> Result<(CanArgs, RequestArgs), Error> {
    let mut args: CanArgs = template::read(matches)?;
    args.sign_in.check()?;
    args.action = args.named_action();
    let (method, url) = match (&args.action, &args.scope) {
        (Some(_), Some(scope)) => (Method::GET, scope.as_str()),
        (Some(action), None) => {
            return Err(
                Error::usage(format!("where is `{action}` needed?")).with_hint(
                    "name the scope, an ID: `--scope /subscriptions/ID/resourceGroups/NAME`",
                ),
            );
        }
        (None, _) => args.request()?,
    };
    if url == "-" || url.starts_with("-/") || url.contains('*') {
        return Err(Error::usage("`arm can` is about one request")
            .with_hint("for many IDs: `while read -r id; do arm can DELETE \"$id\"; done`"));
    }
    let tree = request::tree("GET", MethodOrigin::Written);
    let mut request: RequestArgs = template::read(&template::matches(tree, vec![url.into()])?)?;
    request.method = method;
    request.method_origin = MethodOrigin::Written;
    if !url.contains("api-version=") {
        // No action depends on it, and none need be known of the type.
        request.options.query.api_version = Some(API_VERSION.to_owned());
    }
    args.give(&mut request);
    request.check()?;
    Ok((args, request))
}
