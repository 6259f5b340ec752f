//! `*` in a path: it stands for every subscription, or for every resource group. Finds it and puts names into its
//! place; who asks for the names: `app/fan_out/every/scopes`.

use http::Method;
use url::Url;

use super::preview::Preview;
use super::target::names_subscription;
use crate::azure::{
    HostKind, ResourceId, ResourceScope, Target, audience_of, decode, encode_segment, host_kind,
};
use crate::cli::{OutputFormat, RequestArgs};

/// What stands for every one.
pub(super) const EVERY: &str = "*";
/// The version of the list of subscriptions.
const SUBSCRIPTIONS_VERSION: &str = "2022-12-01";
/// The version of the list of resource groups.
const GROUPS_VERSION: &str = "2021-04-01";

/// What a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wildcard {
    /// Every subscription.
    Subscription,
    /// Every resource group of one subscription.
    Group,
    /// Every resource group of every subscription.
    GroupOfEverySubscription,
}

/// An address that stands for many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    url: Url,
    /// What it stands for.
    pub every: Wildcard,
    /// The subscriptions that it stands for, if they were named.
    pub named: Vec<String>,
}

/// Why a `*` cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is a part of a name that cannot hold it.
    #[error("`{segment}` names no {kind}: `*` stands for every {kind}, not for a part of a name")]
    PartOfName {
        /// The segment.
        segment: String,
        /// What it should name.
        kind: &'static str,
    },
    /// A write that was not confirmed.
    #[error("refused to send {method} to every {kind} without a confirmation")]
    Write {
        /// The verb.
        method: Method,
        /// What `*` stands for.
        kind: &'static str,
    },
    /// A write with two of them.
    #[error("refused to send {method} to every resource group of every subscription")]
    WideWrite {
        /// The verb.
        method: Method,
    },
    /// Several subscriptions for a placeholder that is not in place of a subscription.
    #[error(
        "several subscriptions cannot be used here: each is asked only after `/subscriptions/`"
    )]
    SeveralElsewhere,
    /// An option that is for one answer.
    #[error("`{option}` cannot be used with `*` in the path")]
    Option {
        /// The option.
        option: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
}

impl Error {
    /// Tells a danger from a mistake.
    pub fn is_unsafe(&self) -> bool {
        match self {
            Self::Write { .. } | Self::WideWrite { .. } => true,
            Self::PartOfName { .. } | Self::SeveralElsewhere | Self::Option { .. } => false,
        }
    }
}

impl Wildcard {
    /// The word for one of them.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Group | Self::GroupOfEverySubscription => "resource group",
        }
    }

    /// The word for several.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Subscription => "subscriptions",
            Self::Group | Self::GroupOfEverySubscription => "resource groups",
        }
    }

    /// What `*` stands for, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Subscription => "every subscription that the account sees",
            Self::Group => "every resource group of the subscription",
            Self::GroupOfEverySubscription => {
                "every resource group of every subscription that the account sees"
            }
        }
    }
}

impl Pattern {
    /// Finds the pattern of a target: `*` after `subscriptions`, after `resourceGroups`, or both. Hosts of another
    /// known service have none.
    ///
    /// # Errors
    /// [`Error::PartOfName`]: neither the id of a subscription nor the name of a resource group can hold a `*`.
    pub fn of(target: &Target) -> Result<Option<Self>, Error> {
        let Target { cloud, url, .. } = target;
        let is_other = host_kind(cloud, url) != HostKind::ResourceManager;
        if !url.path().contains(EVERY) || (is_other && audience_of(cloud, url).is_some()) {
            return Ok(None);
        }
        let id = ResourceId::of(url);
        let Some(subscription_id) = id.subscription_id() else {
            return Ok(None);
        };
        let subscription = stands(subscription_id, "subscription")?;
        let group = match id.resource_group_name() {
            Some(name) => stands(name, "resource group")?,
            None => false,
        };
        let every = match (subscription, group) {
            (true, true) => Wildcard::GroupOfEverySubscription,
            (true, false) => Wildcard::Subscription,
            (false, true) => Wildcard::Group,
            (false, false) => return Ok(None),
        };
        let url = url.clone();
        let named = Vec::new();
        Ok(Some(Self { url, every, named }))
    }

    /// The addresses that say what it stands for, in the order in which they are asked. A `*` that is left in one is
    /// what the one before it lists.
    pub fn lists(&self) -> Vec<Url> {
        let mut lists = match self.every {
            Wildcard::Subscription => vec![self.subscriptions_url()],
            Wildcard::Group => vec![self.groups_url()],
            Wildcard::GroupOfEverySubscription => {
                vec![self.subscriptions_url(), self.groups_url()]
            }
        };
        if !self.named.is_empty() {
            lists.remove(0);
        }
        lists
    }

    /// What `*` stands for, in words.
    pub fn words(&self) -> String {
        match (self.every, self.named.as_slice()) {
            (Wildcard::Group, _) | (_, []) => self.every.words().to_owned(),
            (Wildcard::Subscription, named) => format!("the subscriptions {}", named.join(", ")),
            (Wildcard::GroupOfEverySubscription, named) => format!(
                "every resource group of the subscriptions {}",
                named.join(", ")
            ),
        }
    }

    /// The address of the list of subscriptions, at the same origin.
    pub fn subscriptions_url(&self) -> Url {
        self.list_at("/subscriptions", SUBSCRIPTIONS_VERSION)
    }

    /// The address of the list of tenants, at the same origin.
    pub fn tenants_url(&self) -> Url {
        self.list_at("/tenants", SUBSCRIPTIONS_VERSION)
    }

