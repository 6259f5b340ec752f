//! Secrets in every place that a command reads or is told (variables, standard input, addresses, lists, the answers of an
//! authority and of an endpoint), each of which says `CANARY`: no command shows one, whatever the fault. Plain
//! requests: `wire_canaries`.

use crate::support::answer::Answer;
use crate::support::run::{AUDIENCE, Run};
use crate::support::server::{Received, Server};
use crate::wire_canaries::{ANSWERS, TOKEN, check};

const SUBSCRIPTION: &str = "3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46";

/// A token that an endpoint on this machine may have. Its claims name the sandbox.
const JWT: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3NhbmRib3guaW52YWxpZC90LyIsImF1ZCI6Imh0dHBzOi8vbWFuYWdlbWVudC5henVyZS5jb20vIiwiZXhwIjo0MTAyNDQ0ODAwLCJ0aWQiOiIxMTExMTExMS0xMTExLTQxMTEtODExMS0xMTExMTExMTExMTEifQ.CANARYsignature01";

/// What the answers of `wire_canaries` repeat without a name, as secrets of the environment.
const VARIABLES: [(&str, &str); 7] = [
    ("ARM_ACCESS_KEY", "CANARY-sig-01"),
    ("ARM_SAS_TOKEN", "CANARY-code-01"),
    ("AZURE_STORAGE_KEY", "CANARY-key-01"),
    ("AZURE_DEVOPS_EXT_PAT", "CANARY-cookie-01"),
    ("AZURE_STORAGE_SAS_TOKEN", "CANARY-zumo-01"),
    ("AZURE_STORAGE_CONNECTION_STRING", "CANARY-pin-01"),
    ("AZURE_PASSWORD", TOKEN),
];

/// A command by its arguments, and what is on its standard input.
type Command = (&'static [&'static str], &'static str);

/// So many of the commands begin with lists of subscriptions or groups.
const OF_LISTS: usize = 6;

const COMMANDS: [Command; 16] = [
    (&["list", "vm"], ""),
    (&["list", "vm", "-S", "*"], ""),
    (&["GET", "/subscriptions/{sub}/x", "-S", "by name"], ""),
    (&["GET", "/subscriptions/*/resourceGroups"], ""),
    (
        &[
            "GET",
            "/subscriptions/*/resourceGroups/*/resources?sig=CANARY-31&api-version=1",
        ],
        "",
    ),
    (
        &[
            "POST",
            "/subscriptions/*/x?code=CANARY-32&api-version=1",
            "--yes",
        ],
        "",
    ),
    (
        &["GET", "-"],
        "/subscriptions/a?sig=CANARY-33\n/subscriptions/b?code=CANARY-34\nhttps://u:CANARY-35@h/\n",
    ),
    (
        &["DELETE", "-", "--yes"],
        "{\"value\":[{\"id\":\"/subscriptions/a?sig=CANARY-36\"}],\"nextLink\":\"/x?sig=CANARY-37\"}",
    ),
    (
        &["GET", "-", "--api-version", "1"],
        "/subscriptions/a?sig=CANARY-38\n/subscriptions/b?code=CANARY-39\n",
    ),
    (
        &["graph", "Resources | where x == 'https://h/?sig=CANARY-42'"],
        "",
    ),
    (&["types", "--refresh"], ""),
    // The address of a monitor is complete in the command that keeps waiting.
    (
        &["wait", "/subscriptions/a/x?t=1&c=monitor&api-version=1"],
        "",
    ),
    (
        &[
            "wait",
            "/subscriptions/a?api-version=1",
            "--for",
            "properties.state=Ready",
        ],
        "",
    ),
    (&["whoami"], ""),
    (&["account", "list"], ""),
    (&["exec", "--", "true"], ""),
];

/// Runs every command against a server, and looks for what its answers hold.
fn run_all(commands: &[Command], answer: fn(&Received) -> Answer, case: &str) {
    let server = Server::with(answer);
    for (arguments, input) in commands {
        let mut run = Run::arm(*arguments)
            .env("ARMCLI_ENDPOINT", server.url(""))
            .env("ARMCLI_ACCESS_TOKEN", JWT)
            .stdin(input);
        for (name, value) in VARIABLES {
            run = run.env(name, value);
        }
        let sends = !["whoami", "account", "exec", "types"].contains(&arguments[0]);
        if sends {
            // What is watched here never comes to be.
            let limit = if arguments[0] == "wait" {
                "500ms"
            } else {
                "2s"
            };
            run = run.args(["--retry", "0", "--timeout", limit]);
        }
        if arguments[0] != "account" {
            run = arguments_before_child(run, arguments);
        }
        check(
            &run.run(),
            false,
            &format!("{case}: {}", arguments.join(" ")),
        );
    }
}

