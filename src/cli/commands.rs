//! The commands and their options as one clap tree: parsing, help, completions and the man page come from it. Who
//! parses with it: `dispatch` and `arguments`.

use clap::{Arg, ArgAction, Args as _, Command, Subcommand as _, value_parser};

use super::arguments::account::{AccountCommand, LogoutArgs, WhoamiArgs};
use super::arguments::cache::{CacheClearArgs, CacheListArgs};
use super::arguments::endpoint::{self, EndpointArgs, ExecArgs};
use super::arguments::graph::GraphArgs;
use super::arguments::list::ListArgs;
use super::arguments::login::LoginArgs;
use super::arguments::request::{MethodOrigin, RequestArgs, WaitArgs};
use super::arguments::sandbox::ServeOptions;
use super::arguments::token::TokenArgs;
use super::arguments::types::TypesArgs;
use super::help::Topic;
use super::options::values::Shell;
use crate::azure::TypeAlias;

const ABOUT: &str = "The command-line HTTP client for Azure Resource Manager";

const USAGE: &str = "arm [METHOD] URL [ITEM...] [OPTIONS]\n       arm COMMAND ...";

const TEMPLATE: &str = "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}\n";

const EXAMPLES: &str = "\
Methods:
  GET (may be left out), HEAD, PUT, POST, PATCH, DELETE, OPTIONS, in either case; any other in capitals

Examples:
  arm --sandbox GET /subscriptions                      try it without an account
  arm list vm                                           a table of all virtual machines
  arm /subscriptions/{sub}/resourcegroups -q '$.value[*].name' -r
  arm '/subscriptions/*/resourcegroups' -o ndjson       every subscription that you see, at once
  arm GET /subscriptions/{sub}/resources --filter \"resourceType eq 'Microsoft.Web/sites'\" --limit 20
  arm PUT /subscriptions/{sub}/resourcegroups/demo location=westeurope .tags.env=dev
  arm PATCH $ID @change.json If-Match:'*'
  arm DELETE $ID --wait                                 wait until it is gone
  arm DELETE - --yes < ids.txt                          each ID on standard input
  arm DELETE $ID -n                                     show the request, send nothing

`arm help TOPIC` says more: items, query, output, lists, tables, paging, waiting, retries, every,
many-ids, api-version, config, sign-in, token-endpoint, environment, exit-codes.";

const REQUEST_EXAMPLES: &str = "\
Items (`arm help items`):
  Name:value  header      name==value  query parameter      name=text  name:=json  body field
  @file  -    whole body from a file, from standard input    a[b]=text  .a.b=text   nested field

Durations are 500ms, 3s, 30m, 1h30m; a bare number is seconds.";

/// The verbs, and what each means to Azure Resource Manager.
const VERBS: [(&str, &str); 7] = [
    ("GET", "Read a resource, or a list with all its pages"),
    ("HEAD", "Ask whether a resource is there"),
    ("PUT", "Create a resource or replace it"),
    ("POST", "Run an action"),
    ("PATCH", "Change parts of a resource"),
    ("DELETE", "Delete a resource"),
    ("OPTIONS", "Ask what is allowed"),
];

/// Returns the verbs that are known in either case.
pub(super) fn verbs() -> [&'static str; 7] {
    VERBS.map(|(verb, _)| verb)
}

/// Settings that every command shares.
fn leaf(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .bin_name(format!("arm {name}"))
        .about(about)
        .no_binary_name(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        // What an alias has set can be set again: the last one counts, but for options that add up.
        .args_override_self(true)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::HelpShort)
                .help("Print help"),
        )
        .help_template(TEMPLATE)
        .term_width(0)
}

/// The command that parses a request with this METHOD.
pub(super) fn request(method: &str, origin: MethodOrigin) -> Command {
    let usage = match origin {
        MethodOrigin::Implied => "arm URL [ITEM...] [OPTIONS]".to_owned(),
        MethodOrigin::Written => format!("arm {method} URL [ITEM...] [OPTIONS]"),
    };
    let known = VERBS.into_iter().find(|(verb, _)| *verb == method);
    let (name, about) = known.unwrap_or(("request", "Send a request"));
    let command = leaf(name, about)
        .override_usage(usage)
        .after_help(REQUEST_EXAMPLES);
    RequestArgs::augment_args(command).about(about)
}

/// `arm list TYPE`.
pub(super) fn list() -> Command {
    let about = "List the resources of a type";
    let command = leaf("list", about)
        .override_usage("arm list TYPE [ITEM...] [OPTIONS]")
        .after_help(format!(
            "Examples:\n  arm list vm\n  arm list disk -g rg-web-prod --columns name,sku=sku.name\n  \
             arm list group -S NAME -o tsv\n  arm list Microsoft.Network/applicationGateways -o json\n\n\
             Words:\n{}\n\n`arm help lists` says more.",
            short_words()
        ));
    let command = ListArgs::augment_args(command).about(about);
    command.mut_arg("output", |output| output.default_value("table"))
}

