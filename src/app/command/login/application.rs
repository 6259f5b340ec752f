//! `arm login` for applications and machines: reads the credential of an application, and makes an account from it or
//! from the identity of this machine. Who keeps the account: `run`.

use crate::app::command::login::context::LoginContext;
use crate::app::session::command_context::CommandContext;
use crate::app::terminal::{input, password};
use crate::azure::{Cloud, IdentityId, Secret};
use crate::cli::arguments::ApplicationOptions;
use crate::credential::{
    self, CertificateError, CertificateFile, ClientCredential, FederatedToken, SignedIn,
    SourceErrorKind, sign_in_application, sign_in_machine,
};
use crate::env::{Env, Questions};
use crate::error::{Error, Unasked};

/// The password of the certificate, for runs that cannot ask a person.
const PASSWORD_VARIABLE: &str = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
/// Whether the certificate's chain is sent too.
const CHAIN_VARIABLE: &str = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN";

/// Signs an application in.
pub(crate) async fn application(
    args: &ApplicationOptions,
    login: &LoginContext<'_>,
) -> Result<SignedIn, Error> {
    if login.application.tenant_id.is_none() {
        return Err(Error::NoTenant);
    }
    let credential = credential(args, login.context)?;
    Ok(sign_in_application(&login.application, credential, &login.tools()).await?)
}

/// Signs the identity of this machine in; the one that is named, else that of `AZURE_CLIENT_ID`, as
/// in every Azure SDK.
pub(crate) async fn machine(
    identity: Option<IdentityId>,
    cloud: &Cloud,
    login: &LoginContext<'_>,
) -> Result<SignedIn, Error> {
    let env = login.context.env;
    let of_variable = || env.get("AZURE_CLIENT_ID").map(str::to_owned);
    let identity = identity.or_else(|| of_variable().map(IdentityId::Client));
    Ok(sign_in_machine(&login.application, identity, env, cloud, &login.tools()).await?)
}

fn credential(
    args: &ApplicationOptions,
    context: CommandContext<'_>,
) -> Result<ClientCredential, Error> {
    if let Some(path) = &args.certificate {
        return certificate(path, args.certificate_password.is_some(), context);
    }
    match args.federated_token.as_deref() {
        Some("-") => {
            context.console.note(
                "the federated token is not kept: when its access token has expired, sign in again; with a file, \
                 the path is kept",
            );
            let bytes = input::read_token(context.deadline)?;
            let token = Secret::new(String::from_utf8_lossy(&bytes).trim());
            return Ok(ClientCredential::FederatedToken(FederatedToken::Given(
                token,
            )));
        }
        Some(path) => {
            return Ok(ClientCredential::FederatedToken(FederatedToken::File(
                absolute(path)?,
            )));
        }
        None => {}
    }
    let secret = ask(
        args.client_secret.is_some(),
        "secret of the application: ",
        context,
    )?;
    // No secret of Entra begins or ends with white space.
    secret
        .map(|secret| ClientCredential::ClientSecret(secret.trimmed()))
        .ok_or_else(|| no_secret(context.env))
}

/// The secret is missing: no one could be asked, or no one may.
fn no_secret(env: &Env) -> Error {
    let (what, option) = ("the secret", "--client-secret");
    match env.questions {
        Questions::OnTerminal => Error::NoSecret { what, option },
        Questions::Refused => Error::NotAsked(Unasked::Secret { what, option }),
    }
}

fn certificate(
    path: &str,
    password_on_stdin: bool,
    context: CommandContext<'_>,
) -> Result<ClientCredential, Error> {
    let path = absolute(path)?;
    let sends_chain = context.env.is_true(CHAIN_VARIABLE);
    let question = "password of the certificate: ";
    let given = if password_on_stdin {
        ask(true, question, context)?
    } else {
        context.env.get(PASSWORD_VARIABLE).map(Secret::new)
    };
    let read = |password| CertificateFile::of(path.clone(), password, sends_chain, context.env.now);
    let found = match read(given) {
        Err(error) if is_locked(&error) => match ask(false, question, context)? {
            Some(password) => read(Some(password)),
            None => Err(error),
        },
        found => found,
    };
    let (file, remark) = found?;
    if let Some(remark) = remark {
        context.console.note(&remark);
    }
    Ok(ClientCredential::Certificate(file))
}

fn is_locked(error: &credential::Error) -> bool {
    matches!(
        error.source_kind(),
        Some(SourceErrorKind::Certificate {
            error: CertificateError::PasswordNeeded,
            ..
        })
    )
}

/// A secret that is typed, or is on standard input if that was said.
fn ask(
    on_stdin: bool,
    question: &'static str,
    context: CommandContext<'_>,
) -> Result<Option<Secret>, Error> {
    match password::secret(question, context.deadline, context.env)? {
        Some(typed) => Ok(Some(typed)),
        None if on_stdin => input::read_secret(context.deadline).map(Some),
        None => Ok(None),
    }
}

/// The path from the root on: later runs may begin elsewhere.
fn absolute(path: &str) -> Result<String, Error> {
    let failed = |message: String| Error::Input {
        name: format!("`{path}`"),
        message,
    };
    let absolute = std::path::absolute(path).map_err(|error| failed(error.to_string()))?;
    let text = absolute.into_os_string().into_string();
    text.map_err(|_| failed("its path is not UTF-8 text".to_owned()))
}
