//! What is said if it is not known which subscription is meant. Names that are known on this machine: `sign_in`.

use crate::output::Message;
use crate::shell::CommandLine;

/// The most subscriptions that are shown.
const MOST_SHOWN: usize = 20;

/// Why no subscription can be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// None was named, and not exactly one can be meant.
    #[error("no subscription is chosen{}", seen.words())]
    NotChosen {
        /// Those that could be.
        seen: Seen,
    },
    /// The account sees none.
    #[error("the account sees no subscription that can be asked")]
    NoneSeen,
    /// az's account was signed in without subscriptions.
    #[error("no subscription is chosen, and az's account was signed in without one")]
    NoneOfAzureCli,
    /// The resource group was given by an ID, which is of another subscription.
    #[error("the resource group is in the subscription `{subscription}`, and `-S` names `{given}`")]
    NotOfGroup {
        /// That of the group.
        subscription: String,
        /// What was given.
        given: String,
    },
    /// None that is seen has the name.
    #[error("no subscription is named `{name}`{}", seen.words())]
    Unknown {
        /// What was given.
        name: String,
        /// Those that could be meant.
        seen: Seen,
    },
}

/// The subscriptions that an account sees; none if it was not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The name and the id of each.
    pub subscriptions: Vec<(String, String)>,
    /// Whether the account is one of `arm login`, which keeps what is chosen.
    pub has_account: bool,
}

impl Seen {
    fn words(&self) -> String {
        match self.subscriptions.len() {
            0 => String::new(),
            1 => ", and the account sees one".to_owned(),
            count => format!(", and the account sees {count}"),
        }
    }
}

impl SubscriptionError {
    /// Adds what is known, and the commands that choose.
    pub(super) fn describe(&self, message: &mut Message) {
        let seen = match self {
            Self::NoneSeen => {
                message.hint("`arm whoami` shows who signs in, and to which tenant");
                return;
            }
            Self::NotOfGroup { .. } => {
                message.hint("leave `-S` out, or give the name of the group alone");
                return;
            }
            Self::NoneOfAzureCli => {
                message.hint("name one with `-S ID`, or sign in again with `az login` if the account now has one");
                return;
            }
            Self::NotChosen { seen } | Self::Unknown { seen, .. } => seen,
        };
        for (name, id) in seen.subscriptions.iter().take(MOST_SHOWN) {
            message.fact("", format!("{name} ({id})"));
        }
        let more = seen.subscriptions.len().saturating_sub(MOST_SHOWN);
        if more > 0 {
            message.fact("", format!("and {more} more: `arm list subscription`"));
        }
        if let Self::Unknown { name, .. } = self
            && name.eq_ignore_ascii_case("all")
        {
            message.hint("`-S '*'` asks every subscription");
            return;
        }
        let (name, id) = match seen.subscriptions.first() {
            Some((name, id)) => (name.as_str(), id.as_str()),
            None => ("NAME", "ID"),
        };
        let for_all = if seen.has_account || seen.subscriptions.is_empty() {
            CommandLine::arm("account use").word(name)
        } else {
            CommandLine::new("export").word(&format!("ARMCLI_SUBSCRIPTION={id}"))
        };
        let for_one = CommandLine::new("-S").word(name);
        message.hint(format!(
            "choose one for this command with `{for_one}`, or for all with `{for_all}`"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::{Seen, SubscriptionError};
    use crate::output::Message;

    #[test]
    fn the_commands_that_choose_can_be_pasted() {
        let seen = |has_account| Seen {
            subscriptions: vec![
                ("Contoso Production".to_owned(), "s-1".to_owned()),
                ("Test".to_owned(), "s-2".to_owned()),
            ],
            has_account,
        };
        let hint = |seen: Seen| {
            let mut message = Message::default();
            SubscriptionError::NotChosen { seen }.describe(&mut message);
            message.hints.first().map(ToString::to_string)
        };
        for (seen, expected) in [
            (
                seen(true),
                "choose one for this command with `-S 'Contoso Production'`, or for all with `arm account use 'Contoso Production'`",
            ),
            (
                seen(false),
                "choose one for this command with `-S 'Contoso Production'`, or for all with `export ARMCLI_SUBSCRIPTION=s-1`",
            ),
            (
                Seen::default(),
                "choose one for this command with `-S NAME`, or for all with `arm account use NAME`",
            ),
        ] {
            assert_eq!(hint(seen).as_deref(), Some(expected));
        }
        let mut message = Message::default();
        let name = "all".to_owned();
        let seen_by_all = seen(true);
        SubscriptionError::Unknown {
            name,
            seen: seen_by_all,
        }
        .describe(&mut message);
        let hint = message.hints.first().map(ToString::to_string);
        assert_eq!(hint.as_deref(), Some("`-S '*'` asks every subscription"));
        let error = SubscriptionError::Unknown {
            name: "x".to_owned(),
            seen: seen(true),
        };
        assert_eq!(
            error.to_string(),
            "no subscription is named `x`, and the account sees 2"
        );
    }
}
