//! Commands of `az rest` as documents, scripts and issue threads have them, with names of our own, and the requests that
//! they stand for.

#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    reason = "tables, and the few items that are in them"
)]

use http::header;

use super::{refused, run};
use crate::cli::{Command, HeaderChange, Item, RequestArgs, ValueSource};

const GRAPH: &str = "https://graph.microsoft.com/v1.0";
const DEVOPS: &str = "499b84ac-1321-427f-aa17-267ca6975798";

fn rest(arguments: &[&str]) -> RequestArgs {
    let words: Vec<&str> = ["rest"].iter().chain(arguments).copied().collect();
    match run(&words) {
        Ok(Command::Rest(args)) => {
            let pairs = args.pairs();
            args.into_request(&pairs)
                .unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
        }
        other => panic!("{arguments:?}: {other:?}"),
    }
}

/// Writes a request on one line: the METHOD and the URL, then what goes with it.
fn planned(args: &RequestArgs) -> String {
    let mut line = format!("{} {}", args.method, args.url);
    for item in &args.items {
        line.push_str(&match item {
            Item::Header(edit) => match &edit.change {
                HeaderChange::Set(ValueSource::Literal(value)) => format!(" {}:{value}", edit.name),
                other => format!(" {}:{other:?}", edit.name),
            },
            Item::Query {
                name,
                value: ValueSource::Literal(value),
            } => format!(" {name}=={value}"),
            Item::Body(ValueSource::Literal(body)) => format!(" {body}"),
            Item::Body(ValueSource::File(file)) => format!(" @{}", file.display()),
            other => format!(" {other:?}"),
        });
    }
    let options = &args.options;
    if let Some(audience) = &options.sign_in.audience {
        line.push_str(&format!(" for {audience}"));
    }
    if options.target.no_auth {
        line.push_str(" without token");
    }
    if let Some(query) = &options.output.query {
        line.push_str(&format!(" -q {query}"));
    }
    if options.output.format != crate::cli::OutputFormat::Json {
        line.push_str(&format!(" -o {}", options.output.format));
    }
    if let Some(file) = &options.output.output_file {
        line.push_str(&format!(" -O {}", file.display()));
    }
    line
}

#[track_caller]
fn check(arguments: &[&str], expected: &str) {
    assert_eq!(planned(&rest(arguments)), expected, "{arguments:?}");
}

/// Reading: `az rest --help`, and the pages of Microsoft Learn about the command.
#[test]
fn what_the_manual_shows() {
    let audit = "https://graph.microsoft.com/beta/auditLogs/directoryAudits";
    check(
        &["--method", "get", "--url", audit],
        &format!("GET {audit}"),
    );
    check(
        &["--method", "GET", "--uri", audit],
        &format!("GET {audit}"),
    );
    check(
        &[
            "--url",
            "https://graph.microsoft.com/v1.0/me",
            "--headers",
            "Content-Type=application/json",
            "--query",
            "userPrincipalName",
            "--output",
            "tsv",
        ],
        "GET https://graph.microsoft.com/v1.0/me content-type:application/json -q userPrincipalName -o tsv",
    );
    let vm = "/subscriptions/{subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm?api-version=2019-03-01";
    check(&["--method", "get", "--uri", vm], &format!("GET {vm}"));
    check(
        &[
            "--method",
            "put",
            "--url",
            "https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/ip?api-version=2019-09-01",
            "--body",
            "@body.json",
        ],
        "PUT https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/ip?api-version=2019-09-01 @body.json",
    );
    check(
        &[
            "--method",
            "get",
            "--url",
            "https://management.azure.com/subscriptions/{subscriptionId}/resources?api-version=2019-07-01",
            "--url-parameters",
            "$top=3",
        ],
        "GET https://management.azure.com/subscriptions/{subscriptionId}/resources?api-version=2019-07-01 $top==3",
    );
    check(
        &[
            "--method",
            "patch",
            "--url",
            "https://graph.microsoft.com/v1.0/users/ada@contoso.example",
            "--body",
            "{\"displayName\": \"Ada\"}",
        ],
        "PATCH https://graph.microsoft.com/v1.0/users/ada@contoso.example {\"displayName\": \"Ada\"}",
    );
    check(
        &[
            "--method",
            "get",
            "--url",
            "/subscriptions",
            "--uri-parameters",
            "api-version=2020-01-01",
        ],
        "GET /subscriptions api-version==2020-01-01",
    );
}

