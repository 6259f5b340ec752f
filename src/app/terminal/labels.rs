//! Chooses how `error:` and `hint:` look on stderr. Who lays them out: `output::Message`; colours of answers:
//! `exchange::output_spec`.

use crate::cli::ColorChoice;
use crate::env::Env;
use crate::output::Labels;

/// The labels of a run that was asked for this.
pub(crate) fn labels(choice: ColorChoice, env: &Env) -> Labels {
    match choice {
        ColorChoice::Always => Labels::Colored,
        ColorChoice::Auto if env.stderr_is_terminal && env.allows_color() => Labels::Colored,
        ColorChoice::Auto | ColorChoice::Never => Labels::Plain,
    }
}
