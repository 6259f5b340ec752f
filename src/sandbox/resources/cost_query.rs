//! Cost Management's query of a subscription: rows of one invented month, page by page. The costs
//! are computed from names and days, so that each run shows the same.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::hash::{guid, hash};
use crate::sandbox::protocol::error::ArmError;
use crate::sandbox::protocol::paging;
use crate::sandbox::protocol::reply::Reply;
use crate::sandbox::protocol::request::Call;
use crate::sandbox::seed::data::Subscription;
use crate::sandbox::store::Position;

/// The type of the query itself.
pub(crate) const TYPE: &str = "Microsoft.CostManagement/query";
/// Rows on a page when `$top` does not say; the service has 5,000 (Azure/azure-rest-api-specs#23405).
const PAGE_SIZE: usize = 50;
/// The days of the month whose costs are known.
const DAYS: u32 = 30;
/// The month, as `UsageDate` begins.
const MONTH: u32 = 202_406;

/// What a query asks for.
struct Query {
    by_day: bool,
    by_group: bool,
}

/// `POST …/providers/Microsoft.CostManagement/query`. A further page takes the same body: without it
/// the service refuses the query (Azure/azure-rest-api-specs#12276).
pub(crate) fn query(
    call: &Call<'_>,
    subscription: &Subscription,
    base_url: &str,
) -> Result<Reply, ArmError> {
    if call.method != Method::POST {
        return Err(call.not_allowed("POST"));
    }
    let query = read(call)?;
    let rows = rows(subscription, &query);
    let (rows, next_link) = paging::cut(call, base_url, rows, PAGE_SIZE)?;
    let mut columns = vec![column("PreTaxCost", "Number")];
    if query.by_day {
        columns.push(column("UsageDate", "Number"));
    }
    if query.by_group {
        columns.push(column("ResourceGroup", "String"));
    }
    columns.push(column("Currency", "String"));
    let name = guid(&format!("cost {}", subscription.id));
    let id = format!(
        "subscriptions/{}/providers/Microsoft.CostManagement/query/{name}",
        subscription.id
    );
    let answer = json!({
        "id": id,
        "name": name,
        "type": TYPE,
        "location": null,
        "sku": null,
        "eTag": null,
        "properties": { "nextLink": next_link, "columns": columns, "rows": rows },
    });
    Ok(Reply::json(StatusCode::OK, answer))
}

fn read(call: &Call<'_>) -> Result<Query, ArmError> {
    let invalid = |part: &'static str| ArmError::QueryDefinition { part };
    if call.body.is_empty() {
        return Err(invalid("Dataset"));
    }
    let body = call.object()?;
    let is_one_of = |value: Option<&Value>, words: &[&str]| {
        let text = value.and_then(Value::as_str).unwrap_or_default();
        words.iter().any(|word| word.eq_ignore_ascii_case(text))
    };
    let kinds = ["Usage", "ActualCost", "AmortizedCost"];
    if !is_one_of(body.get("type"), &kinds) {
        return Err(invalid("Type"));
    }
    let frames = [
        "MonthToDate",
        "BillingMonthToDate",
        "TheLastMonth",
        "TheLastBillingMonth",
        "WeekToDate",
        "Custom",
    ];
    if !is_one_of(body.get("timeframe"), &frames) {
        return Err(invalid("Timeframe"));
    }
    let dataset = body.get("dataset").and_then(Value::as_object);
    let dataset = dataset.ok_or_else(|| invalid("Dataset"))?;
    let granularity = dataset.get("granularity");
    let by_day = is_one_of(granularity, &["Daily"]);
    if !by_day && !granularity.is_none_or(|_| is_one_of(granularity, &["None"])) {
        return Err(invalid("Granularity"));
    }
    let groupings = match dataset.get("grouping") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(groupings)) => groupings.as_slice(),
        Some(_) => return Err(invalid("Grouping")),
    };
    let names = ["ResourceGroup", "ResourceGroupName"];
    if !groupings.iter().all(|by| is_one_of(by.get("name"), &names)) {
        return Err(invalid("Grouping"));
    }
    Ok(Query {
        by_day,
        by_group: !groupings.is_empty(),
    })
}

/// The rows in their order, each with its position.
fn rows(subscription: &Subscription, query: &Query) -> Vec<(Position, Value)> {
    let days: Vec<Option<u32>> = if query.by_day {
        (1..=DAYS).map(Some).collect()
    } else {
        vec![None]
    };
    let names = subscription.groups.iter().map(|group| Some(group.name));
    let groups: Vec<Option<&str>> = if query.by_group {
        names.collect()
    } else {
        vec![None]
    };
    let keys = days
        .iter()
        .flat_map(|day| groups.iter().map(move |group| (*day, *group)));
    (0..)
        .zip(keys)
        .map(|(ordinal, (day, group))| {
            let position = Position {
                ordinal,
                key: String::new(),
            };
            (position, row(subscription, day, group))
        })
        .collect()
}

