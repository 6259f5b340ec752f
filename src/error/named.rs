//! What helps if a name leads to no resource.

use super::HintContext;
use crate::output::Message;
use crate::plan::named::Error;
use crate::shell::CommandLine;

/// The most IDs that are shown.
const MOST_SHOWN: usize = 20;

/// Adds what is known of the names that there are, and the commands that help.
pub(super) fn describe_named(error: &Error, run: &HintContext, message: &mut Message) {
    match error {
        Error::NeedsParent {
            parent, last, name, ..
        } => message.hint(format!("name both: `{parent}/NAME/{last}/{name}`")),
        Error::WithoutId { word } | Error::Every { word, .. } => {
            let list = run.complete(CommandLine::arm("list").word(word));
            message.hint(format!("`{list}` lists them; `--name GLOB` chooses"));
        }
        Error::NotFound {
            word,
            near,
            everywhere,
            ..
        } => {
            if !near.is_empty() {
                message.fact("near", near.join(", "));
            }
            let list = run.complete(CommandLine::arm("list").word(word));
            let elsewhere = if *everywhere {
                ""
            } else {
                "; `-S '*'` looks in every subscription"
            };
            message.hint(format!("`{list}` lists them{elsewhere}"));
            if near.is_empty() {
                message.hint("what was made a moment ago may be missing from the list: `-g GROUP` asks for it directly");
            }
        }
        Error::NoPlace { .. } => message.hint("name the resource group with `-g GROUP`"),
        Error::Several { ids, .. } => {
            for id in ids.iter().take(MOST_SHOWN) {
                message.fact("", id.clone());
            }
            let more = ids.len().saturating_sub(MOST_SHOWN);
            if more > 0 {
                message.fact("", format!("and {more} more"));
            }
            message.hint("say which with `-g GROUP` or `-S NAME`, or write the ID");
        }
    }
}
