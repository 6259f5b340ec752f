//! The text of `arm help token-endpoint`. Describes what this version does.

pub(super) const TOKEN_ENDPOINT: &str = "\
`arm serve` and `arm exec` give the tokens of the account that you are signed in with to programs of this machine, by
the protocols that every Azure SDK knows.

  arm exec -- COMMAND       runs COMMAND with an endpoint of its own: random port, random secret, ends with it
  arm serve                 the same as a server, which prints its variables: --format env, json, docker, powershell
  arm serve --cloud-shell   speaks Cloud Shell's protocol too: http://localhost:50342/oauth2/token
  arm serve --imds          speaks the protocol of virtual machines too

  protocol      request                                   proof                       variables
  App Service   GET /msi/token                            X-IDENTITY-HEADER, secret   IDENTITY_ENDPOINT, IDENTITY_HEADER
  azd           POST /token                               Authorization: Bearer       AZD_AUTH_ENDPOINT, AZD_AUTH_KEY
  Cloud Shell   POST or GET /oauth2/token                 Metadata: true              MSI_ENDPOINT
  IMDS          GET /metadata/identity/oauth2/token       Metadata: true              AZURE_POD_IDENTITY_AUTHORITY_HOST

Tokens are given for the audiences that Cloud Shell publishes; --allow-audience adds one, --audience names the only
ones, --any-audience lifts the list, --strict compares byte for byte, --confirm asks on the terminal. A client that
chooses a managed identity gets the token if it is that one's, or if --allow-identity names it.

Only this machine is served, and on Linux only your own processes. Web pages and proxies are refused, and so is every
name of the machine but localhost, 127.0.0.1 and [::1]: --allow-host admits another one, with the secret.

`arm exec` takes out of the environment what would win over the endpoint: MSI_ENDPOINT, MSI_SECRET, IMDS_ENDPOINT,
IDENTITY_SERVER_THUMBPRINT, DEFAULT_IDENTITY_CLIENT_ID, ARMCLI_ACCESS_TOKEN, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET,
AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_PASSWORD, AZURE_USERNAME, AZURE_PASSWORD,
AZURE_FEDERATED_TOKEN_FILE, AZURE_TOKEN_CREDENTIALS, AZURE_POD_IDENTITY_AUTHORITY_HOST. Where there is a proxy, it adds
this machine to NO_PROXY. Signals and the exit code are passed on: 128 and the signal's number if one ended the command.
";
