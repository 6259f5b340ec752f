//! The options that say who signs in, and where the token may go. `plan` decides what they mean together with the
//! environment.

use clap::Args;

use crate::azure::{AuthChoice, IdentityId, TokenSource};
use crate::cli::error::Error;
use crate::cli::options::values::{parse_identity, parse_tenant, parse_text};

/// Who asks, and in which cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct SignInOptions {
    /// Take the token from this source only
    #[arg(
        long,
        value_name = "SOURCE",
        hide_possible_values = true,
        help = format!("Take the token from this source only: {}", AuthChoice::words())
    )]
    pub auth: Option<AuthChoice>,
    /// Take this managed identity, if a machine has several: a client id, object:ID, or a resource id
    #[arg(long, value_name = "ID", value_parser = parse_identity)]
    pub identity: Option<IdentityId>,
    /// Sign in to this tenant (id or domain); fills in {tenant}
    #[arg(long, value_name = "TENANT", value_parser = parse_tenant)]
    pub tenant: Option<String>,
    /// Use this cloud instead of the public one
    #[arg(
        long,
        value_name = "CLOUD",
        value_parser = parse_text,
        help = "Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az's clouds.config, or the https URL of an endpoint that describes its cloud"
    )]
    pub cloud: Option<String>,
    /// Ask for a token of this audience
    #[arg(long, value_name = "URL", value_parser = parse_text)]
    pub audience: Option<String>,
    /// Read the token from standard input; only `-` can be given, because arguments are seen by others
    #[arg(
        long,
        value_name = "-",
        conflicts_with = "sandbox",
        help = "Take the token from standard input: `--token -`"
    )]
    pub token: Option<String>,
    /// Take no token from the cache, and keep none there
    #[arg(long)]
    pub no_cache: bool,
    /// Talk to the offline ARM inside: no network, no account
    #[arg(long, overrides_with = "no_sandbox")]
    pub sandbox: bool,
    /// Talk to Azure, where the sandbox is the default
    #[arg(long, overrides_with = "sandbox")]
    pub no_sandbox: bool,
    /// Use the settings of this profile of config.toml
    #[arg(long, value_name = "NAME", value_parser = parse_text)]
    pub profile: Option<String>,
}

impl SignInOptions {
    /// Refuses a token on the command line, where other processes and the history see it.
    fn check_token(&self) -> Result<(), Error> {
        match (self.token.as_deref(), self.auth) {
            (Some(_), Some(source)) if source != AuthChoice::Only(TokenSource::AccessToken) => {
                Err(Error::usage(format!(
                    "`--token` cannot be used with `--auth {}`",
                    source.name()
                )))
            }
            (None | Some("-"), _) => Ok(()),
            (Some(_), _) => Err(Error::usage("a token may not be given on the command line")
                .with_fact("other processes can read it there, and the shell remembers it")
                .with_hint(
                    "write `--token -` and put the token on standard input, or set \
                     `ARMCLI_ACCESS_TOKEN`",
                )),
        }
    }

    /// Tells whether the token is on standard input.
    pub fn token_on_stdin(&self) -> bool {
        self.token.is_some()
    }

    /// Returns the source that was chosen.
    pub fn source(&self) -> Option<AuthChoice> {
        let given = self
            .token
            .as_ref()
            .map(|_| AuthChoice::Only(TokenSource::AccessToken));
        given.or(self.auth)
    }

    /// Refuses an identity for a source that has none to choose from.
    pub(in crate::cli) fn check(&self) -> Result<(), Error> {
        self.check_token()?;
        match (self.auth, &self.identity) {
            (Some(auth), Some(_)) if !auth.is_managed_identity() => Err(Error::usage(format!(
                "`--identity` cannot be used with `--auth {}`",
                auth.name()
            ))
            .with_fact("it chooses among the managed identities of this machine")
            .with_hint("leave `--auth` out, or write `--auth managed-identity`")),
            _ => Ok(()),
        }
    }
}

/// To which host a token may go, and what the URL's placeholders stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Sign-in")]
pub struct TargetOptions {
    /// Let the token of --audience go to this unknown host (repeatable)
    #[arg(long, value_name = "HOST[:PORT]", value_parser = parse_text)]
    pub allow_host: Vec<String>,
    /// Send a token of this tenant along, for a request across tenants (up to 3 times)
    #[arg(long, value_name = "TENANT", value_parser = parse_tenant)]
    pub aux_tenant: Vec<String>,
    /// Send no token
    #[arg(long, conflicts_with_all = ["auth", "identity", "audience", "allow_host", "aux_tenant", "token"])]
    pub no_auth: bool,
    /// Fill in {sub}, by name or id; several (repeatable, or with commas) are each asked
    #[arg(
        short = 'S',
        long = "subscription",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = parse_text
    )]
    pub subscriptions: Vec<String>,
    /// Fill in {rg} and {resourceGroup}
    #[arg(short = 'g', long, value_name = "NAME", value_parser = parse_text)]
    pub resource_group: Option<String>,
}

/// The number of tokens of other tenants that Resource Manager reads.
const MOST_AUXILIARY_TENANTS: usize = 3;

impl TargetOptions {
    /// Refuses what no service reads.
    pub(in crate::cli) fn check(&self) -> Result<(), Error> {
        if self.aux_tenant.len() > MOST_AUXILIARY_TENANTS {
            return Err(Error::usage("`--aux-tenant` is given more than 3 times")
                .with_fact("Resource Manager reads the tokens of at most 3 further tenants"));
        }
        Ok(())
    }
}
