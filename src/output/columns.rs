//! Rows of words as columns for people. Knows nothing of what they mean, and colours nothing.

/// Lays rows out: columns as wide as their widest word, two spaces between them, no space at the
/// end of a line. What could steer a terminal is shown as an escape.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows
        .iter()
        .map(|row| row.clone().map(|cell| plain(&cell)))
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            let padding = width.saturating_sub(cell.chars().count()) + 2;
            line.extend(std::iter::repeat_n(' ', padding));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn plain(cell: &str) -> String {
    super::report::printable(cell).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [["a", "bb", ""], ["äöü", "c", "d"], ["x\u{1b}y\nz", "", ""]];
        let rows = rows.map(|row| row.map(str::to_owned));
        let text = "a           bb\näöü         c   d\nx\\u{1b}y z\n";
        assert_eq!(columns(&rows), text);
    }
}
