//! Runs `arm login`: chooses how to sign in, and keeps the account with its subscriptions. Each way is next to this
//! file; the protocol: `credential/login`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::app::command::login::browser_sign_in::in_a_browser;
use crate::app::command::login::context::LoginContext;
use crate::app::command::login::device_code::on_another_device;
use crate::app::command::login::{application, browser};
use crate::app::command::{account, whoami};
use crate::app::session::command_context::CommandContext;
use crate::app::session::{cloud, environment, subscriptions};
use crate::azure::Cloud;
use crate::cli::SignInOptions;
use crate::cli::TableFormat;
use crate::cli::arguments::LoginArgs;
use crate::client::{Clock, Deadline};
use crate::credential::{
    self, Application, Authority, ClientCredential, DEFAULT_CLIENT_ID, Login, SignedIn, Store,
};
use crate::env::{Env, Questions};
use crate::error::{Error, Unasked};
use crate::output::{Console, Verbosity};
use crate::transport::{Transport, Wire};

/// Signs in.
pub(crate) async fn run(args: LoginArgs, env: &Env) -> Result<(), Error> {
    let sign_in = SignInOptions {
        cloud: args.cloud.clone(),
        ..SignInOptions::default()
    };
    let needs_a_person = args.identity.is_none() && !args.application.service_principal;
    if needs_a_person && env.questions == Questions::Refused {
        return Err(Error::NotAsked(Unasked::SignIn));
    }
    let store = Store::of(env).ok_or(Error::NoStateFolder)?;
    store.prepare().map_err(credential::Error::from)?;
    let context = CommandContext {
        deadline: args.timeout.map(Deadline::after),
        env,
        console: Console::new(Verbosity::of(false, args.verbose.count), env),
    };
    if credential::is_cloud_shell(env) && !args.application.service_principal {
        context.console.note(
            "this is Cloud Shell: rules of Conditional Access judge its container, not the machine of your browser",
        );
    }
    let cloud = cloud::choose(&sign_in, cloud::NetworkUse::Requests, env);
    let cloud = Deadline::within(context.deadline, cloud).await??;
    let login = LoginContext {
        application: application(&args, &cloud, env)?,
        transport: Transport::Wire(Wire::new(environment::network(env)?, None)),
        clock: Clock::at(env.now),
        context,
    };
    let signed_in = if let Some(identity) = args.identity.clone() {
        let asking = application::machine(identity, &cloud, &login);
        Deadline::within(context.deadline, asking).await??
    } else if args.application.service_principal {
        let asking = application::application(&args.application, &login);
        Deadline::within(context.deadline, asking).await??
    } else if args.device_code {
        on_another_device(&login).await?
    } else {
        let opening = |address: &str| (!args.no_browser).then(|| browser::opening(env, address));
        in_a_browser(&login, opening).await?
    };
    keep(store, signed_in, &cloud, &login).await
}

/// What is signed in to.
fn application(args: &LoginArgs, cloud: &Cloud, env: &Env) -> Result<Application, Error> {
    let tenant = env.tenant(args.tenant.as_deref());
    let client_id = args
        .client_id
        .as_deref()
        .or_else(|| env.get("ARMCLI_CLIENT_ID"));
    let claims = args.claims_challenge.as_deref().map(claims).transpose()?;
    Ok(Application {
        authority: Authority::of(env, cloud)?,
        tenant_id: tenant.map(str::to_owned),
        client_id: client_id.unwrap_or(DEFAULT_CLIENT_ID).to_owned(),
        audience: cloud.audience.clone(),
        claims,
    })
}

/// Reads a challenge as a service writes it: base64 of JSON, in any of the alphabets in use.
fn claims(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let decoded = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|alphabet| alphabet.decode(text).ok());
    let json = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let is_object = |json: &String| {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).is_ok()
    };
    json.filter(is_object).ok_or(Error::ClaimsChallenge)
}

/// Keeps the account, then finds its subscriptions: a sign-in must not be lost because they cannot
/// be listed.
async fn keep(
    store: Store,
    signed_in: SignedIn,
    cloud: &Cloud,
    login: &LoginContext<'_>,
) -> Result<(), Error> {
    let (application, context) = (&login.application, login.context);
    let CommandContext { env, console, .. } = context;
    let SignedIn {
        mut account,
        token,
        machine,
    } = signed_in;
    let before = store.read(&account.id()).ok().flatten();
    if let Some(before) = &before {
        account.subscriptions.clone_from(&before.subscriptions);
        account
            .default_subscription
            .clone_from(&before.default_subscription);
    }
    store.sign_in(&account).map_err(credential::Error::from)?;
    // Tokens of an earlier sign-in may lack what this one was made for.
    account::forget_tokens(Some(&account), env);
    let login = Login::of(
        store.clone(),
        account.clone(),
        application.authority.clone(),
        machine,
    );
    // Applications and machines are known in the one tenant.
    let is_person = matches!(account.credential, ClientCredential::RefreshToken(_));
    let named = application.tenant_id.is_some() || !is_person;
    let asking = subscriptions::find(&login, named, cloud, context);
    let found = asking.await?;
    account.take_subscriptions(found.subscriptions, &found.asked, before.as_ref());
    let changed = store.update(&account.id(), |kept| {
        kept.subscriptions.clone_from(&account.subscriptions);
        kept.default_subscription
            .clone_from(&account.default_subscription);
    });
    changed.map_err(credential::Error::from)?;
    for refusal in &found.refusals {
        console.note(refusal);
    }
    let others = account.subscriptions.len().saturating_sub(1);
    whoami::Identity::of_login(&account, &token, cloud).print(TableFormat::Table, env)?;
    if account.subscriptions.is_empty() {
        console.note("this account sees no subscription");
    } else if others > 0 && env.stderr_is_terminal {
        console.note(format!(
            "{others} more in `arm account list`; `arm account use NAME` chooses another default"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::claims;

    #[test]
    fn reads_a_challenge_in_every_alphabet() {
        let json = r#"{"access_token":{"acrs":{"values":["c?>~"]}}}"#;
        let standard = "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJ2YWx1ZXMiOlsiYz8+fiJdfX19";
        for text in [standard.to_owned(), standard.replace('+', "-")] {
            assert_eq!(claims(&text).unwrap(), json, "{text}");
        }
        assert_eq!(claims(" e30= ").unwrap(), "{}");
        for text in ["", "e30=x", "W10=", "eyJ", "{}"] {
            assert!(claims(text).is_err(), "{text}");
        }
    }
}
