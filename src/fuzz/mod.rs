//! What the fuzzer of `tests/fuzz` asks of every parser, by the name of a target; the tests below ask the kept inputs.
//! It is compiled only for these two. A target takes any bytes, and panics if a promise does not hold.

mod answers;
mod files;
mod replay_tests;
mod servers;
mod typed;

use crate::{client, credential, sandbox};

/// What is done with an input.
pub type Target = fn(&[u8]);

/// Every target by its name.
const TARGETS: [(&str, Target); 19] = [
    ("challenge", client::fuzz_challenge),
    ("cloud", typed::cloud),
    ("config", typed::config),
    ("error", answers::error),
    ("graph", sandbox::fuzz_graph),
    ("helpers", files::helpers),
    ("ids", typed::id_list),
    ("items", typed::items),
    ("link", answers::link),
    ("mask", answers::mask),
    ("pages", answers::pages),
    ("query", answers::query),
    ("recording", files::recording),
    ("serve", servers::serve),
    ("settings_edit", files::settings_edit),
    ("state", servers::state),
    ("stored_tokens", credential::fuzz_stored_tokens),
    ("token_answer", credential::fuzz_token_answer),
    ("url", typed::url),
];

/// Returns the target of a name.
pub fn target(name: &str) -> Option<Target> {
    let mut targets = TARGETS.iter().filter(|(own, _)| *own == name);
    targets.next().map(|(_, target)| *target)
}
