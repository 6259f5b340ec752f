//! Words and commands for a shell: what is shown must work when it is copied, whatever a service has put into it.

mod command_line;
mod dialect;
mod translation;
mod words;
mod words_of_command;

pub use command_line::CommandLine;
pub use dialect::{Shell, word};
pub use words::split_words;
pub use words_of_command::first_command_in;
