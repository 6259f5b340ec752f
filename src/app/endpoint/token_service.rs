//! Answers the clients of a token endpoint: who each is, what it asks for, what it gets, and the line
//! of the log. The rules are in `endpoint`, the tokens come from `issuer`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use tokio::sync::Notify;

use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::issuer::{Issuer, TokenKey};
use crate::app::endpoint::request_log::RequestLog;
use crate::credential::AccessToken;
use crate::endpoint::{
    Endpoint, IssuedToken, Refused, Rejection, RequestId, RequestedToken, TokenOwner,
};
use crate::output::{Console, Verbosity};
use crate::serve::{
    Arrived, BodyError, ConnectionHandler, Peer, Responder, User, program_of, user_of,
};

/// What answers the clients of an endpoint.
pub(super) struct TokenService {
    pub(super) endpoint: Endpoint,
    pub(super) issuer: Issuer,
    pub(super) confirm: Option<Arc<Confirm>>,
    pub(super) console: Console,
    pub(super) log: RequestLog,
    /// Is notified of each request that may have a token.
    pub(super) requested: Arc<Notify>,
}

impl TokenService {
    /// Makes the function that receives connections.
    pub(super) fn on_connection(self) -> ConnectionHandler {
        let service = Arc::new(self);
        Arc::new(move |peer| {
            let connection = Arc::new(Connection {
                service: Arc::clone(&service),
                peer,
                user: OnceLock::new(),
            });
            let answering: Responder = Arc::new(move |arrived| {
                let connection = Arc::clone(&connection);
                Box::pin(async move { connection.answer(arrived).await.into() })
            });
            answering
        })
    }
}

/// One connection.
struct Connection {
    service: Arc<TokenService>,
    peer: Peer,
    /// Looked for once, and only when there is a request: connections that send no request cost nothing.
    user: OnceLock<User>,
}

impl Connection {
    async fn answer(&self, arrived: Arrived) -> Response<Bytes> {
        let endpoint = &self.service.endpoint;
        let (request, outcome) = match arrived {
            Arrived::Whole(mut request) => {
                let id = RequestId(uuid::Uuid::new_v4().to_string());
                request.extensions_mut().insert(id);
                let outcome = self.issue(&request).await;
                (request, outcome)
            }
            Arrived::Cut { head, error } => {
                let rejection = match error {
                    BodyError::TooLarge => Rejection::TooLarge,
                    BodyError::TooSlow => Rejection::TooSlow,
                    BodyError::Malformed => Rejection::Malformed("the body is cut off"),
                };
                let refused = endpoint.refuse_body(&head, &rejection);
                (head, Err(refused))
            }
        };
        let (requested, reason, response) = match outcome {
            Ok((requested, response)) => (Some(requested), None, response),
            Err(refused) => {
                let Refused {
                    response,
                    reason,
                    requested,
                } = *refused;
                (requested, Some(reason), response)
            }
        };
        self.log(&request, requested.as_ref(), reason.as_deref(), &response);
        response
    }

    async fn issue(
        &self,
        request: &Request<Bytes>,
    ) -> Result<(RequestedToken, Response<Bytes>), Box<Refused>> {
        let TokenService {
            endpoint,
            issuer,
            confirm,
            ..
        } = &*self.service;
        let requested = endpoint.read(request)?;
        if self.is_foreign(&requested) {
            let rejection = Rejection::Forbidden("another user of this machine gets no token");
            return Err(endpoint.fail(request, requested, &rejection));
        }
        self.service.requested.notify_one();
        if let Some(confirm) = confirm {
            let program = program_of(self.peer);
            if !confirm.agrees(&requested.resource, program.as_ref()).await {
                return Err(endpoint.fail(request, requested, &Rejection::NotConfirmed));
            }
        }
        let key = TokenKey {
            resource: requested.resource.clone(),
            tenant_id: requested.tenant_id.clone(),
        };
        match issuer.token(&key, &requested.refused).await {
            Ok(granted) => {
                let own = owner_of(&granted.token);
                if let Err(rejection) = endpoint.check_identity(&requested, &own) {
                    return Err(endpoint.fail(request, requested, &rejection));
                }
                let issued = IssuedToken {
                    token: &granted.token.token,
                    expires_on: granted.expires_on,
                    not_before: granted.not_before,
                    now: issuer.now(),
                };
                let response = endpoint.answer(request, &requested, &issued);
                Ok((requested, response))
            }
            Err(rejection) => Err(endpoint.fail(request, requested, &rejection)),
        }
    }

    /// Tells whether another user asks. Where clients are expected that are not processes of this
    /// user, the secret that they have shown is enough.
    fn is_foreign(&self, requested: &RequestedToken) -> bool {
        if requested.protocol.has_secret() && self.service.endpoint.expects_others() {
            return false;
        }
        match self.user.get_or_init(|| user_of(self.peer)) {
            User::Own | User::Unknown => false,
            User::Other(_) | User::Gone => true,
        }
    }

    /// Who, which audience, which answer; no secret.
    fn log(
        &self,
        request: &Request<Bytes>,
        requested: Option<&RequestedToken>,
        reason: Option<&str>,
        response: &Response<Bytes>,
    ) {
        let console = self.service.console;
        if console.verbosity < Verbosity::Verbose {
            return;
        }
        let what = match requested {
            Some(requested) => format!("{} {}", requested.protocol.name(), requested.resource),
            // Decoded, so that a secret that came in it is found.
            None => percent_decode_str(request.uri().path())
                .decode_utf8_lossy()
                .into_owned(),
        };
        let mut line = format!(
            "{} {} {what}: {} {}",
            self.peer.remote,
            request.method(),
            response.status().as_u16(),
            reason.unwrap_or("token")
        );
        if let (Verbosity::VeryVerbose, Some(agent)) =
            (console.verbosity, request.headers().get("user-agent"))
        {
            let agent = String::from_utf8_lossy(agent.as_bytes());
            line.push_str(&format!(" ({agent})"));
        }
        // A client may have put the secret in the wrong place.
        let line = self.service.endpoint.hidden_in(line.into());
        self.service.log.write(line);
    }
}

/// Whose a token is.
fn owner_of(token: &AccessToken) -> TokenOwner {
    token
        .claims
        .as_ref()
        .map_or_else(TokenOwner::default, |claims| TokenOwner {
            client_id: claims.client_id.clone(),
            object_id: claims.oid.clone(),
            resource_id: claims.resource_id.clone(),
        })
}
