//! `arm token`: one access token on stdout. Sends no request to a service.

use std::time::SystemTime;

use super::{cloud, request, show};
use crate::azure::Audience;
use crate::cli::{TokenArgs, TokenOutput};
use crate::client::{Clock, Deadline};
use crate::credential::{AccessToken, Credential, TokenCache, TokenRequest, Tools};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Report, Sink};
use crate::transport::{Transport, Wire};

/// Prints a token for `--audience`, else for Resource Manager.
pub(super) async fn run(args: TokenArgs, env: &Env) -> Result<(), Error> {
    let report = Report::of(false, args.output.verbose);
    let deadline = args.output.timeout.map(Deadline::after);
    let chosen = cloud::choose(&args.sign_in, false, env);
    let cloud = Deadline::within(deadline, chosen).await??;
    let audience = match &args.sign_in.audience {
        Some(text) => Audience::parse(text).map_err(|error| Error::Audience {
            text: text.clone(),
            error,
        })?,
        None => cloud.audience.clone(),
    };
    let auth = (args.sign_in.auth, args.sign_in.identity.as_ref());
    let credential = request::credential(&cloud, auth, env, report)?;
    let tenant = args
        .sign_in
        .tenant
        .as_deref()
        .or_else(|| env.get("ARMCLI_TENANT"));
    let wanted = TokenRequest {
        tenant_id: tenant.map(str::to_owned),
        ..TokenRequest::of(&audience)
    };
    let use_cache = args.sign_in.use_cache(env.get("ARMCLI_NO_CACHE"));
    let cache = use_cache.then(|| TokenCache::of(env));
    let token = get(&credential, &wanted, cache.as_ref(), deadline, env).await;
    for note in cache.iter().flat_map(TokenCache::take_notes) {
        show::cache_note(&note, report);
    }
    let token = token?;
    report.trace(
        Report::Verbose,
        &show::token_line(credential.source(), &token, env.now),
    );
    let text = match args.output.output {
        TokenOutput::Token => token.token.expose().to_owned(),
        TokenOutput::Json => as_json(&token, &audience, env.now),
    };
    let mut sink = Sink::stdout();
    sink.write(format!("{text}\n").as_bytes())?;
    Ok(sink.finish()?)
}

async fn get(
    credential: &Credential,
    wanted: &TokenRequest,
    cache: Option<&TokenCache>,
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<AccessToken, Error> {
    let tools = Tools {
        transport: &Transport::Wire(Wire::default()),
        now: Clock::at(env.now).now(),
        cache,
    };
    let token = credential.token(wanted, &tools);
    Ok(Deadline::within(deadline, token).await??)
}

/// The token as the token endpoint of Cloud Shell would answer it: every value a string.
fn as_json(token: &AccessToken, audience: &Audience, now: SystemTime) -> String {
    let seconds = |moment: SystemTime| {
        moment
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    };
    let mut fields = vec![("access_token", token.token.expose().to_owned())];
    if let Some(expires_on) = token.expires_on {
        let left = expires_on.duration_since(now).unwrap_or_default().as_secs();
        fields.push(("expires_in", left.to_string()));
        fields.push(("expires_on", seconds(expires_on).to_string()));
    }
    fields.push(("resource", audience.to_string()));
    fields.push(("token_type", "Bearer".to_owned()));
    let members: serde_json::Map<String, serde_json::Value> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut out = Vec::new();
    crate::json::append_pretty(&serde_json::Value::Object(members).to_string(), 0, &mut out);
    String::from_utf8(out).unwrap_or_default()
}
