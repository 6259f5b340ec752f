//! Managed identities: token endpoints of the machine or service that a program runs on, each with
//! a protocol of its own. Nothing of theirs is kept: the endpoints keep tokens themselves.
//!
//! A managed identity belongs to one tenant: a tenant that is asked for changes nothing, as in
//! every Azure SDK. It answers no claims, and has everything of an audience or nothing.

mod answer;
mod app_service;
mod arc;
mod azure_ml;
mod cloud_shell;
mod endpoint;
mod imds;
mod key_file;

use super::chain::{Choice, Surroundings};
use super::{Error, Source, TokenRequest};
use crate::azure::IdentityId;

pub use app_service::AppService;
pub use arc::Arc;
pub use azure_ml::AzureMl;
pub use cloud_shell::CloudShell;
pub use imds::Imds;

/// Refuses what no managed identity can do.
fn check(source_name: Source, request: &TokenRequest) -> Result<(), Error> {
    let everything = request.audience.scope();
    let what = match (&request.claims, &request.scope) {
        (Some(_), _) => "answer a claims challenge",
        (None, Some(scope)) if *scope != everything => "ask for less than a whole audience",
        (None, Some(_) | None) => return Ok(()),
    };
    Err(Error::Unsupported { source_name, what })
}

/// The identity that is asked for: the user's, else that of `AZURE_CLIENT_ID`, which names one in
/// every Azure SDK; `None` is the identity of the machine itself.
fn identity_of(surroundings: &Surroundings<'_>) -> Option<IdentityId> {
    let variable = || surroundings.env.get("AZURE_CLIENT_ID");
    surroundings
        .identity
        .cloned()
        .or_else(|| variable().map(|id| IdentityId::Client(id.to_owned())))
}

/// Tells whether the user asked for this identity, or for one of its kind.
fn is_asked_for(choice: Choice) -> bool {
    match choice {
        Choice::Implied => false,
        Choice::Kind | Choice::Named => true,
    }
}
