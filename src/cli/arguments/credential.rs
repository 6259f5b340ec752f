//! The arguments of `arm credential`: which program asks, and for what. What the programs say and how they are answered:
//! `tools`.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args};

use crate::cli::error::Error;
use crate::cli::options::common::{TimeoutOption, VerboseOption};
use crate::cli::options::sign_in::SignInOptions;
use crate::cli::options::values::parse_text;
use crate::cli::template::{self, leaf};

/// Which program asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialCommand {
    /// git: what it wants to have done, and how.
    Git(String, CredentialArgs),
    /// docker, or a program that reads its settings.
    Docker(DockerArgs),
    /// kubectl, or a program that reads its settings.
    Kubernetes(KubernetesArgs),
}

/// What the helpers have in common.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CredentialArgs {
    /// How much it says.
    #[command(flatten)]
    pub verbose: VerboseOption,
    /// How long the run may take.
    #[command(flatten)]
    pub timeout: TimeoutOption,
    /// Whose tokens.
    #[command(flatten)]
    pub sign_in: SignInOptions,
}

/// What `arm credential docker` takes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct DockerArgs {
    /// What docker asks for: get, store, erase, list, version
    #[arg(value_name = "ACTION")]
    pub action: String,
    /// Take the logins of servers that are not Azure's from these settings of docker
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// What the helpers have in common.
    #[command(flatten)]
    pub common: CredentialArgs,
}

/// What `arm credential kubernetes` takes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct KubernetesArgs {
    /// Give a token for the cluster at this host too, which is not one of Azure's (repeatable)
    #[arg(long, value_name = "HOST[:PORT]", value_parser = parse_text)]
    pub allow_host: Vec<String>,
    /// What the helpers have in common.
    #[command(flatten)]
    pub common: CredentialArgs,
}

impl CredentialCommand {
    /// What the helpers have in common.
    pub fn args(&self) -> &CredentialArgs {
        match self {
            Self::Git(_, args) => args,
            Self::Docker(args) => &args.common,
            Self::Kubernetes(args) => &args.common,
        }
    }
}

/// `arm credential`.
pub(super) fn tree() -> clap::Command {
    let about = "Give git a token for Azure DevOps, as a credential helper";
    let action = Arg::new("action").value_name("ACTION").required(true);
    let git = helper("git", about).arg(action.help("What git asks for: get, store, erase"));
    let git = CredentialArgs::augment_args(git).about(about);
    let about = "Give docker the login of a registry of Azure, as a credential helper";
    let docker = DockerArgs::augment_args(helper("docker", about)).about(about);
    let about = "Give kubectl a token for a cluster of Azure, as a credential plugin";
    let kubernetes = KubernetesArgs::augment_args(helper("kubernetes", about)).about(about);
    leaf(
        "credential",
        "Give git, docker or kubectl a token, as a credential helper",
    )
    // What asks for it is a program.
    .hide(true)
    .after_help(include_str!("../help/commands/credential.txt").trim_end())
    .subcommand_required(true)
    .subcommands([git, docker, kubernetes].map(without_audience))
}

fn helper(name: &'static str, about: &'static str) -> clap::Command {
    leaf(name, about)
        .bin_name(format!("arm credential {name}"))
        .no_binary_name(false)
}

/// The audience is that of the service which the token is for.
fn without_audience(tree: clap::Command) -> clap::Command {
    tree.mut_arg("audience", |audience| audience.hide(true))
        .mut_arg("token", |token| token.hide(true))
}

/// Reads `arm credential`.
pub(super) fn read(matches: &ArgMatches) -> Result<CredentialCommand, Error> {
    let command = match matches.subcommand() {
        Some(("git", found)) => {
            let action = found.get_one::<String>("action");
            CredentialCommand::Git(action.cloned().unwrap_or_default(), template::read(found)?)
        }
        Some(("docker", found)) => CredentialCommand::Docker(template::read(found)?),
        Some(("kubernetes", found)) => CredentialCommand::Kubernetes(template::read(found)?),
        Some(_) | None => {
            return Err(Error::usage(
                "`arm credential` needs the program that asks: `git`, `docker` or `kubernetes`",
            ));
        }
    };
    let sign_in = &command.args().sign_in;
    sign_in.check()?;
    if sign_in.audience.is_some() || sign_in.token_on_stdin() {
        return Err(Error::usage(
            "`arm credential` takes no `--audience` and no `--token`: the program that asks says what it needs",
        ));
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::CredentialCommand;
    use crate::cli::{Command, parse};

    fn read(words: &[&str]) -> Option<CredentialCommand> {
        let argv = ["arm", "credential"].iter().chain(words).map(Into::into);
        match parse(argv) {
            Ok(Command::Credential(command)) => Some(*command),
            Ok(_) | Err(_) => None,
        }
    }

    #[test]
    fn each_program_has_its_words() {
        for words in [["git", "get"], ["git", "future"]] {
            let found = read(&words);
            assert!(
                matches!(&found, Some(CredentialCommand::Git(word, _)) if word == words[1]),
                "{found:?}"
            );
        }
        assert!(
            matches!(read(&["docker", "--settings", "f", "list"]), Some(CredentialCommand::Docker(args)) if args.action == "list")
        );
        let hosts = [
            "kubernetes",
            "--allow-host",
            "a:1",
            "--allow-host",
            "b",
            "--auth",
            "app-service",
        ];
        let Some(CredentialCommand::Kubernetes(args)) = read(&hosts) else {
            panic!("kubernetes");
        };
        assert_eq!(args.allow_host, ["a:1", "b"]);
        for words in [
            &[][..],
            &["git"],
            &["docker"],
            &["svn", "get"],
            &["git", "get", "more"],
            &["git", "get", "--audience", "x"],
            &["git", "get", "--token", "-"],
            &["git", "get", "--allow-host", "x"],
            &["kubernetes", "get"],
        ] {
            assert_eq!(read(words), None, "{words:?}");
        }
    }
}
