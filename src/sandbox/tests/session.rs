//! A client for the tests of whole requests: short words for long paths. The tests are in the files next to it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use crate::sandbox::{Sandbox, default_subscription_id, issue};

pub(crate) const BASE: &str = "https://management.azure.com";
pub(crate) const DEVELOPMENT: &str = "/subscriptions/a81d5e37-0c9f-4b62-8e14-57c3f9d0b2e8";

/// 2026-11-22T05:26:48Z.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_325_208)
}

/// Writes out the short words of a path.
pub(crate) fn path(text: &str) -> String {
    text.replace("{vms}", "{web}/providers/Microsoft.Compute/virtualMachines")
        .replace("{web}", "{sub}/resourceGroups/rg-web-prod")
        .replace(
            "{net}",
            "{sub}/resourceGroups/rg-network-prod/providers/Microsoft.Network",
        )
        .replace(
            "{sub}",
            &format!("/subscriptions/{}", default_subscription_id()),
        )
        .replace("{dev}", DEVELOPMENT)
        .replace("{compute}", "api-version=2024-07-01")
        .replace("{network}", "api-version=2024-05-01")
        .replace("{root}", "api-version=2021-04-01")
}

/// The names of items.
pub(crate) fn names(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

/// A sandbox and the token to enter it.
pub(crate) struct Session {
    pub(crate) sandbox: Sandbox,
    token: String,
}

impl Session {
    pub(crate) fn new() -> Self {
        let token = issue("https://management.azure.com/", now())
            .token
            .expose()
            .to_owned();
        Self {
            sandbox: Sandbox::new(BASE, now()),
            token,
        }
    }

    /// Sends `VERB path`; a body goes as JSON.
    pub(crate) fn send(
        &mut self,
        request: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Response<Bytes> {
        let (method, uri) = request.split_once(' ').unwrap();
        let mut builder = Request::builder()
            .method(method)
            .uri(path(uri))
            .header("authorization", format!("Bearer {}", self.token));
        if !body.is_empty() {
            builder = builder.header("content-type", "application/json");
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        self.sandbox.handle(
            &builder
                .body(Bytes::copy_from_slice(body.as_bytes()))
                .unwrap(),
        )
    }

    /// Status and body; an empty body is null.
    pub(crate) fn call(&mut self, request: &str, body: &str) -> (u16, Value) {
        let response = self.send(request, body, &[]);
        let value = if response.body().is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(response.body()).unwrap()
        };
        (response.status().as_u16(), value)
    }

    /// Sends a write and asks about its operation until that has ended.
    #[track_caller]
    pub(crate) fn finish(&mut self, request: &str, body: &str) {
        let response = self.send(request, body, &[]);
        let headers = response.headers();
        let monitor = headers
            .get("azure-asyncoperation")
            .or(headers.get("location"));
        let monitor = monitor.unwrap().to_str().unwrap();
        let monitor = format!("GET {}", monitor.strip_prefix(BASE).unwrap());
        let polls = [(); 3].map(|()| self.send(&monitor, "", &[]));
        assert_eq!(polls[2].status(), 200, "{monitor}");
        if let Ok(body) = serde_json::from_slice::<Value>(polls[2].body()) {
            assert_ne!(body["status"], "Failed", "{request}");
        }
    }

    #[track_caller]
    pub(crate) fn get(&mut self, uri: &str) -> Value {
        let (status, body) = self.call(&format!("GET {uri}"), "");
        assert_eq!(status, 200, "{uri}: {body}");
        body
    }

    /// All items of a list, its links followed; asserts that no page is above `most`.
    #[track_caller]
    pub(crate) fn walk(&mut self, uri: &str, most: usize) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(uri.to_owned());
        while let Some(uri) = next {
            let mut page = self.get(&uri);
            let value = page["value"].as_array_mut().unwrap();
            assert!(value.len() <= most);
            items.append(value);
            next = page.get("nextLink").map(|link| {
                let link = link.as_str().unwrap();
                assert!(
                    link.contains("api-version=") && link.contains("&%24skiptoken="),
                    "{link}"
                );
                link.strip_prefix(BASE).unwrap().to_owned()
            });
        }
        items
    }

    /// Checks status and code of a refusal, and returns its message.
    #[track_caller]
    pub(crate) fn refused(&mut self, request: &str, body: &str, status: u16, code: &str) -> String {
        let (actual, answer) = self.call(request, body);
        let error = &answer["error"];
        assert_eq!(
            (actual, error["code"].as_str()),
            (status, Some(code)),
            "{request}: {answer}"
        );
        error["message"].as_str().unwrap().to_owned()
    }
}
