//! Faults on demand: a script, or a header of one request, says which requests end badly and how. Counts how often a
//! rule was used. The answers themselves: `delivery`.

use http::Request;
use serde::Deserialize;

/// The header that asks for a fault of this one request; its value is the name of a fault.
const HEADER: &str = "x-sandbox-fault";

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FaultKind {
    #[serde(rename = "429")]
    TooManyRequests,
    /// The caller may not do that.
    #[serde(rename = "403")]
    Forbidden,
    #[serde(rename = "500")]
    InternalServerError,
    #[serde(rename = "502")]
    BadGateway,
    #[serde(rename = "503")]
    ServiceUnavailable,
    #[serde(rename = "504")]
    GatewayTimeout,
    ExpiredToken,
    /// The token has to be one that was asked for after the challenge.
    ClaimsChallenge,
    /// The token must prove a second factor.
    MfaChallenge,
    /// The HTML page of a proxy or a portal, with status 200.
    Html,
    /// The connection ends without an answer; the request was not executed.
    Reset,
    /// Half of the body is missing.
    Truncate,
    Slow,
    /// A list continues at another host.
    ForeignNextLink,
    /// A list continues at its own first page.
    CyclicNextLink,
}

impl FaultKind {
    /// Finds a fault by its name in scripts.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name);
        Self::deserialize(name).ok()
    }
}

/// The faults that a served sandbox shows, in the order of their script.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

/// A script that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the faults are not in the expected form: {0}")]
pub struct FaultsError(#[from] serde_json::Error);

/// One rule: the first that matches a request and is not used up decides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default, rename = "match")]
    pattern: Pattern,
    answer: FaultKind,
    /// How many requests get it.
    #[serde(default = "once")]
    times: u32,
    /// How many matching requests are let through first.
    #[serde(default)]
    skip: u32,
    /// The seconds of `Retry-After`, or those that a slow answer takes.
    retry_after: Option<u32>,
}

/// What a request must be like; what is left out matches all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    method: Option<String>,
    /// A part of path and query, whatever its case.
    path: Option<String>,
}

fn once() -> u32 {
    1
}

/// The fault of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveFault {
    pub(crate) kind: FaultKind,
    pub(crate) retry_after: Option<u32>,
}

impl Faults {
    /// Reads a script: a JSON array of rules.
    pub fn parse(script: &[u8]) -> Result<Self, FaultsError> {
        Ok(Self {
            rules: serde_json::from_slice(script)?,
        })
    }

    /// Returns the fault of a request, and counts it.
    ///
    /// The header has precedence over the script, and holds for each request that carries it: one
    /// that a client repeats fails again. An unknown name has no effect.
    pub fn next_fault<B>(&mut self, request: &Request<B>) -> Option<ActiveFault> {
        let named = request
            .headers()
            .get(HEADER)
            .and_then(|name| name.to_str().ok());
        if let Some(kind) = named.and_then(FaultKind::named) {
            return Some(ActiveFault {
                kind,
                retry_after: None,
            });
        }
        let rule = self
            .rules
            .iter_mut()
            .filter(|rule| rule.times > 0)
            .find(|rule| rule.pattern.fits(request))?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times -= 1;
        Some(ActiveFault {
            kind: rule.answer,
            retry_after: rule.retry_after,
        })
    }
}

impl Pattern {
    fn fits<B>(&self, request: &Request<B>) -> bool {
        let method = self.method.as_ref();
        let path = self.path.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(request.method().as_str()))
            && path.is_none_or(|path| {
                let asked = request.uri().to_string().to_ascii_lowercase();
                asked.contains(&path.to_ascii_lowercase())
            })
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::FaultKind;
    use super::Faults;

    fn request(method: &str, uri: &str, fault: &str) -> Request<()> {
        let builder = Request::builder().method(method).uri(uri);
        builder.header("x-sandbox-fault", fault).body(()).unwrap()
    }

    #[track_caller]
    fn check(script: &str, requests: &[(&str, &str)], expected: &[Option<FaultKind>]) {
        let mut faults = Faults::parse(script.as_bytes()).unwrap();
        let actual: Vec<Option<FaultKind>> = requests
            .iter()
            .map(|(method, uri)| faults.next_fault(&request(method, uri, "")))
            .map(|fault| fault.map(|fault| fault.kind))
            .collect();
        assert_eq!(actual, expected, "{script}");
    }

    #[test]
    fn rules_match_count_and_let_pass() {
        let get = ("GET", "/Subscriptions/a?api-version=1");
        let put = ("PUT", "/subscriptions/a?api-version=1");
        let throttled = Some(FaultKind::TooManyRequests);
        let reset = Some(FaultKind::Reset);
        check(r#"[{"answer":"429"}]"#, &[get, get], &[throttled, None]);
        check(
            r#"[{"match":{"method":"put"},"answer":"429","times":2}]"#,
            &[get, put, put, put],
            &[None, throttled, throttled, None],
        );
        check(
            r#"[{"match":{"path":"SUBSCRIPTIONS/A"},"answer":"reset","skip":1}]"#,
            &[get, get, get],
            &[None, reset, None],
        );
        check(
            r#"[{"match":{"path":"/b"},"answer":"429"}]"#,
            &[get],
            &[None],
        );
        check(
            r#"[{"answer":"429"},{"answer":"reset"}]"#,
            &[get, get, get],
            &[throttled, reset, None],
        );
        check(r#"[{"answer":"429","times":0}]"#, &[get], &[None]);
        check("[]", &[get], &[None]);
    }

    #[test]
    fn a_header_goes_before_the_script() {
        let mut faults = Faults::parse(br#"[{"answer":"429"}]"#).unwrap();
        let mut next_fault = |name| {
            let fault = faults.next_fault(&request("GET", "/", name));
            fault.map(|fault| fault.kind)
        };
        assert_eq!(next_fault("html"), Some(FaultKind::Html));
        assert_eq!(next_fault("HTML"), Some(FaultKind::TooManyRequests));
        assert_eq!(next_fault("html"), Some(FaultKind::Html));
        assert_eq!(next_fault("nonsense"), None);
    }

    #[track_caller]
    fn check_refused(script: &str, expected: &str) {
        let error = Faults::parse(script.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn malformed_scripts_are_errors() {
        check_refused("", "EOF");
        check_refused("{}", "expected a sequence");
        check_refused("[{}]", "missing field `answer`");
        check_refused(r#"[{"answer":"418"}]"#, "unknown variant `418`");
        check_refused(r#"[{"answer":"429","time":1}]"#, "unknown field `time`");
        check_refused(r#"[{"answer":"429","times":-1}]"#, "invalid value");
        check_refused(
            r#"[{"answer":"429","match":{"verb":""}}]"#,
            "unknown field `verb`",
        );
    }
}
