//! Tables whose service sends the names of the columns apart from the rows: Cost Management, Resource Graph's tables, Log
//! Analytics. Each row becomes an object, so that columns can be asked for by name. Who writes it: `rows`.

use super::column::{elements, member};
use crate::json::string_of;

/// The names of columns, each different, in the order of the cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Reads `[{"name":"Cost","type":"Number"}, …]`.
    pub(super) fn of(columns: &str) -> Option<Self> {
        if !columns.starts_with('[') {
            return None;
        }
        let mut names: Vec<String> = Vec::new();
        for column in elements(columns) {
            let name = member("name", column).and_then(string_of)?;
            if names.contains(&name) {
                return None;
            }
            names.push(name);
        }
        (!names.is_empty()).then_some(Self(names))
    }

    /// The names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The object that a row means, if the row has a cell for each name.
    pub(super) fn object(&self, row: &str) -> Option<String> {
        if !row.starts_with('[') {
            return None;
        }
        let cells = elements(row);
        if cells.len() != self.0.len() {
            return None;
        }
        let members = self.0.iter().zip(cells);
        let members = members.map(|(name, cell)| {
            let name = serde_json::Value::from(name.as_str());
            format!("{name}:{cell}")
        });
        Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
    }
}

/// The table that an object consists of: itself, its `properties`, its `data`, or the only one of its `tables`.
pub(super) fn table_in(object: &str) -> Option<(Names, Vec<&str>)> {
    // Nearly all objects are not one, and this is quickly seen.
    if !object.starts_with('{') || !object.contains("\"rows\"") {
        return None;
    }
    let only_table = member("tables", object).filter(|tables| tables.starts_with('['));
    let only_table = only_table.map(elements);
    let table = match only_table.as_deref() {
        Some([table]) => table,
        Some(_) => return None,
        None if member("rows", object).is_some() => object,
        None => member("properties", object).or_else(|| member("data", object))?,
    };
    let names = Names::of(member("columns", table)?)?;
    let rows = member("rows", table).filter(|rows| rows.starts_with('['))?;
    let rows = elements(rows);
    let are_rows = rows.iter().all(|row| names.object(row).is_some());
    are_rows.then_some((names, rows))
}

#[cfg(test)]
mod tests {
    use super::{Names, table_in};

    #[test]
    fn names_are_those_of_the_service() {
        let names = Names::of(r#"[{"name":"Cost","type":"Number"},{"name":"a\"b"}]"#).unwrap();
        let object = names.object("[1.50, null]");
        assert_eq!(object.as_deref(), Some(r#"{"Cost":1.50,"a\"b":null}"#));
        assert_eq!(names.object("[1]"), None);
        assert_eq!(names.object("{}"), None);
        for columns in ["[]", "[1]", "{}", r#"[{"name":"a"},{"name":"a"}]"#] {
            assert_eq!(Names::of(columns), None, "{columns}");
        }
    }

    #[test]
    fn a_table_is_found_where_services_put_it() {
        let table = r#"{"columns":[{"name":"a"}],"rows":[[1],["x"]]}"#;
        for (document, rows) in [
            (table.to_owned(), Some(2)),
            (format!("{{\"tables\":[{table}]}}"), Some(2)),
            (format!("{{\"id\":\"q\",\"properties\":{table}}}"), Some(2)),
            (format!("{{\"data\":{table}}}"), Some(2)),
            (format!("{{\"tables\":[{table},{table}]}}"), None),
            (
                r#"{"columns":[{"name":"a"}],"rows":[[1,2]]}"#.to_owned(),
                None,
            ),
            (r#"{"columns":[{"name":"a"}],"rows":7}"#.to_owned(), None),
            (r#"{"rows":[[1]]}"#.to_owned(), None),
            (r#"["rows"]"#.to_owned(), None),
        ] {
            let found = table_in(&document).map(|(_, rows)| rows.len());
            assert_eq!(found, rows, "{document}");
        }
    }
}
