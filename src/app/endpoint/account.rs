//! Whose tokens they are, as far as tools want to know it before they ask for one: the tenant and the subscription. Who gets
//! the tokens: `issuer`.

use crate::app::endpoint::issuer::{Issuer, TokenKey};
use crate::app::session::default_subscription;
use crate::azure::{AuthChoice, Cloud, CloudName, TokenSource, is_guid};
use crate::cli::SignInOptions;
use crate::credential;
use crate::endpoint::RefusedToken;
use crate::env::Env;
use crate::tools::Identity;

/// The variables that name a subscription, in the order in which they count.
const SUBSCRIPTIONS: [&str; 3] = [
    "ARMCLI_SUBSCRIPTION",
    "AZURE_SUBSCRIPTION_ID",
    "ARM_SUBSCRIPTION_ID",
];

/// The tenant of a token that is there already.
pub(super) async fn tenant_of_token(issuer: &Issuer, key: &TokenKey) -> Option<String> {
    let granted = issuer.token(key, &RefusedToken::None).await.ok()?;
    granted.token.tenant_id().map(str::to_owned)
}

/// What is known of the account, with the tenant of its token.
pub(super) fn account_of(
    sign_in: &SignInOptions,
    tenant: Option<String>,
    cloud: &Cloud,
    env: &Env,
) -> Identity {
    let named = || env.tenant(sign_in.tenant.as_deref()).map(str::to_owned);
    let of_login = || default_subscription::tenant(cloud, env);
    let tenant_id = tenant.or_else(named).or_else(of_login);
    Identity {
        subscription_id: subscription(sign_in, cloud, env),
        tenant_id: tenant_id.filter(|tenant| is_guid(tenant)),
    }
}

/// The subscription that the user has named, else the one that belongs to the source of the tokens.
fn subscription(sign_in: &SignInOptions, cloud: &Cloud, env: &Env) -> Option<String> {
    let is_sandbox = cloud.name == CloudName::Sandbox;
    let mut named = SUBSCRIPTIONS.iter().filter_map(|name| env.get(name));
    let named = named.find(|id| is_guid(id) && !is_sandbox);
    let of_source = || match sign_in.source() {
        None | Some(AuthChoice::Only(TokenSource::Login)) => {
            default_subscription::default(cloud, env)
        }
        Some(AuthChoice::Only(TokenSource::AzureCli)) => credential::default_subscription(env),
        Some(_) => None,
    };
    named.map(str::to_owned).or_else(of_source)
}
