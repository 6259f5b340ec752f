//! What the runs of calls share: the program, the options that each gets, the plans, and how many run at a time. One run:
//! `child`.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

use super::child;
use crate::mcp::{ChildRun, Finished, PendingCall, PlanStore, Tools, progress_of};

/// How many runs there are at a time; more wait.
const MOST_RUNS: usize = 4;

/// Runs the program for calls.
#[derive(Debug)]
pub(super) struct Runner {
    program: PathBuf,
    /// The options of signing in.
    pub(super) inherited: Vec<String>,
    /// Whether plans may be carried out.
    pub(super) tools: Tools,
    plans: Mutex<PlanStore>,
    /// Room for one more run.
    pub(super) room: Semaphore,
}

impl Runner {
    /// Finds the program, which is this one.
    pub(super) fn new(inherited: Vec<String>, tools: Tools) -> io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            inherited,
            tools,
            plans: Mutex::default(),
            room: Semaphore::new(MOST_RUNS),
        })
    }

    /// Runs a command line, and passes on what it says in the meantime.
    pub(super) async fn run(&self, run: &ChildRun, tell: impl FnMut(&Value)) -> Finished {
        child::run(&self.program, run, tell)
            .await
            .unwrap_or_else(|error| Finished {
                messages: vec![json!({"exit": 1, "message": format!("cannot run: {error}")})],
                ..Finished::default()
            })
    }

    /// Runs a command line that is a part of a call.
    pub(super) async fn check(&self, run: &ChildRun) -> Finished {
        self.run(run, |_| {}).await
    }

    /// The plans that may be carried out.
    pub(super) fn plans(&self) -> MutexGuard<'_, PlanStore> {
        // Nothing that is held under the lock can be left half done.
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the client how far a call is, if it wants to know.
pub(super) fn teller(pending: &PendingCall, sender: &Sender<Value>) -> impl FnMut(&Value) {
    let mut count = 0;
    move |message| {
        let token = pending.progress_token.as_ref();
        if let Some(progress) = token.and_then(|token| progress_of(token, count, message)) {
            count += 1;
            // A client that does not keep up misses some: each says all that the ones before it said.
            let _left_out = sender.try_send(progress);
        }
    }
}
