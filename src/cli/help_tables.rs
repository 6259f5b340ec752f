//! The topics `lists` and `tables` of `arm help`.

pub(super) const TABLES: &str = "\
Any answer can be rows: -o table, aligned for people; -o tsv and -o csv for programs.

  arm /subscriptions/{sub}/resourceGroups -o table
  arm $LIST -o table --columns name,size=properties.hardwareProfile.vmSize,resourceGroup
  arm $LIST -o tsv --columns id,name | while IFS=$'\\t' read -r id name; do …; done
  arm $LIST -o csv --columns 'name,env=tags.env' -O machines.csv

A row is an item of a list, or of what -q finds; any other document is one row. The elements of an array that is an item are
its cells. What the one value of a query such as `$.value[0].zones` holds, if that is an array, is one row each.

--columns names the columns: paths of members, with commas between them, and NAME= before a path where it is to have another
name than the last member's. `zones[0]` is an element; a name with a dot in it stands in double quotes, `tags.\"cost.center\"`;
JSONPath to one value will do. `resourceGroup` and `subscriptionId` are read from the `id` where an item has no such member.

Without --columns a resource shows its name, group and location, and what matters for its type. Of other objects each member
of the first one that is no object or array is a column. A table leaves out such columns where no row has a value. Scripts
had better name theirs.

  table   names in capitals, two spaces between columns, `<none>` where there is no value. A line break in a cell is \\n, and
          nothing in it steers a terminal. Nothing is cut, and nothing depends on the terminal. Simple arrays are shown with
          commas. All rows are held for their widths, up to --max-memory
  tsv     no names, a tab between cells, rows as they arrive. No value is an empty cell; a tab, line break or backslash in a
          cell is \\t, \\n, \\r, \\\\
  csv     names, commas, quotes and line ends of RFC 4180, rows as they arrive

Strings stand without quotes, numbers as they came, objects and arrays as JSON on one line. If a later page fails, the rows
so far are printed (exit 9). The link to the next page stands in no row: stderr shows the command that goes on there.
";

pub(super) const LISTS: &str = "\
`arm list TYPE` is `arm GET` with the path of the list, and a table instead of JSON. Every option of a GET goes with it.

  arm list vm                                  of the default subscription
  arm list vm -g rg-web-prod                   of a resource group
  arm list vm -S NAME                          of another subscription
  arm list vm -o json                          the service's document
  arm list vm -q '$.value[*].name' -r          the names
  arm list vm -o tsv --columns name,size=properties.hardwareProfile.vmSize
  arm list vm -n                               shows the request, sends nothing
  arm list vm -S '*'                           of every subscription, as `arm help every` says
  arm list vm --graph                          the same from Resource Graph: a query for each 1,000 items

TYPE is a word (`arm list --help` names them; a plural will do), the full name of a type (Microsoft.Web/sites), or its end, if
there is only one such type (virtualMachines). It is listed in the resource group of -g, else in the subscription, else in
the tenant: where it can be. ARMCLI_RESOURCE_GROUP narrows no list that a subscription has.

What lies in another resource needs that one's name, such as the subnets of a network: the error shows the path.

--graph asks one tenant, or the subscription of -S and the group of -g. Resource Graph is some seconds behind the services,
and does not know every type; `arm graph` takes any query.
";
