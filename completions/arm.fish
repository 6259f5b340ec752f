# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_arm_global_optspecs
    string join \n h/help H/header= filter= select= expand= orderby= top= skip= api-version= auth= identity= tenant= cloud= audience= token= no-cache sandbox allow-host= aux-tenant= no-auth S/subscription= g/resource-group= no-paginate limit= max-pages= items= next-link= each max-memory= q/query= r/raw o/output= columns= csv-safe O/output-file= i/include s/silent v/verbose color= exit-status expect= timeout= retry= retry-max-wait= n/dry-run curl parallel= fail-fast keep-going y/yes w/wait register V/version
end

function __fish_arm_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_arm_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_arm_using_subcommand
    set -l cmd (__fish_arm_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c arm -n "__fish_arm_needs_command" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_needs_command" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_needs_command" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_needs_command" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_needs_command" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_needs_command" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_needs_command" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_needs_command" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_needs_command" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_needs_command" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_needs_command" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_needs_command" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_needs_command" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_needs_command" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_needs_command" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_needs_command" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_needs_command" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_needs_command" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_needs_command" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_needs_command" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_needs_command" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_needs_command" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_needs_command" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_needs_command" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_needs_command" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_needs_command" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_needs_command" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_needs_command" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_needs_command" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_needs_command" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_needs_command" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_needs_command" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_needs_command" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_needs_command" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_needs_command" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_needs_command" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_needs_command" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_needs_command" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_needs_command" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_needs_command" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_needs_command" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_needs_command" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_needs_command" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_needs_command" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_needs_command" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_needs_command" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_needs_command" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_needs_command" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_needs_command" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_needs_command" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_needs_command" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_needs_command" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_needs_command" -s V -l version -d 'Print version'
complete -c arm -n "__fish_arm_needs_command" -a "GET" -d 'Read a resource, or a list with all its pages'
complete -c arm -n "__fish_arm_needs_command" -a "HEAD" -d 'Ask whether a resource is there'
complete -c arm -n "__fish_arm_needs_command" -a "PUT" -d 'Create a resource or replace it'
complete -c arm -n "__fish_arm_needs_command" -a "POST" -d 'Run an action'
complete -c arm -n "__fish_arm_needs_command" -a "PATCH" -d 'Change parts of a resource'
complete -c arm -n "__fish_arm_needs_command" -a "DELETE" -d 'Delete a resource'
complete -c arm -n "__fish_arm_needs_command" -a "OPTIONS" -d 'Ask what is allowed'
complete -c arm -n "__fish_arm_needs_command" -a "list" -d 'List the resources of a type'
complete -c arm -n "__fish_arm_needs_command" -a "graph" -d 'Ask Resource Graph: a query over all subscriptions of the tenant'
complete -c arm -n "__fish_arm_needs_command" -a "wait" -d 'Wait until an operation has ended, or a resource is as it should be'
complete -c arm -n "__fish_arm_needs_command" -a "login" -d 'Sign in with a browser, on another device, or as an application'
complete -c arm -n "__fish_arm_needs_command" -a "logout" -d 'Sign an account out: delete what `arm login` has kept'
complete -c arm -n "__fish_arm_needs_command" -a "whoami" -d 'Say whose token a request would carry'
complete -c arm -n "__fish_arm_needs_command" -a "account" -d 'List subscriptions, and choose the one that {sub} stands for'
complete -c arm -n "__fish_arm_needs_command" -a "token" -d 'Print an access token'
complete -c arm -n "__fish_arm_needs_command" -a "cache" -d 'Show or delete the tokens that are kept'
complete -c arm -n "__fish_arm_needs_command" -a "serve" -d 'Hand tokens out to programs of this machine, as Cloud Shell does'
complete -c arm -n "__fish_arm_needs_command" -a "exec" -d 'Run a command that finds its tokens here: every Azure SDK does'
complete -c arm -n "__fish_arm_needs_command" -a "sandbox" -d 'Run the offline ARM, or start it anew'
complete -c arm -n "__fish_arm_needs_command" -a "types" -d 'List the resource types with their api-versions, or explain one'
complete -c arm -n "__fish_arm_needs_command" -a "completions" -d 'Print the completion script for a shell'
complete -c arm -n "__fish_arm_needs_command" -a "man" -d 'Print the manual page (roff)'
complete -c arm -n "__fish_arm_needs_command" -a "help" -d 'Explain a topic or a command'
complete -c arm -n "__fish_arm_using_subcommand GET" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand GET" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand GET" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand GET" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand GET" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand GET" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand GET" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand GET" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand GET" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand GET" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand GET" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand GET" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand GET" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand GET" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand GET" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand GET" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand GET" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand GET" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand GET" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand GET" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand GET" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand GET" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand GET" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand GET" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand HEAD" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand PUT" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand PUT" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand PUT" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand PUT" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand PUT" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand PUT" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand PUT" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand POST" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand POST" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand POST" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand POST" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand POST" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand POST" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand POST" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand POST" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand POST" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand POST" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand POST" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand POST" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand POST" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand POST" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand POST" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand POST" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand POST" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand POST" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand POST" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand POST" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand POST" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand POST" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand POST" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand POST" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand PATCH" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand DELETE" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s y -l yes -d 'Delete without asking first'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -s w -l wait -d 'Wait until the operation that the request starts has ended, and print its result'
complete -c arm -n "__fish_arm_using_subcommand OPTIONS" -l register -d 'Register the resource provider with the subscription where the service asks for it, and repeat the request'
complete -c arm -n "__fish_arm_using_subcommand list" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand list" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand list" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand list" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand list" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand list" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand list" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand list" -l parallel -d 'Keep at most N requests under way (default: 8 for many IDs, 50 where the path holds a `*`)' -r
complete -c arm -n "__fish_arm_using_subcommand list" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand list" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand list" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand list" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand list" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand list" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand list" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand list" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand list" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand list" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand list" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand list" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand list" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand list" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand list" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand list" -l graph -d 'Ask Resource Graph instead: one query for all subscriptions of the tenant, or for that of -S'
complete -c arm -n "__fish_arm_using_subcommand list" -l fail-fast -d 'Send nothing more after the first failure'
complete -c arm -n "__fish_arm_using_subcommand list" -l keep-going -d 'Go on after a failure: that is what is done anyway'
complete -c arm -n "__fish_arm_using_subcommand graph" -s S -l subscription -d 'Look in this subscription only (repeatable, or with commas; default: all of the tenant)' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l management-group -d 'Look below this management group only (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l skip -d 'Leave out the first N rows' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l api-version -d 'Use this api-version' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand graph" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand graph" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand graph" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand graph" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand graph" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand graph" -l allow-partial-scopes -d 'Take less than the whole scope where it has more subscriptions than the service looks at'
complete -c arm -n "__fish_arm_using_subcommand graph" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand graph" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand graph" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand graph" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand graph" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand graph" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand graph" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand graph" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand graph" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand graph" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand graph" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand graph" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand graph" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand wait" -l for -d 'Wait until an answer has this value (the case of letters does not count), or until a JSONPath query finds something' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s H -l header -d 'Send a header (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l filter -d 'Set the query parameter `$filter`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l select -d 'Set `$select`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l expand -d 'Set `$expand`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l orderby -d 'Set `$orderby`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l top -d 'Set `$top`: what the service puts on one page (--limit is the total)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l skip -d 'Set `$skip`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l api-version -d 'Use this api-version instead of the one worked out from the URL: a date, stable or preview' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand wait" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l allow-host -d 'Let the token of --audience go to this unknown host (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l aux-tenant -d 'Send a token of this tenant along, for a request across tenants (up to 3 times)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s S -l subscription -d 'Fill in {sub} and {subscriptionId}' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s g -l resource-group -d 'Fill in {rg} and {resourceGroup}' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l limit -d 'Stop after N items' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l max-pages -d 'Stop after N pages' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l items -d 'Say which member of the answer holds the items, such as `result.entries`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l next-link -d 'Say which member of a page names the next one, such as `paging.next`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l max-memory -d 'Limit what a query or a table may hold in memory' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s q -l query -d 'Print only what this expression selects: JMESPath, or JSONPath where it begins with `$`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s o -l output -d 'Choose the format: json, jsonc (coloured), compact, ndjson, table, tsv, csv, raw, none' -r -f -a "json\t'Indented by two'
jsonc\t'Indented and always coloured'
compact\t'On one line'
ndjson\t'One item a line, as they arrive'
table\t'Aligned columns, one item a row'
tsv\t'The same with tabs, as the items arrive'
csv\t'The same with commas, below the names of the columns'
raw\t'The bytes as received: one page, no query'
none\t'Nothing'"
complete -c arm -n "__fish_arm_using_subcommand wait" -l columns -d 'Say which columns a table has: `name,size=properties.hardwareProfile.vmSize`' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s O -l output-file -d 'Write the answer to a file, whole or not at all' -r -F
complete -c arm -n "__fish_arm_using_subcommand wait" -l color -d 'Colour the answer: auto, always, never; it stays plain where colour would change a byte' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand wait" -l expect -d 'Take these statuses for success too, such as 404 or 2xx (repeatable, or with commas)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l retry -d 'Repeat up to N times after the first try' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -l retry-max-wait -d 'Wait at most this long before a repetition' -r
complete -c arm -n "__fish_arm_using_subcommand wait" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand wait" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand wait" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand wait" -l no-auth -d 'Send no token'
complete -c arm -n "__fish_arm_using_subcommand wait" -l no-paginate -d 'Stop after the first page'
complete -c arm -n "__fish_arm_using_subcommand wait" -l each -d 'Run the query on every item instead of on the whole document'
complete -c arm -n "__fish_arm_using_subcommand wait" -s r -l raw -d 'Print strings without quotes, one a line'
complete -c arm -n "__fish_arm_using_subcommand wait" -l csv-safe -d 'Put `\'` before cells of `-o csv` that a spreadsheet would take for formulas'
complete -c arm -n "__fish_arm_using_subcommand wait" -s i -l include -d 'Print the status line and the headers of the first page before the answer'
complete -c arm -n "__fish_arm_using_subcommand wait" -s s -l silent -d 'Print no answer; errors stay'
complete -c arm -n "__fish_arm_using_subcommand wait" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand wait" -l exit-status -d 'Exit 11 if the query finds nothing'
complete -c arm -n "__fish_arm_using_subcommand wait" -s n -l dry-run -d 'Show the request and send nothing'
complete -c arm -n "__fish_arm_using_subcommand wait" -l curl -d 'Show the request as a curl command and send nothing'
complete -c arm -n "__fish_arm_using_subcommand login" -l tenant -d 'Sign in to this tenant (id or domain) instead of the account\'s own' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l client-id -d 'Sign in with this public client instead of that of the Azure CLI, or as this application' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l client-secret -d 'Take the secret from standard input: `--client-secret -`' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l certificate -d 'Sign in with the certificate and the key in this file (PEM or PKCS#12)' -r -F
complete -c arm -n "__fish_arm_using_subcommand login" -l certificate-password -d 'Take the certificate\'s password from standard input: `--certificate-password -`' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l federated-token -d 'Sign in with the token of another issuer: a file that it is renewed in, or `-` for standard input' -r -F
complete -c arm -n "__fish_arm_using_subcommand login" -l identity -d 'Sign in as the managed identity of this machine, or as this one of several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l claims-challenge -d 'Answer this challenge of a service (base64), such as one for a second factor' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l cloud -d 'Use this cloud: a name, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand login" -l timeout -d 'Wait this long for the sign-in (default: 5m; with --device-code as long as the code lives)' -r
complete -c arm -n "__fish_arm_using_subcommand login" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand login" -l device-code -d 'Sign in with a code on another device, without a browser on this machine'
complete -c arm -n "__fish_arm_using_subcommand login" -l no-browser -d 'Only print the address, and open no browser'
complete -c arm -n "__fish_arm_using_subcommand login" -l service-principal -d 'Sign in as an application, with a secret that is asked for, or with one of the next options'
complete -c arm -n "__fish_arm_using_subcommand login" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand login" -l sandbox -d 'Not needed: the sandbox signs in by itself'
complete -c arm -n "__fish_arm_using_subcommand logout" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand logout" -l all -d 'Sign every account out'
complete -c arm -n "__fish_arm_using_subcommand whoami" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand whoami" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -s o -l output -d 'Choose the format: table, json' -r -f -a "table\t'Lines and columns for people'
json\t'One JSON document'"
complete -c arm -n "__fish_arm_using_subcommand whoami" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand whoami" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand whoami" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand whoami" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand whoami" -l all -d 'Show every source of tokens, and why it is passed over; asks for no token'
complete -c arm -n "__fish_arm_using_subcommand whoami" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand account; and not __fish_seen_subcommand_from list use show" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand account; and not __fish_seen_subcommand_from list use show" -f -a "list" -d 'List the subscriptions of every account that has signed in'
complete -c arm -n "__fish_arm_using_subcommand account; and not __fish_seen_subcommand_from list use show" -f -a "use" -d 'Make a subscription the default, or an account the active one'
complete -c arm -n "__fish_arm_using_subcommand account; and not __fish_seen_subcommand_from list use show" -f -a "show" -d 'Show the active account and its default subscription'
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from list" -s o -l output -d 'Choose the format: table, json' -r -f -a "table\t'Lines and columns for people'
json\t'One JSON document'"
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from show" -s o -l output -d 'Choose the format: table, json' -r -f -a "table\t'Lines and columns for people'
json\t'One JSON document'"
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand account; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand token" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand token" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand token" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand token" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand token" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand token" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand token" -l scope -d 'Ask for this scope, such as https://graph.microsoft.com/User.Read, instead of everything an audience has' -r
complete -c arm -n "__fish_arm_using_subcommand token" -s o -l output -d 'Choose the format: token (bare), json (with the names of `az account get-access-token`)' -r -f -a "token\t'The bare token'
json\t'The members that `az account get-access-token` prints'"
complete -c arm -n "__fish_arm_using_subcommand token" -l color -d 'Colour the answer: auto, always, never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'In pipes and files too'
never\t'Not at all'"
complete -c arm -n "__fish_arm_using_subcommand token" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand token" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand token" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand token" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand token" -l decode -d 'Print the token\'s claims as JSON instead of the token'
complete -c arm -n "__fish_arm_using_subcommand token" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand cache; and not __fish_seen_subcommand_from list clear" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand cache; and not __fish_seen_subcommand_from list clear" -f -a "list" -d 'Show the tokens that are kept: whose, for what, until when'
complete -c arm -n "__fish_arm_using_subcommand cache; and not __fish_seen_subcommand_from list clear" -f -a "clear" -d 'Delete the tokens that are kept'
complete -c arm -n "__fish_arm_using_subcommand cache; and __fish_seen_subcommand_from list" -s o -l output -d 'Choose the format: table, json' -r -f -a "table\t'Columns for people'
json\t'One JSON document'"
complete -c arm -n "__fish_arm_using_subcommand cache; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand cache; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand cache; and __fish_seen_subcommand_from clear" -l expired -d 'Delete only tokens that have ended'
complete -c arm -n "__fish_arm_using_subcommand serve" -l port -d 'Listen on this port of 127.0.0.1 and `[::1]` (default: any free one)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l format -d 'Print the variables as env (export lines), json, docker (-e options), powershell' -r -f -a "env\t'`export NAME=\'VALUE\'`, for a shell'
json\t'A JSON object'
docker\t'`-e NAME=VALUE`, for `docker run`'
powershell\t'`$env:NAME = \'VALUE\'`'"
complete -c arm -n "__fish_arm_using_subcommand serve" -l allow-host -d 'Let clients that show the secret call this machine by NAME, such as host.docker.internal (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l bind -d 'Listen on this address instead' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l idle-timeout -d 'End when nobody has asked for so long (default: never; 8h without a secret)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l allow-audience -d 'Give tokens for this audience too, beside those of Cloud Shell (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l allow-identity -d 'Give the tokens of this account also to clients that ask for the managed identity ID (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand serve" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -l audience -d 'Give tokens for this audience only (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand serve" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand serve" -l cloud-shell -d 'Speak Cloud Shell\'s protocol too, without a secret, on port 50342'
complete -c arm -n "__fish_arm_using_subcommand serve" -l imds -d 'Speak the protocol of virtual machines too, without a secret'
complete -c arm -n "__fish_arm_using_subcommand serve" -l allow-network -d 'Let --bind name an address that other machines reach'
complete -c arm -n "__fish_arm_using_subcommand serve" -s v -l verbose -d 'Say on stderr who asks for what; twice for more'
complete -c arm -n "__fish_arm_using_subcommand serve" -l any-audience -d 'Give tokens for every audience'
complete -c arm -n "__fish_arm_using_subcommand serve" -l strict -d 'Compare audiences byte for byte, as Cloud Shell does: a final slash counts'
complete -c arm -n "__fish_arm_using_subcommand serve" -l confirm -d 'Ask on the terminal before the first token of each audience'
complete -c arm -n "__fish_arm_using_subcommand serve" -l lazy -d 'Start without a token: get the first one when somebody asks'
complete -c arm -n "__fish_arm_using_subcommand serve" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand serve" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand exec" -l allow-audience -d 'Give tokens for this audience too, beside those of Cloud Shell (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l allow-identity -d 'Give the tokens of this account also to clients that ask for the managed identity ID (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand exec" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -l audience -d 'Give tokens for this audience only (repeatable)' -r
complete -c arm -n "__fish_arm_using_subcommand exec" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand exec" -s v -l verbose -d 'Say on stderr who asks for what; twice for more'
complete -c arm -n "__fish_arm_using_subcommand exec" -l any-audience -d 'Give tokens for every audience'
complete -c arm -n "__fish_arm_using_subcommand exec" -l strict -d 'Compare audiences byte for byte, as Cloud Shell does: a final slash counts'
complete -c arm -n "__fish_arm_using_subcommand exec" -l confirm -d 'Ask on the terminal before the first token of each audience'
complete -c arm -n "__fish_arm_using_subcommand exec" -l lazy -d 'Start without a token: get the first one when somebody asks'
complete -c arm -n "__fish_arm_using_subcommand exec" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand exec" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset" -f -a "serve" -d 'Serve the offline ARM on a socket of this machine'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and not __fish_seen_subcommand_from serve reset" -f -a "reset" -d 'Forget everything that was written to the offline ARM'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l port -d 'Listen on this port of 127.0.0.1 (default: any free one)' -r
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l tls-cert -d 'Speak TLS with this certificate chain (PEM)' -r -F
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l tls-key -d 'The private key of --tls-cert (PEM)' -r -F
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l faults -d 'Show the faults that this script asks for (JSON)' -r -F
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from serve" -l tls -d 'Speak TLS with a certificate made on the spot, and print the path of its CA'
complete -c arm -n "__fish_arm_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand types" -s S -l subscription -d 'Ask with this subscription, an id or a name (with --refresh)' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l timeout -d 'Limit the whole run: 500ms, 3s, 30m, 1h30m (default: no limit)' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l auth -d 'Take the token from this source only: token ($ARMCLI_ACCESS_TOKEN), login, service-principal, workload-identity, github, azure-pipelines, managed-identity (app-service, azure-ml, cloud-shell, arc, imds), azure-cli, azd, powershell' -r -f -a "token\t'A token given in `ARMCLI_ACCESS_TOKEN`'
login\t'The account of `arm login`'
service-principal\t'A service principal in the environment'
workload-identity\t'A federated token in a file, as on AKS'
github\t'The job of GitHub Actions'
azure-pipelines\t'The service connection of Azure Pipelines'
managed-identity\t'The managed identity of wherever this runs'
app-service\t'The managed identity of App Service, Functions, Container Apps'
azure-ml\t'The managed identity of Azure Machine Learning'
cloud-shell\t'The token endpoint of Cloud Shell, or of `arm serve`'
arc\t'The managed identity of a machine on Azure Arc'
azure-cli\t'The login of the Azure CLI'
azd\t'The login of the Azure Developer CLI'
imds\t'The managed identity of a virtual machine'
powershell\t'The login of Az PowerShell'"
complete -c arm -n "__fish_arm_using_subcommand types" -l identity -d 'Take this managed identity, where a machine has several: a client id, object:ID, or a resource id' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l tenant -d 'Sign in to this tenant (id or domain); fills in {tenant}' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l cloud -d 'Use this cloud: AzureCloud, AzureChinaCloud, AzureUSGovernment, AzureBleuCloud, a name in az\'s clouds.config, or the https URL of an endpoint that describes its cloud' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l audience -d 'Ask for a token of this audience' -r
complete -c arm -n "__fish_arm_using_subcommand types" -l token -d 'Take the token from standard input: `--token -`' -r
complete -c arm -n "__fish_arm_using_subcommand types" -s o -l output -d 'Choose the format: table, json, tsv' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
tsv\t'A line for each type, the columns separated by tabs'"
complete -c arm -n "__fish_arm_using_subcommand types" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand types" -l refresh -d 'Ask Resource Manager which types there are, and keep the answer for 7 days'
complete -c arm -n "__fish_arm_using_subcommand types" -l no-cache -d 'Take no token from the cache, and keep none there'
complete -c arm -n "__fish_arm_using_subcommand types" -l sandbox -d 'Talk to the offline ARM inside this program: no network, no account'
complete -c arm -n "__fish_arm_using_subcommand types" -s v -l verbose -d 'Say on stderr what happens; twice for more'
complete -c arm -n "__fish_arm_using_subcommand types" -s s -l silent -d 'Print no notes'
complete -c arm -n "__fish_arm_using_subcommand completions" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand man" -s h -l help -d 'Print help'
complete -c arm -n "__fish_arm_using_subcommand help" -s h -l help -d 'Print help'
