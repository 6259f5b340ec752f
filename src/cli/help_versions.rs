//! The texts of two topics of `arm help`: how api-versions are chosen, and the user's settings.

pub(super) const API_VERSION: &str = "\
Azure Resource Manager wants an api-version on every request. For its hosts, and for the sandbox, it is worked out from the
resource type in the URL; no request is made for it. The first that knows the type counts:

  1. what is given                  --api-version 2024-03-01, api-version==2024-03-01, or ?api-version=2024-03-01 in the URL
  2. [api-versions] in config.toml  see `arm help config`
  3. what the service has said      kept for 7 days for each cloud and tenant: by `arm types --refresh`, or in a refusal
  4. versions kept by hand          where the newest stable one is known to be wrong
  5. the catalogue in the program   the newest stable version; a preview where there is no other
  6. a guess, and stderr says so    the version of the type that this one lies in, else the commonest of its namespace

Three spellings give a version. None of them wins over the others: two that differ are an error (exit 2), two that agree are
sent once. `--api-version stable` takes the newest stable version and no other, `--api-version preview` the newest of all.

Where a service does not have the version that was worked out, and says which it has, a GET is asked once more with the newest
of those; stderr says so, and it is remembered. A write is never sent again, and names its version on stderr: another one may
give the body another meaning. The error shows the command. A version that is given, or pinned, is left alone.

`arm types` lists the types that are known, with their versions; `arm types Microsoft.Compute/virtualMachines` explains one.

For any other host nothing is added. `-n` shows the request with the version that would be sent, and who chose it.
";

pub(super) const CONFIG: &str = "\
Settings that last are in arm/config.toml, in XDG_CONFIG_HOME, else in ~/.config. There need not be one. It is TOML:

  [api-versions]
  \"Microsoft.Compute/virtualMachines\" = \"2024-07-01\"     always this one
  \"Microsoft.App/jobs\" = \"preview\"                       the newest of all
  \"Microsoft.Network/dnsZones\" = \"stable\"                the newest stable one, and no other

  [aliases]
  disk = \"Microsoft.Compute/disks\"
  ip = { type = \"Microsoft.Network/publicIPAddresses\", columns = \"name,address=properties.ipAddress\" }

An api-version in the command line wins over the file. An alias is a word for a type, with what is shown of it; a word that is
built in is replaced. The case of letters counts nowhere.

A key that is not known, or a value that cannot be, is an error (exit 2) with its line and column: a setting that is passed
over would be another one than yours.
";
