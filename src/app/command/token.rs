//! `arm token`: one access token, or its claims, on stdout. Who gets the token: `credential`.

use std::time::SystemTime;

use chrono::Local;
use serde_json::{Map, Value};

use crate::app::exchange::preview;
use crate::app::session::command_context::CommandContext;
use crate::app::session::{client, cloud, default_subscription, environment};
use crate::app::terminal::ci_mask;
use crate::app::terminal::stdout::{print_until, shown_json};
use crate::azure::{Audience, Cloud, CloudError, CloudName, audience_of, write_at};
use crate::cli::SignInOptions;
use crate::cli::arguments::{TokenArgs, TokenOutput};
use crate::client::{Clock, Deadline};
use crate::credential::{AccessToken, Claims, Credential, TokenCache, TokenRequest, Tools};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Verbosity};
use crate::transport::{Transport, Wire};

/// Whom the scopes without a service belong to, such as `User.Read`.
const GRAPH: &str = "https://graph.microsoft.com";

/// Prints a token for `--audience` or `--scope`, else for Resource Manager.
pub(crate) async fn run(args: TokenArgs, env: &Env) -> Result<(), Error> {
    let console = Console::new(Verbosity::of(false, args.output.verbose.count), env);
    let deadline = args.output.timeout.limit.map(Deadline::after);
    let scope = args.scope.as_deref();
    let context = CommandContext {
        deadline,
        env,
        console,
    };
    let obtained = obtain(&args.sign_in, scope, context).await?;
    let token = &obtained.token;
    let text = if args.decode {
        shown_json(
            Claims::text_of(token.token.expose()).ok_or(Error::OpaqueToken)?,
            env,
        )
    } else {
        ci_mask::mask(token.token.expose(), env, console);
        match args.output.output {
            TokenOutput::Token => format!("{}\n", token.token.expose()),
            TokenOutput::Json => {
                let subscription_id = subscription_id(&obtained, env);
                shown_json(as_json(token, subscription_id, obtained.tenant_id), env)
            }
        }
    };
    print_until(deadline, text.as_bytes())
}

/// A token and how it was obtained.
#[derive(Debug)]
pub(crate) struct Obtained {
    pub(crate) cloud: Cloud,
    pub(crate) credential: Credential,
    pub(crate) token: AccessToken,
    /// The tenant, if the user named one.
    pub(crate) tenant_id: Option<String>,
}

/// Gets a token as a request would: for a scope, for `--audience`, else for Resource Manager.
pub(crate) async fn obtain(
    sign_in: &SignInOptions,
    scope: Option<&str>,
    context: CommandContext<'_>,
) -> Result<Obtained, Error> {
    let CommandContext {
        deadline,
        env,
        console,
    } = context;
    let chosen = cloud::choose(sign_in, cloud::NetworkUse::Requests, env);
    let cloud = Deadline::within(deadline, chosen).await??;
    let (audience, scope) = match (scope, &sign_in.audience) {
        (Some(scope), _) => of_scope(scope)?,
        (None, Some(text)) => (parse(text)?, None),
        (None, None) => (audience_of_cloud(&cloud)?, None),
    };
    let credential = if let Some(given) = client::given_token(sign_in, deadline)? {
        given
    } else {
        client::credential(&cloud, client::RequestedSource::of(sign_in), env, console)?
    };
    let tenant = env.tenant(sign_in.tenant.as_deref());
    let wanted = TokenRequest {
        scope,
        tenant_id: tenant.map(str::to_owned),
        ..TokenRequest::of(&audience)
    };
    let cache = TokenCache::unless_refused(sign_in.no_cache, env);
    let token = get(&credential, &wanted, cache.as_ref(), deadline, env).await;
    for note in cache.iter().flat_map(TokenCache::take_notes) {
        preview::cache_note(&note, console);
    }
    let token = token?;
    console.trace(
        Verbosity::Verbose,
        preview::token_line(credential.source(), &token, env.now),
    );
    Ok(Obtained {
        cloud,
        credential,
        token,
        tenant_id: wanted.tenant_id,
    })
}

/// The audience of the cloud's Resource Manager, by the rule of a request to it: the definition of
/// a cloud may not claim the audience of others.
fn audience_of_cloud(cloud: &Cloud) -> Result<Audience, CloudError> {
    audience_of(cloud, &cloud.resource_manager).ok_or_else(|| CloudError::ForeignAudience {
        cloud: cloud.name.to_string(),
        audience: cloud.audience.to_string(),
    })
}

fn parse(text: &str) -> Result<Audience, Error> {
    Audience::parse(text).map_err(|error| Error::Audience {
        text: text.to_owned(),
        error,
    })
}

/// The audience of a scope, and the scope if it is not all that the audience has: a scope is the audience, a slash and
/// the name of a permission. (A slash more is the audience's own.)
fn of_scope(scope: &str) -> Result<(Audience, Option<String>), Error> {
    let scope = scope.trim();
    let audience = match scope.rsplit_once('/') {
        Some((resource, ".default")) => return Ok((parse(resource)?, None)),
        Some((resource, _)) => resource,
        None => GRAPH,
    };
    parse(scope)?;
    Ok((parse(audience)?, Some(scope.to_owned())))
}

