//! Bodies to begin with: each of those that `arm new` prints creates its resource in the sandbox, over a socket, with what it
//! refers to; and none of the recorded bodies is said to be wrong that is not.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::run::{Outcome, Run};
use crate::support::served_sandbox::{SUBSCRIPTION, ServedSandbox};
use crate::support::shared::recordings;

/// The group that the resources are made in.
const GROUP: &str = "bodies";

/// The words and the names of their resources, as the heads of the bodies say them.
fn kept() -> Vec<(String, String)> {
    let text = include_str!("../../src/azure/skeleton/bodies.yaml");
    let titles = text.lines().filter_map(|line| line.strip_prefix("--- # "));
    let titles = titles.filter_map(|title| title.split_once(' '));
    titles
        .map(|(name, names)| (name.to_owned(), names.to_owned()))
        .collect()
}

/// A GUID, for the names that are new ones.
const GUID: &str = "11111111-2222-3333-4444-555555555555";

/// What only the user knows, and here the test.
const PLACES: [(&str, &str); 5] = [
    ("{principal}", "1f8d3c60-7b24-4e95-b0a3-6c2e9f51d847"),
    ("{tenant}", "7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10"),
    ("{password}", "not a real one"),
    ("{ssh-public-key}", "ssh-ed25519 AAAA"),
    ("{email}", "someone@contoso.example"),
];

/// A sandbox in which resources are made with what they refer to.
struct Maker {
    sandbox: ServedSandbox,
    made: BTreeSet<String>,
}

impl Maker {
    fn arm(&self, arguments: &[&str]) -> Outcome {
        self.sandbox.arm(arguments).run()
    }

    /// Prints the body of a type.
    fn print(&self, type_name: &str) -> String {
        let printed = self.arm(&["new", type_name, "-g", GROUP]).exits(0);
        let places = PLACES.iter();
        places.fold(printed.text().to_owned(), |yaml, (place, value)| {
            yaml.replace(place, value)
        })
    }

    /// Makes a resource by its body, and before it what the body refers to.
    fn make(&mut self, yaml: &str, path: &str) {
        if !self.made.insert(path.to_ascii_lowercase()) {
            return;
        }
        for id in ids_in(yaml) {
            self.make_referred(&id, path);
        }
        let arguments = ["PUT", path, "@body.yaml", "--check", "-o", "none"];
        let run = self.sandbox.arm(&arguments).file("body.yaml", yaml).run();
        assert_eq!(run.code, Some(0), "{path}\n{yaml}\n{}", run.stderr);
        self.arm(&["GET", path, "-o", "none"]).exits(0);
    }

    /// Makes what an ID stands for, if it is not there.
    fn make_referred(&mut self, id: &str, of: &str) {
        let is_own = id
            .to_ascii_lowercase()
            .starts_with(&of.to_ascii_lowercase());
        if is_own || self.arm(&["GET", id, "-o", "none"]).code == Some(0) {
            return;
        }
        let (_, types) = id.rsplit_once("/providers/").unwrap();
        let segments: Vec<&str> = types.split('/').collect();
        // The parent first: a subnet may come with its network.
        if segments.len() > 3 {
            let parent = id.rsplitn(3, '/').last().unwrap();
            self.make_referred(parent, of);
            if self.arm(&["GET", id, "-o", "none"]).code == Some(0) {
                return;
            }
        }
        let names: Vec<&str> = segments.iter().skip(1).step_by(2).copied().collect();
        let yaml = self.print(&format!("{}/{}", segments[0], names.join("/")));
        self.make(&yaml, id);
    }
}

/// The IDs of other resources that are in a body.
fn ids_in(yaml: &str) -> Vec<String> {
    let lines = yaml.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| line.split("  #").next());
    let words = lines.filter_map(|line| {
        line.split_whitespace()
            .find(|word| word.starts_with("/subscriptions/"))
    });
    let ids = words.filter(|id| id.contains("/providers/"));
    ids.map(str::to_owned).collect()
}

