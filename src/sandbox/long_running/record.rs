//! Long-running operations as records: what was started, how often it was asked about, how it ended, and under which
//! addresses it is asked about. Who changes resources: `run`; who answers: `status`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sandbox::hash::{guid, hash};
use crate::sandbox::protocol::request::Call;

/// Finished operations that are remembered, so that their result can still be fetched; Azure keeps
/// them for a day.
const REMEMBERED: usize = 32;

/// One long-running operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Operation {
    /// Counts the operations of a sandbox, from 1.
    pub(crate) number: u64,
    /// The last segment of its addresses.
    pub(crate) name: String,
    /// The id of the resource or group it works on.
    pub(crate) target: String,
    pub(crate) region: String,
    pub(crate) work: CompletionEffect,
    pub(crate) announced: PollingHeaders,
    /// The api-version of the request that started it.
    pub(crate) api_version: String,
    /// How often it was asked about before it ended.
    pub(crate) polls: u8,
    /// Seconds since 1970.
    pub(crate) started: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<End>,
}

/// What an operation does to its target when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CompletionEffect {
    /// The body is there already; its provisioning state becomes final.
    Write,
    Remove,
    /// The machine gets this power state.
    Power(String),
    /// The body becomes this one, whose provisioning state says how it ended.
    Become(Box<Value>),
    /// Nothing changes, and whoever asks for the result gets this; `null` is an answer without a body.
    Answer(Box<Value>),
    /// These resources move into this group.
    Move {
        resources: Vec<String>,
        group: String,
    },
}

/// Which headers the first answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PollingHeaders {
    /// `Azure-AsyncOperation`.
    Status,
    /// `Azure-AsyncOperation` and `Location`.
    StatusAndResult,
    /// `Location`.
    Result,
    /// None: the resource itself is asked.
    Nowhere,
}

/// How and when an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) outcome: Outcome,
    /// Seconds since 1970.
    pub(crate) at: u64,
}

/// The terminal states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Succeeded,
    Failed,
    Canceled,
}

impl Outcome {
    /// The word in `status` and `provisioningState`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }
}

/// The two kinds of address under which an operation is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperationUrl {
    /// What `Azure-AsyncOperation` names: always 200, with a `status`.
    Status,
    /// What `Location` names: 202 while it runs, then the answer of a request that did not have to wait.
    Result,
}

/// How a provider spells its addresses: a collection, and a query in which `{version}` is filled in.
struct UrlStyle {
    status: (&'static str, &'static str),
    result: (&'static str, &'static str),
    signed: Signed,
}

/// Whether a signature follows the query, as the gateways of 2026 append it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signed {
    No,
    Yes,
}

const PLAIN: &str = "api-version={version}";

impl UrlStyle {
    /// The spelling of a provider (Azure/azure-sdk-for-python and Azure/azure-dev, recorded exchanges).
    fn of(namespace: &str) -> Self {
        let monitor = "monitor=true&api-version={version}";
        match namespace {
            "Microsoft.App" => Self {
                status: (
                    "containerappOperationStatuses",
                    "api-version={version}&azureAsyncOperation=true",
                ),
                result: ("containerappOperationResults", PLAIN),
                signed: Signed::Yes,
            },
            "Microsoft.Network" => Self {
                status: ("operations", PLAIN),
                result: ("operationResults", PLAIN),
                signed: Signed::No,
            },
            "Microsoft.Storage" => Self {
                status: ("asyncoperations", PLAIN),
                result: ("asyncoperations", monitor),
                signed: Signed::No,
            },
            _ => Self {
                status: ("operations", PLAIN),
                result: ("operations", monitor),
                signed: Signed::No,
            },
        }
    }

    fn page(&self, page: OperationUrl) -> (&'static str, &'static str) {
        match page {
            OperationUrl::Status => self.status,
            OperationUrl::Result => self.result,
        }
    }
}

/// Tells whether a segment after `locations/{region}/` names operations.
pub(crate) fn is_collection(segment: &str) -> bool {
    [
        "operations",
        "operationResults",
        "asyncoperations",
        "containerappOperationStatuses",
        "containerappOperationResults",
    ]
    .iter()
    .any(|name| name.eq_ignore_ascii_case(segment))
}

