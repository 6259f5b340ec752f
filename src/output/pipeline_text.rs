//! What a pipeline makes of lines in its log: an error is an annotation, and nothing else is a command. A service that
//! could write a line such as `::add-path::` through an error message would command the pipeline.
//!
//! Sources: `ActionCommand.cs` and `OutputManager.cs` of actions/runner (`::command::` after white space at the
//! beginning of a line, `##[command]` anywhere in it), `Command.cs` of microsoft/azure-pipelines-agent (`##vso[` anywhere).

use crate::env::Pipeline;

/// Takes their meaning from lines that a pipeline would execute: one character of each is escaped.
pub(super) fn without_commands(text: &str, pipeline: Pipeline) -> String {
    let lines = text.split_inclusive('\n');
    let lines = lines.map(|line| {
        let start = line.len() - line.trim_start().len();
        let (blanks, rest) = line.split_at(start);
        match rest
            .strip_prefix("::")
            .filter(|_| pipeline == Pipeline::GitHub)
        {
            Some(rest) => format!("{blanks}\\u{{3a}}:{rest}"),
            None => line.to_owned(),
        }
    });
    lines.collect::<String>().replace("##", "#\\u{23}")
}

/// The command that makes an annotation of an error.
pub(super) fn annotation(title: &str, message: &str) -> String {
    let title = escaped(title).replace(':', "%3A").replace(',', "%2C");
    format!("::error title={title}::{}\n", escaped(message))
}

fn escaped(text: &str) -> String {
    text.replace("##", "#\\u{23}")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::{annotation, without_commands};
    use crate::env::Pipeline;

    #[test]
    fn no_line_is_a_command() {
        for (text, github, azure) in [
            ("error: a\n", "error: a\n", "error: a\n"),
            (
                "a\n::add-path::/x\n",
                "a\n\\u{3a}:add-path::/x\n",
                "a\n::add-path::/x\n",
            ),
            (
                "  \u{a0}::error::x",
                "  \u{a0}\\u{3a}:error::x",
                "  \u{a0}::error::x",
            ),
            (
                "x ##[add-path]/y",
                "x #\\u{23}[add-path]/y",
                "x #\\u{23}[add-path]/y",
            ),
            (
                "x ##vso[task.setvariable variable=a]b",
                "x #\\u{23}vso[task.setvariable variable=a]b",
                "x #\\u{23}vso[task.setvariable variable=a]b",
            ),
            ("###[a", "#\\u{23}#[a", "#\\u{23}#[a"),
            ("a :: b", "a :: b", "a :: b"),
        ] {
            assert_eq!(without_commands(text, Pipeline::GitHub), github);
            assert_eq!(without_commands(text, Pipeline::Azure), azure);
        }
    }

    #[test]
    fn an_annotation_is_one_line() {
        assert_eq!(
            annotation("arm: 4, x", "100%\r\n::set-env::y"),
            "::error title=arm%3A 4%2C x::100%25%0D%0A::set-env::y\n"
        );
    }
}
