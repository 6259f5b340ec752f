//! Writes the results of a selection in a layout: a JSON document or a line for each. Who answers queries: `query`; who
//! writes rows of columns: `rows`.

use super::column::{Columns, elements};
use super::error::Error;
use super::room::Room;
use super::rows::{RowFormat, RowOptions, Rows};
use super::sort::{Sorter, Sorting};
use super::summary::Summary;
use crate::json::{self, JsonStyle};

/// How the answer is in the output.
#[derive(Debug, Clone)]
pub enum Layout {
    /// As one JSON document.
    Json(JsonStyle),
    /// Each item or result on a line.
    Lines(LineFormat),
    /// Each item or result in a row of columns.
    Rows(RowFormat, Columns, RowOptions),
    /// How many items there are, of which types and where.
    Summary,
}

/// How a result is on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFormat {
    /// As JSON.
    Json,
    /// Strings as text, without quotes; anything else as JSON.
    Text,
}

/// How many results a selection can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cardinality {
    /// At most one: JSON has the value itself, lines and rows have the elements of an array.
    One,
    /// Any number: JSON has an array of them.
    Many,
}

/// The writer of results.
#[derive(Debug)]
pub(super) struct Results {
    writer: Writer,
    cardinality: Cardinality,
    count: u64,
    /// How many of them say that nothing was found.
    empty: u64,
    /// Those that wait to be sorted; rows sort themselves.
    sorter: Sorter,
    /// Whether they are the elements of one array.
    are_elements: bool,
    /// The room that there is, if it is limited.
    room: Option<Room>,
    /// Where the parts that were written end, before them where the first begins.
    ends: Vec<usize>,
}

#[derive(Debug)]
enum Writer {
    Json(JsonStyle),
    Lines(LineFormat),
    Rows(Box<Rows>),
    Summary(Box<Summary>),
}

impl Results {
    pub(super) fn new(layout: Layout, cardinality: Cardinality, sorting: Sorting) -> Self {
        let sorter = match &layout {
            Layout::Json(_) | Layout::Lines(_) => Sorter::new(sorting),
            Layout::Rows(..) | Layout::Summary => Sorter::default(),
        };
        let writer = match layout {
            Layout::Json(style) => Writer::Json(style),
            Layout::Lines(format) => Writer::Lines(format),
            Layout::Rows(format, columns, options) => {
                Writer::Rows(Box::new(Rows::new(format, columns, options)))
            }
            Layout::Summary => Writer::Summary(Box::default()),
        };
        Self {
            writer,
            cardinality,
            count: 0,
            empty: 0,
            sorter,
            are_elements: false,
            room: None,
            ends: Vec::new(),
        }
    }

    /// Leaves out what has no room; it is found out at the end.
    #[must_use]
    pub(super) fn within(mut self, room: Option<Room>) -> Self {
        self.room = room;
        self
    }

    /// How many were written that say something.
    pub(super) fn count(&self) -> u64 {
        self.count.saturating_sub(self.empty)
    }

    /// The columns that were asked for and had no value in any row.
    pub(super) fn empty_columns(&self) -> Vec<String> {
        match &self.writer {
            Writer::Rows(rows) => rows.empty_columns(),
            Writer::Json(_) | Writer::Lines(_) | Writer::Summary(_) => Vec::new(),
        }
    }

    /// Takes what a member of the document says of the cells of rows: its `columns`.
    pub(super) fn name_cells(&mut self, columns: &str) {
        if let Writer::Rows(rows) = &mut self.writer {
            rows.name_cells(columns);
        }
    }

    /// How many bytes wait for the end.
    pub(super) fn held(&self) -> usize {
        match &self.writer {
            Writer::Rows(rows) => rows.held(),
            Writer::Json(_) | Writer::Lines(_) | Writer::Summary(_) => self.sorter.held(),
        }
    }

