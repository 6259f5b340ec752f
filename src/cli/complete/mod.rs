//! What TAB offers: the shells' scripts (`completions/`) ask one hidden command, `arm __complete WORD...`, and this
//! folder answers from the same trees that parse. What only files know (accounts, groups): `app/command/complete`.

mod address;
mod asker;
mod candidate;
mod header;
mod member;
mod offer;
mod place;
mod purpose;
mod resource_type;
mod subject;
mod type_of_line;
mod value;
mod walk;

pub use asker::Asker;
pub use candidate::{Candidate, Known, MOST_OFFERED, Within};
pub use offer::offer;

/// The word that asks for it.
pub(super) const COMMAND: &str = "__complete";