/// Makes the name of an operation: a GUID, or for what Resource Manager itself does a job in base64, as it writes it.
pub(crate) fn name(number: u64, target: &str, region: &str, work: &CompletionEffect) -> String {
    let id = guid(&format!("operation {number} {target}"));
    let label = match work {
        CompletionEffect::Answer(_) => "DEPLOYMENTWHATIFJOB",
        CompletionEffect::Move { .. } => "RESOURCEBATCHMOVEJOB",
        CompletionEffect::Write
        | CompletionEffect::Remove
        | CompletionEffect::Power(_)
        | CompletionEffect::Become(_) => match namespace(target) {
            Some(_) => return id,
            None => "RESOURCEGROUPDELETIONJOB",
        },
    };
    let job = format!("{label}-{}", id.to_ascii_uppercase());
    URL_SAFE_NO_PAD.encode(
        json!({ "jobId": job, "jobLocation": region })
            .to_string()
            .as_bytes(),
    )
}

/// The provider of a resource; a group has none.
pub(crate) fn namespace(target: &str) -> Option<&str> {
    let (_, tail) = target.rsplit_once("/providers/")?;
    tail.split('/').next()
}

impl Operation {
    /// The address of a page.
    pub(crate) fn url(&self, page: OperationUrl, base_url: &str) -> String {
        let (_, query) = self.spelling().page(page);
        let query = query.replace("{version}", &self.api_version);
        let signature = self.signature();
        format!("{base_url}{}?{query}{signature}", self.path(page))
    }

    /// The path of a page.
    pub(crate) fn path(&self, page: OperationUrl) -> String {
        let subscription = self.target.split('/').nth(2).unwrap_or_default();
        let (region, name) = (&self.region, &self.name);
        match namespace(&self.target) {
            _ if matches!(self.work, CompletionEffect::Become(_)) => {
                format!("{}/operationStatuses/{name}", self.target)
            }
            _ if matches!(self.work, CompletionEffect::Answer(_)) => {
                format!("/subscriptions/{subscription}/operationresults/{name}")
            }
            None => format!("/subscriptions/{subscription}/operationresults/{name}"),
            Some(namespace) => {
                let (collection, _) = self.spelling().page(page);
                format!(
                    "/subscriptions/{subscription}/providers/{namespace}/locations/{region}/{collection}/{name}"
                )
            }
        }
    }

    /// Tells which page of this operation is asked for; none if the path is another, or if the
    /// signature is not as it was given.
    pub(crate) fn page(&self, call: &Call<'_>) -> Option<OperationUrl> {
        let asked = format!("/{}", call.segments.join("/"));
        let fits = |page| asked.eq_ignore_ascii_case(&self.path(page));
        let page = match self.announced {
            PollingHeaders::Nowhere => None,
            PollingHeaders::Status => fits(OperationUrl::Status).then_some(OperationUrl::Status),
            PollingHeaders::Result => fits(OperationUrl::Result).then_some(OperationUrl::Result),
            PollingHeaders::StatusAndResult => {
                match (fits(OperationUrl::Status), fits(OperationUrl::Result)) {
                    (true, true) if call.parameter("monitor").as_deref() == Some("true") => {
                        Some(OperationUrl::Result)
                    }
                    (true, _) => Some(OperationUrl::Status),
                    (false, true) => Some(OperationUrl::Result),
                    (false, false) => None,
                }
            }
        };
        page.filter(|_| self.is_signed_in(call))
    }

    fn spelling(&self) -> UrlStyle {
        UrlStyle::of(namespace(&self.target).unwrap_or_default())
    }

    fn is_signed_in(&self, call: &Call<'_>) -> bool {
        let signature = self.signature();
        signature
            .split('&')
            .filter_map(|parameter| parameter.split_once('='))
            .all(|(name, value)| call.parameter(name).as_deref() == Some(value))
    }