fn row(subscription: &Subscription, day: Option<u32>, group: Option<&str>) -> Value {
    let mut cents = 0;
    for known in &subscription.groups {
        if group.is_none_or(|group| group == known.name) {
            let days = day.map_or(1..=DAYS, |day| day..=day);
            cents += days
                .map(|day| cents_of(subscription, known.name, day))
                .sum::<u64>();
        }
    }
    let cost: Value =
        serde_json::from_str(&format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default();
    let date = day.map(|day| json!(MONTH * 100 + day));
    let row = [Some(cost), date, group.map(Value::from), Some("EUR".into())];
    Value::Array(row.into_iter().flatten().collect())
}

/// What a group costs on a day.
fn cents_of(subscription: &Subscription, group: &str, day: u32) -> u64 {
    let usual = 2_000 + hash(format!("{} {group}", subscription.id).as_bytes()) % 8_000;
    usual + hash(format!("{group} {day}").as_bytes()) % 500
}

fn column(name: &str, kind: &str) -> Value {
    json!({ "name": name, "type": kind })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Method, Request};
    use serde_json::Value;

    use super::query;
    use crate::sandbox::protocol::request::Call;
    use crate::sandbox::seed::data::subscriptions;
    use crate::sandbox::timestamp::Timestamp;

    const QUERY: &str = r#"{"type":"Usage","timeframe":"MonthToDate","dataset":{"granularity":"Daily",
        "grouping":[{"type":"Dimension","name":"ResourceGroup"}]}}"#;

    fn ask(method: Method, uri: &str, body: &str) -> Result<Value, String> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let request = Request::builder().method(method).uri(uri);
        let request = request
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        let call = Call::parse(&request, Timestamp::from_seconds(0)).unwrap();
        query(&call, &subscriptions()[0], "http://h")
            .map(|reply| reply.body.unwrap())
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn rows_come_page_by_page_for_the_same_body() {
        let mut uri = "/query?api-version=1".to_owned();
        let (mut rows, mut pages) = (Vec::new(), 0);
        loop {
            let answer = ask(Method::POST, &uri, QUERY).unwrap();
            let properties = &answer["properties"];
            rows.extend(
                properties["rows"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(Value::to_string),
            );
            pages += 1;
            let Some(link) = properties["nextLink"].as_str() else {
                break;
            };
            uri = link.strip_prefix("http://h").unwrap().to_owned();
        }
        assert_eq!(
            (rows.len(), pages),
            (30 * subscriptions()[0].groups.len(), 3)
        );
        rows.dedup();
        assert_eq!(rows.len(), 150);
        assert!(
            rows[0].contains(",20240601,\"rg-web-prod\",\"EUR\"]"),
            "{}",
            rows[0]
        );
        let refused = ask(Method::POST, &uri, "").unwrap_err();
        assert!(refused.contains("Dataset is invalid"), "{refused}");
        assert!(ask(Method::GET, &uri, "").is_err());
    }

    #[test]
    fn the_parts_of_a_cost_add_up() {
        let total = |dataset: &str| {
            let body =
                format!("{{\"type\":\"usage\",\"timeframe\":\"Custom\",\"dataset\":{dataset}}}");
            let answer = ask(Method::POST, "/query?$top=1000", &body).unwrap();
            let rows = answer["properties"]["rows"].as_array().unwrap().clone();
            let cents = rows.iter().map(|row| row[0].to_string().replace('.', ""));
            cents
                .map(|cents| cents.parse::<u64>().unwrap())
                .sum::<u64>()
        };
        let whole = total("{}");
        assert_eq!(whole, total("{\"granularity\":\"Daily\"}"));
        assert_eq!(
            whole,
            total("{\"granularity\":\"None\",\"grouping\":[{\"name\":\"resourcegroup\"}]}")
        );
    }

    #[test]
    fn other_queries_are_refused() {
        for (body, part) in [
            ("{}", "Type"),
            ("{\"type\":\"Usage\"}", "Timeframe"),
            ("{\"type\":\"Usage\",\"timeframe\":\"Custom\"}", "Dataset"),
            (
                "{\"type\":\"Usage\",\"timeframe\":\"Custom\",\"dataset\":{\"granularity\":\"Hourly\"}}",
                "Granularity",
            ),
            (
                "{\"type\":\"Usage\",\"timeframe\":\"Custom\",\"dataset\":{\"grouping\":[{\"name\":\"x\"}]}}",
                "Grouping",
            ),
        ] {
            let refused = ask(Method::POST, "/query", body).unwrap_err();
            assert!(
                refused.contains(&format!("{part} is invalid")),
                "{body}: {refused}"
            );
        }
    }
}
