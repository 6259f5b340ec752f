//! `arm credential docker`: the login of a registry of Azure for docker; about other servers the settings that the user has
//! are asked. The protocol: `tools::docker`; the logins of others: `other_logins`.

use crate::app::command::credential::other_logins::OtherLogins;
use crate::app::command::credential::registry;
use crate::app::session::cloud;
use crate::app::session::command_context::CommandContext;
use crate::app::terminal::input::read_from_program;
use crate::app::terminal::stdout::print;
use crate::cli::arguments::DockerArgs;
use crate::error::{Error, HelperError};
use crate::tools::{DOCKER_NOT_FOUND, DockerAction, DockerLogin, token_exchange};

/// Answers docker.
pub(super) async fn run(args: DockerArgs, context: CommandContext<'_>) -> Result<(), Error> {
    let outcome = answer(args, context).await;
    match &outcome {
        // Docker shows what is on standard output, and looks for one text there.
        Err(Error::Helper(HelperError::NoLogin { .. })) => print(&format!("{DOCKER_NOT_FOUND}\n"))?,
        Err(Error::Helper(HelperError::StoreEnded { .. })) | Ok(()) => {}
        Err(error) => print(&format!("{}\n", error.message().summary.as_str()))?,
    }
    outcome
}

async fn answer(args: DockerArgs, context: CommandContext<'_>) -> Result<(), Error> {
    let action = DockerAction::named(&args.action).ok_or(HelperError::UnknownAction {
        action: args.action,
    })?;
    let others = || OtherLogins::of(args.settings.as_deref(), context.env);
    match action {
        DockerAction::Version => {
            return print(concat!(
                "docker-credential-arm ",
                env!("CARGO_PKG_VERSION"),
                "\n"
            ));
        }
        DockerAction::List => return others().list().await,
        DockerAction::Get | DockerAction::Store | DockerAction::Erase => {}
    }
    let input = read_from_program(context.deadline)?;
    let server = action.server(&input).map_err(HelperError::from)?;
    let sign_in = args.common.sign_in;
    let cloud = cloud::choose(&sign_in, cloud::NetworkUse::None, context.env).await?;
    match (token_exchange(&cloud, &server), action) {
        (Some((url, audience)), DockerAction::Get) => {
            let password = registry::password(url, &audience, sign_in, context).await?;
            print(&DockerLogin::of_registry(&server, password).answer())
        }
        // It lasts some hours, and is not worth keeping.
        (Some(_), _) => Ok(()),
        (None, _) => others().ask(action, &server, &input).await,
    }
}
