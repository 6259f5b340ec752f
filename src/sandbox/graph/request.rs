//! What comes with a query: where it looks, and how much of the result is wanted. Who reads the
//! query: `kql`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::sandbox::authority::arm_token::Caller;
use crate::sandbox::graph::error::RequestError;
use crate::sandbox::hash::hash;
use crate::sandbox::seed::data::{self, Subscription, subscriptions};

/// Rows on a page where `$top` does not say, and the most that it may say.
const LARGEST_PAGE: usize = 1_000;
/// The most subscriptions that the service takes by name.
const MOST_SUBSCRIPTIONS: usize = 1_000;

/// A request, read.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) query: String,
    /// Where it looks: what was named, as far as the caller sees it; else all that they see.
    pub(crate) subscriptions: Vec<&'static Subscription>,
    pub(crate) top: usize,
    pub(crate) skip: usize,
    pub(crate) format: Format,
}

/// The form of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Objects,
    Table,
}

/// Reads the body of a request.
pub(crate) fn read(body: &Map<String, Value>, caller: &Caller) -> Result<Request, RequestError> {
    let query = match body.get("query") {
        Some(Value::String(query)) if !query.trim().is_empty() => query.clone(),
        Some(Value::String(_)) | None => return Err(wrong("The query is empty.")),
        Some(_) => return Err(wrong("The query is not a string.")),
    };
    if !matches!(body.get("facets"), None | Some(Value::Null))
        && body.get("facets") != Some(&Value::Array(Vec::new()))
    {
        return Err(wrong("The sandbox does not know facets."));
    }
    let nothing = Map::new();
    let options = match body.get("options") {
        None | Some(Value::Null) => &nothing,
        Some(Value::Object(options)) => options,
        Some(_) => return Err(wrong("The options are not an object.")),
    };
    let top = match number(options, "$top")? {
        None => LARGEST_PAGE,
        Some(top) if (1..=LARGEST_PAGE).contains(&top) => top,
        Some(_) => return Err(wrong("$top must be a number from 1 to 1000.")),
    };
    let from_token = match member(options, "$skipToken") {
        None | Some(Value::Null) => None,
        Some(Value::String(token)) => {
            Some(decode(token, &query).ok_or_else(|| wrong("The $skipToken is invalid."))?)
        }
        Some(_) => return Err(wrong("The $skipToken is not a string.")),
    };
    let format = match member(options, "resultFormat") {
        None | Some(Value::Null) => Format::Objects,
        Some(Value::String(format)) if format.eq_ignore_ascii_case("objectArray") => {
            Format::Objects
        }
        Some(Value::String(format)) if format.eq_ignore_ascii_case("table") => Format::Table,
        Some(_) => {
            return Err(wrong(
                "The resultFormat is neither 'objectArray' nor 'table'.",
            ));
        }
    };
    Ok(Request {
        // `$skip` goes before the token (Microsoft Learn, `ResourceQueryRequestOptions.Skip`).
        skip: number(options, "$skip")?.or(from_token).unwrap_or(0),
        subscriptions: subscriptions_in_view(body, caller)?,
        query,
        top,
        format,
    })
}

fn wrong(reason: &str) -> RequestError {
    RequestError::Body {
        reason: reason.to_owned(),
    }
}

fn member<'o>(options: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    let mut members = options.iter();
    members
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn number(options: &Map<String, Value>, name: &str) -> Result<Option<usize>, RequestError> {
    match member(options, name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value
                .as_u64()
                .and_then(|number| usize::try_from(number).ok());
            let number = number.ok_or_else(|| wrong(&format!("{name} is not a whole number.")))?;
            Ok(Some(number))
        }
    }
}

/// The subscriptions that a query looks at: those of the caller's tenant, cut down to what was named.
fn subscriptions_in_view(
    body: &Map<String, Value>,
    caller: &Caller,
) -> Result<Vec<&'static Subscription>, RequestError> {
    let own = |subscription: &&'static Subscription| subscription.tenant.id == caller.tenant_id;
    let groups = names(body, "managementGroups")?;
    let named = names(body, "subscriptions")?;
    if named.len() > MOST_SUBSCRIPTIONS {
        return Err(wrong("More than 1000 subscriptions are named."));
    }
    if !groups.is_empty() {
        // The only management group is the root of the tenant, which has its id.
        let is_root = |name: &&str| name.eq_ignore_ascii_case(&caller.tenant_id);
        if !groups.iter().any(is_root) {
            return Err(RequestError::Denied);
        }
        return Ok(subscriptions().iter().filter(own).collect());
    }
    if named.is_empty() {
        return Ok(subscriptions().iter().filter(own).collect());
    }
    let known: Vec<_> = subscriptions()
        .iter()
        .filter(|subscription| {
            named
                .iter()
                .any(|name| name.eq_ignore_ascii_case(subscription.id))
        })
        .collect();
    if !named.iter().any(|name| data::subscription(name).is_some()) {
        return Err(RequestError::NoSubscription);
    }
    let seen: Vec<_> = known.into_iter().filter(own).collect();
    if seen.is_empty() {
        return Err(RequestError::Denied);
    }
    Ok(seen)
}

fn names<'b>(body: &'b Map<String, Value>, name: &str) -> Result<Vec<&'b str>, RequestError> {
    let not_names = || wrong(&format!("{name} is not an array of strings."));
    match body.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            let names = names.iter().map(|name| name.as_str().ok_or_else(not_names));
            names.collect()
        }
        Some(_) => Err(not_names()),
    }
}

/// The token of the rows after this many, for the same query. The real one is JSON in base64 too (recorded).
pub(crate) fn encode(rows: usize, query: &str) -> String {
    let mark = hash(query.as_bytes());
    URL_SAFE_NO_PAD.encode(
        format!("{{\"$id\":\"1\",\"RowsToSkip\":{rows},\"Query\":\"{mark:016x}\"}}").as_bytes(),
    )
}

fn decode(token: &str, query: &str) -> Option<usize> {
    let token: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let rows = usize::try_from(token.get("RowsToSkip")?.as_u64()?).ok()?;
    let mark = token.get("Query")?.as_str()?;
    (mark == format!("{:016x}", hash(query.as_bytes()))).then_some(rows)
}
