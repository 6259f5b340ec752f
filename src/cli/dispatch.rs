//! The first pass: which word says what to do. Who parses the options: `arguments`.

use std::ffi::{OsStr, OsString};

use http::Method;

use super::arguments::request::verbs;
use super::arguments::{COMMANDS, CommandSpec, command_named};
use super::error::Error;
use super::{clap_error, commands};
use crate::azure::{ResourceId, TypeAlias, is_one_slip, most_alike};
use crate::shell::CommandLine;

/// The methods that are registered in addition to those of [`verbs`] (iana.org, "HTTP Method Registry").
const REGISTERED: [&str; 33] = [
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "ORDERPATCH",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "TRACE",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
];

/// Words that are commands elsewhere, and what to write here.
const MEANINGS: &[(&[&str], &str)] = &[
    (
        &["api", "request", "call", "invoke"],
        "write the URL after the METHOD: `arm GET URL`",
    ),
    (
        &["describe", "get-resource"],
        "write `arm show TYPE NAME`; `arm list TYPE` lists",
    ),
    (
        &["ls", "all"],
        "`arm list TYPE` lists the resources of a type: `arm list vm`",
    ),
    (
        &["create", "new", "apply", "add"],
        "`arm PUT URL name=value` creates a resource or replaces it",
    ),
    (
        &["update", "set"],
        "`arm PATCH URL name=value` changes parts of a resource",
    ),
    (
        &["rm", "remove", "destroy"],
        "`arm DELETE URL` deletes a resource",
    ),
    (
        &["start", "stop", "restart", "deallocate"],
        "an action is the end of a path: `arm POST $ID/deallocate --wait`",
    ),
    (
        &["resource", "resources"],
        "`arm list resource` lists them; `arm GET ID` reads one",
    ),
    (
        &["logs", "log", "activity"],
        "what has happened is at `/subscriptions/{sub}/providers/Microsoft.Insights/eventtypes/management/values`",
    ),
    (
        &["tag", "tags", "label"],
        "write `arm PATCH URL .tags.NAME=VALUE`, or `.tags.NAME:=null` to remove one",
    ),
    (
        &["watch"],
        "`arm GET URL --watch` prints what changes; `arm wait URL` waits for a state",
    ),
    (
        &["replay", "record", "har"],
        "`--har FILE` records a run; `arm sandbox serve --replay FILE` answers from the file",
    ),
    (
        &["profile", "profiles"],
        "write `arm config set profiles.NAME.KEY VALUE`, and `--profile NAME` to use it",
    ),
    (
        &["api-version", "api-versions", "versions"],
        "`arm types TYPE --refresh` shows the api-versions of a type",
    ),
    (&["version"], "write `arm --version`"),
    (
        &["configure", "settings", "defaults", "alias"],
        "write `arm config show`; `arm help config` says what can be set",
    ),
    (&["signin", "auth"], "write `arm login`"),
    (&["signout"], "write `arm logout`"),
    (&["me", "user"], "write `arm whoami`"),
    (&["query", "kql", "search"], "write `arm graph QUERY`"),
    (
        &["completion", "autocomplete"],
        "write `arm completions SHELL`",
    ),
    (&["providers", "provider"], "write `arm types`"),
];

