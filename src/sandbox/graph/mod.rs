//! Azure Resource Graph over what the sandbox holds: a small part of its query language, and a clear refusal of the
//! rest.
//!
//! ```text
//! body → Request{query, scope, options} ─lexer→ tokens ─parser→ Query ─tables→ Table ─evaluator→ Table → answer
//! ```
//!
//! The language and its limits are described on Microsoft Learn ("Understanding the Azure Resource Graph
//! query language", "Guidance for pagination").

pub(super) mod error;
pub(super) mod kql;
mod page;
pub(super) mod quota;
pub(super) mod reads;
mod request;
mod tables;

use http::Method;

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::Store;

/// `POST /providers/Microsoft.ResourceGraph/resources`.
pub(crate) fn query(store: &Store, call: &Call<'_>, caller: &Caller) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let body = call.object()?;
    let request = match request::read(&body, caller) {
        Ok(request) => request,
        Err(fault) => return Ok(fault.reply(call)),
    };
    let table = kql::parser::parse(&request.query).and_then(|query| {
        let table = tables::table(query.table, store, &request.subscriptions);
        Ok((table.apply(&query.steps)?, query))
    });
    match table {
        Ok((table, query)) => Ok(page::of(&request, table, &query.steps)),
        Err(fault) => Ok(fault.reply(call)),
    }
}

#[cfg(test)]
mod tests {
    mod query;
    mod request;
}
