//! Tokens for the clients of a token endpoint: however many ask, the credential is asked once, and
//! again before the token ends, while the old one still serves. A credential that fails is left in
//! peace for a while. Knows no protocol and opens no socket.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::azure::Audience;
use crate::client::{self, Client, Clock};
use crate::credential::{self, AccessToken, Credential, SourceFault, TokenRequest};
use crate::endpoint::Rejection;
use crate::error::Error;

/// A token with less than this left is replaced while it serves.
pub(super) const AGEING: Duration = Duration::from_secs(10 * 60);
/// A token with less than this left is not handed out.
pub(super) const LEAST_LEFT: Duration = Duration::from_secs(30);
/// How long a token serves whose end nobody knows.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// The first time for which a failed credential is left in peace; each further failure doubles it.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(60);
/// Orders that may wait for the issuing side.
const MOST_ORDERS: usize = 1024;
/// Audiences that are remembered; a client that makes some up fills no more.
const MOST_KEPT: usize = 256;
/// Audiences for which the credential is asked at a time: nor does it get the authority hammered.
const MOST_RUNNING: usize = 16;

/// What a client wants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    /// The audience as the client wrote it.
    pub(super) resource: String,
    /// The tenant, where the client names one.
    pub(super) tenant_id: Option<String>,
}

/// A token that may be handed out.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    pub(super) token: AccessToken,
    /// When it ends, known or assumed.
    pub(super) expires_on: SystemTime,
    /// From when on it is good, known or assumed.
    pub(super) not_before: SystemTime,
}

/// The side of the clients: many threads may hold it.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    kept: Arc<Mutex<HashMap<Wanted, Kept>>>,
    orders: mpsc::Sender<Order>,
    clock: Clock,
}

/// Chooses the credential: again at each order, until there is one.
pub(super) type Choose = Box<dyn Fn() -> Result<Credential, Error>>;

/// The side of the credential, which lives on one thread.
pub(super) struct Issuing {
    source: Rc<Source>,
    kept: Arc<Mutex<HashMap<Wanted, Kept>>>,
    orders: mpsc::Receiver<Order>,
    clock: Clock,
}

/// Where tokens come from.
struct Source {
    client: Client,
    choose: Choose,
    chosen: OnceCell<Credential>,
}

#[derive(Debug)]
struct Order {
    wanted: Wanted,
    /// Who waits; nobody, if the old token still serves.
    reply: Option<oneshot::Sender<Outcome>>,
}

pub(super) type Outcome = Result<Granted, Rejection>;

/// What is known of one audience.
#[derive(Debug, Default)]
pub(super) struct Kept {
    granted: Option<Granted>,
    failure: Option<Failure>,
}

#[derive(Debug, Clone)]
struct Failure {
    rejection: Rejection,
    count: u32,
    /// The credential is not asked before this.
    until: SystemTime,
}

/// What to do for a client.
#[derive(Debug)]
pub(super) enum Found {
    Fresh(Granted),
    Ageing(Granted),
    Failed(Rejection),
    Nothing,
}

impl Kept {
    pub(super) fn find(&self, now: SystemTime) -> Found {
        let resting = self.failure.as_ref().filter(|failure| now < failure.until);
        let left = |granted: &Granted| granted.expires_on.duration_since(now).unwrap_or_default();
        match &self.granted {
            Some(granted) if left(granted) > LEAST_LEFT => {
                let is_due = granted.token.refresh_on.is_some_and(|due| due <= now);
                if (is_due || left(granted) < AGEING) && resting.is_none() {
                    Found::Ageing(granted.clone())
                } else {
                    Found::Fresh(granted.clone())
                }
            }
            Some(_) | None => match resting {
                Some(failure) => Found::Failed(failure.rejection.clone()),
                None => Found::Nothing,
            },
        }
    }

    pub(super) fn take(&mut self, outcome: &Outcome, now: SystemTime) {
        match outcome {
            Ok(granted) => {
                let left = granted.expires_on.duration_since(now).unwrap_or_default();
                self.granted = Some(granted.clone());
                // A source that has no fresher token yet need not be asked by every client.
                self.failure = (left < AGEING).then(|| Failure {
                    rejection: Rejection::Busy {
                        retry_after: FIRST_REST,
                    },
                    count: 0,
                    until: now + (left / 4).min(LONGEST_REST),
                });
            }
            Err(rejection) => {
                let count = self.failure.as_ref().map_or(0, |failure| failure.count);
                let rest = FIRST_REST
                    .saturating_mul(2_u32.saturating_pow(count))
                    .min(LONGEST_REST);
                self.failure = Some(Failure {
                    rejection: rejection.clone(),
                    count: count.saturating_add(1),
                    until: now + rest,
                });
            }
        }
    }
}

/// Makes both sides. The client's own credential is not asked: the one that `choose` finds is.
pub(super) fn issuer(client: Client, choose: Choose) -> (Issuer, Issuing) {
    let kept = Arc::default();
    let (sender, orders) = mpsc::channel(MOST_ORDERS);
    let clock = client.shared.clock();
    let issuer = Issuer {
        kept: Arc::clone(&kept),
        orders: sender,
        clock,
    };
    let source = Source {
        client,
        choose,
        chosen: OnceCell::new(),
    };
    let issuing = Issuing {
        source: Rc::new(source),
        kept,
        orders,
        clock,
    };
    (issuer, issuing)
}

