//! `arm credential git`: a token of Azure DevOps for git, and no word about any other host. The protocol: `tools::git`.

use crate::app::command::token;
use crate::app::session::cloud;
use crate::app::session::command_context::CommandContext;
use crate::app::terminal::input::read_from_program;
use crate::app::terminal::stdout::print;
use crate::azure::ToolService;
use crate::cli::SignInOptions;
use crate::error::{Error, HelperError};
use crate::tools::{GitRequest, git_refusal};

/// Answers git. Other actions than `get` are left alone, known or not, as git asks for (gitcredentials, "CUSTOM HELPERS").
pub(super) async fn run(
    action: &str,
    mut sign_in: SignInOptions,
    context: CommandContext<'_>,
) -> Result<(), Error> {
    let input = read_from_program(context.deadline)?;
    if action != "get" {
        return Ok(());
    }
    let request = GitRequest::read(&input).map_err(HelperError::from)?;
    let Some(host) = request.host() else {
        return Ok(());
    };
    let cloud = cloud::choose(&sign_in, cloud::NetworkUse::None, context.env).await?;
    let Some(audience) = ToolService::DevOps.audience_at(&cloud, host) else {
        return Ok(());
    };
    sign_in.audience = Some(audience.to_string());
    match token::obtain(&sign_in, None, context).await {
        Ok(obtained) => {
            let token = &obtained.token;
            print(&request.answer(&token.token, token.expires_on))
        }
        Err(error) => {
            print(git_refusal())?;
            Err(error)
        }
    }
}
