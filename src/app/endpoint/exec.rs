//! `arm exec`: a command with a token endpoint of its own, which ends with it. The endpoint that stays: `serve`; the
//! process of the command: `child`.

use std::sync::Arc;

use tokio::task::LocalSet;

use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::random_secret::random_secret;
use crate::app::endpoint::request_log::RequestLog;
use crate::app::endpoint::source::Source;
use crate::app::endpoint::token_service::TokenService;
use crate::app::endpoint::{child, variables};
use crate::app::session::listeners::Ports;
use crate::cli::arguments::ExecArgs;
use crate::endpoint::{Endpoint, Protocols};
use crate::env::Env;
use crate::error::{Error, ServeError};
use crate::output::{Console, Verbosity};
use crate::serve::{self, ConnectionHandler, Limits};

/// Runs a command with an endpoint of its own.
pub(crate) async fn exec(args: ExecArgs, env: &Env) -> Result<(), Error> {
    let console = Console::new(Verbosity::of(false, args.verbose), env).queued();
    let confirm = Confirm::if_wanted(&args.handing, env)?;
    let ports = Ports::of_this_machine(0).await?;
    let source = Source::of(&args.handing, &args.sign_in, console, env, ports.port).await?;
    let endpoint = Endpoint {
        port: ports.port,
        bound: None,
        protocols: Protocols::default(),
        secret: random_secret()?,
        audiences: source.audiences.clone(),
        other_hosts: Vec::new(),
        other_identities: args.handing.allow_identity.clone(),
    };
    let mut variables = variables::of(&endpoint, "127.0.0.1");
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    if proxies.iter().any(|name| env.get(name).is_some()) {
        let before = env.get("NO_PROXY").or_else(|| env.get("no_proxy"));
        let after = variables::no_proxy(before);
        variables.push(("NO_PROXY", after.clone()));
        variables.push(("no_proxy", after));
    }
    let running = async {
        let issuer = source.start(args.handing.lazy).await?;
        let service = TokenService {
            endpoint,
            issuer,
            confirm,
            console,
            log: RequestLog::to(console),
            requested: Arc::default(),
        };
        let child = child::run(&args.command, &variables, env);
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
