//! What the fuzzer asks of Resource Graph's language. Who runs it: `crate::fuzz`.

use serde_json::json;

use super::graph::kql::parser;
use super::graph::kql::values::{Kind, Table};

/// A query, asked of a small table. Promise: it never has more rows than the table, and each has a value a column.
pub fn fuzz_graph(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Ok(query) = parser::parse(text) else {
        return;
    };
    let columns = [
        ("name", Kind::Text),
        ("type", Kind::Text),
        ("properties", Kind::Dynamic),
        ("tags", Kind::Dynamic),
    ];
    let rows = vec![
        vec![
            json!("vm-1"),
            json!("t"),
            json!({"a": {"b": [1, 2.5, "x"]}}),
            json!(null),
        ],
        vec![
            json!("vm-2"),
            json!("T"),
            json!({"a": true}),
            json!({"env": "dev"}),
        ],
        vec![json!(""), json!("u"), json!(null), json!([])],
    ];
    let count = rows.len();
    let table = Table {
        columns: columns.map(|(name, kind)| (name.to_owned(), kind)).to_vec(),
        rows,
    };
    if let Ok(table) = table.apply(&query.steps) {
        assert!(table.rows.len() <= count.max(1), "there are more rows");
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "a row has other columns");
        }
    }
}
