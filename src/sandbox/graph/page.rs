//! From the rows of a result to one page of it. Who computes the rows: `kql::evaluator`.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::sandbox::graph::kql::syntax::Step;
use crate::sandbox::graph::kql::values::Kind;
use crate::sandbox::graph::kql::values::Table;
use crate::sandbox::graph::request::{Format, Request, encode};
use crate::sandbox::protocol::reply::Reply;

/// The page that a request asks for, and where the next one begins.
///
/// If the query takes a number of rows, or no column is a scalar, the service makes no pages: it says `resultTruncated`
/// and no token (Microsoft Learn, "Guidance for pagination").
pub(crate) fn of(request: &Request, table: Table, steps: &[Step]) -> Reply {
    let total = table.rows.len();
    let Table { columns, rows } = table;
    let page: Vec<Vec<Value>> = rows
        .into_iter()
        .skip(request.skip)
        .take(request.top)
        .collect();
    let end = request.skip.saturating_add(page.len());
    let is_more = end < total;
    let is_paged = !steps.iter().any(Step::ends_paging)
        && columns.iter().any(|(_, kind)| *kind != Kind::Dynamic);
    let count = page.len();
    let data = match request.format {
        Format::Objects => page.into_iter().map(|row| object(&columns, row)).collect(),
        Format::Table => json!({
            "columns": columns
                .iter()
                .map(|(name, kind)| json!({ "name": name, "type": kind.word() }))
                .collect::<Vec<_>>(),
            "rows": page,
        }),
    };
    let mut answer = json!({
        "totalRecords": total,
        "count": count,
        "data": data,
        "facets": [],
        "resultTruncated": if is_more && !is_paged { "true" } else { "false" },
    });
    if let (true, Some(members)) = (is_more && is_paged, answer.as_object_mut()) {
        members.insert("$skipToken".to_owned(), encode(end, &request.query).into());
    }
    Reply::json(StatusCode::OK, answer)
}

fn object(columns: &[(String, Kind)], row: Vec<Value>) -> Value {
    let names = columns.iter().map(|(name, _)| name.clone());
    Value::Object(names.zip(row).collect::<Map<String, Value>>())
}