#[test]
fn every_kept_body_creates_its_resource() {
    let sandbox = ServedSandbox::start();
    let mut maker = Maker {
        sandbox,
        made: BTreeSet::new(),
    };
    let scope = "/subscriptions/{sub}";
    let group = format!("{scope}/resourceGroups/{GROUP}");
    maker
        .arm(&["PUT", &group, "location=westeurope", "-o", "none"])
        .exits(0);
    let kept = kept();
    for (type_name, names) in &kept {
        let yaml = maker.print(type_name);
        let command = yaml.lines().nth(1).unwrap();
        let path = command.strip_prefix("# arm PUT ").unwrap();
        let path = path.strip_suffix(" @FILE --wait").unwrap();
        let path = path
            .replace("{new-guid}", GUID)
            .replace("{sub}", SUBSCRIPTION);
        assert!(
            path.ends_with(
                &names
                    .rsplit('/')
                    .next()
                    .unwrap()
                    .replace("{new-guid}", GUID)
            ),
            "{path}"
        );
        if let Some((parent, _)) = names.split_once('/') {
            let (above, _) = path.rsplit_once('/').unwrap();
            let (above, _) = above.rsplit_once('/').unwrap();
            assert!(above.ends_with(parent), "{above}");
            let (parent_type, _) = type_name.rsplit_once('/').unwrap();
            let parent = maker.print(parent_type);
            maker.make(&parent, above);
        }
        maker.make(&yaml, &path);
    }
    assert!(kept.len() >= 40, "{}", kept.len());
}

/// A request or an answer of the recordings: verb, URL, body.
type Recorded = (String, String, String);

/// Returns the bodies of PUT and PATCH, and the resources that a GET has answered with.
fn recorded() -> Option<Vec<Recorded>> {
    let mut found = Vec::new();
    for path in recordings()? {
        let text = std::fs::read_to_string(&path).unwrap();
        let recording: Value = serde_json::from_str(&text).unwrap();
        for exchange in recording.as_array().into_iter().flatten() {
            found.extend(bodies_of(exchange));
        }
    }
    Some(found)
}

/// Returns the body of a write; of a GET, its answer as if it were sent back.
fn bodies_of(exchange: &Value) -> Option<Recorded> {
    let request = exchange.get("request")?;
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let (verb, url) = (text("method")?, text("url")?);
    let (verb, body) = match verb {
        "PUT" | "PATCH" => (verb, request.get("body")?),
        "GET" => ("PUT", exchange.get("response")?.get("body")?),
        _ => return None,
    };
    let body = match body.as_str() {
        Some(text) => serde_json::from_str(text).ok()?,
        None => body.clone(),
    };
    let is_one = body.is_object() && body.get("value").is_none() && body.get("error").is_none();
    let is_resource_manager = url.contains("management.azure.com") && url.contains("/providers/")
        || url.contains("resourcegroups/");
    let body = body.to_string();
    // The host of one recording is followed by two slashes.
    let url = url.replace(".com//", ".com/");
    (is_one && is_resource_manager).then(|| (verb.to_owned(), url, body))
}

#[test]
fn no_recorded_body_is_said_to_be_wrong() {
    let Some(recorded) = recorded() else { return };
    let (mut compared, mut read_only) = (0, 0);
    let mut wrong = Vec::new();
    for (verb, url, body) in &recorded {
        let run = Run::arm(["-n", "-v", verb, url, "@body.json"]).file("body.json", body);
        let outcome = run.run();
        assert_eq!(outcome.code, Some(0), "{url}\n{}", outcome.stderr);
        compared += usize::from(outcome.stderr.contains("body: compared with"));
        for line in outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("warning: "))
        {
            if line.ends_with("is read-only: the service sets it") || line.ends_with(" more") {
                read_only += 1;
            } else {
                wrong.push(format!("{verb} {url}: {line}"));
            }
        }
    }
    assert!(
        compared >= 25,
        "{compared} of {} were compared",
        recorded.len()
    );
    assert!(read_only > 10, "{read_only}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
