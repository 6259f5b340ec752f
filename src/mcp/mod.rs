//! The Model Context Protocol as a server speaks it, without a socket: lines in, steps out. Who runs the calls and holds
//! stdin and stdout: `app/command/mcp`.

mod answer;
mod call;
mod message;
mod plan_store;
mod session;
mod target;
mod tools;

pub use answer::{Finished, data, problem, progress_of, result_of};
pub use call::{Check, ChildRun, Effect, account_run, apply_run, checks_of, run_of};
pub use plan_store::{Fingerprint, Plan, PlanStore};
pub use session::{Era, PendingCall, Session, Step};
pub use target::{TargetError, target_of};
pub use tools::{PlanArguments, ToolCall, Tools};
