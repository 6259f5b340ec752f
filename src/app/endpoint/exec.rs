//! `arm exec`: a command with a token endpoint of its own, which ends with it. The endpoint that stays: `serve`; the
//! process of the command: `child`; what is prepared for programs that are not SDKs: `preparation`.

use std::sync::Arc;

use tokio::task::LocalSet;

use crate::app::endpoint::account::{account_of, tenant_of_token};
use crate::app::endpoint::child;
use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::helper_command::HelperCommand;
use crate::app::endpoint::preparation::{self, PasswordGiver, Task};
use crate::app::endpoint::random_secret::random_secret;
use crate::app::endpoint::request_log::RequestLog;
use crate::app::endpoint::source::Source;
use crate::app::endpoint::surroundings::surroundings_of;
use crate::app::endpoint::token_service::TokenService;
use crate::app::session::listeners::Ports;
use crate::azure::ToolService;
use crate::cli::arguments::{ExecArgs, PreparedProgram};
use crate::endpoint::{Endpoint, Protocols};
use crate::env::Env;
use crate::error::{Error, ServeError};
use crate::output::{Console, Verbosity};
use crate::serve::{self, ConnectionHandler, Limits};
use crate::tools::{Need, needs_of};

/// Runs a command with an endpoint of its own.
pub(crate) async fn exec(args: ExecArgs, env: &Env) -> Result<(), Error> {
    let console = Console::new(Verbosity::of(false, args.verbose), env).queued();
    let confirm = Confirm::if_wanted(&args.handing, env)?;
    let ports = Ports::of_this_machine(0).await?;
    let mut source = Source::of(&args.handing, &args.sign_in, console, env, ports.port).await?;
    let needs = needs(&args);
    if needs.contains(&Need::DockerConfig) {
        source.audiences.add(ToolService::audience_of_registries());
    }
    let endpoint = Endpoint {
        port: ports.port,
        bound: None,
        protocols: Protocols::default(),
        secret: random_secret()?,
        path_secret: Some(random_secret()?),
        audiences: source.audiences.clone(),
        other_hosts: Vec::new(),
        other_identities: args.handing.allow_identity.clone(),
    };
    let (cloud, first) = (source.cloud.clone(), source.first.clone());
    let running = async {
        let issuer = source.start(args.handing.lazy).await?;
        let tenant = if args.handing.lazy {
            None
        } else {
            tenant_of_token(&issuer, &first).await
        };
        let identity = account_of(&args.sign_in, tenant, &cloud, env);
        let task = Task {
            command: &args.command,
            cloud: &cloud,
            identity: &identity,
            helper: &HelperCommand::of(&cloud)?,
            env,
            console,
        };
        let mut surroundings = surroundings_of(&endpoint, task);
        let giver = PasswordGiver {
            endpoint: &endpoint,
            confirm: confirm.as_deref(),
            issuer: &issuer,
        };
        let prepared = preparation::prepare(&needs, task, giver, &mut surroundings);
        // Lives as long as the command.
        let _folder = prepared.await?;
        let service = TokenService {
            endpoint,
            issuer,
            confirm,
            console,
            log: RequestLog::to(console),
            requested: Arc::default(),
        };
        let child = child::run(&args.command, &surroundings, env);
        let on_connection: ConnectionHandler = service.on_connection();
        let ended =
            serve::receive_until(ports.listeners, Limits::TOKENS, on_connection, child).await;
        Ok::<_, Error>(ended?)
    };
    match LocalSet::new().run_until(running).await? {
        0 => Ok(()),
        code => Err(ServeError::CommandEnded { code }.into()),
    }
}

/// What the command needs, and the programs that `--for` names.
fn needs(args: &ExecArgs) -> Vec<Need> {
    let program = args.command.first();
    let mut needs: Vec<Need> = program
        .map_or(&[][..], |program| needs_of(program))
        .to_vec();
    for named in &args.programs {
        let need = match named {
            PreparedProgram::Az => Need::AzureCliFolder,
            PreparedProgram::Docker => Need::DockerConfig,
            PreparedProgram::Kubectl => Need::Kubeconfig,
        };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}