/// The meaning of the first word.
#[derive(Debug)]
pub(super) enum Word {
    Method(Method),
    Command(&'static CommandSpec),
    Url,
}

/// The command line with its first word taken out.
#[derive(Debug)]
pub(super) struct Words {
    /// The first argument that is neither an option nor an option's value.
    pub(super) word: Option<OsString>,
    /// All others, in order.
    pub(super) arguments: Vec<OsString>,
    /// Where the word was.
    pub(super) at: usize,
}

impl Words {
    /// Puts the word back in its place: it is the URL.
    pub(super) fn with_url(mut self, url: OsString) -> Vec<OsString> {
        self.arguments
            .insert(self.at.min(self.arguments.len()), url);
        self.arguments
    }
}

/// Finds the first word. Options before it are known by whether they take a value.
///
/// # Errors
/// Refuses an unknown option before the word, since what follows it could be its value.
pub(super) fn cut(mut arguments: Vec<OsString>) -> Result<Words, Error> {
    let mut at = 0;
    let mut options = None;
    while let Some(argument) = arguments.get(at) {
        let bytes = argument.as_encoded_bytes();
        if bytes == b"--" {
            at += 1;
            break;
        }
        if bytes == b"-" || !bytes.starts_with(b"-") {
            break;
        }
        let options = options.get_or_insert_with(commands::root);
        at += if takes_next(options, argument)? { 2 } else { 1 };
    }
    let word = (at < arguments.len()).then(|| arguments.remove(at));
    Ok(Words {
        word,
        arguments,
        at,
    })
}

/// Puts the part of a command before its options, wherever it is: `--sandbox serve` is `serve --sandbox`. What is not
/// understood stays as it is.
pub(super) fn part_first(words: Vec<OsString>) -> Vec<OsString> {
    let Ok(mut found) = cut(words.clone()) else {
        return words;
    };
    match found.word.take() {
        Some(part) => std::iter::once(part).chain(found.arguments).collect(),
        None => words,
    }
}

/// Finds `exec` as the word that says what to do, and returns the other words: the last of them are another program's
/// command line.
pub(super) fn exec(arguments: &[OsString]) -> Option<(&'static CommandSpec, Vec<OsString>)> {
    let may_be = arguments.iter().any(|argument| argument == "exec");
    let words = may_be.then(|| cut(arguments.to_vec()).ok())??;
    let is_exec = words.word.as_deref() == Some("exec".as_ref());
    Some((command_named("exec").filter(|_| is_exec)?, words.arguments))
}

/// Tells whether the value of an option is the next argument.
fn takes_next(options: &clap::Command, argument: &OsStr) -> Result<bool, Error> {
    let text = argument.to_string_lossy();
    let unknown = || {
        let result = options.clone().try_get_matches_from([argument]);
        result.err().map_or_else(
            || Error::usage(format!("unexpected argument `{text}` found")),
            |error| clap_error::convert(&error),
        )
    };
    if let Some(long) = text.strip_prefix("--") {
        if matches!(long, "help" | "version") {
            return Ok(false);
        }
        let (name, value) = long
            .split_once('=')
            .map_or((long, None), |(name, value)| (name, Some(value)));
        let option = options
            .get_arguments()
            .find(|option| option.get_long() == Some(name));
        let option = option.ok_or_else(unknown)?;
        return Ok(value.is_none() && option.get_action().takes_values());
    }
    let mut letters = text.chars().skip(1).peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, 'h' | 'V') {
            continue;
        }
        let option = options
            .get_arguments()
            .find(|option| option.get_short() == Some(letter));
        if option.ok_or_else(unknown)?.get_action().takes_values() {
            return Ok(letters.peek().is_none());
        }
    }
    Ok(false)
}

/// Says what the first word means.
///
/// # Errors
/// Refuses a word that is neither a command, an HTTP method nor a URL, with the nearest one that exists.
pub(super) fn classify(word: &OsStr) -> Result<Word, Error> {
    let Some(text) = word.to_str() else {
        return Err(Error::usage(format!(
            "`{}` is not valid UTF-8",
            word.to_string_lossy()
        )));
    };
    if let Some(verb) = verbs().iter().find(|verb| verb.eq_ignore_ascii_case(text)) {
        return Ok(Word::Method(method(verb)?));
    }
    if let Some(command) = command_named(text) {
        return Ok(Word::Command(command));
    }
    let is_custom_method = text.len() >= 3
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    if is_custom_method {
        let meant = verbs().into_iter().find(|verb| is_one_slip(text, verb));
        if let Some(verb) = meant.filter(|_| !REGISTERED.contains(&text)) {
            return Err(
                Error::usage(format!("`{text}` is not a registered HTTP method"))
                    .with_hint(format!("did you mean `{verb}`?")),
            );
        }
        return Ok(Word::Method(method(text)?));
    }
    if looks_like_url(text) {
        return Ok(Word::Url);
    }
    Err(unknown(text))
}

fn method(text: &str) -> Result<Method, Error> {
    Method::from_bytes(text.as_bytes())
        .map_err(|_| Error::usage(format!("`{text}` is not a valid HTTP method")))
}

/// A bare word is never a URL: it would swallow every typing error in a command.
fn looks_like_url(text: &str) -> bool {
    let is_item = text.starts_with(['@', '.', '=', '"', '[']) || text.starts_with("{\"");
    let is_port = text.strip_prefix(':').is_some_and(|rest| {
        rest.starts_with('/') || rest.starts_with(|first: char| first.is_ascii_digit())
    });
    let in_path = text
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .contains('/');
    text == "-" || (!is_item && (is_port || text.starts_with('{') || in_path))
}

fn unknown(text: &str) -> Error {
    if text.trim().is_empty() {
        return Error::usage("the URL is empty").with_hint("a variable is probably not set");
    }
    let error = Error::usage(format!(
        "`{text}` is neither a command, an HTTP method nor a URL"
    ));
    let path = text.split('?').next().unwrap_or_default();
    // People write paths without the slash.
    if ResourceId::is_root(path) {
        return error.with_hint(format!("for the path write `/{text}`"));
    }
    if let Some((_, hint)) = MEANINGS.iter().find(|(words, _)| words.contains(&text)) {
        return error.with_hint(*hint);
    }
    if let Some(word) = TypeAlias::of_word(text).and_then(|alias| alias.words().next()) {
        return error.with_hint(format!("`arm list {word}` lists them"));
    }
    let is_host = text.contains('.') || text.starts_with("localhost") || text.starts_with("127.");
    if let Some(name) = nearest_command(text).filter(|_| !is_host) {
        return error.with_hint(format!("did you mean `{name}`?"));
    }
    if text.contains(['=', '@', '"', '[']) {
        let command = CommandLine::arm("PUT URL").word(text);
        return error.with_hint(format!(
            "the METHOD and the URL come before the items: `{command}`"
        ));
    }
    if is_host {
        return error.with_hint(format!("for a host write the whole URL: `https://{text}/`"));
    }
    error.with_hint("a URL starts with `/`, `https://` or `:PORT`; `arm --help` lists the commands")
}

