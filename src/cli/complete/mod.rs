//! What TAB offers: the shells' scripts (`completions/`) ask one hidden command, `arm __complete WORD...`, and this
//! folder answers from the same trees that parse. What only files know (accounts, groups): `app/command/complete`.

mod candidate;
mod member;
mod offer;
mod path;
mod place;
mod resource_type;
mod subject;
mod value;

pub use candidate::{Candidate, Known};
pub use offer::offer;

/// The word that asks for it.
pub(super) const COMMAND: &str = "__complete";
