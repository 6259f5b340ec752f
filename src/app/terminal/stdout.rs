//! Texts of the program's own on stdout: help, tables, JSON. The answers of services go through `exchange::answer_writer`.

use crate::cli::{Screen, Style, lay_out};
use crate::client::Deadline;
use crate::env::Env;
use crate::error::Error;
use crate::json::{JsonStyle, append_pretty};
use crate::output::{Sink, colored};

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

/// Lays a text of help out for the terminal, and writes it to stdout.
pub(crate) fn print_help(text: &str, env: &Env) -> Result<(), Error> {
    // Elsewhere than on a terminal nobody's screen is known.
    const USUAL_WIDTH: usize = 100;
    let is_bold = env.has_colors(env.stdout_is_terminal);
    let screen = Screen {
        width: env.terminal_width.unwrap_or(USUAL_WIDTH),
        style: if is_bold { Style::Bold } else { Style::Plain },
    };
    print(&lay_out(text, screen))
}

/// Lays JSON out as every answer is, with a line break at its end.
pub(crate) fn pretty(json: impl std::fmt::Display) -> String {
    let mut out = Vec::new();
    append_pretty(&json.to_string(), 0, &mut out);
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}

/// The same for stdout, if it may have colours.
pub(crate) fn shown_json(json: impl std::fmt::Display, env: &Env) -> String {
    let plain = pretty(json);
    let has_colors = env.has_colors(env.stdout_is_terminal);
    let colored = has_colors.then(|| colored(&plain, JsonStyle::Pretty));
    colored.flatten().map_or(plain, |text| text + "\n")
}
