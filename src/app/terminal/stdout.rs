//! Texts of the program's own on stdout: help, tables, JSON. The answers of services go through `exchange::answer_writer`.

use crate::client::Deadline;
use crate::error::Error;
use crate::json::append_pretty;
use crate::output::Sink;

/// Writes a text to stdout.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    print_until(None, text.as_bytes())
}

/// Writes bytes to stdout, and waits no longer than the run may take for a reader.
pub(crate) fn print_until(deadline: Option<Deadline>, bytes: &[u8]) -> Result<(), Error> {
    let mut sink = Sink::stdout(deadline.map(Deadline::instant))?;
    sink.write(bytes)?;
    Ok(sink.finish()?)
}

/// Lays JSON out as every answer is, with a line break at its end.
pub(crate) fn pretty(json: impl std::fmt::Display) -> String {
    let mut out = Vec::new();
    append_pretty(&json.to_string(), 0, &mut out);
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}