/// Returns the METHOD or command that is spelled most like a word.
fn nearest_command(word: &str) -> Option<String> {
    let names = verbs()
        .into_iter()
        .chain(COMMANDS.iter().map(|command| command.name));
    // A METHOD may be typed in lower case.
    let upper = word.to_ascii_uppercase();
    let nearest = most_alike(word, names).or_else(|| {
        let mut verbs = verbs().into_iter();
        verbs.find(|verb| is_one_slip(&upper, verb))
    });
    nearest.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{Word, classify, cut};

    #[track_caller]
    fn url(text: &str) {
        assert!(matches!(classify(text.as_ref()), Ok(Word::Url)), "{text}");
    }

    #[test]
    fn urls() {
        for text in [
            "/x",
            "//subscriptions/x",
            "subscriptions/x",
            "https://a.example",
            ":50342/oauth2/token",
            ":8080",
            ":/x",
            "{sub}/x",
            "{id}",
            "subscriptions/x?a=b",
            "C:/Program Files/Git/subscriptions",
        ] {
            url(text);
        }
    }

    #[test]
    fn methods() {
        for (text, method) in [
            ("GET", "GET"),
            ("get", "GET"),
            ("Patch", "PATCH"),
            ("MERGE", "MERGE"),
            ("M-SEARCH", "M-SEARCH"),
            ("UPDATE", "UPDATE"),
            ("PURGE", "PURGE"),
        ] {
            let Ok(Word::Method(found)) = classify(text.as_ref()) else {
                panic!("{text}")
            };
            assert_eq!(found.as_str(), method);
        }
    }

    #[track_caller]
    fn refused(text: &str, message: &str, hint: &str) {
        let error = classify(text.as_ref()).unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert!(
            error.hint().unwrap_or_default().contains(hint),
            "{text}: {:?}",
            error.hint()
        );
    }

    #[test]
    fn words_that_mean_nothing() {
        let neither = "neither a command, an HTTP method nor a URL";
        for (slip, verb) in [
            ("DELTE", "DELETE"),
            ("GTE", "GET"),
            ("PSOT", "POST"),
            ("HEADS", "HEAD"),
        ] {
            let message = "is not a registered HTTP method";
            refused(slip, message, &format!("did you mean `{verb}`?"));
        }
        refused("delte", neither, "did you mean `DELETE`?");
        refused("tokn", neither, "did you mean `token`?");
        refused("GE", neither, "`GET`");
        refused("lgoin", neither, "did you mean `login`?");
        refused("localhost", neither, "https://localhost/");
        refused("subscriptions", neither, "`/subscriptions`");
        refused("vm", neither, "`arm list vm`");
        refused("api", neither, "`arm GET URL`");
        refused("version", neither, "`arm --version`");
        refused("a=b", neither, "come before the items");
        refused("@body.json", neither, "come before the items");
        refused("merge", neither, "");
        refused("", "the URL is empty", "variable");
    }

    #[track_caller]
    fn first(arguments: &[&str], word: Option<&str>, others: &[&str]) {
        let words = cut(arguments.iter().map(OsString::from).collect()).unwrap();
        assert_eq!(words.word, word.map(OsString::from), "{arguments:?}");
        assert_eq!(words.arguments, others, "{arguments:?}");
    }

    #[test]
    fn the_first_word_is_found_after_options() {
        first(&["GET", "/x", "-v"], Some("GET"), &["/x", "-v"]);
        first(
            &["-o", "json", "GET", "/x"],
            Some("GET"),
            &["-o", "json", "/x"],
        );
        first(&["-ojson", "/x"], Some("/x"), &["-ojson"]);
        first(&["-vo", "json", "/x"], Some("/x"), &["-vo", "json"]);
        first(&["--query", "GET", "/x"], Some("/x"), &["--query", "GET"]);
        first(&["--query=GET", "/x"], Some("/x"), &["--query=GET"]);
        first(&["-v", "--", "/x"], Some("/x"), &["-v", "--"]);
        first(&["-v"], None, &["-v"]);
        first(&["-q"], None, &["-q"]);
        first(&["-"], Some("-"), &[]);
        first(&[], None, &[]);
    }

    #[test]
    fn an_unknown_option_before_the_word_is_refused() {
        let error = cut(vec!["--quary".into(), "x".into()]).unwrap_err();
        assert!(error.to_string().contains("--quary"), "{error}");
    }
}
