//! Lays out rows of words as aligned columns for people.

use unicode_width::UnicodeWidthStr as _;

use super::message::inline;

/// Stands between the columns.
const GAP: usize = 2;
/// Stands if there is no value, as in `kubectl get`.
const NOTHING: &str = "<none>";

/// Returns how many columns of a terminal a text takes.
pub(super) fn width_of(text: &str) -> usize {
    text.width()
}

/// How the row that names the columns looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HeadStyle {
    /// As text.
    #[default]
    Plain,
    /// Bold, for a terminal.
    Bold,
}

/// Rows that wait until the widths are known: when the last one has come, or the first page of a list that goes on.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The cells as they are shown: a tab after each cell, a line break after each row. A cell
    /// itself holds neither.
    cells: String,
    /// How many columns of a terminal the widest cell of each column takes.
    widths: Vec<usize>,
    /// Which columns hold a value in any row but the head.
    filled: Vec<bool>,
    /// Whether rows were written, so that the widths are settled.
    flows: bool,
    /// How the head looks.
    style: HeadStyle,
    /// Whether the first of the rows that wait names the columns.
    begins_with_head: bool,
}

impl Table {
    /// A table whose head looks like this.
    pub(super) fn with_head(style: HeadStyle) -> Self {
        Self {
            style,
            ..Self::default()
        }
    }

    /// Adds the row that names the columns.
    pub(super) fn head<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.begins_with_head |= self.cells.is_empty();
        for (column, name) in names.into_iter().enumerate() {
            self.cell(column, name);
        }
        self.cells.push('\n');
    }

    /// Adds a row; a cell may have no value.
    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = Option<&'a str>>) {
        for (column, cell) in cells.into_iter().enumerate() {
            self.cell(column, cell.unwrap_or(NOTHING));
            if let (Some(_), Some(filled)) = (cell, self.filled.get_mut(column)) {
                *filled = true;
            }
        }
        self.cells.push('\n');
    }

    fn cell(&mut self, column: usize, text: &str) {
        let shown = inline(text);
        let width = shown.width();
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
            self.filled.resize(column + 1, false);
        }
        if let Some(widest) = self.widths.get_mut(column).filter(|_| !self.flows) {
            *widest = width.max(*widest);
        }
        self.cells.push_str(&shown);
        self.cells.push('\t');
    }

    /// Appends the rows that wait, with the widths that they have; those that follow have the same. All columns are
    /// there, because rows that follow may have a value in each.
    pub(super) fn flow(&mut self, out: &mut Vec<u8>) {
        self.append(true, out);
        self.cells.clear();
        self.begins_with_head = false;
        self.flows = true;
    }

    /// How many bytes are held.
    pub(super) fn held(&self) -> usize {
        self.cells.len()
    }

    /// How many rows wait, without the one that names the columns.
    pub(super) fn rows(&self) -> usize {
        let lines = self.cells.lines().count();
        lines - usize::from(self.begins_with_head).min(lines)
    }

    /// Appends the table with its first rows alone.
    pub(super) fn append_first(&self, rows: usize, all: bool, out: &mut Vec<u8>) {
        let lines = rows + usize::from(self.begins_with_head);
        let mut first = Self {
            cells: String::new(),
            widths: self.widths.clone(),
            filled: self.filled.clone(),
            ..*self
        };
        for line in self.cells.lines().take(lines) {
            first.cells.push_str(line);
            first.cells.push('\n');
        }
        first.append(all, out);
    }

    /// Appends the table: columns as wide as their widest cell, two spaces between them, no space at
    /// the end of a line. Without `all`, columns are left out that no row has a value for, unless no
    /// column has one.
    pub(super) fn append(&self, all: bool, out: &mut Vec<u8>) {
        let all = all || self.flows || !self.filled.contains(&true);
        for (number, row) in self.cells.lines().enumerate() {
            let is_head = number == 0 && self.begins_with_head;
            let is_bold = is_head && self.style == HeadStyle::Bold;
            if is_bold {
                out.extend_from_slice(b"\x1b[1m");
            }
            let start = out.len();
            let cells = row.split_terminator('\t').zip(&self.widths);
            for ((cell, width), filled) in cells.zip(&self.filled) {
                if !all && !filled {
                    continue;
                }
                out.extend_from_slice(cell.as_bytes());
                let padding = width.saturating_sub(cell.width()) + GAP;
                out.resize(out.len() + padding, b' ');
            }
            while out.len() > start && out.last() == Some(&b' ') {
                out.pop();
            }
            if is_bold {
                out.extend_from_slice(b"\x1b[0m");
            }
            out.push(b'\n');
        }
    }
}

