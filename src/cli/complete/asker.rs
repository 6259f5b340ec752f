//! Who would ask: the options of a line that say it, although the line is incomplete. What they mean: `options/sign_in`.

use clap::{Arg, Args, FromArgMatches as _};

use crate::cli::options::sign_in::{SignInOptions, TargetOptions};

/// The options that say who asks, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Asker {
    /// Who signs in.
    #[command(flatten)]
    pub sign_in: SignInOptions,
    /// Where.
    #[command(flatten)]
    pub target: TargetOptions,
}

impl Asker {
    /// Reads options, each as one word; those of other meanings are left out before. What contradicts itself says nothing.
    pub(super) fn of(words: Vec<String>) -> Self {
        let matches = tree().try_get_matches_from(words);
        let asker = matches.and_then(|found| Self::from_arg_matches(&found));
        asker.unwrap_or_default()
    }

    /// Tells whether an option of a command is one of these.
    pub(super) fn has(option: &Arg) -> bool {
        let long = option.get_long();
        long.is_some() && tree().get_arguments().any(|own| own.get_long() == long)
    }
}

fn tree() -> clap::Command {
    let command = clap::Command::new("arm")
        .no_binary_name(true)
        .disable_help_flag(true)
        .args_override_self(true);
    Asker::augment_args(command)
}

#[cfg(test)]
mod tests {
    use super::Asker;

    #[test]
    fn what_is_typed_so_far_says_who_asks() {
        let of = |words: &[&str]| Asker::of(words.iter().map(|word| (*word).to_owned()).collect());
        let asker = of(&["--sandbox", "--subscription=a b,c", "--resource-group=rg"]);
        assert!(asker.sign_in.sandbox);
        assert_eq!(asker.target.subscriptions, ["a b", "c"]);
        assert_eq!(asker.target.resource_group.as_deref(), Some("rg"));
        assert_eq!(of(&["--auth=nobody"]), Asker::default());
    }
}