    /// `&t=…&c=…&s=…&h=…`, about 3.3 KB: a time, a certificate, a signature and a hash in the real one.
    fn signature(&self) -> String {
        if self.spelling().signed == Signed::No {
            return String::new();
        }
        let noise = |label: &str, words: u16| {
            let bytes: Vec<u8> = (0..words)
                .flat_map(|word| {
                    hash(format!("{label} {word} {}", self.name).as_bytes()).to_be_bytes()
                })
                .collect();
            URL_SAFE_NO_PAD.encode(&bytes)
        };
        // Ticks of 100 ns since the year 1.
        let ticks = (self.started + 62_135_596_800).saturating_mul(10_000_000);
        format!(
            "&t={ticks}&c=MII{}&s={}&h={}",
            noise("c", 268),
            noise("s", 32),
            noise("h", 4)
        )
    }
}

/// The operations of a sandbox that run or are remembered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Operations {
    by_number: BTreeMap<u64, Operation>,
}

impl Operations {
    /// The number of the next operation.
    pub(crate) fn next_number(&self) -> u64 {
        self.by_number
            .last_key_value()
            .map_or(1, |(number, _)| number.saturating_add(1))
    }

    /// Finds an operation by the last segment of its addresses.
    pub(crate) fn find(&self, name: &str) -> Option<&Operation> {
        self.by_number
            .values()
            .find(|operation| operation.name == name)
    }

    /// The operations that run.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Operation> {
        let all = self.by_number.values();
        all.filter(|operation| operation.end.is_none())
    }

    /// Finds the running operation of a resource or group.
    pub(crate) fn running_on(&self, target: &str) -> Option<&Operation> {
        self.running()
            .find(|operation| operation.target.eq_ignore_ascii_case(target))
    }

    /// Adds an operation or replaces it, and forgets those that can no longer be asked about.
    pub(crate) fn record(&mut self, operation: Operation) {
        self.by_number.insert(operation.number, operation);
        self.forget();
    }

    fn forget(&mut self) {
        self.by_number.retain(|_, operation| {
            operation.end.is_none() || operation.announced != PollingHeaders::Nowhere
        });
        let finished: Vec<u64> = self
            .by_number
            .values()
            .filter(|operation| operation.end.is_some())
            .map(|operation| operation.number)
            .collect();
        let surplus = finished.len().saturating_sub(REMEMBERED);
        for number in finished.iter().take(surplus) {
            self.by_number.remove(number);
        }
    }

    /// Cancels what runs on an id (in lower case).
    pub(crate) fn cancel(&mut self, key: &str, at: u64) {
        for operation in self.by_number.values_mut() {
            if operation.end.is_none() && operation.target.eq_ignore_ascii_case(key) {
                operation.end = Some(End {
                    outcome: Outcome::Canceled,
                    at: at.max(operation.started),
                });
            }
        }
    }

    /// Cancels what runs on an id (in lower case) or below it.
    pub(crate) fn cancel_below(&mut self, key: &str, at: u64) {
        let below = format!("{key}/");
        for operation in self.by_number.values_mut() {
            let target = operation.target.to_ascii_lowercase();
            if operation.end.is_none() && (target == key || target.starts_with(&below)) {
                operation.end = Some(End {
                    outcome: Outcome::Canceled,
                    at: at.max(operation.started),
                });
            }
        }
        self.forget();
    }

    /// Returns the operations as JSON; `None` if there are none.
    pub(crate) fn state(&self) -> Option<Value> {
        if self.by_number.is_empty() {
            return None;
        }
        let operations: Vec<&Operation> = self.by_number.values().collect();
        serde_json::to_value(operations).ok()
    }

    /// Takes back what [`Self::state`] returned; the error says what is wrong.
    pub(crate) fn restored(state: Option<Value>) -> Result<Self, String> {
        let Some(state) = state else {
            return Ok(Self::default());
        };
        let operations: Vec<Operation> =
            serde_json::from_value(state).map_err(|error| format!("`operations`: {error}"))?;
        let stray = operations
            .iter()
            .find(|operation| !operation.target.starts_with("/subscriptions/"));
        if let Some(operation) = stray {
            return Err(format!(
                "the operation `{}` has no target",
                operation.name.escape_debug()
            ));
        }
        let by_number = operations
            .into_iter()
            .map(|operation| (operation.number, operation))
            .collect();
        Ok(Self { by_number })
    }
}
