//! The lines of stdin, read on a thread of their own, so that a call can be cancelled while others run.

use std::io::{BufRead as _, BufReader, Read};

use tokio::sync::mpsc::{Receiver, channel};

/// The most bytes of a message.
pub(super) const MOST_BYTES: usize = 4 << 20;
/// How many lines may wait: a client that sends more has to wait too.
const MOST_WAITING: usize = 16;

/// What the client sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line of text.
    Text(String),
    /// One that is too long; it was skipped.
    TooLong,
}

/// Begins to read. The channel ends with the input.
pub(super) fn read(input: impl Read + Send + 'static) -> Receiver<Line> {
    let (sender, receiver) = channel(MOST_WAITING);
    std::thread::spawn(move || {
        let mut reader = BufReader::new(input);
        while let Some(line) = next(&mut reader) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn next(reader: &mut BufReader<impl Read>) -> Option<Line> {
    let (mut line, mut is_too_long) = (Vec::new(), false);
    loop {
        let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
        let count = reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut line)
            .ok()?;
        let is_ended = line.last() == Some(&b'\n') || count == 0;
        if is_ended && is_too_long {
            return Some(Line::TooLong);
        }
        if is_ended && line.is_empty() {
            return None;
        }
        if is_ended {
            // What is not UTF-8 is not JSON either: the parser says so.
            return Some(Line::Text(String::from_utf8_lossy(&line).into_owned()));
        }
        is_too_long |= line.len() >= MOST_BYTES;
        if is_too_long {
            line.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::{Line, MOST_BYTES, next};

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let text = format!("a\n{}\nb", "x".repeat(2 * MOST_BYTES + 3));
        let mut reader = BufReader::new(text.as_bytes());
        assert_eq!(next(&mut reader), Some(Line::Text("a\n".to_owned())));
        assert_eq!(next(&mut reader), Some(Line::TooLong));
        assert_eq!(next(&mut reader), Some(Line::Text("b".to_owned())));
        assert_eq!(next(&mut reader), None);
    }
}
