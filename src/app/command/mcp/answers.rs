//! What goes to the client, written on a thread of its own: a client that does not read holds up its own answers, but
//! neither a signal nor the log of what was carried out.

use std::collections::VecDeque;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use crate::output::{Sink, WriteError};

/// How many answers may wait before nothing more is read.
const MOST_WAITING: usize = 64;

/// The answers that are not written yet.
#[derive(Debug)]
pub(super) struct Answers {
    waiting: VecDeque<String>,
    /// To the thread; nothing after the last one.
    sender: Option<Sender<String>>,
    /// How the thread ended.
    ended: oneshot::Receiver<Result<(), WriteError>>,
}

impl Answers {
    /// Begins to write to stdout.
    pub(super) fn on_stdout() -> Self {
        let (sender, receiver) = mpsc::channel(1);
        let (end, ended) = oneshot::channel();
        std::thread::spawn(move || {
            // Nobody may be left to learn of it.
            let _outcome = end.send(write_all(receiver));
        });
        Self {
            waiting: VecDeque::new(),
            sender: Some(sender),
            ended,
        }
    }

    /// Adds one.
    pub(super) fn push(&mut self, answer: String) {
        self.waiting.push_back(answer);
    }

    /// Tells whether all are written, except for one that is being written.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells whether more may be asked for.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING
    }

    /// Passes the next one on as soon as that can be; without one it waits for an error.
    pub(super) async fn pass_on(&mut self) -> Result<(), WriteError> {
        let Self {
            waiting,
            sender,
            ended,
        } = self;
        let room = async {
            match sender {
                Some(sender) if !waiting.is_empty() => sender.reserve().await.ok(),
                Some(_) | None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            ended = ended => ended.unwrap_or(Err(WriteError::ClosedPipe)),
            room = room => {
                if let (Some(room), Some(answer)) = (room, waiting.pop_front()) {
                    room.send(answer);
                }
                Ok(())
            }
        }
    }

    /// Waits until the last one is written.
    pub(super) async fn finish(&mut self) -> Result<(), WriteError> {
        self.sender = None;
        let ended = (&mut self.ended).await;
        ended.unwrap_or(Err(WriteError::ClosedPipe))
    }
}

fn write_all(mut answers: Receiver<String>) -> Result<(), WriteError> {
    let mut sink = Sink::stdout(None)?;
    while let Some(answer) = answers.blocking_recv() {
        sink.write(answer.as_bytes())?;
    }
    Ok(())
}
