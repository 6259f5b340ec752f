//! Looking before a write: asks the service whether it would take it, and what it would change, and shows that. Which
//! questions these are: `plan/look`; who writes afterwards: `app/command/request`.

mod ask;
mod document;
mod preflight;
mod what_if;
mod what_if_answer;

pub(crate) use preflight::check as preflight;
pub(crate) use what_if::show as what_if;
