//! What `arm help TOPIC` prints, a text for each topic. Holds no option's help.

pub(super) const ITEMS: &str = "\
Everything behind the URL is an item. The first separator decides:

  Name:value        header; `Name:` does not send it, `Name;` sends it empty
  Name:@file        header, value from a file
  name==value       query parameter; name==@file from a file
  name=text         body field, a JSON string; name=@file from a text file
  name:=json        body field, any JSON, kept byte for byte; name:=@file from a file
  @file             the whole body from a file, byte for byte
  -                 the whole body from standard input, which is read only when asked for
  '{\"a\":1}'         the whole body as a JSON literal (object, array, string, number, true, false, null)

Nested fields, in two spellings. The dotted one begins with a dot and needs no quotes in any shell:

  tags[env]=dev     zones[]=1      rules[0][name]=x
  .tags.env=dev     .zones.-=1     .rules.0.name=x

  .tags.\"hidden-link:/app/x\"=v      a name with separators stands in double quotes
  'tags[hidden-link:/app/x]=v'      or in brackets: separators in there mean nothing

Without a leading dot a dot is part of the name: `a.b=x` is the field \"a.b\". An index may be at most one behind the end.
Names below `tags` are never indices. A backslash takes the meaning from the character behind it: `k=\\@x` is the text
\"@x\", `X-A\\:=b` is a header with the value \"=b\".

A body needs a METHOD. GET, HEAD and DELETE take no fields, but a whole body if you insist. A whole JSON body may stand
beside fields, which then change it: arm PUT $ID @vm.json .location=westeurope
";

pub(super) const QUERY: &str = "\
-q EXPR prints only what the expression selects. An expression that begins with `$` is JSONPath (RFC 9535); JMESPath does
not exist yet in this version. Put it into single quotes: a shell replaces `$…` otherwise.

  arm /subscriptions -q '$.value[*].displayName' -r
  arm GET $ID -q '$.properties.provisioningState' -r
  arm GET $LIST -q '$.value[?@.location==\"westeurope\"].name'

A query that can select one thing only (names and indices) prints that value: `null` if it is null, nothing if it is not
there. Any other query prints an array. -r prints strings without quotes and the elements of an array one a line.

The query sees the whole list, all pages joined. With --each it is run on every item, and `$` is the item:

  arm GET $LIST --each -q '$.name' -r

--exit-status ends with 11 if nothing was found. A query that needs the joined document holds it in memory, up to
--max-memory.
";

pub(super) const OUTPUT: &str = "\
Stdout holds the answer and nothing else; errors, notes and -v go to stderr. The format never depends on whether stdout is a
terminal; only colour does. An answer stays plain where colour would change a byte of it, and beyond 1 MiB.

  -o json      indented by two (default)
  -o jsonc     the same, coloured in pipes too
  -o compact   on one line
  -o ndjson    one item a line, printed as they arrive
  -o table     one item a row, columns aligned; tsv and csv: for programs (`arm help tables`)
  -o raw       the bytes as received: one page, no query
  -o none      nothing
  -r           strings without quotes, elements one a line

Numbers, the order of members, duplicates and unknown members are printed as they came. -O FILE writes to a file, whole or
not at all. -i prints the head of the first page before the answer, -v says on stderr what happens. -s prints no answer.
";

pub(super) const EXIT_CODES: &str = "\
0 is said only if the service did what was asked and all of it was printed.

  0    done
  1    local failure: file, memory, internal
  2    usage: arguments, expression, body, malformed URL
  3    a redirect that was not followed
  4    HTTP 4xx, on the first page or the only answer (429 when all repetitions are spent)
  5    HTTP 5xx, likewise
  6    sign-in: no credential, refused, or a given token for another audience
  7    network: DNS, connect, proxy, TLS
  8    timed out
  9    incomplete: a later page or one of many failed, the answer was cut or malformed, an unsafe link
  10   the operation ended Failed or Canceled
  11   --exit-status, or `arm types`: nothing matched
  12   refused for safety: unknown host, audience not allowed, not confirmed
  130  interrupted

