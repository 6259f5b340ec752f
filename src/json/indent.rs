//! Indents JSON text while `walk` goes through it: each token with its line break is written in pieces of a fixed size,
//! whose excess the next piece covers. Who has the simple way, for what is not walked through: `layout`.

use super::walk::{Operator, Sink, walk};

/// The room for one piece: a line break with its blanks, and the text after it.
const WINDOW: usize = 128;
/// The longest text of a piece.
const TEXT: usize = 64;
/// The longest line break of a piece.
const LINE: usize = 32;
/// This much room is made at a time.
const ROOM: usize = 4096;

const LINE_BREAK: [u8; LINE] = {
    let mut line = [b' '; LINE];
    line[0] = b'\n';
    line
};

/// Appends an array or an object, indented by two spaces; its first line continues the current one. Returns whether it
/// did: not if the text is not one container that is well-formed.
pub(super) fn append_indented(json: &str, level: usize, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.resize(start + json.len() + json.len() / 2 + WINDOW, 0);
    let mut writer = Writer {
        out,
        at: start,
        level,
    };
    let end = walk(json.as_bytes(), &mut writer);
    let is_whole = end == Some(json.len());
    let end = if is_whole { writer.at } else { start };
    out.truncate(end);
    is_whole
}

/// Lays out containers in memory of its own, which is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Indenter {
    room: Vec<u8>,
}

impl Indenter {
    /// Checks the array or object that `bytes` begins with, see `walk::checked_container`, and lays it out for this
    /// level. Returns where it ends, and its text as it is laid out.
    pub(super) fn container(&mut self, bytes: &[u8], level: usize) -> Option<(usize, &str)> {
        let mut writer = Writer {
            out: &mut self.room,
            at: 0,
            level,
        };
        let end = walk(bytes, &mut writer)?;
        let length = writer.at;
        let text = std::str::from_utf8(self.room.get(..length)?).ok()?;
        Some((end, text))
    }
}

struct Writer<'a> {
    /// What was written before `at`; after it, room.
    out: &'a mut Vec<u8>,
    at: usize,
    /// The level of the container itself.
    level: usize,
}

impl Writer<'_> {
    #[inline]
    fn make_room(&mut self, length: usize) {
        if self.out.len() < self.at + length {
            self.grow(length);
        }
    }

    #[cold]
    fn grow(&mut self, length: usize) {
        self.out.resize(self.at + length + ROOM, 0);
    }

    /// Writes a part of the text, on a new line at `level` if there is one.
    #[inline]
    fn write(&mut self, text: &[u8], start: usize, end: usize, level: Option<usize>) {
        let (line, length) = (level.map_or(0, |level| 1 + 2 * level), end - start);
        self.make_room(WINDOW);
        let piece = text.get(start..).and_then(<[u8]>::first_chunk::<TEXT>);
        let window = self.out.get_mut(self.at..);
        let window = window.and_then(<[u8]>::first_chunk_mut::<WINDOW>);
        if let (Some(piece), Some(window)) = (piece, window)
            && line < LINE
            && length <= TEXT
        {
            let line = line & (LINE - 1);
            window[..LINE].copy_from_slice(&LINE_BREAK);
            window[line..line + TEXT].copy_from_slice(piece);
            self.at += line + length;
        } else {
            self.write_long(text.get(start..end).unwrap_or_default(), line);
        }
    }

    /// Writes a long text, or one near the end of the whole, or one that is indented far.
    #[inline(never)]
    fn write_long(&mut self, text: &[u8], line: usize) {
        let length = line + text.len();
        self.make_room(length + WINDOW);
        if let Some(room) = self.out.get_mut(self.at..self.at + length) {
            let (blanks, place) = room.split_at_mut(line);
            blanks.fill(b' ');
            if let Some(first) = blanks.first_mut() {
                *first = b'\n';
            }
            place.copy_from_slice(text);
        }
        self.at += length;
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.make_room(1);
        if let Some(place) = self.out.get_mut(self.at) {
            *place = byte;
        }
        self.at += 1;
    }
}

impl Sink for Writer<'_> {
    #[inline]
    fn operator(&mut self, text: &[u8], operator: Operator) {
        let Operator {
            token,
            token_end,
            at,
            byte,
            ..
        } = operator;
        let level = self.level + operator.level;
        let line = operator.begins_line().then_some(level);
        if operator.closes() {
            if token < token_end {
                self.write(text, token, token_end, line);
            }
            let line = operator.closes_lines().then(|| level.saturating_sub(1));
            return self.write(text, at, at + 1, line);
        }
        if token_end == at {
            self.write(text, token, at + 1, line);
        } else if token == token_end {
            self.write(text, at, at + 1, line);
        } else {
            self.write(text, token, token_end, line);
            self.push(byte);
        }
        if byte == b':' {
            self.push(b' ');
        }
    }
}
