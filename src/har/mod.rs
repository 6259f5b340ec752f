//! HTTP Archives (HAR 1.2): the exchanges of a run written down (`recorder`, `entry`), such a file read (`archive`),
//! and requests answered from it (`player`). Pure except for the output that a recorder is given. Who sees the
//! exchanges: `client::recording`; who opens the files: `app`.

mod archive;
mod entry;
mod exchange;
mod key;
mod links;
mod nearest;
mod player;
mod recorder;

pub use archive::Archive;
pub use exchange::{Answer, Exchange, Outcome, RecordedBody};
pub use player::{Played, Player};
pub use recorder::{OpenExchange, Output, Recorder};
