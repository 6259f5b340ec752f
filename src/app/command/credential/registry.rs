//! The password of a registry: a token, exchanged at the registry itself, in one request that follows no redirect. What is
//! sent and read: `tools::registry`.

use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use crate::app::command::token;
use crate::app::session::command_context::CommandContext;
use crate::app::session::environment;
use crate::azure::{Audience, CloudName, Secret};
use crate::cli::SignInOptions;
use crate::client::Deadline;
use crate::error::{Error, HelperError};
use crate::tools::{RegistryAnswer, read_registry_answer};
use crate::transport::{Request, Transport, Wire};

/// An answer is a token of 2 KiB at most.
const MAX_ANSWER: usize = 64 * 1024;

/// Gets a password.
pub(super) async fn password(
    url: Url,
    audience: &Audience,
    mut sign_in: SignInOptions,
    context: CommandContext<'_>,
) -> Result<Secret, Error> {
    let registry = url.host_str().unwrap_or_default().to_owned();
    sign_in.audience = Some(audience.to_string());
    let obtained = token::obtain(&sign_in, None, context).await?;
    if obtained.cloud.name == CloudName::Sandbox {
        return Err(HelperError::RegistryOfSandbox { registry }.into());
    }
    let tenant_id = obtained.token.tenant_id().or(obtained.tenant_id.as_deref());
    let token = &obtained.token.token;
    let mut headers = HeaderMap::new();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form);
    let request = Request {
        method: Method::POST,
        headers,
        body: RegistryAnswer::form(&url, tenant_id, token),
        url,
    };
    let wire = Wire::new(environment::network(context.env)?, Some(&request.url));
    let transport = Transport::Wire(wire);
    let exchange = async {
        let mut response = transport.send(&request).await?;
        let body = response.body.excerpt(MAX_ANSWER).await;
        Ok::<_, Error>((response.status, body))
    };
    let (status, body) = Deadline::within(context.deadline, exchange).await??;
    match read_registry_answer(status.is_success(), &body, token) {
        RegistryAnswer::RefreshToken(password) => Ok(password),
        RegistryAnswer::Refused(reason) => Err(HelperError::Registry {
            registry,
            status: status.as_u16(),
            reason,
        }
        .into()),
    }
}