/// What follows `--` belongs to the child.
fn arguments_before_child(run: Run, arguments: &[&str]) -> Run {
    if arguments[0] == "exec" {
        return run;
    }
    run.args(["-v", "-v"])
}

fn subscriptions() -> Answer {
    Answer::json(format!(
        "{{\"value\":[{{\"subscriptionId\":\"{SUBSCRIPTION}\",\"displayName\":\"by name\",\"state\":\"Enabled\"}}]}}"
    ))
}

fn groups() -> Answer {
    Answer::json(format!(
        "{{\"value\":[{{\"name\":\"g\",\"id\":\"/subscriptions/{SUBSCRIPTION}/resourceGroups/g\"}}],\
         \"nextLink\":\"/subscriptions/{SUBSCRIPTION}/resourceGroups?page=2&sig=CANARY-41\"}}"
    ))
}

/// The lists that a fault comes after.
fn list(request: &Received) -> Option<Answer> {
    let path = request.target.split('?').next().unwrap_or_default();
    if path == "/subscriptions" {
        return Some(subscriptions());
    }
    let is_groups = path.to_ascii_lowercase().ends_with("/resourcegroups");
    (is_groups && !request.target.contains("page=2")).then(groups)
}

macro_rules! each_fault {
    ($($name:ident: $($index:literal)+;)+) => {$(
        #[test]
        fn $name() {
            $(
                let (case, answer) = ANSWERS[$index];
                run_all(&COMMANDS, answer, case);
                run_all(
                    &COMMANDS[..OF_LISTS],
                    |request| list(request).unwrap_or_else(|| ANSWERS[$index].1(request)), &format!("{case} after lists"));
            )+
        }
    )+};
}

each_fault! {
    what_a_service_repeats_is_not_shown: 0 4;
    what_does_not_arrive_whole_shows_no_secret: 1 2 3;
    redirects_show_no_secret: 5 6 7 8 9 10;
    links_and_monitors_show_no_secret: 11 12 13 14;
}

#[test]
fn an_authority_shows_no_secret_of_any_sign_in() {
    const SECRET: &str = "CANARY-client-secret-02";
    for (case, answer) in ANSWERS {
        for arguments in [
            &["login", "--device-code", "--timeout", "2s"][..],
            &[
                "login",
                "--service-principal",
                "--client-id",
                "22222222-2222-2222-2222-222222222222",
                "--tenant",
                "11111111-1111-1111-1111-111111111111",
                "--client-secret",
                "-",
            ],
            &[
                "token",
                "--audience",
                AUDIENCE,
                "--auth",
                "service-principal",
                "-v",
            ],
            &["whoami", "--auth", "service-principal"],
            &["exec", "--auth", "service-principal", "--", "true"],
        ] {
            let server = Server::with(answer);
            let mut run = Run::arm(arguments)
                .env("AZURE_AUTHORITY_HOST", server.url(""))
                .env("ARMCLI_ENDPOINT", server.url(""))
                .env("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111")
                .env("AZURE_CLIENT_ID", "22222222-2222-2222-2222-222222222222")
                .env("AZURE_CLIENT_SECRET", SECRET)
                .stdin(SECRET);
            for (name, value) in VARIABLES {
                run = run.env(name, value);
            }
            check(
                &run.run(),
                true,
                &format!("{case}: {}", arguments.join(" ")),
            );
        }
    }
}

#[test]
fn a_description_of_a_cloud_shows_no_secret() {
    for (case, answer) in ANSWERS {
        let server = Server::with(answer);
        let url = server.url("");
        let mut run = Run::arm([
            "--cloud",
            &url,
            "GET",
            "/subscriptions?sig=CANARY-42",
            "-v",
            "-v",
        ])
        .env("ARMCLI_ACCESS_TOKEN", JWT);
        for (name, value) in VARIABLES {
            run = run.env(name, value);
        }
        check(
            &run.args(["--retry", "0", "--timeout", "2s"]).run(),
            false,
            case,
        );
    }
}
