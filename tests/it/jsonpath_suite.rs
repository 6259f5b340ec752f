//! The compliance suite of JSONPath (`jsonpath-standard/jsonpath-compliance-test-suite`), whole.

#![expect(clippy::unwrap_used, reason = "a broken suite file fails the test")]

use arm::parts::Query;
use serde_json::Value;

use crate::support::shared::shared;

#[test]
#[expect(clippy::print_stderr, reason = "the count is the result")]
fn passes_every_case() {
    let Some(path) = shared("conformance/jsonpath/cts.json") else {
        return;
    };
    let suite: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = suite["tests"].as_array().unwrap();
    let faults: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    eprintln!(
        "jsonpath: {} of {} cases pass",
        cases.len() - faults.len(),
        cases.len()
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(
        cases.len() >= 703,
        "the suite has shrunk to {}",
        cases.len()
    );
}

/// Runs a case; the answer of a failed one says what was expected.
fn run(case: &Value) -> Result<(), String> {
    let name = case["name"].as_str().unwrap();
    let selector = case["selector"].as_str().unwrap();
    let query = match (Query::parse(selector), case["invalid_selector"] == true) {
        (Ok(query), false) => query,
        (Err(_), true) => return Ok(()),
        (Ok(_), true) => return Err(format!("{name}: `{selector}` must be refused")),
        (Err(error), false) => return Err(format!("{name}: {error}")),
    };
    let document = serde_json::to_string(&case["document"]).unwrap();
    let mut found = Vec::new();
    query
        .select(&document, &mut |node| {
            found.push(serde_json::from_str(node).unwrap());
        })
        .map_err(|error| format!("{name}: {error}"))?;
    let found = Value::Array(found);
    // If the order of members is open, the suite lists every good answer.
    let good = match case["results"].as_array() {
        Some(results) => results.contains(&found),
        None => case["result"] == found,
    };
    if good {
        Ok(())
    } else {
        Err(format!("{name}: `{selector}` of {document} gave {found}"))
    }
}