/// Lays rows out, of which none names the columns.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    laid_out(Table::default(), rows)
}

/// Lays rows out, the first of which names the columns.
pub fn columns_below_head<const N: usize>(rows: &[[String; N]], head: HeadStyle) -> String {
    laid_out(Table::with_head(head), rows)
}

fn laid_out<const N: usize>(mut table: Table, rows: &[[String; N]]) -> String {
    for row in rows {
        table.head(row.iter().map(String::as_str));
    }
    let mut out = Vec::new();
    table.append(true, &mut out);
    // Every cell was text, so this never loses a byte.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{HeadStyle, Table, columns};

    #[test]
    fn a_bold_head_is_the_first_line_and_no_other() {
        let mut table = Table::with_head(HeadStyle::Bold);
        let mut out = Vec::new();
        table.head(["NAME", "N"]);
        table.row([Some("vm-01"), Some("1")]);
        table.flow(&mut out);
        table.row([Some("vm-02"), None]);
        table.append(false, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\u{1b}[1mNAME   N\u{1b}[0m\nvm-01  1\nvm-02  <none>\n"
        );
        let mut without = Table::with_head(HeadStyle::Bold);
        let mut out = Vec::new();
        without.row([Some("vm-01")]);
        without.append(false, &mut out);
        assert_eq!(out, b"vm-01\n");
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [["a", "bb", ""], ["äöü", "c", "d"], ["x\u{1b}y\nz", "", ""]];
        let rows = rows.map(|row| row.map(str::to_owned));
        let text = "a            bb\näöü          c   d\nx\\u{1b}y\\nz\n";
        assert_eq!(columns(&rows), text);
    }

    #[test]
    fn later_pages_keep_the_widths_of_the_first() {
        let mut table = Table::default();
        let mut out = Vec::new();
        table.head(["NAME", "ZONE", "N"]);
        table.row([Some("vm-1"), None, Some("1")]);
        table.flow(&mut out);
        assert_eq!(table.held(), 0);
        table.row([Some("vm-22"), Some("3"), Some("2")]);
        table.flow(&mut out);
        table.row([Some("v"), None, None]);
        table.append(false, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "NAME  ZONE    N\nvm-1  <none>  1\nvm-22  3       2\nv     <none>  <none>\n"
        );
    }

    #[test]
    fn wide_and_narrow_letters_stand_below_each_other() {
        let rows = [
            ["NAME", "N"],
            ["日本", "1"],
            ["e\u{301}", "2"],
            ["\u{202e}x\t", "3"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned));
        let text = "NAME         N\n日本         1\ne\u{301}            2\n\\u{202e}x\\t  3\n";
        assert_eq!(columns(&rows), text);
    }

    #[test]
    fn columns_without_a_value_can_be_left_out() {
        let mut table = Table::default();
        table.head(["A", "B", "C"]);
        table.row([Some("1"), None, None]);
        table.row([None, None, Some(""), Some("more")]);
        let text = |all| {
            let mut out = Vec::new();
            table.append(all, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            text(true),
            "A       B       C\n1       <none>  <none>\n<none>  <none>          more\n"
        );
        assert_eq!(
            text(false),
            "A       C\n1       <none>\n<none>          more\n"
        );
        let mut table = Table::default();
        table.head(["A"]);
        table.row([None]);
        let mut out = Vec::new();
        table.append(false, &mut out);
        assert_eq!(out, b"A\n<none>\n");
    }
}
