//! Tokens for the clients of a token endpoint: however many ask, the credential is asked once, and
//! again before the token ends, while the old one still serves. When that is due is
//! `endpoint::refresh`'s; the clients are `token_service`'s.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::azure::{Audience, Secret};
use crate::client::{self, Client, Clock};
use crate::credential::{
    self, AccessToken, Credential, Reuse, SourceErrorKind, TokenRequest, sha256,
};
use crate::endpoint::{
    CacheEntry, GrantedToken, INITIAL_BACKOFF, Lookup, NEAR_EXPIRY, RefusedToken, Rejection,
};
use crate::error::Error;

/// How long a token is used whose expiry is not known.
const UNKNOWN_LIFE: Duration = Duration::from_secs(5 * 60);
/// Orders that may wait for the issuing side.
const MOST_ORDERS: usize = 1024;
/// Audiences that are remembered; a client that makes some up fills no more.
const MOST_ENTRIES: usize = 256;
/// Audiences for which the credential is asked at a time: nor does it get the authority hammered.
const MOST_RUNNING: usize = 16;

/// What a client is told whose token a service refused, if the credential gives the same token again.
const NO_OTHER_TOKEN: &str = "the credential gives no other token than the one that was refused";

/// What tokens are kept by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TokenKey {
    /// The audience as the client wrote it.
    pub(super) resource: String,
    /// The tenant, if the client names one.
    pub(super) tenant_id: Option<String>,
}

/// The side of the clients: many threads may hold it.
#[derive(Debug, Clone)]
pub(super) struct Issuer {
    entries: Arc<Mutex<TokenCache>>,
    orders: mpsc::Sender<Order>,
    clock: Clock,
}

/// Chooses the credential: again at each order, until there is one.
pub(super) type Choose = Box<dyn Fn() -> Result<Credential, Error>>;

/// The side of the credential, which lives on one thread.
pub(super) struct Issuing {
    source: Rc<Source>,
    entries: Arc<Mutex<TokenCache>>,
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
    key: TokenKey,
    /// The token that the service has refused.
    refused: Option<Secret>,
    /// Where the token is sent; `None` if the old one still serves, so that no client waits.
    reply: Option<oneshot::Sender<Outcome>>,
}

/// What the credential is asked for, with the SHA-256 of the token that was refused.
type FetchKey = (TokenKey, Option<String>);

/// The tokens that are kept.
type TokenCache = HashMap<TokenKey, CacheEntry<AccessToken>>;

type Granted = GrantedToken<AccessToken>;
pub(super) type Outcome = Result<Granted, Rejection>;

/// Makes both sides. The client's own credential is not asked: the one that `choose` finds is.
pub(super) fn issuer(client: Client, choose: Choose) -> (Issuer, Issuing) {
    let entries = Arc::default();
    let (sender, orders) = mpsc::channel(MOST_ORDERS);
    let clock = client.shared.clock();
    let issuer = Issuer {
        entries: Arc::clone(&entries),
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
        entries,
        orders,
        clock,
    };
    (issuer, issuing)
}

impl Issuer {
    /// Returns a token, a kept one or one that is obtained now.
    pub(super) async fn token(&self, key: &TokenKey, refused: &RefusedToken) -> Outcome {
        let now = self.clock.now();
        let found = lock(&self.entries)
            .get(key)
            .map_or(Lookup::Missing, |entry| entry.find(now));
        if let Lookup::Fresh(granted) | Lookup::NearExpiry(granted) = &found
            && is_refused(granted, refused, now)
        {
            let outcome = self.order(key, Some(granted.token.token.clone())).await;
            return match (outcome, refused) {
                (Ok(again), RefusedToken::WithDigest(_)) if is_refused(&again, refused, now) => {
                    Err(Rejection::Credential {
                        message: NO_OTHER_TOKEN.to_owned(),
                    })
                }
                (outcome, _) => outcome,
            };
        }
        match found {
            Lookup::Fresh(granted) => Ok(granted),
            Lookup::Failed(rejection) => Err(rejection),
            Lookup::NearExpiry(granted) => {
                let order = Order {
                    key: key.clone(),
                    refused: None,
                    reply: None,
                };
                // If too many orders wait, another client will bring this one.
                let _full = self.orders.try_send(order);
                Ok(granted)
            }
            Lookup::Missing => self.order(key, None).await,
        }
    }

    /// Waits for a token that the credential gives now.
    async fn order(&self, key: &TokenKey, refused: Option<Secret>) -> Outcome {
        let (reply, answer) = oneshot::channel();
        let order = Order {
            key: key.clone(),
            refused,
            reply: Some(reply),
        };
        let busy = Rejection::Busy {
            retry_after: INITIAL_BACKOFF,
        };
        if self.orders.send(order).await.is_err() {
            return Err(busy);
        }
        answer.await.unwrap_or(Err(busy))
    }

    /// Returns the time of day.
    pub(super) fn now(&self) -> SystemTime {
        self.clock.now()
    }
}