/// Scripts that read (`Azure/azure-cli#24244`, `#12977`, `#7618`, and public repositories).
#[test]
fn what_scripts_read() {
    check(
        &["-m", "get", "-u", "subscriptions?api-version=2020-01-01"],
        "GET subscriptions?api-version=2020-01-01",
    );
    check(
        &[
            "-m",
            "get",
            "--header",
            "Accept=application/json",
            "-u",
            "https://management.azure.com/subscriptions/{subscriptionId}/providers/Microsoft.Web/sites?api-version=2016-08-01",
        ],
        "GET https://management.azure.com/subscriptions/{subscriptionId}/providers/Microsoft.Web/sites?api-version=2016-08-01 accept:application/json",
    );
    check(
        &[
            "--method",
            "GET",
            "--url",
            "https://graph.microsoft.com/v1.0/applications?$filter=appId eq 'a-1'",
            "--query",
            "value[0].id",
            "-o",
            "tsv",
        ],
        "GET https://graph.microsoft.com/v1.0/applications?$filter=appId eq 'a-1' -q value[0].id -o tsv",
    );
    check(
        &[
            "--method",
            "get",
            "--url",
            "https://graph.microsoft.com/v1.0/servicePrincipals/s-1/appRoleAssignedTo",
            "--query",
            "value[].principalId",
            "-otsv",
        ],
        "GET https://graph.microsoft.com/v1.0/servicePrincipals/s-1/appRoleAssignedTo -q value[].principalId -o tsv",
    );
    check(
        &[
            "--method",
            "GET",
            "--url",
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/gw?api-version=2021-05-01",
            "--query",
            "{status:properties.provisioningState}",
            "-o",
            "tsv",
        ],
        "GET /subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/gw?api-version=2021-05-01 -q {status:properties.provisioningState} -o tsv",
    );
    check(
        &[
            "--method=get",
            "--url=https://graph.microsoft.com/v1.0/domains",
            "-o=json",
        ],
        "GET https://graph.microsoft.com/v1.0/domains",
    );
    check(
        &[
            "--method",
            "get",
            "--url",
            "https://graph.microsoft.com/v1.0/users",
            "--headers",
            "ConsistencyLevel=eventual",
            "--uri-parameters",
            "$count=true",
            "$filter=endsWith(mail,'@contoso.example')",
            "--query",
            "value[].mail",
        ],
        "GET https://graph.microsoft.com/v1.0/users consistencylevel:eventual $count==true $filter==endsWith(mail,'@contoso.example') -q value[].mail",
    );
    check(
        &[
            "-u",
            "https://graph.microsoft.com/v1.0/groups",
            "--uri-parameters",
            "{\"$top\": 5, \"$select\": \"id\"}",
        ],
        "GET https://graph.microsoft.com/v1.0/groups $top==5 $select==id",
    );
    check(
        &[
            "--method",
            "GET",
            "--resource",
            DEVOPS,
            "--url",
            "https://dev.azure.com/contoso/_apis/projects?api-version=7.1",
        ],
        &format!("GET https://dev.azure.com/contoso/_apis/projects?api-version=7.1 for {DEVOPS}"),
    );
    check(
        &[
            "--resource",
            "https://api.fabric.microsoft.com",
            "--url",
            "https://api.fabric.microsoft.com/v1/workspaces",
            "--query",
            "value[?displayName=='sales'].id | [0]",
            "-o",
            "tsv",
        ],
        "GET https://api.fabric.microsoft.com/v1/workspaces for https://api.fabric.microsoft.com -q value[?displayName=='sales'].id | [0] -o tsv",
    );
    check(
        &[
            "--method",
            "get",
            "--url",
            "https://contoso.vault.azure.net/secrets/db?api-version=7.4",
            "--resource",
            "https://vault.azure.net",
            "--query",
            "value",
            "--output",
            "tsv",
        ],
        "GET https://contoso.vault.azure.net/secrets/db?api-version=7.4 for https://vault.azure.net -q value -o tsv",
    );
    check(
        &[
            "--skip-authorization-header",
            "--method",
            "get",
            "--uri",
            "https://westeurope.api.cognitive.microsoft.com/speechtotext/v3.2/transcriptions/t",
            "--headers",
            "Ocp-Apim-Subscription-Key=k",
            "--query",
            "status",
            "-o",
            "tsv",
        ],
        "GET https://westeurope.api.cognitive.microsoft.com/speechtotext/v3.2/transcriptions/t ocp-apim-subscription-key:k without token -q status -o tsv",
    );
    check(
        &[
            "-u",
            "https://management.azure.com/subscriptions/s/locations?api-version=2022-12-01",
            "--output-file",
            "locations.json",
        ],
        "GET https://management.azure.com/subscriptions/s/locations?api-version=2022-12-01 -O locations.json",
    );
    check(
        &[
            "-m",
            "head",
            "-u",
            "/subscriptions/s/resourcegroups/rg?api-version=2021-04-01",
        ],
        "HEAD /subscriptions/s/resourcegroups/rg?api-version=2021-04-01",
    );
}