/// The short words for types, in lines.
fn short_words() -> String {
    const WIDTH: usize = 96;
    let mut lines = String::new();
    let mut line = String::from(" ");
    for word in TypeAlias::all().flat_map(TypeAlias::words) {
        if line.len() + word.len() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from(" ");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line
}

/// `arm graph`.
pub(super) fn graph() -> Command {
    let about = "Ask Resource Graph: a query over all subscriptions of the tenant";
    let command = leaf("graph", about).after_help(
        "Examples:\n  arm graph \"Resources | where type =~ 'microsoft.compute/virtualmachines' | project name, location\"\n  \
         arm graph @query.kql -S Production,Development -o ndjson\n  \
         arm graph 'Resources | summarize count() by type | order by count_ desc' -o table\n\n\
         All pages are fetched; `--limit` stops earlier.",
    );
    GraphArgs::augment_args(command.override_usage("arm graph QUERY [OPTIONS]")).about(about)
}

/// `arm wait`.
pub(super) fn wait() -> Command {
    let about = "Wait until an operation has ended, or a resource is as it should be";
    let command = leaf("wait", about).after_help(
        "Examples:\n  arm wait 'https://management.azure.com/subscriptions/…/operations/…'\n  \
         arm wait $ID --timeout 30m\n  \
         arm wait $ID --for 'properties.provisioningState=Succeeded' -q '$.properties'\n\n\
         `arm help waiting` says more.",
    );
    WaitArgs::augment_args(command.override_usage("arm wait URL [OPTIONS]")).about(about)
}

/// `arm login`.
pub(super) fn login() -> Command {
    let about = "Sign in with a browser, on another device, or as an application";
    let command = leaf("login", about).after_help(
        "Examples:\n  arm login\n  arm login --tenant contoso.example\n  arm login --device-code\n  \
         arm login --service-principal --client-id ID --tenant contoso.example\n  \
         arm login --service-principal --client-id ID --tenant contoso.example --certificate app.pem\n  \
         arm login --identity\n\n`arm help sign-in` says more.",
    );
    LoginArgs::augment_args(command).about(about)
}

/// `arm logout`.
pub(super) fn logout() -> Command {
    let about = "Sign an account out: delete what `arm login` has kept";
    LogoutArgs::augment_args(leaf("logout", about)).about(about)
}

/// `arm whoami`.
pub(super) fn whoami() -> Command {
    let about = "Say whose token a request would carry";
    let command = leaf("whoami", about)
        .after_help("Examples:\n  arm whoami\n  arm whoami -o json\n  arm whoami --all");
    WhoamiArgs::augment_args(command).about(about)
}

/// `arm account`.
pub(super) fn account() -> Command {
    let about = "List subscriptions, and choose the one that {sub} stands for";
    let command = leaf("account", about).subcommand_required(true);
    let mut account = AccountCommand::augment_subcommands(command).about(about);
    for (name, usage) in [
        ("list", "arm account list"),
        ("use", "arm account use"),
        ("show", "arm account show"),
    ] {
        account = account.mut_subcommand(name, |one| {
            let about = one.get_about().cloned().unwrap_or_default();
            let whole = leaf(name, "").bin_name(usage).no_binary_name(false);
            whole.about(about).args(one.get_arguments())
        });
    }
    account
}

/// `arm token`.
pub(super) fn token() -> Command {
    let about = "Print an access token";
    let command = leaf("token", about).after_help(
        "Examples:\n  arm token\n  arm token --audience https://vault.azure.net -o json\n  arm token --decode\n  \
         curl -H \"Authorization: Bearer $(arm token)\" \"$URL\"",
    );
    TokenArgs::augment_args(command).about(about)
}

/// `arm serve`.
pub(super) fn serve() -> Command {
    let about = "Hand tokens out to programs of this machine, as Cloud Shell does";
    let command = leaf("serve", about).after_help(
        "Examples:\n  arm serve --cloud-shell\n  \
         curl http://localhost:50342/oauth2/token --data resource=https://management.azure.com/ -H Metadata:true\n  \
         arm serve --format docker --allow-host host.docker.internal\n  \
         arm --sandbox serve --cloud-shell            tokens of the offline ARM\n\n\
         `arm exec -- COMMAND` serves one command alone. `arm help token-endpoint` says more.",
    );
    endpoint::augment::<EndpointArgs>(command.override_usage("arm serve [OPTIONS]")).about(about)
}

/// `arm exec`.
pub(super) fn exec() -> Command {
    let about = "Run a command that finds its tokens here: every Azure SDK does";
    let command = leaf("exec", about).after_help(
        "Examples:\n  arm exec -- python app.py\n  \
         arm exec --audience https://vault.azure.net -- node index.js\n\n\
         The exit code is the command's; 127 if it is not found, 126 if it cannot be run.\n\
         `arm help token-endpoint` says more.",
    );
    let usage = "arm exec [OPTIONS] -- COMMAND [ARGUMENT...]";
    endpoint::augment::<ExecArgs>(command.override_usage(usage)).about(about)
}

/// `arm cache`.
pub(super) fn cache() -> Command {
    let about = "Show the tokens that are kept: whose, for what, until when";
    let list = leaf("list", about)
        .bin_name("arm cache list")
        .no_binary_name(false);
    let list = CacheListArgs::augment_args(list).about(about);
    let about = "Delete the tokens that are kept";
    let clear = leaf("clear", about)
        .bin_name("arm cache clear")
        .no_binary_name(false);
    let clear = CacheClearArgs::augment_args(clear).about(about);
    leaf("cache", "Show or delete the tokens that are kept")
        .subcommand_required(true)
        .subcommand(list)
        .subcommand(clear)
}

/// `arm sandbox`.
pub(super) fn sandbox() -> Command {
    let about = "Serve the offline ARM on a socket of this machine";
    let serve = leaf("serve", about)
        .bin_name("arm sandbox serve")
        .no_binary_name(false);
    let reset = leaf(
        "reset",
        "Forget everything that was written to the offline ARM",
    )
    .bin_name("arm sandbox reset")
    .no_binary_name(false);
    leaf("sandbox", "Run the offline ARM, or start it anew")
        .subcommand_required(true)
        .subcommand(ServeOptions::augment_args(serve).about(about))
        .subcommand(reset)
}

/// `arm types`.
pub(super) fn types() -> Command {
    let about = "List the resource types with their api-versions, or explain one";
    let command = leaf("types", about).after_help(
        "Examples:\n  arm types virtualMachines\n  arm types 'Microsoft.Network/*'\n  \
         arm types Microsoft.Compute/virtualMachines\n  arm types --refresh\n\n\
         `arm help api-version` says more.",
    );
    TypesArgs::augment_args(command.override_usage("arm types [PATTERN] [OPTIONS]")).about(about)
}

/// `arm completions SHELL`.
pub(super) fn completions() -> Command {
    leaf("completions", "Print the completion script for a shell").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(value_parser!(Shell))
            .help("For which shell"),
    )
}

