//! The text of `arm help every`. Decides nothing.

pub(super) const EVERY: &str = "\
`*` behind `subscriptions` stands for every subscription that the account sees, in all its tenants; behind `resourceGroups`
for every resource group. A GET asks them all, many at a time, and makes one document of the answers. Quote it for the shell.

  arm '/subscriptions/*/providers/Microsoft.Compute/virtualMachines' -q '$.value[*].name' -r
  arm '/subscriptions/{sub}/providers/Microsoft.Compute/virtualMachines' -S '*'
  arm '/subscriptions/{sub}/resourceGroups/*/providers/Microsoft.Resources/deployments' -o ndjson
  arm '/subscriptions/*/resourceGroups/*/providers/Microsoft.Authorization/locks'

The document has the shape of one page: the members of the first, the items of all in the order in which the subscriptions are
listed (tenant by tenant), and no link. An answer that is no list is an item by itself. -o ndjson prints items as they arrive.
Queries and formats see the merged document. --limit counts the items of all, --max-pages and --no-paginate the pages of each.

What `*` stands for is asked at the URL's own host: GET /subscriptions, also GET /tenants for an account of `arm login` or az,
and then each tenant with its own token. A subscription that several tenants list is asked once, with the token of its own;
one that is disabled is not asked, and a note says so. --tenant asks in one tenant only.

One that fails does not lose the others: its error goes to stderr with its name, the document is closed, the exit code is 9;
if none answers, the worst of their codes. A tenant that does not list its subscriptions is noted, and counts as incomplete.

  --fail-fast      stop at the first failure; --keep-going is what is done anyway
  --parallel N     keep at most N requests under way (50); fewer when the service refuses some
  --expect 404     such an answer is no failure, and adds nothing

Answers that come before their turn wait, 4 MiB of them at most; then nothing more is asked until there is room.

HEAD prints a line for each, as `arm help many-ids` says. A write to every one of them needs --yes and one `*` only, else it
is refused (12); it prints such lines, too. -n shows the lists that would be asked, and sends nothing.

In any other place `*` is sent as it is: a record set of DNS may be named so. As a part of the name of a subscription or a
resource group it is refused; %2A is a literal one.
";
