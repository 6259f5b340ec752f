//! A type and a name as two words (`get vm vm-web-01`), as kubectl writes them, where one word is wanted. How a name is
//! written here: `app/command/named`.

use std::ffi::OsString;

use crate::azure::TypeAlias;
use crate::cli::dispatch;
use crate::cli::error::Error;
use crate::shell::CommandLine;

/// Commands in addition to the METHODs that take one word for a resource.
const OF_ONE_RESOURCE: [&str; 5] = ["edit", "diff", "wait", "open", "can"];

/// Says in the hint of an error how the type and the name are written, if they are apart.
pub(super) fn explain(error: Error, arguments: &[OsString]) -> Error {
    // Help and the version come this way, too, and must not wait for what is looked at here.
    if matches!(error, Error::Display { .. }) {
        return error;
    }
    match joined(arguments) {
        Some(command) => error.with_hint(format!("did you mean `{command}`?")),
        None => error,
    }
}

/// The command line with one word for the type and the name.
fn joined(arguments: &[OsString]) -> Option<CommandLine> {
    let words = dispatch::cut(arguments.to_vec()).ok()?;
    let verb = words.word.as_ref()?.to_str()?;
    let mut rest = words.arguments.get(words.at..)?.iter();
    let (kind, name) = (rest.next()?.to_str()?, rest.next()?.to_str()?);
    TypeAlias::of_word(kind)?;
    if !is_name(name) {
        return None;
    }
    let resource = format!("{kind}/{name}");
    let command = if verb.eq_ignore_ascii_case("list") {
        CommandLine::arm("show").word(kind).word(name)
    } else if let Some(command) = OF_ONE_RESOURCE.iter().find(|command| **command == verb) {
        let command = CommandLine::arm(command).word(&resource);
        let other = rest.next().and_then(|other| other.to_str());
        match other.filter(|other| verb == "diff" && is_name(other)) {
            Some(other) => command.word(&format!("{kind}/{other}")),
            None => command,
        }
    } else {
        let verb = super::arguments::request::verbs()
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(verb))?;
        CommandLine::arm(verb).word(&resource)
    };
    let is_offline = arguments.iter().any(|argument| argument == "--sandbox");
    Some(if is_offline {
        command.literal("--sandbox")
    } else {
        command
    })
}

/// Tells whether a word that follows a type can only be a name.
fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || "._-".contains(one))
}

#[cfg(test)]
mod tests {
    use crate::cli::parse;

    #[track_caller]
    fn check(line: &str, hint: &str) {
        let error = parse(line.split(' ').map(Into::into)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        let found = error.hint().unwrap_or_default();
        assert!(found.contains(hint), "{line}: {error:?}");
    }

    #[test]
    fn a_type_and_a_name_that_stand_apart_are_joined() {
        for (line, command) in [
            ("arm get vm web-01", "`arm GET vm/web-01`"),
            (
                "arm --sandbox delete group rg -y",
                "`arm DELETE group/rg --sandbox`",
            ),
            ("arm edit vm web-01", "`arm edit vm/web-01`"),
            ("arm diff vm a b", "`arm diff vm/a vm/b`"),
            ("arm list vm web-01", "`arm show vm web-01`"),
        ] {
            check(line, &format!("did you mean {command}?"));
        }
    }

    #[test]
    fn other_words_keep_their_hints() {
        check("arm GET /x name", "`name=VALUE` for a body field");
        check("arm GET vm", "lists them");
        check("arm PUT vm name=x", "lists them");
    }
}
