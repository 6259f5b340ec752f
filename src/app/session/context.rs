//! What a run knows before a URL is looked at: how the answer is wanted, the cloud, the inputs, the versions of types.
//! Who makes the client of it: `client`.

use std::rc::Rc;

use crate::app::exchange::output_spec::OutputSpec;
use crate::app::session::type_cache::LiveCache;
use crate::app::session::{client, cloud, config_file, default_subscription as default_of};
use crate::app::terminal::input;
use crate::azure::{Cloud, Versions};
use crate::cli::{RequestArgs, ValueSource};
use crate::client::Deadline;
use crate::credential::Credential;
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::plan::Inputs;

/// What is known before a URL is looked at.
pub(crate) struct RunContext {
    pub(crate) wanted: OutputSpec,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) cloud: Cloud,
    pub(crate) inputs: Inputs,
    /// What is known of the versions of types.
    pub(crate) versions: Rc<Versions>,
    /// The token of `--token -`.
    pub(crate) given: Option<Credential>,
}

pub(crate) async fn known(args: &RequestArgs, env: &Env) -> Result<RunContext, Error> {
    let wanted = OutputSpec::of(&args.options.output)?;
    let deadline = args.options.network.timeout.map(Deadline::after);
    let is_shown_only = args.options.network.dry_run || args.options.network.curl;
    let chosen = cloud::choose(&args.options.sign_in, is_shown_only, env);
    let cloud = Deadline::within(deadline, chosen).await??;
    let read = |source: &ValueSource| input::read(source, env);
    let given = if is_shown_only {
        None
    } else {
        client::given_token(&args.options.sign_in)?
    };
    let inputs = Inputs::resolve(&args.items, &args.options.headers.edits, read)?;
    let tenant = env.tenant(args.options.sign_in.tenant.as_deref());
    let console = Console::new(Verbosity::of(
        args.options.output.silent,
        args.options.output.verbose,
    ));
    let versions = Rc::new(Versions {
        pins: config_file::config(env)?.pins,
        live: LiveCache::of(&cloud, tenant, env).load(env, console),
    });
    Ok(RunContext {
        wanted,
        deadline,
        cloud,
        inputs,
        versions,
        given,
    })
}

/// The subscription where nothing names one.
pub(crate) fn default_subscription(
    args: &RequestArgs,
    has_placeholder: bool,
    cloud: &Cloud,
    env: &Env,
) -> Option<String> {
    // With nothing to fill in, no file need be read.
    let is_needed = has_placeholder && args.options.target.subscription.is_none();
    is_needed.then(|| default_of::default(cloud, env)).flatten()
}
