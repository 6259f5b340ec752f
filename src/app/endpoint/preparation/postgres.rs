//! The password of a database: a token, only for psql and its like, and only for Azure's servers, over a connection
//! whose certificate is checked. Which server that is: `tools::postgres`.

use std::ffi::OsString;

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::issuer::{Issuer, TokenKey};
use crate::app::endpoint::preparation::task::Task;
use crate::azure::{Audience, ToolService};
use crate::credential::AccessToken;
use crate::endpoint::{Endpoint, RefusedToken};
use crate::error::Error;
use crate::tools::{PostgresServer, postgres_server};
use crate::transport::system_bundle;

/// Gives the token that a database takes for a password, as the endpoint would.
#[derive(Clone, Copy)]
pub(in crate::app::endpoint) struct PasswordGiver<'a> {
    /// Which tokens may be had.
    pub(in crate::app::endpoint) endpoint: &'a Endpoint,
    /// Who is asked before.
    pub(in crate::app::endpoint) confirm: Option<&'a Confirm>,
    /// Where they come from.
    pub(in crate::app::endpoint) issuer: &'a Issuer,
}

impl PasswordGiver<'_> {
    /// Sets the password, if the program asks a server of Azure and nobody else.
    pub(super) async fn prepare(
        self,
        task: Task<'_>,
        surroundings: &mut Surroundings,
    ) -> Result<(), Error> {
        let outcome = match audience(task) {
            Ok(Some(audience)) => self.token(&audience).await,
            Ok(None) => return Ok(()),
            Err(reason) => Err(reason),
        };
        match outcome {
            Ok(token) => set(&token, task, surroundings),
            Err(reason) => task
                .console
                .note(format!("no token is given for the database: {reason}")),
        }
        Ok(())
    }

    async fn token(self, audience: &Audience) -> Result<AccessToken, String> {
        let resource = audience.as_str();
        if !self.endpoint.audiences.allows(resource) {
            return Err(format!(
                "`{resource}` is not among the audiences of this run"
            ));
        }
        if let Some(confirm) = self.confirm
            && !confirm.agrees(resource, None).await
        {
            return Err("it was not agreed to".to_owned());
        }
        let key = TokenKey {
            resource: resource.to_owned(),
            tenant_id: None,
        };
        let granted = self.issuer.token(&key, &RefusedToken::None).await;
        let granted = granted.map_err(|rejection| rejection.reason())?;
        Ok(granted.token)
    }
}

/// The audience of the servers that a program will ask, if all are Azure's; nothing if it asks only this machine.
fn audience(task: Task<'_>) -> Result<Option<Audience>, String> {
    match postgres_server(task.arguments(), |name| task.env.get(name)) {
        PostgresServer::Local => Ok(None),
        PostgresServer::Unclear(reason) => Err(reason.to_owned()),
        PostgresServer::Hosts(hosts) => {
            let audience_at = |host: &String| {
                let found = ToolService::PostgreSql.audience_at(task.cloud, host);
                found.ok_or_else(|| {
                    format!(
                        "`{host}` is not a server of {} in {}",
                        ToolService::PostgreSql.words(),
                        task.cloud.name
                    )
                })
            };
            let audiences: Result<Vec<Audience>, String> = hosts.iter().map(audience_at).collect();
            Ok(audiences?.into_iter().next())
        }
    }
}

/// A password goes to a server whose certificate is of an authority that the system trusts.
fn set(token: &AccessToken, task: Task<'_>, surroundings: &mut Surroundings) {
    surroundings.set("PGPASSWORD", token.token.expose());
    if task.env.get("PGSSLMODE").is_none() {
        surroundings.set("PGSSLMODE", "verify-full");
    }
    if task.env.get("PGSSLROOTCERT").is_none() {
        let bundle = system_bundle().map_or_else(|| OsString::from("system"), Into::into);
        surroundings.set("PGSSLROOTCERT", bundle);
    }
}
