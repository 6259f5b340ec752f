//! `--max-output`: how much of an answer may be printed. Its parts are laid out as usual; what is too much is left out
//! part by part, from the end, so that what is there is a whole answer.

use super::yaml::Yaml;

/// The room for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// How many bytes it has.
    pub bytes: usize,
    /// What is counted.
    pub measure: Measure,
}

/// What is counted of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Its bytes as they are laid out.
    Bytes,
    /// Those of the YAML that is made of them.
    Yaml,
}

impl Room {
    /// Tells whether this many bytes are too many, whatever follows: then no more need be taken. YAML is shorter than
    /// JSON where it has few names, but not by half.
    pub(super) fn is_surely_exceeded_by(self, length: usize) -> bool {
        let most = match self.measure {
            Measure::Bytes => self.bytes,
            Measure::Yaml => self.bytes.saturating_mul(2),
        };
        length > most
    }

    fn holds(self, text: &[u8]) -> bool {
        let length = match self.measure {
            Measure::Bytes => text.len(),
            Measure::Yaml => {
                let (mut out, mut yaml) = (Vec::new(), Yaml::default());
                yaml.push(text, &mut out);
                yaml.finish(&mut out);
                out.len()
            }
        };
        length <= self.bytes
    }

    /// Finds the most parts with which an answer has room, and returns it with them. An answer of which not even one
    /// part has room, or that has no parts to leave out, has none.
    pub(super) fn most(
        self,
        parts: usize,
        mut laid_out: impl FnMut(usize) -> Vec<u8>,
    ) -> Option<(usize, Vec<u8>)> {
        let whole = laid_out(parts);
        if self.holds(&whole) {
            return Some((parts, whole));
        }
        let (mut low, mut high, mut found) = (1, parts.saturating_sub(1), None);
        while low <= high && high > 0 {
            let middle = low + (high - low) / 2;
            let text = laid_out(middle);
            if self.holds(&text) {
                found = Some((middle, text));
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Measure, Room};

    /// A part has three bytes, and what comes after all of them one more.
    #[test]
    fn as_many_parts_as_have_room_are_kept() {
        for (bytes, parts, expected) in [
            (10, 3, Some(3)),
            (9, 3, Some(2)),
            (7, 3, Some(2)),
            (6, 3, Some(1)),
            (4, 3, Some(1)),
            (3, 3, None),
            (1, 0, Some(0)),
            (0, 0, None),
            (3, 1, None),
            (100, 100, Some(33)),
        ] {
            let room = Room {
                bytes,
                measure: Measure::Bytes,
            };
            let laid_out = |count| {
                let mut text = b"ab\n".repeat(count);
                text.push(b']');
                text
            };
            let found = room.most(parts, laid_out).map(|(count, _)| count);
            assert_eq!(found, expected, "{bytes} {parts}");
        }
    }
}
