//! The keys of a storage account, as `listKeys` shows them. They are invented, and there is no data
//! that they could open.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sandbox::hash::hash;

/// The answer of `listKeys` for the account of this id.
pub(crate) fn keys(id: &str) -> Value {
    let key = |number: u8| {
        let words: Vec<u8> = (0_u8..8)
            .flat_map(|word| hash(format!("{number}{word}{id}").as_bytes()).to_be_bytes())
            .collect();
        json!({
            "keyName": format!("key{number}"),
            "value": format!("sandbox-{}", URL_SAFE_NO_PAD.encode(&words)),
            "permissions": "FULL",
        })
    };
    json!({ "keys": [key(1), key(2)] })
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_differ() {
        let answer = keys("/x");
        assert_ne!(answer["keys"][0]["value"], answer["keys"][1]["value"]);
        assert_ne!(keys("/x"), keys("/y"));
    }
}