    /// What is to be sorted.
    pub(super) fn sorter(&self) -> &Sorter {
        match &self.writer {
            Writer::Rows(rows) => rows.sorter(),
            Writer::Json(_) | Writer::Lines(_) | Writer::Summary(_) => &self.sorter,
        }
    }

    /// Writes one result, or keeps it until all can be sorted.
    pub(super) fn add(&mut self, value: &str, out: &mut Vec<u8>) {
        match self.cardinality {
            Cardinality::Many if self.sorter.sorts() => self.sorter.add(value),
            Cardinality::One if self.sorter.sorts() && value.starts_with('[') => {
                self.are_elements = true;
                for element in elements(value) {
                    self.sorter.add(element);
                }
            }
            Cardinality::One | Cardinality::Many => self.write(value, out),
        }
    }

    /// Writes what was kept.
    fn write_sorted(&mut self, out: &mut Vec<u8>) {
        let values = self.sorter.take();
        if self.are_elements {
            self.write(&format!("[{}]", values.join(",")), out);
        } else {
            for value in values {
                self.write(&value, out);
            }
        }
    }

    fn write(&mut self, value: &str, out: &mut Vec<u8>) {
        if self.ends.is_empty() {
            self.end_part(out);
        }
        let is_array = self.cardinality == Cardinality::One && value.starts_with('[');
        if is_array && self.room.is_some() && matches!(self.writer, Writer::Json(_)) {
            // Its elements are the parts that can be left out.
            self.cardinality = Cardinality::Many;
            for element in elements(value) {
                self.write(element, out);
            }
            return;
        }
        match (&mut self.writer, self.cardinality) {
            (Writer::Json(style), Cardinality::One) => {
                style.append(value, 0, out);
                out.push(b'\n');
            }
            (Writer::Json(style), Cardinality::Many) => {
                out.push(if self.count == 0 { b'[' } else { b',' });
                style.append_break(1, out);
                style.append(value, 1, out);
            }
            (writer, Cardinality::One) if value.starts_with('[') => {
                for element in elements(value) {
                    writer.row(element, out);
                    if self.room.is_some() {
                        self.ends.push(out.len());
                    }
                }
                self.ends.pop();
            }
            (writer, _) => writer.row(value, out),
        }
        self.count += 1;
        self.end_part(out);
    }

    /// Remembers where a part ends, if some may be left out.
    fn end_part(&mut self, out: &[u8]) {
        if self.room.is_some() {
            self.ends.push(out.len());
        }
    }

    /// Writes the value of an expression: `null` is nothing found, and is in JSON only.
    pub(super) fn add_value(&mut self, value: &str, out: &mut Vec<u8>) {
        match (&self.writer, value) {
            (Writer::Json(_) | Writer::Lines(LineFormat::Json), "null") => {
                self.add(value, out);
                self.empty += 1;
            }
            (Writer::Rows(_) | Writer::Lines(LineFormat::Text) | Writer::Summary(_), "null") => {}
            (_, value) => self.add(value, out),
        }
    }

    /// Writes all that was found in one item. Nothing is found in an empty array, which is in JSON only.
    pub(super) fn add_list(&mut self, array: &str, out: &mut Vec<u8>) {
        let is_empty = array == "[]";
        if is_empty
            && matches!(
                self.writer,
                Writer::Rows(_) | Writer::Lines(LineFormat::Text)
            )
        {
            return;
        }
        self.add(array, out);
        self.empty += u64::from(is_empty);
    }

    /// Writes the value of an expression, which is the only result; an empty array is nothing found.
    pub(super) fn add_only(&mut self, value: &str, out: &mut Vec<u8>) {
        self.cardinality = Cardinality::One;
        self.add_value(value, out);
        self.empty += u64::from(value == "[]");
    }

    /// Writes what waits for more results, because it may take a while until they come.
    pub(super) fn flow(&mut self, out: &mut Vec<u8>) {
        if let Writer::Rows(rows) = &mut self.writer {
            rows.flow(out);
        }
    }

