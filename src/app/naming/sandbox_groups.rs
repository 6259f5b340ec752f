//! The resource groups of the sandbox, which can be asked without a service: for TAB. What was seen elsewhere: `memory`.

use bytes::Bytes;
use serde_json::Value;

use crate::cli::Candidate;
use crate::env::Env;
use crate::sandbox::issue_for;
use crate::transport::SandboxTransport;

/// Where the sandbox answers.
const ORIGIN: &str = "https://management.azure.com";
/// The version of the list.
const API_VERSION: &str = "2022-12-01";

/// The groups of a subscription, each with its region.
pub(crate) fn of(subscription: &str, env: &Env) -> Vec<Candidate> {
    let file = env
        .state_dir
        .as_deref()
        .map(SandboxTransport::state_file_in);
    let sandbox = SandboxTransport::new(ORIGIN, file, env.now);
    listed(&sandbox, subscription, env).unwrap_or_default()
}

fn listed(sandbox: &SandboxTransport, subscription: &str, env: &Env) -> Option<Vec<Candidate>> {
    let token = issue_for(ORIGIN, None, env.now)?.token;
    let path = format!("/subscriptions/{subscription}/resourceGroups");
    let request = http::Request::get(format!("{ORIGIN}{path}?api-version={API_VERSION}"))
        .header(
            http::header::AUTHORIZATION,
            format!("Bearer {}", token.expose()),
        )
        .body(Bytes::new())
        .ok()?;
    let answer = sandbox.answer(&request, env.now).ok()?;
    let body: Value = serde_json::from_slice(answer.body()).ok()?;
    let items = body.get("value")?.as_array()?.iter();
    let text = |item: &Value, member: &str| Some(item.get(member)?.as_str()?.to_owned());
    let candidate =
        |item: &Value| Some(Candidate::new(text(item, "name")?, text(item, "location")?));
    Some(items.filter_map(candidate).collect())
}
