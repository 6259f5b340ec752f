//! The arguments of `arm login`. Secrets are not among them: `app/command/login` reads them from
//! standard input or asks for them.

use std::time::Duration;

use clap::{ArgMatches, Args, ValueHint};

use crate::azure::IdentityId;
use crate::cli::error::Error;
use crate::cli::options::common::VerboseOption;
use crate::cli::options::duration;
use crate::cli::options::har::HarOption;
use crate::cli::options::values::{parse_identity, parse_tenant, parse_text};
use crate::cli::template::{self, leaf};

/// That an application signs in, and what proves it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ApplicationOptions {
    /// Sign in as an application, with a secret that is asked for, or with one of the next options
    #[arg(long, requires = "client_id", conflicts_with_all = ["device_code", "no_browser", "claims_challenge"])]
    pub service_principal: bool,
    /// Read the secret from standard input; only `-` can be given, because arguments are seen by others
    #[arg(
        long,
        value_name = "-",
        requires = "service_principal",
        conflicts_with_all = ["certificate", "federated_token"],
        help = "Take the secret from standard input: `--client-secret -`"
    )]
    pub client_secret: Option<String>,
    /// Sign in with the certificate and the key in this file (PEM or PKCS#12)
    #[arg(
        long,
        value_name = "FILE",
        requires = "service_principal",
        conflicts_with = "federated_token",
        value_hint = ValueHint::FilePath, value_parser = parse_text
    )]
    pub certificate: Option<String>,
    /// Read what opens the certificate from standard input; only `-` can be given
    #[arg(
        long,
        value_name = "-",
        requires = "certificate",
        help = "Take the certificate's password from standard input: `--certificate-password -`"
    )]
    pub certificate_password: Option<String>,
    /// Sign in with the token of another issuer: a file that it is renewed in, or `-` for standard input
    #[arg(long, value_name = "FILE", requires = "service_principal", value_hint = ValueHint::FilePath, value_parser = parse_text)]
    pub federated_token: Option<String>,
}

impl ApplicationOptions {
    /// Refuses secrets on the command line, where other processes and the history see them.
    fn check(&self) -> Result<(), Error> {
        for (option, what, given) in [
            ("--client-secret", "a secret", &self.client_secret),
            (
                "--certificate-password",
                "a password",
                &self.certificate_password,
            ),
        ] {
            if given.as_deref().is_some_and(|given| given != "-") {
                let error = Error::usage(format!("{what} may not be given on the command line"));
                return Err(error
                    .with_fact("other processes can read it there, and the shell remembers it")
                    .with_hint(format!(
                        "write `{option} -` and put it on standard input, or leave the option out to \
                         be asked for it"
                    )));
            }
        }
        Ok(())
    }
}

/// What the user asked for with `arm login`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LoginArgs {
    /// Sign in to this tenant (id or domain) instead of the account's own
    #[arg(long, value_name = "TENANT", value_parser = parse_tenant)]
    pub tenant: Option<String>,
    /// Sign in with a code on another device, without a browser on this machine
    #[arg(long, conflicts_with_all = ["no_browser"])]
    pub device_code: bool,
    /// Only print the address, and open no browser
    #[arg(long)]
    pub no_browser: bool,
    /// Sign in with this public client instead of that of the Azure CLI, or as this application
    #[arg(long, value_name = "ID", value_parser = parse_text)]
    pub client_id: Option<String>,
    /// What proves an application.
    #[command(flatten)]
    pub application: ApplicationOptions,
    /// Sign in as the managed identity of this machine, or as this one of several: a client id, object:ID, or a resource id
    #[arg(
        long,
        value_name = "ID",
        num_args = 0..=1,
        conflicts_with_all = ["tenant", "client_id", "device_code", "no_browser", "claims_challenge", "service_principal"],
        value_parser = parse_identity
    )]
    pub identity: Option<Option<IdentityId>>,
    /// Answer this challenge of a service (base64), such as one for a second factor
    #[arg(long, value_name = "CLAIMS", value_parser = parse_text)]
    pub claims_challenge: Option<String>,
    /// Use this cloud: a name, or the https URL of an endpoint that describes its cloud
    #[arg(long, value_name = "CLOUD", value_parser = parse_text)]
    pub cloud: Option<String>,
    /// Wait this long for the sign-in (default: 5m; with --device-code as long as the code lives)
    #[arg(long, value_name = "DURATION", value_parser = duration::parse_positive)]
    pub timeout: Option<Duration>,
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// Not needed: the sandbox signs in by itself
    #[arg(long, hide = true)]
    pub sandbox: bool,
    /// Whether the lists of subscriptions are written down.
    #[command(flatten)]
    pub har: HarOption,
}

impl LoginArgs {
    /// Refuses a sign-in to what needs none, and what an application may not be told here.
    pub(in crate::cli) fn check(&self) -> Result<(), Error> {
        if self.sandbox {
            let error = Error::usage("`--sandbox` needs no sign-in: it brings its own token");
            return Err(error.with_hint(
                "to practise one, start `arm sandbox serve`, and set the variables that it prints",
            ));
        }
        self.application.check()
    }
}

/// `arm login`.
pub(super) fn tree() -> clap::Command {
    let about = "Sign in with a browser, on another device, or as an application";
    let command =
        leaf("login", about).after_help(include_str!("../help/commands/login.txt").trim_end());
    LoginArgs::augment_args(command).about(about)
}

/// Reads `arm login`.
pub(super) fn read(matches: &ArgMatches) -> Result<LoginArgs, Error> {
    let args: LoginArgs = template::read(matches)?;
    args.check()?;
    Ok(args)
}
