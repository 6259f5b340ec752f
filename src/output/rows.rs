//! Writes rows: an aligned table for people, tab- or comma-separated values for programs. What stands in them: `column`.

use super::column::{Cell, Chosen, Columns};
use super::table::Table;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// Aligned, below names in capitals. All rows are held until the last one has come.
    Table,
    /// With tabs between the cells, and no head. A tab, line break or backslash in a cell is `\t`,
    /// `\n`, `\r`, `\\`.
    Tsv,
    /// As RFC 4180 has it, below the names of the columns.
    Csv,
    /// The same, with `'` before texts that a spreadsheet would take for formulas.
    GuardedCsv,
}

/// The writer of rows.
#[derive(Debug)]
pub(super) struct Rows {
    format: RowFormat,
    columns: State,
    table: Table,
}

#[derive(Debug)]
enum State {
    /// No row has come.
    Open(Columns),
    Chosen(Chosen),
}

impl Rows {
    pub(super) fn new(format: RowFormat, columns: Columns) -> Self {
        Self {
            format,
            columns: State::Open(columns),
            table: Table::default(),
        }
    }

    /// How many bytes are held until the last row has come.
    pub(super) fn held(&self) -> usize {
        self.table.held()
    }

    /// Writes a row.
    pub(super) fn add(&mut self, row: &str, out: &mut Vec<u8>) {
        if let State::Open(columns) = &mut self.columns {
            let columns = std::mem::replace(columns, Columns::Usual(Vec::new()));
            let chosen = Chosen::by(columns, row);
            self.head(&chosen, out);
            self.columns = State::Chosen(chosen);
        }
        let State::Chosen(chosen) = &self.columns else {
            return;
        };
        let cells = chosen.cells(row);
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
    }

    /// Ends the rows.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
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

/// Appends a line of RFC 4180. An empty cell that is alone stands in quotes: many readers take an
/// empty line for none.
fn append_csv(cells: &[Cell<'_>], out: &mut Vec<u8>) {
    let start = out.len();
    append_line(cells, b",", quote, out);
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"\r\n");
}

/// Puts `'` before texts that a spreadsheet would take for formulas (owasp.org, "CSV Injection"). A number is none.
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
