//! `arm mcp`: the loop between a client on stdin and stdout and the runs that answer its calls. What its messages mean, and
//! which command lines calls become: `mcp`.

mod answers;
mod audit;
mod child;
mod lines;
mod plan;
mod runner;

use std::collections::HashMap;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{AbortHandle, JoinSet};

use self::answers::Answers;
use self::audit::{Audit, CallState};
use self::runner::{Runner, teller};
use crate::app::terminal::signals::interrupted;
use crate::cli::arguments::McpArgs;
use crate::env::Env;
use crate::error::Error;
use crate::mcp::{PendingCall, Session, Step, ToolCall, Tools, problem, result_of, run_of};
use crate::output::{Console, WriteError};

/// How many notes of progress may wait for the client; more are left out.
const MOST_PROGRESS: usize = 64;

/// Serves one client until it goes.
pub(crate) async fn run(args: McpArgs, env: &Env) -> Result<(), Error> {
    if args.allow_writes {
        env.guard.check_allowing_writes()?;
    }
    let log = Audit::open(args.audit.as_deref(), env.now)?;
    if env.stdin_is_terminal {
        Console::of(env).note("`arm mcp` is started by a client of the Model Context Protocol, and waits for one here");
    }
    let tools = if args.allow_writes {
        Tools::WithWrites
    } else {
        Tools::ReadOnly
    };
    let runner = Runner::new(args.inherited, tools).map_err(|error| Error::Runtime {
        message: error.to_string(),
    })?;
    let runner = Arc::new(runner);
    let (sender, told) = channel(MOST_PROGRESS);
    let server = Server {
        runner,
        sender,
        session: Session::new(tools),
        log,
        calls: JoinSet::new(),
        running: HashMap::new(),
        started: 0,
        answers: Answers::on_stdout(),
    };
    server.serve(lines::read(io::stdin()), told).await
}

/// Answers a call.
async fn answer(runner: &Runner, pending: &PendingCall, sender: &Sender<Value>) -> Value {
    let Ok(_room) = runner.room.acquire().await else {
        return problem(&json!({"message": "the server ends"}), "", pending.era);
    };
    match &pending.call {
        ToolCall::Plan(arguments) => plan::make(runner, arguments, pending.era).await,
        ToolCall::Apply(id) => plan::apply(runner, id, pending, sender).await,
        ToolCall::Read(_) | ToolCall::Types(_) => match run_of(&pending.call, &runner.inherited) {
            Some(run) => {
                let finished = runner.run(&run, teller(pending, sender)).await;
                result_of(&finished, pending.era)
            }
            None => problem(&json!({"message": "this call has no run"}), "", pending.era),
        },
    }
}

/// A call that is under way.
#[derive(Debug)]
struct Running {
    pending: PendingCall,
    handle: AbortHandle,
    /// Whether its client still waits for the answer: its identifier may be another call's in the meantime.
    is_wanted: bool,
}

struct Server {
    runner: Arc<Runner>,
    sender: Sender<Value>,
    session: Session,
    log: Audit,
    /// Each call has a number of its own, because a client may use an identifier again.
    calls: JoinSet<(u64, CallState)>,
    running: HashMap<u64, Running>,
    started: u64,
    answers: Answers,
}

impl Server {
    async fn serve(
        mut self,
        mut lines: Receiver<lines::Line>,
        mut told: Receiver<Value>,
    ) -> Result<(), Error> {
        let ended = self.answer_all(&mut lines, &mut told).await;
        self.end().await?;
        match ended {
            // A client that closes the pipe has gone.
            Err(Error::Write(WriteError::ClosedPipe)) => Ok(()),
            ended => ended,
        }
    }