--expect 404 makes a status a success. Of many requests the worst counts: see `arm help many-ids`.
`arm exec` ends as its command does: 126 if that cannot be run, 127 if it is not found.
";

pub(super) const ENVIRONMENT: &str = "\
Options win over variables.

  ARMCLI_ACCESS_TOKEN      a token to use; goes only to the hosts of its audience
  ARMCLI_CLOUD             the cloud: a name, or the URL of an endpoint; --cloud wins
  ARMCLI_ENDPOINT          another Resource Manager, such as `arm sandbox serve`; --cloud and ARMCLI_CLOUD win
  ARMCLI_TENANT            the tenant, and the value of {tenant}; --tenant wins
  ARMCLI_SUBSCRIPTION      the value of {sub}, an id or a name; -S wins. After it AZURE_SUBSCRIPTION_ID, then the default
                           subscription of `arm login`, then az's
  ARMCLI_ACCOUNT           which account of `arm login` is used, where several have signed in
  ARMCLI_CLIENT_ID         the application that `arm login` signs in with; --client-id wins
  ARMCLI_RESOURCE_GROUP    the value of {rg}; -g wins
  ARMCLI_CACHE_DIR         where tokens are kept, else arm/tokens in XDG_CACHE_HOME
  ARMCLI_NO_CACHE          keep no tokens and take none that were kept, as --no-cache does; 0 does not count

  AZURE_SUBSCRIPTION_ID    see above
  AZURE_CONFIG_DIR         where az keeps its login and clouds.config, else ~/.azure
  AZURE_AUTHORITY_HOST     who issues tokens, in place of the cloud's: https, or http on this machine
  AZURE_TOKEN_CREDENTIALS  which sources of tokens are tried: dev, prod, or one by its name in the Azure SDKs
  AZURE_CLIENT_ID          which managed identity, where --identity names none
  IDENTITY_ENDPOINT        the managed identity of App Service with IDENTITY_HEADER, of Azure Arc with IMDS_ENDPOINT;
                           with IDENTITY_SERVER_THUMBPRINT, and by https, that of Service Fabric: not supported
  MSI_ENDPOINT             the token endpoint of Cloud Shell; with MSI_SECRET beside it, that of Azure Machine Learning,
                           whose identity DEFAULT_IDENTITY_CLIENT_ID names
  ACC_CLOUD                set in Cloud Shell: its token endpoint, and the cloud where nothing else names one
  AZUREPS_HOST_ENVIRONMENT set in Cloud Shell, likewise its token endpoint
  AZURE_POD_IDENTITY_AUTHORITY_HOST
                           where the metadata service of a virtual machine is, in place of http://169.254.169.254
  ARMCLI_IMDS              0: do not take this for a virtual machine of Azure, whatever the hardware says
  ARMCLI_AZ_CACHE          0: do not read the tokens that `az` keeps, but run it
  COPILOT_AGENT_SESSION_ID set by assistants: likewise
  AZD_CONFIG_DIR           where azd keeps its login, else ~/.azd
  AZD_AUTH_ENDPOINT        who signs in for azd: its tokens are not kept

