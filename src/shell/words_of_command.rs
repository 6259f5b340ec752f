//! A command in a hint, taken apart again: its words for programs, which start it without a shell. Who puts it together:
//! `command_line`.

/// Words that stand for something that only the reader knows.
fn is_placeholder(word: &str) -> bool {
    const VERBS: [&str; 7] = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"];
    let is_upper = |letter: char| letter.is_ascii_uppercase() || "_:=[].@".contains(letter);
    let is_name = word.len() > 1
        && word.chars().all(is_upper)
        && word.contains(|letter: char| letter.is_ascii_uppercase());
    (is_name && !VERBS.contains(&word)) || word.contains("[redacted]") || word.contains('…')
}

/// Finds the first command in backticks that can be run as it is, and returns its words.
pub fn first_command_in(hint: &str) -> Option<Vec<String>> {
    let mut starts = hint.match_indices("`arm ");
    starts.find_map(|(at, _)| {
        let words = words_up_to_backtick(hint.get(at + 1..)?)?;
        let is_whole = !words.iter().any(|word| is_placeholder(word));
        is_whole.then_some(words)
    })
}

/// Takes apart what this file has put together: words between blanks, in single quotes or after a backslash. A
/// backtick outside of quotes ends the command; what a shell would do more with is not a command of ours.
fn words_up_to_backtick(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, is_quoted) {
            ('\'', _) => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ('`', false) => {
                words.extend(word);
                return Some(words);
            }
            (' ', false) => words.extend(word.take()),
            ('\\', false) => word.get_or_insert_default().push(letters.next()?),
            ('|' | '>' | '<' | ';' | '&' | '$' | '"' | '*', false) => return None,
            (_, _) => word.get_or_insert_default().push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::first_command_in;

    #[test]
    fn commands_in_hints_are_found() {
        for (hint, expected) in [
            (
                "see `arm GET '/a b' -q '[?x==`1`]' --tenant 'it'\\''s'`",
                Some(&["arm", "GET", "/a b", "-q", "[?x==`1`]", "--tenant", "it's"][..]),
            ),
            (
                "`--yes` deletes; `arm account list` shows",
                Some(&["arm", "account", "list"]),
            ),
            (
                "write `arm GET URL`, or `arm login`",
                Some(&["arm", "login"]),
            ),
            ("`arm GET '[redacted]'`", None),
            ("`arm GET \"$ID\"`", None),
            ("`arm GET /x | jq`", None),
            ("`arm GET '/x", None),
            ("no command", None),
        ] {
            let found = first_command_in(hint);
            let expected = expected.map(|words| words.iter().map(ToString::to_string).collect());
            assert_eq!(found, expected, "{hint}");
        }
    }
}
