//! What can go wrong, summed: [`Error`] is every kind of error, [`Failure`] an error with what is known of its run.
//!
//! A new kind is in `kinds`, gets its number in `exit_code_table`, and its facts and hints in `message`, which asks the
//! file named for what it is about.

mod access;
mod body_hint;
mod context;
mod credential;
mod edit;
mod exit_code;
mod exit_code_table;
mod failure;
mod fan_out;
mod helper;
mod kinds;
mod look;
mod message;
mod named;
mod plan;
mod policy_token;
mod report;
mod resource;
mod serve;
mod service;
mod service_hint;
#[cfg(test)]
mod service_hint_tests;
mod settings;
mod sign_in;
mod subscription;

pub use access::AccessError;
pub use context::{
    BodyWord, HintContext, InFlight, Incomplete, KeptText, Operation, OperationState, Remainder,
    Resume, Signature,
};
pub use edit::EditError;
pub use exit_code::ExitCode;
pub use failure::Failure;
pub use fan_out::{Stop, UnfinishedIds, UnfinishedLists, WildcardError};
pub use helper::HelperError;
pub use kinds::{Error, FailedOperation, Unasked};
pub use look::LookError;
pub use policy_token::PolicyTokenError;
pub use resource::ResourceError;
pub use serve::ServeError;
pub use settings::PreferenceError;
pub use sign_in::NameError;
pub use subscription::{Seen, SubscriptionError};
