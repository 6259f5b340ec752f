//! Chooses how messages on stderr look, and on stdout the heads of tables and the lines of a difference. Who lays them out:
//! `output`; whether there are colours at all: `env`.

use crate::env::Env;
use crate::output::{DifferenceStyle, HeadStyle, Labels};

/// The labels of messages.
pub(crate) fn labels(env: &Env) -> Labels {
    if env.has_colors(env.stderr_is_terminal) {
        Labels::Colored
    } else {
        Labels::Plain
    }
}

/// The head of a table on stdout that is not an answer of a service.
pub(crate) fn head_style(env: &Env) -> HeadStyle {
    if env.has_colors(env.stdout_is_terminal) {
        HeadStyle::Bold
    } else {
        HeadStyle::Plain
    }
}

/// The lines of a difference, on a terminal or elsewhere.
pub(crate) fn difference_style(env: &Env, is_terminal: bool) -> DifferenceStyle {
    if env.has_colors(is_terminal) {
        DifferenceStyle::Colored
    } else {
        DifferenceStyle::Plain
    }
}
