//! `arm account` and `arm logout`: lists the accounts that `arm login` has kept, chooses one,
//! forgets one. Who signs in: `login`.

use serde_json::{Value, json};

use crate::app::terminal::stdout::{print, shown_json};
use crate::app::terminal::style::head_style;
use crate::cli::TableFormat;
use crate::cli::arguments::{AccountCommand, LogoutArgs};
use crate::credential::{self, Account, Listing, Source, Store, Subscription, TokenCache};
use crate::env::Env;
use crate::error::{Error, NameError};
use crate::output::{Console, columns, columns_below_head};

/// Runs a command of `arm account`.
pub(crate) fn run(command: AccountCommand, env: &Env) -> Result<(), Error> {
    let store = Store::of(env).ok_or(Error::NoStateFolder)?;
    let listing = store.list().map_err(credential::Error::from)?;
    for note in &listing.notes {
        Console::of(env).note(note);
    }
    match command {
        AccountCommand::List { output } => list(&listing, output.format.chosen, env),
        AccountCommand::Show { output } => show(&listing, output.format.chosen, env),
        AccountCommand::Use { name } => choose(&store, &listing, &name, env),
    }
}

fn list(listing: &Listing, output: TableFormat, env: &Env) -> Result<(), Error> {
    if output == TableFormat::Json {
        let rows: Vec<_> = rows(listing).map(|row| row.json()).collect();
        return print(&shown_json(Value::from(rows), env));
    }
    if listing.accounts.is_empty() {
        Console::of(env).note("no one is signed in: `arm login`");
        return Ok(());
    }
    let head = ["", "NAME", "ID", "TENANT", "STATE", "ACCOUNT"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(rows(listing).map(|row| row.cells()))
        .collect();
    print(&columns_below_head(&rows, head_style(env)))
}

/// A line of the list: a subscription, or an account that sees none.
struct Row<'a> {
    account: &'a Account,
    subscription: Option<&'a Subscription>,
    is_active: bool,
}

fn rows(listing: &Listing) -> impl Iterator<Item = Row<'_>> {
    listing.accounts.iter().flat_map(move |account| {
        let row = move |subscription| Row {
            account,
            subscription,
            is_active: listing.is_active(account),
        };
        let none = account.subscriptions.is_empty().then(|| row(None));
        let some = account.subscriptions.iter().map(Some).map(row);
        none.into_iter().chain(some)
    })
}

impl Row<'_> {
    fn is_default(&self) -> bool {
        let default = self.account.default_subscription();
        default.is_some() && default == self.subscription
    }

    fn cells(&self) -> [String; 6] {
        let mark = match (self.is_default(), self.is_active) {
            (true, true) => "*",
            (true, false) => "-",
            (false, _) => "",
        };
        let account = self.account.username.clone();
        match self.subscription {
            Some(one) => [
                mark.to_owned(),
                one.name.clone(),
                one.id.clone(),
                one.tenant_id.clone(),
                one.state.clone(),
                account,
            ],
            None => [
                String::new(),
                "(no subscription)".to_owned(),
                String::new(),
                self.account.tenant_id.clone(),
                String::new(),
                account,
            ],
        }
    }

    fn json(&self) -> Value {
        let one = self.subscription;
        json!({
            "id": one.map(|one| &one.id),
            "name": one.map(|one| &one.name),
            "state": one.map(|one| &one.state),
            "tenantId": one.map_or(&self.account.tenant_id, |one| &one.tenant_id),
            "isDefault": self.is_default(),
            "account": self.account.username,
            "accountId": self.account.home_account_id,
            "accountType": self.account.credential.kind(),
            "isActive": self.is_active,
            "authority": self.account.authority,
        })
    }
}

fn show(listing: &Listing, output: TableFormat, env: &Env) -> Result<(), Error> {
    let account = match env.get(credential::ACCOUNT_VARIABLE) {
        Some(name) => Some(account_of(listing, name)?),
        None => listing.active(),
    };
    let account = account.ok_or_else(|| no_account(listing))?;
    let row = Row {
        account,
        subscription: account.default_subscription(),
        is_active: listing.is_active(account),
    };
    if output == TableFormat::Json {
        return print(&shown_json(row.json(), env));
    }
    let subscription = row.subscription;
    let of = |pick: fn(&Subscription) -> &String| {
        subscription.map_or_else(|| "none".to_owned(), |one| pick(one).clone())
    };
    let tenant = subscription.map_or(&account.tenant_id, |one| &one.tenant_id);
    let rows = [
        ("account", account.username.clone()),
        ("kind", account.credential.words().to_owned()),
        ("authority", account.authority.clone()),
        ("tenant", tenant.clone()),
        ("subscription", of(|one| &one.name)),
        ("id", of(|one| &one.id)),
        ("state", of(|one| &one.state)),
    ];
    print(&columns(
        &rows.map(|(name, value)| [name.to_owned(), value]),
    ))
}

fn no_account(listing: &Listing) -> Error {
    if listing.accounts.is_empty() {
        return Error::SignedOut;
    }
    let names = listing.accounts.iter().map(|one| one.username.clone());
    Error::NoActiveAccount {
        accounts: names.collect(),
    }
}

