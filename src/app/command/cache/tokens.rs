//! `arm cache list` and `arm cache clear`, as far as tokens are concerned: lists those that are kept, without showing them, and
//! deletes them. Who keeps them: `credential/cache`.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::app::terminal::stdout::{print, shown_json};
use crate::app::terminal::style::head_style;
use crate::azure::rfc3339;
use crate::cli::TableFormat;
use crate::client::words_of;
use crate::credential::{AccessToken, Clearing, KeptFor, KeptState, KeptToken, TokenCache};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, columns_below_head};

/// The heads of the columns.
const HEADS: [&str; 6] = [
    "SOURCE",
    "ACCOUNT",
    "TENANT",
    "AUDIENCE",
    "EXPIRES IN",
    "STATE",
];

/// Lists the kept tokens.
pub(super) fn show(output: TableFormat, env: &Env) -> Result<(), Error> {
    let Some((cache, folder)) = cache_of(env) else {
        return Ok(());
    };
    let kept = cache.list().map_err(|error| failed(&folder, &error))?;
    list(&kept, output, env)?;
    if kept.is_empty() {
        say("kept", 0, &folder, env);
    }
    Ok(())
}

/// Deletes the kept tokens: all of them, or those that have ended.
pub(super) fn clear(clearing: Clearing, env: &Env) -> Result<(), Error> {
    let Some((cache, folder)) = cache_of(env) else {
        return Ok(());
    };
    let count = cache
        .clear(clearing)
        .map_err(|error| failed(&folder, &error))?;
    say("deleted", count, &folder, env);
    Ok(())
}

fn cache_of(env: &Env) -> Option<(TokenCache, PathBuf)> {
    let cache = TokenCache::of(env);
    let folder = cache.folder().map(Path::to_owned);
    if folder.is_none() {
        Console::of(env).note("no tokens are kept: there is no home folder");
    }
    Some((cache, folder?))
}

fn failed(folder: &Path, error: &std::io::Error) -> Error {
    Error::Folder {
        path: folder.to_owned(),
        message: error.to_string(),
    }
}

fn say(done: &str, count: usize, folder: &Path, env: &Env) {
    let words = match count {
        0 => format!("no token was {done}"),
        1 => format!("1 token was {done}"),
        count => format!("{count} tokens were {done}"),
    };
    Console::of(env).note(format!("{words} in `{}`", folder.display()));
}

fn list(kept: &[KeptToken], output: TableFormat, env: &Env) -> Result<(), Error> {
    let now = env.now;
    let text = match output {
        TableFormat::Json => {
            let items: Vec<Value> = kept.iter().map(|kept| as_json(kept, now)).collect();
            shown_json(Value::from(items), env)
        }
        TableFormat::Table if kept.is_empty() => return Ok(()),
        TableFormat::Table => {
            let head = HEADS.map(str::to_owned);
            let rows = kept.iter().map(|kept| row(kept, now));
            let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
            columns_below_head(&rows, head_style(env))
        }
    };
    print(&text)
}

fn row(kept: &KeptToken, now: SystemTime) -> [String; 6] {
    let state = state_of(&kept.state, now);
    let KeptState::Token { kept_for, token } = &kept.state else {
        let unknown = || "-".to_owned();
        return [unknown(), unknown(), unknown(), unknown(), unknown(), state];
    };
    let left = token
        .expires_on
        .and_then(|end| end.duration_since(now).ok());
    let left = left.map_or_else(
        || "-".to_owned(),
        |left| words_of(Duration::from_secs(left.as_secs())),
    );
    [
        kept_for.source.clone(),
        account_of(kept_for, token).unwrap_or_else(|| "-".to_owned()),
        tenant_of(kept_for, token).unwrap_or_else(|| "-".to_owned()),
        kept_for.audience.clone(),
        left,
        state,
    ]
}

fn as_json(kept: &KeptToken, now: SystemTime) -> Value {
    let mut members = Map::new();
    if let KeptState::Token { kept_for, token } = &kept.state {
        let account = account_of(kept_for, token);
        let tenant = tenant_of(kept_for, token);
        members.insert("source".to_owned(), kept_for.source.clone().into());
        members.insert("account".to_owned(), account.into());
        members.insert("tenant".to_owned(), tenant.into());
        members.insert("audience".to_owned(), kept_for.audience.clone().into());
        members.insert("expiresOn".to_owned(), token.expires_on.map(rfc3339).into());
    }
    members.insert("state".to_owned(), state_of(&kept.state, now).into());
    let file = kept.path.display().to_string();
    members.insert("file".to_owned(), file.into());
    Value::Object(members)
}

/// Whose a token is: what it says itself, else the application that asked for it.
fn account_of(kept_for: &KeptFor, token: &AccessToken) -> Option<String> {
    let claims = token.claims.as_ref();
    let account = claims.and_then(|claims| claims.account.clone());
    account.or_else(|| some(&kept_for.client_id))
}

fn tenant_of(kept_for: &KeptFor, token: &AccessToken) -> Option<String> {
    let tenant_id = token.tenant_id().map(str::to_owned);
    tenant_id.or_else(|| some(&kept_for.tenant_id))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn state_of(state: &KeptState, now: SystemTime) -> String {
    match state {
        KeptState::Token { token, .. } => {
            let has_come = |moment: Option<SystemTime>| moment.is_some_and(|moment| moment <= now);
            if has_come(token.expires_on) {
                "expired".to_owned()
            } else if has_come(token.refresh_on) {
                "to be refreshed".to_owned()
            } else {
                "good".to_owned()
            }
        }
        KeptState::Newer => "of a newer version".to_owned(),
        KeptState::Damaged => "damaged".to_owned(),
        KeptState::Suspicious(error) => format!("not used: {error}"),
        KeptState::Unreadable(message) => format!("unreadable: {message}"),
    }
}
