//! Tokens of the sandbox in this process, which `--sandbox` chooses.

use std::time::SystemTime;

use super::error::{Error, SourceErrorKind};
use super::provider::{Tenancy, TokenFuture, TokenProvider, Tools};
use super::request::TokenRequest;
use super::token::AccessToken;
use crate::azure::TokenSource as Source;
use crate::azure::{Audience, Secret};

/// Issues a sandbox's token for an audience and a tenant, if one was named; `None` if the sandbox has no
/// such tenant.
pub type SandboxTokens = fn(&Audience, Option<&str>, SystemTime) -> Option<Secret>;

impl TokenProvider for SandboxTokens {
    fn source(&self) -> Source {
        Source::Sandbox
    }

    fn token<'a>(&'a self, request: &'a TokenRequest, tools: &'a Tools<'a>) -> TokenFuture<'a> {
        Box::pin(async move {
            let token = self(&request.audience, request.tenant_id.as_deref(), tools.now);
            let token = token.ok_or_else(unknown_tenant)?;
            Ok(AccessToken::new(token.expose(), None))
        })
    }

    fn tenancy(&self) -> Tenancy {
        Tenancy::Several { home: None }
    }
}

fn unknown_tenant() -> Error {
    SourceErrorKind::Unsupported {
        what: "issue a token for this tenant: it has contoso.example and fabrikam.example",
    }
    .of(Source::Sandbox)
}
