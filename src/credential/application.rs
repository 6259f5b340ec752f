//! An application of Entra and how it gets a token: the grant of client credentials
//! (learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). What proves it
//! comes from the sources.

use super::certificate::Certificate;
use super::entra::{Form, TOKEN_PATH, ask};
use super::{
    Absence, AccessToken, Authority, Error, Identity, Source, SourceErrorKind, TokenRequest, Tools,
};
use crate::azure::{Secret, is_tenant};
use crate::env::Env;

/// What an assertion is, in the words of RFC 7523 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An application, and where it asks for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Application {
    /// The source that found it.
    pub(super) source: Source,
    /// Who issues its tokens.
    pub(super) authority: Authority,
    /// Its own tenant.
    pub(super) tenant_id: String,
    /// Its id.
    pub(super) client_id: String,
}

/// The names of the variables of an application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    pub(super) tenant_id: &'static str,
    pub(super) client_id: &'static str,
}

/// The names of the Azure SDKs, and those of Terraform's provider. A set is used whole: ids of the
/// one are not joined with a proof of the other.
pub(super) const AZURE: Names = Names {
    tenant_id: "AZURE_TENANT_ID",
    client_id: "AZURE_CLIENT_ID",
};
pub(super) const TERRAFORM: Names = Names {
    tenant_id: "ARM_TENANT_ID",
    client_id: "ARM_CLIENT_ID",
};

/// By which Terraform's provider is told to use a federated token.
pub(super) const USE_OIDC: &str = "ARM_USE_OIDC";

/// What is in variables about an application: the ids, or the names that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ids {
    /// Both.
    Whole {
        tenant_id: String,
        client_id: String,
    },
    /// Not all of them.
    Lacking(Vec<&'static str>),
}

impl Names {
    /// Reads the ids.
    ///
    /// # Errors [`Error::Setting`] if one cannot be an id.
    pub(super) fn read(self, env: &Env) -> Result<Ids, Error> {
        let (tenant_id, client_id) = (env.get(self.tenant_id), env.get(self.client_id));
        let (Some(tenant_id), Some(client_id)) = (tenant_id, client_id) else {
            let lacking = [(self.tenant_id, tenant_id), (self.client_id, client_id)];
            let lacking = lacking.into_iter().filter(|(_, value)| value.is_none());
            return Ok(Ids::Lacking(lacking.map(|(name, _)| name).collect()));
        };
        Ok(Ids::Whole {
            tenant_id: id_of(self.tenant_id, tenant_id, is_tenant)?,
            client_id: id_of(self.client_id, client_id, is_client)?,
        })
    }
}

fn is_client(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !value.is_empty() && value.bytes().all(is_plain)
}

/// Accepts what an id is made of: a GUID, or the domain of a tenant. The value is not repeated in the error, because
/// what is there may be a secret that was mistaken for an id.
fn id_of(
    setting: &'static str,
    value: &str,
    is_id: impl Fn(&str) -> bool,
) -> Result<String, Error> {
    let value = value.trim();
    if !is_id(value) {
        return Err(Error::Setting {
            setting,
            message: "it is neither a GUID nor a domain".to_owned(),
        });
    }
    Ok(value.to_owned())
}

impl Application {
    /// Finds the application that a federated token is for; `Ok(Err(…))` names what is missing. Terraform's names count
    /// if it would use them.
    pub(super) fn find(
        source: Source,
        env: &Env,
        authority: &Authority,
    ) -> Result<Result<Self, Absence>, Error> {
        let mut ids = AZURE.read(env)?;
        if matches!(ids, Ids::Lacking(_)) && env.is_true(USE_OIDC) {
            let others = TERRAFORM.read(env)?;
            if matches!(others, Ids::Whole { .. }) {
                ids = others;
            }
        }
        Ok(Self::of(source, ids, authority))
    }

