//! Values in, bytes out: what stands on stdout and stderr. Knows no HTTP and asks nobody.

mod answer;
#[cfg(test)]
mod answer_tests;
mod collected;
mod color;
mod columns;
mod document;
pub mod redact;
mod report;
mod results;
pub mod shell;
mod sink;

pub use answer::{Answer, End, Error, Form, Format, LinkMember, Scope};
pub use color::{MAX_COLORED, Paint};
pub use columns::columns;
pub use report::{Fact, Message, Report};
pub use sink::{Sink, WriteError};
