//! Azure Resource Graph over what the sandbox holds: a small part of its query language, and an honest
//! refusal of the rest.
//!
//! ```text
//! body → Request{query, scope, options} ─lexer→ tokens ─parser→ Query ─tables→ Table ─evaluator→ Table → answer
//! ```
//!
//! The language and its limits are described on Microsoft Learn ("Understanding the Azure Resource Graph
//! query language", "Guidance for pagination").

mod answer;
mod evaluator;
mod expressions;
mod fault;
mod lexer;
mod parser;
#[cfg(test)]
mod query_tests;
mod quota;
mod request;
#[cfg(test)]
mod request_tests;
mod syntax;
mod tables;
mod values;

use http::Method;

use crate::sandbox::errors::Fault;
use crate::sandbox::identity::Caller;
use crate::sandbox::reply::Reply;
use crate::sandbox::request::Call;
use crate::sandbox::store::Store;

pub(super) use quota::{Quota, add_quota, is_query, too_early};

/// The namespace, and the only thing in it that the sandbox has.
pub(super) const NAMESPACE: &str = "Microsoft.ResourceGraph";
pub(super) const RESOURCES: &str = "resources";

/// `POST /providers/Microsoft.ResourceGraph/resources`.
pub(super) fn query(store: &Store, call: &Call<'_>, caller: &Caller) -> Result<Reply, Fault> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let body = call.object()?;
    let request = match request::read(&body, caller) {
        Ok(request) => request,
        Err(fault) => return Ok(fault.reply(call)),
    };
    let table = parser::parse(&request.query).and_then(|query| {
        let table = tables::table(query.table, store, &request.subscriptions);
        Ok((table.apply(&query.steps)?, query))
    });
    match table {
        Ok((table, query)) => Ok(answer::of(&request, table, &query.steps)),
        Err(fault) => Ok(fault.reply(call)),
    }
}