/// Makes a subscription the default of its account, and that account the active one; or only the
/// latter, where the name is an account's.
fn choose(store: &Store, listing: &Listing, name: &str, env: &Env) -> Result<(), Error> {
    if listing.accounts.is_empty() {
        return Err(Error::SignedOut);
    }
    let name = name.trim();
    let is_meant = |one: &Subscription| {
        one.id.eq_ignore_ascii_case(name) || one.name.to_lowercase() == name.to_lowercase()
    };
    let mut found: Vec<(&Account, Option<&Subscription>)> = Vec::new();
    for account in &listing.accounts {
        if account.is_named(name) {
            found.push((account, None));
        }
        let meant = account.subscriptions.iter().filter(|one| is_meant(one));
        found.extend(meant.map(|one| (account, Some(one))));
    }
    // One subscription that several accounts see is that of the account which is active already.
    let active = found.iter().find(|(account, _)| listing.is_active(account));
    if let (Some(one), true) = (active.copied(), is_one_subscription(&found)) {
        found = vec![one];
    }
    match found.as_slice() {
        [] => Err(Error::Name(NameError::Unknown {
            what: "subscription or account",
            name: name.to_owned(),
        })),
        [(account, subscription)] => make_default(store, account, *subscription, env),
        several if is_one_subscription(several) => Err(Error::Name(NameError::Shared {
            name: name.to_owned(),
            accounts: several
                .iter()
                .map(|(account, _)| account.username.clone())
                .collect(),
        })),
        several => Err(Error::Name(NameError::Ambiguous {
            what: "subscription or account",
            name: name.to_owned(),
            found: several
                .iter()
                .map(|(account, one)| match one {
                    Some(one) => format!("{} ({}), {}", one.name, one.id, account.username),
                    None => format!("{} ({})", account.username, account.home_account_id),
                })
                .collect(),
        })),
    }
}

/// Tells whether several accounts see one subscription.
fn is_one_subscription(found: &[(&Account, Option<&Subscription>)]) -> bool {
    let mut ids = found
        .iter()
        .map(|(_, one)| one.map(|one| one.id.to_ascii_lowercase()));
    let first = ids.next().flatten();
    first.is_some() && ids.all(|id| id == first)
}

fn make_default(
    store: &Store,
    account: &Account,
    subscription: Option<&Subscription>,
    env: &Env,
) -> Result<(), Error> {
    let id = account.id();
    if let Some(subscription) = subscription {
        let changed = store.update(&id, |kept| {
            kept.default_subscription = Some(subscription.id.clone());
        });
        changed.map_err(credential::Error::from)?;
    }
    store.activate(&id).map_err(credential::Error::from)?;
    let words = match subscription.or_else(|| account.default_subscription()) {
        Some(one) => format!(
            "{{sub}} is now {} ({}), as {}",
            one.name, one.id, account.username
        ),
        None => format!("the active account is now {}", account.username),
    };
    Console::of(env).note(&words);
    if let Some(one) = subscription.filter(|one| !one.is_enabled()) {
        Console::of(env).note(format!("the subscription is {}", one.state));
    }
    Ok(())
}

/// Runs `arm logout`.
pub(crate) fn sign_out(args: &LogoutArgs, env: &Env) -> Result<(), Error> {
    let store = Store::of(env).ok_or(Error::NoStateFolder)?;
    if args.all {
        let count = store.sign_out_all().map_err(credential::Error::from)?;
        forget_tokens(None, env);
        Console::of(env).note(&match count {
            0 => "no one was signed in".to_owned(),
            1 => "1 account was signed out".to_owned(),
            count => format!("{count} accounts were signed out"),
        });
        return Ok(());
    }
    let listing = store.list().map_err(credential::Error::from)?;
    let account = match &args.account {
        Some(name) => account_of(&listing, name)?,
        None => listing.active().ok_or_else(|| no_account(&listing))?,
    };
    store
        .sign_out(&account.id())
        .map_err(credential::Error::from)?;
    forget_tokens(Some(account), env);
    Console::of(env).note(format!("{} was signed out", account.username));
    let before = listing.active();
    if before.is_some_and(|before| before != account) {
        return Ok(());
    }
    let left = store.list().map_err(credential::Error::from)?;
    match (left.accounts.len(), left.active()) {
        (0, _) => {}
        (_, Some(next)) => Console::of(env).note(format!("{} is now active", next.username)),
        (_, None) => Console::of(env).note("no account is active now: `arm account use NAME`"),
    }
    Ok(())
}

/// Deletes the kept tokens of an account, or of every one. A cache that cannot be read is not an
/// error: its tokens expire, and are found by an account only, which is gone.
pub(crate) fn forget_tokens(account: Option<&Account>, env: &Env) {
    let forgotten = TokenCache::of(env).forget(|kept| {
        let is_meant = account.is_none_or(|account| {
            kept.principal == account.home_account_id
                && kept.client_id == account.client_id
                && kept.authority == account.authority
        });
        kept.source == Source::Login.name() && is_meant
    });
    if let Err(error) = forgotten {
        Console::of(env).note(format!("its cached tokens cannot be deleted: {error}"));
    }
}

fn account_of<'a>(listing: &'a Listing, name: &str) -> Result<&'a Account, Error> {
    let found: Vec<&Account> = listing
        .accounts
        .iter()
        .filter(|one| one.is_named(name))
        .collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] if listing.accounts.is_empty() => Err(Error::SignedOut),
        [] => Err(Error::Name(NameError::Unknown {
            what: "account",
            name: name.to_owned(),
        })),
        several => Err(Error::Name(NameError::Ambiguous {
            what: "account",
            name: name.to_owned(),
            found: several
                .iter()
                .map(|one| {
                    format!(
                        "{} ({}) at {}",
                        one.username, one.home_account_id, one.authority
                    )
                })
                .collect(),
        })),
    }
}
