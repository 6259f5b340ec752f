//! Chooses how `error:` and `hint:` look on stderr, and the heads of tables that no answer of a service fills. Who lays them out: `output::Message`; colours of answers:
//! `exchange::output_spec`.

use crate::cli::ColorChoice;
use crate::env::Env;
use crate::output::{HeadStyle, Labels};

/// The labels of a run that was asked for this.
pub(crate) fn labels(choice: ColorChoice, env: &Env) -> Labels {
    match choice {
        ColorChoice::Always => Labels::Colored,
        ColorChoice::Auto if env.stderr_is_terminal && env.allows_color() => Labels::Colored,
        ColorChoice::Auto | ColorChoice::Never => Labels::Plain,
    }
}

/// The head of a table on stdout that is no answer of a service.
pub(crate) fn head_style(env: &Env) -> HeadStyle {
    let is_forced = env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    if (env.stdout_is_terminal && env.allows_color()) || is_forced {
        HeadStyle::Bold
    } else {
        HeadStyle::Plain
    }
}
