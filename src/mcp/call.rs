//! Which command lines a call becomes. What an agent may do is what the command line does with the same guards: no call
//! has its own way to Azure. Who runs them: `app/command/mcp`.

use serde_json::Value;

use super::tools::{
    PlanArguments, ReadArguments, ReadMethod, Shown, ToolCall, TypesArguments, WriteMethod,
};

/// What an answer may take, if the call does not say it: some 8,000 tokens of a language model.
const USUAL_BYTES: u64 = 32 << 10;
/// The same for a call that says it.
const MOST_BYTES: u64 = 4 << 20;
/// The levels of a schema.
const USUAL_DEPTH: u8 = 3;

/// What a run may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing that writes or hands out secrets leaves, whatever the arguments say.
    ReadOnly,
    /// A plan is carried out.
    Writes,
}

/// A run of this program: its arguments, and what it reads from standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildRun {
    /// The words after the name of the program.
    pub arguments: Vec<String>,
    /// Standard input; empty without it.
    pub input: Option<String>,
    /// What it may do.
    pub effect: Effect,
    /// More than this is not read of its answer, in bytes.
    pub most_bytes: u64,
}

impl ChildRun {
    fn new(words: &[&str], effect: Effect, max_bytes: Option<u64>) -> Self {
        let most = max_bytes.unwrap_or(USUAL_BYTES).min(MOST_BYTES);
        let mut arguments: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        arguments.push("--errors=json".to_owned());
        Self {
            arguments,
            input: None,
            effect,
            // A document that was cut has its end, and notes, in addition to the items.
            most_bytes: most + (64 << 10),
        }
    }

    fn option(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            // In one word, so that no value is read as an option.
            self.arguments.push(format!("--{name}={value}"));
        }
    }

    /// Options of a run that asks a service.
    fn asking(&mut self, inherited: &[String]) {
        self.arguments.push("--no-input".to_owned());
        if self.effect == Effect::ReadOnly {
            self.arguments.push("--read-only".to_owned());
        }
        self.arguments.extend_from_slice(inherited);
    }

    /// The most bytes of an answer, which is cut at a whole item.
    fn room(&mut self, max_bytes: Option<u64>) {
        let most = max_bytes.unwrap_or(USUAL_BYTES).min(MOST_BYTES);
        self.option("max-output", Some(most));
    }

    /// What is not an option.
    fn end(&mut self, words: &[&str]) {
        self.arguments.push("--".to_owned());
        self.arguments
            .extend(words.iter().map(|&word| word.to_owned()));
    }

    fn body(&mut self, body: Option<&Value>) -> Option<&'static str> {
        self.input = Some(body?.to_string());
        Some("@-")
    }
}

/// Returns the run that answers a call; nothing for those that take several.
pub fn run_of(call: &ToolCall, inherited: &[String]) -> Option<ChildRun> {
    match call {
        ToolCall::Read(read) => Some(read_run(read, inherited)),
        ToolCall::Types(types) => Some(types_run(types)),
        ToolCall::Plan(_) | ToolCall::Apply(_) => None,
    }
}

fn read_run(read: &ReadArguments, inherited: &[String]) -> ChildRun {
    let verb = match (&read.list, &read.graph, read.method) {
        (Some(_), ..) => "list",
        (_, Some(_), _) => "graph",
        (.., Some(ReadMethod::Post)) => "POST",
        (.., Some(ReadMethod::Head)) => "HEAD",
        (.., Some(ReadMethod::Get) | None) => "GET",
    };
    let mut run = ChildRun::new(&[verb], Effect::ReadOnly, read.max_bytes);
    run.asking(inherited);
    run.room(read.max_bytes);
    run.option("output", Some("json"));
    run.option("query", read.query.as_ref());
    run.option("limit", read.limit);
    for subscription in &read.subscriptions {
        run.option("subscription", Some(subscription));
    }
    if read.graph.is_none() {
        run.option("resource-group", read.resource_group.as_ref());
    }
    if read.method == Some(ReadMethod::Head) {
        run.arguments.push("--include".to_owned());
    }
    let subject = read.list.as_ref().or(read.url.as_ref()).map(String::as_str);
    match (subject, &read.graph) {
        (_, Some(graph)) => {
            // Not as an argument: `@FILE` is one, and files are none of the client's business.
            run.input = Some(graph.clone());
            run.end(&["-"]);
        }
        (subject, None) => {
            let body = run.body(read.body.as_ref());
            let words: Vec<&str> = subject.into_iter().chain(body).collect();
            run.end(&words);
        }
    }
    run
}