    /// Answers until the client has closed its end and nothing is left to answer.
    async fn answer_all(
        &mut self,
        lines: &mut Receiver<lines::Line>,
        told: &mut Receiver<Value>,
    ) -> Result<(), Error> {
        let mut is_at_end = false;
        let mut interruption = pin!(interrupted());
        while !(is_at_end && self.calls.is_empty() && self.answers.is_empty()) {
            let step = tokio::select! {
                line = lines.recv(), if !is_at_end && self.answers.has_room() => match line {
                    Some(lines::Line::Text(line)) => self.session.receive(&line),
                    Some(lines::Line::TooLong) => Step::Answer(Session::too_long(lines::MOST_BYTES)),
                    None => {
                        is_at_end = true;
                        Step::Nothing
                    }
                },
                Some(progress) = told.recv(), if self.answers.has_room() => Step::Answer(progress),
                Some(ended) = self.calls.join_next(), if !self.calls.is_empty() => match ended {
                    Ok((number, state)) => self.answered(number, state)?,
                    // It was cancelled.
                    Err(_) => Step::Nothing,
                },
                passed_on = self.answers.pass_on() => {
                    passed_on?;
                    Step::Nothing
                }
                () = &mut interruption => return Err(Error::Interrupted),
            };
            match step {
                Step::Answer(answer) => self.answers.push(format!("{answer}\n")),
                Step::Call(pending) => self.start(*pending)?,
                Step::Cancel(id) => self.cancel(|pending| pending.id == id)?,
                Step::Nothing => {}
            }
        }
        tokio::select! {
            finished = self.answers.finish() => Ok(finished?),
            () = &mut interruption => Err(Error::Interrupted),
        }
    }

    fn start(&mut self, pending: PendingCall) -> Result<(), Error> {
        if pending.call.writes() {
            self.log.note(&pending.call, &CallState::Begun)?;
        }
        self.started += 1;
        let number = self.started;
        let (runner, sender) = (Arc::clone(&self.runner), self.sender.clone());
        let call = pending.clone();
        let handle = self.calls.spawn(async move {
            let began = Instant::now();
            let result = answer(&runner, &call, &sender).await;
            let took = began.elapsed();
            (number, CallState::Answered { result, took })
        });
        let running = Running {
            pending,
            handle,
            is_wanted: true,
        };
        self.running.insert(number, running);
        Ok(())
    }

    /// Ends calls that read. One that writes runs to its end, and is noted; nobody hears of it.
    fn cancel(&mut self, is_meant: impl Fn(&PendingCall) -> bool) -> Result<(), Error> {
        let is_ended = |running: &mut Running| {
            let is_meant = running.is_wanted && is_meant(&running.pending);
            running.is_wanted &= !is_meant;
            is_meant && !running.pending.call.writes()
        };
        for (_, running) in self.running.extract_if(|_, running| is_ended(running)) {
            running.handle.abort();
            self.log
                .note(&running.pending.call, &CallState::Cancelled)?;
        }
        Ok(())
    }

    fn answered(&mut self, number: u64, state: CallState) -> Result<Step, Error> {
        let running = self.running.remove(&number);
        let Some(Running {
            pending, is_wanted, ..
        }) = running
        else {
            return Ok(Step::Nothing);
        };
        self.log.note(&pending.call, &state)?;
        match state {
            CallState::Answered { result, .. } if is_wanted && self.session.end(&pending.id) => {
                let answer = json!({"jsonrpc": "2.0", "id": pending.id, "result": result});
                Ok(Step::Answer(answer))
            }
            CallState::Answered { .. } | CallState::Begun | CallState::Cancelled => {
                Ok(Step::Nothing)
            }
        }
    }

    /// The client has gone, or the process is to end. Calls that read are of no use to anybody; those that write are waited
    /// for, and noted.
    async fn end(&mut self) -> Result<(), Error> {
        self.cancel(|_| true)?;
        while let Some(ended) = self.calls.join_next().await {
            if let Ok((number, state)) = ended {
                self.answered(number, state)?;
            }
        }
        Ok(())
    }
}
