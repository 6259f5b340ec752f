//! The compliance suite of JMESPath (`jmespath/jmespath.py`, `tests/compliance`), whole. That of JSONPath:
//! `jsonpath_suite`.

#![expect(clippy::unwrap_used, reason = "a broken suite file fails the test")]

use std::path::Path;

use arm::parts::JmesPath;
use serde_json::Value;

#[test]
fn passes_every_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/jmespath");
    let (mut count, mut faults) = (0, Vec::new());
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let suites: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for suite in suites.as_array().unwrap() {
            let document = suite["given"].to_string();
            for case in suite["cases"].as_array().unwrap() {
                count += 1;
                faults.extend(run(&document, case).err());
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(count, 908, "cases were lost");
}

/// Runs a case; the answer of a failed one says what was expected.
fn run(document: &str, case: &Value) -> Result<(), String> {
    let expression = case["expression"].as_str().unwrap();
    let found = JmesPath::parse(expression).and_then(|query| query.find(document));
    match (found, case.get("error")) {
        (Err(_), Some(_)) => Ok(()),
        (Ok(found), Some(error)) => Err(format!(
            "`{expression}` found {found}, expected the error {error}"
        )),
        (Err(error), None) => Err(format!("{error}")),
        // A benchmark has no result.
        (Ok(_), None) if case.get("result").is_none() => Ok(()),
        (Ok(found), None) => {
            let found: Value = serde_json::from_str(&found).unwrap();
            if same(&found, &case["result"]) {
                Ok(())
            } else {
                let result = &case["result"];
                Err(format!(
                    "`{expression}` of {document} found {found}, expected {result}"
                ))
            }
        }
    }
}

/// Compares by value: `1.0` and `1` are the same.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_there = |(name, value): (&String, &Value)| {
                other
                    .get(name)
                    .is_some_and(|value_of| same(value, value_of))
            };
            one.len() == other.len() && one.iter().all(is_there)
        }
        (one, other) => one == other,
    }
}
