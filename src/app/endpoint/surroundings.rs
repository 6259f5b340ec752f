//! The environment of the command of `arm exec`: the endpoint, for SDKs and for other tools, and nothing that would win
//! over it. Which variables those are: `variables`, `tools`; who starts the command: `child`.

use crate::app::endpoint::child::Surroundings;
use crate::app::endpoint::preparation::Task;
use crate::app::endpoint::variables;
use crate::azure::CloudName;
use crate::endpoint::Endpoint;
use crate::shell::Shell;
use crate::tools::{git_settings, of_tools, removed_for_tools};

/// The variables by which programs are told of a proxy for plain http.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Returns what is changed for every command.
pub(super) fn surroundings_of(endpoint: &Endpoint, task: Task<'_>) -> Surroundings {
    let env = task.env;
    let mut surroundings = Surroundings {
        removed: removed_for_tools().collect(),
        ..Surroundings::default()
    };
    for (name, value) in variables::of(endpoint, "127.0.0.1") {
        surroundings.set(name, value);
    }
    // Of the SDKs' credentials only those that an endpoint can give: nothing falls back to another login.
    surroundings.set("AZURE_TOKEN_CREDENTIALS", "prod");
    if let Some(address) = variables::address_with_secret(endpoint) {
        for (name, value) in of_tools(&address, task.identity, task.cloud) {
            // The subscription is the user's to choose.
            if !(name.ends_with("SUBSCRIPTION_ID") && env.get(name).is_some()) {
                surroundings.set(name, value);
            }
        }
    }
    if let Some(line) = task.helper.line("git", Shell::Posix) {
        let count = env
            .get("GIT_CONFIG_COUNT")
            .and_then(|text| text.parse().ok());
        for (name, value) in git_settings(task.cloud, count.unwrap_or(0), &format!("!{line}")) {
            surroundings.set(name, value);
        }
    }
    if PROXIES.iter().any(|name| env.get(name).is_some()) {
        let before = env.get("NO_PROXY").or_else(|| env.get("no_proxy"));
        let after = variables::no_proxy(before);
        surroundings.set("NO_PROXY", after.clone());
        surroundings.set("no_proxy", after);
    }
    if task.cloud.name == CloudName::Sandbox {
        // This program in the command talks to what its tokens are for.
        surroundings.set("ARMCLI_SANDBOX", "true");
    }
    surroundings
}