impl Issuer {
    /// Returns a token, kept or got now.
    pub(super) async fn token(&self, wanted: &Wanted) -> Outcome {
        let found = held(&self.kept)
            .get(wanted)
            .map_or(Found::Nothing, |kept| kept.find(self.clock.now()));
        match found {
            Found::Fresh(granted) => Ok(granted),
            Found::Failed(rejection) => Err(rejection),
            Found::Ageing(granted) => {
                let order = Order {
                    wanted: wanted.clone(),
                    reply: None,
                };
                // Where too many orders wait, another client will bring this one.
                let _full = self.orders.try_send(order);
                Ok(granted)
            }
            Found::Nothing => {
                let (reply, answer) = oneshot::channel();
                let order = Order {
                    wanted: wanted.clone(),
                    reply: Some(reply),
                };
                let busy = Rejection::Busy {
                    retry_after: FIRST_REST,
                };
                if self.orders.send(order).await.is_err() {
                    return Err(busy);
                }
                answer.await.unwrap_or(Err(busy))
            }
        }
    }

    /// Returns the time of day.
    pub(super) fn now(&self) -> SystemTime {
        self.clock.now()
    }
}

impl Issuing {
    /// Gets a token before anybody asks, and keeps it.
    pub(super) async fn get_ready(&self, wanted: Wanted) -> Result<(), Error> {
        let granted = self.source.get(&wanted).await?;
        self.keep(&wanted, &Ok(granted));
        Ok(())
    }

    /// Serves orders until nobody can give one any more. Runs in a `LocalSet`.
    pub(super) async fn run(mut self) {
        let mut waiting: HashMap<Wanted, Vec<oneshot::Sender<Outcome>>> = HashMap::new();
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                order = self.orders.recv() => {
                    let Some(Order { wanted, reply }) = order else { return };
                    // The token may have come while the order was on its way.
                    if let Some(outcome) = self.settled(&wanted) {
                        if let Some(reply) = reply {
                            // A client that has gone away needs no answer.
                            let _gone = reply.send(outcome);
                        }
                        continue;
                    }
                    let is_running = waiting.contains_key(&wanted);
                    if !is_running && waiting.len() >= MOST_RUNNING {
                        let busy = Rejection::Busy { retry_after: FIRST_REST };
                        if let Some(reply) = reply {
                            // A client that has gone away needs no answer.
                            let _gone = reply.send(Err(busy));
                        }
                        continue;
                    }
                    waiting.entry(wanted.clone()).or_default().extend(reply);
                    if !is_running {
                        running.spawn_local(fetch(Rc::clone(&self.source), wanted));
                    }
                }
                Some(Ok((wanted, outcome))) = running.join_next() => {
                    self.keep(&wanted, &outcome);
                    for reply in waiting.remove(&wanted).unwrap_or_default() {
                        // A client that has gone away needs no answer.
                        let _gone = reply.send(outcome.clone());
                    }
                }
            }
        }
    }

    /// What needs no request any more.
    fn settled(&self, wanted: &Wanted) -> Option<Outcome> {
        match held(&self.kept).get(wanted)?.find(self.clock.now()) {
            Found::Fresh(granted) => Some(Ok(granted)),
            Found::Failed(rejection) => Some(Err(rejection)),
            Found::Ageing(_) | Found::Nothing => None,
        }
    }

    fn keep(&self, wanted: &Wanted, outcome: &Outcome) {
        let now = self.clock.now();
        let mut kept = held(&self.kept);
        if kept.len() >= MOST_KEPT && !kept.contains_key(wanted) {
            kept.retain(|_, one| matches!(one.find(now), Found::Fresh(_) | Found::Ageing(_)));
            if kept.len() >= MOST_KEPT {
                return;
            }
        }
        kept.entry(wanted.clone()).or_default().take(outcome, now);
    }
}

/// What a mutex guards is replaced whole: it is sound even if a thread ended while it had it.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn fetch(source: Rc<Source>, wanted: Wanted) -> (Wanted, Outcome) {
    let outcome = source.get(&wanted).await;
    let outcome = outcome.map_err(|error| rejection_of(&error, &wanted));
    (wanted, outcome)
}

impl Source {
    async fn get(&self, wanted: &Wanted) -> Result<Granted, Error> {
        let audience = Audience::parse(&wanted.resource).map_err(|error| Error::Audience {
            text: wanted.resource.clone(),
            error,
        })?;
        let credential = if let Some(credential) = self.chosen.get() {
            credential
        } else {
            let credential = (self.choose)()?;
            self.chosen.get_or_init(|| credential)
        };
        // A server has no end: each token has the repetitions of a run.
        self.client.shared.renew_budget();
        let own_tenant = || self.client.tenant_id.clone();
        let request = TokenRequest {
            tenant_id: wanted.tenant_id.clone().or_else(own_tenant),
            minimum_left: AGEING,
            ..TokenRequest::of(&audience)
        };
        let token = self.client.token(credential, &request).await?;
        let now = self.client.shared.clock().now();
        Ok(Granted {
            expires_on: token.expires_on.unwrap_or(now + UNKNOWN_LIFE),
            not_before: token.not_before().unwrap_or(now),
            token,
        })
    }
}

/// The words of a failed credential for the client of the endpoint: the error and its first hint.
fn rejection_of(error: &Error, wanted: &Wanted) -> Rejection {
    if let Error::Audience { .. } = error {
        return Rejection::AudienceNotSupported {
            audience: wanted.resource.clone(),
        };
    }
    let shown = error.message();
    let mut message = shown.summary;
    if let Some(hint) = shown.hints.first() {
        message = message.with(" (hint: ").with(hint).with(")");
    }
    let message = message.into_string();
    if let Error::Credential(cause) | Error::Client(client::Error::Credential(cause)) = error
        && (matches!(cause, credential::Error::None { .. })
            || matches!(cause.fault(), Some(SourceFault::NotSetUp { .. })))
    {
        return Rejection::NotSignedIn { message };
    }
    Rejection::Credential { message }
}