A service principal, and what else signs in an application (docs/credentials.md):

  AZURE_TENANT_ID, AZURE_CLIENT_ID      the application, with one of the proofs below
  AZURE_CLIENT_SECRET                   a secret
  AZURE_CLIENT_CERTIFICATE_PATH         a file with certificate and private key, PEM or PKCS#12;
                                        AZURE_CLIENT_CERTIFICATE_PASSWORD opens it,
                                        AZURE_CLIENT_SEND_CERTIFICATE_CHAIN=true sends all of it
  ARMCLI_CLIENT_ASSERTION               an assertion (a JWT), or a file of one: ARMCLI_CLIENT_ASSERTION_FILE
  ARM_TENANT_ID, ARM_CLIENT_ID          the same by Terraform's names, where the ones above are not whole: ARM_CLIENT_SECRET,
                                        ARM_CLIENT_CERTIFICATE_PATH, ARM_CLIENT_CERTIFICATE_PASSWORD; with
                                        ARM_USE_OIDC=true, ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH
  AZURE_FEDERATED_TOKEN_FILE            workload identity: the file that Kubernetes renews
  ACTIONS_ID_TOKEN_REQUEST_URL          GitHub Actions, with ACTIONS_ID_TOKEN_REQUEST_TOKEN; GITHUB_ACTIONS only explains
  SYSTEM_OIDCREQUESTURI                 Azure Pipelines, with SYSTEM_ACCESSTOKEN, AZURESUBSCRIPTION_CLIENT_ID,
                                        AZURESUBSCRIPTION_TENANT_ID and AZURESUBSCRIPTION_SERVICE_CONNECTION_ID

  NO_COLOR                 no colour on a terminal, as with TERM=dumb; --color and CLICOLOR_FORCE win
  CLICOLOR_FORCE           colour in pipes too, unless it is 0
  HTTPS_PROXY, ALL_PROXY   the proxy, also in lower case; never for plain http to this machine
  NO_PROXY                 hosts that are asked without the proxy
  SSL_CERT_FILE            certificates to trust, in PEM form, in place of the system's; SSL_CERT_DIR a folder of them.
                           On Windows and macOS the system's store alone counts
  XDG_STATE_HOME           where `arm login` keeps accounts, and the sandbox what was written to it, else ~/.local/state
  BROWSER                  the program that `arm login` opens the address with; `%s` in it stands for the address
  DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION, SSH_TTY
                           tell whether there is a browser to open; else the address is only printed
  XDG_CACHE_HOME           where tokens are kept, else ~/.cache
  CI, RUNNER_TEMP          if both are set, as in GitHub Actions, tokens are kept below RUNNER_TEMP
  GITHUB_ACTIONS, TF_BUILD where one is `true`, `arm token` tells GitHub or Azure Pipelines to mask the token in the log
  PATH                     where `az`, `azd` and `pwsh` are looked for, in absolute folders only
  MSYSTEM                  set in Git Bash: a URL that it has rewritten is put right

Under --sandbox {sub} is a subscription of the sandbox: -S names another one, the variables do not.
Other names that begin with ARM_ belong to Terraform and set nothing here.
";

pub(super) const PAGING: &str = "\
A list is one document in the shape of one page: the members of the first page, the items of all pages in order, and no link.
All pages are fetched.

  --limit N        stop after N items
  --max-pages N    stop after N pages
  --no-paginate    stop after the first page
  -o ndjson        one item a line, as they arrive

A list that was cut keeps its `nextLink`, and a note on stderr says so. The link begins with the next page: what --limit cut
off the last page (`17 more on this page`) is not in it. A list cut by --max-pages can be resumed without a gap. --top is
another thing: how many items the service puts on one page.

These lists are known:

  value, nextLink          Resource Manager's, with @odata.nextLink and odata.nextLink
  properties.X             the only array there (`rows` of costs, `pricesheets`), properties.nextLink
  data, data.rows          Resource Graph, whose $skipToken goes into the body of the next POST
  header Link              rel=\"next\", as of registries and App Configuration; the items may be the whole document
  other headers            x-ms-continuation of Cosmos DB, x-ms-continuationtoken of Azure DevOps

Costs are asked for page by page with the same body. Any other list that was asked for with POST goes on with GET, and with
POST where that is not found and the link lies at the same path. For other services name the members:

  --items MEMBER       the items, such as result.entries
  --next-link MEMBER   the link to the next page, such as paging.next; a name with a dot in it stands in double quotes

If a later page fails, what was printed is closed as valid JSON with the `nextLink` (or `$skipToken`) to resume from, stderr
shows the command that goes on, and the exit code is 9. Secrets are masked in that command; the link in the answer is whole.
A query that needs the whole list prints nothing then, and -O writes no file. A link to another host, or in a circle, is
never followed.
";

pub(super) const WAITING: &str = "\
Many writes only start an operation. Without --wait the answer is printed, and a note on stderr says that the operation goes
on and shows the command that waits for it. With -w, --wait that command is not needed:

  arm PUT $ID @vm.json --wait          prints the resource as it is in the end
  arm POST $ID/runCommand @c.json -w   prints the result
  arm DELETE $ID --wait                prints nothing
  arm GET $ID --wait                   waits until the provisioningState is final

  arm wait URL                         goes on with the address of an operation, or watches a resource
  arm wait $ID --for 'properties.provisioningState=Succeeded'
  arm wait $ID --for '$.properties.outputs.ip'