    /// Joins ids with what issues their tokens, or says which are missing.
    pub(super) fn of(source: Source, ids: Ids, authority: &Authority) -> Result<Self, Absence> {
        match ids {
            Ids::Whole {
                tenant_id,
                client_id,
            } => Ok(Self {
                source,
                authority: authority.clone(),
                tenant_id,
                client_id,
            }),
            Ids::Lacking(names) => {
                let names = names.iter().map(|name| format!("`{name}` is not set"));
                Err(Absence::Incomplete(names.collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

/// How an application authenticates.
pub(super) enum ClientAuthentication<'a> {
    /// A secret that it shares with Entra.
    Secret(Secret),
    /// A certificate that Entra knows.
    Certificate(&'a Certificate),
    /// An assertion, signed by itself or by an issuer that Entra trusts.
    Assertion(Secret),
}

impl Application {
    /// Returns the tenant that is asked: its own, or the one that the user or the service named.
    /// What a subscription seems to belong to does not count: an application must be known in a
    /// tenant before it can sign in there.
    pub(super) fn tenant_for<'a>(&'a self, request: &'a TokenRequest) -> &'a str {
        request.tenant_id.as_deref().unwrap_or(&self.tenant_id)
    }

    /// Asks for a token.
    pub(super) async fn token(
        &self,
        authentication: ClientAuthentication<'_>,
        request: &TokenRequest,
        tools: &Tools<'_>,
    ) -> Result<AccessToken, Error> {
        if !request.scope().ends_with("/.default") {
            return Err(SourceErrorKind::Unsupported { what: "ask for single permissions: the scope of an application ends with `/.default`" }.of(self.source));
        }
        let form = Form::default()
            .with("grant_type", "client_credentials")
            .with("client_id", self.client_id.as_str());
        let tenant_id = self.tenant_for(request);
        let asserting = |form: Form, assertion| {
            form.with("client_assertion_type", JWT_BEARER)
                .with_secret("client_assertion", assertion)
        };
        let form = match authentication {
            ClientAuthentication::Secret(secret) => form.with_secret("client_secret", secret),
            ClientAuthentication::Assertion(assertion) => asserting(form, assertion),
            ClientAuthentication::Certificate(certificate) => {
                asserting(form, self.signed(certificate, tenant_id, tools)?)
            }
        };
        let form = form.for_request(request);
        let tokens = ask(self.source, &self.authority, tenant_id, form, tools).await?;
        Ok(tokens.access_token)
    }

    /// The assertion that a certificate signs for the token endpoint of a tenant.
    fn signed(
        &self,
        certificate: &Certificate,
        tenant_id: &str,
        tools: &Tools<'_>,
    ) -> Result<Secret, Error> {
        let audience = self.authority.endpoint(tenant_id, TOKEN_PATH);
        let id = uuid::Uuid::new_v4().to_string();
        let signed = certificate.sign(&self.client_id, audience.as_str(), &id, tools.now);
        signed.ok_or(
            SourceErrorKind::Unsupported {
                what: "sign: this machine has no random numbers",
            }
            .of(self.source),
        )
    }

    /// Tells who it is, with what tells its proof from another one.
    pub(super) fn identity(&self, request: &TokenRequest, principal: String) -> Identity {
        Identity {
            source: self.source,
            authority: self.authority.as_str().to_owned(),
            tenant_id: self.tenant_for(request).to_owned(),
            client_id: self.client_id.clone(),
            principal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AZURE, Ids};
    use crate::credential::Error;
    use crate::env::Env;

    #[test]
    fn reads_ids_and_names_what_lacks() {
        let read = |tenant_id, client_id| {
            AZURE.read(&Env::with_variables([
                ("AZURE_TENANT_ID", tenant_id),
                ("AZURE_CLIENT_ID", client_id),
            ]))
        };
        let whole = |tenant_id: &str| {
            Ok(Ids::Whole {
                tenant_id: tenant_id.to_owned(),
                client_id: "c-1".to_owned(),
            })
        };
        assert_eq!(read("contoso.example", " c-1\n"), whole("contoso.example"));
        for unset in ["", " \n"] {
            let lacking = Ok(Ids::Lacking(vec!["AZURE_TENANT_ID"]));
            assert_eq!(read(unset, "c"), lacking);
        }
        assert_eq!(
            read("", "").unwrap(),
            Ids::Lacking(vec!["AZURE_TENANT_ID", "AZURE_CLIENT_ID"])
        );
        for tenant_id in [
            "a/b",
            "a b",
            "https://x",
            "~secret",
            "é",
            "..",
            "a?b",
            "a..b",
        ] {
            let error = read(tenant_id, "c").unwrap_err();
            assert!(matches!(error, Error::Setting { .. }), "{tenant_id}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
