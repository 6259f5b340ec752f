//! Many IDs: reads them, and plans a request for each before the first one is sent. Who makes them and prints a line
//! for each: `requests`.

pub(crate) mod context;
mod in_order;
pub(crate) mod record;
pub(crate) mod requests;
mod run;

pub(crate) use run::{run, run_for};
