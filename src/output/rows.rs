//! Writes rows: an aligned table for people, tab- or comma-separated values for programs. What is in them: `column`.

use std::collections::HashMap;

use super::column::{Cell, Chosen, Column, Columns};
use super::room::Room;
use super::sort::{Sorter, Sorting};
use super::table::{HeadStyle, Table};
use super::tabular::{Names, table_in};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// Aligned, below names in capitals. The rows of the first page are held until it has come.
    Table,
    /// With tabs between the cells, and no head. A tab, line break or backslash in a cell is `\t`,
    /// `\n`, `\r`, `\\`.
    Tsv,
    /// As RFC 4180 has it, below the names of the columns.
    Csv,
    /// The same, with `'` before texts that a spreadsheet would take for formulas.
    GuardedCsv,
}

/// What else is said about rows.
#[derive(Debug, Clone, Default)]
pub struct RowOptions {
    /// Whether the names of the columns are left out.
    pub no_head: bool,
    /// How they look in tables.
    pub head: HeadStyle,
    /// What they are sorted by.
    pub sorting: Sorting,
    /// The names of subscriptions by their ids in lower case, for tables.
    pub subscriptions: HashMap<String, String>,
}

/// The writer of rows.
#[derive(Debug)]
pub(super) struct Rows {
    format: RowFormat,
    columns: State,
    table: Table,
    options: RowOptions,
    /// The names of cells, if the service sends them apart from the rows.
    names: Option<Names>,
    /// The rows that are to be sorted.
    sorter: Sorter,
    /// Which columns had a value.
    filled: Vec<bool>,
    /// Where the rows that were written end, before the first of them the head.
    ends: Vec<usize>,
}

#[derive(Debug)]
enum State {
    /// No row has come.
    Open(Columns),
    Chosen(Chosen),
}

impl Rows {
    pub(super) fn new(format: RowFormat, columns: Columns, mut options: RowOptions) -> Self {
        Self {
            format,
            columns: State::Open(columns),
            table: Table::with_head(options.head),
            sorter: Sorter::new(std::mem::take(&mut options.sorting)),
            options,
            names: None,
            filled: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The columns that were asked for and had no value in any row.
    pub(super) fn empty_columns(&self) -> Vec<String> {
        let State::Chosen(chosen) = &self.columns else {
            return Vec::new();
        };
        let columns = chosen.columns().iter().zip(&self.filled);
        columns
            .filter(|(_, filled)| !**filled)
            .filter_map(|(column, _)| column.asked_name().map(str::to_owned))
            .collect()
    }

    /// What is to be sorted.
    pub(super) fn sorter(&self) -> &Sorter {
        &self.sorter
    }

    /// How many bytes are held until the last row has come.
    pub(super) fn held(&self) -> usize {
        self.table.held() + self.sorter.held()
    }

    /// Writes a row, or keeps it until all can be sorted.
    pub(super) fn add(&mut self, row: &str, out: &mut Vec<u8>) {
        if let Some((names, rows)) = table_in(row) {
            self.set_names(names);
            for row in rows {
                self.add_row(row, out);
            }
        } else {
            self.add_row(row, out);
        }
    }

    /// Takes the columns of a service that sends them apart from the rows.
    pub(super) fn name_cells(&mut self, columns: &str) {
        if let Some(names) = Names::of(columns) {
            self.set_names(names);
        }
    }

    fn set_names(&mut self, names: Names) {
        let known: Vec<_> = columns_of(&names).collect();
        self.sorter.look_among(&known);
        self.names = Some(names);
    }

    fn add_row(&mut self, row: &str, out: &mut Vec<u8>) {
        let object = self.names.as_ref().and_then(|names| names.object(row));
        let row = object.as_deref().unwrap_or(row);
        if self.sorter.sorts() {
            self.sorter.add(row);
        } else {
            self.write(row, out);
        }
    }

    fn write(&mut self, row: &str, out: &mut Vec<u8>) {
        if let State::Open(columns) = &mut self.columns {
            let columns = std::mem::replace(columns, Columns::Usual(Vec::new()));
            let chosen = match &self.names {
                Some(names) if row.starts_with('{') => columns.among(columns_of(names).collect()),
                Some(_) | None => Chosen::by(columns, row),
            };
            self.head(&chosen, out);
            self.columns = State::Chosen(chosen);
        }
        let State::Chosen(chosen) = &self.columns else {
            return;
        };
        if self.ends.is_empty() {
            self.ends.push(out.len());
        }
        let mut cells = chosen.cells(row);
        self.filled
            .resize(cells.len().max(self.filled.len()), false);
        for (filled, cell) in self.filled.iter_mut().zip(&cells) {
            *filled |= *cell != Cell::Nothing;
        }
        let names = &self.options.subscriptions;
        if let (RowFormat::Table, Some(at), false) =
            (self.format, chosen.subscription(), names.is_empty())
            && let Some(cell) = cells.get_mut(at)
            && let Some(name) = cell
                .text()
                .and_then(|id| names.get(&id.to_ascii_lowercase()))
        {
            *cell = Cell::Text(name.clone());
        }
        match self.format {
            RowFormat::Table => {
                let words: Vec<_> = cells.iter().map(words).collect();
                self.table.row(words.iter().map(Option::as_deref));
            }
            RowFormat::Tsv => {
                append_line(&cells, b"\t", escape_tabs, out);
                out.push(b'\n');
            }
            RowFormat::Csv => append_csv(&cells, out),
            RowFormat::GuardedCsv => append_csv(&guarded(cells), out),
        }
        self.ends.push(out.len());
    }

    /// Ends the rows with as many of them as have room, and returns how many were left out; nothing if none has.
    pub(super) fn finish_within(&mut self, room: Room, out: &mut Vec<u8>) -> Option<u64> {
        for row in self.sorter.take() {
            self.write(&row, out);
        }
        let rows = self.ends.len().saturating_sub(1);
        let (kept, text) = match (&self.columns, self.format) {
            (State::Chosen(chosen), RowFormat::Table) => {
                let all = matches!(chosen, Chosen::Given(_));
                room.most(self.table.rows(), |rows| {
                    let mut text = out.clone();
                    self.table.append_first(rows, all, &mut text);
                    text
                })?
            }
            (State::Chosen(_), _) => room.most(rows, |rows| {
                let end = self.ends.get(rows).copied().unwrap_or(out.len());
                out.get(..end).unwrap_or(out).to_vec()
            })?,
            (State::Open(_), _) => {
                self.finish(out);
                return room.most(0, |_| out.clone()).map(|_| 0);
            }
        };
        *out = text;
        Some((rows - kept.min(rows)) as u64)
    }

    /// Writes the rows that wait, because it may take a while until more come.
    pub(super) fn flow(&mut self, out: &mut Vec<u8>) {
        if let (State::Chosen(_), RowFormat::Table) = (&self.columns, self.format) {
            self.table.flow(out);
        }
    }

    /// Ends the rows.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        for row in self.sorter.take() {
            self.write(&row, out);
        }
        match (&mut self.columns, self.format) {
            (State::Chosen(chosen), RowFormat::Table) => {
                let all = matches!(chosen, Chosen::Given(_));
                self.table.append(all, out);
            }
            // Columns that were named have a head, whatever the number of rows.
            (State::Open(Columns::Given(columns)), RowFormat::Csv | RowFormat::GuardedCsv) => {
                let columns = std::mem::take(columns);
                self.head(&Chosen::Given(columns), out);
            }
            (State::Open(_) | State::Chosen(_), _) => {}
        }
    }