fn types_run(types: &TypesArguments) -> ChildRun {
    let verb = match types.show {
        Shown::Versions | Shown::Schema => "types",
        Shown::Skeleton => "new",
    };
    let mut run = ChildRun::new(&[verb], Effect::ReadOnly, types.max_bytes);
    run.option("output", Some("json"));
    if types.show == Shown::Schema {
        run.arguments.push("--schema".to_owned());
        run.option("depth", Some(types.depth.unwrap_or(USUAL_DEPTH)));
        run.option("path", types.path.as_ref());
    }
    run.end(&[&types.name]);
    run
}

/// What a plan shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The exact request, worked out without sending it.
    Request,
    /// What it is about, as it is now.
    Resource,
    /// The action that it needs, and whether the caller may.
    Permission,
    /// What Resource Manager says to it before it is sent.
    Preflight,
    /// What would change.
    Preview,
}

impl Check {
    /// Returns its name in the answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Resource => "resource",
            Self::Permission => "permission",
            Self::Preflight => "preflight",
            Self::Preview => "preview",
        }
    }
}

/// Returns the runs that a plan is made of. None of them writes.
pub fn checks_of(plan: &PlanArguments, inherited: &[String]) -> Vec<(Check, ChildRun)> {
    let method = plan.method.as_str();
    let run = |words: &[&str], options: &[&str], ends_with_method: bool| {
        let mut run = ChildRun::new(words, Effect::ReadOnly, None);
        run.asking(inherited);
        run.arguments
            .extend(options.iter().map(|&word| word.to_owned()));
        place(&mut run, plan);
        let body = run.body(plan.body.as_ref());
        let method = ends_with_method.then_some(method);
        let words: Vec<&str> = method
            .into_iter()
            .chain([plan.url.as_str()])
            .chain(body)
            .collect();
        run.end(&words);
        run
    };
    let mut resource = ChildRun::new(&["GET"], Effect::ReadOnly, Some(MOST_BYTES));
    resource.asking(inherited);
    place(&mut resource, plan);
    resource.end(&[&plan.url]);
    let mut checks = vec![(Check::Request, run(&[method], &["--dry-run"], false))];
    if plan.method != WriteMethod::Post {
        checks.push((Check::Resource, resource));
    }
    checks.push((Check::Permission, run(&["can"], &["--output=json"], true)));
    if matches!(plan.method, WriteMethod::Put | WriteMethod::Patch) {
        let asked = run(&[method], &["--preflight", "--dry-run"], false);
        checks.push((Check::Preflight, asked));
    }
    // Nothing foretells an action.
    if plan.method != WriteMethod::Post {
        checks.push((Check::Preview, run(&[method], &["--what-if"], false)));
    }
    checks
}

/// Returns the run that carries a plan out.
pub fn apply_run(plan: &PlanArguments, inherited: &[String]) -> ChildRun {
    let mut run = ChildRun::new(&[plan.method.as_str()], Effect::Writes, None);
    run.asking(inherited);
    run.room(None);
    for option in ["--yes", "--wait", "--output=json"] {
        run.arguments.push(option.to_owned());
    }
    place(&mut run, plan);
    let body = run.body(plan.body.as_ref());
    let words: Vec<&str> = std::iter::once(plan.url.as_str()).chain(body).collect();
    run.end(&words);
    run
}

/// Returns the run that tells who asks.
pub fn account_run(inherited: &[String]) -> ChildRun {
    let mut run = ChildRun::new(&["whoami"], Effect::ReadOnly, None);
    run.arguments.extend_from_slice(inherited);
    run.option("output", Some("json"));
    run
}