impl Issuing {
    /// Gets a token before anybody asks, and keeps it.
    pub(super) async fn get_ready(&self, key: TokenKey) -> Result<(), Error> {
        let granted = self.source.get(&key, Reuse::Kept).await?;
        self.keep(&key, &Ok(granted));
        Ok(())
    }

    /// Serves orders until all senders are gone. Runs in a `LocalSet`.
    pub(super) async fn run(mut self) {
        let mut waiting: HashMap<FetchKey, Vec<oneshot::Sender<Outcome>>> = HashMap::new();
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                order = self.orders.recv() => {
                    let Some(Order { key, refused, reply }) = order else { return };
                    // The token may have come while the order was on its way.
                    if let Some(outcome) = self.settled(&key, refused.as_ref()) {
                        if let Some(reply) = reply {
                            // A client that has gone away needs no answer.
                            let _gone = reply.send(outcome);
                        }
                        continue;
                    }
                    let fetch_key = (key, refused.as_ref().map(sha256));
                    let is_running = waiting.contains_key(&fetch_key);
                    if !is_running && waiting.len() >= MOST_RUNNING {
                        let busy = Rejection::Busy { retry_after: INITIAL_BACKOFF };
                        if let Some(reply) = reply {
                            // A client that has gone away needs no answer.
                            let _gone = reply.send(Err(busy));
                        }
                        continue;
                    }
                    waiting.entry(fetch_key.clone()).or_default().extend(reply);
                    if !is_running {
                        running.spawn_local(fetch(Rc::clone(&self.source), fetch_key, refused));
                    }
                }
                Some(Ok((key, outcome))) = running.join_next() => {
                    self.keep(&key.0, &outcome);
                    for reply in waiting.remove(&key).unwrap_or_default() {
                        // A client that has gone away needs no answer.
                        let _gone = reply.send(outcome.clone());
                    }
                }
            }
        }
    }

    /// What needs no request any more.
    fn settled(&self, key: &TokenKey, refused: Option<&Secret>) -> Option<Outcome> {
        match lock(&self.entries).get(key)?.find(self.clock.now()) {
            Lookup::Fresh(granted) if Some(&granted.token.token) == refused => None,
            Lookup::Fresh(granted) => Some(Ok(granted)),
            Lookup::Failed(rejection) => Some(Err(rejection)),
            Lookup::NearExpiry(_) | Lookup::Missing => None,
        }
    }

    fn keep(&self, key: &TokenKey, outcome: &Outcome) {
        let now = self.clock.now();
        let mut entries = lock(&self.entries);
        if entries.len() >= MOST_ENTRIES && !entries.contains_key(key) {
            entries.retain(|_, entry| {
                matches!(entry.find(now), Lookup::Fresh(_) | Lookup::NearExpiry(_))
            });
            if entries.len() >= MOST_ENTRIES {
                return;
            }
        }
        entries.entry(key.clone()).or_default().record(outcome, now);
    }
}

/// What a mutex guards is replaced as a whole: it is sound even if a thread ended while it had it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn fetch(source: Rc<Source>, key: FetchKey, refused: Option<Secret>) -> (FetchKey, Outcome) {
    let reuse = refused.map_or(Reuse::Kept, Reuse::AnyBut);
    let outcome = source.get(&key.0, reuse).await;
    let outcome = outcome.map_err(|error| rejection_of(&error, &key.0));
    (key, outcome)
}

/// Tells whether a client refuses to get this token again. One that was just got is not the one that a service has
/// refused: clients that ask for another one each time do not get the authority hammered.
fn is_refused(granted: &Granted, refused: &RefusedToken, now: SystemTime) -> bool {
    match refused {
        RefusedToken::None => false,
        RefusedToken::AnyKept => granted.obtained_on + INITIAL_BACKOFF <= now,
        RefusedToken::WithDigest(digest) => sha256(&granted.token.token) == *digest,
    }
}

impl Source {
    async fn get(&self, key: &TokenKey, reuse: Reuse) -> Result<Granted, Error> {
        let audience = Audience::parse(&key.resource).map_err(|error| Error::Audience {
            text: key.resource.clone(),
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
            tenant_id: key.tenant_id.clone().or_else(own_tenant),
            minimum_left: NEAR_EXPIRY,
            reuse,
            ..TokenRequest::of(&audience)
        };
        let token = self.client.token(credential, &request).await?;
        let now = self.client.shared.clock().now();
        Ok(Granted {
            expires_on: token.expires_on.unwrap_or(now + UNKNOWN_LIFE),
            not_before: token.not_before().unwrap_or(now),
            refresh_on: token.refresh_on,
            obtained_on: now,
            token,
        })
    }
}

/// The words of a failed credential for the client of the endpoint: the error and its first hint.
fn rejection_of(error: &Error, key: &TokenKey) -> Rejection {
    if let Error::Audience { .. } = error {
        return Rejection::AudienceNotSupported {
            audience: key.resource.clone(),
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
            || matches!(cause.source_kind(), Some(SourceErrorKind::NotSetUp { .. })))
    {
        return Rejection::NotSignedIn { message };
    }
    Rejection::Credential { message }
}
