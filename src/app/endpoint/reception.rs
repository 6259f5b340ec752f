//! One client of a token endpoint after another: who it is, what it asks for, what it gets, and the
//! line of the log. The rules stand in `endpoint`, the tokens come from the issuer.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::Notify;

use crate::app::endpoint::confirm::Confirm;
use crate::app::endpoint::issuer::{Issuer, Wanted};
use crate::credential::AccessToken;
use crate::endpoint::{Asked, Endpoint, Identity, Issued, Refused, Rejection, RequestId};
use crate::output::{Console, Verbosity};
use crate::serve::{
    Arrived, BodyFault, ConnectionHandler, Peer, Responder, User, program_of, user_of,
};

/// What answers the clients of an endpoint.
pub(super) struct Host {
    pub(super) endpoint: Endpoint,
    pub(super) issuer: Issuer,
    pub(super) confirm: Option<Arc<Confirm>>,
    pub(super) console: Console,
    /// Is told whenever somebody asks who may.
    pub(super) asked: Arc<Notify>,
}

impl Host {
    /// Makes the function that receives connections.
    pub(super) fn reception(self) -> ConnectionHandler {
        let host = Arc::new(self);
        Arc::new(move |peer| {
            let visit = Arc::new(Visit {
                host: Arc::clone(&host),
                peer,
                user: OnceLock::new(),
            });
            let answering: Responder = Arc::new(move |arrived| {
                let visit = Arc::clone(&visit);
                Box::pin(async move { visit.answer(arrived).await.into() })
            });
            answering
        })
    }
}

/// One connection.
struct Visit {
    host: Arc<Host>,
    peer: Peer,
    /// Looked for once, and only when something is asked: connections that ask nothing cost nothing.
    user: OnceLock<User>,
}

impl Visit {
    async fn answer(&self, arrived: Arrived) -> Response<Bytes> {
        let endpoint = &self.host.endpoint;
        let (request, outcome) = match arrived {
            Arrived::Whole(mut request) => {
                let id = RequestId(uuid::Uuid::new_v4().to_string());
                request.extensions_mut().insert(id);
                let outcome = self.hand_out(&request).await;
                (request, outcome)
            }
            Arrived::Cut { head, fault } => {
                let rejection = match fault {
                    BodyFault::TooLarge => Rejection::TooLarge,
                    BodyFault::TooSlow => Rejection::TooSlow,
                    BodyFault::Malformed => Rejection::Malformed("the body is cut off"),
                };
                let refused = endpoint.refuse_body(&head, &rejection);
                (head, Err(refused))
            }
        };
        let (asked, reason, response) = match outcome {
            Ok((asked, response)) => (Some(asked), None, response),
            Err(refused) => {
                let Refused {
                    response,
                    reason,
                    asked,
                } = *refused;
                (asked, Some(reason), response)
            }
        };
        self.log(&request, asked.as_ref(), reason.as_deref(), &response);
        response
    }

    async fn hand_out(
        &self,
        request: &Request<Bytes>,
    ) -> Result<(Asked, Response<Bytes>), Box<Refused>> {
        let Host {
            endpoint,
            issuer,
            confirm,
            ..
        } = &*self.host;
        let asked = endpoint.read(request)?;
        if self.is_foreign(&asked) {
            let rejection = Rejection::Forbidden("another user of this machine gets no token");
            return Err(endpoint.fail(request, asked, &rejection));
        }
        self.host.asked.notify_one();
        if let Some(confirm) = confirm {
            let program = program_of(self.peer);
            if !confirm.agrees(&asked.resource, program.as_ref()).await {
                return Err(endpoint.fail(request, asked, &Rejection::NotConfirmed));
            }
        }
        let wanted = Wanted {
            resource: asked.resource.clone(),
            tenant_id: asked.tenant_id.clone(),
        };
        match issuer.token(&wanted).await {
            Ok(granted) => {
                let own = identity_of(&granted.token);
                if let Err(rejection) = endpoint.check_identity(&asked, &own) {
                    return Err(endpoint.fail(request, asked, &rejection));
                }
                let issued = Issued {
                    token: &granted.token.token,
                    expires_on: granted.expires_on,
                    not_before: granted.not_before,
                    now: issuer.now(),
                };
                let response = endpoint.answer(request, &asked, &issued);
                Ok((asked, response))
            }
            Err(rejection) => Err(endpoint.fail(request, asked, &rejection)),
        }
    }

    /// Tells whether another user asks. Where clients are expected that are no processes of this
    /// user, the secret that they have shown is enough.
    fn is_foreign(&self, asked: &Asked) -> bool {
        if asked.shape.has_secret() && self.host.endpoint.expects_others() {
            return false;
        }
        match self.user.get_or_init(|| user_of(self.peer)) {
            User::Own | User::Unknown => false,
            User::Other(_) | User::Nobody => true,
        }
    }

    /// Who, which audience, which answer; no secret.
    fn log(
        &self,
        request: &Request<Bytes>,
        asked: Option<&Asked>,
        reason: Option<&str>,
        response: &Response<Bytes>,
    ) {
        let console = self.host.console;
        if console.verbosity < Verbosity::Verbose {
            return;
        }
        let what = match asked {
            Some(asked) => format!("{} {}", asked.shape.name(), asked.resource),
            None => request.uri().path().to_owned(),
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
        let line = self.host.endpoint.secret.hidden_in(line.into());
        console.trace(Verbosity::Verbose, line);
    }
}

/// Whose a token is.
fn identity_of(token: &AccessToken) -> Identity {
    token
        .claims
        .as_ref()
        .map_or_else(Identity::default, |claims| Identity {
            client_id: claims.client_id.clone(),
            object_id: claims.oid.clone(),
            resource_id: claims.resource_id.clone(),
        })
}
