//! Tables of facts as text next to their readers: rows of fields between tabs, comments after `#`. They are read row by
//! row when something is looked up, because tables built at start would cost every run.

/// Returns the rows of a table: its lines without comments and empty ones.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Splits a row into its fields; nothing if their number is another one.
pub(super) fn fields<const COUNT: usize>(row: &'static str) -> Option<[&'static str; COUNT]> {
    let fields: Vec<&str> = row.split('\t').collect();
    fields.try_into().ok()
}
