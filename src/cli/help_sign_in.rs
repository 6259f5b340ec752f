//! The text of `arm help sign-in`. Describes what this version does; holds no option's help.

/// About accounts, subscriptions, and where tokens come from.
pub(super) const SIGN_IN: &str = "\
`arm login` opens a browser; the address is printed too, for a browser elsewhere. The answer comes back to a port of this
machine, so for a machine without a browser there is --device-code: a code to type on any device.

  arm login                          sign in; the account becomes the active one
  arm login --tenant contoso.example sign in to a tenant other than the account's own
  arm login --device-code            sign in on another device
  arm login --service-principal --client-id ID --tenant contoso.example
                                     sign an application in: its secret is asked for, or read with --client-secret -;
                                     --certificate FILE and --federated-token FILE prove it as well
  arm login --identity               sign in as the managed identity of this machine
  arm whoami                         whose token a request would carry, from where, until when
  arm whoami --all                   every source of tokens, and why it is passed over
  arm account list                   the subscriptions of every account that has signed in
  arm account use NAME               make a subscription the default: {sub} stands for it
  arm logout                         forget the active account; --all forgets every one

A subscription can be named wherever its id can: -S 'Contoso Production'. A name that several have is refused (exit 2).
A request about a subscription of the account is signed in the tenant of that subscription.

Several accounts can be signed in. The active one is used: the last that signed in, or the one that `arm account use`
chose. ARMCLI_ACCOUNT names another one for a run.

The proof of an application is tried before it is kept. Of a certificate and of a federated token the path is kept; a
certificate that has changed since is refused.

What was signed in is kept in files that only you can read, below $XDG_STATE_HOME/arm/login (else ~/.local/state). It is
never printed. A token that was given in ARMCLI_ACCESS_TOKEN goes before it; every other source comes after it.
";
