//! The connections that a server holds at a time, each with a permit. When all permits are taken, the connection that
//! has waited longest without a request is evicted, those first that never sent one: so clients that hold connections
//! open cannot keep others out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

/// The permits of a server.
#[derive(Debug)]
pub(super) struct ConnectionLimit {
    most: usize,
    slots: Mutex<Slots>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Slots {
    by_id: HashMap<u64, Slot>,
    /// Counts what happens: the order is all that matters of time.
    turn: u64,
}

#[derive(Debug)]
struct Slot {
    state: State,
    /// When the state began.
    since: u64,
    /// Dropped, it tells the connection to end.
    _evict: oneshot::Sender<()>,
}

/// What a connection is doing; the first in this order is evicted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// It has not sent a whole request yet.
    Silent,
    /// It was answered, and may send another request.
    Idle,
    /// Its request is being answered.
    Busy,
}

/// The permit of one connection, held until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    id: u64,
    limit: Arc<ConnectionLimit>,
}

/// Is ready when the connection has to end.
pub(super) type Evicted = oneshot::Receiver<()>;

impl Slots {
    fn next_turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    /// Finds the connection to evict; `None` if all are being answered.
    fn next_to_evict(&self) -> Option<u64> {
        let waiting = self
            .by_id
            .iter()
            .filter(|(_, slot)| slot.state != State::Busy);
        waiting
            .min_by_key(|(_, slot)| (slot.state, slot.since))
            .map(|(id, _)| *id)
    }
}

impl ConnectionLimit {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            slots: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a permit: a free one, else that of a connection that can be evicted, else waits.
    pub(super) async fn acquire(self: &Arc<Self>) -> (Permit, Evicted) {
        loop {
            if let Some(found) = self.try_acquire() {
                return found;
            }
            self.freed.notified().await;
        }
    }

    /// Evicts the connection that has waited longest.
    pub(super) fn evict_one(&self) {
        let mut slots = self.held();
        if let Some(id) = slots.next_to_evict() {
            slots.by_id.remove(&id);
        }
    }

    fn try_acquire(self: &Arc<Self>) -> Option<(Permit, Evicted)> {
        let mut slots = self.held();
        if slots.by_id.len() >= self.most {
            let id = slots.next_to_evict()?;
            slots.by_id.remove(&id);
        }
        let (evict, evicted) = oneshot::channel();
        let id = slots.next_turn();
        let slot = Slot {
            state: State::Silent,
            since: id,
            _evict: evict,
        };
        slots.by_id.insert(id, slot);
        let permit = Permit {
            id,
            limit: Arc::clone(self),
        };
        Some((permit, evicted))
    }

    /// What the mutex guards is sound after each line: also if a thread ended while it had it.
    fn held(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// A whole request has arrived.
    pub(super) fn begin_request(&self) {
        self.enter(State::Busy);
    }

    /// Its reply is ready to be sent.
    pub(super) fn end_request(&self) {
        self.enter(State::Idle);
        self.limit.freed.notify_one();
    }

    fn enter(&self, state: State) {
        let mut slots = self.limit.held();
        let since = slots.next_turn();
        if let Some(slot) = slots.by_id.get_mut(&self.id) {
            (slot.state, slot.since) = (state, since);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limit.held().by_id.remove(&self.id);
        self.limit.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{ConnectionLimit, Evicted, Permit};

    fn is_evicted(evicted: &mut Evicted) -> bool {
        evicted.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Closed)
    }

    #[tokio::test]
    async fn the_longest_waiting_is_evicted_first() {
        let limit = ConnectionLimit::new(3);
        let (served, mut served_evicted) = limit.acquire().await;
        served.begin_request();
        served.end_request();
        let (asking, mut asking_evicted) = limit.acquire().await;
        asking.begin_request();
        let (_silent, mut silent_evicted) = limit.acquire().await;
        let (later, mut later_evicted) = limit.acquire().await;
        assert!(is_evicted(&mut silent_evicted), "it never sent anything");
        later.begin_request();
        let (_last, mut last_evicted) = limit.acquire().await;
        assert!(is_evicted(&mut served_evicted));
        for evicted in [&mut asking_evicted, &mut later_evicted, &mut last_evicted] {
            assert!(!is_evicted(evicted));
        }
    }

    #[tokio::test]
    async fn what_is_being_answered_is_not_evicted() {
        let limit = ConnectionLimit::new(2);
        let mut kept: Vec<(Permit, Evicted)> = vec![limit.acquire().await, limit.acquire().await];
        for (permit, _) in &kept {
            permit.begin_request();
        }
        limit.evict_one();
        assert!(limit.try_acquire().is_none());
        assert!(!kept.iter_mut().any(|(_, evicted)| is_evicted(evicted)));
        let waiting = tokio::spawn({
            let limit = std::sync::Arc::clone(&limit);
            async move { limit.acquire().await }
        });
        tokio::task::yield_now().await;
        drop(kept.pop());
        let (permit, mut evicted) = waiting.await.unwrap();
        permit.begin_request();
        kept[0].0.end_request();
        limit.evict_one();
        assert!(is_evicted(&mut kept[0].1));
        assert!(!is_evicted(&mut evicted));
    }
}