/// `arm man`.
pub(super) fn man() -> Command {
    leaf("man", "Print the manual page (roff)")
}

/// `arm help`.
pub(super) fn help() -> Command {
    let subject = Arg::new("subject")
        .value_name("TOPIC")
        .help("A topic, a METHOD or a command");
    leaf("help", "Explain a topic or a command")
        .arg(subject)
        .after_help(format!("Topics:\n{}", Topic::list()))
}

fn commands() -> [Command; 16] {
    [
        list(),
        graph(),
        wait(),
        login(),
        logout(),
        whoami(),
        account(),
        token(),
        cache(),
        serve(),
        exec(),
        sandbox(),
        types(),
        completions(),
        man(),
        help(),
    ]
}

/// The help text of a command.
pub(super) fn help_of(name: &str) -> String {
    let command = commands()
        .into_iter()
        .find(|command| command.get_name() == name);
    command
        .map(|mut command| command.render_help().to_string())
        .unwrap_or_default()
}

/// Program name, version, and the options of a request, which may stand before the METHOD.
pub(super) fn root() -> Command {
    let root = leaf("arm", ABOUT)
        .bin_name("arm")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(false)
        .override_usage(USAGE)
        .subcommand_negates_reqs(true)
        .after_help(EXAMPLES);
    RequestArgs::augment_args(root).about(ABOUT)
}

/// The tree of `arm --help`: the verbs are named in its text.
pub(super) fn root_for_help() -> Command {
    root().subcommands(commands())
}

/// The same tree, without what stands on its own after the name of the program.
pub(super) fn without_positionals(tree: &Command) -> Command {
    let options = tree.get_arguments().filter(|one| !one.is_positional());
    leaf("arm", ABOUT)
        .bin_name("arm")
        .no_binary_name(false)
        .disable_version_flag(false)
        .version(env!("CARGO_PKG_VERSION"))
        .args(options.filter(|one| one.get_id() != "help").cloned())
        .subcommands(tree.get_subcommands().cloned())
}

/// The whole tree, for completions and the man page. The verbs in lower case are left out: they
/// would double the scripts, and after them a shell completes the options of the root, which are
/// the same.
pub(super) fn whole() -> Command {
    let verbs = VERBS.map(|(verb, _)| request(verb, MethodOrigin::Written).no_binary_name(false));
    let topics = clap::builder::PossibleValuesParser::new(Topic::names());
    let words = TypeAlias::all().flat_map(TypeAlias::words);
    let words = clap::builder::PossibleValuesParser::new(words);
    let commands = commands().map(|command| {
        let command = command.no_binary_name(false);
        match command.get_name() {
            "help" => command.mut_arg("subject", |subject| subject.value_parser(topics.clone())),
            "list" => command.mut_arg("kind", |kind| kind.value_parser(words.clone())),
            _ => command,
        }
    });
    root()
        .no_binary_name(false)
        .subcommands(verbs)
        .subcommands(commands)
}