/// Scripts that write, with every spelling of a body.
#[test]
fn what_scripts_write() {
    check(
        &[
            "-m",
            "post",
            "-u",
            &format!("{GRAPH}/applications"),
            "--headers",
            "Content-Type=application/json",
            "--body",
            "{\"displayName\":\"shop\"}",
        ],
        &format!(
            "POST {GRAPH}/applications content-type:application/json {{\"displayName\":\"shop\"}}"
        ),
    );
    check(
        &[
            "--method",
            "post",
            "--uri",
            &format!("{GRAPH}/servicePrincipals/s-1/appRoleAssignments"),
            "--body",
            "{'principalId':'s-1','resourceId':'r-1','appRoleId':'a-1'}",
            "--headers",
            "Content-Type=application/json",
        ],
        &format!(
            "POST {GRAPH}/servicePrincipals/s-1/appRoleAssignments content-type:application/json {{\"principalId\":\"s-1\",\"resourceId\":\"r-1\",\"appRoleId\":\"a-1\"}}"
        ),
    );
    check(
        &[
            "-m",
            "POST",
            "--uri",
            &format!("{GRAPH}/directoryRoles/roleTemplateId=t/members/$ref"),
            "--body",
            "{\"@odata.id\":\"https://graph.microsoft.com/v1.0/directoryObjects/o\"}",
        ],
        &format!(
            "POST {GRAPH}/directoryRoles/roleTemplateId=t/members/$ref {{\"@odata.id\":\"https://graph.microsoft.com/v1.0/directoryObjects/o\"}}"
        ),
    );
    check(
        &[
            "-m",
            "POST",
            "-u",
            &format!("{GRAPH}/users/o/appRoleAssignments"),
            "-b",
            "{\"a\":1}",
            "--output",
            "none",
        ],
        &format!("POST {GRAPH}/users/o/appRoleAssignments {{\"a\":1}} -o none"),
    );
    check(
        &[
            "--method",
            "PATCH",
            "--uri",
            &format!("{GRAPH}/applications/o"),
            "--body",
            "{\n  \"spa\": {\"redirectUris\": [\"http://localhost:5173\"]}\n}",
        ],
        &format!(
            "PATCH {GRAPH}/applications/o {{\n  \"spa\": {{\"redirectUris\": [\"http://localhost:5173\"]}}\n}}"
        ),
    );
    check(
        &[
            "--method",
            "POST",
            "--uri",
            "https://graph.microsoft.com/beta/applications/o/federatedIdentityCredentials",
            "--body",
            "{'name': 'main', 'audiences': ['api://AzureADTokenExchange'], 'enabled': True}",
        ],
        "POST https://graph.microsoft.com/beta/applications/o/federatedIdentityCredentials {\"name\":\"main\",\"audiences\":[\"api://AzureADTokenExchange\"],\"enabled\":true}",
    );
    check(
        &[
            "--method",
            "post",
            "--uri",
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.SaaS/resources/r/listAccessToken?api-version=2018-03-01-beta",
            "-o",
            "json",
        ],
        "POST /subscriptions/s/resourceGroups/rg/providers/Microsoft.SaaS/resources/r/listAccessToken?api-version=2018-03-01-beta",
    );
    check(
        &[
            "--method",
            "patch",
            "--uri",
            "https://dev.azure.com/contoso/shop/_apis/wit/workitems/7?api-version=7.0",
            "--headers",
            "Content-Type=application/json-patch+json",
            "--body",
            "@/tmp/patch.json",
            "--resource",
            DEVOPS,
        ],
        &format!(
            "PATCH https://dev.azure.com/contoso/shop/_apis/wit/workitems/7?api-version=7.0 content-type:application/json-patch+json @/tmp/patch.json for {DEVOPS}"
        ),
    );
    check(
        &[
            "--method",
            "patch",
            "--url",
            "https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/staticSites/w?api-version=2024-04-01",
            "--headers",
            "Content-Type=application/json",
            "--body",
            "{\"properties\":{}}",
            "--output",
            "none",
            "--only-show-errors",
        ],
        "PATCH https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/staticSites/w?api-version=2024-04-01 content-type:application/json {\"properties\":{}} -o none",
    );
    check(
        &[
            "--skip-authorization-header",
            "--method",
            "put",
            "--url",
            "https://contoso.search.windows.net/indexes/i?api-version=2024-07-01",
            "--headers",
            "Content-Type=application/json",
            "api-key=k",
            "--body",
            "@index.json",
        ],
        "PUT https://contoso.search.windows.net/indexes/i?api-version=2024-07-01 content-type:application/json api-key:k @index.json without token",
    );
    check(
        &[
            "-m",
            "DELETE",
            "-u",
            "https://management.azure.com/subscriptions/s/providers/Microsoft.ApiManagement/locations/japaneast/deletedservices/a?api-version=2022-08-01",
            "-y",
        ],
        "DELETE https://management.azure.com/subscriptions/s/providers/Microsoft.ApiManagement/locations/japaneast/deletedservices/a?api-version=2022-08-01",
    );
    check(
        &[
            "--method",
            "put",
            "--url",
            "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/g?api-version=2022-04-01",
            "--body",
            "@role.json",
            "--headers",
            "{\"Content-Type\": \"application/json\"}",
        ],
        "PUT /subscriptions/s/providers/Microsoft.Authorization/roleAssignments/g?api-version=2022-04-01 content-type:application/json @role.json",
    );
    check(
        &[
            "--method",
            "put",
            "--url",
            "/subscriptions/s/resourcegroups/rg?api-version=2021-04-01",
            "--headers",
            "{'Content-Type':'application/json'}",
            "--body",
            "{\"location\": \"westeurope\"}",
        ],
        "PUT /subscriptions/s/resourcegroups/rg?api-version=2021-04-01 content-type:application/json {\"location\": \"westeurope\"}",
    );
    check(
        &[
            "--method",
            "post",
            "--url",
            "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
            "--body",
            "{\"query\": \"Resources | project name\"}",
            "--query",
            "data[].name",
        ],
        "POST /providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01 {\"query\": \"Resources | project name\"} -q data[].name",
    );
    check(
        &[
            "--method",
            "post",
            "--url",
            "/subscriptions/s/providers/Microsoft.CostManagement/query?api-version=2023-11-01",
            "--body",
            "@query.json",
            "--debug",
        ],
        "POST /subscriptions/s/providers/Microsoft.CostManagement/query?api-version=2023-11-01 @query.json",
    );
    check(
        &[
            "--resource",
            "https://monitor.azure.com",
            "--method",
            "post",
            "--uri",
            "https://d-1.westeurope-1.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Custom-x?api-version=2023-01-01",
            "--body",
            "[{\"n\": 1.10}]",
            "--headers",
            "Content-Type=application/json",
        ],
        "POST https://d-1.westeurope-1.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Custom-x?api-version=2023-01-01 content-type:application/json [{\"n\": 1.10}] for https://monitor.azure.com",
    );
    // On this az ends in a traceback (`Azure/azure-cli#20147` and its kin).
    check(
        &[
            "-m",
            "post",
            "-u",
            &format!("{GRAPH}/groups"),
            "--headers",
            "Content-Type: application/json",
            "--body",
            "{}",
        ],
        &format!("POST {GRAPH}/groups content-type:application/json {{}}"),
    );
    // A type of its own: not JSON, and sent as it is.
    check(
        &[
            "-m",
            "post",
            "-u",
            "/x",
            "--headers",
            "Content-Type=text/plain",
            "--body",
            "a=b",
        ],
        "POST /x content-type:text/plain a=b",
    );
}