/// What fills in `{sub}` and `{rg}`.
fn place(run: &mut ChildRun, plan: &PlanArguments) {
    run.option("subscription", plan.subscription.as_ref());
    run.option("resource-group", plan.resource_group.as_ref());
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Check, Effect, apply_run, checks_of, run_of};
    use crate::mcp::tools::{ToolCall, Tools};

    fn call(name: &str, arguments: &Value) -> ToolCall {
        let arguments = arguments.as_object().unwrap().clone();
        Tools::WithWrites.call(name, arguments).unwrap()
    }

    fn line(name: &str, arguments: &Value) -> String {
        let run = run_of(&call(name, arguments), &["--sandbox".to_owned()]).unwrap();
        assert_eq!(run.effect, Effect::ReadOnly);
        run.arguments.join(" ")
    }

    #[test]
    fn what_is_read_is_a_command_line_with_guards() {
        let guards =
            "--errors=json --no-input --read-only --sandbox --max-output=32768 --output=json";
        for (arguments, expected) in [
            (
                json!({"url": "/subscriptions"}),
                format!("GET {guards} -- /subscriptions"),
            ),
            (
                json!({"url": "vm/x", "query": "--help", "limit": 3, "subscriptions": ["-v"]}),
                format!("GET {guards} --query=--help --limit=3 --subscription=-v -- vm/x"),
            ),
            (
                json!({"url": "/a", "method": "POST", "body": {"b": 1}}),
                format!("POST {guards} -- /a @-"),
            ),
            (
                json!({"list": "vm", "resource_group": "rg"}),
                format!("list {guards} --resource-group=rg -- vm"),
            ),
            (
                json!({"graph": "@/etc/passwd"}),
                format!("graph {guards} -- -"),
            ),
        ] {
            assert_eq!(line("arm_read", &arguments), expected);
        }
        assert_eq!(
            line(
                "arm_types",
                &json!({"type": "vm", "show": "schema", "path": "sku"})
            ),
            "types --errors=json --output=json --schema --depth=3 --path=sku -- vm"
        );
        let large = line("arm_read", &json!({"url": "/a", "max_bytes": 1_u64 << 40}));
        assert!(large.contains("--max-output=4194304 "), "{large}");
    }

    #[test]
    fn a_body_is_no_argument() {
        let read = call(
            "arm_read",
            &json!({"url": "/a", "method": "POST", "body": "@/etc/passwd"}),
        );
        let run = run_of(&read, &[]).unwrap();
        assert_eq!(run.input.as_deref(), Some("\"@/etc/passwd\""));
    }

    #[test]
    fn a_plan_writes_nothing_and_is_carried_out_as_it_was_shown() {
        let ToolCall::Plan(plan) = call(
            "arm_plan",
            &json!({"method": "PUT", "url": "/a", "body": {"b": 1}}),
        ) else {
            panic!("a plan");
        };
        let checks = checks_of(&plan, &[]);
        let names: Vec<Check> = checks.iter().map(|(check, _)| *check).collect();
        let expected = [
            Check::Request,
            Check::Resource,
            Check::Permission,
            Check::Preflight,
            Check::Preview,
        ];
        assert_eq!(names, expected);
        for (check, run) in &checks {
            assert_eq!(run.effect, Effect::ReadOnly, "{check:?}");
            assert!(
                run.arguments.iter().any(|word| word == "--read-only"),
                "{check:?}"
            );
        }
        let apply = apply_run(&plan, &[]);
        assert_eq!(apply.effect, Effect::Writes);
        assert_eq!(apply.input.as_deref(), Some("{\"b\":1}"));
        assert!(
            apply
                .arguments
                .join(" ")
                .ends_with("--yes --wait --output=json -- /a @-")
        );
        assert!(!apply.arguments.iter().any(|word| word == "--read-only"));
        let ToolCall::Plan(action) =
            call("arm_plan", &json!({"method": "POST", "url": "/a/restart"}))
        else {
            panic!("a plan");
        };
        assert_eq!(checks_of(&action, &[]).len(), 2);
    }
}
