//! One client of a token endpoint after another: who it is, what it asks for, what it gets, and the
//! line of the log. The rules stand in `endpoint`, the tokens come from the issuer.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::Notify;

use super::confirm::Confirm;
use super::issuer::{Issuer, Wanted};
use crate::azure::mask_prose;
use crate::endpoint::{Asked, Endpoint, Issued, Refused, Rejection};
use crate::output::Report;
use crate::serve::{Answering, Arrived, BodyFault, Peer, Reception, User, user_of};

/// What answers the clients of an endpoint.
pub(super) struct Host {
    pub(super) endpoint: Endpoint,
    pub(super) issuer: Issuer,
    pub(super) confirm: Option<Confirm>,
    pub(super) report: Report,
    /// Is told whenever somebody asks.
    pub(super) asked: Arc<Notify>,
}

impl Host {
    /// Makes the function that receives connections.
    pub(super) fn reception(self) -> Reception {
        let host = Arc::new(self);
        Arc::new(move |peer| {
            let visit = Arc::new(Visit {
                host: Arc::clone(&host),
                peer,
                user: OnceLock::new(),
            });
            let answering: Answering = Arc::new(move |arrived| {
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
        self.host.asked.notify_one();
        let endpoint = &self.host.endpoint;
        let (request, outcome) = match arrived {
            Arrived::Whole(request) => {
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
        let (asked, code, response) = match outcome {
            Ok((asked, response)) => (Some(asked), None, response),
            Err(refused) => {
                let Refused {
                    response,
                    code,
                    asked,
                } = *refused;
                (asked, Some(code), response)
            }
        };
        self.log(&request, asked.as_ref(), code.as_deref(), &response);
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
        if let Some(confirm) = confirm
            && !confirm.agrees(&asked.resource).await
        {
            return Err(endpoint.fail(request, asked, &Rejection::NotConfirmed));
        }
        let wanted = Wanted {
            resource: asked.resource.clone(),
            tenant_id: asked.tenant_id.clone(),
        };
        match issuer.token(&wanted).await {
            Ok(granted) => {
                let issued = Issued {
                    token: &granted.token.token,
                    expires_on: granted.expires_on,
                    not_before: granted.not_before,
                    client_id: None,
                    now: issuer.now(),
                    request_id: &uuid::Uuid::new_v4().to_string(),
                };
                let response = endpoint.answer(request, &asked, &issued);
                Ok((asked, response))
            }
            Err(rejection) => Err(endpoint.fail(request, asked, &rejection)),
        }
    }

    /// Tells whether another user asks. Where other names are allowed, clients are expected that
    /// are no processes of this user: they have shown the secret.
    fn is_foreign(&self, asked: &Asked) -> bool {
        if asked.shape.has_secret() && !self.host.endpoint.other_hosts.is_empty() {
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
        code: Option<&str>,
        response: &Response<Bytes>,
    ) {
        let report = self.host.report;
        if report < Report::Verbose {
            return;
        }
        let what = match asked {
            Some(asked) => format!("{} {}", asked.shape.name(), mask_prose(&asked.resource)),
            None => mask_prose(request.uri().path()),
        };
        let words = match code {
            Some(code) => format!("{} {code}", response.status().as_u16()),
            None => format!("{} token", response.status().as_u16()),
        };
        let line = format!("{} {} {what}: {words}", self.peer.remote, request.method());
        report.trace(Report::Verbose, &line);
        if let (Report::VeryVerbose, Some(agent)) = (report, request.headers().get("user-agent")) {
            let agent = String::from_utf8_lossy(agent.as_bytes());
            report.trace(Report::VeryVerbose, &format!("  {}", mask_prose(&agent)));
        }
    }
}
