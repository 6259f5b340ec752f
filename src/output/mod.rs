//! Values in, bytes out: what stands on stdout and stderr. Knows no HTTP and asks nobody.

mod answer;
#[cfg(test)]
mod answer_tests;
mod collected;
mod color;
mod column;
mod console;
mod document;
mod excerpt;
mod form;
mod results;
mod rows;
#[cfg(test)]
mod rows_tests;
pub mod shell;
mod sink;
mod table;

pub use answer::{Answer, End, Error, Format, LinkMember, Scope};
pub use color::{MAX_COLORED, Paint};
pub use column::{Column, Columns};
pub use console::{Console, Fact, Message, Verbosity};
pub use excerpt::excerpt;
pub use form::Form;
pub use rows::RowFormat;
pub use sink::{Sink, WriteError};
pub use table::columns;
