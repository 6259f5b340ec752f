//! The places of a server, one for each connection. When all are taken, whoever has waited longest
//! without a request has to leave, those first who never sent one: clients that hold connections
//! open keep nobody out. Knows no socket.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

/// The places of a server.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    seats: Mutex<Seats>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Seats {
    taken: HashMap<u64, Seat>,
    /// Counts what happens: the order is all that matters of time.
    turn: u64,
}

#[derive(Debug)]
struct Seat {
    state: State,
    /// When the state began.
    since: u64,
    /// Its end tells the connection to leave.
    _stay: oneshot::Sender<()>,
}

/// What a connection is doing; the first in this order leaves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// It has not sent a whole request yet.
    Silent,
    /// It was answered, and may ask again.
    Served,
    /// Its request is being answered.
    Asking,
}

/// The place of one connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    places: Arc<Places>,
}

/// Comes to its end when the connection has to leave.
pub(super) type Leave = oneshot::Receiver<()>;

impl Seats {
    fn next_turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn
    }

    /// Finds who has to leave; nobody, where all are being answered.
    fn longest_waiting(&self) -> Option<u64> {
        let waiting = self
            .taken
            .iter()
            .filter(|(_, seat)| seat.state != State::Asking);
        waiting
            .min_by_key(|(_, seat)| (seat.state, seat.since))
            .map(|(id, _)| *id)
    }
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            seats: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a place: a free one, or that of whoever has to leave; else waits for one.
    pub(super) async fn take(self: &Arc<Self>) -> (Place, Leave) {
        loop {
            if let Some(found) = self.try_take() {
                return found;
            }
            self.freed.notified().await;
        }
    }

    /// Sends whoever has waited longest away.
    pub(super) fn clear_one(&self) {
        let mut seats = self.held();
        if let Some(id) = seats.longest_waiting() {
            seats.taken.remove(&id);
        }
    }

    fn try_take(self: &Arc<Self>) -> Option<(Place, Leave)> {
        let mut seats = self.held();
        if seats.taken.len() >= self.most {
            let id = seats.longest_waiting()?;
            seats.taken.remove(&id);
        }
        let (stay, leave) = oneshot::channel();
        let id = seats.next_turn();
        let seat = Seat {
            state: State::Silent,
            since: id,
            _stay: stay,
        };
        seats.taken.insert(id, seat);
        let place = Place {
            id,
            places: Arc::clone(self),
        };
        Some((place, leave))
    }

    /// What the mutex guards is sound after each line: also if a thread ended while it had it.
    fn held(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A whole request is there.
    pub(super) fn asks(&self) {
        self.enter(State::Asking);
    }

    /// Its answer is ready to leave.
    pub(super) fn is_served(&self) {
        self.enter(State::Served);
        self.places.freed.notify_one();
    }

    fn enter(&self, state: State) {
        let mut seats = self.places.held();
        let since = seats.next_turn();
        if let Some(seat) = seats.taken.get_mut(&self.id) {
            (seat.state, seat.since) = (state, since);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.held().taken.remove(&self.id);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{Leave, Place, Places};

    fn must_leave(leave: &mut Leave) -> bool {
        leave.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Closed)
    }

    #[tokio::test]
    async fn whoever_waits_longest_leaves_first() {
        let places = Places::new(3);
        let (served, mut served_leaves) = places.take().await;
        served.asks();
        served.is_served();
        let (asking, mut asking_leaves) = places.take().await;
        asking.asks();
        let (_silent, mut silent_leaves) = places.take().await;
        let (later, mut later_leaves) = places.take().await;
        assert!(must_leave(&mut silent_leaves), "it never sent anything");
        later.asks();
        let (_last, mut last_leaves) = places.take().await;
        assert!(must_leave(&mut served_leaves));
        for leaves in [&mut asking_leaves, &mut later_leaves, &mut last_leaves] {
            assert!(!must_leave(leaves));
        }
    }

    #[tokio::test]
    async fn nobody_leaves_whose_answer_is_due() {
        let places = Places::new(2);
        let mut kept: Vec<(Place, Leave)> = vec![places.take().await, places.take().await];
        for (place, _) in &kept {
            place.asks();
        }
        places.clear_one();
        assert!(places.try_take().is_none());
        assert!(!kept.iter_mut().any(|(_, leave)| must_leave(leave)));
        let waiting = tokio::spawn({
            let places = std::sync::Arc::clone(&places);
            async move { places.take().await }
        });
        tokio::task::yield_now().await;
        drop(kept.pop());
        let (place, mut leave) = waiting.await.unwrap();
        place.asks();
        kept[0].0.is_served();
        places.clear_one();
        assert!(must_leave(&mut kept[0].1));
        assert!(!must_leave(&mut leave));
    }
}
