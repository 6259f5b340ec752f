//! The arguments of the commands that are no request. Does nothing with them.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::duration;
use super::options::SignInOptions;
use super::values::{ColorChoice, parse_text};

/// How `arm token` prints the token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TokenOutput {
    /// The bare token
    #[default]
    Token,
    /// The members that `az account get-access-token` prints
    Json,
}

/// How `arm cache list` prints what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum CacheOutput {
    /// Columns for people
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// What the user asked for with `arm cache`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheCommand {
    /// Shows what is kept.
    List(CacheListArgs),
    /// Deletes what is kept.
    Clear(CacheClearArgs),
}

/// The options of `arm cache list`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CacheListArgs {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "table",
        hide_possible_values = true,
        help = "Choose the format: table, json"
    )]
    pub output: CacheOutput,
}

/// The options of `arm cache clear`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CacheClearArgs {
    /// Delete only tokens that have ended
    #[arg(long)]
    pub expired: bool,
}

/// What the user asked for with `arm token`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct TokenArgs {
    /// Who asks, and for which audience.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Ask for this scope instead of everything an audience has
    #[arg(
        long,
        value_name = "SCOPE",
        value_parser = parse_text,
        conflicts_with = "audience",
        help = "Ask for this scope, such as https://graph.microsoft.com/User.Read, instead of everything an audience has"
    )]
    pub scope: Option<String>,
    /// Print the token's claims as JSON instead of the token
    #[arg(long, conflicts_with = "output", help_heading = "Output")]
    pub decode: bool,
    /// How it is printed.
    #[command(flatten)]
    pub output: TokenOutputOptions,
}

/// The options of `arm token` that a request has in another form.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Output")]
pub struct TokenOutputOptions {
    /// Choose the format.
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        default_value = "token",
        hide_possible_values = true,
        help = "Choose the format: token (bare), json (with the names of `az account get-access-token`)"
    )]
    pub output: TokenOutput,
    /// Say on stderr what happens; twice for more
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colour the answer.
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help = "Colour the answer: auto, always, never"
    )]
    pub color: ColorChoice,
    /// Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)
    #[arg(long, value_name = "DURATION", value_parser = duration::parse_positive)]
    pub timeout: Option<Duration>,
}

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
}

/// The certificate of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Plain http.
    No,
    /// A certificate authority made on the spot.
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
pub(super) struct ServeOptions {
    /// Listen on this port of 127.0.0.1 (default: any free one)
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Speak TLS with a certificate made on the spot, and print the path of its CA
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
        }
    }
}