    /// The address of the list of resource groups of the subscription in the path.
    pub fn groups_url(&self) -> Url {
        let id = ResourceId::of(&self.url);
        self.groups_at(id.subscription_id().unwrap_or_default())
    }

    /// The address of the list of resource groups of a subscription; nothing if no segment can hold its id.
    pub fn groups_url_of(&self, subscription: &str) -> Option<Url> {
        Some(self.groups_at(&encode_segment(subscription)?))
    }

    fn groups_at(&self, segment: &str) -> Url {
        let path = format!("/subscriptions/{segment}/resourcegroups");
        self.list_at(&path, GROUPS_VERSION)
    }

    /// The address for a subscription, a resource group, or both: what is given takes the place of its `*`. Nothing if
    /// no segment can hold it.
    pub fn url_for(&self, subscription: Option<&str>, group: Option<&str>) -> Option<Url> {
        let path = self.url.path();
        let mut filled = String::with_capacity(path.len() + 64);
        let mut end = 0;
        for ((start, text), value) in segments_of(path).zip([None, subscription, None, group]) {
            if let (EVERY, Some(value)) = (text, value) {
                filled.push_str(path.get(end..start).unwrap_or_default());
                filled.push_str(&encode_segment(value)?);
                end = start + text.len();
            }
        }
        filled.push_str(path.get(end..).unwrap_or_default());
        let mut url = self.url.clone();
        url.set_path(&filled);
        Some(url)
    }

    /// Returns the type whose resources the pattern lists, such as `Microsoft.Compute/virtualMachines`, where it
    /// lists those of a type and Resource Graph could do the same.
    pub fn listed_type(&self) -> Option<String> {
        let id = ResourceId::of(&self.url);
        let is_list = match (self.every, id.scope().as_scope()) {
            (Wildcard::Subscription, ResourceScope::Subscription { .. })
            | (
                Wildcard::Group | Wildcard::GroupOfEverySubscription,
                ResourceScope::ResourceGroup { .. },
            ) => id.types().count() == 1 && id.names().next().is_none(),
            _ => false,
        };
        let type_name = id.type_name().filter(|_| is_list)?;
        Some(decode(&type_name))
    }

    fn list_at(&self, path: &str, version: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url.set_query(Some(&format!("api-version={version}")));
        url
    }
}

/// Finds what the address stands for, and refuses what cannot be done with many answers.
pub fn of_request(args: &RequestArgs, target: &Target) -> Result<Option<Pattern>, Error> {
    let named = &args.options.target.subscriptions;
    let is_of_several = named.len() > 1;
    let Some(mut pattern) = Pattern::of(target)? else {
        if is_of_several && names_subscription(&args.url) {
            return Err(Error::SeveralElsewhere);
        }
        return Ok(None);
    };
    if is_of_several && pattern.every != Wildcard::Group {
        pattern.named.clone_from(named);
    }
    let method = args.method.clone();
    if !method.is_safe() && Preview::of(&args.options.network) == Preview::None {
        let kind = pattern.every.noun();
        if pattern.every == Wildcard::GroupOfEverySubscription {
            return Err(Error::WideWrite { method });
        }
        if !args.yes {
            return Err(Error::Write { method, kind });
        }
    }
    let is_list = method == Method::GET;
    let refused = [
        (
            is_list && (args.wait || args.watch.is_some()),
            "--wait",
            "wait for one address at a time, or give the IDs on standard input: `arm GET - --wait`",
        ),
        (
            is_list && args.options.output.include,
            "-i",
            "there are many answers; `-vv` shows the headers of each",
        ),
        (
            is_list && args.options.output.format == OutputFormat::Raw,
            "-o raw",
            "`raw` is one answer, byte for byte; `-o compact` and `-o ndjson` keep every token",
        ),
    ];
    match refused.into_iter().find(|(given, ..)| *given) {
        Some((_, option, instead)) => Err(Error::Option { option, instead }),
        None => Ok(Some(pattern)),
    }
}

/// Says what a `*` that stands for nothing means, if the user may have hoped otherwise: a record set of DNS may be
/// named so (learn.microsoft.com/azure/dns/dns-zones-records, "Wildcard records").
pub fn remark(target: &Target) -> Option<String> {
    let path = target.url.path();
    let is_candidate = host_kind(&target.cloud, &target.url) == HostKind::ResourceManager
        && !path.to_ascii_lowercase().contains("dnszones/");
    let mut others = segments_of(path).skip(2).map(|(_, text)| text);
    let found = others.find(|text| text.contains(EVERY) && *text != EVERY);
    let found = found.or_else(|| {
        let mut names = segments_of(path).skip(4).map(|(_, text)| text);
        names.find(|text| *text == EVERY)
    })?;
    is_candidate.then(|| {
        format!("`{found}` is sent as it is: `*` stands for all only after `subscriptions` and `resourceGroups`")
    })
}

/// Tells whether a segment is the pattern.
fn stands(segment: &str, kind: &'static str) -> Result<bool, Error> {
    if segment == EVERY {
        return Ok(true);
    }
    if segment.contains(EVERY) {
        let segment = decode(segment);
        return Err(Error::PartOfName { segment, kind });
    }
    Ok(false)
}

/// The segments of a path that are not empty, and where each begins.
fn segments_of(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    path.split('/').filter_map(move |text| {
        let here = start;
        start += text.len() + 1;
        (!text.is_empty()).then_some((here, text))
    })
}
