//! The arguments of `arm sandbox serve` and `arm sandbox reset`; `app/command/sandbox` runs them.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use crate::cli::error::Error;
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm sandbox`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxCommand {
    /// Serves the offline ARM on a socket.
    Serve(ServeArgs),
    /// Forgets everything that was written to it.
    Reset,
}

/// What the user asked for with `arm sandbox serve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeArgs {
    /// The port on 127.0.0.1; nothing or 0 means any free one.
    pub port: Option<u16>,
    /// Whether it speaks TLS.
    pub tls: Tls,
    /// A script of faults.
    pub faults: Option<PathBuf>,
    /// A recording that answers in place of the sandbox.
    pub replay: Option<PathBuf>,
}

/// The certificate of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Plain http.
    No,
    /// A certificate authority made for this run.
    SelfMade,
    /// Files in PEM form.
    Files {
        /// The certificate chain.
        cert: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

/// [`ServeArgs`] as written.
#[derive(Debug, Args)]
struct ServeOptions {
    /// Listen on this port of 127.0.0.1 (default: any free one)
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Speak TLS with a certificate made for this run; print the path of its CA
    #[arg(long)]
    tls: bool,
    /// Speak TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of --tls-cert (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Show the faults that this script asks for (JSON)
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Answer from this recording (HTTP Archive) instead: of --har, or of a browser
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

impl From<ServeOptions> for ServeArgs {
    fn from(options: ServeOptions) -> Self {
        let tls = match (options.tls_cert, options.tls_key) {
            (Some(cert), Some(key)) => Tls::Files { cert, key },
            _ if options.tls => Tls::SelfMade,
            _ => Tls::No,
        };
        Self {
            port: options.port,
            tls,
            faults: options.faults,
            replay: options.replay,
        }
    }
}

/// `arm sandbox`.
pub(super) fn tree() -> clap::Command {
    let about = "Serve the offline ARM on a socket of this machine";
    let serve = leaf("serve", about)
        .bin_name("arm sandbox serve")
        .no_binary_name(false);
    let reset = leaf(
        "reset",
        "Forget everything that was written to the offline ARM",
    )
    .bin_name("arm sandbox reset")
    .no_binary_name(false);
    leaf("sandbox", "Run the offline ARM, or reset it")
        .subcommand_required(true)
        .subcommand(ServeOptions::augment_args(serve).about(about))
        .subcommand(reset)
}

/// Reads `arm sandbox`.
pub(super) fn read(matches: &ArgMatches) -> Result<SandboxCommand, Error> {
    match matches.subcommand() {
        Some(("serve", matches)) => {
            let options: ServeOptions = template::read(matches)?;
            Ok(SandboxCommand::Serve(options.into()))
        }
        Some(_) | None => Ok(SandboxCommand::Reset),
    }
}
