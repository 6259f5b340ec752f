//! The arguments of `arm serve` and `arm exec`. Who carries them out: `app/endpoint`.

use std::ffi::OsString;
use std::net::IpAddr;
use std::time::Duration;

use clap::{ArgAction, ArgMatches, Args, Command, ValueEnum};

use crate::cli::error::Error;
use crate::cli::options::duration;
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// How `arm serve` prints its variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VariablesFormat {
    /// `export NAME='VALUE'`, for a shell
    Env,
    /// A JSON object
    Json,
    /// `-e NAME=VALUE`, for `docker run`
    Docker,
    /// `$env:NAME = 'VALUE'`
    #[value(name = "powershell")]
    PowerShell,
    /// `set "NAME=VALUE"`
    Cmd,
}

/// Whose tokens are given, and which.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Tokens")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that stands for itself"
)]
pub struct HandingOptions {
    /// Give tokens for this audience too, in addition to those of Cloud Shell (repeatable)
    #[arg(
        long,
        value_name = "AUDIENCE",
        conflicts_with = "audience",
        value_parser = parse_text
    )]
    pub allow_audience: Vec<String>,
    /// Give tokens for every audience
    #[arg(long, conflicts_with_all = ["audience", "allow_audience", "strict"])]
    pub any_audience: bool,
    /// Give the tokens of this account also to clients that ask for the managed identity ID (repeatable)
    #[arg(long, value_name = "ID", value_parser = parse_text)]
    pub allow_identity: Vec<String>,
    /// Compare audiences byte for byte, as Cloud Shell does: a final slash counts
    #[arg(long)]
    pub strict: bool,
    /// Ask on the terminal before the first token of each audience
    #[arg(long)]
    pub confirm: bool,
    /// Start without a token, and get the first one at the first request
    #[arg(long)]
    pub lazy: bool,
    /// The only audiences, in place of those of Cloud Shell; empty if none was named.
    #[arg(skip)]
    pub audiences: Vec<String>,
}

/// What the user asked for with `arm serve`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct EndpointArgs {
    /// Speak Cloud Shell's protocol too, without a secret, on port 50342
    #[arg(long)]
    pub cloud_shell: bool,
    /// Speak the protocol of virtual machines too, without a secret
    #[arg(long)]
    pub imds: bool,
    /// Listen on this port of 127.0.0.1 and `[::1]` (default: any free one)
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Choose the format of the variables.
    #[arg(
        long,
        value_name = "FORMAT",
        hide_possible_values = true,
        help = "Print the variables as env (export lines), json, docker (-e options), powershell, cmd (default: as this \
                shell wants them)"
    )]
    pub format: Option<VariablesFormat>,
    /// Let clients that show the secret call this machine by NAME, such as host.docker.internal (repeatable)
    #[arg(long, value_name = "NAME", value_parser = parse_text)]
    pub allow_host: Vec<String>,
    /// Listen on this address instead
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["cloud_shell", "imds"])]
    pub bind: Option<IpAddr>,
    /// Let --bind name an address that other machines reach
    #[arg(long, requires = "bind")]
    pub allow_network: bool,
    /// End after this long without a request (default: never; 8h without a secret)
    #[arg(long, value_name = "DURATION", value_parser = duration::parse_positive)]
    pub idle_timeout: Option<Duration>,
    /// Say on stderr who asks for what; twice for more
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// Which tokens.
    #[command(flatten)]
    pub handing: HandingOptions,
    /// Whose tokens.
    #[command(flatten)]
    pub sign_in: SignInOptions,
}

/// What the user asked for with `arm exec`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExecArgs {
    /// The command and its arguments
    #[arg(
        value_name = "COMMAND",
        required = true,
        trailing_var_arg = true,
        value_parser = clap::value_parser!(OsString)
    )]
    pub command: Vec<OsString>,
    /// Prepare for this program too, which the command runs: az, docker, kubectl (repeatable)
    #[arg(long = "for", value_name = "PROGRAM", hide_possible_values = true)]
    pub programs: Vec<PreparedProgram>,
    /// Say on stderr who asks for what; twice for more
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
    /// Which tokens.
    #[command(flatten)]
    pub handing: HandingOptions,
    /// Whose tokens.
    #[command(flatten)]
    pub sign_in: SignInOptions,
}

/// A program that `arm exec` prepares files for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreparedProgram {
    /// Azure CLI, and what asks it.
    Az,
    /// docker, and what reads its settings.
    Docker,
    /// kubectl, and what reads its settings.
    Kubectl,
}