    /// Ends the output, and returns how many of its parts were left out because they had no room.
    ///
    /// # Errors
    /// Not even one part has room.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Result<u64, Error> {
        self.write_sorted(out);
        let Some(room) = self.room else {
            self.close(self.count > 0, out);
            return Ok(0);
        };
        let refused = Error::NoRoom { limit: room.bytes };
        if let Writer::Rows(rows) = &mut self.writer {
            return rows.finish_within(room, out).ok_or(refused);
        }
        let parts = self.ends.len().saturating_sub(1);
        let (kept, text) = room
            .most(parts, |kept| {
                let end = self.ends.get(kept).copied().unwrap_or(out.len());
                let mut text = out.get(..end).unwrap_or(out).to_vec();
                self.close(kept > 0, &mut text);
                text
            })
            .ok_or(refused)?;
        *out = text;
        Ok((parts - kept) as u64)
    }

    /// Appends what comes after the results.
    fn close(&mut self, has_some: bool, out: &mut Vec<u8>) {
        match (&mut self.writer, self.cardinality) {
            (Writer::Json(style), Cardinality::Many) => {
                if has_some {
                    style.append_break(0, out);
                } else {
                    out.push(b'[');
                }
                out.extend_from_slice(b"]\n");
            }
            (Writer::Rows(rows), _) => rows.finish(out),
            (Writer::Summary(summary), _) => summary.append(out),
            (Writer::Json(_), Cardinality::One) | (Writer::Lines(_), _) => {}
        }
    }
}

impl Writer {
    /// Writes a value on a line of its own.
    fn row(&mut self, value: &str, out: &mut Vec<u8>) {
        match self {
            Self::Rows(rows) => return rows.add(value, out),
            Self::Summary(summary) => return summary.add(value),
            Self::Json(_) | Self::Lines(LineFormat::Json) => json::append_compact(value, out),
            Self::Lines(LineFormat::Text) => json::append_text(value, out),
        }
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::Cardinality::{self, Many, One};
    use super::{Layout, LineFormat, Results};
    use crate::json::JsonStyle;
    use crate::output::Sorting;

    #[track_caller]
    fn check(layout: Layout, cardinality: Cardinality, values: &[&str], expected: &str) {
        let mut out = Vec::new();
        let mut results = Results::new(layout, cardinality, Sorting::default());
        for value in values {
            results.add(value, &mut out);
        }
        assert_eq!(results.finish(&mut out), Ok(0));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn arranges_results() {
        let two = ["\"a\\n\"", "[1, 2]"];
        check(
            Layout::Json(JsonStyle::Compact),
            Many,
            &two,
            "[\"a\\n\",[1,2]]\n",
        );
        check(Layout::Json(JsonStyle::Compact), Many, &[], "[]\n");
        check(
            Layout::Json(JsonStyle::Pretty),
            Many,
            &["1", "{}"],
            "[\n  1,\n  {}\n]\n",
        );
        check(Layout::Json(JsonStyle::Pretty), Many, &[], "[]\n");
        check(
            Layout::Lines(LineFormat::Json),
            Many,
            &two,
            "\"a\\n\"\n[1,2]\n",
        );
        check(Layout::Lines(LineFormat::Text), Many, &two, "a\n\n[1,2]\n");
        check(Layout::Json(JsonStyle::Pretty), One, &["null"], "null\n");
        check(Layout::Json(JsonStyle::Pretty), One, &[], "");
        check(
            Layout::Lines(LineFormat::Text),
            One,
            &["[\"a\",[1, 2],null]"],
            "a\n[1,2]\nnull\n",
        );
        check(Layout::Lines(LineFormat::Text), One, &["\"a\""], "a\n");
        check(Layout::Lines(LineFormat::Text), One, &["[]"], "");
        check(
            Layout::Lines(LineFormat::Json),
            One,
            &["[\"a\", {\"b\": 1}]"],
            "\"a\"\n{\"b\":1}\n",
        );
    }
}