The service says when it wants to be asked again; else the pauses grow from 2 to 30 seconds. --retry-max-wait caps them,
--timeout limits everything (exit 8). When the time is over, and on Ctrl-C, stderr shows the command that goes on waiting.

An operation that ends Failed or Canceled prints its error and nothing on stdout: exit 10. --for ends only when it holds: its
path is made of member names, and the case of letters does not count in the value. On a terminal one line shows the state;
otherwise each change is a note. -s keeps both away. The token never goes to another host: a link to one is exit 9.
";

pub(super) const RETRIES: &str = "\
A request is made again, up to --retry times (3), where that is safe:

  GET, HEAD, PUT, DELETE, OPTIONS    after 408, 429, 500, 502, 503, 504, and a connection that was lost
  POST, PATCH                        after 429, and after 503 with `Retry-After`: they were not executed
  any                                if the connection was never made
  PUT or DELETE, If-None-Match:*     as POST: the second one would answer 412 to the success of the first

Pauses are chance between nothing and 0.8 s, 1.6 s, 3.2 s …; what the service asks for (`Retry-After`, `retry-after-ms`,
`x-ms-retry-after-ms`) counts more. --retry-max-wait caps both (5m), --timeout limits everything. --retry 0 is none. A name
without address, a closed port and a bad certificate are final at once.

A run repeats 20 times (or --retry, if that is more), all requests together. One that comes through after repetitions gives
one back, any other a tenth. So a service that fails always is left alone soon, and one that fails now and then is not.

Answers say how many requests are left; -v shows it, and a note says when it is little. A run that has sent many requests
slows down then, before it is refused; one of few requests never does.

--register registers the resource provider with the subscription where Resource Manager asks for it, waits until it is, and
makes the request once more. Both must stand in the URL. Without it, the hint says so.
";

pub(super) const MANY_IDS: &str = "\
A `-` in place of the URL stands for each ID on standard input. What stands behind it is appended to every path:

  arm GET $LIST -q '$.value[?@.tags.env==\"dev\"].id' -r | arm DELETE - --yes --wait
  arm GET $LIST | arm POST -/deallocate --wait
  arm GET /subscriptions | arm GET -/resourceGroups -q '$.value[*].name'

An ID is a resource ID or a URL, one a line; blank lines and lines that begin with # do not count. JSON is read too: an array
of IDs, a list whose items have an `id`, or such objects one after another. Each ID is planned like the URL of a run of its
own: its api-version, its audience, its placeholders. All are checked before the first request is sent: a bad one is named by
its line (exit 2 or 12), and nothing is sent. Items, body and options go with every request.

Each result is one line of JSON, in the order of the IDs:

  {\"id\":\"/subscriptions/…\",\"status\":200,\"body\":{…}}
  {\"id\":\"/subscriptions/…\",\"status\":409,\"exit\":4,\"error\":{\"code\":\"ScopeLocked\",\"message\":\"…\"}}

`id` is what was read, `status` that of the last answer (null without one), `body` the answer, lists joined, or what -q finds
in it; an answer that is no JSON is a string, an empty one is left out. -r with -q prints what is found, without the lines.

  --parallel N     keep at most N requests under way (8)
  --fail-fast      send nothing more after the first failure; without it the others go on

Errors also go to stderr. The exit code is that of the worst, in this order: 130, 8, 1, 6, 12, 7, 5, 10, 9, 2, 4, 3, 11. After
Ctrl-C and --timeout what is finished is printed, and stderr names the first ID that was not sent. -O, -i, --limit and formats
that are not one line are refused. Share --max-memory: the IDs, and the answers that wait for an earlier one.

A DELETE asks first where standard input and stderr are a terminal; many ask once, on the terminal itself. --yes does not ask.
In a script one resource is deleted at once, many only with --yes. No answer but y or yes counts: exit 12, nothing is sent.
";