    fn head(&mut self, chosen: &Chosen, out: &mut Vec<u8>) {
        if self.options.no_head {
            return;
        }
        let names = chosen.names();
        match self.format {
            RowFormat::Table => {
                let names: Vec<_> = names.iter().map(|name| name.to_uppercase()).collect();
                self.table.head(names.iter().map(String::as_str));
            }
            RowFormat::Csv => {
                let cells: Vec<_> = names.into_iter().map(Cell::Text).collect();
                append_csv(&cells, out);
            }
            RowFormat::GuardedCsv => {
                append_csv(&guarded(names.into_iter().map(Cell::Text).collect()), out);
            }
            RowFormat::Tsv => {}
        }
    }
}

fn columns_of(names: &Names) -> impl Iterator<Item = Column> {
    names.iter().map(|name| Column::named(name.to_owned()))
}

/// What a person reads in a cell.
fn words(cell: &Cell<'_>) -> Option<String> {
    let mut words = Vec::new();
    let is_there = cell.append_words(&mut words);
    // Every cell was text, so this never loses a byte.
    is_there.then(|| String::from_utf8(words).unwrap_or_default())
}

/// Appends cells with something between them; `protect` keeps what is in them apart from that.
fn append_line(
    cells: &[Cell<'_>],
    between: &[u8],
    protect: fn(&[u8], &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    let mut text = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(between);
        }
        text.clear();
        cell.append(&mut text);
        protect(&text, out);
    }
}

/// Appends a line of RFC 4180. An empty cell that is alone is in quotes: many readers take an empty line for none.
fn append_csv(cells: &[Cell<'_>], out: &mut Vec<u8>) {
    let start = out.len();
    append_line(cells, b",", quote, out);
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"\r\n");
}

/// Puts `'` before texts that a spreadsheet would take for formulas (owasp.org, "CSV Injection"). A number is not a
/// formula.
fn guarded(mut cells: Vec<Cell<'_>>) -> Vec<Cell<'_>> {
    for cell in &mut cells {
        if let Some(text) = cell.text()
            && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
        {
            *cell = Cell::Text(format!("'{text}"));
        }
    }
    cells
}

fn escape_tabs(cell: &[u8], out: &mut Vec<u8>) {
    for &byte in cell {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte => out.push(byte),
        }
    }
}

fn quote(cell: &[u8], out: &mut Vec<u8>) {
    if !cell
        .iter()
        .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
    {
        return out.extend_from_slice(cell);
    }
    out.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