#[test]
fn a_token_of_ones_own_goes_along() {
    let args = rest(&[
        "-u",
        "https://management.azure.com/subscriptions",
        "--headers",
        "Authorization=Bearer t",
        "--skip-authorization-header",
    ]);
    assert!(!args.options.target.no_auth);
    assert!(
        args.items
            .iter()
            .any(|item| matches!(item, Item::Header(edit) if edit.name == header::AUTHORIZATION))
    );
    let debug = rest(&["-u", "/subscriptions", "--debug"]);
    assert_eq!(debug.options.output.verbose.count, 2);
    assert!(
        rest(&["-u", "/subscriptions", "--only-show-errors"])
            .options
            .output
            .without_notes
    );
}

#[track_caller]
fn refuses(arguments: &[&str], message: &str, hint: &str) {
    let words: Vec<&str> = ["rest"].iter().chain(arguments).copied().collect();
    let error = match run(&words) {
        Ok(Command::Rest(args)) => {
            let pairs = args.pairs();
            args.into_request(&pairs).expect_err(message)
        }
        other => panic!("{other:?}"),
    };
    assert!(
        error.to_string().contains(message),
        "{arguments:?}: {error}"
    );
    let given = error.hint().unwrap_or_default();
    assert!(given.contains(hint), "{arguments:?}: {given}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    refused(&["rest"], "--url <URL>", "");
    refused(
        &["rest", "-u", "/x", "-m", "list"],
        "'list'",
        "one of: delete, get",
    );
    refuses(
        &["-u", "/x", "-m", "put", "-b", "file.json"],
        "is not a body",
        "--body @file.json",
    );
    refuses(
        &["-u", "/x", "-m", "put", "-b", "{a:1}"],
        "neither JSON",
        "--body @FILE",
    );
    refuses(
        &["-u", "/x", "--headers", "novalue"],
        "is not a header",
        "NAME=VALUE",
    );
    refuses(
        &["-u", "/x", "--headers", "{\"a\": {}}"],
        "is not a JSON object of texts",
        "NAME=VALUE",
    );
    refuses(
        &["-u", "/x", "--uri-parameters", "top"],
        "is not a query parameter",
        "NAME=VALUE",
    );
    refuses(
        &["-u", "/x", "--uri-parameters", "=3"],
        "without a name",
        "single quotes",
    );
    refuses(&["-u", "-"], "is not a URL", "arm GET -");
    refuses(
        &["-u", "-/start", "-m", "post"],
        "is not a URL",
        "arm POST -",
    );
}
