//! One page of a list: `$top`, `$skiptoken`, and a `nextLink` while there is more.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::sandbox::hash::hash;
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::store::Position;

/// Items on a page when `$top` does not say.
pub(crate) const PAGE_SIZE: usize = 20;
const LARGEST_PAGE: usize = 1_000;
const SKIP_TOKEN: &str = "$skiptoken";

/// Builds the page that a request asks for; bodies are made for its items only.
///
/// `items` are in ascending order of their positions. A token names the last item that was shown, so
/// that a list that shrinks between two pages skips nothing.
pub(crate) fn page<T>(
    call: &Call<'_>,
    base_url: &str,
    items: Vec<(Position, T)>,
    body: impl Fn(T) -> Value,
) -> Result<Reply, ArmError> {
    let (items, next_link) = cut(call, base_url, items, PAGE_SIZE)?;
    let value: Vec<Value> = items.into_iter().map(body).collect();
    let mut answer = json!({ "value": value });
    if let (Some(next_link), Some(members)) = (next_link, answer.as_object_mut()) {
        members.insert("nextLink".to_owned(), next_link.into());
    }
    Ok(Reply::json(StatusCode::OK, answer))
}

/// Cuts the items of a page out of all: `size` of them unless `$top` says otherwise. Returns the link
/// to the next page too, if there are more.
pub(crate) fn cut<T>(
    call: &Call<'_>,
    base_url: &str,
    items: Vec<(Position, T)>,
    size: usize,
) -> Result<(Vec<T>, Option<String>), ArmError> {
    let top = top(call, size)?;
    let after = call
        .parameter(SKIP_TOKEN)
        .map(|token| decode(call, &token))
        .transpose()?;
    let mut rest = items
        .into_iter()
        .skip_while(|(position, _)| after.as_ref().is_some_and(|after| position <= after));
    let mut last = None;
    let mut page = Vec::new();
    for (position, item) in rest.by_ref().take(top) {
        page.push(item);
        last = Some(position);
    }
    let last = last.filter(|_| rest.next().is_some());
    Ok((page, last.map(|last| next_link(call, base_url, &last))))
}

fn top(call: &Call<'_>, size: usize) -> Result<usize, ArmError> {
    let Some(value) = call.parameter("$top") else {
        return Ok(size);
    };
    match value.parse() {
        Ok(top) if (1..=LARGEST_PAGE).contains(&top) => Ok(top),
        Ok(_) | Err(_) => Err(ArmError::Top { value }),
    }
}

/// The same request with another token: all other parameters stay, as in recorded links.
fn next_link(call: &Call<'_>, base_url: &str, last: &Position) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &call.query {
        if !name.eq_ignore_ascii_case(SKIP_TOKEN) {
            query.append_pair(name, value);
        }
    }
    query.append_pair(SKIP_TOKEN, &encode(call, last));
    format!("{base_url}{}?{}", call.path, query.finish())
}

fn encode(call: &Call<'_>, last: &Position) -> String {
    URL_SAFE_NO_PAD
        .encode(format!("{:016x}/{}/{}", list_mark(call), last.ordinal, last.key).as_bytes())
}

fn decode(call: &Call<'_>, token: &str) -> Result<Position, ArmError> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (mark, position) = text.split_once('/')?;
        let (ordinal, key) = position.split_once('/')?;
        let fits = u64::from_str_radix(mark, 16).ok()? == list_mark(call);
        fits.then_some(Position {
            ordinal: ordinal.parse().ok()?,
            key: key.to_owned(),
        })
    };
    read().ok_or(ArmError::SkipToken)
}

/// A token belongs to the list that gave it out.
fn list_mark(call: &Call<'_>) -> u64 {
    hash(call.segments.join("/").to_ascii_lowercase().as_bytes())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;
    use serde_json::{Value, json};

    use super::page;
    use crate::sandbox::protocol::request::Call;
    use crate::sandbox::store::Position;
    use crate::sandbox::timestamp::Timestamp;

    fn get(uri: &str, count: u32) -> Result<Value, String> {
        let request = Request::builder().uri(uri).body(Bytes::new()).unwrap();
        let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
        let items = (0..count)
            .map(|ordinal| {
                (
                    Position {
                        ordinal,
                        key: String::new(),
                    },
                    ordinal,
                )
            })
            .collect();
        page(&call, "http://127.0.0.1:1", items, |number| json!(number))
            .map(|reply| reply.body.unwrap())
            .map_err(|fault| fault.to_string())
    }

    fn link(answer: &Value) -> Option<&str> {
        answer.get("nextLink").map(|link| link.as_str().unwrap())
    }

    #[test]
    fn pages_follow_each_other_without_gap() {
        let mut uri = "/List?api-version=2024-07-01&$filter=a eq 'ü+'"
            .replace(' ', "%20")
            .replace('ü', "%C3%BC");
        let mut seen = Vec::new();
        loop {
            let answer = get(&uri, 45).unwrap();
            seen.extend(
                answer["value"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|number| number.as_u64().unwrap()),
            );
            let Some(next) = link(&answer) else { break };
            assert!(next.starts_with("http://127.0.0.1:1/List?api-version=2024-07-01&%24filter=a+eq+%27%C3%BC+%27&%24skiptoken="), "{next}");
            uri = next.strip_prefix("http://127.0.0.1:1").unwrap().to_owned();
        }
        assert_eq!(seen, (0..45).collect::<Vec<_>>());
    }

    #[test]
    fn the_last_full_page_has_no_link() {
        assert_eq!(link(&get("/list", 20).unwrap()), None);
        assert!(link(&get("/list", 21).unwrap()).is_some());
        assert_eq!(get("/list", 0).unwrap(), json!({ "value": [] }));
    }

    #[test]
    fn a_token_survives_the_loss_of_its_item() {
        let uri = link(&get("/list?$top=2", 9).unwrap())
            .unwrap()
            .replace("http://127.0.0.1:1", "");
        assert_eq!(get(&uri, 2).unwrap(), json!({ "value": [] }));
        assert_eq!(get(&uri, 3).unwrap(), json!({ "value": [2] }));
    }

    #[track_caller]
    fn check_refused(uri: &str, expected: &str) {
        assert_eq!(get(uri, 45).unwrap_err(), expected);
    }

    #[test]
    fn bad_parameters_are_refused() {
        for value in ["0", "-1", "1001", "x", "", "1,2"] {
            check_refused(
                &format!("/list?$top={value}"),
                &format!(
                    "The $top value '{value}' is invalid. It must be a whole number from 1 to 1000."
                ),
            );
        }
        let other = link(&get("/other", 45).unwrap())
            .unwrap()
            .split_once("skiptoken=")
            .unwrap()
            .1
            .to_owned();
        for token in ["", "x", "AAAA", "!!!", other.as_str()] {
            check_refused(
                &format!("/list?$skiptoken={token}"),
                "The provided skip token is invalid.",
            );
        }
    }
}