/// Adds the options of a command that gives tokens: there `--audience` may be repeated.
fn augment<A: Args>(command: Command) -> Command {
    A::augment_args(command).mut_arg("audience", |audience| {
        audience
            .action(ArgAction::Append)
            .value_name("AUDIENCE")
            .help("Give tokens for this audience only (repeatable)")
            .help_heading("Tokens")
    })
}

/// Reads every `--audience`.
fn audiences(matches: &ArgMatches) -> Vec<String> {
    let found = matches.get_many::<String>("audience");
    found.into_iter().flatten().cloned().collect()
}

/// `arm serve`.
pub(super) fn serve_tree() -> Command {
    let about = "Hand tokens out to programs of this machine, as Cloud Shell does";
    let command =
        leaf("serve", about).after_help(include_str!("../help/commands/serve.txt").trim_end());
    augment::<EndpointArgs>(command.override_usage("arm serve [OPTIONS]")).about(about)
}

/// `arm exec`.
pub(super) fn exec_tree() -> Command {
    let about = "Run a command that finds its tokens here: SDKs and other tools";
    let command =
        leaf("exec", about).after_help(include_str!("../help/commands/exec.txt").trim_end());
    let usage = "arm exec [OPTIONS] -- COMMAND [ARGUMENT...]";
    augment::<ExecArgs>(command.override_usage(usage)).about(about)
}

/// Reads `arm serve`.
pub(super) fn read_serve(matches: &ArgMatches) -> Result<EndpointArgs, Error> {
    let mut args: EndpointArgs = template::read(matches)?;
    args.handing.audiences = audiences(matches);
    args.sign_in.check()?;
    Ok(args)
}

/// Reads `arm exec`.
pub(super) fn read_exec(matches: &ArgMatches) -> Result<ExecArgs, Error> {
    let mut args: ExecArgs = template::read(matches)?;
    args.handing.audiences = audiences(matches);
    args.sign_in.check()?;
    Ok(args)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{EndpointArgs, ExecArgs};
    use crate::cli::{Command, parse};

    fn read(arguments: &[&str]) -> Result<Command, String> {
        let argv = ["arm"].iter().chain(arguments).map(Into::into);
        parse(argv).map_err(|error| error.to_string())
    }

    fn serve(arguments: &[&str]) -> EndpointArgs {
        match read(arguments) {
            Ok(Command::Serve(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    fn exec(arguments: &[&str]) -> ExecArgs {
        match read(arguments) {
            Ok(Command::Exec(args)) => *args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn audiences_may_be_repeated() {
        let args = serve(&["serve", "--audience", "a", "--audience=b"]);
        assert_eq!(args.handing.audiences, ["a", "b"]);
        let args = serve(&["--sandbox", "serve", "--idle-timeout", "8h", "--strict"]);
        assert!(args.sign_in.sandbox && args.handing.strict);
        assert_eq!(args.idle_timeout, Some(Duration::from_secs(8 * 3_600)));
        assert!(args.handing.audiences.is_empty());
    }

    #[test]
    fn everything_after_the_command_is_the_commands() {
        for arguments in [
            &[
                "exec",
                "--lazy",
                "--",
                "curl",
                "-h",
                "Metadata:true",
                "--lazy",
            ][..],
            &["exec", "--lazy", "curl", "-h", "Metadata:true", "--lazy"][..],
        ] {
            let args = exec(arguments);
            assert_eq!(args.command, ["curl", "-h", "Metadata:true", "--lazy"]);
            assert!(args.handing.lazy);
        }
        let args = exec(&["--sandbox", "exec", "ls", "-/a", "-/b"]);
        assert_eq!(args.command, ["ls", "-/a", "-/b"]);
        assert!(args.sign_in.sandbox);
    }

    #[test]
    fn refuses_what_contradicts_itself() {
        for arguments in [
            &["serve", "--cloud-shell", "--bind", "0.0.0.0"][..],
            &["serve", "--imds", "--bind", "0.0.0.0"],
            &["serve", "--allow-network"],
            &["serve", "--any-audience", "--strict"],
            &["serve", "--audience", "a", "--allow-audience", "b"],
            &["serve", "--port", "70000"],
            &["serve", "--format", "yaml"],
            &["serve", "extra"],
            &["exec"],
            &["exec", "--"],
            &["exec", "--lasy", "true"],
        ] {
            assert!(read(arguments).is_err(), "{arguments:?}");
        }
    }
}