async fn get(
    credential: &Credential,
    wanted: &TokenRequest,
    cache: Option<&TokenCache>,
    deadline: Option<Deadline>,
    env: &Env,
) -> Result<AccessToken, Error> {
    let tools = Tools {
        transport: &Transport::Wire(Wire::new(environment::network(env)?, None)),
        now: Clock::at(env.now).now(),
        cache,
    };
    let token = credential.token(wanted, &tools);
    Ok(Deadline::within(deadline, token).await??)
}

/// The subscription that az would name: the chosen one, where no tenant was asked for.
fn subscription_id(obtained: &Obtained, env: &Env) -> Option<String> {
    if obtained.tenant_id.is_some() {
        return None;
    }
    let names = ["ARMCLI_SUBSCRIPTION", "AZURE_SUBSCRIPTION_ID"];
    let chosen = names.iter().find_map(|name| env.get(name));
    let is_of_sandbox = obtained.cloud.name == CloudName::Sandbox;
    chosen
        .filter(|_| !is_of_sandbox)
        .map(str::to_owned)
        .or_else(|| default_subscription::default(&obtained.cloud, env))
}

/// The members of `az account get-access-token`, which SDKs and scripts read: `expiresOn` is in
/// local time without a zone, `expires_on` counts seconds since 1970
/// (learn.microsoft.com/cli/azure/account#az-account-get-access-token).
fn as_json(
    token: &AccessToken,
    subscription_id: Option<String>,
    tenant_id: Option<String>,
) -> String {
    let mut members: Map<String, Value> = Map::new();
    members.insert("accessToken".to_owned(), token.token.expose().into());
    if let Some(expires_on) = token.expires_on {
        let since = expires_on.duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since.unwrap_or_default().as_secs();
        // Not every time of a server's is a date.
        if let Some(text) = write_at(expires_on, &Local, "%Y-%m-%d %H:%M:%S%.6f") {
            members.insert("expiresOn".to_owned(), text.into());
        }
        members.insert("expires_on".to_owned(), seconds.into());
    }
    let tenant_id = token.tenant_id().map(str::to_owned).or(tenant_id);
    for (name, value) in [("subscription", subscription_id), ("tenant", tenant_id)] {
        if let Some(value) = value {
            members.insert(name.to_owned(), value.into());
        }
    }
    members.insert("tokenType".to_owned(), "Bearer".into());
    Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    use super::{audience_of_cloud, of_scope};
    use crate::azure::{AuthorityChoice, Cloud, CloudError};

    // Windows counts no further than to a date.
    #[cfg(not(windows))]
    #[test]
    fn an_end_that_is_not_a_date_is_left_out() {
        use std::time::{Duration, SystemTime};

        use super::{AccessToken, as_json};

        for (seconds, has_date) in [(1_700_000_000, true), (u64::MAX >> 2, false)] {
            let end = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
            let json = as_json(&AccessToken::new("t", end), None, None);
            assert_eq!(json.contains("expiresOn"), has_date, "{json}");
            assert!(
                json.contains(&format!("\"expires_on\":{seconds}")),
                "{json}"
            );
        }
    }

    #[test]
    fn a_cloud_gets_tokens_for_itself_only() {
        let described = |audience: &str| {
            let json = format!(
                r#"{{"name": "Air", "resourceManager": "https://management.air.example/",
                "authentication": {{"loginEndpoint": "https://login.air.example/",
                "audiences": ["{audience}"]}}}}"#
            );
            let url = url::Url::parse("https://management.air.example/").unwrap();
            let choice = AuthorityChoice::Description;
            Cloud::from_metadata(json.as_bytes(), &url, choice).unwrap()
        };
        let own = described("https://management.core.air.example/");
        assert_eq!(audience_of_cloud(&own), Ok(own.audience.clone()));
        assert!(audience_of_cloud(&Cloud::public()).is_ok());
        for foreign in ["https://management.azure.com/", "https://vault.azure.net"] {
            let found = audience_of_cloud(&described(foreign));
            assert!(
                matches!(found, Err(CloudError::ForeignAudience { .. })),
                "{foreign}"
            );
        }
    }

    #[track_caller]
    fn check(text: &str, audience: &str, scope: Option<&str>) {
        let (found, rest) = of_scope(text).unwrap();
        assert_eq!((found.as_str(), rest.as_deref()), (audience, scope));
    }

    #[test]
    fn a_scope_names_its_audience() {
        let read = "https://graph.microsoft.com/User.Read";
        check(read, "https://graph.microsoft.com", Some(read));
        check(
            "User.Read",
            "https://graph.microsoft.com",
            Some("User.Read"),
        );
        check(
            "https://vault.azure.net/.default",
            "https://vault.azure.net",
            None,
        );
        check(
            "https://storage.azure.com//.default",
            "https://storage.azure.com/",
            None,
        );
        check("api://a/b/c", "api://a/b", Some("api://a/b/c"));
        for text in ["", "a b", "/.default"] {
            assert!(of_scope(text).is_err(), "{text}");
        }
    }
}
