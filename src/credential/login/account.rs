//! The accounts of `arm login` and what is known of each. Who reads and writes the files: `store`.

use super::client_credential::ClientCredential;
use crate::credential::identity::fingerprint;

/// An account that has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who it is, wherever it is a guest: `OBJECT-ID.TENANT-ID` of its home.
    pub home_account_id: String,
    /// The name that people know it by, such as `me@contoso.com`; the id of an application.
    pub username: String,
    /// The tenant of the last sign-in: where tokens come from unless a request says otherwise.
    pub tenant_id: String,
    /// The application that it signed in with.
    pub client_id: String,
    /// Who issues its tokens, such as `https://login.microsoftonline.com/`.
    pub authority: String,
    /// What gets its tokens.
    pub credential: ClientCredential,
    /// What it may see.
    pub subscriptions: Vec<Subscription>,
    /// The id of the subscription that `{sub}` stands for.
    pub default_subscription: Option<String>,
}

/// A subscription, as far as a login remembers it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `Enabled`, `Disabled`, `Warned` …
    pub state: String,
    /// The tenant whose tokens it takes.
    pub tenant_id: String,
}

impl Subscription {
    /// Tells whether requests can change anything in it.
    pub fn is_enabled(&self) -> bool {
        self.state.eq_ignore_ascii_case("Enabled")
    }
}

impl Account {
    /// Returns what tells it from others in the store: who it is, for which application, by whose
    /// word. The name of its file.
    pub fn id(&self) -> String {
        let texts = [
            self.authority.as_str(),
            self.home_account_id.as_str(),
            self.client_id.as_str(),
        ];
        fingerprint(&texts).chars().take(32).collect()
    }

    /// Tells whether a name is that of the account, or its whole id.
    pub fn is_named(&self, name: &str) -> bool {
        self.username.eq_ignore_ascii_case(name) || self.home_account_id.eq_ignore_ascii_case(name)
    }

    /// Returns a subscription by its id.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        let mut subscriptions = self.subscriptions.iter();
        subscriptions.find(|subscription| subscription.id.eq_ignore_ascii_case(id))
    }

    /// Returns the tenant of a subscription that the account knows.
    pub fn tenant_of(&self, subscription_id: &str) -> Option<&str> {
        let subscription = self.subscription(subscription_id)?;
        Some(&subscription.tenant_id)
    }

    /// Returns the default subscription.
    pub fn default_subscription(&self) -> Option<&Subscription> {
        self.subscription(self.default_subscription.as_deref()?)
    }

    /// Takes the subscriptions that were found now, with those of `before` whose tenants were not asked. The default
    /// stays if it can; else it is the first that is enabled, of the tenant that was signed in to if there is one.
    pub fn take_subscriptions(
        &mut self,
        found: Vec<Subscription>,
        asked: &[String],
        before: Option<&Self>,
    ) {
        let kept = before.into_iter().flat_map(|before| &before.subscriptions);
        let kept = kept.filter(|old| {
            let is_found = found.iter().any(|new| new.id.eq_ignore_ascii_case(&old.id));
            let was_asked = asked
                .iter()
                .any(|tenant| tenant.eq_ignore_ascii_case(&old.tenant_id));
            !is_found && !was_asked
        });
        let kept: Vec<Subscription> = kept.cloned().collect();
        self.subscriptions = found.into_iter().chain(kept).collect();
        let default = before.and_then(|before| before.default_subscription.clone());
        let still = default.filter(|id| self.subscription(id).is_some());
        let enabled = || {
            let mut enabled = self.subscriptions.iter().filter(|one| one.is_enabled());
            let here = enabled
                .clone()
                .find(|one| one.tenant_id.eq_ignore_ascii_case(&self.tenant_id));
            here.or_else(|| enabled.next()).map(|one| one.id.clone())
        };
        let chosen = still.or_else(enabled);
        self.default_subscription = chosen;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Account, ClientCredential, Subscription};
    use crate::azure::Secret;

    /// An account in tenant `t` with a refresh token.
    pub(in crate::credential::login) fn account(name: &str, refresh_token: &str) -> Account {
        Account {
            home_account_id: format!("{name}.t"),
            username: format!("{name}@contoso.example"),
            tenant_id: "t".to_owned(),
            client_id: "app".to_owned(),
            authority: "https://login.microsoftonline.com/".to_owned(),
            credential: ClientCredential::RefreshToken(Secret::new(refresh_token)),
            subscriptions: Vec::new(),
            default_subscription: None,
        }
    }

    fn subscription(id: &str, tenant_id: &str, state: &str) -> Subscription {
        Subscription {
            id: id.to_owned(),
            name: id.to_uppercase(),
            state: state.to_owned(),
            tenant_id: tenant_id.to_owned(),
        }
    }

    #[test]
    fn the_default_is_the_first_that_is_enabled_at_home() {
        let mut me = account("me", "r");
        let found = vec![
            subscription("a", "other", "Enabled"),
            subscription("b", "t", "Disabled"),
            subscription("c", "t", "Enabled"),
        ];
        me.take_subscriptions(found.clone(), &["t".to_owned()], None);
        assert_eq!(me.default_subscription.as_deref(), Some("c"));
        assert_eq!(me.tenant_of("A"), Some("other"));
        assert_eq!(me.tenant_of("x"), None);
        me.take_subscriptions(found[..2].to_vec(), &[], None);
        assert_eq!(me.default_subscription.as_deref(), Some("a"));
        me.take_subscriptions(found[1..2].to_vec(), &[], None);
        assert_eq!(me.default_subscription, None);
    }

    #[test]
    fn another_sign_in_keeps_what_it_did_not_ask_about() {
        let mut before = account("me", "r");
        let (a, b) = (
            subscription("a", "t", "Enabled"),
            subscription("b", "u", "Enabled"),
        );
        before.subscriptions = vec![a, b.clone()];
        before.default_subscription = Some("b".to_owned());
        let mut after = account("me", "r2");
        let c = subscription("c", "t", "Enabled");
        after.take_subscriptions(vec![c.clone()], &["t".to_owned()], Some(&before));
        assert_eq!(after.subscriptions, [c, b]);
        assert_eq!(after.default_subscription.as_deref(), Some("b"));
        after.take_subscriptions(vec![], &["u".to_owned(), "t".to_owned()], Some(&before));
        assert_eq!(after.default_subscription, None);
    }

    #[test]
    fn the_id_tells_accounts_apart() {
        let (me, you) = (account("me", "r"), account("you", "r"));
        assert_eq!(me.id(), account("me", "other").id());
        assert_ne!(me.id(), you.id());
        assert_eq!(me.id().len(), 32);
    }
}
